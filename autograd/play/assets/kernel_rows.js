// Which kernel computes a structural row, and with which attributes: what stage/kernels.py says.

const isInteger = (x) => typeof x === "bigint" || typeof x === "boolean";

// A whole number among the attributes, as NumPy takes it.
function wholeNumber(x) {
  if (isInteger(x)) return Number(x);
  if (isTensor(x) && dtypeOf(x) === "f") faulty("type", "an index needs an integer, not float64");
  if (isArray(numbersOf(x)) && dtypeOf(x) === "i" && numbersOf(x).data.length === 1) return numbersOf(x).data[0];
  return faulty("type", `'${typeName(x)}' object cannot be interpreted as an integer`);
}

// The axes that an attribute names, counted from the front; null names all.
function axesOf(axis, ndim) {
  if (axis === null) return ranged(ndim);
  const axes = (axis instanceof Tuple ? [...axis] : [axis]).map(wholeNumber);
  for (const i of axes) if (i < -ndim || i >= ndim) faulty("axis", `axis ${i} is out of bounds for array of dimension ${ndim}`);
  return axes.map((i) => (i + ndim) % ndim);
}

// The same where our own functions read them, which take 2.0 for 2.
const axesHere = (axis, ndim) => axesOf(axis instanceof Tuple ? Tuple.from(axis, ofFloat) : ofFloat(axis), ndim);
const ofFloat = (x) => (typeof x === "number" && Number.isFinite(x) ? BigInt(Math.trunc(x)) : x);

const oneAxis = (axis, ndim) => axesOf(wholeNumber(axis) === undefined ? axis : BigInt(wholeNumber(axis)), ndim)[0];

// The axes of a reduction; one number may be reduced over an axis 0.
function reducedAxes(axis, ndim) {
  if (!ndim && axis !== null) {
    if (isInteger(axis) && [0, -1].includes(Number(axis))) return [];
    if (axis instanceof Tuple && !axis.length) return [];
  }
  const axes = axesOf(axis, ndim);
  if (new Set(axes).size < axes.length) faulty("value", "duplicate value in 'axis'");
  return axes;
}

const AMBIGUOUS = "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()";

function isTrue(x) {
  const value = numbersOf(x);
  if (isArray(value) && value.data.length > 1) faulty("value", AMBIGUOUS);
  return Boolean(isArray(value) ? value.data[0] : Array.isArray(x) ? x.length : value);
}

const withoutAxes = (shape, axes, keepdims) => (isTrue(keepdims) ? shape.map((n, d) => (axes.includes(d) ? 1 : n)) : shape.filter((_, d) => !axes.includes(d)));

function reduction([a], { axis, keepdims }) {
  const axes = reducedAxes(axis, a.shape.length);
  return { shape: withoutAxes(a.shape, axes, keepdims), axes };
}

function extremeReduction(inputs, attrs) {
  const found = reduction(inputs, attrs);
  if (!inputs[0].data.length && sizeOf(found.shape)) faulty("value", "zero-size array to reduction operation has no identity");
  return found;
}

function spreadReduction(inputs, attrs) {
  if (typeof attrs.ddof !== "number" && !isInteger(attrs.ddof)) faulty("type", `unsupported operand type(s) for -: 'int' and '${typeName(attrs.ddof)}'`);
  return { ...reduction(inputs, attrs), ddof: Number(attrs.ddof) };
}

// A row that walks along one axis, of a flattened array where there is none.
function running([a], { axis }) {
  const ndim = a.shape.length;
  if (axis === null) return { shape: [a.data.length], axes: ranged(ndim) };
  if (axis instanceof Tuple) faulty("type", "'tuple' object cannot be interpreted as an integer");
  const i = wholeNumber(axis);
  if (!ndim && (i === 0 || i === -1)) return { shape: [1], axes: [] };
  return { shape: a.shape, axes: axesOf(axis, ndim) };
}

function sorted([a], { axis }) {
  if (axis === null) return { shape: [a.data.length], axes: ranged(a.shape.length) };
  if (axis instanceof Tuple) faulty("type", "'tuple' object cannot be interpreted as an integer");
  return { shape: a.shape, axes: axesOf(axis, a.shape.length) };
}

