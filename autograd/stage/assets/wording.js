// The equations of a step, as wording.py writes them: of the forward pass, of each term of a
// gradient, of the seed and of an update.
class Wording {
  constructor(s, notation) {
    this.s = s;
    this.notation = notation;
    this.rows = s.data.rows;
    this.last = this.rows.length - 1;
    this.output = this.rows[this.last].name;
  }

  // -- what is known of a row ---------------------------------------------------------------------

  // In a graph with arrays nearly every number but a literal is an array, if of no axes.
  isArray(i) { return Boolean(this.s.columns.kernels) && !this.rows[i].literal && !this.s.columns.plain?.includes(i); }
  shapeOf(x) { return x.shape || []; }
  shape(x) { return notations.shapeText(this.shapeOf(x)); }
  size(x) { return x.shape ? x.data.length : 1; }
  rule(i) { return lesson.formulas[this.rows[i].op]; }

  // A structural row: its operation, the letters of its operands, and an adjoint for each, where known.
  text(i) {
    const { texts, says, expressions } = this.s.columns, [operation, letters, adjoints] = texts?.[says[i]] || [expressions[i], [], []];
    return { operation, letters, adjoints };
  }

  // -- pieces -------------------------------------------------------------------------------------

  written(ref, turned = false, value = this.s.meant(ref)) {
    return value.shape ? this.notation.array(value, ref, turned) : this.notation.number(show(value), ref);
  }
  of(i) { return this.rows[i].literal ? this.notation.number(show(this.s.values[i])) : this.written(`v${i}`); }
  symbol(i) { return this.rows[i].literal ? this.of(i) : { ...this.notation.symbol(this.rows[i].name), array: this.shapeOf(this.s.values[i]).length > 0 }; }
  gradient(i) {
    const named = this.s.data.gradientNames?.[this.rows[i].name], array = this.shapeOf(this.s.values[i]).length > 0;
    if (named !== undefined) return { ...this.notation.symbol(named), array };
    if (this.isArray(i)) return { ...this.notation.arrayGradient(this.output, this.rows[i].name), array };
    return this.notation.derivative(this.output, this.rows[i].name);
  }

  // The operation of a row, in names or in numbers.
  expression(i, numbers = false) {
    const { args, op } = this.rows[i], pieces = args.map((j) => (numbers ? this.of(j) : this.operand(j)));
    if (!this.s.isRule(i)) return this.parsed(this.text(i).operation, Object.fromEntries(pieces.map((one, k) => [`_${k}`, one])));
    const { args: names, value } = this.rule(i);
    return value ? this.notation.write(syntax.tree(value), Object.fromEntries(pieces.map((one, k) => [names[k], one]))) : this.notation.call(op, pieces);
  }
  operand(j) { return this.s.data.writtenOut?.includes(j) ? this.expression(j) : this.symbol(j); }

  // An expression, or one in words, with the pieces in place of its letters.
  parsed(text, pieces) {
    const tree = syntax.tree(text), one = tree && this.notation.write(tree, pieces);
    if (one) return one;
    const parts = text.split(new RegExp(`\\b(${Object.keys(pieces).join("|")})\\b`)).filter(Boolean);
    return { text: parts.map((part) => (pieces[part] || this.notation.words(part)).text).join(""), strength: notations.SUM, ref: "" };
  }

  partial(i, slot) {
    const [text, constant] = this.rule(i).partials[slot], { args, op } = this.rows[i], tree = syntax.tree(text), last = args.at(-1);
    if (op !== "pow" || !this.rows[last].literal) return { tree, constant };
    const exponent = this.s.values[last], own = this.settled(tree, this.rule(i).args.at(-1), exponent.data ? exponent.data[0] : exponent); // 3 · x², not 3 · x ** (3 - 1)
    return { tree: own, constant: own.is === "number" ? own.value : null };
  }

  // A tree with a number in place of a name, and what then can be said more shortly.
  settled(tree, name, value) {
    if (tree.is === "name" && tree.id === name) return { is: "number", value };
    if (tree.is !== "binary") return tree.args ? { ...tree, args: tree.args.map((one) => this.settled(one, name, value)) } : tree;
    const { op } = tree, left = this.settled(tree.left, name, value), right = this.settled(tree.right, name, value), a = left.value, b = right.value;
    if (op === "-" && a !== undefined && b !== undefined) return { is: "number", value: a - b };
    if (op === "**" && (b === 0 || b === 1)) return b ? left : { is: "number", value: 1 };
    return op === "*" && a === 1 ? right : { ...tree, left, right };
  }

