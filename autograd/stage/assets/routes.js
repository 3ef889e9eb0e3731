// The paths from an input to the output, at the level that is open: between rows, and through closed
// boxes, whose inner paths count as one. What a path brings is sent back along its arrows alone.
const routes = {};
{
  const MOST = 12;
  const end = (s) => s.data.rows.length - 1;

  // Whether a gradient goes back from a consumer to its operand.
  function flowing(s) {
    const { rows } = s.data;
    if (s.data.compact) return (consumer, slot) => s.flows(consumer, slot);
    const sent = new Set();
    for (const step of s.data.steps) if (step.phase === "backward") for (const [slot] of step.terms || []) sent.add(`${step.row}.${slot}`);
    return (consumer, slot) => sent.has(`${consumer}.${slot}`);
  }

  // The arrows of the picture over which something of the input comes, by the place that they leave.
  // A place is a row, or where boxes open and close an item, which may be a box.
  function arrowsFrom(s, leaf) {
    const { rows } = s.data, flows = flowing(s), reached = new Uint8Array(rows.length), out = new Map();
    reached[leaf] = 1;
    const uses = new Map();
    rows.forEach((row, i) => row.args.forEach((j, slot) => {
      if (!reached[j] || !flows(i, slot)) return;
      reached[i] = 1;
      const tail = s.items ? s.shown[j] : j, head = s.items ? s.shown[i] : i;
      if (tail === head) return;
      const key = `${i}.${slot}` in s.edges ? `${i}.${slot}` : `${tail}>${head}`;
      if (!uses.has(key)) uses.set(key, { key, tail, head, uses: [] });
      uses.get(key).uses.push([i, slot]);
    }));
    const order = (place) => (s.items ? s.items[place].end : place);
    for (const arrow of [...uses.values()].sort((a, b) => order(b.head) - order(a.head))) {
      if (!out.has(arrow.tail)) out.set(arrow.tail, []);
      out.get(arrow.tail).push(arrow);
    }
    const places = [...out.keys()].sort((a, b) => order(b) - order(a));
    return { out, places };
  }

  // All of them are counted, the first are listed, as arrows from the input to the output.
  routes.of = (s, leaf) => {
    const { out, places } = arrowsFrom(s, leaf), place = (row) => (s.items ? s.shown[row] : row);
    const start = place(leaf), goal = place(end(s)), counts = new Map([[goal, 1]]), ways = [], stack = [[start, null]];
    const count = (tail) => (out.get(tail) || []).reduce((sum, { head }) => sum + (counts.get(head) || 0), 0);
    for (const tail of places) if (tail !== start) counts.set(tail, count(tail));
    while (stack.length && ways.length < MOST) {
      const [here, before_] = stack.pop();
      if (here !== goal) {
        for (const arrow of [...(out.get(here) || [])].reverse()) stack.push([arrow.head, { arrow, before_ }]);
        continue;
      }
      const way = [];
      for (let one = before_; one; one = one.before_) way.push(one.arrow);
      ways.push(way.reverse());
    }
    return { ways, count: start === goal ? 1 : count(start) };
  };

  const plus = (s, gradients, row, term) => gradients.set(row, gradients.has(row) ? arithmetic.add(gradients.get(row), term, s.data.rows[row]) : term);
  function term(s, consumer, slot, upstream) {
    const { rows } = s.data, row = rows[consumer];
    return arithmetic.term(row, slot, upstream, s.values[consumer], row.args.map((j) => s.values[j]), rows[row.args[slot]]).product;
  }

  // Sends gradients back through the rows of a closed box.
  function inside(s, place, gradients, flows) {
    const box = s.items?.[place].box;
    if (!box || box.kind === "leaves") return;
    for (let i = box.last; i >= box.first; i -= 1) {
      if (s.shown[i] !== place || !gradients.has(i)) continue;
      s.data.rows[i].args.forEach((j, slot) => { if (s.shown[j] === place && flows(i, slot)) plus(s, gradients, j, term(s, i, slot, gradients.get(i))); });
    }
  }

  // What a path brings to the gradient of the input.
  routes.brings = (s, leaf, way) => {
    const flows = flowing(s), last_ = end(s);
    let gradients = new Map([[last_, s.gradients[last_]]]);
    for (const { head, uses } of [...way].reverse()) {
      inside(s, head, gradients, flows);
      const sent = new Map();
      for (const [consumer, slot] of uses) {
        if (gradients.has(consumer)) plus(s, sent, s.data.rows[consumer].args[slot], term(s, consumer, slot, gradients.get(consumer)));
      }
      gradients = sent;
    }
    if (s.items) inside(s, s.shown[leaf], gradients, flows);
    return gradients.get(leaf);
  };

  // The local derivatives of a path between numbers, from the output back; null where there are others.
  routes.factors = (s, way) => {
    const locals = way.map(({ uses }) => (uses.length === 1 ? s.number(`l${uses[0].join(".")}`) : undefined)).reverse();
    return way.every(({ key }) => !key.includes(">")) && locals.every((x) => typeof x === "number") ? locals : null;
  };

  // The output, weighed by the gradient it starts with, when one element of the input moves by h.
  function output(s, leaf, place, h) {
    const v = [...s.values], x = v[leaf];
    if (typeof x === "number") v[leaf] = x + h;
    else {
      v[leaf] = { shape: x.shape, data: Float64Array.from(x.data) };
      v[leaf].data[place] += h;
    }
    s.data.rows.forEach((row, i) => { if (row.op) v[i] = arithmetic.value(row, row.args.map((j) => v[j])); });
    const out = v.at(-1), seed = s.gradients[end(s)];
    if (typeof out === "number") return out * (typeof seed === "number" ? seed : seed.data[0]);
    return out.data.reduce((sum, value, k) => sum + value * (typeof seed === "number" ? seed : seed.data[k]), 0);
  }

  routes.slope = (s, leaf, place) => {
    const x = typeof s.values[leaf] === "number" ? s.values[leaf] : s.values[leaf].data[place], h = 6e-6 * Math.max(1, Math.abs(x));
    return (output(s, leaf, place, h) - output(s, leaf, place, -h)) / (2 * h);
  };
}
