// The data sets: n points of a plane with a class or a number each. Those of nn.data are moved and
// scaled into the square of ±3, so that the squares and sines of the inputs tell something.
const EDGE = 3.3;
const share = (i, n, classes) => ({ kind: i % classes, at: Math.floor(i / classes) / Math.max(1, Math.ceil(n / classes) - 1) });

const SETS = {
  moons: { classes: 2, point(i, n) {
    const { kind, at } = share(i, n, 2), angle = Math.PI * at;
    return kind ? [1 - Math.cos(angle), 0.5 - Math.sin(angle), 1] : [Math.cos(angle), Math.sin(angle), 0];
  }, scale: 1.7, middle: [0.5, 0.25] },
  circles: { classes: 2, point(i, n) {
    const { kind, at } = share(i, n, 2), angle = 2 * Math.PI * at, radius = kind ? 0.5 : 1;
    return [radius * Math.cos(angle), radius * Math.sin(angle), kind];
  }, scale: 2.5, middle: [0, 0] },
  xor: { classes: 2, point(i, n, uniform) {
    const [x, y] = [uniform(), uniform()].map((u) => (u < 0.5 ? -1 : 1) * (0.15 + 0.85 * Math.abs(2 * u - 1)));
    return [x, y, x * y < 0 ? 1 : 0];
  }, scale: 2.8, middle: [0, 0] },
  spirals: { classes: 2, point(i, n) {
    const { kind, at } = share(i, n, 2), radius = 0.05 + 0.95 * at, angle = 2 * Math.PI * (kind / 2 + 1.25 * radius);
    return [radius * Math.sin(angle), radius * Math.cos(angle), kind];
  }, scale: 2.9, middle: [0, 0] },
  blobs: { classes: 3, point(i, n, uniform) {
    const kind = i % 3, angle = 2 * Math.PI * (kind / 3 + 0.25);
    return [Math.cos(angle) + 0.25 * normal(uniform), Math.sin(angle) + 0.25 * normal(uniform), kind];
  }, scale: 1.7, middle: [0, 0] },
  plane: { classes: 0, point(i, n, uniform) {
    const [x, y] = [uniform(), uniform()].map((u) => 2 * u - 1);
    return [x, y, (x + y) / 2];
  }, scale: 2.9, middle: [0, 0] },
  hills: { classes: 0, point(i, n, uniform) {
    const [x, y] = [uniform(), uniform()].map((u) => 2 * u - 1);
    const hill = (a, b) => Math.exp(-6 * ((x - a) ** 2 + (y - b) ** 2));
    return [x, y, hill(0.5, 0.5) + hill(-0.5, -0.5) - hill(-0.5, 0.5) - hill(0.5, -0.5)];
  }, scale: 2.9, middle: [0, 0] },
};

// What the network may be given of a point.
const FEATURES = {
  x1: { text: "x₁", of: (x) => x },
  x2: { text: "x₂", of: (x, y) => y },
  sq1: { text: "x₁²", of: (x) => x * x },
  sq2: { text: "x₂²", of: (x, y) => y * y },
  x1x2: { text: "x₁x₂", of: (x, y) => x * y },
  sin1: { text: "sin x₁", of: (x) => Math.sin(x) },
  sin2: { text: "sin x₂", of: (x, y) => Math.sin(y) },
};

// The points of the settings: coordinates, targets, and which rows are trained on and held out.
function dataOf(settings, given) {
  const { data, rows, noise, held, seed } = settings, own = data === "own" ? given : null, set = SETS[data];
  const uniform = uniformOf(seed, 1), n = own ? own.x.length : rows, points = [];
  for (let i = 0; i < n; i += 1) {
    if (own) {
      points.push([own.x[i], own.y[i], own.targets[i]]);
      continue;
    }
    const [x, y, target] = set.point(i, n, uniform), spread = set.scale * noise;
    points.push([set.scale * (x - set.middle[0]) + spread * normal(uniform), set.scale * (y - set.middle[1]) + spread * normal(uniform), target]);
  }
  const order = shuffled(n, uniformOf(seed, 2)), count = Math.min(n - 1, Math.round(held * n));
  return { points, classes: own ? own.classes.length : set.classes, test: order.slice(0, count), train: order.slice(count), view: own?.view ?? [-EDGE, EDGE, -EDGE, EDGE] };
}
