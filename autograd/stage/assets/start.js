// All modules are there: the page shows what its address says.
speak();
measureBars(); // the first step is fitted into what they leave
address();
started = true;
