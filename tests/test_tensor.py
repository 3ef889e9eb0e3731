"""The array node: construction, what it says about itself, comparison, conversion, refusals."""

from __future__ import annotations

import copy
import gc
import operator
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value
from autograd.calculus.rules import RULES
from tests import peers
from tests.memory import collect_all

OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod]


@pytest.mark.parametrize(
    "data, dtype, trainable",
    [
        (1.0, np.float64, True),
        (1, np.int64, False),
        (True, np.bool_, False),
        ([1.0, 2], np.float64, True),
        ([[1, 2], [3, 4]], np.int64, False),
        ([], np.float64, True),
        (np.ones(1, np.float32), np.float32, True),
        (np.float16(1.0), np.float16, True),
        (np.arange(3, dtype=np.uint8), np.uint8, False),
        ((1.0, 2.0), np.float64, True),
        (range(3), np.int64, False),
        ([np.ones(2), np.zeros(2)], np.float64, True),
        (np.zeros((0, 3)), np.float64, True),
    ],
    ids=repr,
)
def test_dtype_follows_numpy_and_floating_data_take_gradients(
    data: Any, dtype: Any, trainable: bool
) -> None:
    t = Tensor(data)
    assert t.dtype == dtype and t.requires_grad is trainable
    assert isinstance(t.data, np.ndarray) and t.grad is None and t.is_leaf
    np.testing.assert_array_equal(t.data, np.array(data))


def test_requires_grad_and_dtype_may_be_asked_for() -> None:
    assert not Tensor(1.0, requires_grad=False).requires_grad
    assert Tensor(1, dtype=float).requires_grad
    assert Tensor([1, 2], dtype=np.float32).dtype == np.float32
    assert Tensor([1.5], dtype=int).data[0] == 1
    assert Tensor([1.0], True, np.float32, "w").name == "w"


def test_data_is_copied() -> None:
    a = np.ones(3)
    t = Tensor(a)
    a[:] = 7
    assert t.data.tolist() == [1, 1, 1]
    assert not np.shares_memory(Tensor(t).data, t.data)


@pytest.mark.parametrize("data", [[1, 2], True, np.arange(3)], ids=repr)
def test_a_gradient_asked_of_integers_is_refused(data: Any) -> None:
    with pytest.raises(TypeError, match=r"gradients need floating data, not .*use \.astype\(float"):
        Tensor(data, requires_grad=True)
    t = Tensor(data, name="labels")
    with pytest.raises(TypeError, match="Tensor 'labels': gradients need floating data"):
        t.requires_grad = True
    t.requires_grad = False


@pytest.mark.parametrize(
    "data, message",
    [
        (["a"], "real numbers are wanted, not dtype <U1"),
        ("3.0", "real numbers are wanted, not dtype <U3"),
        ([1 + 2j], "real numbers are wanted, not dtype complex128"),
        (None, "real numbers are wanted, not dtype object"),
        ({}, "real numbers are wanted, not dtype object"),
        ([[1.0], [1.0, 2.0]], "is not an array of numbers: .*inhomogeneous"),
        (Value(1.0), "the data is a Value"),
        ([Value(1.0), 2.0], "the list holds nodes; use autograd.stack"),
        ([Tensor(1.0), Tensor(2.0)], "the list holds nodes; use autograd.stack"),
    ],
    ids=repr,
)
def test_what_is_no_array_of_numbers_is_refused(data: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message) as caught:
        Tensor(data)
    assert "\n" not in str(caught.value)


def test_requires_grad_is_set_on_leaves_only() -> None:
    t = Tensor([1.0])
    t.requires_grad = False
    y = t * 2
    assert not y.requires_grad and y.is_leaf
    t.requires_grad_()
    z = t * 2
    assert z.requires_grad
    with pytest.raises(
        RuntimeError, match=r"requires_grad is set on leaves only; use \.detach\(\)"
    ):
        z.requires_grad = False
    z.requires_grad = True


def test_frozen_leaves_get_no_gradient() -> None:
    w, b = Tensor([2.0], requires_grad=False), Tensor([3.0])
    (w * b + w).sum().backward()
    assert w.grad is None and b.grad.tolist() == [2.0]


