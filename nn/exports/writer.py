"""The body of a function that computes a network, line by line, in one of the languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from autograd.calculus import Rule
from autograd.typing import Array
from nn.exports.languages import RESERVED, Language
from nn.exports.loops import VARIABLES, Walk, merged, stretched, strides_of
from nn.exports.recorded import Recorded


class Writer:
    """Writes loops, and collects the tables of numbers and the rows that they use.

    ``arrays`` are the names of what stands at the places of the network.
    """

    def __init__(self, whole: Recorded, language: Language, names: Sequence[str]) -> None:
        self.whole, self.language = whole, language
        self.lines: list[str] = []
        self.tables: dict[str, Array] = {}
        self.rules: dict[str, Rule] = {}
        self.arrays: dict[int, str] = {}
        self.sizes: dict[str, int] = {}  # of the arrays that the function makes
        self._taken = {*RESERVED, *VARIABLES, *names}
        self._depth = 1

    # -- names and numbers -----------------------------------------------------------------------

    def called(self, stem: str) -> str:
        """A name that is free, and an identifier in every language."""
        name = re.sub(r"\W+", "_", stem, flags=re.ASCII).strip("_")
        name = f"layer{name}" if name[:1].isdigit() else name or "v"
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

    def constant(self, place: int) -> None:
        """A fixed array: the table that has it, unless it is a single number."""
        array, name = self.whole.constants[place], self.whole.names.get(place, "")
        if name and not np.isfinite(array).all():
            raise ValueError(
                f"export: the weights {name} are not finite; train again with a lower learning "
                f"rate, or load weights that are finite"
            )
        if np.isnan(array).any():
            raise ValueError("export: the network computes with a fixed nan; remove it")
        if array.size > 1:
            self.name(place)

    def name(self, place: int) -> str:
        """The array at a place; a fixed one becomes a table when it is first asked for."""
        if place not in self.arrays:
            name = self.whole.names.get(place, "")
            stem = name if re.search(r"[._]", name) else f"p_{name or 'fixed'}"
            self.arrays[place] = self.called(stem)
            self.tables[self.arrays[place]] = self.whole.constants[place].ravel()
        return self.arrays[place]

    def number(self, place: int) -> str | None:
        """The text of a fixed single number."""
        array = self.whole.constants.get(place)
        if array is None or array.size != 1:
            return None
        return self.language.number(float(array.item()))

    def table(self, numbers: Array) -> str:
        """The name of a table of places."""
        for name, known in self.tables.items():
            if known.dtype == numbers.dtype and np.array_equal(known, numbers):
                return name
        name = self.called(f"places{len(self.tables)}")
        self.tables[name] = numbers
        return name

    # -- lines -----------------------------------------------------------------------------------

    def line(self, text: str) -> None:
        self.lines.append((self.language.indent * self._depth + text).rstrip())

    def statement(self, text: str) -> None:
        self.line(text + self.language.stop)

    def remark(self, text: str) -> None:
        self.line(f"{self.language.remark} {text}")

    @contextmanager
    def loop(self, *loops: tuple[str, int]) -> Iterator[None]:
        """One loop in another; a block, where there is none around."""
        opens = [self.language.loop(variable, n) for variable, n in loops]
        if not opens and self._depth == 1 and self.language.brace:
            opens = ["{"]
        for text in opens:
            self.line(text)
            self._depth += 1
        yield
        for _ in opens:
            self._depth -= 1
            if self.language.brace:
                self.line(self.language.brace)

    @contextmanager
    def nest(
        self, sizes: Sequence[int], walks: Sequence[Walk], inside: int = 0
    ) -> Iterator[list[str]]:
        """Loops over ``sizes``, ``inside`` so many others; gives the elements as texts."""
        sizes, walks = merged(sizes, walks)
        variables = VARIABLES[inside : inside + len(sizes)]
        with self.loop(*zip(variables, sizes)):
            yield [walk.at(variables) for walk in walks]

    def store(self, to: str, text: str) -> None:
        self.statement(f"{to} = {self.language.cast(text)}")

    def when(self, condition: str, text: str) -> None:
        """A statement that runs on a condition."""
        self.statement(self.language.when(condition) + text)

    def array(self, n: int, name: str | None = None) -> str:
        """A new array of ``n`` numbers."""
        name = name or self.called(f"v{len(self.sizes) + 1}")
        self.sizes[name] = n
        return name

    def each(
        self, rule: Rule, to: str, shape: Sequence[int], operands: Sequence[Walk | str]
    ) -> None:
        """An elementwise row over ``shape``; operands are arrays, or numbers as texts."""
        self.rules.setdefault(rule.value, rule)
        walks = [x for x in operands if isinstance(x, Walk)]
        with self.nest(shape, [Walk(to, strides_of(shape)), *walks]) as (out, *elements):
            rest = iter(elements)
            for arg, x in zip(rule.args, operands):
                self.line(self.language.fixed(arg, next(rest) if isinstance(x, Walk) else x))
            self.store(out, self.language.expression(rule))

    def walk(self, place: int, shape: Sequence[int]) -> Walk | str:
        """An operand that is broadcast to ``shape``."""
        number = self.number(place)
        if number is not None:
            return number
        return Walk(self.name(place), stretched(self.whole.shapes[place], shape))

    def totals(
        self,
        to: str,
        shape: Sequence[int],
        inner: Sequence[int],
        walks: Sequence[Walk],
        start: Walk | str,
        update: Callable[[Sequence[str]], None],
        end: str = "total",
    ) -> None:
        """For each element of ``shape`` a total, updated for each of ``inner``.

        ``walks`` have a stride for each of both, ``start`` of ``shape``; ``update`` writes what is
        done with the elements.
        """
        d = len(shape)
        own = [Walk(to, strides_of(shape)), *([start] if isinstance(start, Walk) else [])]
        cut = [Walk(walk.name, walk.strides[:d], walk.offset) for walk in walks]
        sizes, outer = merged(shape, [*own, *cut])
        many, within = merged(inner, [Walk(walk.name, walk.strides[d:]) for walk in walks])
        variables = VARIABLES[: len(sizes) + len(many)]
        first, rest = variables[: len(sizes)], variables[len(sizes) :]
        both = zip(outer[len(own) :], within)
        elements = [Walk(a.name, (*a.strides, *b.strides), a.offset).at(variables) for a, b in both]
        with self.loop(*zip(first, sizes)):
            begin = start if isinstance(start, str) else outer[1].at(first)
            self.line(self.language.varied("total", begin))
            with self.loop(*zip(rest, many)):
                update(elements)
            self.store(outer[0].at(first), end)

    def add_product(self, elements: Sequence[str]) -> None:
        self.statement(f"total += {' * '.join(elements)}")
