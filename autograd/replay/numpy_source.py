"""The executor of regular programs: one NumPy statement for each group, forwards and backwards.

The source has no loop. ``V`` is the vector of all numbers, ``G`` that of their gradients; the views
into them are made once, at the top.
"""

from __future__ import annotations

import ast
import bisect
import builtins
import functools
import keyword
import math
import re
import unicodedata

import numpy as np

from autograd.calculus import ARRAY, ARRAY_FUNCTIONS, Array, State, comment, namespace, stamp
from autograd.replay.arrays import Timed
from autograd.replay.plan import Elementwise, Plan, Read, Statement, Sum
from autograd.replay.shapes import are_distinct
from autograd.replay.texts import texts


class Writer:
    """Writes the source of a plan, and collects the arrays that it names."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.views: list[str] = []
        self.forward: list[list[str]] = []
        self.backward: list[str] = []
        self.space: State = {"np": np, "as_strided": np.lib.stride_tricks.as_strided}
        self._names: dict[object, str] = {}
        self._taken = {"V", "G", "nan", "inf", "math", *dir(builtins), *keyword.kwlist}
        for statement in plan.statements:
            if isinstance(statement, Elementwise):
                rule = statement.rule
                self.space |= namespace(ARRAY, (rule.value_tree, *rule.partial_trees))
        self._taken |= self.space.keys()
        for statement in plan.statements:
            self.forward.append(self._forward(statement))
        # Slots whose gradient is begun: what comes first is assigned, not added.
        self._begun = np.zeros(plan.size, bool)
        self._begun[plan.outputs] = True
        for statement in reversed(plan.statements):
            self._back(statement)

    def source(self) -> str:
        size = self.plan.size
        forward = [] if any(self.forward) else ["pass"]
        scope: tuple[str, ...] = ()
        for statement, written in zip(self.plan.statements, self.forward):
            if statement.scope != scope:
                scope = statement.scope
                forward.append(f"# {comment('.'.join(scope)) or '(no scope)'}")
            forward += written
        backward = self.backward or ["pass"]
        lines = [f"V, G = np.zeros({size}), np.zeros({size})", *self.views]
        lines += ["", "def forward():", *(f"    {line}" for line in forward)]
        lines += ["", "def backward():", *(f"    {line}" for line in backward)]
        return "\n".join(lines) + "\n"

    # -- names -----------------------------------------------------------------------------------

    def _view(self, offset: int, shape: tuple[int, ...], strides: Strides) -> str:
        key = offset, shape, strides
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = self._free(self._called(offset, shape, strides))
            self.views.append(f"{name} = {_window('V', offset, shape, strides)}")
        return name

    def _gradient(self, offset: int, shape: tuple[int, ...], strides: Strides) -> str:
        key = "gradient", offset, shape, strides
        name = self._names.get(key)
        if name is None:
            of = self._names.get((offset, shape, strides)) or self._called(offset, shape, strides)
            name = self._names[key] = self._free(f"d{of}")
            self.views.append(f"{name} = {_window('G', offset, shape, strides)}")
        return name

    def _called(self, offset: int, shape: tuple[int, ...], strides: Strides) -> str:
        """What the numbers of a view are called: as the inputs, or as the statement's result."""
        if offset in self.plan.names:
            reach = [np.arange(n) * s for n, s in zip(shape, strides) if s]
            slots = offset + functools.reduce(np.add.outer, reach, np.zeros((), np.int64))
            called = common_name([self.plan.names.get(slot, "") for slot in slots.ravel().tolist()])
            if called:
                return called
        results = [statement.offset for statement in self.plan.statements]
        place = bisect.bisect_right(results, offset)
        return f"h{place}" if place and offset < results[place - 1] + self._size(place - 1) else "x"

    def _size(self, place: int) -> int:
        return math.prod(self.plan.statements[place].shape)

    def _free(self, name: str) -> str:
        """The name, or the name with a number where it is taken."""
        free, count = name, 1
        while free in self._taken:
            count += 1
            free = f"{name}_{count}"
        self._taken.add(free)
        return free

    def _array(self, letter: str, numbers: Array) -> str:
        key = letter, numbers.shape, numbers.tobytes()
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = self._free(letter)
            self.space[name] = numbers
        return name

    def _read(self, read: Read, *, whole: bool = False) -> str:
        if read.constants is not None:
            bits = np.ascontiguousarray(read.constants).view(np.int64)
            if not whole and (bits == bits.flat[0]).all() and np.isfinite(read.constants.flat[0]):
                return repr(float(read.constants.flat[0]))
            return self._array("c", read.constants)
        if read.strides is None:
            return f"V.take({self._array('i', read.slots)})"
        return self._view(int(read.slots.flat[0]), read.shape, read.strides)

    def _out(self, statement: Statement) -> tuple[str, str]:
        """The names of a statement's result and of its gradient."""
        place = statement.offset, statement.shape, contiguous(statement.shape)
        return self._view(*place), self._gradient(*place)

    def _send(self, read: Read, term: Term) -> None:
        """Add a term of the read's shape to its gradient."""
        if read.constants is not None:
            return
        strides = read.strides
        whole = f"np.broadcast_to({term.text}, {read.shape})" if term.narrow else f"({term.text})"
        if strides is not None:
            stretched = tuple(
                axis for axis, (s, n) in enumerate(zip(strides, read.shape)) if s == 0 and n > 1
            )
            kept = tuple(1 if axis in stretched else n for axis, n in enumerate(read.shape))
            if are_distinct(kept, strides):
                view = self._gradient(int(read.slots.flat[0]), kept, strides)
                slots = read.slots.ravel()
                if self._begun[slots].any():
                    text = (
                        f"{whole}.sum(axis={stretched}, keepdims=True)" if stretched else term.text
                    )
                    self.backward.append(f"np.add({view}, {text}, out={view})")
                elif stretched:
                    total = f"np.sum({whole}, axis={stretched}, keepdims=True, out={view})"
                    self.backward.append(total)
                else:
                    self.backward.append(term.into(view))
                self._begun[slots] = True
                return
        low, high = int(read.slots.min()), int(read.slots.max()) + 1
        places = self._array("i", (read.slots - low).ravel())
        weights = f"{whole}.ravel()"
        self._begun[low:high] = True
        self.backward.append(f"G[{low}:{high}] += np.bincount({places}, {weights}, {high - low})")

    # -- statements ------------------------------------------------------------------------------

    def _forward(self, statement: Statement) -> list[str]:
        if isinstance(statement, Sum):
            return self._sum(statement)
        assert isinstance(statement, Elementwise)
        operands = [self._read(read) for read in statement.operands]
        out, _ = self._out(statement)
        text = texts(statement.rule, ARRAY).value.format(*operands)
        if is_ufunc(statement.rule.value_tree):
            return [f"{text[:-1]}, out={out})"]
        return [f"{out}[...] = {text}"]

    def _back(self, statement: Statement) -> None:
        if isinstance(statement, Sum):
            return self._back_through_sum(statement)
        assert isinstance(statement, Elementwise)
        operands = tuple(self._read(read) for read in statement.operands)
        out, upstream = self._out(statement)
        of_rule = texts(statement.rule, ARRAY)
        for place, read in enumerate(statement.operands):
            local = of_rule.local(place, operands, out)
            if isinstance(local, str):
                self._send(read, Term("multiply", upstream, local))
            elif local is not None:
                self._send(read, Term(upstream if local > 0 else f"-{upstream}"))

    def _sum(self, statement: Sum) -> list[str]:
        lines: list[str] = []
        out, _ = self._out(statement)
        factors = self._factors(statement)
        if factors is not None:
            left, right, scale, minus = factors
            left = f"({left} * {scale})" if scale else left
            if statement.product:
                lines.append(f"np.matmul({left}, {turned(right, len(statement.shape))}, out={out})")
            elif len(statement.signs) == 1:
                lines.append(f"np.multiply({left}, {right}, out={out})")
            else:
                lines.append(f"np.einsum('...k,...k->...', {left}, {right}, out={out})")
            if minus:
                lines.append(f"np.negative({out}, out={out})")
        if statement.many is not None:
            many, signs = self._read(statement.many), self._signs(statement.signs_of_many)
            total = f"{many} @ {signs}" if signs else f"{many}.sum(axis=-1)"
            lines.append(f"np.add({out}, {total}, out={out})" if lines else f"{out}[...] = {total}")
        for sign, single in statement.singles:
            text = self._read(single)
            if lines:
                name = "add" if sign > 0 else "subtract"
                lines.append(f"np.{name}({out}, {text}, out={out})")
            elif sign > 0:
                lines.append(f"{out}[...] = {text}")
            else:
                lines.append(f"np.negative({text}, out={out})")
        return lines

    def _back_through_sum(self, statement: Sum) -> None:
        _, upstream = self._out(statement)
        if statement.many is not None:
            signs = self._signs(statement.signs_of_many)
            spread = f"{upstream}[..., None]"
            self._send(
                statement.many,
                Term("multiply", spread, signs, narrow=True)
                if signs
                else Term(spread, narrow=True),
            )
        for sign, single in statement.singles:
            self._send(single, Term(upstream if sign > 0 else f"-{upstream}"))
        factors = self._factors(statement)
        if factors is None or statement.left is None or statement.right is None:
            return
        left, right, scale, minus = factors
        if statement.product:
            across = turned(upstream, len(statement.shape))
            terms = Term("matmul", upstream, right), Term("matmul", across, left)
        else:
            spread = upstream if len(statement.signs) == 1 else f"{upstream}[..., None]"
            terms = Term("multiply", spread, right), Term("multiply", spread, left)
        for read, term in zip((statement.left, statement.right), terms):
            if scale:
                term = Term("multiply", f"({term.text})", scale)
            self._send(read, Term(f"-({term.text})") if minus else term)

    def _factors(self, statement: Sum) -> tuple[str, str, str, bool] | None:
        """Left, right, the signs of the products where they differ, and whether all are minus."""
        if statement.left is None or statement.right is None:
            return None
        parts = statement.left, statement.right
        left, right = (self._read(part, whole=len(part.shape) > 1) for part in parts)
        signs = statement.signs
        same = bool((signs == signs[0]).all())
        return left, right, "" if same else self._signs(signs), same and signs[0] < 0

    def _signs(self, signs: Array) -> str:
        """The name of signs that are not all plus."""
        return "" if (signs == 1).all() else self._array("signs", signs.astype(float))


