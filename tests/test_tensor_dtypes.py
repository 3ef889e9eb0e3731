"""Leaving the graph, changing kind, and the dtypes of data and gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import Tensor


def test_numpy_and_detach_leave_the_graph() -> None:
    t = Tensor([1.0, 2.0])
    y = t * 2
    assert type(y.numpy()) is np.ndarray and y.numpy() is y.data
    d = y.detach()
    assert not d.requires_grad and not np.shares_memory(d.data, y.data)
    assert not (d * 3).requires_grad


def test_a_trainable_tensor_never_becomes_a_plain_array_in_silence() -> None:
    t = Tensor([1.0, 2.0])
    ways: tuple[Any, ...] = (np.asarray, np.array, lambda x: np.array([x, x]))
    for wanted in ways:
        with pytest.raises(TypeError, match=r"takes a gradient.*use \.data"):
            wanted(t)
    labels = Tensor([1, 2])
    assert np.asarray(labels).tolist() == [1, 2]
    assert np.array(labels, dtype=float).dtype == float
    copied = np.array(labels)
    copied[0] = 9
    assert labels.data[0] == 1


def test_astype_keeps_the_graph_between_floating_dtypes() -> None:
    t = Tensor([1.5, 2.5])
    for narrow in (t.astype(np.float32), t.type("float32"), t.astype("f4")):
        assert narrow.dtype == np.float32 and narrow.requires_grad
    (t.astype(np.float32) ** 2).sum().backward()
    assert t.grad.dtype == np.float64 and t.grad.tolist() == [3.0, 5.0]
    assert t.astype(float) is t
    whole = t.astype(int)
    assert whole.dtype == np.int64 and not whole.requires_grad and whole.data.tolist() == [1, 2]
    assert t.type("int64").data.tolist() == [1, 2]
    assert Tensor([1, 2]).astype(float).dtype == np.float64


def test_to_knows_one_device() -> None:
    t = Tensor([1.0])
    assert t.to("cpu") is t and t.to() is t and t.cpu() is t
    with pytest.raises(ValueError, match="the only device here is 'cpu', not 'cuda'"):
        t.to("cuda")


def test_integer_tensors_compute_and_stay_integers() -> None:
    a, b = Tensor([1, 2, 3]), Tensor([2, 2, 2])
    assert (a + b).dtype == np.int64 and (a + b).data.tolist() == [3, 4, 5]
    assert (a / b).dtype == np.float64 and not (a / b).requires_grad
    assert (a * 2.0).dtype == np.float64
    assert a.sum().dtype == np.int64 and a.mean().item() == 2.0
    assert Tensor([True, False]).sum().item() == 1
    x = Tensor([1.0, 2.0, 3.0])
    (a * x).sum().backward()
    assert x.grad.tolist() == [1, 2, 3] and a.grad is None
    with pytest.raises(RuntimeError, match="only floating data takes a gradient"):
        (a + b).sum().backward()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_gradients_have_the_dtype_of_their_leaf(dtype: Any) -> None:
    leaf, other = Tensor(np.ones((2, 3)), dtype=dtype), Tensor(np.ones((1, 3)), dtype=np.float64)
    out = (leaf * other + 2.0).exp().mean()
    assert out.dtype == np.float64
    out.backward()
    assert leaf.grad.dtype == dtype and other.grad.dtype == np.float64
    alone = Tensor(np.ones((2, 3)), dtype=dtype)
    y = ((alone * 2.0 + 1) / 3 - 0.5).tanh() @ np.ones((3, 2), dtype)
    assert y.dtype == dtype
    y.mean().backward()
    assert alone.grad.dtype == dtype


def test_numpy_2_promotion() -> None:
    t = Tensor([1.0], dtype=np.float32)
    assert (t * 2).dtype == (t * 2.0).dtype == (2.0 * t).dtype == (t**2).dtype == np.float32
    assert (t * np.float32(2)).dtype == np.float32
    assert (t * np.float64(2)).dtype == (np.float64(2) * t).dtype == np.float64
    assert (t + np.ones(1)).dtype == np.float64
    assert (t * Tensor([2])).dtype == (np.ones(1, np.float32) * np.array([2])).dtype
