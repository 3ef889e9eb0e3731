// The questions of a computation of single numbers, as autograd/lessons asks them: the value of a
// step forward, the gradient that a step back sends, and what the usual slips give.
const questionsOf = (() => {
  const MANY = 20, MOST_ALIKE = 2, LONG = 200, FIRST = 48, common = { kind: "number", place: null }, SIGN_OF = { add: "+", sub: "-", mul: "*", div: "/" };

  function forward(s, row) {
    const { op, args } = s.data.rows[row], operands = args.map((j) => `v${j}`), sign = SIGN_OF[op], answer = `v${row}`, local = s.sent(row, 0)?.local;
    const slips = [["sign", ["*", -1, answer]]];
    if (sign && operands.length === 2) {
      if (op === "sub" || op === "div") slips.push(["swapped", [sign, ...[...operands].reverse()]]);
      for (const other of Object.values(SIGN_OF)) if (other !== sign) slips.push(["operation", [other, ...operands]]);
    } else if (op === "pow") slips.push(["operation", ["*", ...operands]]);
    else if (op === "square") slips.push(["double", ["*", 2, operands[0]]]);
    if (R[op].value.length === 1 && local !== undefined) slips.push(["derivative", `l${row}.0`]);
    slips.push(...operands.map((operand) => ["operand", operand]));
    return { answer, slips, hint: "hint forward", worked: sign ? [sign, ...operands] : null, parts: {} };
  }

  function backward(s, row, slot) {
    const key = `${row}.${slot}`, { args } = s.data.rows[row], [p, b, x, l] = [..."pbxl"].map((letter) => letter + key), added = s.flow(row, slot)?.before !== undefined;
    const total_ = (formula) => (added ? ["+", b, formula] : formula), slips = added ? [["path", p], ["before", b], ["paths", ["*", b, p]], ["minus", ["-", b, p]]] : [["sign", ["*", -1, p]]];
    const others = args.flatMap((_, other) => (other !== slot && s.sent(row, other) ? [["other", ["*", x, `l${row}.${other}`]]] : []));
    const value = `v${args[slot]}`, found = [["upstream", l], ["local", x], ...others, ["value", ["*", x, value]], ["value", ["*", x, `v${row}`]], ["value", value], ["sum", ["+", x, l]], ["quotient", ["/", x, l]]];
    slips.push(...found.map(([name, formula]) => [name, total_(formula)]));
    const product = ["*", x, l];
    return { answer: added ? `t${key}` : p, slips, hint: added ? "hint total" : "hint product", worked: added ? ["+", b, product] : product, parts: { upstream: x, ...(added ? { before: b } : {}) } };
  }

  // The records, each with the text of what it asks for.
  return (s) => {
    const { rows } = s.data, out = rows.at(-1).name, drafts = [], alike = {};
    const computed = rows.flatMap(({ op }, i) => (op ? [i] : [])), some = (list) => (computed.length > LONG ? list.slice(0, FIRST) : list);
    for (const row of some(computed)) {
      const { op, name } = rows[row];
      drafts.push([`${op} forward`, () => ({ phase: "forward", row, ...common, ...forward(s, row), text: `${name} = ${s.expression(row).replaceAll(" * ", " · ")}` })]);
    }
    for (const row of some([...computed].reverse())) {
      for (const [slot, j] of s.terms(row)) {
        const added = s.flow(row, slot)?.before !== undefined;
        drafts.push([`${rows[row].op} ${slot} ${added}`, () => ({ phase: "backward", row, ...common, ...backward(s, row, slot), text: `∂${out}/∂${rows[j].name}` })]);
      }
    }
    return drafts.filter(([topic]) => {
      alike[topic] = (alike[topic] || 0) + 1;
      return drafts.length <= MANY || alike[topic] <= MOST_ALIKE;
    }).map(([, make]) => make());
  };
})();

// The questions of a scene, and a template with their forms.
function asked(s) {
  const holder = document.createElement("template"), add = (parent, name, properties = {}) => parent.appendChild(Object.assign(document.createElement(name), properties));
  s.data.questions = s.data.rows.every((row) => !row.kernel) ? questionsOf(s) : [];
  s.data.questions.forEach(({ text }, k) => {
    const form = add(holder.content, "form", { className: "ask" }), label = add(form, "label");
    form.dataset.question = k;
    add(label, "span", { className: "sum" });
    label.append(`${text} =`);
    add(label, "span", { className: "place" });
    add(label, "input", { autocomplete: "off", spellcheck: false });
    add(form, "button", { textContent: say("check") }).dataset.say = "check";
    add(form, "span", { className: "verdict" });
  });
  return holder;
}
