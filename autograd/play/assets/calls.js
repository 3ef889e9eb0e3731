// What the words of a formula do: functions, operators, methods and indices over their operands. An
// operand is {value, begin, end, typed}: a value, where its text stands, and whether it is a variable or a list.

const CONSTANTS = new Map([["pi", Math.PI], ["True", true], ["False", false], ["None", null]]);
const ATTRIBUTES = ["T", "mT", "shape", "size", "ndim"];
const MOST_ELEMENTS = 10_000_000;

const isFunction = (word) => TABLES.names.includes(word) || Object.hasOwn(TABLES.aliases, word);

function nearest(word, words, otherwise = "exp, log, tanh, sigmoid, max are some") {
  const near = closeMatches(cut(word, 40), [...words].sort(inOrder));
  return near.length ? `did you mean ${near.join(" or ")}?` : otherwise;
}

function functionNamed(word, column) {
  const name = Object.hasOwn(TABLES.aliases, word) ? TABLES.aliases[word] : word;
  if (!TABLES.names.includes(name)) fail(`${quoted(word)} is no function here; ${nearest(word, [...TABLES.names, ...Object.keys(TABLES.aliases)])}`, column);
  return name;
}

// Applies the operations of one formula, whose text its messages quote.
class Calls {
  constructor(text, overArrays) {
    this.letters = letters(text);
    this.overArrays = overArrays;
    this.elements = 0;
  }

  words({ begin, end }) {
    return short(splitWords(this.letters.slice(begin - 1, end - 1).join("")).join(" ")).replace(/^['"]+|['"]+$/g, "");
  }

  // The result of a function, an operator or a method, by the name of its row.
  apply(called, operands, column, named = {}, method = false) {
    const words = Object.keys(named), several = TABLES.several[called];
    const name = several && operands.length > 1 && !words.length && !method ? several : called;
    let values = operands.map(({ value }) => value), result;
    try {
      if (!isComputed(name, method)) this.refuse(`${name}()`, column);
      const compares = TABLES.comparisons.includes(name), rule = TABLES.rules[name];
      if (compares || rule) values = values.map(oneOperand);
      if (compares || (rule && !words.length)) {
        const most = compares ? 2 : rule.args.length;
        this.count(name, values, compares ? 2 : most - Object.keys(rule.defaults).length, most, column);
      }
      values = withClasses(name, operands, values);
      if (name === "div" || name === "mod") this.noZero(values[1], column);
      this.bound(name, [...values, ...Object.values(named)], column);
      if (Object.values(TABLES.several).includes(name) && values.length > 2 && !words.length) result = values.reduce((first, value) => elementwiseRow(name, [first, value]));
      else result = functionOf(name, method)(values, named);
    } catch (error) {
      if (error instanceof NotInPage) this.refuse(error.message, column);
      if (!(error instanceof Mistake)) throw error;
      fail(this.told(name, operands, error.message), column);
    }
    return this.checked(name, result, values, column);
  }

  refuse(what, column) {
    fail(`${what} is not in the page; type in a terminal: tracegrad step ${quotedLetters(this.letters.join(""))} ...`, column);
  }

  // A result, once all its numbers are found to be finite and not too many.
  checked(name, result, values, column) {
    if (Array.isArray(result)) return Tuple.from(result, (one) => this.checked(name, one, values, column));
    const numbers = numbersOf(result);
    if (isArray(numbers)) {
      this.elements += numbers.data.length;
      this.within(name, this.elements, column);
    }
    const wrong = isArray(numbers) ? numbers.data.findIndex((x) => !Number.isFinite(x)) : Number.isFinite(Number(numbers)) ? -1 : 0;
    if (wrong >= 0) fail(notFinite(name, asArray(numbers), wrong, values), column);
    return isArray(result) && !result.shape.length && !this.overArrays ? result.data[0] : result;
  }

  count(name, values, fewest, most, column) {
    const several = Object.values(TABLES.several).includes(name);
    if (values.length >= fewest && (values.length <= most || several)) return;
    const takes = fewest === most ? fewest : `${fewest} to ${most}`;
    fail(`${name}() takes ${takes} argument${most > 1 ? "s" : ""}, not ${values.length}`, column);
  }

  noZero(divisor, column) {
    const { shape, data } = asArray(numbersOf(divisor)), zero = data.indexOf(0);
    if (zero >= 0) fail(`division by zero${shape.length ? ` at ${placeText(zero, shape)}` : ""}`, column);
  }

  within(name, elements, column) {
    if (elements > MOST_ELEMENTS) fail(`${name}() makes it more than ${thousands(MOST_ELEMENTS)} numbers in all; take smaller arrays, or write it in Python`, column);
  }

  // An error of a function in one line.
  told(name, operands, text) {
    const message = splitWords(text).join(" ");
    const fitting = /^\w+: shapes (\(.*?\)) and (\(.*?\)) do not fit: (.*)$/s.exec(message);
    if (fitting && operands.length === 2) {
      const [first, second] = operands.map((operand) => this.words(operand));
      return `${first} has shape ${fitting[1]} and ${second} has shape ${fitting[2]}, which do not fit: ${fitting[3]}`;
    }
    return message.startsWith(name) ? message : `${name}: ${message}`;
  }
}

// The place of an element, as in "[0, 2]".
function placeText(k, shape) {
  let rest = k;
  return `[${stridesOf(shape).map((step) => { const i = Math.floor(rest / step); rest -= i * step; return i; }).join(", ")}]`;
}

// Which result is not finite, and from which operands an elementwise row made it.
function notFinite(name, { shape, data }, k, values) {
  const at_ = shape.length ? ` at ${placeText(k, shape)}` : "";
  const what = data[k] !== data[k] ? "no real number" : "not finite";
  if (!TABLES.rules[name]) return `${name}() is ${what}${at_}`;
  const entry = (x) => { const array = asArray(Number.isFinite(Number(numbersOf(x))) ? Number(numbersOf(x)) : numbersOf(x)); return array.data[stretched(array.shape, shape)[k]]; };
  return `${name}(${values.map((x) => general(entry(x))).join(", ")}) is ${what}${at_}`;
}
