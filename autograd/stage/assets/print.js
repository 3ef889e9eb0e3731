// On paper: one frame for each step, the picture as the camera sees it and the step's formulas.
const FRAMES = 120; // steps beyond these are left to the screen
let frames = null;

function printFrames() {
  if (frames) return;
  const s = scene(), here = at, following = camera.following;
  frames = document.createElement("div");
  frames.className = "frames";
  frames.dataset.per = wishes.get("per") || "4";
  const stride = Math.max(1, Math.ceil(last() / FRAMES));
  camera.following = true;
  for (let k = 1; k <= last(); k += stride) {
    go(k, true);
    follow(true);
    stopPulses(); // what moves on the screen does not stand on paper
    const frame = document.createElement("article"), head = document.createElement("h2");
    const part = $("#scene")?.selectedOptions[0]?.textContent;
    head.textContent = [...(part ? [part] : []), `${k} / ${last()}`, $("#phase").textContent].join(" · ");
    const picture = s.svg.cloneNode(true), words = s.current.cloneNode(true);
    for (const e of all("[id]", picture)) if (!e.closest("defs")) e.removeAttribute("id");
    for (const name of ["id", "aria-labelledby", "width", "height"]) picture.removeAttribute(name);
    for (const e of all("[aria-current]", picture)) e.removeAttribute("aria-current");
    picture.setAttribute("aria-label", head.textContent);
    for (const e of all(".ask", words)) e.remove();
    unfit(words); // what the panel asked for
    breakable(words);
    words.classList.add("on");
    frame.append(head, picture, words);
    frames.append(frame);
  }
  camera.following = following;
  go(here, true);
  all(".scene").at(-1).after(frames); // before the tables and the notes
}

function afterPrinting() {
  frames?.remove();
  frames = null;
}

addEventListener("beforeprint", printFrames);
addEventListener("afterprint", afterPrinting);
matchMedia("print").addEventListener("change", (e) => (e.matches ? printFrames() : afterPrinting()));
