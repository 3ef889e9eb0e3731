// Structural rows of the derivative table: moves, products, reductions.

// -- elements moved: attrs.from has for each element of the result the place that it comes from, ----
// -- the operands laid end to end, or -1 for a constant of attrs.rest; none: all in order ----------

kernels.moved = {
  forward(inputs, { shape, from, rest }) {
    const all = inputs.length === 1 ? inputs[0].data : Float64Array.from(inputs.flatMap((x) => [...x.data]));
    return { shape, data: from ? Float64Array.from(from, (place, k) => (place < 0 ? rest[k] : all[place])) : all.slice() };
  },
  adjoint(slot, g, inputs, output, { from }) {
    const { shape } = inputs[slot], first = inputs.slice(0, slot).reduce((sum, x) => sum + x.data.length, 0);
    if (!from) return { shape, data: g.data.slice() };
    const out = filled(shape);
    from.forEach((place, k) => { if (place >= first && place < first + out.data.length) out.data[place - first] += g.data[k]; });
    return out;
  },
};

// The adjoint of indexing: attrs.to has the place of each element, and elements at one place add up.
kernels.put_index = {
  forward: ([a], { shape, to }) => scattered(a, to, shape),
  adjoint: (slot, g, [a], output, { to }) => gathered(g, to, a.shape),
};

// -- products: attrs.terms has a letter for each axis of each operand, attrs.result of the result --

// For each product that is summed, its places in the operands and in the result. Letters repeated in
// one operand walk its diagonal, and an axis of length 1 is stretched.
function productPlaces(shapes, { terms, result }) {
  const letters = [...new Set(result + terms.join(""))];
  const lengths = letters.map((x) => Math.max(...shapes.flatMap((shape, i) => shape.filter((n, d) => terms[i][d] === x))));
  const places = (term, shape) => {
    const strides = stridesOf(shape).map((step, d) => (shape[d] === 1 ? 0 : step));
    return placed(lengths, letters.map((x) => strides.reduce((sum, step, d) => sum + (term[d] === x ? step : 0), 0)));
  };
  const resultShape = [...result].map((x) => lengths[letters.indexOf(x)]);
  return { operands: shapes.map((shape, i) => places(terms[i], shape)), result: places(result, resultShape) };
}

kernels.product = {
  forward(inputs, attrs) {
    const places = productPlaces(inputs.map((x) => x.shape), attrs), out = filled(attrs.shape);
    places.result.forEach((to, k) => {
      out.data[to] += inputs.reduce((all, x, i) => all * x.data[places.operands[i][k]], 1);
    });
    return out;
  },
  adjoint(slot, g, inputs, output, attrs) {
    const places = productPlaces(inputs.map((x) => x.shape), attrs), out = filled(inputs[slot].shape);
    places.result.forEach((from, k) => {
      out.data[places.operands[slot][k]] += inputs.reduce((all, x, i) => (i === slot ? all : all * x.data[places.operands[i][k]]), g.data[from]);
    });
    return out;
  },
};

// x @ w + b, where b may be missing.
kernels.linear = {
  forward([x, w, b], attrs) {
    const out = kernels.product.forward([x, w], attrs);
    return b ? zipped((p, q) => p + q, attrs.shape, out, gathered(b, stretched(b.shape, attrs.shape), attrs.shape)) : out;
  },
  adjoint(slot, g, [x, w, b], output, attrs) {
    return slot < 2 ? kernels.product.adjoint(slot, g, [x, w], output, attrs) : scattered(g, stretched(b.shape, g.shape), b.shape);
  },
};

// -- reductions over attrs.axes -------------------------------------------------------------------

kernels.sum = {
  forward: ([a], { shape, axes }) => scattered(a, grouped(a.shape, axes), shape),
  adjoint: (slot, g, [a], output, { axes }) => gathered(g, grouped(a.shape, axes), a.shape),
};

// How many elements go into one of the result.
const countOf = (a, output) => a.data.length / Math.max(1, output.data.length);

kernels.mean = {
  forward([a], attrs) {
    const sums = kernels.sum.forward([a], attrs), n = countOf(a, sums);
    return zipped((x) => x / n, attrs.shape, sums);
  },
  adjoint(slot, g, [a], output, { axes }) {
    const n = countOf(a, g);
    return gathered(zipped((x) => x / n, g.shape, g), grouped(a.shape, axes), a.shape);
  },
};

// The best element of each group; a nan is the best of its group.
function bestOf(a, map, shape, better) {
  const out = filled(shape, NaN), seen = new Uint8Array(out.data.length);
  map.forEach((to, k) => {
    const x = a.data[k], best = out.data[to];
    if (!seen[to] || x !== x || better(x, best)) out.data[to] = x;
    seen[to] = 1;
  });
  return out;
}

// Which part of the gradient each element gets from the best of its group: equal ones share it.
function shares(a, map, best) {
  const isBest = a.data.map((x, k) => (x === best.data[map[k]] || x !== x ? 1 : 0)), ties = scattered({ data: isBest }, map, best.shape);
  return { shape: a.shape, data: isBest.map((one, k) => one / ties.data[map[k]]) };
}

const extreme = (better) => ({
  forward: ([a], { shape, axes }) => bestOf(a, grouped(a.shape, axes), shape, better),
  adjoint(slot, g, [a], output, { axes }) {
    const map = grouped(a.shape, axes);
    return zipped((x, y) => x * y, a.shape, shares(a, map, output), gathered(g, map, a.shape));
  },
});

kernels.max = extreme((x, y) => x > y);

kernels.min = extreme((x, y) => x < y);

// The elements less the mean of their group.
function deviations(a, axes) {
  const map = grouped(a.shape, axes), sums = scattered(a, map, [a.data.length]), counts = scattered(filled(a.shape, 1), map, [a.data.length]);
  return zipped((x, sum, n) => x - sum / n, a.shape, a, gathered(sums, map, a.shape), gathered(counts, map, a.shape));
}

kernels.var = {
  forward([a], { shape, axes, ddof }) {
    const squares = zipped((x) => x * x, a.shape, deviations(a, axes)), sums = scattered(squares, grouped(a.shape, axes), shape);
    return zipped((x) => x / Math.max(countOf(a, sums) - ddof, 0), shape, sums);
  },
  adjoint(slot, g, [a], output, { axes, ddof }) {
    const n = Math.max(countOf(a, output) - ddof, 0), upstream = gathered(g, grouped(a.shape, axes), a.shape);
    return zipped((x, y) => x * ((y * 2) / n), a.shape, deviations(a, axes), upstream);
  },
};

kernels.std = {
  forward: (inputs, attrs) => zipped(Math.sqrt, attrs.shape, kernels.var.forward(inputs, attrs)),
  // Where all elements of a group are equal the deviation is 0, and so is the derivative here.
  adjoint(slot, g, [a], output, { axes, ddof }) {
    const map = grouped(a.shape, axes), n = Math.max(countOf(a, output) - ddof, 0);
    const low = bestOf(a, map, output.shape, (x, y) => x < y), high = bestOf(a, map, output.shape, (x, y) => x > y);
    const scale = zipped((x, std, p, q) => (p === q ? 0 : x / n / std), output.shape, g, output, low, high);
    return zipped((x, y) => x * y, a.shape, deviations(a, axes), gathered(scale, map, a.shape));
  },
};
