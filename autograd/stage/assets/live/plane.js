// The plane: what the network says of each point, the data over it, and axes.
const plane = {};
{
  const svg = $("#plane"), canvas = $("#map"), SIZE = 300, LEFT = 34, FOOT = 26;
  let marks = [];

  const place = (x, y) => {
    const [x0, x1, y0, y1] = live.training.data.view;
    return [LEFT + (SIZE * (x - x0)) / (x1 - x0), (SIZE * (y1 - y)) / (y1 - y0)];
  };
  // A mark for each class, so that no colour is needed to tell them apart.
  const SHAPES = [
    (r) => `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`,
    (r) => `M${-r} ${-r}H${r}V${r}H${-r}Z`,
    (r) => `M0 ${-1.3 * r}L${1.2 * r} ${0.9 * r}H${-1.2 * r}Z`,
    (r) => `M0 ${-1.4 * r}L${1.4 * r} 0L0 ${1.4 * r}L${-1.4 * r} 0Z`,
  ];
  // What is held out has a hole.
  const outline = (kind, r, held) => SHAPES[kind % SHAPES.length](r) + (held ? SHAPES[kind % SHAPES.length](0.55 * r) : "");

  function axes() {
    const [x0, x1, y0, y1] = live.training.data.view, own = live.training.settings.data === "own" ? live.given : null, parts = [];
    const [mx, my] = own ? own.middle : [0, 0], [sx, sy] = own ? own.scale : [1, 1], [nx, ny] = own ? own.names : ["x₁", "x₂"];
    const round = (low, high) => {
      const raw = (high - low) / 5, power = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 5, 10].find((n) => n * power >= raw) * power;
      return Array.from({ length: 12 }, (_, i) => (Math.ceil(low / step) + i) * step).filter((v) => v <= high).map((v) => Number(v.toPrecision(12)));
    };
    for (const v of round(mx + sx * x0, mx + sx * x1)) {
      const [x] = place((v - mx) / sx, 0);
      parts.push(drawn("path", { class: "rule", d: `M${x} ${SIZE}v4` }), drawn("text", { x, y: SIZE + 14, "text-anchor": "middle" }, show(v).replace("-", "−")));
    }
    for (const v of round(my + sy * y0, my + sy * y1)) {
      const [, y] = place(0, (v - my) / sy);
      parts.push(drawn("path", { class: "rule", d: `M${LEFT} ${y}h-4` }), drawn("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, show(v).replace("-", "−")));
    }
    parts.push(drawn("path", { class: "axis", d: `M${LEFT} 0V${SIZE}H${LEFT + SIZE}` }));
    parts.push(drawn("text", { class: "axis-name", x: LEFT + SIZE - 2, y: SIZE - 6, "text-anchor": "end" }, nx), drawn("text", { class: "axis-name", x: LEFT + 6, y: 14 }, ny));
    return parts;
  }

  // The points: those that are trained on filled, those held out hollow.
  plane.build = () => {
    const { data } = live.training, held = new Set(data.test), largest = plane.largest = Math.max(1e-9, ...data.points.map(([, , t]) => Math.abs(t)));
    marks = data.points.map(([x, y, target], i) => {
      const [px, py] = place(x, y), kind = data.classes ? target : target < 0 ? 0 : 1, r = data.points.length > 400 ? 2.6 : 3.6;
      const e = drawn("path", { d: outline(data.classes ? target : 0, held.has(i) ? 1.15 * r : r, held.has(i)), "fill-rule": "evenodd", transform: `translate(${px.toFixed(1)} ${py.toFixed(1)})`, class: `point c${kind}${held.has(i) ? " held" : ""}` });
      if (!data.classes) e.style.fillOpacity = String(0.25 + (0.75 * Math.abs(target)) / largest);
      return e;
    });
    $(".axes", svg).replaceChildren(...axes());
    $(".points", svg).replaceChildren(...marks);
    plane.mark();
    legend(data.classes);
  };
  plane.mark = () => {
    const [x, y] = live.training.data.points[live.point];
    $(".here", svg).setAttribute("transform", `translate(${place(x, y).map((v) => v.toFixed(1)).join(" ")})`);
  };

  function legend(classes) {
    const names = live.training.settings.data === "own" ? live.given.classes : Array.from({ length: classes }, (_, k) => say("class n", { n: k }));
    const item = (k, text, held = false, colour = k) => {
      const e = document.createElement("li"), picture = drawn("svg", { viewBox: "-6 -6 12 12", "aria-hidden": "true" });
      picture.append(drawn("path", { class: `point c${colour}`, d: outline(k, 4, held), "fill-rule": "evenodd" }));
      e.append(picture, text);
      return e;
    };
    const items = classes ? names.map((name, k) => item(k, name)) : [item(0, say("above 0 is"), false, 1), item(0, say("below 0 is"))];
    $("#legend").replaceChildren(...items, item(0, say("held out is"), true));
  }

  // The map of the output, or of the neuron that is looked at.
  plane.draw = (layers, speaks) => {
    const { data } = live.training, { looked } = live;
    if (looked && layers[looked[0]]?.[looked[1]]) {
      const [low, high] = maps.unit(canvas, layers[looked[0]][looked[1]]), name = say("neuron of", { n: looked[1] + 1, layer: looked[0] + 1 });
      $("#shown").textContent = say("map", { name, low: show(low), high: show(high) });
      return;
    }
    const found = maps.output(canvas, layers.at(-1), data.classes, plane.largest);
    $("#shown").textContent = data.classes ? say("decision") : say("predicted number");
    if (!speaks) return;
    const names = live.training.settings.data === "own" ? live.given.classes : null;
    const text = data.classes ? found.map((part, k) => say("share of class", { name: names?.[k] ?? say("class n", { n: k }), share: Math.round(100 * part) })).join(", ") : say("map", { name: say("output column"), low: show(found[0]), high: show(found[1]) });
    svg.setAttribute("aria-label", `${say("plane said", { n: data.points.length, held: data.test.length })} ${text}`);
  };

  // A click takes the nearest point, and opens its graph.
  svg.addEventListener("click", (e) => {
    const box = svg.getBoundingClientRect(), k = (LEFT + SIZE + 8) / box.width, x = (e.clientX - box.left) * k, y = (e.clientY - box.top) * k - 6;
    let best = -1, near = 15 ** 2;
    live.training.data.points.forEach((point, i) => {
      const [px, py] = place(point[0], point[1]), d = (px - x) ** 2 + (py - y) ** 2;
      if (d < near) [near, best] = [d, i];
    });
    if (best >= 0) graphView.show(best);
  });
}
