// Where the page is: the scene that is shown, the step in it, and the controls that go there.
const scenes = lesson.scenes.map((data, i) => new Scene(data, i));
const scene = () => scenes[which];
const last = () => scene().steps.length;
const quizzing = () => $("#quiz").checked;
// A question is shown, and not answered.
const waiting = () => scene().box.classList.contains("asking");

function go(k, quietly) {
  const s = scene();
  at = Math.max(0, Math.min(last(), k));
  const step = s.steps[at - 1];
  s.current = at ? s.texts[at - 1] : null;
  s.texts.forEach((e, i) => e.classList.toggle("on", i === at - 1));
  $(".start", s.box).classList.toggle("on", at === 0);
  const asking = quizzing() && s.asks.length > 0 && !s.answered.has(at);
  s.box.classList.toggle("asking", asking);
  s.paint(asking ? at - 1 : at, at);
  $("main").dataset.steps = last();
  $("#scrub").max = last();
  $("#scrub").value = at;
  $("#scrub").setAttribute("aria-valuetext", say("count", { step: at, steps: last() }));
  $("#count").textContent = `${at} / ${last()}`;
  for (const id of ["first", "previous"]) $(`#${id}`).setAttribute("aria-disabled", String(at === 0));
  for (const id of ["next", "last"]) $(`#${id}`).setAttribute("aria-disabled", String(at === last() && !asking));
  $("#phase").textContent = !step ? say("start heading") : step.tangent ? say("tangents", { name: s.data.rows[step.seedRow].name }) : say(step.phase);
  $("#live").textContent = asking ? say("asking") : `${say("count", { step: at, steps: last() })}: ${s.spoken(at)}`;
  if (asking) s.asks[0].querySelector("input").focus({ preventScroll: true });
  emit("step", at, step);
  if (!quietly) keepAddress();
  if (at === last() && timer) play();
}

function choose(place, k) {
  which = place;
  scenes.forEach((s, i) => { s.box.hidden = i !== place; });
  if ($("#scene")) $("#scene").value = String(place);
  emit("scene", scene());
  go(k);
}

function next() {
  if (waiting()) {
    scene().answered.add(at);
    go(at);
  } else go(at + 1);
}

function play() {
  const playing = timer === null;
  if (playing) {
    if (at === last()) go(0);
    timer = setInterval(() => { if (!waiting()) go(at + 1); }, lesson.pace);
  } else {
    clearInterval(timer);
    timer = null;
  }
  $("#play").setAttribute("aria-pressed", String(playing));
}

const actions = { first: () => go(0), previous: () => go(at - 1), next, last: () => go(last()), play };
for (const [id, act] of Object.entries(actions)) $(`#${id}`).addEventListener("click", act);
$("#scrub").addEventListener("input", (e) => go(Number(e.target.value)));
if ($("#scene")) $("#scene").addEventListener("change", (e) => choose(Number(e.target.value), 0));
