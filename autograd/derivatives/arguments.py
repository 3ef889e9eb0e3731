"""One call of a function under a transform: fresh variables in, checked outputs, plain results.

A transform gives the function variables of its own, made here: a leaf for a number or an array, and
for a node of an enclosing transform a new node that stands for it. So a derivative taken inside
belongs to the inner variable alone, whatever else the function captures (no perturbation
confusion), and still flows on to the outer one.
"""

from __future__ import annotations

import inspect
import linecache
import math
import warnings
from collections.abc import Callable, Sequence

import numpy as np

from autograd.calculus import Array, Function, Quantity, Shape, State, short
from autograd.derivatives.batched_sweeps import spread_over, swept
from autograd.derivatives.batching import in_force
from autograd.engine import (
    NODES,
    Block,
    Constant,
    Mode,
    Node,
    Rebuild,
    Tensor,
    Value,
    data_of,
    described,
    flatten,
    frames_to_user,
    is_ours,
    leaves_of,
    mapped,
    present,
)


class inside(Block):
    """A block one transform deeper that records operations, also within ``no_grad``."""

    def change(self, mode: Mode) -> Mode:
        return mode.but(recording=True, level=mode.level + 1)


class outside(Block):
    """A block outside all transforms: a transform in it gives plain numbers and arrays."""

    def change(self, mode: Mode) -> Mode:
        return mode.but(recording=True, level=0, mapped=None)


def checked_function(who: str, f: Function) -> Function:
    if not callable(f):
        raise TypeError(
            f"{who}: a function is wanted, not {short(f)}; write {who}(f)(x), with f not yet called"
        )
    return f


