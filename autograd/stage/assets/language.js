// The page in another of its languages.
function speak() {
  root.lang = lang;
  for (const e of all("[data-say]")) e.textContent = say(e.dataset.say);
  for (const e of all("[data-label]")) e.setAttribute("aria-label", say(e.dataset.label));
  for (const e of all("[data-title]")) e.title = say(e.dataset.title);
  for (const e of all("[data-lang]")) e.hidden = e.dataset.lang !== lang;
  for (const e of all("option[data-en]")) e.textContent = e.dataset[lang];
  // Tooltips follow with the picture; a quiz may have emptied the description.
  for (const e of all("svg.tracegrad > :is(title,desc)")) if (e.words && e.textContent) e.textContent = e.words[lang];
  for (const e of all(".site a")) e.hash = `lang=${lang}`; // the next page speaks as this one
  emit("language", lang);
  go(at, true);
}

// The words of pictures in each language leave the document, where they would answer a quiz.
for (const e of all("svg.tracegrad :is(title,desc)[data-en]")) {
  e.words = { ...e.dataset };
  for (const code of Object.keys(e.words)) delete e.dataset[code];
}

$("#lang").addEventListener("change", (e) => { lang = e.target.value; speak(); });
