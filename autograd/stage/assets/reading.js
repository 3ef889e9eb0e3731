// The language of a page to read. Pages of its site are opened in the same one.
"use strict";
const choice = document.querySelector("#lang");
function sayAll() {
  document.documentElement.lang = choice.value;
  for (const e of document.querySelectorAll("[data-lang]"))
    e.hidden = e.dataset.lang !== choice.value;
  for (const e of document.querySelectorAll(".contents a")) e.hash = `lang=${choice.value}`;
}
const asked = new URLSearchParams(location.hash.slice(1)).get("lang");
if ([...choice.options].some((option) => option.value === asked)) {
  choice.value = asked;
  sayAll();
}
choice.addEventListener("change", sayAll);
