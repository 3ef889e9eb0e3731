// The computational graph of the network on one data point, with the weights of the moment: what the
// stage steps through. A neuron is a box in the box of its layer.
const live = { training: null, point: 0, playing: false, history: [], given: lesson.given, open: false };
const lowered = (...numbers) => numbers.map((n) => String(n).replace(/\d/g, (d) => "₀₁₂₃₄₅₆₇₈₉"[d])).join(",");
const FEATURE_OPS = { sq1: ["square", 0], sq2: ["square", 1], x1x2: ["mul", 0, 1], sin1: ["sin", 0], sin2: ["sin", 1] };
const FEATURE_NAMES = { sq1: "q₁", sq2: "q₂", x1x2: "p", sin1: "s₁", sin2: "s₂" };

// Rows one after the other, as columns of the form that boxes.js expands.
class Columns {
  constructor() {
    Object.assign(this, { ops: [], codes: [], args: [], values: [], kinds: [], names: {}, literals: [], scopes: [[]], runs: [[0, 0]] });
    this.known = new Map([["", 0]]);
    this.here = 0;
  }
  enter(...path) {
    const key = path.join("\n");
    if (!this.known.has(key)) this.known.set(key, this.scopes.push(path) - 1);
    this.here = this.known.get(key);
  }
  row(name) {
    const row = this.codes.length - 1;
    if (name) this.names[row] = name;
    if (this.runs.at(-1)[1] !== this.here) this.runs.push([row, this.here]);
    return row;
  }
  leaf(name, value, kind) {
    this.codes.push(-1);
    this.values.push(value);
    this.kinds.push(kind);
    const row = this.row(name);
    if (!name) this.literals.push(row);
    return row;
  }
  op(op, operands, name) {
    let code = this.ops.findIndex(([known, arity]) => known === op && arity === operands.length);
    if (code < 0) code = this.ops.push([op, operands.length]) - 1;
    const row = this.codes.push(code) - 1;
    this.args.push(...operands.map((j) => row - j));
    return this.row(name);
  }
  sum(terms, name) {
    return terms.reduce((a, b, k) => this.op("add", [a, b], k === terms.length - 1 ? name : undefined));
  }
}

// The columns, and where things stand in them: parameters by their place in theta, the sums and the
// values of units by layer.
function graphOf(training, point) {
  const { network, theta, data, settings } = training, [x, y, target] = data.points[point], c = new Columns(), places = { theta: [], sums: [], out: [] };
  const inputs = [c.leaf("x₁", x, "leaf"), c.leaf("x₂", y, "leaf")];
  c.enter(say("inputs box"));
  places.out.push(settings.inputs.map((name) => {
    if (!FEATURE_OPS[name]) return inputs[name === "x1" ? 0 : 1];
    const [op, ...of] = FEATURE_OPS[name];
    return c.op(op, of.map((k) => inputs[k]), FEATURE_NAMES[name]);
  }));
  const last_ = network.layers.length - 1;
  network.layers.forEach((layer, l) => {
    const from = places.out[l], box = l === last_ ? say("output box") : say("layer", { n: l + 1 }), sums = [], out = [];
    for (let j = 0; j < layer.n; j += 1) {
      c.enter(box, ...(layer.n > 1 ? [say("neuron", { n: j + 1 })] : []));
      const tag = lowered(l + 1, j + 1), parameter = (name, k) => (places.theta[k] = c.leaf(name, theta[k], "parameter"));
      const products = from.map((row, i) => c.op("mul", [parameter(`w${lowered(l + 1, i + 1, j + 1)}`, layer.weights + i * layer.n + j), row]));
      const name = l === last_ ? `y${layer.n > 1 ? lowered(j + 1) : ""}` : layer.name === "linear" ? `h${tag}` : `z${tag}`;
      sums.push(c.sum([...products, parameter(`b${tag}`, layer.biases + j)], name));
      out.push(l === last_ || layer.name === "linear" ? sums[j] : c.op(layer.name, [sums[j]], `h${tag}`));
    }
    places.sums.push(sums);
    places.out.push(out);
  });
  c.enter(say("loss box"));
  const penalised = settings.l1 > 0 || settings.l2 > 0, ys = places.out.at(-1);
  let loss;
  if (network.head === LOSSES.many) {
    const sum = c.sum(ys.map((row) => c.op("exp", [row])));
    loss = c.op("sub", [c.op("log", [sum]), ys[target]], penalised ? "E" : "L");
  } else {
    const t = places.target = c.leaf("t", target, "constant");
    loss = network.head === LOSSES.number ? c.op("square", [c.op("sub", [ys[0], t], "d")], penalised ? "E" : "L")
      : c.op("sub", [c.op("softplus", [ys[0]]), c.op("mul", [t, ys[0]])], penalised ? "E" : "L");
  }
  if (penalised) {
    c.enter(say("penalty box"));
    const weights = network.layers.flatMap((layer) => places.theta.slice(layer.weights, layer.biases)), parts = [];
    for (const [strength, op] of [[settings.l1, "abs"], [settings.l2, "square"]]) {
      if (strength) parts.push(c.op("mul", [c.leaf("", strength, "constant"), c.sum(weights.map((row) => c.op(op, [row])))]));
    }
    c.enter();
    loss = c.sum([loss, ...parts], "L");
  }
  places.inputs = inputs;
  delete c.known;
  delete c.here;
  return { columns: { ...c, forms: lesson.forms }, places };
}

// The chain rule for one parameter, in names and in numbers: ∂L/∂w = ∂L/∂h · φ′(z) · x.
function chainOf(s, places, network, k) {
  const signed = (x) => (x < 0 ? `(${show(x)})` : show(x)).replaceAll("-", "−"), name = (row) => s.data.rows[row].name, g = (row) => s.gradients[row] ?? 0;
  const l = network.layers.findIndex((layer) => k < layer.biases + layer.n), layer = network.layers[l], weight = k < layer.biases;
  const [i, j] = weight ? [Math.floor((k - layer.weights) / layer.n), (k - layer.weights) % layer.n] : [0, k - layer.biases];
  const row = places.theta[k], sum = places.sums[l][j], out = places.out[l + 1][j], from = weight ? places.out[l][i] : null, out_ = "∂L/∂";
  const factors = [[`${out_}${name(out)}`, g(out)]];
  if (out !== sum) factors.push([`∂${name(out)}/∂${name(sum)}`, layer.slope(s.values[out], s.values[sum])]);
  factors.push(weight ? [`∂${name(sum)}/∂${name(row)}`, s.values[from]] : [`∂${name(sum)}/∂${name(row)}`, 1]);
  const product = factors.reduce((p, [, x]) => p * x, 1), more = g(row) - product;
  const texts = [`${out_}${name(row)}`, factors.map(([text]) => text).join(" · "), factors.map(([, x]) => signed(x)).join(" · ")];
  if (Math.abs(more) > 1e-12 * Math.max(1, Math.abs(product))) {
    texts[1] += ` + ${say("penalty slope")}`;
    texts[2] += ` + ${signed(more)}`;
  }
  return `${texts.join(" = ")} = ${show(g(row)).replace("-", "−")}`;
}
