// A list as it was typed, as the array or the Tensor that it is.

const MOST_AXES = 16;

// What is wrong with the operands of a function: the message without the function's place.
class Mistake extends Error {}
function mistake(message) {
  throw new Mistake(message);
}

// A value as an operand: a list as an array, or as a Tensor where a node is in it; an integer as a float.
function oneOperand(value) {
  if (value instanceof Tuple) {
    if (value.length && [...value].every((x) => typeof x === "bigint" || typeof x === "boolean")) mistake("a shape is no operand; take one number of it with [0]");
    mistake(`there are ${value.length} results; take one of them with [0]`);
  }
  if (isList(value)) {
    refuseRagged(value);
    return hasNode(value) ? stacked(value.map(oneOperand)) : { ...arrayOf(value), dtype: "f" };
  }
  if (typeof value === "boolean" || value === null) mistake(`${repr(value)} stands only in the arguments of a function: keepdims=True`);
  if (typeof value === "string") mistake(`a text stands only in the arguments of a function, not ${short(value)}`);
  if (typeof value === "bigint") return Number(value);
  return value;
}

const hasNode = (items) => items.some((x) => x instanceof GraphNode || (isList(x) && hasNode(x)));

const ofNumbersIn = (size) => (size === null ? "one number" : `${size} number${size === 1 ? "" : "s"}`);

// Refuses nested lists that have no common shape, and names the first that differs.
function refuseRagged(items) {
  let parts = [[items, ""]];
  for (let axis = 0; axis <= MOST_AXES; axis += 1) {
    const sizes = parts.map(([part]) => (isList(part) ? part.length : null)), [first] = sizes;
    const differs = sizes.findIndex((size) => size !== first);
    if (differs >= 0) {
      const size = sizes[differs], other = size ? String(size) : ofNumbersIn(size);
      mistake(`the list is ragged: ${parts[0][1]} has ${ofNumbersIn(first)}, ${parts[differs][1]} has ${other}; make them alike`);
    }
    if (first === null) return;
    parts = parts.flatMap(([part, place]) => part.map((one, i) => [one, `${place}[${i}]`]));
    if (!parts.length) mistake("a list is empty; give at least one number");
  }
  mistake(`the list has more than ${MOST_AXES} axes; write fewer brackets`);
}
