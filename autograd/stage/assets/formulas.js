// The words of steps that the page does not carry: a box as a whole, and a row by its rule.
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
  p.append(words, " ", mathOf(formula, false));
  return p;
}

// Words beside an equation, by their key.
function worded(tag, key) {
  const words = document.createElement(tag);
  words.className = "op";
  words.dataset.say = key;
  words.textContent = say(key);
  return words;
}

// An equation, behind the word of this key, if it has one; an array is wide, so that each side is a
// formula of its own there.
function equation(wording, line, word = "") {
  const box = document.createElement("div"), { notation } = wording;
  box.className = "eq";
  if (word) box.append(worded("span", word), " ");
  box.append(...(line.value ? [...line.parts, notation.equals(wording.written(line.value).text)] : [line.text]).map((text) => mathOf(text)));
  if (line.note) box.append(worded("p", line.note));
  if (line.shapes) {
    const shapes = document.createElement("p");
    shapes.className = "shapes";
    shapes.textContent = line.shapes;
    box.append(shapes);
  }
  return box;
}

function ruleWords(s, step) {
  const wording = new Wording(s, notations.mathml), lines = wording.lines(step).map((line) => equation(wording, line));
  lines.push(...wording.noted(step).flat().map(([word, line]) => equation(wording, line, word)));
  if (step.phase !== "backward" || !step.terms.length) return lines;
  const { notation } = wording;
  return [through(notation.equation([wording.symbol(step.row).text, wording.expression(step.row).text])), ...lines];
}

// The same as text, with the numbers of the moment.
function ruleSaid(s, step) {
  const wording = new Wording(s, notations.plain), said = ({ text, value, note }) => (value ? `${text} = {${value}}` : text) + (note ? `, ${say(note)}` : "");
  const noted = wording.noted(step).flat().map(([, line]) => line);
  return [...wording.lines(step), ...noted].map((line) => withNumbers(said(line), (ref) => s.meant(ref)));
}
