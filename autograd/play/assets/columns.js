// A formula's nodes as the columns that a page of boxes reads: rows in order, operands as distances back.

const LONGEST = 10_000;

// The nodes that a result is computed from, itself included, oldest first.
function reachable(output) {
  const seen = new Set([output]);
  for (const node of seen) for (const operand of node.operands) if (operand instanceof GraphNode) seen.add(operand);
  return [...seen].sort((a, b) => a.number - b.number);
}

// Rows in order; a number or an array that is no node is a row before what uses it first. Equal numbers are one
// constant. Each nan and each zero is one of its own: nan equals nothing, and the two zeros differ.
function rowsOf(output) {
  const rows = [], places = new Map(), shared = new Map();
  const constant = (operand) => {
    const value = typeof operand === "bigint" ? Number(operand) : operand, key = constantKey(operand), known = shared.get(key);
    if (known !== undefined && value !== 0 && value === value) return known;
    shared.set(key, rows.length);
    return rows.push({ value, kind: "constant", args: [] }) - 1;
  };
  for (const node of reachable(output)) {
    const args = node.operands.map((operand) => (operand instanceof GraphNode ? places.get(operand) : constant(operand)));
    const kind = node.op ? "interior" : node.constant ? "constant" : "leaf";
    places.set(node, rows.push({ value: node.value, name: node.name, op: node.op, attrs: node.attrs, kernel: node.kernel, kind, args }) - 1);
  }
  return rows;
}

// What is one constant: equal numbers of one kind, and one array. A small whole number is one array as well.
function constantKey(operand) {
  if (!isArray(operand)) return operand;
  const { original, shape, data, dtype } = operand;
  if (original === undefined && !shape.length) return data[0] === 0 || data[0] !== data[0] ? operand : `${dtype || "f"} ${data[0]}`;
  return typeof original === "bigint" && original >= -5n && original <= 256n ? `array ${original}` : operand;
}

// The given names by row, numbered where they repeat.
function namesOf(rows) {
  const names = {}, used = new Set(), times = {};
  rows.forEach(({ name }, i) => {
    if (!name) return;
    let unique = name;
    while (used.has(unique)) {
      times[name] = (times[name] || 1) + 1;
      unique = `${name}_${times[name]}`;
    }
    used.add(unique);
    names[i] = unique;
  });
  return names;
}

// A number as JSON has it, or as JavaScript's Number reads it.
const inJson = (x) => (Number.isFinite(x) ? x : x !== x ? "NaN" : x > 0 ? "Infinity" : "-Infinity");
const valueInJson = (x) => (isArray(x) ? (x.shape.length ? { shape: x.shape, data: Array.from(x.data, inJson) } : inJson(x.data[0])) : inJson(x));

// What stage/box_data.py gives for a graph.
function columnsOf(output) {
  const rows = rowsOf(output), names = namesOf(rows), kinds = [], codes = [], args = [], leaves = [], literals = [];
  rows.forEach((row, i) => {
    row.isLiteral = row.kind === "constant" && !row.name && !(isArray(row.value) && row.value.shape.length);
    if (row.isLiteral) literals.push(i);
    if (!row.op) {
      leaves.push(row);
      codes.push(-1);
      return;
    }
    let code = kinds.findIndex(([op, arity]) => op === row.op && arity === row.args.length);
    if (code < 0) code = kinds.push([row.op, row.args.length]) - 1;
    codes.push(code);
    args.push(...row.args.map((j) => i - j));
  });
  const columns = { ops: kinds, codes, args, values: leaves.map(({ value }) => valueInJson(value)), kinds: leaves.map(({ kind }) => kind), names, literals, scopes: [[]], runs: [[0, 0]] };
  return rows.some(({ value }) => isArray(value)) ? withArrays(columns, rows, names) : { ...columns, forms: Object.fromEntries(kinds.map(([op]) => [op, TABLES.rules[op].form])) };
}

// -- graphs of arrays ----------------------------------------------------------------------------

// A number with 4 significant digits; the digits before the point are never cut.
function number4(x) {
  if (x === 0) return "0";
  if (!Number.isFinite(x)) return unusual(x);
  const size = Math.abs(x);
  if (size >= 9999.5 && size < 1e7) return x.toFixed(0);
  const [digits, power] = decimal(size, 4);
  return minus(x) + placed10(digits.replace(/0+$/, ""), power, 4);
}

const nested = ({ shape, data }, depth = 0, from = 0) => {
  if (depth === shape.length) return number4(data[from]);
  const step = sizeOf(shape.slice(depth + 1));
  return `[${ranged(shape[depth]).map((i) => nested({ shape, data }, depth + 1, from + i * step)).join(", ")}]`;
};

// An attribute as an expression shows it.
function attributeText(x) {
  const value = numbersOf(x);
  if (isArray(value)) return value.data.length > 4 ? `array${shapeText(value.shape)}` : nested(value);
  const parts = x instanceof Tuple ? [...x] : [x];
  if (parts.some((part) => part instanceof Slice || part === ELLIPSIS || isArray(numbersOf(part)))) return `s_[${indexText(x)}]`;
  return typeof x === "number" ? number4(x) : repr(x);
}

function indexText(index) {
  if (index instanceof Tuple) return [...index].map(indexText).join(", ") || "()";
  if (!(index instanceof Slice)) return index === ELLIPSIS ? "..." : attributeText(index);
  const { start, stop, step } = index;
  return [start, stop, ...(step === null ? [] : [step])].map((end) => (end === null ? "" : String(end))).join(":");
}

const isUsual = (x, usual) => x === usual || (isNumber(x) && isNumber(usual) && Number(x) === Number(usual));

