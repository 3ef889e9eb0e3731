// The cells of the cards: their numbers and colours follow the picture as it is painted.
const LEVELS = 4;

// A number with as many of its first 4 digits as there are letters for.
function fitted(value, letters) {
  let text = show(value);
  for (let digits = 3; digits > 0 && text.length > letters && Math.abs(value) < Infinity; digits -= 1) text = significant(value, digits);
  return text;
}

// From -4 to 4, by the largest element; what is not finite has none of them and counts 0.
function levelsOf(data) {
  const finite = Array.from(data, (x) => (Math.abs(x) < Infinity ? x : 0));
  const largest = finite.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return finite.map((x) => (largest ? Math.sign(x) * Math.min(LEVELS, Math.ceil(LEVELS * Math.abs(x / largest))) : 0));
}

const levelClass = (level) => `cell ${level ? (level > 0 ? "plus" : "less") + Math.abs(level) : "zero"}`;

// Rows of numbers averaged into `most` rows, and turned.
function averaged(matrix, most) {
  const n = matrix.length, starts = [...Array(Math.min(n, most)).keys()].map((k) => Math.floor((k * n) / Math.min(n, most)));
  const means = starts.map((from, k) => {
    const part = matrix.slice(from, starts[k + 1]);
    return part[0].map((_, c) => part.reduce((sum, row) => sum + row[c], 0) / part.length);
  });
  return means[0].map((_, c) => means.map((row) => row[c]));
}

function fillStrip(g, { shape, data }) {
  const { rows, columns, left, top } = g.dataset, width = shape.at(-1), matrix = [];
  for (let k = 0; k < data.length; k += width) matrix.push([...data.slice(k, k + width)]);
  const pixels = averaged(averaged(matrix, Number(rows)), Number(columns)).flat(), paths = {};
  levelsOf(pixels).forEach((level, k) => {
    const x = Number(left) + (k % columns) * 6, y = Number(top) + Math.floor(k / columns) * 6;
    paths[level] = `${paths[level] || ""}M${x} ${y}h6v6h-6z`;
  });
  all("path", g).forEach((path, k) => path.setAttribute("d", paths[k - LEVELS] || ""));
}

// Shows an array in its cells; undefined leaves them as they are drawn, null blanks them.
function fillCells(g, array) {
  g.classList.toggle("blank", array === null);
  g.drawn ??= all("text", g).map((text) => text.textContent);
  if (!array) {
    all("text", g).forEach((text, k) => putText(text, array === null ? "" : g.drawn[k]));
    return;
  }
  if (g.classList.contains("strip")) {
    fillStrip(g, array);
    return;
  }
  const levels = levelsOf(array.data), texts = all("text", g);
  all("rect", g).forEach((rect, k) => {
    putAttribute(rect, "class", levelClass(levels[k]));
    putText(texts[k], fitted(array.data[k], Number(g.dataset.letters)));
  });
}

on("paint", (s) => {
  for (const [row, { g }] of Object.entries(s.nodes)) {
    for (const cells of all("g.cells", g)) {
      const { data, grad } = s.painted, value = cells.classList.contains("data") ? data[row] : grad[row] ?? null;
      fillCells(cells, typeof value === "string" ? undefined : value);
    }
  }
});
