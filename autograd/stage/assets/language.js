// What a lesson does when its page speaks another language.
// The words of pictures in each language leave the document, where they would answer a quiz.
for (const e of all("svg.tracegrad :is(title,desc)[data-en]")) {
  e.words = { ...e.dataset };
  for (const code of Object.keys(e.words)) delete e.dataset[code];
}

on("language", () => {
  // Tooltips follow with the picture; a quiz may have emptied the description.
  for (const e of all("svg.tracegrad > :is(title,desc)")) if (e.words && e.textContent) e.textContent = e.words[lang];
  go(at, true);
});