  // The local derivative of an elementwise term, in names or in numbers.
  formula(i, slot, numbers = false) {
    const { args: names } = this.rule(i), { args, op } = this.rows[i], { defaults = [] } = R[op];
    const pieces = Object.fromEntries(names.map((name, k) => {
      if (k >= args.length) return [name, this.notation.number(show(Number(defaults[k - names.length + defaults.length])))];
      return [name, numbers ? this.of(args[k]) : this.symbol(args[k])];
    }));
    pieces.out = numbers ? this.of(i) : this.symbol(i);
    return this.notation.write(this.partial(i, slot).tree, pieces, false);
  }

  // -- equations ----------------------------------------------------------------------------------

  // An equation of the sides that differ; an array, which `ref` names, is written under it instead.
  line(sides, ref, { sign = "=", shapes = "", note = "" } = {}) {
    const value = ref && this.s.number(ref)?.shape ? ref : "", own = value ? sides.slice(0, -1) : sides;
    const kept = own.filter((side, i) => !i || side.text !== own[i - 1].text), texts = kept.map((side) => side.text), { notation } = this;
    const parts = [notation.equation(texts.slice(0, 2), sign)];
    for (const side of kept.slice(2)) {
      const [first, ...rest] = side.parts || [side.text];
      parts.push(notation.equals(first), ...rest);
    }
    return { text: notation.equation(texts, sign), parts, shapes, value, note };
  }

  lines(step) {
    const i = step.row;
    if (step.phase === "forward") return [this.forward(i)];
    if (step.phase === "update") return [this.update(i)];
    if (!step.terms.length) return [this.line([this.gradient(i), this.written(`g${i}`)], `g${i}`)];
    return step.terms.flatMap(([slot, j]) => this.term(i, slot, j));
  }

  forward(i) {
    const { args, op } = this.rows[i], sides = [this.symbol(i), this.expression(i)], { values } = this.s;
    const small = args.every((j) => this.size(values[j]) <= this.notation.most);
    if (small && (this.s.isRule(i) || args.length === 1) && op !== "neg") sides.push(this.expression(i, true));
    sides.push(this.of(i));
    let shapes = "";
    if (this.isArray(i)) {
      const from = this.origin(i, args.filter((j) => this.isArray(j)).map((j) => this.shape(values[j])));
      shapes = `${this.shape(values[i])} ${from}`.trim();
    }
    return this.line(sides, `v${i}`, { shapes: shapes === "()" ? "" : shapes });
  }

  // How the operands' shapes make a result's; empty where none changes.
  origin(i, shapes) {
    const { op } = this.rows[i], [first, second, third] = shapes, tree = this.s.isRule(i) && this.rule(i).value && syntax.tree(this.rule(i).value);
    if (op === "matmul") return `= ${shapes.join(" @ ")}`;
    if (op === "linear") return `= ${first} @ ${second}${third ? ` + ${third}` : ""}`;
    if (shapes.length && shapes.every((shape) => shape === this.shape(this.s.values[i]))) return "";
    return tree && tree.is === "binary" && shapes.length === 2 ? `= ${first} ${tree.op} ${second}` : `← ${shapes.join(", ")}`;
  }

  // One operand's term of a gradient, and the sum that it is added to.
  term(i, slot, j) {
    const { s, notation } = this, key = `${i}.${slot}`, { product, before, total } = s.flow(i, slot), target = this.gradient(j), upstream = this.gradient(i);
    const sign = before === undefined ? "=" : "+=", note = this.note(i, slot), lines = [];
    if (!this.s.isRule(i)) {
      const adjoint = this.adjoint(i, slot), sides = [target, ...adjoint, ...this.workedAdjoint(i, slot), this.written(`p${key}`)];
      lines.push(this.line(sides, `p${key}`, { sign, note, shapes: `${this.shape(product)} ${this.adjointShapes(i, slot)}` }));
    } else if (this.isArray(i)) {
      const stretched_ = this.shape(product) !== this.shape(s.values[i]), shapes = product.shape ? this.shape(product) : "";
      const sides = [target, this.elementwise(i, slot, upstream), ...this.workedLocal(i, slot, stretched_), this.written(`p${key}`)];
      lines.push(this.line(sides, `p${key}`, { sign, note, shapes: stretched_ ? `${shapes} Σ ${this.shape(s.values[i])}` : shapes }));
    } else lines.push(...this.scalar(i, slot, j, target, upstream, sign, note));
    if (before === undefined) return lines;
    const sum = this.size(total) > notation.most && total.shape ? [] : [notation.binary("+", this.written(`b${key}`), this.written(`p${key}`))];
    return [...lines, this.line([target, ...sum, this.written(`t${key}`)], `t${key}`)];
  }

