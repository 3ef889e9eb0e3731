// The address says what one sees: scene and step. Copied, it shows the same again.
function keepAddress() {
  try {
    history.replaceState(null, "", (scenes.length > 1 ? `#scene=${which + 1}&` : "#") + `step=${at}`);
  } catch { /* inside a notebook's frame the page has no address of its own */ }
}

function address() {
  const found = new URLSearchParams(location.hash.slice(1));
  const place = Math.min(scenes.length, Math.max(1, Math.trunc(Number(found.get("scene"))) || 1)) - 1;
  choose(place, Math.trunc(Number(found.get("step"))) || 0);
}

window.addEventListener("hashchange", address);
