// The page in which a trained network answers: its fields, its answer, its units and weights.
// network(numbers) gives the answer and what each layer holds.
const page = JSON.parse(document.querySelector("#network").textContent);
const said = (key) => page.words[document.documentElement.lang][key];
const made = (name, attrs = {}, ...children) => {
  const svg = ["svg", "g", "line", "circle", "rect", "text", "title"].includes(name);
  const e = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attrs)) e.setAttribute(key, value);
  e.append(...children);
  return e;
};
const form = document.querySelector("#fields"), answer = document.querySelector("#answer");
const sixDigits = (x) => (Number.isFinite(x) ? String(Number(x.toPrecision(6))) : String(x));

// -- the fields -----------------------------------------------------------------------------------

// A field as text, empty where it is missing; set from text, by which a link carries it.
function numberField(field, id) {
  const step = (field.high - field.low) / 200 || 0.01;
  const range = made("input", { type: "range", min: field.low, max: field.high, step: "any", "aria-label": field.name });
  const box = made("input", { type: "text", inputmode: "decimal", autocomplete: "off", "data-step": 1, id });
  const gap = field.optional && made("input", { type: "checkbox" });
  const label = made("label", { for: id }, field.name);
  const row = made("div", { class: "field" }, label, range, box);
  if (gap) row.append(made("label", { class: "gap" }, gap, " ", made("span", { "data-word": "missing" })));
  let kept = ""; // the last number, which stays while the text is none
  const keep_ = (value) => {
    range.value = kept = String(value);
    mark(box, "");
    if (gap) gap.checked = false;
  };
  range.addEventListener("input", () => {
    box.value = String(Number(Number(range.value).toPrecision(4)));
    keep_(box.value);
  });
  range.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
    if (!by) return;
    event.preventDefault();
    range.value = Number(range.value) + by * step;
    range.dispatchEvent(new Event("input", { bubbles: true }));
  });
  box.addEventListener("input", () => {
    const none = gap && box.value.trim() === "", value = none ? NaN : fieldNumber(box, said("a number"));
    if (value === value) keep_(value);
    if (!none) return;
    mark(box, "");
    gap.checked = true;
  });
  if (gap) gap.addEventListener("change", () => { box.value = kept; mark(box, ""); });
  return {
    row,
    text: () => (gap?.checked ? "" : kept),
    set(text) {
      const value = typedNumber(text);
      if (text === "" && gap) gap.checked = true;
      if (!Number.isFinite(value)) return;
      box.value = text;
      keep_(value);
    },
    numbers: (text) => [text === "" ? NaN : Number(text)],
  };
}

function wordField(field, id) {
  const select = made("select", { id }, ...field.words.map((word, k) => made("option", { value: k }, word)));
  if (field.optional) select.append(made("option", { value: "", "data-word": "missing" }));
  return {
    row: made("div", { class: "field" }, made("label", { for: id }, field.name), select),
    text: () => select.value,
    set: (text) => { if ([...select.options].some((option) => option.value === text)) select.value = text; },
    numbers: (text) => [text === "" ? NaN : Number(text)],
  };
}

function dateField(field, id) {
  const clock = field.parts.length > 3;
  const box = made("input", { type: clock ? "datetime-local" : "date", id });
  const label = made("label", { for: id }, field.name);
  return {
    row: made("div", { class: "field" }, label, box),
    text: () => box.value,
    set: (text) => { box.value = text; },
    numbers(text) {
      const found = text.match(/\d+/g);
      if (!found) return field.parts.map(() => NaN);
      const [year, month, day, hour = 0, minute = 0] = found.map(Number);
      return [year, month, day, hour + minute / 60].slice(0, field.parts.length);
    },
  };
}

function hashedField(field, id) {
  const box = made("input", { type: "text", id });
  return {
    row: made("div", { class: "field" }, made("label", { for: id }, field.name), box),
    text: () => box.value,
    set: (text) => { box.value = text; },
    numbers: (text) => [hashed(text, field)],
  };
}

const kinds = { number: numberField, date: dateField, hashed: hashedField };
const fields = page.fields.map((field, k) => {
  const one = (kinds[field.kind] || wordField)(field, `field${k}`);
  form.append(one.row);
  return one;
});
const begin = () => fields.forEach((one, k) => one.set(page.fields[k].start));

// -- the answer -----------------------------------------------------------------------------------

function showAnswer(y) {
  const best = y.indexOf(Math.max(...y)), known = y.every(Number.isFinite);
  if (!page.classes) {
    answer.replaceChildren(...page.outputs.map((name, k) => made("li", {}, made("b", {}, name), made("output", {}, known ? sixDigits(y[k]) : "–"))));
  } else {
    answer.replaceChildren(...page.classes.map((name, k) => {
      const full = made("b"), bar = made("i", { "aria-hidden": "true" }, full);
      full.style.width = `${known ? 100 * y[k] : 0}%`;
      const share = known ? `${(100 * y[k]).toFixed(1)} %` : "–";
      return made("li", k === best && known ? { class: "best" } : {}, made("b", {}, name), made("span", {}, share), bar);
    }));
  }
  document.querySelector("#lacking").textContent = form.querySelector("[aria-invalid=true]") ? said("a number") : known ? "" : said("lacking");
}

