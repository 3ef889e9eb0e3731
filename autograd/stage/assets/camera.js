// The window on the picture: it follows the active card.
on("step", (k, step) => {
  const s = scene(), box = $(".picture", s.box), node = step && s.nodes[step.row];
  if (!node || box.scrollWidth <= box.clientWidth) return;
  const card = node.g.getBoundingClientRect(), frame = box.getBoundingClientRect();
  if (card.left >= frame.left + 90 && card.right <= frame.right - 90) return;
  box.scrollLeft += (card.left + card.right) / 2 - (frame.left + frame.right) / 2;
});
