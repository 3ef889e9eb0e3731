"""Compiled functions of arrays: what they compute, what they change, what they refuse."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Tensor
from tests.nn.table import LAYERS, LOSSES, LayerRow, LossRow
from tests.nn.test_sequence_layers import ROWS as SEQUENCES
from tests.nn.test_sequence_layers import SequenceRow

Step = Callable[..., Tensor]


def same(a: Any, b: Any) -> None:
    np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)


def training(module: nn.Module, loss: Callable[[Any], Tensor], optimizer: Any = None) -> Step:
    """A step of gradient descent over what the module has to train."""
    parameters = list(module.parameters())
    optimizer = optimizer or (optim.SGD(parameters, lr=0.05, momentum=0.9) if parameters else None)

    def step(*inputs: Any) -> Tensor:
        if optimizer is not None:
            optimizer.zero_grad()
        value = loss(module(*inputs))
        if optimizer is not None:
            value.backward()
            optimizer.step()
        return value

    return step


def equal_to_eager(module: nn.Module, batches: list[tuple[Any, ...]], loss: Any = None) -> None:
    """Four calls of a compiled step give the losses, weights and buffers of the eager one."""
    twin = copy.deepcopy(module)
    loss = loss or (lambda out: sum_of_sines(out))
    eager, compiled = training(module, loss), autograd.compile(training(twin, loss))
    with np.errstate(all="ignore"):
        for batch in batches:
            same(eager(*batch).data, compiled(*batch).data)
    ours, theirs = module.state_dict(), twin.state_dict()
    assert ours.keys() == theirs.keys()
    for name, array in ours.items():
        same(array, theirs[name])


def sum_of_sines(out: Any) -> Tensor:
    parts = out if isinstance(out, tuple) else (out,)
    total = Tensor(0.0)
    for part in parts:
        if part is not None:
            total = total + (
                sum_of_sines(part) if isinstance(part, tuple) else autograd.sum(autograd.sin(part))
            )
    return total


@pytest.mark.parametrize("row", LAYERS, ids=str)
def test_a_layer_trains_as_eager(row: LayerRow) -> None:
    rng = np.random.default_rng(0)
    equal_to_eager(row.ours(), [(rng.normal(size=row.shapes[-1]),) for _ in range(4)])


#: The first row of each layer, and every fifth of all.
SEQUENCES_OF_ALL_KINDS = list(
    {id(row): row for row in [*{row.torch.split("(")[0]: row for row in SEQUENCES[::-1]}.values(),
    *SEQUENCES[::5]]}.values()
)  # fmt: skip


@pytest.mark.parametrize("row", SEQUENCES_OF_ALL_KINDS, ids=str)
def test_a_layer_of_sequences_trains_as_eager(row: SequenceRow) -> None:
    rng = np.random.default_rng(0)

    def batch() -> tuple[Any, ...]:
        if row.highest:
            return tuple(rng.integers(0, row.highest, shape) for shape in row.shapes)
        return tuple(rng.normal(size=shape) for shape in row.shapes)

    module = row.ours()
    if row.keywords:
        inner = module

        class With(nn.Module):
            def __init__(self) -> None:
                self.inner = inner

            def forward(self, *inputs: Any) -> Any:
                return self.inner(*inputs, **row.keywords)

        module = With()
    equal_to_eager(module, [batch() for _ in range(4)])


@pytest.mark.parametrize("row", LOSSES, ids=str)
def test_a_loss_is_as_eager(row: LossRow) -> None:
    for place, reduction in enumerate(row.reductions):
        loss = row.ours(reduction=reduction, **row.settings)

        def total(x: Any, y: Any, loss: Any = loss) -> Any:
            return autograd.sum(loss(x, y))

        compiled = autograd.compile(total)
        for seed in range(3):
            cases = row.cases(np.random.default_rng(seed))
            x, y = cases[place % len(cases)]
            value, (dx, dy) = compiled.value_and_grad(x, y)
            a, b = Tensor(x), Tensor(y)
            expected = total(a, b)
            expected.backward()
            same(value, expected.data)
            same(dx, a.grad)
            assert (dy is None) == (b.grad is None)
            if dy is not None:
                same(dy, b.grad)


# -- what is drawn, what changes beside the graph -------------------------------------------------


def network(seed: int = 0) -> nn.Module:
    return nn.Sequential(
        nn.Linear(3, 8, bias=False, rng=seed),  # a bias would be nothing but rounding noise
        nn.BatchNorm1d(8),
        nn.ReLU(),
        nn.Dropout(0.4, rng=np.random.default_rng(seed)),
        nn.Linear(8, 2, rng=seed),
    )


def test_dropout_draws_anew_and_running_averages_move_in_training_and_not_outside() -> None:
    rng = np.random.default_rng(1)
    eager, twin = network(), network()
    criterion = nn.MSELoss()
    steps: list[Any] = [
        training(eager, lambda out: criterion(out, np.ones((5, 2)))),
        autograd.compile(training(twin, lambda out: criterion(out, np.ones((5, 2))))),
    ]
    for mode in (True, True, True, False, False, False, True):
        x = rng.normal(size=(5, 3))
        for module, step in zip((eager, twin), steps):
            module.train(mode)
            step(x)
        for name, array in eager.state_dict().items():
            same(array, twin.state_dict()[name])
        if not mode:  # a loaded state is another array: the next call reads it
            state = {name: array * 1.1 for name, array in eager.state_dict().items() if array.ndim}
            eager.load_state_dict(state, strict=False)
            twin.load_state_dict(state, strict=False)


def test_a_compiled_training_goes_on_from_a_checkpoint_as_if_it_had_not_stopped(
    tmp_path: Any,
) -> None:
    rng = np.random.default_rng(0)
    data = rng.normal(size=(28, 3)), rng.integers(0, 2, 28)
    weights = []
    for epochs, compiled in (((6,), False), ((6,), True), ((3, 6), True)):
        model = network()
        optimizer = optim.Adam(model.parameters(), lr=optim.Cosine(0.05, 20))
        nn.manual_seed(3)
        for last in epochs:
            nn.fit(
                model, data, nn.CrossEntropyLoss(), optimizer, last, batch_size=8, seed=1,
                callbacks=[nn.Checkpoint(tmp_path / "last.npz"), nn.ClipGradients(1.0)],
                resume=tmp_path / "last.npz" if last != epochs[0] else None,
                progress=False, compile=compiled,
            )  # fmt: skip
        weights.append(model.state_dict())
    for other in weights[1:]:
        for name, array in weights[0].items():
            same(array, other[name])


def test_a_value_and_its_gradient_belong_to_one_draw() -> None:
    drops = [nn.Dropout(0.5, rng=np.random.default_rng(4)) for _ in range(2)]
    norms = [nn.BatchNorm1d(3), nn.BatchNorm1d(3)]
    functions = [
        lambda x, drop=drop, norm=norm: (drop(norm(x)) ** 2).sum()
        for drop, norm in zip(drops, norms)
    ]
    compiled = autograd.compile(functions[1])
    x = np.random.default_rng(0).normal(size=(6, 3))
    for i in range(4):
        value, slope = autograd.value_and_grad(functions[0])(x + i * x * x)
        ours, (by_x,) = compiled.value_and_grad(x + i * x * x)
        same(ours, value)
        same(by_x, slope)
    same(norms[1].running_var, norms[0].running_var)


def test_a_module_that_asks_whether_it_trains_is_traced_for_both() -> None:
    class Twice(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x * 2.0 if self.training else x

    module = nn.Sequential(Twice())
    f = autograd.compile(lambda x: module(x).sum())
    for training_ in (True, True, True, False, False, False, True):
        module.train(training_)
        assert f.value(np.ones((2, 2))) == (8.0 if training_ else 4.0)


def test_a_callback_is_called_in_every_replay() -> None:
    calls: list[int] = []
    rng, twin = np.random.default_rng(0), np.random.default_rng(0)

    @autograd.compile
    def noisy(x: Any) -> Any:
        autograd.callback(lambda array: calls.append(len(array)), x * 2.0)
        return (x + autograd.callback(rng.normal, 0.0, 1.0, (2, 2))).sum()

    x = np.ones((2, 2))
    for _ in range(4):
        same(noisy.value(x), (x + twin.normal(0.0, 1.0, (2, 2))).sum())
    assert calls == [2] * 4


# -- branches, shapes, dtypes ----------------------------------------------------------------------


def test_comparisons_are_computed_anew_and_branches_are_checked() -> None:
    w = Tensor(np.array([[1.0, -1.0]]), name="w")

    def f(x: Any) -> Any:
        y = autograd.where((x > 0) & ~(x > 5), x * w, 0.1 * x) + np.maximum(x, w) * (x == w)
        return y.sum() if y.sum() > 0 else (y * y).sum()

    compiled = autograd.compile(f)
    rng = np.random.default_rng(0)
    for _ in range(12):
        x = rng.normal(size=(3, 2)) * 4
        value, (slope,) = compiled.value_and_grad(x)
        expected, by_x = autograd.value_and_grad(f)(x)
        same(value, expected)
        same(slope, by_x)
    strict = autograd.compile(f, guards="raise")
    for _ in range(3):
        strict.value(np.ones((3, 2)))
    with pytest.raises(autograd.GuardError, match=r"took another course .*autograd.where"):
        strict.value(-np.ones((3, 2)) * [[9, 0]])


def test_another_shape_or_dtype_is_traced_again() -> None:
    w = Tensor(np.ones((2, 2), np.float32), name="w")
    f = autograd.compile(lambda x, scale: (x @ w).sum() * scale)
    for n in (3, 3, 3, 4, 4, 4, 3):
        for dtype in (np.float32, np.float64):
            value = f.value(np.ones((n, 2), dtype), 2)
            assert value == 8 * n and value.dtype == dtype
    w.data = np.full((2, 2), 3.0)
    assert f.value(np.ones((3, 2), np.float32), 2) == 72
    assert f.value(np.ones((3, 2), np.float32), 5) == 180
    with pytest.raises(ValueError, match="matmul"):
        f.value(np.ones((3, 5)), 2)
    with pytest.raises(TypeError, match=r"argument .* is a set"):
        f.value(np.ones((3, 2)), {1})


# -- what is written into buffers -----------------------------------------------------------------


def test_a_step_without_a_result_updates_once() -> None:
    w = Tensor(np.array([[0.0]]), name="w")
    optimizer = optim.SGD([w], lr=1.0)

    def step(x: Any) -> None:
        optimizer.zero_grad()
        (x @ w).sum().backward()
        optimizer.step()

    compiled: Any = autograd.compile(step)
    for i in range(6):
        assert compiled(np.ones((1, 1))) is None
        assert w.data == -1.0 - i


def _residual(a: nn.Linear, b: nn.Linear, x: Any) -> Any:
    h = a(x)
    return b(autograd.relu(h)) + h


def _tied(a: nn.Linear, b: nn.Linear, x: Any) -> Any:
    return a(autograd.relu(a(x))) + b(x)


def _fork(a: nn.Linear, b: nn.Linear, x: Any) -> Any:
    h = autograd.relu(a(x))
    return b(h) * a(h * 0.5) + autograd.relu(autograd.relu(b(h)))


def _relu_of_a_leaf(a: nn.Linear, b: nn.Linear, x: Any) -> Any:
    return 0.01 * a(autograd.relu(b.weight)).mean() * b(autograd.tanh(x))


def _without_bias(a: nn.Linear, b: nn.Linear, x: Any) -> Any:
    return nn.functional.linear(autograd.relu(a(x)), b.weight) + autograd.relu(b(x).T).T


@pytest.mark.parametrize("body", [_residual, _tied, _fork, _relu_of_a_leaf, _without_bias])
def test_dense_layers_in_any_order_have_the_gradients_of_the_eager_step(body: Any) -> None:
    class Body(nn.Module):
        def __init__(self) -> None:
            self.a, self.b = nn.Linear(4, 4, rng=0), nn.Linear(4, 4, rng=1)

        def forward(self, x: Any) -> Any:
            return body(self.a, self.b, x)

    rng = np.random.default_rng(0)
    equal_to_eager(Body(), [(rng.normal(size=(5, 4)),) for _ in range(5)])


def test_a_dense_network_in_float32_overflows_and_ignores_as_eager() -> None:
    """What is written into buffers: over inf, ignored targets, wrong ones, loaded weights."""
    steps, models = [], []
    for _ in range(2):
        model = nn.MLP(3, [5, 4, 2], rng=1, dtype=np.float32)
        optimizer = optim.SGD(model.parameters(), lr=0.1)

        def step(x: Any, y: Any, model: Any = model, optimizer: Any = optimizer) -> Any:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            return loss

        steps.append(step)
        models.append(model)
    compiled: Any = autograd.compile(steps[1])
    rng = np.random.default_rng(0)
    for i in range(10):
        x = rng.normal(size=(6, 3)).astype(np.float32)
        y = rng.integers(0, 2, 6)
        if i == 4:
            y[2] = -100
        if i in (6, 7):
            start = nn.MLP(3, [5, 4, 2], rng=i, dtype=np.float32).state_dict()
            for model in models:
                model.load_state_dict(start)
        if i == 9:  # the gradient of a weight overflows
            x *= np.float32(1e38)
        with np.errstate(all="ignore"):
            np.testing.assert_allclose(
                compiled(x, y).data, steps[0](x, y).data, rtol=2e-6, atol=1e-7
            )
        for a, b in zip(models[0].parameters(), models[1].parameters()):
            np.testing.assert_allclose(a.data, b.data, rtol=2e-6, atol=1e-6)
    wrong = pytest.raises(IndexError, match="target 2 is out of range for 2 classes")
    with wrong, np.errstate(all="ignore"):
        compiled(np.ones((6, 3), np.float32), np.full(6, 2))


def test_a_gradient_through_the_result_is_that_of_the_function() -> None:
    w = Tensor(np.array([[2.0]]), name="w")
    f = autograd.compile(lambda x: (x * w).sum())
    for _ in range(4):
        w.grad = None
        f(np.array([[3.0]])).backward()
        assert w.grad == 3.0


@pytest.mark.parametrize("function", [autograd.median, autograd.max, lambda x: autograd.sort(x)[0]])
def test_an_order_of_elements_is_found_anew_in_every_call(function: Any) -> None:
    rng = np.random.default_rng(0)
    w = Tensor(np.array([[0.5, -2.0]]), name="w")
    compiled = autograd.compile(lambda x: (function(x * w) ** 2).sum())
    for _ in range(4):
        x = rng.normal(size=(3, 2))
        value, (slope,) = compiled.value_and_grad(x)
        expected, gradient = autograd.value_and_grad(compiled.__wrapped__)(x)
        assert value == expected
        np.testing.assert_array_equal(slope, gradient)
