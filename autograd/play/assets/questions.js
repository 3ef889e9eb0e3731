// The questions of a computation, as autograd/lessons asks them: the value of a step forward, the
// gradient that a step back sends, of arrays one cell or the shape; and what the usual slips give.
const questionsOf = (() => {
  const MANY = 20, MOST_ALIKE = 2, LONG = 200, FIRST = 48, LARGEST = 64, LONGEST_SUM = 6, SIGN_OF = { add: "+", sub: "-", mul: "*", div: "/" };
  const at = (name, place) => (place ? ["at", name, place] : name);
  const sizeAt = (s, row) => s.values[row].shape ?? [];
  const summedUp = (parts) => (parts.length === 1 ? parts[0] : ["+", ...parts]);
  const multiplied = (pairs) => pairs.map(([a, b]) => ["*", a, b]);
  const turned = (place, shape) => { const other = place?.length === 2 && [place[1], place[0]]; return other && String(other) !== String(place) && other.every((i, d) => i < shape[d]) ? other : null; };
  const placesIn = (axes) => axes.reduce((places, axis) => places.flatMap((place) => axis.map((i) => [...place, i])), [[]]);
  const upTo = (n) => [...Array(n).keys()];

  // -- forward ---------------------------------------------------------------------------------------

  const elementwiseOperands = (s, row, place) => s.data.rows[row].args.filter((j) => sizeAt(s, j).length <= (place?.length ?? 0)).map((j) => at(`v${j}`, sizeAt(s, j).length ? place : null));

  // The products that add up to one cell of A @ B.
  function rowTimesColumn(s, row, place) {
    const { op, args } = s.data.rows[row], [a, b] = args.map((j) => sizeAt(s, j));
    if (op !== "matmul" || Math.max(a.length, b.length) > 2) return [];
    const i = (place ?? []).slice(0, a.length - 1), j = (place ?? []).slice(a.length - 1);
    return upTo(a.at(-1)).map((k) => [["at", `v${args[0]}`, [...i, k]], ["at", `v${args[1]}`, [k, ...j]]]);
  }

  function forward(s, row, place) {
    const { op, args, attrs } = s.data.rows[row], answer = at(`v${row}`, place), slips = [["sign", ["*", -1, answer]]], operands = elementwiseOperands(s, row, place), sign = SIGN_OF[op];
    const question = (worked) => ({ phase: "forward", row, kind: place ? "cell" : "number", place, answer, slips, hint: "hint forward", worked, parts: {} });
    if (s.isRule(row)) {
      if (sign && operands.length === 2) {
        if (op === "sub" || op === "div") slips.push(["swapped", [sign, ...[...operands].reverse()]]);
        for (const other of Object.values(SIGN_OF)) if (other !== sign) slips.push(["operation", [other, ...operands]]);
      } else if (op === "pow") slips.push(["operation", ["*", ...operands]]);
      else if (op === "square") slips.push(["double", ["*", 2, operands[0]]]);
      if (R[op].value.length === 1 && s.sent(row, 0)?.local !== undefined) slips.push(["derivative", at(`l${row}.0`, place)]);
      slips.push(...operands.map((operand) => ["operand", operand]));
      return question(sign ? [sign, ...operands] : null);
    }
    const pairs = rowTimesColumn(s, row, place), first = sizeAt(s, args[0]), other = turned(place, sizeAt(s, row));
    if (pairs.length > 1) slips.push(...multiplied(pairs).map((one) => ["term", one]));
    if (other) slips.push(["transposed", at(`v${row}`, other)]);
    if (op === "getitem" && !place && first.length === 1) {
      const index = attrs.from?.[0] ?? 0;
      slips.push(...[index - 1, index + 1].filter((i) => i >= 0 && i < first[0]).map((i) => ["index", ["at", `v${args[0]}`, [i]]]));
    }
    if ((op === "sum" || op === "mean") && !place) slips.push(["mean", [op === "sum" ? "/" : "*", answer, sizeOf(first)]]);
    return question(pairs.length && pairs.length <= LONGEST_SUM ? summedUp(multiplied(pairs)) : null);
  }

  // -- backward --------------------------------------------------------------------------------------

  // The products that add up to what flows to one cell: upstream gradient and factor of each.
  function products(s, row, slot, place) {
    const { op, args } = s.data.rows[row], x = `x${row}.${slot}`, l = `l${row}.${slot}`, out = sizeAt(s, row), own = sizeAt(s, args[slot]);
    if (s.isRule(row)) {
      if (String(out) === String(own)) return [[at(x, place), at(l, place)]];
      const free = out.length - own.length, axes = out.map((n, d) => (d < free || n !== own[d - free] ? upTo(n) : [place[d - free]]));
      return placesIn(axes).map((one) => [at(x, one), at(l, one)]);
    }
    const [a, b] = args.map((j) => sizeAt(s, j));
    if (op !== "matmul" || Math.max(a.length, b.length) > 2) return [];
    const other = `v${args[1 - slot]}`, upstream = (one) => at(x, one.length ? one : null);
    if (slot === 0) return (b.length === 2 ? upTo(b[1]).map((j) => [j]) : [[]]).map((j) => [upstream([...place.slice(0, -1), ...j]), ["at", other, [place.at(-1), ...j]]]);
    return (a.length === 2 ? upTo(a[0]).map((i) => [i]) : [[]]).map((i) => [upstream([...i, ...place.slice(1)]), ["at", other, [...i, place[0]]]]);
  }

  // g @ B for g @ B.T: where B is square, the shapes do not object.
  function notTransposed(s, row, slot, place) {
    const { op, args } = s.data.rows[row], other = args[1 - slot], shape = op === "matmul" ? sizeAt(s, other) : [], x = `x${row}.${slot}`;
    if (place?.length !== 2 || shape.length !== 2 || shape[0] !== shape[1] || shape[0] > LONGEST_SUM) return [];
    const [i, j] = place, pairs = upTo(shape[0]).map((k) => (slot === 0 ? [["at", x, [i, k]], ["at", `v${other}`, [k, j]]] : [["at", `v${other}`, [i, k]], ["at", x, [k, j]]]));
    return [["not transposed", summedUp(multiplied(pairs))]];
  }

  // softmax(z) alone: the gradient of a cross-entropy subtracts the target.
  function withoutTarget(s, row, slot, place) {
    const { args, attrs } = s.data.rows[row], [logits, targets] = args.map((j) => sizeAt(s, j)), p = at(`p${row}.${slot}`, place);
    if (attrs.weight || attrs.label_smoothing || attrs.reduction !== "mean" || logits.length !== 2) return [];
    const target = targets.length === 1 ? Number(s.values[args[1]].data[place[0]] === place[1]) : at(`v${args[1]}`, place);
    return [["target", ["+", p, ["/", ["*", target, `x${row}.${slot}`], logits[0]]]], ...(logits[0] > 1 ? [["batch", ["*", p, logits[0]]]] : [])];
  }

  function ofProduct(s, row, slot, place, pairs) {
    const { op, args } = s.data.rows[row], key = `${row}.${slot}`, p = at(`p${key}`, place), value = at(`v${args[slot]}`, place), found = [];
    if (pairs.length === 1) {
      const [[x, l]] = pairs, out = Array.isArray(x) ? x[2] : null;
      found.push(["upstream", l], ["local", x]);
      if (s.isRule(row)) {
        args.forEach((_, other) => { if (other !== slot && s.sent(row, other)?.local !== undefined) found.push(["other", ["*", x, at(`l${row}.${other}`, out)]]); });
        found.push(["value", ["*", x, value]], ["value", ["*", x, at(`v${row}`, out)]], ["value", value]);
      }
      found.push(["sum", ["+", x, l]], ["quotient", ["/", x, l]]);
    } else found.push(...multiplied(pairs).map((one) => [op === "matmul" ? "term" : "row", one]));
    const other = turned(place, sizeAt(s, args[slot]));
    if (other) found.push(["transposed", at(`p${key}`, other)]);
    found.push(...notTransposed(s, row, slot, place));
    if (op === "sum" || op === "mean") found.push(["mean", [op === "sum" ? "/" : "*", p, sizeOf(sizeAt(s, args[slot]))]], ["value", value]);
    if (op === "softmax") found.push(["softmax", ["*", at(`v${row}`, place), at(`x${key}`, place)]]);
    if (op === "cross_entropy" && place) found.push(...withoutTarget(s, row, slot, place));
    if (op === "stack" && !place) args.forEach((_, i) => { if (i !== slot) found.push(["index", ["at", `x${key}`, [i]]]); });
    return found;
  }

  function backward(s, row, slot, place) {
    const key = `${row}.${slot}`, [p, b] = [..."pb"].map((letter) => at(letter + key, place)), added = s.flow(row, slot)?.before !== undefined, pairs = products(s, row, slot, place);
    const slips = added ? [["path", p], ["before", b], ["paths", ["*", b, p]], ["minus", ["-", b, p]]] : [["sign", ["*", -1, p]]];
    slips.push(...ofProduct(s, row, slot, place, pairs).map(([name, formula]) => [name, added ? ["+", b, formula] : formula]));
    const worked = pairs.length && pairs.length <= LONGEST_SUM ? summedUp([...(added ? [b] : []), ...multiplied(pairs)]) : null;
    const parts = { ...(pairs.length === 1 ? { upstream: pairs[0][0] } : {}), ...(added ? { before: b } : {}) };
    const hint = added ? "hint total" : s.isRule(row) && parts.upstream ? "hint product" : "hint adjoint";
    return { phase: "backward", row, kind: place ? "cell" : "number", place, answer: added ? at(`t${key}`, place) : p, slips, hint, worked, parts };
  }

  // -- which cell, and which questions ---------------------------------------------------------------

  // Of all cells the one at which most slips give a number of their own; not always the first.
  function best(s, step, shape, ask) {
    const all_ = placesIn(shape.map(upTo)).map(ask), apart = all_.map((question) => {
      const answer = show(evaluated(s, question.answer)), given = new Set(question.slips.map(([, slip]) => show(evaluated(s, slip))));
      given.delete(answer);
      given.delete("0");
      return given.size + 2 * (answer !== "0");
    });
    const most = Math.max(...apart), found = all_.filter((_, k) => apart[k] === most);
    return found[(7 * step) % found.length];
  }

  function ofShape(phase, row, shape, shapes, name, hint) {
    const slips = [["reversed shape", [...shape].reverse()], ["no ones", shape.filter((n) => n !== 1)], ...shapes.map((other) => [name, other])];
    return { phase, row, kind: "shape", place: null, answer: shape, slips: slips.filter(([, other]) => String(other) !== String(shape)), hint, worked: null, parts: {} };
  }

  // The records, each with the text of what it asks for.
  return (s) => {
    const { rows } = s.data, out = rows.at(-1).name, drafts = [], alike = {};
    const computed = rows.flatMap(({ op }, i) => (op ? [i] : [])), some = (list) => (computed.length > LONG ? list.slice(0, FIRST) : list);
    const draft = (topic, text, ask) => drafts.push([topic, () => ({ text, ...ask() })]);
    // A number, or one cell of an array.
    const number = (topic, text, phase, row, shape, ask) => {
      if (!shape.length) draft(topic, text, () => ask(null));
      else if (sizeOf(shape) && sizeOf(shape) <= LARGEST) draft(topic, text, () => best(s, s.placeOf({ phase, row }) || row, shape, ask));
    };
    for (const row of some(computed)) {
      const { op, name, args } = rows[row], text = `${name} = ${s.expression(row).replaceAll(" * ", " · ")}`, shape = sizeAt(s, row), shapes = args.map((j) => sizeAt(s, j)).filter((one) => one.length);
      if (shape.length && !s.isRule(row) && !(shapes.length && shapes.every((one) => String(one) === String(shape)))) draft(`shape ${op}`, text, () => ofShape("forward", row, shape, shapes, "operand shape", "hint shape"));
      number(`forward ${op}`, text, "forward", row, shape, (place) => forward(s, row, place));
    }
    for (const row of some([...computed].reverse())) {
      for (const [slot, j] of s.terms(row)) {
        const { op, args } = rows[row], text = `∂${out}/∂${rows[j].name}`, shape = sizeAt(s, j), upstream = sizeAt(s, row);
        if (shape.length && !s.isRule(row) && String(shape) !== String(upstream)) draft(`shape d ${op}`, text, () => ofShape("backward", row, shape, [upstream, ...args.map((i) => sizeAt(s, i))], "other shape", "hint gradient shape"));
        number(`backward ${op} ${slot} ${s.flow(row, slot)?.before === undefined}`, text, "backward", row, shape, (place) => backward(s, row, slot, place));
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
  s.data.questions = questionsOf(s);
  s.data.questions.forEach(({ text, kind }, k) => {
    const form = add(holder.content, "form", { className: "ask" }), label = add(form, "label");
    form.dataset.question = k;
    if (kind === "shape") add(label, "span", { textContent: say("shape of") }).dataset.say = "shape of";
    add(label, "span", { className: "sum" });
    label.append(kind === "shape" ? ` ${text}` : `${text} =`);
    add(label, "span", { className: "place" });
    add(label, "input", { autocomplete: "off", spellcheck: false });
    add(form, "button", { textContent: say("check") }).dataset.say = "check";
    add(form, "span", { className: "verdict" });
  });
  return holder;
}
