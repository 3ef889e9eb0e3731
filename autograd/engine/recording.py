"""What the program is doing while it builds a graph: recording or not, and under which scope.

The state is one object with a few slots, because the stamped methods look at it for every node.
``plain`` is the fast lane: true while every thread records and nothing else is asked for.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import ContextDecorator, contextmanager
from typing import Any

from autograd.calculus import RULES
from autograd.calculus.array_rules import ARRAY_RULES

#: Creation numbers. A node is made after its operands, so the numbers are a topological order.
numbers = itertools.count(1)


#: Shared by all origins without a hook. A node is hooked on a copy of its origin, never here.
_NO_HOOKS: dict[int, Callable[[Any], Any]] = {}


class Origin:
    """Where a node comes from: its rule and its scope, and what was said about it since.

    Origins of unnamed nodes are shared, one for each (rule, scope); naming a node or hooking it
    gives it an origin of its own. So a million nodes pay for this with one slot each.
    """

    __slots__ = ("hooks", "line", "name", "rule", "scope")

    def __init__(
        self, rule: Any, scope: tuple[str, ...], name: str | None = None, line: str | None = None
    ) -> None:
        self.rule = rule
        self.scope = scope
        self.name = name
        self.line = line
        self.hooks = _NO_HOOKS

    def copy(self) -> Origin:
        other = Origin(self.rule, self.scope, self.name, self.line)
        other.hooks = dict(self.hooks)
        return other


class Table(dict[str, Origin]):
    """The origins of one scope by the name of the row, each made when it is first asked for."""

    def __init__(self, path: tuple[str, ...]) -> None:
        self.path = path

    def __missing__(self, name: str) -> Origin:
        rule: Any = RULES.get(name) or ARRAY_RULES[name]
        origin = self[name] = Origin(rule, self.path)
        return origin


class Scope:
    """One scope path with its shared origins: ``table["tanh"]`` is that of every plain tanh in it.

    The stamped methods look into the table for every node. It holds the rows that the scope uses:
    a program that opens a scope for each of its blocks must not keep all rows for each.
    """

    def __init__(self, path: tuple[str, ...] = ()) -> None:
        self.path = path
        self.leaf = Origin(None, path)
        self.table = Table(path)
        self.children: dict[str, Scope] = {}

    def child(self, name: str) -> Scope:
        found = self.children.get(name)
        if found is None:
            found = self.children[name] = Scope((*self.path, name))
        return found

    def learn(self, rule: Any) -> None:
        """Take in a row that was added, or replaced, at run time."""
        self.table[rule.name] = Origin(rule, self.path)
        for scope in self.children.values():
            scope.learn(rule)


ROOT = Scope()


class State:
    """The process-wide state; ``local`` holds what differs between threads."""

    __slots__ = (
        "guards",
        "hooked",
        "leaf",
        "lines",
        "local",
        "lock",
        "origins",
        "paused",
        "plain",
        "scope",
        "watchers",
    )

    def __init__(self) -> None:
        self.plain = True
        self.enter(ROOT)
        self.hooked = 0  # hooks ever registered and not removed: while 0, sweeps need not look
        self.paused = 0  # threads inside no_grad
        self.lines = 0  # blocks that ask for source lines
        self.watchers: list[Callable[[Any], None]] = []  # called with every new node
        # Called as guard(root, node, gradient) in every sweep that looks for hooks.
        self.guards: list[Callable[[Any, Any, Any], None]] = []
        self.local = threading.local()
        self.lock = threading.Lock()

    def enter(self, scope: Scope) -> None:
        self.scope, self.origins, self.leaf = scope, scope.table, scope.leaf

    def refresh(self) -> None:
        self.plain = not (self.paused or self.lines or self.watchers)


state = State()


def is_recording() -> bool:
    """Whether operations of this thread are recorded (they are not inside :func:`no_grad`)."""
    return not (state.paused and getattr(state.local, "depth", 0))


class no_grad(ContextDecorator):
    """A block, or a decorated function, in which operations are computed but not recorded.

    Results are constants: they have no operands, and no gradient flows through them.

    >>> from autograd import Value, no_grad
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    def __new__(cls, function: Callable[..., Any] | None = None) -> no_grad:
        block = super().__new__(cls)
        # As a decorator it works with and without parentheses.
        return block if function is None else block(function)  # type: ignore[return-value]

    def __enter__(self) -> None:
        state.local.depth = getattr(state.local, "depth", 0) + 1
        with state.lock:
            state.paused += 1
            state.refresh()

    def __exit__(self, *exc: object) -> None:
        state.local.depth -= 1
        with state.lock:
            state.paused -= 1
            state.refresh()


def enter_scope(name: str) -> Scope:
    """Push ``name`` on the scope path; returns what :func:`leave_scope` takes."""
    before = state.scope
    scope = before.children.get(name) or before.child(name)
    # Every call of a module comes through here: the three stores of ``State.enter``, in place.
    state.scope, state.origins, state.leaf = scope, scope.table, scope.leaf
    return before


def leave_scope(before: Scope) -> None:
    state.scope, state.origins, state.leaf = before, before.table, before.leaf


@contextmanager
def scope(name: str) -> Iterator[None]:
    """Nodes made in this block belong to ``name``; pictures draw a scope as one box.

    >>> from autograd import Value, scope
    >>> x = Value(2.0)
    >>> with scope("layer1"):
    ...     y = x * x
    >>> y.scope
    ('layer1',)
    """
    before = enter_scope(name)
    try:
        yield
    finally:
        leave_scope(before)
