// What a learner types, and the small formulas that say what is right and what the usual slips give.

// A shape: (2, 3), 2x3, 2 3, (). Null for what is none.
function typedShape(text) {
  return /^[\s([]*(\d+[\s,x×*]*)*[\s)\]]*$/i.test(text) && text.trim() ? (text.match(/\d+/g) || []).map(Number) : null;
}

// One cell of an array, which is broadcast where it is smaller than the place says.
function cellOf(value, place) {
  if (typeof value === "number") return value;
  const shape = value.shape || shapeOf(value), own = place.slice(place.length - shape.length);
  if (!value.shape) return Number(own.reduce((rows, i, d) => rows[shape[d] > 1 ? i : 0], value));
  return value.data[own.reduce((at, i, d) => at * shape[d] + (shape[d] > 1 ? i : 0), 0)];
}
const shapeOf = (rows) => (Array.isArray(rows) ? [rows.length, ...shapeOf(rows[0])] : []);

const SIGNS = { "+": (a, b) => a + b, "*": (a, b) => a * b, "-": (a, b) => a - b, "/": (a, b) => a / b };
const numberOf = (s, name) => s.meant(name) ?? s.data.numbers?.[name];

// What a formula comes to with the numbers of the moment; answers.py says how formulas are written.
function evaluated(s, formula) {
  if (typeof formula === "number") return formula;
  if (typeof formula === "string") return Number(cellOf(numberOf(s, formula), []));
  const [sign, ...parts] = formula;
  if (sign === "at") return cellOf(numberOf(s, parts[0]), parts[1]);
  return parts.map((part) => evaluated(s, part)).reduce(SIGNS[sign]);
}

// A formula in numbers: 4 · (−2) + 1.
function writtenOut(s, formula, inner = false) {
  if (Array.isArray(formula) && formula[0] !== "at") {
    const sign = { "+": " + ", "-": " − ", "*": " · ", "/": " / " }[formula[0]];
    const text = formula.slice(1).map((part) => writtenOut(s, part, true)).join(sign);
    return inner && formula[0] !== "*" ? `(${text})` : text;
  }
  const text = show(evaluated(s, formula)).replace("-", "−");
  return inner && text.startsWith("−") ? `(${text})` : text;
}

// Equal as far as four digits go.
const alike = (a, b) => show(a) === show(b) || Math.abs(a - b) <= Math.max(0.005 * Math.abs(b), 1e-12);
