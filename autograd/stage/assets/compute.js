// All numbers of a scene from its inputs, and the places that show them.
Object.assign(Scene.prototype, {
  // The forward pass, the backward pass and the update, by the rules of the table.
  compute() {
    const { rows } = this.data, steps = this.data.steps, v = this.values, n = this.numbers, g = [];
    const operands = (row) => {
      const found = row.args.map((j) => v[j]), rule = R[row.op];
      return found.concat((rule.defaults || []).slice(found.length - rule.value.length).map(Number));
    };
    rows.forEach((row, i) => {
      if (row.op) v[i] = R[row.op].value(...operands(row));
      n[`v${i}`] = v[i];
    });
    n.r = this.rate;
    for (const step of steps) {
      const row = rows[step.row];
      if (step.phase === "backward" && !step.terms.length) {
        g[step.row] = n[`g${step.row}`] = step.seed;
      } else if (step.phase === "backward" || step.tangent) {
        let moved;
        if (step.tangent && step.first) rows.forEach((_, i) => { g[i] = i === step.seedRow ? 1 : undefined; });
        for (const [slot, operand] of step.terms) {
          const key = `${step.key}.${slot}`;
          const upstream = step.tangent ? g[operand] : g[step.row];
          const local = R[row.op].partials[slot](v[step.row], ...operands(row));
          const zero = upstream === 0 || local === 0, product = zero && upstream * local !== upstream * local ? 0 : upstream * local;
          const before = step.tangent ? moved : g[operand], total = before === undefined ? product : before + product;
          Object.assign(n, { [`l${key}`]: local, [`p${key}`]: product, [`b${key}`]: before, [`t${key}`]: total, [`x${key}`]: upstream });
          if (step.tangent) moved = total;
          else g[operand] = n[`g${operand}`] = total;
        }
        if (step.tangent) g[step.row] = n[`d${step.key}`] = moved === undefined ? 0 : moved;
      } else if (step.phase === "update") {
        n[`u${step.row}`] = v[step.row] - this.rate * g[step.row];
      }
    }
    this.gradients = g;
    this.fill();
  },

  // Every number of the steps, where the formulas refer to it.
  fill() {
    for (const e of all("[data-ref]", this.box)) {
      const value = this.numbers[e.dataset.ref];
      if (value !== undefined) e.textContent = show(value).replace("-", "−");
    }
    for (const e of all("[data-signed]", this.box)) {
      const shown = $(`[data-ref="${e.dataset.signed}"]`, e).textContent.startsWith("−");
      e.firstElementChild.textContent = shown ? "(" : "";
      e.lastElementChild.textContent = shown ? ")" : "";
    }
    for (const e of all("[data-gradient]", this.box)) {
      const value = this.gradients && this.gradients[e.dataset.gradient];
      if (value !== undefined) e.textContent = show(value);
    }
    emit("inputs", this);
  },
});
