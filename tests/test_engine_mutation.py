"""Data assigned between the forward and the backward pass; copies, pickles and deep copies."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, gradients

KINDS = pytest.mark.parametrize("kind", [Value, Tensor])


def test_the_gradients_of_a_value_belong_to_the_numbers_it_had() -> None:
    x = Value(3.0)
    y = x * x
    x.data = 100.0
    y.backward()
    assert x.grad == 6.0


def test_a_recorded_derivative_of_a_value_refuses_numbers_assigned_since() -> None:
    x = Value(3.0)
    y = x * x
    assert gradients(y, [x])[0].data == 6.0
    x.data = 100.0
    assert gradients(y, [x])[0].data == 6.0
    with pytest.raises(RuntimeError, match="assigned to a Value after mul had used it"):
        gradients(y, [x], create_graph=True)


def test_a_recorded_derivative_of_a_value_lets_nan_be() -> None:
    x = Value(float("nan"))
    (first,) = gradients(x * x, [x], create_graph=True)
    assert first.data != first.data


def assigned(w: Tensor) -> None:
    w.data = np.array([5.0, 6.0])


def augmented(w: Tensor) -> None:
    w.data -= 0.1 * np.ones(2)


def same(w: Tensor) -> None:
    w.data = w.data  # an optimizer that wrote into the array says so in this way


@pytest.mark.parametrize("change", [assigned, augmented, same])
@pytest.mark.parametrize(
    "sweep",
    [
        lambda y, w: y.backward(),
        lambda y, w: gradients(y, [w]),
        lambda y, w: gradients(y, [w], create_graph=True),
    ],
    ids=["backward", "gradients", "create_graph"],
)
def test_a_sweep_after_assigning_to_a_tensor_raises_and_names_the_parameter(
    change: Callable[[Tensor], None], sweep: Callable[[Any, Tensor], Any]
) -> None:
    w = Tensor([1.0, 2.0], name="layer.weight")
    y = (w * w).sum()
    change(w)
    with pytest.raises(RuntimeError, match=r"parameter 'layer.weight' \(shape \(2,\)\) was assig"):
        sweep(y, w)
    assert w.grad is None
    y = (w * w).sum()
    sweep(y, w)


def test_a_failed_sweep_leaves_the_gradients_of_other_leaves_alone() -> None:
    w, v = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    y = (w * v).sum()
    w.data = np.zeros(2)
    with pytest.raises(
        RuntimeError, match=r"the data of a leaf \(shape \(2,\)\) was assigned after"
    ):
        y.backward()
    assert w.grad is None and v.grad is None


def test_assigning_to_a_leaf_that_takes_no_gradient_is_seen_as_well() -> None:
    # Its data is a factor of someone else's gradient.
    x, w = Tensor([2.0], requires_grad=False, name="batch"), Tensor([3.0])
    y = x * w
    x.data = np.array([100.0])
    y.backward()
    np.testing.assert_array_equal(w.grad, [2.0])  # the old data: nothing was written into it
    with pytest.raises(RuntimeError, match="parameter 'batch'"):  # this one would read the new
        gradients(y, [w], create_graph=True)


def test_assigning_checks_shape_and_keeps_the_dtype() -> None:
    w = Tensor(np.ones(3, np.float32), name="w")
    w.data = [1, 2, 3]
    assert w.data.dtype == np.float32
    w.data = np.array([1.0, 2.0, 4.0])
    assert w.data.dtype == np.float32 and w.data[2] == 4
    with pytest.raises(ValueError, match=r"Tensor 'w'\.data: shape \(2,\) does not fit \(3,\)"):
        w.data = [1, 2]
    with pytest.raises((TypeError, ValueError), match="not an array of numbers"):
        w.data = ["a", "b", "c"]


def test_assigning_to_a_computed_tensor_is_refused() -> None:
    x = Tensor([1.0, 2.0])
    y = x.exp()
    with pytest.raises(RuntimeError, match=r"computed by exp; assign to leaves only, or .*detach"):
        y.data = np.zeros(2)
    free = y.detach()
    free.data = np.zeros(2)
    assert free.data.tolist() == [0, 0]


def test_a_step_between_two_forward_passes_is_all_right() -> None:
    w = Tensor([1.0])
    for _ in range(3):
        loss = (w - 3) ** 2
        w.zero_grad()
        loss.sum().backward()
        w.data = w.data - 0.1 * w.grad
    np.testing.assert_allclose(w.data, 3 - 2 * 0.8**3)


@KINDS
@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda x: roundtrip(x)])
def test_leaves_copy_and_pickle_with_a_fresh_number(kind: Any, duplicate: Any) -> None:
    x = kind(2.5, name="x")
    other = duplicate(x)
    assert type(other) is kind and other is not x
    assert (float(other.data), other.name, other.requires_grad) == (2.5, "x", True)
    assert other._number > x._number
    (other * other).backward()
    assert float(other.grad) == 5.0
    assert not np.any(x.grad)


def roundtrip(x: Any) -> Any:
    return pickle.loads(pickle.dumps(x))


def test_a_copied_tensor_has_its_own_memory_and_keeps_its_kind() -> None:
    for x in (
        Tensor([1.0, 2.0], requires_grad=False),
        Tensor([1, 2]),
        Tensor(np.ones(1, np.float32)),
    ):
        for other in (copy.deepcopy(x), copy.copy(x), roundtrip(x)):
            assert not np.shares_memory(other.data, x.data)
            assert (other.dtype, other.requires_grad) == (x.dtype, x.requires_grad)


def test_a_copied_constant_stays_a_constant() -> None:
    x = Value(2.0).detach()
    for other in (copy.deepcopy(x), copy.copy(x), roundtrip(x)):
        assert not other.requires_grad and other.data == 2.0


def test_a_structure_that_holds_a_leaf_twice_is_copied_with_it_shared() -> None:
    x = Tensor([1.0])
    a, b = copy.deepcopy([x, x])
    assert a is b


@KINDS
@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickle.dumps])
def test_interior_nodes_refuse_and_say_why(kind: Any, duplicate: Any) -> None:
    y = kind(2.0).tanh()
    with pytest.raises(TypeError, match=r"computed node \(tanh\) cannot be .* take \.detach\(\)"):
        duplicate(y)
    assert float(copy.deepcopy(y.detach()).data) == float(y.data)
