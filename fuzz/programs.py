"""Random programs over both tables against plain NumPy and its differences.

The ways to a derivative (backward, gradients, the recorded derivative, forward mode, the frozen
graph, the stepper) must agree with one another to the last digits, and with central differences of
the NumPy program as far as those can tell. Where PyTorch is installed, it is asked as well.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from autograd import Tensor, Value, gradients, jvp, steps, trace
from autograd.calculus import RULES
from fuzz.batches import check_batch
from fuzz.comparing import WIDTHS, Wrong, close, shown
from fuzz.findings import Finding, Tally
from fuzz.growth import grow
from fuzz.overwriting import check_overwritten
from fuzz.peer import torch_gradients
from fuzz.program import Functions, Program
from fuzz.reference import KINKED, REFERENCE, UNSETTLED, is_kink, slopes
from fuzz.rounding import differs_by_signs_of_zero, spans
from fuzz.spellings import OURS, SPELLINGS

AREA = "programs"

#: What the library may raise where NumPy refuses.
REFUSALS = (ValueError, TypeError, IndexError, ZeroDivisionError)

#: What is counted where rounding alone moves a number as far as a fault would.
JUMP = "too near a jump for their dtype"


def forward(program: Program, functions: Functions) -> tuple[list[Any], Any]:
    """The leaves that take a gradient, and the output."""
    leaves = [leaf.made() for leaf in program.leaves]
    out = program.run(functions, leaves)[-1]
    return [x for x, leaf in zip(leaves, program.leaves) if leaf.moves], out


def backward(program: Program, functions: Functions) -> tuple[list[Any], Any, list[Any]]:
    """Leaves, output, and the gradient of each leaf: zeros where none arrived."""
    leaves, out = forward(program, functions)
    out.backward(program.weights)
    return leaves, out, [_array(leaf.grad, leaf) for leaf in leaves]


def _array(grad: Any, leaf: Any) -> Any:
    return np.zeros(np.shape(leaf.data)) if grad is None else np.asarray(grad)


def check_value(program: Program, out: Any, tally: Tally) -> None:
    """The output against plain NumPy."""
    expected = program.run(REFERENCE, [leaf.array for leaf in program.leaves])[-1]
    expected = np.asarray(expected, float)
    actual = np.asarray(out.data)
    if actual.shape != expected.shape:
        raise Wrong(f"the value has shape {actual.shape}, NumPy's has {expected.shape}")
    narrow = [leaf.dtype for leaf in program.leaves if leaf.dtype in WIDTHS]
    narrow += ["float32"] if any("float32" in str(s.attrs) for s in program.steps) else []
    tolerance = max([1e-9, *(WIDTHS[dtype] for dtype in narrow)])
    unsettled = {step.name for step in program.steps} & UNSETTLED
    if program.special and (narrow or unsettled):
        return
    if close(actual, expected, tolerance):
        return

    def run(shaken: Functions) -> list[Any]:
        return [program.run(shaken, [leaf.array for leaf in program.leaves])[-1]]

    if differs_by_signs_of_zero(run, actual, tolerance):
        return tally.note("with a zero whose sign is open")
    if spans(run, REFERENCE, narrow, [actual], tolerance):
        return tally.note(JUMP)
    raise Wrong(f"the value is {shown(actual)}, NumPy's {shown(expected)}")


def check_shapes(leaves: list[Any], grads: list[Any]) -> None:
    for leaf, grad in zip(leaves, grads, strict=True):
        wanted = grad.shape, grad.dtype
        if (
            isinstance(leaf, Tensor)
            and leaf.grad is not None
            and wanted != (leaf.shape, leaf.dtype)
        ):
            raise Wrong(f"the gradient of a leaf {leaf.shape} {leaf.dtype} is of {wanted}")


def first(program: Program, grads: list[Any]) -> tuple[float, float, float, bool]:
    """The derivative along a direction, the same by central differences of plain NumPy, how far
    they may lie apart, and whether differences cannot tell.
    """
    rng = np.random.default_rng(len(program.steps))
    moving = [i for i, leaf in enumerate(program.leaves) if leaf.moves]
    leaves = [np.asarray(leaf.array) for leaf in program.leaves]
    directions = {i: rng.uniform(-1.0, 1.0, leaves[i].shape) for i in moving}
    weights = 1.0 if program.weights is None else program.weights

    def along(t: float) -> float:
        moved = [x + t * directions[i] if i in directions else x for i, x in enumerate(leaves)]
        return float(np.sum(weights * np.asarray(program.run(REFERENCE, moved)[-1], float)))

    terms = [g * directions[i] for g, i in zip(grads, moving, strict=True)]
    actual = float(sum(np.sum(term) for term in terms))
    size = 1.0 + float(sum(np.sum(np.abs(term)) for term in terms))
    expected, doubt = slopes(along)
    right = abs(actual - expected) <= 1e-5 * size + 2 * doubt
    unclear = doubt > 1e-3 * size or (not right and is_kink(along, actual, 1e-3 * size))
    return actual, expected, 1e-5 * size + 2 * doubt, unclear


def check_differences(
    program: Program, grads: list[Any], functions: Functions, tally: Tally
) -> None:
    """The gradients along a random direction against central differences of plain NumPy."""
    actual, expected, tolerance, unclear = first(program, grads)
    if unclear:
        return tally.note("too near a kink for differences")
    if abs(actual - expected) <= tolerance:
        return

    def beside(there: Program) -> tuple[float, float, float, bool]:
        return first(there, backward(there, functions)[2])

    if is_smooth_at_a_kink(program, beside):
        return tally.note("at a kink that differences do not see")
    raise Wrong(f"the derivative along a direction is {actual!r}, by differences {expected!r}")


def is_smooth_at_a_kink(
    program: Program, compared: Callable[[Program], tuple[float, float, float, bool]]
) -> bool:
    """Whether the two derivatives agree beside a kink.

    |x y| at x = y = 0 is smooth along every line, and abs has a kink there; so is the middle of
    three products that are all 0.
    """
    if not any(step.name in KINKED for step in program.steps):
        return False
    rng = np.random.default_rng(3)
    moving = {i: leaf.array.shape for i, leaf in enumerate(program.leaves) if leaf.moves}
    by = {i: 5e-3 * np.asarray(rng.uniform(-1, 1, shape)) for i, shape in moving.items()}
    actual, expected, tolerance, unclear = compared(displaced(program, by))
    return not unclear and abs(actual - expected) <= tolerance


def check_agreement(program: Program, grads: list[Any], functions: Functions) -> None:
    """The other ways to the same derivative."""
    for create_graph in (False, True):
        leaves, out = forward(program, functions)
        found = gradients(out, leaves, program.weights, create_graph)
        for leaf, node, grad in zip(leaves, found, grads, strict=True):
            mine = np.zeros(np.shape(leaf.data)) if node is None else node.data
            if not close(mine, grad, 1e-9):
                way = "recorded" if create_graph else "gradients()"
                raise Wrong(f"{way} gives {shown(mine)}, backward() {shown(grad)}")
    leaves, out = forward(program, functions)
    out.backward(program.weights)
    out.backward(program.weights)
    for leaf, grad in zip(leaves, grads, strict=True):
        if leaf.grad is not None and not close(leaf.grad, 2 * grad, 1e-9):
            raise Wrong(f"two sweeps add up to {shown(leaf.grad)}, one gives {shown(grad)}")


def check_forward_mode(program: Program, grads: list[Any], functions: Functions) -> None:
    moving = [i for i, leaf in enumerate(program.leaves) if leaf.moves]
    rng = np.random.default_rng(1)
    leaves = [leaf.made() for leaf in program.leaves]
    primals = tuple(np.asarray(program.leaves[i].array) for i in moving)
    directions = tuple(np.asarray(rng.uniform(-1, 1, np.shape(x))) for x in primals)

    def f(*moved: Any) -> Any:
        given = dict(zip(moving, moved, strict=True))
        return program.run(functions, [given.get(i, x) for i, x in enumerate(leaves)])[-1]

    _, along = jvp(f, primals, directions)
    weights = 1.0 if program.weights is None else program.weights
    actual = float(np.sum(weights * np.asarray(along)))
    terms = [g * v for g, v in zip(grads, directions, strict=True)]
    expected = float(sum(np.sum(term) for term in terms))
    size = 1.0 + float(sum(np.sum(np.abs(term)) for term in terms))
    if not abs(actual - expected) <= 1e-8 * size:
        raise Wrong(f"forward mode gives {actual!r}, backward() {expected!r}")


def second(program: Program, functions: Functions) -> tuple[float, float, float, bool]:
    """The second derivative along two directions as recorded, by differences of the first, how
    large its terms are, and whether differences can tell.
    """
    rng = np.random.default_rng(2)
    moving = [i for i, leaf in enumerate(program.leaves) if leaf.moves]
    shapes = [program.leaves[i].array.shape for i in moving]
    along, sideways = ([np.asarray(rng.uniform(-1, 1, s)) for s in shapes] for _ in range(2))
    leaves, out = forward(program, functions)
    first = gradients(out, leaves, program.weights, create_graph=True)
    slope: Any = 0.0
    for g, v in zip(first, along, strict=True):
        if g is not None:
            slope = slope + (g * v.item() if isinstance(g, Value) else (g * v).sum())
    found = gradients(slope, leaves) if getattr(slope, "requires_grad", False) else []
    terms = [g.data * u for g, u in zip(found, sideways) if g is not None]
    actual = float(sum(np.sum(term) for term in terms))

    def moved(t: float) -> float:
        shifted = displaced(program, {i: t * u for i, u in zip(moving, sideways, strict=True)})
        grads = backward(shifted, functions)[2]
        return float(sum(np.sum(g * v) for g, v in zip(grads, along, strict=True)))

    expected, doubt = slopes(moved)
    size = 1.0 + float(sum(np.sum(np.abs(term)) for term in terms))
    right = abs(actual - expected) <= 1e-5 * size + 2 * doubt
    unclear = doubt > 1e-3 * size or (not right and is_kink(moved, actual, 1e-3 * size))
    return actual, expected, 1e-5 * size + 2 * doubt, unclear


def displaced(program: Program, by: dict[int, Any]) -> Program:
    """The program with some of its leaves moved."""
    leaves = list(program.leaves)
    for i, u in by.items():
        leaves[i] = replace(leaves[i], array=np.asarray(leaves[i].array + u))
    return replace(program, leaves=tuple(leaves))


def check_second(program: Program, functions: Functions, tally: Tally) -> None:
    """The derivative of the recorded derivative against differences of the first."""
    actual, expected, tolerance, unclear = second(program, functions)
    if unclear:
        return tally.note("too near a kink for differences")
    if abs(actual - expected) <= tolerance:
        return
    if is_smooth_at_a_kink(program, lambda there: second(there, functions)):
        return tally.note("at a kink that differences do not see")
    raise Wrong(f"the second derivative is {actual!r}, by differences {expected!r}")


def check_frozen(program: Program, grads: list[Any], functions: Functions) -> None:
    """The frozen graph and the stepper, on an output of one element."""
    leaves, out = forward(program, functions)
    if np.size(out.data) != 1 or program.weights is not None or not out.requires_grad:
        return
    for i, leaf in enumerate(leaves):
        leaf.name = f"x{i}"
    graph = trace(out).backward()
    found: dict[str | None, Any] = {row.name: row.grad for row in graph}
    lesson = steps(out)
    stepped = {step.node.name: step.value for step in lesson if step.phase == "backward"}
    for leaf, grad in zip(leaves, grads, strict=True):
        for way, by_name in (("the frozen graph", found), ("the stepper", stepped)):
            mine = by_name.get(leaf.name)
            if mine is not None and not close(mine, grad, 1e-9):
                raise Wrong(f"{way} gives {shown(mine)}, backward() {shown(grad)}")


def check_narrow(program: Program, grads: list[Any], functions: Functions, tally: Tally) -> None:
    """Gradients in narrow dtypes against those of the same program in float64."""
    narrow = {leaf.dtype for leaf in program.leaves if leaf.moves} - {"float64"}
    if not narrow or program.special:
        return
    wide = replace(
        program,
        leaves=tuple(
            replace(leaf, dtype="float64", array=np.asarray(leaf.array, float))
            if leaf.array.dtype.kind == "f"
            else leaf
            for leaf in program.leaves
        ),
    )
    expected = backward(wide, functions)[2]
    tolerance = max(WIDTHS[dtype] for dtype in narrow)
    for mine, grad in zip(grads, expected, strict=True):
        if np.size(grad) and np.max(np.abs(grad)) < 1e3 and not close(mine, grad, tolerance):
            if spans(lambda shaken: backward(wide, shaken)[2], functions, narrow, grads, tolerance):
                return tally.note(JUMP)
            raise Wrong(f"the gradient in {narrow} is {shown(mine)}, in float64 {shown(grad)}")


def check_refusal(program: Program, functions: Functions) -> None:
    """What NumPy refuses must be refused, in one line."""
    try:
        _, out = forward(program, functions)
    except REFUSALS as error:
        if "\n" in str(error) or not str(error).strip():
            raise Wrong(f"the refusal is not one line: {error!r:.200}") from None
        return
    raise Wrong(f"NumPy refuses the last step; the library gives {shown(out.data)}")


def is_refused_in_its_dtypes(program: Program) -> bool:
    """Whether NumPy refuses numbers as narrow as the leaves: weights may sum to 0 in float32."""
    try:
        program.run(REFERENCE, [leaf.array.astype(leaf.dtype) for leaf in program.leaves])
    except ZeroDivisionError:
        return True
    return False


def check(program: Program, tally: Tally, thorough: int = 0, functions: Functions = OURS) -> None:
    """Raise Wrong for the first thing that differs."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        if program.refused:
            return check_refusal(program, functions)
        try:
            leaves, out = forward(program, functions)
        except ZeroDivisionError:
            if is_refused_in_its_dtypes(program):
                return tally.note("refused by NumPy in these dtypes as well")
            raise
        if not isinstance(out, (Tensor, Value)):
            tally.note("without a leaf that takes a gradient")
            return
        check_value(program, out, tally)
        if not out.requires_grad:
            tally.note("without a leaf that takes a gradient")
            return
        leaves, out, grads = backward(program, functions)
        check_shapes(leaves, grads)
        plain = all(leaf.dtype == "float64" for leaf in program.leaves) and not any(
            step.name == "astype" for step in program.steps
        )
        # Structural operations follow NumPy where infinities meet: one way may say nan, another 0.
        if plain and not (program.special and any(s.name not in RULES for s in program.steps)):
            check_agreement(program, grads, functions)
        if program.special:
            return
        check_narrow(program, grads, functions, tally)
        if plain:
            check_differences(program, grads, functions, tally)
            if thorough % 2 == 0:
                check_forward_mode(program, grads, functions)
            if thorough % 4 == 1:
                check_second(program, functions, tally)
            if thorough % 8 == 0:
                check_frozen(program, grads, functions)
            if thorough % 8 == 3:
                check_batch(program, functions)
            if thorough % 8 == 7:
                check_overwritten(program, grads, functions, tally)
            if thorough % 4 == 0:
                expected = torch_gradients(program)
                if expected is not None:
                    tally.note("compared with PyTorch")
                    for mine, grad in zip(grads, expected, strict=True):
                        if not close(mine, grad, 1e-8):
                            raise Wrong(f"gradient {shown(mine)}, PyTorch's {shown(grad)}")


