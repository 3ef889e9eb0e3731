// The gradient of an input as the sum over its paths: each lights in turn with the product of its
// local derivatives, and beside the sum stands the slope by finite difference.
{
  const MOST = 12, PACE = 1100;
  let turning = null;

  // Where the gradient of each row comes from: the consumers, with the slots of this operand.
  const usesOf = (s) => {
    const uses = {};
    for (const step of s.steps) {
      if (step.phase !== "backward") continue;
      for (const [slot, operand] of step.terms || []) (uses[operand] = uses[operand] || []).push([step.row, slot]);
    }
    return uses;
  };
  const end = (s) => s.data.rows.length - 1;

  function countOf(s, uses, leaf) {
    const counts = { [end(s)]: 1 };
    const count = (row) => (counts[row] ??= 0);
    for (let row = end(s) - 1; row >= leaf; row -= 1) for (const [to] of uses[row] || []) counts[row] = count(row) + count(to);
    return count(leaf);
  }

  // The first paths from the input to the output, as lists of [consumer, slot].
  function pathsOf(s, uses, leaf) {
    const paths = [], stack = [[leaf, []]];
    while (stack.length && paths.length < MOST) {
      const [row, way] = stack.pop();
      if (row === end(s)) paths.push(way);
      else for (const [to, slot] of [...(uses[row] || [])].reverse()) stack.push([to, [...way, [to, slot]]]);
    }
    return paths;
  }

  const localOf = (s, [to, slot]) => s.numbers[`l${to}.${slot}`];
  const sign = (text) => (text.startsWith("-") ? `(${text.replace("-", "−")})` : text);
  const nameOf = (s, row) => s.data.rows[row].name;

  // "x → v1 → f: 2 · 3 = 6", of arrays without the numbers.
  function written_(s, leaf, way) {
    const names = [leaf, ...way.map(([to]) => to)].map((row) => nameOf(s, row)).join(" → ");
    const locals = way.map((use) => localOf(s, use)).reverse();
    if (!locals.every((x) => typeof x === "number")) return names;
    const product = locals.reduce((a, b) => a * b, s.gradients[end(s)]), first = s.gradients[end(s)];
    const factors = [...(first === 1 ? [] : [first]), ...locals].map((x, i) => (i ? sign(show(x)) : show(x).replace("-", "−")));
    const value = show(product).replace("-", "−");
    return `${names}: ${factors.length > 1 ? `${factors.join(" · ")} = ` : ""}${value}`;
  }

  // The output, weighed by the gradient it starts with, when one element of the input moves by h.
  function moved_(s, leaf, place, h) {
    const v = [...s.values], x = v[leaf];
    if (typeof x === "number") v[leaf] = x + h;
    else {
      v[leaf] = { shape: x.shape, data: Float64Array.from(x.data) };
      v[leaf].data[place] += h;
    }
    s.data.rows.forEach((row, i) => { if (row.op) v[i] = arithmetic.value(row, row.args.map((j) => v[j])); });
    const out = v.at(-1), seed = s.gradients[end(s)];
    if (typeof out === "number") return out * (typeof seed === "number" ? seed : seed.data[0]);
    return out.data.reduce((sum, value, k) => sum + value * (typeof seed === "number" ? seed : seed.data[k]), 0);
  }

  function slopeOf(s, leaf, place) {
    const x = typeof s.values[leaf] === "number" ? s.values[leaf] : s.values[leaf].data[place], h = 6e-6 * Math.max(1, Math.abs(x));
    return (moved_(s, leaf, place, h) - moved_(s, leaf, place, -h)) / (2 * h);
  }

  function light(s, leaf, way) {
    const rows = new Set([leaf, ...way.map(([to]) => to)].map(String)), uses = new Set(way.map(([to, slot]) => `${to}.${slot}`));
    for (const [row, node] of Object.entries(s.nodes)) node.g.classList.toggle("way", rows.has(row));
    for (const [use, edge] of Object.entries(s.edges)) edge.g.classList.toggle("way", uses.has(use));
  }

  function close_() {
    clearInterval(turning);
    for (const s of scenes) {
      for (const e of all(".way", s.svg)) e.classList.remove("way");
      if (s.paths) s.paths.replaceChildren();
    }
  }

  const add = (parent, name, text, kind) => {
    const e = document.createElement(name);
    if (text !== undefined) e.textContent = text;
    if (kind) e.className = kind;
    parent.append(e);
    return e;
  };

  const hidden = (s) => quizzing() && s.questions.some((q) => !q.state);

  function open_(s, leaf, place = 0) {
    close_();
    if (hidden(s) || s.gradients[leaf] === undefined) return;
    const uses = usesOf(s), count = countOf(s, uses, leaf), ways = pathsOf(s, uses, leaf), box = s.paths;
    const about = { leaf: nameOf(s, leaf), output: nameOf(s, end(s)) };
    add(box, "h2", say("paths of", about)).tabIndex = -1;
    const list = add(box, "ol"), buttons = ways.map((way) => {
      const button = add(add(list, "li"), "button", written_(s, leaf, way));
      button.type = "button";
      const show_ = () => {
        light(s, leaf, way);
        for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      };
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => { clearInterval(turning); show_(); });
      button.turn = show_;
      return button;
    });
    if (count > ways.length) add(box, "p", say("more paths", { n: count < 1e9 ? count - ways.length : `10^${Math.floor(Math.log10(count))}` }));
    const array = typeof s.values[leaf] !== "number", gradient = s.gradients[leaf], value = array ? gradient.data[place] : gradient;
    if (array) {
      const select = add(add(box, "label", `${say("element")} `), "select");
      s.values[leaf].data.forEach((_, k) => { if (k < 64) select.add(new Option(element(s, leaf, k), k, false, k === place)); });
      select.addEventListener("change", () => {
        open_(s, leaf, Number(select.value));
        $("select", box).focus();
      });
    }
    const shown = (x) => show(x).replace("-", "−"), slope = slopeOf(s, leaf, place);
    add(box, "p", say("path sum", { n: count < 1e9 ? count : `10^${Math.floor(Math.log10(count))}`, value: shown(value) }), "sum");
    add(box, "p", say("slope", { value: shown(slope) }), "slope");
    const far = Math.abs(slope - value) > 1e-3 * Math.max(1, Math.abs(value), Math.abs(slope));
    if (far) add(box, "p", say("kink"));
    const shut = add(box, "button", say("close"));
    shut.type = "button";
    shut.addEventListener("click", () => {
      close_();
      follow();
      $(`button[data-paths="${leaf}"]`, s.box)?.focus();
    });
    s.openPaths = [leaf, place];
    buttons[0]?.turn();
    let next_ = 1;
    if (buttons.length > 1 && !still.matches) {
      turning = setInterval(() => { buttons[next_ % buttons.length].turn(); next_ += 1; }, PACE);
    }
    if (camera.following) {
      undock();
      travel(whole());
    }
    return $("h2", box);
  }

  for (const s of scenes) {
    if (!s.data.live || s.data.mode !== "reverse" || s.data.boxed) continue;
    s.paths = document.createElement("section");
    s.paths.className = "paths";
    $(".panel", s.box).append(s.paths);
    const uses = usesOf(s);
    for (const cell of all("[data-gradient]", s.box)) {
      const leaf = Number(cell.dataset.gradient), name = $("th", cell.parentNode);
      if (!uses[leaf]) continue;
      const button = add(name, "button", "Σ", "to-paths");
      button.type = "button";
      button.dataset.paths = leaf;
      button.addEventListener("click", () => open_(s, leaf)?.focus());
    }
    s.svg.addEventListener("click", (e) => {
      const leaf = Number(e.target.closest("g.node[data-row]")?.dataset.row);
      if (uses[leaf] && !s.data.rows[leaf].op) open_(s, leaf);
    });
  }

  const words = () => {
    for (const button of all("button.to-paths")) {
      const s = scenes[Number(button.closest(".scene").dataset.scene)];
      const text = say("paths of", { leaf: nameOf(s, button.dataset.paths), output: nameOf(s, end(s)) });
      button.setAttribute("aria-label", text);
      button.title = text;
    }
    close_();
  };
  on("language", words);
  on("scene", close_);
  on("step", (k) => {
    const s = scene();
    for (const button of all("button.to-paths", s.box)) button.hidden = hidden(s);
    if (hidden(s)) close_();
  });
  on("inputs", (s) => { if (s.paths?.children.length) open_(s, ...s.openPaths); });
}
