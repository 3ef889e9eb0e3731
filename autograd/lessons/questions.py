"""The questions of a lesson: which number each step asks for, and what the usual slips give.

A question is a record. A page, or a program, asks it, computes the answer and every slip with the
numbers of the moment, and tells a learner who gave the number of a slip which one it was.

>>> from autograd import Value
>>> from autograd.lessons import quiz, steps
>>> x = Value(3.0, "x")
>>> for question in quiz(steps(x * x, names={})):
...     names = [name for name, _ in question.slips]
...     print(question.step, question.kind, question.answer, names[:3])
1 number v1 ['sign', 'operation', 'operation']
3 number p1.0 ['sign', 'upstream', 'local']
3 number t1.1 ['path', 'before', 'paths']
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import product

import numpy as np

from autograd.calculus import Quantity, Rule, Shape
from autograd.lessons.answers import Formula, Place, evaluated, key_of, names_in, numbers_of
from autograd.lessons.folding import Measured
from autograd.lessons.local_derivatives import Local, local_of
from autograd.lessons.records import FORWARD, PHASES, UPDATE, Records, Step, Term
from autograd.lessons.slips import (
    Slips,
    backward_slips,
    forward_slips,
    products,
    tangent_slips,
    update_slips,
    worked_backward,
    worked_forward,
)
from autograd.writing import number

#: Of an array with more elements only the shape is asked.
LARGEST_ARRAY = 64
#: A lesson with more questions asks so many of a topic: an operation, a phase, an operand.
MANY, MOST_ALIKE = 20, 2
#: A lesson of more steps asks only about the first of each phase.
LONG, FIRST = 400, 48


@dataclass(frozen=True)
class Question:
    """What a step asks: a ``number``, a ``cell`` of an array, a ``shape``, or an ``expression``.

    ``term`` is the place of the step's term that is asked for, None for the result of a step
    forward or of an update. ``answer`` is a formula, for a shape the shape itself; ``place`` the
    cell. ``worked`` is the answer as a formula of what was known before (None where there is no
    short one). ``slips`` are names and the wrong answers that they give, the likely ones first;
    ``parts`` the numbers that a hint names. ``hint`` is the sentence for an answer that no slip
    gives. An expression, the ``local`` derivative, is a text, and so are its slips.
    """

    step: int
    kind: str
    answer: Formula | Shape
    hint: str
    term: int | None = None
    place: Place | None = None
    worked: Formula | None = None
    slips: tuple[tuple[str, Formula | Shape], ...] = ()
    parts: Mapping[str, Formula] = field(default_factory=dict)
    local: Local | None = None

    @property
    def names(self) -> set[str]:
        """The numbers that the question reads."""
        if self.kind in ("shape", "expression"):
            return set()
        formulas = [self.answer, *(slip for _, slip in self.slips), *self.parts.values()]
        formulas += [] if self.worked is None else [self.worked]
        return set[str]().union(*map(names_in, formulas))


def quiz(steps: Records) -> list[Question]:
    """The questions of a lesson, in the order of its steps."""
    part = steps if len(steps) <= LONG else _beginnings(steps)
    numbers = numbers_of(steps, part)
    drafts = [draft for step in part for draft in _of_step(step, numbers)]
    alike: Counter[str] = Counter()
    asked = []
    for topic, question in drafts:
        alike[topic] += 1
        most = (
            1 if topic.startswith("local ") else MOST_ALIKE if len(drafts) > MANY else len(drafts)
        )
        if alike[topic] <= most:
            asked.append(question())
    return asked


def _beginnings(steps: Records) -> list[Step]:
    """The first steps of each phase: of a long lesson all questions stand near one another."""
    starts = [bisect_left(steps, i, key=lambda step: PHASES.index(step.phase)) for i in range(3)]
    ends = [*starts[1:], len(steps)]
    return [
        step for start, end in zip(starts, ends) for step in steps[start : min(end, start + FIRST)]
    ]


Numbers = Mapping[str, Quantity]
#: The topic of a question, and the function that writes it: of many alike few are written.
Draft = tuple[str, Callable[[], Question]]


def _of_step(step: Step, numbers: Numbers) -> Iterator[Draft]:
    if step.phase == UPDATE:
        if np.ndim(step.value) == 0:
            yield "update", partial(_update, step)
    elif step.phase != FORWARD:
        for place, term in enumerate(step.terms):
            yield from _backward(step, place, term, numbers)
    elif step.seed is None:
        if not isinstance(step.node.rule, Measured):
            yield from _forward(step, numbers)
    elif np.ndim(step.tangent) == 0:
        yield f"tangent {step.node.op}", partial(_tangent, step)


def _update(step: Step) -> Question:
    row = step.node.index
    worked = ("-", f"v{row}", ("*", "r", f"g{row}"))
    return Question(
        step.number, "number", f"u{row}", "hint update", worked=worked, slips=update_slips(step)
    )


def _tangent(step: Step) -> Question:
    answer = f"d{key_of(step)}"
    return Question(step.number, "number", answer, "hint tangent", slips=tangent_slips(step))


def _forward(step: Step, numbers: Numbers) -> Iterator[Draft]:
    node, shape = step.node, np.shape(step.value)
    name, topic = f"v{node.index}", f"forward {node.op}"

    def at(place: Place | None) -> Question:
        return Question(
            step.number,
            "number" if place is None else "cell",
            _of_cell(name, place),
            "hint forward",
            place=place,
            worked=worked_forward(node, place),
            slips=forward_slips(node, place, numbers),
        )

    if not shape:
        yield topic, partial(at, None)
        return
    shapes = [np.shape(o.value) for o in node.operands if np.ndim(o.value)]
    if not isinstance(node.rule, Rule) and {shape} != {*shapes}:
        slips = _other_shapes(shape, shapes, "operand shape")
        yield (
            f"shape {node.op}",
            partial(Question, step.number, "shape", shape, "hint shape", slips=slips),
        )
    if 0 < step.value.size <= LARGEST_ARRAY:
        yield topic, partial(_best, step, shape, at, numbers)


def _backward(step: Step, which: int, term: Term, numbers: Numbers) -> Iterator[Draft]:
    node, shape, upstream = term.consumer, np.shape(term.product), np.shape(term.upstream)
    key = f"{key_of(step)}.{term.slot}"
    name = f"p{key}" if term.before is None else f"t{key}"
    topic = f"backward {node.op} {term.slot} {term.before is None}"

    def at(place: Place | None) -> Question:
        parts: dict[str, Formula] = {}
        pairs = products(term, key, place)
        if len(pairs) == 1:
            parts["upstream"] = pairs[0][0]
        if term.before is not None:
            parts["before"] = _of_cell(f"b{key}", place)
        elementwise = isinstance(node.rule, Rule) and "upstream" in parts
        hint = "hint product" if elementwise else "hint adjoint"
        return Question(
            step.number,
            "number" if place is None else "cell",
            _of_cell(name, place),
            hint if term.before is None else "hint total",
            which,
            place,
            worked_backward(term, key, place),
            backward_slips(term, key, place, numbers),
            parts,
        )

    if (local := local_of(term)) is not None:
        yield f"local {node.op} {term.slot}", partial(_local, step, which, local)
    if not shape:
        yield topic, partial(at, None)
        return
    if not isinstance(node.rule, Rule) and shape != upstream:
        others = [upstream, *(np.shape(o.value) for o in node.operands)]
        slips = _other_shapes(shape, others, "other shape")
        yield (
            f"shape d {node.op}",
            partial(
                Question, step.number, "shape", shape, "hint gradient shape", which, slips=slips
            ),
        )
    if 0 < term.product.size <= LARGEST_ARRAY:
        yield topic, partial(_best, step, shape, at, numbers)


def _local(step: Step, which: int, local: Local) -> Question:
    return Question(
        step.number, "expression", local.text, "hint local", which, slips=local.slips, local=local
    )


def _of_cell(name: str, place: Place | None) -> Formula:
    return name if place is None else ("at", name, place)


def _best(step: Step, shape: Shape, at: Callable[[Place], Question], numbers: Numbers) -> Question:
    """Of all cells the one at which most slips give a number of their own."""
    asked = [at(place) for place in product(*map(range, shape))]
    told_apart = [_told_apart(question, numbers) for question in asked]
    best = [q for q, count in zip(asked, told_apart) if count == max(told_apart)]
    return best[7 * step.number % len(best)]  # not always the first


def _told_apart(question: Question, numbers: Numbers) -> int:
    """How many different wrong numbers the slips give; a zero teaches least."""
    answer = number(evaluated(question.answer, numbers))
    given = {number(evaluated(slip, numbers)) for _, slip in question.slips}
    return len(given - {answer, "0"}) + 2 * (answer != "0")


def _other_shapes(shape: Shape, shapes: Iterable[Shape], name: str) -> Slips:
    """The reversed shape, the shape without its ones, and other shapes of the step."""
    slips: list[tuple[str, Formula | Shape]] = [("reversed shape", shape[::-1])]
    slips.append(("no ones", tuple(n for n in shape if n != 1)))
    slips += [(name, other) for other in shapes]
    return tuple(slip for slip in slips if slip[1] != shape)