class Term:
    """An expression that is added to a gradient: a text, or a NumPy function of two texts."""

    def __init__(self, function: str, *operands: str, narrow: bool = False) -> None:
        self.function, self.operands = function, operands
        self.narrow = narrow  # it must be stretched to the shape of what it is added to

    @property
    def text(self) -> str:
        if not self.operands:
            return self.function
        return (" @ " if self.function == "matmul" else " * ").join(self.operands)

    def into(self, view: str) -> str:
        """The line that assigns it."""
        if not self.operands:
            return f"{view}[...] = {self.function}"
        return f"np.{self.function}({', '.join(self.operands)}, out={view})"


def common_name(names: list[str]) -> str:
    """What the names have in common, as a variable's name; empty where one has none.

    >>> from autograd.replay.numpy_source import common_name
    >>> common_name(["layer1.neuron0.w0", "layer1.neuron0.w1", "layer1.neuron1.w0"])
    'layer1_neuron_w'
    """
    parts = [re.findall(r"[^\W\d]+|\d+", name) for name in names]
    if not all(parts):
        return ""
    common = []
    for tokens in zip(*parts):
        if len(set(tokens)) == 1:
            common.append(tokens[0])
        elif not all(token.isdigit() for token in tokens):
            break
    # Normalized as Python reads it: a name in wide letters is the same as that in ASCII.
    text = unicodedata.normalize("NFKC", re.sub(r"_(?=\d)", "", "_".join(common)))
    return text if text.isidentifier() else ""


