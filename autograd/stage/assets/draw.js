// Sketches of the cards and edges that the page draws, alike in size and classes to those that Python draws.
const LETTER = 7.26, ROW_HEIGHT = 18, HEAD_HEIGHT = 25;

// The cells of a small array, as wide as its numbers now are; null for what has none.
const CELL = 15;
function cellsFor(...arrays) {
  const { shape } = arrays[0] || {};
  if (!shape?.length || !shape.every((n, d) => n > 0 && n <= (d < shape.length - 2 ? 1 : 8))) return null;
  const columns = shape.at(-1), rows = shape.at(-2) ?? 1, most = columns < 8 ? 7 : 6;
  const longest = Math.max(5, ...arrays.filter(Boolean).flatMap((array) => Array.from(array.data, (x) => fitted(x, most).length)));
  const wide = Math.round((longest * 10.5 * 0.605 + 5) * 10) / 10;
  return { columns, rows, letters: longest, wide, width: columns * wide, height: rows * CELL + 4 };
}

function drawCells(cells, key, right, top) {
  const parts = [], numbers = [];
  for (let k = 0; k < cells.rows * cells.columns; k += 1) {
    const x = right - cells.width + (k % cells.columns) * cells.wide, y = top + Math.floor(k / cells.columns) * CELL;
    parts.push(sketch("rect", { class: "cell zero", x, y, width: cells.wide - 1, height: CELL - 1 }));
    numbers.push(sketch("text", { x: x + (cells.wide - 1) / 2, y: y + 10.7 }));
  }
  parts.push(sketch("g", { class: "number", "text-anchor": "middle", "font-size": 10.5 }, numbers));
  return sketch("g", { class: `cells ${key}`, "data-columns": cells.columns, "data-letters": cells.letters }, parts);
}

const lineHeight = (line) => (line.cells ? Math.max(ROW_HEIGHT, line.cells.height) : ROW_HEIGHT);

function cardSize(card) {
  const head = [card.name, card.expression].filter(Boolean).join(" = "), more = card.times > 1 ? ` ×${card.times}` : "";
  const widths = card.lines.map((line) => (line.cells ? line.cells.width + line.word.length * LETTER + 14 : (line.word.length + line.room + 2) * LETTER));
  const wide = Math.max((head + more).length * LETTER, ...widths) + 20, tall = card.lines.reduce((sum, line) => sum + lineHeight(line), 0), stack = card.times > 1 ? 8 : 0;
  return [Math.max(130, wide) + stack, HEAD_HEIGHT + tall + 6 + stack];
}

// A card at (left, top): its group with `more` attributes, and the texts of its lines by their key.
function drawCard(card, left, top, more) {
  const [wide, tall] = cardSize(card), stack = card.times > 1 ? 8 : 0, width = wide - stack, height = tall - stack, rx = card.round ? 12 : 2;
  const parts = [sketch("title", {}, card.name)], texts = {}, kinds = card.kinds.join(" "), add = (...about) => parts[parts.push(sketch(...about)) - 1];
  if (stack) for (const k of [2, 1]) add("rect", { class: "shadow", x: 4 * k, y: 4 * k, width, height, rx });
  if (card.kinds.includes("output")) add("rect", { class: "ring", x: -3.5, y: -3.5, width: width + 7, height: height + 7, rx: rx + 3.5, fill: "none" });
  add("rect", { class: `card${card.kinds.includes("parameter") ? " parameter" : ""}`, width, height, rx });
  const r = Math.max(0, rx - 0.6), l = 0.6, e = width - 0.6, t = 0.6, f = HEAD_HEIGHT - 1;
  add("path", { class: "band", d: `M${l} ${f}V${t + r}Q${l} ${t} ${l + r} ${t}H${e - r}Q${e} ${t} ${e} ${t + r}V${f}Z` });
  const head = [sketch("tspan", { "font-weight": "bold" }, card.name)];
  if (card.expression) head.push(sketch("tspan", {}, ` = ${card.expression}`));
  add("text", { class: "name", x: 10, y: 17 }, head);
  const count = Math.max(card.times, card.port || 1);
  if (count > 1) add("text", { class: "word", x: width - 10, y: 17, "text-anchor": "end" }, `×${count}`);
  let below = HEAD_HEIGHT;
  for (const line of card.lines) {
    const base = below + ROW_HEIGHT - 4, at_ = { class: line.key, x: width - 10, y: base, "text-anchor": "end" };
    if (line.word) add("text", { class: "word", x: 10, y: base }, line.word);
    if (line.cells) parts.push(drawCells(line.cells, line.key, width - 10, below + 3));
    else texts[line.key] = add("text", line.key === "terms" ? { ...at_, "font-size": "10.5" } : at_);
    below += lineHeight(line);
  }
  const kind = [kinds, ...card.lines.map(({ key, cells }) => (cells ? `${key} ${cells.rows} ${cells.columns}` : key)), count > 1, Boolean(card.expression)].join();
  return { g: sketch("g", { class: `node ${kinds}`, transform: `translate(${left} ${top})`, ...more }, parts, kind), ...texts };
}

