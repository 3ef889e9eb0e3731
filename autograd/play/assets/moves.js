// Rows that move elements: each gives its result over arrays of any numbers.

// The elements of x at strides, from a first one.
const viewed = (x, shape, strides, first = 0) => gathered(x, placed(shape, strides).map((k) => k + first), shape);
const inOrderOf = (x, order) => viewed(x, order.map((d) => x.shape[d]), order.map((d) => stridesOf(x.shape)[d]));
const reshaped = (x, shape) => ({ shape, data: x.data });

// x picked along an axis at places.
function pickedAlong(x, axis, places) {
  const inner = sizeOf(x.shape.slice(axis + 1)), n = x.shape[axis], shape = x.shape.map((m, d) => (d === axis ? places.length : m)), out = filled(shape);
  for (let k = 0; k < out.data.length; k += 1) {
    const place = places[Math.floor(k / inner) % places.length], before = Math.floor(k / inner / places.length);
    out.data[k] = x.data[(before * n + place) * inner + (k % inner)];
  }
  return out;
}

// A shape among the attributes: a whole number, or several.
const shapeOf = (x) => (isTensor(x) && dtypeOf(x) === "f" ? [x] : Array.isArray(x) ? [...x] : isArray(numbersOf(x)) && numbersOf(x).shape.length ? [...numbersOf(x).data].map(BigInt) : [x]).map(wholeNumber);

function reshapeTo(a, shape) {
  if (typeof shape === "number") faulty("type", `expected a sequence of integers or a single integer, got '${repr(shape)}'`);
  const size = a.data.length, wanted = shapeOf(shape), open = wanted.filter((n) => n < 0).length, known = wanted.reduce((all, n) => (n < 0 ? all : all * n), 1);
  if (open > 1 || (open ? !known || size % known : known !== size)) faulty("value", "cannot reshape");
  return reshaped(a, wanted.map((n) => (n < 0 ? size / known : n)));
}

function transposed(a, axes) {
  const ndim = a.shape.length;
  if (axes === null) return inOrderOf(a, ranged(ndim).reverse());
  const order = shapeOf(axes);
  if (order.length !== ndim) faulty("value", "axes don't match array");
  const places = order.map((i) => { if (i < -ndim || i >= ndim) faulty("axis", `axis ${i} is out of bounds for array of dimension ${ndim}`); return (i + ndim) % ndim; });
  if (new Set(places).size < ndim) faulty("value", "repeated axis in transpose");
  return inOrderOf(a, places);
}

function moved_(a, source, destination) {
  const ndim = a.shape.length, normal = (axes, what) => {
    const found = (Array.isArray(axes) ? [...axes] : [axes]).map(wholeNumber).map((i) => {
      if (i < -ndim || i >= ndim) faulty("axis", `${what}: axis ${i} is out of bounds for array of dimension ${ndim}`);
      return (i + ndim) % ndim;
    });
    if (new Set(found).size < found.length) faulty("value", `repeated axis in \`${what}\` argument`);
    return found;
  };
  const from = normal(source, "source"), to = normal(destination, "destination");
  if (from.length !== to.length) faulty("value", "`source` and `destination` arguments must have the same number of elements");
  const order = ranged(ndim).filter((d) => !from.includes(d));
  to.map((place, i) => [place, from[i]]).sort(([p], [q]) => p - q).forEach(([place, d]) => order.splice(place, 0, d));
  return inOrderOf(a, order);
}

function squeezed(a, axis) {
  const axes = axis === null ? ranged(a.shape.length).filter((d) => a.shape[d] === 1) : reducedAxes(axis, a.shape.length);
  if (axes.some((d) => a.shape[d] !== 1)) faulty("value", "cannot select an axis to squeeze out which has size not equal to one");
  return reshaped(a, a.shape.filter((_, d) => !axes.includes(d)));
}

function expanded(a, axis) {
  const given = (Array.isArray(axis) ? [...axis] : [axis]).map(wholeNumber), ndim = a.shape.length + given.length;
  const axes = axesOf(Tuple.from(given, BigInt), ndim);
  if (new Set(axes).size < axes.length) faulty("value", "repeated axis");
  const lengths = [...a.shape];
  return reshaped(a, ranged(ndim).map((d) => (axes.includes(d) ? 1 : lengths.shift())));
}

