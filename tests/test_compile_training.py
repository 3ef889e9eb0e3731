"""Compiled training steps: every optimizer in its forms, what stands between, what changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Tensor
from autograd.calculus import RULES
from autograd.functions.table import FUNCTIONS
from tests.optim.table import ROWS as OPTIMIZERS
from tests.test_compile_arrays import same

RNG = np.random.default_rng(0)
BATCHES = [(RNG.normal(size=(6, 3)), RNG.integers(0, 2, 6)) for _ in range(8)]


class Net(nn.Module):
    """Dense layers, and one that a batch may leave out."""

    def __init__(self) -> None:
        self.first, self.middle = nn.Linear(3, 5, rng=0), nn.Linear(5, 4, rng=1)
        self.last, self.beside = nn.Linear(4, 2, rng=2), nn.Linear(2, 2, rng=3)

    def forward(self, x: Any) -> Any:
        h = autograd.relu(self.middle(autograd.relu(self.first(x))))
        return self.last(h)


class Run:
    """One training, and the loss of each step."""

    def __init__(self, make: Callable[..., Any], write: Callable[..., Any], compiled: bool) -> None:
        self.model = Net()
        self.optimizer = make(self.model)
        self.step = write(self.model, self.optimizer)
        self.compiled: Any = autograd.compile(self.step) if compiled else None
        self.losses: list[float] = []

    def run(self, batches: list[Any]) -> None:
        for x, y in batches:
            self.losses.append(np.asarray((self.compiled or self.step)(x, y).data).item())

    def state(self) -> list[Any]:
        saved = self.optimizer.state_dict()
        numbers = [x for entry in saved["state"].values() for _, x in sorted(entry.items())]
        return [self.losses, *self.model.state_dict().values(), *numbers, saved["updates"]]


def equal(a: Run, b: Run) -> None:
    for one, other in zip(a.state(), b.state(), strict=True):
        same(one, other)


def both(
    make: Callable[..., Any],
    write: Callable[..., Any],
    between: Callable[[Any, Any, int], None] = lambda model, optimizer, i: None,
    times: int = len(BATCHES),
) -> Run:
    """The compiled training, once it was found to be the eager one."""
    runs = [Run(make, write, compiled) for compiled in (False, True)]
    for i, batch in enumerate(BATCHES[:times]):
        for run in runs:
            run.run([batch])
            between(run.model, run.optimizer, i)
    equal(*runs)
    return runs[1]


def loss_of(model: Any, x: Any, y: Any) -> Any:
    return nn.functional.cross_entropy(model(x), y)


def plain(model: Any, optimizer: Any) -> Any:
    def step(x: Any, y: Any) -> Any:
        optimizer.zero_grad()
        loss = loss_of(model, x, y)
        loss.backward()
        optimizer.step()
        return loss

    return step


def used(model: Any) -> list[Any]:
    return [p for name, p in model.named_parameters() if not name.startswith("beside")]


def grouped(model: Any) -> list[Any]:
    """The hidden layers and the last one, which has a rate of its own."""
    last = list(model.last.parameters())
    return [{"params": used(model)[:-2]}, {"params": last, "lr": 0.02}]


@pytest.mark.parametrize("row", OPTIMIZERS, ids=str)
def test_every_optimizer_updates_as_eager(row: Any) -> None:
    with np.errstate(invalid="ignore"):  # 0 / 0 where a neuron is off and eps is 0
        compiled = both(lambda model: row.make(grouped(model)), plain, times=5).compiled
    first_order = isinstance(row.make([Tensor(1.0)]), optim.FirstOrder)
    # Its own rule stands there, once for each group.
    assert f"# {row.optimizer.__name__}\n" in compiled.source or not first_order


def clipped(model: Any, optimizer: Any) -> Any:
    def step(x: Any, y: Any) -> Any:
        optimizer.zero_grad()
        loss = loss_of(model, x, y)
        loss.backward()
        optim.clip_grad_norm_(used(model), 0.1)
        optim.clip_grad_value_(used(model), 0.05)
        optimizer.step()
        return loss

    return step


def accumulated(model: Any, optimizer: Any) -> Any:
    def step(x: Any, y: Any) -> Any:
        optimizer.zero_grad()
        first = loss_of(model, x[:3], y[:3]) / 2
        first.backward()
        second = loss_of(model, x[3:], y[3:]) / 2
        second.backward()
        optimizer.step()
        return first + second

    return step


def never_cleared(model: Any, optimizer: Any) -> Any:
    def step(x: Any, y: Any) -> Any:
        loss = loss_of(model, x, y)
        loss.backward()
        optimizer.step()
        return loss

    return step


def cleared_by_the_module(model: Any, optimizer: Any) -> Any:
    before = never_cleared(model, optimizer)

    def step(x: Any, y: Any) -> Any:
        loss = before(x, y)
        model.zero_grad()
        return loss

    return step


def twice(model: Any, optimizer: Any) -> Any:
    def step(x: Any, y: Any) -> Any:
        for _ in range(2):
            optimizer.zero_grad()
            loss = loss_of(model, x, y)
            loss.backward()
            optimizer.step()
        return loss

    return step


def averaged(model: Any, optimizer: Any) -> Any:
    average = optim.EMA(model.parameters(), 0.9)

    def step(x: Any, y: Any) -> Any:
        optimizer.zero_grad()
        loss = loss_of(model, x, y)
        loss.backward()
        optimizer.step()
        average.update()
        return loss

    return step


def with_a_callback(model: Any, optimizer: Any) -> Any:
    """A callback may do anything: here it takes away a gradient before the update."""

    def forget() -> None:
        model.middle.bias.grad = None

    def step(x: Any, y: Any) -> Any:
        optimizer.zero_grad()
        loss = loss_of(model, x, y)
        loss.backward()
        autograd.callback(forget)
        optimizer.step()
        return loss

    return step


WRITTEN = [plain, clipped, accumulated, never_cleared, cleared_by_the_module, twice, averaged]
MAKERS: dict[str, Callable[[Any], Any]] = {
    "all": lambda model: optim.Adam(model.parameters(), lr=0.05),
    "groups": lambda model: optim.AdamW(grouped(model), lr=optim.Cosine(0.05, 10)),
    "momentum": lambda model: optim.SGD(used(model), lr=optim.warmup(0.1, 3), momentum=0.9),
    "scheduled setting": lambda model: optim.SGD(
        used(model), lr=0.1, momentum=lambda t: 0.5 + 0.01 * t
    ),
    "checked": lambda model: optim.Adam(
        [{"params": used(model)[:2], "check_finite": True}, {"params": used(model)[2:]}], lr=0.05
    ),
}


@pytest.mark.parametrize("write", [*WRITTEN, with_a_callback], ids=lambda f: f.__name__)
@pytest.mark.parametrize("kind", MAKERS)
def test_a_step_in_any_form_is_the_eager_one(kind: str, write: Any) -> None:
    both(MAKERS[kind], write)


def _changed(model: Any, optimizer: Any, i: int) -> None:
    group = optimizer.param_groups[0]
    if i == 3:
        group["weight_decay"] = 0.1
    if i == 4:
        group["lr"] = 0.01
    if i == 5:
        group["check_finite"] = True
    if i == 6:
        group["amsgrad"] = True


def _loaded(model: Any, optimizer: Any, i: int) -> None:
    if i in (3, 5):
        model.load_state_dict({k: v * 0.9 for k, v in model.state_dict().items()})
        saved = optimizer.state_dict()
        optimizer.load_state_dict(saved if i == 3 else {**saved, "state": {}, "updates": 0})


def _touched(model: Any, optimizer: Any, i: int) -> None:
    if i == 3:
        model.first.bias.data = model.first.bias.data + 1.0
    if i == 4:  # a step of its own, in which most parameters have no gradient
        optimizer.zero_grad()
        (model.last.bias * 2.0).sum().backward()
        optimizer.step()
    if i == 5:
        p, q = model.first.weight, model.middle.weight
        p.requires_grad = False
        q.grad = np.ones_like(q.data)


def _a_new_group(model: Any, optimizer: Any, i: int) -> None:
    if i == 4:
        optimizer.add_param_group({"params": list(model.beside.parameters()), "lr": 0.3})


@pytest.mark.parametrize("between", [_changed, _loaded, _touched, _a_new_group])
@pytest.mark.parametrize("write", [plain, twice], ids=lambda f: f.__name__)
def test_what_changes_between_steps_is_seen(write: Any, between: Any) -> None:
    both(lambda model: optim.Adam(used(model), lr=0.05), write, between)


def test_a_gradient_that_is_not_finite_stops_the_compiled_step_before_anything_changes() -> None:
    run = both(lambda model: optim.SGD(used(model), lr=0.1, check_finite=True), plain)
    before = [p.data.copy() for p in run.model.parameters()]
    x, y = BATCHES[0]
    with pytest.raises(FloatingPointError, match="weight"), np.errstate(all="ignore"):
        run.run([(x * np.inf, y)])
    same(before[0], next(iter(run.model.parameters())).data)
    run.optimizer.param_groups[0].update(lr=-1.0)
    with pytest.raises(ValueError, match="lr"):
        run.run([(x, y)])


@pytest.mark.parametrize("kind", MAKERS)
def test_a_compiled_training_resumes_exactly_from_a_state_dict(kind: str) -> None:
    """To the bit where the two calls that are traced, and round otherwise, come before it."""
    whole, first, second, third = (Run(MAKERS[kind], plain, True) for _ in range(4))
    whole.run(BATCHES * 2)
    first.run(BATCHES)
    second.run(BATCHES[:2])
    for run in (second, third):
        run.model.load_state_dict(first.model.state_dict())
        run.optimizer.load_state_dict(first.optimizer.state_dict())
        run.optimizer.gather()
        run.losses = first.losses.copy()
        run.run(BATCHES)
    equal(whole, third)
    for one, other in zip(whole.state(), second.state(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_step_may_be_written_as_several_functions() -> None:
    model = Net()
    step = plain(model, optim.Adam(used(model), lr=0.05))

    def outer() -> Any:
        return step(*BATCHES[0])

    compiled: Any = autograd.compile(outer)
    losses = [compiled().item() for _ in range(5)]
    twin = Net()
    step = plain(twin, optim.Adam(used(twin), lr=0.05))
    same(losses, [outer().item() for _ in range(5)])
    assert "# Adam" in compiled.source


def test_a_network_of_one_input_and_one_output_has_the_nan_of_the_eager_one() -> None:
    """NumPy's dot takes a matrix of one element for a number, and 0 times inf for 0."""

    def descend(model: Any, optimizer: Any) -> Any:
        def step(x: Any, y: Any) -> Any:
            optimizer.zero_grad()
            loss = (autograd.tanh(model.layer(x)) * 0.0).sum()
            loss.backward()
            optimizer.step()
            return loss

        return step

    class One(nn.Module):
        def __init__(self) -> None:
            self.layer = nn.Linear(1, 1, rng=0)

    runs = []
    for compiled in (False, True):
        model = One()
        run = descend(model, optim.SGD(model.parameters(), lr=0.1))
        run = autograd.compile(run) if compiled else run
        with np.errstate(all="ignore"):
            for x in (1.0, 1.0, 1.0, np.inf):
                run(np.array([[x]]), None)
        runs.append([p.data.copy() for p in model.parameters()])
    for one, other in zip(*runs):
        same(one, other)
    assert np.isnan(runs[0][0])


