// How structural rows and their adjoints are written, as the table of rows prints them: each of ADJOINTS gives the letters
// of the operands and a formula for each, or nothing where the page has none.

// An attribute's value as source text, or its name where it has none.
function sourceText(x, name) {
  const value = numbersOf(x);
  if (isArray(value)) return value.data.length <= 4 ? listText(value) : name;
  const parts = x instanceof Tuple ? [...x] : [x];
  if (parts.some((part) => isArray(part) && part.data.length > 4)) return name;
  if (parts.some((part) => part instanceof Slice || part === ELLIPSIS)) return `s_[${insideText(x, name)}]`;
  return x instanceof Tuple ? `(${parts.map((part) => sourceText(part, name)).join(", ")}${parts.length === 1 ? "," : ""})` : repr(x);
}

const listText = ({ shape, data, dtype }) => (shape.length
  ? `[${ranged(shape[0]).map((i) => { const step = data.length / shape[0]; return listText({ shape: shape.slice(1), data: data.slice(i * step, (i + 1) * step), dtype }); }).join(", ")}]`
  : dtype === "i" ? String(data[0]) : reprFloat(data[0]));

function insideText(x, name) {
  if (x instanceof Tuple && x.length) return [...x].map((part) => insideText(part, name)).join(", ") + (x.length === 1 ? "," : "");
  return x instanceof Slice ? indexText(x) : x === ELLIPSIS ? "..." : sourceText(x, name);
}

// A reduction written in a shape that broadcasts against its operand.
const kept = (text, [a], { axis, keepdims }) => (axis !== null && !isTrue(keepdims) && a.shape.length ? `expand_dims(${text}, axis=${sourceText(axis, "axis")})` : text);

// The arguments of a sum that keeps its axes; of all axes there is one number left.
const keeping = (axis) => (axis === null ? "" : `, axis=${sourceText(axis, "axis")}, keepdims=True`);
const axesText = (axes) => (axes.length === 1 ? String(axes[0]) : shapeText(axes));

// A text of `shape`, summed over what broadcasting had stretched from `to`.
function summedText(text, shape, to) {
  const extra = shape.length - to.length, stretched_ = ranged(to.length).filter((d) => to[d] !== shape[extra + d]);
  const first = extra ? `sum(${text}, axis=${axesText(ranged(extra))})` : text;
  return stretched_.length ? `sum(${first}, axis=${axesText(stretched_)}, keepdims=True)` : first;
}

const outerText = (a, ndim, b) => (ndim === 1 ? `outer(${a}, ${b})` : `expand_dims(${a}, axis=-1) * ${b}`);

function rowsText(name, a, b) {
  if (a.shape.length === 2) return name;
  return b && b.shape.length === 1 ? `ravel(${name})` : `reshape(${name}, (-1, ${(b || a).shape.at(-1)}))`;
}

function productAdjoints([A, B]) {
  const [m, n] = [A.shape.length, B.shape.length];
  if (m === 1 && n === 1) return { A: "g * B", B: "g * A" };
  if (n === 1) return { A: outerText("g", m - 1, "B"), B: `${rowsText("A", A)}.T @ ${rowsText("g", A, B)}` };
  if (m === 1 && n === 2) return { A: "g @ B.T", B: "outer(A, g)" };
  const stack = stretchedShape([A.shape.slice(0, -2), B.shape.slice(0, -2)]), [s, t] = [m, n].map((ndim) => (ndim === 2 ? "T" : "mT"));
  if (m === 1) return { A: summedText("squeeze(B @ expand_dims(g, axis=-1), axis=-1)", [...stack, A.data.length], A.shape), B: "expand_dims(A, axis=-1) * expand_dims(g, axis=-2)" };
  const first = summedText(`g @ B.${t}`, [...stack, ...A.shape.slice(-2)], A.shape);
  if (n === 2) return { A: first, B: `${rowsText("A", A)}.T @ ${rowsText("g", A, B)}` };
  return { A: first, B: summedText(`A.${s} @ g`, [...stack, ...B.shape.slice(-2)], B.shape) };
}

function scaledAdjoints([A, B]) {
  const shape = stretchedShape([A.shape, B.shape]);
  return { A: summedText("g * B", shape, A.shape), B: summedText("g * A", shape, B.shape) };
}

