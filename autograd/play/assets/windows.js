// Rows over windows: where the windows stand, and the kernels that compute with them.

const eachWhole = (x, least) => isInteger(x) && typeof x !== "boolean" && Number(x) >= least;

// Whole numbers from `least`, one for each axis.
function eachAxis(name, what, x, ndim, least) {
  const given = isList(x) ? Tuple.from(x) : x, numbers = given instanceof Tuple ? [...given] : new Array(ndim).fill(given);
  if (!numbers.every((n) => eachWhole(n, least))) faulty("value", `${name}: ${what} must be of whole numbers from ${least}, not ${short(given)}`);
  if (numbers.length !== ndim) faulty("value", `${name}: ${what} is ${repr(given)}, but there are ${ndim} spatial axes; give ${ndim}`);
  return numbers.map(Number);
}

const fixedTuples = (x) => (Array.isArray(x) ? Tuple.from(x, fixedTuples) : x);

// Padding as a pair (before, after) for every axis.
function paddingPairs(name, padding, ndim) {
  const given = fixedTuples(padding), entries = given instanceof Tuple ? [...given] : new Array(ndim).fill(given);
  if (entries.some((entry) => entry instanceof Tuple && entry.length !== 2)) faulty("value", `${name}: padding ${repr(given)} is no number or pair (before, after) per axis`);
  const [before, after] = [0, 1].map((i) => eachAxis(name, "padding", Tuple.from(entries, (entry) => (entry instanceof Tuple ? entry[i] : entry)), ndim, 0));
  return before.map((n, d) => [n, after[d]]);
}

function windowsOver(name, extent, size, stride, padding, dilation) {
  const ndim = extent.length, k = eachAxis(name, "the size of a window", size, ndim, 1);
  const s = eachAxis(name, "stride", stride, ndim, 1), d = eachAxis(name, "dilation", dilation, ndim, 1);
  const borders = paddingPairs(name, padding, ndim), wide = extent.map((n, i) => n + borders[i][0] + borders[i][1]), reach = k.map((n, i) => (n - 1) * d[i] + 1);
  if (wide.some((n, i) => n < reach[i])) {
    const spread = String(reach) === String(k) ? "" : ` that reaches over ${shapeText(reach)}`;
    const by = String(wide) === String(extent) ? "" : ` that padding makes ${shapeText(wide)}`;
    faulty("value", `${name}: a window of ${shapeText(k)}${spread} does not fit into a picture of ${shapeText(extent)}${by}; take a smaller window, or more padding`);
  }
  return { size: k, stride: s, dilation: d, padding: borders, extent, padded: wide, count: wide.map((n, i) => Math.floor((n - reach[i]) / s[i]) + 1) };
}

function refuseNoPictures(name, { shape }) {
  if (shape.length < 3) faulty("value", `${name}: shape ${shapeText(shape)} is not (samples, channels, *spatial); reshape it first`);
}

// x (N, C, *spatial) with the padding around it.
const framed = (x, { padding }, fill) => padding.reduce((y, [before, after], i) => {
  const side = (n) => filled(y.shape.map((m, d) => (d === i + 2 ? n : m)), fill);
  return before || after ? concatenated([side(before), y, side(after)], BigInt(i + 2)) : y;
}, x);

function unfolded(x, { size, stride, padding, dilation, fill }) {
  refuseNoPictures("unfold", x);
  const windows = windowsOver("unfold", x.shape.slice(2), size, stride, padding, dilation);
  const wide = framed(x, windows, Number(fill)), strides = stridesOf(wide.shape), along = strides.slice(2);
  return viewed(wide, [...wide.shape.slice(0, 2), ...windows.size, ...windows.count], [...strides.slice(0, 2), ...along.map((step, i) => step * windows.dilation[i]), ...along.map((step, i) => step * windows.stride[i])]);
}

// Where each element of all windows stands in a picture of `shape`, -1 for what is padding.
function windowPlaces(shape, size, stride, padding, dilation) {
  const numbers = filled(shape);
  numbers.data.forEach((_, k) => { numbers.data[k] = k + 1; });
  const { shape: wide, data } = unfolded(numbers, { size: Tuple.from(size, BigInt), stride, padding, dilation, fill: 0 });
  return { shape: wide, data: data.map((place) => place - 1) };
}

// The places of a pooling, window by window: a window's elements side by side.
function pooling(name, [x], { size, stride, padding, dilation = 1n }) {
  refuseNoPictures(name, x);
  const windows = windowsOver(name, x.shape.slice(2), size, stride ?? size, padding, dilation);
  const ndim = x.shape.length - 2, shape = [...x.shape.slice(0, 2), ...windows.count];
  const places = windowPlaces(x.shape, windows.size, stride ?? size, padding, dilation), taps = sizeOf(windows.size);
  const aside = inOrderOf(places, [0, 1, ...ranged(ndim, ndim + 2), ...ranged(ndim, 2)]);
  return { windows, attrs: { shape, from: Array.from(aside.data), taps } };
}