def test_a_number_among_the_operands_of_a_product_is_replayed() -> None:
    w = Tensor(np.arange(4.0), name="w")
    compiled = autograd.compile(lambda x: np.dot(-0.5, (w * x).sum(axis=0)))
    for _ in range(4):
        value, (slope,) = compiled.value_and_grad(np.ones(4))
        same(value, -3.0)
        same(slope, -0.5 * w.data)


ROWS_OF_ONE = [name for name, rule in RULES.items() if rule.arity == 1]


@pytest.mark.parametrize("third", range(3))
def test_a_row_behind_a_dense_layer_is_replayed_as_eager(third: int) -> None:
    """Its calls are written from the text of the row; nan and inf come in the same places."""
    x = np.array([[0.1, -0.2, 0.3], [0.7, 0.0, -1.5], [1e3, -1e3, np.inf]])
    for name in ROWS_OF_ONE[third::3]:
        results = []
        for compiled in (False, True):
            model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Linear(4, 2, rng=1))
            optimizer = optim.SGD(model.parameters(), lr=1e-3)

            def step(
                x: Any, name: str = name, model: Any = model, optimizer: Any = optimizer
            ) -> Any:
                optimizer.zero_grad()
                loss = (model[1](FUNCTIONS[name](model[0](x))) ** 2).mean()
                loss.backward()
                optimizer.step()
                return loss

            run: Any = autograd.compile(step) if compiled else step
            with np.errstate(all="ignore"):
                losses = [run(part).item() for part in (x[:2], x[:2], x[:2], x[1:])]
            results.append([losses, *(p.data for p in model.parameters())])
        for one, other in zip(*results):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14, err_msg=name)


def test_the_input_of_a_dense_layer_may_be_a_leaf_that_is_trained() -> None:
    results = []
    for compiled in (False, True):
        x = Tensor(np.arange(6.0).reshape(2, 3) / 6, name="x")
        layer = nn.Linear(3, 2, rng=0)
        optimizer = optim.SGD([x, *layer.parameters()], lr=0.1)

        def step(x: Any = x, layer: Any = layer, optimizer: Any = optimizer) -> Any:
            optimizer.zero_grad()
            loss = (layer(x) ** 2).sum()
            loss.backward()
            optimizer.step()
            return loss

        run: Any = autograd.compile(step) if compiled else step
        results.append([run().item() for _ in range(5)] + [x.data])
    for one, other in zip(*results):
        same(one, other)
