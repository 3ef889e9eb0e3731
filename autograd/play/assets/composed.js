// The functions that are no rows of their own: each is a few rows, as in calculus/composed.

const apply2 = (op) => (a, b) => elementwiseRow(op, [a, b]);
const [plus, less_, by, over] = ["add", "sub", "mul", "div"].map(apply2);
const F = (name, operands, attrs = {}) => structuralRow(name, operands, attrs);
const shapeIn = (x) => numbersOf(asNode(x)).shape;
const ndimOf = (x) => shapeIn(x).length;
const asNode = (x) => (Array.isArray(x) ? arrayOf(x) : typeof x === "number" || typeof x === "bigint" ? { ...asArray(Number(x)) } : x);
const tuple = (numbers) => Tuple.from(numbers, BigInt);
const cutAlong = (a, axis, start, stop) => pickedItem(a, Tuple.from([...ranged(axis).map(() => new Slice(null, null)), new Slice(start, stop)]));
const joinedAlong = (parts, axis) => F("concatenate", parts, { axis });
const summed = (a, axis, keepdims = false) => F("sum", [a], { axis, keepdims });
const meant = (a, axis, keepdims) => F("mean", [a], { axis, keepdims });
const reshapedTo = (a, shape) => F("reshape", [a], { shape: tuple(shape) });
const turned = (a, order) => F("transpose", [a], { axes: order && tuple(order) });

// With axes of length 1 in front until there are so many.
function widened(a, axes) {
  const missing = axes - ndimOf(a);
  return missing > 0 ? F("expand_dims", [a], { axis: tuple(ranged(missing)) }) : asNode(a);
}

const eachOf = (arrays, one) => (arrays.length === 1 ? one(arrays[0]) : Tuple.from(arrays, one));

function thirdAxis(a) {
  const wide = widened(a, 2);
  return ndimOf(wide) === 2 ? F("expand_dims", [wide], { axis: -1n }) : wide;
}

function splitAt(a, sections, axis) {
  const shape = shapeIn(a), ndim = shape.length, i = wholeNumber(axis);
  if (i < -ndim || i >= ndim) mistake(`split: axis ${i} is out of range for shape ${shapeText(shape)}; use -${ndim}..${ndim - 1}`);
  const d = (i + ndim) % ndim, n = shape[d];
  let cuts;
  if (isInteger(sections)) {
    const count = Number(sections);
    if (count < 1 || n % count) mistake(`split: axis ${d} of shape ${shapeText(shape)} does not divide into ${count} equal sections; give the indices to cut at instead`);
    cuts = ranged(count - 1, 1).map((k) => (k * n) / count);
  } else cuts = Array.from(itemsOf(sections), (k) => Math.trunc(asArray(numbersOf(asNode(k))).data[0]));
  return Tuple.from([0, ...cuts], (start, k) => cutAlong(a, d, BigInt(start), BigInt(k < cuts.length ? cuts[k] : n)));
}

function splitUnevenly(a, sections, axis) {
  if (!isInteger(sections)) return splitAt(a, sections, axis);
  const parts = Number(sections), n = shapeIn(a).at(wholeNumber(axis));
  if (n === undefined) faulty("index", "tuple index out of range");
  if (parts < 1) mistake(`array_split: ${parts} parts; ask for 1 or more`);
  const size = Math.floor(n / parts), extra = n % parts;
  return splitAt(a, ranged(parts - 1, 1).map((k) => BigInt(k * size + Math.min(k, extra))), axis);
}

function turnedQuarters(a, k, axes) {
  const [first, second] = axesHere(Tuple.from(axes), ndimOf(a));
  if (first === second) mistake(`rot90: axes ${repr(axes)} are one axis; name two`);
  let out = a;
  for (let i = 0; i < ((wholeNumber(k) % 4) + 4) % 4; i += 1) out = F("flip", [F("swapaxes", [out], { axis1: BigInt(first), axis2: BigInt(second) })], { axis: BigInt(first) });
  return out;
}

function rolledAxis(a, axis, start) {
  isTrue(start);
  const ndim = ndimOf(a), [d] = axesHere(axis, ndim), to = wholeNumber(start) < 0 ? wholeNumber(start) + ndim : wholeNumber(start);
  if (to < 0 || to > ndim) mistake(`rollaxis: start ${to} is not within 0 and ${ndim}`);
  const order = ranged(ndim).filter((i) => i !== d);
  order.splice(to - Number(to > d), 0, d);
  return turned(a, order);
}

