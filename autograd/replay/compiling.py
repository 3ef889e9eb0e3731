"""``autograd.compile``: of a function of numbers, or of a node and its leaves."""

from __future__ import annotations

import functools
import inspect
import keyword
from collections.abc import Callable, Iterable, Sequence
from typing import overload

from autograd.calculus import Function
from autograd.engine import Value, apply_to_values
from autograd.replay.compiled import Compiled
from autograd.replay.program import record


@overload
def compile(
    function: Function,
    *,
    guards: str = "retrace",
    executor: str | None = None,
    native: bool = False,
) -> Compiled: ...
@overload
def compile(
    function: Value, *, inputs: Sequence[Value], executor: str | None = None, native: bool = False
) -> Compiled: ...
@overload
def compile(
    *, guards: str = "retrace", executor: str | None = None, native: bool = False
) -> Callable[[Function], Compiled]: ...
def compile(
    function: Function | Value | None = None,
    *,
    inputs: Sequence[Value] | None = None,
    guards: str = "retrace",
    executor: str | None = None,
    native: bool = False,
) -> Compiled | Callable[[Function], Compiled]:
    """Trace a function of numbers once; run it from then on without making nodes.

    The rows of the trace that are alike become one NumPy statement: the neurons of a layer over a
    hundred points become one product of matrices. Programs that are deep and narrow become lines
    of Python.

    Parameters
    ----------
    function
        A function of Values, numbers, and lists or dicts of them, that returns a Value or several;
        or a node, together with ``inputs``. Values that the function captures are read again in
        every replay, and get gradients.
    inputs
        With a node: the leaves whose numbers are the arguments, in their order. Its branches are
        those it was computed with.
    guards
        What happens where a comparison of nodes comes out otherwise than when the function was
        traced: ``"retrace"`` traces again and keeps both, ``"raise"`` raises :class:`GuardError`.
    executor
        ``"numpy"`` or ``"python"``; by default the one that suits the program.
    native
        Compile the same statements, or lines, as C with the ``cc``, ``gcc`` or ``clang`` on PATH,
        and a loop over many points. What it made is kept in the user's cache folder. Without a
        compiler NumPy runs, and a warning says so once.

    Returns
    -------
    A :class:`Compiled`: call it as the function, or take ``value``, ``value_and_grad``, ``jvp``,
    ``hessian``, ``source``.

    RuntimeError, with the line, where the function takes a number out of a node.

    A training step of arrays is traced in its first two calls for each shape, and these round
    otherwise than the replays in the last place. To go on with a training to the bit, call the step
    twice on any batch; then load the states of the model, the optimizer and the generators; then
    call ``optimizer.gather()``. ``nn.fit(compile=True, resume=...)`` does all of it.

    >>> import autograd
    >>> from autograd import Value
    >>> @autograd.compile
    ... def f(x, y):
    ...     return (x * y).tanh() + x
    >>> f.value(0.5, 2.0)
    1.2615941559557649
    >>> value, (dx, dy) = f.value_and_grad(0.5, 2.0)
    >>> round(dx, 6), round(dy, 6)
    (1.839949, 0.209987)
    """
    if function is None:
        return functools.partial(compile, guards=guards, executor=executor, native=native)
    if isinstance(function, Value):
        return Compiled(
            function_of_node(function, inputs), guards=guards, executor=executor, native=native
        )
    if not callable(function):
        raise TypeError(
            f"compile: a function or a Value is wanted, not a {type(function).__name__}"
        )
    if inputs is not None:
        raise TypeError("compile: inputs= belongs to a node; a function has arguments")
    return Compiled(function, guards=guards, executor=executor, native=native)


def function_of_node(node: Value, inputs: Sequence[Value] | None) -> Function:
    """The function that computes ``node`` again from other numbers for ``inputs``."""
    if inputs is None:
        raise TypeError("compile: a node needs inputs=, the leaves whose numbers are the arguments")
    if isinstance(inputs, Value) or not isinstance(inputs, Iterable):
        raise TypeError("compile: inputs= is a list of leaves; write inputs=[x] for one")
    places: dict[Value, int] = {}
    for place, x in enumerate(inputs):
        if not isinstance(x, Value) or not x.is_leaf:
            raise TypeError(
                f"compile: inputs[{place}] is no leaf; give the Values that {node.name or 'it'} "
                f"was computed from"
            )
        if (first := places.setdefault(x, place)) != place:
            raise ValueError(f"compile: inputs[{place}] is inputs[{first}] again; give it once")
    program, captured = record([node], inputs)
    used = {*program.left.tolist(), *program.right.tolist(), *program.outputs.tolist()}
    used.update(operand for operands in program.wide.values() for operand in operands)
    for place, row in enumerate(program.inputs[: len(inputs)].tolist()):
        if row not in used:
            raise ValueError(
                f"compile: {node.name or 'the node'} does not depend on inputs[{place}]"
                f"{(inputs[place].name and f' ({inputs[place].name})') or ''}; leave it out"
            )
    values = program.values.tolist()

    def replayed(*xs: Value | float) -> Value:
        if len(xs) != len(inputs):
            raise TypeError(
                f"compile: the node was compiled for {len(inputs)} inputs, not for {len(xs)}"
            )
        nodes: list[Value | float] = list(values)
        for row, x in zip(program.inputs.tolist(), [*xs, *captured]):
            nodes[row] = x
        for row, code, operands in program.lists():
            operands_ = tuple(nodes[operand] for operand in operands)
            nodes[row] = apply_to_values(program.rules[code], operands_)
        end = nodes[int(program.outputs[0])]
        return end if isinstance(end, Value) else Value(end)

    replayed.__name__ = node.name or "node"
    names = [x.name if x.name and x.name.isidentifier() else f"x{n}" for n, x in enumerate(inputs)]
    if len(set(names)) == len(names) and not any(map(keyword.iskeyword, names)):
        kind = inspect.Parameter.POSITIONAL_ONLY
        signature = inspect.Signature([inspect.Parameter(name, kind) for name in names])
        replayed.__signature__ = signature  # type: ignore[attr-defined]  # the inputs' names
    return replayed
