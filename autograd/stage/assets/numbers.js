// A number that is rounded to so many digits as Python rounds it: a half goes to the even digit.
function evened(value, digits) {
  if (value !== Number(value.toPrecision(digits + 1))) return value;
  const half = new RegExp(`^-?${digits > 1 ? `\\d\\.\\d{${digits - 2}}` : ""}[02468]\\.?50*e`);
  return half.test(value.toExponential(60)) ? value * (1 - 2 ** -50) : value;
}

// How numbers are written, as figures.py has it: so many digits, and fractions such as 4/9.
const figures = { digits: 4, fractions: false, ...(typeof lesson === "undefined" ? {} : lesson.figures) };

// "4/9" for the float nearest to it, rounding noise apart, by its continued fraction; "" for what is no fraction.
function asFraction(value) {
  if (!figures.fractions || Math.abs(value) >= 100) return "";
  const size = Math.abs(value);
  for (let rest = size, [p, q, p_, q_] = [1, 0, 0, 1]; ;) {
    const whole = Math.floor(rest);
    [p, q, p_, q_] = [whole * p + p_, whole * q + q_, p, q];
    if (!(q < 100)) return "";
    if (Math.abs(size - p / q) <= 1e-12 * size) return q > 1 ? `${value < 0 ? "-" : ""}${p}/${q}` : "";
    rest = 1 / (rest - whole);
  }
}

// Four significant digits, or as many as the page has; those before the point are never cut.
function show(value) {
  if (value === 0) return "0";
  if (value !== value) return "nan";
  if (Math.abs(value) === Infinity) return value > 0 ? "inf" : "-inf";
  const size = Math.abs(value), whole = size < 1 ? 0 : String(Math.trunc(size)).length, fraction = asFraction(value);
  if (fraction) return fraction;
  if (size >= 1e7 || size < 1e-4) return significant(value, figures.digits);
  const digits = whole ? Math.min(whole + figures.digits, Math.max(4, figures.digits)) : figures.digits;
  if (digits <= whole) return (Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : value).toFixed(0);
  return String(Number(evened(value, digits).toPrecision(digits)));
}

// A number in a formula; where fractions are written its element is a row, and may hold one.
function putNumber(e, text) {
  const [above, below] = text.replaceAll("-", "−").replaceAll(" ", "\u00a0").split("/");
  if (e.localName !== "mrow") {
    e.textContent = text.replaceAll("-", "−").replaceAll(" ", "\u00a0");
    return;
  }
  const made = (name, ...inner) => {
    const one = document.createElementNS(e.namespaceURI, name);
    one.append(...inner);
    return one;
  };
  const minus = made("mo", "−");
  minus.setAttribute("form", "prefix");
  if (below) e.replaceChildren(...(above[0] === "−" ? [minus] : []), made("mfrac", made("mn", above.replace("−", "")), made("mn", below)));
  else e.replaceChildren(made("mn", above));
}

// What %.4g writes in Python, for any number of digits.
function significant(value, digits) {
  const near_ = evened(value, digits), [head, power] = near_.toExponential(digits - 1).split("e"), size = Number(power);
  if (size >= -4 && size < digits) return String(Number(near_.toPrecision(digits)));
  return `${Number(head)}e${size < 0 ? "-" : "+"}${String(Math.abs(size)).padStart(2, "0")}`;
}

// The label of an edge, and the plate behind it as wide as it is now.
function label(edge, text) {
  if (edge.local.textContent === text) return;
  edge.local.textContent = text;
  if (!edge.plate) return;
  const width = text.length * 6.4 + 8;
  edge.plate.setAttribute("x", Number(edge.local.getAttribute("x")) - width / 2);
  edge.plate.setAttribute("width", width);
}

// A number of the lesson as JSON has it: an array is {shape, data}.
const readNumber = (x) => (x && x.shape ? { shape: x.shape, data: Float64Array.from(x.data, Number) } : Number(x));

// The size of a number, or the norm of an array.
const normOf = (x) => (typeof x === "number" ? Math.abs(x) : Math.sqrt(x.data.reduce((sum, y) => sum + y * y, 0)));

// A number, or an array's few elements or range; a card has no brackets for three axes and more.
const written = (x) => (typeof x === "number" ? show(x) : extent(x, x.shape.length < 3 ? 4 : 0));

function extent({ shape, data }, most = 4) {
  if (data.length <= most) {
    const nested = (d, from, size) => (d === shape.length ? show(data[from])
      : `[${[...Array(shape[d]).keys()].map((i) => nested(d + 1, from + (i * size) / shape[d], size / shape[d])).join(", ")}]`);
    return data.length ? nested(0, 0, data.length) : "[]";
  }
  const finite = data.filter((x) => Math.abs(x) < Infinity);
  const low = show(finite.reduce((a, b) => Math.min(a, b), Infinity)), high = show(finite.reduce((a, b) => Math.max(a, b), -Infinity));
  const range = finite.length ? [`${low} … ${high}`] : [];
  for (const [name, one] of [["nan", NaN], ["inf", Infinity], ["-inf", -Infinity]]) {
    const found = data.filter((x) => Object.is(x, one)).length;
    if (found) range.push(`${found} ${name}`);
  }
  return range.join(", ");
}

// A number, or an array with its shape where its elements are too many to be written.
const summary = (x) => (typeof x === "number" || (x.data.length && x.data.length <= 4) ? (x.shape ? extent(x) : show(x))
  : `(${x.shape.join(", ")}${x.shape.length === 1 ? "," : ""}) ${extent(x)}`);

// All digits, for a tooltip.
const digits = (x) => (typeof x === "number" ? String(x) : `(${x.shape.join(", ")}) ${[...x.data].slice(0, 64).join(" ")}${x.data.length > 64 ? " …" : ""}`);

// A text with numbers in place of {v3}; of {(v3)} in brackets where the number is negative.
const withNumbers = (text, number) => text.replace(/\{(\(?)([a-z][\d.]*)\)?\}/g, (whole, bracket, ref) => {
  const value = number(ref), word = value === undefined ? whole : summary(value);
  return bracket && /^-|\//.test(word) ? `(${word})` : word;
});
