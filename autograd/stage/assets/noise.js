// Rounding noise, as noise.py and slopes.py find it: the error of a number is a linear form over the
// roundings before it, a column each, and a number that is no larger than the form's sizes is 0.
const EPSILON = 2 ** -52, MOVE = 2 ** -20, MOST_BOUNDED = 1000, MOST_SLOPES = 10000;

const flat = (x) => (typeof x === "number" ? [x] : x.data);
const finite_ = (x) => (Math.abs(x) < Infinity ? x : 0), allFinite = (x) => Float64Array.from(flat(x), finite_);
// The slope of a function from its values around a point; 0 at a kink and at a jump.
const central = (less, here, more, step) => {
  const left = here - less, right = more - here;
  return Math.abs(right - left) <= Math.abs(right + left) ? finite_((left + right) / (2 * step)) : 0;
};

class Forms {
  constructor(s, numbers) {
    Object.assign(this, { s, numbers, used: 0, matrix: [], bounds: {}, at: [], kept: new Map() });
    s.data.rows.forEach((row, i) => this.value(i));
  }

  once(key, make) {
    if (!this.kept.has(key)) this.kept.set(key, make());
    return this.kept.get(key);
  }

  blank(size) { return Array.from({ length: size }, () => new Float64Array(this.numbers)); }
  forms([from, size]) { return this.matrix.slice(from, from + size); }
  add(to, by, from) { if (by) for (let c = 0; c < this.used; c += 1) to[c] += by * from[c]; }
  know(name, forms, own) {
    this.bounds[name] = forms.map((form, k) => {
      let sum = own ? own[k] : 0;
      for (let c = 0; c < this.used; c += 1) sum += Math.abs(form[c]);
      return sum;
    });
  }

  // A row for each number of an array, and a column for its own rounding.
  fresh(forms, own) {
    const from = this.used;
    forms.forEach((form, k) => { form[from + k] = own[k]; });
    this.matrix.push(...forms);
    this.used += forms.length;
    return [from, forms.length];
  }

  epsilon(i) { return this.s.data.rows[i].single ? 2 ** -23 : EPSILON; }
  // Pages with arrays know more: noise_arrays.js.
  isWhole() { return false; }
  sizes(i) { return allFinite(this.s.values[i]).map((x, k) => Math.max(Math.abs(x), this.bounds[`v${i}`][k] / this.epsilon(i))); }
  rounding(values, terms, counts, epsilon) { return terms.map((x, k) => (epsilon / 2) * Math.max(counts[k], 2) * Math.max(x, Math.abs(values[k]))); }

  // How numbers that were given were rounded: whole ones not, as long as floats have them all.
  typed(values, epsilon) { return values.map((x) => (Number.isInteger(x) && Math.abs(x) <= 2 / epsilon ? 0 : (epsilon / 2) * Math.abs(x))); }

  // An elementwise row: its operands as wide as the result, and which of their elements go where.
  wide(i) {
    return this.once(`w${i}`, () => {
      const { values, data } = this.s, row = data.rows[i], out = values[i], size = flat(out).length;
      const map = (x) => (size === 1 && flat(x).length === 1 ? [0] : stretched(x.shape || [], out.shape || []));
      const maps = row.args.map((j) => map(values[j])), given = row.args.map((j, k) => Array.from(maps[k], (at_) => flat(values[j])[at_]));
      const rule = R[row.kernel || row.op], operands = Array.from({ length: size }, (_, e) => ofNumbers.operands({ op: row.kernel || row.op }, given.map((x) => x[e])));
      return { rule, maps, operands, size };
    });
  }
  slope(i, slot, e, xs) {
    const { rule } = this.wide(i), partial = rule.partials[slot];
    return partial ? finite_(partial(rule.value(...xs), ...xs)) : 0;
  }
  slopes(i, slot) { return this.once(`s${i}.${slot}`, () => this.wide(i).operands.map((xs, e) => this.slope(i, slot, e, xs))); }
  bends(i, slot, by) {
    return this.once(`b${i}.${slot}.${by}`, () => {
      const { operands, maps } = this.wide(i), sizes = this.sizes(this.s.data.rows[i].args[by]), here = this.slopes(i, slot);
      return operands.map((xs, e) => {
        const step = MOVE * sizes[maps[by][e]], moved = (sign) => this.slope(i, slot, e, xs.with(by, xs[by] + sign * step));
        return central(moved(-1), here[e], moved(1), step);
      });
    });
  }

  value(i) {
    const row = this.s.data.rows[i], values = allFinite(this.s.values[i]), epsilon = this.epsilon(i), made = this.blank(values.length);
    let own = row.op ? values.map((x) => epsilon * Math.abs(x)) : this.typed(values, epsilon);
    if (row.op && this.isWhole(i)) {
      own = this.wholeForms(i, row.args.map((j) => [this.forms(this.at[j]), allFinite(this.s.values[j])]), values, made);
    } else if (row.op) {
      row.args.forEach((j, slot) => {
        const forms = this.forms(this.at[j]), map = this.wide(i).maps[slot];
        this.slopes(i, slot).forEach((slope, k) => this.add(made[k], slope, forms[map[k]]));
      });
    }
    this.at[i] = this.fresh(made, own);
    this.know(`v${i}`, made);
  }

