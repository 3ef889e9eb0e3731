// The functions of structural rows, and indices, attributes and bounds of formulas over arrays.

// What the page does not compute: told with the command that does.
class NotInPage extends Error {}

const LISTED = new Set(["concatenate", "stack"]);
const OPERANDS = { matmul: 2, dot: 2, inner: 2, outer: 2, conv: 2, conv_transpose: 2, conv_kernel: 2, cross_entropy: 2 };

// The items of what is iterated over: of a list, or the slices of an array along its first axis, each made when it is read.
function* itemsOf(x) {
  if (Array.isArray(x)) {
    yield* x;
    return;
  }
  const value = numbersOf(x);
  if (!isArray(value)) mistake(`'${typeName(x)}' object is not iterable`);
  if (!value.shape.length) mistake(isTensor(x) ? "a 0-d Tensor has nothing to iterate over; use .item()" : "iteration over a 0-d array");
  for (let i = 0; i < value.shape[0]; i += 1) yield pickedItem(x, BigInt(i));
}

const frozenIndex = (index) => (index instanceof Tuple ? Tuple.from(index, frozenIndex) : isList(index) ? { ...arrayOf(index), dtype: "i" } : index);

// a[index] of a Tensor or an array.
function pickedItem(a, index) {
  const frozen = frozenIndex(index);
  return isTensor(a) ? structuralRow("getitem", [a], { index: frozen }) : { ...indexedBy(numbersOf(a), frozen), dtype: numbersOf(a).dtype };
}

const joinedList = (x) => (isList(x) && hasNode(x) ? stacked(x.map(joinedList)) : x);

// Indices as an array, of whole numbers where they are such.
function indicesOf(x, name) {
  if (x === null) return { shape: [], data: [], dtype: "none" };
  const array = isTensor(x) && !x.constant ? mistake(LOSES_GRADIENT) : arrayOperand(x, name);
  const whole = array.dtype === "i" || isInteger(array.original) || (Array.isArray(x) && allWhole(x));
  return { shape: array.shape, data: array.data, dtype: whole ? "i" : "f" };
}

// How rows are called whose arguments are no operands and attributes in a row.
const BINDINGS = {
  concatenate: ({ arrays, axis }) => [[...itemsOf(arrays)], { axis }],
  stack: ({ arrays, axis }) => [[...itemsOf(arrays)], { axis }],
  take: ({ a, indices, axis }) => [[a], { indices: indicesOf(indices, "take"), axis }],
  take_along_axis: ({ a, indices, axis }) => [[a], { indices: indicesOf(indices, "take_along_axis"), axis }],
};

function structuralFunction(name, method) {
  if (method && name in METHODS_OF_TENSOR) return METHODS_OF_TENSOR[name];
  const own = SAME_FUNCTIONS[name] || name;
  if (own === "expit") return unary("sigmoid");
  if (own === "einsum") return einsum;
  if (own in COMPOSED) return composedFunction(own);
  return (values, named) => {
    const bound = own in BINDINGS ? boundFirst(own, values, named) : boundArguments(own, SIGNATURES[own], values, named);
    if (own in BINDINGS) return structuralRow(own, ...BINDINGS[own](bound));
    const words = SIGNATURES[own].map(([word]) => word), count = OPERANDS[own] || 1;
    const operands = words.slice(0, count).map((word, i) => (i ? bound[word] : joinedList(bound[word])));
    if (TABLES.reduced.includes(own) && operands[0] instanceof GraphNode && !isTensor(operands[0])) return ofValue(own, operands[0]);
    return structuralRow(own, operands, Object.fromEntries(words.slice(count).map((word) => [word, attributeOf(word, bound[word], operands)])));
  };
}

// Names that a function does not have are told before what is missing.
function boundFirst(name, values, named) {
  const words = SIGNATURES[name].map(([word]) => word), foreign = Object.keys(named).find((word) => !words.includes(word));
  if (foreign) refuseForeign(name, foreign, words);
  return boundArguments(`bind_${name}`, SIGNATURES[name], values, named);
}

// No gradient flows into an attribute: of operands without one it must be numbers.
function attributeOf(word, x, operands) {
  if (x instanceof GraphNode && !operands.some(isTensor)) {
    if (!x.constant) mistake(`${word}: no gradient flows into it; pass its .data`);
    return x.value;
  }
  return x;
}

function einsum(values, named) {
  const foreign = Object.keys(named).find((word) => !["subscripts", "operands"].includes(word));
  if (foreign) refuseForeign("einsum", foreign, ["subscripts", "operands"]);
  const [subscripts, ...operands] = "subscripts" in named ? [named.subscripts, ...values] : values;
  if (typeof subscripts !== "string") mistake(`einsum: subscripts are ${shortOperand(subscripts)}; give a string first, such as 'ij,jk->ik'`);
  return structuralRow("einsum", operands, { subscripts });
}

const shortOperand = (x) => (x instanceof GraphNode ? short(x.name || "Tensor") : short(x));

const SAME_FUNCTIONS = { amax: "max", amin: "min" };

const METHODS_OF_TENSOR = {
  reshape: (values, named) => reshapeMethod("reshape", values, named),
  view: (values, named) => reshapeMethod("reshape", values, named),
  transpose([self, ...axes], named) {
    refuseNamed("transpose", named);
    return structuralRow("transpose", [self], { axes: axes.length ? unpacked(axes) : null });
  },
  flatten([self, ...more], named) {
    refuseNamed("flatten", named);
    if (more.length) mistake(`flatten() takes 1 positional argument but ${more.length + 1} were given`);
    return structuralRow("ravel", [self], {});
  },
};

