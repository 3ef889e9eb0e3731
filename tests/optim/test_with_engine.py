"""The same optimizers over the engine's own parameters: Tensor, Value, and both at once."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import optim
from autograd import Tensor, Value
from optim.surfaces.functions import SURFACES, Surface
from tests.optim.stand_ins import ArrayParameter
from tests.optim.table import GRADIENTS, ROWS, Row

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(20, 3)), RNG.normal(size=(20, 2))


def network(dtype: Any = np.float64) -> list[Tensor]:
    rng = np.random.default_rng(1)
    shapes = {"w1": (3, 4), "b1": (4,), "w2": (4, 2), "b2": (2,)}
    return [Tensor(rng.normal(size=s), dtype=dtype, name=name) for name, s in shapes.items()]


def loss_of(parameters: list[Tensor]) -> Any:
    w1, b1, w2, b2 = parameters
    x, y = (Tensor(a.astype(w1.data.dtype), requires_grad=False) for a in (X, Y))
    error = autograd.tanh(x @ w1 + b1) @ w2 + b2 - y
    return (error * error).mean()


@pytest.mark.parametrize("row", ROWS, ids=str)
@pytest.mark.parametrize("make", [Value, lambda x: Tensor([x])], ids=["Value", "Tensor"])
def test_golden_number(row: Row, make: Callable[[float], Any]) -> None:
    parameter = make(1.0)
    optimizer = row.make([parameter])
    for gradient in GRADIENTS * row.times:
        optimizer.zero_grad()
        loss = parameter * gradient
        (loss if isinstance(loss, Value) else loss.sum()).backward()
        optimizer.step()
    assert np.ravel(parameter.data)[0] == pytest.approx(row.golden, abs=1e-9, rel=0)


def test_gradients_of_a_sweep_land_in_the_buffer() -> None:
    parameters = network()
    optimizer = optim.Adam(parameters, lr=0.05)
    first = None
    for _ in range(100):
        optimizer.zero_grad()
        loss = loss_of(parameters)
        loss.backward()
        assert all(p.grad is p.grad_buffer for p in parameters)
        optimizer.step()
        first = float(loss) if first is None else first
    assert len({id(p.data.base) for p in parameters}) == 1
    assert first is not None and float(loss_of(parameters)) < 0.5 * first


def test_packed_training_equals_training_by_hand() -> None:
    packed, plain = network(), network()
    optimizer = optim.SGD(packed, lr=0.1, momentum=0.9)
    velocity = [np.zeros_like(p.data) for p in plain]
    for _ in range(20):
        optimizer.zero_grad()
        loss_of(packed).backward()
        optimizer.step()
        for p in plain:
            p.grad = None
        loss_of(plain).backward()
        for p, v in zip(plain, velocity, strict=True):
            v *= 0.9
            v += p.grad
            p.data = p.data - 0.1 * v
    for a, b in zip(packed, plain, strict=True):
        np.testing.assert_allclose(a.data, b.data, rtol=1e-12, atol=1e-14)


def test_float32_stays_float32() -> None:
    parameters = network(np.float32)
    optimizer = optim.Adam(parameters, lr=0.05)
    for _ in range(3):
        optimizer.zero_grad()
        loss_of(parameters).backward()
        optimizer.step()
    assert {p.data.dtype for p in parameters} == {np.dtype(np.float32)}
    assert {p.grad.dtype for p in parameters} == {np.dtype(np.float32)}


def test_a_step_between_forward_and_backward_is_noticed() -> None:
    parameters = network()
    optimizer = optim.SGD(parameters, lr=0.1)
    loss_of(parameters).backward()
    stale = loss_of(parameters)
    optimizer.step()
    with pytest.raises(RuntimeError, match=r"w1|b1|w2|b2"):
        stale.backward()


def test_making_an_optimizer_between_forward_and_backward_is_harmless() -> None:
    parameters = network()
    loss = loss_of(parameters)
    optimizer = optim.Adam(parameters)
    loss.backward()
    optimizer.step()
    assert optimizer.updates == 1


def test_unused_and_frozen_parameters_are_skipped() -> None:
    used, unused = Tensor([1.0]), Tensor([1.0])
    frozen = Tensor([1.0], requires_grad=False)
    optimizer = optim.Adam([used, unused, frozen], lr=0.1, weight_decay=0.5)
    for _ in range(2):
        optimizer.zero_grad()
        (used * 2).sum().backward()
        optimizer.step()
    assert used.data[0] == pytest.approx(0.8, abs=1e-3)
    assert unused.data[0] == frozen.data[0] == 1.0


def test_gradients_accumulate_over_two_sweeps() -> None:
    w = Tensor([1.0, 2.0])
    optimizer = optim.SGD([w], lr=1.0)
    for _ in range(2):
        optimizer.zero_grad()
        (w * 0.25).sum().backward()
        (w * 0.5).sum().backward()
        optimizer.step()
    np.testing.assert_allclose(w.data, [-0.5, 0.5])


def test_values_descend() -> None:
    x, y = Value(3.0, name="x"), Value(-2.0, name="y")
    optimizer = optim.Adam([x, y], lr=0.1)
    for _ in range(300):
        optimizer.zero_grad()
        ((x - 1) ** 2 + 3 * (y - 2) ** 2).backward()
        optimizer.step()
    assert x.data == pytest.approx(1, abs=1e-3) and y.data == pytest.approx(2, abs=1e-3)
    assert type(x.data) is float


def test_values_and_tensors_in_one_optimizer() -> None:
    number, array = Value(1.0), Tensor([1.0, 1.0])
    optimizer = optim.SGD([{"params": [number]}, {"params": [array], "lr": 0.5}], lr=0.1)
    (number * 2).backward()
    (array * 2).sum().backward()
    optimizer.step()
    assert number.data == pytest.approx(0.8) and array.data.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_an_interior_node_is_no_parameter(kind: Any) -> None:
    with pytest.raises(TypeError, match="is the result of an operation"):
        optim.SGD([kind(1.0) * kind(2.0)])


def test_labels_are_no_parameters() -> None:
    with pytest.raises(TypeError, match="dtype int64: only floating data"):
        optim.SGD([Tensor([0, 1, 2])])


def test_an_error_names_the_parameter() -> None:
    w = Tensor([1.0, 2.0], name="fc1.weight")
    optimizer = optim.SGD([w], check_finite=True)
    w.grad = np.array([1.0, np.inf])
    with pytest.raises(FloatingPointError, match=r"'fc1\.weight' holds inf"):
        optimizer.step()


def closure_for(optimizer: optim.Optimizer, parameters: list[Tensor]) -> Callable[[], Any]:
    def closure() -> Any:
        optimizer.zero_grad()
        loss = loss_of(parameters)
        loss.backward()
        return loss

    return closure


def test_lbfgs_with_a_closure_that_returns_the_loss_node() -> None:
    parameters = network()
    optimizer = optim.LBFGS(parameters, max_iter=50, line_search_fn="strong_wolfe")
    first = optimizer.step(closure_for(optimizer, parameters))
    assert isinstance(first, Tensor)
    assert float(loss_of(parameters)) < 0.5 * float(first)


def test_newton_with_the_engines_hessian() -> None:
    matrix = np.array([[3.0, 1.0], [1.0, 2.0]])

    def quadratic(w: Any) -> Any:
        return (w @ matrix @ w) / 2 - w.sum()

    w = Tensor([5.0, -7.0])
    optimizer = optim.Newton([w], autograd.hessian(quadratic))

    def closure() -> Any:
        optimizer.zero_grad()
        loss = quadratic(w)
        loss.backward()
        return loss

    optimizer.step(closure)
    np.testing.assert_allclose(w.data, np.linalg.solve(matrix, [1.0, 1.0]), rtol=1e-12)


def test_newton_reports_the_saddle_of_the_lectures() -> None:
    def saddle(w: Any) -> Any:
        return w[0] ** 2 - w[1] ** 2

    w = Tensor([0.0, 0.0])
    optimizer = optim.Newton([w], autograd.hessian(saddle))
    saddle(w).backward()
    with pytest.raises(optim.IndefiniteHessian, match="saddle here: eigenvalues from -2 to 2"):
        optimizer.step()


@pytest.mark.parametrize("surface", SURFACES.values(), ids=list(SURFACES))
@pytest.mark.parametrize("kind", [Value, Tensor])
def test_surfaces_take_nodes(surface: Surface, kind: Any) -> None:
    left, right, bottom, top = surface.window
    for point in np.random.default_rng(0).uniform((left, bottom), (right, top), (5, 2)):
        x, y = kind(point[0]), kind(point[1])
        f = surface(x, y)
        f.backward()
        assert float(f) == pytest.approx(float(surface(*point)), rel=1e-12)
        np.testing.assert_allclose([x.grad, y.grad], surface.gradient(point), rtol=1e-9, atol=1e-12)


def test_clipping_averaging_and_searching_over_nodes() -> None:
    number, array = Value(1.0), Tensor([1.0, 1.0])
    number.grad, array.grad = 3.0, np.array([0.0, 4.0])
    assert optim.clip_grad_norm_([number, array], 1.0) == 5.0
    assert number.grad == pytest.approx(0.6) and array.grad[1] == pytest.approx(0.8)
    average = optim.SWA([number, array])
    average.update()
    number.data, array.data = 3.0, np.array([3.0, 5.0])
    average.update()
    with average.applied():
        assert number.data == 2.0 and array.data.tolist() == [2.0, 3.0]
    assert number.data == 3.0 and array.data.tolist() == [3.0, 5.0]
    search = optim.ARS([number, array], lr=0.05, rng=0)
    for _ in range(300):
        search.step(lambda: number * number + float((array.data**2).sum()))
    assert abs(number.data) < 0.3 and np.abs(array.data).max() < 0.3


def test_find_lr_on_a_network() -> None:
    parameters = network()
    before = [p.data.copy() for p in parameters]
    optimizer = optim.SGD(parameters)
    found = optim.find_lr(optimizer, closure_for(optimizer, parameters), 1e-5, 100.0, 60)
    assert 1e-3 < found.suggestion < 10
    for parameter, data in zip(parameters, before, strict=True):
        np.testing.assert_array_equal(parameter.data, data)


def test_a_stand_in_and_a_tensor_go_the_same_way() -> None:
    ours, stand_in = Tensor([1.0, -2.0]), ArrayParameter([1.0, -2.0])
    first, second = optim.NAdam([ours], lr=0.1), optim.NAdam([stand_in], lr=0.1)
    for _ in range(10):
        first.zero_grad()
        (ours * ours).sum().backward()
        first.step()
        second.zero_grad()
        stand_in.receive(2 * stand_in.data)
        second.step()
    np.testing.assert_array_equal(ours.data, stand_in.data)