const inReverse = (text, { shape }, axis) => {
  const along = axis !== null && !(shape.length === 1 && Number(axis) === 0) ? `, axis=${sourceText(axis, "axis")}` : "";
  const sum = `flip(cumsum(flip(${text}${along})${along})${along})`;
  return axis !== null || shape.length === 1 ? sum : `reshape(${sum}, a.shape)`;
};

// Consecutive parts of g along an axis, one for each of the arrays.
function partsOfGradient(arrays, { axis }) {
  let start = 0;
  return Object.fromEntries(arrays.map(({ shape, data }, i) => {
    const flat = axis === null, d = flat ? 0 : (Number(axis) + shape.length) % shape.length;
    const end = start + (flat ? data.length : shape[d]), part = `${":, ".repeat(d)}${start}:${end}`;
    start = end;
    return [`a_${i}`, flat && shape.length !== 1 ? `reshape(g[${part}], a_${i}.shape)` : `g[${part}]`];
  }));
}

const extremeAdjoint = (inputs, attrs) => {
  const best = `equal(a, ${kept("out", inputs, attrs)})`;
  return { a: `${kept("g", inputs, attrs)} * ${best} / sum(${best}${keeping(attrs.axis)})` };
};

const spread = ({ ddof }) => (Number(ddof) === 0 ? "n" : `(n - ${repr(ddof)})`);
const deviation = ({ axis }) => `(a - mean(a${keeping(axis)}))`;
const backInShape = () => ({ a: "reshape(g, a.shape)" });
const orderBack = (axes, ndim) => { const places = shapeOf(axes).map((i) => (i + ndim) % ndim); return ranged(ndim).sort((p, q) => places[p] - places[q]); };
const ofUsual = (name, word, x, usual) => `${name}(g${isUsual(x, usual) ? "" : `, ${word}=${sourceText(x, word)}`})`;

function lossAdjoints([logits, targets], { weight, label_smoothing: smoothing, ignore_index: ignored, reduction: how }) {
  const soft = targets.shape.length === logits.shape.length, axis = logits.shape.length > 1 ? 1 : 0, last = axis === logits.shape.length - 1;
  if (weight !== null || Number(smoothing) || !last || (soft ? targets.shape.length > 2 : targets.data.includes(Number(ignored)))) return null;
  const q = soft ? "targets" : `one_hot(targets, ${logits.shape[axis]})`, upstream = { mean: "g / n", sum: "g", none: `expand_dims(g, axis=${axis})` }[how];
  if (soft && ranged(targets.data.length / targets.shape[axis]).some((i) => Math.abs(total({ data: targets.data.slice(i * targets.shape[axis], (i + 1) * targets.shape[axis]) }) - 1) > 1e-5)) return null;
  return { logits: `(softmax(logits) - ${q}) * ${upstream}`, targets: `-log_softmax(logits) * ${soft ? upstream : "g"}` };
}

// diag(g), cut and padded to the shape of a matrix that is not square.
function onDiagonal({ shape: [rows, columns] }, k) {
  const n = Math.max(Math.min(rows - Math.max(-k, 0), columns - Math.max(k, 0)), 0) + Math.abs(k), cuts = [rows, columns].map((size) => (n > size ? `:${size}` : ":"));
  if (n === Math.abs(k)) return "0 * a";
  const whole = k ? `diag(g, k=${k})` : "diag(g)", text = cuts.join("") === "::" ? whole : `${whole}[${cuts[1] === ":" ? cuts[0] : cuts.join(", ")}]`;
  return n < rows || n < columns ? `pad(${text}, ((0, ${Math.max(rows - n, 0)}), (0, ${Math.max(columns - n, 0)})))` : text;
}

