// Optimizers that are no update rule: Newton, L-BFGS and the two that go without gradients, as the
// library has them in optim/rules. Each is a function of its settings that returns a step: from a place
// to the next one, null where it stops, and what the page writes out of it.
const plus = (a, b) => [a[0] + b[0], a[1] + b[1]], less = (a, b) => [a[0] - b[0], a[1] - b[1]];
const scaled = (k, a) => [k * a[0], k * a[1]], dot = (a, b) => a[0] * b[0] + a[1] * b[1];
const largest = (a) => Math.max(Math.abs(a[0]), Math.abs(a[1]));

// -- random numbers -------------------------------------------------------------------------------

// The normal numbers of NumPy's PCG64 from a state on, by the ziggurat of Marsaglia and Tsang with 256
// layers: the same that Python draws. They are kept, so that every run has them again.
const ZIGGURAT = (() => {
  const x = [0], r = 3.6541528853610088, f = (v) => Math.exp(-0.5 * v * v), area = 0.004928673233974658;
  x[255] = r;
  for (let i = 254; i > 0; i -= 1) x[i] = Math.sqrt(-2 * Math.log(area / x[i + 1] + f(x[i + 1])));
  x[0] = area / f(r);
  return { x, r, f };
})();
const streams = new Map();
function normalsOf(state, inc) {
  if (!streams.has(state + inc)) streams.set(state + inc, normals(BigInt(state), BigInt(inc)));
  return streams.get(state + inc);
}
function normals(begin, inc) {
  const WIDE = (1n << 128n) - 1n, LONG = (1n << 64n) - 1n, FACTOR = 0x2360ed051fc65da44385df649fccf645n, { x, r, f } = ZIGGURAT, drawn_ = [];
  let state = begin;
  const next = () => {
    state = (state * FACTOR + inc) & WIDE;
    const mixed = (state >> 64n) ^ (state & LONG), by = state >> 122n;
    return ((mixed >> by) | (mixed << (64n - by))) & LONG;
  };
  const uniform = () => Number(next() >> 11n) / 2 ** 53;
  const normal = () => {
    for (;;) {
      const bits = next(), i = Number(bits & 255n), sign = bits & 256n ? -1 : 1, whole = Number((bits >> 9n) & 0xfffffffffffffn), v = (whole * x[i]) / 2 ** 52;
      if (v < (i === 0 ? r : i === 1 ? 0 : x[i - 1])) return sign * v;
      if (i === 0) {
        for (;;) {
          const far = -Math.log1p(-uniform()) / r, high = -Math.log1p(-uniform());
          if (high + high > far * far) return (Math.floor(whole / 256) % 2 ? -1 : 1) * (r + far);
        }
      }
      const above = i === 1 ? 1 : f(x[i - 1]), below = f(x[i]);
      if ((above - below) * uniform() + below < f(v)) return sign * v;
    }
  };
  return (k) => {
    while (drawn_.length <= k) drawn_.push(normal());
    return drawn_[k];
  };
}

// -- how far to go along a direction --------------------------------------------------------------

// The minimum in [low, high] of the cubic with the losses and slopes of two trials.
function cubicMinimum(one, other, low, high) {
  const [a, b] = one.t > other.t ? [other, one] : [one, other], width = b.t - a.t;
  if (!width) return (low + high) / 2;
  const bend = a.slope + b.slope - (3 * (b.loss - a.loss)) / width, under = bend * bend - a.slope * b.slope;
  if (under >= 0) {
    const root = Math.sqrt(under), below = b.slope - a.slope + 2 * root;
    if (below) return Math.min(Math.max(b.t - (width * (b.slope + root - bend)) / below, low), high);
  }
  return (low + high) / 2;
}

