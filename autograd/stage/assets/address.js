// The address says what one sees: scene, step, language, changed inputs, open boxes, and
// questions that are asked again. Copied, it shows the same again.
// Pages with more than a lesson write into it what they have, and read it first.
const inAddress = { parts: () => [], read() {} };
let started = false, kept = 0, later = null, known = location.hash;

function addressNow() {
  const s = scene(), parts = [...inAddress.parts(), ...(scenes.length > 1 ? [`scene=${which + 1}`] : [])];
  parts.push(`step=${at}`);
  if (lang !== lesson.lang) parts.push(`lang=${lang}`);
  const changed = [];
  s.given.forEach((was, row) => {
    const now = s.values[row];
    if (s.data.rows[row].op) return;
    if (typeof now === "number") {
      if (now !== was && now === now) changed.push(`${row}:${now}`);
    } else now?.data?.forEach((x, i) => { if (x !== was.data[i] && x === x) changed.push(`${row}.${i}:${x}`); });
  });
  if (changed.length) parts.push(`set=${changed.join()}`);
  if (s.rate !== s.data.rate) parts.push(`rate=${s.rate}`);
  const open = s.opened && [...s.opened].sort((a, b) => a - b).join(".");
  if (s.opened && open !== s.usual) parts.push(`open=${open}`);
  for (const pair of Object.entries(quiz.kept())) parts.push(pair.join("="));
  return `#${parts.join("&")}`;
}

// Browsers allow few changes a second: of many, the last one counts.
function keepAddress() {
  if (!started) return;
  clearTimeout(later);
  if (performance.now() - kept < 150) {
    later = setTimeout(keepAddress, 160);
    return;
  }
  if (location.hash !== known) return; // another address was entered, and is read next
  kept = performance.now();
  try {
    history.replaceState(null, "", addressNow());
    known = location.hash;
  } catch { /* inside a notebook's frame the page has no address of its own */ }
}

function address() {
  known = location.hash;
  const found = new URLSearchParams(location.hash.slice(1));
  inAddress.read(found);
  const whole = (key) => Math.trunc(Number(found.get(key))) || 0;
  const place = Math.min(scenes.length, Math.max(1, whole("scene"))) - 1, s = scenes[place];
  quiz.read(found);
  if (s.opened && found.has("open")) {
    s.opened = new Set([0, ...found.get("open").split(".").map(Number).filter((id) => s.boxes[id])]);
    s.build();
  }
  if (s.data.live && (found.has("set") || found.has("rate"))) {
    for (const [, row, cell, x] of (found.get("set") || "").matchAll(/(\d+)(?:\.(\d+))?:([^,]+)/g)) {
      const value = Number(x), held = s.data.rows[row] && !s.data.rows[row].op && s.values[row];
      if (value !== value) continue;
      if (cell === undefined && typeof held === "number") s.values[row] = value;
      else if (held?.data && Number(cell) < held.data.length) {
        const data = held.data.slice();
        data[Number(cell)] = value;
        s.values[row] = { ...held, data };
      }
      for (const field of all(`input[data-row="${row}"]${cell === undefined ? "" : `[data-at="${cell}"]`}`, s.entries)) field.value = String(value);
    }
    if (Number(found.get("rate"))) s.rate = Number(found.get("rate"));
    s.compute();
    s.fill();
  }
  choose(place, whole("step"));
}

window.addEventListener("hashchange", address);
on("inputs", () => pace.calmly("address", keepAddress));
