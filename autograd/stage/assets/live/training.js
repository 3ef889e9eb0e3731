// The training: mini-batches in a seeded order, the rules of optim, and what was changed on the way, so
// that the same settings and the same changes give the same numbers again.
const CHANGES = ["batch", "rate", "optimizer", "l1", "l2"]; // they count from the next step, the others from a new start

class Training {
  constructor(settings, given = null, start = null) {
    this.settings = structuredClone(settings);
    this.given = given;
    this.start = start;
    this.begin();
  }

  begin() {
    const { settings: s } = this;
    this.first = structuredClone(s);
    this.data = dataOf(s, this.given);
    this.features = this.data.points.map(([x, y]) => s.inputs.map((name) => FEATURES[name].of(x, y)));
    this.network = new Network(s.inputs.length, s.hidden, s.activations, this.data.classes);
    const own = this.start && this.start.seed === s.seed && String(this.start.hidden) === String(s.hidden) && this.start.weights.length === this.network.count;
    this.theta = own ? Float64Array.from(this.start.weights) : this.network.begun(uniformOf(s.seed, 3));
    this.gradient = new Float64Array(this.network.count);
    this.order = uniformOf(s.seed, 4);
    this.queue = [];
    this.steps = 0;
    this.epochs = 0;
    this.changes = []; // [step, name, value], in order
    this.repeated = 0; // of the changes of a link
    this.forget();
  }

  // The optimizer starts anew, with states at their first values.
  forget() {
    const { states } = UPDATES[this.settings.optimizer];
    this.states = states.map((first) => new Float64Array(this.network.count).fill(first));
    this.updates = 0; // of this optimizer
  }

  // A setting that counts from now on, or a parameter by its place.
  change(name, value) {
    if (typeof name === "number") this.theta[name] = value;
    else {
      this.settings[name] = value;
      if (name === "optimizer") this.forget();
    }
    if (typeof name !== "number" && !this.steps) {
      this.first[name] = value; // it was so from the start
      return;
    }
    this.changes = this.changes.filter(([step, other]) => step !== this.steps || other !== name);
    this.changes.push([this.steps, name, value]);
  }

  // The rows of the next batch; after the last one of an epoch a new order is drawn.
  batch() {
    if (!this.queue.length) {
      const order = shuffled(this.data.train.length, this.order);
      this.queue = order.map((k) => this.data.train[k]);
    }
    return this.queue.splice(0, this.settings.batch);
  }

  // The gradient of the mean loss of rows, with that of the penalties.
  slopes(rows) {
    const { network, theta, gradient, features, data, settings: { l1, l2 } } = this;
    gradient.fill(0);
    for (const row of rows) {
      network.forward(theta, features[row]);
      network.backward(theta, data.points[row][2], gradient, 1 / rows.length);
    }
    network.penalise(theta, gradient, l1, l2);
    return gradient;
  }

  // One update; the rows of its batch.
  step() {
    const rows = this.batch(), gradient = this.slopes(rows);
    this.updates += 1;
    UPDATES[this.settings.optimizer].update(this.settings.rate, this.updates, this.theta, gradient, ...this.states);
    this.steps += 1;
    if (!this.queue.length) this.epochs += 1;
    return rows;
  }

  // The mean loss of rows, and of classes the share that is right.
  measured(rows) {
    const { network, theta, features, data } = this;
    let loss = 0, right = 0;
    for (const row of rows) {
      const z = network.forward(theta, features[row]), target = data.points[row][2];
      loss += network.head.loss(z, target);
      right += predicted(z, data.classes) === target;
    }
    return { loss: loss / rows.length, right: right / rows.length };
  }

  // Repeats the changes of a link at their steps, up to a step or as long as there is time.
  replay(changes, steps, milliseconds = Infinity) {
    const until = performance.now() + milliseconds;
    for (;;) {
      for (; changes[this.repeated]?.[0] <= this.steps; this.repeated += 1) this.change(...changes[this.repeated].slice(1));
      if (this.steps >= steps || performance.now() > until) return;
      this.step();
    }
  }
}

// The class of the largest output; of two classes the sign says which.
function predicted(z, classes) {
  if (classes <= 2) return z[0] > 0 ? 1 : 0;
  return z.reduce((best, x, k) => (x > z[best] ? k : best), 0);
}
