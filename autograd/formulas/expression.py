"""A typed formula, such as ``sum((x @ W + b - y)**2)``, as a computation over nodes."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from autograd.calculus import RULES, Quantity
from autograd.engine import Node, Tensor, Value
from autograd.formulas.calling import CONSTANTS, NAMES, Calls, is_for_numbers
from autograd.formulas.reading import Reader
from autograd.formulas.tokens import Token, fail, quoted, statements, tokens, unquoted

LONGEST = 10_000

#: Names for what a formula leaves without one, in the order in which they are given out.
LETTERS = "dehkmnpqrstuv"


def build(text: str, variables: Mapping[str, Quantity]) -> Node:
    """The node that ``text`` computes from ``variables``, with every variable a named leaf,
    or the node that it is.

    The leaves are Tensors where one is an array or ``text`` works with arrays, and Values
    otherwise. Several statements may be separated by ``;`` or line ends: ``q = x + y; f = q * z``
    names the nodes q and f, and the last statement is the result. ``max(a, b)`` is the larger of
    two, ``max(a)`` and ``max(a, axis=0)`` reduce. ExpressionError, one line with the column, for
    whatever is not understood, unassigned, does not fit, or has no finite value.

    >>> from autograd.formulas import build
    >>> f = build("q = x + y; f = q * z", {"x": 1, "y": -3, "z": 4})
    >>> f.backward()
    >>> f.name, f.data, f._operands()[0].grad
    ('f', -8.0, 4.0)
    >>> build("sum((x @ W)**2)", {"x": [1.0, 2.0], "W": [[1.0, 0.0], [2.0, 1.0]]}).item()
    29.0
    >>> build("2 ^ x", {"x": 3})
    Traceback (most recent call last):
    autograd.formulas.tokens.ExpressionError: column 3: '^' is not a power here; write **
    """
    if len(text) > LONGEST:
        fail(
            f"the expression has {len(text):,} characters, the limit is {LONGEST:,}; "
            f"split it, or write it in Python",
            None,
        )
    text = unquoted(text)
    kind = Tensor if _over_arrays(text, variables) else Value
    calls, names = Calls(text), dict[str, Quantity]()
    result: Quantity = None
    for statement in statements(text):
        target = _target(statement, variables, names)
        reader = Reader(calls, variables, names, kind)
        result = reader.read(statement[2:] if target else statement)
        if target:
            result = names[target] = _bound(result, target, kind)
    if result is None:
        fail("the expression is empty; write something like (x + y) * z", None)
    return _node(result, None, kind)


def leaves(text: str, values: Mapping[str, Quantity]) -> dict[str, Node]:
    """The variables that ``text`` uses, each as the leaf that :func:`build` makes of it."""
    kind = Tensor if _over_arrays(unquoted(text), values) else Value
    used = used_names(text)
    return {name: kind(value, name=name) for name, value in values.items() if name in used}


def formula(text: str, variables: Mapping[str, Quantity]) -> Node:
    """The same as :func:`build`, with names for what the text leaves without one.

    The result is called f, and values between by letters, where these are free.
    """
    output = build(text, variables)
    if output._operands():
        _name(output, used_names(text))
    return output


def used_names(text: str) -> set[str]:
    """The words of ``text`` that may be names."""
    return set(re.findall(r"[^\W\d]\w*", text))


def variables(text: str) -> list[str]:
    """The names in ``text`` that need a value, in the order in which they come.

    >>> variables("h = sigmoid(w*x + b); sum(h.T, axis=0) + pi")
    ['w', 'x', 'b']
    """
    words = list(tokens(unquoted(text)))
    names, assigned = dict[str, None](), set[str]()
    for before, token, after in zip([None, *words], words, [*words[1:], None]):
        if token.kind != "name" or token.word in CONSTANTS:
            continue
        if after is not None and after.word == "=":
            assigned.add(token.word)
        elif (before is None or before.word != ".") and (after is None or after.word != "("):
            names[token.word] = None
    return [name for name in names if name not in assigned]


def _over_arrays(text: str, variables: Mapping[str, Quantity]) -> bool:
    """Whether the formula is over arrays: by what its variables are, or by what it calls."""
    if any(isinstance(x, Node) for x in variables.values()):
        return any(isinstance(x, Tensor) for x in variables.values())
    used = used_names(text)
    if any(np.ndim(value) for name, value in variables.items() if name in used):
        return True
    words = list(tokens(text))
    for before, token, after in zip([None, *words], words, [*words[1:], None]):
        dotted = before is not None and before.word == "."
        called = after is not None and after.word == "("
        if token.kind == "sign" and token.word in ("[", "@"):
            return True
        if token.kind == "name" and dotted and token.word not in RULES:
            return True
        if called and not dotted and token.word in NAMES and not is_for_numbers(token.word):
            return True
    return False


def _target(
    statement: list[Token], known: Mapping[str, Quantity], names: Mapping[str, Quantity]
) -> str | None:
    """The name that a statement ``name = ...`` assigns to."""
    if len(statement) < 2 or statement[1].word != "=":
        return None
    kind, name, column = statement[0]
    if kind != "name":
        fail(f"{quoted(name)} cannot be assigned to; give a name before the =", column)
    if name in known or name in names:
        fail(f"{quoted(name)} has a value already; use another name", column)
    if len(statement) == 2:
        fail("the value is missing after '='", statement[1].column)
    return name


def _node(result: Quantity, name: str | None, kind: type[Value] | type[Tensor]) -> Node:
    """A result as a node; an array of numbers alone is a Tensor in any formula."""
    if isinstance(result, Node):
        return result
    return Tensor(result, name=name) if np.ndim(result) else kind(result, name=name)


def _bound(result: Quantity, name: str, kind: type[Value] | type[Tensor]) -> Node:
    node = _node(result, name, kind)
    if node.name is None:
        node.name = name
    return node


def _name(output: Node, used: set[str]) -> None:
    """Call the result f and short intermediate values by letters, where these are free."""
    if output.name is None and "f" not in used:
        output.name = "f"
    free = [letter for letter in LETTERS if letter not in used]
    nodes: dict[int, Node] = {}
    stack = [output]
    while stack:
        node = stack.pop()
        for operand in node._operands():
            if isinstance(operand, Node) and operand._number not in nodes:
                nodes[operand._number] = operand
                stack.append(operand)
    unnamed = [node for _, node in sorted(nodes.items()) if node.name is None and node._operands()]
    if len(unnamed) <= len(free):
        for node, letter in zip(unnamed, free):
            node.name = letter