class Call:
    """A function called with variables in place of its arguments ``argnum``.

    ``output`` is what it returned, ``variables`` the nodes that stand for the leaves of those
    arguments, in order. ``nested`` says that the results shall be nodes.
    """

    single: bool
    argnums: tuple[int, ...]
    f: Function
    count: int
    nested: bool
    linked: bool
    output: Quantity

    def __init__(
        self,
        who: str,
        f: Function,
        args: Sequence[Quantity],
        kwargs: State,
        argnum: int | tuple[int, ...] | list[int],
        has_aux: bool = False,
    ) -> None:
        self.who = who
        argnum = tuple(argnum) if isinstance(argnum, list) else argnum
        self.single = not isinstance(argnum, tuple)
        self.argnums = _positions(who, argnum, len(args))
        self.leaves: list[Quantity] = []
        self.variables: list[Quantity] = []
        self.paths: list[tuple[int, str]] = []
        self.groups: list[tuple[slice, Rebuild]] = []
        self.f, self.count = f, len(args)
        arguments = list(args)
        for place in self.argnums:
            leaves, paths, rebuild = flatten(args[place])
            if not leaves:
                names = argument_names(f, len(args))
                raise ValueError(f"{who}: argument {names[place]} holds no array at all")
            start = len(self.leaves)
            self.leaves += leaves
            self.paths += [(place, path) for path in paths]
            stand_ins = [
                variable(leaf, lambda i=start + k: f"{who}: {self.label(i)}")  # type: ignore[misc]
                for k, leaf in enumerate(leaves)
            ]
            arguments[place] = rebuild(stand_ins)
            self.variables += stand_ins
            self.groups.append((slice(start, len(self.leaves)), rebuild))
        nodes = [x for x in leaves_of((args, kwargs)) if isinstance(x, Node)]
        # Results that differ from example to example are nodes as well.
        self.nested = present().level > 0 or bool(nodes) or in_force() is not None
        self.linked = present().level > 0 or any(x.requires_grad for x in nodes)
        with inside():
            self.output = called(who, f, arguments, kwargs)
        self.aux: object = None
        if has_aux:
            if not isinstance(self.output, tuple) or len(self.output) != 2:
                raise TypeError(
                    f"{who}: with has_aux=True the function returns (output, aux), this one "
                    f"returned {described(self.output)}"
                )
            self.output, aux = self.output
            self.aux = mapped(self.final, aux)

    def label(self, i: int) -> str:
        """What messages call variable ``i``: ``argument 'p'['w']``."""
        place, path = self.paths[i]
        return f"argument {argument_names(self.f, self.count)[place]}{path}"

    def scalar(self) -> Quantity:
        """The output, which must be one number."""
        out = checked_output(self.who, self.output)
        shape = shape_of(out)
        if math.prod(shape) != 1:
            raise ValueError(
                f"{self.who}: the function returned shape {shape}, "
                f"one number is wanted; take a sum or a mean, or use jacobian or vjp"
            )
        return out

    def gradients(
        self, output: Quantity, gradient: Quantity = None, linked: bool | None = None
    ) -> list[Quantity]:
        """∂output/∂variable for every variable; None where ``output`` does not depend on it."""
        record = self.linked if linked is None else linked
        if not isinstance(output, Node):
            return [None] * len(self.variables)
        with inside():
            return swept(output, self.variables, gradient, record)

    def filled(self, grads: list[Quantity]) -> list[Quantity]:
        """Zeros in place of None, with a warning that names the argument."""
        for i, g in enumerate(grads):
            if g is None:
                self.warn(i)
        return [
            self.zeros(x) if g is None else self.tied(g, x) for g, x in zip(grads, self.variables)
        ]

    def warn(self, i: int) -> None:
        warnings.warn(
            f"{self.who}: the output does not depend on {self.label(i)}; its derivative is zero. "
            f"(Is the argument used, and never as a plain number: .data, float(), math.exp?)",
            stacklevel=frames_to_user(),
        )

    @staticmethod
    def zeros(x: Quantity) -> Quantity:
        """Zeros of the shape and the dtype of ``x``, as a node."""
        return Constant(0.0) if isinstance(x, Value | float) else _constant(zeros_like(x))

    def tied(self, g: Quantity, x: Quantity) -> Quantity:
        """``g``; in a nested call a constant one is tied to ``x``, with slope 0.

        Then an enclosing transform that differentiates it finds zero, and not an independent
        output to warn of: the second derivative of 3x is no mistake.
        """
        if not self.linked or g.requires_grad or not x.requires_grad:
            return g
        with inside():
            anchor = x if shape_of(x) == shape_of(g) else NODES.sum(x)
            return NODES.where(0.0, anchor, g)

    def packed(self, results: Sequence[Quantity]) -> Quantity:
        """One result per variable, in the structure of the arguments."""
        structures = [rebuild(list(results[part])) for part, rebuild in self.groups]
        return structures[0] if self.single else tuple(structures)

    def final(self, x: Quantity) -> Quantity:
        """What the caller gets for ``x``: a node inside an enclosing transform, else its data."""
        return x if self.nested or not isinstance(x, Node) else unwrapped(x)

    def final_gradients(self, grads: Sequence[Quantity]) -> list[Quantity]:
        if self.nested:
            return list(grads)
        arrays: list[Quantity] = []
        for g, leaf in zip(grads, self.leaves):
            array = own(g.data, arrays)
            arrays.append(array if isinstance(leaf, np.ndarray) else _number(array, leaf))
        return arrays


def _number(array: Quantity, leaf: Quantity) -> Quantity:
    return np.asarray(array)[()] if isinstance(leaf, np.generic) else float(array)


def shape_of(x: Quantity) -> Shape:
    """The shape of a number, an array or a node."""
    return x.shape if isinstance(x, Tensor) else np.shape(data_of(x))


def zeros_like(x: Quantity) -> Array:
    return np.zeros(x.shape, x.dtype)


def own(array: Quantity, before: Sequence[Quantity] = ()) -> Quantity:
    """``array``, copied if it is a view, read-only or in use: the caller may write into it."""
    flags = array.flags
    if flags.writeable and flags.owndata and not any(array is other for other in before):
        return array
    return np.array(array)


def unwrapped(node: Quantity) -> Quantity:
    """The number in a 0-d node, or its array."""
    return node.data if isinstance(node, Value) else own(node.data) if node.ndim else node.item()


def _constant(array: Quantity) -> Tensor:
    return Tensor(array, requires_grad=False)


