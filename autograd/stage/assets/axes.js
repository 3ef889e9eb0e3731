// Axes of plots that a page draws in SVG: scales, ticks, level lines. Sizes are pixels.
const SVG_ = "http://www.w3.org/2000/svg";
function shape(name, attributes, ...children) {
  const e = document.createElementNS(SVG_, name);
  for (const [key, value] of Object.entries(attributes || {})) e.setAttribute(key, value);
  e.append(...children);
  return e;
}

// Round numbers from low to high, about n of them.
function ticksOf(low, high, n) {
  const raw = (high - low) / Math.max(n, 1), power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((k) => k * power >= raw * 0.999), found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k += 1) found.push(Number((k * step).toPrecision(12)));
  return found;
}

// A scale is a function of a number to pixels, with its inverse and its ticks.
function linear(low, high, from, to) {
  const scale = (x) => from + ((x - low) / (high - low)) * (to - from);
  scale.inverse = (p) => low + ((p - from) / (to - from)) * (high - low);
  scale.ticks = ticksOf(low, high, Math.abs(to - from) / 60);
  return scale;
}

// Powers of ten, of which few enough are named.
function logarithmic(low, high, from, to) {
  const inner = linear(Math.log10(low), Math.log10(high), from, to), scale = (x) => inner(Math.log10(Math.max(x, low)));
  const every = Math.max(1, Math.ceil((Math.log10(high) - Math.log10(low)) / Math.max(Math.abs(to - from) / 34, 1)));
  scale.ticks = [];
  for (let k = Math.ceil(Math.log10(low) - 1e-9); k <= Math.log10(high) + 1e-9; k += 1) if (k % every === 0) scale.ticks.push(10 ** k);
  return scale;
}

// Logarithmic on both sides of 0, even between -near and near.
function bothSides(low, high, near, from, to) {
  const size = (x) => Math.sign(x) * Math.log10(1 + Math.abs(x) / near), inner = linear(size(low), size(high), from, to);
  const scale = (x) => inner(size(x)), all_ = [0];
  for (let k = near; k <= Math.max(-low, high); k *= 10) all_.push(k, -k);
  const shown = all_.filter((x) => x >= low && x <= high).sort((a, b) => a - b), every = Math.max(1, Math.ceil((shown.length * 26) / Math.abs(to - from)));
  scale.ticks = shown.filter((x, k) => k % every === 0);
  return scale;
}

const minus = (text) => text.replace("-", "−");
const power10 = (x) => {
  const k = Math.round(Math.log10(Math.abs(x)));
  if (x === 0) return ["0"];
  if (k >= -2 && k <= 3) return [minus(String(Number(x.toPrecision(6))))];
  return [`${x < 0 ? "−" : ""}10`, shape("tspan", { dy: "-.45em", "font-size": "75%" }, minus(String(k)))];
};

// The frame of a plot: its ticks, its grid, the names of its axes. `room` is {left, right, top, bottom}.
function frame(svg, x, y, room, names, named = (v) => [minus(String(v))]) {
  const g = shape("g", { class: "frame" }), { left, right, top, bottom, em } = room;
  for (const v of x.ticks) {
    g.append(shape("line", { x1: x(v), x2: x(v), y1: bottom, y2: bottom + 0.35 * em }));
    g.append(shape("text", { x: x(v), y: bottom + 1.35 * em, "text-anchor": "middle" }, minus(String(v))));
  }
  for (const v of y.ticks) {
    g.append(shape("line", { x1: left - 0.35 * em, x2: left, y1: y(v), y2: y(v) }));
    g.append(shape("text", { x: left - 0.5 * em, y: y(v) + 0.35 * em, "text-anchor": "end" }, ...named(v)));
  }
  g.append(shape("rect", { x: left, y: top, width: Math.max(right - left, 0), height: Math.max(bottom - top, 0), class: "edge" }));
  g.append(shape("text", { x: (left + right) / 2, y: bottom + 2.7 * em, "text-anchor": "middle", class: "name" }, names[0]));
  g.append(shape("text", { transform: `translate(${em},${(top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle", class: "name" }, names[1]));
  svg.append(g);
}

// The line on which a grid of heights has one level, as a path. `at(i, j)` is the pixel of a node.
function levelLine(heights, columns, rows, level, at) {
  const cross = (a, b, [x1, y1], [x2, y2]) => {
    const f = (level - a) / (b - a);
    return `${(x1 + f * (x2 - x1)).toFixed(1)} ${(y1 + f * (y2 - y1)).toFixed(1)}`;
  };
  const parts = [];
  for (let j = 0; j + 1 < rows; j += 1) {
    for (let i = 0; i + 1 < columns; i += 1) {
      const k = j * columns + i, a = heights[k], b = heights[k + 1], c = heights[k + columns + 1], d = heights[k + columns];
      const kind = (a > level) + 2 * (b > level) + 4 * (c > level) + 8 * (d > level);
      if (kind === 0 || kind === 15 || ![a, b, c, d].every(Number.isFinite)) continue;
      const low = () => cross(a, b, at(i, j), at(i + 1, j)), east = () => cross(b, c, at(i + 1, j), at(i + 1, j + 1));
      const high = () => cross(d, c, at(i, j + 1), at(i + 1, j + 1)), west = () => cross(a, d, at(i, j), at(i, j + 1));
      const pairs = { 1: [[west, low]], 2: [[low, east]], 3: [[west, east]], 4: [[east, high]], 5: [[west, high], [low, east]], 6: [[low, high]], 7: [[west, high]],
        8: [[high, west]], 9: [[low, high]], 10: [[west, low], [east, high]], 11: [[east, high]], 12: [[west, east]], 13: [[low, east]], 14: [[west, low]] }[kind];
      for (const [from, to] of pairs) parts.push(`M${from()}L${to()}`);
    }
  }
  return parts.join("");
}