// -- its units and weights -------------------------------------------------------------------------

const drawing = document.querySelector("#drawing"), units = [];
const WIDE = 900, HIGH = Math.min(560, Math.max(160, 30 * Math.max(...page.layers.map((l) => (l.drawn ? l.count : 12)))));
function place(layer, k) {
  const x = 190 + (WIDE - 390) * (layer / (page.layers.length - 1));
  return [x, 30 + (HIGH * (k + 0.5)) / page.layers[layer].count];
}

function draw() {
  const svg = made("svg", { viewBox: `0 0 ${WIDE} ${HIGH + 50}`, role: "img", "aria-labelledby": "drawn" });
  page.weights.forEach((rows, layer) => {
    if (!rows) return;
    const most = Math.max(...rows.flat().map(Math.abs)) || 1;
    rows.forEach((row, i) => row.forEach((w, j) => {
      const [x1, y1] = place(layer, i), [x2, y2] = place(layer + 1, j), share = Math.abs(w) / most;
      svg.append(made("line", { x1, y1, x2, y2, "stroke-width": 0.3 + 2.2 * share, "stroke-opacity": 0.1 + 0.6 * share, ...(w < 0 && { class: "minus" }) }));
    }));
  });
  page.layers.forEach((layer, l) => {
    if (!layer.drawn) svg.append(made("rect", { x: place(l, 0)[0] - 22, y: 30, width: 44, height: HIGH }));
    const size = Math.min(11, (0.42 * HIGH) / layer.count), thick = HIGH / layer.count;
    units.push(Array.from({ length: layer.count }, (_, k) => {
      const [x, y] = place(l, k), tip = made("title");
      const shape = (kind) => (layer.drawn
        ? made("circle", { cx: x, cy: y, r: size, ...(kind && { class: kind }) })
        : made("rect", { x: x - 22, y: y - thick / 2, width: 44, height: thick, ...(kind && { class: kind }) }));
      const on = shape("on");
      svg.append(made("g", {}, tip, ...(layer.drawn ? [shape()] : []), on));
      if (layer.names && layer.drawn) {
        const first = l === 0, name = layer.names[k], short = name.length > 22 ? `${name.slice(0, 21)}…` : name;
        svg.append(made("text", { x: first ? x - 18 : x + 18, y: y + 4, "text-anchor": first ? "end" : "start" }, short));
      }
      return { on, tip, name: layer.names?.[k] };
    }));
    const [x] = place(l, 0);
    svg.append(made("text", { x, y: 16, "text-anchor": "middle" }, String(layer.count)));
  });
  drawing.append(svg);
}

function paint(layers) {
  layers.forEach((values, l) => {
    const most = Math.max(...values.map(Math.abs).filter(Number.isFinite), 1e-12);
    values.forEach((value, k) => {
      const { on, tip, name } = units[l][k];
      on.setAttribute("fill-opacity", Number.isFinite(value) ? Math.abs(value) / most : 0);
      on.classList.toggle("minus", value < 0);
      tip.textContent = `${name ? `${name}: ` : ""}${sixDigits(value)}`;
    });
  });
}

// -- all together ----------------------------------------------------------------------------------

const current = () => fields.flatMap((one) => one.numbers(one.text()));
const plain = (x) => (typeof x === "object" ? Array.from(x).flatMap(plain) : [x]);
let wait = null;
function update() {
  const [y, ...layers] = network(current()).map(plain);
  showAnswer(y);
  if (page.layers.length) paint([...layers, y]);
  clearTimeout(wait);
  wait = setTimeout(keep, 200);
}

// What one sees is in the link.
function keep() {
  const parts = [`lang=${document.documentElement.lang}`, ...fields.map((one, k) => `f${k}=${encodeURIComponent(one.text())}`)];
  try { history.replaceState(null, "", `#${parts.join("&")}`); } catch { /* a frame without an address */ }
}
function read() {
  const found = new URLSearchParams(location.hash.slice(1));
  fields.forEach((one, k) => { if (found.has(`f${k}`)) one.set(found.get(`f${k}`)); });
}
function translatePage() {
  for (const e of document.querySelectorAll("[data-word]")) e.textContent = said(e.dataset.word);
}
if (page.layers.length) draw();
begin();
read();
form.addEventListener("input", update);
document.querySelector("#again").addEventListener("click", () => { begin(); update(); });
on("language", () => { translatePage(); update(); });
window.addEventListener("hashchange", () => { read(); update(); });
