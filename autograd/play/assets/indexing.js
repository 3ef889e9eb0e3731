// The index of a formula, as between the brackets of W[0, 1:]: whole numbers, slices, lists.

const REMEDY_OF_INDEX = "write whole numbers and slices, such as [0, 1:]";
const ELLIPSIS = Symbol("...");

class Slice {
  constructor(start, stop, step = null) {
    Object.assign(this, { start, stop, step });
  }

  // The places along an axis of n elements.
  places(n) {
    const step = this.step === null ? 1 : Number(this.step), [low, high] = step > 0 ? [0, n] : [-1, n - 1];
    const clipped = (bound, otherwise) => (bound === null ? otherwise : Math.min(Math.max(Number(bound) < 0 ? Number(bound) + n : Number(bound), low), high));
    const start = clipped(this.start, step > 0 ? low : high), stop = clipped(this.stop, step > 0 ? high : low);
    return ranged(Math.max(0, Math.ceil((stop - start) / step))).map((i) => start + i * step);
  }
}

function wordAt(words, at_, opened) {
  if (at_ >= words.length) fail("this bracket is never closed", opened);
  return words[at_];
}

const noIndex = ({ word, column }, what = "no index") => fail(`${quoted(word)} is ${what}; ${REMEDY_OF_INDEX}`, column);

// The index that begins at words[from], the place after its bracket, and the column there.
function indexOf(words, from, opened) {
  const items = [];
  let at_ = from, several = false;
  for (;;) {
    const [item, next] = indexItem(words, at_, opened), closing = wordAt(words, next, opened);
    items.push(item);
    at_ = next + 1;
    if (closing.word === "]") return { index: several ? Tuple.from(items) : items[0], at: at_, end: closing.end };
    if (closing.word !== ",") noIndex(closing);
    several = true;
    if (wordAt(words, at_, opened).word === "]") return { index: Tuple.from(items), at: at_ + 1, end: words[at_].end };
  }
}

// One item: a whole number, a slice, "...", None, or a list of whole numbers; and the place after it.
function indexItem(words, from, opened) {
  const { word } = wordAt(words, from, opened);
  if (word === "..." || word === "None") return [word === "None" ? null : ELLIPSIS, from + 1];
  if (word === "[") return indexList(words, from + 1, opened);
  let [bound, at_] = wholeAt(words, from, opened);
  const bounds = [bound];
  while (wordAt(words, at_, opened).word === ":" && bounds.length < 3) {
    [bound, at_] = wholeAt(words, at_ + 1, opened);
    bounds.push(bound);
  }
  if (bounds.length > 1) {
    if (bounds[2] === 0n) fail("the step of a slice cannot be 0", words[at_].column);
    return [new Slice(...bounds), at_];
  }
  return bound === null ? noIndex(words[at_]) : [bound, at_];
}

function indexList(words, from, opened) {
  const places = [];
  let at_ = from;
  while (wordAt(words, at_, opened).word !== "]") {
    const [place, next] = wholeAt(words, at_, opened);
    if (place === null) noIndex(words[next], "no whole number");
    places.push(place);
    at_ = next + Number(wordAt(words, next, opened).word === ",");
  }
  return [places, at_ + 1];
}

// A whole number with its sign, or null where there is none.
function wholeAt(words, from, opened) {
  let sign = 1n, at_ = from;
  for (; wordAt(words, at_, opened).word === "-"; at_ += 1) sign = -sign;
  const token = words[at_];
  if (token.kind !== "number") {
    if (words[at_ - 1].word === "-") noIndex(token, "no whole number");
    return [null, at_];
  }
  if (!isWhole(token.word)) noIndex(token, "no whole number");
  return [sign * BigInt(token.word), at_ + 1];
}

// -- elements picked by an index, as NumPy does --------------------------------------------------

// The items of an index, one for each axis of the array; null makes a new axis.
function spelledOut(index, shape) {
  const items = index instanceof Tuple ? [...index] : [index], used = items.filter((item) => item !== null && item !== ELLIPSIS).length;
  const gaps = items.filter((item) => item === ELLIPSIS).length;
  if (gaps > 1) faulty("index", "an index can only have a single ellipsis ('...')");
  if (used > shape.length) faulty("index", `too many indices for array: array is ${shape.length}-dimensional, but ${used} were indexed`);
  const rest = ranged(shape.length - used).map(() => new Slice(null, null)), place = gaps ? items.indexOf(ELLIPSIS) : items.length;
  return [...items.slice(0, place), ...rest, ...items.slice(place + gaps)];
}

// Lists of places and whole numbers beside them walk together, along axes that stand where they stand side by side, else
// in front.
function indexedBy(a, index) {
  const items = spelledOut(index, a.shape), strides = stridesOf(a.shape), together = items.some((item) => isArray(item)), lists = [], axes = [];
  let d = 0, first = 0, where_ = null, apart = false, previous = false;
  for (const item of items) {
    const chosen = isArray(item) || typeof item === "bigint";
    if (item === null) axes.push({ places: [0], step: 0 });
    else if (!chosen) axes.push({ places: item.places(a.shape[d]), step: strides[d] });
    else {
      const places = placesIn(isArray(item) ? item : { data: [Number(item)] }, a.shape[d], d);
      if (!together) first += places[0] * strides[d];
      else {
        lists.push({ shape: isArray(item) ? item.shape : [], data: Float64Array.from(places, (place) => place * strides[d]) });
        apart ||= where_ !== null && !previous;
        where_ ??= axes.length;
      }
    }
    previous = chosen;
    d += item === null ? 0 : 1;
  }
  if (!together) return pickedGrid(a, axes, first, null);
  const shape = stretchedShape(lists.map((list) => list.shape));
  if (!shape) faulty("index", `shape mismatch: indexing arrays could not be broadcast together with shapes ${lists.map((list) => shapeText(list.shape).replaceAll(", ", ",")).join(" ")} `);
  const offsets = lists.map((list) => gathered(list, stretched(list.shape, shape), shape)).reduce((x, y) => zipped((p, q) => p + q, shape, x, y));
  return pickedGrid(a, axes, 0, { ...offsets, at: apart ? 0 : where_ });
}

// The elements at every combination of the axes' places; what walks together is one axis of offsets among them.
function pickedGrid(a, axes, first, offsets) {
  const all_ = axes.map(({ places, step }) => ({ shape: [places.length], data: places.map((place) => place * step) }));
  if (offsets) all_.splice(offsets.at, 0, offsets);
  const counts = all_.map(({ data }) => data.length), shape = all_.flatMap((axis) => axis.shape), map = new Int32Array(sizeOf(counts)), steps = stridesOf(counts);
  for (let k = 0; k < map.length; k += 1) map[k] = all_.reduce((sum, { data }, i) => sum + data[Math.floor(k / steps[i]) % counts[i]], first);
  return gathered(a, map, shape);
}
