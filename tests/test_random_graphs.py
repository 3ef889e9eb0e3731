"""Random graphs against the oracle of forward duals, and against PyTorch."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

import autograd
from autograd import Tensor, Value, gradients, jvp, steps, trace
from autograd.engine import contributions as pulls
from autograd.engine import fast_lanes
from autograd.functions.table import FUNCTIONS
from tests import oracle
from tests.strategies import Functions, Program, programs, random_program

BLOCK = 250

OURS: Functions = FUNCTIONS
#: For Values: numbers only, so what the generator needs of structural steps is the identity.
SCALAR: Functions = {**OURS, "sum": lambda a, **attrs: a, "mean": lambda a, **attrs: a}


def swept(program: Program, functions: Functions = OURS) -> tuple[Any, list[Any]]:
    """The value and the leaves' gradients of one backward pass over Tensors."""
    leaves = [Tensor(leaf) for leaf in program.leaves]
    out = program(functions, *leaves)
    out.backward()
    return out.data, [leaf.grad for leaf in leaves]


def compare(program: Program, actual: tuple[Any, list[Any]], tolerance: float = 1e-10) -> None:
    value, grads = oracle.gradients(program, program.leaves)
    np.testing.assert_allclose(actual[0], value, rtol=tolerance, err_msg=str(program))
    for mine, true in zip(actual[1], grads, strict=True):
        assert mine is not None, program
        np.testing.assert_allclose(mine, true, tolerance, tolerance, err_msg=str(program))


@pytest.mark.parametrize("block", range(8))
def test_2000_random_graphs_equal_the_oracle(block: int) -> None:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        program = random_program(seed)
        compare(program, swept(program))


@given(programs())
@settings(max_examples=100)
def test_what_hypothesis_draws_equals_the_oracle(program: Program) -> None:
    compare(program, swept(program))


def test_random_graphs_of_values_equal_the_oracle() -> None:
    for seed in range(400):
        program = random_program(seed, scalar=True, length=20)
        leaves = [Value(leaf) for leaf in program.leaves]
        out = program(SCALAR, *leaves)
        out.backward()
        compare(program, (out.data, [np.asarray(leaf.grad) for leaf in leaves]))


def test_sweeps_and_gradients_and_recorded_derivatives_agree() -> None:
    for seed in range(200):
        program = random_program(seed)
        grads = swept(program)[1]
        for create_graph in (False, True):
            leaves = [Tensor(leaf) for leaf in program.leaves]
            out = program(OURS, *leaves)
            found = gradients(out, leaves, create_graph=create_graph)
            for mine, other in zip(found, grads, strict=True):
                np.testing.assert_allclose(mine.data, other, 1e-12, 1e-12, err_msg=str(program))


def places(program: Program) -> list[int]:
    return [i for step in program.steps for i in step.operands if isinstance(i, int)]


def has_shared_node(program: Program) -> bool:
    used = places(program)
    return len(used) > len(set(used))


def has_repeated_operand(program: Program) -> bool:
    return any(len(step.operands) == 2 and len(set(step.operands)) == 1 for step in program.steps)


def has_broadcast(program: Program) -> bool:
    values: list[Any] = list(program.leaves)
    for step in program.steps:
        values.append(np.asarray(step.run(OURS, values)))
        shapes = {values[i].shape for i in step.operands if isinstance(i, int)}
        if len(step.operands) == 2 and len(shapes) == 2 and step.op != "matmul":
            return True
    return False


def test_random_graphs_of_float32_stay_float32() -> None:
    for seed in range(150):
        program = random_program(seed)
        leaves = [Tensor(leaf, dtype=np.float32) for leaf in program.leaves]
        out = program(OURS, *leaves)
        recorded = gradients(out, leaves, create_graph=True)
        out.backward()
        assert out.dtype == np.float32, program
        for leaf, grad in zip(leaves, recorded, strict=True):
            assert leaf.grad.dtype == grad.dtype == np.float32, program


FAULTS: dict[str, tuple[str, Callable[..., Any]]] = {
    "a term too small": ("tanh", lambda a: autograd.tanh(a * (1 + 1e-8))),
    "a sign": ("sub", lambda a, b: a + -1 * b + 2 * (b - getattr(b, "data", b))),
    "a detached operand": ("mul", lambda a, b: a * b if isinstance(b, float) else a * b.detach()),
    "an axis": ("mean", lambda a, axis, keepdims: autograd.sum(a, axis, keepdims=keepdims)),
}


def wrong_programs(functions: Functions) -> int:
    """How many of the first random graphs the oracle does not agree with."""
    found = 0
    for seed in range(BLOCK):
        program = random_program(seed)
        try:
            compare(program, swept(program, functions))
        except (AssertionError, RuntimeError):
            found += 1
    return found


@pytest.mark.parametrize("fault", FAULTS)
def test_the_comparison_rejects_a_wrong_operation(fault: str) -> None:
    op, function = FAULTS[fault]
    assert wrong_programs({**OURS, op: function})


def test_the_comparison_rejects_a_wrong_unbroadcast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulls, "unbroadcast", lambda F, g, shape: np.resize(g, shape))
    assert wrong_programs(OURS)


def test_the_comparison_rejects_a_sweep_that_overwrites(monkeypatch: pytest.MonkeyPatch) -> None:
    source, right = inspect.getsource(fast_lanes._pull), "sums[operand] + c"
    assert right in source
    space = dict(vars(fast_lanes))
    exec(source.replace(right, "c"), space)
    monkeypatch.setattr(fast_lanes, "_pull", space["_pull"])
    assert wrong_programs(OURS)