function broadcastTo(a, shape) {
  const wanted = shapeOf(shape);
  if (wanted.some((n) => n < 0)) faulty("value", "all elements of broadcast shape must be non-negative");
  const fitting = stretchedShape([a.shape, wanted]);
  if (!fitting || fitting.length > wanted.length || fitting.some((n, d) => n !== wanted[d])) faulty("value", "operands could not be broadcast together with remapped shapes");
  return gathered(a, stretched(a.shape, wanted), wanted);
}

// Arrays along one axis, end to end.
function concatenated(arrays, axis) {
  if (!arrays.length) faulty("value", "need at least one array to concatenate");
  const parts = axis === null ? arrays.map((x) => reshaped(x, [x.data.length])) : arrays, [first] = parts, ndim = first.shape.length;
  if (axis !== null && parts.some(({ shape }) => !shape.length)) faulty("value", "zero-dimensional arrays cannot be concatenated");
  const along = axis === null ? 0 : oneAxis(axis, ndim);
  if (parts.some(({ shape }) => shape.length !== ndim || shape.some((n, d) => d !== along && n !== first.shape[d]))) faulty("value", "all the input array dimensions must match");
  const inner = sizeOf(first.shape.slice(along + 1)), outer_ = sizeOf(first.shape.slice(0, along)), data = [];
  for (let i = 0; i < outer_; i += 1) for (const { shape, data: own } of parts) data.push(...own.slice(i * shape[along] * inner, (i + 1) * shape[along] * inner));
  return arrayFrom(first.shape.map((n, d) => (d === along ? parts.reduce((sum, { shape }) => sum + shape[d], 0) : n)), data);
}

function stackedArrays(arrays, axis) {
  if (!arrays.length) faulty("value", "need at least one array to stack");
  const [{ shape }] = arrays;
  if (arrays.some((x) => x.shape.join() !== shape.join())) faulty("value", "all input arrays must have the same shape");
  const place = oneAxis(axis, shape.length + 1);
  return concatenated(arrays.map((x) => reshaped(x, [...shape.slice(0, place), 1, ...shape.slice(place)])), BigInt(place));
}

function flipped(a, axis) {
  return reducedOnce(axis, a.shape.length).reduce((x, d) => pickedAlong(x, d, ranged(x.shape[d]).reverse()), a);
}

function reducedOnce(axis, ndim) {
  const axes = axesOf(axis, ndim);
  if (new Set(axes).size < axes.length) faulty("value", "repeated axis");
  return axes;
}

function rolled(a, shift, axis) {
  if (axis === null) {
    if (Array.isArray(shift) && shift.length > 1) return [...shift].reduce((x, by) => rolled(x, by, null), a);
    return reshaped(rolled(reshaped(a, [a.data.length]), Array.isArray(shift) ? shift[0] : shift, 0n), a.shape);
  }
  const axes = axesOf(Array.isArray(axis) ? Tuple.from(axis) : axis, a.shape.length);
  const shifts = (Array.isArray(shift) ? [...shift] : [shift]).map((by) => (typeof by === "number" ? Math.trunc(by) : wholeNumber(by))), n = Math.max(axes.length, shifts.length);
  if ((axes.length !== n && axes.length !== 1) || (shifts.length !== n && shifts.length !== 1)) faulty("value", "shape mismatch: objects cannot be broadcast to a single shape");
  return ranged(n).reduce((x, i) => {
    const d = axes[axes.length === 1 ? 0 : i], by = shifts[shifts.length === 1 ? 0 : i], length = x.shape[d];
    return length ? pickedAlong(x, d, ranged(length).map((k) => ((k - by) % length + length) % length)) : x;
  }, a);
}

function repeated(a, repeats, axis) {
  const flat = axis === null || !a.shape.length ? reshaped(a, [a.data.length]) : a, d = axis === null ? 0 : oneAxis(axis, flat.shape.length), n = flat.shape[d];
  const counts = Array.isArray(repeats) ? [...repeats] : [typeof repeats === "number" ? BigInt(Math.trunc(repeats)) : repeats];
  if (counts.some((count) => !isInteger(count))) faulty("type", "Cannot cast array data from dtype('float64') to dtype('int64') according to the rule 'safe'");
  const times_ = counts.map(Number);
  if (times_.some((count) => count < 0)) faulty("value", Array.isArray(repeats) ? "repeats may not contain negative values." : "negative dimensions are not allowed");
  if (times_.length !== 1 && times_.length !== n) faulty("value", `operands could not be broadcast together with shape (${n},) (${times_.length},)`);
  return pickedAlong(flat, d, ranged(n).flatMap((k) => new Array(times_[times_.length === 1 ? 0 : k]).fill(k)));
}

