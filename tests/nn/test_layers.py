"""Every layer against PyTorch and against central differences: values and all gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from tests.nn.oracles import agree, check_gradient, numeric_gradient
from tests.nn.table import LAYERS, LayerRow

CASES = [
    (row, shape, training)
    for row in LAYERS
    for shape in row.shapes
    for training in ((True, False) if row.eval_too else (True,))
]


def perturbed(module: nn.Module, rng: np.random.Generator) -> nn.Module:
    """Every parameter and average moved, so that none is hidden behind a 0 or a 1."""
    for p in module.parameters():
        p.data = p.data + rng.normal(size=p.shape) * 0.3
    for buffer in module.buffers():
        if buffer.dtype.kind == "f":
            buffer += rng.uniform(0.1, 0.9, buffer.shape)
    return module


@pytest.mark.parametrize("row, shape, training", CASES, ids=str)
def test_against_pytorch(
    row: LayerRow, shape: tuple[int, ...], training: bool, require: Callable[[str], Any]
) -> None:
    torch = require("torch")
    nn.manual_seed(5)
    rng = np.random.default_rng(5)
    ours = perturbed(row.ours(), rng)
    theirs = eval(row.torch, {"t": torch.nn}).double()
    theirs.load_state_dict(
        {name: torch.from_numpy(a.copy()) for name, a in nn.to_torch(ours).items()}
    )
    if not training:
        ours.eval()
        theirs.eval()
    for _ in range(2):  # twice, so that running averages are seen at work
        x = rng.normal(size=shape)
        a, b = Tensor(x), torch.tensor(x, requires_grad=True)
        ya, yb = ours(a), theirs(b)
        agree(ya, yb)
        g = rng.normal(size=ya.shape)
        ours.zero_grad()
        theirs.zero_grad()
        ya.backward(g)
        yb.backward(torch.from_numpy(g))
        # PyTorch leaves the gradient of a constant at None or at zeros; so may we.
        agree(np.zeros(shape) if a.grad is None else a.grad, b.grad)
        grads = nn.to_torch(ours, {name: p.grad for name, p in ours.named_parameters()})
        for name, p in theirs.named_parameters():
            agree(grads[name], p.grad)
    for name, array in nn.to_torch(ours).items():
        agree(array, theirs.state_dict()[name])


@pytest.mark.parametrize("row, shape, training", [c for c in CASES if 0 not in c[1]], ids=str)
def test_against_central_differences(row: LayerRow, shape: tuple[int, ...], training: bool) -> None:
    nn.manual_seed(6)  # whatever ran before this test
    rng = np.random.default_rng(6)
    module = perturbed(row.ours(), rng)
    if not training:
        module.eval()
    x = rng.normal(size=shape)
    x += np.where(abs(x) < 1e-3, 0.01, 0)  # no kink within a step
    g = rng.normal(size=module(Tensor(x)).shape)

    def loss(t: Any) -> Any:
        return (module(t) * g).sum()

    if loss(Tensor(x)).requires_grad:
        check_gradient(loss, x, 1e-5, 1e-7)
    for name, p in module.named_parameters():
        module.zero_grad()
        out = loss(Tensor(x))
        out.backward()
        found = p.grad.copy()
        start = p.data

        def at(value: Any, p: nn.Parameter = p) -> float:
            p.data = value
            return float(loss(Tensor(x)).data)

        np.testing.assert_allclose(found, numeric_gradient(at, start), 1e-5, 1e-7, err_msg=name)
        p.data = start


def test_a_wrong_layer_is_rejected() -> None:
    class Wrong(nn.Module):
        def forward(self, x: Any) -> Any:
            return x * x.detach()

    with pytest.raises(AssertionError):
        check_gradient(lambda t: Wrong()(t).sum(), np.array([1.0, 2.0]))


@pytest.mark.parametrize(
    "row", [row for row in LAYERS if "Dropout" not in row.torch], ids=lambda row: str(row)
)
def test_float32_stays_float32(row: LayerRow) -> None:
    module = row.ours().float()
    x = np.random.default_rng(0).normal(size=row.shapes[-1 if len(row.shapes) < 4 else 1])
    out = module(Tensor(x.astype(np.float32)))
    assert out.dtype == np.float32
    out.sum().backward()
    assert all(p.grad.dtype == np.float32 for p in module.parameters())


def test_modules_take_plain_arrays_and_mixed_dtypes() -> None:
    x = np.ones((3, 4), np.float32)
    assert isinstance(nn.ReLU()(x), np.ndarray)
    assert nn.Linear(4, 2)(x).dtype == np.float64
    assert nn.Linear(4, 2, dtype=np.float32)(x).dtype == np.float32


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_dropout_keeps_the_expectation(p: float) -> None:
    drop = nn.Dropout(p, rng=0)
    x = Tensor(np.ones((200, 500)))
    out = drop(x)
    assert set(np.unique(out.data)) == {0.0, 1 / (1 - p)}
    assert abs((out.data == 0).mean() - p) < 0.01
    out.sum().backward()
    assert (x.grad == out.data).all()
    assert (drop.eval()(x).data == 1).all()


def test_dropout_repeats_with_its_seed_and_changes_between_calls() -> None:
    first, second = nn.Dropout(0.5, rng=3), nn.Dropout(0.5, rng=3)
    x = np.ones(100)
    one = first(x)
    assert (one == second(x)).all()
    assert (one != first(x)).any()


@pytest.mark.parametrize(
    "make, error, said",
    [
        (lambda: nn.Linear(0, 3), ValueError, "n_in"),
        (lambda: nn.Linear(3, 2.5), ValueError, "n_out"),  # type: ignore[arg-type]
        (lambda: nn.Linear(3, 2)(np.ones((5, 4))), ValueError, r"\(5, 4\) has not 3 features"),
        (lambda: nn.Dropout(1.5), ValueError, "probability"),
        (lambda: nn.BatchNorm1d(3)(np.ones((5, 4))), ValueError, r"not \(N, 3\)"),
        (lambda: nn.BatchNorm1d(3)(np.ones((1, 3))), ValueError, "larger batches"),
        (lambda: nn.BatchNorm2d(3)(np.ones((5, 3))), ValueError, r"is not \(N, 3, H, W\)"),
        (lambda: nn.GroupNorm(3, 4), ValueError, "4 channels do not divide into 3 groups"),
        (lambda: nn.GroupNorm(2, 4)(np.ones((5, 6))), ValueError, "has not 4 channels"),
        (lambda: nn.Conv2d(1, 0, 3), ValueError, "out_channels must be"),
        (lambda: nn.Conv2d(3, 4, 3, groups=2), ValueError, "in_channels=3 does not divide into 2"),
        (lambda: nn.Conv2d(1, 4, 3, stride=0), ValueError, "stride must be .* from 1, not 0"),
        (
            lambda: nn.Conv2d(1, 4, (3, 3, 3)),
            ValueError,
            "kernel_size must be a whole number, or 2",
        ),
        (lambda: nn.Conv2d(1, 4, 3, padding="full"), ValueError, "use 'same', 'valid' or sizes"),
        (lambda: nn.Conv2d(1, 4, 3, 2, padding="same"), ValueError, "'same' needs stride 1, not"),
        (
            lambda: nn.Conv2d(1, 4, 3)(np.ones((5, 8, 8))),
            ValueError,
            r"is not \(samples, 1, height",
        ),
        (lambda: nn.Conv2d(1, 4, 3)(np.ones((5, 1, 2, 8))), ValueError, "does not fit into a pict"),
        (lambda: nn.MaxPool2d(2, padding=2), ValueError, "more than half of a window"),
        (lambda: nn.MaxPool2d(2, return_indices=True), ValueError, "return_indices=True is not"),
        (
            lambda: nn.MaxPool2d(2)(np.ones((4, 4))),
            ValueError,
            r"\(4, 4\) is not \(samples, channels",
        ),
        (lambda: nn.AvgPool1d(0), ValueError, "kernel_size must be a whole number from 1, not 0"),
        (lambda: nn.LayerNorm(3)(np.ones((5, 4))), ValueError, r"does not end in \(3,\)"),
        (lambda: nn.Flatten(2, 1)(np.ones((2, 3, 4))), ValueError, "lies before"),
        (lambda: nn.ReLU(inplace=True), ValueError, "in place"),
        (lambda: nn.GELU("quick"), ValueError, "approximate"),  # type: ignore[arg-type]
        (lambda: nn.Softplus(0), ValueError, "beta"),
        (lambda: nn.MLP(2, []), ValueError, "sizes is empty"),
        (lambda: nn.MLP(2, [3, 1], activation="rulu"), ValueError, "rulu"),
        (lambda: nn.Linear(2, 3, rng="x"), TypeError, "rng"),  # type: ignore[arg-type]
    ],
)
def test_bad_input(make: Callable[[], Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_an_even_kernel_pads_one_more_behind_to_keep_the_size() -> None:
    layer = nn.Conv1d(1, 1, 4, padding="same", bias=False, rng=0)
    x = np.random.default_rng(0).normal(size=(1, 1, 5))
    expected = nn.functional.conv1d(np.pad(x, ((0, 0), (0, 0), (1, 2))), layer.weight)
    np.testing.assert_array_equal(layer(x).data, expected.data)


def test_an_error_names_the_layer() -> None:
    net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(5, 2))
    with pytest.raises(ValueError, match="Linear '2'"):
        net(np.ones((1, 3)))
