"""The random programs, tested: every row is drawn, and seeded faults are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value
from autograd.calculus import RULES
from autograd.calculus.array_rules import ARRAY_RULES, PLAIN
from autograd.functions.table import FUNCTIONS, SYNONYMS
from fuzz import programs
from fuzz.comparing import Wrong
from fuzz.findings import Tally
from fuzz.growth import STRUCTURAL, grow
from fuzz.program import Leaf, Program, Step
from fuzz.reference import REFERENCE
from fuzz.spellings import OURS, SPELLINGS


def faults(functions: Any, last: str, thorough: int = 1, seeds: int = 40) -> Iterator[str]:
    """The lines of what is found on another table of functions, in programs that end so."""
    for seed in range(seeds):
        fault = programs.fault(grow(seed, last), Tally("test"), thorough, functions)
        if fault is not None:
            yield fault[1]


def with_wrong_gradient(name: str, by: float = 0.01) -> Any:
    """Our functions, the derivative of one of them too large by a hundredth; its value is right."""
    right = OURS[name]

    def wrong(first: Any, *rest: Any, **attrs: Any) -> Any:
        out: Any = right(first, *rest, **attrs)
        is_node = isinstance(out, Tensor | Value)
        return out + by * (out - out.detach()) if is_node else out

    return {**OURS, name: wrong}


@pytest.mark.parametrize(
    "name",
    "tanh mul relu sum matmul getitem cross_entropy gamma det svdvals conv max_pool median".split(),
)
def test_a_wrong_derivative_of_a_row_is_found(name: str) -> None:
    found = faults(with_wrong_gradient(name), name)
    assert any("differences" in line for line in found)


@pytest.mark.parametrize("name", ["tanh", "mul"])
def test_a_wrong_second_derivative_of_a_row_is_found(name: str) -> None:
    def wrong(*args: Any) -> Any:  # value and first derivative are right
        out: Any = OURS[name](*args)
        is_node = isinstance(out, Tensor | Value)
        return out + (out - out.detach()) * (out - out.detach()) if is_node else out

    found = faults({**OURS, name: wrong}, name)
    assert any("second derivative" in line for line in found)


@pytest.mark.parametrize("name", ["exp", "softmax", "gammaln", "conv_transpose"])
def test_a_wrong_value_of_a_row_is_found(name: str) -> None:
    right = OURS[name]
    wrong = {**OURS, name: lambda *args, **attrs: right(*args, **attrs) + 0.001}
    assert any("the value is" in line for line in faults(wrong, name))


#: The functions that lead to a derivative, and what is said of one that leads elsewhere.
WAYS = {
    "gradients": "gradients() gives",
    "jvp": "forward mode gives",
    "trace": "the frozen graph gives",
    "torch_gradients": "PyTorch's",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_way_to_the_derivative_that_disagrees_is_found(
    way: str, monkeypatch: pytest.MonkeyPatch, require: Callable[[str], Any]
) -> None:
    right = getattr(programs, way)

    def wrong(*args: Any, **options: Any) -> Any:
        match way:
            case "gradients":
                return [None if g is None else g * 1.001 for g in right(*args, **options)]
            case "jvp":
                out, along = right(*args, **options)
                return out, along * 1.001
            case "trace":
                return right(args[0] * 1.001)
        found = right(*args)
        return None if found is None else [g * 1.001 for g in found]

    if way == "torch_gradients":
        require("torch")
    monkeypatch.setattr(programs, way, wrong)
    assert any(WAYS[way] in line for line in faults(OURS, "vdot", 0))


def test_a_batch_that_is_not_what_a_loop_gives_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = autograd.vmap
    monkeypatch.setattr(autograd, "vmap", lambda f: lambda xs: 1.001 * right(f)(xs))
    assert any("of a loop" in line for line in faults(OURS, "tanh", 3))


def test_numbers_that_a_sweep_reads_after_they_were_overwritten_are_found() -> None:
    def by_reference(a: Any, b: Any) -> Any:
        """a * b, whose derivative reads the array b when it is asked for."""
        if not isinstance(a, Tensor) or not isinstance(b, np.ndarray):
            return OURS["mul"](a, b)
        forward, adjoint = lambda x: x * b, lambda g, out, x: g * b
        rule = autograd.custom_rule("scaled", forward=forward, adjoint=adjoint)
        try:
            return rule(a)
        finally:
            autograd.remove_rule("scaled")

    leaves = Leaf(np.array([1.0, 2.0])), Leaf(np.array([3.0, 5.0]), "constant")
    program = Program(leaves, (Step("mul", (0, 1)),), np.ones(2))
    programs.check(program, Tally("test"), 7)
    with pytest.raises(Wrong, match="what it was given was overwritten"):
        programs.check(program, Tally("test"), 7, {**OURS, "mul": by_reference})


def test_a_kink_that_a_smooth_function_sits_on_is_no_finding_and_a_fault_beside_it_is() -> None:
    """|x y| at x = y = 0: smooth along every line, while the second derivative of abs is 0."""
    leaves = Leaf(np.array([0.0, 0.4])), Leaf(np.array([0.0, -0.7]))
    program = Program(leaves, (Step("mul", (0, 1)), Step("abs", (2,))), np.ones(2))
    tally = Tally("test")
    programs.check(program, tally, 1)
    assert tally.notes == {"at a kink that differences do not see": 1}

    def wrong(a: Any, b: Any) -> Any:
        out: Any = OURS["mul"](a, b)
        is_node = isinstance(out, Tensor)
        return out + (out - out.detach()) * (out - out.detach()) if is_node else out

    with pytest.raises(Wrong, match="second derivative"):
        programs.check(program, tally, 1, {**OURS, "mul": wrong})


def test_the_middle_of_three_products_that_are_zero_is_no_finding() -> None:
    """One product is of first order, the others of second and third: their middle is smooth."""
    leaf = Leaf(np.array([[0.0, 0.0, -0.7], [0.4, 0.0, 2.0], [0.0, 0.0, 0.0]]))
    middle = Step("partition", (1,), {"kth": 1, "part": 1})
    program = Program((leaf,), (Step("prod", (0,), {"axis": -1}), middle))
    tally = Tally("test")
    programs.check(program, tally, 3)
    assert "at a kink that differences do not see" in tally.notes
    with pytest.raises(Wrong, match="by differences"):
        programs.check(program, tally, 3, with_wrong_gradient("prod", 1.0))


def test_what_numpy_refuses_in_a_narrow_dtype_alone_is_no_finding() -> None:
    """1 - 1e8 + 1e8 is 0 in float32, and weights that sum to 0 have no average."""
    weights = Leaf(np.array([1.0, -1e8, 1e8]), dtype="float32")
    program = Program((Leaf(np.ones(3), dtype="float32"), weights), (Step("average", (0, 1)),))
    tally = Tally("test")
    programs.check(program, tally)
    assert tally.notes == {"refused by NumPy in these dtypes as well": 1}
    wide = replace(program, leaves=(program.leaves[0], replace(weights, dtype="float64")))
    with pytest.raises(ZeroDivisionError):
        programs.check(wide, tally, functions={**OURS, "average": lambda *_, **__: 1 // 0})


def test_a_zero_whose_sign_is_open_is_no_finding_and_another_zero_is() -> None:
    """The cross-entropy of one class is 0 or -0; arctan2 of them and -1 is pi or -pi."""
    loss = Step("cross_entropy", (0, 1), {"reduction": "none"})
    angle = Step("arctan2", (3, 2))
    leaves = Leaf(np.array([[0.3]])), Leaf(np.array([0]), "constant"), Leaf(np.array([-1.0]))
    program = Program(leaves, (loss, angle), np.ones(1))
    notes = []
    for sign in (1.0, -1.0):
        right, tally = OURS["cross_entropy"], Tally("test")
        turned = {**OURS, "cross_entropy": lambda *xs, **kw: right(*xs, **kw) * sign}  # noqa: B023
        programs.check(program, tally, 1, turned)
        notes.append(len(tally.notes))
    assert sorted(notes) == [0, 1]
    larger = {**OURS, "cross_entropy": lambda *xs, **kw: right(*xs, **kw) + 0.5}
    with pytest.raises(Wrong, match="the value is"):
        programs.check(program, Tally("test"), 1, larger)
    program = Program(leaves[2:], (Step("sub", (0, 0)), Step("arctan2", (1, 0))), np.ones(1))
    programs.check(program, Tally("test"), 1)
    with pytest.raises(Wrong, match="the value is"):
        programs.check(program, Tally("test"), 1, {**OURS, "sub": lambda a, b: (a - b) * -1.0})


@pytest.mark.parametrize("index", [Ellipsis, (slice(None),), np.array([True, True]), [0, 0]])
def test_a_zero_that_is_put_at_an_index_keeps_its_sign_and_one_that_is_added_does_not(
    index: Any,
) -> None:
    """arctan2 of -0 and -0 is -pi, of 0 and 0 it is 0."""
    put = Step("put_index", (0,), {"index": index, "shape": (2,)})
    leaf = Leaf(np.array([-0.0, -0.0]))
    program = Program((leaf,), (put, Step("arctan2", (1, 1))), np.ones(2), special=True)
    programs.check(program, Tally("test"), 0)
    turned = {**OURS, "put_index": lambda a, **kw: OURS["neg"](OURS["put_index"](a, **kw))}
    with pytest.raises(Wrong, match="the value is"):
        programs.check(program, Tally("test"), 0, turned)


def test_a_jump_that_a_narrow_dtype_rounds_over_is_no_finding_and_a_wrong_value_is() -> None:
    """softmax of 15 is 0.99999 in float64, and 1 in float16: floor gives 0 and 1."""
    leaf = Leaf(np.array([0.0, 12.0]), dtype="float16")
    program = Program((leaf,), (Step("softmax", (0,)), Step("floor", (1,))), np.ones(2))
    tally = Tally("test")
    programs.check(program, tally)
    assert tally.notes == {programs.JUMP: 1}
    right = OURS["softmax"]
    wrong = {**OURS, "softmax": lambda *args, **attrs: right(*args, **attrs) + 2.0}
    with pytest.raises(Wrong, match="the value is"):
        programs.check(program, tally, functions=wrong)


def test_a_rounding_that_a_steep_function_magnifies_is_no_finding() -> None:
    """The cosine of 1e300 and of the number beside it have nothing in common."""
    leaf = Leaf(np.array([1e300, np.nan, np.inf, 0.5]))
    program = Program((leaf,), (Step("neg", (0,)), Step("cos", (1,))), np.ones(4), special=True)
    right = OURS["neg"]
    rounded = {**OURS, "neg": lambda a: right(a) * (1 + 2.0**-52)}
    tally = Tally("test")
    with np.errstate(all="ignore"):
        programs.check_value(program, programs.forward(program, rounded)[1], tally)
    assert tally.notes == {programs.JUMP: 1}
    wrong = {**OURS, "neg": lambda a: right(a) + 0.25}
    with np.errstate(all="ignore"), pytest.raises(Wrong, match="the value is"):
        programs.check_value(program, programs.forward(program, wrong)[1], tally)


def test_elements_that_tie_in_a_narrow_dtype_are_no_finding() -> None:
    leaf = Leaf(np.array([0.0, 1e-8]), dtype="float32")
    exp, top = Step("exp", (0,)), Step("max", (1,))
    tally = Tally("test")
    programs.check(Program((leaf,), (exp, top)), tally)
    assert programs.JUMP in tally.notes


def test_what_numpy_refuses_and_the_library_takes_is_found() -> None:
    refused = [program for program in map(grow, range(400)) if program.refused]
    assert refused
    program = replace(refused[0], steps=refused[0].steps[:-1] or grow(5).steps)
    program = program if refused[0].steps[:-1] else replace(grow(5), refused=True)
    with pytest.raises(Wrong, match="NumPy refuses"):
        programs.check(program, Tally("test"))


def test_programs_have_what_breaks_engines() -> None:
    drawn = [grow(seed) for seed in range(500)]
    leaves = [leaf for program in drawn for leaf in program.leaves]
    assert {leaf.kind for leaf in leaves} == {"tensor", "value", "constant", "number"}
    assert {leaf.dtype for leaf in leaves} >= {"float64", "float32", "float16"}
    assert {leaf.layout for leaf in leaves} == {"plain", "fortran", "reversed", "sliced"}
    assert sum(leaf.array.size == 0 for leaf in leaves) > 40
    assert sum(1 in leaf.array.shape for leaf in leaves) > 60
    operands = [step.operands for program in drawn for step in program.steps]
    assert sum(len(set(places)) < len(places) for places in operands) > 20
    assert any(program.refused for program in drawn) and any(program.special for program in drawn)


#: Functions that no program has, and why.
NOT_DRAWN = {
    **dict.fromkeys(SYNONYMS, "another name of a row"),
    **dict.fromkeys(PLAIN, "its value takes no gradient"),
    **dict.fromkeys("zeros_like ones_like empty_like".split(), "its value takes no gradient"),
    **dict.fromkeys("shape ndim size".split(), "its value is no quantity"),
    "full_like": "full, with the shape of another array",
}


def test_every_row_and_function_is_right_in_a_program_that_ends_with_it() -> None:
    for name in REFERENCE:
        drawn = (grow(seed, name) for seed in range(20))
        ending = [program for program in drawn if program.steps[-1].name == name][:2]
        assert ending, name
        for seed, program in enumerate(ending):
            assert programs.fault(program, Tally("test"), 1 + 2 * seed) is None, (name, seed)


def test_every_function_is_drawn_or_it_is_said_why_not() -> None:
    """A new elementwise row is drawn as it is, a new row of arrays on its samples."""
    assert set(REFERENCE) == set(RULES) | set(STRUCTURAL)
    assert set(FUNCTIONS) - set(REFERENCE) == set(NOT_DRAWN)
    by_itself = [name for name, rule in ARRAY_RULES.items() if REFERENCE[name] is rule.forward]
    assert by_itself == []  # fuzz/reference.py has a text of its own for each
    assert set(ARRAY_RULES) <= set(STRUCTURAL)  # and each is called with random attributes


def test_programs_are_written_in_three_ways() -> None:
    numpys, methods = SPELLINGS[1][1], SPELLINGS[2][1]
    assert numpys["sum"] is np.sum and numpys["mul"] is np.multiply
    assert numpys["norm"] is np.linalg.norm and numpys["relu"] is OURS["relu"]
    assert methods["reshape"](Tensor([1.0, 2.0]), shape=(2, 1)).shape == (2, 1)


def test_a_finding_is_shrunk_and_its_program_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Step("exp", (0,)), Step("sin", (0,)), Step("mul", (1, 2)), Step("sum", (3,))
    monkeypatch.setattr(programs, "grow", lambda seed: Program((Leaf(np.ones(2)),), steps))
    found = programs.case(1, Tally("test"), with_wrong_gradient("sin"))
    assert found is not None and found.line.startswith("[sin]")
    exec(found.program, {})  # what is printed runs
