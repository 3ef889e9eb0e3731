"""The rows of the derivative table as JavaScript, for the page that computes while one types.

Nothing is written twice: the text of a row is translated, and only the functions that JavaScript
lacks are given here.
"""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Iterable

from autograd.calculus.dialects import SIGNS, Dialect, translate
from autograd.calculus.rules import PRIMITIVES, RULES, Rule

#: What JavaScript calls the primitives it has.
_MATH = {
    **{
        name: f"Math.{name}"
        for name in "exp expm1 log log1p log2 log10 sin cos tan sinh cosh tanh sqrt cbrt abs sign "
        "floor ceil hypot".split()
    },
    **{f"arc{name}": f"Math.a{name}" for name in "sin cos tan sinh cosh tanh".split()},
    "arctan2": "Math.atan2",
    "maximum": "Math.max",
    "minimum": "Math.min",
}

#: The error function to the last digits: its series near 0, a continued fraction beyond.
_ERF = """\
const erf = (a) => {
  const x = Math.abs(a);
  if (!(x < 6)) return x === x ? Math.sign(a) : NaN;
  if (x < 2.5) {
    let term = x, sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * sum; n += 1) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return Math.sign(a) * 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
  let tail = 0;
  for (let n = 80; n > 0; n -= 1) tail = n / 2 / (x + tail);
  return Math.sign(a) * (1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + tail));
};
"""
#: Halves go to the even neighbour, as in NumPy.
_RINT = """\
const rint = (a) => {
  const low = Math.floor(a), rest = a - low;
  if (rest !== 0.5) return Math.round(a);
  return low % 2 === 0 ? low : low + 1;
};
"""
#: Both as in Python, where the remainder has the sign of the divisor.
_REMAINDER = """\
const remainder = (a, b) => {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return (rest < 0) !== (b < 0) ? rest + b : rest;
};
"""
_FLOOR_DIVIDE = """\
const floor_divide = (a, b) => {
  if (b === 0) return a / b;
  const rest = a % b;
  const whole = (a - rest) / b - (rest !== 0 && (rest < 0) !== (b < 0) ? 1 : 0);
  if (whole === 0) return 0 * Math.sign(a / b);
  const low = Math.floor(whole);
  return whole - low > 0.5 ? low + 1 : low;
};
"""
_OWN = {"erf": _ERF, "rint": _RINT, "remainder": _REMAINDER, "floor_divide": _FLOOR_DIVIDE}


def _template(name: str, args: list[str], trees: list[ast.expr]) -> str | None:
    if name == "where":
        compared = isinstance(trees[0], ast.Call) and ast.unparse(trees[0].func) in SIGNS
        # A nan is no 0, as in NumPy.
        condition = args[0] if compared else f"{args[0]} !== 0"
        return f"({condition} ? {args[1]} : {args[2]})"
    if name in SIGNS:
        sign = {"==": "===", "!=": "!=="}.get(SIGNS[name], SIGNS[name])
        return f"({args[0]} {sign} {args[1]})"
    if name in _MATH:
        return f"{_MATH[name]}({', '.join(args)})"
    if name not in PRIMITIVES:
        return f"R[{json.dumps(name)}].value({', '.join(args)})"
    return None


JAVASCRIPT = Dialect(
    "javascript",
    _template,
    number=lambda number: (
        "Infinity" if number == float("inf") else "(-Infinity)" if number == float("-inf")
        else f"({float(number)!r})" if number < 0 else repr(float(number))
    ),
    truth="({} ? 1 : 0)".format,
    power="Math.pow({}, {})".format,
)  # fmt: skip


def javascript(rule: Rule) -> str:
    """One row as an object: ``value(a, b)`` and ``partials``, each ``(out, a, b)`` or null.

    >>> from autograd.calculus import RULES
    >>> from autograd.calculus.javascript import javascript
    >>> print(javascript(RULES["tanh"]))
    {value: (a) => Math.tanh(a), partials: [(out, a) => (1.0 - (out * out))]}
    """
    args = list(rule.args)
    value = translate(rule.value_tree, JAVASCRIPT)
    partials = [
        "null"
        if tree is None
        else f"({', '.join(['out', *args])}) => {translate(tree, JAVASCRIPT)}"
        for tree in rule.partial_trees
    ]
    defaults = f", defaults: {json.dumps(_defaults(rule))}" if rule.defaults else ""
    shown = ", ".join(partials)
    return f"{{value: ({', '.join(args)}) => {value}, partials: [{shown}]{defaults}}}"


def _defaults(rule: Rule) -> list[float | str]:
    """The defaults in the order of the arguments, as text where JSON has no number for them."""
    numbers = [rule.defaults[arg] for arg in rule.args if arg in rule.defaults]
    return [v if abs(v) != math.inf else ("Infinity" if v > 0 else "-Infinity") for v in numbers]


def rules_javascript(rules: Iterable[Rule]) -> str:
    """``const R = {...}`` with ``rules``, the rows that they call, and functions of our own.

    >>> from autograd.calculus import RULES, rules_javascript
    >>> '"sigmoid": {' in rules_javascript([RULES["softplus"]])
    True
    """
    rows: dict[str, Rule] = {}
    own: set[str] = set()
    queue = list(rules)
    while queue:
        rule = queue.pop(0)
        if rule.name in rows:
            continue
        rows[rule.name] = rule
        for tree in (rule.value_tree, *rule.partial_trees):
            for part in ast.walk(tree) if tree is not None else ():
                if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
                    called = part.func.id
                    if called in _OWN:
                        own.add(called)
                    elif called not in PRIMITIVES:
                        queue.append(RULES[called])
    helpers = "".join(_OWN[name] for name in sorted(own))
    lines = ",\n".join(f"  {json.dumps(name)}: {javascript(rule)}" for name, rule in rows.items())
    return f"{helpers}const R = {{\n{lines}\n}};\n"
