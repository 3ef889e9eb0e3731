// A lesson inside another page (?embed) and on a projector (?present).
// A browser fills the screen only when somebody does something: the first key of a clicker does it.
if (wishes.has("present")) {
  const first = (e) => {
    if (e.type === "keydown" && (!KEYS[e.key] || e.key === "f")) return;
    for (const kind of ["keydown", "pointerdown"]) document.removeEventListener(kind, first);
    if (!document.fullscreenElement) fullScreen();
  };
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, first);
}

// Tells the page around it how high it is. The stage takes what a frame of another height leaves it,
// and so its own height is no part of the answer: that would grow with the frame.
function fitFrame() {
  const box = (selector) => $(selector, scene().box).getBoundingClientRect(), picture = box(".picture");
  const wide = innerWidth, stage = !picture.height ? 0 : wide < 560 ? 500 : Math.min(620, Math.max(380, Math.round(wide / 2))); // 0 where it is closed
  const rest = $("main").scrollHeight - (Math.max(picture.bottom, box(".panel").bottom) - picture.top), height = Math.ceil(stage + rest);
  if (stage && Math.abs(innerHeight - height) <= 2) root.style.setProperty("--stage", `${stage}px`);
  else root.style.removeProperty("--stage");
  if (height === fitFrame.told) return;
  fitFrame.told = height;
  parent.postMessage({ tracegrad: { height } }, "*");
}
if (wishes.has("embed") && parent !== window) {
  new ResizeObserver(fitFrame).observe($("main"));
  addEventListener("resize", fitFrame);
}
