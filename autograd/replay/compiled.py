"""A compiled function: its traces, and the calls that replay them."""

from __future__ import annotations

import functools
import inspect
import types
import warnings
from collections.abc import Sequence

import numpy as np

from autograd.calculus import Array, Function, Tree, one_line, short
from autograd.derivatives import hessian, jvp
from autograd.engine import (
    Constant,
    Value,
    flatten,
    frames_to_user,
    is_recording,
    is_watched,
    numbers,
)
from autograd.replay.arguments import Arguments, arguments_of, in_places
from autograd.replay.arrays import (
    CompiledArrays,
    Outside,
    Profile,
    names_of,
    unchanged,
    works_on_arrays,
)
from autograd.replay.nodes import gradient_nodes, output_node, replayed
from autograd.replay.pausing import paused_collector
from autograd.replay.reading import Readable, Variant
from autograd.replay.replays import Replay
from autograd.replay.watching import Comparison, is_tracing, traced

#: How many programs one compiled function keeps.
KEPT = 8


class GuardError(RuntimeError):
    """A comparison came out otherwise than when the function was traced.

    >>> import autograd
    >>> f = autograd.compile(lambda x: x if x > 0 else -x, guards="raise")
    >>> f.value(2.0)
    2.0
    >>> try:
    ...     f.value(-2.0)
    ... except autograd.GuardError as error:
    ...     print(str(error)[:55])
    compile: <lambda> took another course here than when it
    """


