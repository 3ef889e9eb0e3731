"""What a traced function changes beside its callbacks: a replay would leave it as it is."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterable, Iterator

import numpy as np

from autograd.calculus import Function, Quantity
from autograd.replay.arrays.choosing import objects_used
from autograd.replay.arrays.settings import Length, captured_settings

#: The kinds of generators of random numbers, of NumPy and of Python.
Generators = np.random.Generator | np.random.RandomState | random.Random
#: Arrays of more bytes are not looked at: they are data.
LARGE = 1 << 16


class Outside:
    """The generators and the arrays that a function can reach, and the states that they were in.

    These are NumPy's and Python's shared generators, the objects that the function refers to, and
    their attributes. ``settings`` is what it reads of variables and objects around it.

    A first trace that another one follows may fill in attributes of objects, as a mask that is made
    once and kept.
    """

    def __init__(self, name: str, function: Function, first_of_two: bool = False) -> None:
        self.name, self._fills_in = name, first_of_two
        self.settings = captured_settings(function)
        self._watched = list({id(x): x for x in _watched(objects_used(function))}.values())
        self.begin()

    def begin(self) -> None:
        """From here on a change is one of the function's own."""
        # What a callback or an optimizer changes, it changes in every replay.
        self.settings = [one for one in self.settings if not one.changed]
        self._states = self._now()

    def refuse(self, remedy: str = "do it in an autograd.callback, or outside") -> None:
        """RuntimeError where the function changed something since :meth:`begin`."""
        # What it notes in a list, it notes while it is traced alone.
        self.settings = [
            one for one in self.settings if not (isinstance(one.holder, Length) and one.changed)
        ]
        for one in self.settings:
            if one.changed and (one.is_variable or not self._fills_in):
                raise RuntimeError(
                    f"compile: {self.name} changes {one.described}, which a replay would not "
                    f"repeat; {remedy}"
                )
        for what, before, now in zip(self._described(), self._states, self._now()):
            if before != now:
                raise RuntimeError(
                    f"compile: {self.name} {what}, which a replay would not repeat; {remedy}"
                )

    def _now(self) -> list[bytes]:
        states: list[Quantity] = [
            random.getstate(),
            np.random.get_state(),  # noqa: NPY002
            *map(_state, self._watched),
        ]
        return [pickle.dumps(state) for state in states]

    def _described(self) -> Iterator[str]:
        yield "draws from the generator of Python's random"
        yield "draws from the generator of numpy.random"
        for x in self._watched:
            if isinstance(x, np.ndarray):
                yield f"writes into an array of shape {x.shape}"
            else:
                yield f"draws from a {type(x).__name__} of random numbers"


def _state(x: Quantity) -> Quantity:
    if isinstance(x, np.ndarray):
        return x.tobytes()
    if isinstance(x, np.random.Generator):
        return x.bit_generator.state
    return x.getstate() if isinstance(x, random.Random) else x.get_state()


def _watched(used: Iterable[object]) -> Iterator[Quantity]:
    for x in used:
        yield from filter(_is_watched, [x, getattr(x, "__self__", None)])
        if not isinstance(x, type):
            yield from filter(_is_watched, list(getattr(x, "__dict__", {}).values()))


def _is_watched(x: object) -> bool:
    small = isinstance(x, np.ndarray) and x.nbytes <= LARGE and not x.dtype.hasobject
    return small or isinstance(x, Generators)