const unpacked = (items) => (items.length === 1 ? items[0] : Tuple.from(items));

function refuseNamed(name, named) {
  for (const word of Object.keys(named)) mistake(`${name}() got an unexpected keyword argument '${word}'`);
}

function reshapeMethod(name, [self, ...shape], named) {
  refuseNamed(name, named);
  return structuralRow(name, [self], { shape: unpacked(shape) });
}

// The whole numbers among arguments, which may be counts or sizes.
const integersIn = (values) => values.flatMap((x) => (Array.isArray(x) ? integersIn([...x]) : isNumber(x) && Number(x) ? [Math.ceil(Math.abs(Number(x)))] : []));

const product = (numbers) => numbers.reduce((all_, n) => all_ * n, 1);

// How many numbers a function may give, from the shapes of its operands.
function mostNumbers(name, values, shapes) {
  if (name === "matmul" && shapes.length === 2 && shapes.every((shape) => shape.length)) {
    const [a, b] = shapes, stack = stretchedShape([a.slice(0, -2), b.slice(0, -2)]);
    if (!stack) mistake(`shape mismatch: objects cannot be broadcast to a single shape. Mismatch is between arg 0 with shape ${shapeText(a.slice(0, -2)).replaceAll(", ", ",")} and arg 1 with shape ${shapeText(b.slice(0, -2)).replaceAll(", ", ",")}.`);
    return product([...stack, ...a.slice(-2, -1), ...b.slice(1).slice(-1)]);
  }
  if (name in TABLES.rules) {
    const ndim = Math.max(0, ...shapes.map((shape) => shape.length));
    return product(ranged(ndim, 1).map((i) => Math.max(1, ...shapes.filter((shape) => shape.length >= i).map((shape) => shape[shape.length - i]))));
  }
  if (!TABLES.growing.includes(name)) return 0;
  const sizes = shapes.map((shape) => Math.max(product(shape), 1)), most = product(sizes) * Math.max(Math.abs(product(integersIn(values))), 1);
  return most * (["diag", "cov", "corrcoef"].includes(name) && sizes.length ? sizes[0] : 1);
}

// The values with a variable that holds classes or places as whole numbers.
function withClasses(name, operands, values) {
  const place = TABLES.whole[name];
  if (place === undefined || values.length <= place) return values;
  const whole = values[place];
  if (whole === null) return values;
  if (typeof whole === "string") mistake(`could not convert string to float: ${repr(whole)}`);
  const numbers = arrayOperand(whole, name), first = arrayOperand(values[0], name);
  let changed = whole;
  if (name === "cross_entropy" && String(numbers.shape) === String(first.shape) && numbers.shape.length === first.shape.length) changed = oneOperand(whole);
  else if (operands[place].typed && numbers.data.every((x) => x === Math.floor(x))) {
    const integers = { shape: numbers.shape, data: numbers.data, dtype: "i" };
    changed = whole instanceof GraphNode && whole.name ? new GraphNode(integers, { name: whole.name, constant: true }) : integers;
  }
  return [...values.slice(0, place), changed, ...values.slice(place + 1)];
}

Object.assign(Calls.prototype, {
  // Refuses what is too large before it is computed.
  bound(name, values, column) {
    const [first] = values;
    if (typeof first === "number" || (first instanceof GraphNode && !isTensor(first))) return;
    const shapes = values.map(numbersOf).filter(isArray).map(({ shape }) => shape);
    this.within(name, this.elements + mostNumbers(name, values, shapes), column);
  },

  // One element or a slice of an operand.
  item(operand, index, column) {
    const { value } = operand;
    try {
      if (value instanceof Tuple || (isList(value) && typeof index === "bigint")) return itemOfSequence(value, index);
      const one = oneOperand(value), array = numbersOf(one);
      if (!(isArray(array) && array.shape.length)) mistake(index === ELLIPSIS && isArray(array) ? "" : index === ELLIPSIS ? `'${typeName(one)}' object is not subscriptable` : "it is one number");
      return pickedItem(one, index);
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      return fail(`${this.words(operand)} cannot be indexed so: ${error.message.replace(/^getitem: /, "")}`, column);
    }
  },

  attribute(operand, name, column) {
    let value;
    try {
      value = oneOperand(operand.value);
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      fail(error.message, column);
    }
    const { shape } = asArray(numbersOf(value));
    if (name === "shape") return Tuple.from(shape, BigInt);
    if (name === "size" || name === "ndim") return BigInt(name === "size" ? sizeOf(shape) : shape.length);
    if (shape.length < (name === "mT" ? 2 : 0)) fail(`.mT needs two axes, and ${this.words(operand)} has fewer`, column);
    if (typeof value === "number") return value;
    return name === "T" ? structuralRow("transpose", [value], { axes: null }) : structuralRow("swapaxes", [value], { axis1: -1n, axis2: -2n });
  },
});

function itemOfSequence(items, index) {
  const kind = items instanceof Tuple ? "tuple" : "list";
  if (index instanceof Slice) return Tuple.from(index.places(items.length), (i) => items[i]);
  if (typeof index !== "bigint") mistake(`${kind} indices must be integers or slices, not ${index === ELLIPSIS ? "ellipsis" : typeName(index)}`);
  const place = Number(index) < 0 ? Number(index) + items.length : Number(index);
  return place >= 0 && place < items.length ? items[place] : mistake(`${kind} index out of range`);
}
