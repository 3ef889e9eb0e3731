// The loop, and what ties the parts together.
{
  const BUDGET = 12, SLOWLY = 500; // milliseconds of updates between two pictures; of a picture where motion is not wanted
  let frame = 0, drawnAt = 0, saidAt = 0, pending = null;

  live.begin = (wanted, changes = [], steps = 0) => {
    live.stop();
    live.training = new Training(wanted, live.given, lesson.start);
    live.point = Math.min(live.point, live.training.data.points.length - 1);
    live.history = [];
    live.looked = null;
    maps.kept = [];
    live.noted();
    settings.show();
    drawing.build();
    plane.build();
    pending = null;
    if (changes.length || steps) again(changes, steps);
    live.draw(true);
    if (started) keepAddress();
  };

  // The updates of a link are made again; what takes long goes on between pictures.
  function again(changes, steps) {
    const until = performance.now() + 1000, stride = Math.max(1, Math.ceil(steps / 100));
    let done = false;
    for (let goal = 0; !done && performance.now() < until; goal = Math.min(steps, live.training.steps + stride)) {
      live.training.replay(changes, goal, until - performance.now());
      live.noted();
      done = live.training.steps >= steps;
    }
    if (done) return;
    pending = { changes, steps };
    const go_ = () => {
      if (!pending) return;
      live.training.replay(pending.changes, pending.steps, BUDGET);
      const finished = live.training.steps >= pending.steps;
      settings.tell(finished ? "" : say("catching up", { now: live.training.steps, all: pending.steps }));
      live.noted();
      live.draw(finished);
      if (finished) pending = null;
      else requestAnimationFrame(go_);
    };
    requestAnimationFrame(go_);
  }

  // Where somebody changes something meanwhile, it goes on from there.
  live.goOn = () => { pending = null; };

  // The losses of the moment, in words and for the chart.
  live.noted = () => {
    const { training: t } = live, train = t.measured(t.data.train), test = t.data.test.length ? t.measured(t.data.test) : { loss: NaN, right: NaN };
    chart.add(t.steps / Math.ceil(t.data.train.length / t.settings.batch), train.loss, test.loss);
    live.now = { train, test };
  };
  function numbers() {
    const { train, test } = live.now, { steps, epochs, data } = live.training, percent = (x) => `${Math.round(100 * x)} %`;
    const said = [say("counted", { epochs, steps }), say("loss of training", { loss: show(train.loss), right: data.classes ? `, ${percent(train.right)}` : "" })];
    if (data.test.length) said.push(say("loss held out", { loss: show(test.loss), right: data.classes ? `, ${percent(test.right)}` : "" }));
    $("#numbers").replaceChildren(...said.map((text) => Object.assign(document.createElement("span"), { textContent: text })));
    $("#losses").setAttribute("aria-label", said.join("; "));
  }

  // The page as it is now; `final` with all that may wait while it runs.
  live.draw = (final = false) => {
    drawnAt = performance.now();
    drawing.weights();
    const coarse = maps.over(maps.coarse);
    drawing.maps(coarse, final);
    if (final) plane.mark();
    plane.draw(final ? maps.over(maps.fine) : coarse, final);
    if (final || drawnAt - saidAt > 100) {
      saidAt = drawnAt;
      numbers();
      chart.draw();
    }
    live.frames = (live.frames ?? 0) + 1;
  };

  function advance() {
    const t = live.training, speed_ = $("#pace").value, until = performance.now() + BUDGET, epochs = { step: 0, epoch: 1, ten: 10 }[speed_];
    const goal = t.epochs + epochs;
    do t.step(); while (t.epochs < goal && performance.now() < until);
  }
  function running() {
    if (!live.playing) return;
    advance();
    live.noted();
    if (!still.matches || performance.now() - drawnAt > SLOWLY) live.draw();
    if (!Number.isFinite(live.now.train.loss)) {
      live.stop();
      settings.tell(say("diverged"), true);
    } else frame = requestAnimationFrame(running);
  }

  live.stop = () => {
    if (!live.playing) return;
    live.playing = false;
    cancelAnimationFrame(frame);
    runs();
    live.draw(true);
    if (started) keepAddress();
  };
  live.toggle = () => {
    if (live.playing) {
      live.stop();
      return;
    }
    pending = null;
    live.playing = true;
    settings.tell("");
    runs();
    frame = requestAnimationFrame(running);
  };
  function runs() {
    $("#run").setAttribute("aria-pressed", String(live.playing));
    $("#run .word").textContent = say(live.playing ? "pause" : "train");
  }
  function by(act) {
    live.stop();
    live.goOn();
    act();
    live.noted();
    live.draw(true);
    keepAddress();
    $("#live").textContent = $("#numbers").innerText;
  }
  $("#run").addEventListener("click", live.toggle);
  $("#one-step").addEventListener("click", () => by(() => live.training.step()));
  $("#one-epoch").addEventListener("click", () => by(() => { const t = live.training, goal = t.epochs + 1; while (t.epochs < goal) t.step(); }));
  $("#again").addEventListener("click", () => live.begin(live.training.settings));

  live.pointSaid = (i) => {
    const [x, y, target] = live.training.data.points[i], held = live.training.data.test.includes(i), { batch } = live.training.settings;
    const name = live.training.settings.data === "own" && live.given.classes.length ? live.given.classes[target] : show(target);
    return `${say(held ? "point held out" : "point trained", { x: show(x), y: show(y), target: name })} ${held ? "" : say("averaged", { n: batch })}`.trim();
  };
  $("#point-graph").addEventListener("click", () => graphView.show(chosenPoint()));
  const chosenPoint = () => {
    const wanted = Math.round(fieldNumber($("#chosen"), say("a number")));
    return wanted === wanted ? Math.min(live.training.data.points.length, Math.max(1, wanted)) - 1 : live.point;
  };
  $("#chosen").addEventListener("change", (e) => {
    live.point = chosenPoint();
    if (e.target.getAttribute("aria-invalid") !== "true") e.target.value = String(live.point + 1);
    plane.mark();
  });

  // -- the address, the language, the theme --------------------------------------------------------------

  inAddress.parts = () => {
    const parts = settings.parts();
    if (live.point) parts.push(`point=${live.point + 1}`);
    if (live.open) parts.push(`graph=${graphView.unit.join(".")}.${$("#of-unit").value}`);
    return parts;
  };
  let read_ = null;
  inAddress.read = (found) => {
    const { first, changes, steps, wrong } = settings.found(found), key = JSON.stringify([first, changes, steps]);
    live.point = Math.max(0, (Math.trunc(Number(found.get("point"))) || 1) - 1);
    if (key !== read_) live.begin(first, changes, steps);
    read_ = key;
    live.point = Math.min(live.point, live.training.data.points.length - 1);
    $("#chosen").value = String(live.point + 1);
    if (wrong.length) settings.tell(say("damaged link", { why: wrong.join("; ") }), true);
    const [l, j, k] = (found.get("graph") ?? "").split(".").map(Number), layer = live.training.network.layers[l];
    if (layer && j >= 0 && j < layer.n) {
      graphView.show(live.point, l, j, k >= 0 && k < live.training.network.count ? k : null, found.has("step") ? Number(found.get("step")) : null);
      found.set("step", at);
    } else {
      if (live.open) graphView.close();
      graphView.prepare();
    }
  };

  on("language", () => {
    for (const e of all("#training [data-say], #graph-bar [data-say]")) e.textContent = say(e.dataset.say);
    runs();
    settings.show();
    drawing.build();
    plane.build();
    live.draw(true);
  });
  live.colours = (kind) => {
    maps.paint(kind);
    drawing.repaint();
    if (live.training) live.draw(!live.playing);
  };
  on("theme", () => live.colours());
  // On paper the maps are light, and the drawing is as wide as its column there.
  const inside = $("#net-inside"), PAPER_WIDTH = 400;
  let onPaper = false;
  function paper(begins) {
    if (onPaper === begins) return;
    onPaper = begins;
    const { width } = inside.getBoundingClientRect(), now = getComputedStyle(inside);
    for (const name of ["--tile", "--gap"]) inside.style.setProperty(name, begins ? now.getPropertyValue(name) : "");
    inside.style.width = begins ? `${width}px` : "";
    inside.style.zoom = begins ? String(Math.min(1, PAPER_WIDTH / width)) : "";
    live.colours(begins ? "paper-" : "");
  }
  addEventListener("beforeprint", () => paper(true));
  addEventListener("afterprint", () => paper(false));
  matchMedia("print").addEventListener("change", (e) => paper(e.matches));

  maps.paint();
  live.begin(lesson.settings);
  graphView.prepare();
}
