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

// Beyond this distance from 0 an optimizer counts as diverged.
const FAR = 1e3;

// The path of an optimizer: places, losses, the states before each update, and what ended it early.
function runRule(racer, ground, start, rate, steps) {
  const { updates, stages, settings, begin } = racer, path = [start], losses = [ground.height(...start)];
  const first = begin.map((value) => (value === null ? rate : value)), states = [[first, first]];
  let end = null;
  for (let t = 1; t <= steps; t += 1) {
    const here = path[t - 1], slopes = ground.slopes(...here), place = [], after = [];
    for (const i of [0, 1]) {
      const before = states[t - 1][i], { r, stage } = updateRows(updates, stages, settings, t, here[i], slopes[i], rate, before);
      const [to, ...kept] = stage.results;
      place.push(r[to]);
      after.push(kept.map((row, k) => (row < 0 ? before[k] : r[row])));
    }
    const loss = ground.height(...place);
    if (!Number.isFinite(loss) || !place.every((x) => Math.abs(x) <= FAR)) {
      end = { left: t };
      break;
    }
    path.push(place);
    losses.push(loss);
    states.push(after);
  }
  return { path, losses, states, end };
}
