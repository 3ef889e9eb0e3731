// The modules stand one after the other in one scope, in the order that assembly.py lists. Rows of the
// derivative table come before them, as R; the lesson is in #lesson.
const lesson = JSON.parse(document.getElementById("lesson").textContent);
const $ = (selector, within) => (within || document).querySelector(selector);
const all = (selector, within) => [...(within || document).querySelectorAll(selector)];
const root = document.documentElement;
root.classList.add("js");

let lang = lesson.lang, at = 0, which = 0, timer = null;
const say = (key, slots) =>
  lesson.words[lang][key].replace(/\{(\w+)\}/g, (whole, name) => (slots && name in slots ? slots[name] : whole));

// What modules tell each other: "made" (there is a new scene), "scene" (another one is shown), "step" (the page went to a step),
// "paint" (the picture was painted), "inputs" (numbers have changed), "language", "level" (boxes were
// opened or closed).
const listeners = {};
const on = (event, act) => (listeners[event] = listeners[event] || []).push(act);
const emit = (event, ...about) => { for (const act of listeners[event] || []) act(...about); };

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
