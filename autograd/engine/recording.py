"""What holds where a graph is built: recording or not, under which scope, with source lines or not.

That is one object, a :class:`Mode`, in a context variable. So every thread and every async task has
its own. The stamped methods look at it for every node; ``blocks`` has the with statements that put
another one in force.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from typing import Any
from weakref import ref

from autograd.calculus import RULES, Function, Quantity, Rule
from autograd.calculus.array_rules import ARRAY_RULES, ArrayRule
from autograd.engine.callers import ProgramLine, recorded_line

#: Creation numbers. A node is made after its operands, so the numbers are a topological order.
numbers: itertools.count[int] = itertools.count(1)


#: Shared by all origins without a hook. A node is hooked on a copy of its origin, never here.
_NO_HOOKS: dict[int, Function] = {}


class Origin:
    """Where a node comes from: its rule, scope and line; and its name and hooks.

    Origins of unnamed nodes are shared, one for each (rule, scope); naming a node or hooking it
    gives it an origin of its own. So all of this takes one slot in a node.
    """

    hooks: dict[int, Function]
    line: ProgramLine | None
    name: str | None
    rule: Any  # a row of either table; None for a leaf, which is ruled out by other means
    scope: tuple[str, ...]

    __slots__ = ("hooks", "line", "name", "rule", "scope")

    def __init__(
        self,
        rule: Rule | ArrayRule | None,
        scope: tuple[str, ...],
        name: str | None = None,
        line: ProgramLine | None = None,
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

    def at_line(self) -> Origin:
        """The same for a node that the program makes at its present line."""
        return Origin(self.rule, self.scope, None, recorded_line())


class Scope:
    """One scope path with its shared origins: ``table["tanh"]`` is that of each unnamed tanh.

    The stamped methods look into the table for every node. It holds the rows that the scope uses:
    a program that opens a scope for each of its blocks must not keep all rows for each. It is a
    plain dict, which CPython reads faster than one with a ``__missing__``.
    """

    leaf: Origin

    def __init__(self, path: tuple[str, ...] = ()) -> None:
        self.path = path
        self.leaf = Origin(None, path)
        self.table: dict[str, Origin] = {}
        self.children: dict[str, Scope] = {}

    def child(self, name: str) -> Scope:
        scope = self.children.get(name)
        if scope is None:
            scope = self.children[name] = Scope((*self.path, name))
        return scope

    def origin(self, name: str) -> Origin:
        """The shared origin of the row of that name, made when it is first asked for."""
        origin = self.table.get(name)
        if origin is None:
            rule = RULES.get(name) or ARRAY_RULES[name]
            origin = self.table[name] = Origin(rule, self.path)
        return origin

    def learn(self, rule: Rule | ArrayRule) -> None:
        """Take in a row that was added, or replaced, at run time."""
        self.table[rule.name] = Origin(rule, self.path)
        for scope in self.children.values():
            scope.learn(rule)


class _Lined(dict[str, Origin]):
    """Stands for the table of a scope where lines are noted: its origins know the present line.

    It stays empty. The stamped methods read it as they read the table, in the fast lane.
    """

    __slots__ = ("last", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.last: tuple[ProgramLine | None, dict[str, Origin]] = None, {}

    def __missing__(self, name: str) -> Origin:
        line = recorded_line()
        known, origins = self.last
        if known is not line:
            origins = {}
            self.last = line, origins
        origin = origins.get(name)
        if origin is None:
            origin = Origin(self.scope.origin(name).rule, self.scope.path, None, line)
            origins[name] = origin
        return origin


ROOT = Scope()


class State:
    """What is process-wide: how many hooks there are."""

    hooked: int

    __slots__ = ("hooked",)

    def __init__(self) -> None:
        self.hooked = 0  # hooks ever registered and not removed: while 0, sweeps need not look


state: State = State()


class Token:
    """Stands for a block: the block is in force while its token lives."""

    __slots__ = ("__weakref__",)

    # A class with a __new__ of its own inherits an __init__ that takes any arguments and does
    # nothing. It is written in C, so nothing can interrupt it: see ``blocks``.
    def __new__(cls) -> Token:
        return object.__new__(cls)


Hooks = tuple[Callable[..., None], ...]


class Mode:
    """What holds in one block. It changes once, when its block ends, so tasks may share it.

    ``special`` is falsy in the fast lane of the stamped methods, where operations are recorded and
    nothing else is asked for. The end of the block makes it truthy, and :func:`present` then finds
    the innermost block that still is in force.
    """

    guards: Hooks
    leaf: Origin | None
    level: int
    lines: bool
    mapped: Quantity
    origins: dict[str, Origin]
    recording: bool
    scope: Scope
    watchers: Hooks

    __slots__ = (
        "alive",
        "before",
        "children",
        "entered_by",
        "guards",
        "leaf",
        "level",
        "lines",
        "mapped",
        "origins",
        "recording",
        "scope",
        "special",
        "watchers",
    )

    def __init__(
        self,
        scope: Scope,
        recording: bool = True,
        lines: bool = False,
        level: int = 0,
        watchers: Hooks = (),
        guards: Hooks = (),
        mapped: Quantity = None,
    ) -> None:
        self.scope = scope
        self.origins = _Lined(scope) if lines else scope.table
        self.leaf = None if lines else scope.leaf  # each leaf has a line of its own
        self.recording = recording
        self.lines = lines  # whether nodes know the line of the program that made them
        self.level = level  # how many transforms we are inside of
        self.watchers = watchers  # called with every new node
        self.guards = guards  # called as guard(root, node, gradient) in every sweep
        self.mapped = mapped  # the innermost batch that is mapped over: it takes its operations
        self.special: Any = self.asks
        self.alive: Callable[[], Token | None] = _lives
        self.before: Mode = self
        self.children: dict[str, Mode] = {}  # those of enter_scope
        self.entered_by: object = None

    @property
    def asks(self) -> bool:
        """Whether this is anything but recording alone, be it with lines."""
        alone = self.recording and self.mapped is None
        return not alone or bool(self.watchers or self.guards)

    def but(self, **changes: Any) -> Mode:
        """The same mode with some changes."""
        settings = ("scope", "recording", "lines", "level", "watchers", "guards", "mapped")
        return Mode(**{name: changes.get(name, getattr(self, name)) for name in settings})

    def child(self, name: str) -> Mode:
        """This mode in the scope ``name``; it ends when this one does."""
        inner = self.but(scope=self.scope.child(name))
        token = self.alive()
        if token is None:  # ended since it was looked at: the caller's block is over
            return self.before
        inner.alive, inner.before = inner.ends_with(token), self.before
        del token  # as in ends_with
        self.children[name] = inner
        return inner

    def ends_with(self, token: Token) -> ref[Token]:
        """A reference to the token whose death marks this mode, in C alone."""
        try:
            return ref(token, partial(setattr, self, "special"))
        finally:  # a profiler may keep this frame, which must not hold the block
            del token


_OUTERMOST = Token()
_lives = ref(_OUTERMOST)
_ROOT_MODE = Mode(ROOT)
_mode: ContextVar[Mode] = ContextVar("tracegrad mode", default=_ROOT_MODE)

#: What holds here, or held in a block that was left: its ``special`` says to ask :func:`present`.
current: Callable[[], Mode] = _mode.get
#: Put a mode in force in this thread, or task. In C, like ``current``: nothing can interrupt it.
put: Callable[[Mode], object] = _mode.set
# A variable that was never set is slow to read.
put(_ROOT_MODE)


def present() -> Mode:
    """What holds here: the mode of the innermost block that has not been left."""
    mode = current()
    if mode.alive() is None:
        while mode.alive() is None:
            mode = mode.before
        put(mode)
    return mode


def record(recording: bool) -> Callable[[], None]:
    """Record operations from here on, or do not, until the block around this is left.

    What this returns takes it back, where no other mode is in force by then.
    """
    before = present()
    token = before.alive()
    if token is None:  # ended since it was looked at
        return record(recording)
    mode = before.but(recording=recording)
    mode.alive, mode.before = mode.ends_with(token), before.before
    del token  # as in ends_with
    put(mode)

    def take_back() -> None:
        if current() is mode:
            put(before)

    return take_back


def is_recording() -> bool:
    """Whether operations are recorded here (they are not inside :func:`no_grad`)."""
    return present().recording


def is_watched() -> bool:
    """Whether something looks at every new node or gradient here, as ``detect_anomaly`` does."""
    mode = present()
    return bool(mode.watchers or mode.guards)


def leaf_origin() -> Origin:
    """The origin of a leaf that is made here."""
    mode = current()
    if mode.special:
        mode = present()
    return mode.leaf or mode.scope.leaf.at_line()


#: What :func:`leave_scope` takes to come back to this scope.
#:
#: A scope is entered and left in this order, so that an interrupt at any moment leaves it::
#:
#:     before = current_scope()
#:     try:
#:         enter_scope("layer1")
#:         ...
#:     finally:
#:         leave_scope(before)
current_scope = current


def enter_scope(name: str, within: Mode | None = None) -> Mode:
    """Push ``name`` on the scope path; returns what :func:`leave_scope` takes.

    ``within`` is the scope to push it on, the present one by default: layers that follow one
    another are entered from the scope around them, without leaving each in between.
    """
    before = current() if within is None else within
    if before.special and (within is None or before.alive() is None):
        before = present()
    try:
        put(before.children[name])
    except KeyError:
        put(before.child(name))
    return before


#: Go back to a scope. It is the context variable's own function: an interrupt comes after it.
leave_scope = put
