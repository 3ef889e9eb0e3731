// In a backward step the gradient moves: it leaves the consumer, passes the local derivative, where
// its number changes, and lands as a term of the operand's sum. Forward, values move likewise.
const pulses = new Set();
const strength = (x) => Math.min(9, Math.max(1.6, 4 + 1.1 * Math.log10(Math.abs(x) || 1e-9)));

function stopPulses() {
  for (const pulse of pulses) {
    cancelAnimationFrame(pulse.frame);
    pulse.g.remove();
  }
  pulses.clear();
}

// A dot along a path, from its end to its start when `backward`; `says(t)` is the number beside it.
function pulse(edge, backward, says, width) {
  const length = edge.line.getTotalLength(), g = drawn("g", { class: `pulse${backward ? "" : " forward"}`, "aria-hidden": "true" });
  const dot = drawn("circle", { r: width }), text = drawn("text", { "text-anchor": "middle" });
  g.append(dot, text);
  edge.g.parentNode.append(g);
  const one = { g, frame: 0 }, began = performance.now(), lasts = (backward ? 900 : 600) / speed();
  const move = (now) => {
    const t = Math.min(1, Math.max(0, (now - began) / lasts)), k = t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) ** 2;
    const p = edge.line.getPointAtLength(length * (backward ? 1 - k : k));
    dot.setAttribute("cx", p.x);
    dot.setAttribute("cy", p.y);
    text.setAttribute("x", p.x);
    text.setAttribute("y", p.y - 10);
    text.textContent = says(k);
    if (t < 1) one.frame = requestAnimationFrame(move);
    else {
      g.remove();
      pulses.delete(one);
    }
  };
  pulses.add(one);
  one.frame = requestAnimationFrame(move);
}

const MOST_PULSES = 40;
let before = 0;
on("step", (k, step) => {
  stopPulses();
  const s = scene(), forward = k === before + 1, back = step?.phase === "backward";
  before = k;
  if (!step || step.tangent || step.phase === "update") return;
  const streams = s.streams(step);
  for (const { edge, size } of back ? streams : []) if (size !== undefined) edge.g.style.setProperty("--flow", strength(size).toFixed(1));
  if (!forward || still.matches || document.hidden || waiting()) return;
  for (const { edge, size, says } of streams.slice(0, MOST_PULSES)) pulse(edge, back, says, back && size !== undefined ? strength(size) : 4);
});
on("scene", () => { stopPulses(); before = 0; });
