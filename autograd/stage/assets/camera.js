// The window on the picture is the SVG's viewBox. Following, it keeps the active card whole and
// readable, and its operands in view; what does not fit stands in the dock (dock.js).
const camera = { following: true, view: null, frame: 0, overview: false };
const still = matchMedia("(prefers-reduced-motion: reduce)");

// The room of a picture on paper in pixels, 90 mm by 60 mm as in print.css: a browser sets the page
// for paper only after it has asked for what is to be printed.
const PAPER = { width: 340, height: 227 };

// The stage in pixels, and the smallest scale at which its cards are read at ease.
function lens() {
  if (frames) return { ...PAPER, ease: 0.9, least: 0.6, calm: 0.6 };
  const box = pace.typing && pace.room ? pace.room : $(".picture", scene().box).getBoundingClientRect();
  const width = Math.max(60, box.width), height = Math.max(60, box.height);
  const large = width > 1100 && height > 600, few = Object.keys(scene().nodes).length <= 20;
  const ease = root.classList.contains("present") ? 2.6 : large ? 2.1 : width > 700 ? 1.4 : 1.15;
  // The whole is read at ease; before the first step an overview is enough.
  const calm = at ? (large ? (few ? 1.95 : 1.3) : width > 700 ? 1.05 : 0.95) : 0.86;
  const least = large ? (few ? ease * 0.92 : 1.3) : Math.max(0.9, ease * 0.72);
  return { width, height, ease, calm, least };
}

// The size of the whole picture, its margins included.
function pictureSize() {
  const { svg } = scene();
  if (!svg.extent) {
    const [x, y, width, height] = svg.getAttribute("viewBox").split(/[ ,]+/).map(Number);
    svg.extent = { x, y, width, height };
  }
  return svg.extent;
}

function bounds(row) {
  const card = scene().card(row), box = card?.getBBox();
  if (!box?.width) return null;
  const { e: x, f: y } = card.transform.baseVal.consolidate()?.matrix ?? { e: 0, f: 0 };
  return { left: x + box.x, top: y + box.y, right: x + box.x + box.width, bottom: y + box.y + box.height };
}

// How much of the stage's height the highest card needs to be read.
function tallest() {
  const edge = pictureSize(), s = scene();
  edge.tallest ??= Math.max(0, ...Object.values(s.nodes).map(({ g }) => g.getBBox().height));
  return 0.95 * edge.tallest + 8;
}

const around = (boxes) => ({
  left: Math.min(...boxes.map((b) => b.left)), top: Math.min(...boxes.map((b) => b.top)),
  right: Math.max(...boxes.map((b) => b.right)), bottom: Math.max(...boxes.map((b) => b.bottom)),
});

// A view of the stage's shape around a box, at a scale; `room` is what a strip of operands leaves
// of the stage at its left or top. There is no emptiness beyond the picture's edges where the
// picture is wider than the room.
function viewOf(box, scale, room) {
  const edge = pictureSize(), view = {};
  for (const [at_, size, from, to, cut] of [["x", "w", "left", "right", room.left], ["y", "h", "top", "bottom", room.top]]) {
    const length = (at_ === "x" ? room.width : room.height) / scale, middle = (box[from] + box[to] - length) / 2;
    const start = edge[at_], whole_ = at_ === "x" ? edge.width : edge.height;
    const corner = whole_ > length ? Math.min(Math.max(middle, start), start + whole_ - length) : start + (whole_ - length) / 2;
    view[at_] = corner - cut / scale;
    view[size] = length + cut / scale;
  }
  return view;
}

function whole() {
  const stage = lens(), all = pictureSize();
  const scale = Math.min(stage.width / all.width, stage.height / all.height, 3.2);
  return viewOf({ left: all.x, top: all.y, right: all.x + all.width, bottom: all.y + all.height }, scale, { left: 0, top: 0, ...stage });
}

// The active card with as many of its operands as can be read in the room, the nearest first; those
// that do not fit are out.
function framed(card, placed, room, { ease, least }) {
  const out = [];
  const fit_ = (b, margin = 14) => Math.min(room.width / (b.right - b.left + 2 * margin), room.height / (b.bottom - b.top + 2 * margin));
  // A card that fills the room has a narrow margin.
  let shown = card, scale = Math.min(ease, Math.max(fit_(card), Math.min(least, fit_(card, 3))));
  for (const [row, box] of placed) {
    const wider = around([shown, box]), next_ = Math.min(scale, fit_(wider));
    if (next_ < least) out.push(row);
    else [shown, scale] = [wider, next_];
  }
  return { shown, scale, out };
}

// Where the camera stands when it follows: the whole picture where it can be read, else the active
// card and its operands. Operands that do not fit stand in a strip at the edge, beside the rest.
function followed() {
  const stage = lens(), s = scene(), all = whole();
  if (camera.overview) return { view: overview(stage, all) };
  const step = s.steps[Math.max(0, at - 1)], card = step && bounds(step.row);
  if (!card || stage.width / all.w >= stage.calm) return { view: all };
  const rows = s.operands(step.row), many = rows.length > 8, few = many ? [...rows.slice(0, 3), ...rows.slice(-3)] : rows;
  const placed = few.map((row) => [row, bounds(row)]).filter(([, box]) => box);
  const middle = (b) => [(b.left + b.right) / 2, (b.top + b.bottom) / 2], [mx, my] = middle(card);
  placed.sort(([, a], [, b]) => Math.hypot(middle(a)[0] - mx, middle(a)[1] - my) - Math.hypot(middle(b)[0] - mx, middle(b)[1] - my));
  const room = { left: 0, top: 0, width: stage.width, height: stage.height };
  const first = framed(card, many ? [] : placed, room, stage), every = placed.map(([row]) => row);
  if (!many && !first.out.length) return { view: viewOf(first.shown, first.scale, room) };
  // The strip leaves less room, in which more may not fit: then all of them stand in it.
  for (const out of many ? [every] : [first.out, every]) {
    const strip = stripOf(rows.filter((row) => out.includes(row)), rows.length - placed.length, card, first.scale);
    if (!strip) break;
    const { shown, scale, out: more } = framed(card, placed.filter(([row]) => !out.includes(row)), strip.room, stage);
    if (!more.length) return { view: viewOf(shown, scale, strip.room), strip, scale };
  }
  return { view: viewOf(first.shown, first.scale, room) };
}

