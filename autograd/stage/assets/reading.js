// The language of a page to read.
"use strict";
const choice = document.querySelector("#lang");
choice.addEventListener("change", () => {
  document.documentElement.lang = choice.value;
  for (const e of document.querySelectorAll("[data-lang]"))
    e.hidden = e.dataset.lang !== choice.value;
});
