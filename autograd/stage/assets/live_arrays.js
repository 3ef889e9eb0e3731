// Arithmetic where there are arrays: by the kernels of the rows. A 0-d array is a number.
const asNumber = (x) => (x.shape.length ? x : x.data[0]);

// Rows of float32 are rounded to it.
const rounded = (row, x) => (row.single ? zipped(Math.fround, x.shape, x) : x);

Object.assign(arithmetic, {
  value(row, operands) {
    if (!row.kernel) return ofNumbers.value(row, operands);
    return asNumber(rounded(row, kernelOf(row.kernel).forward(operands.map(asArray), row.attrs)));
  },
  term(row, slot, upstream, output, operands, operand) {
    if (!row.kernel) return ofNumbers.term(row, slot, upstream, output, operands);
    const kernel = kernelOf(row.kernel), inputs = operands.map(asArray), out = asArray(output);
    const local = kernel.local ? asNumber(kernel.local(slot, inputs, out, row.attrs)) : undefined;
    const parts = kernel.parts ? kernel.parts(inputs, row.attrs) : {};
    return { local, parts, product: asNumber(rounded(operand, kernel.adjoint(slot, asArray(upstream), inputs, out, row.attrs))) };
  },
  push(row, slot, tangent, output, operands) {
    if (!row.kernel) return ofNumbers.term(row, slot, tangent, output, operands);
    const inputs = operands.map(asArray), out = asArray(output), moving = asArray(tangent);
    const local = kernelOf(row.kernel).local(slot, inputs, out, row.attrs), wide = gathered(moving, stretched(moving.shape, out.shape), out.shape);
    return { local: asNumber(local), product: asNumber(rounded(row, zipped(times, out.shape, wide, local))) };
  },
  // A kernel has no tangent of its own: element by element the adjoint says how the result moves.
  pushAll(row, tangents, output, operands) {
    const kernel = kernelOf(row.kernel), inputs = operands.map(asArray), out = asArray(output), moved_ = filled(out.shape);
    if (tangents.every((tangent) => tangent === undefined)) return undefined;
    tangents.forEach((tangent, slot) => {
      if (tangent === undefined) return;
      const moving = asArray(tangent), unit = filled(out.shape);
      for (let k = 0; k < out.data.length; k += 1) {
        unit.data[k] = 1;
        kernel.adjoint(slot, unit, inputs, out, row.attrs).data.forEach((x, i) => { moved_.data[k] += times(moving.data[i], x); });
        unit.data[k] = 0;
      }
    });
    return asNumber(rounded(row, moved_));
  },
  ones: (x) => (typeof x === "number" ? 1 : filled(x.shape, 1)),
  add: (a, b, row) => (typeof a === "number" ? a + b : rounded(row, zipped((x, y) => x + y, a.shape, a, b))),
  moved: (value, rate, slope, row) => (typeof value === "number" ? value - rate * slope : rounded(row, zipped((x, y) => x - rate * y, value.shape, value, slope))),
});

// What a formula shows besides operands and results, by the letter of its reference.
const isOneHot = ({ shape, data }) => {
  const width = shape.at(-1), ones = [...data].filter((x) => x === 1).length;
  const alone = (k) => data.slice(k, k + width).filter((x) => x === 1).length === 1;
  return [...data].every((x) => x === 0 || x === 1) && ones * width === data.length && [...data.keys()].every((k) => k % width || alone(k));
};

on("inputs", (s) => {
  for (const e of all("[data-hot]", s.box)) {
    const value = s.numbers[e.dataset.hot];
    if (value && value.shape) e.textContent = isOneHot(value) ? "\u00a0one-hot" : "";
  }
});
