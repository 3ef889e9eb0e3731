// What Python has and JavaScript lacks: how it writes strings and numbers, tuples, near words. A whole
// number of Python is a BigInt here, and a float a number.

class Tuple extends Array {}

const isList = (x) => Array.isArray(x) && !(x instanceof Tuple);
const isNumber = (x) => typeof x === "number" || typeof x === "bigint" || typeof x === "boolean";

const letters = (text) => [...text];
const lengthOf = (text) => letters(text).length;
const cut = (text, most) => letters(text).slice(0, most).join("");
const splitWords = (text) => text.split(/[\s\x1c-\x1f\x85]+/u).filter(Boolean);
const isPrintable = (letter) => letter === " " || !/[\p{C}\p{Z}]/u.test(letter);
const oneLine = (text) => letters(text).map((letter) => (isPrintable(letter) ? letter : "�")).join("");

// repr() of a string.
function quotedLetters(text) {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const hex = (letter, width) => letter.codePointAt(0).toString(16).padStart(width, "0");
  const named = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", [mark]: `\\${mark}` };
  const escaped = (letter) => {
    if (letter in named) return named[letter];
    if (isPrintable(letter)) return letter;
    const code = letter.codePointAt(0);
    return code < 256 ? `\\x${hex(letter, 2)}` : code < 65536 ? `\\u${hex(letter, 4)}` : `\\U${hex(letter, 8)}`;
  };
  return mark + letters(text).map(escaped).join("") + mark;
}

// The digits and the power of ten of a positive number, with so many digits or the fewest that tell it.
function decimal(x, digits) {
  const [written_, power] = x.toExponential(digits === undefined ? undefined : digits - 1).split("e");
  return [written_.replace(".", ""), Number(power)];
}

const power10 = (power) => `e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;

// Digits with their point, or with a power of ten where it is out of bounds.
function placed10(digits, power, most) {
  if (power < -4 || power >= most) return `${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ""}${power10(power)}`;
  if (power < 0) return `0.${"0".repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, "0"), rest = digits.slice(power + 1);
  return rest ? `${whole}.${rest}` : whole;
}

const unusual = (x) => (x !== x ? "nan" : x > 0 ? "inf" : "-inf");
const minus = (x) => (x < 0 || Object.is(x, -0) ? "-" : "");

// A float as repr() writes it.
function reprFloat(x) {
  if (!Number.isFinite(x)) return unusual(x);
  const text = x === 0 ? "0" : placed10(...decimal(Math.abs(x)), 16);
  return minus(x) + (/[.e]/.test(text) ? text : `${text}.0`);
}

// A number in the format "g".
function general(x) {
  if (!Number.isFinite(x)) return unusual(x);
  if (x === 0) return `${minus(x)}0`;
  const [digits, power] = decimal(Math.abs(x), 6);
  return minus(x) + placed10(digits.replace(/0+$/, ""), power, 6);
}

// A whole number in the format ",".
const thousands = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

// repr() of what a formula has.
function repr(x) {
  if (x === null || x === undefined) return "None";
  if (x === true) return "True";
  if (x === false) return "False";
  if (typeof x === "string") return quotedLetters(x);
  if (typeof x === "number") return reprFloat(x);
  if (typeof x === "bigint") return String(x);
  if (x instanceof Tuple) return `(${[...x].map(repr).join(", ")}${x.length === 1 ? "," : ""})`;
  if (Array.isArray(x)) return `[${x.map(repr).join(", ")}]`;
  return String(x);
}

// The beginning of a repr, on one line.
const short = (x, most = 60) => oneLine(cut(splitWords(repr(x)).join(" "), most));

// -- words that are near another: difflib's ratio, twice what matches by the length of both ------

// Where the longest block of both begins, in a[from, to) and b[first, last), and its length.
function longestMatch(a, from, to, b, first, last) {
  let best = [from, first, 0], lengths = new Map();
  for (let i = from; i < to; i += 1) {
    const longer = new Map();
    for (let j = first; j < last; j += 1) {
      if (a[i] !== b[j]) continue;
      const length = (lengths.get(j - 1) || 0) + 1;
      longer.set(j, length);
      if (length > best[2]) best = [i - length + 1, j - length + 1, length];
    }
    lengths = longer;
  }
  return best;
}

function matches(a, from, to, b, first, last) {
  const [i, j, length] = longestMatch(a, from, to, b, first, last);
  if (!length) return 0;
  return length + matches(a, from, i, b, first, j) + matches(a, i + length, to, b, j + length, last);
}

const inOrder = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

// Up to three of the words, the nearest first, as difflib.get_close_matches finds them.
function closeMatches(word, words) {
  const b = letters(word), near = [];
  for (const other of words) {
    const a = letters(other), lengths = a.length + b.length;
    if (lengths && 2 * Math.min(a.length, b.length) < 0.6 * lengths) continue;
    const ratio = lengths ? (2 * matches(a, 0, a.length, b, 0, b.length)) / lengths : 1;
    if (ratio >= 0.6) near.push([ratio, other]);
  }
  return near.sort(([p, a], [q, b_]) => q - p || inOrder(b_, a)).slice(0, 3).map(([, other]) => other);
}
