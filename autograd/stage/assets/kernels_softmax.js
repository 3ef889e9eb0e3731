// Softmax and its kin over attrs.axes, and the cross-entropy: stable for any finite numbers.

// The elements less the largest of their group, and the sums of their exponentials.
function shifted(a, map) {
  const top = bestOf(a, map, [a.data.length], (x, y) => x > y);
  const less = zipped((x, y) => x - y, a.shape, a, gathered(top, map, a.shape));
  const powers = zipped(Math.exp, a.shape, less), sums = scattered(powers, map, [a.data.length]);
  return { less, powers, sums: gathered(sums, map, a.shape) };
}

kernels.softmax = {
  forward([a], { axes }) {
    const { powers, sums } = shifted(a, grouped(a.shape, axes));
    return zipped((x, y) => x / y, a.shape, powers, sums);
  },
  adjoint(slot, g, [a], output, { axes }) {
    const map = grouped(a.shape, axes), dots = scattered(zipped((x, y) => x * y, a.shape, g, output), map, [a.data.length]);
    return zipped((p, x, dot) => p * (x - dot), a.shape, output, g, gathered(dots, map, a.shape));
  },
};

kernels.log_softmax = {
  forward([a], { axes }) {
    const { less, sums } = shifted(a, grouped(a.shape, axes));
    return zipped((x, y) => x - Math.log(y), a.shape, less, sums);
  },
  adjoint(slot, g, [a], output, { axes }) {
    const map = grouped(a.shape, axes), sums = scattered(g, map, [a.data.length]);
    return zipped((x, out, sum) => x - Math.exp(out) * sum, a.shape, g, output, gathered(sums, map, a.shape));
  },
};

kernels.logsumexp = {
  forward([a], { shape, axes }) {
    const map = grouped(a.shape, axes);
    const top = zipped((x) => (Math.abs(x) < Infinity ? x : 0), shape, bestOf(a, map, shape, (x, y) => x > y));
    const powers = zipped((x, y) => Math.exp(x - y), a.shape, a, gathered(top, map, a.shape));
    return zipped((sum, most) => Math.log(sum) + most, shape, scattered(powers, map, shape), top);
  },
  adjoint(slot, g, [a], output, { axes }) {
    const map = grouped(a.shape, axes), weights = kernels.softmax.forward([a], { axes });
    const one = (x, w, out) => x * (out === -Infinity ? 0 : w);
    return zipped(one, a.shape, gathered(g, map, a.shape), weights, gathered(output, map, a.shape));
  },
};

// -log softmax(logits)[target]; the classes are along axis 1, or 0 where there is one axis.
kernels.cross_entropy = {
  // q, its sum over the classes, and a scale: the loss is -scale Σ q log softmax(logits).
  targets([logits, targets], { weight, label_smoothing: smoothing, ignore_index: ignored, reduction }) {
    const { shape } = logits, axes = [shape.length > 1 ? 1 : 0], classes = shape[axes[0]];
    const map = grouped(shape, axes), inner = sizeOf(shape.slice(axes[0] + 1)), soft = targets.shape.length === shape.length;
    const each = weight || new Array(classes).fill(1), q = filled(shape);
    const fits = (target) => target === ignored || (Number.isInteger(target) && target >= 0 && target < classes);
    q.data.forEach((_, k) => {
      const c = Math.floor(k / inner) % classes, target = targets.data[soft ? k : map[k]];
      if (soft) q.data[k] = (target * (1 - smoothing) + smoothing / classes) * each[c];
      else if (!fits(target)) q.data[k] = NaN;
      else if (target !== ignored) q.data[k] = (target === c ? each[c] * (1 - smoothing) : 0) + each[c] * (smoothing / classes);
    });
    const counted = soft ? shape.length && logits.data.length / classes : targets.data.reduce((sum, t) => sum + (t === ignored ? 0 : each[t]), 0);
    const sums = gathered(scattered(q, map, [q.data.length]), map, shape);
    return { q, sums, axes, map, soft, each, classes, inner, scale: reduction !== "mean" ? 1 : counted ? 1 / counted : 0 };
  },
  // For the formula: s the probabilities, h the targets as one-hot rows.
  parts([logits, targets], attrs) {
    const { q, axes } = this.targets([logits, targets], attrs);
    return { s: kernels.softmax.forward([logits], { axes }), h: q };
  },
  forward([logits, targets], attrs) {
    const { q, axes, map, soft, scale } = this.targets([logits, targets], attrs);
    const logs = kernels.log_softmax.forward([logits], { axes });
    const terms = zipped((x, log) => (!soft && x === 0 ? 0 : x * log), logits.shape, q, logs);
    if (attrs.reduction === "none") return zipped((x) => -x, attrs.shape, scattered(terms, map, attrs.shape));
    return filled(attrs.shape, total(terms) * (scale ? -scale : NaN));
  },
  adjoint(slot, g, [logits, targets], output, attrs) {
    const { q, sums, axes, map, each, classes, inner, scale } = this.targets([logits, targets], attrs), { shape } = logits;
    const upstream = attrs.reduction === "none" ? gathered(g, map, shape) : filled(shape, g.data[0]);
    if (slot === 0) {
      const p = kernels.softmax.forward([logits], { axes });
      return zipped((x, sum, y, up) => (x * sum - y) * (up * scale), shape, p, sums, q, upstream);
    }
    const part = -(1 - attrs.label_smoothing) * (attrs.reduction === "mean" ? classes / Math.max(1, logits.data.length) : 1);
    const out = zipped((log, up) => log * (up * part), shape, kernels.log_softmax.forward([logits], { axes }), upstream);
    return { shape, data: out.data.map((x, k) => x * each[Math.floor(k / inner) % classes]) };
  },
};
