"""A traced program as source that runs without this library: Python, NumPy, JavaScript, C.

Each has ``value_and_grad(inputs)``: the number, and its gradient by the inputs in their order.
"""

from __future__ import annotations

import ast
import keyword
import math
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

import numpy as np

from autograd.calculus import (
    ARRAY,
    ARRAY_FUNCTIONS,
    FLOAT,
    JAVASCRIPT,
    RULES,
    Array,
    Dialect,
    Rule,
    comment,
    rules_javascript,
    translate,
)
from autograd.replay.c_lines import lines_in_c
from autograd.replay.c_loops import loops
from autograd.replay.numpy_source import Writer
from autograd.replay.plan import Plan
from autograd.replay.program import CONSTANT, Program
from autograd.replay.straight_line import backward
from autograd.replay.texts import texts

#: Words that are no name for a variable in one of the languages.
RESERVED = {
    *keyword.kwlist, *"const let var function new this typeof void null true false delete".split(),
    *"V G R inputs value gradients np math nan inf NaN Infinity Math pow abs seeds".split(),
}  # fmt: skip

#: Functions of the table over numbers that Python's math lacks or does otherwise.
_PYTHON = {
    "abs": "",
    "sign": "sign = lambda a: 1.0 if a > 0 else -1.0 if a < 0 else a + 0.0\n",
    "maximum": "maximum = lambda a, b: a if a > b or a != a else b\n",
    "minimum": "minimum = lambda a, b: a if a < b or a != a else b\n",
    "floor": "floor = lambda a: math.copysign(math.floor(a), a)\n",
    "ceil": "ceil = lambda a: math.copysign(math.ceil(a), a)\n",
    "rint": "rint = lambda a: math.copysign(round(a), a)\n",
    "remainder": "remainder = lambda a, b: a % b\n",
    "floor_divide": "floor_divide = lambda a, b: a // b\n",
    "arctan2": "arctan2 = math.atan2\n",
}


def standalone(
    language: str, name: str, program: Program, plan: Plan | None, notes: Sequence[str]
) -> str:
    """The source in one of LANGUAGES, with ``notes`` in a comment at its top."""
    if language not in LANGUAGES:
        raise ValueError(
            f"compile: a source is for {', '.join(LANGUAGES)}, not for {language!r}; take one of "
            f"them"
        )
    special = next((rule.name for rule in program.rules if rule.is_special), None)
    if special is not None:
        raise TypeError(f"compile: {special} is SciPy's; a source that stands alone has it not")
    sign, write = LANGUAGES[language]
    inputs = ", ".join(str(one or f"#{n}") for n, one in enumerate(program.names)) or "none"
    head = [f"value_and_grad of {name}", f"inputs: {inputs}", *notes]
    return "\n".join(f"{sign} {comment(line)}" for line in head) + "\n" + write(program, plan)


def row_names(program: Program, taken: set[str]) -> list[str]:
    """What rows are called: inputs by the user's names, made fit for a variable, where they can."""
    names = [f"v{row}" for row in range(len(program))]
    used = taken | RESERVED
    for row, name in zip(program.inputs.tolist(), program.names):
        fit = "".join(c if c.isalnum() and c.isascii() else "_" for c in name or "").strip("_")
        fit = fit.replace("__", "_")
        is_own = not (fit[:1] == "v" and fit[1:].isdigit()) and not fit.startswith("d_")
        if fit.isidentifier() and fit not in used and is_own:
            names[row] = fit
            used.add(fit)
    return names


def _lines(
    program: Program,
    dialect: Dialect,
    names: list[str],
    sign: str,
    number: Callable[[float], str],
) -> tuple[list[str], list[str], list[str]]:
    """The forward and the backward lines, and what gradients are called; scopes are comments."""
    slopes = [f"d_{name}" for name in names]
    values = list(names)
    for row in np.flatnonzero(program.codes == CONSTANT).tolist():
        values[row] = number(float(program.values[row]))
    forward = []
    for path, rows in groupby(program.lists(), lambda row: program.scope(row[0])):
        if path:
            forward.append(f"{sign} {comment('.'.join(path))}")
        for row, code, operands in rows:
            text = texts(program.rules[code], dialect).value
            forward.append(f"{values[row]} = {text.format(*[values[x] for x in operands])}")
    return forward, backward(program, values, slopes, dialect), slopes


def _python(program: Program, plan: Plan | None) -> str:
    functions, called = _functions(program.rules, FLOAT, _python_function)
    names = row_names(program, called)
    forward, back, slopes = _lines(program, FLOAT, names, "#", _python_number)
    return "import math\n" + functions + _body(program, names, slopes, forward, back)


def _body(
    program: Program, names: list[str], slopes: list[str], forward: list[str], back: list[str]
) -> str:
    inputs = program.inputs.tolist()
    lines = [f"{', '.join(names[row] for row in inputs)}, = inputs"] if inputs else []
    lines += [*forward, "seeds = (1.0,)", *back]
    lines.append(f"return {_end(program, names)}, [{', '.join(slopes[row] for row in inputs)}]")
    return "\n\ndef value_and_grad(inputs):\n" + "".join(f"    {line}\n" for line in lines)


def _end(program: Program, names: list[str]) -> str:
    row = int(program.outputs[0])
    is_fixed = program.codes[row] == CONSTANT
    return _python_number(float(program.values[row])) if is_fixed else names[row]