// Whether every window has a number that is no padding.
const isTouching = ({ size, stride, dilation, extent, count, padding }) => size.every((k, i) => ranged(count[i]).every((c) => ranged(k).some((j) => {
  const place = c * stride[i] + j * dilation[i] - padding[i][0];
  return place >= 0 && place < extent[i];
})));

function divisorOf(divisor, { shape, taps }) {
  if (divisor === null) return filled(shape, taps);
  const array = Array.isArray(divisor) ? arrayOf(divisor) : isArray(numbersOf(divisor)) ? numbersOf(divisor) : asArray(Number(divisor));
  const fitting = stretchedShape([array.shape, shape]);
  if (!fitting || String(fitting) !== String(shape)) faulty("value", `operands could not be broadcast together with shapes ${shapeText(shape).replaceAll(", ", ",")} ${shapeText(array.shape).replaceAll(", ", ",")} `);
  return gathered(array, stretched(array.shape, shape), shape);
}

function refuseOtherAxes(name, one, other) {
  if (one.length !== other.length || one.length < 3) faulty("value", `${name}: shapes ${shapesText([one, other])} do not fit: a picture is (samples, channels, *spatial), and kernels are (outputs, channels, *size), with as many axes`);
}

function groupsIn(name, groups, channels) {
  if (!eachWhole(groups, 1)) faulty("value", `${name}: groups must be a whole number from 1, not ${short(groups)}`);
  for (const [what, n] of Object.entries(channels)) if (n % Number(groups)) faulty("value", `${name}: ${n} ${what} do not divide into ${groups} groups`);
  return Number(groups);
}

function refuseCount(name, letter, shape, { extent, count, size }) {
  if (String(shape.slice(2)) !== String(count)) faulty("value", `${name}: ${letter} ${shapeText(shape)} does not fit: a picture of ${shapeText(extent)} has ${shapeText(count)} windows of ${shapeText(size)}`);
}

const spatial = (shape) => Tuple.from(shape.slice(2), BigInt);

// A convolution's attributes: shapes of pictures x, kernels w and results y.
function convolving(roles, shapes, result, windows, groups) {
  const [shape] = [shapes[result]];
  return ["convolution", {
    shape, ...shapes, roles, padded: [...shapes.x.slice(0, 2), ...windows.padded], before: windows.padding.map(([before]) => before),
    stride: windows.stride, dilation: windows.dilation, groups,
  }];
}

const WINDOW_ROWS = {
  fold([x], { size, stride, padding, dilation }) {
    const ndim = Math.floor((x.shape.length - 2) / 2);
    if (x.shape.length < 4 || x.shape.length % 2) faulty("value", `fold: shape ${shapeText(x.shape)} is not (N, C, *size of a window, *number of them)`);
    const picture = eachAxis("fold", "the size of the picture", size, ndim, 1), own = x.shape.slice(2, 2 + ndim);
    const windows = windowsOver("fold", picture, Tuple.from(own, BigInt), stride, padding, dilation);
    if (String(x.shape.slice(2 + ndim)) !== String(windows.count)) faulty("value", `fold: a picture of ${shapeText(picture)} has ${shapeText(windows.count)} windows of ${shapeText(windows.size)}, but x ${shapeText(x.shape)} has ${shapeText(x.shape.slice(2 + ndim))}`);
    const shape = [...x.shape.slice(0, 2), ...picture];
    return ["fold", { shape, from: Array.from(windowPlaces(shape, own, stride, padding, dilation).data) }];
  },
  max_pool(inputs, given) {
    const { windows, attrs } = pooling("max_pool", inputs, given);
    if (!isTouching(windows)) faulty("value", `max_pool: with padding ${repr(Tuple.from(windows.padding, (pair) => Tuple.from(pair, BigInt)))} a window of ${shapeText(windows.size)} lies wholly in the padding; take less padding`);
    return ["max_pool", attrs];
  },
  avg_pool(inputs, given) {
    const { attrs } = pooling("avg_pool", inputs, given);
    return ["avg_pool", { ...attrs, divisor: Array.from(divisorOf(given.divisor, attrs).data) }];
  },
  conv([x, w], { stride, padding, dilation, groups }) {
    refuseOtherAxes("conv", x.shape, w.shape);
    const n = groupsIn("conv", groups, { outputs: w.shape[0] });
    if (x.shape[1] !== w.shape[1] * n) faulty("value", `conv: x ${shapeText(x.shape)} has ${x.shape[1]} channels, and kernels w ${shapeText(w.shape)} take ${w.shape[1]}${n === 1 ? "" : ` in each of ${n} groups`}; x needs ${w.shape[1] * n}`);
    const windows = windowsOver("conv", x.shape.slice(2), spatial(w.shape), stride, padding, dilation), y = [x.shape[0], w.shape[0], ...windows.count];
    return convolving(["x", "w", "y"], { x: x.shape, w: w.shape, y }, "y", windows, n);
  },
  conv_transpose([y, w], { size, stride, padding, dilation, groups }) {
    const name = "conv_transpose", ndim = y.shape.length - 2;
    refuseOtherAxes(name, y.shape, w.shape);
    const n = groupsIn(name, groups, { outputs: w.shape[0] });
    if (y.shape[1] !== w.shape[0]) faulty("value", `conv_transpose: x ${shapeText(y.shape)} has ${y.shape[1]} channels, but w ${shapeText(w.shape)} has ${w.shape[0]} kernels; give one for each`);
    const steps = () => [eachAxis(name, "stride", stride, ndim, 1), eachAxis(name, "dilation", dilation, ndim, 1), paddingPairs(name, padding, ndim)];
    const smallest = ([s, d, p]) => Tuple.from(y.shape.slice(2), (count, i) => BigInt((count - 1) * s[i] + (w.shape[i + 2] - 1) * d[i] + 1 - p[i][0] - p[i][1]));
    const picture = eachAxis(name, "the size of the picture", size ?? smallest(steps()), ndim, 1);
    const windows = windowsOver(name, picture, spatial(w.shape), stride, padding, dilation);
    refuseCount(name, "x", y.shape, windows);
    const x = [y.shape[0], n * w.shape[1], ...picture];
    return convolving(["y", "w", "x"], { y: y.shape, w: w.shape, x }, "x", windows, n);
  },
  conv_kernel([x, y], { size, stride, padding, dilation, groups }) {
    refuseOtherAxes("conv_kernel", x.shape, y.shape);
    const n = groupsIn("conv_kernel", groups, { outputs: y.shape[1], channels: x.shape[1] });
    if (x.shape[0] !== y.shape[0]) faulty("value", `conv_kernel: x ${shapeText(x.shape)} and y ${shapeText(y.shape)} differ in their samples`);
    const windows = windowsOver("conv_kernel", x.shape.slice(2), size, stride, padding, dilation);
    refuseCount("conv_kernel", "y", y.shape, windows);
    return convolving(["x", "y", "w"], { x: x.shape, y: y.shape, w: [y.shape[1], x.shape[1] / n, ...windows.size] }, "w", windows, n);
  },
  cross_entropy(inputs, attrs) {
    return ["cross_entropy", classLoss(inputs, attrs)];
  },
};

