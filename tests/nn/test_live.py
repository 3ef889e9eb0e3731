"""The page that trains computes as the engine does: its passes, its updates, its data."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest

import nn
import optim
from nn.layers import ACTIVATIONS
from nn.live.engine import ACTIVATIONS as SHOWN
from nn.live.engine import engine_javascript, rows_javascript
from nn.live.updates import OPTIMIZERS

TASKS = {"number": ("hills", 0), "two": ("circles", 2), "many": ("blobs", 3)}
RATES = {"adagrad": 0.05, "adam": 0.02, "adamw": 0.02, "nadam": 0.02, "rmsprop": 0.01}
MAKERS: dict[str, Any] = {
    "sgd": optim.SGD,
    "momentum": lambda p, lr: optim.SGD(p, lr, momentum=0.9),
    "nesterov": lambda p, lr: optim.SGD(p, lr, momentum=0.9, nesterov=True),
    "adagrad": optim.Adagrad,
    "rmsprop": optim.RMSprop,
    "adam": optim.Adam,
    "adamw": optim.AdamW,
    "nadam": optim.NAdam,
}


def run(browser: Any, script: str, argument: Any) -> Any:
    """What a script returns that computes with the engine of the page; it reads ``asked``."""
    page = browser.contexts[0].new_page()
    try:
        whole = f"{rows_javascript()}\n{engine_javascript()}\n{script}"
        return page.evaluate(f"(asked) => {{ 'use strict';\n{whole} }}", argument)
    finally:
        page.close()


def settings(**changed: Any) -> dict[str, Any]:
    return {
        "data": "moons", "rows": 40, "noise": 0.1, "held": 0.25, "inputs": ["x1", "x2"],
        "hidden": [4, 3], "activations": ["tanh", "tanh"], "seed": 3, "batch": 7, "rate": 0.05,
        "optimizer": "sgd", "l1": 0, "l2": 0, **changed,
    }  # fmt: skip


def model_of(asked: dict[str, Any], outputs: int) -> nn.Sequential:
    sizes = [len(asked["inputs"]), *asked["hidden"], outputs]
    layers: list[nn.Module] = []
    for i, (a, b) in enumerate(pairwise(sizes)):
        layers.append(nn.Linear(a, b, rng=i))
        if i < len(asked["hidden"]):
            layers.append(layer(asked["activations"][i]))
    return nn.Sequential(*layers)


class Sine(nn.Module):
    def forward(self, x: Any) -> Any:
        return np.sin(x)


def layer(name: str) -> nn.Module:
    return {"linear": nn.Identity, "sin": Sine}.get(name, ACTIVATIONS.get(name))()  # type: ignore[misc]


def loss_of(task: str, z: Any, targets: Any) -> Any:
    if task == "number":
        return nn.MSELoss()(z, targets[:, None])
    if task == "two":
        return nn.BCEWithLogitsLoss()(z, targets[:, None])
    return nn.CrossEntropyLoss()(z, targets.astype(int))


def flat(model: nn.Module) -> list[float]:
    return [float(x) for p in model.parameters() for x in p.data.ravel()]


def cases() -> list[tuple[str, str, str, dict[str, Any]]]:
    """Every activation with every optimizer on both tasks; the rest in turn: how many classes there
    are, the penalties, the inputs."""
    inputs = [["x1", "x2"], ["x1", "x2", "sq1", "sq2", "x1x2", "sin1", "sin2"], ["x2", "sin1"]]
    found = []
    for i, (name, optimizer, kind) in enumerate(product(SHOWN, OPTIMIZERS, ("number", "classes"))):
        task = kind if kind == "number" else ("two", "many")[i // 2 % 2]
        asked = settings(
            data=TASKS[task][0], activations=[name, "tanh" if i % 2 else name],
            optimizer=optimizer, rate=RATES.get(optimizer, 0.01), l1=[0, 1e-3][i % 2],
            l2=[0, 2e-3, 0][i % 3], inputs=inputs[i % 3], seed=i,
        )  # fmt: skip
        found.append((name, optimizer, task, asked))
    return found


TRAINS = """
return asked.map(({ settings, weights }) => {
  const start = { seed: settings.seed, hidden: settings.hidden, weights };
  const t = new Training(settings, null, start), batches = [];
  for (let k = 0; k < 50; k += 1) batches.push(t.step());
  return { batches, theta: [...t.theta], features: t.features, points: t.data.points,
           loss: t.measured(t.data.train).loss };
});
"""


def off_by(done: Any, task: str, one: dict[str, Any], model: nn.Module) -> float:
    """How far the page's parameters are from those of the model trained on the same batches."""
    X, y = np.array(done["features"]), np.array(done["points"])[:, 2]
    updates = MAKERS[one["optimizer"]](model.parameters(), lr=one["rate"])
    for batch in done["batches"]:
        updates.zero_grad()
        loss = loss_of(task, model(X[batch]), y[batch])
        if one["l1"]:
            loss = loss + nn.l1_penalty(model, one["l1"])
        if one["l2"]:
            loss = loss + nn.l2_penalty(model, one["l2"])
        loss.backward()
        updates.step()
    return float(np.abs(np.array(done["theta"]) - flat(model)).max())


def test_fifty_steps_are_those_of_the_engine(browser: Any) -> None:
    """The same start, the same batches: every activation, optimizer and task, to 1e-9."""
    asked, models = [], []
    for _, _, task, one in cases():
        model = model_of(one, {"number": 1, "two": 1, "many": 3}[task])
        asked.append({"settings": one, "weights": flat(model)})
        models.append(model)
    worst = 0.0
    for (name, optimizer, task, one), model, done in zip(
        cases(), models, run(browser, TRAINS, asked), strict=True
    ):
        off = off_by(done, task, one, model)
        assert off < 1e-9, (name, optimizer, task, off)
        worst = max(worst, off)
    assert 0 < worst < 1e-9


@pytest.mark.parametrize(
    "fault",
    [
        "R.tanh.partials[0] = (out) => 1 - out;",
        "UPDATES.adam.states[0] = 1e-3;",
        "Network.prototype.penalise = () => {};",
        "LOSSES.two.slopes = (z, t, into) => { into[0] = R.sigmoid.value(z[0]) - 0.999 * t; };",
    ],
)
def test_a_seeded_fault_is_seen(browser: Any, fault: str) -> None:
    one = settings(data="circles", optimizer="adam", rate=0.02, l2=2e-3)
    model = model_of(one, 1)
    asked = [{"settings": one, "weights": flat(model)}]
    assert off_by(run(browser, TRAINS, asked)[0], "two", one, model) < 1e-9
    model = model_of(one, 1)
    assert off_by(run(browser, fault + TRAINS, asked)[0], "two", one, model) > 1e-6
