"""What a type checker sees in programs; never run, checked by ``tests/test_typing.py`` and mypy."""

# ruff: noqa: F841
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import autograd
import nn
import optim
from autograd import Tensor, Value

Array = NDArray[Any]


def numbers(x: Value, y: Value) -> None:
    assert_type(x * y + 2 - 3.0 / y, Value)
    assert_type((-x) ** 2, Value)
    assert_type(x.tanh().relu(), Value)
    assert_type(autograd.exp(x), Value)
    assert_type(autograd.maximum(0.0, x), Value)
    assert_type(autograd.sum(x), Value)
    assert_type(x.data, float)
    assert_type(x.grad, float)
    assert_type(x.backward(), None)
    assert_type(x.detach(), Value)
    assert_type(autograd.exp(1.0), float)
    assert_type(autograd.where(True, 1.0, 2.0), float)


def tensors(t: Tensor, array: Array) -> None:
    assert_type(t * 2 + array, Tensor)
    assert_type(2 * t - t, Tensor)
    assert_type(t @ array, Tensor)
    assert_type(t[0, :], Tensor)
    assert_type(t.T, Tensor)
    assert_type(t.sum(axis=0).mean(), Tensor)
    assert_type(t.reshape(2, -1), Tensor)
    assert_type(t.data, Array)
    assert_type(t.grad, Array)
    t.grad = None
    assert_type(t.grad, Array)
    assert_type(t.item(), float)
    assert_type(t.shape, tuple[int, ...])
    assert_type(t.argmax(), int)
    assert_type(t.argmax(axis=1), Array)
    assert_type(t > 0, Array)
    assert_type(t.backward(), None)
    assert_type([row for row in t], list[Tensor])  # noqa: C416


def functions(t: Tensor, array: Array) -> None:
    assert_type(autograd.exp(t), Tensor)
    assert_type(autograd.maximum(0.0, t), Tensor)
    assert_type(autograd.where(array > 0, t, 0.0), Tensor)
    assert_type(autograd.clip(t, 0, None), Tensor)
    assert_type(autograd.sum(t, axis=(0, 1), keepdims=True), Tensor)
    assert_type(autograd.concatenate([t, t], axis=1), Tensor)
    assert_type(autograd.matmul(array, t), Tensor)
    assert_type(autograd.softmax(t, axis=1), Tensor)
    assert_type(autograd.split(t, 2), list[Tensor])
    assert_type(autograd.exp(array), Array)
    assert_type(autograd.exp([1.0, 2.0]), Array)
    assert_type(autograd.sum(array), np.floating[Any])
    assert_type(autograd.sum(array, axis=0), Array)
    assert_type(autograd.argmax(t, axis=1), Array)


def numpy_functions(t: Tensor, array: Array) -> None:
    # NumPy's own stubs say what its functions return: Any where they may leave it to the operand.
    summed: Tensor = np.sum(t, axis=0)
    product: Tensor = array * t
    projected: Tensor = array @ t
    assert_type(np.float64(2.0) * t, Tensor)


def networks(array: Array) -> None:
    iris = nn.data.load_iris()
    assert_type(iris.X, Array)
    assert_type(iris.classes, list[str] | None)
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    assert_type(model(iris.X), Tensor)
    assert_type(model[:1], nn.ModuleList)
    assert_type(nn.Linear(4, 3).weight, nn.Parameter)
    assert_type(nn.data.standardize(array), Array)
    assert_type(nn.data.standardize(array, array), list[Array])
    history = nn.fit(model, (iris.X, iris.y), nn.MSELoss(), optim.SGD(model.parameters()))
    assert_type(history, nn.History)
    assert_type(history["loss"], list[float])
    assert_type(history.last, dict[str, float])
    assert_type(nn.predict(model, array), Array)
    assert_type(nn.evaluate(model, (array, array)), dict[str, float])
    assert_type(model.state_dict(), dict[str, Any])
    assert_type(nn.scalar.MLP(2, [3, 1]).parameters(), list[Value])


def refused(x: Value, t: Tensor) -> None:
    """Each of these ignores would be reported if the checker did not refuse the line."""
    autograd.exp("1")  # type: ignore[call-overload]
    autograd.sum(t, axes=0)  # type: ignore[call-overload]
    autograd.softmax(x)  # type: ignore[call-overload]
    t.sum(dim=0)  # type: ignore[call-arg]
    t.reshap(2)  # type: ignore[attr-defined]
    x + t  # type: ignore[operator]
    t.data.backward()  # type: ignore[attr-defined]
