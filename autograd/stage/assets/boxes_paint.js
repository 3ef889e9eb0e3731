// What the cards of a scene of boxes say after a step, and the numbers that they say it with.
const squares = (value) => (typeof value === "number" ? value * value : value ? value.data.reduce((sum, x) => sum + x * x, 0) : 0);
const zeros = (value) => (typeof value === "number" ? Number(value === 0) : value ? value.data.reduce((sum, x) => sum + (x === 0), 0) : 0);
const MOST_KEPT = 1000;
const many = (value) => (typeof value === "number" ? 1 : value ? value.data.length : 0);

Object.assign(BoxScene.prototype, {
  // A long computation keeps values and gradients; the numbers of a step are found when it is shown.
  compute() {
    this.norms = new Map();
    if (!this.data.compact) return Scene.prototype.compute.call(this);
    const { rows } = this.data, v = this.values, g = new Array(rows.length);
    rows.forEach((row, i) => { if (row.op) v[i] = arithmetic.value(row, this.operandsOf(i)); });
    g[rows.length - 1] = readNumber(this.data.seed);
    this.gradients = g;
    this.kept = this.columns.kernels || rows.length < MOST_KEPT ? new Map() : null; // its terms, of numbers where they are few
    for (let i = rows.length - 1; i >= 0; i -= 1) {
      rows[i].args.forEach((j, slot) => {
        const sent = this.sent(i, slot);
        if (!sent) return;
        const before = g[j];
        g[j] = before === undefined ? sent.product : arithmetic.add(before, sent.product, rows[j]);
        this.kept?.set(`${i}.${slot}`, { ...sent, before, total: g[j] });
      });
    }
  },

  operandsOf(i) {
    return this.data.rows[i].args.map((j) => this.values[j]);
  },

  // Whether a row is elementwise, of a rule in R.
  isRule(i) {
    return Object.hasOwn(R, this.data.rows[i].op);
  },

  // Whether a gradient goes back from a row to one of its operands.
  flows(i, slot) {
    const { rows } = this.data;
    return this.gradients[i] !== undefined && rows[rows[i].args[slot]].kind !== "constant" && (!this.isRule(i) || Boolean(R[rows[i].op].partials[slot]));
  },

  // What a consumer sends to one of its operands; undefined where the page does not know.
  sent(consumer, slot) {
    const { rows, compact } = this.data, key = `${consumer}.${slot}`, j = rows[consumer].args[slot];
    if (!compact) return `p${key}` in this.numbers ? { product: this.numbers[`p${key}`], local: this.numbers[`l${key}`], upstream: this.numbers[`x${key}`] } : undefined;
    if (this.kept?.has(key)) return this.kept.get(key);
    if (!this.flows(consumer, slot)) return undefined;
    const upstream = this.gradients[consumer];
    return { upstream, ...arithmetic.term(rows[consumer], slot, upstream, this.values[consumer], this.operandsOf(consumer), rows[j]) };
  },

  // The same with the sum of the operand's gradient before it, undefined at its first term, and after it.
  flow(consumer, slot) {
    const sent = this.sent(consumer, slot);
    if (!sent || "total" in sent) return sent;
    const j = this.data.rows[consumer].args[slot], add = (sum, term) => (sum === undefined ? term.product : sum + term.product);
    const before = this.uses[j].filter(([c, other]) => c > consumer || (c === consumer && other < slot)).map(([c, other]) => this.sent(c, other)).filter(Boolean).reduce(add, undefined);
    return { ...sent, before, total: add(before, sent) };
  },

  // A number of a long computation by its name, which answers.py explains.
  number(name) {
    if (!this.data.compact) return this.numbers[name];
    const [, letter, row, slot] = /^(\w)(\d*)\.?(\d*)$/.exec(name), i = Number(row);
    if (letter === "r") return this.rate;
    if (letter === "u") return this.moved(i);
    if (slot === "") return letter === "v" ? this.values[i] : this.gradients[i];
    const flow = this.flow(i, Number(slot)), names = { l: "local", x: "upstream", p: "product", b: "before", t: "total" };
    return flow && (letter in names ? flow[names[letter]] : flow.parts[letter]);
  },

  // The norm of all that is sent back along an arrow; undefined where the page does not know.
  sentAlong(link) {
    if (this.norms.has(link)) return this.norms.get(link);
    const sent = this.data.live ? link.uses.map(([consumer, slot]) => this.sent(consumer, slot)).filter(Boolean) : [];
    const norm = sent.length ? Math.sqrt(sent.reduce((sum, { product }) => sum + squares(product), 0)) : undefined;
    this.norms.set(link, norm);
    return norm;
  },

  // Between rows move numbers, into and out of boxes norms.
  streams(step) {
    const back = step.phase === "backward", mine = step.item === undefined ? [] : this.links.filter(([, link]) => link.head === step.item);
    const flows = mine.filter(([, link]) => !back || (this.data.live ? this.sentAlong(link) !== undefined : step.box || step.terms.some(([slot]) => slot === link.slot)));
    return flows.map(([key, link]) => {
      const edge = this.edges[key], tail = this.items[link.tail];
      if (!this.data.live) return stream(edge, back);
      if (link.single && !back) return stream(edge, back, this.values[link.row], this.values[link.row]);
      if (link.single) return stream(edge, back, this.sent(link.to, link.slot).upstream, this.sent(link.to, link.slot).product);
      const arrives = back ? this.sentAlong(link) : tail.box ? this.norm(tail.box).data : normOf(this.values[tail.row]);
      const leaves = !back ? arrives : step.box ? this.through(step.box)[0] : normOf(this.gradients[step.row]);
      return { edge, size: arrives, says: (t) => `${back ? "‖g‖" : "‖data‖"} ${show(t < 0.5 ? leaves : arrives)}` };
    });
  },

  // Norms of the rows of a box: of the values, of the gradients, and the share of zero gradients.
  norm(box) {
    if (this.norms.has(box.id)) return this.norms.get(box.id);
    let data = 0, grad = 0, none = 0, count = 0;
    const { rows } = this.data, cards = this.columns.cards;
    const add = (i) => {
      if (rows[i].kind === "constant") return;
      const g = this.gradients?.[i];
      data += cards && !this.data.live ? cards[i][2] : squares(this.values[i]);
      if (cards && !this.data.live) {
        grad += cards[i][3] || 0;
        none += cards[i][4] || 0;
        count += cards[i][1] === null ? 0 : cards[i][5];
      } else if (g !== undefined && g !== null) {
        grad += squares(g);
        none += zeros(g);
        count += many(g);
      }
    };
    if (box.kind !== "leaves") for (let i = box.first; i <= box.last; i += 1) if (rows[i].op) add(i);
    const leaves = (at_) => {
      for (const leaf of at_.leaves) (typeof leaf === "number" ? add(leaf) : leaves(leaf));
      for (const child of at_.children) if (typeof child !== "number") leaves(child);
    };
    leaves(box);
    const found = { data: Math.sqrt(data), grad: count ? Math.sqrt(grad) : undefined, zeros: count ? none / count : undefined };
    this.norms.set(box.id, found);
    return found;
  },

  // The norm of the gradients that reach a box from outside, and of those that leave it.
  through(box) {
    const { rows } = this.data, inside = (i) => i >= box.first && i <= box.last && Boolean(rows[i].op);
    const size = (i) => (this.columns.cards && !this.data.live ? this.columns.cards[i][3] || 0 : squares(this.gradients?.[i]));
    let enter = 0, leave = 0;
    const ends = new Set();
    for (let i = box.first; i <= box.last; i += 1) {
      if (!rows[i].op) continue;
      if (this.uses[i].some(([c]) => !inside(c)) || i === rows.length - 1) enter += size(i);
      for (const j of rows[i].args) if (rows[j].op && !inside(j)) ends.add(j);
    }
    for (const j of ends) leave += size(j);
    if (!ends.size) leave = this.norm(box).grad ** 2 || 0;
    return [Math.sqrt(enter), Math.sqrt(leave)];
  },

  paint(k, shown = k) {
    const { rows } = this.data, { svg, items } = this, { id } = svg, now = this.steps[shown - 1], done = shown === k;
    const forward = (place) => !this.turn_.forward.has(place) || k >= this.turn_.forward.get(place);
    const back = (place) => k >= (this.turn_.backward.get(place) ?? Infinity);
    const begun = k > this.turn_.forward.size;
    this.painted = { data: {}, grad: {} };
    for (const item of items) {
      const node = this.nodes[item.key], ready = item.leaf || forward(item.place);
      if (item.box) this.paintBox(item, node, ready, begun, back);
      else this.paintRow(item.row, node, ready, begun, back);
      const active = Boolean(now) && now.row === item.key;
      node.g.classList.toggle("now", active);
      if (active) putAttribute(node.g, "aria-current", "step");
      else node.g.removeAttribute("aria-current");
    }
    if (k > this.steps.length - this.updates) {
      for (const step of this.steps.slice(0, k)) {
        const node = step.phase === "update" && !step.box && this.nodes[step.row];
        if (!node) continue;
        if (this.data.live) this.painted.data[step.row] = this.meant(`u${step.row}`);
        if (node.data) putText(node.data, this.data.live ? written(this.painted.data[step.row]) : carried(step.text));
      }
    }
    const place = now && items.findIndex((item) => item.key === now.row);
    for (const edge of Object.values(this.edges)) {
      const { link } = edge, mine = done && now && link.head === place && now.phase !== "update" && !(now.phase === "backward" && now.item === undefined);
      const reversed = mine && now.phase === "backward", used = back(link.head);
      edge.g.classList.toggle("now", Boolean(mine && !reversed));
      edge.g.classList.toggle("back", Boolean(reversed));
      edge.g.classList.toggle("hidden", edge.many && !mine);
      putAttribute(edge.line, reversed ? "marker-start" : "marker-end", `url(#${id}-${reversed ? "back" : "head"})`);
      edge.line.removeAttribute(reversed ? "marker-end" : "marker-start");
      const sent = used && link.single ? this.sent(link.to, link.slot) : undefined;
      if (edge.local) {
        const says = sent && typeof sent.local === "number";
        edge.local.classList.toggle("hidden", !says);
        edge.plate.classList.toggle("hidden", !says);
        label(edge, says ? `× ${show(this.meant(`l${link.to}.${link.slot}`))}` : "");
      }
      this.heat(edge, used);
    }
    for (const e of all("[data-gradient]", this.entries)) putText(e, k >= this.steps.length - this.updates && this.gradients?.[e.dataset.gradient] !== undefined ? written(this.meant(`g${e.dataset.gradient}`)) : "");
    emit("paint", this, k, shown);
  },

  // A parameter after its update.
  moved(row) {
    return arithmetic.moved(this.values[row], this.rate, this.gradients[row], this.data.rows[row]);
  },

  usersDone(item, back) {
    return this.links.filter(([, link]) => link.tail === item.place).every(([, link]) => back(link.head) || !this.turn_.backward.has(link.head));
  },

  paintBox(item, node, ready, begun, back) {
    const norm = this.norm(item.box), known = item.leaf ? begun && this.usersDone(item, back) : back(item.place);
    putText(node.data, ready ? show(norm.data) : "");
    if (node.grad) putText(node.grad, known && norm.grad !== undefined ? show(norm.grad) : "");
    if (node.zeros) putText(node.zeros, known && norm.zeros !== undefined ? `${Math.round(100 * norm.zeros)} %` : "");
  },

  paintRow(i, node, ready, begun, back) {
    const { rows, live } = this.data, text = this.columns.cards?.[i];
    if (node.data) putText(node.data, !ready ? "" : live ? written(this.meant(`v${i}`)) : text[0]);
    this.painted.data[i] = ready && live ? this.meant(`v${i}`) : ready ? undefined : null;
    const parts = this.uses[i].filter(([c, slot]) => back(this.shown[c]) && (!live || this.sent(c, slot)));
    let says = "", sum = "";
    if (i === rows.length - 1 && begun && live) this.painted.grad[i] = this.meant(`g${i}`);
    if (i === rows.length - 1) says = begun ? (live ? written(this.painted.grad[i]) : text[1] ?? "") : "";
    else if (live && parts.length) {
      const terms = parts.map(([c, slot]) => this.meant(`p${c}.${slot}`)), sum_ = this.meant(`t${parts.at(-1).join(".")}`);
      if (terms.every((x) => typeof x === "number")) {
        says = show(sum_);
        if (terms.length > 1) sum = terms.length <= 3 ? `= ${terms.map(show).join(" + ")}`.replaceAll("+ -", "- ") : `= ${show(terms[0])} + … ×${terms.length}`;
      } else {
        this.painted.grad[i] = sum_;
        says = written(sum_);
      }
    } else if (parts.length) {
      const [c, slot] = parts.at(-1), term = this.records.backward.get(c)?.terms.find(([s]) => s === slot);
      says = term ? carried(term[2]) : "";
    }
    if (node.grad) putText(node.grad, says);
    if (node.terms) putText(node.terms, sum.length <= 24 ? sum : "");
  },

  // Edges take their width and colour from the gradient that went through them.
  heat(edge, used) {
    const { link } = edge, tail = this.items[link.tail];
    let size = used ? this.sentAlong(link) : undefined;
    if (used && size === undefined) size = tail.box ? this.norm(tail.box).grad : this.columns.cards && !this.data.live ? Math.sqrt(this.columns.cards[tail.row][3] || 0) : undefined;
    const heat = used && size !== undefined ? Math.min(1, Math.max(0, (Math.log10(size || 1e-9) + 6) / 7)) : null;
    edge.g.classList.toggle("hot", heat !== null);
    if (heat === null) return;
    putStyle(edge.g, "--heat", `${Math.round(100 * heat)}%`);
    putStyle(edge.g, "--flow", (1.2 + 4 * heat).toFixed(1));
  },

  // The words of a step: those that the page carries, or made from the rules.
  carriedWords(step) {
    return step.place === undefined ? undefined : this.texts[step.place];
  },

  boxSaid(step) {
    return boxSentence(this, step);
  },

  generated(step) {
    if (step.said) return Scene.prototype.generated.call(this, step);
    return step.box ? boxWords(this, step) : ruleWords(this, step);
  },

  spoken(k) {
    const step = this.steps[k - 1];
    if (!k) return say("start");
    return step.box ? this.boxSaid(step) : this.told(step).join("; ");
  },

  told(step) {
    return step.said ? Scene.prototype.told.call(this, step) : ruleSaid(this, step);
  },
});

// A number that the page carries: as text, or as what text is made from.
const carried = (x) => (typeof x === "string" ? x : written(readNumber(x)));
