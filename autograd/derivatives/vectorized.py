"""``vmap``: a function of one example, mapped over a batch of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps

import numpy as np

from autograd.calculus import Function, Quantity, State, Tree, short
from autograd.derivatives import batching_products, batching_rows, batching_windows
from autograd.derivatives.arguments import (
    argument_names,
    called,
    checked_function,
    checked_output,
    unwrapped,
)
from autograd.derivatives.batching import ROWS, Batch, as_node, in_force
from autograd.engine import (
    NODES,
    Block,
    Mode,
    Node,
    Tensor,
    Value,
    children,
    described,
    flatten,
    leaves_of,
    present,
)

for _rules in (batching_rows.RULES, batching_products.RULES, batching_windows.RULES):
    ROWS.update(_rules)


def vmap(f: Function, in_axes: Tree = 0, out_axes: Tree = 0) -> Function:
    """``f``, a function of one example, over a batch of examples: all of them at once, not a loop.

    ``in_axes`` says along which axis of an argument its examples lie: an int for all arguments, or
    a tuple with an entry for each; an entry is an int, None for an argument that is the same for
    every example, or a structure of these as far down as the argument's own. Named arguments are
    mapped along axis 0. ``out_axes`` says the same of the results. Inside, an argument has the
    shape of one example.

    It nests with itself and with the other transforms in any order: ``vmap(grad(f))`` gives the
    gradient of every example. The results are nodes if an argument is one, inside another
    transform, and where a gradient flows to a leaf outside; otherwise they are plain arrays.

    What differs from example to example has no numbers to be read: ``if x > 0`` and ``float(x)``
    raise (write ``where(x > 0, a, b)``). An operation without a rule for batches, such as a
    ``custom_rule`` made of functions, is called for each example in turn, with a ``LoopWarning``
    that names it. Random numbers drawn inside are drawn once, the same for every example: draw them
    outside, and map over them. ValueError, naming the arguments, for batches of unequal sizes.

    >>> import numpy as np
    >>> from autograd import vmap
    >>> import autograd
    >>> slopes = vmap(autograd.grad(lambda w, x: (w * x).sum() ** 2), in_axes=(None, 0))
    >>> print(slopes(np.array([1.0, 2.0]), np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])))
    [[2. 0.]
     [0. 4.]
     [6. 6.]]
    """
    checked_function("vmap", f)

    @wraps(f, updated=())
    def mapped_function(*args: Tree, **kwargs: Tree) -> Tree:
        inputs = _Inputs(f, args, kwargs, in_axes)
        nodes = any(isinstance(x, Node) for x in inputs.leaves)
        nested = nodes or present().level > 0 or in_force() is not None
        batch = Batch(inputs.size(), in_force())
        arguments, named = inputs.mapped(batch)
        try:
            with _over(batch):
                output = called("vmap", f, arguments, named)
            outs, _, rebuild = flatten(output)
            axes = _axes(out_axes, output, "out_axes")
            results = [_result(batch, x, axis) for x, axis in zip(outs, axes)]
        finally:
            batch.over = True
        return rebuild([x if nested or _flows(x) else unwrapped(x) for x in results])

    return mapped_function


class _over(Block):
    """A block whose operations go over the batch."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    def change(self, mode: Mode) -> Mode:
        return mode.but(mapped=self.batch)


def _flows(x: Quantity) -> bool:
    return not isinstance(x, Node) or x.requires_grad


class _Inputs:
    """The leaves of the arguments, with their names and axes."""

    def __init__(self, f: Function, args: Sequence[Tree], kwargs: State, in_axes: Tree) -> None:
        names = argument_names(f, len(args))
        if isinstance(in_axes, tuple | list):
            if len(in_axes) != len(args):
                raise ValueError(
                    f"vmap: in_axes has {len(in_axes)} entries, the call {len(args)} arguments by "
                    f"position"
                )
            entries = list(in_axes)
        else:
            entries = [in_axes] * len(args)
        self.leaves: list[Quantity] = []
        self.labels: list[str] = []
        self.axes: list[int | None] = []
        labelled = [*zip(names, args, entries), *((repr(k), x, 0) for k, x in kwargs.items())]
        for name, tree, entry in labelled:
            leaves, paths, _ = flatten(tree)
            self.axes += _axes(entry, tree, f"in_axes of argument {name}")
            self.leaves += leaves
            self.labels += [f"argument {name}{path}" for path in paths]
        _, _, self.rebuild = flatten((tuple(args), kwargs))

    def size(self) -> int:
        """How many examples there are; every mapped argument must say the same."""
        sizes = []
        for x, label, axis in zip(self.leaves, self.labels, self.axes):
            if axis is None:
                continue
            if not isinstance(x, Tensor | np.ndarray):
                raise TypeError(
                    f"vmap: {label} is {described(x)} and has no axis to map over; "
                    f"give it in_axes None, or bind it before"
                )
            if not -x.ndim <= axis < x.ndim:
                raise ValueError(
                    f"vmap: {label} has shape {x.shape}, and no axis {axis} to map over"
                )
            sizes.append((x.shape[axis], f"{label} has {x.shape[axis]} along axis {axis}"))
        if not sizes:
            raise ValueError("vmap: no argument is mapped over; in_axes is None for all")
        for n, text in sizes:
            if n != sizes[0][0]:
                raise ValueError(f"vmap: the batches differ in size: {sizes[0][1]}, {text}")
        return sizes[0][0]

    def mapped(self, batch: Batch) -> tuple[Tree, Tree]:
        """The arguments as ``f`` gets them."""
        return self.rebuild(  # type: ignore[no-any-return]
            [
                x if axis is None else batch.wrap(NODES.moveaxis(as_node(x), axis, 0))
                for x, axis in zip(self.leaves, self.axes)
            ]
        )


def _axes(axes: Tree, tree: Tree, what: str) -> list[int | None]:
    """The axis of every leaf of ``tree``: an entry of ``axes`` holds for all that lies below."""
    if axes is None or (isinstance(axes, int) and not isinstance(axes, bool)):
        return [axes] * len(leaves_of(tree))
    entries, items = children(axes), children(tree)
    if entries is None or items is None or list(entries) != list(items):
        raise ValueError(
            f"vmap: {what} is {short(axes)}, which does not fit {described(tree)}; give an int, "
            f"None, or a structure like it"
        )
    return [axis for key in items for axis in _axes(entries[key], items[key], what)]


def _result(batch: Batch, x: Quantity, axis: int | None) -> Quantity:
    """A result with the examples along ``axis``."""
    checked_output("vmap", x)
    if axis is None:
        if batch.holds(x):
            raise ValueError(
                "vmap: out_axes is None for a result that differs from example to example; "
                "give an axis"
            )
        return x
    if isinstance(x, Value):
        raise TypeError("vmap: the function returned a Value; use Tensors inside")
    node = batch.spread(x)
    if not -node.ndim <= axis < node.ndim:
        raise ValueError(f"vmap: a result of shape {node.shape[1:]} has no out_axes {axis}")
    return NODES.moveaxis(node, 0, axis)
