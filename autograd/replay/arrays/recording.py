"""The trace of a function of arrays: it runs as ever, and what it does is written down."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import numpy as np

from autograd.calculus import Array, Function, Quantity, State, Tree, one_line
from autograd.engine import (
    Mode,
    Operation,
    Tensor,
    apply_to_tensors,
    calling_line,
    gradients,
    is_watched,
    mapped,
    numbers,
    opened,
    present,
)
from autograd.engine import leaves_of as leaves_in
from autograd.replay.arrays.journal import Journal, Reads
from autograd.replay.arrays.outside import Outside
from autograd.replay.arrays.program import Apply, Backward, Call, Clear, Effect, Guard, Program, Ref
from autograd.replay.arrays.traced import Tracing, refusal, traced_kind

#: One trace at a time: the classes of shared parameters are changed by it.
_lock = threading.RLock()

#: Functions of the shape and the dtype alone.
_OF_SHAPES = set("zeros_like ones_like empty_like shape ndim size".split())


class Recorder:
    """What the mode asks, in place of a batch of ``vmap``, while a function is traced."""

    #: Whether what it is told is repeated later: see ``autograd.callback``.
    repeats = True

    def __init__(
        self,
        name: str,
        arguments: list[Array],
        live: list[Quantity],
        differentiable: bool,
        outside: Outside,
        journal: Journal,
    ) -> None:
        self.since = next(numbers)
        self.outside = outside
        self.program = Program(name, [], {}, [], journal)
        self.reads = Reads()
        self._places: dict[int, int] = {}  # by the id of the Tensor
        self._held: list[Tensor] = []  # in the order of places: so no id is used twice
        self._changed: list[tuple[Tensor, type[Tensor]]] = []
        self.arguments = []
        #: Whether an argument takes a gradient, through the result of this call.
        self.live = any(isinstance(x, Tensor) and x._requires_grad for x in live)
        for array, given in zip(arguments, live or arguments):
            if isinstance(given, Tensor) and given._requires_grad:
                node = given * 1.0  # a copy that its gradient flows through
            else:
                node = Tensor(array, requires_grad=differentiable and array.dtype.kind == "f")
            self.program.arguments.append(self._placed(node))
            self.arguments.append(node)

    # -- the trace -------------------------------------------------------------------------------

    @contextmanager
    def tracing(self, known: list[Tensor]) -> Iterator[None]:
        """The block in which the function is called; ``known`` are leaves it used before."""
        with _lock:
            for leaf in known:
                self._change(leaf)
            # Optimizers import nothing of this package: what they do is told to a list of theirs.
            # So are the hooks that modules call.
            watching = getattr(sys.modules.get("optim.base"), "recorders", [])
            watching.append(self._watch)
            hooking = getattr(sys.modules.get("nn.layers.hooks"), "recorders", [])
            hooking.append(self._hook)
            token = opened(self._mode)
            try:
                yield
            finally:
                del token
                watching.pop()
                hooking.pop()
                for node, kind in self._changed:
                    node.__class__ = kind

    def _mode(self, mode: Mode) -> Mode:
        return mode.but(mapped=self)

    @contextmanager
    def plainly(self) -> Iterator[None]:
        """A block in which nothing is written down."""
        token = opened(lambda mode: mode.but(mapped=None))
        try:
            yield
        finally:
            del token
            present()  # the mode before is in force again, and is the current one

    @contextmanager
    def repeating(self, function: object) -> Iterator[None]:
        """A block in which what every replay calls again is called now; it may draw numbers."""
        if not isinstance(function, np.ufunc):
            self.outside.refuse()
        with self.plainly():
            yield
        if not isinstance(function, np.ufunc):
            self.outside.begin()

    def _change(self, node: Tensor) -> None:
        kind: Quantity = type(node)
        if not issubclass(kind, Tracing):
            self._changed.append((node, kind))
            node.__class__ = traced_kind(kind)

    def _placed(self, node: Tensor) -> int:
        place = self._places[id(node)] = len(self._held)
        self._held.append(node)
        self.program.shapes.append((node._data.shape, node._data.dtype))
        self.program.requires.append(node._requires_grad)
        if node.name is not None:
            self.program.names[place] = node.name
        self._change(node)
        return place

    def slopes(self, output: Tensor, places: list[int]) -> list[Array]:
        """The gradients of what was traced, by the nodes at ``places``, after the trace."""
        nodes = [self._held[place] for place in places]
        found = gradients(output, nodes)
        return [np.zeros_like(x._data) if g is None else g._data for x, g in zip(nodes, found)]

    # -- operands --------------------------------------------------------------------------------

    def ref(self, x: Quantity) -> Quantity:
        """The place of a Tensor; what is no Tensor is a constant, itself."""
        if not isinstance(x, Tensor):
            return x
        place = self._places.get(id(x))
        if place is not None:
            return Ref(place)
        if not x.is_leaf:
            self._strange(x)
        if x._number < self.since or x.grad_buffer is not None:
            self.program.leaves[self._placed(x)] = x
            return Ref(self._places[id(x)])
        return np.asarray(x._data)  # made in the function, of numbers

    def _strange(self, x: Tensor) -> NoReturn:
        what = x.name or f"a {x._origin.rule.name}"
        if x._number < self.since:
            raise ValueError(
                f"compile: {self.program.name} uses {what}, which was computed before it was "
                f"called; compute it inside the function, or pass it as an argument"
            )
        raise ValueError(
            f"compile: {what} was recorded in a way that cannot be replayed (checkpoint, a custom "
            f"function of arrays); leave it out of {self.program.name}"
        )

    def _recorded(self, tree: Tree) -> Tree:
        return mapped(self.ref, tree) if _has_tensor(tree) else tree

    # -- what the engine and the functions ask of the mode ----------------------------------------

    def apply(self, operation: Operation, operands: tuple[Quantity, ...], attrs: State) -> Tensor:
        self._refuse_watching()
        refs = tuple([self._constant(operation, self.ref(x)) for x in operands])
        named = {name: self._recorded(x) for name, x in attrs.items()}
        self.reads.read([x for x in (*refs, *named.values()) if isinstance(x, np.ndarray)])
        with self.plainly():
            node = apply_to_tensors(operation, operands, mapped(_array, attrs))
        # A leaf that the function makes of numbers takes no gradient that anyone could read.
        edges = tuple([i for i, _ in node._edges if isinstance(refs[i], Ref)])
        out = self._placed(node)
        self.program.add(Apply(out, operation, refs, named, edges, node.scope, calling_line()))
        return node

    def _constant(self, operation: Operation, x: Quantity) -> Quantity:
        known = isinstance(x, Ref) or x.__class__ is np.ndarray
        return x if known else operation.read(x, operation.name)

    def call(self, function: Function, args: tuple[Quantity, ...]) -> Tensor | None:
        """A function over the arrays of its arguments, to be called again in every replay."""
        refs = tuple([self.ref(x) for x in args])
        line, arrays = calling_line(), map(_array, args)
        with self.repeating(function):
            if isinstance(function, np.ufunc):
                result = function(*arrays)
            else:
                result = self.program.journal.call(line, function, *arrays)
                self.reads.called(result is not None)
        if result is None:
            self.program.add(Call(None, function, refs, line))
            return None
        if not isinstance(result, np.ndarray | np.generic):
            raise TypeError(
                f"callback: {getattr(function, '__name__', 'the function')} returned a "
                f"{type(result).__name__}; it returns an array, or None"
            )
        node = Tensor(np.asarray(result), requires_grad=False)
        self.program.add(Call(self._placed(node), function, refs, line))
        return node

    def assume(self, holder: object, name: str, value: Quantity) -> None:
        self.program.assumed.append((holder, name, value))

    def guard(self, node: Tensor) -> bool:
        outcome = bool(node._data)
        ref = self.ref(node)
        if not isinstance(ref, Ref):
            return outcome
        if self.program.acts:
            raise refusal(
                "a branch on a Tensor is taken after backward() or an update",
                "branch before them, or outside",
            )
        if (moved := self.reads.moved) is not None:
            raise refusal(
                f"an array of shape {moved.shape} is used, a callback changes it, and a branch on "
                f"a Tensor is taken",
                "use a copy that an autograd.callback makes of it, or branch before",
            )
        self.program.add(Guard(ref.place, outcome, calling_line()))
        return outcome

    def backward(self, root: Tensor, gradient: Quantity) -> None:
        if self.live:
            raise TypeError(of_an_argument(self.program.name))
        seed = None if gradient is None else self.ref(gradient)
        ref = self.ref(root)
        self._refuse_watching()
        with self.plainly():
            root.backward(gradient)
        self.program.add(Backward(ref.place, seed))

    def _refuse_watching(self) -> None:
        if is_watched():
            raise refusal(
                "detect_anomaly is used", f"call {self.program.name}.__wrapped__ inside it"
            )

    def clear(self, leaf: Tensor) -> None:
        leaf._grad = None
        self.program.add(Clear(leaf))

    def _watch(
        self, function: Function, args: tuple[Quantity, ...], kwargs: State, repeats: bool
    ) -> Quantity:
        """What optim does: see ``optim.base.effects``."""
        if present().mapped is not self:
            return function(*args, **kwargs)
        if not repeats:
            raise refusal(
                f"{function.__qualname__}() is called",
                "compile what is before it, and call it outside",
            )
        args = tuple([list(x) if isinstance(x, Iterator) else x for x in args])
        if any(callable(x) for x in (*args, *kwargs.values())):
            raise refusal(
                "an optimizer is given a closure", "compile the closure, and leave the step outside"
            )
        with self.repeating(function):
            result = function(*args, **kwargs)
        self.program.add(Effect(function, args, kwargs))
        return result

    def _hook(self, hook: Function, *args: Quantity) -> Quantity:
        """What a module's hook returns; one that changes nothing is called by no replay."""
        if present().mapped is not self:
            return hook(*args)
        count = len(self.program.steps)
        result = hook(*args)
        calls_back = any(isinstance(x, Call) and x.out is None for x in self.program.steps[count:])
        if (result is None or result is args[-1]) and not calls_back:
            module = type(args[0]).__name__
            raise refusal(
                f"the hook {one_line(getattr(hook, '__name__', type(hook).__name__))} of a "
                f"{module}, which changes nothing, is called",
                f"remove it, call the {module} outside, or record in it by autograd.callback",
            )
        return result

    def without_gradient(
        self, function: Function, args: tuple[Tree, ...], kwargs: State
    ) -> Quantity:
        if not any(isinstance(x, Tensor) for x in leaves_in((args, kwargs))):
            return None
        if function.__name__ in _OF_SHAPES:
            return function(*mapped(_array, args), **mapped(_array, kwargs))
        tensors = [x for x in leaves_in((args, kwargs)) if isinstance(x, Tensor)]

        def again(*arrays: Array) -> Array:
            rest = iter(arrays)
            fill = lambda x: next(rest) if isinstance(x, Tensor) else x  # noqa: E731
            return np.asarray(function(*mapped(fill, args), **mapped(fill, kwargs)))

        return self.call(again, tuple(tensors))

    def compose(self, name: str, function: Function, args: tuple[Tree, ...], kwargs: State) -> Tree:
        return function(*args, **kwargs)

    @property
    def depth(self) -> int:
        raise refusal("vmap is used", "take vmap outside")

    @property
    def wrap(self) -> NoReturn:
        raise refusal(
            "a derivative is taken",
            "take value_and_grad of the compiled function, or compile the function alone",
        )


def of_an_argument(name: str) -> str:
    return (
        f"compile: {name} calls backward(), and an argument takes a gradient; pass its .data, or "
        f"let the function capture it"
    )


def _array(x: Quantity) -> Quantity:
    return x._data if isinstance(x, Tensor) else x


def _has_tensor(x: Quantity) -> bool:
    return isinstance(x, Tensor) or (
        isinstance(x, tuple | list) and any(isinstance(leaf, Tensor) for leaf in leaves_in(x))
    )
