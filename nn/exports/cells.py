"""From the cells of a row to the numbers of a network, as a part of an exported source."""

from __future__ import annotations

import json
import re

from autograd.calculus import comment
from nn.exports.networks import Network, title
from nn.exports.tabular import TableNetwork
from nn.layers import Module


def inner_name(network: Network) -> str:
    """The function of numbers, which the one of cells calls."""
    return network.name if network.table is None else f"{network.name}_numbers"


def told_cells(table: TableNetwork) -> list[str]:
    """What the numbers of a row are, and what comes out, a line each."""
    lines, place = [], 0
    for field in table.fields:
        gap = ", nan where it is missing" if field.optional else ""
        for part in field.parts:
            kind = f"the {part} of the date" if part else "a number"
            if field.buckets:
                kind = f"CRC-32 of its text in UTF-8, modulo {field.buckets}"
            if field.words:
                kind = ", ".join(f"{k} for {word}" for k, word in enumerate(field.words))
            lines.append(comment(f"x[{place}]: {field.name}, {kind}{gap}"))
            place += 1
    if table.classes is None:
        return [*lines, comment(f"y[0]: {table.target}")]
    pairs = enumerate(table.classes)
    return [*lines, *(comment(f"y[{k}]: the probability of {name}") for k, name in pairs)]


def about(model: Module) -> str:
    """What a file of numbers says of itself."""
    cells = told_cells(model) if isinstance(model, TableNetwork) else []
    return "\n".join([title(model), *cells])


# -- C -------------------------------------------------------------------------------------------


def cells_in_c(table: TableNetwork | None, name: str) -> str:
    """The places of words as constants, those of texts, and the names of the classes."""
    if table is None:
        return ""
    parts, taken = [], {name}
    if any(field.buckets for field in table.fields):
        parts.append(_C_HASH.replace("NAME", name))
    for field in table.fields:
        if field.words and field.kind != "number":
            names = [_identifier(f"{name}_{field.name}_{word}", taken) for word in field.words]
            entries = ", ".join(f"{one} = {k}" for k, one in enumerate(names))
            parts.append(f"enum {{ {entries} }};")
    if table.classes is not None:
        texts = ", ".join(map(_c_text, table.classes))
        parts.append(f"const char *const {name}_classes[{len(table.classes)}] = {{ {texts} }};")
    return "".join(f"{part}\n" for part in parts) + "\n"


_C_HASH = """\
// The number of a text: its CRC-32 modulo the inputs that it may be in.
int NAME_hash(const char *text, int modulo);
int NAME_hash(const char *text, int modulo) {
  unsigned long rest = 0xffffffffUL;
  for (; *text; ++text) {
    rest ^= (unsigned char)*text;
    for (int k = 0; k < 8; ++k) rest = rest & 1 ? rest >> 1 ^ 0xedb88320UL : rest >> 1;
  }
  return (int)((rest ^ 0xffffffffUL) % (unsigned long)modulo);
}"""


def _identifier(text: str, taken: set[str]) -> str:
    name = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_")
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _c_text(text: str) -> str:
    """A literal of C: what is not plain ASCII by its bytes."""
    plain = [
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}"
        for byte in text.encode()
    ]
    return f'"{"".join(plain)}"'


# -- Python and JavaScript -----------------------------------------------------------------------


_PYTHON = '''{imports}

# What a row has, in the order of the numbers.
FIELDS = [
{fields}]
{answer}

def cells(row):
    """The numbers of a row, a dict with a cell for each field."""
    names = [field["name"] for field in FIELDS]
    unknown = [name for name in row if name not in names]
    if unknown:
        raise ValueError(f"unknown: {{', '.join(unknown)}}; a row has {{', '.join(names)}}")
    numbers = []
    for field in FIELDS:
        name, kind, cell = field["name"], field["kind"], row.get(field["name"])
{gaps}        if cell is None or cell == "" or cell != cell:
            if not field["optional"]:
                raise ValueError(f"{{name}} is missing")
            numbers += [math.nan] * len(field.get("parts", [0]))
        elif kind == "number":
            numbers.append(float(cell))
{dates}{hashes}        else:
            text = str(cell).lower() if kind == "boolean" else str(cell)
            words = [word.lower() if kind == "boolean" else word for word in field["words"]]
            if kind == "boolean" and cell in (True, False):
                numbers.append(float(cell))
            elif text in words:
                numbers.append(float(words.index(text)))
            else:
                raise ValueError(f"{{name}} is {{cell!r}}; known are {{', '.join(field['words'])}}")
    return numbers


def {name}(row):
    """{told}"""
    {end}


if __name__ == "__main__":
    import sys

    print({name}(dict(word.split("=", 1) for word in sys.argv[1:])))
'''
_PYTHON_DATES = """\
        elif kind == "date":
            date = datetime.fromisoformat(str(cell))
            hour = date.hour + date.minute / 60 + date.second / 3600
            parts = [float(date.year), float(date.month), float(date.day), hour]
            numbers += parts[: len(field["parts"])]
"""
_PYTHON_GAPS = """\
        if kind == "hashed":
            cell = "" if cell is None else " ".join(str(cell).split())
            cell = "" if cell in field["gaps"] else cell
"""
_PYTHON_HASHES = """\
        elif kind == "hashed":
            numbers.append(float(crc32(cell.encode()) % field["buckets"]))
"""