// A step that satisfies the strong Wolfe conditions.
function strongWolfe(attempt, start, first, size, attempts) {
  const tooHigh = (trial) => !(trial.loss <= start.loss + 1e-4 * trial.t * start.slope), flat = (trial) => Math.abs(trial.slope) <= -0.9 * start.slope;
  let before = start, now = attempt(first), used = 1, bracketed = false;
  while (used <= attempts) {
    bracketed = tooHigh(now) || (used > 2 && now.loss >= before.loss);
    if (bracketed) break;
    if (flat(now)) return now;
    bracketed = now.slope >= 0;
    if (bracketed) break;
    const t = cubicMinimum(before, now, now.t + 0.01 * (now.t - before.t), now.t * 10);
    [before, now] = [now, attempt(t)];
    used += 1;
  }
  if (!bracketed) before = start;
  let [low, high] = before.loss <= now.loss ? [before, now] : [now, before], stalled = false;
  while (used <= attempts && Math.abs(high.t - low.t) * size >= 1e-9) {
    const left = Math.min(low.t, high.t), right = Math.max(low.t, high.t), margin = 0.1 * (right - left);
    let t = cubicMinimum(low, high, left, right);
    // A trial near an end of the bracket hardly shrinks it: after two, take one further in.
    const near = Math.min(right - t, t - left) < margin, further = near && (stalled || t >= right || t <= left);
    if (further) t = Math.abs(t - right) < Math.abs(t - left) ? right - margin : left + margin;
    stalled = near && !further;
    now = attempt(t);
    used += 1;
    if (tooHigh(now) || now.loss >= low.loss) {
      [low, high] = low.loss <= now.loss ? [low, now] : [now, low];
      continue;
    }
    if (flat(now)) return now;
    if (now.slope * (high.t - low.t) >= 0) high = low;
    low = now;
  }
  return low;
}

// −H·g, H the inverse Hessian that the pairs of steps s and changes y suggest.
function twoLoops(gradient, pairs) {
  let q = scaled(-1, gradient);
  const weights = [];
  for (const [s, y] of [...pairs].reverse()) {
    weights.unshift(dot(s, q) / dot(s, y));
    q = less(q, scaled(weights[0], y));
  }
  if (pairs.length) {
    const [s, y] = pairs[pairs.length - 1];
    q = scaled(dot(s, y) / dot(y, y), q);
  }
  pairs.forEach(([s, y], k) => { q = plus(q, scaled(weights[k] - dot(y, q) / dot(s, y), s)); });
  return q;
}

// -- the methods ----------------------------------------------------------------------------------

