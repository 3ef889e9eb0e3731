// What is typed becomes the scene of the page. As long as it has a mistake, the last scene stays.
const playground = { text: "", values: Object.create(null), names: [] };
{
  const MOST_CARDS = 90, SLOW = 100, PAUSE = 150; // beyond so many rows boxes; pauses in ms
  const field = $("#formula"), mirror = $(".mirror"), said = $("#fault"), panel = [...$(".panel").children], automatic = new Set();
  let waiting_ = null, took = 0, speaking = null, current = null, calm = null;

  // What takes long waits while one types: the size of the formulas beside the picture, and the address.
  const later_ = {};
  pace.calmly = (name, act) => {
    delete later_[name];
    if (!pace.typing) {
      act();
      return;
    }
    later_[name] = act;
    clearTimeout(calm);
    calm = setTimeout(() => { for (const one of Object.values(later_)) one(); }, PAUSE);
  };

  // -- from columns to a scene -----------------------------------------------------------------------

  const rowsByName = (s) => Object.fromEntries(s.data.rows.flatMap(({ op, literal, name }, i) => (op || literal ? [] : [[name, i]])));

  function dataOf(columns) {
    const whole = columns.codes.length - columns.literals.length <= MOST_CARDS;
    return { mode: "reverse", live: true, boxed: true, compact: true, whole, rate: 0.1, moved: [], updated: [], columns, seed: 1 };
  }

  function choosesMoved(s) {
    const rows = rowsByName(s), names = playground.names.filter((name) => name in rows && !entries.held.has(name) && s.data.rows[rows[name]].kind !== "constant");
    s.data.moved = names.map((name) => rows[name]);
    $(".moving").textContent = `(${names.slice(0, 8).join(", ")}${names.length > 8 ? "…" : ""})`;
    $(".descend").classList.toggle("none", !names.length);
  }

  // Another scene in the place of the last one, whose elements go with it.
  function replace(columns) {
    const old = scenes[0], ended = !old || at === old.steps.length, picture = $(".picture");
    pace.room = old ? picture.getBoundingClientRect() : null; // before all is new: it is laid out once
    stopPulses();
    $(".sums", picture)?.remove();
    old?.gone.abort();
    $(".panel").replaceChildren(...panel);
    const s = new BoxScene(dataOf(columns), 0);
    s.ask = () => $(".panel").append(asked(s));
    scenes[0] = s;
    if (old) Object.assign(s, { rate: old.rate, share: old.share });
    current = playground.text;
    choosesMoved(s);
    entries.show(playground.names, playground.values, rowsByName(s));
    emit("made", s, 0);
    choose(0, ended ? s.steps.length : at);
  }

  // -- what is typed ---------------------------------------------------------------------------------

  // The size of the result; a sweep begins with one number.
  function refuseMany(columns) {
    const last_ = columns.codes.length - 1, shape = columns.kernels?.[last_]?.attrs?.shape ?? (columns.codes[last_] < 0 ? columns.values.at(-1)?.shape : undefined) ?? [];
    if (shape.reduce((a, b) => a * b, 1) === 1) return;
    throw new FormulaError(`the result has shape (${shape.join(", ")}${shape.length === 1 ? "," : ""}), and a sweep begins with one number; write sum(...) or mean(...) around the expression`);
  }

  // Names without a value get 1.
  function prepare(names) {
    const fresh = [];
    for (const name of automatic) {
      if (names.includes(name)) continue;
      automatic.delete(name);
      delete playground.values[name];
    }
    for (const name of names) {
      if (name in playground.values) continue;
      playground.values[name] = 1;
      automatic.add(name);
      fresh.push(name);
    }
    return fresh;
  }

  function update(about = "") {
    clearTimeout(waiting_);
    waiting_ = null;
    const began = performance.now();
    let columns = null, fault = null, fresh = [];
    try {
      const names = variables(playground.text);
      fresh = prepare(names);
      playground.names = names;
      columns = formula(playground.text, Object.fromEntries(names.map((name) => [name, playground.values[name]])));
      refuseMany(columns);
    } catch (error) {
      if (!(error instanceof FormulaError)) throw error;
      fault = error;
    }
    const names_ = `${fresh.slice(0, 6).join(", ")}${fresh.length > 6 ? ", …" : ""}`;
    const notes = [about, fresh.length ? say(fresh.length > 1 ? "given 1 each" : "given 1", { names: names_ }) : ""].filter(Boolean).join(" ");
    if (fault) {
      entries.show(playground.names, playground.values, current === playground.text ? rowsByName(scenes[0]) : {});
      tell(fault, notes);
      pace.calmly("address", keepAddress);
    } else {
      tell(null, notes);
      replace(columns);
    }
    took = performance.now() - began;
  }

  // A mistake with its place, or a note; spoken when one pauses.
  function tell(fault, note = "") {
    const text = [fault && fault.message, fault && scenes[0] ? say("kept") : "", note].filter(Boolean).join(" "), column = fault?.column;
    said.textContent = text;
    said.classList.toggle("wrong", Boolean(fault));
    field.setAttribute("aria-invalid", String(Boolean(fault)));
    const letters = [...playground.text], mark = document.createElement("mark");
    mark.textContent = letters[column - 1] || "\u00a0";
    mirror.replaceChildren(...(column ? [letters.slice(0, column - 1).join(""), mark, letters.slice(column).join("")] : [playground.text]));
    clearTimeout(speaking);
    if (text) speaking = setTimeout(() => { $("#live").textContent = text; }, 900);
  }

  function grow() {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
    mirror.scrollTop = field.scrollTop;
  }

  field.addEventListener("input", () => {
    playground.text = field.value;
    $("#starts").value = "0";
    grow();
    clearTimeout(waiting_);
    if (took > SLOW) waiting_ = setTimeout(typed, Math.min(600, 2 * took));
    else typed();
  });
  function typed() {
    pace.typing = true;
    update();
    pace.typing = false;
  }
  field.addEventListener("scroll", () => { mirror.scrollTop = field.scrollTop; });
  addEventListener("resize", grow);
  new ResizeObserver(() => root.style.setProperty("--bar", `${$(".bar").offsetHeight}px`)).observe($(".bar"));

  function begin({ text, values, held = [] }, about = "") {
    playground.text = field.value = text;
    current = null;
    automatic.clear();
    playground.values = Object.assign(Object.create(null), values);
    entries.held.clear();
    for (const name of held) entries.held.add(name);
    grow();
    if (scenes[0]) usualPanel(scenes[0]);
    pace.typing = true; // it is seen as if it were
    update(about);
    pace.typing = false;
    took = 0;
  }
  const read = (x) => (typeof x === "number" ? x : arrayFrom(x));
  function arrayFrom(rows) {
    const shape = shapeOf(rows);
    return { shape, data: Float64Array.from(rows.flat(Infinity)) };
  }
  const startOf = (k) => ({ ...lesson.starts[k], values: Object.fromEntries(Object.entries(lesson.starts[k].values).map(([name, x]) => [name, read(x)])) });

  $("#starts").addEventListener("change", (e) => {
    begin(startOf(Number(e.target.value)));
  });

  // -- what is edited --------------------------------------------------------------------------------

  on("edit", (name, typed, place) => {
    const s = scenes[0], row = rowsByName(s)[name], old = playground.values[name];
    const value = place === undefined ? typed : { ...old, data: s.values[row] && current === playground.text ? s.values[row].data.slice() : old.data.slice() };
    if (place !== undefined) value.data[Number(place)] = typed;
    playground.values[name] = value;
    automatic.delete(name);
    const same = current === playground.text && row !== undefined && String(value.shape) === String(s.values[row].shape);
    if (same) {
      s.values[row] = value;
      s.given = [...s.given];
      s.given[row] = value;
      s.compute();
      s.fill();
      refresh(s);
      tell(null, strange(s));
    } else update();
    entries.fill(name, value);
  });

  // The first row whose value is not finite.
  const isFinite_ = (x) => (typeof x === "number" ? Number.isFinite(x) : x.data.every(Number.isFinite));
  function strange(s) {
    const row = s.values.findIndex((x) => !isFinite_(x));
    return row < 0 ? "" : say("not finite here", { name: s.data.rows[row].name, value: written(s.values[row]) });
  }

  on("inputs", (s) => {
    if (s !== scenes[0] || current !== playground.text) return;
    for (const [name, row] of Object.entries(rowsByName(s))) {
      if (!playground.names.includes(name) || String(s.values[row].shape) !== String(playground.values[name].shape)) continue;
      if (isFinite_(s.values[row])) playground.values[name] = s.values[row]; // as a descent leaves it
      entries.fill(name, s.values[row]);
    }
    const note = strange(s);
    if (note) tell(null, note);
  });
  on("fault", (error) => tell(Object.assign(new FormulaError(error.message)), ""));
  on("held", () => {
    choosesMoved(scenes[0]);
    keepAddress();
  });
  on("range", (name) => entries.fill(name, scenes[0].values[rowsByName(scenes[0])[name]] ?? playground.values[name]));
  on("language", () => { if (scenes[0]) entries.show(playground.names, playground.values, rowsByName(scenes[0])); });

  // -- the address -----------------------------------------------------------------------------------

  const written_ = () => playground.names.map((name) => `${name}=${entries.text(playground.values[name])}`).join(" ");
  inAddress.parts = () => {
    const held = playground.names.filter((name) => entries.held.has(name));
    return Object.entries({ f: playground.text, in: written_(), held: held.join(), plot: entries.plotted() }).filter(([, x]) => x).map(([key, x]) => `${key}=${encodeURIComponent(x)}`);
  };
  inAddress.read = (found) => {
    const text = found.get("f"), values = found.get("in");
    let fault = "";
    if ((text !== null && text !== playground.text) || (values !== null && values !== written_())) {
      let read_ = playground.values;
      try {
        read_ = { ...read_, ...assignments(values || "") };
      } catch (error) {
        if (!(error instanceof FormulaError)) throw error;
        fault = say("link", { why: error.message });
      }
      entries.plot(found.get("plot") || "");
      begin({ text: text ?? playground.text, values: read_, held: (found.get("held") || "").split(",").filter(Boolean) }, fault);
    }
    unasked = !found.has("step");
    if (unasked) found.set("step", last());
  };
  // Where the address names no step, the whole is seen.
  let unasked = false;
  on("step", () => {
    if (!unasked) return;
    unasked = false;
    camera.overview = true;
    follow(true);
  });

  playground.now = () => { if (waiting_ !== null) typed(); }; // without the pause
  begin(startOf(0));
  if (!scenes[0]) replace(formula("x * y", { x: 2, y: -3 }));
}
