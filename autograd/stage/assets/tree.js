// The boxes of a graph: calls of scopes, repeats that follow one another, and stretches of what is
// still too long to look at. A box holds computed rows that stand together, so no box makes a cycle.
const MOST_CHILDREN = 24; // a box with more is divided
const FEWEST_REPEATS = 5; // repeats are drawn as first, …, last

// A `whole` graph has no boxes at all.
function treeOf(rows, paths, whole) {
  const boxes = [], stem = (name) => name.replace(/\d{1,9}$/, ""), numbers = new Map();
  const code = (text) => numbers.get(text) ?? numbers.set(text, numbers.size).get(text);
  const label = (item) => (typeof item === "number" ? rows[item].name : item.name);
  const span = (items) => (items.length === 1 ? label(items[0]) : `${label(items[0]).split("…")[0]}…${label(items.at(-1)).split("…").at(-1)}`);
  const first = (item) => (typeof item === "number" ? item : item.first);
  const final = (item) => (typeof item === "number" ? item : item.last);

  function box(name, children, kind, times = 1) {
    const made = { name, children, kind, times, first: first(children[0]), last: final(children.at(-1)), leaves: [] };
    made.sign = code(`${kind === "scope" ? stem(name) : ""}(${children.map(token).join()})`);
    return made;
  }
  const token = (item) => (typeof item === "number" ? code(rows[item].op) : item.sign);

  // Calls of scopes: runs of rows whose path begins alike.
  function called(members, depth) {
    const items = [];
    for (let i = 0; i < members.length;) {
      const name = paths(members[i])[depth];
      if (name === undefined) items.push(members[i++]);
      else {
        let j = i;
        while (j < members.length && paths(members[j])[depth] === name) j += 1;
        items.push(box(name, tidy(called(members.slice(i, j), depth + 1)), "scope"));
        i = j;
      }
    }
    return items;
  }

  // Repeats of 1, 2, 3, ... items that follow one another become one box each, inner ones first;
  // where the items are not too many, only boxes that repeat.
  function folded(items, long) {
    for (let p = 1; p <= Math.min(long ? 64 : 1, items.length / 2); p += 1) {
      const tokens = items.map(token), out = [];
      let changed = false;
      for (let i = 0; i < items.length;) {
        let j = i;
        while (j + p < items.length && tokens[j] === tokens[j + p]) j += 1;
        const count = Math.floor((j - i) / p) + 1;
        if (count >= (p > 1 ? 3 : long || typeof items[i] !== "number" ? FEWEST_REPEATS : Infinity)) {
          const units = [];
          for (let k = 0; k < count; k += 1) {
            const part = items.slice(i + k * p, i + (k + 1) * p);
            units.push(p === 1 ? part[0] : box(span(part), part, "part"));
          }
          out.push(repeated(units));
          i += count * p;
          changed = true;
        } else out.push(items[i++]);
      }
      if (!changed) continue;
      items = out;
      p = 0; // what was found may repeat in its turn
    }
    return items;
  }

  function repeated(units) {
    if (units.length < FEWEST_REPEATS) return box(span(units), units, "repeat", units.length);
    const middle = units.slice(1, -1), rest = box(span(middle), divided(middle), "repeat", middle.length);
    return box(span(units), [units[0], rest, units.at(-1)], "repeat", units.length);
  }

  function divided(items) {
    if (items.length <= MOST_CHILDREN) return items;
    const size = Math.max(2, Math.ceil(items.length / Math.min(16, Math.ceil(Math.sqrt(items.length))))), out = [];
    for (let i = 0; i < items.length; i += size) {
      const part = items.slice(i, i + size);
      out.push(part.length === 1 ? part[0] : box(span(part), divided(part), "stretch"));
    }
    return out;
  }

  // Siblings of one kind, more than four, are first, …, last; what is still long is divided.
  function tidy(items) {
    if (whole) return items;
    const boxed = items.some((item) => typeof item !== "number");
    if (items.length > MOST_CHILDREN || boxed) {
      const done = folded(items, items.length > MOST_CHILDREN);
      return divided(done.length === 1 && done[0].kind === "repeat" ? done[0].children : done);
    }
    return items;
  }

  const computed = rows.map((_, i) => i).filter((i) => rows[i].op), out = computed.pop() ?? 0;
  const root = box("", computed.length ? [...tidy(called(computed, 0)), out] : [out], "root");
  const home = new Int32Array(rows.length).fill(-1);
  (function number(at, parent) {
    at.id = boxes.length;
    at.key = `b${at.id}`;
    at.parent = parent;
    at.depth = parent ? parent.depth + 1 : 0;
    boxes.push(at);
    for (const child of at.children) {
      if (typeof child === "number") home[child] = at.id;
      else number(child, at);
    }
  })(root, null);
  settleLeaves(rows, boxes, home, whole);
  return { boxes, home };
}

// Inputs stand in the innermost box that holds all their uses; many alike share a box of theirs.
function settleLeaves(rows, boxes, home, whole) {
  const shared = new Array(rows.length), near = new Map();
  const meet = (a, b) => {
    while (a !== b) {
      if (a.depth < b.depth) [a, b] = [b, a];
      a = a.parent;
    }
    return a;
  };
  rows.forEach((row, i) => {
    if (!row.op) return;
    for (const j of row.args) if (!rows[j].op) shared[j] = shared[j] ? meet(shared[j], boxes[home[i]]) : boxes[home[i]];
  });
  const below = (at, top) => {
    while (at.parent && at.parent !== top) at = at.parent;
    return at;
  };
  rows.forEach((row, i) => {
    if (!row.op) return;
    for (const j of row.args) {
      if (rows[j].op || rows[j].literal) continue;
      const top = shared[j], here = boxes[home[i]];
      if (!near.has(j)) near.set(j, new Set());
      near.get(j).add(here === top ? `r${i}` : below(here, top).key);
    }
  });
  const families = new Map();
  for (const [j, users] of near) {
    const key = `${shared[j].id} ${rows[j].kind} ${[...users].sort().join()}`;
    if (!families.has(key)) families.set(key, []);
    families.get(key).push(j);
  }
  for (const members of families.values()) {
    members.sort((a, b) => a - b);
    const top = shared[members[0]];
    home[members[0]] = top.id;
    if (whole || members.length < 4) {
      for (const j of members) {
        home[j] = top.id;
        top.leaves.push(j);
      }
      continue;
    }
    top.leaves.push(leafBox(rows, boxes, home, members, top));
  }
}

function leafBox(rows, boxes, home, members, parent) {
  const name = `${rows[members[0]].name}…${rows[members.at(-1)].name}`;
  const made = { name, kind: "leaves", times: members.length, first: members[0], last: members.at(-1), children: [], leaves: [], parent, depth: parent.depth + 1, id: boxes.length, key: `b${boxes.length}` };
  boxes.push(made);
  if (members.length <= MOST_CHILDREN) {
    for (const j of members) home[j] = made.id;
    made.leaves = members;
    return made;
  }
  const size = Math.ceil(members.length / Math.min(16, Math.ceil(Math.sqrt(members.length))));
  for (let i = 0; i < members.length; i += size) made.leaves.push(leafBox(rows, boxes, home, members.slice(i, i + size), made));
  return made;
}
