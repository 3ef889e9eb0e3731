// The inputs of the formula, each with a field and a slider, the cells of arrays, and the range of
// the slider. Scenes find the fields by the row that they are for.
const entries = {};
{
  const MOST_CELLS = 64, ranges = new Map(), held = new Set(), chips = new Map();
  const box = $(".inputs");
  let shown = "";

  const whole = (x) => (typeof x === "number" ? String(x) : `[${nested(x.shape, [...x.data]).join(", ")}]`);
  const nested = (shape, data) => (shape.length < 2 ? data : Array.from({ length: shape[0] }, (_, i) => `[${nested(shape.slice(1), data.slice((i * data.length) / shape[0], ((i + 1) * data.length) / shape[0])).join(", ")}]`));

  // 1, 2 or 5 times a power of ten, at least as large.
  function round(x) {
    const power = 10 ** Math.floor(Math.log10(x));
    return Number(([1, 2, 5].find((k) => k * power >= x * (1 - 1e-12)) ?? 10) * power);
  }

  // The range of a slider, which holds the value.
  function rangeOf(name, value) {
    const range = ranges.get(name) ?? { low: -5, high: 5, step: 0.1 };
    if (Math.abs(value) < Infinity && (value < range.low || value > range.high)) {
      if (value < range.low) range.low = -round(-1.5 * Math.min(value, -1e-3));
      else range.high = round(1.5 * value);
      range.step = round((range.high - range.low) / 200);
    }
    ranges.set(name, range);
    return range;
  }

  function made(parent, name, properties = {}, data = {}) {
    const e = document.createElement(name);
    Object.assign(e, properties);
    Object.assign(e.dataset, data);
    parent.append(e);
    return e;
  }
  function labelled(parent, name, label, properties, data) {
    const e = made(parent, name, properties, data);
    e.setAttribute("aria-label", label);
    return e;
  }
  const TEXT = { type: "text", autocomplete: "off", spellcheck: false };

  function cellsOf(chip, name, { shape, data }) {
    const grid = labelled(chip, "span", name, { className: "grid" }), wide = shape.at(-1);
    grid.setAttribute("role", "group");
    for (let k = 0; k < data.length; k += wide) {
      const row = made(grid, "span", { className: "row" });
      for (let i = k; i < k + wide; i += 1) labelled(row, "input", `${name}[${shape.length > 1 ? `${k / wide}, ` : ""}${i - k}]`, { ...TEXT, inputMode: "decimal" }, { name, at: i, step: 1 });
    }
  }

  function settings(chip, name, number) {
    const more = made(chip, "details"), summary = labelled(more, "summary", say("range", { name }), { textContent: "⋯" });
    summary.title = say("range", { name });
    const inside = made(more, "div");
    for (const [key, word] of number ? [["low", "from"], ["high", "to"], ["step", "by"]] : []) {
      const label = made(inside, "label", { textContent: `${say(word)} ` });
      made(label, "input", { ...TEXT, inputMode: "decimal", className: "bound" }, { name, bound: key, step: key === "step" ? 0.1 : 1 });
    }
    const label = made(inside, "label");
    made(label, "input", { type: "checkbox", checked: !held.has(name) }, { name, held: "" });
    label.append(` ${say("moves")}`);
  }

  // The elements that are for an input.
  function chip(name, value) {
    const e = made(box, "div", { className: "input" }), number = typeof value === "number";
    made(e, "span", { className: "name", textContent: name });
    if (number) labelled(e, "input", say("slider", { name }), { type: "range" }, { name, slider: "" });
    labelled(e, "input", name, { ...TEXT, className: "value", id: `in-${name}` }, { name, whole: "" });
    if (!number && value.shape.length < 3 && value.data.length <= MOST_CELLS) cellsOf(e, name, value);
    made(e, "span", { className: "gradient" }, { name, shows: "" });
    settings(e, name, number);
    return all("[data-name]", e);
  }

  // The fields of the names; what is being typed in stays as it is.
  entries.show = (names, values, rows) => {
    const now = JSON.stringify([lang, names, names.map((name) => values[name].shape)]);
    if (now !== shown) {
      const focused = document.activeElement?.id;
      shown = now;
      box.replaceChildren();
      chips.clear();
      for (const name of names) chips.set(name, chip(name, values[name]));
      if (focused?.startsWith("in-")) document.getElementById(focused)?.focus();
    }
    for (const name of names) {
      const row = rows[name], number = typeof values[name] === "number";
      const put = (e, key) => {
        if (row === undefined) delete e.dataset[key];
        else if (e.dataset[key] !== String(row)) e.dataset[key] = row;
      };
      for (const e of chips.get(name)) {
        if ("shows" in e.dataset) put(e, "gradient");
        else if ("slider" in e.dataset || "at" in e.dataset || (number && "whole" in e.dataset)) put(e, "row");
        if ("shows" in e.dataset && row === undefined) e.textContent = "";
      }
      entries.fill(name, values[name]);
    }
  };

  function put_(e, text) {
    if (e.value !== text) e.value = text;
    if (e.getAttribute("aria-invalid") === "true") e.setAttribute("aria-invalid", "false");
  }
  function slide(e, { low, high, step }, value) {
    for (const [key, bound] of [["min", low], ["max", high], ["step", step]]) if (e[key] !== String(bound)) e[key] = bound;
    if (Number(e.value) !== value) e.value = value;
  }

  // The value of an input in all of its fields.
  entries.fill = (name, value) => {
    for (const e of chips.get(name) || []) {
      if (e === document.activeElement && e.type === "text") continue;
      if ("slider" in e.dataset) slide(e, rangeOf(name, value), value);
      else if ("whole" in e.dataset) {
        put_(e, whole(value));
        if (typeof value === "number") e.dataset.step = rangeOf(name, value).step;
      }
      else if ("at" in e.dataset) put_(e, String(value.data[e.dataset.at]));
      else if ("bound" in e.dataset) put_(e, String(rangeOf(name, value)[e.dataset.bound]));
      else if ("held" in e.dataset) e.checked = !held.has(name);
    }
  };

  entries.range = (name, value) => rangeOf(name, value);
  entries.text = whole;
  entries.held = held;

  // What was typed into a field, or where its slider was moved to.
  function edited(e) {
    const { name, at: place, bound } = e.dataset;
    if ("held" in e.dataset) {
      if (e.checked) held.delete(name);
      else held.add(name);
      emit("held");
      return;
    }
    try {
      const value = "slider" in e.dataset ? Number(e.value) : assignments(`${name}=${e.value}`)[name];
      if (place || bound) refuse(value, e.value);
      e.setAttribute("aria-invalid", "false");
      if (bound) bind(name, bound, value);
      else emit("edit", name, value, place);
    } catch (error) {
      if (!(error instanceof FormulaError)) throw error;
      e.setAttribute("aria-invalid", "true");
      emit("fault", error);
    }
  }
  const refuse = (value, text) => { if (typeof value !== "number") throw new FormulaError(say("number wanted", { text })); };

  function bind(name, bound, value) {
    const range = { ...ranges.get(name), [bound]: value };
    if (!(range.low < range.high) || !(range.step > 0)) throw new FormulaError(say("empty range"));
    ranges.set(name, range);
    emit("range", name);
  }

  box.addEventListener("input", (e) => edited(e.target));
  // One range is open at a time, wholly in the window, and closes where one goes on.
  box.addEventListener("toggle", ({ target }) => {
    if (!target.open) return;
    for (const other of all("details[open]", box)) other.open = other === target;
    const inside = target.lastElementChild;
    inside.style.translate = "";
    inside.style.translate = `${Math.min(0, innerWidth - 8 - inside.getBoundingClientRect().right)}px`;
  }, true);
  document.addEventListener("pointerdown", (e) => { for (const open of all("details[open]", box)) if (!open.contains(e.target)) open.open = false; });
}
