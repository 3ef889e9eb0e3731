"use strict";
// Rows of the derivative table come before this, as R; the lesson is in #lesson.
const lesson = JSON.parse(document.getElementById("lesson").textContent);
const $ = (selector, within) => (within || document).querySelector(selector);
const all = (selector, within) => [...(within || document).querySelectorAll(selector)];
const root = document.documentElement;
root.classList.add("js");

let lang = lesson.lang, at = 0, which = 0, timer = null;
const say = (key, slots) =>
  lesson.words[lang][key].replace(/\{(\w+)\}/g, (whole, name) => (slots && name in slots ? slots[name] : whole));

// Four significant digits, as everywhere in the library.
function show(value) {
  if (value === 0) return "0";
  if (value !== value) return "nan";
  if (Math.abs(value) === Infinity) return value > 0 ? "inf" : "-inf";
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) {
    const [digits, power] = value.toExponential(3).split("e");
    return `${Number(digits)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
  }
  return size >= 9999.5 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}

// The label of an edge, and the plate behind it as wide as it is now.
function label(edge, text) {
  if (edge.local.textContent === text) return;
  edge.local.textContent = text;
  if (!edge.plate) return;
  const width = text.length * 6.4 + 8;
  edge.plate.setAttribute("x", Number(edge.local.getAttribute("x")) - width / 2);
  edge.plate.setAttribute("width", width);
}

// One computation of the page: its picture, its steps, and the numbers of the steps by reference.
class Scene {
  constructor(data, place) {
    this.data = data;
    this.box = $(`.scene[data-scene="${place}"]`);
    this.svg = $("svg.tracegrad", this.box);
    this.steps = all(".step", this.box);
    this.given = data.rows.map((row) => Number(row.value));
    this.values = [...this.given];
    this.rate = data.rate;
    this.numbers = {};
    this.answered = new Set();
    this.losses = [];
    this.made = {};
    data.steps.forEach((step, i) => {
      if (step.phase === "forward" && !(step.row in this.made)) this.made[step.row] = i + 1;
    });
    this.nodes = {};
    this.edges = {};
    for (const g of all("g.node[data-node]", this.svg)) {
      this.nodes[g.dataset.node] = { g, data: $("text.data", g), grad: $("text.grad", g), terms: $("text.terms", g), written: $("text.data", g)?.textContent };
    }
    for (const g of all("g.edge[data-to]", this.svg)) {
      this.edges[`${g.dataset.to}.${g.dataset.slot}`] = { g, line: $("path.line", g), local: $("text.local", g), plate: $("rect.plate", g) };
    }
    if (data.mode === "forward") {
      for (const word of all("text.word", this.svg)) if (word.textContent === "grad") word.textContent = "tangent";
    }
    if (data.live) this.compute();
  }

  // The forward pass, the backward pass and the update, by the rules of the table.
  compute() {
    const { rows, steps } = this.data, v = this.values, n = this.numbers, g = [];
    const operands = (row) => {
      const found = row.args.map((j) => v[j]), rule = R[row.op];
      return found.concat((rule.defaults || []).slice(found.length - rule.value.length).map(Number));
    };
    rows.forEach((row, i) => {
      if (row.op) v[i] = R[row.op].value(...operands(row));
      n[`v${i}`] = v[i];
    });
    n.r = this.rate;
    for (const step of steps) {
      const row = rows[step.row];
      if (step.phase === "backward" && !step.terms.length) {
        g[step.row] = n[`g${step.row}`] = step.seed;
      } else if (step.phase === "backward" || step.tangent) {
        let moved;
        if (step.tangent && step.first) rows.forEach((_, i) => { g[i] = i === step.seedRow ? 1 : undefined; });
        for (const [slot, operand] of step.terms) {
          const key = `${step.key}.${slot}`;
          const upstream = step.tangent ? g[operand] : g[step.row];
          const local = R[row.op].partials[slot](v[step.row], ...operands(row));
          const zero = upstream === 0 || local === 0, product = zero && upstream * local !== upstream * local ? 0 : upstream * local;
          const before = step.tangent ? moved : g[operand], total = before === undefined ? product : before + product;
          Object.assign(n, { [`l${key}`]: local, [`p${key}`]: product, [`b${key}`]: before, [`t${key}`]: total, [`x${key}`]: upstream });
          if (step.tangent) moved = total;
          else g[operand] = n[`g${operand}`] = total;
        }
        if (step.tangent) g[step.row] = n[`d${step.key}`] = moved === undefined ? 0 : moved;
      } else if (step.phase === "update") {
        n[`u${step.row}`] = v[step.row] - this.rate * g[step.row];
      }
    }
    this.gradients = g;
    this.fill();
  }

  // Every number of the steps, where the formulas refer to it.
  fill() {
    for (const e of all("[data-ref]", this.box)) {
      const value = this.numbers[e.dataset.ref];
      if (value !== undefined) e.textContent = show(value).replace("-", "−");
    }
    for (const e of all("[data-signed]", this.box)) {
      const shown = $(`[data-ref="${e.dataset.signed}"]`, e).textContent.startsWith("−");
      e.firstElementChild.textContent = shown ? "(" : "";
      e.lastElementChild.textContent = shown ? ")" : "";
    }
    for (const e of all("[data-gradient]", this.box)) {
      const value = this.gradients && this.gradients[e.dataset.gradient];
      if (value !== undefined) e.textContent = show(value);
    }
  }

  // The picture after step k: what is not computed yet is blank.
  paint(k, shown = k) {
    const { rows, steps } = this.data, live = this.data.live, id = this.svg.id;
    const grads = {}, terms = {}, updated = {};
    steps.slice(0, k).forEach((step) => {
      if (step.phase === "backward" && !step.terms.length) grads[step.row] = live ? this.numbers[`g${step.row}`] : step.text;
      else if (step.phase === "backward") {
        for (const [slot, operand, text] of step.terms) {
          const key = `${step.key}.${slot}`;
          grads[operand] = live ? this.numbers[`t${key}`] : text;
          (terms[operand] = terms[operand] || []).push(this.numbers[`p${key}`]);
        }
      } else if (step.phase === "update") updated[step.row] = live ? this.numbers[`u${step.row}`] : step.text;
      else if (step.tangent) {
        if (step.first) {
          for (const row in grads) delete grads[row];
          grads[step.seedRow] = live ? 1 : "1";
        }
        grads[step.row] = live ? this.numbers[`d${step.key}`] : step.text;
      }
    });
    const word = (x) => (typeof x === "number" ? show(x) : x === undefined ? "" : x);
    for (const [row, node] of Object.entries(this.nodes)) {
      const done = !(row in this.made) || k >= this.made[row];
      const value = row in updated ? word(updated[row]) : live ? show(this.values[row]) : node.written;
      if (node.data) node.data.textContent = done ? value : "";
      if (node.grad) node.grad.textContent = word(grads[row]);
      if (node.terms) {
        const found = terms[row] || [];
        node.terms.textContent = live && found.length > 1 && found.length <= 4 ? "= " + found.map(show).join(" + ").replaceAll("+ -", "- ") : "";
      }
      node.g.classList.toggle("updated", row in updated);
      const title = $("title", node.g);
      if (live && title) title.textContent = `${rows[row].name}\ndata ${this.values[row]}` + (row in grads ? `\ngrad ${grads[row]}` : "");
    }
    const now = steps[shown - 1], done = shown === k;
    for (const node of Object.values(this.nodes)) node.g.classList.remove("now");
    if (now && this.nodes[now.row]) this.nodes[now.row].g.classList.add("now");
    const sent = new Set();
    steps.slice(0, k).forEach((step) => { if (step.phase === "backward") for (const [slot] of step.terms) sent.add(`${step.row}.${slot}`); });
    for (const [key, edge] of Object.entries(this.edges)) {
      const mine = done && now && now.phase !== "update" && key.split(".")[0] === String(now.row);
      const back = mine && now.phase === "backward" && now.terms.some(([slot]) => `${now.row}.${slot}` === key);
      edge.g.classList.toggle("now", Boolean(mine && now.phase === "forward"));
      edge.g.classList.toggle("back", Boolean(back));
      if (back) {
        edge.line.removeAttribute("marker-end");
        edge.line.setAttribute("marker-start", `url(#${id}-back)`);
      } else {
        edge.line.setAttribute("marker-end", `url(#${id}-head)`);
        edge.line.removeAttribute("marker-start");
      }
      for (const part of [edge.local, edge.plate]) if (part) part.classList.toggle("hidden", !sent.has(key));
      if (live && edge.local && `l${key}` in this.numbers && this.data.mode !== "forward") label(edge, `× ${show(this.numbers[`l${key}`])}`);
    }
  }

  // Brings the card of a step into view where the picture is wider than its window.
  reveal(row) {
    const box = $(".picture", this.box), node = this.nodes[row];
    if (!node || box.scrollWidth <= box.clientWidth) return;
    const card = node.g.getBoundingClientRect(), frame = box.getBoundingClientRect();
    if (card.left >= frame.left + 90 && card.right <= frame.right - 90) return;
    box.scrollLeft += (card.left + card.right) / 2 - (frame.left + frame.right) / 2;
  }

  // What a step says, for a screen reader: its equations with the numbers of the moment.
  spoken(k) {
    if (!k) return say("start");
    const filled = this.data.steps[k - 1].said.map((text) =>
      text.replace(/\{([a-z][\d.]*)\}/g, (whole, ref) => (ref in this.numbers ? show(this.numbers[ref]) : whole)));
    return filled.join("; ");
  }

  get asks() {
    return this.current ? all(".ask", this.current) : [];
  }
}

