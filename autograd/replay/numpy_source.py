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
import re

import numpy as np

from autograd.calculus import ARRAY, ARRAY_FUNCTIONS, namespace, stamp
from autograd.kinds import Array, State
from autograd.replay.plan import Elementwise, Plan, Read, Statement, Sum
from autograd.replay.shapes import are_distinct
from autograd.replay.texts import texts


class Writer:
    """Writes the source of a plan, and collects the arrays that it names."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.views: list[str] = []
        self.forward: list[list[str]] = []
        self.backward: list[list[str]] = []
        self.space: State = {"np": np, "as_strided": np.lib.stride_tricks.as_strided}
        self._names: dict[object, str] = {}
        self._taken = {"V", "G", "nan", "inf", "math", *dir(builtins), *keyword.kwlist}
        for statement in plan.statements:
            if isinstance(statement, Elementwise):
                rule = statement.rule
                self.space |= namespace(ARRAY, (rule.value_tree, *rule.partial_trees))
        self._taken |= self.space.keys()
        for statement in plan.statements:
            if isinstance(statement, Sum):
                self._sum(statement)
            else:
                assert isinstance(statement, Elementwise)
                self._elementwise(statement)

    def source(self) -> str:
        size = self.plan.size
        forward = [line for lines in self.forward for line in lines] or ["pass"]
        backward = [line for lines in reversed(self.backward) for line in lines] or ["pass"]
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
            reach = [np.arange(n) * s for n, s in zip(shape, strides)]
            slots = offset + functools.reduce(np.add.outer, reach, np.zeros((), np.int64))
            called = common_name([self.plan.names.get(slot, "") for slot in slots.ravel().tolist()])
            if called:
                return called
        results = [statement.offset for statement in self.plan.statements]
        place = bisect.bisect_right(results, offset)
        return f"h{place}" if place and offset < results[place - 1] + self._size(place - 1) else "x"

    def _size(self, place: int) -> int:
        return int(np.prod(self.plan.statements[place].shape))

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

    def _send(self, read: Read, term: str, shape: tuple[int, ...]) -> list[str]:
        """Add ``term``, an expression of ``shape``, to the gradient of ``read``."""
        if read.constants is not None:
            return []
        strides = read.strides
        if strides is not None:
            stretched = tuple(
                axis for axis, (s, n) in enumerate(zip(strides, read.shape)) if s == 0 and n > 1
            )
            kept = tuple(1 if axis in stretched else n for axis, n in enumerate(read.shape))
            if are_distinct(kept, strides):
                view = self._gradient(int(read.slots.flat[0]), kept, strides)
                if stretched:
                    term = f"({term}).sum(axis={stretched}, keepdims=True)"
                return [f"np.add({view}, {term}, out={view})"]
        low, high = int(read.slots.min()), int(read.slots.max()) + 1
        places = self._array("i", (read.slots - low).ravel())
        weights = f"np.broadcast_to({term}, {read.shape}).ravel()"
        return [f"G[{low}:{high}] += np.bincount({places}, {weights}, {high - low})"]

    # -- statements ------------------------------------------------------------------------------

    def _elementwise(self, statement: Elementwise) -> None:
        rule = statement.rule
        operands = tuple(self._read(read) for read in statement.operands)
        out, upstream = self._out(statement)
        of_rule = texts(rule, ARRAY)
        text = of_rule.value.format(*operands)
        if is_ufunc(rule.value_tree):
            self.forward.append([f"{text[:-1]}, out={out})"])
        else:
            self.forward.append([f"{out}[...] = {text}"])
        lines = []
        for place, read in enumerate(statement.operands):
            term = of_rule.term(place, upstream, operands, out)
            if term is not None:
                lines += self._send(read, term, statement.shape)
        self.backward.append(lines)

    def _sum(self, statement: Sum) -> None:
        forward, backward = self._products(statement)
        out, upstream = self._out(statement)
        for sign, single in statement.singles:
            text = self._read(single)
            if forward:
                name = "add" if sign > 0 else "subtract"
                forward.append(f"np.{name}({out}, {text}, out={out})")
            elif sign > 0:
                forward.append(f"{out}[...] = {text}")
            else:
                forward.append(f"np.negative({text}, out={out})")
            backward += self._send(
                single, upstream if sign > 0 else f"-{upstream}", statement.shape
            )
        if statement.many is not None:
            many, signs = self._read(statement.many), statement.signs_of_many
            if (signs == 1).all():
                total, term = f"{many}.sum(axis=-1)", f"{upstream}[..., None]"
            else:
                factors = self._array("signs", signs.astype(float))
                total, term = f"{many} @ {factors}", f"{upstream}[..., None] * {factors}"
            forward.append(
                f"np.add({out}, {total}, out={out})" if forward else f"{out}[...] = {total}"
            )
            backward += self._send(statement.many, term, statement.many.shape)
        self.forward.append(forward)
        self.backward.append(backward)

    def _products(self, statement: Sum) -> tuple[list[str], list[str]]:
        """The lines for the terms with two factors."""
        if statement.left is None or statement.right is None:
            return [], []
        parts, signs = (statement.left, statement.right), statement.signs
        left, right = (self._read(part, whole=len(part.shape) > 1) for part in parts)
        out, upstream = self._out(statement)
        same = bool((signs == signs[0]).all())
        scale = "" if same else self._array("signs", signs.astype(float))
        minus = same and signs[0] < 0
        first = left if same else f"({left} * {scale})"
        if statement.product:
            ndim = len(statement.shape)
            line = f"np.matmul({first}, {turned(right, ndim)}, out={out})"
            across = f"{upstream} @ {right}", f"{turned(upstream, ndim)} @ {left}"
        elif len(signs) == 1:
            line = f"np.multiply({left}, {right}, out={out})"
            across = f"{upstream} * {right}", f"{upstream} * {left}"
        else:
            line = f"np.einsum('...k,...k->...', {first}, {right}, out={out})"
            across = f"{upstream}[..., None] * {right}", f"{upstream}[..., None] * {left}"
        forward = [line, f"np.negative({out}, out={out})"] if minus else [line]
        backward = []
        for read, term in zip(parts, across):
            term = f"-({term})" if minus else term if same else f"({term}) * {scale}"
            backward += self._send(read, term, read.shape)
        return forward, backward


def common_name(names: list[str]) -> str:
    """What the names have in common, as a variable's name; empty where one has none.

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
    text = re.sub(r"_(?=\d)", "", "_".join(common))
    return text if text.isidentifier() else ""


