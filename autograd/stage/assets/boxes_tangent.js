// Forward mode in boxes: a pass for each input that moves, in which values and tangents go together.
class TangentScene extends BoxScene {
  // The tangents of the pass that step k belongs to, as far as it went: by row, the step of each.
  pushed(k) {
    const { pass } = this.steps[k - 1] || {}, found = new Map();
    for (const step of this.steps.slice(0, k)) {
      if (step.pass !== pass) continue;
      for (let i = step.box ? step.box.first : step.row; i <= (step.box ? step.box.last : step.row); i += 1) {
        const record = this.passes[pass].get(i);
        if (record) found.set(i, record);
      }
    }
    return found;
  }

  stepsThrough(order) {
    this.passes = [];
    for (const step of this.data.steps) {
      if (step.first) this.passes.push(new Map());
      this.passes.at(-1).set(step.row, step);
    }
    return this.passes.flatMap((records, pass) => order.map((item, i) => {
      const more = { pass, item: item.place, first: i === 0 };
      if (!item.box) return Object.assign(records.get(item.row), more);
      const { seedRow } = records.get(item.box.last);
      return { phase: "forward", tangent: true, seedRow, row: item.key, box: item.box, key: item.key, terms: [], ...more };
    }));
  }

  // Values are there from the first pass on.
  firstTurns() {
    this.turn_ = { forward: new Map(), backward: new Map() };
    this.steps.forEach((step, i) => { if (!step.pass) this.turn_.forward.set(step.item, i + 1); });
  }

  placeOf({ step, row }) {
    const { seedRow } = this.data.steps[step - 1], { place } = this.items[this.shown[row]];
    return this.steps.findIndex((other) => other.item === place && other.seedRow === seedRow) + 1 || NaN;
  }

  // The tangent of a row, undefined where nothing of it moves; as text where the page computes nothing.
  tangent(row, seedRow, found) {
    if (row === seedRow) return this.data.live ? arithmetic.ones(this.values[row]) : "1";
    const record = found.get(row);
    return record && (this.data.live ? this.meant(`d${record.key}`) : record.text);
  }

  push(k) {
    const step = this.steps[k - 1], found = this.pushed(k);
    this.tangents = new Map();
    if (step) for (const row of [step.seedRow, ...found.keys()]) this.tangents.set(row, this.tangent(row, step.seedRow, found));
  }

  turn(k) {
    this.push(k);
    super.turn(k);
  }

  paint(k, shown = k) {
    this.push(k);
    super.paint(k, shown);
  }

  tangentNorm(box) {
    const inside = [...this.tangents].filter(([row]) => this.shown[row] === this.shown[box.first]).map(([, x]) => squares(x));
    return inside.length && this.data.live ? Math.sqrt(inside.reduce((a, b) => a + b, 0)) : undefined;
  }

  paintBox(item, node, ready) {
    const norm = this.tangentNorm(item.box);
    node.data.textContent = ready ? show(this.norm(item.box).data) : "";
    node.grad.textContent = norm === undefined ? "" : show(norm);
  }

  paintRow(i, node, ready) {
    const { live } = this.data, moving = this.tangents.get(i);
    if (node.data) node.data.textContent = !ready ? "" : live ? written(this.meant(`v${i}`)) : this.columns.cards[i][0];
    this.painted.data[i] = ready && live ? this.meant(`v${i}`) : ready ? undefined : null;
    if (live && moving !== undefined) this.painted.grad[i] = moving;
    if (node.grad) node.grad.textContent = moving === undefined ? "" : live ? written(moving) : carried(moving);
  }

  boxSaid(step) {
    const norm = this.tangentNorm(step.box);
    return say("tangent box", { name: step.box.name, n: step.box.last - step.box.first + 1, norm: norm === undefined ? "0" : show(norm) });
  }
}