const scenes = lesson.scenes.map((data, i) => new Scene(data, i));
const scene = () => scenes[which];
const last = () => scene().data.steps.length;
const quizzing = () => $("#quiz").checked;

function go(k, quietly) {
  const s = scene();
  at = Math.max(0, Math.min(last(), k));
  const step = s.data.steps[at - 1];
  s.current = at ? s.steps[at - 1] : null;
  s.steps.forEach((e, i) => e.classList.toggle("on", i === at - 1));
  $(".start", s.box).classList.toggle("on", at === 0);
  const asking = quizzing() && s.asks.length > 0 && !s.answered.has(at);
  s.box.classList.toggle("asking", asking);
  s.paint(asking ? at - 1 : at, at);
  if (step) s.reveal(step.row);
  $("#scrub").max = last();
  $("#scrub").value = at;
  $("#scrub").setAttribute("aria-valuetext", say("count", { step: at, steps: last() }));
  $("#count").textContent = `${at} / ${last()}`;
  for (const id of ["first", "previous"]) $(`#${id}`).setAttribute("aria-disabled", String(at === 0));
  for (const id of ["next", "last"]) $(`#${id}`).setAttribute("aria-disabled", String(at === last() && !asking));
  $("#phase").textContent = !step ? say("start heading") : step.tangent ? say("tangents", { name: s.data.rows[step.seedRow].name }) : say(step.phase);
  $("#live").textContent = asking ? say("asking") : `${say("count", { step: at, steps: last() })}: ${s.spoken(at)}`;
  if (asking) s.asks[0].querySelector("input").focus({ preventScroll: true });
  if (!quietly) keepAddress((scenes.length > 1 ? `#scene=${which + 1}&` : "#") + `step=${at}`);
  if (at === last() && timer) play();
}

