"""What is wrong is named, with the value and what is allowed; nothing has changed by then."""

import copy
import inspect
import math
import pickle
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import optim
from optim.races import race
from tests.optim.stand_ins import ArrayParameter, NumberParameter

# What a type checker would refuse must be refused at run time too.
SGD: Any = optim.SGD
Adam: Any = optim.Adam


def one() -> list[ArrayParameter]:
    return [ArrayParameter([1.0, 2.0], name="fc1.weight")]


class Interior(ArrayParameter):
    def _operands(self) -> tuple[Any, ...]:
        return (1, 2)


BAD: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: SGD(one(), lr=-0.1), ValueError, r"lr must be at least 0 and finite, got -0.1"),
    (lambda: SGD(one(), lr=math.nan), ValueError, r"lr must be .*, got nan"),
    (lambda: SGD(one(), lr=math.inf), ValueError, r"lr must be .*, got inf"),
    (lambda: SGD(one(), lr="fast"), TypeError, r"lr must be a number .*, got 'fast'"),
    (lambda: SGD(one(), lr=True), TypeError, r"lr must be a number"),
    (lambda: Adam(one(), betas=(0.9, 1.0)), ValueError, r"betas\[1\] must be in \[0, 1\)"),
    (lambda: Adam(one(), betas=(-0.1, 0.9)), ValueError, r"betas\[0\] .* got -0.1"),
    (lambda: Adam(one(), betas=0.9), ValueError, r"betas must be 2 numbers, got 0.9"),
    (lambda: Adam(one(), eps=-1e-8), ValueError, r"eps must be at least 0"),
    (lambda: Adam(one(), eps_form="between"), ValueError, r"'outside', 'inside', 'hat'"),
    (lambda: Adam(one(), amsgrad="yes"), TypeError, r"amsgrad must be True or False"),
    (lambda: SGD(one(), momentum=1.5), ValueError, r"momentum must be in \[0, 1\), got 1.5"),
    (lambda: SGD(one(), nesterov=True), ValueError, r"nesterov needs a momentum above 0"),
    (
        lambda: SGD(one(), momentum=0.9, dampening=0.5, momentum_form="average"),
        ValueError,
        r"dampening belongs to momentum_form='accumulate'",
    ),
    (lambda: SGD([]), ValueError, r"got no parameters"),
    (lambda: SGD([{"params": []}]), ValueError, r"at least one parameter"),
    (lambda: SGD([{"lr": 0.1}]), TypeError, r"a dict with the entry 'params'"),
    (lambda: SGD([{"params": one(), "lrr": 0.1}]), TypeError, r"'lrr' is no .*; use lr"),
    (lambda: SGD([{"params": one(), "lr": -1}]), ValueError, r"lr must be .*, got -1"),
    (lambda: SGD({"params": one()}), TypeError, r"got one dict"),
    (lambda: SGD(one()[0]), TypeError, r"put a single one in brackets"),
    (lambda: SGD(3), TypeError, r"must be a list of parameters, got 3"),
    (lambda: SGD([1.5]), TypeError, r"parameter 0 is a float: .* \.data and \.grad"),
    (lambda: SGD(["w"]), TypeError, r"parameter 0 is a str"),
    (lambda: SGD([np.ones(2)]), TypeError, r"parameter 0 is a ndarray"),
    (lambda: SGD([ArrayParameter([1], dtype=int)]), TypeError, r"only floating data"),
    (lambda: SGD([Interior([1.0])]), TypeError, r"result of an operation"),
    (lambda: SGD(one() * 2), ValueError, r"'fc1.weight' appears twice"),
    (lambda: SGD(one()).step(), ValueError, r"found no gradient: call loss.backward\(\)"),
]


@pytest.mark.parametrize("make, error, message", BAD, ids=[case[2] for case in BAD])
def test_bad_input(make: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


OPTIMIZERS = [
    value
    for value in vars(optim).values()
    if isinstance(value, type) and issubclass(value, optim.Optimizer)
    if value not in (optim.Optimizer, optim.FirstOrder)
]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: optimizer.__name__)
def test_an_unknown_argument_is_answered_with_the_nearest(optimizer: Any) -> None:
    names = list(inspect.signature(optimizer).parameters)
    assert names[0] == "params" and "lr" in names  # the signature is not hidden
    for wrong, right in [("learning_rate", "lr"), ("lrr", "lr"), *((n + "x", n) for n in names)]:
        message = f"{optimizer.__name__}: use {right}= here, not {wrong}="
        with pytest.raises(TypeError, match=re.escape(message)):
            optimizer(one(), **{wrong: 0.1})
    with pytest.raises(TypeError, match=r"there is no argument zzz=; it takes params, .*lr"):
        optimizer(one(), zzz=1)


@pytest.mark.parametrize(
    "optimizer, wrong, right",
    [
        (Adam, "beta1", "betas"),
        (Adam, "epsilon", "eps"),
        (optim.RMSprop, "rho", "alpha"),
        (SGD, "beta", "momentum"),
        (SGD, "wd", "weight_decay"),
        (optim.ARS, "seed", "rng"),
    ],
)
def test_names_of_other_libraries(optimizer: Any, wrong: str, right: str) -> None:
    with pytest.raises(TypeError, match=f"use {right}= here, not {wrong}="):
        optimizer(one(), **{wrong: 0.1})


