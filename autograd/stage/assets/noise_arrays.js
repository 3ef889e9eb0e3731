// Rounding noise of rows over whole arrays, as slopes.py finds it: products, sums, softmax.
Object.assign(Forms.prototype, {
  isWhole(i) {
    const { kernel } = this.s.data.rows[i];
    return Boolean(kernel) && Object.hasOwn(kernels, kernel);
  },

  // A row over whole arrays: its adjoint, also with other operands, and its slopes.
  whole(i) {
    return this.once(`k${i}`, () => {
      const { values, data } = this.s, row = data.rows[i], kernel = kernels[row.kernel], inputs = row.args.map((j) => asArray(values[j])), out = asArray(values[i]);
      const classes = (slot) => row.kernel === "cross_entropy" && slot === 1 && inputs[1].shape.length < inputs[0].shape.length;
      const act = (xs, f) => f(xs || inputs, xs ? kernel.forward(xs, row.attrs) : out);
      const adjoint = (slot, g) => (xs) => act(xs, (all_, y) => (classes(slot) ? new Float64Array(inputs[slot].data.length) : kernel.adjoint(slot, { shape: out.shape, data: g }, all_, y, row.attrs).data));
      // The sizes of what the adjoint takes the difference of, where its slopes do not tell: of a probability close to 1 and a 1.
      const subtracted = (slot, g) => {
        const size = g.map(Math.abs), sent = adjoint(slot, g)().map(Math.abs), { kernel: name } = row;
        if (name === "softmax" || name === "log_softmax") return adjoint(slot, size)().map((x, k) => 2 * (name === "softmax" ? Math.abs(out.data[k]) : 1) * size[k] - x);
        if (name !== "cross_entropy" || slot) return sent;
        const [{ shape, data: logits }] = inputs, rest = sizeOf(shape.slice(2)), count = shape[Math.min(1, shape.length - 1)], classOf = (e) => Math.floor(e / rest) % count;
        for (let k = 0; k < count; k += 1) {
          const alone = adjoint(slot, g)([{ shape, data: logits.map((x, e) => (classOf(e) === k ? -1e6 : x)) }, ...inputs.slice(1)]);
          alone.forEach((x, e) => { if (classOf(e) === k) sent[e] += 2 * Math.abs(x); });
        }
        return sent;
      };
      const tangent = (tangents) => (xs) => act(xs, (all_, y) => flat(arithmetic.pushAll(row, tangents, y, all_)));
      return { inputs, size: out.data.length, classes, adjoint, subtracted, tangent };
    });
  },
  jacobian(i, slot) {
    return this.once(`j${i}.${slot}`, () => {
      const { size, adjoint } = this.whole(i);
      return Array.from({ length: size }, (_, k) => Float64Array.from(adjoint(slot, Float64Array.from({ length: size }, (_, e) => Number(e === k)))(), finite_));
    });
  },
  // How what a structural row sends moves with the errors of its operands.
  bent(i, act, into) {
    const { inputs, classes } = this.whole(i), here = Float64Array.from(act(), finite_);
    this.s.data.rows[i].args.forEach((j, k) => {
      if (classes(k)) return;
      const sizes = this.sizes(j), forms = this.forms(this.at[j]), move = (step) => inputs.with(k, { shape: inputs[k].shape, data: inputs[k].data.map((x, e) => x + step(e)) });
      if (Float64Array.from(act(move((e) => MOVE * sizes[e] * (1 + (e % 3)))), finite_).every((x, e) => x === here[e])) return; // it is linear
      sizes.forEach((size, e) => {
        if (!size) return;
        const step = MOVE * size, at_ = (sign) => Float64Array.from(act(move((other) => (other === e ? sign * step : 0))), finite_), less = at_(-1), more = at_(1);
        into.forEach((form, o) => this.add(form, central(less[o], here[o], more[o], step), forms[e]));
      });
    });
  },

  // What a row makes of the forms of its operands, which go into `made`, and how it rounds: [forms, numbers] of each.
  wholeForms(i, operands, values, made) {
    const terms = new Float64Array(made.length), counts = new Float64Array(made.length);
    operands.forEach((operand, slot) => {
      if (operand) this.jacobian(i, slot).forEach((slopes, k) => slopes.forEach((slope, e) => {
        if (!slope) return;
        this.add(made[k], slope, operand[0][e]);
        terms[k] += Math.abs(slope * operand[1][e]);
        counts[k] += 1;
      }));
    });
    return this.rounding(values, terms, counts, this.epsilon(i));
  },

  wholeProduct(i, slot, g, forms) {
    const slopes = this.jacobian(i, slot), { adjoint, inputs, subtracted } = this.whole(i), size = inputs[slot].data.length, made = this.blank(size), terms = new Float64Array(size), counts = new Float64Array(size);
    slopes.forEach((row, k) => row.forEach((slope, e) => {
      if (!slope) return;
      this.add(made[e], slope, forms[k]);
      terms[e] += Math.abs(slope * g[k]);
      counts[e] += 1;
    }));
    this.bent(i, adjoint(slot, g), made);
    return [made, this.rounding(subtracted(slot, g).map(finite_), terms, counts, this.epsilon(i))];
  },
});
