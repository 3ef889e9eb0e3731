"""With statements in which another mode holds: ``no_grad``, ``scope`` and others.

A block is in force while its :class:`Token` lives, and the with statement is all that holds the
token: looking up ``__exit__`` makes it and returns its ``__init__``, which does nothing. When the
statement is over, whatever ended it, CPython drops the token. A weak reference notices that and
marks the mode as ended; the next function that reads the mode takes the one before it.

So there is no exit code that an interrupt (Ctrl-C) could keep from running. CPython looks for
interrupts between instructions of Python, on entry to a Python function, ``__exit__`` included, and
when a call has returned; here the end runs in C alone, and the beginning takes effect by a plain
assignment after the last call. A traceback that is kept (``sys.last_traceback``) holds the
variables of frames but not what a with statement holds, so it does not hold a block either.

A generator that is suspended inside a block is still inside it, and so is the code that consumes
it: ``contextlib.contextmanager`` works in that way, and the two uses cannot be told apart.
Decorate the generator function to have the block in force during its own steps only.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator
from contextlib import ContextDecorator
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeAlias

from autograd.calculus import Function
from autograd.engine.recording import Mode, Token, current, present, put

Steps: TypeAlias = Generator[Any, Any, Any]


def opened(change: Callable[[Mode], Mode], by: object = None) -> Callable[..., None]:
    """Put the changed mode in force here, as long as what this returns is held."""
    before = present()
    mode = change(before)
    mode.before, mode.entered_by = before, by
    asks = mode.asks
    mode.alive, mode.special = _ended, True
    put(mode)  # not in force yet: present() gives the mode before
    token = Token()
    alive = mode.ends_with(token)
    leave: Callable[..., None] = token.__init__  # type: ignore[misc]
    # From here to the return no call is made, and nothing can interrupt.
    del token
    mode.alive, mode.special = alive, asks
    try:
        return leave
    finally:  # a profiler may keep this frame, which must not hold the block
        del leave


def _ended() -> None:
    return None


class _Exit:
    """The ``__exit__`` of a block. The lookup by a with statement opens the block."""

    def __get__(self, block: Block | None, kind: type) -> Callable[..., None]:
        if block is None:
            return _close  # ExitStack looks it up in the class
        held = block.__dict__.get("_held")
        return held.pop() if held else opened(block.change, block)


def _close(block: Block, *exc: object) -> None:
    """End the block."""
    block._held.pop()


class Block(ContextDecorator, ABC):
    """A with statement, or a decorated function, in which :meth:`change` of the mode holds."""

    _held: list[Callable[..., None]]

    @abstractmethod
    def change(self, mode: Mode) -> Mode:
        """How operations are recorded inside the block, made of how they are outside."""

    def __enter__(self) -> None:
        """Begin the block."""
        mode = current()
        if mode.entered_by is self:  # a with statement: it has looked up __exit__ before this call
            mode.entered_by = None
        else:  # called by hand, or by an ExitStack: the block itself holds the token
            self.__dict__.setdefault("_held", []).append(opened(self.change))

    if TYPE_CHECKING:

        def __exit__(self, *exc: object) -> None: ...
    else:
        __exit__ = _Exit()

    def __call__(self, function: Function) -> Any:
        """The function, each call of it, or each step of its generator, in a block of its own."""
        if inspect.isasyncgenfunction(function):
            raise TypeError(
                f"{type(self).__name__}: {function.__name__} is an async generator function; "
                f"write the with statement inside it"
            )
        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def awaited(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return await function(*args, **kwargs)

            return awaited
        if inspect.isgeneratorfunction(function):

            @wraps(function)
            def stepped(*args: Any, **kwargs: Any) -> Any:
                return (yield from self._steps(function(*args, **kwargs)))

            return stepped
        return super().__call__(function)

    def _steps(self, steps: Steps) -> Steps:
        advance: Callable[[Any], Any] = steps.send
        reply: Any = None
        while True:
            try:
                with self:
                    item = advance(reply)
            except StopIteration as end:
                return end.value
            try:
                reply, advance = (yield item), steps.send
            except BaseException as error:
                reply, advance = error, steps.throw


class no_grad(Block):
    """A block, or a decorated function, in which operations are computed but not recorded.

    Results are constants: they have no operands, and no gradient flows through them. It holds for
    this thread or async task. A task that was started in the block is in it until the block ends.

    >>> from autograd import Value, no_grad
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    def __new__(cls, function: Function | None = None) -> no_grad:
        block = super().__new__(cls)
        # As a decorator it works with and without parentheses.
        return block if function is None else block(function)

    def change(self, mode: Mode) -> Mode:
        return mode.but(recording=False)


class scope(Block):
    """Nodes made in this block belong to ``name``; pictures draw a scope as one box.

    >>> from autograd import Value, scope
    >>> x = Value(2.0)
    >>> with scope("layer1"):
    ...     y = x * x
    >>> y.scope
    ('layer1',)
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def change(self, mode: Mode) -> Mode:
        return mode.but(scope=mode.scope.child(self.name))


class source_lines(Block):
    """Nodes made in this block know the line of the program that made them.

    A page shows the program's lines beside their graph; ``graph["y"].line`` is the
    line of one of them. The line is the innermost one outside this library: for what a layer
    computes, that of the call. Operations are slower in the block, and not outside it.

    >>> from autograd import Value, source_lines, trace
    >>> with source_lines():
    ...     x = Value(2.0, "x")
    ...     y = x * x
    >>> trace(y)["y"].line.number
    3
    """

    def change(self, mode: Mode) -> Mode:
        return mode.but(lines=True)