def _numpy(program: Program, plan: Plan | None) -> str:
    functions, called = _functions(program.rules, ARRAY, _numpy_function)
    if plan is None:
        names = row_names(program, called)
        forward, back, slopes = _lines(program, ARRAY, names, "#", _python_number)
        return (
            "import math\n\nimport numpy as np\n"
            + functions
            + _body(program, names, slopes, forward, back)
        )
    writer = Writer(plan)
    tables = [
        f"{name} = {_numpy_array(numbers)}"
        for name, numbers in writer.space.items()
        if isinstance(numbers, np.ndarray)
    ]
    return "\n".join(
        [
            "import math\n\nimport numpy as np",
            "from numpy.lib.stride_tricks import as_strided",
            functions,
            "nan, inf = math.nan, math.inf",
            *tables,
            writer.source(),
            f"V[{plan.constant_slots.tolist()}] = {_numpy_array(plan.constants)}",
            "",
            "def value_and_grad(inputs):",
            f"    V[{plan.inputs.tolist()}] = inputs",
            "    forward()",
            "    G.fill(0.0)",
            f"    G[{plan.outputs[0]}] = 1.0",
            "    backward()",
            f"    return float(V[{plan.outputs[0]}]), G[{plan.inputs.tolist()}]",
            "",
        ]
    )


def _numpy_array(numbers: Array) -> str:
    return f"np.array({numbers.tolist()})".replace("nan", "np.nan").replace("inf", "np.inf")


def _python_number(value: float) -> str:
    if math.isfinite(value):
        return f"({value!r})" if math.copysign(1, value) < 0 else repr(value)
    return f"math.{value!s}" if not str(value).startswith("-") else "(-math.inf)"


def python_functions(rules: Iterable[Rule]) -> str:
    """What the rows call in Python, over numbers, as text that comes behind ``import math``."""
    return _functions(rules, FLOAT, _python_function)[0]


def _functions(
    rules: Iterable[Rule], dialect: Dialect, written: Callable[[str], str | None]
) -> tuple[str, set[str]]:
    """What the rows call, as text, and the names of it."""
    made: dict[str, str] = {}

    def visit(tree: ast.expr | None) -> None:
        for part in ast.walk(tree) if tree is not None else ():
            if not isinstance(part, ast.Call) or not isinstance(part.func, ast.Name):
                continue
            name = part.func.id
            if name in made:
                continue
            text = written(name)
            if text is None and name in RULES and name != "where":  # that is written inline
                rule = RULES[name]
                visit(rule.value_tree)
                body = translate(rule.value_tree, dialect)
                text = f"\n\ndef {name}({', '.join(rule.args)}):\n    return {body}\n\n"
            made[name] = text or ""

    for rule in rules:
        for tree in (rule.value_tree, *rule.partial_trees):
            visit(tree)
    power = "pow = math.pow\n" if dialect is FLOAT else ""
    return power + "".join(made.values()), {*made, "pow"}


def _python_function(name: str) -> str | None:
    if name in _PYTHON:
        return _PYTHON[name]
    theirs = f"a{name[3:]}" if name.startswith("arc") else name
    return f"{name} = math.{theirs}\n" if hasattr(math, theirs) else None


def _numpy_function(name: str) -> str | None:
    if name == "erf":
        return "erf = lambda a: np.asarray(np.frompyfunc(math.erf, 1, 1)(a), float)\n"
    return f"{name} = np.{name}\n" if name in ARRAY_FUNCTIONS and hasattr(np, name) else None


def _javascript(program: Program, plan: Plan | None) -> str:
    names = row_names(program, {"R", "erf", "rint", "remainder", "floor_divide"})
    forward, back, slopes = _lines(program, JAVASCRIPT, names, "//", _javascript_number)
    inputs = program.inputs.tolist()
    declared: set[str] = set()
    lines = [f"const [{', '.join(names[row] for row in inputs)}] = inputs;"] if inputs else []
    lines.append("const seeds = [1];")
    for line in [*forward, *back]:
        target = line.split(" = ", 1)[0]
        is_new = not line.startswith("//") and target not in declared
        declared.add(target)
        word = ("const " if not target.startswith("d_") else "let ") if is_new else ""
        lines.append(line if line.startswith("//") else f"{word}{line};")
    row = int(program.outputs[0])
    fixed = program.codes[row] == CONSTANT
    end = _javascript_number(float(program.values[row])) if fixed else names[row]
    lines.append(f"return [{end}, [{', '.join(slopes[row] for row in inputs)}]];")
    rules: list[Rule] = list(program.rules)
    body = "".join(f"  {line}\n" for line in lines)
    return f"{rules_javascript(rules)}\nfunction value_and_grad(inputs) {{\n{body}}}\n"


def _javascript_number(value: float) -> str:
    return "NaN" if math.isnan(value) else JAVASCRIPT.number(value)


def _c(program: Program, plan: Plan | None) -> str:
    source = lines_in_c(program) if plan is None else loops(plan)
    return source.text + "\n".join(
        [
            "",
            "double value_and_grad(const double *inputs, double *gradients) {",
            f"  static double V[{source.size}], G[{source.size}], ends[{source.ends}];",
            "  const double seeds[] = {1.0};",
            "  begin(V);",
            "  both(inputs, seeds, V, G, ends, gradients);",
            "  return ends[0];",
            "}",
            "",
        ]
    )


#: By language how a comment begins, and the writer.
LANGUAGES: dict[str, tuple[str, Callable[[Program, Plan | None], str]]] = {
    "python": ("#", _python),
    "numpy": ("#", _numpy),
    "javascript": ("//", _javascript),
    "c": ("//", _c),
}
