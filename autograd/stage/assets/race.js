// A race of optimizers as a picture that answers: the start is dragged, rates are moved, and all paths
// are computed anew.
const MARKS = ["M-4-4h8v8h-8z", "M0-5A5 5 0 1 0 0 5A5 5 0 1 0 0-5z", "M0-5L5 4H-5z", "M0-6L5 0L0 6L-5 0z", "M0 5L5-4H-5z", "M-5 0L4-5V5z", "M5 0L-4-5V5z"];
const DASHED = ["", "7 3", "2 2.5"], LOOKS = 7, GRID = 110, LEAST = 1e-12, MOST = 10000;

class Race {
  constructor(box, place) {
    this.box = box;
    this.data = JSON.parse($("script", box).textContent);
    this.key = (name) => (place ? `${name}.${place}` : name);
    this.racers = this.data.racers.map((one, i) => ({ ...one, i, on: true, rate: null }));
    const { surface, steps } = this.data;
    Object.assign(this, { surface, steps, at: steps, start: null, picked: null, over: null, timer: null });
    this.part = (name) => $(`.race-${name}`, box);
    this.table();
    this.listen();
    this.readAddress();
    this.compute();
    this.drawn();
    new ResizeObserver(() => this.resized()).observe(box);
    on("language", () => this.paint());
    addEventListener("hashchange", () => { this.halt(); this.readAddress(); this.compute(); this.drawn(); });
  }

  get ground() { return this.data.surfaces[this.surface]; }
  get origin() { return this.start || (this.surface === this.data.surface ? this.data.start : this.ground.start); }
  // Whether the start is that of the paths that Python computed.
  isGiven() { return this.surface !== this.data.surface || this.origin.every((v, k) => v === this.data.start[k]); }
  // What is known of a racer on this surface: its rate, its settings, or its path.
  own(racer) { return racer.on_surface[this.surface] || {}; }
  // Its name in the language of the page.
  called(racer) { return say(`racer ${racer.name}`); }
  rateOf(racer) { return racer.rate ?? this.own(racer).rate; }
  isLive(racer) { return racer.program !== null && this.ground.live !== null && Boolean(this.own(racer).settings); }

  // -- the paths ----------------------------------------------------------------------------------

  compute(only) {
    const { ground } = this, live = ground.live === null ? null : groundOf(ground.live);
    for (const racer of this.racers) {
      if (only && racer !== only) continue;
      const own = this.own(racer);
      racer.run = null;
      if (this.isLive(racer)) {
        racer.run = runOf(racer.program, this.data.programs, own, live, this.origin, this.rateOf(racer), this.steps);
      } else if (own.path && !this.start && this.isGiven()) {
        const { path, losses, end } = own, n = this.steps + 1;
        racer.run = { path: path.slice(0, n), losses: losses.slice(0, n), made: [], end: path.length <= this.steps ? end : null };
      }
    }
  }

  heights() {
    const { window: [left, right, low, high], live, heights } = this.ground;
    if (heights) return { values: heights.flat(), n: heights.length };
    const f = groundOf(live).height, values = [];
    for (let j = 0; j < GRID; j += 1) for (let i = 0; i < GRID; i += 1) values.push(f(left + ((right - left) * i) / (GRID - 1), low + ((high - low) * j) / (GRID - 1)));
    return { values, n: GRID };
  }

  // -- the pictures -------------------------------------------------------------------------------

  // The room of a picture: its size in pixels, and where its axes stand.
  room(name, tall) {
    const svg = this.part(name), width = Math.max(svg.parentElement.clientWidth, 200), em = parseFloat(getComputedStyle(svg).fontSize);
    const height = Math.round(Math.min(Math.max(width * tall, 240), Math.max(innerHeight * 0.62, 260)));
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren();
    return { svg, em, left: 4.6 * em, right: width - 1.5 * em, top: 0.8 * em, bottom: height - 3.3 * em };
  }

  // Where only what stands below the pictures has grown, they stay, and so does what has the focus.
  resized() {
    if (this.part("map").parentElement.clientWidth !== this.wide) this.drawn();
  }

  drawn() {
    if (!this.box.clientWidth) return;
    this.wide = this.part("map").parentElement.clientWidth;
    this.drawMap();
    this.paint();
  }

