// The nodes of a formula: leaves, and what a row of the tables makes of its operands. An operand is a
// node, or a number or an array that is no node, which the graph has as a constant.

let created = 0;

class GraphNode {
  constructor(value, about = {}) {
    this.value = value; // a number, or in formulas of arrays {shape, data}
    this.op = about.op || null;
    this.operands = about.operands || [];
    this.attrs = about.attrs || {};
    this.kernel = about.kernel;
    this.name = about.name || null;
    this.constant = Boolean(about.constant); // takes no gradient
    created += 1;
    this.number = created;
  }
}

const isArray = (x) => x !== null && typeof x === "object" && !(x instanceof GraphNode) && "shape" in x && "data" in x;
const isTensor = (x) => x instanceof GraphNode && isArray(x.value);
const bareNumber = (x) => (x.shape.length ? x : x.data[0]);
const numbersOf = (x) => (x instanceof GraphNode ? x.value : x);
const leafOf = (value, name, overArrays) => new GraphNode(overArrays ? ownArray(value) : value, { name });
const ownArray = (x) => (isArray(x) ? { ...x, data: Float64Array.from(x.data) } : asArray(x));

// All operands of a row in its order: by place, by name, or by default.
function filledOperands(op, operands, named) {
  const { args, defaults } = TABLES.rules[op], words = Object.keys(named);
  if (words.some((word) => !args.includes(word)) || operands.length + words.length > args.length) mistake(`${op}: takes ${args.join(", ")}; see its docstring`);
  return args.map((arg, place) => {
    const operand = named[arg] ?? operands[place] ?? (arg in defaults ? Number(defaults[arg]) : null);
    if (operand === null) mistake(`${op}: the operand '${arg}' is missing`);
    return operand;
  });
}

// Whether a gradient flows through a row from one of its operands.
const flowsFrom = (op, operands) => operands.some((x, place) => x instanceof GraphNode && !x.constant && TABLES.rules[op].flows[place]);

// A row over numbers and Values.
function ofValues(op, operands) {
  const numbers = operands.map((x) => (x instanceof GraphNode ? x.value : x)), value = R[op].value(...numbers.map(Number));
  if (!operands.some((x) => x instanceof GraphNode)) return value;
  return flowsFrom(op, operands) ? new GraphNode(value, { op, operands: operands.map((x) => (x instanceof GraphNode ? x : Number(x))) }) : new GraphNode(value, { constant: true });
}

// A row of the derivative table over numbers, arrays, Values or Tensors.
function elementwiseRow(op, operands, named = {}) {
  const all = filledOperands(op, operands, named);
  return all.some((x) => isArray(numbersOf(x)) || isList(x)) ? ofArrays(op, all) : ofValues(op, all);
}