// What holds by axis as one writes it, and the arguments of windows that differ from the usual ones.
const oneOrAll = (texts) => (new Set(texts).size === 1 ? texts[0] : `(${texts.join(", ")})`);
const saidSteps = (attrs) => Object.entries(attrs).map(([name, x]) => {
  const fixed = fixedTuples(x), text = fixed instanceof Tuple ? oneOrAll([...fixed].map((one) => repr(one))) : repr(fixed);
  return text === (name === "padding" ? "0" : "1") ? "" : `, ${name}=${text}`;
}).join("");
const convolutionSteps = ({ stride, padding, dilation, groups }) => saidSteps({ stride, padding, dilation, groups });
const spatialText = ({ shape }, end) => oneOrAll(shape.slice(2, end));
const tapAxes = ({ shape }) => (shape.length > 3 ? shapeText(ranged(shape.length - 2, 2)) : "2");
const wholes = (numbers) => Tuple.from(numbers, BigInt);

function largestAdjoint([x], attrs) {
  const { padding } = attrs, { windows } = pooling("max_pool", [x], attrs), axes = tapAxes(x), own = { stride: wholes(windows.stride), dilation: wholes(windows.dilation) };
  const isPadded = windows.padding.some(([before, after]) => before || after), border = [[0, 0], [0, 0], ...windows.padding].map(shapeText).join(", ");
  const seen = `unfold(${isPadded ? `pad(x, (${border}), constant_values=-inf)` : "x"}, ${oneOrAll(windows.size)}${saidSteps(own)})`;
  const largest = `equal(${seen}, expand_dims(out, axis=${axes}))`, back = saidSteps({ stride: own.stride, padding: isPadded ? padding : 0n, dilation: own.dilation });
  return { x: `fold(expand_dims(g, axis=${axes}) * ${largest} / sum(${largest}, axis=${axes}, keepdims=True), ${spatialText(x)}${back})` };
}

function meanAdjoint([x], attrs) {
  const { windows } = pooling("avg_pool", [x], attrs), by = attrs.divisor === null ? sizeOf(windows.size) : sourceText(attrs.divisor, "divisor"), full = [...x.shape.slice(0, 2), ...windows.size, ...windows.count];
  return { x: `fold(broadcast_to(expand_dims(g / ${by}, axis=${tapAxes(x)}), ${shapeText(full)}), ${spatialText(x)}${saidSteps({ stride: wholes(windows.stride), padding: attrs.padding })})` };
}

// The contraction of g, the other operands and some factors to the axes of one operand. A letter that
// it repeats is tied to the first by an identity matrix; one that nobody else has was summed alone.
function contractionAdjoint(operands, { subscripts }) {
  const { terms, result } = explicitSubscripts(subscripts, operands.map(({ shape }) => shape.length)), sizes = {};
  terms.forEach((term, i) => letters(term).forEach((letter, d) => { if ((sizes[letter] ?? 1) === 1) sizes[letter] = operands[i].shape[d]; }));
  return Object.fromEntries(terms.map((term, i) => {
    const others = ranged(terms.length).filter((j) => j !== i), known = new Set(result), inputs = [result, ...others.map((j) => terms[j])], factors = [];
    for (const j of others) letters(terms[j]).forEach((letter, d) => { if (operands[j].shape[d] === sizes[letter]) known.add(letter); });
    const free = letters(LETTERS_OF_AXES).filter((letter) => !(letter in sizes));
    let target = "";
    for (const letter of letters(term)) {
      const isTwin = target.includes(letter), own = isTwin ? free.shift() : letter;
      if (isTwin || !known.has(letter)) {
        inputs.push(isTwin ? letter + own : letter);
        factors.push(`${isTwin ? "eye" : "ones"}(${sizes[letter]})`);
      }
      target += own;
    }
    const text = `einsum('${inputs.join(",")}->${target}', ${["g", ...others.map((j) => `a_${j}`), ...factors].join(", ")})`;
    return [`a_${i}`, summedText(text, letters(term).map((letter) => sizes[letter]), operands[i].shape)];
  }));
}

// The copies of an element, which are summed.
function copiesAdjoint([a], { repeats, axis }) {
  if (!isInteger(repeats) || !Number(repeats)) return null;
  const flat = axis === null || !a.shape.length, d = flat ? 0 : (Number(axis) + a.shape.length) % a.shape.length;
  if (!flat) return { a: `sum(reshape(g, ${shapeText([...a.shape.slice(0, d + 1), Number(repeats), ...a.shape.slice(d + 1)])}), axis=${d + 1})` };
  const sum = `sum(reshape(g, (-1, ${repr(repeats)})), axis=1)`;
  return { a: a.shape.length === 1 ? sum : `reshape(${sum}, a.shape)` };
}

