// The output against one input, with the tangent at the present point; one drags along it.
{
  const ROOM = { left: 48, top: 8, right: 412, bottom: 208 }, POINTS = 161, MOST_WORK = 60_000;
  const box = $(".plot"), svg = $("svg", box), choice = $("#plotted");
  let by = "", view = null;

  const numberAt = (x, place) => (typeof x === "number" ? x : x.data[place]);
  const end = (s) => s.data.rows.length - 1;
  const nameOf = (s, row, place) => (typeof s.values[row] === "number" ? s.data.rows[row].name : element(s, row, place));

  // What can be plotted against: inputs that are numbers, and elements of arrays.
  function offers(s) {
    return s.data.rows.flatMap((row, i) => (row.op || row.literal || !(row.name in playground.values) ? []
      : typeof s.values[i] === "number" ? [`${row.name}`] : [...s.values[i].data].slice(0, 64).map((_, k) => `${row.name}.${k}`)));
  }
  const placeOf = (s) => {
    const [name, place = "0"] = by.split(".");
    return [s.data.rows.findIndex((row) => !row.op && row.name === name), Number(place), name];
  };

  // The output as a function of an input: only the rows behind it are computed anew.
  function along(s, row, place) {
    const { rows } = s.data, v = [...s.values], behind = [], moved_ = new Set([row]);
    rows.forEach(({ op, args }, i) => { if (op && args.some((j) => moved_.has(j))) behind.push(i), moved_.add(i); });
    const work = behind.reduce((sum, i) => sum + 1 + (typeof v[i] === "number" ? 0 : v[i].data.length), 1);
    const at_ = (x) => {
      v[row] = typeof v[row] === "number" ? x : { ...s.values[row], data: s.values[row].data.map((y, k) => (k === place ? x : y)) };
      for (const i of behind) v[i] = arithmetic.value(rows[i], rows[i].args.map((j) => v[j]));
      return numberAt(v[end(s)], 0);
    };
    return { at: at_, points: Math.max(21, Math.min(POINTS, Math.floor(MOST_WORK / work))) };
  }

  // A range of heights that holds the point and most of the curve; poles do not count.
  function heights(ys, y) {
    const known = ys.filter((v) => Math.abs(v) < Infinity).sort((a, b) => a - b);
    let low = known[0] ?? 0, high = known.at(-1) ?? 1;
    const quarter = known[Math.floor(known.length / 4)], three = known[Math.floor((3 * known.length) / 4)], spread_ = three - quarter || Math.abs(three) || 1;
    low = Math.max(low, quarter - 4 * spread_);
    high = Math.min(high, three + 4 * spread_);
    if (Math.abs(y) < Infinity) [low, high] = [Math.min(low, y), Math.max(high, y)];
    const margin = (high - low) * 0.08 || Math.abs(high) * 0.1 || 1;
    return [low - margin, high + margin];
  }

  function ticks(low, high, most) {
    const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].find((k) => k * power >= rough) * power, found = [];
    for (let k = Math.ceil(low / step); k * step <= high && found.length < 20; k += 1) found.push(Number((k * step).toPrecision(12)));
    return found;
  }

  // A number at an axis, which has room for 6 letters.
  function tick(x) {
    const text = show(x);
    return (text.length > 6 ? x.toExponential().replace("e+", "e") : text).replaceAll("-", "−");
  }
  const across = (x) => ROOM.left + ((x - view.x[0]) / (view.x[1] - view.x[0])) * (ROOM.right - ROOM.left);
  const up = (y) => ROOM.bottom - ((y - view.y[0]) / (view.y[1] - view.y[0])) * (ROOM.bottom - ROOM.top);

  // The plot is drawn in pixels, so that its words keep their size.
  function measure() {
    const width = Math.max(120, svg.clientWidth), height = Math.max(80, svg.clientHeight);
    Object.assign(ROOM, { right: width - 8, bottom: height - 20 });
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const room = $("#plot-room rect", svg);
    for (const [name, x] of [["x", ROOM.left], ["y", ROOM.top], ["width", ROOM.right - ROOM.left], ["height", ROOM.bottom - ROOM.top]]) room.setAttribute(name, x);
  }

  function axes() {
    const g = drawn("g", { class: "ticks" });
    for (const x of ticks(...view.x, (ROOM.right - ROOM.left) / 60)) {
      g.append(drawn("path", { class: x === 0 ? "axis" : "rule", d: `M${across(x).toFixed(1)} ${ROOM.top}V${ROOM.bottom}` }));
      g.append(drawn("text", { x: across(x).toFixed(1), y: ROOM.bottom + 15, "text-anchor": "middle" }, tick(x)));
    }
    for (const y of ticks(...view.y, (ROOM.bottom - ROOM.top) / 32)) {
      g.append(drawn("path", { class: y === 0 ? "axis" : "rule", d: `M${ROOM.left} ${up(y).toFixed(1)}H${ROOM.right}` }));
      g.append(drawn("text", { x: ROOM.left - 6, y: (up(y) + 4).toFixed(1), "text-anchor": "end" }, tick(y)));
    }
    $(".ticks", svg).replaceWith(g);
  }

  function curve(xs, ys) {
    let d = "", pen = false;
    const tall = ROOM.bottom - ROOM.top;
    xs.forEach((x, k) => {
      const y = up(ys[k]), near_ = k && Math.abs(y - up(ys[k - 1])) < 3 * tall;
      if (!(Math.abs(y) < 1e5)) pen = false;
      else {
        d += `${pen && near_ ? "L" : "M"}${across(x).toFixed(1)} ${y.toFixed(1)}`;
        pen = true;
      }
    });
    return d;
  }

  function draw() {
    const s = scenes[0], known = offers(s);
    if (!known.includes(by)) by = known[0] ?? "";
    box.classList.toggle("none", !by);
    $("#plot-of").textContent = by ? say("plot", { output: s.data.rows[end(s)].name }) : "";
    if (choice.dataset.of !== known.join()) {
      choice.replaceChildren(...known.map((key) => new Option(key.includes(".") ? nameOf(s, ...placed_(s, key)) : key, key)));
      choice.dataset.of = known.join();
    }
    choice.value = by;
    if (!by) {
      $("#plot-said").textContent = say("no plot");
      return;
    }
    const [row, place, name] = placeOf(s), x = numberAt(s.values[row], place), y = numberAt(s.values[end(s)], 0), gradient = s.gradients[row], slope_ = gradient === undefined ? 0 : numberAt(gradient, place);
    const range = entries.range(name, x), { at: at_, points } = along(s, row, place);
    const xs = Array.from({ length: points }, (_, k) => range.low + ((range.high - range.low) * k) / (points - 1)), ys = xs.map(at_);
    view = { x: [range.low, range.high], y: drag ? drag.y : heights(ys, y), row, place, name };
    measure();
    axes();
    $(".curve", svg).setAttribute("d", curve(xs, ys));
    const fine = Math.abs(y) < Infinity && Math.abs(slope_) < Infinity, line = (t) => `${across(t).toFixed(1)} ${Math.max(-1e6, Math.min(1e6, up(y + slope_ * (t - x)))).toFixed(1)}`;
    $(".tangent", svg).setAttribute("d", fine ? `M${line(range.low)}L${line(range.high)}` : "");
    const here = $(".here", svg);
    here.setAttribute("cx", fine && Math.abs(x) < Infinity ? across(x) : -99);
    here.setAttribute("cy", fine ? up(y) : -99);
    $("#plot-said").textContent = say("tangent here", { input: nameOf(s, row, place), x: show(x), output: s.data.rows[end(s)].name, y: show(y), slope: show(slope_) }).replaceAll("-", "−");
  }
  const placed_ = (s, key) => { const [name, place] = key.split("."); return [s.data.rows.findIndex((row) => !row.op && row.name === name), Number(place)]; };

  // Dragging moves the input; the axes stay as long as it lasts.
  let drag = null;
  function moveTo(e) {
    const r = svg.getBoundingClientRect(), s = scenes[0], range = entries.range(view.name, 0);
    const share = (e.clientX - r.left - ROOM.left) / (ROOM.right - ROOM.left), raw = range.low + Math.min(1, Math.max(0, share)) * (range.high - range.low);
    const x = Number((Math.round(raw / range.step) * range.step).toPrecision(12)), old = s.values[view.row];
    if (typeof old === "number") emit("edit", view.name, x);
    else emit("edit", view.name, x, String(view.place));
  }
  svg.addEventListener("pointerdown", (e) => {
    if (!by || e.button) return;
    drag = view;
    svg.setPointerCapture(e.pointerId);
    moveTo(e);
  });
  svg.addEventListener("pointermove", (e) => { if (drag) moveTo(e); });
  for (const over of ["pointerup", "pointercancel"]) svg.addEventListener(over, () => { if (drag) { drag = null; draw(); } });
  choice.addEventListener("change", () => {
    by = choice.value;
    draw();
    keepAddress();
  });

  new ResizeObserver(() => { if (scenes[0] && by) draw(); }).observe(svg);
  const again = () => { if (scenes[0]) pace.calmly("plot", draw); };
  on("made", again);
  on("inputs", (s) => { if (s === scenes[0]) draw(); });
  on("range", again);
  on("language", again);
  Object.assign(entries, { plotted: () => by, plot: (key) => { by = key; } });
}
