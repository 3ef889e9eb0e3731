// A multilayer perceptron with its parameters in one vector, in the order of nn.MLP: the weights of a
// layer, (inputs, outputs), then its biases. Activations are rows of the derivative table.
function activationOf(name) {
  if (name === "linear") return { value: (z) => z, slope: () => 1 };
  const row = R[name], { partials: [partial] } = row, rest = (row.defaults || []).map(Number);
  return rest.length ? { value: (z) => row.value(z, ...rest), slope: (out, z) => partial(out, z, ...rest) } : { value: row.value, slope: partial };
}

// The losses of one row from the last layer's sums z, and their slopes in z.
const LOSSES = {
  number: { outputs: () => 1, loss: (z, t) => (z[0] - t) ** 2, slopes: (z, t, into) => { into[0] = 2 * (z[0] - t); } },
  two: {
    outputs: () => 1,
    loss: (z, t) => R.softplus.value(z[0]) - t * z[0],
    slopes: (z, t, into) => { into[0] = R.sigmoid.value(z[0]) - t; },
  },
  many: {
    outputs: (classes) => classes,
    loss: (z, t) => {
      const top = z.reduce((a, b) => Math.max(a, b), -Infinity);
      return top + Math.log(z.reduce((sum, x) => sum + Math.exp(x - top), 0)) - z[t];
    },
    slopes: (z, t, into) => {
      const top = z.reduce((a, b) => Math.max(a, b), -Infinity), sum = z.reduce((total, x) => total + Math.exp(x - top), 0);
      z.forEach((x, k) => { into[k] = Math.exp(x - top) / sum - (k === t ? 1 : 0); });
    },
  },
};
const headOf = (classes) => LOSSES[classes === 0 ? "number" : classes === 2 ? "two" : "many"];

class Network {
  constructor(inputs, hidden, activations, classes) {
    this.head = headOf(classes);
    this.classes = classes;
    this.sizes = [inputs, ...hidden, this.head.outputs(classes)];
    this.layers = this.sizes.slice(1).map((n, l) => ({ inputs: this.sizes[l], n, name: activations[l] ?? "linear", ...activationOf(activations[l] ?? "linear") }));
    let used = 0;
    for (const layer of this.layers) {
      layer.weights = used;
      layer.biases = used + layer.inputs * layer.n;
      used = layer.biases + layer.n;
    }
    this.count = used;
    this.out = this.sizes.map((n) => new Float64Array(n));
    this.sums = this.sizes.map((n) => new Float64Array(n));
    this.deltas = this.sizes.map((n) => new Float64Array(n));
  }

  // As nn.Linear begins: uniform within ±1/√inputs, weights and biases.
  begun(uniform) {
    const theta = new Float64Array(this.count);
    for (const { inputs, weights, biases, n } of this.layers) {
      const bound = 1 / Math.sqrt(inputs);
      for (let k = weights; k < biases + n; k += 1) theta[k] = bound * (2 * uniform() - 1);
    }
    return theta;
  }

  // The sums of the last layer for one row of inputs, which stay until the next call.
  forward(theta, inputs) {
    this.out[0].set(inputs);
    this.layers.forEach(({ inputs: m, n, weights, biases, value }, l) => {
      const from = this.out[l], sums = this.sums[l + 1], out = this.out[l + 1];
      for (let j = 0; j < n; j += 1) {
        let sum = theta[biases + j];
        for (let i = 0; i < m; i += 1) sum += from[i] * theta[weights + i * n + j];
        sums[j] = sum;
        out[j] = value(sum);
      }
    });
    return this.out.at(-1);
  }

  // Adds the slopes of the loss of the row that went forward, each times `by`, to `gradient`.
  backward(theta, target, gradient, by = 1) {
    this.head.slopes(this.out.at(-1), target, this.deltas.at(-1));
    for (let l = this.layers.length - 1; l >= 0; l -= 1) {
      const { inputs: m, n, weights, biases, slope } = this.layers[l], from = this.out[l], back = this.deltas[l], delta = this.deltas[l + 1];
      for (let j = 0; j < n; j += 1) {
        delta[j] *= slope(this.out[l + 1][j], this.sums[l + 1][j]);
        gradient[biases + j] += by * delta[j];
      }
      for (let i = 0; i < m; i += 1) {
        let sum = 0;
        for (let j = 0; j < n; j += 1) {
          gradient[weights + i * n + j] += by * from[i] * delta[j];
          sum += theta[weights + i * n + j] * delta[j];
        }
        back[i] = sum;
      }
    }
  }

  // Adds the slopes of the penalties λ₁ Σ|w| + λ₂ Σw² on weights, not on biases.
  penalise(theta, gradient, l1, l2) {
    if (!l1 && !l2) return;
    for (const { weights, biases } of this.layers) {
      for (let k = weights; k < biases; k += 1) gradient[k] += l1 * Math.sign(theta[k]) + 2 * l2 * theta[k];
    }
  }

  // The values of all units over many points at once: `columns` has one array for each input.
  over(theta, columns, kept) {
    let from = columns;
    return this.layers.map(({ n, weights, biases, value }, l) => {
      const here = Array.from({ length: n }, (_, j) => {
        const out = kept[l]?.[j] ?? new Float64Array(columns[0].length), bias = theta[biases + j];
        out.fill(bias);
        from.forEach((column, i) => {
          const w = theta[weights + i * n + j];
          for (let p = 0; p < out.length; p += 1) out[p] += w * column[p];
        });
        for (let p = 0; p < out.length; p += 1) out[p] = value(out[p]);
        return out;
      });
      kept[l] = here;
      from = here;
      return here;
    });
  }
}
