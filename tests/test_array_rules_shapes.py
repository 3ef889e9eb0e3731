"""Empty and 0-d arrays, axes of length 1, unusual axes: NumPy's value, a gradient that fits."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor
from autograd.calculus.array_rules import ARRAY_RULES

Call = Callable[..., Any]
Shape = tuple[int, ...]

SHAPES: tuple[Shape, ...] = (
    (), (0,), (1,), (3,), (0, 3), (3, 0), (1, 3), (3, 1), (2, 2), (2, 1, 3), (2, 0, 3), (5, 0, 0),
    (1, 1, 1),
)  # fmt: skip
AXES: tuple[Any, ...] = (None, 0, -1, 1, (0, 1), (-1, 0), (), np.int64(0))


def logsumexp(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    total = np.sum(np.exp(a), axis=axis, keepdims=keepdims)
    return np.log(total)


def softmax(a: Any, axis: Any = -1) -> Any:
    return np.exp(a) / np.sum(np.exp(a), axis=axis, keepdims=True)


def log_softmax(a: Any, axis: Any = -1) -> Any:
    return a - np.log(np.sum(np.exp(a), axis=axis, keepdims=True))


OWN = {"logsumexp": logsumexp, "softmax": softmax, "log_softmax": log_softmax}


def numpys(name: str) -> Call:
    found: Call = OWN.get(name) or getattr(np.linalg if name == "norm" else np, name)
    return found


def along(name: str, **attrs: Any) -> Iterator[tuple[str, tuple[Shape, ...], dict[str, Any], Any]]:
    for shape, axis in itertools.product(SHAPES, AXES):
        yield name, (shape,), {"axis": axis, **attrs}, ()


def with_arguments(name: str, *arguments: tuple[Any, ...]) -> Iterator[Any]:
    for shape, given in itertools.product(SHAPES, arguments):
        yield name, (shape,), {}, given


def of_pairs(name: str, *arguments: tuple[Any, ...]) -> Iterator[Any]:
    for pair, given in itertools.product(itertools.product(SHAPES, repeat=2), arguments or ((),)):
        yield name, pair, {}, given


def cases() -> dict[str, list[Any]]:
    """By function: shapes of the operands, attributes, further arguments."""
    every: list[Any] = []
    for name in "sum mean prod max min".split():
        every += [*along(name), *along(name, keepdims=True)]
    for name in "var std".split():
        every += [*along(name), *along(name, ddof=1, keepdims=True)]
    for name in "cumsum cumprod sort flip squeeze expand_dims softmax log_softmax".split():
        every += along(name)
    every += [*along("logsumexp"), *along("norm"), *along("norm", ord=1, keepdims=True)]
    every += with_arguments("reshape", ((),), ((0,),), (-1,), ((1, -1),), ((3, 0),), ((1, 1),))
    every += with_arguments("transpose", (), (0,), (-1,), ((),), ((1, 0),), ([-1, 0],))
    every += with_arguments("swapaxes", (0, 0), (0, 1), (-1, 0))
    every += with_arguments("moveaxis", (0, -1), ((0, 1), (1, 0)), ((), ()))
    every += with_arguments("broadcast_to", (3,), ((2, 1, 3),), ((0, 3),), ((5, 0, 0),), ((),))
    every += with_arguments("roll", (1,), (-4, 0), (1, (0, -1)), ((1, 2), (0, 1)))
    every += with_arguments("repeat", (2,), (0,), (2, 0), ([2], -1), ((1, 0, 2), 0))
    every += with_arguments("tile", (0,), (2,), ((2, 1),), ((),))
    every += with_arguments("pad", (0,), (1,), ((1, 2),), (((0, 1), (2, 0)),))
    every += with_arguments("diag", (0,), (1,), (-5,))
    every += with_arguments("triu", (0,), (1,))
    every += with_arguments("tril", (0,), (-1,))
    every += with_arguments("diagonal", (0,), (5,), (0, 1, 0), (0, 0, 2))
    every += with_arguments("take", (0,), ([],), ([[0]], 0), (0, -1), ([0, -1, 0], 1))
    every += with_arguments("diff", (1,), (2, 0), (1, 1))
    for name in "matmul dot inner outer vdot".split():
        every += of_pairs(name)
    axes: tuple[Any, ...] = (0, 1, 2, ([0], [0]), ([0, 1], [1, 0]), ([0, 1], [2, 0]), ([1], [-2]))
    every += of_pairs("tensordot", *((a,) for a in axes))
    found: dict[str, list[Any]] = {}
    for name, *rest in every:
        found.setdefault(name, []).append(rest)
    return found


CASES = cases()


def check(name: str, shapes: tuple[Shape, ...], attrs: dict[str, Any], given: Any) -> None:
    rng = np.random.default_rng(0)
    theirs, ours = numpys(name), getattr(autograd, name)
    arrays = [np.asarray(rng.uniform(0.5, 1.5, shape)) for shape in shapes]
    directions = [np.asarray(rng.standard_normal(shape)) for shape in shapes]
    tensors = [Tensor(a) for a in arrays]
    try:
        expected = np.asarray(theirs(*arrays, *given, **attrs))
    except (ValueError, IndexError, TypeError):
        if shapes != ((),):  # a 0-d array is reduced over an axis 0 here
            with pytest.raises((ValueError, IndexError, TypeError)):
                ours(*tensors, *given, **attrs)
        return
    out = ours(*tensors, *given, **attrs)
    np.testing.assert_allclose(out.data, expected, rtol=1e-11, atol=1e-12)
    assert out.shape == expected.shape
    g = np.asarray(rng.standard_normal(out.shape))
    out.backward(g)
    step, found = 1e-6, 0.0
    for tensor, v in zip(tensors, directions):
        assert tensor.grad is not None and tensor.grad.shape == tensor.shape
        found += float(np.sum(tensor.grad * v))
    up, down = (
        theirs(*(a + sign * v for a, v in zip(arrays, directions)), *given, **attrs)
        for sign in (step, -step)
    )
    slope = float(np.sum(g * (up - down))) / (2 * step)
    if np.isfinite(slope) and np.isfinite(expected).all():
        assert found == pytest.approx(slope, rel=1e-5, abs=1e-6)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", CASES)
def test_values_are_numpys_and_gradients_fit(name: str) -> None:
    for shapes, attrs, given in CASES[name]:
        try:
            check(name, shapes, attrs, given)
        except Exception as error:
            raise AssertionError(f"{name} of {shapes}, {attrs} {given}: {error}") from error


def gradients(call: Call, *shapes: Shape) -> list[Any]:
    tensors = [Tensor(np.full(shape, 2.0)) for shape in shapes]
    call(*tensors).sum().backward()
    return [tensor.grad for tensor in tensors]


def test_tensordot_over_an_empty_axis_is_zero() -> None:
    out = autograd.tensordot(Tensor(np.ones((0, 3))), Tensor(np.ones((0, 3))), ([0], [0]))
    np.testing.assert_array_equal(out.data, np.zeros((3, 3)))
    for axes in (([0], [0]), ([1], [1]), 2):
        found = gradients(lambda a, b, axes=axes: autograd.tensordot(a, b, axes), (0, 3), (0, 3))
        assert [da.shape for da in found] == [(0, 3), (0, 3)]


def test_tensordot_over_axes_of_length_1_in_another_order(
    require: Callable[[str], Any],
) -> None:
    torch = require("torch")
    a, b = np.array([[[2.0]]]), np.array([[[-3.0]]])
    axes = ([0, 1], [2, 0])
    ours, theirs = (Tensor(a), Tensor(b)), [torch.tensor(x, requires_grad=True) for x in (a, b)]
    out, expected = autograd.tensordot(*ours, axes), torch.tensordot(*theirs, dims=axes)
    out.sum().backward()
    expected.sum().backward()
    np.testing.assert_array_equal(out.data, expected.detach().numpy())
    for x, y in zip(ours, theirs):
        np.testing.assert_array_equal(x.grad, y.grad.numpy())


def test_dot_of_two_empty_vectors_is_zero_and_flows_back() -> None:
    assert float(autograd.dot(Tensor(np.zeros(0)), np.zeros(0)).data) == 0
    assert [da.shape for da in gradients(autograd.dot, (0,), (0,))] == [(0,), (0,)]
    assert [da.shape for da in gradients(autograd.dot, (2, 3, 0), (0,))] == [(2, 3, 0), (0,)]


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize("axis", [0, 1, -1, None])
def test_softmax_of_nothing_is_nothing(name: str, axis: Any) -> None:
    x = Tensor(np.zeros((5, 0, 0), np.float32))
    out = getattr(autograd, name)(x, axis=axis)
    out.backward(np.zeros(out.shape))
    assert out.shape == x.grad.shape == (5, 0, 0) and out.dtype == np.float32


def test_logsumexp_of_nothing_is_minus_infinity(require: Callable[[str], Any]) -> None:
    torch = require("torch")
    x = Tensor(np.zeros((2, 0, 3)))
    out = autograd.logsumexp(x, axis=1)
    np.testing.assert_array_equal(out.data, torch.logsumexp(torch.zeros(2, 0, 3), 1).numpy())
    out.backward(np.ones((2, 3)))
    assert x.grad.shape == (2, 0, 3)


def test_one_axis_may_be_named_by_a_number() -> None:
    (da,) = gradients(lambda a: np.transpose(a, 0), (3,))
    np.testing.assert_array_equal(da, np.ones(3))


def test_a_number_is_repeated_and_taken_along_axis_0() -> None:
    assert gradients(lambda a: np.repeat(a, 2, axis=0), ()) == [2.0]
    assert gradients(lambda a: np.take(a, [0, 0, 0], axis=0), ()) == [3.0]
    assert gradients(lambda a: np.cumsum(a, axis=0), ()) == [1.0]
    assert gradients(lambda a: np.cumprod(a, axis=0), ()) == [1.0]


def test_a_triangle_of_a_vector_is_that_of_its_copies() -> None:
    (da,) = gradients(np.triu, (3,))
    np.testing.assert_array_equal(da, [1.0, 2.0, 3.0])


def test_an_axis_of_length_1_that_einsum_stretches_and_sums() -> None:
    da, db = gradients(lambda a, b: autograd.einsum("ij,ij->", a, b), (2, 3), (1, 3))
    np.testing.assert_array_equal(da, np.full((2, 3), 2.0))
    np.testing.assert_array_equal(db, np.full((1, 3), 4.0))
    da, db = gradients(lambda a, b: autograd.einsum("i,i->", a, b), (0,), (1,))
    assert da.shape == (0,) and db.tolist() == [0.0]


def test_diff_refuses_an_axis_that_is_not_there() -> None:
    with pytest.raises(np.exceptions.AxisError, match="axis 1 is out of bounds"):
        autograd.diff(Tensor(np.ones(3)), axis=1)
    with pytest.raises(ValueError, match="n is -1; give how often"):
        autograd.diff(Tensor(np.ones(3)), -1)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, np.int64, np.complex128])
def test_rows_are_added_where_an_index_names_them(dtype: Any) -> None:
    rng = np.random.default_rng(0)
    cases: list[tuple[Any, tuple[int, ...]]] = [
        (np.array([2, 0, -1, 2]), (3, 4)),
        (np.array([[2, 0], [-3, 2]], np.int8), (3, 2, 2)),
        (np.array([200, 200, 255], np.uint8), (256, 5)),
        ((np.array([1, 1]),), (2, 3)),
        (np.array([], np.intp), (3, 2)),
        (np.array([], np.intp), (0, 2)),
        (np.array([0, 0]), (2, 0)),
        (np.array([1, 1, 0]), (2,)),
        ((slice(None), np.array([1, 1])), (2, 3)),
    ]
    for index, shape in cases:
        a = rng.integers(-5, 5, np.zeros(shape)[index].shape).astype(dtype)
        expected = np.zeros(shape, dtype)
        np.add.at(expected, index, a)
        out = ARRAY_RULES["put_index"].forward(a, index, shape)
        assert out.dtype == expected.dtype
        np.testing.assert_array_equal(out, expected)
    with pytest.raises(IndexError, match="index 3 is out of bounds for axis 0 with size 3"):
        autograd.put_index(np.ones((1, 2)), np.array([3]), (3, 2))
