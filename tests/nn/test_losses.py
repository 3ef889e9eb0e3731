"""Every loss against PyTorch and against central differences, over shapes and reductions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd import Tensor
from tests.nn.oracles import agree, check_gradient
from tests.nn.table import LOSSES, LossRow

CASES = [(row, reduction) for row in LOSSES for reduction in row.reductions]
WITH_TWIN = [(row, reduction) for row, reduction in CASES if row.torch is not None]


# PyTorch announces another meaning of a KLDivLoss's "mean".
@pytest.mark.filterwarnings("ignore:reduction. 'mean':UserWarning")
@pytest.mark.parametrize("row, reduction", WITH_TWIN, ids=str)
def test_against_pytorch(row: LossRow, reduction: str, require: Callable[[str], Any]) -> None:
    torch = require("torch")
    given = {k: torch.tensor(v) for k, v in row.settings.items() if isinstance(v, np.ndarray)}
    names = {"t": torch.nn, "reduction": reduction, "w": next(iter(given.values()), None)}
    assert row.torch is not None
    theirs = eval(row.torch, names).double()
    ours = row.ours(reduction=reduction, **row.settings)
    rng = np.random.default_rng(11)
    for x, y in row.cases(rng):
        a, b = Tensor(x), torch.tensor(x, requires_grad=True)
        la, lb = ours(a, y), theirs(b, torch.tensor(y))
        agree(la, lb)
        g = rng.normal(size=la.shape)
        la.backward(g)
        lb.backward(torch.tensor(g))
        agree(a.grad, b.grad)
        agree(ours(x, y), lb)  # plain arrays in, the same numbers out


@pytest.mark.parametrize("row, reduction", CASES, ids=str)
def test_against_central_differences(row: LossRow, reduction: str) -> None:
    loss = row.ours(reduction=reduction, **row.settings)
    for x, y in row.cases(np.random.default_rng(12)):
        if np.abs(x).max() < 100:
            g = np.random.default_rng(0).normal(size=np.shape(loss(x, y)))

            def weighted(t: Any, y: Any = y, g: Any = g) -> Any:
                return (loss(t, y) * g).sum()

            check_gradient(weighted, x, 1e-5, 1e-6)


SOFT = [row for row in LOSSES if row.ours not in (nn.HingeLoss, nn.SquaredHingeLoss, nn.NLLLoss)]


@pytest.mark.parametrize("row", SOFT, ids=str)
def test_targets_that_are_nodes_get_gradients(row: LossRow) -> None:
    loss = row.ours(**row.settings)
    for x, y in row.cases(np.random.default_rng(13)):
        inner = y.dtype.kind == "f" and np.abs(x).max() < 100
        if inner and not (row.ours is nn.KLDivLoss and (y == 0).any()):
            y = np.clip(y, 0.01, 0.99) if row.ours in (nn.BCELoss,) else y

            def of_target(t: Any, x: Any = x) -> Any:
                return loss(x, t)

            check_gradient(of_target, y, 1e-5, 1e-6)


def test_a_wrong_loss_is_rejected() -> None:
    with pytest.raises(AssertionError):
        check_gradient(lambda t: ((t - 1.0) * (t - 1.0).detach()).sum(), np.array([3.0, -2.0]))


def test_the_forms_that_only_we_have() -> None:
    x, y = np.array([1.0, 4.0, 2.0]), np.array([2.0, 2.0, 2.5])
    d = x - y
    assert np.isclose(nn.MSELoss("sum", half=True)(x, y), 0.5 * (d * d).sum())
    assert np.isclose(nn.RMSELoss()(x, y), np.sqrt((d * d).mean()))
    assert np.isclose(nn.MSLELoss()(x, y), ((np.log1p(x) - np.log1p(y)) ** 2).mean())
    s = np.array([1, -1, 1])
    assert np.isclose(nn.HingeLoss("sum")(x - 2, s), np.maximum(0, 1 - s * (x - 2)).sum())
    assert np.isclose(nn.SquaredHingeLoss()(x - 2, s), (np.maximum(0, 1 - s * (x - 2)) ** 2).mean())


def test_from_probabilities_is_from_their_logarithms() -> None:
    p = np.random.default_rng(0).dirichlet(np.ones(3), 6)
    y = np.array([0, 1, 2, 2, 1, 0])
    wanted = -np.log(p[np.arange(6), y]).mean()
    assert np.isclose(nn.CrossEntropyLoss(from_logits=False)(p, y), wanted)
    assert np.isclose(nn.CrossEntropyLoss(from_logits=False)(p, np.eye(3)[y]), wanted)


@pytest.mark.parametrize("size", [10.0, 100.0, 1000.0, 1e300])
def test_extreme_logits_are_finite(size: float) -> None:
    x = np.array([[size, -size, 0.0], [-size, size, 0.0]])
    for loss, target in (
        (nn.CrossEntropyLoss(), np.array([1, 1])),
        (nn.CrossEntropyLoss(), np.full((2, 3), 1 / 3)),
        (nn.BCEWithLogitsLoss(reduction="none"), np.array([[0.0, 1, 1], [0, 1, 0]])),
    ):
        t = Tensor(x)
        out = loss(t, target)
        assert np.isfinite(out.data).all()
        out.backward(np.ones(out.shape))
        assert np.isfinite(t.grad).all()


def test_certain_probabilities_cost_a_hundred() -> None:
    p = Tensor([0.0, 1.0, 1.0, 0.0])
    out = nn.BCELoss(reduction="none")(p, [1.0, 0.0, 1.0, 0.0])
    np.testing.assert_allclose(out.data, [100, 100, 0, 0], atol=1e-12)
    out.sum().backward()
    assert np.isfinite(p.grad).all()


def test_rmse_of_a_perfect_prediction_has_gradient_zero() -> None:
    x = Tensor([1.0, 2.0])
    nn.RMSELoss()(x, [1.0, 2.0]).backward()
    assert (x.grad == 0).all()


def test_float32_predictions_give_float32_losses() -> None:
    x = Tensor(np.ones((3, 2), np.float32))
    for loss, y in (
        (nn.MSELoss(), np.zeros((3, 2), int)),
        (nn.BCEWithLogitsLoss(pos_weight=[2.0, 3.0]), np.zeros((3, 2), int)),
        (nn.CrossEntropyLoss(weight=[0.5, 2.0]), [0, 1, 1]),
        (nn.HingeLoss(), np.ones((3, 2), int)),
        (nn.HuberLoss(), np.zeros((3, 2), int)),
    ):
        assert loss(x, y).dtype == np.float32


X = np.zeros((4, 3))


@pytest.mark.parametrize(
    "make, error, said",
    [
        (lambda: F.mse_loss(np.ones((5, 1)), np.ones(5)), ValueError, "differ in shape"),
        (lambda: F.mse_loss([1.0], [1.0], "avg"), ValueError, "reduction 'avg'"),
        (lambda: nn.MSELoss("avg"), ValueError, "reduction 'avg'"),
        (lambda: nn.L1Loss("batchmean"), ValueError, "batchmean"),
        (lambda: F.huber_loss([1.0], [1.0], delta=0), ValueError, "delta"),
        (lambda: nn.SmoothL1Loss(beta=-1), ValueError, "beta"),
        (lambda: F.msle_loss([1.0], [-1.0]), ValueError, "-1 or less"),
        (lambda: F.binary_cross_entropy([1.5], [1.0]), ValueError, "with_logits"),
        (lambda: F.binary_cross_entropy([np.nan], [1.0]), ValueError, "prediction"),
        (lambda: F.binary_cross_entropy([0.5], [2.0]), ValueError, "target"),
        (lambda: F.hinge_loss([0.5], [0]), ValueError, "-1 or 1"),
        (lambda: F.cross_entropy(X, [0, 1, 2, 3]), IndexError, "target 3 is out of range"),
        (lambda: F.cross_entropy(X, [0, 1, -1, 0]), IndexError, "-1"),
        (lambda: F.cross_entropy(X, [0, 1]), ValueError, "do not fit"),
        (lambda: F.cross_entropy(X, [0.0, 1.0, 2.0, 0.0]), TypeError, "integers"),
        (lambda: F.cross_entropy(X, [0] * 4, weight=[1, 2]), ValueError, "3 classes"),
        (lambda: F.cross_entropy(X - 1, [0] * 4, from_logits=False), ValueError, "prediction"),
        (lambda: nn.CrossEntropyLoss(label_smoothing=2), ValueError, "label_smoothing"),
        (lambda: F.nll_loss(X, [0, 1, 2, 3]), IndexError, "target 3"),
        (lambda: F.nll_loss(X, [0.5] * 4), TypeError, "integers"),
        (lambda: F.nll_loss(X, [0] * 3), ValueError, "do not fit"),
        (lambda: F.nll_loss(X, [0] * 4, weight=[1.0]), ValueError, "3 classes"),
        (lambda: F.one_hot([0, 3], 3), IndexError, "3 classes"),
        (lambda: F.one_hot([0.5]), TypeError, "integers"),
        (lambda: F.dropout(X, 2), ValueError, "probability"),
    ],
)
def test_bad_input(make: Callable[[], Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said) as caught:
        make()
    assert "\n" not in str(caught.value)
