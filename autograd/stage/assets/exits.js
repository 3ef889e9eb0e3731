// The page inside another one (?embed) and on a projector (?present).
const wishes = new URLSearchParams(location.search);
for (const mode of ["embed", "present"]) root.classList.toggle(mode, wishes.has(mode));
if (wishes.has("embed") && parent !== window) {
  new ResizeObserver(() => parent.postMessage({ tracegrad: { height: Math.max(360, $("main").scrollHeight) } }, "*")).observe($("main"));
}
