"""All that nn and optim export and every worked example: compiled it is as eager, or refused."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Tensor, Value
from autograd.functions.table import FUNCTIONS
from autograd.graph import Graph
from autograd.lessons.worked_examples import EXAMPLES
from autograd.replay.replays import Replay
from tests.nn.table import LAYERS, LOSSES
from tests.optim.table import ROWS as OPTIMIZERS
from tests.optim.test_schedules import TABLE as SCHEDULES
from tests.test_compile_arrays import SEQUENCES_OF_ALL_KINDS, same


def exported(package: Any, base: type) -> set[type]:
    every = {getattr(package, name) for name in package.__all__}
    return {x for x in every if inspect.isclass(x) and issubclass(x, base) and x is not base}


# -- a training with all that may stand in it ---------------------------------------------------


class Net(nn.Module):
    """Tied weights, a list of modules, running averages, random draws, and a frozen layer."""

    def __init__(self) -> None:
        self.embed, self.norm = nn.Embedding(6, 4, rng=0), nn.BatchNorm1d(4)
        self.layers = nn.ModuleList([nn.Linear(4, 4, rng=1), nn.Linear(4, 4, rng=2)])
        self.drop = nn.Dropout(0.3, rng=np.random.default_rng(5))
        self.frozen = nn.Linear(4, 4, rng=3)
        for p in self.frozen.parameters():
            p.requires_grad = False

    def forward(self, words: Any) -> Tensor:
        h: Tensor = self.norm(self.embed(words).mean(axis=1))
        for layer in self.layers:
            h = self.drop(autograd.tanh(layer(h))) + h
        return self.frozen(h) @ self.embed.weight.T  # tied


class Training:
    """A step of two halves of a batch: clipped, decayed, scheduled, in groups."""

    def __init__(self, compiled: bool) -> None:
        self.model = Net()
        layers = list(self.model.layers.parameters())
        rest = [p for p in self.model.parameters() if p.requires_grad]
        rest = [p for p in rest if not any(p is q for q in layers)]
        self.optimizer = optim.AdamW(
            [{"params": layers, "lr": optim.warmup(0.1, 3)}, {"params": rest, "weight_decay": 0.0}],
            lr=optim.Cosine(0.05, 12), weight_decay=0.1,
        )  # fmt: skip
        self.average = optim.EMA(rest, 0.9)
        self.step: Any = autograd.compile(self.one) if compiled else self.one
        self.losses: list[float] = []

    def one(self, words: Any, targets: Any) -> Tensor:
        self.optimizer.zero_grad()
        total = Tensor(0.0)
        for half in (slice(0, 3), slice(3, 6)):
            loss = nn.functional.cross_entropy(self.model(words[half]), targets[half]) / 2
            loss.backward()
            total = total + loss.detach()
        optim.clip_grad_norm_(self.model.layers.parameters(), 0.2)
        optim.clip_grad_value_(self.model.embed.parameters(), 0.05)
        self.optimizer.step()
        self.average.update()
        return total

    def run(self, first: int, last: int) -> Training:
        for i in range(first, last):
            rng = np.random.default_rng(i)
            self.model.train(i % 5 != 3)  # one step in five is of the mode of evaluation
            list(self.model.frozen.parameters())[1].requires_grad = i >= 9
            self.losses.append(self.step(rng.integers(0, 6, (6, 3)), rng.integers(0, 6, 6)).item())
        return self

    def state(self) -> list[Any]:
        saved = self.optimizer.state_dict()
        numbers = [x for entry in saved["state"].values() for _, x in sorted(entry.items())]
        return [self.losses, *self.model.state_dict().values(), *numbers, saved["updates"]]


def test_a_training_with_all_that_may_stand_in_it_equals_the_eager_one_and_resumes() -> None:
    eager, compiled = (Training(kind).run(0, 14) for kind in (False, True))
    for one, other in zip(eager.state(), compiled.state(), strict=True):
        same(one, other)
    first, second = Training(True).run(0, 7), Training(True)
    second.model.load_state_dict(first.model.state_dict())
    second.optimizer.load_state_dict(first.optimizer.state_dict())
    second.average.load_state_dict(first.average.state_dict())
    second.model.drop.rng = first.model.drop.rng
    second.losses = first.losses
    for one, other in zip(second.run(7, 14).state(), compiled.state(), strict=True):
        same(one, other)


# -- the parts ----------------------------------------------------------------------------------


def test_every_exported_module_is_tried_compiled() -> None:
    """By the tests that iterate over the tables of layers and losses, or by the training above."""
    rows: list[Any] = [*LAYERS, *LOSSES, *SEQUENCES_OF_ALL_KINDS]
    tried = {type(m) for row in rows for m in row.ours().modules()}
    tried |= {type(m) for m in Net().modules()}
    assert exported(nn, nn.Module) <= tried


def descend(optimizer: optim.Optimizer, w: Tensor) -> Callable[[Any], Any]:
    def step(x: Any) -> Any:
        optimizer.zero_grad()
        loss = (autograd.tanh(x @ w) ** 2).sum()
        loss.backward()
        optimizer.step()
        return loss

    return step


def trained(
    make: Callable[[Tensor], optim.Optimizer], compiled: bool, after: Any = lambda *_: None
) -> Any:
    w = Tensor(np.array([[0.7], [-0.4]]), name="w")
    optimizer = make(w)
    step: Any = descend(optimizer, w)
    step = autograd.compile(step) if compiled else step
    for i in range(6):
        after(optimizer, step(np.array([[1.0, 0.5 * i], [0.3, -1.0]])))
    return w.data


def momentum_too(rate: Any, w: Tensor) -> optim.Optimizer:
    return optim.SGD([w], lr=rate, momentum=rate)


def test_every_exported_schedule_is_that_of_the_eager_training() -> None:
    for rate, _ in SCHEDULES:
        make = partial(momentum_too, rate)
        same(trained(make, True), trained(make, False))
    slower = lambda w: optim.SGD([w], lr=optim.ReduceOnPlateau(0.1, patience=0, factor=0.5))
    after = lambda optimizer, loss: optimizer.param_groups[0]["lr"].step(loss.item())
    same(trained(slower, True, after), trained(slower, False, after))
    tried = {type(rate) for rate, _ in SCHEDULES} | {optim.ReduceOnPlateau}
    assert exported(optim, optim.Schedule) <= tried


def test_every_exported_optimizer_is_that_of_the_eager_training_or_refused_by_name() -> None:
    """Those of the table are tried in every form by the tests of compiled trainings."""
    rest = exported(optim, optim.Optimizer) - {row.optimizer for row in OPTIMIZERS}
    for kind in rest - {optim.FirstOrder}:
        hessian = {"hessian": lambda: np.eye(2)} if kind is optim.Newton else {}
        make: Any = lambda w, kind=kind, hessian=hessian: kind([w], **hessian)
        try:
            weights = trained(make, True)
        except (RuntimeError, TypeError) as refusal:
            text = str(refusal)
            assert "\n" not in text and kind.__name__ in text and "call it outside" in text, text
        else:
            same(weights, trained(make, False))


# -- worked examples ------------------------------------------------------------------------------

GRAPHS = {
    f"{name} {i}": scene.graph
    for name, example in EXAMPLES.items()
    for i, scene in enumerate(example.lesson().scenes)
}


def computed(graph: Graph, leaves: list[Any]) -> Any:
    """The output of a frozen graph, computed again from nodes for its leaves."""
    nodes: list[Any] = []
    rest = iter(leaves)
    for row in graph:
        if row.kind == "interior":
            operands = [nodes[i] for i in row.args]
            joins = row.op in ("stack", "concatenate")
            nodes.append(FUNCTIONS[row.op](*([operands] if joins else operands), **row.attrs))
        else:
            nodes.append(row.value if row.kind == "constant" else next(rest))
    return nodes[-1]


def leaves_of(graph: Graph) -> list[Any]:
    return [row.value for row in graph if row.kind not in ("constant", "interior")]


OF_ARRAYS = {name for name, graph in GRAPHS.items() if any(np.ndim(row.value) for row in graph)}


def test_every_worked_example_of_numbers_is_the_same_on_every_executor() -> None:
    """All of them are one program with an output for each."""
    graphs = [graph for name, graph in GRAPHS.items() if name not in OF_ARRAYS]
    leaves = [list(map(Value, leaves_of(graph))) for graph in graphs]
    outs = [computed(graph, nodes) for graph, nodes in zip(graphs, leaves)]
    inputs = [x for nodes in leaves for x in nodes]
    for out in outs:
        out.backward()
    numbers = [x.data for x in inputs]
    for kind in ("numpy", "python", "points", *(["native"] if shutil.which("cc") else [])):
        executor = kind if kind in ("numpy", "python") else None
        replay = Replay("f", outs, inputs, since=0, executor=executor, native=kind == "native")
        if kind == "points":
            replay = Replay("f", [*outs, sum(outs, Value(0.0))], inputs, since=0)
            ends, slopes = replay.points.both([np.full(2, x) for x in numbers], len(outs))
            ends, slopes = ends[:-1, 0], slopes[:, 0]
        else:
            ends, slopes = replay.both(numbers, [1.0] * len(outs))
        same(ends, [out.data for out in outs])
        same(slopes[: len(inputs)], [x.grad for x in inputs])


@pytest.mark.parametrize("name", sorted(OF_ARRAYS))
def test_every_worked_example_of_arrays_is_that_of_the_eager_pass(name: str) -> None:
    graph = GRAPHS[name]
    leaves = [Tensor(x) for x in leaves_of(graph)]
    total: Any = lambda *nodes: autograd.sum(computed(graph, list(nodes)))
    compiled = autograd.compile(total)
    eager = total(*leaves)
    eager.backward()
    for _ in range(3):
        value, slopes = compiled.value_and_grad(*leaves)
        same(value, eager.data)
        for x, slope in zip(leaves, slopes):
            same(slope, x.grad)
