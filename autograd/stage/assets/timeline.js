// Where the page is: the scene that is shown, the step in it, and the controls that go there.
lesson.scenes.forEach((data, i) => scenes.push(data.boxed ? (data.mode === "forward" ? new TangentScene(data, i) : new BoxScene(data, i)) : new Scene(data, i)));
const scene = () => scenes[which];
const last = () => scene().steps.length;
const quizzing = () => $("#quiz").checked;
// A question is open, at the present step or before it.
const waiting = () => scene().box.classList.contains("asking");

function go(k, quietly) {
  const s = scene();
  at = Math.max(0, Math.min(last(), k));
  const step = s.steps[at - 1];
  s.turn(at);
  $(".start", s.box).classList.toggle("on", at === 0);
  const asking = quiz.setOut(s, at);
  s.box.classList.toggle("asking", asking);
  s.paint(quiz.known(s, at), at);
  $("main").dataset.steps = last();
  $("#scrub").max = last();
  $("#scrub").value = at;
  $("#scrub").setAttribute("aria-valuetext", say("count", { step: at, steps: last() }));
  $("#count").textContent = `${at} / ${last()}`;
  for (const id of ["first", "previous"]) $(`#${id}`).setAttribute("aria-disabled", String(at === 0));
  for (const id of ["next", "last"]) $(`#${id}`).setAttribute("aria-disabled", String(at === last() && !asking));
  $("#phase").textContent = !step ? say("start heading") : step.tangent ? say("moving", { name: s.data.rows[step.seedRow].name }) : say(step.title || step.phase);
  const [question] = quiz.openAt(s, at);
  $("#live").textContent = question ? say(`${question.kind} asked`) : asking ? $("p", s.gate).textContent : `${say("count", { step: at, steps: last() })}: ${s.spoken(at)}`;
  if (question) $("input", question.form).focus({ preventScroll: true });
  emit("step", at, step);
  if (!quietly) pace.calmly("address", keepAddress);
  if (at === last() && timer) play();
}

function choose(place, k) {
  which = place;
  scenes.forEach((s, i) => {
    s.box.hidden = i !== place;
    if (i !== place) for (const card of all("[aria-current]", s.svg)) card.removeAttribute("aria-current");
  });
  if ($("#scene")) $("#scene").value = String(place);
  emit("scene", scene());
  go(k);
}

function next() {
  if (quiz.openAt(scene(), at).length) quiz.passOver();
  else go(at + 1);
}

function play() {
  const playing = timer === null;
  if (playing) {
    if (at === last()) go(0);
    timer = setInterval(() => { if (!waiting()) go(at + 1); }, lesson.pace / speed());
  } else {
    clearInterval(timer);
    timer = null;
  }
  sayPlay();
}

const speed = () => Number($("#speed").value);
function sayPlay() {
  const key = timer === null ? "play" : "pause";
  $("#play").setAttribute("aria-pressed", String(timer !== null));
  $("#play .word").textContent = say(key);
}

// The bar behind the scrubber: each phase in its colour, and a chapter for each further scene.
const COLOURS = { forward: "var(--data)", backward: "var(--grad)", update: "var(--good)" };
function colour(s) {
  const parts = [], count = s.steps.length;
  s.steps.forEach((step, i) => {
    const paint = COLOURS[step.phase], end = (100 * (i + 1)) / count;
    if (parts.length && parts.at(-1).paint === paint) parts.at(-1).end = end;
    else parts.push({ paint, start: (100 * i) / count, end });
  });
  const stops = parts.map((p) => `${p.paint} ${p.start.toFixed(2)}% ${p.end.toFixed(2)}%`).join(",");
  $("#scrub").style.setProperty("--phases", `linear-gradient(90deg,${stops || "var(--band) 0 100%"})`);
  $("#scrub").style.order = which;
  for (const chapter of all("[data-chapter]")) {
    const place = Number(chapter.dataset.chapter);
    chapter.style.order = place;
    chapter.style.flexGrow = String(Math.max(1, scenes[place].steps.length));
    chapter.setAttribute("aria-current", String(place === which));
  }
}
on("scene", colour);
on("language", sayPlay);

const actions = { first: () => go(0), previous: () => go(at - 1), next, last: () => go(last()), play };
for (const [id, act] of Object.entries(actions)) $(`#${id}`).addEventListener("click", act);
$("#scrub").addEventListener("input", (e) => go(Number(e.target.value)));
$("#speed").addEventListener("change", () => { if (timer) { play(); play(); } });
for (const chapter of all("[data-chapter]")) chapter.addEventListener("click", () => choose(Number(chapter.dataset.chapter), 0));
if ($("#scene")) $("#scene").addEventListener("change", (e) => choose(Number(e.target.value), 0));
