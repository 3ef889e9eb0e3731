"""Flat packing stays right whatever happens to the parameters between two steps."""

from typing import Any

import numpy as np
import pytest

import optim
from tests.optim.stand_ins import ArrayParameter, NumberParameter, array_parameters, feed

SHAPES = ((2, 3), (3,), (3, 1), ())


class Lone:
    """A parameter that knows nothing of buffers or names."""

    __slots__ = ("data", "grad")

    def __init__(self, data: Any) -> None:
        self.data: Any = data
        self.grad: Any = None


def gradients(rng: np.random.Generator) -> list[Any]:
    return [rng.normal(size=s) for s in SHAPES]


def alone(start: Any, fed: list[Any], **options: Any) -> Any:
    """Where one parameter goes that shares its optimizer with no other."""
    parameter = Lone(np.array(start, float))
    optimizer = optim.Adam([parameter], **options)
    for gradient in fed:
        parameter.grad = None if gradient is None else np.array(gradient, float)
        if gradient is not None:
            optimizer.step()
    return parameter.data


def test_after_a_step_data_and_grad_are_views_of_one_vector() -> None:
    parameters = array_parameters(*SHAPES)
    optimizer = optim.Adam(parameters)
    feed(parameters, gradients(np.random.default_rng(0)))
    optimizer.step()
    bases = {id(p.data.base) for p in parameters}
    assert len(bases) == 1
    assert all(p.grad is p.grad_buffer for p in parameters)
    views = [p.data for p in parameters]
    optimizer.zero_grad()
    feed(parameters, gradients(np.random.default_rng(1)))
    optimizer.step()
    assert all(p.data is view for p, view in zip(parameters, views, strict=True))


def test_making_an_optimizer_changes_no_parameter() -> None:
    parameters = array_parameters(*SHAPES)
    before = [p.data for p in parameters]
    optim.Adam(parameters)
    assert all(p.data is x and p.assignments == 0 for p, x in zip(parameters, before, strict=True))


def test_a_step_assigns_data_once_as_the_mutation_signal() -> None:
    parameters = array_parameters(*SHAPES)
    optimizer = optim.SGD(parameters)
    feed(parameters, [np.ones(s) for s in SHAPES[:2]] + [None, None])
    optimizer.step()
    assert [p.assignments for p in parameters] == [1, 1, 0, 0]


@pytest.mark.parametrize("make", [ArrayParameter, Lone], ids=["with a buffer", "without one"])
def test_packed_equals_one_by_one(make: Any) -> None:
    rng = np.random.default_rng(0)
    start = gradients(rng)
    parameters = [make(np.array(x)) for x in start]
    optimizer = optim.Adam(parameters, lr=0.1)
    fed = [gradients(rng) for _ in range(10)]
    for each in fed:
        optimizer.zero_grad()
        for parameter, gradient in zip(parameters, each, strict=True):
            parameter.grad = np.array(gradient)
        optimizer.step()
    for i, parameter in enumerate(parameters):
        np.testing.assert_array_equal(
            parameter.data, alone(start[i], [each[i] for each in fed], lr=0.1)
        )


def test_skipped_parameters_keep_their_own_count_of_updates() -> None:
    rng = np.random.default_rng(0)
    start = gradients(rng)
    parameters = [ArrayParameter(x) for x in start]
    optimizer = optim.Adam(parameters, lr=0.1)
    fed = []
    for t in range(12):
        each = [g if (t + i) % (i + 2) else None for i, g in enumerate(gradients(rng))]
        each[t % 4] = rng.normal(size=SHAPES[t % 4])
        fed.append(each)
        optimizer.zero_grad()
        feed(parameters, each)
        optimizer.step()
    for i, parameter in enumerate(parameters):
        expected = alone(start[i], [each[i] for each in fed], lr=0.1)
        np.testing.assert_array_equal(parameter.data, expected)


def test_two_optimizers_share_a_parameter() -> None:
    shared, expected = ArrayParameter([1.0, 2.0]), np.array([1.0, 2.0])
    other = ArrayParameter([5.0])
    first, second = optim.SGD([shared, other], lr=0.1), optim.SGD([shared], lr=0.01)
    for t in range(6):
        first.zero_grad()
        second.zero_grad()
        shared.receive([1.0, -1.0])
        other.receive([1.0])
        shared.receive([0.5, t])
        (first if t % 2 else second).step()
        expected -= (0.1 if t % 2 else 0.01) * np.array([1.5, t - 1.0])
        np.testing.assert_allclose(shared.data, expected, rtol=1e-15)
    np.testing.assert_allclose(other.data, [4.7])