def cells_in_python(table: TableNetwork | None, name: str) -> str:
    """``predict(row)`` over a dict of cells."""
    if table is None:
        return ""
    kinds = {field.kind for field in table.fields}
    imports = ["from datetime import datetime"] * ("date" in kinds)
    imports += ["from zlib import crc32"] * ("hashed" in kinds)
    call = f"{name}_numbers(cells(row))"
    return _PYTHON.format(
        imports="\n".join(["\n", *imports] if imports else []),
        fields="".join(f"    {field.says()!r},\n" for field in table.fields),
        answer="" if table.classes is None else f"CLASSES = {table.classes!r}\n",
        gaps=_PYTHON_GAPS * ("hashed" in kinds),
        dates=_PYTHON_DATES * ("date" in kinds),
        hashes=_PYTHON_HASHES * ("hashed" in kinds),
        name=name,
        told=_told(table),
        end=f"return {call}[0]" if table.classes is None else f"return dict(zip(CLASSES, {call}))",
    )


def _told(table: TableNetwork) -> str:
    """What the function of cells gives."""
    if table.classes is None:
        return "The number that is predicted."
    return "The probability of each class, by its name."


_JAVASCRIPT = """
// What a row has, in the order of the numbers.
const FIELDS = [
{fields}];
{answer}{hashed}
// The numbers of a row, an object with a cell for each field.
function cells(row) {{
  const names = FIELDS.map((field) => field.name);
  const unknown = Object.keys(row).filter((name) => !names.includes(name));
  if (unknown.length) {{
    throw new RangeError(`unknown: ${{unknown.join(", ")}}; a row has ${{names.join(", ")}}`);
  }}
  return FIELDS.flatMap((field) => {{
    const {{ name, kind, optional, words, parts }} = field;
    const cell = Object.hasOwn(row, name) ? row[name] : undefined;
    const isMissing = cell === undefined || cell === null || cell === "" || cell !== cell;
    if (isMissing || (kind === "hashed" && Number.isNaN(hashed(cell, field)))) {{
      if (!optional) throw new RangeError(`${{name}} is missing`);
      return parts ? parts.map(() => NaN) : [NaN];
    }}
    if (kind === "hashed") return [hashed(cell, field)];
    if (kind === "number") {{
      if (Number.isNaN(Number(cell))) throw new RangeError(`${{name}} is no number: ${{cell}}`);
      return [Number(cell)];
    }}
    if (kind === "date") {{
      const form = /^(\\d{{4}})-(\\d\\d)-(\\d\\d)(?:[T ](\\d\\d):(\\d\\d)(?::(\\d\\d))?)?/;
      const found = form.exec(String(cell));
      if (!found) throw new RangeError(`${{name}} is no date such as 2024-03-01: ${{cell}}`);
      const [year, month, day, h, m, s] = found.slice(1).map((part) => Number(part ?? 0));
      return [year, month, day, h + m / 60 + s / 3600].slice(0, parts.length);
    }}
    if (kind === "boolean" && typeof cell === "boolean") return [Number(cell)];
    const plain = (word) => (kind === "boolean" ? String(word).toLowerCase() : String(word));
    const place = words.map(plain).indexOf(plain(cell));
    if (place < 0) throw new RangeError(`${{name}} is ${{cell}}; known are ${{words.join(", ")}}`);
    return [place];
  }});
}}

// {told}
function {name}(row) {{
  {end}
}}
"""
#: The number of a text in a hashed field, also on a page.
HASHED_IN_JAVASCRIPT = r"""
// The number of a text: CRC-32 of its UTF-8, modulo the field's buckets; NaN for a missing one.
const hashed = (cell, { buckets, gaps }) => {
  const text = String(cell).trim().replace(/\s+/g, " ");
  if (gaps.includes(text)) return NaN;
  let rest = -1;
  for (const byte of new TextEncoder().encode(text)) {
    rest ^= byte;
    for (let k = 0; k < 8; ++k) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return (~rest >>> 0) % buckets;
};
"""


def cells_in_javascript(table: TableNetwork | None, name: str) -> str:
    """``predict(row)`` over an object of cells."""
    if table is None:
        return ""
    call = f"{name}_numbers(cells(row))"
    by_name = "Object.fromEntries(CLASSES.map((name, k) => [name, y[k]]))"
    classes = f"const CLASSES = {_script_json(table.classes)};\n"
    return _JAVASCRIPT.format(
        fields="".join(f"  {_script_json(field.says())},\n" for field in table.fields),
        answer="" if table.classes is None else classes,
        hashed=HASHED_IN_JAVASCRIPT * any(field.buckets for field in table.fields),
        name=name,
        told=_told(table),
        end=f"return {call}[0];" if table.classes is None
        else f"const y = {call};\n  return {by_name};",
    )  # fmt: skip


def _script_json(value: object) -> str:
    """JSON that neither ends a script in a page nor a line of JavaScript."""
    return json.dumps(value).replace("<", "\\u003c")