class Compiled(Readable):
    """A function that was traced, and runs again as NumPy statements or plain Python.

    Call it as the function itself: the result is a node whose ``backward()`` reaches the Values
    among the arguments and those that the function captures. ``value`` and ``value_and_grad`` work
    on plain numbers, and on one-dimensional arrays, one element for each of many points.

    Numbers that are not nodes are part of the program: what the function reads from files or from
    the clock, and computes with plain floats, is what it was when it was traced. Make such a
    number an argument, or a Value. Where a variable around the function has another value, or an
    attribute or a key that its code names, it is traced again. What the function does beside its
    result happens while it is traced alone; a draw of random numbers is refused, unless it is of
    a generator that the function makes itself. While it is traced, Python's garbage collector is
    paused. Sums are added up in another order than in the function, so results are equal within
    rounding, not to the bit.
    """

    #: The function itself, which makes nodes.
    __wrapped__: Function

    def __init__(
        self,
        function: Function,
        *,
        guards: str = "retrace",
        executor: str | None = None,
        native: bool = False,
    ):
        if guards not in ("retrace", "raise"):
            raise ValueError(f"compile: guards is 'retrace' or 'raise', not {short(guards)}")
        if executor not in (None, "numpy", "python"):
            raise ValueError(
                f"compile: executor is 'numpy', 'python' or None, not {short(executor)}"
            )
        functools.update_wrapper(self, function, updated=())
        self._function = function
        self._name = one_line(getattr(function, "__name__", type(function).__name__))
        self._guards = guards
        self._executor, self._native = executor, native
        self._variants: dict[object, list[Variant]] = {}
        self._warned = False
        self._arrays: CompiledArrays | None = None
        self._attribute = self._name

    def _over_arrays(self, args: Sequence[Tree]) -> CompiledArrays | None:
        """What takes the calls of a function of arrays."""
        if self._arrays is None and not self._variants and works_on_arrays(self._function, args):
            self._arrays = CompiledArrays(self._function, self._name, self._guards, GuardError)
        return self._arrays

    # -- as an attribute of a class, and as a part of what is copied -------------------------------

    def __set_name__(self, owner: type, name: str) -> None:
        self._attribute = name

    def __get__(self, instance: object, owner: type | None = None) -> Compiled:
        """Of a decorated method: that of the instance, which has traces of its own."""
        if instance is None:
            return self
        method = types.MethodType(self._function, instance)
        bound = _compiled(method, self._guards, self._executor, self._native)
        if isinstance(own := getattr(instance, "__dict__", None), dict):
            own[self._attribute] = bound
        return bound

    def __reduce__(self) -> str | tuple[Function, tuple[object, ...]]:
        """A function is copied and pickled as functions are: not at all, and by its name."""
        if inspect.isfunction(self._function):
            return str(self.__qualname__)  # type: ignore[attr-defined]
        return _compiled, (self._function, self._guards, self._executor, self._native)

    # -- calls -----------------------------------------------------------------------------------

    def __call__(self, *args: Tree, **named: Tree) -> Tree:
        if named:
            args = in_places(self._name, self._function, args, named)
        if is_tracing():  # it becomes a part of the function that calls it
            return self._function(*args)
        if (arrays := self._arrays or self._over_arrays(args)) is not None:
            return arrays(*args)
        arguments = arguments_of(self._name, args)
        if arguments.points is not None:
            return self.value(*args)
        nodes = [x for x in arguments.leaves if isinstance(x, Value)]
        variant, ends, slopes = self._run(arguments, derive=is_recording())
        inputs = [*arguments.leaves, *variant.captured]
        if not is_recording() or not any(x.requires_grad for x in (*nodes, *variant.captured)):
            kind = Constant if nodes or variant.captured else float
            return variant.outputs([kind(end) for end in ends.tolist()])
        return variant.outputs(
            [replayed(self._name, end, inputs, line) for end, line in zip(ends.tolist(), slopes)]
        )

    def value(self, *args: Tree, **named: Tree) -> Tree:
        """What the function returns, in numbers; arrays where arguments are arrays of points."""
        if named:
            args = in_places(self._name, self._function, args, named)
        if (arrays := self._over_arrays(args)) is not None:
            return arrays.value(*args)
        arguments = arguments_of(self._name, args)
        variant, ends, _ = self._run(arguments, derive=False)
        return variant.outputs(list(ends) if arguments.points is not None else ends.tolist())

    def value_and_grad(self, *args: Tree, **named: Tree) -> tuple[Tree, Tree]:
        """The value, and its derivative by every number of the arguments, in their structure.

        The gradients are a tuple with one entry for each argument; for a function without
        arguments, one for each of ``captured``. TypeError where the function returns several
        numbers.
        """
        if named:
            args = in_places(self._name, self._function, args, named)
        if (arrays := self._over_arrays(args)) is not None:
            return arrays.value_and_grad(*args)
        arguments = arguments_of(self._name, args)
        variant, ends, slopes = self._run(arguments, derive=True)
        self._single("value_and_grad", len(variant.replay.program.outputs))
        line = slopes[0]
        if not args:
            return float(ends[0]), variant.replay.numbers.unpack(line.data)
        line = line[: len(arguments.leaves)]
        if arguments.points is not None:
            return ends[0], arguments.rebuild(list(line))
        return float(ends[0]), arguments.rebuild(line.tolist())

    def jvp(self, args: Sequence[Tree], tangents: Sequence[Tree]) -> tuple[Tree, Tree]:
        """The value at ``args`` and its derivative along ``tangents``, of the same structure.

        A function of arrays is not replayed for it: this is :func:`autograd.jvp`.
        """
        if (arrays := self._over_arrays(args)) is not None:
            arrays.refuse_unless_pure("jvp")
            return jvp(self._function, tuple(args), tuple(tangents))
        arguments, directions = (arguments_of(self._name, tuple(x)) for x in (args, tangents))
        if arguments.key != directions.key:
            raise ValueError(
                f"compile: the tangents of {self._name} have another structure than its arguments"
            )
        variant, ends, slopes = self._run(arguments, derive=True)
        v = directions.lines() if directions.points is not None else directions.values()
        slope = [sum(a * b for a, b in zip(line, v)) for line in slopes]
        return variant.outputs(list(ends)), variant.outputs(slope)

    def hessian(self, *args: Tree) -> Tree:
        """The second derivatives by all numbers of the arguments: n × n, or points × n × n.

        A function of arrays is not replayed for it: this is :func:`autograd.hessian`.
        """
        if (arrays := self._over_arrays(args)) is not None:
            arrays.refuse_unless_pure("hessian")
            argnum = 0 if len(args) == 1 else tuple(range(len(args)))
            return hessian(self._function, argnum)(*args)
        arguments = arguments_of(self._name, args)
        key = ("hessian", *arguments.key)
        _, _, slopes = self._run(arguments, derive=True, key=key)
        count = len(arguments.leaves)
        matrix = np.asarray(slopes)[:, :count]
        return np.moveaxis(matrix, -1, 0) if arguments.points is not None else matrix

    def profile(self, *args: Tree, calls: int = 100) -> Profile:
        """How long each statement takes at these arguments, by the median of so many calls.

        A training step is taken ``calls`` times: profile it before the training, or on a copy. The
        result is printed as a table; ``statements`` are its texts and seconds.
        """
        if calls < 1:
            raise ValueError(f"compile: profile takes at least one call, not calls={calls}")
        if (arrays := self._over_arrays(args)) is not None:
            return arrays.profile(args, calls)
        arguments = arguments_of(self._name, args)
        if arguments.points is not None:
            raise TypeError("compile: profile takes numbers, not arrays of points")
        variant, _, _ = self._run(arguments, derive=True)
        return variant.replay.profile(arguments, calls)

    # -- tracing ---------------------------------------------------------------------------------

    def _run(
        self, arguments: Arguments, *, derive: bool, key: tuple[object, ...] | None = None
    ) -> tuple[Variant, Array, list[Array]]:
        """The variant whose comparisons hold here, the outputs, and for each its gradients."""
        if is_watched():
            raise RuntimeError(
                f"compile: {self._name} is called inside detect_anomaly, which looks at every "
                f"node, and a replay makes none; call {self._name}.__wrapped__ there"
            )
        if is_tracing() and any(isinstance(x, Value) for x in arguments.leaves):
            raise RuntimeError(
                f"compile: {self._name} gives numbers here, in a function that is being compiled, "
                f"and they would be the same in every replay; call {self._name}(...) for nodes"
            )
        key = arguments.key if key is None else key
        failed = None
        for variant in self._variants.get(key, ()):
            if not variant.fits():
                continue
            ends, lines, failed = variant.replay.results(arguments, derive)
            if failed is None:
                return variant, ends, lines
        if failed is not None and (self._guards == "raise" or arguments.points is not None):
            raise GuardError(self._broken(failed, arguments.points is not None))
        with paused_collector():
            variant = self._traced(arguments, key)
        ends, lines, failed = variant.replay.results(arguments, derive)
        if failed is not None:
            raise GuardError(self._broken(failed, arguments.points is not None))
        return variant, ends, lines

    def _traced(self, arguments: Arguments, key: tuple[object, ...]) -> Variant:
        since = next(numbers)
        if arguments.points is not None:
            numbers_of = [float(line[0]) for line in arguments.lines()]
        else:
            numbers_of = arguments.values()
        names = names_of(self._function, arguments.paths)
        inputs = [Value(number, name) for number, name in zip(numbers_of, names)]
        outside = Outside(self._name, self._function)
        try:
            result, comparisons = traced(self._function, *arguments.rebuild(list(inputs)))
        except (AttributeError, TypeError) as error:
            if arguments.points is None:
                raise
            raise TypeError(
                f"compile: a one-dimensional array is many points for a function of numbers, and "
                f"{self._name} does not work on a number ({one_line(str(error))}); for a function "
                f"of arrays pass autograd.Tensor(x)"
            ) from error
        outside.refuse("do it outside, and pass the numbers as arguments")
        outputs, _, rebuild = flatten(result)
        nodes = [output_node(self._name, x) for x in outputs]
        if key[0] == "hessian":
            self._single("hessian", len(nodes))
            # What a derivative asks, as that of relu does, is a branch too.
            nodes, asked = traced(gradient_nodes, nodes[0], inputs)
            comparisons = [*comparisons, *asked]
        replay = Replay(self._name, nodes, inputs, comparisons, since, self._executor, self._native)
        read = [(one.holder, one.attribute, one.value) for one in outside.settings]
        variant = Variant(replay, rebuild, unchanged([], read, []))
        variants = self._variants.pop(key, [])
        self._variants[key] = [variant, *variants]  # the latest is tried first, and listed last
        self._forget()
        return variant

    def _forget(self) -> None:
        if sum(map(len, self._variants.values())) <= KEPT:
            return
        oldest = next(iter(self._variants))
        self._variants[oldest].pop()
        if not self._variants[oldest]:
            del self._variants[oldest]
        if not self._warned:
            self._warned = True
            warnings.warn(
                f"compile: {self._name} was traced for more than {KEPT} kinds of arguments or "
                f"courses through its branches; the oldest is forgotten and traced again when it "
                f"comes back: give arguments of one structure, or use autograd.where for branches",
                RuntimeWarning,
                stacklevel=frames_to_user(),
            )

    def _broken(self, one: Comparison, points: bool) -> str:
        where = "at some of the points" if points else "here"
        return (
            f"compile: {self._name} took another course {where} than when it was traced, at "
            f"{one.line}; use autograd.where in place of the branch"
            + ("" if points else ", or guards='retrace'")
        )


def _compiled(function: Function, guards: str, executor: str | None, native: bool) -> Compiled:
    if isinstance(function, Compiled):  # the decorated method of an unpickled instance
        return function
    return Compiled(function, guards=guards, executor=executor, native=native)