def test_shape_and_size() -> None:
    t = Tensor(np.zeros((2, 3, 4)))
    assert (t.shape, t.ndim, t.size, len(t)) == ((2, 3, 4), 3, 24, 2)
    assert t.T.shape == (4, 3, 2) and t.mT.shape == (2, 4, 3)
    with pytest.raises(TypeError):
        len(Tensor(1.0))


def test_iteration_gives_tensors_that_carry_gradients() -> None:
    t = Tensor([[1.0, 2.0], [3.0, 4.0]])
    first, second = t
    (first * second).sum().backward()
    assert t.grad.tolist() == [[3, 4], [1, 2]]
    with pytest.raises(TypeError, match="0-d Tensor"):
        list(Tensor(1.0))
    a, *rest = Tensor([1.0, 2.0, 3.0])
    assert a.item() == 1.0 and len(rest) == 2


def test_scalars_out() -> None:
    t = Tensor([[2.5]])
    assert t.item() == 2.5 and type(t.item()) is float and float(t) == 2.5 and int(t) == 2
    assert type(Tensor([3]).item()) is int
    assert [10, 20, 30][Tensor(1)] == 20
    assert f"{t:.2f}" == "2.50"
    ways: tuple[Any, ...] = (float, int, lambda x: x.item(), lambda x: f"{x:.2f}")
    for wanted in ways:
        with pytest.raises(ValueError, match=r"item: one element is wanted, the shape is \(2,\)"):
            wanted(Tensor([1.0, 2.0]))
    with pytest.raises(TypeError, match="an index needs an integer, not float64"):
        [1, 2][Tensor(1.0)]


def test_truth() -> None:
    assert Tensor(1.0) and not Tensor([0.0]) and Tensor(True)
    with pytest.raises(ValueError, match="ambiguous"):
        bool(Tensor([1.0, 2.0]))


def test_representations() -> None:
    t = Tensor([1.0, 2.5])
    assert repr(t) == str(t) == f"{t}" == "Tensor([1. , 2.5])"
    assert repr(Tensor([1, 2])) == "Tensor([1, 2])"
    assert repr(Tensor(1.0, name="b")) == "Tensor(1., name='b')"
    assert repr(Tensor([1.0], dtype=np.float32)) == "Tensor([1.], dtype=float32)"
    assert repr(t * 2) == "Tensor([2., 5.], made by mul)"
    assert repr(t.detach()) == "Tensor([1. , 2.5], requires_grad=False)"


COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]


@pytest.mark.parametrize("compare", COMPARISONS, ids=lambda op: op.__name__)
def test_comparisons_give_plain_arrays(compare: Any) -> None:
    a, b = np.array([[1.0, 2.0, 3.0]]), np.array([[2.0], [2.0]])
    for x, y in (
        (Tensor(a), Tensor(b)),
        (Tensor(a), b),
        (a, Tensor(b)),
        (Tensor(a), 2),
        (2, Tensor(a)),
    ):
        found = compare(x, y)
        assert type(found) is np.ndarray and found.dtype == bool
        plain = [z.data if isinstance(z, Tensor) else z for z in (x, y)]
        np.testing.assert_array_equal(found, compare(*plain))


def test_hash_is_identity() -> None:
    a, b = Tensor([1.0]), Tensor([1.0])
    assert len({a, b, a}) == 2 and {a: 1}[a] == 1


def test_contains_looks_at_the_data() -> None:
    assert 2.0 in Tensor([1.0, 2.0]) and 3 not in Tensor([1.0, 2.0])


@pytest.mark.parametrize("op", OPERATORS, ids=lambda op: op.__name__)
@pytest.mark.parametrize(
    "other",
    [2, 2.0, np.float64(2), np.int32(2), [1, 2, 3], (1.0, 2.0, 3.0), np.arange(1.0, 4.0)],
    ids=repr,
)
def test_operators_take_numbers_lists_and_arrays_on_either_side(op: Any, other: Any) -> None:
    data = np.array([[1.5, 2.5, 3.5], [0.5, 4.5, 5.5]])
    t = Tensor(data)
    right, left = op(t, other), op(other, t)
    assert type(right) is type(left) is Tensor
    np.testing.assert_array_equal(right.data, op(data, np.asarray(other)))
    np.testing.assert_array_equal(left.data, op(np.asarray(other), data))
    (right.sum() + left.sum()).backward()
    assert t.grad.shape == (2, 3)
    first = autograd.gradients(op(t, other).sum(), [t], create_graph=True)[0]
    second = autograd.gradients(op(other, t).sum(), [t], create_graph=True)[0]
    np.testing.assert_allclose(first.data + second.data, t.grad)


