// Equations that may go on in the next line: a formula for each of their sides.
function breakable(words) {
  for (const math of all(".eq > math", words)) {
    const row = math.firstElementChild, signs = [...row.children].filter((e) => e.localName === "mo" && /^\+?=$/.test(e.textContent) && e.previousSibling);
    let from = math;
    for (const sign of signs) {
      const next = math.cloneNode(false), rest = row.cloneNode(false);
      for (let e = sign; e;) {
        const after = e.nextSibling;
        rest.append(e);
        e = after;
        if (signs.includes(e)) break;
      }
      next.append(rest);
      from.after(next);
      from = next;
    }
  }
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
// is then still too large is set smaller, as far as it can be read, and its matrices are elided;
// then the panel scrolls. Sizes are in pixels: the numbers in a matrix are three quarters of them.
const LEAST_FORMULA = 12.2;
function fitPanel(s) {
  const panel = $(".panel", s.box), formulas = all(".step.on .eq > math, .step.on .op > math", panel), style = getComputedStyle(panel);
  unfit(panel);
  const own = formulas.map((math) => parseFloat(getComputedStyle(math).fontSize));
  const over = () => { // how many times as large as their room they are
    const widths = formulas.map((math) => math.getBoundingClientRect().width), words = $(".step.on", panel);
    const room = panel.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const height = words ? words.offsetTop + words.offsetHeight - panel.offsetTop : 0;
    return { wide: widths.map((width) => width / Math.max(1, room)), tall: height / Math.max(1, panel.clientHeight) };
  };
  const most = panel.offsetTop > $(".picture", s.box).offsetTop ? 1.5 : 1.3;
  panel.classList.remove("full");
  let now = over();
  const fits = () => now.tall <= 1 && now.wide.every((x) => x <= 1);
  while (!fits() && (s.share || 1) < most) {
    s.share = (s.share || 1) + 0.1;
    s.box.style.setProperty("--share", s.share.toFixed(1));
    now = over();
  }
  const shrink = () => {
    for (let size = 1; !fits() && size > 0.5; size *= 0.9) {
      const { wide } = now;
      formulas.forEach((math, i) => {
        const before_ = parseFloat(math.style.fontSize) || own[i];
        math.style.fontSize = `${Math.max(Math.min(LEAST_FORMULA, own[i]), Math.min(before_ / Math.max(1, wide[i]), own[i] * size)).toFixed(2)}px`;
      });
      now = over();
    }
  };
  shrink();
  if (!fits()) {
    unfit(panel);
    all(".step.on .eq mtable.matrix", panel).forEach(elide);
    for (const e of all(".step.on .shapes", panel)) e.classList.add("elided"); // they stand below
    now = over();
    shrink();
  }
  // The legend waits where there is no room for it.
  panel.classList.toggle("full", panel.scrollHeight > panel.clientHeight + 1);
}
on("paint", (s) => { if (!s.box.hidden && !frames) fitPanel(s); });
on("scene", usualPanel);
addEventListener("resize", () => { usualPanel(scene()); fitPanel(scene()); });

// The panel at its usual size.
function usualPanel(s) {
  s.share = 1;
  s.box.style.removeProperty("--share");
}
