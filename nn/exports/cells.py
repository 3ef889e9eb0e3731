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
    """The places of words as constants, and the names of the classes."""
    if table is None:
        return ""
    parts, taken = [], {name}
    for field in table.fields:
        if field.words and field.kind != "number":
            names = [_identifier(f"{name}_{field.name}_{word}", taken) for word in field.words]
            entries = ", ".join(f"{one} = {k}" for k, one in enumerate(names))
            parts.append(f"enum {{ {entries} }};")
    if table.classes is not None:
        texts = ", ".join(map(_c_text, table.classes))
        parts.append(f"const char *const {name}_classes[{len(table.classes)}] = {{ {texts} }};")
    return "".join(f"{part}\n" for part in parts) + "\n"


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


_PYTHON = '''{date}

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
        if cell is None or cell == "" or cell != cell:
            if not field["optional"]:
                raise ValueError(f"{{name}} is missing")
            numbers += [math.nan] * len(field.get("parts", [0]))
        elif kind == "number":
            numbers.append(float(cell))
        elif kind == "date":
            date = datetime.fromisoformat(str(cell))
            hour = date.hour + date.minute / 60 + date.second / 3600
            parts = [float(date.year), float(date.month), float(date.day), hour]
            numbers += parts[: len(field["parts"])]
        else:
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


def cells_in_python(table: TableNetwork | None, name: str) -> str:
    """``predict(row)`` over a dict of cells."""
    if table is None:
        return ""
    fields = "".join(f"    {field.says()!r},\n" for field in table.fields)
    answer = "" if table.classes is None else f"CLASSES = {table.classes!r}\n"
    call = f"{name}_numbers(cells(row))"
    told = "The probability of each class, by its name."
    end = f"    return dict(zip(CLASSES, {call}))"
    if table.classes is None:
        told, end = "The number that is predicted.", f"    return {call}[0]"
    dated = any(field.kind == "date" for field in table.fields)
    text = _PYTHON.format(
        fields=fields, answer=answer, name=name, told=told, end=end,
        date="\n\nfrom datetime import datetime" if dated else "",
    )  # fmt: skip
    return text if dated else re.sub(r' {8}elif kind == "date":\n(?: {12}.*\n)+', "", text)


_JAVASCRIPT = """
// What a row has, in the order of the numbers.
const FIELDS = [
{fields}];
{answer}
// The numbers of a row, an object with a cell for each field.
function cells(row) {{
  const names = FIELDS.map((field) => field.name);
  const unknown = Object.keys(row).filter((name) => !names.includes(name));
  if (unknown.length) {{
    throw new RangeError(`unknown: ${{unknown.join(", ")}}; a row has ${{names.join(", ")}}`);
  }}
  return FIELDS.flatMap(({{ name, kind, optional, words, parts }}) => {{
    const cell = Object.hasOwn(row, name) ? row[name] : undefined;
    if (cell === undefined || cell === null || cell === "" || cell !== cell) {{
      if (!optional) throw new RangeError(`${{name}} is missing`);
      return parts ? parts.map(() => NaN) : [NaN];
    }}
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


def cells_in_javascript(table: TableNetwork | None, name: str) -> str:
    """``predict(row)`` over an object of cells."""
    if table is None:
        return ""
    fields = "".join(f"  {_script_json(field.says())},\n" for field in table.fields)
    answer = "" if table.classes is None else f"const CLASSES = {_script_json(table.classes)};\n"
    call = f"{name}_numbers(cells(row))"
    told = "The probability of each class, by its name."
    end = (
        f"  const y = {call};\n  return Object.fromEntries(CLASSES.map((name, k) => [name, y[k]]));"
    )
    if table.classes is None:
        told, end = "The number that is predicted.", f"  return {call}[0];"
    return _JAVASCRIPT.format(fields=fields, answer=answer, name=name, told=told, end=end)


def _script_json(value: object) -> str:
    """JSON that neither ends a script in a page nor a line of JavaScript."""
    return json.dumps(value).replace("<", "\\u003c")