  drawMap() {
    const focused = document.activeElement?.closest(".start") && this.box.contains(document.activeElement), room = this.room("map", 0.86), { svg, em } = room, { window: [left, right, low, high], minima } = this.ground;
    this.x = linear(left, right, room.left, room.right);
    this.y = linear(low, high, room.bottom, room.top);
    const clip = `race-clip-${this.key("c")}`;
    svg.append(shape("clipPath", { id: clip }, shape("rect", { x: room.left, y: room.top, width: room.right - room.left, height: room.bottom - room.top })));
    svg.append(this.levels(room));
    frame(svg, this.x, this.y, room, ["x", "y"]);
    const inside = shape("g", { "clip-path": `url(#${clip})` });
    this.paths = shape("g");
    inside.append(...minima.map(([a, b]) => shape("path", { class: "minimum", transform: `translate(${this.x(a)},${this.y(b)})`, d: "M-6-6L6 6M-6 6L6-6" })), this.paths);
    this.handle = shape("g", { class: "start", tabindex: 0, role: "slider", "aria-valuemin": left, "aria-valuemax": right }, shape("circle", { r: 1.5 * em, class: "grip" }), shape("circle", { r: 0.5 * em }));
    svg.append(inside, this.handle);
    if (focused) this.handle.focus({ preventScroll: true });
    this.map = room;
  }

  // Level lines at even steps of the logarithm of the height, every third with its loss.
  levels(room) {
    const { values, n } = this.heights(), known = values.filter(Number.isFinite), { window: [left, right, low, high], floor } = this.ground;
    const least = Math.min(known.reduce((a, b) => Math.min(a, b), Infinity), floor ?? Infinity), sorted = known.map((z) => z - least).sort((a, b) => a - b);
    const middle = Math.max(sorted[sorted.length >> 1], 1e-12), logs = values.map((z) => Math.log1p((4 * (z - least)) / middle));
    const top = Math.log1p((4 * sorted[sorted.length - 1]) / middle), all_ = shape("g", { class: "levels" }), words = shape("g", { class: "level-words" });
    const at_ = (i, j) => [this.x(left + ((right - left) * i) / (n - 1)), this.y(low + ((high - low) * j) / (n - 1))];
    for (let k = 1; k < 17; k += 1) {
      const level = (top * k) / 17, d = levelLine(logs, n, n, level, at_);
      if (!d) continue;
      all_.append(shape("path", { d, "stroke-opacity": (0.35 + (0.5 * (17 - k)) / 17).toFixed(2) }));
      if (k % 3 !== 1) continue;
      const points = d.split("M"), middle_ = points[Math.floor(points.length * ((k * 0.37) % 1))] || points[1], [a, b] = middle_.split(/[L ]/).map(Number);
      const loss = least + (Math.expm1(level) * middle) / 4;
      if (a > room.left + 2 * room.em && a < room.right - 2 * room.em && b > room.top + room.em && b < room.bottom - room.em) words.append(shape("text", { x: a, y: b, "text-anchor": "middle", dy: ".3em" }, minus(show(Number(loss.toPrecision(2))))));
    }
    all_.append(words);
    return all_;
  }

  shown(racer) { return racer.on && racer.run; }

  paint() {
    if (!this.map) return;
    this.box.classList.toggle("one", this.over !== null || this.picked !== null);
    this.paintPaths();
    this.paintLosses();
    this.paintTable();
    this.paintUpdate();
    this.paintTools();
  }

  look(racer) { return `racer c${racer.i % LOOKS}${racer.i === (this.over ?? this.picked) ? " lit" : ""}`; }
  dash(racer) { return DASHED[Math.floor(racer.i / LOOKS) % DASHED.length]; }
  mark(racer) { return MARKS[(racer.i + Math.floor(racer.i / LOOKS)) % LOOKS]; }
  // The one that is lit stands last, above the others.
  inOrder() { return [...this.racers].sort((a, b) => (a.i === (this.over ?? this.picked)) - (b.i === (this.over ?? this.picked))); }