  // The local derivative where it has a formula of its own, and the product.
  scalar(i, slot, j, target, upstream, sign, note) {
    const { notation, s } = this, key = `${i}.${slot}`, { tree, constant } = this.partial(i, slot), fixed = constant !== null;
    const formula = this.formula(i, slot), numbers = this.formula(i, slot, true), local = this.written(`l${key}`), factor = this.written(`g${i}`);
    const worked = tree.is === "name" ? [] : [numbers], lines = [], sides = [target], product = [notation.product([factor, local])];
    if (i === this.last) {
      sides.push(notation.product([upstream, formula]));
      if (worked.length && !fixed) {
        sides.push(notation.product([factor, numbers]));
        if (s.number(`g${i}`) === 1) product.pop(); // the local derivative is the result already
      }
    } else {
      const inner = notation.derivative(this.rows[i].name, this.rows[j].name);
      if (!fixed) lines.push(this.line([inner, formula, ...worked, local], `l${key}`));
      sides.push(notation.product([upstream, inner]));
    }
    return [...lines, this.line([...sides, ...product, this.written(`p${key}`)], `p${key}`, { sign, note })];
  }

  elementwise(i, slot, upstream) {
    const { notation } = this, formula = this.formula(i, slot);
    if (formula.text === notation.number("1").text) return upstream;
    return formula.text === notation.number("-1").text ? notation.negative(upstream) : notation.elementwise(upstream, formula);
  }

  // The adjoint of a structural row in names; nothing where the page has no formula of it.
  adjoint(i, slot) {
    const { letters } = this.text(i), formula = this.adjointText(i, slot);
    if (formula === null) return [];
    const pieces = { g: this.gradient(i), out: this.symbol(i) };
    letters.forEach((letter, k) => { pieces[letter] = this.symbol(this.rows[i].args[k]); });
    return [this.parsed(formula, pieces)];
  }

  // Where a cross-entropy is the output, the factor 1 from outside says nothing.
  adjointText(i, slot) {
    const formula = this.text(i).adjoints[slot] ?? null, upstream = this.s.number(`g${i}`);
    if (formula === null || this.rows[i].op !== "cross_entropy" || i !== this.last || [...(upstream.data || [upstream])].some((x) => x !== 1)) return formula;
    const own = formula.replaceAll(" * g / n", " / n").replace(/ \* g$/, "");
    return this.targets(i) === 1 ? own.replace(/ \/ n$/, "") : own;
  }
  targets(i) {
    const logits = this.shapeOf(this.s.values[this.rows[i].args[0]]);
    return logits.length === 1 ? 1 : logits[0];
  }

  adjointShapes(i, slot) {
    const { letters, adjoints } = this.text(i), { args } = this.rows[i], found = /^(\w+)(\.T)? @ (\w+)(\.T)?$/.exec(adjoints[slot] ?? "");
    const of = (name, turned) => {
      const j = name === "g" ? i : args[letters.indexOf(name)], shape = j === undefined ? null : [...this.shapeOf(this.s.values[j])];
      return shape && notations.shapeText(turned ? shape.reverse() : shape);
    };
    const a = found && of(found[1], found[2]), b = found && of(found[3], found[4]);
    return a && b ? `= ${a} @ ${b}` : `← ${this.shape(this.s.values[i])}`;
  }

  update(i) {
    const { notation } = this, rate = notation.product([notation.symbol("α"), this.gradient(i)]);
    const worked = notation.product([this.written("r"), this.written(`g${i}`)]), old = this.written(`v${i}`);
    const sides = [notation.primed(this.rows[i].name), notation.binary("-", this.symbol(i), rate)];
    if (this.size(this.s.values[i]) <= notation.most) sides.push(notation.binary("-", old, worked));
    return this.line([...sides, this.written(`u${i}`)], `u${i}`);
  }

  // -- what is told beside a step, as notes.py has it -----------------------------------------------

  noted(step) {
    return figures.local && step.phase === "forward" ? this.saved(step.row) : [];
  }

  // The local derivatives that a forward step saves.
  saved(i) {
    if (!this.s.isRule(i)) return [];
    const found = new Map(this.s.terms(i).map(([slot, j]) => this.local(i, slot, j)).map((line) => [JSON.stringify(line), line])), lines = [...found.values()];
    const beside = lines.filter(({ value }) => !value).map((line, k) => [k ? "" : "saved", line]);
    return [...(beside.length ? [beside] : []), ...lines.filter(({ value }) => value).map((line) => [["saved", line]])];
  }

  local(i, slot, j) {
    const { tree, constant } = this.partial(i, slot), sides = [this.notation.derivative(this.rows[i].name, this.rows[j].name), this.formula(i, slot)];
    if (constant !== null) return this.line(sides, "");
    if (tree.is !== "name" && !this.shapeOf(this.s.values[i]).length) sides.push(this.formula(i, slot, true));
    return this.line([...sides, this.written(`l${i}.${slot}`)], `l${i}.${slot}`);
  }