def variable(x: Quantity, label: Callable[[], str]) -> Quantity:
    """A fresh node that stands for ``x``; TypeError, led by ``label()``, without a derivative.

    Inside ``vmap`` each example gets a variable of its own.
    """
    batch = in_force()
    if isinstance(x, Node):
        if isinstance(x, Tensor) and x.dtype.kind != "f":
            raise TypeError(_not_floating(label(), f"a Tensor of dtype {x.dtype}"))
        if batch is not None and isinstance(x, Tensor):
            return spread_over(batch, x, _fresh)
        return _fresh(x)
    if isinstance(x, bool | int | np.bool_ | np.integer):
        raise TypeError(_not_floating(label(), f"{short(x)}, an integer"))
    if isinstance(x, np.ndarray) and x.dtype.kind in "iub":
        raise TypeError(_not_floating(label(), f"an array of dtype {x.dtype}"))
    if not isinstance(x, float | np.floating | np.ndarray) or (
        isinstance(x, np.ndarray) and x.dtype.kind != "f"
    ):
        raise TypeError(
            f"{label()} is {described(x)}, which has no derivative; pass a float or an array "
            f"of floats, and name the arguments to differentiate with argnum="
        )
    if batch is not None:
        return spread_over(batch, Tensor(x, requires_grad=False), _fresh)
    return _frozen(x)


def _fresh(x: Quantity) -> Quantity:
    if x.requires_grad:
        with inside():
            return x * 1.0 if isinstance(x, Value) else NODES.reshape(x, x.shape)
    if isinstance(x, Value):
        return Value(x.data)
    if x.data.flags.writeable:
        return _frozen(x.data)
    node = x.detach() if x.data.flags.owndata else x._constant(x.data)  # repeated, not copied
    node.requires_grad = True
    return node


def _not_floating(label: str, what: str) -> str:
    return f"{label} is {what}; derivatives need floats: 3.0 in place of 3, .astype(float)"


def _frozen(data: Quantity) -> Tensor:
    """A leaf with a read-only array, so that a write inside the function is noticed."""
    node = Tensor(data, requires_grad=True)
    node.data.flags.writeable = False
    return node


def called(who: str, f: Function, args: Sequence[Quantity], kwargs: State) -> Quantity:
    """``f(*args, **kwargs)``; a write into a read-only argument is explained with its line."""
    try:
        return f(*args, **kwargs)
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        raise ValueError(
            f"{who}: the function writes into its argument at {_line_of(error)}; the chain rule "
            f"needs the old values: build a new array instead (autograd.where, "
            f"autograd.concatenate, x = x + dx)"
        ) from error


def _line_of(error: BaseException) -> str:
    """``file:line: source`` of the innermost frame of ``error`` outside this library."""
    line = "an unknown line"
    step = error.__traceback__
    while step is not None:
        name = step.tb_frame.f_code.co_filename
        if not is_ours(name):
            source = linecache.getline(name, step.tb_lineno).strip()
            line = f"{name}:{step.tb_lineno}: {source}"
        step = step.tb_next
    return line


def checked_output(who: str, out: Quantity) -> Quantity:
    """``out`` if it is a number, an array or a node; TypeError for None, strings and the like."""
    if out is None:
        raise TypeError(f"{who}: the function returned None; is its return statement missing?")
    if isinstance(out, Node | float | int | np.ndarray | np.generic) and (
        getattr(getattr(out, "dtype", None), "kind", "f") in "fiub"
    ):
        return out
    raise TypeError(
        f"{who}: the function returned {described(out)}; a number, an array or a node is wanted"
    )


def _positions(who: str, argnum: int | tuple[int, ...], count: int) -> tuple[int, ...]:
    wanted = argnum if isinstance(argnum, tuple) else (argnum,)
    for place in wanted:
        if not isinstance(place, int | np.integer) or isinstance(place, bool):
            raise TypeError(f"{who}: argnum is an int or a tuple of ints, not {short(argnum)}")
        if not -count <= place < count:
            raise ValueError(
                f"{who}: argnum {place} asks for an argument that is not there: "
                f"{count} given by position"
            )
    if not wanted:
        raise ValueError(f"{who}: argnum is empty; name at least one argument")
    return tuple(int(place) % count for place in wanted)


def argument_names(f: Function, count: int) -> list[str]:
    """``'x'`` for every positional argument, its number where the signature has no name for it."""
    names = [str(i) for i in range(count)]
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        return names
    for i, parameter in enumerate(parameters[:count]):
        if parameter.kind not in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            break
        names[i] = repr(parameter.name)
    return names
