// The page in another of its languages.
function speak() {
  root.lang = lang;
  for (const e of all("[data-say]")) e.textContent = say(e.dataset.say);
  for (const e of all("[data-label]")) e.setAttribute("aria-label", say(e.dataset.label));
  for (const e of all("[data-title]")) e.title = say(e.dataset.title);
  for (const e of all("[data-lang]")) e.hidden = e.dataset.lang !== lang;
  for (const e of all("option[data-en]")) e.textContent = e.dataset[lang];
  for (const e of all(".site a")) e.hash = `lang=${lang}`; // the next page speaks as this one
  emit("language", lang);
  go(at, true);
}

$("#lang").addEventListener("change", (e) => { lang = e.target.value; speak(); });
