// The picture of a scene of boxes: each open box is laid out by itself and stands in its parent as
// one part, inside a frame.
const FRAME = 16, TITLE = 24;

Object.assign(BoxScene.prototype, {
  content(item) {
    const { rows, mode } = this.data, forward = mode === "forward", slope_ = forward ? "tangent" : "grad";
    if (item.box) {
      const { box } = item, lines = [{ word: "‖data‖", key: "data", room: 10 }];
      if (mode !== "update") lines.push({ word: `‖${slope_}‖`, key: "grad", room: 10 });
      if (mode === "reverse") lines.push({ word: say("zero gradients"), key: "zeros", room: 6 });
      return { name: box.name, expression: "", times: box.kind === "repeat" || box.kind === "leaves" ? box.times : 1, lines, kinds: [box.kind === "leaves" ? rows[box.first].kind : "scope", "box"], round: box.kind === "leaves" };
    }
    const row = rows[item.row], value = this.values[item.row], gradient = forward ? null : this.gradients?.[item.row];
    const text = this.columns.cards?.[item.row] ?? (value?.shape ? [written(value), gradient ? written(gradient) : forward ? written(value) : ""] : null);
    const cells = value?.shape ? cellsFor(value, gradient) : null;
    const lines = [{ word: "data", key: "data", room: text ? text[0].length : 10, cells }];
    if (mode !== "update" && (row.kind !== "constant" || item.row === rows.length - 1)) {
      lines.push({ word: slope_, key: "grad", room: text ? (text[1] || "").length : 10, cells });
      if (this.uses[item.row].length > 1 && !value?.shape && !forward) lines.push({ word: "", key: "terms", room: text ? 2 : 22 });
    }
    const uses = this.uses[item.row].length, many = !row.op && uses > 8 ? uses : 1;
    return { name: row.name, expression: this.expression(item.row), times: 1, lines, kinds: [row.kind, ...(item.row === rows.length - 1 ? ["output"] : [])], round: !row.op, port: many };
  },

  expression(i) {
    const { rows } = this.data, row = rows[i];
    if (!row.op) return "";
    const written = this.columns.expressions?.[i] ?? this.columns.forms[row.op].replace(/\{(\d)\}/g, (_, n) => {
      const j = row.args[n];
      return rows[j].literal ? show(this.values[j]) : rows[j].name;
    });
    return written.length > 40 ? `${written.slice(0, 20)}…${written.slice(-19)}` : written;
  },

  // Sizes and places of everything in a box, as if its own corner were (0, 0).
  arrange(box, links, contents) {
    const parts = [], at_ = new Map();
    for (const child of [...box.leaves, ...box.children]) {
      const row = typeof child === "number", place = row ? this.shown[child] : null;
      if (row && place < 0) continue;
      const part = { child };
      if (!row && this.open(child.id)) {
        part.inner = this.arrange(child, links, contents);
        part.size = [Math.max(part.inner.width, child.name.length * LETTER + 40) + 2 * FRAME, part.inner.height + TITLE + 2 * FRAME];
      } else {
        part.item = row ? this.items[place] : this.items.find((item) => item.box === child);
        part.size = cardSize(contents[part.item.place]);
      }
      at_.set(row ? `r${child}` : child.key, parts.length);
      parts.push(part);
    }
    const edges = (links.get(box.id) || []).map(([a, b]) => [at_.get(a), at_.get(b)]).filter(([a, b]) => a !== undefined && b !== undefined);
    const placed = this.lay(parts.map((part) => part.size), edges), keys = [...at_.keys()];
    return { ...placed, parts, edges: edges.map(([a, b]) => `${keys[a]}>${keys[b]}`) };
  },

  // For each open box the pairs of its own parts between which something flows.
  flowsInside() {
    const links = new Map(), seen = new Set();
    const chain = (item) => {
      const keys = [[item.box ? item.box.key : `r${item.row}`, item.parent.id]];
      for (let box = item.parent; box.parent; box = box.parent) keys.push([box.key, box.parent.id]);
      return keys;
    };
    for (const [, { tail, head }] of this.links) {
      const up = new Map(chain(this.items[tail]).map(([key, parent]) => [parent, key]));
      for (const [key, parent] of chain(this.items[head])) {
        const from = up.get(parent);
        if (from === undefined) continue;
        if (from !== key && !seen.has(`${parent} ${from} ${key}`)) {
          seen.add(`${parent} ${from} ${key}`);
          if (!links.has(parent)) links.set(parent, []);
          links.get(parent).push([from, key]);
        }
        break;
      }
    }
    return links;
  },

  // Where arrows come in at the left of a card: one above the other, as the places they come from.
  arrivals(corners, wayOf) {
    const into = new Map(), found = new Map();
    for (const [, link] of this.links) {
      if (!into.has(link.head)) into.set(link.head, []);
      into.get(link.head).push(link);
    }
    const height = (link) => wayOf(link).at(-1)?.[1] ?? corners[link.tail][1] + corners[link.tail][3] / 2;
    for (const [head, links] of into) {
      const [x, y, , tall] = corners[head], apart = Math.min(16, (0.7 * tall) / links.length);
      links.sort((a, b) => height(a) - height(b) || a.slot - b.slot).forEach((link, k) => found.set(link, [x, y + tall / 2 + (k - (links.length - 1) / 2) * apart]));
    }
    return found;
  },

  // Where the card of the output stands, found without the browser's layout.
  ends() {
    const corner = this.corners[this.shown[this.data.rows.length - 1]];
    return corner && { left: corner[0], top: corner[1], right: corner[0] + corner[2], bottom: corner[1] + corner[3] };
  },

  draw() {
    const contents = this.items.map((item) => this.content(item)), { svg } = this, { id } = svg, laid = new Map();
    // Where sizes and edges are as they were, everything stays where it is.
    this.lay = (sizes, edges) => {
      const key = JSON.stringify([sizes, edges]), placed = svg.laid?.get(key) ?? layered(sizes, edges);
      laid.set(key, placed);
      return placed;
    };
    const plan = this.arrange(this.root, this.flowsInside(), contents), frames = [], cards = [], corners = [], ways = new Map(), nodes = new Map(), arrows = new Map();
    const put = (box, x, y) => box.parts.forEach((part, i) => {
      if (!i) box.edges.forEach((key, k) => ways.set(key, box.ways[k].map(([left, top, wide]) => [x + left, y + top, wide])));
      const left = x + box.places[i][0], top = y + box.places[i][1];
      if (part.inner) {
        frames.push(this.frame(part, left, top));
        put(part.inner, left + FRAME, top + TITLE + FRAME);
        return;
      }
      const { item } = part, card = contents[item.place], node = drawCard(card, left, top, { id: `${id}-${item.key}`, "data-node": card.name, ...this.handles(item, card) });
      corners[item.place] = [left, top, ...part.size];
      nodes.set(item.key, node);
      cards.push(node.g);
    });
    put(plan, FRAME, FRAME);
    const out = new Map(), taken = [...corners];
    for (const [, link] of this.links) out.set(link.tail, (out.get(link.tail) || 0) + 1);
    const keyOf = ({ box, row }) => (box ? box.key : `r${row}`), wayOf = (link) => ways.get(`${keyOf(this.items[link.tail])}>${keyOf(this.items[link.head])}`) || [];
    const arrivals = this.arrivals(corners, wayOf);
    for (const [key, link] of this.links) {
      const a = corners[link.tail];
      arrows.set(key, drawEdge([a[0] + a[2], a[1] + a[3] / 2], arrivals.get(link), id, link, taken, wayOf(link)));
    }
    const edges = [...arrows.values()].map(({ g }) => g), whole = [drawHeads(id), sketch("g", {}, frames), sketch("g", {}, edges), sketch("g", {}, cards)];
    if (!svg.whole) svg.replaceChildren();
    realizedAll(svg, whole, svg.whole);
    const elements = (drawing) => Object.fromEntries(Object.entries(drawing).map(([name, one]) => [name, one.e]));
    this.nodes = {};
    this.edges = {};
    for (const [key, node] of nodes) this.nodes[key] = elements(node);
    // Of one port with many edges, those show that are used.
    for (const [key, link] of this.links) this.edges[key] = { ...elements(arrows.get(key)), link, many: out.get(link.tail) > 8 };
    this.corners = corners;
    this.wrote = lang;
    const width = Math.ceil(plan.width + 2 * FRAME), height = Math.ceil(plan.height + 2 * FRAME);
    if (!svg.extent) svg.setAttribute("viewBox", `0 0 ${width} ${height}`); // afterwards it is the camera's
    Object.assign(svg, { whole, laid, extent: { x: 0, y: 0, width, height, tallest: corners.reduce((most, [, , , tall]) => Math.max(most, tall), 0) } });
  },

  // What makes a card a row, or a box that one opens.
  handles({ box, row }, { name }) {
    return box ? { "data-box": box.id, role: "button", tabindex: 0, "aria-expanded": "false", "aria-label": say("open box", { name }) } : { "data-row": row };
  },

  // The frame of an open box, with its title, which closes it.
  frame({ child: { id, name }, size: [width, height] }, x, y) {
    const title = [sketch("rect", { class: "frame-title", x, y, width, height: TITLE, rx: 6 }), sketch("text", { class: "frame-name", x: x + 8, y: y + 16 }, `− ${name}`)];
    const button = sketch("g", { "data-box": id, role: "button", tabindex: 0, "aria-expanded": "true", "aria-label": say("close box", { name }) }, title);
    return sketch("g", { class: "scope-frame" }, [sketch("rect", { class: "frame", x, y, width, height, rx: 6 }), button]);
  },
});
