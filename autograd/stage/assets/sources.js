// Which elements of the operands an element of a result is made from; hovering or focusing a cell
// lights them, and a product says its sum.
const sources = {
  // For each operand the places of its elements, and the pairs of places that a product sums.
  of(s, row, at) {
    const { op, args, kernel, attrs } = s.data.rows[row];
    if (!kernel) return { places: [], pairs: [] };
    const shapes = args.map((j) => asArray(s.values[j]).shape);
    if (kernel === "product" || kernel === "linear") return this.ofProduct(shapes, attrs, at);
    if (kernel === "moved") return { places: this.ofMove(shapes, attrs, at), pairs: [] };
    if (attrs.axes) {
      const map = attrs.shape.length === shapes[0].length && sizeOf(attrs.shape) === sizeOf(shapes[0])
        ? grouped(shapes[0], attrs.axes).map((to, k, all_) => (to === all_[at] ? at : -1)) : grouped(shapes[0], attrs.axes);
      return { places: [where(map, at)], pairs: [] };
    }
    return { places: R[op] ? shapes.map((shape) => [stretched(shape, attrs.shape)[at]]) : [], pairs: [] };
  },
  ofProduct(shapes, attrs, at) {
    const { operands, result } = productPlaces(shapes.slice(0, 2), attrs), products = where(result, at);
    const bias = shapes.slice(2).map((shape) => [stretched(shape, attrs.shape)[at]]);
    return { places: [...operands.map((places) => products.map((k) => places[k])), ...bias], pairs: products.map((k) => operands.map((places) => places[k])) };
  },
  ofMove(shapes, { from }, at) {
    let place = from ? from[at] : at;
    return shapes.map((shape) => {
      const here = place >= 0 && place < sizeOf(shape) ? [place] : [];
      place -= sizeOf(shape);
      return here;
    });
  },
};

const where = (map, at) => [...map.keys()].filter((k) => map[k] === at);

// W[0,1] for the second element of a matrix of two columns.
const element = (s, row, place) => {
  const { shape } = asArray(s.values[row]), strides = stridesOf(shape);
  return `${s.data.rows[row].name}[${shape.map((n, d) => Math.floor(place / strides[d]) % n).join(",")}]`;
};

// "Z[0,1] = 1 · 0.5 + 2 · (-1) = -1.5", the middle left out where it is long.
function sumOf(s, row, at, { places, pairs }) {
  if (pairs.length === 0) return "";
  const { args } = s.data.rows[row], number = (j, place) => asArray(s.values[j]).data[place];
  const signed = (text) => (text.startsWith("-") ? `(${text})` : text);
  const terms = pairs.map((pair) => pair.map((place, i) => signed(show(number(args[i], place)))).join(" · "));
  const bias = places.slice(2).map(([place], i) => signed(show(number(args[i + 2], place))));
  const shown = terms.length > 8 ? [...terms.slice(0, 4), "…", ...terms.slice(-2)] : terms;
  return `${element(s, row, at)} = ${[...shown, ...bias].join(" + ")} = ${show(asArray(s.values[row]).data[at])}`;
}

const cellsOf = (s, row) => $("g.cells.data:not(.strip)", s.nodes[row]?.g || document.createElement("p"));
let lit = null;

function light(s, row, at) {
  dim();
  const found = sources.of(s, row, at), { args } = s.data.rows[row];
  const groups = [[row, [at]], ...found.places.map((places, i) => [args[i], places])];
  for (const [j, places] of groups) {
    const boxes = all("rect", cellsOf(s, j));
    for (const place of places) boxes[place]?.classList.add("lit");
  }
  lit = [s, row, at];
  $(".sums", s.box).textContent = sumOf(s, row, at, found);
}

function dim() {
  for (const box of all(".cell.lit")) box.classList.remove("lit");
  for (const line of all(".sums")) line.textContent = "";
  lit = null;
}

for (const s of scenes) {
  const line = document.createElement("p");
  line.className = "sums";
  line.setAttribute("aria-live", "polite");
  $(".picture", s.box).append(line);
  for (const [row, { g }] of Object.entries(s.nodes)) {
    const cells = cellsOf(s, row);
    if (!cells) continue;
    const boxes = all("rect", cells), columns = Number(cells.dataset.columns), blank = () => cells.classList.contains("blank");
    const input = (at_) => $(`input[data-row="${row}"][data-at="${at_}"]`, s.box);
    boxes.forEach((box, place) => {
      box.addEventListener("pointerenter", () => { if (!blank()) light(s, Number(row), place); });
      box.addEventListener("pointerleave", dim);
      box.addEventListener("click", () => input(place)?.focus());
    });
    if (!s.data.rows[row].kernel) continue;
    cells.setAttribute("tabindex", "0");
    cells.setAttribute("role", "img");
    cells.setAttribute("aria-label", s.data.rows[row].name);
    let place = 0;
    cells.addEventListener("focus", () => { if (!blank()) light(s, Number(row), place); });
    cells.addEventListener("blur", dim);
    cells.addEventListener("keydown", (e) => {
      const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[e.key];
      if (!move || blank()) return;
      e.preventDefault();
      e.stopPropagation();
      if (boxes[place + move]) place += move;
      light(s, Number(row), place);
    });
  }
}

// A step or an edit changes the numbers of what is lit.
on("paint", (s) => {
  if (!lit || lit[0] !== s) return;
  const [, row, place] = lit;
  if (cellsOf(s, row).classList.contains("blank")) dim();
  else light(s, row, place);
});
