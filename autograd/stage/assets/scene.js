// Of arrays the norms move, and nothing is said of what the page does not know.
function stream(edge, back, from, to) {
  if (from === undefined || to === undefined) return { edge, says: () => "" };
  const array = typeof from !== "number" || typeof to !== "number", word = array ? (back ? "‖g‖ " : "‖data‖ ") : "", [first, final] = array ? [normOf(from), normOf(to)] : [from, to];
  return { edge, size: normOf(to), says: (t) => word + show(t < 0.5 ? first : final) };
}

function paragraph(text) {
  const p = document.createElement("p");
  p.className = "said";
  p.textContent = text;
  return p;
}

// One computation of the page: its picture, its steps, and the numbers of the steps by reference.
class Scene {
  constructor(data, place) {
    this.data = data;
    this.columns = data.columns;
    this.box = $(`.scene[data-scene="${place}"]`);
    this.svg = $("svg.tracegrad", this.box);
    this.entries = $(".entries") || this.box; // where its inputs are edited
    this.steps = data.steps;
    this.texts = all(".step", this.box);
    this.given = data.rows.map((row) => readNumber(row.value));
    this.values = [...this.given];
    this.rate = data.rate;
    this.numbers = {};
    this.losses = [];
    this.made = {};
    data.steps.forEach((step, i) => {
      if (step.phase === "forward" && !(step.row in this.made)) this.made[step.row] = i + 1;
    });
    // What listens to its picture ends with it, where another scene takes its place.
    this.gone = new AbortController();
    this.life = { signal: this.gone.signal };
    this.nodes = {};
    this.edges = {};
    if (!data.boxed) this.find();
    if (data.mode === "forward") {
      for (const word of all("text.word", this.svg)) if (word.textContent === "grad") word.textContent = "tangent";
    }
    // The words of a step that the page does not carry.
    this.spare = document.createElement("div");
    this.spare.className = "step generated";
    $(".panel", this.box).append(this.spare);
    if (data.live) this.compute();
    if (data.live) this.fill();
  }

  // The cards and the arrows of a picture that the page carries.
  find() {
    for (const g of all("g.node[data-row]", this.svg)) {
      this.nodes[g.dataset.row] = { g, data: $("text.data", g), grad: $("text.grad", g), terms: $("text.terms", g), written: $("text.data", g)?.textContent };
    }
    for (const g of all("g.edge[data-to]", this.svg)) {
      this.edges[`${g.dataset.to}.${g.dataset.slot}`] = { g, line: $("path.line", g), local: $("text.local", g), plate: $("rect.plate", g) };
    }
  }

  // The step that asks a question, NaN where the picture has none.
  placeOf(question) {
    return question.step;
  }

  // A number by its name: "v3", "p4.0".
  number(name) {
    return this.numbers[name];
  }

  // The formulas of step k are shown, or where the page does not carry them what the step says.
  turn(k) {
    const step = k ? this.steps[k - 1] : null, words = step ? this.carriedWords(step, k) : null;
    this.texts.forEach((e) => e.classList.toggle("on", e === words));
    this.spare.classList.toggle("on", Boolean(step) && !words);
    if (step && !words) this.spare.replaceChildren(...this.generated(step));
    this.words = [...this.spare.children];
    this.current = words || (step ? this.spare : null);
    if (this.current) breakable(this.current);
  }

  carriedWords(step, k) {
    return this.texts[k - 1];
  }

  generated(step) {
    return this.told(step).map(paragraph);
  }

  // After an edit: numbers that the page carries are filled in, and the others written anew.
  rewrite() {
    if (!this.current || this.current !== this.spare) return;
    this.turn(at);
    quiz.setOut(this, at);
  }

  // What a step says, for a screen reader: its equations with the numbers of the moment.
  spoken(k) {
    if (!k) return say("start");
    return this.told(this.steps[k - 1]).join("; ");
  }

  told(step) {
    const note = (i) => (step.notes?.[i] ? `, ${say(step.notes[i])}` : "");
    return step.said.map((text, i) => withNumbers(text, (ref) => this.meant(ref)) + note(i));
  }

  // What moves in a step: along which edge, and the number when it leaves and when it arrives.
  streams(step) {
    const back = step.phase === "backward", { args } = this.data.rows[step.row];
    const slots = back ? step.terms.map(([slot]) => slot) : [...args.keys()];
    return slots.filter((slot) => this.edges[`${step.row}.${slot}`]).map((slot) => {
      const key = `${step.key}.${slot}`, value = this.number(`v${args[slot]}`);
      return stream(this.edges[`${step.row}.${slot}`], back, ...(back ? [this.number(`x${key}`), this.number(`p${key}`)] : [value, value]));
    });
  }

  // The group of a row's card in the picture, undefined where it has none.
  card(row) {
    return this.nodes[row]?.g;
  }

  // The rows of the operands that have cards, in order, each once.
  operands(row) {
    return [...new Set(this.data.rows[row].args)].filter((j) => this.nodes[j]);
  }
}
