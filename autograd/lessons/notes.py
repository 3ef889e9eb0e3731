"""What is told beside the equations of a step: the local derivatives that the forward pass saves.

>>> from autograd import Value, steps
>>> from autograd.writing import figures
>>> with figures(local=True):
...     print(steps(1 / Value(4.0, "v"), names={}).text().split("Result")[0].split("Inputs")[1])
<BLANKLINE>
  v = 4
<BLANKLINE>
Forward pass
  1  out = 1/v = 1/4 = 0.25
     saved: ∂out/∂v = -1/v² = -1/4² = -0.0625
<BLANKLINE>
Backward pass
  2  ∂out/∂out = 1    start at the output
  3  back through out = 1/v
     ∂out/∂v = ∂out/∂out · (-1/v²) = 1 · (-1/4²) = -0.0625    upstream · local = product
<BLANKLINE>
<BLANKLINE>
"""

from __future__ import annotations

import ast
from typing import TypeAlias

import numpy as np

from autograd.calculus import Quantity, Rule
from autograd.graph import alike, local_derivative
from autograd.lessons.lines import Line
from autograd.lessons.local_derivatives import formula_tree, is_constant
from autograd.lessons.records import FORWARD, Records, Step, Term
from autograd.lessons.wording import Wording
from autograd.writing import current_figures, one_line

#: Equations that stand beside each other, each with the key of the word before it, if it has one.
Note: TypeAlias = list[tuple[str, Line]]


def noted(wording: Wording, step: Step) -> list[Note]:
    """The notes of ``step``; none but within ``figures(local=True)``."""
    told = current_figures().local and wording.steps.mode == "reverse" and step.phase == FORWARD
    return _saved(wording, step) if told else []


def saved(steps: Records, step: Step) -> list[Term]:
    """The local derivatives that a forward step saves: of each operand that wants a gradient."""
    node = step.node
    if not isinstance(node.rule, Rule) or steps.gradients[node.index] is None:
        return []
    locals_ = [
        (slot, local_derivative(node.graph, node.index, slot))
        for slot, operand in enumerate(node.operands)
        if operand.kind != "constant"
    ]
    array = isinstance(node.value, np.ndarray)  # one derivative for each element of the result
    return [
        Term(node, slot, None, _as_wide(local, node.value) if array else local, None, None, None)
        for slot, local in locals_
        if local is not None
    ]


def _as_wide(local: Quantity, value: Quantity) -> Quantity:
    return alike(value, np.broadcast_to(local, np.shape(value)))


def _saved(wording: Wording, step: Step) -> list[Note]:
    lines: list[Line] = []
    for term in saved(wording.steps, step):
        line = _local(wording, term)
        lines += [line] if line not in lines else []
    # Arrays are written under their equation, which then has a line of its own.
    beside: Note = [
        ("" if i else "saved", line)
        for i, line in enumerate(line for line in lines if line.value is None)
    ]
    below: list[Note] = [[("saved", line)] for line in lines if line.value is not None]
    return [beside, *below] if beside else below


def _local(wording: Wording, term: Term) -> Line:
    """``∂f/∂v = -1/v² = -1/4² = -0.0625``; of arrays each element by itself."""
    node = term.consumer
    sides = [wording.notation.derivative(one_line(node.label), one_line(term.operand.text))]
    sides.append(wording.formula(term))
    if is_constant(term):
        return wording.line(sides, "local", None)
    named = isinstance(formula_tree(node, term.slot), ast.Name)
    if not (named or np.ndim(node.value)):
        sides.append(wording.formula(term, numbers=True))
    sides.append(wording.written(term.local, f"l{node.index}.{term.slot}"))
    return wording.line(sides, "local", term.local)
