"""A network's computation as a list of steps: what was traced, without what is fixed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from autograd.calculus import Quantity, Rule, one_line
from autograd.calculus.array_rules import ARRAY_RULES
from autograd.replay.arrays import Apply, Call, CompiledArrays, Guard, Program, Ref
from autograd.typing import Array, Function, State

#: NumPy's functions of masks, and the expressions that say them over 0 and 1.
_MASKS = {
    "bitwise_and": ("a b", "where(equal(a, 0), 0, not_equal(b, 0))"),
    "bitwise_or": ("a b", "where(equal(a, 0), not_equal(b, 0), 1)"),
    "bitwise_xor": ("a b", "not_equal(not_equal(a, 0), not_equal(b, 0))"),
    "invert": ("a", "equal(a, 0)"),
    **{
        name: ("a b", f"{name}(a, b)")
        for name in "equal not_equal less less_equal greater greater_equal".split()
    },
}
#: The same as rows, for what writes rows.
MASKS = {
    name: Rule(name, tuple(args.split()), value, (), ()) for name, (args, value) in _MASKS.items()
}


@dataclass(frozen=True, eq=False)
class Step:
    """One operation: its row, the places of its operands, and of its result."""

    out: int
    rule: Quantity
    operands: tuple[int, ...]
    attrs: State
    scope: tuple[str, ...]

    @property
    def name(self) -> str:
        return str(self.rule.name)


@dataclass(eq=False)
class Recorded:
    """The steps from the inputs to the results; everything has a place, which has a shape."""

    inputs: list[int] = field(default_factory=list)
    results: list[int] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    constants: dict[int, Array] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    shapes: dict[int, tuple[int, ...]] = field(default_factory=dict)
    dtypes: dict[int, np.dtype[np.generic]] = field(default_factory=dict)

    def constant(self, array: Array, name: str = "") -> int:
        """The place of a fixed array."""
        place = len(self.shapes)
        self.constants[place] = array
        self.shapes[place], self.dtypes[place] = array.shape, array.dtype
        if name:
            self.names[place] = name
        return place

    def place(self, shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> int:
        place = len(self.shapes)
        self.shapes[place], self.dtypes[place] = shape, dtype
        return place

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """The type of the first floating result."""
        kinds = [self.dtypes[place] for place in self.results]
        return next((kind for kind in kinds if kind.kind == "f"), np.dtype(float))


def recorded(function: Function, arrays: Sequence[Array], names: Sequence[str]) -> Recorded:
    """The steps of ``function`` at ``arrays``; what depends on none of them is computed here.

    ValueError, with the line of the program, for what a source that stands alone cannot do: a
    branch on the numbers of an input, a callback.
    """
    compiled = CompiledArrays(function, "the network", "raise", ValueError)
    try:
        compiled.value(*arrays)
    except RuntimeError as error:
        message = str(error)
        if not message.startswith("compile: "):
            raise
        raise ValueError(f"export: {message.removeprefix('compile: ')}") from None
    program = compiled.program
    assert program is not None
    return _Reading(program, names).whole


class _Reading:
    """The program read from its beginning to its end."""

    def __init__(self, program: Program, names: Sequence[str]) -> None:
        self.program, self.whole = program, Recorded()
        self.places: dict[int, int] = {}
        self.calls: dict[int, Call] = {}
        for place, name in zip(program.arguments, names):
            self.places[place] = new = self.whole.place(*program.shapes[place])
            self.whole.inputs.append(new)
            self.whole.names[new] = name
        for place, leaf in program.leaves.items():
            array = np.array(leaf._data)
            self.places[place] = self.whole.constant(array, leaf.name or "")
        for step in program.steps:
            if isinstance(step, Apply):
                self._apply(step)
            elif isinstance(step, Call):
                self._call(step)
            elif isinstance(step, Guard):
                raise ValueError(
                    f"export: a branch is taken on the numbers of an input in {step.line}; use "
                    f"autograd.where in its place"
                )
            else:
                raise ValueError(
                    f"export: forward() has a {type(step).__name__.lower()} in it, and an exported "
                    f"network only predicts; leave it out"
                )
        self.whole.results = [self._place(x) for x in program.results]
        self._forget_unused()

    def _place(self, x: Quantity) -> int:
        if isinstance(x, Ref):
            return self.places[x.place]
        return self.whole.constant(np.asarray(x))

    def _fixed(self, operands: Iterable[int]) -> bool:
        return all(place in self.whole.constants for place in operands)

    def _apply(self, step: Apply) -> None:
        whole, operation = self.whole, step.operation
        operands = tuple(self._place(x) for x in step.operands if x is not None)
        attrs = dict(step.attrs)
        if operation.name in ("take", "getitem"):
            operands, attrs = self._indexed(step, operands, attrs)
        elif any(map(_has_ref, attrs.values())):
            raise ValueError(
                f"export: {operation.name} in {step.line} has a setting that depends on an input; "
                f"compute it with the functions of autograd"
            )
        if operation.name == "where" and operands[1] == operands[2]:
            self.places[step.out] = operands[1]
            return
        if self._fixed(operands):
            arrays = [whole.constants[place] for place in operands]
            compute = operation.compute or operation.load()
            with np.errstate(all="ignore"):
                value = compute(*arrays, **attrs)
            self.places[step.out] = whole.constant(
                np.asarray(value[0] if operation.saves else value)
            )
            return
        out = self.places[step.out] = whole.place(*self.program.shapes[step.out])
        rule = ARRAY_RULES["take"] if len(operands) > len(step.operands) else operation.rule
        whole.steps.append(Step(out, rule, operands, attrs, step.scope))

    def _indexed(
        self, step: Apply, operands: tuple[int, ...], attrs: State
    ) -> tuple[tuple[int, ...], State]:
        """An index that is an input is one more operand of a ``take`` along an axis."""
        key = "indices" if step.operation.name == "take" else "index"
        index, axis = attrs[key], attrs.get("axis", 0)
        if not _has_ref(index):
            return operands, attrs
        if isinstance(index, tuple):
            axis = next(k for k, x in enumerate(index) if isinstance(x, Ref))
            plain = [x == slice(None) for x in index[:axis]]
            index = index[axis] if all(plain) and len(index) == axis + 1 else None
        if not isinstance(index, Ref) or axis is None or self._kind(index) not in "iu":
            raise ValueError(
                f"export: {step.operation.name} in {step.line} has an index that depends on an "
                f"input; autograd.take(a, indices, axis) with whole numbers is what is exported"
            )
        return (*operands, self._place(index)), {"axis": int(axis)}

    def _kind(self, index: Ref) -> str:
        return self.program.shapes[index.place][1].kind

    def _call(self, step: Call) -> None:
        if step.out is None:
            return  # it computes nothing that the results are made of
        whole = self.whole
        operands = tuple(map(self._place, step.operands))
        name = getattr(step.function, "__name__", type(step.function).__name__)
        if self._fixed(operands):
            arrays = [whole.constants[place] for place in operands]
            with np.errstate(all="ignore"):
                self.places[step.out] = whole.constant(np.asarray(step.function(*arrays)))
            return
        if step.function is np.array:
            self.places[step.out] = operands[0]
            return
        out = self.places[step.out] = whole.place(*self.program.shapes[step.out])
        rule: Quantity = MASKS.get(name) if isinstance(step.function, np.ufunc) else None
        if getattr(step.function, "func", None) is np.asarray:
            rule = Cast()
        whole.steps.append(Step(out, rule or Callback(one_line(name), step.line), operands, {}, ()))

    def _forget_unused(self) -> None:
        """Leave out the steps and the constants that no result is made of."""
        whole, used = self.whole, set(self.whole.results)
        kept = []
        for step in reversed(whole.steps):
            if step.out in used:
                used.update(step.operands)
                kept.append(step)
        whole.steps = kept[::-1]
        whole.constants = {p: array for p, array in whole.constants.items() if p in used}
        for step in whole.steps:
            if isinstance(step.rule, Callback):
                raise ValueError(
                    f"export: {step.name} in {step.rule.line} is called back, and what it does is "
                    f"not known; compute it with the functions of autograd"
                )


@dataclass(frozen=True)
class Cast:
    """A change of the type of numbers."""

    name: str = "astype"


@dataclass(frozen=True)
class Callback:
    """A function that is not of the tables."""

    name: str
    line: object


def _has_ref(x: Quantity) -> bool:
    if isinstance(x, tuple | list):
        return any(map(_has_ref, x))
    return isinstance(x, Ref)
