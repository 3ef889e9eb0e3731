// The optimizers of a race, run in the page. UPDATES and GROUNDS, the rules and the surfaces translated
// from the library's own, stand before this file.

// A surface: its height, its slopes and its second derivatives at a point.
function groundOf(k) {
  const [height, dx, dy, xx, xy, yy] = GROUNDS[k];
  return { height, slopes: (x, y) => [dx(x, y), dy(x, y)], bends: (x, y) => [xx(x, y), xy(x, y), yy(x, y)] };
}

// The rows of update t of one entry. `settings` are the constants of each stage.
function updateRows(updates, stages, settings, t, theta, g, rate, states) {
  let s = 0;
  while (s + 1 < stages.length && stages[s + 1].start <= t) s += 1;
  const { roles } = stages[s], r = [];
  let fixed = 0;
  const known = { theta, g, t, lr: rate };
  for (const [row, role] of roles) r[row] = role === "fixed" ? settings[s][fixed++] : typeof role === "string" ? known[role] : states[role];
  updates[s](r);
  return { r, stage: stages[s] };
}

// The steps of an update rule; each says the states before it.
function ruleOf(place, { stages }, { settings, begin }, rate) {
  const first = begin.map((value) => (value === null ? rate : value));
  let states = [first, first];
  return (ground, here, t) => {
    const slopes = ground.slopes(...here), to = [], after = [], before = states;
    for (const i of [0, 1]) {
      const { r, stage } = updateRows(UPDATES[place], stages, settings, t + 1, here[i], slopes[i], rate, before[i]);
      const [theta, ...kept] = stage.results;
      to.push(r[theta]);
      after.push(kept.map((row, k) => (row < 0 ? before[i][k] : r[row])));
    }
    states = after;
    return { to, states: before };
  };
}

// Beyond this distance from 0 an optimizer counts as diverged.
const FAR = 1e3;

// The path of an optimizer: places, losses, what is known of each step, and what ended it early. `own` has
// its settings on this surface; `program` is the place of its rule, or the name of a method.
function runOf(program, programs, own, ground, start, rate, steps) {
  const path = [start], losses = [ground.height(...start)], made = [];
  const step = program in METHODS ? METHODS[program](own.settings, rate) : ruleOf(program, programs[program], own, rate);
  let end = null;
  for (let t = 0; t < steps; t += 1) {
    const one = step(ground, path[t], t), { to } = one, loss = to && ground.height(...to);
    made.push(one);
    if (!to) end = { stopped: true };
    else if (!Number.isFinite(loss) || !to.every((x) => Math.abs(x) <= FAR)) end = { left: t + 1 };
    if (end) break;
    path.push(to);
    losses.push(loss);
  }
  return { path, losses, made, end };
}