// The attributes of a cross-entropy, once its logits and targets are found to fit.
function classLoss([logits, targets], { weight, label_smoothing: smoothing, ignore_index: ignored, reduction: how }) {
  const { shape } = logits, axis = shape.length > 1 ? 1 : 0, indices = shape.filter((_, d) => d !== axis);
  const classes = shape[axis], wrong = (text) => faulty("value", `cross_entropy: ${text}`);
  if (!["mean", "sum", "none"].includes(how)) wrong(`reduction ${short(how)} is unknown; use "mean", "sum" or "none"`);
  if (!(smoothing >= 0 && smoothing <= 1)) wrong(`label_smoothing ${repr(smoothing)} is not within 0 and 1`);
  if (!shape.length) wrong("logits are 0-d; give one per class, shape (C,) or (N, C)");
  const soft = String(targets.shape) === String(shape) && targets.shape.length === shape.length;
  const one = "; one output that says yes or no goes with binary_cross_entropy_with_logits, nn.BCEWithLogitsLoss";
  if (soft) {
    if (ignored >= 0) wrong(`ignore_index ${repr(ignored)} marks class indices, but the targets are probabilities; multiply the rows to be ignored by 0`);
    if (classes === 1 && targets.data.some((x) => x !== 1)) wrong(`there is one class, of probability 1${one}`);
  } else {
    if (String(targets.shape) !== String(indices) || targets.shape.length !== indices.length) wrong(`logits ${shapeText(shape)} and targets ${shapeText(targets.shape)} do not fit; give class indices of shape ${shapeText(indices)} or probabilities of shape ${shapeText(shape)}`);
    if (targets.dtype !== "i") faulty("type", `cross_entropy: class indices of dtype float64; make them integers, for example targets.astype(int)${classes === 1 ? one : ""}`);
  }
  const each = weight === null ? null : arrayOf([weight]).data;
  if (each && String(arrayOf([weight]).shape.slice(1)) !== String([classes])) wrong(`weight has shape ${shapeText(arrayOf([weight]).shape.slice(1))} but there are ${classes} classes; give one weight per class, shape (${classes},)`);
  const bad = soft ? undefined : targets.data.find((t) => t !== Number(ignored) && (t < 0 || t >= classes));
  if (bad !== undefined) faulty("index", `cross_entropy: target ${bad} is out of range for ${classes} classes; use 0..${classes - 1}, or mark it with ignore_index${classes === 1 ? one : ""}`);
  return { shape: how === "none" ? indices : [], weight: each && Array.from(each), label_smoothing: Number(smoothing), ignore_index: Number(ignored), reduction: how };
}