function normOrder(ord, matrix) {
  if (isArray(numbersOf(ord)) && numbersOf(ord).data.length > 1) faulty("value", AMBIGUOUS);
  const known = ["fro", "nuc", 1, -1, 2, -2, Infinity, -Infinity], order = isInteger(ord) ? Number(ord) : ord;
  if (matrix && !known.includes(order)) faulty("value", `norm: order ${repr(ord)} of a matrix is unknown; use 'fro', 'nuc', 1, -1, 2, -2, inf or -inf, or ravel it for the order of a vector`);
  if (!matrix && typeof ord === "string") faulty("value", `norm: order ${repr(ord)} of a vector is unknown; use a number`);
  return order;
}

function normReduction(inputs, attrs) {
  const found = reduction(inputs, attrs), matrix = found.axes.length === 2, order = attrs.ord === null ? null : normOrder(attrs.ord, matrix);
  if (order !== null && found.axes.length > 2) faulty("value", "Improper number of dimensions to norm.");
  if ((matrix && ["nuc", 2, -2].includes(order)) || (!matrix && order === 0)) throw new NotInPage(`norm(ord=${repr(attrs.ord)})`);
  const text = order === null || order === "fro" ? null : order;
  const ord = text === null ? null : Math.abs(text) === Infinity ? `${text}` : reprFloat(text);
  return { ...found, ord, ...(text !== null && matrix ? { sums: [found.axes[Math.abs(text) === 1 ? 0 : 1]] } : {}) };
}

// -- products ------------------------------------------------------------------------------------

const AXES = "abcdefghijklmnopqrstuvw";

function matrixTerms(a, b) {
  const stack = AXES.slice(0, Math.max(a - 2, b - 2, 0)), x = a > 1 ? "x" : "", z = b > 1 ? "z" : "";
  const [left, right] = [a, b].map((n) => stack.slice(stack.length - Math.max(n - 2, 0)));
  return { terms: [`${left}${x}y`, `${right}y${z}`], result: `${stack}${x}${z}` };
}

const outerTerms = (a, b) => ({ terms: [AXES.slice(0, a), AXES.slice(a, a + b)], result: AXES.slice(0, a + b) });

function matmulRow([a, b]) {
  const [m, n] = [a.shape.length, b.shape.length];
  const stack = m && n && a.shape.at(-1) === innerOf(b.shape) ? stretchedShape([a.shape.slice(0, -2), b.shape.slice(0, -2)]) : null;
  if (!stack) faulty("value", "matmul: operands do not fit");
  return { shape: [...stack, ...(m > 1 ? [a.shape.at(-2)] : []), ...(n > 1 ? [b.shape.at(-1)] : [])], ...matrixTerms(m, n) };
}

function dotRow([a, b]) {
  const [m, n] = [a.shape.length, b.shape.length];
  if (!m || !n) return { shape: [...a.shape, ...b.shape], ...outerTerms(m, n) };
  if (a.shape.at(-1) !== innerOf(b.shape)) faulty("value", "shapes not aligned");
  const rows = AXES.slice(0, m - 1), columns = AXES.slice(m - 1, m + n - 2), last = columns.slice(-1);
  const right = n > 1 ? `${columns.slice(0, -1)}y${last}` : "y";
  return { shape: [...a.shape.slice(0, -1), ...(n > 1 ? [...b.shape.slice(0, -2), b.shape.at(-1)] : [])], terms: [`${rows}y`, right], result: rows + columns };
}

function innerRow([a, b]) {
  const [m, n] = [a.shape.length, b.shape.length];
  if (!m || !n) return { shape: [...a.shape, ...b.shape], ...outerTerms(m, n) };
  if (a.shape.at(-1) !== b.shape.at(-1)) faulty("value", "shapes not aligned");
  const rows = AXES.slice(0, m - 1), columns = AXES.slice(m - 1, m + n - 2);
  return { shape: [...a.shape.slice(0, -1), ...b.shape.slice(0, -1)], terms: [`${rows}y`, `${columns}y`], result: rows + columns };
}

const outerRow = ([a, b]) => ({ shape: [a.data.length, b.data.length], ...outerTerms(a.shape.length, b.shape.length) });

