// Formulas of the two tables, and operations as Python writes them, as trees; null for what is no
// expression, such as "x where M = y". What no formula needs in parts is kept as source.
const syntax = {};
{
  const TOKEN = /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_]*)|('[^']*'|\*\*|\.\.\.|[-+*/@().,:=[\]]))/uy;
  const PAIRS = { "(": ")", "[": "]" };

  function tokens(text) {
    const found = [];
    for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.trimEnd().length;) {
      const match = TOKEN.exec(text);
      if (!match) return null;
      const word = match[0].trimStart();
      found.push({ word, from: TOKEN.lastIndex - word.length, to: TOKEN.lastIndex, number: match[1] !== undefined, name: match[2] !== undefined });
    }
    return found;
  }

  class Reader {
    constructor(text) {
      this.text = text;
      this.tokens = tokens(text);
      this.at = 0;
    }

    get word() { return this.tokens[this.at]?.word; }

    take(...words) { return words.includes(this.word) ? this.tokens[this.at++].word : ""; }

    need(word) { if (!this.take(word)) throw new SyntaxError(this.text); }

    // The source between two tokens, the second left out.
    source(from, to) { return to > from ? this.text.slice(this.tokens[from].from, this.tokens[to - 1].to) : ""; }

    // Operators of one strength, from left to right.
    chain(words, operand) {
      let left = operand();
      for (let op; (op = this.take(...words));) left = { is: "binary", op, left, right: operand() };
      return left;
    }

    sum() { return this.chain(["+", "-"], () => this.chain(["*", "/", "@"], () => this.signed())); }

    signed() {
      if (this.take("-")) return { is: "minus", of: this.signed() };
      const base = this.suffixed();
      return this.take("**") ? { is: "binary", op: "**", left: base, right: this.signed() } : base;
    }

    suffixed() {
      const start = this.at;
      let tree = this.atom();
      for (let sign; (sign = this.take(".", "(", "["));) {
        if (sign === ".") tree = { is: "attribute", of: tree, name: this.tokens[this.at++].word };
        else if (sign === "(") tree = this.call(tree);
        else {
          const from = this.at;
          this.skip("]");
          tree = { is: "index", of: tree, inner: this.source(from, this.at - 1), source: this.source(start, this.at) };
        }
      }
      return tree;
    }

    // Goes behind the bracket that closes the one that stands open.
    skip(end) {
      while (this.word !== end) {
        const opens = PAIRS[this.word];
        if (this.word === undefined) throw new SyntaxError(this.text);
        this.at += 1;
        if (opens) this.skip(opens);
      }
      this.at += 1;
    }

    call(tree) {
      const args = [], named = [];
      while (!this.take(")")) {
        const from = this.at;
        if (this.tokens[this.at + 1]?.word === "=" && this.tokens[this.at].name) {
          this.at += 2;
          this.sum();
          named.push(this.source(from, this.at));
        } else args.push(this.sum());
        if (this.word !== ")") this.need(",");
      }
      if (tree.is !== "name") throw new SyntaxError(this.text);
      return { is: "call", name: tree.id, args, named };
    }

    atom() {
      const start = this.at, token = this.tokens[this.at++];
      if (!token) throw new SyntaxError(this.text);
      if (token.number) return { is: "number", value: Number(token.word) };
      if (token.word === "True" || token.word === "False") return { is: "number", value: Number(token.word === "True") };
      if (token.word === "None" || token.word === "..." || token.word[0] === "'") return { is: "source", source: token.word };
      if (token.name) return { is: "name", id: token.word };
      const end = PAIRS[token.word], parts = [];
      if (!end) throw new SyntaxError(this.text);
      let commas = 0;
      while (!this.take(end)) {
        parts.push(this.sum());
        if (this.word !== end) {
          this.need(",");
          commas += 1;
        }
      }
      if (end === ")" && parts.length === 1 && !commas) return parts[0];
      return { is: "list", parts, source: this.source(start, this.at) };
    }
  }

  const trees = new Map();
  function read(text) {
    const reader = new Reader(text);
    try {
      const tree = reader.tokens && reader.sum();
      return tree && reader.at === reader.tokens.length ? tree : null;
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  }

  syntax.tree = (text) => {
    if (!trees.has(text)) trees.set(text, read(text));
    return trees.get(text);
  };

  // Whether a tree is a number, or a list of them.
  syntax.isNumber = (tree) => tree.is === "number" || tree.is === "source" || (tree.is === "minus" && syntax.isNumber(tree.of)) || (tree.is === "list" && tree.parts.every(syntax.isNumber));

  const parts = (tree) => [tree.of, tree.left, tree.right, ...(tree.args || []), ...(tree.parts || [])].filter(Boolean);

  // The names that stand in a tree, also in what is kept as source.
  syntax.names = (tree) => [
    ...(tree.is === "name" ? [tree.id] : []), ...[tree.inner, ...(tree.named || [])].flatMap((source) => source?.match(/[\p{L}_][\p{L}\p{N}_]*/gu) || []), ...parts(tree).flatMap(syntax.names),
  ];
}