function tilesAdjoint([a], { reps }) {
  const given = isInteger(reps) ? [Number(reps)] : shapeOf(reps), more = a.shape.length - given.length;
  const counts = [...ranged(more > 0 ? more : 0).map(() => 1), ...given], shape = [...ranged(more < 0 ? -more : 0).map(() => 1), ...a.shape];
  const sum = `sum(reshape(g, ${shapeText(counts.flatMap((n, d) => [n, shape[d]]))}), axis=${axesText(counts.map((_, d) => 2 * d))})`;
  return { a: counts.length === a.shape.length ? sum : `reshape(${sum}, a.shape)` };
}

// Of the vector norms of orders other than 2.
function normAdjoint(inputs, attrs) {
  const g = kept("g", inputs, attrs), out = kept("out", inputs, attrs), p = Number(attrs.ord), { length } = attrs.axis === null ? inputs[0].shape : axesOf(attrs.axis, inputs[0].shape.length);
  if ([null, "fro", 2n, 2].includes(attrs.ord)) return length === 2 && p === 2 ? null : { a: `${g} * a / ${out}` };
  if (length === 2 || !(p > 0)) return null;
  if (p === 1) return { a: `${g} * sign(a)` };
  const largest = `equal(abs(a), ${out})`;
  return { a: p === Infinity ? `${g} * sign(a) * ${largest} / sum(${largest}${keeping(attrs.axis)})` : `${g} * sign(a) * (abs(a) / ${out}) ** ${number4(p - 1)}` };
}