def _window(vector: str, offset: int, shape: tuple[int, ...], strides: Strides) -> str:
    """The text of a view into a vector."""
    if strides != contiguous(shape):
        steps = tuple(8 * stride for stride in strides)
        return f"as_strided({vector}[{offset}:], {shape}, {steps})"
    text = f"{vector}[{offset}:{offset + int(np.prod(shape))}]"
    return text if len(shape) == 1 else f"{text}.reshape{shape}"


Strides = tuple[int, ...]


def contiguous(shape: tuple[int, ...]) -> Strides:
    return tuple(
        int(np.prod(shape[axis + 1 :])) if length > 1 else 0 for axis, length in enumerate(shape)
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
        self.lines = writer.forward
        self.source = writer.source()
        space = writer.space
        self._backward = stamp(self.source, "backward", space)
        self._forward = space["forward"]
        self._V, self._G = space["V"], space["G"]
        self._V[plan.constant_slots] = plan.constants
        self._ends = np.concatenate([plan.outputs, plan.compared.ravel()])

    def forward(self, inputs: list[float]) -> Array:
        self._V[self.plan.inputs] = inputs
        with np.errstate(all="ignore"):
            self._forward()
        ends: Array = self._V[self._ends]
        return ends

    def both(self, inputs: list[float], seeds: list[float]) -> tuple[Array, Array]:
        ends = self.forward(inputs)
        self._G.fill(0.0)
        np.add.at(self._G, self.plan.outputs, seeds)
        with np.errstate(all="ignore"):
            self._backward()
        gradients: Array = self._G[self.plan.inputs]
        return ends, gradients