function tiled(a, reps) {
  const counts = shapeOf(reps), ndim = Math.max(counts.length, a.shape.length), wide = (list) => [...new Array(ndim - list.length).fill(1), ...list];
  const times_ = wide(counts);
  if (times_.some((count) => count < 0)) faulty("value", "negative dimensions are not allowed");
  return times_.reduce((x, count, d) => pickedAlong(x, d, ranged(count).flatMap(() => ranged(x.shape[d]))), reshaped(a, wide(a.shape)));
}

// One number, a pair, or a pair for each axis, as a pair for each axis.
function pairsOf(x, ndim) {
  const array = Array.isArray(x) ? arrayOf(x) : asArray(Number(x)), shape = stretchedShape([array.shape, [ndim, 2]]);
  if (!shape || shape.length !== 2 || shape[0] !== ndim || shape[1] !== 2) faulty("value", `operands could not be broadcast together with remapped shapes [original->remapped]: ${shapeText(array.shape).replaceAll(", ", ",")} and requested shape (${ndim},2)`);
  const { data } = gathered(array, stretched(array.shape, shape), shape);
  return ranged(ndim).map((d) => [data[2 * d], data[2 * d + 1]]);
}

const allWhole = (x) => (Array.isArray(x) ? [...x].every(allWhole) : isInteger(x));

function padded(a, width, values) {
  if (!allWhole(width)) faulty("type", "`pad_width` must be of integral type.");
  const widths = pairsOf(width, a.shape.length), fills = pairsOf(values, a.shape.length);
  if (widths.flat().some((n) => n < 0)) faulty("value", "index can't contain negative values");
  return widths.reduce((x, [before, after], d) => {
    const side = (n, fill) => filled(x.shape.map((m, i) => (i === d ? n : m)), fill);
    return concatenated([side(before, fills[d][0]), x, side(after, fills[d][1])], BigInt(d));
  }, a);
}

// The triangle of the last two axes whose places `holds` says.
function triangle(a, k, holds) {
  if (!a.shape.length) faulty("type", "tri() missing 1 required positional argument: 'N'");
  const diagonal_ = wholeNumber(k), square = a.shape.length > 1 ? a : gathered(a, stretched(a.shape, [a.shape[0], a.shape[0]]), [a.shape[0], a.shape[0]]);
  const [rows, columns] = square.shape.slice(-2);
  return { shape: square.shape, data: square.data.map((x, i) => (holds(i % columns - Math.floor(i / columns) % rows, diagonal_) ? x : 0)) };
}

function ofDiagonal(a, k) {
  const by = wholeNumber(k);
  if (a.shape.length === 2) return diagonalOf(a, by, 0, 1);
  if (a.shape.length !== 1) faulty("value", "Input must be 1- or 2-d.");
  const n = a.data.length + Math.abs(by), out = filled([n, n]);
  a.data.forEach((x, i) => { out.data[(i + Math.max(-by, 0)) * n + i + Math.max(by, 0)] = x; });
  return out;
}

function diagonalOf(a, by, axis1, axis2) {
  const ndim = a.shape.length;
  if (ndim < 2) faulty("value", "diag requires an array of at least two dimensions");
  const [p, q] = [axis1, axis2].map((axis) => oneAxis(BigInt(axis), ndim));
  if (p === q) faulty("value", "axis1 and axis2 cannot be the same");
  const strides = stridesOf(a.shape), down = Math.max(-by, 0), right = Math.max(by, 0), length = Math.max(Math.min(a.shape[p] - down, a.shape[q] - right), 0);
  const rest = ranged(ndim).filter((d) => d !== p && d !== q);
  return viewed(a, [...rest.map((d) => a.shape[d]), length], [...rest.map((d) => strides[d]), strides[p] + strides[q]], length ? down * strides[p] + right * strides[q] : 0);
}

