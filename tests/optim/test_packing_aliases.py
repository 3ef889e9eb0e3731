"""Views into packed vectors held under another name: no step loses or changes what they hold."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import optim
from autograd import Tensor, no_grad
from tests.optim.stand_ins import ArrayParameter

KINDS = pytest.mark.parametrize("kind", [ArrayParameter, Tensor])


def packed(kind: Any, *data: Any, groups: bool = False) -> tuple[list[Any], Any]:
    """Parameters after a first step that moved none of them, and their optimizer."""
    parameters = [kind(np.array(x, float)) for x in data]
    optimizer = optim.SGD([{"params": [p]} for p in parameters] if groups else parameters, lr=1.0)
    for p in parameters:
        p.grad = np.zeros(p.data.shape)
    optimizer.step()
    return parameters, optimizer


def still(*optimizers: Any) -> None:
    """A step that must not change any number."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            for p in group["params"]:
                p.grad = np.zeros(p.data.shape)
        optimizer.step()


def data(parameters: list[Any]) -> list[Any]:
    return [p.data.tolist() for p in parameters]


@KINDS
@pytest.mark.parametrize("groups", [False, True], ids=["one group", "a group for each"])
def test_swapped_data_stays_swapped(kind: Any, groups: bool) -> None:
    (p, q), optimizer = packed(kind, [1, 2], [3, 4], groups=groups)
    p.data, q.data = q.data, p.data
    still(optimizer)
    assert data([p, q]) == [[3, 4], [1, 2]]


@KINDS
@pytest.mark.parametrize("groups", [False, True], ids=["one group", "a group for each"])
def test_three_data_take_each_others_place(kind: Any, groups: bool) -> None:
    (p, q, r), optimizer = packed(kind, [1, 2], [3, 4], [5, 6], groups=groups)
    p.data, q.data, r.data = q.data, r.data, p.data
    still(optimizer)
    assert data([p, q, r]) == [[3, 4], [5, 6], [1, 2]]


@KINDS
def test_data_swapped_between_two_optimizers(kind: Any) -> None:
    (p,), first = packed(kind, [1, 2])
    (q,), second = packed(kind, [3, 4])
    p.data, q.data = q.data, p.data
    p.grad, q.grad = np.ones(2), np.zeros(2)
    first.step()
    assert data([p, q]) == [[2, 3], [1, 2]]
    second.step()
    assert data([p, q]) == [[2, 3], [1, 2]]


@KINDS
def test_data_that_overlaps_its_own_vector(kind: Any) -> None:
    (p, q, r), optimizer = packed(kind, [1, 2, 3], [4, 5, 6], [7, 8, 9])
    vector = p.data.base
    p.data, q.data, r.data = q.data[::-1], vector[1:4], r.data[::-1]
    still(optimizer)
    assert data([p, q, r]) == [[6, 5, 4], [2, 3, 4], [9, 8, 7]]


@KINDS
def test_data_of_another_stays_where_there_is_no_gradient(kind: Any) -> None:
    p, q = kind([1.0, 2.0]), kind([3.0, 4.0])
    optimizer = optim.SGD([p, q], lr=1.0)
    q.grad = np.ones(2)
    optimizer.step()
    p.data = q.data
    optimizer.step()
    assert data([p, q]) == [[2, 3], [1, 2]]


@KINDS
def test_data_put_aside_comes_back_after_a_step(kind: Any) -> None:
    (p, q), optimizer = packed(kind, [1, 2], [3, 4])
    kept = p.data
    p.data = np.array([10.0, 20.0])
    p.grad = q.grad = np.ones(2)
    optimizer.step()
    assert data([p, q]) == [[9, 19], [2, 3]]
    p.data = kept
    still(optimizer)
    assert data([p, q]) == [[1, 2], [2, 3]]


@pytest.mark.parametrize("average", [optim.EMA, optim.SWA])
def test_a_step_while_averages_are_lent_leaves_the_weights(average: Any) -> None:
    (p, q), optimizer = packed(Tensor, [1, 2], [3, 4])
    lent = average([p, q])
    lent.update()
    with lent.applied():
        p.grad = q.grad = np.ones(2)
        optimizer.step()
        assert data([p, q]) == [[0, 1], [2, 3]]
    assert data([p, q]) == [[1, 2], [3, 4]]
    still(optimizer)
    assert data([p, q]) == [[1, 2], [3, 4]]


