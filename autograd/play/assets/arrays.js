// Arrays in a formula: lists as arrays, shapes that fit or do not, and the nodes of rows over arrays.

// What a function of NumPy raises: of a kind, which decides how the error is told.
class Fault extends Mistake {
  constructor(kind, message) {
    super(message);
    this.kind = kind; // value, type, index or axis
  }
}

const faulty = (kind, message) => { throw new Fault(kind, message); };
const shapeText = (shape) => repr(Tuple.from(shape, BigInt));
const shapesText = (shapes) => shapes.map(shapeText).join(" and ");
const arrayFrom = (shape, numbers) => ({ shape, data: Float64Array.from(numbers) });
const ranged = (n, from = 0) => Array.from({ length: n }, (_, i) => i + from);

const LOSES_GRADIENT = "this Tensor takes a gradient, and a plain array would lose it in silence; use .data for the numbers, or the functions of autograd (autograd.stack, autograd.exp, ...)";

// Arrays among lists as lists.
function asLists(x) {
  if (Array.isArray(x)) return Array.from(x, asLists);
  const value = numbersOf(x);
  if (!isArray(value) || !value.shape.length) return x;
  const [n, ...rest] = value.shape, step = sizeOf(rest);
  return ranged(n).map((i) => asLists({ shape: rest, data: value.data.slice(i * step, (i + 1) * step) }));
}

// A nested list or tuple as an array; a result that is one number counts as a number.
function arrayOf(items) {
  const shape = [], all_ = [items].flat(Infinity);
  if (all_.some((one) => isTensor(one) && !one.constant)) mistake(LOSES_GRADIENT);
  if (all_.some((one) => one instanceof GraphNode && !isTensor(one))) throw new NotInPage("a function of several variables in brackets");
  let parts = [asLists(items)];
  while (parts.length && parts.every(Array.isArray)) {
    const [{ length }] = parts;
    if (parts.some((part) => part.length !== length)) break;
    shape.push(length);
    parts = parts.flatMap((part) => [...part]);
  }
  if (parts.some(Array.isArray)) {
    faulty("value", `setting an array element with a sequence. The requested array has an inhomogeneous shape after ${shape.length} dimensions. The detected shape was ${shapeText(shape)} + inhomogeneous part.`);
  }
  const array = arrayFrom(shape, parts.map((part) => (isArray(numbersOf(part)) ? numbersOf(part).data[0] : part === null ? NaN : Number(part))));
  return parts.length && parts.every(isInteger) ? { ...array, dtype: "i" } : array;
}

const dtypeOf = (x) => (x instanceof GraphNode ? dtypeOf(x.value) : x.dtype || "f");

// An operand of a structural row as an array; `original` is what was typed.
function arrayOperand(x, name) {
  if (x instanceof GraphNode) return x.value;
  if (x === null || isArray(x)) return x;
  if (typeof x === "string") mistake(`${name}: ${short(x)} (str) is not a number or an array`);
  return Array.isArray(x) ? arrayOf(x) : { ...asArray(Number(x)), original: x };
}

const stacked = (parts) => structuralRow("stack", parts, { axis: 0n });

// The shape to which shapes stretch, or null where they do not fit.
function stretchedShape(shapes) {
  const ndim = Math.max(0, ...shapes.map((shape) => shape.length)), out = new Array(ndim).fill(1);
  for (const shape of shapes) {
    for (let i = 1; i <= shape.length; i += 1) {
      const n = shape[shape.length - i];
      if (n === 1) continue;
      if (out[ndim - i] !== 1 && out[ndim - i] !== n) return null;
      out[ndim - i] = n;
    }
  }
  return out;
}

// The common shape of the operands of a comparison, which NumPy computes.
function broadcast(arrays, name) {
  const shapes = arrays.map(({ shape }) => shape);
  return stretchedShape(shapes) || mistake(`${name}: operands could not be broadcast together with shapes ${shapes.map((shape) => shapeText(shape).replaceAll(", ", ",")).join(" ")}`);
}

// A node of a row over arrays, or where no Tensor is among its operands the array alone.
function made(op, operands, attrs, kernel, value, flows = true) {
  if (!operands.some(isTensor)) return value;
  return flows ? new GraphNode(value, { op, operands, attrs, kernel }) : new GraphNode(value, { constant: true });
}

// An elementwise row over arrays.
function ofArrays(op, operands) {
  const inputs = operands.map((x) => arrayOperand(x, op)), shapes = inputs.map(({ shape }) => shape), shape = stretchedShape(shapes);
  if (!shape) {
    if (!operands.some(isTensor)) broadcast(inputs, op);
    mistake(`${op}: shapes ${shapesText(shapes)} do not fit: axes must be equal or 1, counted from the last`);
  }
  const kept = operands.map((x, i) => (x instanceof GraphNode || typeof x === "number" || typeof x === "bigint" ? x : inputs[i]));
  return made(op, kept, {}, [op, { shape }], kernelOf(op).forward(inputs, { shape }), flowsFrom(op, operands));
}

