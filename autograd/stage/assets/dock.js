// Operands that are out of sight stand at the edge of the view, as copies of their cards; of many,
// the first and the last few, and the rest as one port.
function undock() {
  for (const e of all("svg.tracegrad > g.dock")) e.remove();
}

// The parts to draw; the view moves so that the active card and the dock are both in it.
function dock(view, rows, count, card) {
  const s = scene(), boxes = rows.map((row) => [row, bounds(row)]), gap = 10, g = drawn("g", { class: "dock" });
  const left = count > rows.length && count > 8 ? count - rows.length : 0; // beside these, as a port
  const wide = Math.max(...boxes.map(([, b]) => b.right - b.left)), tall = (b) => b.bottom - b.top;
  const beside = view.w - (card.right - card.left) - wide > 5 * gap;
  let room = (beside ? view.h : view.h - (card.bottom - card.top) - 3 * gap) - 2 * gap - (left ? 24 + gap : 0);
  const kept = [];
  for (const place of boxes.map((_, i) => (i % 2 ? boxes.length - 1 - (i >> 1) : i >> 1))) {
    room -= tall(boxes[place][1]) + gap;
    if (room >= -gap) kept.push(place);
  }
  const hidden = left + boxes.length - kept.length;
  kept.sort((a, b) => a - b);
  const height = kept.reduce((sum, i) => sum + tall(boxes[i][1]) + gap, 0) + (hidden ? 24 + gap : 0) - gap;
  if (beside) {
    const need = card.left - wide - 3 * gap;
    view.x = Math.min(view.x, need);
    view.x = Math.max(view.x, card.right + gap - view.w);
  } else view.y = Math.max(card.bottom + gap - view.h, Math.min(view.y, card.top - height - 3 * gap));
  const x = beside ? view.x + gap : Math.min(Math.max(view.x + gap, card.left), view.x + view.w - wide - gap);
  let y = beside ? Math.max(view.y + gap, Math.min((card.top + card.bottom - height) / 2, view.y + view.h - height - gap)) : view.y + gap;
  g.append(drawn("rect", { class: "dock-plate", x: x - 6, y: y - 6, width: wide + 12, height: height + 12, rx: 8 }));
  const lines = drawn("g"), target = beside ? [card.left, (card.top + card.bottom) / 2] : [(card.left + card.right) / 2, card.top];
  const join = (from) => lines.append(drawn("path", { class: "dock-line", d: `M${from[0]} ${from[1]}L${target[0]} ${target[1]}` }));
  const half = Math.ceil(kept.length / 2);
  kept.forEach((i, n) => {
    const [row, b] = boxes[i];
    if (n === half && hidden) y = port(g, x, y, wide, hidden, gap);
    const copy = copied(s.card(row));
    copy.dataset.copy = row;
    copy.setAttribute("transform", `translate(${x - b.left} ${y - b.top})`);
    g.append(copy);
    join(beside ? [x + b.right - b.left, y + tall(b) / 2] : [x + wide / 2, y + tall(b)]);
    y += tall(b) + gap;
  });
  if (hidden && kept.length <= half) port(g, x, y, wide, hidden, gap);
  g.prepend(lines);
  return [g];
}

// A card as a picture: nothing of what makes it the active one, a button, or found by a test.
function copied(card) {
  const copy = card.cloneNode(true);
  for (const e of [copy, ...all("*", copy)]) {
    for (const name of ["id", "data-node", "data-row", "data-box", "role", "tabindex", "aria-label", "aria-expanded", "aria-current"]) e.removeAttribute(name);
  }
  copy.classList.remove("now");
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

function port(g, x, y, wide, count, gap) {
  g.append(drawn("rect", { class: "dock-port", x, y, width: wide, height: 24, rx: 12 }));
  g.append(drawn("text", { class: "dock-count", x: x + wide / 2, y: y + 16.5, "text-anchor": "middle" }, `×${count}`));
  return y + 24 + gap;
}
