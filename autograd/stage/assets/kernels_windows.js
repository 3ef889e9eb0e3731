// Rows over windows: convolution and its adjoints, pooling, windows laid side by side and added up.

// For each product of a convolution its places in x, w and y; in x it is -1 for what is padding.
function convolutionPlaces({ x, w, y, padded, before, stride, dilation, groups }) {
  const [ws, ys, wide] = [w, y, padded].map(stridesOf), outputs = w[0] / groups;
  const lengths = [x[0], groups, outputs, w[1], ...y.slice(2), ...w.slice(2)], none = y.slice(2).map(() => 0);
  const along = wide.slice(2), inside = new Int32Array(sizeOf(padded)).fill(-1);
  const first = before.reduce((sum, n, d) => sum + n * along[d], 0);
  placed(x, wide).forEach((place, k) => { inside[place + first] = k; });
  const steps = (by) => along.map((step, d) => step * by[d]);
  return {
    x: placed(lengths, [wide[0], wide[1] * w[1], 0, wide[1], ...steps(stride), ...steps(dilation)]).map((place) => inside[place]),
    w: placed(lengths, [0, ws[0] * outputs, ws[0], ws[1], ...none, ...ws.slice(2)]),
    y: placed(lengths, [ys[0], ys[1] * outputs, ys[1], 0, ...ys.slice(2), ...none]),
  };
}

// One sum of products of three arrays; attrs.roles says which two are the operands and which the result.
kernels.convolution = {
  summed(attrs, roles, [a, b], shape) {
    const places = convolutionPlaces(attrs), [i, j, to] = roles.map((role) => places[role]), out = filled(shape);
    places.x.forEach((place, k) => { if (place >= 0) out.data[to[k]] += a.data[i[k]] * b.data[j[k]]; });
    return out;
  },
  forward(inputs, attrs) {
    return this.summed(attrs, attrs.roles, inputs, attrs.shape);
  },
  adjoint(slot, g, inputs, output, attrs) {
    const { roles } = attrs, other = 1 - slot;
    return this.summed(attrs, [roles[2], roles[other], roles[slot]], [g, inputs[other]], inputs[slot].shape);
  },
};

// attrs.from has for each element of the windows its place in the picture, -1 for what is padding.
const seenThrough = (x, from, fill) => ({ shape: [from.length], data: Float64Array.from(from, (place) => (place < 0 ? fill : x.data[place])) });

function laidBack(part, from, shape) {
  const out = filled(shape);
  from.forEach((place, k) => { if (place >= 0) out.data[place] += part.data[k]; });
  return out;
}

kernels.fold = {
  forward: ([x], { shape, from }) => laidBack(x, from, shape),
  adjoint: (slot, g, [x], output, { from }) => ({ shape: x.shape, data: seenThrough(g, from, 0).data }),
};

// The window of each element, where a window has as many elements as stand beside each other.
const windowOf = (from, taps) => Int32Array.from(from, (place, k) => Math.floor(k / taps));

kernels.max_pool = {
  forward([x], { shape, from, taps }) {
    return bestOf(seenThrough(x, from, -Infinity), windowOf(from, taps), shape, (a, b) => a > b);
  },
  adjoint(slot, g, [x], output, { from, taps }) {
    const map = windowOf(from, taps), part = shares(seenThrough(x, from, -Infinity), map, output);
    return laidBack(zipped((a, b) => a * b, part.shape, part, gathered(g, map, part.shape)), from, x.shape);
  },
};

kernels.avg_pool = {
  forward([x], { shape, from, taps, divisor }) {
    const sums = scattered(seenThrough(x, from, 0), windowOf(from, taps), shape);
    return zipped((sum, by) => sum / by, shape, sums, { data: divisor });
  },
  adjoint(slot, g, [x], output, { from, taps, divisor }) {
    const part = zipped((up, by) => up / by, g.shape, g, { data: divisor }), map = windowOf(from, taps);
    return laidBack(gathered(part, map, [from.length]), from, x.shape);
  },
};
