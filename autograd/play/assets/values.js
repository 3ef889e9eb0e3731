// What the variables of a formula are: x=1/3 W=[[1, 0], [2, 1]].

const LONGEST_VALUE = 200_000;
const REMEDY = "write name=number, such as x=1, or an array as x=[1,2]";
const FLOAT = /^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+(_\d+)*)?$/i;
const INFINITE = /^[+-]?(inf|infinity|nan)$/i;

// The words of a line, those together again that stand inside of brackets.
function joinedWords(words) {
  const whole = [];
  let open = "";
  for (const word of words) {
    open = open ? `${open} ${word}` : word;
    if (open.split("[").length > open.split("]").length) continue;
    whole.push(open);
    open = "";
  }
  return open ? [...whole, open] : whole;
}

// A line of assignments as variables by name.
function assignments(text) {
  const values = Object.create(null);
  for (const typed of joinedWords(splitWords(text))) {
    const word = unquoted(typed), place = word.indexOf("="), name = trimmed(word.slice(0, Math.max(place, 0)));
    if (!/^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(name)) fail(`${quoted(word)} is no assignment; ${REMEDY}`, null);
    if (name in values) fail(`${quoted(name)} is assigned twice; keep one of the two`, null);
    values[name] = typedValue(word.slice(place + 1), word, lengthOf(word.slice(0, place)) + 1);
  }
  return values;
}

// "0.5" for "0,5": a number that is typed may have a decimal comma; lists and arguments stay.
function pointed(text) {
  if (/[^-0-9,.eE+*/ ]|[0-9],[0-9.]*,|[.][0-9]*,|,[0-9]*[.]/.test(text)) return text;
  return text.replace(/(?<=[0-9]),(?=[0-9])/g, ".");
}

// The number or the array that a text writes, which begins after so many letters of `word`.
function typedValue(typed, word, before) {
  if (lengthOf(typed) > LONGEST_VALUE) fail(`${quoted(word)} has ${thousands(lengthOf(typed))} letters; put the numbers into a .csv file`, null);
  const text = pointed(unquoted(typed));
  if (new RegExp(`^.*(${TABLES.suffixes.map((suffix) => suffix.replaceAll(".", "\\.")).join("|")})(:[^:/\\\\]+)?$`, "i").test(text)) fail(`${quoted(text)} is a file, which a page does not read; type its numbers as [1, 2]`, before + 1);
  if (INFINITE.test(text)) fail(`${quoted(word)} is not finite; give an ordinary number`, before + 1);
  const value = FLOAT.test(text) ? Number(text.replaceAll("_", "")) : computedValue(text, word, before);
  if (typeof value !== "number") return checkedArray(value, word);
  if (!Number.isFinite(value)) fail(`${quoted(word)} is not finite; give an ordinary number`, before + 1);
  return value;
}

// The number of an arithmetic, or the nested lists of one.
function computedValue(text, word, before) {
  const remedy = `is no number in ${quoted(word)}; ${REMEDY}`;
  if (!/\p{Nd}/u.test(text) || /[=;\n]/.test(text)) {
    const other = /\.[\p{L}\p{N}_]{1,8}$/u.test(text) ? `; no file of that kind is read here, but ${TABLES.suffixes.join(" ")} are` : "";
    fail(`${quoted(text)} ${remedy}${other}`, before + 1);
  }
  try {
    const { value } = new Reader(new Calls(text, true), Object.create(null), Object.create(null), true).raw([...tokens(text)]);
    return isList(value) || (isArray(value) && value.shape.length) ? value : Number(isArray(value) ? value.data[0] : value);
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    const inner = error.column ? error.message.slice(error.message.indexOf(": ") + 2) : error.message;
    return fail(text.includes("[") ? `${inner}, in ${quoted(word)}` : `${quoted(text)} ${remedy}`, before + (error.column || 1));
  }
}

// Nested lists or an array as one array of finite floats.
function checkedArray(value, where) {
  if (isList(value)) {
    try {
      refuseRagged(value);
    } catch (error) {
      fail(`${quoted(where)}: ${error.message}`, null);
    }
  }
  const { shape, data } = isList(value) ? arrayOf(value) : value, wrong = data.findIndex((x) => !Number.isFinite(x));
  if (!data.length) fail(`${quoted(where)} has no number in it; give at least one`, null);
  if (wrong >= 0) fail(`${quoted(where)} is not finite at ${placeText(wrong, shape)}; give an ordinary number there`, null);
  return { shape, data: Array.from(data) };
}