// Indices as whole numbers within an axis.
function placesIn(indices, n, axis) {
  return Array.from(indices.data, (i) => {
    if (i < -n || i >= n) faulty("index", axis === null ? `index ${i} is out of bounds for size ${n}` : `index ${i} is out of bounds for axis ${axis} with size ${n}`);
    return i < 0 ? i + n : i;
  });
}

function taken(a, indices, axis) {
  if (indices.dtype === "none") faulty("type", "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'");
  if (indices.dtype !== "i") faulty("type", "Cannot cast array data from dtype('float64') to dtype('int64') according to the rule 'same_kind'");
  const flat = axis === null || !a.shape.length ? reshaped(a, [a.data.length]) : a, d = axis === null ? 0 : oneAxis(axis, flat.shape.length);
  const places = placesIn(indices, flat.shape[d], d);
  return reshaped(pickedAlong(flat, d, places), [...flat.shape.slice(0, d), ...indices.shape, ...flat.shape.slice(d + 1)]);
}

function takenAlong(a, indices, axis) {
  if (indices.dtype !== "i") faulty("index", "`indices` must be an integer array");
  const flat = axis === null ? reshaped(a, [a.data.length]) : a, ndim = flat.shape.length;
  if (axis === null && indices.shape.length !== 1) faulty("value", "when axis=None, `indices` must have a single dimension.");
  const d = axis === null ? 0 : oneAxis(axis, ndim);
  if (indices.shape.length !== ndim) faulty("value", "`indices` and `arr` must have the same number of dimensions");
  const others = indices.shape.map((n, i) => (i === d ? 1 : n)), own = flat.shape.map((n, i) => (i === d ? 1 : n)), fitting = stretchedShape([others, own]);
  if (!fitting) faulty("index", "shape mismatch: indexing arrays could not be broadcast together with shapes");
  const shape = fitting.map((n, i) => (i === d ? indices.shape[d] : n)), strides = stridesOf(flat.shape);
  const along = gathered(indices, stretched(indices.shape, shape), shape), base = placed(shape, strides.map((step, i) => (i === d || flat.shape[i] === 1 ? 0 : step)));
  const places = placesIn(along, flat.shape[d], d);
  return gathered(flat, base.map((k, i) => k + places[i] * strides[d]), shape);
}

const MOVES = {
  reshape: ([a], { shape }) => reshapeTo(a, shape),
  ravel: ([a]) => reshaped(a, [a.data.length]),
  transpose: ([a], { axes }) => transposed(a, axes),
  swapaxes([a], { axis1, axis2 }) {
    const order = ranged(a.shape.length), [p, q] = [axis1, axis2].map((axis, k) => {
      const i = wholeNumber(axis), n = order.length;
      return i < -n || i >= n ? faulty("axis", `axis${k + 1}: axis ${i} is out of bounds for array of dimension ${n}`) : (i + n) % n;
    });
    [order[p], order[q]] = [order[q], order[p]];
    return inOrderOf(a, order);
  },
  moveaxis: ([a], { source, destination }) => moved_(a, source, destination),
  squeeze: ([a], { axis }) => squeezed(a, axis),
  expand_dims: ([a], { axis }) => expanded(a, axis),
  broadcast_to: ([a], { shape }) => broadcastTo(a, shape),
  concatenate: (arrays, { axis }) => concatenated(arrays, axis),
  stack: (arrays, { axis }) => stackedArrays(arrays, axis),
  getitem: ([a], { index }) => indexedBy(a, index),
  take: ([a], { indices, axis }) => taken(a, indices, axis),
  take_along_axis: ([a], { indices, axis }) => takenAlong(a, indices, axis),
  diag: ([a], { k }) => ofDiagonal(a, k),
  diagonal: ([a], { offset, axis1, axis2 }) => diagonalOf(a, wholeNumber(offset), wholeNumber(axis1), wholeNumber(axis2)),
  triu: ([a], { k }) => triangle(a, k, (place, by) => place >= by),
  tril: ([a], { k }) => triangle(a, k, (place, by) => place <= by),
  flip: ([a], { axis }) => flipped(a, axis),
  roll: ([a], { shift, axis }) => rolled(a, shift, axis),
  repeat: ([a], { repeats, axis }) => repeated(a, repeats, axis),
  tile: ([a], { reps }) => tiled(a, reps),
  pad: ([a], { pad_width: width, constant_values: values }) => padded(a, width, values),
  unfold: ([x], attrs) => unfolded(x, attrs),
};
