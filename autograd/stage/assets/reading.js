// A page to read, inside another one (?embed) and on a projector (?present).
if (wishes.has("embed") && parent !== window) {
  let told = 0;
  const tell = () => {
    const height = Math.ceil($("main").getBoundingClientRect().bottom + scrollY);
    if (height !== told) parent.postMessage({ tracegrad: { height: (told = height) } }, "*");
  };
  new ResizeObserver(tell).observe($("main"));
}
// A clicker goes from section to section; the first key or touch fills the screen.
if (wishes.has("present")) {
  const full = () => root.requestFullscreen?.().catch(() => {});
  const first = (e) => {
    if (e.type === "keydown" && !["PageUp", "PageDown", "f"].includes(e.key)) return;
    for (const kind of ["keydown", "pointerdown"]) document.removeEventListener(kind, first);
    if (!document.fullscreenElement && e.key !== "f") full();
  };
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, first);
  document.addEventListener("keydown", (e) => {
    if (e.altKey || e.ctrlKey || e.metaKey || e.target.closest("input, select, textarea")) return;
    if (e.key === "f") document.fullscreenElement ? document.exitFullscreen() : full();
    const forward = e.key === "PageDown";
    if (!forward && e.key !== "PageUp") return;
    const tops = all("main > section").map((one) => one.getBoundingClientRect().top);
    const to = forward ? tops.find((top) => top > 8) : tops.findLast((top) => top < -8);
    if (to === undefined) return;
    e.preventDefault();
    scrollBy(0, to);
  });
}