// A structural row: its kernel says what it computes, and raises what does not fit.
function structuralRow(name, operands, attrs) {
  const inputs = operands.map((x) => arrayOperand(x, name));
  if (inputs.includes(null)) mistake(name === "sum" ? "sum() gives no real numbers" : `${name}() takes arrays; one of its arguments here is none`);
  let kernel;
  try {
    kernel = kernelOfRow(name, inputs, attrs);
  } catch (error) {
    throw error instanceof Fault ? explained(name, error, inputs, attrs) : error;
  }
  const value = { ...kernelOf(kernel[0]).forward(inputs, kernel[1]), dtype: name in MOVES && inputs.every(({ dtype }) => dtype === "i") ? "i" : "f" };
  const flows = operands.some((x) => isTensor(x) && !x.constant);
  const kept = operands.map((x, i) => (x instanceof GraphNode ? x : { original: null, ...inputs[i] }));
  return made(name, kept, attrs, kernel, value, flows);
}

// -- errors in words that name the shapes and a remedy -------------------------------------------

function explained(name, error, inputs, attrs) {
  const shapes = inputs.filter(Boolean).map(({ shape }) => shape), remedy = REMEDIES[name];
  let text = null;
  if (error.kind === "axis") text = axisRemedy(shapes, attrs);
  else if (error.kind !== "type" && remedy) text = remedy(shapes, attrs);
  if (text === null && error.message.includes("broadcast")) text = doNotFit(shapes, "axes must be equal or 1, counted from the last");
  if (text === null && error.message.startsWith(`${name}: `)) return error;
  return new Mistake(`${name}: ${text ?? `shape${shapes.length > 1 ? "s" : ""} ${shapesText(shapes)}: ${error.message}`}`);
}

const doNotFit = (shapes, why) => `shapes ${shapesText(shapes)} do not fit: ${why}`;

function axisRemedy([shape], { axis }) {
  if (axis === null || axis === undefined || !shape) return null;
  const n = shape.length;
  return `axis ${repr(axis)} is out of range for shape ${shapeText(shape)}; ${n ? `use -${n}..${n - 1}` : "leave it out"}`;
}

const innerOf = (b) => (b.length > 1 ? b.at(-2) : b[0]);
const swapThem = (shapes) => doNotFit(shapes, `${shapes[0].at(-1)} != ${innerOf(shapes[1])}; transpose one of them, or swap the two`);
const extremeRemedy = ([shape]) => (shape.includes(0) ? `shape ${shapeText(shape)} has no element to choose; check for an empty array first` : null);
const elementsOf = (shape) => `${shapeText(shape)} (${sizeOf(shape)} elements)`;

const REMEDIES = {
  matmul(shapes) {
    const [a, b] = shapes;
    if (!a.length || !b.length) return doNotFit(shapes, "a number is not a matrix; use * to scale");
    if (a.at(-1) !== innerOf(b)) return swapThem(shapes);
    return doNotFit(shapes, `the stacks ${shapeText(a.slice(0, -2))} and ${shapeText(b.slice(0, -2))} do not broadcast; their axes must be equal or 1`);
  },
  dot: swapThem,
  inner: (shapes) => doNotFit(shapes, `${shapes[0].at(-1)} != ${shapes[1].at(-1)}; the last axes must be equal`),
  einsum(shapes, { subscripts }) {
    const terms = subscripts.replaceAll(" ", "").split("->")[0].split(","), text = repr(subscripts), sizes = new Map();
    if (terms.length !== shapes.length) return `${text} describes ${terms.length} operands but ${shapes.length} are given`;
    for (const [i, term] of terms.entries()) {
      const shape = shapes[i];
      if (term.includes("...")) continue;
      if (lengthOf(term) !== shape.length) return `${text}: ${repr(term)} names ${lengthOf(term)} axes but the operand has shape ${shapeText(shape)}`;
      for (const [d, letter] of letters(term).entries()) {
        if (!sizes.has(letter)) sizes.set(letter, shape[d]);
        if (sizes.get(letter) !== shape[d]) return `${text}: ${repr(letter)} is ${sizes.get(letter)} in one operand and ${shape[d]} in another`;
      }
    }
    return `${text} does not fit ${shapesText(shapes)}; give one letter for each axis`;
  },
  reshape: ([old], { shape }) => `shape ${elementsOf(old)} does not fit into ${repr(shape)}; the numbers of elements must agree, one axis may be -1`,
  transpose: ([shape], { axes }) => `axes ${repr(axes)} do not permute shape ${shapeText(shape)}; name each of its ${shape.length} axes once`,
  squeeze: ([shape], { axis }) => `axis ${repr(axis)} of shape ${shapeText(shape)} is longer than 1; only axes of length 1 can go, index the others`,
  broadcast_to: ([old], { shape }) => `shape ${shapeText(old)} does not stretch to ${repr(shape)}; axes must be equal or 1, counted from the last`,
  concatenate: (shapes, { axis }) => (shapes.length ? `shapes ${shapesText(shapes)} do not join along axis ${repr(axis)}; their other axes must be equal` : "there is nothing to join; give at least one array"),
  stack: (shapes) => (shapes.length ? `shapes ${shapesText(shapes)} differ; stack wants one shape, concatenate joins different ones` : "there is nothing to stack; give at least one array"),
  max: extremeRemedy,
  min: extremeRemedy,
};
