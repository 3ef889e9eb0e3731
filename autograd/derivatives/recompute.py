"""``checkpoint``: keep the inputs of a function, and recompute its intermediates when needed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps

import numpy as np

from autograd.calculus import Function, Namespace, Quantity, Tree
from autograd.calculus.array_rules import ArrayRule, Prose
from autograd.derivatives.arguments import checked_function, inside
from autograd.derivatives.batching import in_force
from autograd.derivatives.forward_mode import push
from autograd.engine import (
    ARRAYS,
    NODES,
    Node,
    Origin,
    Rebuild,
    Tensor,
    applier,
    data_of,
    described,
    flatten,
    gradients,
    is_recording,
    numbers,
    present,
    reachable,
)


def checkpoint(f: Function) -> Function:
    """``f``, differentiated without keeping its intermediate values: less memory for more time.

    The forward pass keeps the operands and the result only; the backward pass runs ``f`` once more
    and differentiates that. A chain of n equal layers in √n checkpointed pieces needs memory for
    about 2√n of them, and one more forward pass. Arguments are Tensors, and structures of them, and
    anything else; ``f`` returns one Tensor. Parameters that ``f`` captures get their gradients,
    derivatives of any order and forward mode work. TypeError for Values, where nothing is gained,
    and for a result that is not a Tensor; RuntimeError if the second run gives another value
    (unseeded random numbers, or a state that changed).

    Chen, Xu, Zhang, Guestrin, Training deep nets with sublinear memory cost (2016).

    >>> from autograd import Tensor, checkpoint
    >>> import autograd
    >>> x = Tensor([1.0, 2.0])
    >>> checkpoint(lambda x: autograd.exp(autograd.sin(x) * x))(x).sum().backward()
    >>> print(x.grad)
    [3.20540566 0.47458893]
    """
    checked_function("checkpoint", f)

    @wraps(f, updated=())
    def light(*args: Tree, **kwargs: Tree) -> Tree:
        leaves, _, rebuild = flatten((args, kwargs))
        nodes = [x for x in leaves if isinstance(x, Node)]
        if any(not isinstance(x, Tensor) for x in nodes):
            raise TypeError("checkpoint: a Value holds one number, nothing is gained; use Tensors")
        if not is_recording() or in_force() is not None:
            return f(*args, **kwargs)
        return _recorded(f, leaves, rebuild)

    return light


def _recorded(f: Function, leaves: list[Quantity], rebuild: Rebuild) -> Quantity:
    places = [i for i, x in enumerate(leaves) if isinstance(x, Tensor) and x.requires_grad]
    segment = Segment(f, leaves, rebuild, places)
    mark = next(numbers)
    out = segment.run([_leaf(leaves[i].data) for i in places])
    if not isinstance(out, Tensor):
        raise TypeError(f"checkpoint: the function returned {described(out)}; one Tensor is wanted")
    if not out.requires_grad:
        return out
    # What the function captured: nodes older than its variables. They are operands as well.
    captured: dict[int, Quantity] = {}
    for node in reachable(out, leaves=True, since=mark):
        captured |= {id(x): x for x in node._tracked() if x._number < mark}
    segment.captured, segment.number = list(captured.values()), mark
    segment.value = out.data
    del out, node
    operands = (*(leaves[i] for i in places), *segment.captured)
    mode = present()
    mode.scope.table.setdefault(CHECKPOINT.name, Origin(CHECKPOINT, mode.scope.path))
    return _apply(operands, {"segment": segment})


def _leaf(data: Quantity) -> Tensor:
    """A variable that shares its array."""
    node = Tensor.__new__(Tensor)
    Tensor.__init__(node, np.zeros((), data.dtype), requires_grad=True)
    node._data = data
    return node


class Segment:
    """One checkpointed call: the function, its arguments, and what it captured."""

    f: Function
    rebuild: Rebuild
    places: list[int]
    others: list[Quantity]

    def __init__(
        self, f: Function, leaves: list[Quantity], rebuild: Rebuild, places: list[int]
    ) -> None:
        self.f, self.rebuild, self.places = f, rebuild, places
        self.others = [None if i in set(places) else x for i, x in enumerate(leaves)]
        self.captured: list[Quantity] = []
        self.number = 0  # what it captured is older
        self.value: Quantity = None
        self._last: tuple[Quantity, list[Quantity]] | None = None

    def __repr__(self) -> str:
        return getattr(self.f, "__name__", type(self.f).__name__)

    def run(self, variables: Sequence[Quantity]) -> Quantity:
        arguments = list(self.others)
        for i, variable in zip(self.places, variables):
            arguments[i] = variable
        args, kwargs = self.rebuild(arguments)
        return self.f(*args, **kwargs)

    def forward(self, operands: Sequence[Quantity]) -> Quantity:
        """The value of the forward pass, which the node keeps from now on; later, a new one."""
        value, self.value = self.value, None
        if value is None:
            value = data_of(self.run(self.variables(ARRAYS, operands)))
        return value

    def again(self, variables: Sequence[Quantity], out: Quantity) -> Quantity:
        """The function run once more, recorded, its value compared with that of the first run."""
        result = self.run(variables)
        if not np.array_equal(data_of(result), data_of(out), equal_nan=True):
            assigned = next((x for x in self.captured if x._number > self.number), None)
            if assigned is not None:
                called = "a leaf" if assigned.name is None else f"parameter {assigned.name!r}"
                raise RuntimeError(
                    f"checkpoint: the data of {called} was assigned after {self!r} had used it (an "
                    f"optimizer step, a loaded state); run the forward pass again before backward"
                )
            raise RuntimeError(
                f"checkpoint: {self!r} gave another value when it was run again; it must not draw "
                f"unseeded random numbers, nor depend on what changes between the passes"
            )
        return result

    def variables(self, F: Namespace, operands: Sequence[Quantity]) -> list[Quantity]:
        """Fresh nodes for the operands that were arguments."""
        own = operands[: len(self.places)]
        if F is NODES:
            return [NODES.reshape(x, x.shape) for x in own]
        return [_leaf(x) for x in own]

    def term(
        self, F: Namespace, i: int, g: Quantity, out: Quantity, operands: Sequence[Quantity]
    ) -> Quantity:
        """The contribution of ``g`` to operand ``i``; one run serves all the operands."""
        last = self._last  # another thread may put its own there meanwhile
        if last is None or last[0] is not g:
            with inside():
                starts = [*self.variables(F, operands), *self.captured]
                result = self.again(starts[: len(self.places)], out)
                grads = gradients(result, starts, g, create_graph=F is NODES)
            last = self._last = g, grads
        c = last[1][i]
        if i == len(operands) - 1:
            self._last = None
        if c is None:
            return np.zeros(np.shape(data_of(operands[i])), data_of(operands[i]).dtype)
        return c if F is NODES else c.data

    def tangent(
        self,
        F: Namespace,
        directions: Sequence[Quantity],
        out: Quantity,
        operands: Sequence[Quantity],
    ) -> Quantity:
        with inside():
            starts = [*self.variables(F, operands), *self.captured]
            result = self.again(starts[: len(self.places)], out)
            moving = [(x, t) for x, t in zip(starts, directions) if t is not None]
            seeds = {id(x): t for x, t in moving}
            (moved,) = push([result], [x for x, _ in moving], seeds, F is NODES)
        return np.zeros(out.shape, out.dtype) if moved is None else moved


def _forward(*operands: Quantity, segment: Segment) -> Quantity:
    return segment.forward(operands)


def _adjoint(
    F: Namespace, i: int, g: Quantity, out: Quantity, *operands: Quantity, segment: Segment
) -> Quantity:
    return segment.term(F, i, g, out, operands)


def _tangent(
    F: Namespace, directions: Tree, out: Quantity, *operands: Quantity, segment: Segment
) -> Quantity:
    return segment.tangent(F, directions, out, operands)


def _printed(*operands: Quantity, segment: Segment) -> tuple[str, ...]:
    return tuple(
        Prose(f"da_{i} = gradient of the function, run again") for i in range(len(operands))
    )


#: Not in the table, because only :func:`checkpoint` applies it.
CHECKPOINT = ArrayRule(
    "checkpoint",
    _forward,
    _adjoint,
    _printed,
    _tangent,
    (),
    None,
)
_apply = applier(CHECKPOINT)
