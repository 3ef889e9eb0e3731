"""The updates of an optimizer as lessons: the arithmetic of its own rule, with its numbers.

An optimizer takes part by a method ``next_update(parameter)``, which gives its rule, the states
that it goes on from and its settings, as those of ``optim`` do. The rule is run on nodes, so that a
new optimizer steps without a further line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, overload, runtime_checkable

from autograd.calculus import Quantity, State, short
from autograd.engine import shown
from autograd.graph import Row
from autograd.lessons import step_json, step_latex, step_text
from autograd.lessons.folding import Recorded
from autograd.lessons.lesson import Steps
from autograd.lessons.metrics import Told
from autograd.lessons.products import name_once
from autograd.lessons.recording_rules import record
from autograd.lessons.recording_steps import record_step
from autograd.lessons.records import FORWARD, UPDATE, Step
from autograd.lessons.saved import Saved
from autograd.writing import LANGUAGES, one_line, portable, say, spelled

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
    new states by their symbols. Where all parameters are one vector, that is ``θ``, and the states
    are its parts: ``w1'``, ``w2'``.
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
    def whole(
        cls, optimizer: Quantity, closure: Closure, names: Sequence[str], told: Told | None = None
    ) -> Update:
        """The step that ``optimizer`` takes with all parameters as one vector; it is taken."""
        name, recorded = record_step(optimizer, closure, names, told)
        return cls(recorded, name)

    @classmethod
    def of(
        cls, optimizer: Quantity, parameter: Quantity, name: str, told: Told | None = None
    ) -> Update:
        """What ``optimizer`` is about to do to ``parameter``."""
        rule, states, settings, schedules, turn = optimizer.next_update(parameter)
        own = name, parameter.data
        return cls(
            record(rule, own, parameter.grad, states, settings, schedules, turn, told=told), name
        )

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


class Updates(Sequence[Round], Saved):
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
        name_once(one.backward for one in rounds if one.backward is not None)

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
            f"-- {spelled(title[place]) if ascii else title[place]} --\n"
            + step_text.text(lesson, lang, ascii)
            for title, lesson in self.parts()
        )

    def latex(self, lang: str = "en", document: bool = False) -> str:
        """The steps as LaTeX ``align*`` blocks, or a whole document."""
        place = LANGUAGES.index(lang)
        body = "\n\n".join(
            f"{step_latex.heading(title[place], 1)}\n\n"
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

    def svg(
        self,
        style: str = "cards",
        *,
        iteration: int | None = None,
        name: str | None = None,
        lang: str = "en",
    ) -> str:
        """The picture of one update: of the last iteration, of the first parameter, or of those.

        ``style`` and ``lang`` are as of ``to_svg``. ValueError for an iteration, from 1, or a
        parameter that there is not.
        """
        number = len(self) if iteration is None else iteration
        if number not in range(1, len(self) + 1):
            raise ValueError(f"svg: iteration={short(iteration)}; there are 1 to {len(self)}")
        updates = {update.name: update for update in self[number - 1].updates}
        if name is not None and name not in updates:
            raise ValueError(f"svg: no {short(name)} is updated; there is {', '.join(updates)}")
        update = next(iter(updates.values())) if name is None else updates[name]
        return str(shown("svg", update.graph, style=style, lang=lang))
