// Landscapes: level lines that tell their heights, and a surface that is turned; all of one page are
// turned together.
const HUES = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
const hue = (share) => {
  const at_ = Math.min(Math.max(share, 0), 1) * (HUES.length - 1), k = Math.min(Math.floor(at_), HUES.length - 2), f = at_ - k;
  return HUES[k].map((a, i) => Math.round(a + f * (HUES[k + 1][i] - a)));
};
const inked = (share, light = 1) => `rgb(${hue(share).map((v) => Math.round(v * light)).join(",")})`;
const viewpoint = { turn: -60, lift: 32 }, reliefs = [];

class Relief {
  constructor(box) {
    this.box = box;
    this.data = JSON.parse($("script", box).textContent);
    const { xs, ys, heights } = this.data;
    Object.assign(this, { nx: xs.length, ny: ys.length, flat: heights.flat().map((z) => (z === null ? NaN : z)) });
    [this.low, this.high] = this.data.range;
    this.mark = null;
    this.map = $(".relief-map", box);
    this.view = $(".relief-view", box);
    this.listen();
    new ResizeObserver(() => this.draw()).observe(box);
    for (const event of ["theme", "language"]) on(event, () => this.draw());
    matchMedia("print").addEventListener("change", () => this.draw()); // on paper the words are dark
  }

  word(key) { return this.data.words[lang][key]; }
  share(z) { return (z - this.low) / (this.high - this.low || 1); }
  height(i, j) { return this.flat[j * this.nx + i]; }
  // What is shown is a logarithm of what is told.
  told(z) { return show(this.data.log ? 10 ** z : z); }

  draw() {
    if (!this.box.clientWidth) return;
    this.drawMap();
    this.turn();
  }

  drawMap() {
    const { xs, ys, points } = this.data, svg = this.map, width = Math.max(svg.parentElement.clientWidth, 200), em = parseFloat(getComputedStyle(svg).fontSize);
    const height = Math.round(Math.min(Math.max(width * 0.8, 230), Math.max(innerHeight * 0.6, 260)));
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("aria-label", `${this.word("title")}. ${say("relief map")}`);
    svg.replaceChildren();
    const room = { em, left: 4.2 * em, right: width - 6.2 * em, top: 0.8 * em, bottom: height - 3.3 * em };
    this.x = linear(xs[0], xs[this.nx - 1], room.left, room.right);
    this.y = linear(ys[0], ys[this.ny - 1], room.bottom, room.top);
    const cells = shape("g", { class: "cells" });
    for (let j = 0; j + 1 < this.ny; j += 1) {
      for (let i = 0; i + 1 < this.nx; i += 1) {
        const z = (this.height(i, j) + this.height(i + 1, j) + this.height(i, j + 1) + this.height(i + 1, j + 1)) / 4;
        if (!Number.isFinite(z)) continue;
        const [a, b] = [this.x(xs[i]), this.y(ys[j + 1])];
        cells.append(shape("rect", { x: a.toFixed(1), y: b.toFixed(1), width: (this.x(xs[i + 1]) - a + 0.6).toFixed(1), height: (this.y(ys[j]) - b + 0.6).toFixed(1), fill: inked(this.share(z)) }));
      }
    }
    svg.append(cells);
    const lines = shape("g", { class: "levels" });
    for (let k = 1; k < 15; k += 1) {
      const d = levelLine(this.flat, this.nx, this.ny, this.low + ((this.high - this.low) * k) / 15, (i, j) => [this.x(xs[i]), this.y(ys[j])]);
      if (d) lines.append(shape("path", { d, class: k > 8 ? "above" : "" }));
    }
    svg.append(lines);
    frame(svg, this.x, this.y, room, [this.word("x"), this.word("y")]);
    for (const [a, b] of points) svg.append(shape("path", { class: "spot", d: "M0-8L2.4-2.6L8-2.4L3.6 1.2L5 7L0 3.8L-5 7L-3.6 1.2L-8-2.4L-2.4-2.6z", transform: `translate(${this.x(a)},${this.y(b)})` }));
    this.bar(svg, room);
    this.cross = shape("path", { class: "cross", d: "M-9 0H9M0-9V9" });
    svg.append(this.cross);
    this.room = room;
    this.paintMark();
  }

  // The key of the colours.
  bar(svg, room) {
    const left = room.right + 0.8 * room.em, n = 40, y = linear(this.low, this.high, room.bottom, room.top), g = shape("g", { class: "frame" });
    for (let k = 0; k < n; k += 1) g.append(shape("rect", { x: left, y: y(this.low + ((this.high - this.low) * (k + 1)) / n), width: 0.9 * room.em, height: (room.bottom - room.top) / n + 0.6, fill: inked((k + 0.5) / n) }));
    for (const v of y.ticks) g.append(shape("text", { x: left + 1.2 * room.em, y: y(v) + 0.35 * room.em }, minus(String(v))));
    g.append(shape("text", { transform: `translate(${left + 5 * room.em},${(room.top + room.bottom) / 2}) rotate(-90)`, "text-anchor": "middle", class: "name" }, this.word("z")));
    svg.append(g);
  }