function shiftedHalf(a, axes, sign) {
  const x = asNode(a), places = axesHere(isList(axes) ? Tuple.from(axes) : axes, ndimOf(x));
  return F("roll", [x], { shift: tuple(places.map((d) => (sign * Math.floor(shapeIn(x)[d] / 2)) | 0)), axis: tuple(places) });
}

function tensordot(first, second, axes) {
  const [a, b] = [asNode(first), asNode(second)], [p, q] = [shapeIn(a), shapeIn(b)], listed_ = (x) => (Array.isArray(x) ? [...x] : [x]).map(Number);
  const [ofA, ofB] = isInteger(axes) ? [ranged(Number(axes), p.length - Number(axes)), ranged(Number(axes))] : [...axes].map(listed_);
  const inside = (i, n) => i >= -n && i < n;
  const fits = ofA.length === ofB.length && ofA.every((i, k) => inside(i, p.length) && inside(ofB[k], q.length) && p.at(i) === q.at(ofB[k]));
  const written_ = (list) => `[${list.join(", ")}]`;
  if (!fits) mistake(`tensordot: shapes ${shapeText(p)} and ${shapeText(q)} do not fit along axes ${written_(ofA)} and ${written_(ofB)}`);
  const [fromA, fromB] = [ofA.map((i) => (i + p.length) % p.length), ofB.map((i) => (i + q.length) % q.length)];
  const keptA = ranged(p.length).filter((i) => !fromA.includes(i)), keptB = ranged(q.length).filter((i) => !fromB.includes(i));
  const [rows, columns] = [keptA.map((i) => p[i]), keptB.map((i) => q[i])], inner = product(fromA.map((i) => p[i]));
  const left = reshapedTo(turned(a, [...keptA, ...fromA]), [product(rows), inner]), right = reshapedTo(turned(b, [...fromB, ...keptB]), [inner, product(columns)]);
  return reshapedTo(F("matmul", [left, right]), [...rows, ...columns]);
}

function kron(first, second) {
  const axes = Math.max(ndimOf(first), ndimOf(second)), [a, b] = [widened(first, axes), widened(second, axes)];
  const every = (from) => tuple(ranged(axes).map((d) => 2 * d + from));
  const wide = by(F("expand_dims", [a], { axis: every(1) }), F("expand_dims", [b], { axis: every(0) }));
  return reshapedTo(wide, shapeIn(a).map((n, d) => n * shapeIn(b)[d]));
}

function cross(first, second, axisa, axisb, axisc) {
  let [a, b] = [asNode(first), asNode(second)];
  const [[p], [q]] = [axesHere(axisa, ndimOf(a)), axesHere(axisb, ndimOf(b))];
  if (shapeIn(a)[p] !== 3 || shapeIn(b)[q] !== 3) mistake(`cross: shapes ${shapesText([shapeIn(a), shapeIn(b)])}: axes ${axisa} and ${axisb} must have length 3`);
  const last = (x, d) => (d === ndimOf(x) - 1 ? x : F("moveaxis", [x], { source: BigInt(d), destination: -1n }));
  [a, b] = [last(a, p), last(b, q)];
  const pick = (x, places) => F("take", [x], { indices: { ...arrayOf(places), dtype: "i" }, axis: -1n }), [ahead, behind] = [[1, 2, 0], [2, 0, 1]];
  const parts = [[a, ahead], [b, behind], [a, behind], [b, ahead]].map(([x, places]) => () => pick(x, places));
  const forward = by(parts[0](), parts[1]()), out = less_(forward, by(parts[2](), parts[3]()));
  return [-1, ndimOf(out) - 1].includes(Number(axisc)) ? out : F("moveaxis", [out], { source: -1n, destination: axisc });
}