  paintPaths() {
    const far = (v) => Math.min(Math.max(v, -1e4), 1e4), line = (points) => points.map(([a, b]) => `${far(this.x(a)).toFixed(1)},${far(this.y(b)).toFixed(1)}`).join(" ");
    this.paths.replaceChildren();
    for (const racer of this.inOrder()) {
      if (!this.shown(racer)) continue;
      const { path } = racer.run, upto = Math.min(this.at, path.length - 1), [a, b] = path[upto], g = shape("g", { class: this.look(racer) });
      const dashes = this.dash(racer) && { "stroke-dasharray": this.dash(racer) };
      if (upto + 1 < path.length) g.append(shape("polyline", { points: line(path.slice(upto)), class: "later", ...dashes }));
      g.append(shape("polyline", { points: line(path.slice(0, upto + 1)), ...dashes }));
      g.append(shape("path", { class: "head", d: this.mark(racer), transform: `translate(${far(this.x(a)).toFixed(1)},${far(this.y(b)).toFixed(1)}) scale(${this.map.em / 11})` }));
      this.paths.append(g);
    }
    const [a, b] = this.origin;
    this.handle.setAttribute("transform", `translate(${far(this.x(a)).toFixed(1)},${far(this.y(b)).toFixed(1)})`);
    this.handle.setAttribute("aria-label", say("race start"));
    this.handle.setAttribute("aria-valuenow", a);
    this.handle.setAttribute("aria-valuetext", `x ${show(a)}, y ${show(b)}`);
    this.part("map").setAttribute("aria-label", say("race map", { surface: this.ground.name }));
  }

  paintLosses() {
    const room = this.room("losses", 0.86), { svg } = room, { floor } = this.ground, above = (z) => (floor === null ? z : Math.max(z - floor, LEAST));
    const runs = this.inOrder().filter((racer) => this.shown(racer)), ends = [Infinity, -Infinity];
    for (const { run } of runs) for (const z of run.losses) [ends[0], ends[1]] = [Math.min(ends[0], above(z)), Math.max(ends[1], above(z))];
    if (!(ends[0] <= ends[1])) ends.splice(0, 2, 0.1, 1);
    const [low, high] = floor === null ? [ends[0] - 0.1 * Math.abs(ends[0]) - 0.01, ends[1] + 0.1 * Math.abs(ends[1]) + 0.01] : [10 ** Math.floor(Math.log10(ends[0]) - 0.01), 10 ** Math.ceil(Math.log10(ends[1]) + 0.01)];
    const x = linear(0, Math.max(this.steps, 1), room.left, room.right), y = (floor === null ? bothSides : logarithmic)(...(floor === null ? [low, high, 0.1] : [low, high]), room.bottom, room.top);
    for (const v of y.ticks) svg.append(shape("line", { class: "rule", x1: room.left, x2: room.right, y1: y(v), y2: y(v) }));
    frame(svg, x, y, room, [say("race update"), say(floor === null ? "race loss" : "race above")], power10);
    for (const racer of runs) {
      const { losses, end } = racer.run, g = shape("g", { class: this.look(racer) }), k = Math.min(this.at, losses.length - 1);
      const points = losses.map((z, t) => `${x(t).toFixed(1)},${y(above(z)).toFixed(1)}`).join(" ");
      g.append(shape("polyline", { points, ...(this.dash(racer) && { "stroke-dasharray": this.dash(racer) }) }));
      if (end) g.append(shape("path", { class: "cut", d: "M-5-5L5 5M-5 5L5-5", transform: `translate(${x(losses.length - 1)},${y(above(losses[losses.length - 1]))})` }));
      g.append(shape("path", { class: "head", d: this.mark(racer), transform: `translate(${x(k).toFixed(1)},${y(above(losses[k])).toFixed(1)}) scale(${room.em / 13})` }));
      svg.append(g);
    }
    svg.append(shape("line", { class: "now", x1: x(this.at), x2: x(this.at), y1: room.top, y2: room.bottom }));
    svg.setAttribute("aria-label", say("race losses"));
    this.time = { x, room };
  }

  remark(racer) {
    if (!racer.run) return say("race elsewhere");
    const { end } = racer.run;
    if (!end) return "";
    return end.left ? say("race left", { n: end.left }) : say("race stopped");
  }

  // -- the update of the racer that is picked -----------------------------------------------------

