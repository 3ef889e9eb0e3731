// Hovering or focusing a cell lights the cells that it is made from, and a product says its sum.
let lit = null;

// What is lit for a cell, as [row, which numbers, places], and the sum that is said.
function sourcesOfValue(s, row, at) {
  const { args } = s.data.rows[row], { places, pairs } = sources.of(s, row, at), number = (j, place) => asArray(s.values[j]).data[place];
  const groups = places.map((found, i) => [args[i], "data", found]);
  if (!pairs.length) return { groups, sum: "" };
  const bias = places.slice(pairs[0].length).map(([place], i) => [number(args[pairs[0].length + i], place)]);
  const terms = pairs.map((pair) => pair.map((place, i) => number(args[i], place)));
  return { groups, sum: `${element(s, row, at)} = ${sumText([...terms, ...bias])} = ${show(number(row, at))}` };
}

// Likewise for a cell of a gradient, by the consumers whose backward steps are done.
function sourcesOfGradient(s, row, at) {
  const out = s.data.rows.at(-1).name, done = new Set(), groups = [], terms = [];
  for (const step of s.steps.slice(0, s.shownStep)) {
    if (step.phase !== "backward") continue;
    if (!step.box) done.add(step.row);
    else for (let i = step.box.first; i <= step.box.last; i += 1) done.add(i);
  }
  let known = true;
  s.data.rows.forEach(({ args, kernel }, consumer) => args.forEach((j, slot) => {
    if (j !== row || !kernel || !done.has(consumer) || s.gradients[consumer] === undefined) return;
    const sent = sources.back(s, consumer, slot, at);
    groups.push([consumer, "grad", sent.gradient], ...sent.values.map(([i, places]) => [i, "data", places]));
    if (sent.terms) terms.push(...sent.terms);
    else known = false;
  }));
  const total_ = s.painted.grad[row];
  return { groups, sum: known && terms.length && total_?.data ? `∂${out}/∂${element(s, row, at)} = ${sumText(terms)} = ${show(total_.data[at])}` : "" };
}

// The cells of a row's values or gradients: on its card, and on the copy of it at the edge.
function cellsOf(s, row, key) {
  const cards = [s.nodes[row]?.g, ...all(`g.dock [data-copy="${row}"]`, s.svg)].filter(Boolean);
  return cards.flatMap((card) => all(`g.cells.${key}:not(.strip):not(.blank)`, card));
}

function light(s, row, key, at) {
  dim();
  const { groups, sum } = key === "data" ? sourcesOfValue(s, row, at) : sourcesOfGradient(s, row, at);
  for (const [j, which_, places] of [[row, key, [at]], ...groups]) {
    for (const cells of cellsOf(s, j, which_)) {
      const boxes = all("rect", cells);
      for (const place of places) boxes[place]?.classList.add("lit");
    }
  }
  lit = [s, row, key, at];
  $(".sums", s.box).textContent = sum;
}

function dim() {
  for (const box of all(".cell.lit")) box.classList.remove("lit");
  for (const line of all(".sums")) line.textContent = "";
  lit = null;
}

// The cell under an event: its row, whether it is of the values or the gradients, and its place.
function cellAt(target) {
  const cells = target.closest?.("g.cells:not(.strip):not(.blank)"), card = cells?.closest("[data-row], [data-copy]");
  if (!card) return null;
  const place = all("rect", cells).indexOf(target.closest("rect"));
  return { row: Number(card.dataset.row ?? card.dataset.copy), key: cells.classList.contains("data") ? "data" : "grad", cells, place };
}

eachScene((s) => {
  const line = document.createElement("p"), picture = s.svg;
  line.className = "sums";
  line.setAttribute("aria-live", "polite");
  picture.after(line);
  picture.addEventListener("pointerover", (e) => {
    const cell = cellAt(e.target);
    if (cell && cell.place >= 0) light(s, cell.row, cell.key, cell.place);
    else dim();
  }, s.life);
  picture.addEventListener("pointerleave", dim, s.life);
  picture.addEventListener("click", (e) => {
    const cell = cellAt(e.target);
    if (cell?.key === "data") $(`input[data-row="${cell.row}"][data-at="${cell.place}"]`, s.box)?.focus();
  }, s.life);
  picture.addEventListener("focusin", (e) => {
    const cell = cellAt(e.target);
    if (cell) light(s, cell.row, cell.key, 0);
  }, s.life);
  picture.addEventListener("focusout", dim, s.life);
  picture.addEventListener("keydown", (e) => {
    const cell = cellAt(e.target), columns = Number(cell?.cells.dataset.columns), count = cell && all("rect", cell.cells).length;
    const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[e.key];
    if (!cell || !move) return;
    e.preventDefault();
    e.stopPropagation();
    const from = lit && lit[1] === cell.row && lit[2] === cell.key ? lit[3] : 0;
    light(s, cell.row, cell.key, from + move >= 0 && from + move < count ? from + move : from);
  }, s.life);
});

// Cells can be focused once they show numbers, those of inputs by their fields.
on("paint", (s, k) => {
  s.shownStep = k;
  for (const [row, { g }] of Object.entries(s.nodes)) {
    for (const cells of all("g.cells:not(.strip)", g)) {
      const key = cells.classList.contains("data") ? "data" : "grad";
      if (key === "data" && !s.data.rows[row].kernel) continue;
      const names = { tabindex: "0", role: "img", "aria-label": `${key === "grad" ? "∂" : ""}${s.data.rows[row].name}` };
      for (const [name, value] of Object.entries(names)) cells.setAttribute(name, value);
    }
  }
  // A step or an edit changes the numbers of what is lit.
  if (!lit || lit[0] !== s) return;
  const [, row, key, place] = lit;
  if (cellsOf(s, row, key).length) light(s, row, key, place);
  else dim();
});