// Where a label stands on a curve: as near its middle as it covers neither a card nor another label.
const PLACES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.1, 0.9];
function labelPlace(from, to, bend, wide, taken) {
  const on_ = (t, a, b, c, d) => a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t * t * (1 - t) + d * t ** 3;
  const at_ = (t) => [on_(t, from[0], from[0] + bend, to[0] - bend, to[0]), on_(t, from[1], from[1], to[1], to[1])];
  const free = ([x, y]) => taken.every(([left, top, w, h]) => x + wide / 2 < left || x - wide / 2 > left + w || y + 9 < top || y - 9 > top + h);
  const [x, y] = at_(PLACES.find((t) => free(at_(t))) ?? 0.5);
  taken.push([x - wide / 2, y - 9, wide, 18]);
  return [x, y];
}

// A curve from the right of one card to the left of another, by the lanes of the columns that it
// passes. Its label is a local derivative, or how many uses it stands for; it keeps clear of the
// rectangles that are taken.
function drawEdge(start, to, id, { single, uses }, taken, way = []) {
  let from = start, d = `M${from[0]} ${from[1]}`, dx;
  const curve = (end) => {
    dx = Math.max(24, Math.min(90, Math.abs(end[0] - from[0]) / 2));
    d += `C${from[0] + dx} ${from[1]} ${end[0] - dx} ${end[1]} ${end[0]} ${end[1]}`;
  };
  for (const [x, y, wide] of way) {
    curve([x, y]);
    from = [x + wide, y];
    d += `H${from[0]}`;
  }
  curve(to);
  const line = sketch("path", { class: "line", fill: "none", "stroke-width": 1.4, "marker-end": `url(#${id}-head)`, d });
  if (!single && uses.length < 2) return { g: sketch("g", { class: "edge" }, [line], "plain"), line };
  const text = single ? undefined : `×${uses.length}`, wide = text ? text.length * 6.6 + 6 : 56, [x, y] = labelPlace(from, to, dx, wide, taken);
  const transform = `translate(${x} ${y})`, plate = sketch("rect", { class: "plate", x: -wide / 2, y: -8.5, width: wide, height: 17, transform });
  const word = sketch("text", { class: text ? "word" : "local", y: 3.7, "text-anchor": "middle", "font-size": "10.5", transform }, text);
  const g = sketch("g", { class: "edge" }, [line, plate, word], single ? "single" : "uses");
  return single ? { g, line, plate, local: word } : { g, line };
}

function drawHeads(id) {
  const head = (name, kind) => sketch("marker", { id: `${id}-${name}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" }, [sketch("path", { class: kind, d: "M0 0.5 8 4 0 7.5Z" })]);
  return sketch("defs", {}, [head("head", "head"), head("back", "head back")]);
}
