// What one does with a race: its table, its fields, the pointer, the keys, its address.
const calm = matchMedia("(prefers-reduced-motion: reduce)");
Object.assign(Race.prototype, {
  // -- the table: what is shown, rates, losses ----------------------------------------------------

  table() {
    const body = this.part("rows"), field = (attributes) => Object.assign(document.createElement("input"), attributes);
    for (const racer of this.racers) {
      const tr = body.insertRow(), name = document.createElement("button"), words = document.createElement("span"), th = document.createElement("th");
      racer.row = tr;
      racer.show = field({ type: "checkbox", checked: true });
      racer.name_ = name;
      name.type = "button";
      name.append(shape("svg", { viewBox: "0 0 44 16", class: `racer c${racer.i % LOOKS}`, "aria-hidden": "true" }, shape("path", { d: "M2 8H42", "stroke-dasharray": this.dash(racer) || "none" }), shape("path", { class: "head", d: this.mark(racer), transform: "translate(22,8)" })), words);
      words.dataset.say = `racer ${racer.name}`;
      th.scope = "row";
      th.append(name);
      tr.insertCell().append(racer.show);
      tr.append(th);
      const rates = tr.insertCell();
      racer.loss = tr.insertCell();
      racer.loss.className = "number";
      racer.said = tr.insertCell();
      if (racer.program !== null) {
        racer.slider = field({ type: "range", step: 0.01 });
        racer.typed = field({ type: "text", inputMode: "decimal", size: 7 });
        rates.append(racer.slider, racer.typed);
        racer.slider.addEventListener("input", () => this.setRate(racer, Number((10 ** racer.slider.value).toPrecision(3))));
        racer.typed.addEventListener("change", () => this.typedInto(racer.typed, "race rate wish", (rate) => rate > 0, (rate) => this.setRate(racer, rate)));
      }
      racer.show.addEventListener("change", () => { racer.on = racer.show.checked; this.changed(); });
      name.addEventListener("click", () => { this.picked = this.picked === racer.i ? null : racer.i; this.changed(); });
      const over = (i) => () => { if (this.over !== i) { this.over = i; this.paintOver(); } };
      tr.addEventListener("pointerenter", over(racer.i));
      tr.addEventListener("pointerleave", over(null));
      tr.addEventListener("focusin", over(racer.i));
      tr.addEventListener("focusout", over(null));
    }
  },

  paintOver() {
    this.box.classList.toggle("one", this.over !== null || this.picked !== null);
    this.paintPaths();
    this.paintLosses();
  },

  // What was typed into a field: where it does not fit, all stays, and the page says what to type.
  typedInto(field, wish, fits, act) {
    const value = fieldNumber(field, say(wish, { most: MOST }), fits);
    if (value === value) act(value);
    else this.part("notice").textContent = field.title;
  },

  setRate(racer, rate) {
    racer.rate = rate === this.own(racer).rate ? null : rate;
    this.soon(racer);
  },

  paintTable() {
    for (const racer of this.racers) {
      const { run, row } = racer, rate = this.rateOf(racer), size = Math.log10(rate > 0 ? rate : 1), picked = racer.i === this.picked;
      row.classList.toggle("off", !racer.on);
      row.classList.toggle("picked", picked);
      racer.show.checked = racer.on;
      racer.show.setAttribute("aria-label", say("race show", { name: this.called(racer) }));
      racer.name_.setAttribute("aria-pressed", String(picked));
      racer.loss.textContent = run ? show(run.losses[Math.min(this.at, run.losses.length - 1)]) : "–";
      racer.said.textContent = this.remark(racer);
      if (!racer.slider) continue;
      const middle = Math.log10(this.own(racer).rate || 1), low = Math.min(middle - 3, size), high = Math.max(middle + 2, size);
      Object.assign(racer.slider, { min: low, max: high, value: size });
      for (const one of [racer.slider, racer.typed]) {
        one.disabled = !this.isLive(racer);
        one.setAttribute("aria-label", say("race rate of", { name: this.called(racer) }));
      }
      racer.slider.setAttribute("aria-valuetext", show(rate ?? NaN));
      racer.typed.dataset.step = 10 ** (Math.floor(size) - 1);
      if (document.activeElement === racer.typed) continue;
      racer.typed.value = show(rate ?? NaN);
      mark(racer.typed, "");
    }
  },

  // -- the fields ---------------------------------------------------------------------------------

  paintTools() {
    const { steps, at } = this, value = (name, text) => { if (document.activeElement === this.part(name)) return; this.part(name).value = text; mark(this.part(name), ""); };
    Object.assign(this.part("scrub"), { max: steps, value: at });
    this.part("scrub").setAttribute("aria-valuetext", say("race step", { n: at, of: steps }));
    this.part("count").textContent = say("race step", { n: at, of: steps });
    value("steps", String(steps));
    value("x", show(this.origin[0]));
    value("y", show(this.origin[1]));
    this.part("surface").value = String(this.surface);
    this.part("formula").textContent = `f(x, y) = ${this.ground.formula}`;
    this.part("play").textContent = say(this.timer === null ? "race play" : "race pause");
    for (const name of ["x", "y"]) this.part(name).disabled = this.ground.live === null;
    const fixed = this.start ? this.racers.filter((racer) => racer.on && !this.isLive(racer)) : [];
    this.part("notice").textContent = fixed.length ? say("race fixed", { names: fixed.map(this.called).join(", ") }) : "";
  },

  read(x, y) {
    const live = this.ground.live === null ? NaN : groundOf(this.ground.live).height(x, y);
    this.part("readout").textContent = Number.isFinite(live) ? `f(${show(x)}, ${show(y)}) = ${show(live)}` : "";
  },

  // Whether all can begin there.
  isGround(place) { return this.ground.live !== null && place.every(Number.isFinite) && Number.isFinite(groundOf(this.ground.live).height(...place)); },

  // The start goes there, as exactly as a pixel is.
  moveStart(x, y, exact) {
    const [left, right, low, high] = this.ground.window, fine = (v, size) => (exact ? v : Number(v.toFixed(Math.max(0, Math.ceil(2.3 - Math.log10(size))))));
    const inside = (v, a, b) => Math.min(Math.max(v, a), b);
    const to = exact ? [x, y] : [inside(fine(x, right - left), left, right), inside(fine(y, high - low), low, high)];
    if (!this.isGround(to)) return;
    this.start = to;
    this.soon(true);
    this.read(...to);
  },

  // Once a frame, however often the pointer moves; with the paths that have changed: those of one, or all.
  soon(paths) {
    this.stale = this.stale && this.stale !== paths ? true : paths;
    this.waiting ??= requestAnimationFrame(() => {
      if (this.stale) this.compute(this.stale === true ? null : this.stale);
      Object.assign(this, { waiting: null, stale: false });
      this.changed();
    });
  },

  setSteps(steps) {
    const whole = this.at === this.steps;
    this.steps = Math.min(steps, MOST);
    this.at = whole ? this.steps : Math.min(this.at, this.steps);
    this.compute();
    return this.changed();
  },

  changed() {
    this.paint();
    this.keep();
  },

  listen() {
    const { part } = this, act = (name, event, does) => this.part(name).addEventListener(event, does);
    this.data.surfaces.forEach((one, k) => part.call(this, "surface").append(new Option(one.name, String(k))));
    act("surface", "change", (e) => this.setSurface(Number(e.target.value)));
    act("steps", "change", (e) => this.typedInto(e.target, "race steps wish", (steps) => Number.isInteger(steps) && steps > 0, (steps) => this.setSteps(steps)));
    for (const [k, name] of ["x", "y"].entries()) act(name, "change", (e) => this.typedInto(e.target, "race start wish", (v) => this.isGround(this.origin.with(k, v)), (v) => this.moveStart(...this.origin.with(k, v), true)));
    act("scrub", "input", (e) => { const at = Number(e.target.value); this.stop(); this.at = at; this.changed(); });
    act("play", "click", () => (this.timer === null ? this.play() : this.stop()));
    act("again", "click", () => this.again());
    act("every", "click", () => { const on_ = !this.racers.every((racer) => racer.on); for (const racer of this.racers) racer.on = on_; this.changed(); });
    this.pointer();
  },

  again() {
    this.stop();
    for (const racer of this.racers) Object.assign(racer, { on: true, rate: null });
    Object.assign(this, { start: null, steps: this.data.steps, at: this.data.steps, picked: null });
    this.setSurface(this.data.surface);
  },

  setSurface(k) {
    Object.assign(this, { surface: k, start: null });
    for (const racer of this.racers) racer.rate = null;
    this.compute();
    this.drawn();
    this.keep();
  },

  // Where motion is not wanted, a picture every second.
  play() {
    const from = this.at >= this.steps ? 0 : this.at, seconds = 7, began = performance.now();
    let drawn = 0;
    const frame_ = (now) => {
      this.at = Math.min(this.steps, from + Math.floor((Math.max(now - began, 0) / 1000 / seconds) * this.steps));
      if (this.at >= this.steps) return this.stop();
      if (!calm.matches || now - drawn > 1000) {
        drawn = now;
        this.paint();
      }
      this.timer = requestAnimationFrame(frame_);
      return undefined;
    };
    this.timer = requestAnimationFrame(frame_);
    this.paintTools();
  },

  halt() {
    if (this.timer !== null) cancelAnimationFrame(this.timer);
    this.timer = null;
  },
  stop() {
    this.halt();
    this.changed();
  },

  // -- the pointer and the keys -------------------------------------------------------------------

  // Where a pointer is in a picture, in its pixels.
  spot(e, svg) {
    const box = svg.getBoundingClientRect(), { width } = svg.viewBox.baseVal;
    return [((e.clientX - box.left) * width) / box.width, ((e.clientY - box.top) * width) / box.width];
  },

  pointer() {
    const map = this.part("map"), losses = this.part("losses");
    let held = false, moved = false, scrubbing = false;
    map.addEventListener("pointerdown", (e) => {
      if (e.button || !e.isPrimary) return;
      const [px, py] = this.spot(e, map), [a, b] = this.origin;
      held = Boolean(e.target.closest(".start")) || Math.hypot(px - this.x(a), py - this.y(b)) < 1.2 * this.map.em;
      moved = held;
      if (!held) return;
      map.setPointerCapture(e.pointerId);
      this.handle.focus();
    });
    map.addEventListener("mousedown", (e) => { if (held) e.preventDefault(); }); // it would take the focus
    map.addEventListener("pointermove", (e) => {
      if (!e.isPrimary) return;
      const [px, py] = this.spot(e, map), [x, y] = [this.x.inverse(px), this.y.inverse(py)];
      if (held) this.moveStart(x, y);
      else if (px > this.map.left && px < this.map.right && py > this.map.top && py < this.map.bottom) this.read(x, y);
    });
    const release = () => { held = false; };
    map.addEventListener("pointerup", release);
    map.addEventListener("pointercancel", release);
    map.addEventListener("click", (e) => { if (!moved) this.pickNear(...this.spot(e, map)); });
    map.addEventListener("keydown", (e) => {
      const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
      if (!by || e.altKey || e.ctrlKey || e.metaKey) return;
      e.preventDefault();
      const [left, right, low, high] = this.ground.window, step = e.shiftKey ? 0.05 : 0.01, [x, y] = this.origin;
      this.moveStart(x + by[0] * step * (right - left), y + by[1] * step * (high - low));
    });
    // The step is set in the picture of the losses, too.
    const scrub = (e) => { const { x } = this.time, [px] = this.spot(e, losses); this.at = Math.min(Math.max(Math.round(x.inverse(px)), 0), this.steps); this.soon(false); };
    losses.addEventListener("pointerdown", (e) => { if (e.button || !e.isPrimary) return; this.stop(); scrubbing = true; losses.setPointerCapture(e.pointerId); scrub(e); });
    losses.addEventListener("pointermove", (e) => { if (scrubbing) scrub(e); });
    for (const name of ["pointerup", "pointercancel"]) losses.addEventListener(name, () => { scrubbing = false; });
  },

  // The point of a path nearest to a click: its optimizer is picked, and its step shown.
  pickNear(px, py) {
    let best = 1.4 * this.map.em, found = null;
    for (const racer of this.racers) {
      if (!this.shown(racer)) continue;
      racer.run.path.forEach(([a, b], t) => {
        const far = Math.hypot(this.x(a) - px, this.y(b) - py);
        if (far < best) [best, found] = [far, [racer.i, t]];
      });
    }
    if (!found) return;
    this.stop();
    [this.picked, this.at] = found;
    this.changed();
  },

  // -- the address --------------------------------------------------------------------------------

  keep() {
    const parts = new URLSearchParams(location.hash.slice(1)), put = (name, value) => { if (value === null) parts.delete(this.key(name)); else parts.set(this.key(name), value); };
    const { data, origin } = this;
    put("surface", this.surface === data.surface ? null : this.ground.name);
    put("start", this.start ? origin.join(",") : null);
    put("steps", this.steps === data.steps ? null : this.steps);
    put("step", this.at === this.steps ? null : this.at);
    put("pick", this.picked === null ? null : this.racers[this.picked].name);
    const off = this.racers.filter((racer) => !racer.on).map((racer) => encodeURIComponent(racer.name));
    put("off", off.length ? off.join(",") : null);
    const rates = this.racers.filter((racer) => racer.rate !== null).map((racer) => `${encodeURIComponent(racer.name)}:${racer.rate}`);
    put("rates", rates.length ? rates.join(",") : null);
    const text = parts.toString().replace(/%2C/g, ",").replace(/%3A/g, ":"); // which names do not have
    try { history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search); } catch { /* a frame without an address */ }
  },

  readAddress() {
    const parts = new URLSearchParams(location.hash.slice(1)), get = (name) => parts.get(this.key(name)), { data } = this;
    const surface = data.surfaces.findIndex((one) => one.name === get("surface")), start = (get("start") || "").split(",").map(Number);
    this.surface = surface < 0 ? data.surface : surface;
    this.start = start.length === 2 && get("start") && this.isGround(start) ? start : null;
    const steps = Number(get("steps")), at = get("step");
    this.steps = Number.isInteger(steps) && steps > 0 ? Math.min(steps, MOST) : data.steps;
    this.at = at === null || !(Number(at) >= 0) ? this.steps : Math.min(Math.round(Number(at)), this.steps);
    const off = (get("off") || "").split(","), rates = new Map((get("rates") || "").split(",").map((one) => { const k = one.lastIndexOf(":"); return [one.slice(0, k), Number(one.slice(k + 1))]; }));
    for (const racer of this.racers) {
      const name = encodeURIComponent(racer.name), rate = rates.get(name) ?? rates.get(racer.name);
      racer.on = !off.includes(name) && !off.includes(racer.name);
      racer.rate = rate > 0 && rate < Infinity ? rate : null;
    }
    const pick = this.racers.findIndex((racer) => racer.name === get("pick"));
    this.picked = pick < 0 ? null : pick;
  },
});
all(".race").forEach((box, k) => new Race(box, k && String(k + 1)));
