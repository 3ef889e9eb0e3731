// The losses of training and held-out rows by epochs, as a chart with axes.
const chart = {};
{
  const MOST = 400, LEFT = 46, RIGHT = 352, TOP = 10, FOOT = 102;
  const svg = $("#losses");

  // Round numbers that divide a range in about so many parts.
  const ticks = (high, parts) => {
    const raw = high / parts, power = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 5, 10].find((k) => k * power >= raw * 0.999) * power;
    return Array.from({ length: Math.floor(high / step + 1e-9) + 1 }, (_, i) => i * step);
  };
  const line = (points, x, y, key) => points.filter((p) => Number.isFinite(p[key])).map((p, i) => `${i ? "L" : "M"}${x(p.epoch).toFixed(1)} ${y(p[key]).toFixed(1)}`).join("");

  // Of a long training every second point stays.
  chart.add = (epoch, train, test) => {
    const { history } = live;
    if (history.at(-1)?.epoch === epoch) history.pop();
    history.push({ epoch, train, test });
    if (history.length > MOST) live.history = history.filter((_, i) => i % 2 === 0 || i === history.length - 1);
  };

  chart.draw = () => {
    const { history } = live, known = history.flatMap((p) => [p.train, p.test]).filter(Number.isFinite), end = Math.max(1, history.at(-1)?.epoch ?? 1), high = Math.max(1e-9, ...known) * 1.05;
    const x = (e) => LEFT + ((RIGHT - LEFT) * e) / end, y = (v) => FOOT - ((FOOT - TOP) * v) / high;
    const marks = [];
    for (const v of ticks(high, 4)) marks.push(drawn("path", { class: "rule", d: `M${LEFT} ${y(v)}H${RIGHT}` }), drawn("text", { x: LEFT - 5, y: y(v) + 4, "text-anchor": "end" }, show(v)));
    for (const e of ticks(end, 5)) marks.push(drawn("path", { class: "rule", d: `M${x(e)} ${FOOT}v4` }), drawn("text", { x: x(e), y: FOOT + 15, "text-anchor": "middle" }, show(e)));
    marks.push(drawn("path", { class: "axis", d: `M${LEFT} ${TOP}V${FOOT}H${RIGHT}` }));
    marks.push(drawn("text", { x: (LEFT + RIGHT) / 2, y: FOOT + 30, "text-anchor": "middle" }, say("epoch")));
    $(".marks", svg).replaceChildren(...marks);
    $(".train", svg).setAttribute("d", line(history, x, y, "train"));
    $(".test", svg).setAttribute("d", line(history, x, y, "test"));
  };
}