function keepAddress(fragment) {
  try {
    history.replaceState(null, "", fragment);
  } catch { /* inside a notebook's frame the page has no address of its own */ }
}

function choose(place, k) {
  which = place;
  scenes.forEach((s, i) => { s.box.hidden = i !== place; });
  if ($("#scene")) $("#scene").value = String(place);
  go(k);
}

const waiting = () => scene().box.classList.contains("asking");
function next() {
  if (waiting()) { // shown, but not answered
    scene().answered.add(at);
    go(at);
  } else go(at + 1);
}

function play() {
  const playing = timer === null;
  if (playing) {
    if (at === last()) go(0);
    timer = setInterval(() => { if (!waiting()) go(at + 1); }, lesson.pace);
  } else {
    clearInterval(timer);
    timer = null;
  }
  $("#play").setAttribute("aria-pressed", String(playing));
}

// -- quiz -------------------------------------------------------------------------------------

let right = 0, tried = 0;
function check(ask) {
  const s = scene(), input = $("input", ask), verdict = $(".verdict", ask);
  const given = Number(input.value.replace(",", ".").replace("−", "-")), true_ = s.numbers[ask.dataset.answer];
  if (input.value.trim() === "" || given !== given) {
    verdict.textContent = say("a number");
    return;
  }
  if (!ask.classList.contains("done")) tried += 1;
  const good = show(given) === show(true_) || Math.abs(given - true_) <= 0.005 * Math.abs(true_);
  if (good && !ask.classList.contains("done")) right += 1;
  ask.classList.add("done", good ? "right" : "wrong");
  input.readOnly = true;
  verdict.textContent = good ? say("right") : say("wrong", { value: show(true_) });
  $("#score").textContent = say("score", { right, tried });
  const left = s.asks.filter((a) => !a.classList.contains("done"));
  if (left.length) left[0].querySelector("input").focus();
  else {
    s.answered.add(at);
    const words = s.asks.map((a) => $(".verdict", a).textContent).join(" ");
    go(at);
    $("#live").textContent = `${words} ${$("#live").textContent}`;
    $("#next").focus();
  }
}

