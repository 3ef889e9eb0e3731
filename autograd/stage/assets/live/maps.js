// Heat maps on canvases: blue above 0, orange below it, and for more classes a colour each.
const maps = { coarse: 32, fine: 100, kept: [] };
{
  const CLASS_COLOURS = ["--orange", "--blue", "--green", "--pink", "--yellow", "--sky"];
  const PALE = 0.66; // under the points, which have the full colours
  let shades = null, classes = null;

  const colourOf = (name) => {
    const text = getComputedStyle(root).getPropertyValue(name).trim().slice(1), wide = text.length === 3 ? [...text].map((c) => c + c).join("") : text;
    return [0, 2, 4].map((i) => parseInt(wide.slice(i, i + 2), 16));
  };
  const packed = ([r, g, b]) => (255 << 24) | (b << 16) | (g << 8) | r;
  const between = (a, b, t) => a.map((x, i) => Math.round(x + (b[i] - x) * t));

  maps.paint = (kind = "") => {
    const [low, middle, high] = ["low", "middle", "high"].map((name) => colourOf(`--${kind}${name}`));
    shades = Int32Array.from({ length: 511 }, (_, i) => packed(i < 255 ? between(middle, low, (255 - i) / 255) : between(middle, high, (i - 255) / 255)));
    classes = CLASS_COLOURS.map((name) => between(middle, colourOf(name), PALE));
  };

  // The coordinates of a grid of points, and its columns of inputs; remembered while they hold.
  function grid(size) {
    const { data, settings } = live.training, key = `${settings.inputs} ${data.view}`;
    if (maps.kept[size]?.key === key) return maps.kept[size];
    const columns = settings.inputs.map((name) => maps.feature(name, size));
    return (maps.kept[size] = { key, columns, units: [] });
  }

  // A feature over the plane.
  maps.feature = (name, size) => {
    const [x0, x1, y0, y1] = live.training.data.view;
    const column = new Float64Array(size * size), { of } = FEATURES[name];
    for (let p = 0; p < column.length; p += 1) column[p] = of(x0 + ((x1 - x0) * ((p % size) + 0.5)) / size, y1 - ((y1 - y0) * (Math.floor(p / size) + 0.5)) / size);
    return column;
  };

  // The values of all units over the plane.
  maps.over = (size) => {
    const here = grid(size), { network, theta } = live.training;
    if (here.of !== network) here.units = [];
    here.of = network;
    return network.over(theta, here.columns, here.units);
  };

  const extent_ = (values) => {
    let low = Infinity, high = -Infinity;
    for (let p = 0; p < values.length; p += 1) {
      if (values[p] < low) low = values[p];
      if (values[p] > high) high = values[p];
    }
    return [low, high];
  };

  function painted(canvas, size, colour) {
    if (canvas.width !== size) canvas.width = canvas.height = size;
    canvas.context ??= canvas.getContext("2d");
    if (canvas.image?.width !== size) {
      canvas.image = canvas.context.createImageData(size, size);
      canvas.pixels = new Int32Array(canvas.image.data.buffer);
    }
    colour(canvas.pixels);
    canvas.context.putImageData(canvas.image, 0, 0);
  }

  // One unit: its largest value, whatever the sign, has the full colour. Returns its range.
  maps.unit = (canvas, values, largest = 0) => {
    const [low, high] = extent_(values), deep = largest ? 255 * PALE : 255, top = largest || Math.max(Math.abs(low), Math.abs(high)) || 1;
    painted(canvas, Math.sqrt(values.length), (pixels) => {
      for (let p = 0; p < pixels.length; p += 1) pixels[p] = shades[Math.min(510, Math.max(0, Math.round(255 + (deep * values[p]) / top))) || 0];
    });
    return [low, high];
  };

  // What the network says of every point of the plane; returns the share of each class, or the range.
  maps.output = (canvas, outputs, count, largest) => {
    const n = outputs[0].length, shares = Array(Math.max(2, count)).fill(0);
    if (count === 0) return maps.unit(canvas, outputs[0], largest);
    painted(canvas, Math.sqrt(n), (pixels) => {
      for (let p = 0; p < n; p += 1) {
        if (count === 2) {
          const one = R.sigmoid.value(outputs[0][p]);
          pixels[p] = shades[Math.round(255 + PALE * 255 * (2 * one - 1)) || 0];
          shares[one > 0.5 ? 1 : 0] += 1;
          continue;
        }
        let top = -Infinity, best = 0, sum = 0;
        outputs.forEach((out, k) => { if (out[p] > top) [top, best] = [out[p], k]; });
        const mixed = [0, 0, 0];
        outputs.forEach((out, k) => {
          const part = Math.exp(out[p] - top);
          sum += part;
          for (let i = 0; i < 3; i += 1) mixed[i] += part * classes[k][i];
        });
        pixels[p] = packed(mixed.map((x) => Math.round(x / sum)));
        shares[best] += 1;
      }
    });
    return shares.map((x) => x / n);
  };
}
