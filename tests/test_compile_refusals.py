"""What a compiled function of arrays would get wrong in silence is refused, by name."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Tensor
from tests.test_compile_arrays import same, training


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


COUNT = np.zeros(1)


def _counted(x: Any) -> Any:
    COUNT[0] += 1
    return (x * W * COUNT).sum()


def _watched(x: Any) -> Any:
    with autograd.detect_anomaly():
        return (x * W).sum()


def _swept_while_watched(x: Any) -> Any:
    loss = (x * W).sum()
    with autograd.detect_anomaly():
        loss.backward()
    return loss


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
        (_hidden_state, "draws from a Generator of random numbers.*do it in an autograd.callback"),
        (_annealed, r"changes calls\[0\], which a replay would not repeat"),
        (_counted, r"writes into an array of shape \(1,\).*do it in an autograd.callback"),
        (lambda x: x[:, RNG.integers(0, 2)] * W, "draws from a Generator of random numbers"),
        (lambda x: x * W * (2 if RNG.random() < 2 else 3), "draws from a Generator"),
        (lambda x: x * W * (2 if random.random() < 2 else 3), "the generator of Python's random"),
        (lambda x: x * W * np.random.rand(1, 2), "the generator of numpy.random"),  # noqa: NPY002
        (lambda x: x * W * autograd.trace(x * W).output.value, "data of a Tensor is taken"),
        (lambda x: x * np.from_dlpack(x * 1.0), "the memory of a Tensor is shared"),
        (lambda x: autograd.grad(lambda q: (q * W).sum())(x), "a derivative is taken.*value_and_"),
        (_hooked, "a hook is registered"),
        (_watched, r"detect_anomaly is used .*call _watched.__wrapped__ inside"),
        (_swept_while_watched, r"detect_anomaly is used .*call _swept_while_watched.__wrapped__"),
        (lambda x: autograd.vmap(lambda row: row * 2.0)(x * W), "vmap"),
        (lambda x: autograd.gradients((x * W).sum(), [W])[0], "value_and_grad|data of a Tensor"),
    ],
)
def test_what_would_be_baked_in_is_refused(function: Any, said: str) -> None:
    with pytest.raises((RuntimeError, TypeError), match=said) as caught:
        called(function, np.array([[1.0, 2.0]]))
    assert "\n" not in str(caught.value)
    assert type(W) is Tensor  # the trace is over


def test_a_text_of_a_traced_node_has_no_numbers() -> None:
    texts: list[str] = []

    def noted(x: Any) -> Any:
        texts.extend([repr(x), str(x), "%s" % x, f"{x!r}"])  # noqa: UP031
        return x * 2.0

    called(noted, 0.25, times=1)
    called(noted, np.full((1, 2), 0.25), times=1)
    assert set(texts) == {
        "Value(traced, name='x')", "Tensor(traced, shape=(1, 2), dtype=float64)",
    }  # fmt: skip
    assert "0.25" in repr(autograd.Value(0.25)) and "0.5" in repr(W)


def test_how_many_elements_there_are_is_seen_where_the_numbers_say_so() -> None:
    def among(x: Any) -> Any:
        large = (x * W)[x > 0.5]
        return large.sum() * 2.0 if large.shape[0] else (x * 3.0).sum()

    compiled = autograd.compile(among)
    for large in (0, 0, 0, 1, 1, 2, 0, 1, 2):
        x = np.where(np.arange(2) < large, 0.75, 0.25)[None]
        assert compiled.value(x) == among(Tensor(x)).data

    def late(x: Any) -> Any:
        (x * W).sum().backward()
        return x[x > 0.5].sum()

    step: Any = autograd.compile(late)
    for _ in range(3):
        step(np.ones((1, 2)))
    with pytest.raises(
        RuntimeError, match=r"another shape .* behind backward\(\) .*test_compile_ref"
    ):
        step(np.zeros((1, 2)))
    W.grad = None


def test_what_is_in_a_tensor_is_found_anew_and_methods_of_masks_are_those_of_arrays() -> None:
    def asked(x: Any) -> Any:
        y = (x * 2.0 if 0.25 in x else x * 3.0).sum()
        return y * 5.0 if (x > 1).any() else y * 7.0 if (x < 0).all() else y

    compiled = autograd.compile(asked)
    for numbers in ([0.25, 0.5], [0.25, 0.5], [0.25, 0.5], [0.5, 2.0], [-1.0, -2.0], [0.25, 9.0]):
        x = np.array([numbers])
        assert compiled.value(x) == asked(Tensor(x, requires_grad=False)).data


def test_a_running_average_is_read_after_it_moved() -> None:
    norms = [nn.BatchNorm1d(2) for _ in range(2)]
    rng = np.random.default_rng(0)
    functions = [lambda x, n=n: n(x).sum() + (x * n.running_mean).sum() for n in norms]
    compiled = autograd.compile(functions[1])
    for _ in range(4):
        x = rng.normal(size=(3, 2))
        same(compiled.value(x), functions[0](x).data)


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
