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

// A formula that is wider than its panel is set smaller, as far as it can be read; then the panel
// scrolls.
const SMALLEST = 0.72;
function fitEquations(s) {
  const panel = $(".panel", s.box), formulas = all(".step.on .eq > math", panel);
  for (const math of formulas) math.style.fontSize = "";
  const style = getComputedStyle(panel), room = panel.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  const sizes = formulas.map((math) => [math.getBoundingClientRect().width, parseFloat(getComputedStyle(math).fontSize)]);
  formulas.forEach((math, i) => {
    const [width, size] = sizes[i];
    if (width > room && room > 0) math.style.fontSize = `${(size * Math.max(SMALLEST, room / width)).toFixed(2)}px`;
  });
}
on("paint", (s) => { if (!s.box.hidden) fitEquations(s); });