const ADJOINTS = {
  sum: (inputs, attrs) => ({ a: `broadcast_to(${kept("g", inputs, attrs)}, a.shape)` }),
  mean: (inputs, attrs) => ({ a: `broadcast_to(${kept("g", inputs, attrs)} / n, a.shape)` }),
  max: extremeAdjoint,
  min: extremeAdjoint,
  var: (inputs, attrs) => ({ a: `${kept("g", inputs, attrs)} * 2 * ${deviation(attrs)} / ${spread(attrs)}` }),
  std: (inputs, attrs) => ({ a: `${kept("g", inputs, attrs)} * ${deviation(attrs)} / (${spread(attrs)} * ${kept("out", inputs, attrs)})` }),
  prod: (inputs, attrs) => (inputs[0].data.includes(0) ? null : { a: `${kept("g", inputs, attrs)} * ${kept("out", inputs, attrs)} / a` }),
  logsumexp: (inputs, attrs) => ({ a: `${kept("g", inputs, attrs)} * exp(a - ${kept("out", inputs, attrs)})` }),
  softmax: ([a], { axis }) => ({ a: `out * (g - sum(g * out${a.shape.length === 1 ? "" : keeping(axis)}))` }),
  log_softmax: ([a], { axis }) => ({ a: `g - exp(out) * sum(g${a.shape.length === 1 ? "" : keeping(axis)})` }),
  cumsum: ([a], { axis }) => ({ a: inReverse("g", a, axis) }),
  cumprod: ([a], { axis }) => (a.data.includes(0) ? null : { a: `${inReverse("g * out", a, axis)} / a` }),
  matmul: productAdjoints,
  dot: ([A, B]) => (!A.shape.length || !B.shape.length ? scaledAdjoints([A, B]) : B.shape.length <= 2 ? productAdjoints([A, B]) : null),
  outer: ([a, b]) => (a.shape.length === 1 && b.shape.length === 1 ? { a: "g @ b", b: "a @ g" } : null),
  inner: ([A, B]) => (A.shape.length === 1 && B.shape.length === 1 ? { A: "g * B", B: "g * A" } : null),
  reshape: backInShape, ravel: backInShape, squeeze: backInShape, expand_dims: backInShape,
  transpose: ([a], { axes }) => ({ a: axes === null ? "g.T" : `transpose(g, ${shapeText(orderBack(axes, a.shape.length))})` }),
  swapaxes: (_, { axis1, axis2 }) => ({ a: `swapaxes(g, ${repr(axis1)}, ${repr(axis2)})` }),
  moveaxis: (_, { source, destination }) => ({ a: `moveaxis(g, ${sourceText(destination)}, ${sourceText(source)})` }),
  broadcast_to: ([a], { shape }) => ({ a: summedText("g", shapeOf(shape), a.shape) }),
  getitem: (_, { index }) => ({ a: `put_index(g, ${sourceText(index, "index")}, a.shape)` }),
  take([a], { indices, axis }) {
    const ndim = a.shape.length, places = sourceText(indices, "indices");
    if (axis === null) return ndim === 1 ? { a: `put_index(g, ${places}, a.size)` } : null;
    return { a: `put_index(g, ${ndim === 1 ? places : `s_[${":, ".repeat((Number(axis) + ndim) % ndim)}${places}]`}, a.shape)` };
  },
  roll: (_, { shift, axis }) => (isInteger(shift) ? { a: `roll(g, ${-shift}${axis === null ? "" : `, axis=${sourceText(axis, "axis")}`})` } : null),
  pad([a], { pad_width: width }) {
    const widths = pairsOf(width, a.shape.length).map(([before, after], d) => (before || after ? `${before}:${before + a.shape[d]}` : ":"));
    return widths.length ? { a: `g[${widths.join(", ")}]` } : null;
  },
  concatenate: partsOfGradient,
  stack: (arrays, { axis }) => Object.fromEntries(arrays.map(({ shape }, i) => [`a_${i}`, `g[${":, ".repeat((Number(axis) + shape.length + 1) % (shape.length + 1))}${i}]`])),
  diag: ([a], { k }) => ({ a: a.shape.length === 1 ? ofUsual("diag", "k", k, 0) : onDiagonal(a, Number(k)) }),
  diagonal: ([a], { offset, axis1, axis2 }) => (a.shape.length === 2 && Number(axis1) === 0 && Number(axis2) === 1 ? { a: onDiagonal(a, Number(offset)) } : null),
  flip: (_, { axis }) => ({ a: ofUsual("flip", "axis", axis, null) }),
  triu: (_, { k }) => ({ A: ofUsual("triu", "k", k, 0) }),
  tril: (_, { k }) => ({ A: ofUsual("tril", "k", k, 0) }),
  sort: ([a], { axis }) => (a.shape.length === 1 && axis !== null ? { a: "g[argsort(argsort(a))]" } : null),
  norm: normAdjoint,
  einsum: contractionAdjoint,
  repeat: copiesAdjoint,
  tile: tilesAdjoint,
  max_pool: largestAdjoint,
  avg_pool: meanAdjoint,
  unfold: ([x], { stride, padding, dilation }) => ({ x: `fold(g, ${spatialText(x)}${saidSteps({ stride, padding, dilation })})` }),
  fold: ([x], { stride, padding, dilation }) => ({ x: `unfold(g, ${spatialText(x, Math.floor(x.shape.length / 2) + 1)}${saidSteps({ stride, padding, dilation })})` }),
  conv: ([x, w], steps) => ({ x: `conv_transpose(g, w, ${spatialText(x)}${convolutionSteps(steps)})`, w: `conv_kernel(x, g, ${spatialText(w)}${convolutionSteps(steps)})` }),
  conv_transpose: ([, w], steps) => ({ x: `conv(g, w${convolutionSteps(steps)})`, w: `conv_kernel(g, x, ${spatialText(w)}${convolutionSteps(steps)})` }),
  conv_kernel: ([x], steps) => ({ x: `conv_transpose(y, g, ${spatialText(x)}${convolutionSteps(steps)})`, y: `conv(x, g${convolutionSteps(steps)})` }),
  cross_entropy: lossAdjoints,
};

// The different texts of the rows, and which of them each row has.
function textsOf(rows) {
  const places = new Map(), texts = [];
  const says = rows.map(({ op, args, attrs }) => {
    if (!op || op in TABLES.rules) return null;
    const adjoints = ADJOINTS[op]?.(args.map((j) => asArray(rows[j].value)), attrs) || {};
    const text = [expressionText(op, args.map((_, i) => `_${i}`), attrs), Object.keys(adjoints), Object.values(adjoints)], key = JSON.stringify(text);
    if (!places.has(key)) places.set(key, texts.push(text) - 1);
    return places.get(key);
  });
  return { texts, says };
}
