// The words of a typed formula, each with its column, and the error that names a column.

// What is wrong with an expression, and where: the column counts letters from 1, null for the whole.
class FormulaError extends Error {
  constructor(message, column = null) {
    super((column === null ? "" : `column ${column}: `) + message);
    this.name = "FormulaError";
    this.column = column;
  }
}

function fail(message, column) {
  throw new FormulaError(message, column);
}

// A word in quotation marks, cut to one line.
const quoted = (word) => quotedLetters(lengthOf(word) <= 40 ? word : `${cut(word, 40)}…`);

// What a word processor or a PDF puts in the place of a sign, one letter for one letter.
const TYPOGRAPHIC = new Map(["−-", "–-", "×*", "·*", "⋅*", "∙*", "÷/", '“"', '”"', '„"', "‘'", "’'", "\ufeff ", "\u200b "].map((pair) => [pair[0], pair[1]]));
const ordinary = (text) => text.replace(/[−–×·⋅∙÷“”„‘’\ufeff\u200b]/g, (letter) => TYPOGRAPHIC.get(letter));

const TOKEN = /(?<space>(?:(?!\n)[\s\x1c-\x1f\x85])+)|(?<number>(?:\p{Nd}+\.?\p{Nd}*|\.\p{Nd}+)(?:[eE][+-]?\p{Nd}+)?)|(?<name>[\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_]*)|(?<text>'[^'\n]*'|"[^"\n]*")|(?<other>[<>=!]=|[^-+*/%^@(),=;:.[\]\n])|(?<sign>\*\*|\/\/|\.\.\.|.|\n)/gu;
const NAME = /[\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_]*/gu;
const WORD = /[\p{L}\p{N}_.]*/uy;

const trimmed = (text) => text.replace(/^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g, "");

// A text without the quotation marks around all of it.
function unquoted(text) {
  const bare = trimmed(ordinary(text)), mark = bare[0];
  const whole = bare.length > 1 && mark === bare.at(-1) && "'\"".includes(mark) && bare.split(mark).length === 3;
  return whole ? bare.slice(1, -1) : bare;
}

const usedNames = (text) => new Set(text.match(NAME) || []);

function* tokens(text) {
  const plain = ordinary(text);
  let column = 1;
  for (const match of plain.matchAll(TOKEN)) {
    const [word] = match, kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    const token = { kind, word, column, end: column + lengthOf(word) };
    if (kind === "number") refuseGlued(plain, word, match.index + word.length, column);
    column = token.end;
    if (kind !== "space") yield token;
  }
}

// A number is not followed by letters: 2x, 0x10, 1.2.3.
function refuseGlued(text, word, end, column) {
  WORD.lastIndex = end;
  const whole = word + WORD.exec(text)[0];
  if (whole === word) return;
  const product = /^[\p{Nd}.]+[\p{L}\p{Nl}\p{No}_][\p{L}\p{N}_]*$/u.test(whole) && !/^\p{Nd}+[xXoObBeE]\p{Nd}/u.test(whole);
  const hint = product ? `write ${word} * ${whole.slice(word.length)} for a product` : "write it like 12, 0.5 or 1e-3";
  fail(`${quoted(whole)} is no number; ${hint}`, column);
}

// The words of each statement; statements are separated by ; or line ends.
function* statements(text) {
  let statement = [];
  for (const token of tokens(text)) {
    if (token.kind === "sign" && (token.word === ";" || token.word === "\n")) {
      if (statement.length) yield statement;
      statement = [];
    } else statement.push(token);
  }
  if (statement.length) yield statement;
}
