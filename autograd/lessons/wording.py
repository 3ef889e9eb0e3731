"""The equations of a step, in any notation: ``∂f/∂x = ∂f/∂d · ∂d/∂x = 4 · 1 = 4``."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.calculus import Quantity, Rule
from autograd.graph import Row
from autograd.lessons.array_words import origin, shape, shape_of
from autograd.lessons.lines import Line
from autograd.lessons.local_derivatives import formula_tree, is_constant
from autograd.lessons.pieces import Pieces
from autograd.lessons.products import named_product
from autograd.lessons.records import BACKWARD, FORWARD, Step, Term
from autograd.lessons.worked import one_hot, printed, worked_adjoint, worked_local
from autograd.writing import Piece, one_line


class Wording(Pieces):
    """The equations of a lesson's steps in one notation."""

    def lines(self, step: Step) -> list[Line]:
        """The equations of ``step``, the main one last but for a sum that it is added to."""
        self._seed = "" if step.seed is None else f".{step.seed.index}"
        self._rate = step.rate
        if step.phase == FORWARD:
            lines = [self._forward(step)]
            return lines if step.seed is None else [*lines, *self._tangent(step)]
        if step.phase == BACKWARD:
            if step.is_seed:
                seed = self.written(step.value, f"g{step.node.index}")
                return [self.line([self.gradient(step.node), seed], "seed", step.value)]
            return [line for term in step.terms for line in self._named(term)]
        return [self._update(step)]

    def result(self, node: Row) -> Line:
        """The finished gradient of an input; in forward mode an array's is summed up."""
        value = self.steps.gradients[node.index]
        name = self.gradient(node)
        if np.shape(value) != np.shape(node.value):
            name = self.notation.call("sum", [name])
        shown = self.meant(value, f"g{node.index}")
        return self.line([name, self.written(shown)], "result", shown)

    def input(self, node: Row) -> Line:
        """A leaf or a constant: its label and its value."""
        shapes = shape(node.value) if np.ndim(node.value) else ""
        return self.line(
            [self.symbol(node), self.written(self.meant(node.value, f"v{node.index}"))],
            "input",
            node.value,
            shapes=shapes,
        )

    def given(self, node: Row) -> list[Line]:
        """An input; where it holds the classes of a cross-entropy, their one-hot rows as well."""
        lines = [self.input(node)]
        for index, slot in self.steps.graph.consumers(node.index):
            row = self.steps.graph[index]
            classes = np.shape(row.operands[0].value)[-1:]
            fewer = np.ndim(node.value) < np.ndim(row.operands[0].value)
            if row.op == "cross_entropy" and slot == 1 and fewer:
                rows = one_hot(np.asarray(node.value), *classes)
                name = self.notation.call("one_hot", [self.symbol(node)])
                sides = [name, self.written(rows)]
                return [*lines, self.line(sides, "input", rows, shapes=shape(rows))]
        return lines

    def line(
        self, sides: list[Piece], kind: str, value: Quantity, sign: str = "=", **more: Any
    ) -> Line:
        """An equation of the sides that differ; an array is written under it instead."""
        ref = sides[-1].ref
        written = self.meant(value, ref) if isinstance(value, np.ndarray) and value.ndim else None
        if written is not None:
            sides = sides[:-1]
        different = [
            side for i, side in enumerate(sides) if not i or side.text != sides[i - 1].text
        ]
        kept = [side.text for side in different]
        question = self.notation.equation(kept[:2], sign) if len(kept) > 2 else kept[0]
        answer = sides[-1].ref if len(kept) > 1 else ""
        text = self.notation.equation(kept, sign)
        parts = [self.notation.equation(kept[:2], sign)]
        for side in different[2:]:
            first, *rest = side.parts or (side.text,)
            parts += [self.notation.equals(first), *rest]
        more |= {"question": question, "answer": answer, "ref": ref, "sides": tuple(parts)}
        return Line(text, kind, value=written, **more)

    def _forward(self, step: Step) -> Line:
        node = step.node
        sides = [self.symbol(node), self.expression(node)]
        small = all(np.size(o.value) <= self.notation.most_elements for o in node.operands)
        one_formula = isinstance(node.rule, Rule) or len(node.args) == 1
        if small and one_formula and node.op != "neg":  # -3 with its number is the result already
            sides.append(self.expression(node, numbers=True))
        sides.append(self._of(node))
        shapes = ""
        if isinstance(step.value, np.ndarray):
            operand_shapes = [
                shape(o.value)
                for o in node.operands
                if isinstance(o.value, np.ndarray) and not o.is_literal
            ]
            made = origin(node, operand_shapes, self.notation.made_from)
            shapes = f"{shape(step.value)} {made}".strip()
            shapes = "" if shapes == "()" else shapes
        return self.line(sides, "value", step.value, shapes=shapes)

    def _named(self, term: Term) -> list[Line]:
        """The equations of a term; beside one product of a lesson its factors are named."""
        lines = self._backward(term)
        if (term.consumer.index, term.slot) != named_product(self.steps):
            return lines
        # Of matrices the upstream gradient may stand behind the local derivative.
        behind = not isinstance(term.consumer.rule, Rule) and not printed(term)[1].startswith("g")
        note = "chain rule turned" if behind else "chain rule"
        return [replace(x, note=note) if x.kind == "product" else x for x in lines]

    def _backward(self, term: Term) -> list[Line]:
        node, operand = term.consumer, term.operand
        target, upstream = self.gradient(operand), self.gradient(node)
        sign = "=" if term.before is None else "+="
        lines = []
        if not isinstance(node.rule, Rule):
            sides = [target, self._adjoint(term), *self._worked(term), self._term(term, "p")]
            shapes = f"{shape(term.product)} {self._adjoint_shapes(term)}"
            lines.append(self.line(sides, "product", term.product, sign, shapes=shapes))
        elif isinstance(node.value, np.ndarray):
            sides = [target, self._elementwise(term, upstream), *self._worked(term)]
            sides.append(self._term(term, "p"))
            shapes = shape(term.product) if np.ndim(term.product) else ""
            if np.shape(term.product) != np.shape(node.value):
                shapes += f" {self.notation.summed} {shape(node.value)}"
            lines.append(self.line(sides, "product", term.product, sign, shapes=shapes))
        else:
            lines += self._scalar(term, target, upstream, sign)
        if term.before is not None:
            parts = [self._term(term, "b"), self._term(term, "p")]
            if isinstance(term.total, np.ndarray) and term.total.size > self.notation.most_elements:
                sides = [target, self._term(term, "t")]
            else:
                sides = [target, self.notation.binary("+", *parts), self._term(term, "t")]
            lines.append(self.line(sides, "total", term.total))
        return lines

    def _scalar(self, term: Term, target: Piece, upstream: Piece, sign: str) -> list[Line]:
        """The local derivative where it has a formula of its own, and the product."""
        notation, node = self.notation, term.consumer
        formula, numbers = self.formula(term), self.formula(term, numbers=True)
        local = self._term(term, "l")
        factor = self.written(term.upstream, f"g{node.index}")
        product = notation.product([factor, local])
        lines = []
        # A bare name or number is its own value and is not written twice.
        worked = [] if isinstance(formula_tree(term.consumer, term.slot), ast.Name) else [numbers]
        if node.is_output:  # ∂f/∂d is the local derivative itself, so the formula replaces it
            sides = [target, notation.product([upstream, formula])]
            if worked and not is_constant(term):
                sides.append(notation.product([factor, numbers]))
                if term.upstream == 1:  # the local derivative is the result already
                    product = sides[-1]
        else:
            inner = notation.derivative(one_line(node.label), one_line(term.operand.text))
            if not is_constant(term):
                lines.append(self.line([inner, formula, *worked, local], "local", term.local))
            sides = [target, notation.product([upstream, inner])]
        sides += [product, self._term(term, "p")]
        return [*lines, self.line(sides, "product", term.product, sign)]

    def _term(self, term: Term, which: str) -> Piece:
        """One number of a term: ``l4.0`` refers to the local derivative at slot 0 of row 4.

        ``x`` is what comes from outside, ``p`` the product, ``b`` the sum before it, ``t`` after.
        """
        values = {
            "l": term.local,
            "x": term.upstream,
            "p": term.product,
            "b": term.before,
            "t": term.total,
        }
        return self.written(values[which], f"{which}{self.key(term.consumer)}.{term.slot}")

    def _elementwise(self, term: Term, upstream: Piece) -> Piece:
        formula = self.formula(term)
        if formula.text == self.notation.number("1").text:
            return upstream
        if formula.text == self.notation.number("-1").text:
            return self.notation.negative(upstream)
        return self.notation.elementwise(upstream, formula)

    def _worked(self, term: Term) -> list[Piece]:
        """The product with its numbers, where the notation has room for arrays."""
        if not self.notation.works_arrays and term.consumer.op != "cross_entropy":
            return []
        key = f"{self.key(term.consumer)}.{term.slot}"
        if isinstance(term.consumer.rule, Rule):
            piece = worked_local(
                term, key, formula_tree(term.consumer, term.slot), self.notation, self.written
            )
        else:
            letters, formula = printed(term)
            piece = worked_adjoint(term, key, letters, formula, self.notation, self.written)
        return [] if piece is None else [piece]

    def _adjoint(self, term: Term) -> Piece:
        """``h2.T @ g3`` from the printed form of a structural row."""
        node = term.consumer
        letters, formula = printed(term)
        pieces = {"g": self.gradient(node), "out": self.symbol(node)}
        pieces |= zip(letters, map(self.symbol, node.operands))
        return self._parsed(formula, pieces)

    def _adjoint_shapes(self, term: Term) -> str:
        node = term.consumer
        letters, formula = printed(term)
        values = {"g": node.value, **dict(zip(letters, (o.value for o in node.operands)))}
        product = re.fullmatch(r"(\w+)(\.T)? @ (\w+)(\.T)?", formula)
        left, turned, right, turned_too = product.groups() if product else ("", "", "", "")
        if left not in values or right not in values:  # no product: a rearrangement, or words
            return f"{self.notation.made_from} {shape(node.value)}"
        a = np.shape(values[left])[:: -1 if turned else 1]
        b = np.shape(values[right])[:: -1 if turned_too else 1]
        return f"= {shape_of(a)} @ {shape_of(b)}"

    def _tangent(self, step: Step) -> list[Line]:
        notation, node = self.notation, step.node
        moving = notation.dotted(one_line(node.label))
        if step.tangent is None:
            still = self.written(0.0, f"d{self.key(node)}")
            return [self.line([moving, still], "tangent", 0.0)]
        if not step.terms:
            shapes = shape(step.tangent) if isinstance(step.tangent, np.ndarray) else ""
            sides = [moving, self.written(step.tangent, f"d{self.key(node)}")]
            return [self.line(sides, "tangent", step.tangent, shapes=shapes)]
        names, numbers, lines = [], [], []
        array = isinstance(step.value, np.ndarray)
        for term in step.terms:
            factor = notation.dotted(one_line(term.operand.label))
            if array:
                names.append(self._elementwise(term, factor))
                continue
            inner = notation.derivative(one_line(node.label), one_line(term.operand.text))
            formula, local = self.formula(term), self._term(term, "l")
            if not is_constant(term):
                named = isinstance(formula_tree(term.consumer, term.slot), ast.Name)
                worked = [] if named else [self.formula(term, numbers=True)]
                line = self.line([inner, formula, *worked, local], "local", term.local)
                lines += [line] if line not in lines else []
            names.append(notation.product([inner, factor]))
            numbers.append(notation.product([local, self._term(term, "x")]))
        sides = [moving, self._sum(names), *([self._sum(numbers)] if numbers else [])]
        sides.append(self.written(step.tangent, f"d{self.key(node)}"))
        shapes = shape(step.tangent) if array else ""
        return [*lines, self.line(sides, "tangent", step.tangent, shapes=shapes)]

    def _sum(self, pieces: list[Piece]) -> Piece:
        total, *others = pieces
        for piece in others:
            total = self.notation.binary("+", total, piece)
        return total

    def _update(self, step: Step) -> Line:
        notation = self.notation
        slope = self.steps.gradients[step.node.index]
        new = notation.primed(one_line(step.node.label))
        rate = notation.product([notation.symbol(notation.rate), self.gradient(step.node)])
        row = step.node.index
        worked = notation.product([self.written(step.rate, "r"), self.written(slope, f"g{row}")])
        sides = [
            new,
            notation.binary("-", self.symbol(step.node), rate),
            notation.binary("-", self.written(step.old, f"v{row}"), worked),
            self.written(step.value, f"u{row}"),
        ]
        if np.size(step.value) > self.notation.most_elements:
            del sides[2]
        return self.line(sides, "update", step.value)