def test_an_optimizer_of_ones_own_is_answered_too() -> None:
    class Halving(optim.FirstOrder):
        rule = staticmethod(lambda theta, g, *, lr: theta - 0.5 * lr * g)

        def __init__(self, params: Any, lr: float = 0.1) -> None:
            super().__init__(params, {"lr": lr})

    class Open(Halving):
        def __init__(self, params: Any, **options: Any) -> None:
            super().__init__(params, **options)

    own: list[Any] = [Halving, Open]
    for optimizer in own:
        named = optimizer.__name__
        with pytest.raises(TypeError, match=f"{named}: use lr= here"):
            optimizer(one(), learning_rate=0.1)


def test_a_generator_read_twice() -> None:
    parameters = (p for p in one())
    optim.SGD(parameters)
    with pytest.raises(ValueError, match=r"a generator such as .* can be read only once"):
        optim.SGD(parameters)


def test_a_parameter_in_two_groups() -> None:
    parameters = one()
    optimizer = optim.SGD(parameters)
    with pytest.raises(ValueError, match="appears twice"):
        optimizer.add_param_group({"params": parameters})
    assert len(optimizer.param_groups) == 1


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_check_finite_names_the_parameter_and_changes_nothing(bad: float) -> None:
    parameters = [ArrayParameter([1.0]), ArrayParameter([1.0, 2.0], name="fc1.bias")]
    optimizer = optim.Adam(parameters, check_finite=True)
    parameters[0].receive([1.0])
    parameters[1].receive([1.0, bad])
    with pytest.raises(FloatingPointError, match=f"'fc1.bias' holds {bad} in 1 of 2 entries"):
        optimizer.step()
    assert parameters[0].data.tolist() == [1.0] and optimizer.updates == 0


def test_without_check_finite_a_nan_passes_through() -> None:
    parameter = NumberParameter(1.0)
    parameter.grad = math.nan
    optim.SGD([parameter]).step()
    assert math.isnan(parameter.data)


@pytest.mark.parametrize("bad", [math.nan, -1.0, math.inf])
def test_a_rate_that_turns_bad_later_is_refused_before_any_change(bad: float) -> None:
    parameters = one()
    optimizer = optim.SGD(parameters, lr=lambda t: bad)
    parameters[0].receive([1.0, 1.0])
    with pytest.raises(ValueError, match="lr must be"):
        optimizer.step()
    assert parameters[0].data.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    "name, value, message",
    [
        ("momentum", 2.0, r"momentum must be in \[0, 1\), got 2.0"),
        ("momentum", lambda t: 1.0, r"momentum must be in \[0, 1\), got 1.0"),
        ("weight_decay", -1.0, "weight_decay must be at least 0"),
        ("nesterov", 1, "nesterov must be True or False"),
        ("momentum_form", "heavy", "momentum_form must be one of"),
    ],
)
def test_a_hyper_parameter_changed_to_something_bad(name: str, value: Any, message: str) -> None:
    parameters = one()
    optimizer = optim.SGD(parameters, momentum=0.5)
    parameters[0].receive([1.0, 1.0])
    optimizer.param_groups[0][name] = value
    with pytest.raises((ValueError, TypeError), match=message):
        optimizer.step()
    with pytest.raises((ValueError, TypeError), match=message):
        optimizer.step()
    assert parameters[0].data.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy, pickle.dumps])
def test_an_optimizer_is_not_copied(how: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match=r"keep its state_dict\(\)"):
        how(optim.Adam(one()))


def test_data_and_gradient_of_another_shape() -> None:
    parameters = one()
    optimizer = optim.SGD(parameters)
    parameters[0].grad = np.ones(3)
    with pytest.raises(ValueError, match=r"gradient of parameter 'fc1.weight' has shape \(3,\)"):
        optimizer.step()
    parameters[0].data = np.ones(3)
    with pytest.raises(ValueError, match=r"make a new optimizer for a new shape"):
        optimizer.step()


@pytest.mark.parametrize("kind", [float, np.float16])
def test_a_whole_number_may_be_a_float(kind: Callable[[int], Any]) -> None:
    def after(make: Callable[[int], Any]) -> list[Any]:
        w = ArrayParameter([1.0, -2.0])

        def closure() -> Any:
            w.grad = 4 * w.data**3
            return (w.data**4).sum()

        for optimizer in (
            optim.ARS([w], directions=make(4), top=make(2), rng=0),
            optim.LBFGS([w], max_iter=make(3), history_size=make(2)),
        ):
            for _ in range(3):
                optimizer.step(closure)
        optim.GradientDescent([w], lr=0.01, max_steps=make(3)).minimize(closure)
        return [float(x) for x in w.data]

    assert after(kind) == after(int)
    assert race("ravine", "sgd", steps=kind(3)).steps == 3
