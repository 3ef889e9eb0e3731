"""The passes of a replay, each alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value
from autograd.replay.numpy_source import Groups, common_name
from autograd.replay.program import CONSTANT, INPUT, Program, record
from autograd.replay.replays import Replay
from autograd.replay.shapes import are_distinct, matrix_product, strides_of
from autograd.replay.simplify import simplified
from autograd.replay.sums import units


def recorded(out: Any, *inputs: Value) -> Program:
    return record([out], inputs)[0]


def test_a_recording_has_one_row_for_each_node_and_each_number() -> None:
    x, y, w = Value(2.0, "x"), Value(3.0, "y"), Value(5.0, "w")
    program, captured = record([x * y + w * 2.0 + 2.0], [y, x])
    assert captured == [w] and program.names == ("y", "x", "w")
    assert program.codes.tolist().count(CONSTANT) == 1  # one 2.0
    assert program.codes[program.inputs].tolist() == [INPUT] * 3
    assert program.values[program.outputs].tolist() == [18.0]
    for row, _, operands in program.lists():
        assert all(operand < row for operand in operands)


def test_numbers_are_told_apart_by_their_bits() -> None:
    x = Value(1.0)
    out = x * 0.0 + x * -0.0 + x * math.nan + x * math.nan
    assert recorded(out, x).codes.tolist().count(CONSTANT) == 3


def test_equal_rows_are_computed_once_and_constants_not_at_all() -> None:
    x = Value(0.5)
    two = Value(2.0)
    program, _ = record([(x * 3.0).tanh() + (x * 3.0).tanh() + two * 4.0], [x], since=two._number)
    less = simplified(program)
    assert (program.codes >= 0).sum() == 7 and (less.codes >= 0).sum() == 4
    assert less.values[less.outputs] == program.values[program.outputs]


def test_what_only_a_shared_row_needed_is_left_out() -> None:
    x = Value(0.5)
    program = recorded((x + 1.0).exp() * (x + 1.0).exp(), x)
    assert (simplified(program).codes >= 0).sum() == 3


def test_a_table_with_repeated_numbers_is_a_matrix_like_any_other() -> None:
    weights = [[Value(0.1 * i - 0.3 * j, f"w{i}{j}") for j in range(4)] for i in range(6)]

    def statements(table: list[list[float]]) -> int:
        def loss() -> Value:
            total = Value(0.0)
            for row in table:
                for w in weights:
                    s = w[0] * row[0]
                    for wi, x in zip(w[1:], row[1:]):
                        s = s + wi * x
                    total = total + s.tanh()
            return total

        compiled = autograd.compile(loss)
        assert compiled.value() == pytest.approx(loss().data, rel=1e-12)
        return str(compiled).count("\n")

    rng = np.random.default_rng(0)
    repeated = rng.integers(0, 5, (12, 4)).astype(float).tolist()
    assert statements(repeated) == statements(rng.standard_normal((12, 4)).tolist())


def test_equal_sums_with_numbers_are_computed_once() -> None:
    x, y = Value(0.5), Value(0.25)
    program = recorded((x * 3.0 + y * 2.0).tanh() * (x * 3.0 + y * 2.0).tanh(), x, y)
    assert (simplified(program).codes >= 0).sum() == 5


def test_a_chain_of_sums_is_one_unit_with_signs_and_factors() -> None:
    x, y, b = Value(1.0), Value(2.0), Value(3.0)
    parts = units(recorded(b + x * y - (x - 2.0) - -(y * y), x, y, b))
    assert len(parts.rows) == 1 and parts.is_sum.tolist() == [True]
    assert sorted(zip(parts.signs.tolist(), (parts.right >= 0).tolist())) == [
        (-1, False), (1, False), (1, False), (1, True), (1, True),
    ]  # fmt: skip


def test_a_term_of_a_deep_chain_has_the_sign_of_its_derivative() -> None:
    xs = [Value(float(k)) for k in range(100)]
    total = xs[0]
    for k, x in enumerate(xs[1:]):
        total = [total + x, x - total, -(total - x), x - (x * x - total)][(k + k // 7) % 4]
    program = recorded(total, *xs)
    parts = units(program)
    total.backward()
    assert len(parts.rows) == 1
    slopes = dict.fromkeys(program.inputs.tolist(), 0.0)
    for sign, left, right in zip(parts.signs.tolist(), parts.left.tolist(), parts.right.tolist()):
        slopes[left] += sign * (1 if right < 0 else 2 * program.values[left])
    assert list(slopes.values()) == [x.grad for x in xs]


def test_what_is_used_twice_is_not_taken_into_a_sum() -> None:
    x, y = Value(1.0), Value(2.0)
    p, s = x * y, x + y
    parts = units(recorded(p + p + s + s * 2.0, x, y))
    assert len(parts.rows) == 3
    assert parts.levels.tolist() == [1, 1, 2]


def test_strides_are_found_and_refused() -> None:
    assert strides_of(np.array([3, 5, 7])) == (2,)
    assert strides_of(np.array([[1, 1], [4, 4]])) == (3, 0)
    assert strides_of(np.array([[1, 2], [4, 6]])) is None
    assert strides_of(np.array([7])) == (0,)
    assert are_distinct((3, 4), (4, 1)) and not are_distinct((3, 4), (2, 1))
    assert not are_distinct((3, 2), (0, 1)) and are_distinct((1, 2), (0, 1))


@pytest.mark.parametrize("blocks", [1, 3])
def test_a_product_of_matrices_is_found_in_shuffled_rows(blocks: int) -> None:
    rng = np.random.default_rng(blocks)
    left, right = rng.permutation(600).reshape(2, -1)
    A, B = left[: blocks * 4 * 5].reshape(blocks, 4, 5), right[: blocks * 3 * 5].reshape(-1, 3, 5)
    every = [(b, i, j) for b in range(blocks) for i in range(4) for j in range(3)]
    order = rng.permutation(len(every))
    L = np.array([A[every[k][0], every[k][1]] for k in order])
    R = np.array([B[every[k][0], every[k][2]] for k in order])
    factors = matrix_product(L, R)
    assert factors is not None and len(factors.units) == blocks
    np.testing.assert_array_equal(
        L[factors.units], np.broadcast_to(factors.left[:, :, None], (*factors.units.shape, 5))
    )
    np.testing.assert_array_equal(
        R[factors.units], np.broadcast_to(factors.right[:, None], (*factors.units.shape, 5))
    )
    assert matrix_product(L[1:], R[1:]) is None  # one is missing
    twice = np.concatenate([L[1:], L[1:2]]), np.concatenate([R[1:], R[1:2]])
    assert matrix_product(*twice) is None  # one is there twice


def test_the_name_that_inputs_have_in_common() -> None:
    assert common_name(["layer1.neuron0.w0", "layer1.neuron1.w1"]) == "layer1_neuron_w"
    assert common_name(["w", "b"]) == "" == common_name(["", "x"])
    assert common_name(["x[0]", "x[1]"]) == "x"


def test_wide_regular_programs_are_statements_and_deep_narrow_ones_lines() -> None:
    x = Value(0.5)
    y = x
    for _ in range(300):
        y = (y * 0.99).sin()
    assert Replay("deep", [y], [x]).executor.kind == "straight-line Python"
    ws = [Value(0.01 * k) for k in range(60)]
    wide: Any = sum((x * w).tanh() for w in ws)
    replay = Replay("wide", [wide], [x, *ws])
    assert replay.executor.kind == "NumPy statements"
    assert "61 inputs, 3 statements of NumPy" in str(replay)


def test_the_source_names_nothing_but_numpy_and_its_functions() -> None:
    ws = [Value(0.1 * k, f"w{k}") for k in range(4)]
    x = [Value(1.0 + k, f"x{k}") for k in range(2)]
    out: Any = sum((a * w).exp() for w in ws for a in x)
    replay = Replay("f", [out], [*ws, *x], executor="numpy")
    space: dict[str, Any] = {"np": np, "exp": np.exp, "as_strided": np.lib.stride_tricks.as_strided}
    assert isinstance(replay.executor, Groups)
    exec(replay.executor.source, space)
    space["V"][replay.executor.plan.inputs] = [leaf.data for leaf in (*ws, *x)]
    space["forward"]()
    assert space["V"][replay.executor.plan.outputs] == pytest.approx([out.data], rel=1e-12)
