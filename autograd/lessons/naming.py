"""The names that the variables of a function give to the nodes that it computes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from autograd.calculus import Function, Quantity
from autograd.engine import Node, is_ours
from autograd.lessons.symbols import indexed, symbol


class Names:
    """The names that a function's own variables give to nodes, and those of the functions in it.

    A variable names what it holds last; with ``every`` all that it holds, by a running index.
    """

    def __init__(self, every: bool = False) -> None:
        self.given: dict[int, str] = {}
        self._every = every
        self._seen: dict[tuple[int, str], list[Node]] = {}
        self._depths: dict[int, int] = {}
        self._frames: list[FrameType] = []  # alive, so that no id is used twice

    def watch(self, function: Function, *args: Quantity, **named: Quantity) -> Quantity:
        """Call the function; its variables are looked at after each line."""
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            return function(*args, **named)
        finally:
            sys.settrace(before)
            self._give()

    def _give(self) -> None:
        held: dict[str, list[int]] = {}
        taken = {*self.given}
        # What a function returns gets the name that its caller gives it.
        seen = sorted(self._seen.items(), key=lambda item: self._depths[item[0][0]])
        for (_, variable), nodes in seen if self._every else self._seen.items():
            for node in nodes if self._every else nodes[-1:]:
                if node._number not in taken:
                    taken.add(node._number)
                    held.setdefault(symbol(variable), []).append(node._number)
        for name, numbers in held.items():
            for i, number in enumerate(sorted(numbers), 1):
                several = self._every and len(numbers) > 1
                self.given[number] = indexed(name, i) if several else name

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Within the block no variable is looked at."""
        before = sys.gettrace()
        sys.settrace(None)
        try:
            yield
        finally:
            sys.settrace(before)

    def _enter(self, frame: FrameType, event: str, _: object) -> Quantity:
        file = frame.f_code.co_filename
        if "__array_ufunc__" in frame.f_code.co_name or _is_engine(file):
            return None
        self._frames.append(frame)
        self._depths[id(frame)] = self._depths.get(id(frame.f_back), 0) + 1
        passed = {id(value) for value in frame.f_locals.values()}

        def look(frame: FrameType, event: str, _: object) -> Quantity:
            for variable, value in frame.f_locals.items():
                if isinstance(value, Node) and id(value) not in passed and value._operands():
                    nodes = self._seen.setdefault((id(frame), variable), [])
                    if not nodes or nodes[-1] is not value:
                        nodes.append(value)
            return look

        return look


def _is_engine(file: str) -> bool:
    parts = file.replace("\\", "/").split("/")
    return file.startswith("<tracegrad") or (is_ours(file) and "autograd" in parts[:-1])
