"""What Value and Tensor have in common: a number of creation, an origin, operands, hooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat, starmap
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from autograd.calculus import Attributes, Function, Quantity, short
from autograd.engine.recording import Origin, state
from autograd.engine.showing import shown

#: What NumPy's functions do when they meet a node; filled where the functions are defined.
UFUNCS: dict[np.ufunc, Function] = {}
#: The same for SciPy's, by name: SciPy is not loaded to register them.
SCIPYS: dict[str, Function] = {}
ARRAY_FUNCTIONS: dict[Function, Function] = {}


#: What NumPy's functions take and a graph has no place for, with what to do in its place.
REFUSED_ARGUMENTS = {
    "out": "a node is never written into, assign the result",
    "where": "choose before with where(mask, a, 0), or index with the mask",
    "dtype": "convert with .astype(dtype)",
    "returned": "the sum of the weights is weights.sum()",
    "overwrite_input": "a node is never written into",
}


K = TypeVar("K")


def blank(kind: type[K]) -> Iterator[K]:
    """New instances of a class without end, their slots empty; in C.

    ``next(nodes)`` takes three quarters of the time of ``object.__new__(kind)``, which first looks
    whether it is the right one for the class, and is called for every node.
    """
    return starmap(object.__new__, repeat((kind,)))


class _Registered:
    """A hook function in force: sweeps look for hooks only while there is one of these."""

    __slots__ = ("function",)

    def __init__(self, function: Callable[[Quantity], object]) -> None:
        self.function = function
        state.hooked += 1

    def __del__(self) -> None:
        state.hooked -= 1

    def __call__(self, gradient: object) -> object:
        return self.function(gradient)


class Hook:
    """What ``register_hook`` returns; ``remove()`` takes the hook away again."""

    def __init__(self, node: Node, function: Callable[[Quantity], object]) -> None:
        self._node = node
        registered = _Registered(function)
        self._key = id(registered)  # unique while it is registered; this object may be gone by then
        node._own_origin().hooks[self._key] = registered

    def remove(self) -> None:
        self._node._origin.hooks.pop(self._key, None)


class Node:
    """What ``Value`` and ``Tensor`` have in common: a number of creation, an origin, operands."""

    __slots__ = ()

    #: Whether it stands for each example of a batch, inside ``vmap``: it has no numbers then.
    batched = False

    _number: int
    _origin: Origin
    data: Quantity
    grad: Quantity

    if TYPE_CHECKING:  # what the two kinds define, each in its own way

        @property
        def requires_grad(self) -> bool: ...
        def _operands(self) -> tuple[Quantity, ...]: ...
        def _as_given(self) -> Sequence[Quantity]: ...
        def _edge_list(self) -> Sequence[tuple[int, Node]]: ...
        def _tracked(self) -> Sequence[Node]: ...
        def _term(self, place: int, g: Quantity, create_graph: bool) -> Quantity: ...
        def _constant(self, data: Quantity) -> Node: ...
        def _attrs(self) -> Attributes: ...
        def detach(self) -> Node: ...
        def backward(self, gradient: Quantity = None) -> None: ...

    def _own_origin(self) -> Origin:
        # Unnamed nodes share their origin; a name or a hook must not go to all of them.
        self._origin = self._origin.copy()  # type: ignore[misc]  # both kinds have the slot
        return self._origin

    @property
    def name(self) -> str | None:
        """The name that pictures and error messages use."""
        return self._origin.name

    @name.setter
    def name(self, name: str | None) -> None:
        if name is not None and not isinstance(name, str):
            raise TypeError(f"name: a string is wanted, not {short(name)}")
        self._own_origin().name = name

    @property
    def scope(self) -> tuple[str, ...]:
        """The path of ``scope`` blocks in which the node was made."""
        return self._origin.scope

    @property
    def is_leaf(self) -> bool:
        """Whether the node was given, not computed."""
        return self._origin.rule is None

    def register_hook(self, hook: Callable[[Quantity], object]) -> Hook:
        """Call ``hook(gradient)`` in every sweep, when the gradient of this node is complete.

        What it returns, unless None, takes the gradient's place. For a leaf that is the gradient
        of the sweep, before it is added to ``grad``.
        """
        if not callable(hook):
            raise TypeError(f"register_hook: a function is wanted, not {short(hook)}")
        return Hook(self, hook)

    def _refuse_unless_leaf(self, deed: str) -> None:
        if self._origin.rule is not None:
            raise TypeError(
                f"a computed node ({self._origin.rule.name}) cannot be {deed}: it would drag its "
                f"whole graph along; take .detach() or .data (to draw it: plt.plot(t.data))"
            )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: the picture of the graph that made this node, and the text."""
        bundle: dict[str, str] = shown("bundle", self)
        return bundle

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: object, **kwargs: object
    ) -> object:
        function = UFUNCS.get(ufunc) or SCIPYS.get(ufunc.__name__)
        if function is None or method != "__call__":
            what = f"np.{ufunc.__name__}" + ("" if method == "__call__" else f".{method}")
            raise TypeError(
                f"{what} has no derivative here; compose it of functions that have one "
                f"(dir(autograd) lists them), or take .data for the numbers alone"
            )
        for word in kwargs:
            advice = REFUSED_ARGUMENTS.get(word, "leave it out")
            raise TypeError(f"np.{ufunc.__name__}: {word}= is not taken here; {advice}")
        return function(*inputs)

    def __array_function__(
        self, func: Function, types: object, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> object:
        function = ARRAY_FUNCTIONS.get(func)
        if function is None:
            module = func.__module__.replace("numpy", "np", 1)
            raise TypeError(
                f"{module}.{func.__name__} has no derivative here; compose it of functions that "
                f"have one (dir(autograd) lists them), or take .data for the numbers alone"
            )
        return function(*args, **kwargs)
