// All modules are there: the page shows what its address says.
speak();
address();
started = true;
