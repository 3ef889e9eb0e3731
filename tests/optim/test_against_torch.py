"""Two hundred steps beside PyTorch, fed the same gradients, for every option that both have."""

import warnings
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest

import optim
from tests.optim.problems import PROBLEMS, all_gradients
from tests.optim.stand_ins import ArrayParameter, feed
from tests.peers import require

# A learning rate that keeps 200 steps on Rosenbrock finite, and the values each option takes.
OPTIONS: dict[str, tuple[float, dict[str, tuple[Any, ...]]]] = {
    "SGD": (
        1e-4,
        {
            "momentum": (0.0, 0.9),
            "dampening": (0.0, 0.3),
            "nesterov": (False, True),
            "weight_decay": (0.0, 0.02),
            "maximize": (False, True),
        },
    ),
    "Adagrad": (
        0.1,
        {
            "lr_decay": (0.0, 0.1),
            "weight_decay": (0.0, 0.02),
            "initial_accumulator_value": (0.0, 0.5),
            "eps": (1e-10, 1e-2),
            "maximize": (False, True),
        },
    ),
    "Adadelta": (
        1.0,
        {
            "rho": (0.9, 0.5),
            "eps": (1e-6, 1e-2),
            "weight_decay": (0.0, 0.02),
            "maximize": (False, True),
        },
    ),
    "RMSprop": (
        1e-3,
        {
            "alpha": (0.99, 0.5),
            "eps": (1e-8, 1e-2),
            "weight_decay": (0.0, 0.02),
            "momentum": (0.0, 0.9),
            "centered": (False, True),
            "maximize": (False, True),
        },
    ),
    "Adam": (
        1e-2,
        {
            "betas": ((0.9, 0.999), (0.5, 0.7)),
            "eps": (1e-8, 1e-2),
            "weight_decay": (0.0, 0.02),
            "amsgrad": (False, True),
            "decoupled_weight_decay": (False, True),
            "maximize": (False, True),
        },
    ),
}


AVERAGES = {"betas": ((0.9, 0.999), (0.5, 0.7)), "eps": (1e-8, 1e-2)}
DECAY = {"weight_decay": (0.0, 0.02), "maximize": (False, True)}
OPTIONS |= {
    "AdamW": (1e-2, {**AVERAGES, **DECAY, "amsgrad": (False, True)}),
    "NAdam": (
        1e-2,
        {
            **AVERAGES,
            **DECAY,
            "momentum_decay": (4e-3, 0.0, 1.0),
            "decoupled_weight_decay": (False, True),
        },
    ),
    "Adamax": (1e-2, {**AVERAGES, **DECAY}),
    "RAdam": (1e-4, {**AVERAGES, **DECAY, "decoupled_weight_decay": (False, True)}),
    "Rprop": (
        1e-3,
        {
            "etas": ((0.5, 1.2), (0.3, 1.5)),
            "step_sizes": ((1e-6, 50.0), (1e-4, 1e-2)),
            "maximize": (False, True),
        },
    ),
}


def combinations() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, (lr, options) in OPTIONS.items():
        for values in product(*options.values()):
            chosen = dict(zip(options, values, strict=True))
            if chosen.get("nesterov") and (not chosen["momentum"] or chosen["dampening"]):
                continue
            if chosen.get("decoupled_weight_decay") and not chosen["weight_decay"]:
                continue
            yield name, {"lr": lr, **chosen}


def label(case: tuple[str, dict[str, Any]]) -> str:
    name, options = case
    return f"{name}({','.join(f'{k}={v}' for k, v in options.items() if v)})"


@pytest.mark.parametrize("case", list(combinations()), ids=label)
def test_trajectory_equals_torch(double_precision: Any, case: tuple[str, dict[str, Any]]) -> None:
    torch = double_precision
    name, options = case
    ours = [ArrayParameter(x) for _, start in PROBLEMS.values() for x in start]
    theirs = [torch.nn.Parameter(torch.tensor(p.data)) for p in ours]
    optimizer = getattr(optim, name)(ours, **options)
    peer = getattr(torch.optim, name)(theirs, **options)
    # Up a hill that has no top, gradients soon overflow.
    for _ in range(8 if options["maximize"] else 200):
        optimizer.zero_grad()
        fed = all_gradients([p.data for p in ours])
        feed(ours, fed)
        for parameter, gradient in zip(theirs, fed, strict=True):
            parameter.grad = torch.from_numpy(gradient)
        optimizer.step()
        peer.step()
        for a, b in zip(ours, theirs, strict=True):
            assert np.abs(a.data - b.detach().numpy()).max() <= 1e-12 * (1 + np.abs(a.data).max())


@pytest.mark.parametrize("name", OPTIONS)
def test_a_parameter_without_gradient_is_skipped_as_in_torch(
    double_precision: Any, name: str
) -> None:
    torch = double_precision
    rng = np.random.default_rng(3)
    shapes = [(3,), (2, 2), (), (4,), (1, 3)]
    start = [rng.normal(size=s) for s in shapes]
    ours = [ArrayParameter(x) for x in start]
    theirs = [torch.nn.Parameter(torch.tensor(x)) for x in start]
    options = {"lr": 0.01}
    optimizer = getattr(optim, name)(ours, **options)
    peer = getattr(torch.optim, name)(theirs, **options)
    for _ in range(60):
        present = rng.random(5) < 0.6
        present[rng.integers(5)] = True
        fed = [
            rng.normal(size=s) if keep else None for s, keep in zip(shapes, present, strict=True)
        ]
        optimizer.zero_grad()
        feed(ours, fed)
        for parameter, gradient in zip(theirs, fed, strict=True):
            parameter.grad = None if gradient is None else torch.tensor(gradient)
        optimizer.step()
        peer.step()
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a.data, b.detach().numpy(), rtol=1e-12, atol=1e-12)


def test_a_wrong_rule_is_noticed() -> None:
    """The comparison above must reject a rule that is off by a little."""
    torch = require("torch")

    class Wrong(optim.Adam):
        @staticmethod
        def rule(*arguments: Any, **hyper: Any) -> Any:
            raise NotImplementedError

    def off(theta: Any, g: Any, m: Any, v: Any, *, t: Any, lr: Any, betas: Any, eps: Any) -> Any:
        beta1, beta2 = betas
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * (g * g)
        return theta - lr / (1 - beta1**t) * m / (np.sqrt(v / (1 - beta2**t) + eps)), m, v

    Wrong.rule = staticmethod(off)  # type: ignore[method-assign]
    ours, theirs = ArrayParameter([1.0]), torch.nn.Parameter(torch.tensor([1.0]).double())
    optimizer, peer = Wrong([ours], lr=0.01), torch.optim.Adam([theirs], lr=0.01)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(5):
            optimizer.zero_grad()
            ours.receive([0.3])
            theirs.grad = torch.tensor([0.3]).double()
            optimizer.step()
            peer.step()
    assert abs(ours.data[0] - theirs.item()) > 1e-12
