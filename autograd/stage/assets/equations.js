// Equations that may go on in the next line: a formula for each of their sides.
function breakable(words) {
  for (const math of all(".eq > math", words)) cut(math, (e) => e.localName === "mo" && /^\+?=$/.test(e.textContent));
}

// Goes on in a formula of its own wherever an element of its row `starts` one; the formulas.
function cut(math, starts) {
  const row = math.firstElementChild, rest = [...row.children], from = rest.filter((e, i) => i && starts(e, rest[i - 1])), parts = [math];
  for (const sign of from) {
    const next = math.cloneNode(false), line = row.cloneNode(false), end = from[parts.length];
    line.append(...rest.slice(rest.indexOf(sign), end ? rest.indexOf(end) : undefined));
    if (/^[+−]$/.test(sign.textContent) && !sign.hasAttribute("form")) sign.setAttribute("form", "infix"); // at the head of a row it were a sign
    next.append(line);
    parts.at(-1).after(next);
    parts.push(next);
  }
  return parts;
}

// A formula that is wider than its room goes on at its signs and behind its commas, those inside of
// brackets and fractions last.
function wrapped(math, room) {
  const open = [math], sign = (e) => e.localName === "mo" && e.getAttribute("form") !== "prefix" && /^(\+?=|[+−·×⊙/])$/.test(e.textContent);
  for (let math_ = math; math_; math_ = open.pop()) {
    if (math_.getBoundingClientRect().width <= room) continue;
    const parts = cut(math_, (e, before_) => sign(e) || before_.textContent === ",");
    if (parts.length > 1) open.push(...parts);
    else if (loosened(math_.firstElementChild)) open.push(math_);
  }
}

// Puts what the widest part of a row holds into the row itself; false where no part holds anything.
function loosened(row) {
  const width = (e) => e.getBoundingClientRect().width, held = (e) => (e.localName === "munder" ? e.firstElementChild : e);
  const parts = [...row.children].filter((e) => e.localName === "mfrac" || (held(e).localName === "mrow" && held(e).children.length > 1 && !e.matches(".shape, [data-signed]")));
  const [widest] = parts.sort((a, b) => width(b) - width(a));
  if (!widest) return false;
  const mo = (text) => {
    const e = document.createElementNS(row.namespaceURI, "mo");
    e.textContent = text;
    return e;
  };
  const inner = widest.localName === "mfrac" ? [...widest.children].flatMap((e, i) => [...(i ? [mo("/")] : []), mo("("), e, mo(")")]) : [...held(widest).children, ...[...widest.children].filter((e) => e.matches(".shape"))];
  for (const e of inner) if (e.localName === "mo" && /^[()[\]]$/.test(e.textContent)) e.setAttribute("stretchy", "false");
  widest.replaceWith(...inner);
  return true;
}

// Of a matrix the first and the last row, the first two columns and the last, with dots for the rest.
function elide(table) {
  const rows = [...table.children], columns = rows[0].children.length, width = columns > 4 ? 4 : columns;
  const dots = (sign) => {
    const cell = document.createElementNS(table.namespaceURI, "mtd");
    cell.classList.add("dots");
    cell.textContent = sign;
    return cell;
  };
  for (const row of rows) {
    const cells = [...row.children];
    if (columns > 4) cells.slice(2, -1).forEach((cell) => cell.classList.add("elided"));
    if (columns > 4) cells[1].after(dots("⋯"));
  }
  if (rows.length <= 3) return;
  const between = document.createElementNS(table.namespaceURI, "mtr");
  between.classList.add("dots");
  between.append(...[...Array(width)].map(() => dots("⋮")));
  rows.slice(1, -1).forEach((row) => row.classList.add("elided"));
  rows[0].after(between);
}

function unfit(words) {
  for (const math of all("math", words)) math.style.fontSize = "";
  for (const e of all(".dots", words)) e.remove();
  for (const e of all(".elided", words)) e.classList.remove("elided");
}

