"""What ``help`` says of a row: the formula, the operands, the derivatives, and an example.

The text and the signature of the function, of the method of Value and of that of Tensor are all
made from the row. The numbers of the example are computed beforehand, by ``python -m
autograd.stubs``: at import a row would have to be compiled for them.
"""

from __future__ import annotations

from inspect import Parameter, Signature

from autograd.calculus.example_numbers import NUMBERS
from autograd.calculus.language import Rule

#: The operators whose row computes by another function than Python's operator.
_OPERATORS = {"mod": "a % b", "floor_divide": "a // b"}
_OPERANDS = {
    "function": "a number, an array, a Value or a Tensor",
    "Value": "a Value or a number",
    "Tensor": "a Tensor, an array or a number",
}
_RETURNS = {
    "function": "Returns the kind that it was given; the shapes of arrays broadcast.",
    "Value": "Returns a Value.",
    "Tensor": "Returns a Tensor of the broadcast shape.",
}


def row_text(rule: Rule, kind: str, name: str | None = None) -> str:
    """The docstring of a row's ``"function"``, or of its method ``name`` of the class ``kind``."""
    name = name or rule.name
    own = None if kind == "function" else _own_place(rule, name)
    formula = rule.shown or rule.value
    shown = rule.shown_partials or rule.partials
    slopes = [f"d/d{arg} = {text}" for arg, text in zip(rule.args, shown) if text is not None]
    others = [f"``{arg}``" for place, arg in enumerate(rule.args) if place != own]
    words = [] if own is None else [f"This {kind} is ``{rule.args[own]}``."]
    if others:
        words.append(f"{', '.join(others)}: {'each ' * (len(others) > 1)}{_OPERANDS[kind]}.")
    words += [f"``{arg}`` is {x:g} if it is left out." for arg, x in rule.defaults.items()]
    for arg, text in zip(rule.args, rule.partials):
        if text is None:
            reason = f": {rule.refused[arg]}" if arg in rule.refused else ""
            words.append(f"No gradient flows into ``{arg}``{reason}.")
    first = "; ".join([formula if kind == "Value" else f"{formula}, elementwise", *slopes])
    parts = [f"{first}.", "\n".join([*words, _RETURNS[kind]]), _example(rule, kind, name, own)]
    return "\n\n".join(filter(None, parts))


def _own_place(rule: Rule, name: str) -> int:
    """Which operand a method belongs to: the last one where Python exchanges the two."""
    return rule.arity - 1 if name.startswith("__r") else 0


def row_signature(rule: Rule, own: str | None = None) -> Signature:
    """The arguments of a row; ``own`` takes the place of the first one, in a method."""
    names = rule.args if own is None else (own, *rule.args[1:])
    kind = Parameter.POSITIONAL_OR_KEYWORD
    defaults = [rule.defaults.get(arg, Parameter.empty) for arg in rule.args]
    return Signature([Parameter(x, kind, default=y) for x, y in zip(names, defaults)])


def example_points(rule: Rule) -> tuple[tuple[float, ...], ...]:
    """Two points at which a row is shown; what takes no gradient is the same in both."""

    last = tuple(xs[-1] for xs in rule.samples)
    pairs = zip(rule.samples, rule.partials)
    return tuple(xs[-1 if text is None else 0] for xs, text in pairs), last


def _example(rule: Rule, kind: str, name: str, own: int | None) -> str:
    numbers = NUMBERS.get(rule.name)
    if numbers is None:  # of a row that a program has added, and that nobody can import
        return ""
    points = example_points(rule)
    reflected = name.startswith("__r")
    if reflected:  # one number stands before the operator
        numbers, points = (numbers[1],), (points[1],)
    places = range(rule.arity)
    leaves = [i for i in places if rule.partials[i] is not None and (not reflected or i == own)]
    nodes = [i for i in places if i in leaves or i == own]
    words = [rule.args[i] if i in nodes else str(points[-1][i]) for i in places]
    if kind == "function":
        out = f"autograd.{rule.name}({', '.join(words)})"
    elif name == rule.name:
        out = f"{words[0]}.{name}({', '.join(words[1:])})"
    else:
        operator = _OPERATORS.get(rule.name, rule.value)
        out = operator.replace("a ", f"{words[0]} ") if reflected else operator
    of_arrays = kind == "Tensor"
    made = []
    for i in nodes:
        pair = [point[i] for point in points]
        node = f"Tensor({pair})" if of_arrays else f"Value({pair[-1]})"
        made.append(node if i in leaves else f"{node}.detach()")
    shown = "{}.round(4).tolist()" if of_arrays else "round({}, 4)"
    results = ["out.data", *(f"{rule.args[i]}.grad" for i in leaves)]
    lines = [
        *["import autograd"][: kind == "function"],
        f"from autograd import {'Tensor' if of_arrays else 'Value'}",
        f"{', '.join(rule.args[i] for i in nodes)} = {', '.join(made)}",
        f"out = {out}",
        "out.sum().backward()" if of_arrays else "out.backward()",
        ", ".join(map(shown.format, results)),
    ]
    columns = [0, *(1 + i for i in leaves)]
    printed = [[row[c] for row in numbers] if of_arrays else numbers[-1][c] for c in columns]
    return "".join(f">>> {line}\n" for line in lines) + f"{tuple(printed)}"
