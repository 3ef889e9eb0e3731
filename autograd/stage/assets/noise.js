// Rounding noise, as noise.py finds it: a number that is no larger than its possible error is 0, and
// the error is a few times 2^-52 of its scale, of what it was made of.
const NOISE = 4 * 2 ** -52, MOVE = 2 ** -20, MOST_SCALED = 5000;

Object.assign(Scene.prototype, {
  // What is written for the number of that name.
  meant(name) {
    const value = this.number(name);
    if (typeof value !== "number" || !this.data.live) return value;
    const known = this.scales(), row = name.slice(1), scale = name[0] === "u" ? known[`v${row}`] + Math.abs(this.rate) * known[`g${row}`] : known[name];
    return scale < Infinity && Math.abs(value) <= NOISE * scale ? 0 : value;
  },

  // The scale of each number of a sweep over plain numbers, by name.
  scales() {
    if (this.known) return this.known;
    const { rows, mode } = this.data, v = this.values, known = (this.known = {}), size = [], sums = [];
    if (mode === "forward" || rows.length > MOST_SCALED || v.some((x) => typeof x !== "number")) return known;
    const all_ = (row) => ofNumbers.operands(row, row.args.map((j) => v[j])), finite = (x) => (Math.abs(x) < Infinity ? x : 0);
    // |∂local/∂operand| times the scale of each operand, by a difference.
    const moved = (row, slot, local, operands) => row.args.reduce((total, j, k) => {
      const there = operands.with(k, operands[k] + MOVE * size[j]);
      return total + finite(Math.abs(R[row.op].partials[slot](R[row.op].value(...there), ...there) - local) / MOVE);
    }, 0);
    rows.forEach((row, i) => {
      const operands = row.op ? all_(row) : [];
      const made = row.op ? row.args.reduce((total, j, slot) => total + (R[row.op].partials[slot] ? finite(Math.abs(R[row.op].partials[slot](v[i], ...operands)) * size[j]) : 0), 0) : 0;
      known[`v${i}`] = size[i] = Math.max(Math.abs(v[i]), made);
    });
    for (let i = rows.length - 1; i >= 0; i -= 1) {
      const row = rows[i], upstream = this.gradients[i];
      if (upstream === undefined) continue;
      const own = (known[`g${i}`] = sums[i] ?? Math.abs(upstream)), operands = row.op ? all_(row) : [];
      row.args.forEach((j, slot) => {
        const partial = R[row.op].partials[slot], key = `${i}.${slot}`;
        if (!partial) return;
        const local = Math.abs(partial(v[i], ...operands)), by = Math.max(local, moved(row, slot, partial(v[i], ...operands), operands));
        known[`l${key}`] = by;
        known[`p${key}`] = local * own + Math.abs(upstream) * by;
        known[`b${key}`] = sums[j] ?? 0;
        known[`t${key}`] = sums[j] = known[`b${key}`] + known[`p${key}`];
      });
    }
    return known;
  },
});
