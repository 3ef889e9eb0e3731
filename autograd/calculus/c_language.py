"""The rows of the derivative table as C, for graphs that are compiled to machine code."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable

from autograd.calculus.dialects import SIGNS, Dialect, translate
from autograd.calculus.rules import PRIMITIVES, RULES, Rule

#: What C calls the primitives that it has under another name.
_NAMES = {
    **{f"arc{name}": f"a{name}" for name in "sin cos tan sinh cosh tanh".split()},
    "arctan2": "atan2",
    "abs": "fabs",
}

#: What it lacks, as NumPy computes it: nan passes, the remainder has the sign of the divisor.
_OWN = {
    "maximum": """\
static inline double maximum(double a, double b) { return (a > b) | (a != a) ? a : b; }
""",
    "minimum": """\
static inline double minimum(double a, double b) { return (a < b) | (a != a) ? a : b; }
""",
    "sign": """\
static inline double sign(double a) { return a > 0 ? 1.0 : a < 0 ? -1.0 : a + 0.0; }
""",
    "remainder_of": """\
static inline double remainder_of(double a, double b) {
  double rest = fmod(a, b);
  if (rest == 0) return copysign(0.0, b);
  return (rest < 0) != (b < 0) ? rest + b : rest;
}
""",
    "floor_divide": """\
static inline double floor_divide(double a, double b) {
  if (b == 0) return a / b;
  double rest = fmod(a, b);
  double whole = (a - rest) / b - (rest != 0 && (rest < 0) != (b < 0) ? 1 : 0);
  if (whole == 0) return copysign(0.0, a / b);
  double low = floor(whole);
  return whole - low > 0.5 ? low + 1 : low;
}
""",
}


def _template(name: str, args: list[str], trees: list[ast.expr]) -> str | None:
    if name == "where":
        return "({} ? {} : {})".format(*args)
    if name in SIGNS:
        return f"({args[0]} {SIGNS[name]} {args[1]})"
    if name == "remainder":  # C has another one
        return f"remainder_of({', '.join(args)})"
    if name in _NAMES:
        return f"{_NAMES[name]}({', '.join(args)})"
    if name not in PRIMITIVES:
        return f"value_of_{name}({', '.join(args)})"
    return None


def _number(number: float) -> str:
    if math.isnan(number):
        return "NAN"
    text = "INFINITY" if math.isinf(number) else repr(abs(float(number)))
    return f"(-{text})" if math.copysign(1, number) < 0 else text


C = Dialect("c", _template, _number, truth="({} ? 1.0 : 0.0)".format, power="pow({}, {})".format)


def functions_in_c(rules: Iterable[Rule]) -> str:
    """The functions that the rows call and C does not have.

    >>> from autograd.calculus import RULES, functions_in_c
    >>> "static inline double value_of_sigmoid(double a) {" in functions_in_c([RULES["softplus"]])
    True
    """
    own: set[str] = set()
    rows: dict[str, Rule] = {}  # what calls comes after what it calls

    def visit(tree: ast.expr | None) -> None:
        for part in ast.walk(tree) if tree is not None else ():
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
                name = {"remainder": "remainder_of"}.get(part.func.id, part.func.id)
                if name in _OWN:
                    own.add(name)
                elif name not in PRIMITIVES and name not in rows and name != "remainder_of":
                    visit(RULES[name].value_tree)
                    rows[name] = RULES[name]

    for rule in rules:
        for tree in (rule.value_tree, *rule.partial_trees):
            visit(tree)
    texts = [_OWN[name] for name in sorted(own)]
    for name, rule in rows.items():
        parameters = ", ".join(f"double {arg}" for arg in rule.args)
        value = translate(rule.value_tree, C)
        texts.append(
            f"static inline double value_of_{name}({parameters}) {{\n  return {value};\n}}\n"
        )
    return "".join(texts)
