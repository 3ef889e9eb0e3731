"""The updates of an optimizer as lessons: the arithmetic of its own rule, with its numbers.

An optimizer takes part by a method ``next_update(parameter)``, which gives its rule, the states
that it goes on from and its settings, as those of ``optim`` do. The rule is run on nodes, so that a
new optimizer steps without a further line.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, overload, runtime_checkable

import numpy as np

from autograd.calculus import Quantity, State, short
from autograd.engine import Node, calling_variables, shown
from autograd.graph import Graph, Row, alike, seeded, trace
from autograd.lessons import step_json, step_latex, step_text
from autograd.lessons.lesson import Steps
from autograd.lessons.recording_rules import Recorded, record
from autograd.lessons.records import FORWARD, UPDATE, Step
from autograd.lessons.swept import Sweep
from autograd.writing import LANGUAGES, escaped, one_line, portable, say

#: The most updates of one lesson.
MOST_ITERATIONS = 100
#: The loss of a round is stepped through, too, where its graph has no more rows.
MOST_ROWS = 60

Closure: TypeAlias = Callable[[], Quantity]


@runtime_checkable
class Stepping(Protocol):
    """An optimizer, as far as its steps are shown."""

    param_groups: Quantity

    def step(self, closure: Closure | None = None) -> Quantity: ...
    def zero_grad(self) -> None: ...
    def state_dict(self) -> State: ...
    def load_state_dict(self, state_dict: State) -> None: ...


class Update(Steps):
    """One update of one parameter: a step for each variable of the rule.

    ``name`` is the parameter's, ``new`` its value after the update, ``states`` the values of the
    new states by their symbols.
    """

    name: str
    states: dict[str, Quantity]

    def __init__(self, recorded: Recorded, name: str) -> None:
        graph = recorded.graph
        steps = [
            Step(i, FORWARD, graph[row], graph[row].value, title=UPDATE)
            for i, row in enumerate(graph.computed.tolist(), 1)
        ]
        super().__init__(graph, steps, [None] * len(graph), mode="update")
        self.name = name
        self.written_out = recorded.short
        new, *states = recorded.results
        self.new = graph[new].value
        self.states = {label: graph[label].value for label in states}

    @classmethod
    def of(cls, optimizer: Quantity, parameter: Quantity, name: str) -> Update:
        """What ``optimizer`` is about to do to ``parameter``."""
        rule, *given = optimizer.next_update(parameter)
        return cls(record(rule, (name, parameter.data), parameter.grad, *given), name)

    @property
    def results(self) -> list[Row]:
        return [self.graph[label] for label in (*self.states, f"{self.name}'")]


@dataclass(frozen=True, eq=False)
class Round:
    """One iteration: the value of the loss, how its gradient came about, and the updates.

    ``backward`` is None where the graph of the loss is too large to step through.
    """

    number: int
    loss: float
    backward: Steps | None
    updates: tuple[Update, ...]


class Updates(Sequence[Round]):
    """The iterations of an optimizer, each with the update of every parameter.

    ``optimizer`` is its name, ``losses`` has the loss before each update and after the last.

    >>> from autograd import Value, steps
    >>> from optim import Adam
    >>> w = Value(1.0, "w")
    >>> lesson = steps(Adam([w], lr=0.1), lambda: (w - 1) ** 2 + (w - 3) ** 2, iterations=2)
    >>> lesson[0].updates[0][4].node.label, lesson[0].updates[0][4].value
    ('m̂', -4.0)
    >>> print(round(lesson[1].updates[0].new, 6), w.data)
    1.199588 1.0
    """

    optimizer: str
    losses: tuple[float, ...]

    def __init__(self, optimizer: str, rounds: Sequence[Round], losses: Sequence[float]) -> None:
        self.optimizer = optimizer
        self.losses = tuple(losses)
        self._rounds = tuple(rounds)

    def __len__(self) -> int:
        return len(self._rounds)

    @overload
    def __getitem__(self, index: int) -> Round: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Round, ...]: ...
    def __getitem__(self, index: int | slice) -> Round | tuple[Round, ...]:
        return self._rounds[index]

    def __repr__(self) -> str:
        return f"<{len(self)} updates of {self.optimizer}>"

    def __str__(self) -> str:
        return self.text()

    def parts(self) -> Iterator[tuple[tuple[str, ...], Steps]]:
        """Every lesson in order, with its title in each language."""
        for one in self:
            if one.backward is not None:
                yield tuple(say(code, "round", n=one.number) for code in LANGUAGES), one.backward
            for update in one.updates:
                words = {"n": one.number, "name": one_line(update.name), "rule": self.optimizer}
                yield tuple(say(code, "round of", **words) for code in LANGUAGES), update

    def text(self, lang: str = "en", ascii: bool = False) -> str:
        """The steps as plain text, an iteration after the other."""
        place = LANGUAGES.index(lang)
        return "\n\n".join(
            f"-- {title[place]} --\n{step_text.text(lesson, lang, ascii)}"
            for title, lesson in self.parts()
        )

    def latex(self, lang: str = "en", document: bool = False) -> str:
        """The steps as LaTeX ``align*`` blocks, or a whole document."""
        place = LANGUAGES.index(lang)
        body = "\n\n".join(
            f"\\subsection*{{{escaped(title[place])}}}\n\n"
            + "\n\n".join(step_latex.sections(lesson, lang))
            for title, lesson in self.parts()
        )
        return step_latex.whole(body) if document else portable(body)

    def json(self, indent: int | None = 2) -> str:
        """The iterations as JSON: optimizer, losses, and the documents of the lessons."""
        rounds = [
            {
                "iteration": one.number,
                "loss": step_json.jsonable(one.loss),
                "backward": None if one.backward is None else step_json.document(one.backward),
                "updates": [
                    {"parameter": update.name, **step_json.document(update)}
                    for update in one.updates
                ],
            }
            for one in self
        ]
        content = {
            "format": "tracegrad-updates",
            "version": 1,
            "optimizer": self.optimizer,
            "losses": [step_json.jsonable(loss) for loss in self.losses],
            "iterations": rounds,
        }
        return json.dumps(content, ensure_ascii=False, indent=indent, allow_nan=False)

    def html(self, lang: str = "en", quiz: bool = False, title: str | None = None) -> str:
        """The steps as one offline page, a part for each lesson."""
        heading = self.optimizer if title is None else title
        return str(shown("pages", [*self.parts()], lang=lang, quiz=quiz, title=heading))

    def svg(self, style: str = "cards") -> str:
        """The picture of the last update of the first parameter; ``style`` as of ``to_svg``."""
        return str(shown("svg", self[-1].updates[0].graph, style=style))


def updates(optimizer: Quantity, closure: Closure | None, iterations: int) -> Updates:
    """So many updates of ``optimizer`` as a lesson; the parameters are as before afterwards.

    ``closure`` returns the loss. TypeError where it does not, or where the optimizer has no rule;
    ValueError for a parameter without gradient, and for what is not finite.
    """
    kind = type(optimizer).__name__
    if not callable(closure):
        raise TypeError(
            f"steps: {kind} needs a closure that returns the loss: steps(optimizer, closure)"
        )
    whole = isinstance(iterations, int) and not isinstance(iterations, bool)
    if not whole or not 1 <= iterations <= MOST_ITERATIONS:
        raise ValueError(
            f"steps: iterations={short(iterations)}; give a whole number from 1 to "
            f"{MOST_ITERATIONS}"
        )
    if not hasattr(optimizer, "next_update"):
        raise TypeError(f"steps: {kind} {_reason(optimizer)}")
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    state = optimizer.state_dict()
    before = [(np.array(p.data), copy.copy(p.grad)) for p in parameters]
    try:
        with np.errstate(all="ignore"):  # what is not finite is an error here
            rounds, losses = _rounds(optimizer, closure, iterations, parameters)
    finally:
        for parameter, (data, grad) in zip(parameters, before, strict=True):
            parameter.data = alike(parameter.data, data)
            parameter.grad = grad
        optimizer.load_state_dict(state)
    return Updates(kind, rounds, losses)


def _rounds(
    optimizer: Quantity, closure: Closure, iterations: int, parameters: Sequence[Quantity]
) -> tuple[list[Round], list[float]]:
    variables = calling_variables()
    rounds, losses = list[Round](), list[float]()
    for number in range(1, iterations + 1):
        graph, output = _loss(optimizer, closure, parameters, variables, number)
        losses.append(float(output.data))
        made = tuple(Update.of(optimizer, p, graph[p].label) for p in parameters)
        backward = _backward(graph) if len(graph) <= MOST_ROWS else None
        rounds.append(Round(number, losses[-1], backward, made))
        optimizer.step()
        for update in made:
            if not np.isfinite(update.new).all():
                raise ValueError(
                    f"steps: after iteration {number} {update.name} is not finite; "
                    "give a smaller learning rate"
                )
    losses.append(float(closure().data))
    return rounds, losses


def _reason(optimizer: object) -> str:
    """Why an optimizer has no steps: its own words, where it has any."""
    own = getattr(optimizer, "no_rule", None)
    return str(own) if own else "has no rule of one number to step through"


def _loss(
    optimizer: Quantity,
    closure: Closure,
    parameters: Sequence[Quantity],
    variables: Quantity,
    number: int,
) -> tuple[Graph, Quantity]:
    """The graph of the loss, with the gradients in the parameters."""
    optimizer.zero_grad()
    output = closure()
    if not isinstance(output, Node) or np.size(output.data) != 1:
        raise TypeError(
            f"steps: the closure returned {short(output)}; return the loss, a node of one number"
        )
    graph = trace(output, variables)
    if not any(p.grad is not None and np.any(p.grad) for p in parameters):
        output.backward()  # the closure has not done it
    for place, parameter in enumerate(parameters, 1):
        try:
            label = graph[parameter].label
        except KeyError:
            name = getattr(parameter, "name", None) or f"parameter {place}"
            raise ValueError(
                f"steps: {short(name)} gets no gradient: the loss does not depend on it; "
                "leave it out of the optimizer"
            ) from None
        if parameter.grad is None:
            raise ValueError(f"steps: {label} gets no gradient; make it requires_grad=True")
        if not np.isfinite(parameter.grad).all():
            raise ValueError(
                f"steps: in iteration {number} the gradient of {label} is not finite; "
                "give another start or a smaller learning rate"
            )
    return graph, output


def _backward(graph: Graph) -> Steps:
    gradients = seeded(graph, None, "steps")
    return Steps(graph, Sweep(graph, gradients), gradients)
