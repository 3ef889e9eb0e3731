// A picture before it is elements: a sketch has an element's name, its attributes, and its text or the
// sketches inside of it. Where there was a picture before, its elements are used again and only what
// differs is written, which spares a browser most of its work. A text that is left undefined and
// attributes that are not named are of whoever paints the picture.
const sketch = (name, attributes, inner, kind = name) => ({ name, attributes, inner, kind });

// The element of a sketch, which is that of an old sketch of the same name.
function realized(now, old) {
  const e = old ? old.e : document.createElementNS(SVG, now.name), had = old ? old.attributes : {};
  now.e = e;
  for (const key in now.attributes) if (had[key] !== now.attributes[key]) e.setAttribute(key, now.attributes[key]);
  for (const key in had) if (!(key in now.attributes)) e.removeAttribute(key);
  if (Array.isArray(now.inner)) realizedAll(e, now.inner, old?.inner);
  else if (now.inner !== undefined && now.inner !== old?.inner) e.textContent = e.whole = now.inner;
  return e;
}

// The parts of an element in their order. Old and new parts of one kind are matched one after the other.
function realizedAll(parent, now, old = []) {
  const spare = {};
  for (const one of old) (spare[one.kind] = spare[one.kind] || []).push(one);
  for (const kind in spare) spare[kind].reverse();
  const matched = now.map((one) => spare[one.kind]?.pop());
  for (const rest of Object.values(spare)) for (const one of rest) one.e.remove();
  let place = parent.firstChild;
  now.forEach((one, i) => {
    const e = realized(one, matched[i]);
    if (e === place) place = place.nextSibling;
    else parent.insertBefore(e, place);
  });
}

// What paints a picture writes only what has changed, for what is written is laid out anew.
function putText(e, text) { if (e.textContent !== text) e.textContent = text; }
function putAttribute(e, name, value) { if (e.getAttribute(name) !== value) e.setAttribute(name, value); }
function putStyle(e, name, value) { if (e.style.getPropertyValue(name) !== value) e.style.setProperty(name, value); }