@KINDS
@pytest.mark.parametrize("groups", [False, True], ids=["one group", "a group for each"])
def test_swapped_gradients_stay_swapped(kind: Any, groups: bool) -> None:
    (p, q), optimizer = packed(kind, [0, 0], [0, 0], groups=groups)
    optimizer.zero_grad()
    for x, g in ((p, [1.0, 2.0]), (q, [3.0, 4.0])):
        x.grad_buffer[...] = g
        x.grad = x.grad_buffer  # as a sweep leaves it
    p.grad, q.grad = q.grad, p.grad
    for times in (1, 2):  # without zero_grad in between
        optimizer.step()
        assert data([p, q]) == [[-3 * times, -4 * times], [-1 * times, -2 * times]]
        assert p.grad.tolist() == [3, 4] and q.grad.tolist() == [1, 2]
    optimizer.zero_grad()
    for x in (p, q):
        x.grad_buffer[...] = 1.0
        x.grad = x.grad_buffer
    optimizer.step()
    assert data([p, q]) == [[-7, -9], [-3, -5]]


@KINDS
def test_a_gradient_given_to_a_parameter_of_another_group(kind: Any) -> None:
    (p, q), optimizer = packed(kind, [0, 0], [0, 0], groups=True)
    p.grad_buffer[...] = [1.0, 2.0]
    q.grad, p.grad = p.grad_buffer, np.array([5.0, 5.0])
    optimizer.step()
    assert data([p, q]) == [[-5, -5], [-1, -2]]


def test_data_of_a_packed_parameter_given_to_another_tensor_is_copied() -> None:
    (p,), optimizer = packed(Tensor, [1, 2])
    target = Tensor([0.0, 0.0])
    target.data = p.data
    p.grad = np.ones(2)
    optimizer.step()
    assert target.data.tolist() == [1, 2] and p.data.tolist() == [0, 1]


def swap(rng: np.random.Generator, parameters: list[Any], numbers: list[Any]) -> None:
    i, j = rng.integers(len(parameters), size=2)
    parameters[i].data, parameters[j].data = parameters[j].data, parameters[i].data
    numbers[i], numbers[j] = numbers[j], numbers[i]


def rotate(rng: np.random.Generator, parameters: list[Any], numbers: list[Any]) -> None:
    k = int(rng.integers(len(parameters)))
    held = [p.data for p in parameters]
    for i, p in enumerate(parameters):
        p.data = held[i - k]
    numbers[:] = [numbers[i - k] for i in range(len(numbers))]


def turn(rng: np.random.Generator, parameters: list[Any], numbers: list[Any]) -> None:
    i = rng.integers(len(parameters))
    parameters[i].data = parameters[i].data[::-1]
    numbers[i] = numbers[i][::-1].copy()


def renew(rng: np.random.Generator, parameters: list[Any], numbers: list[Any]) -> None:
    i = rng.integers(len(parameters))
    numbers[i] = rng.normal(size=3)
    parameters[i].data = numbers[i].copy()


def write(rng: np.random.Generator, parameters: list[Any], numbers: list[Any]) -> None:
    i = rng.integers(len(parameters))
    parameters[i].data = parameters[i].data.copy()
    parameters[i].data *= 2
    numbers[i] = 2 * numbers[i]


CHANGES: list[Callable[[np.random.Generator, list[Any], list[Any]], None]] = [
    swap, rotate, turn, renew, write
]  # fmt: skip


