"""What the equations of a lesson are made of, in any notation: names, numbers, operations."""

from __future__ import annotations

import ast
import re

import numpy as np

from autograd.calculus import Quantity, Rule
from autograd.graph import Row, noise
from autograd.lessons.array_words import is_one_hot, places_of, rows_of, shape
from autograd.lessons.local_derivatives import formula_tree
from autograd.lessons.records import Records, Term
from autograd.writing import SUM, Notation, Piece, Written, formatting, one_line


class Pieces:
    """Nodes, their numbers and their formulas as pieces of an equation, in one notation.

    A number of the steps has a reference: ``v3`` is the value of row 3, ``g3`` its gradient.
    """

    output: str

    def __init__(self, steps: Records, notation: Notation) -> None:
        self.steps = steps
        self.notation = notation
        self.output = one_line(steps.graph.output.label)
        self._seed = ""
        self._rate: float | None = None

    def symbol(self, node: Row) -> Piece:
        """A node as an operand: its label, or the number itself."""
        if node.is_literal:
            return self.written(node.value)
        array = np.ndim(node.value) > 0
        return self.notation.symbol(one_line(node.label))._replace(array=array)

    def gradient(self, node: Row) -> Piece:
        """∂f/∂node, or the name that the lesson gives it; ``dW`` for arrays in plain text."""
        label = one_line(node.label)
        named = self.steps.gradient_names.get(node.label)
        if named is not None:
            return self.notation.symbol(named)._replace(array=np.ndim(node.value) > 0)
        if isinstance(node.value, np.ndarray):
            array = node.value.ndim > 0
            return self.notation.array_gradient(self.output, label)._replace(array=array)
        return self.notation.derivative(self.output, label)

    def meant(self, value: Quantity, ref: str) -> Quantity:
        """What is written for the number ``ref``: 0 where it is rounding noise."""
        return noise.shown(value, ref, self.steps.bounds, self._rate)

    def _of(self, node: Row) -> Piece:
        """A node's value; ``v3`` refers to it, unless it is a literal, which never changes."""
        return self.written(node.value, "" if node.is_literal else f"v{node.index}")

    def written(self, value: Quantity, ref: str = "", turned: bool = False) -> Piece:
        """A number or an array; ``turned`` for a matrix transposed. Rounding noise is 0."""
        value = self.meant(value, ref)
        if not (isinstance(value, np.ndarray) and value.ndim):
            return self.notation.number(formatting.number(float(value)), ref)
        shown = value.T if turned else value
        rows = rows_of(shown, self.notation.most_elements)
        if rows is None:
            return self.notation.large(formatting.summary(shown), ref)
        places, vector = places_of(value, turned), value.ndim == 1
        return self.notation.array(
            Written(rows, places, shape(shown), vector, is_one_hot(shown)), ref
        )

    def expression(self, node: Row, numbers: bool = False) -> Piece:
        """The operation of a node: ``x + y``, or with numbers ``1 + -3``."""
        operands = node.operands
        pieces = [self._of(o) if numbers else self._operand(o) for o in operands]
        if isinstance(node.rule, Rule):
            named = dict(zip(node.rule.args, pieces))
            if node.rule.is_infix:
                return self.notation.write(node.rule.shown_tree, named)
            return self.notation.call(node.op, pieces)
        stand_ins = [f"_{i}" for i in range(len(pieces))]
        text = formatting.expression(node.rule, stand_ins, node.attrs)
        return self._parsed(text, dict(zip(stand_ins, pieces)))

    def _operand(self, node: Row) -> Piece:
        """A node's name, or its formula where the lesson writes that out."""
        written_out = node.index in self.steps.written_out
        return self.expression(node) if written_out else self.symbol(node)

    def _parsed(self, text: str, pieces: dict[str, Piece]) -> Piece:
        """A structural expression, or one in words, with the pieces in place of its letters."""
        try:
            return self.notation.write(ast.parse(text, mode="eval").body, pieces)
        except (SyntaxError, ValueError):
            letters = "|".join(map(re.escape, pieces))
            parts = filter(None, re.split(rf"\b({letters})\b", text))
            texts = [(pieces.get(part) or self.notation.words(part)).text for part in parts]
            return Piece(self.notation.run(texts), SUM)

    def formula(self, term: Term, numbers: bool = False) -> Piece:
        """The local derivative of an elementwise term, in names or in numbers."""
        node, rule = term.consumer, term.consumer.rule
        tree = formula_tree(term.consumer, term.slot)
        operands = dict(zip(rule.args, node.operands))
        pieces = {}
        for name in (*rule.args, "out"):
            if name in rule.args and name not in operands:
                pieces[name] = self.written(rule.defaults[name])
            else:
                operand = operands.get(name, node)
                pieces[name] = self._of(operand) if numbers else self.symbol(operand)
        return self.notation.write(tree, pieces, bare=False)

    def key(self, node: Row) -> str:
        """The key of the numbers of a step at ``node``; in forward mode one for each pass."""
        return f"{node.index}{self._seed}"