def test_data_may_be_replaced_between_steps() -> None:
    parameter = ArrayParameter([1.0, 2.0])
    optimizer = optim.SGD([parameter], lr=1.0)
    parameter.receive([0.5, 0.5])
    optimizer.step()
    parameter.data = np.array([10.0, 20.0])
    optimizer.step()
    assert parameter.data.tolist() == [9.5, 19.5]


def test_a_gradient_set_by_hand_is_copied_and_left_alone() -> None:
    parameter = ArrayParameter([1.0, 2.0])
    optimizer = optim.SGD([parameter], lr=1.0, momentum=0.5)
    mine = np.array([0.5, 0.25], dtype=np.float32)
    parameter.grad = mine
    optimizer.step()
    optimizer.step()
    assert mine.tolist() == [0.5, 0.25]
    assert parameter.data.tolist() == [1 - 0.5 - 0.75, 2 - 0.25 - 0.375]


def test_a_transposed_parameter_and_gradient() -> None:
    data, gradient = np.arange(6.0).reshape(2, 3).T, np.arange(6.0).reshape(2, 3).T
    parameter = Lone(data)
    optimizer = optim.SGD([parameter], lr=0.5)
    parameter.grad = gradient
    optimizer.step()
    np.testing.assert_array_equal(parameter.data, 0.5 * np.arange(6.0).reshape(2, 3).T)


def test_mixed_dtypes_and_kinds_keep_their_own() -> None:
    parameters: list[Any] = [
        ArrayParameter([1.0, 2.0], dtype=np.float32),
        NumberParameter(1.0),
        ArrayParameter([1.0, 2.0]),
        ArrayParameter(1.0, dtype=np.float32),
        NumberParameter(2.0),
    ]
    optimizer = optim.Adam(parameters, lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        for parameter in parameters:
            parameter.receive(0.5)
        optimizer.step()
    assert [getattr(p.data, "dtype", float) for p in parameters] == [
        np.float32, float, np.float64, np.float32, float
    ]  # fmt: skip
    assert isinstance(parameters[1].data, float)
    for parameter in parameters:
        np.testing.assert_allclose(parameter.data, np.round(parameter.data + 0.3) - 0.3, rtol=1e-6)


def test_a_group_added_later() -> None:
    first, second = ArrayParameter([1.0]), ArrayParameter([1.0])
    optimizer = optim.Adam([first], lr=0.1)
    first.receive([0.5])
    optimizer.step()
    optimizer.add_param_group({"params": [second], "lr": 0.01})
    second.receive([0.5])
    optimizer.step()
    np.testing.assert_allclose(first.data, [0.8], rtol=1e-6)
    np.testing.assert_allclose(second.data, [0.99], rtol=1e-6)
    assert len(optimizer.param_groups) == 2


def test_hyper_parameters_may_change_between_steps() -> None:
    parameter, expected, velocity = ArrayParameter([1.0]), 1.0, 0.0
    optimizer = optim.SGD([parameter], lr=0.1)
    for t in range(6):
        momentum = 0.0 if t < 2 else 0.5 + 0.09 * t
        optimizer.param_groups[0]["momentum"] = momentum
        optimizer.param_groups[0]["lr"] = 0.1 / (t + 1)
        optimizer.zero_grad()
        parameter.receive([1.0])
        optimizer.step()
        velocity = momentum * velocity + 1.0 if momentum else 0.0
        expected -= 0.1 / (t + 1) * (velocity if momentum else 1.0)
        assert parameter.data[0] == pytest.approx(expected, rel=1e-14)


def test_numbers_without_gradient_are_skipped() -> None:
    parameters = [NumberParameter(1.0), NumberParameter(2.0), NumberParameter(3.0)]
    optimizer = optim.SGD(parameters, lr=1.0)
    parameters[0].grad, parameters[1].grad, parameters[2].grad = 0.5, None, 0.25
    optimizer.step()
    assert [p.data for p in parameters] == [0.5, 2.0, 2.75]


def test_zero_grad_forgets() -> None:
    array, number = ArrayParameter([1.0]), NumberParameter(1.0)
    optimizer = optim.SGD([array, number])
    array.receive([1.0])
    number.receive(1.0)
    optimizer.zero_grad()
    assert array.grad is None and number.grad == 0.0


def test_an_empty_array_is_a_parameter() -> None:
    parameters = array_parameters((0, 3), (2,))
    optimizer = optim.Adam(parameters)
    feed(parameters, [np.zeros((0, 3)), np.ones(2)])
    optimizer.step()
    assert parameters[0].data.shape == (0, 3)