const METHODS = {
  newton: ({ damping }, rate) => (ground, here) => {
    const g = ground.slopes(...here), [xx, b, yy] = ground.bends(...here), a = xx + damping, d = yy + damping;
    const middle = (a + d) / 2, half = Math.hypot((a - d) / 2, b), ends = [middle - half, middle + half];
    const seen = [["g", ...g], ["H₁", a, b], ["H₂", b, d], ["λ₁, λ₂", ...ends]];
    if (!(ends[0] > 1e-10 * Math.max(Math.abs(ends[0]), Math.abs(ends[1])))) return { to: null, notes: () => seen };
    // Elimination, the larger pivot first.
    const [p, q, u, v, s, t] = Math.abs(a) >= Math.abs(b) ? [a, b, b, d, g[0], g[1]] : [b, d, a, b, g[1], g[0]];
    const last_ = (t - (u / p) * s) / (v - (u / p) * q), way = [(s - q * last_) / p, last_];
    return { to: less(here, scaled(rate, way)), notes: () => [...seen, ["d = H⁻¹g", ...way]], says: "θ' = θ − ηd" };
  },

  lbfgs: (settings, rate) => {
    const { max_iter, max_eval, tolerance_grad, tolerance_change, history_size, line_search_fn } = settings, limit = max_eval || Math.floor((max_iter * 5) / 4);
    let pairs = [], last_ = null, iterations = 0;
    return (ground, start) => {
      const notes = [];
      let here = start, loss = ground.height(...here), g = ground.slopes(...here), used = 1;
      for (let i = 0; i < max_iter; i += 1) {
        if (largest(g) <= tolerance_grad) break;
        iterations += 1;
        if (last_) {
          const y = less(g, last_[1]);
          if (dot(y, last_[0]) > 1e-10) pairs = [...pairs, [last_[0], y]].slice(-history_size);
          last_ = null;
        }
        const way = twoLoops(g, pairs), slope = dot(g, way), first = iterations === 1 ? rate * Math.min(1, 1 / (Math.abs(g[0]) + Math.abs(g[1]))) : rate;
        if (slope > -tolerance_change) break;
        const from = here, began = { t: 0, loss, gradient: g, slope };
        const attempt = (t) => {
          const at_ = plus(from, scaled(t, way)), gradient = ground.slopes(...at_);
          used += 1;
          return { t, loss: ground.height(...at_), gradient, slope: dot(gradient, way) };
        };
        let trial = { ...began, t: first };
        if (line_search_fn) trial = strongWolfe(attempt, began, first, largest(way), limit - used);
        else if (i + 1 < max_iter) trial = attempt(first);
        const s = scaled(trial.t, way);
        here = plus(from, s);
        last_ = [s, g];
        notes.push(["g", ...began.gradient], ["d = −Hg", ...way], ["gᵀd", slope], ["t", trial.t]);
        ({ loss, gradient: g } = trial);
        if (used >= limit || largest(s) <= tolerance_change || Math.abs(loss - began.loss) < tolerance_change) break;
      }
      return { to: here, notes: () => notes, says: "θ' = θ + td" };
    };
  },

  difference: ({ delta, stream }, rate) => {
    const normal = normalsOf(...stream);
    return (ground, here, t) => {
      const change = [0, 1].map((i) => delta * normal(2 * t + i)), up = ground.height(...plus(here, change)), down = ground.height(...less(here, change));
      return { to: less(here, scaled(rate * (up - down), change)), notes: () => [["δ", ...change], ["f(θ + δ)", up], ["f(θ − δ)", down]], says: "θ' = θ − η(f(θ + δ) − f(θ − δ))δ" };
    };
  },

  ars: ({ delta, directions, top, stream }, rate) => {
    const normal = normalsOf(...stream);
    return (ground, here, t) => {
      const tried = Array.from({ length: directions }, (_, k) => {
        const change = [0, 1].map((i) => normal(2 * (t * directions + k) + i)), far = scaled(delta, change);
        const ends = [ground.height(...plus(here, far)), ground.height(...less(here, far))];
        return { k, change, ends, lower: ends[1] < ends[0] ? ends[1] : ends[0] };
      });
      const best = [...tried].sort((a, b) => (a.lower < b.lower ? -1 : a.lower > b.lower ? 1 : Number.isNaN(a.lower) - Number.isNaN(b.lower))).slice(0, top || directions);
      const losses = best.flatMap(({ ends }) => ends), mean = losses.reduce((sum, z) => sum + z, 0) / losses.length;
      const spread = Math.sqrt(losses.reduce((sum, z) => sum + (z - mean) ** 2, 0) / losses.length);
      const total = best.reduce((sum, { ends, change }) => plus(sum, scaled(ends[0] - ends[1], change)), [0, 0]);
      const move = spread > 0 ? total.map((v) => v / (best.length * spread)) : [0, 0];
      const row = ({ k, change }) => [`δ${lowered("", k + 1)}`, ...change], two = ({ k, ends }) => [`f(θ ± νδ${lowered("", k + 1)})`, ...ends];
      return { to: less(here, scaled(rate, move)), notes: () => [...best.flatMap((one) => [row(one), two(one)]), ["σ", spread]], says: "θ' = θ − η/(bσ) Σ (f(θ + νδₖ) − f(θ − νδₖ))δₖ" };
    };
  },
};
