"""A batch mapped over: every example goes through the same operations, all of them at once.

Inside ``vmap`` an argument is a :class:`Batched`: it has the shape of one example, and a node that
holds all of them along axis 0. An operation over it is the same operation over that node, its axes
counted on by one (``batching_rows`` says how, row by row). So a derivative is recorded by ordinary
nodes. Where batches are nested the node is a Batched again, of the batch around.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import NoReturn, Self

import numpy as np

from autograd.calculus import Function, Quantity, Rule, Shape, State, Tree
from autograd.engine import (
    MASK_METHODS,
    NODES,
    OF_MASKS,
    Node,
    Operation,
    Tensor,
    apply_to_tensors,
    flatten,
    frames_to_user,
    leaves_of,
    mapped,
    present,
)


class LoopWarning(UserWarning):
    """An operation inside ``vmap`` has no rule for a batch, and was called for each example.

    It is slow and right. To make it an error:

    >>> import warnings, autograd
    >>> warnings.simplefilter("error", autograd.LoopWarning)
    """


class NoNumbers(TypeError):
    """The numbers of a Tensor inside ``vmap`` were asked for, of which each example has others."""


class Batched(Tensor):
    """One example of a batch: a Tensor that has a shape, but no numbers to be read."""

    __slots__ = ("batch", "node")

    batched = True
    batch: Batch
    node: Tensor  # all examples, along axis 0

    @property
    def shape(self) -> Shape:
        return self.node.shape[1:]

    @property
    def ndim(self) -> int:
        return self.node.ndim - 1

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=int))

    @property
    def dtype(self) -> np.dtype[np.generic]:
        return self.node.dtype

    def detach(self) -> Tensor:
        return self.batch.wrap(self.node.detach())

    def astype(self, dtype: Quantity) -> Tensor:
        return self.batch.wrap(self.node.astype(dtype))

    type = astype

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("a 0-d Tensor has no length")
        return self.shape[0]

    def __iter__(self) -> Iterator[Self]:
        return (self[i] for i in range(len(self)))  # type: ignore[misc]  # all are Batched

    def __bool__(self) -> bool:
        raise NoNumbers(
            "vmap: a condition that differs from example to example takes no branch; write "
            "autograd.where(condition, a, b), and & | ~ in place of and, or, not"
        )

    def __repr__(self) -> str:
        return f"Tensor(shape {self.shape}, one of {self.batch.size} examples of vmap)"

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)

    def __array__(self, dtype: Quantity = None, copy: bool | None = None) -> NoReturn:
        raise NoNumbers(
            "vmap: a Tensor inside it differs from example to example and is no plain array; use "
            "the functions of autograd, and index an array with it as Tensor(a)[i]"
        )

    def __dlpack__(self, **options: Quantity) -> Quantity:
        return self.data

    def __reduce__(self) -> NoReturn:
        raise TypeError("vmap: a Tensor inside it cannot be pickled or copied; return it")

    def __index__(self) -> int:
        self.__array__()

    def backward(self, gradient: Quantity = None) -> NoReturn:
        raise TypeError("vmap: backward() is not called inside it; take grad inside, or outside")

    def register_hook(self, hook: Function) -> NoReturn:
        raise TypeError("vmap: no hook is registered inside it; register it on the result")

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: object, **kwargs: object
    ) -> object:
        if ufunc in OF_MASKS and method == "__call__" and not kwargs:
            return elementwise(ufunc, inputs)
        return super().__array_ufunc__(ufunc, method, *inputs, **kwargs)

    __hash__ = Tensor.__hash__  # type: ignore[assignment]


_OVER = "vmap: a Tensor was kept from a call that is over; return it from the function"


def _no_numbers(name: str) -> property:
    def refuse(self: Batched) -> NoReturn:
        if self.batch.over:
            raise RuntimeError(_OVER)
        raise NoNumbers(
            "vmap: the numbers of a Tensor inside it differ from example to example and cannot be "
            "read (.data, .item(), float(), math.exp, print); use the functions of autograd, or "
            "return the Tensor"
        )

    return property(refuse)


for _name in "data grad _data _grad _arrays _edges _inputs _keywords _number _pulls".split():
    setattr(Batched, _name, _no_numbers(_name))
Batched.grad_buffer = None
for _name in ("_origin", "_requires_grad"):
    _get = operator.attrgetter(f"node.{_name}")
    _set: Callable[[Batched, object], None] = lambda self, x, name=_name: setattr(  # type: ignore[misc]  # noqa: E731
        self.node, name, x
    )
    setattr(Batched, _name, property(_get, _set))


def _plainly(ufunc: np.ufunc) -> Function:
    return lambda *operands: elementwise(ufunc, operands)


for _name, _ufunc in MASK_METHODS.items():
    setattr(Batched, _name, _plainly(_ufunc))


class Batch:
    """One call of a mapped function: how many examples there are, and the batch around it."""

    repeats = False  # what a callback does is not recorded here

    def __init__(self, size: int, around: Batch | None) -> None:
        self.size = size
        self.around = around
        self.depth: int = 1 if around is None else around.depth + 1
        self.over = False  # whether the call has returned
        self.warned: set[str] = set()

    def wrap(self, node: Tensor) -> Batched:
        example: Batched = object.__new__(Batched)
        example.node, example.batch = node, self
        return example

    def holds(self, x: object) -> bool:
        """Whether ``x`` differs between the examples of this batch."""
        return x.__class__ is Batched and x.batch is self

    def spread(self, x: Quantity) -> Tensor:
        """The node of ``x``, or ``x`` once for each example."""
        if self.holds(x):
            node: Tensor = x.node
        else:
            node = NODES.broadcast_to(as_node(x), (self.size, *np.shape(x)))
        return node

    def aligned(self, operands: Sequence[Quantity]) -> tuple[Quantity, ...]:
        """The operands with the batch in front, where it meets no axis of an example."""
        ranks = [rank(x) for x in operands]
        most = max(ranks)
        return tuple([
            self._widened(x, most - n) if self.holds(x) else x for x, n in zip(operands, ranks)
        ])  # fmt: skip

    def _widened(self, x: Batched, missing: int) -> Tensor:
        if not missing or (not x.ndim and not missing):
            return x.node
        return NODES.reshape(x.node, (self.size, *(1,) * missing, *x.shape))  # type: ignore[no-any-return]

    # -- what the engine and the functions ask of the mode ----------------------------------------

    def apply(
        self, operation: Operation, operands: tuple[Quantity, ...], attrs: State
    ) -> Tensor | None:
        """The node of an operation, or None where no operand is of a batch."""
        batch = innermost(operands)
        of_attrs = innermost(leaves_of(list(attrs.values()))) if attrs else None
        if of_attrs is not None and (batch is None or of_attrs.depth > batch.depth):
            batch = of_attrs
        if batch is None:
            return None
        rule = operation.rule
        row = None if of_attrs is batch and rule.name not in _LOOKUPS else ROWS.get(rule.name)
        try:
            if isinstance(rule, Rule):
                return batch.wrap(apply_to_tensors(operation, batch.aligned(operands), attrs))
            result = NotImplemented if row is None else row(batch, *operands, **attrs)
        except (ValueError, IndexError, TypeError):
            batch.first(lambda xs, named: _applied(operation, xs, named), operands, attrs)
            raise
        if result is not NotImplemented:
            return batch.wrap(result)
        return batch.looped(  # type: ignore[no-any-return]
            rule.name, lambda xs, named: _applied(operation, xs, named), operands, attrs
        )

    def without_gradient(
        self, function: Function, args: tuple[Tree, ...], kwargs: State
    ) -> Quantity:
        """What a NumPy function that no gradient flows through gives; None without a batch."""
        batch = innermost(leaves_of((args, kwargs)))
        if batch is None:
            return None
        name = function.__name__
        if name in _OF_SHAPES:
            return function(*mapped(_stand_in, args), **mapped(_stand_in, kwargs))
        if isinstance(function, np.ufunc) and not kwargs:
            return elementwise(function, args)
        row = ROWS.get(name)
        result = NotImplemented if row is None else row(batch, *args, **kwargs)
        if result is not NotImplemented:
            return batch.wrap(result)

        def one(xs: Tree, named: State) -> Tree:
            answer = self.without_gradient(function, xs, named)
            return function(*_raw(xs), **_raw(named)) if answer is None else answer

        return batch.looped(name, one, args, kwargs)

    def compose(self, name: str, function: Function, args: tuple[Tree, ...], kwargs: State) -> Tree:
        """A function composed of rows; where it reads numbers it is called for each example."""
        batch = innermost(leaves_of((args, kwargs)))
        if batch is None:
            return function(*args, **kwargs)
        try:
            return function(*args, **kwargs)
        except NoNumbers:
            pass
        return batch.looped(
            name, lambda xs, named: self.compose(name, function, xs, named), args, kwargs
        )

    # -- one example after the other --------------------------------------------------------------

    def example(self, tree: Tree, i: int) -> Tree:
        """Example ``i`` of every leaf."""
        return mapped(lambda x: NODES.getitem(x.node, i) if self.holds(x) else x, tree)

    def first(self, function: Function, args: tuple[Tree, ...], kwargs: State) -> None:
        """Call the function for one example, whose shapes an error is to name."""
        if self.size:
            function(self.example(args, 0), self.example(kwargs, 0))

    def looped(self, name: str, function: Function, args: tuple[Tree, ...], kwargs: State) -> Tree:
        """``function(args, kwargs)`` for every example, the results stacked."""
        if name not in self.warned:
            self.warned.add(name)
            warnings.warn(
                f"vmap: {name} has no rule for a batch and is looped over, {self.size} examples "
                f"one after the other",
                LoopWarning,
                stacklevel=frames_to_user(),
            )
        if not self.size:
            raise ValueError(f"vmap: there are no examples to loop over with {name}")
        results = [
            function(self.example(args, i), self.example(kwargs, i)) for i in range(self.size)
        ]
        columns = zip(*[flatten(result)[0] for result in results], strict=True)
        _, _, rebuild = flatten(results[0])
        return rebuild([self._stacked(name, list(column)) for column in columns])

    def _stacked(self, name: str, column: list[Quantity]) -> Tensor:
        shapes = sorted({np.shape(x) for x in column})
        if len(shapes) > 1:
            raise ValueError(
                f"vmap: {name} gives shape {shapes[0]} for one example and {shapes[1]} for "
                f"another; the examples of a batch have one shape"
            )
        return self.wrap(NODES.stack([as_node(x) for x in column]))


#: How a structural row goes over a batch, by name: ``row(batch, *operands, **attrs)`` gives the
#: node with the batch in front, or NotImplemented. Filled by ``vectorized``.
ROWS: dict[str, Function] = {}

#: Rows whose attributes may differ from example to example: they pick elements.
_LOOKUPS = ("getitem", "take", "take_along_axis")
#: Functions of the shape and the dtype alone.
_OF_SHAPES = set(
    "zeros_like ones_like empty_like full_like shape ndim size result_type can_cast iscomplexobj "
    "isscalar may_share_memory shares_memory".split()
)


def innermost(xs: Sequence[Quantity]) -> Batch | None:
    """The innermost batch that one of ``xs`` belongs to."""
    batch: Batch | None = None
    for x in xs:
        if x.__class__ is Batched and (batch is None or x.batch.depth > batch.depth):
            batch = x.batch
            if batch.over:
                raise RuntimeError(_OVER)
    return batch


def in_force() -> Batch | None:
    """The innermost batch that is mapped over here."""
    batch: Batch | None = present().mapped
    return batch


def rank(x: Quantity) -> int:
    return x.ndim if isinstance(x, Tensor) else np.ndim(x)


def as_node(x: Quantity) -> Tensor:
    """``x`` itself if it is a Tensor, else a constant."""
    return x if isinstance(x, Tensor) else Tensor(x, requires_grad=False)


def _is_tensor(x: Tensor) -> bool:
    return x.__class__ is not Batched


def elementwise(function: Function, operands: Sequence[Quantity]) -> Tensor:
    """A function of NumPy without a gradient, element by element."""
    batch = innermost(operands)
    if batch is None:
        data = [x.data if isinstance(x, Node) else x for x in operands]
        return Tensor(function(*data), requires_grad=False)
    return batch.wrap(elementwise(function, batch.aligned(operands)))


def _stand_in(x: Quantity) -> Quantity:
    """An array of the shape and the dtype of a node, which stands for its numbers."""
    return np.broadcast_to(np.zeros((), x.dtype), x.shape) if isinstance(x, Tensor) else x


def _raw(tree: Tree) -> Tree:
    return mapped(lambda x: x.data if isinstance(x, Node) else x, tree)


def _applied(operation: Operation, operands: tuple[Quantity, ...], attrs: State) -> Tensor:
    """The operation over one example; an attribute is an array, unless it is of a batch around."""

    def attribute(x: Quantity) -> Quantity:
        return x.data if isinstance(x, Tensor) and _is_tensor(x) else x

    return apply_to_tensors(operation, tuple(operands), mapped(attribute, attrs))
