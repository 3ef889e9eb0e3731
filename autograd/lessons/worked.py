"""A backward step over arrays with its numbers: upstream, local derivative, and their product."""

from __future__ import annotations

import ast
from collections.abc import Callable

import numpy as np

from autograd.calculus import Array, Quantity, constant
from autograd.calculus.array_rules import printed_adjoints
from autograd.engine import ARRAYS
from autograd.lessons.array_words import rows_of
from autograd.lessons.records import Term
from autograd.writing import Notation, Piece

#: Writes a value: the number or array, its reference, and whether the array is transposed.
Writer = Callable[[Quantity, str, bool], Piece]


def worked_local(
    term: Term, key: str, tree: ast.expr, notation: Notation, value: Writer
) -> Piece | None:
    """``upstream ⊙ local`` of an elementwise row; None where the product says it all.

    Where broadcasting had stretched the operand the terms are summed, and written so.
    """
    node = term.consumer
    upstream = value(term.upstream, f"g{node.index}", False)
    number = constant(tree)
    if number is None:
        local = np.broadcast_to(term.local, np.shape(node.value))
        if not _small(notation, local):
            return None
        piece = notation.elementwise(upstream, value(local, f"l{key}", False))
    elif number == 1:
        piece = upstream
    elif number == -1:
        piece = notation.negative(upstream)
    else:
        piece = notation.product([value(float(number), "", False), upstream])
    if np.shape(term.product) != np.shape(node.value):
        return notation.call("Σ", [piece])
    return None if number == 1 else piece


def printed(term: Term) -> tuple[list[str], str]:
    """The letters of a structural row's operands, and its printed adjoint for one of them."""
    node = term.consumer
    lines = printed_adjoints(node.rule, [o.value for o in node.operands], node.attrs)
    formula = lines[term.slot][1]
    if node.op == "cross_entropy" and node.is_output and np.all(term.upstream == 1):
        # Where the loss is the output, the factor 1 from outside says nothing.
        formula = formula.replace(" * g / n", " / n").removesuffix(" * g")
        formula = formula.removesuffix(" / n") if _targets(term) == 1 else formula
    return [letter for letter, _ in lines], formula


def worked_adjoint(
    term: Term, key: str, letters: list[str], formula: str, notation: Notation, value: Writer
) -> Piece | None:
    """The printed adjoint of a structural row with arrays in place of its letters."""
    node = term.consumer
    values = {"g": (term.upstream, f"g{node.index}"), "out": (node.value, f"v{node.index}")}
    values |= {
        letter: (o.value, "" if o.is_literal else f"v{o.index}")
        for letter, o in zip(letters, node.operands)
    }
    try:
        tree = ast.parse(formula, mode="eval").body
    except SyntaxError:
        return None  # in words
    if node.op == "cross_entropy" and np.ndim(node.operands[0].value) < 3:
        values |= {"n": (float(_targets(term)), "")} | probabilities(term, key)
    turned = _Turned({name: np.asarray(one) for name, (one, _) in values.items()})
    tree = turned.visit(tree)
    used = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name)}
    pieces = {}
    for name, (one, ref) in values.items():
        for written, flipped in ((name, False), (f"{name}_turned", True)):
            if written in used:
                if not _small(notation, one):
                    return None
                pieces[written] = value(one, ref, flipped)
    try:
        return notation.write(tree, pieces) if pieces else None
    except ValueError:
        return None


def _small(notation: Notation, value: Quantity) -> bool:
    array = isinstance(value, np.ndarray) and value.ndim > 0
    return not array or rows_of(value, notation.most_elements) is not None


def _targets(term: Term) -> int:
    """How many targets a mean of cross-entropies is of."""
    logits = term.consumer.operands[0].value
    return 1 if logits.ndim == 1 else len(logits)


def probabilities(term: Term, key: str) -> dict[str, tuple[Array, str]]:
    """softmax(logits), and the targets as one-hot rows where they are classes."""
    logits, targets = term.consumer.operands[:2]
    found = {"_softmax": (ARRAYS.softmax(logits.value, axis=-1), f"s{key}")}
    if targets.value.ndim < logits.value.ndim:
        found["_one_hot"] = (one_hot(targets.value, logits.value.shape[-1]), f"h{key}")
    return found


def one_hot(targets: Array, classes: int) -> Array:
    """1 at the class of each target, 0 elsewhere; a class that there is not gives zeros.

    >>> import numpy as np
    >>> from autograd.lessons.worked import one_hot
    >>> one_hot(np.array([2, 0]), 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    fits = (targets >= 0) & (targets < classes)
    rows: Array = np.eye(classes)[np.where(fits, targets, 0)] * np.expand_dims(fits, -1)
    return rows


class _Turned(ast.NodeTransformer):
    """Names for what is written as one array: a transpose, a softmax; and shapes as numbers."""

    def __init__(self, values: dict[str, Array]) -> None:
        self.values = values

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        name = node.value.id if isinstance(node.value, ast.Name) else ""
        if name in self.values and node.attr == "T" and self.values[name].ndim == 2:
            return ast.Name(f"{name}_turned")
        if name in self.values and node.attr == "shape":
            return ast.parse(repr(self.values[name].shape), mode="eval").body
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        name = f"_{node.func.id}" if isinstance(node.func, ast.Name) else ""
        if name in self.values:
            return ast.Name(name)
        node.args = [self.visit(arg) for arg in node.args]
        return node