// -- live inputs and descent --------------------------------------------------------------------

function edited(input) {
  const s = scene(), value = Number(input.value), fine = input.value.trim() !== "" && value === value;
  input.setAttribute("aria-invalid", String(!fine));
  if (!fine) return;
  if (input.dataset.row) s.values[input.dataset.row] = value;
  else s.rate = value;
  s.compute();
  s.paint(waiting() ? at - 1 : at, at);
}

function descend(times) {
  const s = scene(), out = s.data.rows.length - 1;
  if (!s.losses.length) s.losses.push(s.values[out]);
  for (let i = 0; i < times; i += 1) {
    for (const row of s.data.moved) if (s.gradients[row] !== undefined) s.values[row] -= s.rate * s.gradients[row];
    s.compute();
    s.losses.push(s.values[out]);
  }
  settle(s);
}

function reset() {
  const s = scene();
  s.values = [...s.given];
  s.losses = [];
  s.compute();
  settle(s);
}

function settle(s) {
  for (const input of all("input[data-row]", s.box)) {
    input.value = String(s.values[input.dataset.row]);
    input.setAttribute("aria-invalid", "false");
  }
  const chart = $(".chart", s.box), word = s.losses.length ? say("losses", { n: s.losses.length - 1, first: show(s.losses[0]), last: show(s.losses.at(-1)) }) : "";
  $(".losses", s.box).textContent = word;
  chart.classList.toggle("drawn", s.losses.length > 0);
  chart.setAttribute("aria-label", word || say("no losses"));
  const known = s.losses.filter((x) => Math.abs(x) < Infinity), low = Math.min(...known), high = Math.max(...known);
  const x = (i) => 70 + (i * 282) / Math.max(1, s.losses.length - 1), y = (v) => 110 - ((v - low) / (high - low || 1)) * 95;
  $("polyline", chart).setAttribute("points", s.losses.map((v, i) => (Math.abs(v) < Infinity ? `${x(i).toFixed(1)},${y(v).toFixed(1)}` : "")).join(" "));
  $(".high", chart).textContent = known.length ? show(high) : "";
  $(".low", chart).textContent = known.length && high > low ? show(low) : "";
  $(".end", chart).textContent = s.losses.length ? String(s.losses.length - 1) : "";
  s.paint(waiting() ? at - 1 : at, at);
  $("#live").textContent = word;
}

// -- language, keys, address ----------------------------------------------------------------------

function speak() {
  root.lang = lang;
  for (const e of all("[data-say]")) e.textContent = say(e.dataset.say);
  for (const e of all("[data-label]")) e.setAttribute("aria-label", say(e.dataset.label));
  for (const e of all("[data-lang]")) e.hidden = e.dataset.lang !== lang;
  for (const e of all("option[data-en]")) e.textContent = e.dataset[lang];
  if (tried) $("#score").textContent = say("score", { right, tried });
  go(at, true);
}

function address() {
  const found = new URLSearchParams(location.hash.slice(1));
  const place = Math.min(scenes.length, Math.max(1, Math.trunc(Number(found.get("scene"))) || 1)) - 1;
  choose(place, Math.trunc(Number(found.get("step"))) || 0);
}

const actions = { first: () => go(0), previous: () => go(at - 1), next, last: () => go(last()), play };
for (const [id, act] of Object.entries(actions)) $(`#${id}`).addEventListener("click", act);
$("#scrub").addEventListener("input", (e) => go(Number(e.target.value)));
$("#quiz").addEventListener("change", () => go(at));
$("#lang").addEventListener("change", (e) => { lang = e.target.value; speak(); });
if ($("#scene")) $("#scene").addEventListener("change", (e) => choose(Number(e.target.value), 0));
for (const form of all("form.ask")) form.addEventListener("submit", (e) => { e.preventDefault(); check(form); });
for (const input of all(".live input")) input.addEventListener("input", () => edited(input));
for (const button of all("[data-descend]")) button.addEventListener("click", () => descend(Number(button.dataset.descend)));
for (const button of all(".reset")) button.addEventListener("click", reset);
window.addEventListener("hashchange", address);
document.addEventListener("keydown", (e) => {
  const busy = e.target.closest("input, select, textarea, form") || e.altKey || e.ctrlKey || e.metaKey;
  if (busy && e.target.id !== "quiz") return;
  const key = { ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last", " ": "play" }[e.key];
  if (!key || (e.key === " " && e.target.closest("button, input"))) return;
  e.preventDefault();
  actions[key]();
});
speak();
address();
