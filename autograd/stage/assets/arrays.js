// Arrays are {shape, data}, their numbers in row-major order. A map says for each element of one
// array which element of another it belongs to: broadcasting, reductions and moves are all maps.

const kernels = {};

const sizeOf = (shape) => shape.reduce((size, n) => size * n, 1);

const filled = (shape, value = 0) => ({ shape, data: new Float64Array(sizeOf(shape)).fill(value) });

const asArray = (x) => (typeof x === "number" ? { shape: [], data: Float64Array.of(x) } : x);

// How far apart neighbours along each axis are.
function stridesOf(shape) {
  const strides = [];
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d -= 1) {
    strides[d] = step;
    step *= shape[d];
  }
  return strides;
}

// The map of an array of `shape` into one whose elements are `strides` apart.
function placed(shape, strides) {
  const map = new Int32Array(sizeOf(shape)), at = shape.map(() => 0);
  let place = 0;
  for (let k = 0; k < map.length; k += 1) {
    map[k] = place;
    for (let d = shape.length - 1; d >= 0; d -= 1) {
      place += strides[d];
      at[d] += 1;
      if (at[d] < shape[d]) break;
      place -= strides[d] * shape[d];
      at[d] = 0;
    }
  }
  return map;
}

// Broadcasting: the element of an array of shape `from` that each element of shape `to` repeats.
function stretched(from, to) {
  const strides = stridesOf(from).map((step, d) => (from[d] === 1 ? 0 : step));
  return placed(to, [...new Array(to.length - from.length).fill(0), ...strides]);
}

// A reduction over axes: the element of the result that each element goes into.
const grouped = (shape, axes) => stretched(shape.map((n, d) => (axes.includes(d) ? 1 : n)), shape);

// out[k] = x[map[k]]
const gathered = (x, map, shape) => ({ shape, data: Float64Array.from(map, (from) => x.data[from]) });

// out[map[k]] += x[k]
function scattered(x, map, shape) {
  const out = filled(shape);
  map.forEach((to, k) => { out.data[to] += x.data[k]; });
  return out;
}

// f(...) of the elements at one place, over arrays of one shape or numbers.
const zipped = (f, shape, ...arrays) => {
  const out = filled(shape);
  for (let k = 0; k < out.data.length; k += 1) out.data[k] = f(...arrays.map((x) => (typeof x === "number" ? x : x.data[k])));
  return out;
};

const total = (array) => array.data.reduce((sum, x) => sum + x, 0);

// The product of an upstream gradient and a local derivative; an exact zero wins over inf and nan.
const times = (g, local) => {
  const product = g * local;
  return product !== product && (g === 0 || local === 0) ? 0 : product;
};

// Elementwise rows, from their rule in R: arguments that are not given are defaults.
function withDefaults(rule, inputs) {
  const defaults = rule.defaults || [], missing = rule.value.length - inputs.length;
  return missing ? [...inputs, ...defaults.slice(defaults.length - missing).map((x) => asArray(Number(x)))] : inputs;
}

const elementwise = (rule) => ({
  forward(inputs, { shape }) {
    const all = withDefaults(rule, inputs).map((x) => gathered(x, stretched(x.shape, shape), shape));
    return zipped(rule.value, shape, ...all);
  },
  local(slot, inputs, output, { shape }) {
    const all = withDefaults(rule, inputs).map((x) => gathered(x, stretched(x.shape, shape), shape));
    return zipped(rule.partials[slot], shape, output, ...all);
  },
  adjoint(slot, g, inputs, output, attrs) {
    const product = zipped(times, output.shape, g, this.local(slot, inputs, output, attrs));
    return scattered(product, stretched(inputs[slot].shape, output.shape), inputs[slot].shape);
  },
});

// forward(inputs, attrs) -> array; adjoint(slot, upstream, inputs, output, attrs) -> array of the
// operand's shape. attrs.shape is that of the result.
const kernelOf = (name) => kernels[name] || elementwise(R[name]);