  paintMark() {
    this.cross.toggleAttribute("hidden", !this.mark);
    if (!this.mark) return;
    const { xs, ys } = this.data, [i, j] = this.mark, z = this.height(i, j);
    this.cross.setAttribute("transform", `translate(${this.x(xs[i])},${this.y(ys[j])})`);
    $(".relief-said", this.box).textContent = say("relief at", { x: show(xs[i]), y: show(ys[j]), z: this.told(z), what: this.word("what") });
  }

  // -- the surface --------------------------------------------------------------------------------

  turn() {
    const canvas = this.view, width = Math.max(canvas.parentElement.clientWidth, 200), height = Math.round(Math.min(Math.max(width * 0.8, 230), Math.max(innerHeight * 0.6, 260)));
    const ratio = window.devicePixelRatio || 1, paint = canvas.getContext("2d"), em = parseFloat(getComputedStyle(canvas).fontSize);
    Object.assign(canvas, { width: width * ratio, height: height * ratio });
    canvas.style.height = `${height}px`;
    canvas.setAttribute("aria-label", `${this.word("title")}. ${say("relief view", { turn: Math.round(viewpoint.turn), lift: Math.round(viewpoint.lift) })}`);
    paint.setTransform(ratio, 0, 0, ratio, 0, 0);
    const colours = getComputedStyle(root), ink = colours.getPropertyValue("--text").trim(), line = colours.getPropertyValue("--line").trim();
    const [t, l] = [viewpoint.turn, viewpoint.lift].map((angle) => (angle * Math.PI) / 180), size = Math.min(width, height * 1.15) * 0.58;
    const at_ = (x, y, z) => {
      const [a, b, c] = [x - 0.5, y - 0.5, (z - 0.5) * 0.62], side = a * Math.cos(t) + b * Math.sin(t), deep = -a * Math.sin(t) + b * Math.cos(t);
      return [width / 2 + size * side, height / 2 - size * (c * Math.cos(l) + deep * Math.sin(l)) + 0.2 * em, deep * Math.cos(l) - c * Math.sin(l)];
    };
    const path = (points, close) => { paint.beginPath(); points.forEach(([a, b], k) => (k ? paint.lineTo(a, b) : paint.moveTo(a, b))); if (close) paint.closePath(); };
    // The floor, and the ends of its axes.
    Object.assign(paint, { strokeStyle: line, lineWidth: 1 });
    const floor = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([a, b]) => at_(a, b, 0));
    path(floor, true);
    paint.stroke();
    const back = floor.reduce((far, one) => (one[2] > far[2] ? one : far)), corner = [[0, 0], [1, 0], [1, 1], [0, 1]][floor.indexOf(back)];
    const left = [[0, 0], [1, 0], [1, 1], [0, 1]].reduce((one, other) => (at_(...other, 0)[0] < at_(...one, 0)[0] ? other : one));
    path([at_(...left, 0), at_(...left, 1)]);
    paint.stroke();
    const quads = [], u = (i) => i / (this.nx - 1), v = (j) => j / (this.ny - 1);
    for (let j = 0; j + 1 < this.ny; j += 1) {
      for (let i = 0; i + 1 < this.nx; i += 1) {
        const zs = [this.height(i, j), this.height(i + 1, j), this.height(i + 1, j + 1), this.height(i, j + 1)].map((z) => this.share(z));
        if (!zs.every(Number.isFinite)) continue;
        const corners = [at_(u(i), v(j), zs[0]), at_(u(i + 1), v(j), zs[1]), at_(u(i + 1), v(j + 1), zs[2]), at_(u(i), v(j + 1), zs[3])];
        quads.push({ corners, z: (zs[0] + zs[1] + zs[2] + zs[3]) / 4, slope: zs[1] - zs[0] + (zs[3] - zs[0]), deep: corners.reduce((sum, one) => sum + one[2], 0) });
      }
    }
    paint.lineWidth = 0.5;
    for (const { corners, z, slope } of quads.sort((a, b) => b.deep - a.deep)) {
      path(corners, true);
      paint.fillStyle = inked(z, 1 - Math.min(Math.max(slope * 1.6, -0.12), 0.3));
      paint.strokeStyle = inked(z, 0.72);
      paint.fill();
      paint.stroke();
    }
    for (const [a, b] of this.data.points) this.spot(paint, at_, a, b);
    Object.assign(paint, { fillStyle: ink, font: `${em}px system-ui, sans-serif`, textAlign: "center", textBaseline: "middle" });
    const { xs, ys } = this.data, words = (text, x, y, z) => { const [a, b] = at_(x, y, z); paint.fillText(minus(text), a, b); };
    const [nearX, nearY] = [1 - corner[1], 1 - corner[0]];
    const out = (k) => (k ? 1.13 : -0.13);
    words(this.word("x"), 0.5, out(nearX) + (nearX ? 0.09 : -0.09), 0);
    words(this.word("y"), out(nearY) + (nearY ? 0.09 : -0.09), 0.5, 0);
    for (const [k, at2] of [[0, 0], [this.nx - 1, 1]]) words(show(xs[k]), at2, out(nearX), 0);
    for (const [k, at2] of [[0, 0], [this.ny - 1, 1]]) words(show(ys[k]), out(nearY), at2, 0);
    paint.textAlign = "right";
    for (const [text, z] of [[show(this.high), 1], [show(this.low), 0.05]]) {
      const [a, b] = at_(...left, z), said = `${minus(text)} `;
      paint.fillText(said, Math.max(a, paint.measureText(said).width), b); // where the floor begins at the edge, beside it
    }
  }

  spot(paint, at_, a, b) {
    const { xs, ys } = this.data, i = Math.round(((a - xs[0]) / (xs[this.nx - 1] - xs[0])) * (this.nx - 1)), j = Math.round(((b - ys[0]) / (ys[this.ny - 1] - ys[0])) * (this.ny - 1));
    const [x, y] = at_(i / (this.nx - 1), j / (this.ny - 1), this.share(this.height(i, j)));
    paint.beginPath();
    paint.arc(x, y, 4.5, 0, 2 * Math.PI);
    Object.assign(paint, { fillStyle: "#e69f00", strokeStyle: "#000", lineWidth: 1.2 });
    paint.fill();
    paint.stroke();
  }

  // -- what one does ------------------------------------------------------------------------------

  listen() {
    const { map, view } = this, { xs, ys } = this.data;
    const near = (values, v) => Math.min(Math.max(Math.round(((v - values[0]) / (values[values.length - 1] - values[0])) * (values.length - 1)), 0), values.length - 1);
    const point = (e) => {
      const box = map.getBoundingClientRect(), scale = map.viewBox.baseVal.width / box.width;
      this.mark = [near(xs, this.x.inverse((e.clientX - box.left) * scale)), near(ys, this.y.inverse((e.clientY - box.top) * scale))];
      this.paintMark();
    };
    map.addEventListener("pointermove", point);
    map.addEventListener("pointerdown", point);
    const STEPS_ = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    map.addEventListener("keydown", (e) => {
      const by = STEPS_[e.key], [i, j] = this.mark || [this.nx >> 1, this.ny >> 1];
      if (!by || e.altKey || e.ctrlKey || e.metaKey) return;
      e.preventDefault();
      this.mark = [Math.min(Math.max(i + by[0], 0), this.nx - 1), Math.min(Math.max(j + by[1], 0), this.ny - 1)];
      this.paintMark();
    });
    let held = null;
    view.addEventListener("pointerdown", (e) => { if (e.button || !e.isPrimary) return; held = [e.clientX, e.clientY, viewpoint.turn, viewpoint.lift]; view.setPointerCapture(e.pointerId); });
    view.addEventListener("pointermove", (e) => { if (held && e.isPrimary) aim(held[2] + (e.clientX - held[0]) * 0.5, held[3] + (e.clientY - held[1]) * 0.4); });
    for (const name of ["pointerup", "pointercancel"]) view.addEventListener(name, () => { held = null; });
    view.addEventListener("keydown", (e) => {
      const by = STEPS_[e.key];
      if ((!by && e.key !== "Home") || e.altKey || e.ctrlKey || e.metaKey) return;
      e.preventDefault();
      if (by) aim(viewpoint.turn + 5 * by[0], viewpoint.lift + 5 * by[1]);
      else aim(-60, 32);
    });
  }
}

// Turns all surfaces of the page, and keeps where they are seen from in its address.
let aimed = null;
function aim(turn, lift) {
  Object.assign(viewpoint, { turn: ((((turn + 180) % 360) + 360) % 360) - 180, lift: Math.min(Math.max(lift, 4), 90) });
  if (aimed) cancelAnimationFrame(aimed);
  aimed = requestAnimationFrame(() => { for (const one of reliefs) one.turn(); });
  const parts = new URLSearchParams(location.hash.slice(1));
  parts.set("view", `${Math.round(viewpoint.turn)},${Math.round(viewpoint.lift)}`);
  try { history.replaceState(null, "", `#${decodeURIComponent(parts.toString())}`); } catch { /* a frame without an address */ }
}
function readView() {
  const [turn, lift] = (inHash("view") || "").split(",").map(Number);
  if (inHash("view") && Number.isFinite(turn) && Number.isFinite(lift)) aim(turn, lift);
}
reliefs.push(...all(".relief").map((box) => new Relief(box)));
readView();
addEventListener("hashchange", readView);