// An operation applied to operands that are already text.
function expressionText(op, operands, attrs) {
  if (op === "matmul") return `${operands[0]} @ ${operands[1]}`;
  if (op === "getitem") return `${operands[0]}[${indexText(attrs.index)}]`;
  if (op === "einsum") return `einsum(${[repr(attrs.subscripts), ...operands].join(", ")})`;
  const rule = TABLES.rules[op];
  if (rule) {
    // A negative number behind a sign, or under a power, stands in brackets.
    const behind = (i) => rule.signs && Number(i) + 2 > rule.signs;
    return rule.form.replace(/\{(\d)\}/g, (_, i) => (behind(i) && operands[i].startsWith("-") ? `(${operands[i]})` : operands[i]));
  }
  const usual = new Map(TABLES.attributes[op].map(([word, text]) => [word, literal(text)]));
  const extra = Object.entries(attrs).filter(([word, x]) => !usual.has(word) || !isUsual(x, usual.get(word)));
  if (op === "transpose" && !extra.length) return `${operands[0]}.T`;
  return `${op}(${[...(LISTED.has(op) ? [`[${operands.join(", ")}]`] : operands), ...extra.map(([word, x]) => `${word}=${attributeText(x)}`)].join(", ")})`;
}

// The labels of rows: the given names, else the letter of its kind and its count within it.
function labelsOf(rows, names) {
  const letter = { constant: "c", leaf: "x", interior: "v" }, used = new Set(Object.values(names)), count = {};
  return rows.map(({ kind }, i) => {
    count[kind] = (count[kind] || 0) + 1;
    let label = names[i] ?? (i === rows.length - 1 ? "out" : letter[kind] + count[kind]);
    while (!(i in names) && used.has(label)) label += "_";
    return label;
  });
}

function withArrays(columns, rows, names) {
  const labels = labelsOf(rows, names), text = (j) => (rows[j].isLiteral ? number4(asArray(rows[j].value).data[0]) : labels[j]);
  const kernels_ = rows.map(({ op, kernel }) => (op ? { kernel: kernel[0], attrs: kernel[1] } : null));
  return { ...columns, expressions: rows.map(({ op, args, attrs }) => (op ? expressionText(op, args.map(text), attrs) : "")), kernels: kernels_, ...textsOf(rows) };
}

// Calls the result f and short intermediate values by letters, where these are free.
function nameNodes(output, used) {
  if (!output.name && !used.has("f")) output.name = "f";
  const free = [...TABLES.letters].filter((letter) => !used.has(letter));
  const unnamed = reachable(output).filter((node) => !node.name && node.op && node !== output);
  if (unnamed.length <= free.length) unnamed.forEach((node, i) => { node.name = free[i]; });
}

// Whether the formula is over arrays: by what its variables are, or by what it calls.
function isOverArrays(text, variables) {
  const used = usedNames(text);
  if (Object.keys(variables).some((name) => used.has(name) && isArray(variables[name]) && variables[name].shape.length)) return true;
  const words = [...tokens(text)];
  return words.some(({ kind, word }, i) => {
    const dotted = words[i - 1]?.word === ".", called = words[i + 1]?.word === "(";
    if (kind === "sign" && (word === "[" || word === "@")) return true;
    if (kind === "name" && dotted && !Object.hasOwn(TABLES.rules, word)) return true;
    return called && !dotted && TABLES.names.includes(word) && !TABLES.ofNumbers.includes(word);
  });
}

// The name that a statement "name = ..." assigns to.
function targetOf(statement, variables, names) {
  if (statement.length < 2 || statement[1].word !== "=") return null;
  const [{ kind, word: name, column }] = statement;
  if (kind !== "name") fail(`${quoted(name)} cannot be assigned to; give a name before the =`, column);
  if (name in variables || name in names) fail(`${quoted(name)} has a value already; use another name`, column);
  if (statement.length === 2) fail("the value is missing after '='", statement[1].column);
  return name;
}

// A result as a node.
const nodeOf = (result, overArrays) => (result instanceof GraphNode ? result : leafOf(result, null, overArrays || (isArray(result) && result.shape.length > 0)));

function built(text, variables) {
  if (lengthOf(text) > LONGEST) fail(`the expression has ${thousands(lengthOf(text))} characters, the limit is ${thousands(LONGEST)}; split it, or write it in Python`, null);
  const bare = unquoted(text), overArrays = isOverArrays(bare, variables), calls = new Calls(bare, overArrays), names = Object.create(null);
  let result = null;
  for (const statement of statements(bare)) {
    const target = targetOf(statement, variables, names);
    result = new Reader(calls, variables, names, overArrays).read(target ? statement.slice(2) : statement);
    if (target) {
      result = names[target] = nodeOf(result, overArrays);
      result.name ??= target;
    }
  }
  if (result === null) fail("the expression is empty; write something like (x + y) * z", null);
  return nodeOf(result, overArrays);
}

// The columns of the graph of a typed formula over variables by name, or a FormulaError.
function formula(text, variables) {
  created = 0;
  const output = built(text, Object.assign(Object.create(null), variables));
  if (output.op) nameNodes(output, usedNames(text));
  return columnsOf(output);
}

// The names in a text that need a value, in the order in which they come.
function variables(text) {
  const words = [...tokens(unquoted(text))], names = new Set(), assigned = new Set();
  words.forEach(({ kind, word }, i) => {
    if (kind !== "name" || CONSTANTS.has(word)) return;
    if (words[i + 1]?.word === "=") assigned.add(word);
    else if (words[i - 1]?.word !== "." && words[i + 1]?.word !== "(") names.add(word);
  });
  return [...names].filter((name) => !assigned.has(name));
}
