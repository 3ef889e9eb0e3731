// The drawing of the network: a small heat map for each neuron, and a line for each weight.
const drawing = {};
{
  const net = $("#net"), lines = $("#edges"), tip = $("#tip");
  let units = [], edges = [], biases = [], made = null, said_ = 0;

  const element = (parent, name, properties = {}, data = {}) => {
    const e = document.createElement(name);
    Object.assign(e, properties);
    Object.assign(e.dataset, data);
    parent.append(e);
    return e;
  };
  const press = (parent, text, label_, act, off = false) => {
    const e = element(parent, "button", { type: "button", textContent: text, title: label_, disabled: off });
    e.setAttribute("aria-label", label_);
    e.addEventListener("click", act);
    return e;
  };
  const nameOf = (k) => {
    const { layers } = live.training.network, l = layers.findIndex((layer) => k < layer.biases + layer.n), layer = layers[l];
    if (k >= layer.biases) return `b${lowered(l + 1, k - layer.biases + 1)}`;
    return `w${lowered(l + 1, Math.floor((k - layer.weights) / layer.n) + 1, ((k - layer.weights) % layer.n) + 1)}`;
  };

  // The columns of inputs, hidden layers and outputs, anew.
  drawing.build = () => {
    const { network, settings: now } = live.training, focused = document.activeElement?.id, columns = $("#columns");
    columns.replaceChildren();
    units = [];
    biases = [];
    const first = element(columns, "div", { className: "column inputs-column" });
    element(element(first, "div", { className: "head" }), "h3", { textContent: say("inputs column") });
    units.push(inputsOf(element(first, "div", { className: "units" }), now));
    network.layers.forEach((layer, l) => {
      const last_ = l === network.layers.length - 1, column_ = element(columns, "div", { className: "column" }), head = element(column_, "div", { className: "head" });
      element(head, "h3", { textContent: last_ ? say("output column") : say("layer", { n: l + 1 }) });
      if (!last_) headOfLayer(head, l, layer);
      const box = element(column_, "div", { className: "units" });
      units.push(Array.from({ length: layer.n }, (_, j) => unitOf(box, l, j, last_)));
    });
    const { hidden } = now;
    $("#fewer").disabled = hidden.length === 0;
    $("#more").disabled = hidden.length >= settings.mostLayers;
    $("#layers").textContent = say(hidden.length === 1 ? "one hidden layer" : "hidden layers", { n: hidden.length });
    listParameters();
    made = network;
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    drawing.lay();
  };

  function headOfLayer(head, l, layer) {
    const row = element(head, "div", { className: "counts" });
    press(row, "−", say("fewer neurons", { n: l + 1 }), () => settings.units(l, -1), layer.n <= 1).id = `fewer-${l}`;
    element(row, "span", { textContent: String(layer.n) });
    press(row, "+", say("more neurons", { n: l + 1 }), () => settings.units(l, 1), layer.n >= settings.mostUnits).id = `more-${l}`;
    const choice = element(head, "select", { id: `activation-${l}` });
    choice.setAttribute("aria-label", say("activation of", { n: l + 1 }));
    choice.append(...lesson.activations.map((name) => new Option(name, name)));
    choice.value = layer.name;
    choice.addEventListener("change", () => settings.activation(l, choice.value));
  }

  function inputsOf(box, now) {
    return Object.entries(FEATURES).map(([name, { text }]) => {
      const on_ = now.inputs.includes(name), e = element(box, "button", { type: "button", className: "tile feature", id: `input-${name}` });
      element(e, "span", { textContent: text });
      const canvas = element(e, "canvas");
      e.setAttribute("aria-pressed", String(on_));
      e.setAttribute("aria-label", say("input of the network", { name: text }));
      e.addEventListener("click", () => settings.input(name));
      return { e, canvas, name, on: on_ };
    });
  }

  function unitOf(box, l, j, last_) {
    const e = element(box, "div", { className: "unit" }), layer = live.training.network.layers[l], k = layer.biases + j;
    const tile = element(e, "button", { type: "button", className: "tile", id: `unit-${l}-${j}` }), canvas = element(tile, "canvas");
    tile.addEventListener("click", () => graphView.show(live.point, l, j));
    for (const [event, act] of [["pointerenter", true], ["focus", true], ["pointerleave", false], ["blur", false]]) {
      tile.addEventListener(event, () => {
        live.looked = act && !last_ ? [l, j] : null;
        live.draw(!live.playing);
      });
    }
    const bias = element(e, "button", { type: "button", className: "bias", id: `bias-${l}-${j}` }, { k });
    bias.addEventListener("click", () => drawing.choose(k));
    hovered(bias, k);
    biases.push([bias, k]);
    return { e: tile, canvas, name: last_ ? (layer.n > 1 ? say("output n", { n: j + 1 }) : say("output column")) : say("neuron of", { n: j + 1, layer: l + 1 }) };
  }

  // Beside the pointer stands the number that it points at.
  function hovered(e, k) {
    e.addEventListener("pointermove", (event) => {
      const box = net.getBoundingClientRect();
      tip.textContent = `${nameOf(k)} = ${show(live.training.theta[k]).replace("-", "−")}`;
      tip.hidden = false;
      tip.style.translate = `${Math.min(event.clientX - box.left + 12, box.width - tip.offsetWidth - 4)}px ${event.clientY - box.top + 12}px`;
    });
    e.addEventListener("pointerleave", () => { tip.hidden = true; });
  }

  // The lines between the maps, where these stand now.
  drawing.lay = () => {
    const inner = $("#net-inside"), box = inner.getBoundingClientRect(), { network } = live.training;
    if (!box.width) return;
    lines.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
    const middle = (e, side) => {
      const b = e.getBoundingClientRect();
      return [b[side] - box.left, b.top + b.height / 2 - box.top];
    };
    edges = [];
    const parts = [];
    network.layers.forEach((layer, l) => {
      const from = l ? units[l] : units[0].filter((unit) => unit.on);
      from.forEach((unit, i) => {
        for (let j = 0; j < layer.n; j += 1) {
          const k = layer.weights + i * layer.n + j, [x0, y0] = middle(unit.e, "right"), [x1, y1] = middle(units[l + 1][j].e, "left"), bend = (x1 - x0) / 2;
          const d = `M${x0.toFixed(1)} ${y0.toFixed(1)}C${(x0 + bend).toFixed(1)} ${y0.toFixed(1)} ${(x1 - bend).toFixed(1)} ${y1.toFixed(1)} ${x1.toFixed(1)} ${y1.toFixed(1)}`;
          const line = drawn("path", { d, class: "weight" }), wide = drawn("path", { d, class: "near" });
          wide.addEventListener("click", () => drawing.choose(k));
          hovered(wide, k);
          edges.push([line, k]);
          parts.push(line, wide);
        }
      });
    });
    lines.replaceChildren(...parts);
    drawing.weights();
  };
  new ResizeObserver(() => { if (made && !$("#net-inside").style.zoom) drawing.lay(); }).observe($("#net-inside"));

  // What does not change is not painted again.
  const named = (e, kind) => { if (e.getAttribute("class") !== kind) e.setAttribute("class", kind); };
  drawing.weights = () => {
    const { theta } = live.training, chosen = Number($("#parameter").value);
    for (const one of edges) {
      const [line, k, before] = one, width = Math.min(9, 0.6 + 2.2 * Math.abs(theta[k]));
      if (!(Math.abs(width - before) < 0.12)) line.style.strokeWidth = (one[2] = width).toFixed(2);
      named(line, `weight ${theta[k] < 0 ? "negative" : "positive"}${k === chosen ? " chosen" : ""}`);
    }
    for (const [e, k] of biases) named(e, `bias ${theta[k] < 0 ? "negative" : "positive"}${k === chosen ? " chosen" : ""}`);
    const field = $("#value");
    if (document.activeElement !== field) field.value = String(Number(theta[chosen].toPrecision(6)));
  };

  // The maps of all units; what they are for those who do not see them is said twice a second.
  drawing.maps = (layers, now) => {
    const speaks = now || performance.now() - said_ > 500;
    for (const unit of units[0]) if (!unit.done) maps.unit(unit.canvas, maps.feature(unit.name, maps.coarse));
    for (const unit of units[0]) unit.done = true;
    layers.forEach((values, l) => values.forEach((out, j) => {
      const unit = units[l + 1][j], [low, high] = maps.unit(unit.canvas, out);
      if (speaks) unit.e.setAttribute("aria-label", say("map", { name: unit.name, low: show(low), high: show(high) }));
    }));
    if (speaks) {
      said_ = performance.now();
      for (const [e, k] of biases) e.setAttribute("aria-label", `${say("bias")} ${nameOf(k)}: ${show(live.training.theta[k])}`);
    }
  };
  drawing.repaint = () => { for (const unit of units[0] ?? []) unit.done = false; };

  // -- a weight or a bias by its name --------------------------------------------------------------------

  function listParameters() {
    const { layers } = live.training.network, choice = $("#parameter"), before = Number(choice.value);
    choice.replaceChildren(...layers.map((layer, l) => {
      const group = document.createElement("optgroup");
      group.label = l === layers.length - 1 ? say("output column") : say("layer", { n: l + 1 });
      for (let k = layer.weights; k < layer.biases + layer.n; k += 1) group.append(new Option(nameOf(k), k));
      return group;
    }));
    choice.value = String(before < live.training.network.count ? before : 0);
  }
  drawing.choose = (k) => {
    $("#parameter").value = String(k);
    drawing.weights();
    $("#value").focus();
    $("#value").select();
  };
  $("#parameter").addEventListener("change", drawing.weights);
  $("#edit").addEventListener("submit", (e) => {
    e.preventDefault();
    const field = $("#value"), value = typedNumber(field.value), fine = Number.isFinite(value);
    field.setAttribute("aria-invalid", String(!fine));
    settings.tell(fine ? "" : say("no number", { text: field.value.slice(0, 20) }), !fine);
    if (!fine) return;
    live.goOn();
    live.training.change(Number($("#parameter").value), value);
    live.noted();
    live.draw(true);
    keepAddress();
  });
  $("#value-graph").addEventListener("click", () => {
    const k = Number($("#parameter").value), { layers } = live.training.network, l = layers.findIndex((layer) => k < layer.biases + layer.n), layer = layers[l];
    graphView.show(live.point, l, k < layer.biases ? (k - layer.weights) % layer.n : k - layer.biases, k);
  });
  $("#fewer").addEventListener("click", () => settings.layers(-1));
  $("#more").addEventListener("click", () => settings.layers(1));
}
