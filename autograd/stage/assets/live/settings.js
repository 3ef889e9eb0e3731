// The settings: what they may be, the controls that change them, and the address that has them.
const settings = {};
{
  const MOST_LAYERS = 6, MOST_UNITS = 12, MOST_STEPS = 1e7, NAMES = Object.keys(FEATURES);
  const whole_ = (low, high) => ({ number: true, low, high, whole: true }), real = (low, high) => ({ number: true, low, high });
  const WHAT = {
    data: { of: () => [...Object.keys(SETS), ...(live.given ? ["own"] : [])] },
    rows: whole_(20, 1000), noise: real(0, 1), held: real(0, 0.9), batch: whole_(1, 1000), rate: { ...real(0, 100), above: true },
    optimizer: { of: () => Object.keys(UPDATES) }, l1: real(0, 10), l2: real(0, 10), seed: whole_(0, 4294967295),
  };
  const KEYS_ = { data: "d", rows: "n", noise: "noise", held: "held", batch: "batch", rate: "lr", optimizer: "opt", l1: "l1", l2: "l2", seed: "seed", inputs: "in", hidden: "net", activations: "act" };

  // A value of a setting from a text, or what is wrong with it.
  settings.read = (name, text) => {
    const { of, low, high, whole: isWhole_, above } = WHAT[name];
    if (of) return of().includes(text) ? { value: text } : { fault: say("not one of", { text, names: of().join(", ") }) };
    const value = typedNumber(text);
    if (!Number.isFinite(value)) return { fault: say("no number", { text: String(text).slice(0, 20) }) };
    if (value < low || value > high || (above && value === 0) || (isWhole_ && value % 1)) return { fault: say(isWhole_ ? "whole between" : "between", { low: above ? say("above 0") : low, high }) };
    return { value };
  };

  // -- the controls ----------------------------------------------------------------------------------

  const fields = Object.fromEntries(Object.keys(WHAT).map((name) => [name, $(`#set-${name}`)]));
  settings.tell = (text, wrong = false) => {
    $("#status").textContent = text;
    $("#status").classList.toggle("wrong", wrong);
  };

  settings.show = () => {
    const now = live.training.settings, own = now.data === "own", task = live.training.data.classes ? "classes" : "number";
    $("#set-task").value = task;
    const fits = (name) => (name === "own" ? live.given.classes.length : SETS[name].classes) > 0 === (task === "classes");
    fields.data.replaceChildren(...WHAT.data.of().filter(fits).map((name) => new Option(name === "own" ? live.given.name : say(`data ${name}`), name)));
    fields.optimizer.replaceChildren(...WHAT.optimizer.of().map((name) => new Option(say(`optimizer ${name}`), name)));
    for (const [name, field] of Object.entries(fields)) {
      if (field !== document.activeElement || field.tagName === "SELECT") field.value = String(now[name]);
      field.setAttribute("aria-invalid", "false");
    }
    for (const name of ["rows", "noise"]) fields[name].disabled = own;
  };

  function changed(name, text) {
    const { value, fault } = settings.read(name, text);
    fields[name].setAttribute("aria-invalid", String(Boolean(fault)));
    settings.tell(fault ? `${fields[name].labels[0].textContent.trim()}: ${fault}` : "", Boolean(fault));
    if (fault || value === live.training.settings[name]) return;
    if (CHANGES.includes(name)) {
      live.goOn();
      live.training.change(name, value);
      keepAddress();
    } else live.begin({ ...live.training.settings, [name]: value });
  }
  for (const [name, field] of Object.entries(fields)) field.addEventListener("change", () => changed(name, field.value));
  $("#set-task").addEventListener("change", (e) => {
    const wanted = e.target.value === "classes", name = WHAT.data.of().find((one) => (one === "own" ? live.given.classes.length : SETS[one].classes) > 0 === wanted);
    live.begin({ ...live.training.settings, data: name });
  });

  // -- the network's shape -----------------------------------------------------------------------------

  settings.layers = (more) => {
    const { hidden, activations } = live.training.settings;
    if (more > 0 && hidden.length < MOST_LAYERS) live.begin({ ...live.training.settings, hidden: [...hidden, hidden.at(-1) ?? 4], activations: [...activations, activations.at(-1) ?? "tanh"] });
    else if (more < 0 && hidden.length) live.begin({ ...live.training.settings, hidden: hidden.slice(0, -1), activations: activations.slice(0, -1) });
  };
  settings.units = (l, more) => {
    const hidden = [...live.training.settings.hidden];
    hidden[l] += more;
    if (hidden[l] >= 1 && hidden[l] <= MOST_UNITS) live.begin({ ...live.training.settings, hidden });
  };
  settings.activation = (l, name) => live.begin({ ...live.training.settings, activations: live.training.settings.activations.map((old, i) => (i === l ? name : old)) });
  settings.input = (name) => {
    const had = live.training.settings.inputs, inputs = NAMES.filter((one) => (one === name) !== had.includes(one));
    if (inputs.length) live.begin({ ...live.training.settings, inputs });
  };
  settings.mostLayers = MOST_LAYERS;
  settings.mostUnits = MOST_UNITS;

  // -- the address -------------------------------------------------------------------------------------

  // What the page began with is left out.
  settings.parts = () => {
    const { first, steps, changes } = live.training, parts = [];
    for (const [name, key] of Object.entries(KEYS_)) if (String(first[name]) !== String(lesson.settings[name])) parts.push([key, String(first[name])]);
    if (steps) parts.push(["t", String(steps)]);
    if (changes.length) parts.push(["log", changes.map((change) => change.join(":")).join(";")]);
    return parts.map(([key, text]) => `${key}=${encodeURIComponent(text)}`);
  };

  // The settings of a link, its changes and its steps; what it has damaged is as the page began.
  settings.found = (found) => {
    const first = structuredClone(lesson.settings), wrong = [];
    for (const name of Object.keys(WHAT)) {
      const text = found.get(KEYS_[name]);
      if (text === null) continue;
      const { value, fault } = settings.read(name, text);
      if (fault) wrong.push(`${KEYS_[name]}: ${fault}`);
      else first[name] = value;
    }
    const listed = (name, fine) => {
      const text = found.get(KEYS_[name]), list = text === null ? null : text.split(",").filter(Boolean);
      if (list && fine(list)) return list;
      if (list) wrong.push(`${KEYS_[name]}: ${text}`);
      return first[name];
    };
    first.inputs = listed("inputs", (list) => list.length && list.every((name) => NAMES.includes(name)));
    first.hidden = listed("hidden", (list) => list.length <= MOST_LAYERS && list.every((n) => Number.isInteger(Number(n)) && n >= 1 && n <= MOST_UNITS)).map(Number);
    first.activations = listed("activations", (list) => list.every((name) => lesson.activations.includes(name)));
    first.activations = first.hidden.map((_, l) => first.activations[l] ?? first.activations.at(-1) ?? "tanh");
    const changes = (found.get("log") ?? "").split(";").filter(Boolean).map((text) => {
      const [step, name, value] = text.split(":"), place = Number(name);
      if (name in WHAT && CHANGES.includes(name)) return [Number(step), name, settings.read(name, value).value ?? first[name]];
      return [Number(step), place, Number(value)];
    }).filter(([step, name, value]) => Number.isInteger(step) && (typeof name === "string" || (Number.isInteger(name) && name >= 0 && Number.isFinite(value))));
    return { first, changes, steps: Math.min(MOST_STEPS, Math.max(0, Math.trunc(Number(found.get("t"))) || 0)), wrong };
  };
}
