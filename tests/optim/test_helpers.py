"""Clipping, accumulation and averages of weights."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import optim
from tests.optim.stand_ins import ArrayParameter, NumberParameter, array_parameters, feed
from tests.peers import require

SHAPES = ((2, 3), (4,), ())


@pytest.mark.parametrize("norm_type", [1.0, 2.0, 3.5, math.inf])
@pytest.mark.parametrize("limit", [0.0, 0.5, 100.0])
def test_clip_grad_norm_equals_torch(norm_type: float, limit: float) -> None:
    torch = require("torch")
    rng = np.random.default_rng(0)
    ours = [*array_parameters(*SHAPES), ArrayParameter([1.0])]
    theirs = [torch.nn.Parameter(torch.tensor(p.data)) for p in ours]
    fed = [*(rng.normal(size=s) for s in SHAPES), None]
    feed(ours, fed)
    for parameter, gradient in zip(theirs, fed, strict=True):
        parameter.grad = None if gradient is None else torch.tensor(gradient)
    norm = optim.clip_grad_norm_(ours, limit, norm_type)
    assert norm == pytest.approx(float(torch.nn.utils.clip_grad_norm_(theirs, limit, norm_type)))
    for a, b in zip(ours[:-1], theirs[:-1], strict=True):
        assert a.grad is not None
        np.testing.assert_allclose(a.grad, b.grad.numpy(), rtol=1e-12)
    assert ours[-1].grad is None


def test_clipping_works_in_place_on_the_buffers() -> None:
    array, number = ArrayParameter([1.0, 2.0]), NumberParameter(1.0)
    optimizer = optim.SGD([array, number], lr=1.0)
    array.receive([3.0, 0.0])
    number.receive(4.0)
    assert optim.clip_grad_norm_([array, number], 2.5) == 5.0
    assert array.grad is array.grad_buffer
    optimizer.step()
    np.testing.assert_allclose(array.data, [-0.5, 2.0], rtol=1e-6)
    assert number.data == pytest.approx(-1.0, rel=1e-5)
    optim.clip_grad_value_([array, number], 0.75)
    assert array.grad is not None and array.grad.tolist() == [0.75, 0.0] and number.grad == 0.75


def test_a_single_parameter_and_no_gradient_at_all() -> None:
    parameter = ArrayParameter([1.0])
    assert optim.clip_grad_norm_(parameter, 1.0) == 0.0  # type: ignore[arg-type]
    parameter.receive([-9.0])
    optim.clip_grad_value_(parameter, 1.0)  # type: ignore[arg-type]
    assert parameter.grad is not None and parameter.grad.tolist() == [-1.0]


def test_clipping_a_nan_is_an_error_when_asked() -> None:
    parameter = ArrayParameter([1.0, 2.0])
    parameter.receive([math.nan, 1.0])
    with pytest.raises(FloatingPointError, match="norm of the gradients is nan"):
        optim.clip_grad_norm_([parameter], 1.0, error_if_nonfinite=True)
    assert parameter.grad is not None and parameter.grad[1] == 1.0
    optim.clip_grad_norm_([parameter], 1.0)
    assert np.isnan(parameter.grad).all()


@pytest.mark.parametrize("every", [1, 3])
def test_accumulated_batches_equal_their_mean(every: int) -> None:
    rng = np.random.default_rng(0)
    batches = rng.normal(size=(7, 2))
    small, large = ArrayParameter([1.0, 2.0]), ArrayParameter([1.0, 2.0])
    accumulating = optim.GradientAccumulation(optim.Adam([small], lr=0.1), every)
    plain = optim.Adam([large], lr=0.1)
    stepped = []
    for batch in batches:
        accumulating.zero_grad()
        stepped.append(accumulating.step(lambda batch=batch: small.receive(batch)))  # type: ignore[misc]
    stepped.append(accumulating.flush())
    for start in range(0, 7, every):
        plain.zero_grad()
        large.receive(batches[start : start + every].mean(0))
        plain.step()
    np.testing.assert_allclose(small.data, large.data, rtol=1e-12)
    assert stepped == [(i + 1) % every == 0 for i in range(7)] + [bool(7 % every)]
    assert not accumulating.flush()


def train(update: Callable[[], None], parameter: ArrayParameter) -> list[Any]:
    rng = np.random.default_rng(0)
    seen = []
    for _ in range(20):
        parameter.data = rng.normal(size=3)
        seen.append(parameter.data.copy())
        update()
    return seen


def test_ema_and_swa_equal_torch(double_precision: Any) -> None:
    torch = double_precision
    for ours, function in (
        (lambda p: optim.EMA(p, 0.9), torch.optim.swa_utils.get_ema_multi_avg_fn(0.9)),
        (optim.SWA, torch.optim.swa_utils.get_swa_multi_avg_fn()),
    ):
        parameter = ArrayParameter([0.0, 0.0, 0.0])
        average = ours([parameter])
        model = torch.nn.Linear(3, 1, bias=False, dtype=torch.float64)
        peer = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=function)
        for values in train(average.update, parameter):
            with torch.no_grad():
                model.weight.copy_(torch.tensor(values)[None])
            peer.update_parameters(model)
        theirs = peer.module.weight.detach().numpy()[0]
        np.testing.assert_allclose(average.averages[0], theirs, rtol=1e-12, atol=1e-14)


def test_averages_are_lent_and_given_back() -> None:
    array, number = ArrayParameter([1.0], dtype=np.float32), NumberParameter(1.0)
    average = optim.EMA([array, number], 0.5)
    average.update()
    array.data, number.data = np.array([3.0], np.float32), 2.0
    average.update()
    held = array.data

    def fail() -> None:
        with average.applied():
            assert array.data.tolist() == [2.0] and array.data.dtype == np.float32
            assert number.data == 1.5 and isinstance(number.data, float)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert array.data is held and number.data == 2.0
    average.copy_to()
    array.data += 1
    assert average.averages[0].tolist() == [2.0]


def test_averages_resume() -> None:
    first, second = ArrayParameter([0.0, 0.0, 0.0]), ArrayParameter([0.0, 0.0, 0.0])
    average, restored = optim.SWA([first]), optim.SWA([second])
    train(average.update, first)
    restored.load_state_dict(average.state_dict())
    for one, parameter in ((average, first), (restored, second)):
        parameter.data = np.ones(3)
        one.update()
    np.testing.assert_array_equal(average.averages[0], restored.averages[0])
    with pytest.raises(ValueError, match=r"'average' of parameter 0 has shape \(3,\)"):
        optim.SWA([ArrayParameter([1.0])]).load_state_dict(average.state_dict())
    with pytest.raises(ValueError, match="has 1 parameters, this one 2"):
        optim.SWA([ArrayParameter([1.0])] * 2).load_state_dict(average.state_dict())


def test_weighted_average_of_a_constant() -> None:
    np.testing.assert_allclose(optim.weighted_average([5.0] * 50, 0.9), 5.0)
    plain = optim.weighted_average([5.0] * 50, 0.9, correct=False)
    np.testing.assert_allclose(plain, 5 * (1 - 0.9 ** np.arange(1, 51)))


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: optim.clip_grad_norm_([], -1.0), "max_norm must be at least 0"),
        (lambda: optim.clip_grad_norm_([], 1.0, 0.5), "norm_type must be at least 1"),
        (lambda: optim.clip_grad_value_([], math.nan), "clip_value must be"),
        (lambda: optim.EMA([ArrayParameter([1.0])], 1.0), r"decay must be in \[0, 1\)"),
        (lambda: optim.SWA([]), "got no parameters"),
        (lambda: optim.weighted_average([1.0], -0.1), "beta must be"),
        (
            lambda: optim.GradientAccumulation(optim.SGD([ArrayParameter([1.0])]), 0),
            "every must be a whole number",
        ),
    ],
)
def test_bad_arguments(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