function multiDot(given) {
  const arrays = Array.from(itemsOf(given), asNode), ndims = arrays.map(ndimOf), ends = arrays.length > 1 ? [1, 2] : [];
  const fits = ndims.every((n, i) => (i === 0 || i === ndims.length - 1 ? ends.includes(n) : n === 2));
  if (!fits) mistake(`multi_dot: shapes ${shapesText(arrays.map(shapeIn))}; give two or more matrices, vectors at ends`);
  const terms = arrays.map((_, i) => String.fromCharCode(97 + i, 98 + i));
  terms[0] = terms[0].slice(2 - ndims[0]);
  terms[terms.length - 1] = terms.at(-1).slice(0, ndims.at(-1));
  return F("einsum", arrays, { subscripts: `${terms.join()}->${terms[0].slice(0, -1)}${terms.at(-1).slice(1)}` });
}

function convolve(first, second, mode) {
  let [a, v] = [widened(first, 1), widened(second, 1)];
  const sizes = () => [a, v].map((x) => sizeOf(shapeIn(x)));
  if (ndimOf(a) !== 1 || ndimOf(v) !== 1 || sizes().includes(0)) mistake(`convolve: shapes ${shapesText([shapeIn(a), shapeIn(v)])}; give two vectors, not empty`);
  if (!["full", "same", "valid"].includes(mode)) mistake(`convolve: mode ${short(mode)} is unknown; use 'full', 'same' or 'valid'`);
  if (sizes()[1] > sizes()[0]) [a, v] = [v, a];
  const n = sizes()[1], half = Math.floor(n / 2), [before, after] = { full: [n - 1, n - 1], same: [half, n - 1 - half], valid: [0, 0] }[mode];
  const wide = F("pad", [a], { pad_width: tuple([before, after]), constant_values: 0n }), rows = ranged(shapeIn(wide)[0] - n + 1);
  const places = { ...arrayOf(rows.map((i) => ranged(n).reverse().map((k) => i + k))), dtype: "i" };
  return F("matmul", [pickedItem(wide, places), v]);
}

function correlate(first, second, mode) {
  const [a, v] = [widened(first, 1), widened(second, 1)], flip = (x) => F("flip", [x], { axis: null });
  return sizeOf(shapeIn(v)) > sizeOf(shapeIn(a)) ? flip(correlate(v, a, mode)) : convolve(a, flip(v), mode);
}

function linspace(start, stop, num, endpoint, axis) {
  const n = wholeNumber(num);
  if (n < 0) mistake(`Number of samples, ${n}, must be non-negative.`);
  const step = isTrue(endpoint) ? n - 1 : n, parts = ranged(n).map((i) => (step ? i / step : 0)), ndim = Math.max(ndimOf(start), ndimOf(stop));
  if (isTrue(endpoint) && n > 1) parts[n - 1] = 1;
  const shape = [n, ...new Array(ndim).fill(1)], [a, b] = [start, stop].map(asNode);
  const out = plus(by(a, arrayFrom(shape, parts.map((x) => 1 - x))), by(b, arrayFrom(shape, parts)));
  return Number(axis) ? F("moveaxis", [out], { source: 0n, destination: axis }) : out;
}

function selected(conditions, choices, otherwise) {
  const [tests, values] = [conditions, choices].map((x) => [...itemsOf(x)]);
  if (tests.length !== values.length) mistake(`select: ${tests.length} conditions but ${values.length} choices; give one for each`);
  return tests.reduceRight((out, test, i) => elementwiseRow("where", [test, values[i], out]), otherwise);
}

function matrixPower(given, n) {
  const a = asNode(given), shape = shapeIn(a);
  if (shape.length < 2 || shape.at(-1) !== shape.at(-2)) mistake(`matrix_power: shape ${shapeText(shape)}: the matrix must be square`);
  let rest = Number(n), out = null, square = a;
  if (rest < 0) throw new NotInPage("inv()");
  while (rest) {
    if (rest % 2) out = out === null ? square : F("matmul", [out, square]);
    rest = Math.floor(rest / 2);
    if (rest) square = F("matmul", [square, square]);
  }
  const size = shape.at(-1), eye = arrayFrom([size, size], ranged(size * size).map((k) => Number(k % (size + 1) === 0)));
  return out ?? plus(by(a, 0n), eye);
}

function normalLogpdf(x, loc, scale) {
  const squares = by(-0.5, elementwiseRow("square", [over(less_(x, loc), scale)]));
  return less_(less_(squares, elementwiseRow("log", [scale])), 0.5 * Math.log(2 * Math.PI));
}

