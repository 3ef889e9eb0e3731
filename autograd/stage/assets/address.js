// The address says what one sees: scene, step, and questions that are asked again. Copied, it shows
// the same again.
function keepAddress() {
  try {
    const state = { ...(scenes.length > 1 && { scene: which + 1 }), step: at, ...quiz.kept() };
    history.replaceState(null, "", "#" + Object.entries(state).map((pair) => pair.join("=")).join("&"));
  } catch { /* inside a notebook's frame the page has no address of its own */ }
}

function address() {
  const found = new URLSearchParams(location.hash.slice(1));
  quiz.read(found);
  const place = Math.min(scenes.length, Math.max(1, Math.trunc(Number(found.get("scene"))) || 1)) - 1;
  choose(place, Math.trunc(Number(found.get("step"))) || 0);
}

window.addEventListener("hashchange", address);
