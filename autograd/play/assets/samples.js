// Functions of samples, composed of rows: quantiles, averages, covariances, differences, slopes, integrals, interpolation.

// Between which places of n sorted numbers a quantile lies.
const PLACES_OF_QUANTILES = {
  linear: (q, n) => q * (n - 1),
  lower: (q, n) => Math.floor(q * (n - 1)),
  higher: (q, n) => Math.ceil(q * (n - 1)),
  midpoint: (q, n) => (Math.floor(q * (n - 1)) + Math.ceil(q * (n - 1))) / 2,
  nearest: (q, n) => { const x = q * (n - 1), low = Math.floor(x), rest = x - low; return rest === 0.5 ? low + (low % 2) : Math.round(x); },
};

function quantileOf(name, given, q, axis, method, keepdims) {
  const a = asNode(given), shape = shapeIn(a), hundred = name === "percentile" ? 100 : 1;
  if (q.data.some((x) => x < 0 || x > 1)) mistake(`${name}: q must be within 0 and ${hundred}`);
  const axes = axesHere(axis, shape.length), others = ranged(shape.length).filter((d) => !axes.includes(d));
  const rest = others.map((d) => shape[d]), n = product(axes.map((d) => shape[d]));
  if (!n) mistake(`${name}: shape ${shapeText(shape)} has no element to choose along axis ${repr(axis)}`);
  if (!Object.hasOwn(PLACES_OF_QUANTILES, method)) throw new NotInPage(`${name}(method=${repr(method)})`);
  const order = F("sort", [reshapedTo(turned(a, [...axes, ...others]), [n, ...rest])], { axis: 0n });
  const places = q.data.map((x) => PLACES_OF_QUANTILES[method](x, n)), low = { shape: q.shape, data: places.map(Math.floor), dtype: "i" };
  const pick = ({ shape: own, data }) => pickedItem(order, own.length ? { shape: own, data, dtype: "i" } : { shape: [], data, dtype: "i" });
  const lower = pick(low), share = { shape: [...q.shape, ...rest.map(() => 1)], data: places.map((x, i) => x - low.data[i]) };
  let out = lower;
  if (share.data.some((x) => x)) {
    const upper = pick({ shape: q.shape, data: low.data.map((k) => Math.min(k + 1, n - 1)) });
    out = plus(lower, by(less_(upper, lower), share));
  }
  pickedItem(order, -1n);
  return isTrue(keepdims) ? reshapedTo(out, [...q.shape, ...shape.map((m, d) => (axes.includes(d) ? 1 : m))]) : out;
}

const floatsOf = (x) => asArray(numbersOf(Array.isArray(x) ? arrayOf(x) : typeof x === "bigint" ? Number(x) : x));

function average(given, axis, weights, keepdims) {
  const a = asNode(given), shape = shapeIn(a);
  if (weights === null) return meant(a, axis, keepdims);
  let w = asNode(weights);
  if (String(shapeIn(w)) !== String(shape)) {
    const axes = axesHere(axis, shape.length);
    if (axis === null || String(shapeIn(w)) !== String(axes.map((d) => shape[d]))) mistake(`average: weights ${shapeText(shapeIn(w))} do not fit ${shapeText(shape)}; give the shape of a, or one weight for each place along axis`);
    const sorted_ = [...axes].sort((p, q) => p - q);
    w = reshapedTo(turned(w, axes.map((d) => sorted_.indexOf(d))), shape.map((n, d) => (axes.includes(d) ? n : 1)));
  }
  const share = summed(F("broadcast_to", [w], { shape: tuple(shape) }), axis, keepdims);
  if (asArray(numbersOf(share)).data.includes(0)) mistake("average: the weights sum to 0; no average is defined");
  return over(summed(by(w, a), axis, keepdims), share);
}

