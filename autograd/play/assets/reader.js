// The grammar: an operator-precedence parser that computes as it reads. It uses no recursion, and every
// error message is one line with the column.

const DEEPEST = 200;
// Binding strengths of operators; the power associates to the right, a sign binds less than it.
const BINDING = { "+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "@": 2, sign: 3, "**": 4 };
const ROWS = { "+": "add", "-": "sub", "*": "mul", "/": "div", "%": "mod", "@": "matmul", "**": "pow" };

const isWhole = (word) => /^\p{Nd}+$/u.test(word) && word.length < 16;

// Reads one expression: operands on one stack, pending operators and brackets on another.
class Reader {
  constructor(calls, known, names, overArrays) {
    Object.assign(this, { calls, known, names, overArrays, values: [], pending: [], depth: 0, words: [], at: 0 });
  }

  // What a whole statement is: a node, a number or an array.
  read(words) {
    const operand = this.raw(words);
    try {
      return oneOperand(operand.value);
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      return fail(`${this.calls.words(operand)}: ${error.message}`, operand.begin);
    }
  }

  // The same, with a list as it was typed.
  raw(words) {
    this.words = words;
    this.at = 0;
    let expectsOperand = true;
    while (this.at < words.length) {
      const token = words[this.at], { kind, word, column } = token;
      this.at += 1;
      if (kind === "other") fail(`${quoted(word)} means nothing in an expression; ${"<>=!".includes(word[0]) ? "write greater(a, b) or less(a, b)" : "take it out"}`, column);
      expectsOperand = expectsOperand ? this.operand(token) : this.operator(token);
    }
    if (expectsOperand) fail(`an operand is missing after ${quoted(words.at(-1).word)}`, words.at(-1).column);
    while (this.pending.length) {
      if (!(this.pending.at(-1).kind in BINDING)) fail("this bracket is never closed", this.pending.at(-1).column);
      this.apply();
    }
    return this.values.pop();
  }

  next() {
    return this.at < this.words.length ? this.words[this.at].word : "";
  }

  isIn(kind) {
    return this.pending.some((one) => one.kind === kind);
  }

  // Reads a token where an operand is expected; returns whether one is still expected.
  operand(token) {
    const { kind, word, column } = token, top = this.pending.at(-1);
    if (kind === "number") {
      if (!Number.isFinite(Number(word))) fail(`${quoted(word)} is too large for a number`, column);
      return this.give(isWhole(word) ? BigInt(word) : Number(word), token, true);
    }
    if (kind === "text") {
      if (!this.isIn("call")) fail(`${quoted(word)} means nothing in an expression; take it out`, column);
      return this.give(word.slice(1, -1), token);
    }
    if (kind === "name") return this.named(token);
    if (word === "(" || word === "[") {
      this.open({ kind: word, column });
      return true;
    }
    if (word === "+") return true;
    if (word === "-") {
      this.pending.push({ kind: "sign", column });
      return true;
    }
    const before = this.words[this.at - 2]?.word;
    if ((word === ")" || word === "]") && top && (top.count || top.keywords?.length) && before === ",") return this.close(token, top);
    if (word === ")" && top?.kind === "call" && before === "(") {
      if (!top.method) fail(`${top.name}() needs an argument`, column);
      return this.close(token, top);
    }
    return fail(`an operand is missing before ${quoted(word)}`, column);
  }

  give(value, { column, end }, typed = false) {
    this.values.push({ value, begin: column, end, typed });
    return false;
  }

  named(token) {
    const { word, column } = token, following = this.next(), top = this.pending.at(-1);
    if (following === "(") {
      this.open({ kind: "call", column, name: functionNamed(word, column) });
      this.at += 1;
      return true;
    }
    if (following === "=" && top?.kind === "call") {
      if (top.keywords.some(([name]) => name === word)) fail(`${word}= is given twice; keep one of the two`, column);
      top.keywords.push([word, this.values.length]);
      this.at += 1;
      return true;
    }
    return this.give(this.variable(word, column), token, word in this.known);
  }

  // Reads a token where an operator is expected; returns whether an operand follows.
  operator(token) {
    const { kind, word, column } = token;
    if (kind === "sign" && word in ROWS) {
      this.settle((top) => BINDING[top] > BINDING[word] - (word !== "**"));
      this.pending.push({ kind: word, column });
      return true;
    }
    if (word === "[") return this.indexed(column);
    if (word === ".") return this.dotted(token);
    if (word === ")" || word === "]" || word === ",") return this.closing(token);
    if (word === "^") fail("'^' is not a power here; write **", column);
    if (word === "//") fail("'//' has no derivative; write / or floor(a / b)", column);
    if (word === "=") fail("'=' belongs after the first name of a statement: q = x + y", column);
    const hint = this.pending.at(-1)?.kind === "[" ? "write a comma between numbers" : "write * for a product";
    return fail(`an operator is missing before ${quoted(word)}; ${hint}`, column);
  }

  closing(token) {
    const { word, column } = token;
    this.settle(() => true);
    const top = this.pending.at(-1);
    const comma = word === "," ? "; a number in a formula has a point: 0.5" : "";
    if (!top) fail(`${quoted(word)} without an opening bracket${comma}`, column);
    if (word !== ",") return this.close(token, top);
    if (top.kind === "(" && !this.isIn("call")) fail("a comma separates arguments of a function; take it out", column);
    this.argument(top, column);
    return true;
  }

  indexed(column) {
    const operand = this.values.pop(), { index, at: after, end } = indexOf(this.words, this.at, column);
    this.at = after;
    this.values.push({ value: this.calls.item(operand, index, column), begin: operand.begin, end, typed: false });
    return false;
  }

  // .T, .shape and the methods of a Tensor.
  dotted(token) {
    const { kind, word: name, column } = this.words[this.at] || token;
    if (kind !== "name") fail("'.' means nothing here; write x.T, x.sum(axis=0) or 0.5", token.column);
    this.at += 1;
    const operand = this.values.at(-1), called = this.next() === "(", isMethod = TABLES.methods.includes(name);
    if (ATTRIBUTES.includes(name) && !called) {
      const value = this.calls.attribute(operand, name, column);
      this.values[this.values.length - 1] = { value, begin: operand.begin, end: column + lengthOf(name), typed: false };
      return false;
    }
    if (isMethod && !called) fail(`.${name} is a method; write .${name}(...)`, column);
    if (!isMethod) {
      const there = nearest(name, [...TABLES.methods, ...ATTRIBUTES], ".T, .sum(axis=0), .tanh() are some");
      fail(`'.${cut(name, 40)}' means nothing here; ${there}`, column);
    }
    this.open({ kind: "call", column, name, method: true, count: 1 });
    this.at += 1;
    return true;
  }

  // Notes that an operand of a call, a list or a bracket is complete.
  argument(top, column) {
    const last = top.keywords.at(-1), place = this.values.length - 1;
    if (last && last[1] < place) fail("an argument without a name stands before those with one", column);
    if (!last || last[1] !== place) top.count += 1;
  }

  close(token, top) {
    const { word, column, end } = token;
    if (word !== (top.kind === "[" ? "]" : ")")) fail(`${quoted(word)} does not close the bracket of column ${top.column}`, column);
    const trailing = [",", "("].includes(this.words[this.at - 2].word);
    if (!trailing) this.argument(top, column);
    this.pending.pop();
    this.depth -= 1;
    const named = Object.fromEntries(top.keywords.map(([name, place]) => [name, this.values[place].value]));
    if (top.keywords.length) this.values.length = top.keywords[0][1];
    const items = this.values.splice(this.values.length - top.count), begin = top.method ? items[0].begin : top.column;
    this.values.push({ value: this.closed(top, items, named, trailing), begin, end, typed: top.kind !== "call" && items.every((item) => item.typed) });
    return false;
  }

  // What a call, a list or a bracket is.
  closed(top, items, named, trailing) {
    if (top.kind === "call") return this.calls.apply(top.name, items, top.column, named, top.method);
    if (top.kind === "[") return items.map((item) => item.value);
    return top.count === 1 && !trailing ? items[0].value : Tuple.from(items, (item) => item.value);
  }

  open(pending) {
    this.depth += 1;
    if (this.depth > DEEPEST) fail(`nested deeper than ${DEEPEST}; name a part: q = ...; q * z`, pending.column);
    this.pending.push({ count: 0, keywords: [], ...pending });
  }

  // Applies the pending operators that bind first, back to the last bracket.
  settle(binds) {
    while (this.pending.length && this.pending.at(-1).kind in BINDING && binds(this.pending.at(-1).kind)) this.apply();
  }

  apply() {
    const top = this.pending.pop(), right = this.values.pop();
    if (top.kind === "sign") {
      const plain = typeof right.value === "number" || typeof right.value === "bigint";
      this.values.push({ ...right, value: plain ? -right.value : this.calls.apply("neg", [right], top.column), begin: top.column });
      return;
    }
    const left = this.values.pop(), value = this.calls.apply(ROWS[top.kind], [left, right], top.column);
    this.values.push({ value, begin: left.begin, end: right.end, typed: false });
  }

  variable(word, column) {
    if (word in this.names) return this.names[word];
    if (word in this.known) return (this.names[word] = leafOf(this.known[word], word, this.overArrays));
    if (CONSTANTS.has(word)) return CONSTANTS.get(word);
    if (isFunction(word)) fail(`${quoted(word)} is a function; write ${word}(...)`, column);
    const power = word === "e" ? "write exp(x) for e to the x, or " : "";
    const near = nearest(word, new Set([...Object.keys(this.known), ...Object.keys(this.names)]), "");
    return fail(`${quoted(word)} has no value; ${near && !power ? `${near} If not, ` : power}give one: ${cut(word, 20)}=1`, column);
  }
}
