// The gradient of an input as the sum over its paths: each lights in turn with the product of its
// local derivatives, and beside the sum stands the slope by finite difference.
{
  const PACE = 1100, LONGEST = 8;
  let turning = null;

  const end = (s) => s.data.rows.length - 1;
  const nameOf = (s, row) => s.data.rows[row].name;
  const shown = (x) => show(x).replace("-", "−");
  const sign = (x) => (x < 0 ? `(${shown(x)})` : shown(x));
  const shortened = (parts) => (parts.length > LONGEST ? [...parts.slice(0, LONGEST / 2), "…", ...parts.slice(-3)] : parts);
  const counted = (n) => (n < 1e9 ? String(n) : n < Infinity ? `10^${Math.floor(Math.log10(n))}` : "> 10^308");

  // The places that a path goes through: rows, or closed boxes.
  const placesOf = (s, leaf, way) => [...(way.length ? [way[0].tail] : [s.items ? s.shown[leaf] : leaf]), ...way.map(({ head }) => head)];
  const keyOf = (s, place) => (s.items ? s.items[place].key : place);

  // "x → v1 → f: 2 · 3 = 6"; through boxes and of arrays what the path brings alone.
  function described(s, leaf, way, value) {
    const places = placesOf(s, leaf, way).map((place) => (s.items ? s.items[place].box?.name ?? nameOf(s, s.items[place].row) : nameOf(s, place)));
    const names = shortened(places[0] === nameOf(s, leaf) ? places : [nameOf(s, leaf), ...places]).join(" → ");
    const locals = routes.factors(s, way), first = s.gradients[end(s)];
    if (!locals || typeof first !== "number") return `${names}: ${shown(value)}`;
    const factors = shortened([...(first === 1 ? [] : [first]), ...locals].map((x, i) => (i ? sign(x) : shown(x))));
    return `${names}: ${factors.length > 1 ? `${factors.join(" · ")} = ` : ""}${shown(value)}`;
  }

  function light(s, leaf, way) {
    const places = new Set(placesOf(s, leaf, way).map((place) => String(keyOf(s, place)))), uses = new Set(way.map(({ key }) => key));
    for (const [key, node] of Object.entries(s.nodes)) node.g.classList.toggle("way", places.has(key));
    for (const [key, edge] of Object.entries(s.edges)) {
      edge.g.classList.toggle("way", uses.has(key));
      if (uses.has(key)) edge.g.classList.remove("hidden");
    }
  }

  function close_() {
    clearInterval(turning);
    for (const s of scenes) {
      for (const e of all(".way", s.svg)) e.classList.remove("way");
      if (s.paths) s.paths.replaceChildren();
    }
  }

  const add = (parent, name, text, kind) => {
    const e = document.createElement(name);
    if (text !== undefined) e.textContent = text;
    if (kind) e.className = kind;
    parent.append(e);
    return e;
  };

  const hidden = (s) => quizzing() && s.questions.some((q) => !q.state);
  const elementOf = (x, place) => (typeof x === "number" ? x : x === undefined ? 0 : x.data[place]);

  // A list of the paths, as buttons of which each lights its own.
  function listed(s, leaf, place, ways) {
    const list = add(s.paths, "ol"), values = ways.map((way) => elementOf(routes.brings(s, leaf, way), place));
    const buttons = ways.map((way, k) => {
      const button = add(add(list, "li"), "button", described(s, leaf, way, values[k]));
      button.type = "button";
      button.turn = () => {
        light(s, leaf, way);
        for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      };
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => { clearInterval(turning); button.turn(); });
      return button;
    });
    return { buttons, part: values.reduce((sum, x) => sum + x, 0) };
  }

  function open_(s, leaf, place = 0) {
    close_();
    if (hidden(s) || s.gradients[leaf] === undefined) return;
    const box = s.paths, about = { leaf: nameOf(s, leaf), output: nameOf(s, end(s)) }, { ways, count } = routes.of(s, leaf);
    add(box, "h2", say("paths of", about)).tabIndex = -1;
    if (typeof s.values[leaf] !== "number") choice(s, leaf, place);
    const { buttons, part } = listed(s, leaf, place, ways), value = elementOf(s.gradients[leaf], place), slope = routes.slope(s, leaf, place);
    const sum = count > ways.length ? say("path part", { k: ways.length, n: counted(count), part: shown(part), value: shown(value) }) : say("path sum", { n: count, value: shown(value) });
    add(box, "p", sum, "sum");
    add(box, "p", say("slope", { value: shown(slope) }), "slope");
    const far = Math.abs(slope - value) > 1e-3 * Math.max(1, Math.abs(value), Math.abs(slope));
    if (far) add(box, "p", say("kink"));
    const shut = add(box, "button", say("close"));
    shut.type = "button";
    shut.addEventListener("click", () => {
      close_();
      go(at, true);
      $(`button[data-paths="${leaf}"]`, s.entries)?.focus();
    });
    s.openPaths = [leaf, place];
    buttons[0]?.turn();
    let next_ = 1;
    if (buttons.length > 1 && !still.matches) {
      turning = setInterval(() => { buttons[next_ % buttons.length].turn(); next_ += 1; }, PACE);
    }
    if (camera.following) {
      undock();
      travel(whole());
    }
    return $("h2", box);
  }

  // Which element of an array is looked at; a click on its cell chooses it, too.
  function choice(s, leaf, place) {
    const select = add(add(s.paths, "label", `${say("element")} `), "select");
    s.values[leaf].data.forEach((_, k) => { if (k < 64) select.add(new Option(element(s, leaf, k), k, false, k === place)); });
    select.addEventListener("change", () => {
      open_(s, leaf, Number(select.value));
      $("select", s.paths).focus();
    });
  }

  function named(button) {
    const s = scenes[Number(button.dataset.scene)];
    const text = say("paths of", { leaf: nameOf(s, button.dataset.paths), output: nameOf(s, end(s)) });
    button.setAttribute("aria-label", text);
    button.title = text;
  }

  eachScene((s, place) => {
    if (!s.data.live || s.data.mode !== "reverse") return;
    s.paths = document.createElement("section");
    s.paths.className = "paths";
    $(".panel", s.box).append(s.paths);
    for (const cell of all("[data-gradient]", s.entries)) {
      const leaf = Number(cell.dataset.gradient), name = cell.parentNode.firstElementChild;
      $(".to-paths", name)?.remove();
      if (s.gradients[leaf] === undefined) continue;
      const button = add(name, "button", "Σ", "to-paths");
      button.type = "button";
      button.dataset.paths = leaf;
      button.dataset.scene = place;
      named(button);
      button.addEventListener("click", () => open_(s, leaf)?.focus());
    }
    s.svg.addEventListener("click", (e) => {
      const card = e.target.closest("g.node[data-row]"), leaf = Number(card?.dataset.row), cells = e.target.closest("g.cells:not(.strip)");
      if (!card || moved >= 6 || s.data.rows[leaf].op) return;
      open_(s, leaf, cells ? Math.max(0, all("rect", cells).indexOf(e.target)) : 0);
    }, s.life);
  });

  const words = () => {
    all("button.to-paths").forEach(named);
    close_();
  };
  const again = (s) => { if (s.paths?.children.length) open_(s, ...s.openPaths); };
  on("language", words);
  on("scene", close_);
  on("step", (k) => {
    const s = scene();
    for (const button of all("button.to-paths", s.entries)) button.hidden = hidden(s);
    if (hidden(s)) close_();
  });
  on("inputs", again);
  on("level", again);
}
