// The functions of a formula by their names, over operands and named arguments as they were typed.

// The arguments of a function by name, as Python binds them; `parameters` are [name, default or nothing].
function boundArguments(name, parameters, given, named, foreign = refuseForeign, before = 0) {
  const names = parameters.map(([parameter]) => parameter), bound = new Map();
  given.slice(0, names.length).forEach((value, place) => bound.set(names[place], value));
  const strange = Object.keys(named).filter((word) => !names.includes(word));
  for (const [word, value] of Object.entries(named)) {
    if (bound.has(word)) mistake(`${name}() got multiple values for argument '${word}'`);
    if (names.includes(word)) bound.set(word, value);
    else if (!foreign) mistake(`${name}() got an unexpected keyword argument '${word}'`);
  }
  const needed = parameters.filter((parameter) => parameter.length === 1).length, most = names.length;
  if (given.length > most) {
    const takes = needed === most ? `${most + before} positional argument${most + before === 1 ? "" : "s"}` : `from ${needed + before} to ${most + before} positional arguments`;
    mistake(`${name}() takes ${takes} but ${given.length + before} were given`);
  }
  const missing = parameters.filter((parameter) => parameter.length === 1 && !bound.has(parameter[0])).map(([parameter]) => `'${parameter}'`);
  if (missing.length) mistake(`${name}() missing ${missing.length} required positional argument${missing.length === 1 ? "" : "s"}: ${listed(missing)}`);
  if (strange.length) foreign(name, strange[0], names);
  for (const [parameter, value] of parameters) if (!bound.has(parameter)) bound.set(parameter, value);
  return Object.fromEntries(bound);
}

const listed = (words) => (words.length < 3 ? words.join(" and ") : `${words.slice(0, -1).join(", ")}, and ${words.at(-1)}`);

// An argument that a function does not have: refused with the name that it has here.
function refuseForeign(name, word, names) {
  if (word in TABLES.refused) mistake(`${name}: ${word}= is not taken here; ${TABLES.refused[word]}`);
  if (names.includes(TABLES.here[word])) mistake(`${name}: use ${TABLES.here[word]}= here, not ${word}=`);
  mistake(`${name}: there is no argument '${word}'; it takes ${names.join(", ")}`);
}

// The default of an argument, as Python writes it.
const LITERALS = new Map([["None", null], ["True", true], ["False", false], ["(0, 1)", Tuple.of(0n, 1n)]]);
const literal = (text) => (LITERALS.has(text) ? LITERALS.get(text) : text[0] === "'" ? text.slice(1, -1) : /^-?\d+$/.test(text) ? BigInt(text) : Number(text));
const SIGNATURES = Object.fromEntries(Object.entries(TABLES.functions).map(([name, parameters]) => [name, parameters.map(([word, text]) => (text === undefined ? [word] : [word, literal(text)]))]));

// A row of one operand, which has no other arguments.
const unary = (op) => (values, named) => elementwiseRow(op, [boundArguments(op, [["a"]], values, named, null).a]);

const functions = {
  gelu(values, named) {
    const { a, approximate } = boundArguments("gelu", [["a"], ["approximate", "none"]], values, named, null);
    if (approximate !== "none" && approximate !== "tanh") mistake(`gelu: approximate must be 'none' or 'tanh', not ${short(approximate)}`);
    return elementwiseRow(approximate === "tanh" ? "gelu_tanh" : "gelu", [a]);
  },
  round(values, named) {
    const { a, decimals } = boundArguments("round", [["a"], ["decimals", 0n]], values, named, null);
    if (!decimals) return elementwiseRow("round", [a]);
    if (typeof decimals !== "bigint" && decimals !== true) mistake(`'${typeName(decimals)}' object cannot be interpreted as an integer`);
    const places = Number(decimals), scale = 10 ** Math.abs(places), [first, last] = places > 0 ? ["mul", "div"] : ["div", "mul"];
    return elementwiseRow(last, [elementwiseRow("round", [elementwiseRow(first, [a, scale])]), scale]);
  },
  clip(values, named) {
    const [a, lowest, highest, ...more] = values, words = "a a_min a_max min max low high".split(" ");
    const bound = boundArguments("clip", words.map((word, i) => (i ? [word, null] : [word])), [a, lowest, highest].slice(0, values.length), named, null);
    if (more.length) mistake(`clip() takes from 1 to 3 positional arguments but ${values.length} were given`);
    return elementwiseRow("clip", [bound.a, bound.low ?? bound.min ?? bound.a_min, bound.high ?? bound.max ?? bound.a_max]);
  },
  where(values, named) {
    const ours = { condition: "c", x: "a", y: "b" };
    return elementwiseRow("where", values, Object.fromEntries(Object.entries(named).map(([word, x]) => [ours[word] || word, x])));
  },
};

const typeName = (x) => ({ number: "float", bigint: "int", string: "str", boolean: "bool" }[typeof x] || (x === null ? "NoneType" : x instanceof Tuple ? "tuple" : isList(x) ? "list" : isTensor(x) ? "Tensor" : "Value"));

// A comparison of numbers: 1 where it holds.
function compared(name, values, named) {
  const [word] = Object.keys(named), test = COMPARISONS[name];
  if (word) mistake(`${name}: takes two operands, and no ${word}=`);
  if (!values.some((x) => isArray(numbersOf(x)))) return test(...values.map(numbersOf));
  const [a, b] = values.map((x) => asArray(numbersOf(x))), shape = broadcast([a, b], name);
  return bareNumber(zipped(test, shape, ...[a, b].map((x) => gathered(x, stretched(x.shape, shape), shape))));
}

const COMPARISONS = {
  equal: (a, b) => Number(a === b), not_equal: (a, b) => Number(a !== b), greater: (a, b) => Number(a > b),
  greater_equal: (a, b) => Number(a >= b), less: (a, b) => Number(a < b), less_equal: (a, b) => Number(a <= b),
};

// What a reduction of one number is.
const ofValue = (name, value) => (name === "norm" ? elementwiseRow("abs", [value]) : value);

function functionOf(name, method) {
  if (name in COMPARISONS) return (values, named) => compared(name, values, named);
  if (name in functions) return functions[name];
  if (name in TABLES.rules) return TABLES.rules[name].args.length === 1 ? unary(name) : (values, named) => elementwiseRow(name, values, named);
  return structuralFunction(name, method);
}

// Whether the page computes a function: by a rule in R, a kernel, or functions of its own.
function isComputed(name, method) {
  if (name in COMPARISONS || name in functions) return true;
  if (name in TABLES.rules) return name in R;
  const own = SAME_FUNCTIONS[name] || name;
  return (method && own in METHODS_OF_TENSOR) || own === "expit" || [COMPOSED, MOVES, PLAIN_ROWS, PRODUCT_ROWS, WINDOW_ROWS].some((rows) => own in rows);
}
