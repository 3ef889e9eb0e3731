// Operands that are out of sight stand at the edge of the view, as copies of their cards; of many,
// the first and the last few, and the rest as one port.
function undock() {
  for (const e of all(".scene g.dock")) e.remove(); // and not in the frames on paper
  for (const e of all(".scene .node.docked")) e.classList.remove("docked");
}

// The strip beside or above the rest of the stage in which copies of the cards of `rows` stand, as
// large as there is room for them all, and never too small to be read, else null; `more` operands have no card
// or no place. Its sizes are in pixels, and those of `places` in the units of the picture.
function stripOf(rows, more, card, scale) {
  const { width, height } = lens(), gap = 10, least = Math.min(scale, 0.87);
  const sizes = rows.map((row) => bounds(row)).map((b) => [b.right - b.left, b.bottom - b.top]);
  const own = [card.right - card.left + 3 * gap, card.bottom - card.top + 3 * gap];
  const order = rows.map((_, i) => (i % 2 ? rows.length - 1 - (i >> 1) : i >> 1));
  for (let count = rows.length; count > 0; count -= 1) {
    const kept = order.slice(0, count).sort((a, b) => a - b), out = rows.filter((_, i) => !kept.includes(i));
    const names = more || out.length > 2 ? `×${more + out.length}` : out.map((row) => scene().card(row).dataset.node).join(", ");
    const items = kept.map((i) => ({ row: rows[i], size: sizes[i] }));
    if (names) items.splice(Math.ceil(count / 2), 0, { names, size: [Math.max(80, names.length * 8 + 20), 24] });
    for (let size = scale; ; size = Math.max(least, size * 0.9)) {
      for (const beside of [true, false]) { // the active card is no smaller than the copies
        const placed = inRows(items, beside ? 0 : width / size - gap, gap), used = (beside ? placed.width : placed.height) * size;
        const fits = beside ? placed.height * size <= height && used + own[0] * size <= width : placed.width * size <= width && used + own[1] * size <= height;
        if (!fits) continue;
        const room = beside ? { left: used, top: 0, width: width - used, height } : { left: 0, top: used, width, height: height - used };
        return { ...placed, beside, size, room, card };
      }
      if (size === least) break;
    }
  }
  return null;
}

// Items one after the other in rows of a width; a narrow one has one item in each row.
function inRows(items, across, gap) {
  const placed = [];
  let x = gap, y = gap, tall = 0, wide = 0;
  for (const item of items) {
    const [w, h] = item.size;
    if (x > gap && x + w > across) [x, y, tall] = [gap, y + tall + gap, 0];
    placed.push({ ...item, x, y });
    x += w + gap;
    tall = Math.max(tall, h);
    wide = Math.max(wide, x);
  }
  return { items: placed, width: wide, height: y + tall + gap };
}

// Draws the strip at the edge of the view, which is seen at a scale.
function dock(view, strip, scale) {
  const { items, beside, size, card } = strip, s = scene(), k = size / scale, { room } = strip;
  const g = drawn("g", { class: "dock" }), lines = drawn("g", { class: "dock" });
  const length = beside ? room.left / scale : room.top / scale;
  g.append(drawn("rect", { class: "dock-plate", x: view.x - 2, y: view.y - 2, width: beside ? length + 2 : view.w + 4, height: beside ? view.h + 4 : length + 2 }));
  s.card(items.find(({ row }) => row !== undefined).row).parentNode.prepend(lines); // cards are not crossed out
  const shift = beside ? [0, Math.max(0, (view.h - strip.height * k) / 2)] : [Math.max(0, (view.w - strip.width * k) / 2), 0];
  const to = beside ? [card.left, (card.top + card.bottom) / 2] : [(card.left + card.right) / 2, card.top];
  for (const { row, names, x, y, size: [w, h] } of items) {
    const left = view.x + shift[0] + x * k, top = view.y + shift[1] + y * k;
    if (row === undefined) {
      const port = drawn("g", { transform: `translate(${left} ${top}) scale(${k})` });
      port.append(drawn("rect", { class: "dock-port", width: w, height: h, rx: 12 }), drawn("text", { class: "dock-count", x: w / 2, y: 16.5, "text-anchor": "middle" }, names));
      g.append(port);
      continue;
    }
    const b = bounds(row), copy = copied(s.card(row));
    copy.dataset.copy = row;
    copy.setAttribute("transform", `translate(${left} ${top}) scale(${k}) translate(${-b.left} ${-b.top}) ${copy.getAttribute("transform") ?? ""}`);
    g.append(copy);
    s.card(row).classList.add("docked"); // what is seen of it beside the strip is pale
    const from = beside ? [left + w * k, top + (h * k) / 2] : [left + (w * k) / 2, top + h * k];
    lines.append(drawn("path", { class: "dock-line", d: `M${from[0]} ${from[1]}L${to[0]} ${to[1]}` }));
  }
  s.svg.append(g);
}

// A card as a picture: nothing of what makes it the active one, a button, or found by a test.
function copied(card) {
  const copy = card.cloneNode(true);
  for (const e of [copy, ...all("*", copy)]) {
    for (const name of ["id", "data-node", "data-row", "data-box", "role", "tabindex", "aria-label", "aria-expanded", "aria-current"]) e.removeAttribute(name);
  }
  copy.classList.remove("now", "docked");
  copy.setAttribute("aria-hidden", "true");
  return copy;
}

on("paint", (s) => {
  for (const old of all("g.dock [data-copy]", s.svg)) {
    const card = s.card(old.dataset.copy);
    if (!card) continue;
    const copy = copied(card);
    copy.dataset.copy = old.dataset.copy;
    copy.setAttribute("transform", old.getAttribute("transform"));
    old.replaceWith(copy);
  }
});
