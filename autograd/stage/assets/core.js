// The modules stand one after the other in one scope, in the order that assembly.py lists. What every
// page has and the rows of the derivative table, as R, come before them; the lesson is in #lesson.
const lesson = JSON.parse(document.getElementById("lesson").textContent);
let at = 0, which = 0, timer = null;

// What modules tell each other: "made" (there is a new scene), "scene" (another one is shown), "step" (the page went to a step),
// "paint" (the picture was painted), "inputs" (numbers have changed), "language", "theme", "level"
// (boxes were opened or closed).

// What may wait until a person who types pauses: a page in which one types puts its own function here.
const pace = { typing: false, room: null, calmly: (name, act) => act() };

// The computations of the page, and what is done with each of them, those made later included.
const scenes = [];
function eachScene(act) {
  scenes.forEach(act);
  on("made", act);
}

const SVG = "http://www.w3.org/2000/svg";
function drawn(name, attributes, text) {
  const e = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes || {})) e.setAttribute(key, value);
  if (text !== undefined) e.textContent = text;
  return e;
}