// A graph that is being typed is seen whole, a large one as much of its end as can be read.
const READABLE = 0.75, SMALLEST = 0.5;
function overview(stage, all) {
  const end = stage.width / all.w < SMALLEST && scene().ends();
  return end ? viewOf(end, READABLE, { left: 0, top: 0, ...stage }) : all;
}

function showView(view) {
  camera.view = view;
  putAttribute(scene().svg, "viewBox", [view.x, view.y, view.w, view.h].map((x) => x.toFixed(2)).join(" "));
}

// Moves there at an even pace that slows down; at once where motion is not wanted.
function travel(to, quickly = still.matches || document.hidden) {
  cancelAnimationFrame(camera.frame);
  const from = camera.view;
  if (quickly || !from) return showView(to);
  const began = performance.now();
  const move = (now) => {
    const t = Math.min(1, Math.max(0, (now - began) / 350)), k = 1 - (1 - t) ** 3;
    showView(Object.fromEntries(["x", "y", "w", "h"].map((key) => [key, from[key] + (to[key] - from[key]) * k])));
    if (t < 1) camera.frame = requestAnimationFrame(move);
  };
  camera.frame = requestAnimationFrame(move);
}

function follow(quickly) {
  undock();
  if (!camera.following) {
    if (!camera.view) showView(whole());
    return;
  }
  const { view, strip, scale } = followed();
  travel(view, quickly);
  if (strip) dock(view, strip, scale);
}

function setFollowing(on_) {
  camera.following = on_;
  $("#follow").setAttribute("aria-pressed", String(on_));
  if (!on_) undock();
}

// Zooms by a factor around a point of the stage in pixels, its middle by default.
function zoom(factor, x, y) {
  const box = scene().svg.getBoundingClientRect(), v = camera.view;
  const fx = x === undefined ? 0.5 : (x - box.left) / box.width, fy = y === undefined ? 0.5 : (y - box.top) / box.height;
  const w = Math.min(Math.max(v.w / factor, 60), 4 * Math.max(pictureSize().width, pictureSize().height, 400)), h = v.h * w / v.w;
  setFollowing(false);
  travel({ x: v.x + (v.w - w) * fx, y: v.y + (v.h - h) * fy, w, h }, x !== undefined || undefined);
}

function fit() {
  setFollowing(false);
  travel(whole());
}

// Drag with one pointer, pinch with two.
const touching = new Map();
let moved = 0;
const spread = () => {
  const [a, b] = [...touching.values()];
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, size: Math.hypot(a.x - b.x, a.y - b.y) };
};
document.addEventListener("pointerdown", (e) => {
  if (!e.target.closest?.(".picture svg.tracegrad") || e.button) return;
  touching.set(e.pointerId, { x: e.clientX, y: e.clientY });
  moved = 0;
});
document.addEventListener("pointermove", (e) => {
  const before = touching.get(e.pointerId);
  if (!before) return;
  const was = touching.size === 2 ? spread() : null;
  touching.set(e.pointerId, { x: e.clientX, y: e.clientY });
  const dx = e.clientX - before.x, dy = e.clientY - before.y;
  moved += Math.abs(dx) + Math.abs(dy);
  if (moved < 6) return; // a click
  if (was) {
    const now = spread();
    zoom(now.size / (was.size || 1), now.x, now.y);
  } else if (touching.size === 1) {
    setFollowing(false);
    const v = camera.view, scale = v.w / scene().svg.getBoundingClientRect().width;
    travel({ ...v, x: v.x - dx * scale, y: v.y - dy * scale }, true);
  }
});
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, (e) => touching.delete(e.pointerId));
for (const picture of all(".picture")) {
  picture.addEventListener("wheel", (e) => {
    if (root.classList.contains("embed") && !e.ctrlKey) return; // the page around it scrolls
    e.preventDefault();
    zoom(Math.exp(-e.deltaY * (e.deltaMode ? 0.05 : 0.0015)), e.clientX, e.clientY);
  }, { passive: false });
}

$("#follow").addEventListener("click", () => { setFollowing(!camera.following); follow(); });
$("#fit").addEventListener("click", fit);
$("#closer").addEventListener("click", () => zoom(1.4));
$("#farther").addEventListener("click", () => zoom(1 / 1.4));
on("step", () => {
  camera.overview = pace.typing;
  root.classList.toggle("typing", pace.typing);
  follow();
});
on("scene", () => { camera.view = null; });
// The view in a stage that has another size now.
function fitView() {
  if (camera.following) follow(true);
  else if (camera.view) {
    const { width, height } = lens(), v = camera.view;
    showView({ ...v, h: v.w * height / width });
  }
}
// What the stage leaves to the bars over and under it.
function measureBars() {
  const set = (name, e) => root.style.setProperty(name, `${e ? e.offsetHeight : 0}px`);
  set("--head", $("header"));
  set("--foot", $(".controls"));
}
const watch = new ResizeObserver(() => {
  measureBars();
  fitView();
});
for (const e of all(".picture, header, .controls")) watch.observe(e);