def _window(vector: str, offset: int, shape: tuple[int, ...], strides: Strides) -> str:
    """The text of a view into a vector."""
    if strides != contiguous(shape):
        steps = tuple(8 * stride for stride in strides)
        return f"as_strided({vector}[{offset}:], {shape}, {steps})"
    text = f"{vector}[{offset}:{offset + math.prod(shape)}]"
    return text if len(shape) == 1 else f"{text}.reshape{shape}"


Strides = tuple[int, ...]


def contiguous(shape: tuple[int, ...]) -> Strides:
    return tuple(
        math.prod(shape[axis + 1 :]) if length > 1 else 0 for axis, length in enumerate(shape)
    )


def is_ufunc(tree: ast.expr) -> bool:
    """Whether the value is one call of a function that NumPy has with ``out=``."""
    return (
        isinstance(tree, ast.Call)
        and isinstance(tree.func, ast.Name)
        and isinstance(ARRAY_FUNCTIONS.get(tree.func.id), np.ufunc)
    )


def turned(matrix: str, ndim: int) -> str:
    """The matrix, or each of a stack of them, with rows and columns exchanged."""
    return f"{matrix}.T" if ndim == 2 else f"{matrix}.swapaxes(-1, -2)"


class Groups:
    """Runs the statements of a plan. One thread at a time: all write into one vector."""

    kind = "NumPy statements"

    def __init__(self, plan: Plan) -> None:
        writer = Writer(plan)
        self.plan = plan
        self.source = writer.source()
        space = writer.space
        self._backward = stamp(self.source, "backward", space)
        self._forward = space["forward"]
        self._V, self._G = space["V"], space["G"]
        self._V[plan.constant_slots] = plan.constants
        self._ends = np.concatenate([plan.outputs, plan.compared.ravel()])
        self._once = len(np.unique(plan.outputs)) == len(plan.outputs)

    def forward(self, inputs: Array) -> Array:
        self._V[self.plan.inputs] = inputs
        with np.errstate(all="ignore"):
            self._forward()
        ends: Array = self._V[self._ends]
        return ends

    def both(self, inputs: Array, seeds: list[float]) -> tuple[Array, Array]:
        ends = self.forward(inputs)
        self._G.fill(0.0)
        if self._once:
            self._G[self.plan.outputs] = seeds
        else:
            np.add.at(self._G, self.plan.outputs, seeds)
        with np.errstate(all="ignore"):
            self._backward()
        gradients: Array = self._G[self.plan.inputs]
        return ends, gradients

    def timed(self, inputs: Array, calls: int) -> list[Timed]:
        """Forward and backward statement by statement, called so often."""
        passes = [Timed(self.source, one) for one in (self._forward, self._backward)]
        self.both(inputs, [1.0] * len(self.plan.outputs))
        with np.errstate(all="ignore"):
            for _ in range(calls):
                for one in passes:
                    one.call()
        return passes
