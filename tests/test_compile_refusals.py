"""What a compiled function of arrays would get wrong in silence is refused, by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Tensor
from tests.test_compile_arrays import training


def called(function: Any, *args: Any, times: int = 4) -> None:
    compiled = autograd.compile(function)
    for _ in range(times):
        compiled.value(*args)


W = Tensor(np.array([[0.5, -2.0]]), name="W")
RNG = np.random.default_rng(0)


def _descend(x: Any) -> Any:
    loss = (x * W).sum()
    loss.backward()
    W.data = W.data - 0.1 * W.grad
    return loss


def _scaled(x: Any) -> Any:
    (x * W).sum().backward()
    W.grad = W.grad * 2
    return x


def _hidden_state(x: Any) -> Any:
    return (x * W * RNG.normal(size=(1, 2))).sum()


def _annealed(x: Any, calls: list[int] = [0]) -> Any:  # noqa: B006 - state is what is tried
    calls[0] += 1
    return (x * W).sum() * (1.0 / calls[0])


def _hooked(x: Any) -> Any:
    y = x * W
    y.register_hook(lambda g: g)
    return y


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: (x * W).sum().item(), r"item\(\) of a Tensor is called"),
        (lambda x: x * float((x * W).sum()), r"float\(\) of a Tensor"),
        (lambda x: (x * W).data.sum(), r"\.data of a Tensor is taken"),
        (lambda x: np.asarray(x) * W, "made a plain array"),
        (lambda x: np.eye(3)[(x * W > 0).astype(int)] * 1.0, "made a plain array"),
        (lambda x: x * W.data, r"\.data of a Tensor is taken|another one in the call before"),
        (_descend, r"\.(data|grad) of a Tensor is taken"),
        (_scaled, r"\.grad of a Tensor is"),
        (_hidden_state, "an array of shape .* another one in the call before.*autograd.callback"),
        (_annealed, "the number .* another one in the call before"),
        (_hooked, "a hook is registered"),
        (lambda x: autograd.vmap(lambda row: row * 2.0)(x * W), "vmap"),
        (lambda x: autograd.gradients((x * W).sum(), [W])[0], "value_and_grad|data of a Tensor"),
    ],
)
def test_what_would_be_baked_in_is_refused(function: Any, said: str) -> None:
    with pytest.raises((RuntimeError, TypeError), match=said) as caught:
        called(function, np.array([[1.0, 2.0]]))
    assert "\n" not in str(caught.value)
    assert type(W) is Tensor  # the trace is over


def test_hooks_watching_and_closures_are_refused() -> None:
    step = autograd.compile(training(model := nn.Linear(2, 1), lambda out: out.sum()))
    x = np.ones((3, 2))
    for _ in range(3):
        step(x)
    hook = model.weight.register_hook(lambda g: g)
    with pytest.raises(RuntimeError, match="a hook is registered on weight"):
        step(x)
    hook.remove()
    with autograd.detect_anomaly(), pytest.raises(RuntimeError, match="are watched"):
        step(x)
    lbfgs = optim.LBFGS(model.parameters())
    with pytest.raises(RuntimeError, match=r"LBFGS.step\(\) is called .* call it outside"):
        called(lambda x: lbfgs.step(lambda: model(x).sum()), x)
    every_second = optim.GradientAccumulation(optim.SGD([W], lr=0.1), 2)
    with pytest.raises(RuntimeError, match=r"GradientAccumulation\.step"):
        called(lambda x: every_second.step(), x)


class Counting(optim.SGD):
    """An optimizer whose step does something before and after that of SGD."""

    steps = 0

    def step(self, closure: Any = None) -> Any:
        self.steps += 1
        for group in self.param_groups:
            group["lr"] = 0.1 / self.steps
        super().step(closure)
        for group in self.param_groups:
            for p in group["params"]:
                p.data = p.data * 0.9


def test_what_a_step_does_beside_that_of_its_base_is_repeated_too() -> None:
    outcomes = []
    for is_compiled in (False, True):
        model = nn.Linear(2, 1, rng=0)
        step: Any = training(model, lambda out: out.sum(), Counting(model.parameters()))
        step = autograd.compile(step) if is_compiled else step
        losses = [step(np.full((3, 2), float(n))).item() for n in range(6)]
        outcomes.append((losses, model.weight.data.tolist(), model.state_dict()["bias"].tolist()))
    assert outcomes[0] == outcomes[1]


def test_what_an_array_or_a_place_does_not_fit_is_refused_in_one_line() -> None:
    model = nn.Linear(2, 1, rng=0)
    step: Any = autograd.compile(training(model, lambda out: out.sum()))
    x = np.ones((3, 2))
    for _ in range(3):
        step(x)
    before = model.weight.data.copy()
    for argument, said in (
        (x + 1j, "is a ndarray of complex128; it takes"),
        (np.array([["a", "b"]]), "is a ndarray of <U1; it takes"),
        (np.ma.masked_array(x, mask=x > 0), "is a MaskedArray; it takes"),
    ):
        with pytest.raises(TypeError, match=said):
            step(argument)
    with autograd.no_grad(), pytest.raises(RuntimeError, match="is called inside no_grad"):
        step(x)
    for what in (step.hessian, lambda x: step.jvp((x,), (x,))):
        with pytest.raises(TypeError, match="is of a function that changes nothing, and step"):
            what(x)
    np.testing.assert_array_equal(model.weight.data, before)