// Formulas that do not fit into their panel get more of the window, for the rest of the scene; what
// is then still too large is set smaller, as far as it can be read; then its lines are broken, and
// then its matrices are elided; then the panel scrolls. Sizes are in pixels: the numbers in a matrix
// are three quarters of them.
const LEAST_FORMULA = 12.2;
function fitPanel(s) {
  const panel = $(".panel", s.box), style = getComputedStyle(panel);
  let formulas, own;
  const read = () => { // the formulas, at their usual size
    formulas = all(".step.on :is(.eq, .op, label) > math", panel);
    unfit(panel);
    own = formulas.map((math) => parseFloat(getComputedStyle(math).fontSize));
  };
  read();
  const room = () => Math.max(1, panel.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight));
  const over = () => { // how many times as large as their room they are
    const widths = formulas.map((math) => math.getBoundingClientRect().width), words = $(".step.on", panel);
    const height = words ? words.offsetTop + words.offsetHeight - panel.offsetTop : 0;
    return { wide: widths.map((width) => width / room()), tall: height / Math.max(1, panel.clientHeight) };
  };
  const picture = $(".picture", s.box), stage = picture.offsetHeight + panel.offsetHeight;
  const most = panel.offsetTop > picture.offsetTop ? Math.max(1, Math.min(1.9, (1 - tallest() / stage) / 0.36)) : 1.3;
  panel.classList.remove("full");
  let now = over();
  const fits = () => now.tall <= 1 && now.wide.every((x) => x <= 1);
  if (!fits() && (s.share || 1) < most) {
    const { style: size, clientWidth, clientHeight } = s.svg;
    // The picture keeps its size and its scale until that of the panel is found: its words are not laid out each time.
    Object.assign(size, { width: `${clientWidth}px`, height: `${clientHeight}px` });
    while (!fits() && (s.share || 1) < most) {
      s.share = (s.share || 1) + 0.1;
      s.box.style.setProperty("--share", s.share.toFixed(1));
      now = over();
    }
    fitView();
    Object.assign(size, { width: "", height: "" });
  }
  const shrink = () => { // as little as it takes; as far as it goes where that does not do
    const { wide } = now;
    const set = (size) => {
      formulas.forEach((math, i) => {
        math.style.fontSize = `${Math.max(Math.min(LEAST_FORMULA, own[i]), Math.min(own[i] / Math.max(1, wide[i]), own[i] * size)).toFixed(2)}px`;
      });
      now = over();
      return fits();
    };
    let [small, large] = [0.5, 1];
    if (fits() || !set(small)) return;
    while (large - small > 0.07) {
      const middle = (small + large) / 2;
      if (set(middle)) small = middle;
      else large = middle;
    }
    set(small);
  };
  shrink();
  if (now.wide.some((x) => x > 1)) {
    for (const math of formulas) wrapped(math, room());
    read();
    now = over();
    shrink();
  }
  if (!fits()) {
    unfit(panel);
    all(".step.on .eq mtable.matrix", panel).forEach(elide);
    for (const e of all(".step.on .shapes", panel)) e.classList.add("elided"); // they stand below
    now = over();
    shrink();
  }
  // The legend waits where there is no room for it; a shadow says that there is more.
  for (const name of ["full", "more"]) panel.classList.toggle(name, panel.scrollHeight > panel.clientHeight + 1);
}
on("paint", (s) => { if (!s.box.hidden && !frames) pace.calmly("panel", () => { if (s === scene()) fitPanel(s); }); });
on("scene", (s) => { if (!pace.typing) usualPanel(s); }); // while one types the panel stays as large as it is
addEventListener("resize", () => { usualPanel(scene()); fitPanel(scene()); });

// The panel at its usual size.
function usualPanel(s) {
  s.share = 1;
  s.box.style.removeProperty("--share");
}
