// Mathematics as plain text and as MathML, as notation.py and notation_mathml.py write it: a piece is
// text with its binding strength, which decides where brackets are needed. A number is written as
// the reference to it in plain text, and with it in MathML.
const notations = {};
{
  const SUM = 2, PRODUCT = 3, QUOTIENT = 4, SIGNED = 5, POWER = 6, ATOM = 7;
  const STRENGTHS = { "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "@": PRODUCT, "**": POWER };
  const COMPARED = { equal: "=", not_equal: "≠", greater: ">", greater_equal: "≥", less: "<", less_equal: "≤" };
  const MOST = { text: 4, mathml: 36 };

  const piece = (text, strength = ATOM, ref = "", array = false) => ({ text, strength, ref, array });
  const broad = (one, array = true) => ({ ...one, array });
  const shapeText = (shape) => `(${shape.join(",")}${shape.length === 1 ? "," : ""})`;
  const joined = (parts, strength) => ({ ...piece(parts.join(""), strength), parts });
  // What json, XML and a formula cannot hold as it is.
  const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
  const escaped = (text) => text.replace(/(?![ \u00a0])[\p{C}\p{Z}]/gu, "�").replace(/[&<>"']/g, (c) => ENTITIES[c]);
  const minused = (text) => text.replaceAll("-", "−");
  const spaced = (text) => escaped(text.replaceAll(" ", "\u00a0"));

  class Plain {
    most = MOST.text;
    works = false;
    minus = "-";
    dot = " · ";
    circle = " * ";

    symbol(label) { return piece(label); }
    number(text, ref = "") { return ref ? piece(`{${ref}}`, SIGNED, ref) : piece(text, text.startsWith("-") ? SIGNED : text.includes("/") ? PRODUCT : ATOM); }
    array(value, ref) { return piece(`{${ref}}`, ATOM, ref, true); }
    words(text) { return piece(text); }
    index(one, text) { return piece(`${this.atLeast(one, ATOM).text}[${text}]`); }
    primed(label) { return piece(`${label}'`); }
    derivative(top, bottom) { return piece(`∂${top}/∂${bottom}`); }
    arrayGradient(top, bottom) { return piece(`d${bottom}`); }
    brackets(one) { return piece(one.ref ? `{(${one.ref})}` : `(${one.text})`); } // in brackets while it is negative
    square(one) { return piece(`[${one.text}]`); }
    call(name, args) {
      if (name === "one_hot" && args[0].strength === ATOM) return piece(`1_${args[0].text}`);
      return piece(`${name}(${args.map((one) => one.text).join(", ")})`);
    }
    comparison(sign, left, right) { return piece(`${left.text} ${sign} ${right.text}`, 0); }
    choice(condition, yes, no) { return piece(`${yes.text} if ${condition.text} else ${no.text}`, 0); }
    transposed(one, name) { return piece(`${this.atLeast(one, ATOM).text}.${name}`); }
    times(left, right) {
      if (left.array || right.array) return this.elementwise(left, right);
      return piece(`${this.atLeast(left, PRODUCT).text}${this.dot}${this.right("*", right).text}`, PRODUCT);
    }
    equals(side) { return `= ${side}`; }
    equation([head, ...rest], sign = "=") { return rest.length ? `${head} ${sign} ${rest.join(" = ")}` : head; }
    atLeast(one, strength) { return one.strength >= strength ? one : this.brackets(one); }

    // A right operand, in brackets where it would be misread, or begins with a minus.
    right(op, one) {
      const need = { "+": SUM, "-": PRODUCT, "*": PRODUCT, "@": SIGNED }[op] || POWER;
      return one.strength < need || one.strength === SIGNED || this.beginsNegative(one) ? this.brackets(one) : one;
    }
    beginsNegative(one) { return one.text.startsWith("-"); }
    elementwise(left, right) {
      if (!left.array && !right.array) return this.product([left, right]);
      return piece(`${this.atLeast(left, PRODUCT).text}${this.circle}${this.right("*", right).text}`, PRODUCT);
    }
    binary(op, left, right) {
      if (op === "**") return this.power(left, right);
      const own = STRENGTHS[op], a = this.atLeast(left, own).text, b = this.right(op, right).text;
      return op === "/" ? piece(`${a}/${b}`, QUOTIENT) : piece(`${a} ${op} ${b}`, own);
    }
    // A whole exponent is raised; before any other one stands Python's sign.
    power(base, exponent) {
      const a = this.atLeast(base, ATOM).text, b = this.atLeast(exponent, POWER).text;
      if (!/^-?\d{1,2}$/.test(exponent.text)) return piece(`${a} ** ${b}`, POWER);
      const raised = exponent.text.replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);
      return piece((/\de[-+]/.test(a) ? `(${a})` : a) + raised, POWER);
    }
    negative(one) { return piece(`${this.minus}${this.atLeast(one, one.strength === PRODUCT || one.strength === QUOTIENT ? PRODUCT : POWER).text}`, SIGNED); }
    // Factors of the chain rule, a quotient in brackets.
    product([first, ...rest]) {
      const own = rest.map((one) => this.right("*", one.strength === QUOTIENT ? this.brackets(one) : one));
      return piece([this.atLeast(first, PRODUCT), ...own].map((one) => one.text).join(this.dot), PRODUCT);
    }

    // A tree with `pieces` in place of its names; null where it cannot be written. A comparison that
    // is not `bare`, as a condition is, is a number in square brackets.
    write(tree, pieces, bare = true) {
      const inner = (one) => this.write(one, pieces, false);
      if (tree.is === "number") return this.number(significant(tree.value, 6));
      if (tree.is === "name") return pieces[tree.id] || this.symbol(tree.id);
      if (tree.is === "source" || (tree.is === "list" && syntax.isNumber(tree)) || (tree.is === "index" && tree.of.id === "s_")) return this.words(tree.source);
      if (tree.is === "minus") {
        const one = inner(tree.of);
        return one && broad(this.negative(one), one.array);
      }
      if (tree.is === "binary") {
        const a = inner(tree.left), b = inner(tree.right);
        if (!a || !b) return null;
        return broad(tree.op === "*" ? this.times(a, b) : this.binary(tree.op, a, b), tree.op === "@" || a.array || b.array);
      }
      if (tree.is === "attribute" || tree.is === "index") {
        const one = inner(tree.of);
        if (!one) return null;
        if (tree.is === "index") return this.index(one, tree.inner);
        return /^m?T$/.test(tree.name) ? broad(this.transposed(one, tree.name)) : piece(one.text + this.words(`.${tree.name}`).text);
      }
      return tree.is === "call" ? this.called(tree, pieces, bare) : null;
    }
    called({ name, args: trees, named }, pieces, bare) {
      const args = trees.map((one) => this.write(one, pieces, name === "where"));
      if (args.some((one) => !one)) return null;
      const array = args.some((one) => one.array) && (name !== "sum" || named.length > 0);
      if (Object.hasOwn(COMPARED, name)) {
        const compared = this.comparison(COMPARED[name], args[0], args[1]);
        return broad(bare ? compared : this.square(compared), array);
      }
      if (name === "where") return broad(this.choice(...args), array);
      return broad(this.call(name, [...args, ...named.map((source) => this.words(source))]), array);
    }
  }

  // A label as a letter and its index: w0 is ["w", "0"]; a word has no index.
  function subscripted(label) {
    const apart = label.normalize("NFD"), low = /^(.+?)([₀-₉][₀-₉,]*)$/su.exec(apart);
    if (low) return [low[1], low[2].replace(/[₀-₉]/g, (c) => String(c.charCodeAt(0) - 0x2080))];
    const found = /^((?!\p{Nd})[\p{L}\p{N}][\u0302-\u0307]*)_?(\p{Nd}+)$/u.exec(apart);
    return found ? [found[1], found[2]] : [label, ""];
  }

  const FLAT = ' stretchy="false"';
  function lettered(label, primes = "") {
    const [letter, index] = subscripted(label === "pi" ? "π" : label), bare = `<mi>${escaped(letter.normalize("NFC"))}</mi>`;
    const head = primes ? `<mrow>${bare}<mo lspace="0" rspace="0">${primes}</mo></mrow>` : bare;
    return piece(index ? `<msub>${head}<mn>${index}</mn></msub>` : head);
  }
  // Between brackets, which stretch only around what is tall: browsers widen those that may.
  function fenced(opening, inner, closing) {
    const [a, b] = [opening, closing].map((c) => `<mo${/<(mfrac|mtable|munder)/.test(inner) ? "" : FLAT}>${c}</mo>`);
    return `<mrow>${a}${inner}${b}</mrow>`;
  }
  const DOT = '<mo lspace="0.2em" rspace="0.2em">·</mo>', row = (one) => `<mrow>${one.text}</mrow>`;
  const SIGNS_ = { "*": DOT, "@": "<mo>×</mo>", "-": "<mo>−</mo>", "+": "<mo>+</mo>" }, HEADS = { sigmoid: "σ", maximum: "max", minimum: "min" };

  // A number; what the page keeps live is a row where it may become a fraction.
  function digitsOf(text, where) {
    const [above, below] = text.replace("-", "").split("/");
    if (!figures.fractions) return `<mn${where}>${minused(text)}</mn>`;
    const inner = below ? `${text[0] === "-" ? '<mo form="prefix">−</mo>' : ""}<mfrac><mn>${above}</mn><mn>${below}</mn></mfrac>` : `<mn>${minused(text)}</mn>`;
    return where || below ? `<mrow${where}>${inner}</mrow>` : inner;
  }

  class MathML extends Plain {
    most = MOST.mathml;
    works = true;
    minus = '<mo form="prefix">−</mo>';
    dot = DOT;
    circle = "<mo>⊙</mo>";

    symbol(label) {
      if (label.slice(1).endsWith("'")) return this.primed(label.slice(0, -1));
      return lettered(label);
    }
    number(text, ref = "") { return piece(digitsOf(text, ref && ` data-ref="${ref}"`), ref || text.startsWith("-") ? SIGNED : text.includes("/") ? POWER : ATOM, ref); }

    // The elements over the shape; of a large array its range. `turned` for a matrix transposed.
    array({ shape, data }, ref, turned) {
      const of = (name) => (ref ? ` ${name}="${ref}"` : ""), columns = shape.length > 1 ? shape[1] : shape[0];
      const own = turned ? [...shape].reverse() : shape;
      if (shape.length > 2 || !data.length || data.length > this.most) return piece(`<mtext${of("data-ref")}${ref && ' data-form="summary"'}>${spaced(summary(turned ? { shape: own, data } : { shape, data }))}</mtext>`, ATOM, ref, true);
      const places = [...Array(data.length / columns).keys()].map((i) => [...Array(columns).keys()].map((k) => i * columns + k));
      const rows = turned ? places[0].map((_, k) => places.map((line) => line[k])) : places;
      const cell = (k) => digitsOf(show(data[k]), `${of("data-ref")}${ref && ` data-at="${k}"`}`);
      const elements = shape.length === 1 ? fenced("(", rows[0].map(cell).join("<mo>,</mo>"), ")")
        : `<mtable class="matrix">${rows.map((line) => `<mtr>${line.map((k) => `<mtd>${cell(k)}</mtd>`).join("")}</mtr>`).join("")}</mtable>`;
      const hot = rows[0].length > 1 && rows.every((line) => line.every((k) => data[k] === 0 || data[k] === 1) && line.reduce((sum, k) => sum + data[k], 0) === 1);
      const said = hot ? `<mtext${of("data-hot")}>\u00a0one-hot</mtext>` : "";
      return piece(`<munder>${elements}<mrow class="shape"><mtext>${shapeText(own)}</mtext>${said}</mrow></munder>`, ATOM, ref, true);
    }
    words(text) { return piece(`<mtext>${spaced(text)}</mtext>`); }
    index(one, text) { return piece(`<mrow>${one.text}<mtext>[${escaped(text)}]</mtext></mrow>`); }
    // Beside its letter: fonts draw a prime raised, and a raised one would stand twice as high.
    primed(label) {
      const bare = label.slice(0, 1) + label.slice(1).replace(/'+$/, "");
      return lettered(bare, "′".repeat(1 + label.length - bare.length));
    }
    // While the number that the page keeps live is negative, or a fraction under a power.
    brackets(one, base = false) {
      if (!one.ref) return piece(fenced("(", one.text, ")"));
      const needed = one.text.includes(">−") || (base && one.text.includes("<mfrac>"));
      const [a, b] = (needed ? ["(", ")"] : ["", ""]).map((c) => `<mo${FLAT} lspace="0" rspace="0">${c}</mo>`);
      return piece(`<mrow data-signed="${one.ref}"${base ? ' data-base=""' : ""}>${a}${one.text}${b}</mrow>`);
    }
    square(one) { return piece(fenced("[", one.text, "]")); }
    derivative(top, bottom) { return piece(`<mfrac>${[top, bottom].map((x) => `<mrow><mo>∂</mo>${this.symbol(x).text}</mrow>`).join("")}</mfrac>`, POWER); }
    arrayGradient(top, bottom) { return this.derivative(top, bottom); }
    right(op, one) { return one.strength < STRENGTHS[op] + (op === "-") || one.strength === SIGNED || this.beginsNegative(one) ? this.brackets(one) : one; }
    beginsNegative(one) { return /^(<mrow[^>]*>)*<m[no][^>]*>−/.test(one.text); }
    times(left, right) { return left.array && right.array ? this.elementwise(left, right) : this.binary("*", left, right); }
    elementwise(left, right) {
      if (!left.array || !right.array) return this.product([left, right]);
      return this.signed(this.atLeast(left, PRODUCT), this.circle, this.right("*", right), PRODUCT);
    }
    // Both sides of a sign, before which a page may break the line.
    signed(left, sign, right, strength) { return joined([...(left.parts || [left.text]), `${sign}${right.text}`], strength); }
    binary(op, left, right) {
      const own = STRENGTHS[op];
      if (op === "**") return piece(`<msup>${row(left.strength >= ATOM ? left : this.brackets(left, true))}${row(right)}</msup>`, POWER);
      if (op === "/") return piece(`<mfrac>${row(left)}${row(right)}</mfrac>`, POWER);
      return this.signed(this.atLeast(left, own), SIGNS_[op], this.right(op, right), own);
    }
    call(name, args) {
      if (name === "one_hot" && args[0].strength === ATOM) return piece(`<msub><mn>1</mn>${row(args[0])}</msub>`);
      const inner = args.map((one) => one.text).join("<mo>,</mo>");
      if (name === "exp") return piece(`<msup><mi>e</mi><mrow>${inner}</mrow></msup>`, POWER);
      if (name === "sqrt") return piece(`<msqrt>${inner}</msqrt>`);
      if (name === "abs") return piece(fenced("|", inner, "|"));
      return piece(`<mi>${escaped(HEADS[name] || name)}</mi>${fenced("(", inner, ")")}`);
    }
    comparison(sign, left, right) { return piece(`${left.text}<mo>${escaped(sign)}</mo>${right.text}`, 0); }
    choice(condition, yes, no) {
      const lines = `<mtr><mtd>${yes.text}</mtd><mtd>${condition.text}</mtd></mtr><mtr><mtd>${no.text}</mtd><mtd><mtext>else</mtext></mtd></mtr>`;
      return piece(`<mrow><mo>{</mo><mtable>${lines}</mtable></mrow>`, 0);
    }
    transposed(one) { return piece(`<msup>${row(this.atLeast(one, ATOM))}<mo>⊤</mo></msup>`, POWER); }
    equals(side) { return `<mo>=</mo>${side}`; }
    equation([head, ...rest], sign = "=") { return rest.length ? `${head}<mo>${sign}</mo>${rest.join("<mo>=</mo>")}` : head; }
  }

  Object.assign(notations, { plain: new Plain(), mathml: new MathML(), shapeText, SUM });
}

// A formula of what stands above; names are escaped there.
function mathOf(text, block = true) {
  const whole = `<math xmlns="http://www.w3.org/1998/Math/MathML"${block ? ' display="block"' : ""}><mrow>${text}</mrow></math>`;
  return document.importNode(new DOMParser().parseFromString(whole, "application/xml").documentElement, true);
}