@pytest.mark.parametrize("other", ["a", None, 1j, {}, object, ["a"], Value(1.0)], ids=repr)
@pytest.mark.parametrize("op", OPERATORS, ids=lambda op: op.__name__)
def test_strange_operands_are_refused(op: Any, other: Any) -> None:
    t = Tensor([1.0, 2.0])
    for a, b in ((t, other), (other, t)):
        if op is operator.mod and isinstance(a, str):
            continue  # a format string
        with pytest.raises(TypeError) as caught:
            op(a, b)
        assert "\n" not in str(caught.value)


def test_shapes_that_do_not_fit_raise_at_the_operation_and_name_it() -> None:
    a, b = Tensor(np.ones((2, 3))), Tensor(np.ones((2, 4)))
    pairs: dict[str, Any] = {
        "add": lambda: a + b,
        "mul": lambda: a * b,
        "maximum": lambda: autograd.maximum(a, b),
        "where": lambda: autograd.where(a > 0, a, b),
        "matmul": lambda: a @ b,
        "concatenate": lambda: autograd.concatenate([a, b], axis=0),
        "stack": lambda: autograd.stack([a, b]),
        "linear": lambda: autograd.linear(a, b, Tensor(np.ones(4))),
    }
    for name, f in pairs.items():
        with pytest.raises(ValueError, match=rf"^{name}: .*\(2, 3\).*\(2, 4\)") as caught:
            f()
        assert "\n" not in str(caught.value)
    alone: dict[str, Any] = {
        "reshape": lambda: a.reshape(4, 2),
        "sum": lambda: a.sum(axis=2),
        "getitem": lambda: a[2],
        "transpose": lambda: a.transpose(0, 0),
        "broadcast_to": lambda: a.broadcast_to((2, 4)),
        "squeeze": lambda: a.squeeze(0),
    }
    for name, f in alone.items():
        with pytest.raises((ValueError, IndexError), match=rf"^{name}: .*\(2, 3\)") as said:
            f()
        assert "\n" not in str(said.value)


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.arity == 1])
def test_every_unary_row_is_a_method_and_a_function(name: str) -> None:
    points = np.array(RULES[name].samples[0])
    method, function = getattr(Tensor(points), name)(), getattr(autograd, name)(Tensor(points))
    np.testing.assert_array_equal(method.data, function.data)
    np.testing.assert_allclose(method.data, getattr(autograd, name)(points))


def test_methods_that_structural_rows_give() -> None:
    data = np.arange(1.0, 7.0).reshape(2, 3)
    t = Tensor(data)
    cases: dict[str, tuple[Any, Any]] = {
        "sum": (t.sum(axis=0), data.sum(0)),
        "sum tuple": (t.sum(axis=(0, 1), keepdims=True), data.sum((0, 1), keepdims=True)),
        "mean": (t.mean(-1), data.mean(-1)),
        "var": (t.var(axis=1, ddof=1), data.var(1, ddof=1)),
        "std": (t.std(), data.std()),
        "max": (t.max(axis=1), data.max(1)),
        "min": (t.min(), data.min()),
        "prod": (t.prod(axis=0), data.prod(0)),
        "cumsum": (t.cumsum(axis=1), data.cumsum(1)),
        "argmax": (t.argmax(axis=1), data.argmax(1)),
        "reshape": (t.reshape(3, 2), data.reshape(3, 2)),
        "reshape tuple": (t.reshape((3, -1)), data.reshape(3, 2)),
        "view": (t.view(6), data.reshape(6)),
        "ravel": (t.ravel(), data.ravel()),
        "flatten": (t.flatten(), data.ravel()),
        "transpose": (t.transpose(), data.T),
        "transpose axes": (t.transpose(1, 0), data.T),
        "swapaxes": (t.swapaxes(0, 1), data.T),
        "squeeze": (t[None].squeeze(0), data),
        "expand_dims": (t.expand_dims(1), data[:, None]),
        "repeat": (t.repeat(2, axis=0), data.repeat(2, 0)),
        "take": (t.take([0, 0], axis=1), data.take([0, 0], 1)),
        "clip": (t.clip(2, 5), data.clip(2, 5)),
        "dot": (t.dot(data.T), data @ data.T),
        "trace": (t.trace(), data.trace()),
        "diagonal": (t.diagonal(), data.diagonal()),
        "tolist": (np.array(t.tolist()), data),
    }
    for name, (found, expected) in cases.items():
        np.testing.assert_allclose(getattr(found, "data", found), expected, err_msg=name)
        assert np.shape(found) == np.shape(expected), name


