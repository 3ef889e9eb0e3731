// The graph opens in the place of the training, at the step that is asked for, and closes again.
const graphView = {};
{
  const panel = [...$(".panel").children], bar = $("#graph-bar"), box = $(".scene"), table = $("#of-point");
  let made = null;

  // The scene of the point and the weights of the moment, in the place of the last one.
  function replace() {
    const old = scenes[0], { columns, places } = graphOf(live.training, live.point);
    stopPulses();
    $(".sums", $(".picture"))?.remove();
    old?.gone.abort();
    $(".panel").replaceChildren(...panel);
    const moved_ = places.theta.filter((row) => row !== undefined);
    const s = new BoxScene({ mode: "reverse", live: true, boxed: true, compact: true, whole: false, rate: live.training.settings.rate, moved: moved_, updated: [], columns, seed: 1 }, 0);
    scenes[0] = s;
    made = { places, s };
    graphView.now = made;
    fields();
    emit("made", s, 0);
  }

  // The coordinates and the target, which may be changed here: everything follows.
  function fields() {
    const rows = [...made.places.inputs, ...(made.places.target === undefined ? [] : [made.places.target])];
    table.replaceChildren(...rows.map((row) => {
      const line = document.createElement("label"), field = document.createElement("input");
      Object.assign(field, { type: "text", inputMode: "decimal", value: String(made.s.values[row]) });
      Object.assign(field.dataset, { row, step: 0.1 });
      line.append(`${made.s.data.rows[row].name} `, field);
      return line;
    }));
  }
  table.addEventListener("input", (e) => {
    edited(e.target);
    told();
  });

  // What the select offers: the weights and the bias of a unit.
  function parameters(l, j) {
    const layer = live.training.network.layers[l], chosen = $("#of-unit");
    const places = [...Array(layer.inputs).keys()].map((i) => layer.weights + i * layer.n + j);
    chosen.replaceChildren(...[...places, layer.biases + j].map((k) => new Option(made.s.data.rows[made.places.theta[k]].name, k)));
    graphView.unit = [l, j];
  }
  function told() {
    $("#chain").textContent = chainOf(made.s, made.places, live.training.network, Number($("#of-unit").value));
    $("#point-said").textContent = live.pointSaid(live.point);
  }

  // At the step back through a row: in the boxes around it, which open.
  function at_(row) {
    const { s } = made;
    if (s.reveal(row)) s.build();
    camera.view = null;
    colour(s);
    const k = s.placeOf({ phase: "backward", row });
    return k === k ? k : s.steps.length;
  }

  // Opens the graph of a point at a unit, of the output by itself, and at one of its parameters.
  graphView.show = (point = live.point, l = live.training.network.layers.length - 1, j = 0, k = null, step = null) => {
    live.stop();
    live.point = point;
    live.open = true;
    root.classList.add("graph-open");
    replace();
    parameters(l, j);
    if (!$(`#of-unit option[value="${k}"]`)) k = null; // of another unit
    if (k !== null) $("#of-unit").value = String(k);
    $("#point").value = String(point + 1);
    told();
    setFollowing(true);
    choose(0, step ?? at_(k === null ? made.places.out[l + 1][j] : made.s.uses[made.places.theta[k]][0][0]));
    $("#back").focus({ preventScroll: true });
    scrollTo(0, 0);
  };
  graphView.close = () => {
    if (timer) play();
    stopPulses();
    live.open = false;
    root.classList.remove("graph-open");
    live.draw(true);
    keepAddress();
    $("#run").focus({ preventScroll: true });
  };
  graphView.prepare = replace;

  bar.addEventListener("change", (e) => {
    const [l, j] = graphView.unit;
    if (e.target.id === "of-unit") graphView.show(live.point, l, j, Number(e.target.value));
    if (e.target.id === "point") {
      const wanted = Math.round(fieldNumber(e.target, say("a number")));
      if (wanted !== wanted) return;
      graphView.show(Math.min(live.training.data.points.length, Math.max(1, wanted)) - 1, l, j);
      $("#point").focus();
    }
  });
  new ResizeObserver(() => root.style.setProperty("--bar", `${bar.offsetHeight}px`)).observe(bar);
  $("#back").addEventListener("click", graphView.close);
  on("language", () => {
    if (!live.open || !made) return;
    const [l, j] = graphView.unit, k = Number($("#of-unit").value), step = at;
    graphView.show(live.point, l, j, k, step);
    $("#lang").focus({ preventScroll: true });
  });

  // The keys of the stage are for the graph alone; the training has its own.
  addEventListener("keydown", (e) => {
    if (live.open) {
      if (e.key === "Escape") graphView.close();
      return;
    }
    if (e.altKey || e.ctrlKey || e.metaKey || !KEYS[e.key]) return;
    e.stopImmediatePropagation();
    if (e.key === " " && !e.target.closest("button, input, select, summary, a")) {
      e.preventDefault();
      live.toggle();
    }
  }, true);
}
