// All numbers of a scene from its inputs, and the places that show them.
// How values and the terms of gradients are computed from plain numbers, by the rules of the table.
const ofNumbers = {
  operands(row, operands) {
    const rule = R[row.op];
    return rule.defaults ? operands.concat(rule.defaults.slice(operands.length - rule.value.length).map(Number)) : operands;
  },
  value: (row, operands) => R[row.op].value(...ofNumbers.operands(row, operands)),
  term(row, slot, upstream, output, operands) {
    const local = R[row.op].partials[slot](output, ...ofNumbers.operands(row, operands));
    const zero = upstream === 0 || local === 0, product = upstream * local;
    return { local, product: zero && product !== product ? 0 : product };
  },
  // Forward mode: what the tangent of an operand brings, all together where the row has no terms, and
  // the tangent that an input starts with.
  push: (row, slot, tangent, output, operands) => ofNumbers.term(row, slot, tangent, output, operands),
  pushAll: () => undefined,
  ones: () => 1,
  add: (a, b) => a + b,
  moved: (value, rate, slope) => value - rate * slope,
};
// What the page computes with: pages with arrays put their own functions here.
const arithmetic = { ...ofNumbers };

Object.assign(Scene.prototype, {
  // The forward pass, the backward pass and the update, by the rules of the table; fill() shows them.
  compute() {
    const { rows } = this.data, steps = this.data.steps, v = this.values, n = this.numbers, g = [];
    const operands = (row) => row.args.map((j) => v[j]);
    rows.forEach((row, i) => {
      if (row.op) v[i] = arithmetic.value(row, operands(row));
      n[`v${i}`] = v[i];
    });
    n.r = this.rate;
    for (const step of steps) {
      const row = rows[step.row];
      if (step.phase === "backward" && !step.terms.length) {
        g[step.row] = n[`g${step.row}`] = readNumber(step.seed);
      } else if (step.phase === "backward" || step.tangent) {
        let moved;
        if (step.tangent && step.first) rows.forEach((_, i) => { g[i] = i === step.seedRow ? arithmetic.ones(v[i]) : undefined; });
        if (step.tangent && !step.terms.length) moved = arithmetic.pushAll(row, row.args.map((j) => g[j]), v[step.row], operands(row));
        for (const [slot, operand] of step.terms) {
          const key = `${step.key}.${slot}`;
          const upstream = step.tangent ? g[operand] : g[step.row];
          const act = step.tangent ? arithmetic.push : arithmetic.term, { local, product, parts } = act(row, slot, upstream, v[step.row], operands(row), rows[operand]);
          const before = step.tangent ? moved : g[operand], total = before === undefined ? product : arithmetic.add(before, product, step.tangent ? row : rows[operand]);
          Object.assign(n, { [`l${key}`]: local, [`p${key}`]: product, [`b${key}`]: before, [`t${key}`]: total, [`x${key}`]: upstream });
          for (const letter in parts) n[letter + key] = parts[letter];
          if (step.tangent) moved = total;
          else g[operand] = n[`g${operand}`] = total;
        }
        if (step.tangent) {
          g[step.row] = moved;
          n[`d${step.key}`] = moved === undefined ? 0 : moved;
        }
      } else if (step.phase === "update") {
        n[`u${step.row}`] = arithmetic.moved(v[step.row], this.rate, g[step.row], row);
      }
    }
    this.gradients = g;
  },

  // Every number of the steps, where the formulas refer to it.
  fill() {
    this.known = null;
    for (const e of all("[data-ref]", this.box)) {
      const value = this.meant(e.dataset.ref);
      if (value === undefined) continue;
      const text = e.dataset.at && value.data ? written(value.data[e.dataset.at]) : e.dataset.form ? summary(value) : written(value);
      putNumber(e, text);
    }
    for (const e of all("[data-signed]", this.box)) {
      const inner = $(`[data-ref="${e.dataset.signed}"]`, e), fraction = "base" in e.dataset && $("mfrac", inner);
      const shown = fraction || inner.textContent.startsWith("−");
      e.firstElementChild.textContent = shown ? "(" : "";
      e.lastElementChild.textContent = shown ? ")" : "";
    }
    emit("inputs", this);
  },
});
