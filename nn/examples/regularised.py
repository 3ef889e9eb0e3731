"""W31: penalties, weight decay, dropout, early stopping and noise, on one small problem."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import nn
import optim
from autograd import Tensor
from autograd.typing import Array
from nn.data import moons
from nn.examples.procedure import decision_panels
from optim.examples import Outcome, Table, example

LR, STRENGTH = 0.05, 0.02
#: An optimizer of the parameters of a network; what is added to its loss.
Maker = Callable[[nn.Module], optim.Optimizer]
Penalty = Callable[[nn.Module], Tensor]


def _trained(make: Maker, penalty: Penalty | None = None) -> Array:
    """The weight after 50 full-batch updates of a small regression."""
    rng = np.random.default_rng(31)
    X, y = rng.normal(size=(40, 5)), rng.normal(size=(40, 1))
    net = nn.Linear(5, 1, rng=0)
    optimizer, loss_fn = make(net), nn.MSELoss()
    for _ in range(50):
        optimizer.zero_grad()
        loss = loss_fn(net(X), y)
        if penalty is not None:
            loss = loss + penalty(net)
        loss.backward()
        optimizer.step()
    return net.weight.data.copy()


def _equalities() -> dict[str, float]:
    """How far the weights of a penalty are from those of the decay that should equal it."""

    def sgd(decay: float) -> Maker:
        return lambda net: optim.SGD(nn.decay_groups(net, decay), lr=LR)

    def adam(net: nn.Module) -> optim.Optimizer:
        return optim.Adam(net.parameters(), lr=LR)

    def adamw(net: nn.Module) -> optim.Optimizer:
        return optim.AdamW(nn.decay_groups(net, STRENGTH), lr=LR)

    whole = _trained(sgd(0.0), lambda net: nn.l2_penalty(net, STRENGTH))
    half = _trained(sgd(0.0), lambda net: nn.l2_penalty(net, STRENGTH, half=True))
    by_adam = _trained(adam, lambda net: nn.l2_penalty(net, STRENGTH, half=True))
    return {
        "SGD: λΣw² against decay 2λ": float(abs(whole - _trained(sgd(2 * STRENGTH))).max()),
        "SGD: ½λΣw² against decay λ": float(abs(half - _trained(sgd(STRENGTH))).max()),
        "Adam: ½λΣw² against AdamW's decay λ": float(abs(by_adam - _trained(adamw)).max()),
    }


def _geometric() -> Array:
    """A weight that gets no gradient from the loss, under weight decay alone."""
    net = nn.Linear(1, 1, rng=0)
    net.weight.data, net.bias.data = np.array([[1.0]]), np.array([1.0])  # type: ignore[union-attr]
    optimizer = optim.SGD(nn.decay_groups(net, 0.5), lr=0.1)
    weights = [1.0]
    for _ in range(20):
        optimizer.zero_grad()
        (net(np.zeros((1, 1))) * 0.0).sum().backward()
        optimizer.step()
        weights.append(float(net.weight.data[0, 0]))
    assert net.bias is not None and net.bias.data[0] == 1.0  # biases are not decayed
    return np.array(weights)


def _sparse() -> dict[str, int]:
    """Of 20 weights, of which 3 matter: how many stay above 0.02 with each penalty."""
    rng = np.random.default_rng(5)
    X = rng.normal(size=(200, 20))
    y = X[:, :3] @ [[2.0], [-1.5], [1.0]] + 0.3 * rng.normal(size=(200, 1))
    counts = {}
    penalties: dict[str, Penalty | None] = {
        "none": None,
        "L1": lambda net: nn.l1_penalty(net, 0.1),
        "L2": lambda net: nn.l2_penalty(net, 0.1),
    }
    for name, penalty in penalties.items():
        net = nn.Linear(20, 1, rng=1)
        nn.fit(net, (X, y), nn.MSELoss(), optim.SGD(net.parameters(), lr=0.02), 150,
               penalty=penalty, batch_size=200, seed=0, progress=False)  # fmt: skip
        counts[name] = int((abs(net.weight.data) > 0.02).sum())
    return counts


@example("W31", "regularisation", "Regularisation, six ways")
def regularisation() -> Outcome:
    """Penalty against decay, and five ways to reduce overfitting."""
    X, y = moons(60, 0.35, rng=1)
    X_val, y_val = moons(300, 0.35, rng=2)
    nets: dict[str, nn.Module] = {}
    rows = []
    plans: dict[str, dict[str, Any]] = {
        "nothing": {},
        "L2 penalty": {"penalty": lambda m: nn.l2_penalty(m, 0.003)},
        "weight decay": {"decay": 1.0},
        "dropout": {"dropout": 0.4},
        "early stopping": {"callbacks": [nn.EarlyStopping(patience=15)]},
        "input noise": {"callbacks": [nn.InputNoise(0.25, rng=0)]},
    }
    for name, plan in plans.items():
        net = nn.MLP(2, [64, 64, 2], dropout=plan.pop("dropout", 0.0), rng=0)
        optimizer = optim.AdamW(nn.decay_groups(net, plan.pop("decay", 0.0)), lr=0.01)
        history = nn.fit(
            net, (X, y), nn.CrossEntropyLoss(), optimizer, 150, validation=(X_val, y_val), seed=0,
            progress=False, **plan,
        )  # fmt: skip
        nets[name] = net
        train, held_out = (
            nn.evaluate(net, part, nn.CrossEntropyLoss(), ["accuracy"])
            for part in ((X, y), (X_val, y_val))
        )
        rows.append((name, len(history), train["loss"], held_out["loss"], held_out["accuracy"]))
    equal, decayed, sparse = _equalities(), _geometric(), _sparse()
    return Outcome(
        {
            "differences": equal, "decay": decayed, "weights that stay": sparse,
            "validation loss": {row[0]: row[3] for row in rows},
            "training loss": {row[0]: row[2] for row in rows},
        },
        partial(decision_panels, nets, X, y, 3),
        [Table("60 noisy rows, 300 to validate",
               ("", "epochs", "training loss", "validation loss", "validation accuracy"), rows),
         Table("the largest difference between two weights", ("", "difference"),
               list(equal.items())),
         Table("weights above 0.02, of 20 of which 3 matter", tuple(sparse),
               [tuple(sparse.values())])],
        ["For plain SGD a penalty λΣw² is a weight decay of 2λ, and ½λΣw² one of λ. For Adam it is "
         "not: the penalty's gradient is divided by the size of the whole, decay is not.",
         f"Decay alone is geometric: (1 - ηλ)^t, here 0.95^20 = {decayed[-1]:.4f}. Weights decay, "
         "biases do not."],
    )  # fmt: skip