def test_random_graphs_have_what_breaks_engines() -> None:
    programs = [random_program(seed) for seed in range(BLOCK)]
    ops = {step.op for program in programs for step in program.steps}
    assert ops >= set(oracle.ORACLE) - {"getitem"}
    assert sum(map(has_shared_node, programs)) > BLOCK / 2
    assert sum(map(has_repeated_operand, programs)) > BLOCK / 4
    assert sum(map(has_broadcast, programs)) > BLOCK / 4


def test_the_frozen_graph_and_the_steps_agree_with_the_sweep() -> None:
    for seed in range(150):
        program = random_program(seed)
        leaves = [Tensor(leaf, name=f"x{i}") for i, leaf in enumerate(program.leaves)]
        out = program(OURS, *leaves)
        out.backward()
        graph = trace(out).backward()
        graph.validate()
        for leaf in leaves:
            np.testing.assert_allclose(
                graph[leaf].grad, leaf.grad, 1e-12, 1e-12, err_msg=str(program)
            )
        taken = {step.node.index: step.value for step in steps(out) if step.phase == "backward"}
        for node in graph:
            if node.index in taken:
                np.testing.assert_allclose(taken[node.index], node.grad, 1e-12, 1e-12)


def test_forward_mode_agrees_with_the_sweep() -> None:
    for seed in range(150):
        program = random_program(seed)
        rng = np.random.default_rng(seed)
        directions = tuple(rng.standard_normal(leaf.shape) for leaf in program.leaves)

        def f(*leaves: Any, program: Program = program) -> Any:
            return program(OURS, *leaves)

        value, along = jvp(f, tuple(program.leaves), directions)
        out, grads = swept(program)
        expected = sum(float(np.sum(g * v)) for g, v in zip(grads, directions, strict=True))
        np.testing.assert_allclose(value, out, 1e-13, err_msg=str(program))
        np.testing.assert_allclose(along, expected, 1e-9, 1e-9, err_msg=str(program))


def slope(program: Program, leaves: list[Any], directions: list[Any]) -> Any:
    """The derivative along ``directions``, as a node."""
    out = program(OURS, *leaves)
    found = gradients(out, leaves, create_graph=True)
    return sum((g * v).sum() for g, v in zip(found, directions, strict=True))


def test_second_derivatives_of_random_graphs_match_differences_of_the_oracle() -> None:
    step = 1e-5
    for seed in range(150):
        program = random_program(seed, smooth=True, length=6)
        rng = np.random.default_rng(seed)
        directions = [rng.standard_normal(leaf.shape) for leaf in program.leaves]
        leaves = [Tensor(leaf) for leaf in program.leaves]
        along = slope(program, leaves, directions)
        if along.requires_grad:  # else every step was linear, and the second derivative is 0
            along.backward()
        up, down = (
            [leaf + sign * step * v for leaf, v in zip(program.leaves, directions, strict=True)]
            for sign in (1, -1)
        )
        above, below = oracle.gradients(program, up)[1], oracle.gradients(program, down)[1]
        for leaf, plus, minus in zip(leaves, above, below, strict=True):
            grad = np.zeros(leaf.shape) if leaf.grad is None else leaf.grad
            expected = (plus - minus) / (2 * step)
            np.testing.assert_allclose(grad, expected, 1e-5, 1e-5, err_msg=str(program))


def torch_functions(torch: Any) -> Functions:
    def reduction(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(a: Any, axis: Any, keepdims: bool = False) -> Any:
            axes = tuple(range(a.ndim)) if axis is None else axis
            return function(a, axes, keepdim=keepdims) if a.ndim else a

        return call

    def getitem(a: Any, index: Any) -> Any:
        if isinstance(index, slice):  # the only one is ::-1, which PyTorch does not have
            return torch.flip(a, (0,))
        return a[torch.from_numpy(index) if isinstance(index, np.ndarray) else index]

    names = "exp sin tanh sigmoid relu abs square neg arctan maximum minimum hypot matmul".split()
    return {
        **{name: getattr(torch, name) for name in names},
        "add": operator.add,
        "sub": operator.sub,
        "mul": operator.mul,
        "div": operator.truediv,
        "softplus": torch.nn.functional.softplus,
        "where": lambda mask, a, b: torch.where(torch.from_numpy(mask), a, b),
        "sum": reduction(torch.sum),
        "mean": reduction(torch.mean),
        "max": lambda a, axis: torch.amax(a, axis),
        "cumsum": lambda a, axis: torch.cumsum(a, axis),
        "softmax": lambda a, axis: torch.softmax(a, axis),
        "reshape": lambda a, shape: torch.reshape(a, shape),
        "transpose": lambda a, axes: torch.permute(a, axes),
        "flip": lambda a, axis: torch.flip(a, (axis,)),
        "getitem": getitem,
        "broadcast_to": lambda a, shape: torch.broadcast_to(a, shape),
        "concatenate": lambda parts, axis: torch.cat(parts, axis),
        "stack": lambda parts, axis: torch.stack(parts, axis),
    }


@pytest.mark.parametrize("block", range(4))
def test_2000_random_graphs_equal_pytorch(block: int, require: Callable[[str], Any]) -> None:
    torch = require("torch")
    torch.set_num_threads(1)
    functions = torch_functions(torch)
    for seed in range(block * 500, (block + 1) * 500):
        program = random_program(seed)
        leaves = [torch.tensor(leaf, requires_grad=True) for leaf in program.leaves]
        out = program(functions, *leaves)
        out.backward()
        value, grads = swept(program)
        np.testing.assert_allclose(value, out.detach().numpy(), 1e-10, 1e-12, err_msg=str(program))
        for mine, leaf in zip(grads, leaves, strict=True):
            np.testing.assert_allclose(mine, leaf.grad.numpy(), 1e-10, 1e-10, err_msg=str(program))