  // -- the product that names its factors, as products.py has it ------------------------------------

  // 0 for an elementwise product, 1 for one of matrices, 2 where none is written.
  rank(i, slot) {
    if (!this.s.isRule(i)) return /^(g @ [\w.]+|[\w.]+ @ g)$/.test(this.text(i).adjoints[slot] ?? "") ? 1 : 2;
    return this.isArray(i) && Math.abs(this.partial(i, slot).constant ?? 0) === 1 ? 2 : 0;
  }

  // The first product with an upstream gradient of its own, or else the output's: its row and slot.
  namedProduct() {
    const found = {};
    for (let i = this.last; i >= 0 && !found[0] && !this.s.data.unnamed; i -= 1) {
      if (this.rows[i].op) for (const [slot] of this.s.terms(i)) found[2 * this.rank(i, slot) + (i === this.last)] ??= [i, slot];
    }
    return Object.entries(found).find(([rank]) => rank < 4)?.[1] ?? [];
  }

  // The key of the words beside a product; of matrices the upstream gradient may stand behind.
  note(i, slot) {
    const [row, place] = this.namedProduct();
    if (row !== i || place !== slot) return "";
    return this.s.isRule(i) || this.text(i).adjoints[slot].startsWith("g") ? "chain rule" : "chain rule turned";
  }

  // -- a term with its numbers, where the notation has room for arrays --------------------------------

  small(x) { return !x.shape || (x.shape.length < 3 && x.data.length > 0 && x.data.length <= this.notation.most); }

  // upstream ⊙ local; nothing where the product says it all. Of what was stretched the terms are summed.
  workedLocal(i, slot, stretched_) {
    const { notation } = this, upstream = this.written(`g${i}`), { constant } = this.partial(i, slot), ref = `l${i}.${slot}`;
    if (!notation.works || (constant === null && !this.small(this.s.number(ref)))) return [];
    const one = constant === null ? notation.elementwise(upstream, this.written(ref))
      : constant === 1 ? upstream : constant === -1 ? notation.negative(upstream) : notation.product([notation.number(show(constant)), upstream]);
    if (stretched_) return [notation.call("Σ", [one])];
    return constant === 1 ? [] : [one];
  }

  // The adjoint of a structural row with arrays in place of its letters.
  workedAdjoint(i, slot) {
    const { letters } = this.text(i), { op, args } = this.rows[i], { values } = this.s, key = `${i}.${slot}`, formula = this.adjointText(i, slot);
    if ((!this.notation.works && op !== "cross_entropy") || formula === null) return [];
    const known = new Map([["g", [`g${i}`]], ["out", [`v${i}`]]]);
    letters.forEach((letter, k) => known.set(letter, this.rows[args[k]].literal ? ["", values[args[k]]] : [`v${args[k]}`]));
    if (op === "cross_entropy") {
      const logits = this.shapeOf(values[args[0]]);
      if (logits.length < 3) {
        known.set("n", ["", this.targets(i)]).set("_softmax", [`s${key}`]);
        if (this.shapeOf(values[args[1]]).length < logits.length) known.set("_one_hot", [`h${key}`]);
      }
    }
    const value = (name) => known.get(name)[1] ?? this.s.number(known.get(name)[0]), tree = syntax.tree(formula);
    if (!tree) return [];
    const turned = this.turned(tree, known, value), used = new Set(syntax.names(turned)), pieces = {};
    for (const [name, [ref]] of known) {
      for (const [name_, flipped] of [[name, false], [`${name}_turned`, true]]) {
        if (!used.has(name_)) continue;
        if (!this.small(value(name))) return [];
        pieces[name_] = this.written(ref, flipped, value(name));
      }
    }
    const one = Object.keys(pieces).length ? this.notation.write(turned, pieces) : null;
    return one ? [one] : [];
  }

  // Names for what is written as one array: a transpose, a softmax; and shapes as numbers.
  turned(tree, known, value) {
    const inner = (one) => this.turned(one, known, value), name = tree.of?.is === "name" ? tree.of.id : "";
    if (tree.is === "attribute" && known.has(name)) {
      const shape = this.shapeOf(value(name));
      if (tree.name === "T" && shape.length === 2) return { is: "name", id: `${name}_turned` };
      if (tree.name === "shape") return syntax.tree(shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`);
    }
    if (tree.is === "call") return known.has(`_${tree.name}`) ? { is: "name", id: `_${tree.name}` } : { ...tree, args: tree.args.map(inner) };
    const changed = { ...tree };
    for (const part of ["of", "left", "right"]) if (tree[part]) changed[part] = inner(tree[part]);
    if (tree.parts) changed.parts = tree.parts.map(inner);
    return changed;
  }
}