  paintUpdate() {
    const room = this.part("update"), racer = this.racers[this.picked], old = $(".wide", room), kept = old && [old.scrollLeft, old === document.activeElement];
    room.setAttribute("aria-live", this.timer === null ? "polite" : "off"); // it would be read out picture by picture
    room.replaceChildren();
    const heading = document.createElement("h2"), words = document.createElement("p");
    room.append(heading, words);
    if (!racer) {
      heading.textContent = say("race update of none");
      words.textContent = say("race pick");
      return;
    }
    const run = racer.run, t = run ? Math.min(this.at, run.path.length - (run.end ? 1 : 2)) : 0;
    heading.textContent = say("race update of", { name: this.called(racer), n: t + 1 });
    const made = run?.made[t];
    if (!made) {
      const place = run && t >= 0 && run.path[t + 1] ? ` θ = (${run.path[t].map(show).join(", ")}), θ' = (${run.path[t + 1].map(show).join(", ")})` : "";
      words.textContent = `${say("race from python")}${place}`;
      return;
    }
    const here = run.path[t];
    words.textContent = say("race at", { x: show(here[0]), y: show(here[1]), loss: show(run.losses[t]), rate: show(this.rateOf(racer)) });
    const wide = this.tabled(room, (line) => (made.notes ? this.noted(line, here, made) : this.equations(line, racer, t)));
    if (!kept) return;
    [wide.scrollLeft] = kept;
    if (kept[1]) wide.focus({ preventScroll: true });
  }

  // A table of the numbers of an update; `fill` is given what writes a line.
  tabled(room, fill) {
    const table = document.createElement("table"), head = table.createTHead().insertRow(), wide = document.createElement("div");
    for (const name of [say("race rule"), "x", "y"]) {
      const th = document.createElement("th");
      th.scope = "col";
      th.textContent = name;
      head.append(th);
    }
    const body = table.createTBody();
    fill((...cells) => { const tr = body.insertRow(); for (const cell of cells) tr.insertCell().append(...cell); return tr; });
    wide.className = "wide";
    wide.tabIndex = 0;
    wide.setAttribute("role", "region");
    wide.setAttribute("aria-label", $("h2", room).textContent);
    wide.append(table);
    room.append(wide);
    return wide;
  }

  // What a method computed on its way; a number that is not of x and y takes both columns.
  noted(line, here, { to, notes, says }) {
    const wide = (tr) => { tr.lastChild.colSpan = 2; };
    for (const [name, ...numbers] of [["θ", ...here], ...notes(), ...(to ? [[says, ...to]] : [])]) {
      const tr = line([name], ...numbers.map((v) => [`= ${minus(show(v))}`]));
      if (numbers.length === 1) wide(tr);
    }
    if (!to) wide(line(["θ'"], [say("race stopped")]));
  }

  // The rows of an update in symbols, and with the numbers of x and of y.
  equations(line, racer, t) {
    const { stages } = this.data.programs[racer.program], here = racer.run.path[t], live = groundOf(this.ground.live), g = live.slopes(...here), rate = this.rateOf(racer);
    const both = [0, 1].map((i) => updateRows(UPDATES[racer.program], stages, this.own(racer).settings, t + 1, here[i], g[i], rate, racer.run.made[t].states[i]));
    const { stage } = both[0], math = notations.mathml, roles = new Map(stage.roles);
    const labelled = (row) => (typeof roles.get(row) === "number" ? lowered(stage.labels[row], t) : stage.labels[row]);
    const value = (row, i) => math.number(show(both[i].r[row]));
    for (const [row, role] of stage.roles) {
      if (typeof role !== "number" && role !== "theta" && role !== "g") continue;
      line([mathOf(math.symbol(labelled(row)).text, false)], ...[0, 1].map((i) => [mathOf(math.equals(value(row, i).text), false)]));
    }
    for (const [row, [form, names, args]] of Object.entries(stage.forms)) {
      if (![0, 1].every((i) => Number.isFinite(both[i].r[row]))) continue;
      const tree = syntax.tree(form), pieces = (of) => Object.fromEntries(args.map((arg, k) => [names[k], of(arg)]));
      line([mathOf(math.equation([math.symbol(stage.labels[row]).text, math.write(tree, pieces((arg) => math.symbol(labelled(arg)))).text]), false)],
        ...[0, 1].map((i) => [mathOf(math.equals(math.equation([math.write(tree, pieces((arg) => value(arg, i))).text, value(Number(row), i).text])), false)]));
    }
  }
}

// The symbol of a state before update t + 1: m₀ is m of the update before.
function lowered(label, t) {
  const bare = label.normalize("NFD").replace(/,?[₀-₉]+$/, "").normalize("NFC"), comma = /[₀-₉]$/.test(bare) ? "," : "";
  return bare + comma + String(t).replace(/\d/g, (d) => "₀₁₂₃₄₅₆₇₈₉"[d]);
}
