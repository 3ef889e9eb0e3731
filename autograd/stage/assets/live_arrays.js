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
    return { local, product: asNumber(rounded(operand, kernel.adjoint(slot, asArray(upstream), inputs, out, row.attrs))) };
  },
  add: (a, b, row) => (typeof a === "number" ? a + b : rounded(row, zipped((x, y) => x + y, a.shape, a, b))),
  moved: (value, rate, slope, row) => (typeof value === "number" ? value - rate * slope : rounded(row, zipped((x, y) => x - rate * y, value.shape, value, slope))),
});
