// Keys for the whole page; a field that is being edited keeps its own.
const KEYS = {
  ArrowLeft: "previous", ArrowRight: "next", PageUp: "previous", PageDown: "next", Home: "first",
  End: "last", " ": "play", 0: "fit", "+": "closer", "=": "closer", "-": "farther", f: "full",
};
Object.assign(actions, {
  fit: () => fit(), closer: () => zoom(1.4), farther: () => zoom(1 / 1.4), full: () => fullScreen(),
});

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else root.requestFullscreen?.().catch(() => {}); // a frame may not be allowed to
}

$("#full").addEventListener("click", fullScreen);
document.addEventListener("keydown", (e) => {
  const field = e.target.closest("input:not(#scrub):not([type=checkbox]), select, textarea");
  if (field || e.altKey || e.ctrlKey || e.metaKey) return;
  const key = KEYS[e.key];
  if (!key || (e.key === " " && e.target.closest("button, input"))) return;
  e.preventDefault();
  actions[key]();
});
