Object.assign(Scene.prototype, {
  // The picture after step k: what is not computed yet is blank.
  paint(k, shown = k) {
    const { rows, live } = this.data, steps = this.steps, id = this.svg.id;
    const grads = {}, names = {}, terms = {}, updated = {}, fixed = (x) => (typeof x === "string" ? x : readNumber(x));
    steps.slice(0, k).forEach((step) => {
      if (step.phase === "backward" && !step.terms.length) grads[step.row] = live ? this.meant(names[step.row] = `g${step.row}`) : fixed(step.text);
      else if (step.phase === "backward") {
        for (const [slot, operand, text] of step.terms) {
          const key = `${step.key}.${slot}`;
          grads[operand] = live ? this.meant(names[operand] = `t${key}`) : fixed(text);
          (terms[operand] = terms[operand] || []).push(this.meant(`p${key}`));
        }
      } else if (step.phase === "update") updated[step.row] = live ? this.meant(`u${step.row}`) : fixed(step.text);
      else if (step.tangent) {
        if (step.first) {
          for (const row in grads) delete grads[row];
          grads[step.seedRow] = live ? arithmetic.ones(this.values[step.seedRow]) : "1";
        }
        grads[step.row] = live ? this.meant(names[step.row] = `d${step.key}`) : fixed(step.text);
      }
    });
    this.painted = { data: {}, grad: grads };
    const word = (x) => (typeof x === "string" ? x : x === undefined ? "" : written(x));
    for (const [row, node] of Object.entries(this.nodes)) {
      const done = !(row in this.made) || k >= this.made[row];
      const value = row in updated ? word(updated[row]) : live ? written(this.meant(`v${row}`)) : node.written;
      this.painted.data[row] = !done ? null : row in updated ? updated[row] : live ? this.meant(`v${row}`) : undefined;
      if (node.data) node.data.textContent = done ? value : "";
      if (node.grad) node.grad.textContent = word(grads[row]);
      if (node.terms) {
        const found = terms[row] || [];
        node.terms.textContent = live && found.length > 1 && found.length <= 4 && typeof found[0] === "number" ? "= " + found.map(show).join(" + ").replaceAll("+ -", "- ") : "";
      }
      node.g.classList.toggle("updated", row in updated);
      const title = $("title", node.g);
      if (live && title) title.textContent = `${rows[row].name}\ndata ${digits(this.values[row])}` + (row in grads ? `\ngrad ${digits(names[row] ? this.number(names[row]) : grads[row])}` : "");
    }
    const now = steps[shown - 1], done = shown === k;
    for (const node of Object.values(this.nodes)) {
      node.g.classList.remove("now");
      node.g.removeAttribute("aria-current");
    }
    if (now && this.nodes[now.row]) {
      this.nodes[now.row].g.classList.add("now");
      this.nodes[now.row].g.setAttribute("aria-current", "step");
    }
    const sent = new Set();
    steps.slice(0, k).forEach((step) => { if (step.phase === "backward") for (const [slot] of step.terms) sent.add(`${step.row}.${slot}`); });
    for (const [key, edge] of Object.entries(this.edges)) {
      const mine = done && now && now.phase !== "update" && key.split(".")[0] === String(now.row);
      const back = mine && now.phase === "backward" && now.terms.some(([slot]) => `${now.row}.${slot}` === key);
      edge.g.classList.toggle("now", Boolean(mine && now.phase === "forward"));
      edge.g.classList.toggle("back", Boolean(back));
      if (back) {
        edge.line.removeAttribute("marker-end");
        edge.line.setAttribute("marker-start", `url(#${id}-back)`);
      } else {
        edge.line.setAttribute("marker-end", `url(#${id}-head)`);
        edge.line.removeAttribute("marker-start");
      }
      for (const part of [edge.local, edge.plate]) if (part) part.classList.toggle("hidden", !sent.has(key));
      if (live && edge.local && typeof this.numbers[`l${key}`] === "number" && this.data.mode !== "forward") label(edge, `× ${show(this.meant(`l${key}`))}`);
    }
    // The table of inputs says no more than the picture: a gradient appears when it is computed.
    for (const e of all("[data-gradient]", this.entries)) e.textContent = word(grads[e.dataset.gradient]);
    emit("paint", this, k, shown);
  },
});