def test_grad_may_be_assigned() -> None:
    t: Any = Tensor(np.ones(2, np.float32), name="w")
    t.grad = np.array([1.0, 2.0], np.float32)
    t.grad = [3, 4]
    assert t.grad.dtype == np.float32 and t.grad.tolist() == [3, 4]
    t.grad = Tensor([5.0, 6.0])
    assert type(t.grad) is np.ndarray and t.grad.tolist() == [5, 6]
    (t * 1).sum().backward()
    assert t.grad.tolist() == [6, 7]
    with pytest.raises(ValueError, match=r"Tensor 'w'\.grad: shape \(3,\) does not fit .*\(2,\)"):
        t.grad = np.ones(3)
    t.grad = None
    assert t.grad is None
    t.grad = np.ones(2)
    t.zero_grad()
    assert t.grad is None


def test_names() -> None:
    t = Tensor([1.0], name="w")
    y, z = t * 2, t * 3
    y.name = "y"
    assert (t.name, y.name, z.name) == ("w", "y", None)
    with pytest.raises(TypeError, match="name: a string is wanted, not 3"):
        t.name = 3  # type: ignore[assignment]


def test_assignment_into_a_tensor_is_refused() -> None:
    t = Tensor([1.0, 2.0])
    with pytest.raises(TypeError):
        t[0] = 3.0


def test_a_graph_of_tensors_is_freed_by_reference_counts_alone() -> None:
    collect_all()
    gc.disable()
    try:
        x = Tensor(np.ones((4, 3)))
        w, b = Tensor(np.ones((3, 2))), Tensor(np.zeros(2))
        h = autograd.linear(x, w, b).tanh()
        loss = autograd.cross_entropy(h, np.array([0, 1, 0, 1])).mean() + h[0].sum() + h.max()
        loss = loss + autograd.concatenate([h, h]).mean() + autograd.einsum("ij,ij->", h, h)
        loss.backward()
        del h, loss, x, w, b
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_name_in_the_place_of_requires_grad_is_told() -> None:
    with pytest.raises(TypeError, match=r"requires_grad is True or False, not 'X'; .* name='X'"):
        Tensor([1.0, 2.0], "X")  # type: ignore[arg-type]


def test_backward_of_an_integer_tensor_says_that_it_holds_integers() -> None:
    with pytest.raises(RuntimeError, match=r"holds int64, and only floating .* dtype=float"):
        Tensor([1, 2]).sum().backward()


def test_what_a_plot_copies_is_told_how_to_be_drawn() -> None:
    with pytest.raises(TypeError, match=r"take \.detach\(\) or \.data \(to draw it: plt\.plot"):
        copy.copy(Tensor([1.0, 2.0])[0])


def test_dlpack_shares_the_memory_of_a_tensor_without_gradient() -> None:
    for t in (Tensor(np.arange(6.0).reshape(2, 3), requires_grad=False), Tensor([1, 2])):
        assert np.shares_memory(np.from_dlpack(t), t.data)
        np.testing.assert_array_equal(np.from_dlpack(t), t.data)


def test_dlpack_of_a_tensor_that_takes_a_gradient_is_refused() -> None:
    w = Tensor([1.0], name="w")
    for t in (w, w * 2.0):
        with pytest.raises(BufferError, match=r"pass \.detach\(\), or \.data to share the memory"):
            np.from_dlpack(t)
    np.testing.assert_array_equal(np.from_dlpack(w.detach()), w.data)


def test_dlpack_reaches_pytorch() -> None:
    torch = peers.require("torch")
    t = Tensor([1.0, 2.0], requires_grad=False)
    shared = torch.from_dlpack(t)
    assert shared.data_ptr() == t.data.ctypes.data and shared.dtype == torch.float64
    np.testing.assert_array_equal(np.from_dlpack(shared), t.data)
