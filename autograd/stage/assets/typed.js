// Numbers that are typed, and the fields they are typed into.

// A number: 0.5, 0,5, -4/2, 1/3, with any minus. NaN for what is none.
function typedNumber(text) {
  const parts = text.trim().replace(/[−–]/g, "-").replace(/,/g, ".").split("/");
  if (parts.length > 2 || parts.some((part) => !/^\s*[+-]?\s*(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(part))) return NaN;
  const [top, bottom = 1] = parts.map((part) => Number(part.replace(/\s/g, "")));
  return top / bottom;
}

// A field is marked where there is something to wish, which its tooltip says.
function mark(field, wish) {
  field.setAttribute("aria-invalid", String(wish !== ""));
  field.title = wish;
}

// The finite number in a field; NaN, with the field marked, where there is none or it does not fit.
function fieldNumber(field, wish, fits = () => true) {
  const value = typedNumber(field.value), fine = Number.isFinite(value) && fits(value);
  mark(field, fine ? "" : wish);
  return fine ? value : NaN;
}

// The arrow keys step the number of a field with data-step; an empty field counts as 0.
document.addEventListener("keydown", (e) => {
  const by = { ArrowUp: 1, ArrowDown: -1 }[e.key], field = e.target;
  if (!by || !field.matches("input[data-step]") || e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) return;
  e.preventDefault();
  const value = field.value.trim() ? typedNumber(field.value) : 0;
  if (!Number.isFinite(value)) return;
  field.value = String(Number((value + by * Number(field.dataset.step)).toPrecision(15)));
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
});
