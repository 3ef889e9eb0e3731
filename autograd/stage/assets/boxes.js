// A scene whose parts open and close: the picture is drawn in the page at the level that is open,
// and the page steps through what it shows. A closed box is one step.

// Columns as the page carries them, as rows; an input has no operation.
function expand(data) {
  const { ops, codes, args, values, kinds, names, literals } = data.columns, count = {}, known = new Set(literals);
  const letters = { constant: "c", leaf: "x", parameter: "w", interior: "v" }, given = new Set(Object.values(names));
  let used = 0, leaf = 0;
  data.rows = codes.map((code, i) => {
    const [op, arity] = code < 0 ? [null, 0] : ops[code], kind = op ? "interior" : kinds[leaf];
    count[kind] = (count[kind] || 0) + 1;
    let name = names[i] ?? (i === codes.length - 1 ? "out" : letters[kind] + count[kind]);
    while (!(i in names) && given.has(name)) name += "_";
    const row = { name, op, kind, args: args.slice(used, used + arity).map((back) => i - back), literal: known.has(i) };
    used += arity;
    if (!op) row.value = values[leaf++];
    else if (data.columns.kernels) Object.assign(row, data.columns.kernels[i]);
    return row;
  });
  data.steps = data.steps || [];
  return data;
}

class BoxScene extends Scene {
  constructor(data, place) {
    super(expand(data), place);
    const { rows } = data, ends = [...data.columns.runs.map(([start]) => start), rows.length];
    const path = (row) => {
      let low = 0, high = ends.length - 1;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (ends[middle] <= row) low = middle;
        else high = middle;
      }
      return data.columns.scopes[data.columns.runs[low][1]];
    };
    Object.assign(this, treeOf(rows, path, data.whole));
    this.root = this.boxes[0];
    this.uses = rows.map(() => []);
    for (let i = rows.length - 1; i >= 0; i -= 1) rows[i].args.forEach((j, slot) => this.uses[j].push([i, slot]));
    this.records = { forward: new Map(), backward: new Map(), update: new Map() };
    data.steps.forEach((step, i) => {
      step.place = i;
      if (!(step.phase === "backward" && !step.terms.length)) this.records[step.phase].set(step.row, step);
      else this.seed = step;
    });
    this.opened = new Set([0]);
    if (rows.filter((row) => !row.literal).length <= 60) this.boxes.forEach((box) => this.opened.add(box.id));
    // Repeats are seen as first, …, last where there is room for them.
    for (const box of this.boxes) if (box.kind === "repeat" && box.parent?.id === 0 && this.root.children.length <= 8 && typeof box.children[0] !== "number") this.opened.add(box.id);
    this.usual = [...this.opened].sort((a, b) => a - b).join(".");
    this.svg.addEventListener("click", (e) => {
      const key = moved < 6 && e.target.closest("[data-box]")?.dataset.box;
      if (key) this.toggle(Number(key));
    }, this.life);
    this.svg.addEventListener("keydown", (e) => {
      const key = e.target.closest("[data-box]")?.dataset.box;
      if (!key || (e.key !== "Enter" && e.key !== " ")) return;
      e.preventDefault();
      e.stopPropagation();
      this.toggle(Number(key));
      $(`[data-box="${key}"]`, this.svg)?.focus();
    }, this.life);
    this.build();
  }

  open(id) {
    return this.opened.has(id);
  }

  // Opens the boxes that questions are in, once: what is closed then stays closed.
  unfold(questions) {
    this.unfolded = true;
    if (questions.filter(({ row }) => this.reveal(row)).length) this.rebuild();
  }

  // Opens or closes a box.
  toggle(id) {
    if (this.open(id)) this.opened.delete(id);
    else this.opened.add(id);
    this.rebuild();
    $("#live").textContent = say(this.open(id) ? "opened" : "closed", { name: this.boxes[id].name });
  }

  // Draws what is open now; the page stays where it is in the lesson.
  rebuild() {
    const step = this.steps[at - 1], here = step && this.last(step);
    this.build();
    if (this !== scene()) return;
    const matches = (other) => other.phase === step.phase && other.pass === step.pass && this.last(other) <= here;
    let k = 0;
    if (step) {
      const found = step.phase === "backward" ? this.steps.findIndex(matches) : this.steps.findLastIndex(matches);
      k = found < 0 ? this.steps.findIndex((other) => other.phase === step.phase) : found;
    }
    camera.view = null;
    colour(this);
    go(step ? k + 1 : 0);
    emit("level", this);
  }

  placeOf({ phase, row }) {
    const item = this.items[this.shown[row]];
    if (!item) return NaN;
    if (phase !== "update") return this.turn_[phase].get(item.place) ?? NaN;
    return this.steps.findIndex((step) => step.phase === "update" && step.row === item.key) + 1 || NaN;
  }

  // Opens the boxes around a row.
  reveal(row) {
    const before_ = this.opened.size;
    for (let box = this.boxes[this.home[row]]; box; box = box.parent) this.opened.add(box.id);
    return this.opened.size > before_;
  }

  last(step) {
    return step.box ? step.box.last : step.row;
  }

  // What is shown: rows, and boxes that are closed; and the steps through them.
  build() {
    const { rows } = this.data, items = [];
    this.norms = new Map();
    this.shown = new Int32Array(rows.length).fill(-1);
    const all_ = (box, put) => {
      for (const child of [...box.children, ...box.leaves]) {
        if (typeof child === "number") put(child);
        else all_(child, put);
      }
    };
    const walk = (box) => {
      for (const child of [...box.leaves, ...box.children]) {
        const place = items.length;
        if (typeof child === "number") {
          this.shown[child] = place;
          items.push({ row: child, key: child, place, parent: box, end: child, leaf: !rows[child].op });
        } else if (this.open(child.id)) walk(child);
        else {
          items.push({ box: child, key: child.key, place, parent: box, end: child.last, leaf: child.kind === "leaves" });
          all_(child, (row) => { this.shown[row] = place; });
        }
      }
    };
    walk(this.root);
    this.items = items;
    const links = new Map();
    rows.forEach((row, i) => row.args.forEach((j, slot) => {
      const tail = this.shown[j], head = this.shown[i];
      if (tail < 0 || head < 0 || tail === head) return;
      const single = items[tail].row !== undefined && items[head].row !== undefined;
      const key = single ? `${i}.${slot}` : `${tail}>${head}`;
      if (!links.has(key)) links.set(key, { tail, head, uses: [], row: j, to: i, slot, single });
      links.get(key).uses.push([i, slot]);
    }));
    this.links = [...links.entries()];
    const order = items.filter((item) => !item.leaf).sort((a, b) => a.end - b.end);
    this.steps = this.stepsThrough(order);
    const moving = new Set(this.data.updated || []);
    for (const row of this.data.moved) {
      const item = items[this.shown[row]];
      if (!moving.has(row) || !item) continue;
      if (item.box) for (const other of this.data.moved) if (this.shown[other] === item.place) moving.delete(other); // one step
      this.steps.push(item.box ? { phase: "update", row: item.key, box: item.box, key: item.key, terms: [] }
        : this.records.update.get(row) || { phase: "update", row, key: String(row), terms: [] });
    }
    this.updates = this.steps.filter((step) => step.phase === "update").length;
    this.firstTurns();
    this.draw();
  }

  stepsThrough(order) {
    const forward = order.map((item) => this.record("forward", item));
    if (this.data.mode === "update") return forward; // an optimizer's rule is not differentiated
    return [...forward, ...this.seeded(), ...[...order].reverse().map((item) => this.record("backward", item)).filter(Boolean)];
  }

  // For each phase the step in which an item has its turn.
  firstTurns() {
    this.turn_ = { forward: new Map(), backward: new Map() };
    this.steps.forEach((step, i) => { if (step.item !== undefined) this.turn_[step.phase].set(step.item, i + 1); });
  }

  seeded() {
    const row = this.data.rows.length - 1;
    return [this.seed ? Object.assign(this.seed, { item: undefined }) : { phase: "backward", row, key: String(row), terms: [], seed: this.data.seed }];
  }

  record(phase, item) {
    if (item.box) {
      if (phase === "backward" && !this.hasFlows(item.box)) return null;
      return { phase, row: item.key, box: item.box, key: item.key, terms: [], item: item.place };
    }
    const given = this.records[phase].get(item.row);
    if (given) return Object.assign(given, { item: item.place });
    if (!this.data.compact) return null;
    const terms = phase === "backward" ? this.terms(item.row) : [];
    return phase === "backward" && !terms.length ? null : { phase, row: item.row, key: String(item.row), terms, item: item.place };
  }

  terms(row) {
    return this.data.rows[row].args.map((j, slot) => [slot, j]).filter(([slot]) => this.flows(row, slot));
  }

  hasFlows(box) {
    for (let row = box.first; row <= box.last; row += 1) {
      if (this.data.rows[row].op && (this.records.backward.has(row) || (this.data.compact && this.terms(row).length))) return true;
    }
    return false;
  }

  operands(key) {
    const place = this.items.findIndex((item) => item.key === key), found = new Set();
    for (const [, link] of this.links) if (link.head === place) found.add(this.items[link.tail].key);
    return [...found];
  }
}

// The words on the cards are those of the language.
on("language", () => { for (const s of scenes) if (s.items && s.wrote !== lang) s.draw(); });
