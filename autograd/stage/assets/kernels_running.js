// Rows that walk along an axis or need an order: running sums and products, products, norms, sorting.

// The places of each group, in order along the reduced axes.
function groupsOf(shape, axes) {
  const groups = new Map();
  grouped(shape, axes).forEach((to, k) => groups.set(to, [...(groups.get(to) || []), k]));
  return groups;
}

kernels.cumsum = {
  forward([a], { shape, axes }) {
    const out = filled(shape);
    for (const places of groupsOf(a.shape, axes).values()) {
      let sum = 0;
      for (const k of places) out.data[k] = sum += a.data[k];
    }
    return out;
  },
  adjoint(slot, g, [a], output, { axes }) {
    const out = filled(a.shape);
    for (const places of groupsOf(a.shape, axes).values()) {
      let sum = 0;
      for (const k of places.reverse()) out.data[k] = sum += g.data[k];
    }
    return out;
  },
};

kernels.cumprod = {
  forward([a], { shape, axes }) {
    const out = filled(shape);
    for (const places of groupsOf(a.shape, axes).values()) {
      let all = 1;
      for (const k of places) out.data[k] = all *= a.data[k];
    }
    return out;
  },
  // The product of what is before, times s = g + next a * next s, which runs from the end: no division.
  adjoint(slot, g, [a], output, { axes }) {
    const out = filled(a.shape);
    for (const places of groupsOf(a.shape, axes).values()) {
      let s = 0;
      for (let i = places.length - 1; i >= 0; i -= 1) {
        s = g.data[places[i]] + (i + 1 < places.length ? a.data[places[i + 1]] * s : 0);
        out.data[places[i]] = (i ? output.data[places[i - 1]] : 1) * s;
      }
    }
    return out;
  },
};

kernels.prod = {
  forward([a], { shape, axes }) {
    const out = filled(shape, 1);
    grouped(a.shape, axes).forEach((to, k) => { out.data[to] *= a.data[k]; });
    return out;
  },
  // Per element the product of the others: of what is before and of what is after.
  adjoint(slot, g, [a], output, { axes }) {
    const out = filled(a.shape);
    for (const [to, places] of groupsOf(a.shape, axes)) {
      let before = 1, after = 1;
      for (const k of places) { out.data[k] = before; before *= a.data[k]; }
      for (const k of places.reverse()) { out.data[k] *= g.data[to] * after; after *= a.data[k]; }
    }
    return out;
  },
};

kernels.sort = {
  order: (a, axes) => [...groupsOf(a.shape, axes).values()].map((places) => [
    places, [...places].sort((j, k) => (a.data[j] === a.data[k] ? 0 : a.data[j] < a.data[k] || a.data[k] !== a.data[k] ? -1 : 1)),
  ]),
  forward([a], { shape, axes }) {
    const out = filled(shape);
    for (const [places, sorted] of this.order(a, axes)) places.forEach((to, i) => { out.data[to] = a.data[sorted[i]]; });
    return out;
  },
  adjoint(slot, g, [a], output, { axes }) {
    const out = filled(a.shape);
    for (const [places, sorted] of this.order(a, axes)) places.forEach((from, i) => { out.data[sorted[i]] = g.data[from]; });
    return out;
  },
};

// The order is a number; null is 2, and that of Frobenius. Over two axes 1 and inf are the largest sums of columns and of
// rows, -1 and -inf the smallest: attrs.sums are then the axes that are summed.
kernels.norm = {
  lines([a], { axes, sums }) {
    const absolute = zipped(Math.abs, a.shape, a), kept = a.shape.map((n, d) => (sums.includes(d) ? 1 : n));
    return { inner: grouped(a.shape, sums), outer: grouped(kept, axes), sum: scattered(absolute, grouped(a.shape, sums), kept) };
  },
  better: (ord) => (ord > 0 ? (x, y) => x > y : (x, y) => x < y),
  forward([a], attrs) {
    const { shape, axes, sums } = attrs, ord = Number(attrs.ord === null ? 2 : attrs.ord), map = grouped(a.shape, axes);
    if (sums) {
      const { outer, sum } = this.lines([a], attrs);
      return bestOf(sum, outer, shape, this.better(ord));
    }
    const absolute = zipped(Math.abs, a.shape, a);
    if (Math.abs(ord) === Infinity) return bestOf(absolute, map, shape, this.better(ord));
    // Divided by the largest first: a power may be too large where the norm is not.
    const largest = zipped((x) => (x > 0 && x < Infinity ? x : 1), shape, bestOf(absolute, map, shape, this.better(1)));
    const powers = zipped((x, most) => Math.pow(x / most, ord), a.shape, absolute, gathered(largest, map, a.shape));
    return zipped((sum, most) => most * (ord === 2 ? Math.sqrt(sum) : Math.pow(sum, 1 / ord)), shape, scattered(powers, map, shape), largest);
  },
  adjoint(slot, g, [a], output, attrs) {
    const { axes, sums } = attrs, ord = Number(attrs.ord === null ? 2 : attrs.ord), map = grouped(a.shape, axes);
    const upstream = gathered(g, map, a.shape);
    let part;
    if (sums) {
      const { inner, outer, sum } = this.lines([a], attrs);
      part = gathered(shares(sum, outer, output), inner, a.shape);
    } else if (Math.abs(ord) === Infinity) {
      part = shares(zipped(Math.abs, a.shape, a), map, output);
    } else {
      part = zipped((x, norm) => (norm === 0 ? 0 : Math.pow(Math.abs(x) / norm, ord - 1)), a.shape, a, gathered(output, map, a.shape));
    }
    return zipped((x, y, z) => x * Math.sign(y) * z, a.shape, upstream, a, part);
  },
};