const COMPOSED = {
  split: ({ a, indices_or_sections: parts, axis }) => splitAt(a, parts, axis),
  array_split: ({ a, indices_or_sections: parts, axis }) => splitUnevenly(a, parts, axis),
  hsplit: ({ a, indices_or_sections: parts }) => splitAt(a, parts, ndimOf(a) === 1 ? 0n : 1n),
  vsplit: ({ a, indices_or_sections: parts }) => splitAt(a, parts, 0n),
  dsplit: ({ a, indices_or_sections: parts }) => splitAt(a, parts, 2n),
  trace: ({ a, offset, axis1, axis2 }) => summed(F("diagonal", [a], { offset, axis1, axis2 }), -1n),
  atleast_1d: ({ arrays }) => eachOf(arrays, (a) => widened(a, 1)),
  atleast_2d: ({ arrays }) => eachOf(arrays, (a) => widened(a, 2)),
  atleast_3d: ({ arrays }) => eachOf(arrays, thirdAxis),
  vstack: ({ arrays }) => joinedAlong(Array.from(itemsOf(arrays), (a) => widened(a, 2)), 0n),
  hstack({ arrays }) {
    const parts = Array.from(itemsOf(arrays), (a) => widened(a, 1));
    return joinedAlong(parts, ndimOf(parts[0]) === 1 ? 0n : 1n);
  },
  dstack: ({ arrays }) => joinedAlong(Array.from(itemsOf(arrays), thirdAxis), 2n),
  column_stack: ({ arrays }) => joinedAlong(Array.from(itemsOf(arrays), (a) => (ndimOf(a) < 2 ? turned(widened(a, 2), null) : a)), 1n),
  append: ({ a, values, axis }) => joinedAlong([asNode(a), asNode(values)], axis),
  flipud: ({ a }) => F("flip", [a], { axis: 0n }),
  fliplr: ({ a }) => F("flip", [a], { axis: 1n }),
  rot90: ({ a, k, axes }) => turnedQuarters(a, k, axes),
  rollaxis: ({ a, axis, start }) => rolledAxis(a, axis, start),
  matrix_transpose: ({ a }) => F("swapaxes", [a], { axis1: -1n, axis2: -2n }),
  fftshift: ({ a, axes }) => shiftedHalf(a, axes, 1),
  ifftshift: ({ a, axes }) => shiftedHalf(a, axes, -1),
  full: ({ shape, fill_value: value }) => F("broadcast_to", [asNode(value)], { shape }),
  linspace: ({ start, stop, num, endpoint, axis }) => linspace(start, stop, num, endpoint, axis),
  logspace: ({ start, stop, num, endpoint, base, axis }) => elementwiseRow("pow", [base, linspace(start, stop, num, endpoint, axis)]),
  select: ({ condlist, choicelist, default: otherwise }) => selected(condlist, choicelist, otherwise),
  pad: ({ a, ...border }) => bordered(a, border),
  nan_to_num({ a, posinf, neginf }) {
    const x = asNode(a), { shape, data } = asArray(numbersOf(x)), high = Number(posinf ?? Number.MAX_VALUE), low = Number(neginf ?? -Number.MAX_VALUE);
    return elementwiseRow("where", [{ ...filled(shape, 1), dtype: "b" }, x, arrayFrom(shape, data.map((number_) => (number_ > 0 ? high : low)))]);
  },
  vdot: ({ a, b }) => F("dot", [F("ravel", [a]), F("ravel", [b])]),
  tensordot: ({ a, b, axes }) => tensordot(a, b, axes),
  kron: ({ a, b }) => kron(a, b),
  cross: ({ a, b, axisa, axisb, axisc, axis }) => cross(a, b, axis ?? axisa, axis ?? axisb, axis ?? axisc),
  multi_dot: ({ arrays }) => multiDot(arrays),
  convolve: ({ a, v, mode }) => convolve(a, v, mode),
  correlate: ({ a, v, mode }) => correlate(a, v, mode),
  matrix_power: ({ a, n }) => matrixPower(a, n),
  normal_logpdf: ({ x, loc, scale }) => normalLogpdf(x, loc, scale),
  diff: ({ a, n, axis, prepend, append }) => diff(a, n, axis, prepend, append),
  gradient: ({ a, spacings, axis, edge_order: edge }) => gradient(a, spacings, axis, edge),
  trapezoid: ({ y, x, dx, axis }) => trapezoid(y, x, dx, axis),
  interp: ({ x, xp, fp, left, right }) => interp(x, xp, fp, left, right),
  polyval: ({ p, x }) => polyval(p, x),
  average: ({ a, axis, weights, keepdims }) => average(a, axis, weights, keepdims),
  median: ({ a, axis, keepdims }) => quantileOf("median", a, asArray(0.5), axis, "linear", keepdims),
  quantile: ({ a, q, axis, method, keepdims }) => quantileOf("quantile", a, floatsOf(q), axis, method, keepdims),
  percentile({ a, q, axis, method, keepdims }) {
    const { shape, data } = floatsOf(q);
    return quantileOf("percentile", a, { shape, data: data.map((x) => x / 100) }, axis, method, keepdims);
  },
  cov: ({ m, y, rowvar, bias, ddof, fweights, aweights }) => covariance(variablesIn(m, y, rowvar), bias, ddof, fweights, aweights),
  corrcoef: ({ x, y, rowvar }) => corrcoef(x, y, rowvar),
};

