// Keys for the whole page; a field that is being edited keeps its own.
document.addEventListener("keydown", (e) => {
  const busy = e.target.closest("input, select, textarea, form") || e.altKey || e.ctrlKey || e.metaKey;
  if (busy && e.target.id !== "quiz") return;
  const key = { ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last", " ": "play" }[e.key];
  if (!key || (e.key === " " && e.target.closest("button, input"))) return;
  e.preventDefault();
  actions[key]();
});