def fault(
    program: Program, tally: Tally, thorough: int = 0, functions: Functions = OURS
) -> tuple[str, str] | None:
    """The kind of what is wrong with a program, and the line; None if nothing is."""
    try:
        check(program, tally, thorough, functions)
    except Wrong as wrong:
        return "wrong", str(wrong)
    except Exception as error:
        return "crash", f"{type(error).__name__}: {error!s:.200}".replace("\n", " ")
    return None


def shrunk(program: Program, seed: int, functions: Functions) -> Program:
    """The same fault in fewer steps: the output is moved forward as far as it goes."""
    scratch = Tally(AREA)
    for length in range(1, len(program.steps)):
        shorter = replace(program, steps=program.steps[:length], weights=None, refused=False)
        shorter = shorter.without_the_unused()
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = shorter.run(REFERENCE, [leaf.array for leaf in shorter.leaves])[-1]
        if np.shape(value):
            shorter = replace(shorter, weights=np.random.default_rng(0).uniform(-1, 1, value.shape))
        if fault(shorter, scratch, seed, functions) is not None:
            return shorter
    return program


def case(seed: int, tally: Tally, functions: Functions | None = None) -> Finding | None:
    """One program; a third of them are written in each of the ways that the library has."""
    written, spelling = SPELLINGS[seed % len(SPELLINGS)]
    functions = spelling if functions is None else functions
    program = grow(seed)
    found = fault(program, tally, seed, functions)
    if found is None:
        return None
    small = shrunk(program, seed, functions)
    kind, line = fault(small, tally, seed, functions) or found
    names = ", ".join(step.name for step in small.steps)
    said = f"[{names}] {line}{written and f', {written}'}"
    return Finding(AREA, seed, kind, said, str(small))
