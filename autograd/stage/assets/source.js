// The program beside its graph: the line of the present step is marked; a line lights its nodes, a
// node its line.
const program = {};
{
  const key = ([passage, number]) => `${passage}.${number}`;

  for (const s of scenes.filter((one) => one.data.source)) {
    const { passages, lines } = s.data.source, box = document.createElement("details"), title = document.createElement("summary");
    s.lines = {};
    box.className = "source";
    box.open = true;
    title.dataset.say = "source";
    const text = document.createElement("div");
    text.className = "text";
    box.append(title, text);
    passages.forEach((passage, p) => {
      const list = document.createElement("ol");
      let before = passage.lines[0][0] - 1;
      for (const [number, text] of passage.lines) {
        const item = document.createElement("li"), own = Object.keys(lines).filter((row) => key(lines[row]) === key([p, number]));
        const line = document.createElement(own.length ? "button" : "span"), code = document.createElement("code");
        item.value = number;
        item.classList.toggle("gap", number !== before + 1);
        code.textContent = text || " ";
        line.append(code);
        if (own.length) {
          line.type = "button";
          line.setAttribute("aria-pressed", "false");
          line.addEventListener("click", () => light(s, line.getAttribute("aria-pressed") === "true" ? null : [p, number]));
        }
        item.append(line);
        list.append(item);
        s.lines[key([p, number])] = line;
        before = number;
      }
      text.append(list);
    });
    $(".panel", s.box).append(box);
    s.source = box;
    s.svg.addEventListener("click", (e) => {
      const row = e.target.closest("g.node[data-row]")?.dataset.row;
      if (row in lines) light(s, lines[row]);
    });
  }

  // A line and all nodes that it made; null for none.
  function light(s, line) {
    for (const [name, e] of Object.entries(s.lines)) if (e.type) e.setAttribute("aria-pressed", String(line !== null && name === key(line)));
    for (const [row, node] of Object.entries(s.nodes)) {
      const own = s.data.source.lines[row];
      node.g.classList.toggle("lit", line !== null && own !== undefined && key(own) === key(line));
    }
    if (line) reveal(s, s.lines[key(line)]);
  }

  // Scrolls the text alone, not the page.
  function reveal(s, line) {
    const text = $(".text", s.source), a = line.getBoundingClientRect(), b = text.getBoundingClientRect();
    if (a.bottom > b.bottom || a.top < b.top) text.scrollTop += (a.top + a.bottom - b.top - b.bottom) / 2;
  }

  on("step", (k, step) => {
    const s = scene();
    if (!s.lines) return;
    for (const line of all("[aria-current]", s.source)) {
      line.removeAttribute("aria-current");
      delete line.dataset.turn;
      $("code", line).textContent = $("code", line).textContent;
    }
    const { lines, columns, turns } = s.data.source, own = step && lines[step.row];
    if (!own) return;
    const line = s.lines[key(own)];
    line.setAttribute("aria-current", "location");
    reveal(s, line);
    if (columns[step.row]) mark($("code", line), ...columns[step.row]);
    if (turns[step.row]) line.dataset.turn = say("turn", { n: turns[step.row][0], last: turns[step.row][1] });
  });

  // Of a line the expression that made the card, between its two columns.
  function mark(code, begin, end) {
    const text = code.textContent, here = document.createElement("mark");
    here.textContent = text.slice(begin, end);
    code.replaceChildren(text.slice(0, begin), here, text.slice(end));
  }

  Object.assign(program, { light });
}
