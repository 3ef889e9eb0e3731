// The words of steps that the page does not carry: a box as a whole, and a row by its rule. The
// rule's formulas are templates of the page, whose names and numbers are filled in here.
const MATH = "http://www.w3.org/1998/Math/MathML";
function m(name, ...children) {
  const e = document.createElementNS(MATH, name);
  e.append(...children);
  return e;
}

function symbol(name) {
  const found = /^(\D+?)_?(\d+)$/.exec(name);
  return found ? m("msub", m("mi", found[1]), m("mn", found[2])) : m("mi", name);
}

const slope = (top, bottom) => m("mfrac", m("mrow", m("mo", "∂"), symbol(top)), m("mrow", m("mo", "∂"), symbol(bottom)));
const figure = (x) => m("mn", show(x).replace("-", "−"));
const signed = (x) => (x < 0 ? m("mrow", m("mo", "("), figure(x), m("mo", ")")) : figure(x));
const dot = () => m("mo", "·");

function equation(sides, sign = "=") {
  const box = document.createElement("div"), math = m("math"), row = m("mrow", sides[0]);
  sides.slice(1).forEach((side, i) => row.append(m("mo", i ? "=" : sign), ...[side].flat()));
  math.setAttribute("display", "block");
  math.append(row);
  box.className = "eq";
  box.append(math);
  return box;
}

function boxSentence(s, step) {
  const { box } = step, n = box.last - box.first + 1;
  if (step.phase === "update") return say("update box", { name: box.name });
  if (step.phase === "forward") return say("forward box", { name: box.name, n, norm: show(s.norm(box).data) });
  const [enter, leave] = s.through(box);
  return say("backward box", { name: box.name, from: show(enter), to: show(leave) });
}

const boxWords = (s, step) => [paragraph(s.boxSaid(step)), paragraph(say("box hint", { name: step.box.name }))];

// What a step goes back through, in names.
function through(formula) {
  const p = document.createElement("p"), words = document.createElement("span");
  p.className = "op";
  words.dataset.say = "through words";
  words.textContent = say("through words");
  p.append(words, " ", formula);
  return p;
}

// A piece of a rule's template: its names, or its numbers, those of this row.
function piece(s, i, kind, slot) {
  const { rows } = s.data, row = rows[i], holder = $(`template[data-rule="${row.op}"]`).content;
  const part = $(`[data-piece="${kind}"]${slot === undefined ? "" : `[data-slot="${slot}"]`}`, holder)?.cloneNode(true);
  if (!part) return null;
  const operands = s.inputs(i), at_ = (e) => (e === "out" ? i : row.args[Number(e)]);
  for (const e of all("[data-name]", part)) {
    const j = at_(e.dataset.name);
    e.replaceWith(j === undefined ? figure(operands[Number(e.dataset.name)]) : rows[j].literal ? signed(s.values[j]) : symbol(rows[j].name));
  }
  for (const e of all("[data-number]", part)) e.replaceWith(signed(e.dataset.number === "out" ? s.values[i] : operands[Number(e.dataset.number)]));
  return part;
}

function ruleWords(s, step) {
  const { rows } = s.data, i = step.row, out = rows.at(-1).name, row = rows[i];
  if (step.phase === "backward" && !step.terms.length) return [equation([slope(out, out), figure(step.seed)])];
  if (step.phase === "forward") return [equation([symbol(row.name), piece(s, i, "value"), piece(s, i, "numbers"), figure(s.values[i])])];
  if (step.phase === "update") {
    const old = symbol(row.name), primed = m("msup", symbol(row.name), m("mo", "′")), rate = [m("mi", "α"), dot(), slope(out, row.name)];
    const worked = [figure(s.values[i]), m("mo", "−"), signed(s.rate), dot(), signed(s.gradients[i])];
    return [equation([primed, [old, m("mo", "−"), ...rate], worked, figure(s.moved(i))])];
  }
  const lines = [through(m("math", m("mrow", symbol(row.name), m("mo", "="), piece(s, i, "value"))))];
  for (const [slot, j] of step.terms) {
    const { local, product, upstream } = s.sent(i, slot), inner = () => slope(row.name, rows[j].name);
    const earlier = s.before(i, slot);
    if (!$(`template[data-rule="${row.op}"]`).content.querySelector(`[data-piece="partial"][data-slot="${slot}"]`).hasAttribute("data-constant")) {
      lines.push(equation([inner(), piece(s, i, "partial", slot), figure(local)]));
    }
    lines.push(equation([slope(out, rows[j].name), [slope(out, row.name), dot(), inner()], [signed(upstream), dot(), signed(local)], figure(product)], earlier === undefined ? "=" : "+="));
    if (earlier !== undefined) lines.push(equation([slope(out, rows[j].name), [figure(earlier), m("mo", "+"), signed(product)], figure(earlier + product)]));
  }
  return lines;
}