// The variables in rows, those of y below those of m.
function variablesIn(m, y, rowvar) {
  const rows = (y === null ? [m] : [m, y]).map(asNode).map((x) => (!isTrue(rowvar) && ndimOf(x) === 2 ? turned(x, null) : widened(x, 2)));
  return y === null ? rows[0] : joinedAlong(rows, 0n);
}

function covariance(x, bias, ddof, counts, importance) {
  if (ndimOf(x) !== 2) mistake(`cov: shape ${shapeText(shapeIn(x))}; give a matrix, a variable in each row`);
  const n = shapeIn(x)[1], off = Number(ddof ?? (isTrue(bias) ? 0n : 1n));
  let centred, weighted, count;
  if (counts === null && importance === null) {
    centred = weighted = less_(x, meant(x, 1n, true));
    count = n - off;
  } else {
    const [c, i] = [counts, importance].map((w) => (w === null ? filled([n], 1) : floatsOf(w)));
    if (String(c.shape) !== String([n]) || String(i.shape) !== String([n])) mistake(`cov: weights of shapes ${shapesText([c.shape, i.shape])} for ${n} observations`);
    const w = zipped((p, q) => p * q, [n], c, i), sum = total(w);
    centred = less_(x, over(summed(by(x, w), 1n, true), sum));
    weighted = by(centred, w);
    count = sum - off * (total(zipped((p, q) => p * q, [n], w, i)) / sum);
  }
  return F("squeeze", [over(F("matmul", [weighted, turned(centred, null)]), Math.max(count, 0))], { axis: null });
}

function corrcoef(x, y, rowvar) {
  const c = covariance(variablesIn(x, y, rowvar), false, null, null, null);
  if (!ndimOf(c)) return over(c, c);
  const deviation = elementwiseRow("sqrt", [F("diagonal", [c], { offset: 0n, axis1: 0n, axis2: 1n })]);
  return over(over(c, F("expand_dims", [deviation], { axis: 1n })), deviation);
}

function diff(a, n, axis, prepend, append) {
  isTrue(n);
  if (n < 0) mistake(`diff: n is ${repr(n)}; give how often to take differences, 0 or more`);
  const shape = shapeIn(a), [d] = axesHere(axis, shape.length), one = shape.map((m, i) => (i === d ? 1 : m));
  const end = (x) => { const y = asNode(x); return ndimOf(y) ? y : F("broadcast_to", [y], { shape: tuple(one) }); };
  const [before, after] = [prepend, append].map((x) => (x === null ? [] : [end(x)]));
  let out = n && (before.length || after.length) ? joinedAlong([...before, a, ...after], BigInt(d)) : a;
  for (let i = 0; i < wholeNumber(n); i += 1) { const high = cutAlong(out, d, 1n, null); out = less_(high, cutAlong(out, d, null, -1n)); }
  return out;
}

function slopeAlong(a, axis, spacing, edge) {
  const n = shapeIn(a)[axis], order = Number(edge);
  if (n < order + 1) mistake(`gradient: axis ${axis} of shape ${shapeText(shapeIn(a))} is too short; it takes ${order + 1} samples or more`);
  const places = floatsOf(spacing), steps = places.shape.length ? Array.from(places.data.slice(1), (x, i) => x - places.data[i]) : new Array(n - 1).fill(places.data[0]);
  if (steps.length !== n - 1) mistake(`gradient: ${places.data.length} places for an axis of length ${n}`);
  const tail = new Array(ndimOf(a) - axis - 1).fill(1), part = (from, to) => arrayFrom([to - from, ...tail], steps.slice(from, to));
  const h = part(0, n - 1), [back, ahead] = [part(0, n - 2), part(1, n - 1)], both = () => arrayFrom(back.shape, back.data.map((x, i) => x + ahead.data[i]));
  const low = cutAlong(a, axis, null, -1n), high = cutAlong(a, axis, 1n, null), rises = over(less_(high, low), h);
  const before = cutAlong(rises, axis, null, -1n), behind = cutAlong(rises, axis, 1n, null);
  const inner = over(plus(by(before, ahead), by(behind, back)), both());
  let first = cutAlong(rises, axis, null, 1n), last = cutAlong(rises, axis, -1n, null);
  if (order === 2) {
    const bend = over(less_(behind, before), both());
    first = less_(first, by(cutAlong(bend, axis, null, 1n), part(0, 1)));
    last = plus(last, by(cutAlong(bend, axis, -1n, null), part(n - 2, n - 1)));
  }
  return joinedAlong([first, inner, last], BigInt(axis));
}

