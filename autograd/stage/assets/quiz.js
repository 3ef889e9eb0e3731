// The quiz: what comes next is asked instead of shown. Two tries; the first wrong answer gets a hint
// for the slip that gives it. Until a number is earned, it stands nowhere in the document: a page that
// goes beyond an open question shows nothing that was computed after it.
const quiz = {};
{
  const TRIES = 2;
  let only = null; // the questions of a replay, by scene and place; null for all

  for (const e of all("noscript")) e.remove(); // it has every number
  // The questions of a scene with their forms. A page in which one types makes them for a quiz alone.
  function prepare(s, i) {
    if (s.ask && !quizzing()) return;
    s.ask?.();
    s.ask = null;
    const forms = all(".panel template", s.box).flatMap((template) => {
      template.remove();
      return all("form.ask", template.content);
    });
    s.questions = (s.data.questions || []).map((data, k) => ({ ...data, name: `${i + 1}.${k + 1}`, tries: 0, state: "", form: forms[k] }));
    for (const question of s.questions) {
      $(".verdict", question.form).id = `verdict-${question.name}`;
      $("input", question.form).setAttribute("aria-describedby", `verdict-${question.name}`);
      question.form.addEventListener("submit", (e) => { e.preventDefault(); check(s, question); });
    }
  }
  eachScene((s, i) => {
    s.questions = [];
    prepare(s, i);
    s.contents = new Map(s.texts.map((text) => [text, [...text.children]]));
    s.end = document.createElement("div");
    s.end.className = "quiz-end";
    s.end.hidden = true;
    s.end.append(document.createElement("p"), document.createElement("a"));
    $("a", s.end).dataset.say = "replay";
    $("a", s.end).addEventListener("click", () => { only = null; });
    s.gate = document.createElement("div");
    s.gate.className = "quiz-gate";
    s.gate.hidden = true;
    s.gate.append(document.createElement("p"), button("to question", () => toQuestion(s)), button("show answers", passOver));
    $(".panel", s.box).append(s.gate, s.end);
  });
  function button(words, act) {
    const e = document.createElement("button");
    e.type = "button";
    e.dataset.say = words;
    e.addEventListener("click", act);
    return e;
  }
  const asked = (q) => !only || only.has(q.name);
  const questions = () => scenes.flatMap((s) => s.questions).filter(asked);
  const questionsAt = (s, k) => s.questions.filter((q) => asked(q) && s.placeOf(q) === k);
  const openIn = (s) => (quizzing() ? s.questions.filter((q) => asked(q) && !q.state) : []);

  // The step of the first open question; questions in a closed box are asked by no step.
  const firstOpen = (s) => Math.min(Infinity, ...openIn(s).map((q) => s.placeOf(q)).filter((k) => k === k));
  const isShown = (s, q) => !s.steps[s.placeOf(q) - 1]?.box;
  const openAt = (s, k) => (k === firstOpen(s) ? openIn(s).filter((q) => s.placeOf(q) === k && isShown(s, q)) : []);

  // The last step whose numbers may be shown when the page is at step k.
  const known = (s, k) => Math.min(k, firstOpen(s) - 1);

  // -- what stands in the document ----------------------------------------------------------------

  // Of the steps only the present one, and of it what is earned; without a quiz all of them. Questions
  // are asked one at a time: the next may name the answer of this one. Returns whether one is open,
  // here or before.
  function setOut(s, k) {
    if (!quizzing()) {
      if (s.emptied) s.texts.forEach((text) => text.replaceChildren(...s.contents.get(text)));
      if (s.emptied) s.fill();
      s.emptied = false;
      s.gate.hidden = true;
      return false;
    }
    const open = openAt(s, k), hidden = known(s, k) < k, here = s === scene() && k ? s.current : null;
    s.emptied = true;
    for (const text of s.texts) if (text !== here) text.replaceChildren();
    if (here) {
      const said = (s.contents.get(here) || s.words).filter((e) => !hidden || e.classList.contains("op"));
      const shown = questionsAt(s, k).filter((q) => isShown(s, q) && (q.state || q === open[0]));
      here.replaceChildren(...said, ...shown.map((q) => q.form));
      for (const e of all("[data-say]", here)) e.textContent = say(e.dataset.say);
      for (const question of shown) word(s, question);
    }
    s.gate.hidden = !hidden || open.length > 0;
    if (!s.gate.hidden) $("p", s.gate).textContent = gateText(s, k);
    s.fill();
    return hidden;
  }

  function gateText(s, k) {
    const first = firstOpen(s), { box } = s.steps[first - 1];
    return box ? say("asked inside", { name: box.name, step: first }) : say("asked before", { step: first });
  }

  // Goes to the first open question, and opens the boxes that it is in.
  function toQuestion(s) {
    const first = openIn(s).find((q) => s.placeOf(q) === firstOpen(s));
    if (s.reveal?.(first.row)) s.rebuild();
    go(firstOpen(s));
  }

  // The words of a form, in the page's language.
  function word(s, q) {
    const { form, place } = q, parts = named(s, q);
    const where = !place ? "" : place.length === 2 ? say("cell", { row: place[0] + 1, column: place[1] + 1 })
      : place.length === 1 ? say("entry", { entry: place[0] + 1 }) : say("place", { place: `[${place.join(", ")}]` });
    const sum = q.hint === "hint total" ? say("sum so far", parts) : "";
    $(".place", form).textContent = where;
    $(".sum", form).textContent = sum;
    const kind = q.kind === "shape" ? say("shape of") : "";
    $("input", form).setAttribute("aria-label", [kind, sum, q.text, where].filter(Boolean).join(" "));
  }
  // The numbers that a hint names.
  const named = (s, q) => Object.fromEntries(Object.entries(q.parts).map(([name, f]) => [name, show(evaluated(s, f)).replace("-", "−")]));

  const isOpen = () => quizzing() && questions().some((q) => !q.state);

  // Tables, notes, the descent, the description of the picture and the data of the lesson would tell.
  const sections = all("main > section:not(.scene)").map((section) => [section, document.createComment("")]);
  function hideOthers() {
    const hidden = isOpen();
    for (const [section, stand] of sections) (hidden ? section : stand).replaceWith(hidden ? stand : section);
    for (const s of scenes) {
      const description = $("desc", s.svg);
      if (!description) continue;
      description.textContent = hidden ? "" : wholeText(description);
    }
    for (const descent of all(".descend, .plot")) descent.hidden = hidden;
    if (quizzing()) $("#lesson").textContent = "";
  }

  // What an element of the picture says where nothing is hidden.
  function wholeText(e) { return e.words?.[lang] ?? (e.whole ??= e.textContent); }

  // Tooltips and labels of arrows say what the picture shows by now, and no more.
  on("paint", (s, k) => {
    const sent = new Set(), wanted = new Set();
    s.steps.forEach((step, i) => {
      if (step.phase !== "backward") return;
      for (const [slot, operand] of step.terms) {
        if (i < k) sent.add(`${step.row}.${slot}`);
        else wanted.add(String(operand));
      }
    });
    for (const [row, node] of Object.entries(s.nodes)) {
      const tip = $("title", node.g);
      if (!tip) continue;
      const whole_ = wholeText(tip);
      if (s.made[row] > k) tip.textContent = whole_.split("\n")[0];
      else if (!s.data.live) tip.textContent = wanted.has(row) || k < s.steps.length ? whole_.split("\ngrad")[0] : whole_;
    }
    for (const [key, edge] of Object.entries(s.edges)) {
      const tip = $("title", edge.g);
      if (tip) {
        const whole_ = wholeText(tip);
        tip.textContent = sent.has(key) && !s.data.live ? whole_ : "";
      }
      if (!edge.local) continue;
      edge.wrote ??= edge.local.textContent;
      if (!sent.has(key)) edge.local.textContent = "";
      else if (!s.data.live || typeof s.number(`l${key}`) !== "number") edge.local.textContent = edge.wrote;
    }
  });

  // -- answers ------------------------------------------------------------------------------------

  const local = (q) => { q.reader ??= localDerivative(q.local); return q.reader; };
  const NUMBER = {
    read: (q, text) => { const x = typedNumber(text); return x === x ? x : null; },
    wish: () => say("a number"),
    value: (s, q, formula) => evaluated(s, formula),
    equal: alike,
    written: (x) => show(x).replace("-", "−"),
  };
  const KINDS = {
    number: NUMBER,
    cell: NUMBER,
    shape: {
      read: (q, text) => typedShape(text),
      wish: () => say("a shape"),
      value: (s, q, shape) => shape,
      equal: (a, b) => a.join() === b.join(),
      written: (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`,
    },
    // Of an expression its values at some points.
    expression: {
      read(q, text) {
        const expression = local(q).read(text);
        return expression && Object.assign(local(q).at(expression), { fixed: expression.fixed });
      },
      wish: (q) => say("an expression", { names: q.local.names.filter((name) => Number.isNaN(Number(name))).join(", ") }),
      value: (s, q, text) => local(q).at(local(q).read(text)),
      equal: agree,
      written: (x, q) => q.answer,
    },
  };

  function check(s, q) {
    const input = $("input", q.form), { read: read_, wish, equal, value, written: written_ } = KINDS[q.kind], given = read_(q, input.value);
    if (q.state) return;
    if (given === null) {
      tell(q, wish(q));
      return;
    }
    const answer = q.local ? local(q).right : value(s, q, q.answer), right = equal(given, answer);
    q.tries += 1;
    if (!right && q.tries < TRIES) {
      tell(q, `${hint(s, q, given, answer)} ${say("again")}`);
      input.select();
      return;
    }
    const end = written_(answer, q);
    close(q, right ? "right" : "missed");
    q.form.dataset.answer = end;
    tell(q, right ? say("right") : say("wrong", { value: Array.isArray(q.worked) ? `${writtenOut(s, q.worked)} = ${end}` : end }));
    sayScore();
    const left = openAt(s, at);
    if (left.length) {
      setOut(s, at);
      $("input", left[0].form).focus();
    } else {
      const words = questionsAt(s, at).map((one) => $(".verdict", one.form).textContent).join(" ");
      go(at);
      $("#live").textContent = `${words} ${$("#live").textContent}`;
      $("#next").focus();
    }
  }

  function tell(q, text) {
    $(".verdict", q.form).textContent = text;
    $("#live").textContent = text;
  }

  function close(q, state) {
    q.state = state;
    q.form.classList.add("done", state === "right" ? "right" : "wrong");
    $("input", q.form).readOnly = true;
  }

  // The sentence for the slip that gives this answer, or for none of them.
  function hint(s, q, given, answer) {
    const { equal, value } = KINDS[q.kind];
    const slip = q.slips.find(([, formula]) => equal(given, value(s, q, formula)) && !equal(answer, value(s, q, formula)));
    if (slip) return say(`slip ${slip[0]}`, named(s, q));
    if (q.local) return hintOfExpression(s, q, given, answer);
    const close_ = q.kind !== "shape" && Math.abs(given - answer) <= 0.05 * Math.abs(answer);
    return close_ ? say("slip rounding") : say(q.hint, named(s, q));
  }

  function hintOfExpression(s, q, given, answer) {
    const here = s.number(`l${q.row}.${q.local.slot}`);
    if (given.fixed) return say(typeof here === "number" && alike(given[0], here) ? "slip here only" : q.hint);
    const factors = given.map((x, k) => x / answer[k]);
    return factors.every((x) => x && near(x, factors[0])) ? say("slip factor") : say(q.hint);
  }

  // A question that is passed over counts as missed.
  function passOver() {
    const s = scene();
    for (const question of openIn(s)) if (s.placeOf(question) <= at) close(question, "passed");
    go(at);
  }

  // -- the score ----------------------------------------------------------------------------------

  function sayScore() {
    const over = questions().filter((q) => q.state), right = over.filter((q) => q.state === "right");
    $("#score").textContent = over.length && quizzing() ? say("score", { right: right.length, tried: over.length }) : "";
  }

  // At the end of a scene: the score, and a link that asks the missed ones again.
  on("step", (k) => {
    const s = scene(), over = questions().filter((q) => q.state), missed = over.filter((q) => q.state !== "right");
    s.end.hidden = !quizzing() || k < last() || known(s, k) < k || !over.length;
    hideOthers();
    sayScore();
    if (s.end.hidden) return;
    const right = over.length - missed.length, first = over.filter((q) => q.state === "right" && q.tries === 1).length;
    $("p", s.end).textContent = say("final score", { right, asked: over.length, first });
    const link = $("a", s.end);
    link.hidden = !missed.length;
    if (!missed.length) return;
    const [place, number] = missed[0].name.split(".").map(Number), step = scenes[place - 1].placeOf(scenes[place - 1].questions[number - 1]) || 1;
    const names = missed.map((q) => q.name).join(",");
    link.setAttribute("href", `#${scenes.length > 1 ? `scene=${place}&` : ""}step=${step}&ask=${names}`);
    link.textContent = say("replay");
  });

  // -- the address: #quiz=1 turns the quiz on, #ask=1.4,2.1 asks these questions again ---------------

  function read(address) {
    const names = (address.get("ask") || "").split(",").filter((name) => /^\d+\.\d+$/.test(name));
    if (address.has("quiz") || names.length) $("#quiz").checked = names.length > 0 || address.get("quiz") === "1";
    const same = only && [...only].join() === names.join();
    only = names.length ? new Set(names) : null;
    if (only && !same) {
      for (const question of questions()) {
        Object.assign(question, { state: "", tries: 0 });
        question.form.classList.remove("done", "right", "wrong");
        delete question.form.dataset.answer;
        Object.assign($("input", question.form), { readOnly: false, value: "" });
        $(".verdict", question.form).textContent = "";
      }
    }
    begin();
  }

  const kept = () => (only ? { ask: [...only].join(",") } : quizzing() === $("#quiz").defaultChecked ? {} : { quiz: quizzing() ? "1" : "0" });

  // All scenes as they are before the first step, in the document and in their pictures.
  function begin() {
    for (const [i, s] of scenes.entries()) {
      if (s.ask) prepare(s, i);
      if (quizzing() && s.unfold && !s.unfolded) s.unfold(s.questions);
      setOut(s, 0);
      if (quizzing() && s !== scene()) s.paint(0);
    }
  }

  $("#quiz").addEventListener("change", () => {
    if (!quizzing()) only = null;
    begin();
    go(at);
  });
  Object.assign(quiz, { setOut, openAt, known, isOpen, passOver, read, kept });
}