const LETTERS_OF_AXES = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

// The subscripts of every operand and of the result, one letter an axis, the ellipsis spelt out.
function explicitSubscripts(subscripts, ndims) {
  const text = subscripts.replaceAll(" ", ""), [left, right] = text.split("->"), terms = left.split(",");
  const widest = Math.max(0, ...terms.map((term, i) => (term.includes("...") ? ndims[i] - term.length + 3 : 0)));
  const rest = letters(LETTERS_OF_AXES).filter((letter) => !text.includes(letter)).slice(0, widest).join("");
  const full = terms.map((term, i) => term.replace("...", rest.slice(widest - (ndims[i] - term.length + 3))));
  if (right !== undefined) return { terms: full, result: right.replace("...", rest) };
  const once = [...new Set(left)].filter((x) => !".,".includes(x) && left.split(x).length === 2).sort(inOrder);
  return { terms: full, result: rest + once.join("") };
}

function einsumRow(inputs, { subscripts }) {
  const ndims = inputs.map(({ shape }) => shape.length), text = subscripts.replaceAll(" ", ""), wrong = () => faulty("value", "einsum: it does not fit");
  if (text.split("->")[0].split(",").length !== inputs.length || text.split("->").length > 2 || !/^[a-zA-Z,.]*(->[a-zA-Z.]*)?$/.test(text)) wrong();
  const { terms, result } = explicitSubscripts(subscripts, ndims), sizes = new Map();
  terms.forEach((term, i) => {
    if (term.length !== ndims[i] || term.includes(".")) wrong();
    letters(term).forEach((letter, d) => {
      const n = inputs[i].shape[d], known = sizes.get(letter) ?? 1;
      if (known !== 1 && n !== 1 && known !== n) wrong();
      sizes.set(letter, known === 1 ? n : known);
    });
  });
  if (letters(result).some((letter) => !sizes.has(letter)) || new Set(result).size < result.length) wrong();
  return { shape: letters(result).map((letter) => sizes.get(letter)), terms, result };
}

// -- the kernel of a row by its name -------------------------------------------------------------

const PLAIN_ROWS = {
  sum: reduction, mean: reduction, max: extremeReduction, min: extremeReduction, prod: reduction, var: spreadReduction, std: spreadReduction,
  logsumexp: reduction, softmax: ([a], { axis }) => ({ shape: a.shape, axes: reducedAxes(axis, a.shape.length) }),
  cumsum: running, cumprod: running, sort: sorted, norm: normReduction,
};
PLAIN_ROWS.log_softmax = PLAIN_ROWS.softmax;

const PRODUCT_ROWS = { matmul: matmulRow, dot: dotRow, inner: innerRow, outer: outerRow, einsum: einsumRow };

function kernelOfRow(name, inputs, attrs) {
  if (name in MOVES) return movesOf(name, inputs, attrs);
  if (name in PRODUCT_ROWS) return ["product", PRODUCT_ROWS[name](inputs, attrs)];
  if (name in WINDOW_ROWS) return WINDOW_ROWS[name](inputs, attrs);
  if (name in PLAIN_ROWS) return [name, PLAIN_ROWS[name](inputs, attrs)];
  throw new NotInPage(`${name}()`);
}

// Where each element of the result comes from, said by the row itself, which moves the numbers 1, 2, 3, ... of its
// operands' elements; nothing where all stay in their order.
function movesOf(name, inputs, attrs) {
  let count = 0;
  const numbered = inputs.map(({ shape, data }) => ({ shape, data: Float64Array.from(data, () => { count += 1; return count; }) }));
  const { shape, data } = MOVES[name](numbered, attrs), rest = MOVES[name](inputs.map(({ shape: own }) => filled(own)), attrs).data;
  const places = Array.from(data, (x, k) => (Number.isFinite(rest[k]) ? x - rest[k] - 1 : -1));
  if (inputs.length === 1 && places.length === count && places.every((place, k) => place === k)) return ["moved", { shape }];
  return ["moved", { shape, from: places, ...(places.some((place) => place < 0) ? { rest: Array.from(rest, inJson) } : {}) }];
}