  backward() {
    const sums = new Map(), { rows } = this.s.data;
    for (let i = rows.length - 1; i >= 0; i -= 1) {
      const upstream = this.s.gradients[i];
      if (upstream === undefined) continue;
      const g = allFinite(upstream), [forms, own] = sums.get(i) || [this.blank(g.length), this.typed(g, this.epsilon(i))];
      const made = this.forms(this.fresh(forms, own));
      this.know(`g${i}`, made);
      rows[i].args.forEach((j, slot) => {
        const key = `${i}.${slot}`, product = this.s.number(`p${key}`);
        if (product === undefined) return;
        let [form, rounded_] = this.product(i, slot, g, made, key, true);
        this.know(`p${key}`, form, rounded_);
        if (sums.has(j)) {
          const [before, until] = sums.get(j);
          this.know(`b${key}`, before, until);
          before.forEach((sum, k) => this.add(form[k], 1, sum));
          rounded_ = rounded_.map((x, k) => x + until[k] + (this.epsilon(j) / 2) * Math.abs(finite_(flat(this.s.number(`t${key}`))[k])));
        }
        sums.set(j, [form, rounded_]);
        this.know(`t${key}`, form, rounded_);
      });
    }
  }

  // What a row makes of the gradient or of a tangent, whose forms are given.
  product(i, slot, g, forms, key, back) {
    const { args } = this.s.data.rows[i], epsilon = this.epsilon(i);
    if (this.isWhole(i)) return this.wholeProduct(i, slot, g, forms);
    const { maps, size } = this.wide(i), map = maps[slot], locals = this.slopes(i, slot), moved_ = this.blank(size);
    args.forEach((j, by) => this.bends(i, slot, by).forEach((bend, e) => this.add(moved_[e], bend, this.forms(this.at[j])[maps[by][e]])));
    this.know(`l${key}`, moved_, locals.map((x) => epsilon * Math.abs(x)));
    const many_ = back ? flat(this.s.values[args[slot]]).length : size, made = this.blank(many_), total_ = new Float64Array(many_), counts = new Float64Array(many_);
    locals.forEach((local, e) => {
      const to = back ? map[e] : e, from = back ? e : map[e];
      this.add(made[to], local, forms[from]);
      this.add(made[to], g[from], moved_[e]);
      total_[to] += Math.abs(local * g[from]);
      counts[to] += 1;
    });
    return [made, total_.map((x, k) => (1 + Math.max(counts[k], 2) / 2) * epsilon * x)];
  }

  // Forward mode: the tangents of a pass, the input that moves first.
  push(steps) {
    const { rows } = this.s.data, seed = steps[0].seedRow, start = flat(this.s.values[seed]), flows = { [seed]: Array.from(start, () => 1) }, tangents = { [seed]: arithmetic.ones(this.s.values[seed]) };
    const at_ = { [seed]: this.fresh(this.blank(start.length), new Float64Array(start.length)) };
    for (const { row: i, key } of steps) {
      const tangent = this.s.number(`d${key}`), { args } = rows[i], slots = [...args.keys()].filter((slot) => at_[args[slot]]);
      if (!slots.length) continue;
      const values = allFinite(tangent), made = this.blank(values.length);
      let own = new Float64Array(values.length);
      if (this.isWhole(i)) {
        own = this.wholeForms(i, args.map((j) => at_[j] && [this.forms(at_[j]), flows[j]]), values, made);
        this.bent(i, this.whole(i).tangent(args.map((j) => tangents[j])), made);
      } else {
        for (const slot of slots) {
          const name = `${key}.${slot}`, forms = this.forms(at_[args[slot]]);
          this.know(`x${name}`, forms);
          const [product, rounded_] = this.product(i, slot, flows[args[slot]], forms, name, false);
          this.know(`p${name}`, product, rounded_);
          this.know(`b${name}`, made, own);
          product.forEach((form, k) => this.add(made[k], 1, form));
          own = own.map((x, k) => x + rounded_[k]);
          this.know(`t${name}`, made, own);
        }
      }
      at_[i] = this.fresh(made, own);
      flows[i] = values;
      tangents[i] = tangent;
      this.know(`d${key}`, made);
    }
  }
}

Object.assign(Scene.prototype, {
  // What is written for the number of that name.
  meant(name) {
    const value = this.number(name);
    if (value === undefined || value === null || !this.data.live) return value;
    const known = this.bounds(), row = name.slice(1), of = name[0] === "u" && known[`g${row}`] ? known[`v${row}`].map((x, k) => x + Math.abs(this.rate) * known[`g${row}`][k]) : known[name];
    if (!of) return value;
    if (typeof value === "number") return Math.abs(value) <= of[0] ? 0 : value;
    const noise = value.data.some((x, k) => x && Math.abs(x) <= of[k]);
    return noise ? { shape: value.shape, data: value.data.map((x, k) => (Math.abs(x) <= of[k] ? 0 : x)) } : value;
  },

  // How far each number may be from the exact one, by name.
  bounds() {
    if (this.known) return this.known;
    const { rows, mode, steps } = this.data, forward = mode === "forward", many_ = (x) => (x === undefined ? 0 : flat(x).length);
    const passes = forward ? [...new Set(steps.map((step) => step.seedRow))].map((seed) => steps.filter((step) => step.seedRow === seed)) : [];
    const numbers = this.values.reduce((sum, x) => sum + many_(x), 0) * (1 + passes.length) + (forward ? 0 : this.gradients.reduce((sum, x) => sum + many_(x), 0));
    const whole = rows.map(({ args }, i) => (Forms.prototype.isWhole.call({ s: this }, i) ? many_(this.values[i]) * args.reduce((sum, j) => sum + many_(this.values[j]), 0) : 0));
    if (numbers > MOST_BOUNDED || whole.reduce((a, b) => a + b, 0) * (1 + passes.length) > MOST_SLOPES) return (this.known = {});
    const forms = new Forms(this, numbers);
    if (!forward) forms.backward();
    for (const pass of passes) forms.push(pass);
    return (this.known = forms.bounds);
  },
});
