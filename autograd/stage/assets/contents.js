// The index: what is typed leaves the entries that have all of its words, in any language.
const field = $("#search");
function search() {
  const asked = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const list of all(".contents")) {
    let left = 0;
    for (const item of list.children) {
      const text = item.textContent.toLowerCase(), has = asked.every((word) => text.includes(word));
      item.hidden = !has;
      left += has;
    }
    list.closest("section").hidden = !left;
    count += left;
  }
  $("#found").textContent = asked.length ? say("found", { n: count }) : "";
}
if (field) {
  field.addEventListener("input", search);
  on("language", () => { field.placeholder = say("search"); search(); });
}
