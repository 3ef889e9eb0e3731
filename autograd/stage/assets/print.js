// On paper: one frame for each step, the picture as the camera sees it and the step's formulas.
const FRAMES = 120; // steps beyond these are left to the screen
let frames = null;

// All parts of a lesson, or the one that is open where all are too long.
function printFrames() {
  if (frames) return;
  const here = at, part = which, following = camera.following;
  const whole = scenes.reduce((sum, s) => sum + s.steps.length, 0) <= FRAMES;
  frames = document.createElement("div");
  frames.className = "frames";
  frames.dataset.per = wishes.get("per") || "4";
  if (!whole && scenes.length > 1) {
    const words = document.createElement("p");
    words.textContent = say("part on paper", { n: part + 1, of: scenes.length });
    frames.append(words);
  }
  camera.following = true;
  for (const place of whole ? scenes.keys() : [part]) {
    if (place !== which) choose(place, 0);
    const stride = Math.max(1, Math.ceil(last() / FRAMES));
    for (let k = 1; k <= last(); k += stride) frames.append(printFrame(scene(), k));
  }
  camera.following = following;
  if (which !== part) choose(part, here);
  go(here, true);
  all(".scene").at(-1).after(frames); // before the tables and the notes
}

function printFrame(s, k) {
  go(k, true);
  follow(true);
  stopPulses(); // what moves on the screen does not stand on paper
  const frame = document.createElement("article"), head = document.createElement("h2");
  const part = $("#scene")?.selectedOptions[0]?.textContent;
  head.textContent = [...(part ? [part] : []), `${k} / ${last()}`, $("#phase").textContent].join(" · ");
  const picture = s.svg.cloneNode(true), words = s.current.cloneNode(true), passing = passingEdges(s.svg, camera.view);
  all(".edge", picture).forEach((edge, i) => { if (passing[i]) edge.remove(); });
  for (const e of all("[id]", picture)) if (!e.closest("defs")) e.removeAttribute("id");
  for (const name of ["id", "aria-labelledby", "width", "height"]) picture.removeAttribute(name);
  for (const e of all("[aria-current]", picture)) e.removeAttribute("aria-current");
  picture.setAttribute("aria-label", head.textContent);
  for (const e of all(".ask", words)) e.remove();
  unfit(words); // what the panel asked for
  breakable(words);
  words.classList.add("on");
  frame.append(head, picture, words);
  return frame;
}

// Which edges only cross the view: they begin and end outside of it, and are not the step's.
function passingEdges(svg, { x, y, w, h }) {
  const inside = (p) => p.x >= x && p.x <= x + w && p.y >= y && p.y <= y + h;
  return all(".edge", svg).map((edge) => {
    const line = $("path.line", edge);
    return line && !edge.matches(".now, .back") && ![0, line.getTotalLength()].some((t) => inside(line.getPointAtLength(t)));
  });
}

function afterPrinting() {
  frames?.remove();
  frames = null;
}

addEventListener("beforeprint", printFrames);
addEventListener("afterprint", afterPrinting);
matchMedia("print").addEventListener("change", (e) => (e.matches ? printFrames() : afterPrinting()));
