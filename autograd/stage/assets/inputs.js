// Inputs that are edited, and the descent of the parameters.
function edited(input) {
  const s = scene(), whole = input.dataset.whole !== undefined;
  const value = whole ? fieldNumber(input, say("a whole number"), Number.isInteger) : fieldNumber(input, say("a number"));
  if (value !== value) {
    $("#live").textContent = input.title;
    return;
  }
  const { row, at: place } = input.dataset;
  if (place) s.values[row] = { ...s.values[row], data: s.values[row].data.map((x, k) => (k === Number(place) ? value : x)) };
  else if (row) s.values[row] = value;
  else s.rate = value;
  s.compute();
  s.fill();
  refresh(s);
}

// What is shown, with the numbers of the moment.
function refresh(s) {
  s.rewrite();
  s.paint(quiz.known(s, at), at);
}

function descend(times) {
  const s = scene(), out = s.data.rows.length - 1;
  const loss = () => (typeof s.values[out] === "number" ? s.values[out] : s.values[out].data[0]);
  if (!s.losses.length) s.losses.push(loss());
  for (let i = 0; i < times; i += 1) {
    for (const row of s.data.moved) if (s.gradients[row] !== undefined) s.values[row] = arithmetic.moved(s.values[row], s.rate, s.gradients[row], s.data.rows[row]);
    s.compute();
    s.losses.push(loss());
  }
  s.fill();
  settle(s);
}

function reset() {
  const s = scene();
  s.values = [...s.given];
  s.losses = [];
  s.compute();
  s.fill();
  settle(s);
}

// A number in its field, which holds finite ones only: "inf" and "nan" stand there in grey.
function hold(input, value) {
  const fits = Math.abs(value) < Infinity;
  input.value = fits ? String(value) : "";
  input.placeholder = fits ? "" : show(value);
}

// What the losses have become, in words: also when the language changes.
function tellLosses(s) {
  const chart = $(".chart", s.box);
  if (!chart) return;
  const word = s.losses.length ? say("losses", { n: s.losses.length - 1, first: show(s.losses[0]), last: show(s.losses.at(-1)) }) : "";
  $(".losses", s.box).textContent = word;
  chart.setAttribute("aria-label", word || say("no losses"));
}
on("language", () => scenes.forEach(tellLosses));

function settle(s) {
  for (const input of all("input[data-row]", s.entries)) {
    const { row, at: place } = input.dataset;
    hold(input, place ? s.values[row].data[place] : s.values[row]);
    mark(input, "");
  }
  tellLosses(s);
  const chart = $(".chart", s.box);
  chart.classList.toggle("drawn", s.losses.length > 0);
  const known = s.losses.filter((x) => Math.abs(x) < Infinity), low = Math.min(...known), high = Math.max(...known);
  const x = (i) => 70 + (i * 282) / Math.max(1, s.losses.length - 1), y = (v) => 110 - ((v - low) / (high - low || 1)) * 95;
  $("polyline", chart).setAttribute("points", s.losses.map((v, i) => (Math.abs(v) < Infinity ? `${x(i).toFixed(1)},${y(v).toFixed(1)}` : "")).join(" "));
  $(".high", chart).textContent = known.length ? show(high) : "";
  $(".low", chart).textContent = known.length && high > low ? show(low) : "";
  $(".end", chart).textContent = s.losses.length ? String(s.losses.length - 1) : "";
  refresh(s);
  $("#live").textContent = $(".losses", s.box).textContent;
}

for (const input of all(".live input")) input.addEventListener("input", () => edited(input));
for (const button of all("[data-descend]")) button.addEventListener("click", () => descend(Number(button.dataset.descend)));
for (const button of all(".reset")) button.addEventListener("click", reset);
