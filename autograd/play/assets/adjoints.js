// The adjoints of structural rows as the steps show them: of the rows that formulas use most. Of another
// row a step shows the numbers alone. What stage/box_data.py's texts() gives, or nothing in its place.

const shapeOfRow = ({ value }) => (isArray(value) ? value.shape : []);

// An index as source text; null for what is rather left out.
function indexSource(index) {
  const parts = index instanceof Tuple ? [...index] : [index];
  if (parts.some((x) => !(x instanceof Slice || x === ELLIPSIS || typeof x === "bigint")) || (index instanceof Tuple && parts.length < 2)) return null;
  return parts.some((x) => typeof x !== "bigint") ? `s_[${indexText(index)}]` : repr(index);
}

const ofProduct = (a, b) => {
  if (a === 1 && b === 1) return ["g * B", "g * A"];
  if (a === 2 && b === 1) return ["outer(g, B)", "A.T @ g"];
  if (a === 1 && b === 2) return ["g @ B.T", "outer(A, g)"];
  return a === 2 && b === 2 ? ["g @ B.T", "A.T @ g"] : null;
};

// One operand, called a: its adjoint from its rank, an axis as text, and the row's attributes.
const KEPT = (x, { removes, axis }) => (removes ? `expand_dims(${x}, axis=${axis})` : x);
const OVER = ({ axis }) => (axis === "None" ? "" : `, axis=${axis}, keepdims=True`);
const extremeText = (about) => {
  const largest = `equal(a, ${KEPT("out", about)})`;
  return `${KEPT("g", about)} * ${largest} / sum(${largest}${OVER(about)})`;
};
const countText = ({ ddof }) => (Number(ddof) ? `(n - ${repr(ddof)})` : "n");
const classSum = (text, { ndim, axis }) => (ndim === 1 ? `sum(${text})` : `sum(${text}${OVER({ axis })})`);
const ofOne = {
  sum: (about) => `broadcast_to(${KEPT("g", about)}, a.shape)`,
  mean: (about) => `broadcast_to(${KEPT("g", about)} / n, a.shape)`,
  max: extremeText,
  min: extremeText,
  var: (about) => `${KEPT("g", about)} * 2 * (a - mean(a${OVER(about)})) / ${countText(about)}`,
  logsumexp: (about) => `${KEPT("g", about)} * exp(a - ${KEPT("out", about)})`,
  softmax: (about) => `out * (g - ${classSum("g * out", about)})`,
  log_softmax: (about) => `g - exp(out) * ${classSum("g", about)}`,
  reshape: () => "reshape(g, a.shape)",
  transpose: ({ axes }) => (axes === null || axes === undefined ? "g.T" : null),
  getitem: ({ index }) => {
    const source = indexSource(index);
    return source && `put_index(g, ${source}, a.shape)`;
  },
};
for (const op of ["ravel", "squeeze", "expand_dims"]) ofOne[op] = ofOne.reshape;

function adjointsOf({ op, args, attrs }, rows) {
  const ranks = args.map((j) => shapeOfRow(rows[j]).length);
  if (op === "matmul" || (op === "dot" && ranks.every((n) => n))) {
    const both = ofProduct(...ranks);
    return both ? [["A", "B"], both] : [[], []];
  }
  if (!Object.hasOwn(ofOne, op)) return [[], []];
  const usual = Object.fromEntries(TABLES.attributes[op].map(([word, text]) => [word, literal(text)])), named = { ...usual, ...attrs };
  const axis = repr(named.axis ?? null), removes = axis !== "None" && !named.keepdims && ranks[0] > 0;
  const text = ofOne[op]({ ...named, ndim: ranks[0], axis, removes });
  return text === null ? [[], []] : [["a"], [text]];
}

// The different texts of structural rows, and which of them each row has.
function textsOf(rows) {
  const places = new Map(), texts = [], says = rows.map((row) => {
    if (!row.op || TABLES.rules[row.op]) return null;
    const text = [expressionText(row.op, row.args.map((_, k) => `_${k}`), row.attrs), ...adjointsOf(row, rows)], key = JSON.stringify(text);
    if (!places.has(key)) places.set(key, texts.push(text) - 1);
    return places.get(key);
  });
  return { texts, says };
}