@KINDS
@pytest.mark.parametrize("seed", range(60))
def test_random_changes_between_steps_of_several_optimizers(kind: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    numbers: list[Any] = [rng.normal(size=3) for _ in range(5)]
    parameters: list[Any] = [kind(x) for x in numbers]
    groups = [{"params": parameters[:2]}, {"params": parameters[2:4]}]
    owners = [
        (optim.SGD(groups, lr=1.0), [0, 1, 2, 3]),
        (optim.SGD([parameters[4]], lr=1.0), [4]),
        (optim.SGD(parameters[1:3], lr=1.0), [1, 2]),
    ]  # fmt: skip
    kept: list[tuple[Any, Any]] = []
    for _ in range(25):
        for change in rng.choice(len(CHANGES), size=rng.integers(3)):
            CHANGES[change](rng, parameters, numbers)
        optimizer, places = owners[rng.integers(3)]
        gradients = [
            None if rng.random() < 0.3 else rng.normal(size=3) for _ in range(len(parameters))
        ]
        gradients[places[0]] = rng.normal(size=3)
        for p, g in zip(parameters, gradients):
            p.grad = None
            if g is not None and rng.random() < 0.5:
                p.grad_buffer[...] = g
                p.grad = p.grad_buffer
            elif g is not None:
                p.grad = g.copy()
        if rng.random() < 0.5:
            i, j = places[0], places[-1]
            parameters[i].grad, parameters[j].grad = parameters[j].grad, parameters[i].grad
            gradients[i], gradients[j] = gradients[j], gradients[i]
        optimizer.step()
        for i in places:
            if (g := gradients[i]) is not None:
                numbers[i] = numbers[i] - g
        for p, x in zip(parameters, numbers):
            np.testing.assert_array_equal(p.data, x)
        for p, g in zip(parameters, gradients):
            np.testing.assert_array_equal(p.grad, g)  # a step leaves the gradients as they are
        i = int(rng.integers(5))
        kept.append((parameters[i].detach(), numbers[i]) if kind is Tensor else (np.ones(1), 1.0))
    for a, b in kept:
        np.testing.assert_array_equal(a.data, b)


def unrecorded(function: Callable[..., Any], *arguments: Any) -> Any:
    with no_grad():
        return function(*arguments)


@pytest.mark.parametrize(
    "detached",
    [
        lambda p: p.detach(),
        lambda p: p.reshape(-1).detach(),
        lambda p: p[:2].detach(),
        lambda p: Tensor(p.data),
        lambda p: p.data,
        lambda p: p.numpy()[:2],
        lambda p: unrecorded(p.reshape, -1),
        lambda p: unrecorded(p.__getitem__, slice(None)),
        lambda p: unrecorded(lambda: p.T),
    ],
    ids=["parameter", "view", "slice", "Tensor(p.data)", "data", "numpy", "reshaped", "[:]", "T"],
)
def test_a_target_of_detached_parameters_keeps_its_numbers(detached: Callable[..., Any]) -> None:
    (p, q), optimizer = packed(Tensor, [1, 2], [3, 4])
    y = (detached(p) * q).sum()
    p.grad = np.ones(2)
    optimizer.zero_grad()
    p.grad = np.ones(2)
    optimizer.step()
    y.backward()
    assert p.data.tolist() == [0, 1] and q.grad.tolist() == [1, 2]


def test_a_parameter_that_was_frozen_meanwhile_gives_the_numbers_it_had() -> None:
    (p, q), optimizer = packed(Tensor, [1, 2], [3, 4])
    p.requires_grad = False
    y = (p * q).sum()
    p.requires_grad = True
    optimizer.zero_grad()
    p.grad = np.ones(2)
    optimizer.step()
    y.backward()
    assert p.data.tolist() == [0, 1] and q.grad.tolist() == [1, 2]


def test_a_target_network_learns_from_the_weights_before_the_step() -> None:
    (w,), optimizer = packed(Tensor, [1, 2])
    reward = Tensor([5.0, 5.0])
    target = reward + w.detach() * 0.5
    loss = ((reward * w - target) ** 2).sum()
    loss.backward()
    first = w.grad.copy()
    optimizer.step()
    # The target and its square belong to the weights before the step.
    np.testing.assert_array_equal(target.data, [5.5, 6])
    np.testing.assert_array_equal(first, 2 * (5 * np.array([1, 2]) - [5.5, 6]) * 5)
    again = ((reward * w - target) ** 2).sum()
    w.grad = None
    again.backward()
    np.testing.assert_array_equal(w.grad, 2 * (5 * w.data - [5.5, 6]) * 5)