// The places of one axis with a border of copies, by the mode of the border.
const COPIES = {
  edge: (i, n) => Math.min(Math.max(i, 0), n - 1),
  wrap: (i, n) => ((i % n) + n) % n,
  symmetric: (i, n) => { const k = ((i % (2 * n)) + 2 * n) % (2 * n); return k < n ? k : 2 * n - 1 - k; },
  reflect: (i, n) => { const m = Math.max(2 * n - 2, 1), k = ((i % m) + m) % m; return k < n ? k : m - k; },
};

function bordered(given, { pad_width: width, mode, constant_values: values, reflect_type: type }) {
  if (mode === "constant" || mode === "empty") return F("pad", [given], { pad_width: width, constant_values: values });
  const a = asNode(given), shape = shapeIn(a);
  if (!Object.hasOwn(COPIES, mode)) {
    if (["maximum", "minimum", "mean", "median", "linear_ramp"].includes(mode)) throw new NotInPage(`pad(mode=${repr(mode)})`);
    mistake(`pad: mode ${short(mode)} is unknown; use 'constant', 'linear_ramp', 'edge', 'reflect', 'symmetric', 'wrap', 'maximum', 'minimum', 'mean', 'median'`);
  }
  if (type !== "even") mistake(`pad: reflect_type ${short(type)} is not supported; use 'even'`);
  if (!allWhole(width)) mistake("`pad_width` must be of integral type.");
  const numbers = arrayFrom(shape, ranged(sizeOf(shape)));
  const places = pairsOf(width, shape.length).reduce((x, [before, after], d) => pickedAlong(x, d, ranged(before + shape[d] + after, -before).map((i) => COPIES[mode](i, shape[d]))), numbers);
  return pickedItem(F("ravel", [a], {}), { ...places, dtype: "i" });
}

// What is called one array: a list in its place is one.
const ONE_ARRAY = new Set("a b fp m p start stop v values x xp y".split(" "));

function composedFunction(name) {
  const parameters = SIGNATURES[name], several = parameters.findIndex(([word]) => word[0] === "*"), words = parameters.map(([word]) => word.replace("*", ""));
  const dense = name.endsWith("pdf"), leading = dense ? words.length : words.findIndex((word) => !ONE_ARRAY.has(word));
  const known = several < 0 ? parameters : parameters.filter((_, i) => i !== several);
  return (values, named) => {
    const foreign = Object.keys(named).find((word) => !words.includes(word));
    if (foreign) refuseForeign(name, foreign, words);
    const ready = values.map((x, i) => (i < (leading < 0 ? words.length : leading) && Array.isArray(x) ? listArray(x) : x));
    try {
      if (several < 0) return COMPOSED[name](boundArguments(name, parameters, ready, named, null, 1));
      const bound = boundArguments(name, known, ready.slice(0, several), named, null, 1);
      return COMPOSED[name]({ ...bound, [words[several]]: ready.slice(several) });
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      throw new Mistake(error.message.startsWith(`${name}: `) ? error.message : `${name}: ${error.message}`);
    }
  };
}

const listArray = (x) => { const one = joinedList(x); return Array.isArray(one) ? arrayOf(one) : one; };