function gradient(given, spacings, axis, edge) {
  const a = asNode(given), axes = axesHere(axis, ndimOf(a));
  if (![1n, 2n].includes(edge)) mistake(`gradient: edge_order ${repr(edge)} is unknown; use 1 or 2`);
  if (![0, 1, axes.length].includes(spacings.length) || (spacings.length === 1 && axes.length > 1 && floatsOf(spacings[0]).shape.length)) mistake(`gradient: ${spacings.length} spacings for ${axes.length} axes`);
  const steps = spacings.length ? spacings : [1];
  return eachOf(axes.map((d, i) => [d, steps[steps.length === 1 ? 0 : i]]), ([d, h]) => slopeAlong(a, d, h, edge));
}

function trapezoid(given, places, dx, axis) {
  const y = asNode(given), [d] = axesHere(axis, ndimOf(y));
  let width = dx;
  if (places !== null) {
    const x = asNode(places);
    width = diff(x, 1n, ndimOf(x) > 1 ? axis : -1n, null, null);
    if (ndimOf(x) === 1) width = reshapedTo(width, [-1, ...new Array(ndimOf(y) - d - 1).fill(1)]);
  }
  const high = cutAlong(y, d, 1n, null), heights = over(plus(high, cutAlong(y, d, null, -1n)), 2n);
  return summed(by(width, heights), BigInt(d));
}

function interp(given, xs, ys, left, right) {
  const [x, xp, fp] = [given, xs, ys].map(asNode), n = shapeIn(xp)[0];
  if (ndimOf(xp) !== 1 || String(shapeIn(xp)) !== String(shapeIn(fp)) || !n) mistake(`interp: xp ${shapeText(shapeIn(xp))} and fp ${shapeText(shapeIn(fp))} do not fit; give two vectors of one length`);
  const at_ = asArray(numbersOf(x)), places = asArray(numbersOf(xp)).data;
  const test = (holds) => ({ shape: at_.shape, data: at_.data.map((p) => Number(holds(p))), dtype: "b" });
  const pick = (a, index) => pickedItem(a, index), last = places[n - 1];
  let out;
  if (n === 1) out = F("broadcast_to", [pick(fp, 0n)], { shape: tuple(at_.shape) });
  else {
    const low_ = at_.data.map((p) => Math.min(Math.max(places.filter((place) => place <= p).length - 1, 0), n - 2));
    const i = { shape: at_.shape, data: low_, dtype: "i" }, next = { shape: at_.shape, data: low_.map((k) => k + 1), dtype: "i" };
    const start = pick(xp, i), low = pick(fp, i), rise = less_(pick(fp, next), low), slope = over(rise, less_(pick(xp, next), start));
    out = plus(low, by(slope, less_(x, start)));
  }
  const first = left ?? pick(fp, 0n), final = right ?? pick(fp, -1n);
  const inside = elementwiseRow("where", [test((p) => p > last), final, out]);
  return elementwiseRow("where", [test((p) => p < places[0]), first, inside]);
}

function polyval(coefficients, given) {
  const [p, x] = [coefficients, given].map(asNode);
  let out = by(x, 0);
  for (let i = 0; i < shapeIn(p)[0]; i += 1) out = plus(by(out, x), pickedItem(p, BigInt(i)));
  return out;
}
