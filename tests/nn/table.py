"""The layers and losses under test, each with the twin that PyTorch has of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import nn


@dataclass(frozen=True)
class LayerRow:
    """A layer, and the expression that makes PyTorch's; the shapes it is tried on."""

    ours: Callable[[], nn.Module]
    torch: str  # evaluated with `t`, torch.nn
    shapes: tuple[tuple[int, ...], ...] = ((5, 4),)
    eval_too: bool = False

    def __str__(self) -> str:
        return self.torch


_ANY = ((4,), (5, 4), (2, 5, 4), (0, 4))

LAYERS = [
    LayerRow(lambda: nn.Linear(4, 3), "t.Linear(4, 3)", _ANY),
    LayerRow(lambda: nn.Linear(4, 1), "t.Linear(4, 1)", _ANY),
    LayerRow(lambda: nn.Linear(4, 3, bias=False), "t.Linear(4, 3, bias=False)", _ANY),
    LayerRow(lambda: nn.Identity(), "t.Identity()"),
    LayerRow(lambda: nn.Flatten(), "t.Flatten()", ((5, 4), (2, 3, 4), (2, 3, 4, 2))),
    LayerRow(lambda: nn.Flatten(0, 1), "t.Flatten(0, 1)", ((2, 3, 4),)),
    LayerRow(lambda: nn.Dropout(0.0), "t.Dropout(0.0)"),
    LayerRow(lambda: nn.Dropout(1.0), "t.Dropout(1.0)"),
    LayerRow(lambda: nn.Dropout(0.7).eval(), "t.Dropout(0.7).eval()"),
    LayerRow(lambda: nn.ReLU(), "t.ReLU()", _ANY),
    LayerRow(lambda: nn.LeakyReLU(), "t.LeakyReLU()", _ANY),
    LayerRow(lambda: nn.LeakyReLU(0.3), "t.LeakyReLU(0.3)"),
    LayerRow(lambda: nn.ELU(), "t.ELU()", _ANY),
    LayerRow(lambda: nn.ELU(0.5), "t.ELU(0.5)"),
    LayerRow(lambda: nn.PReLU(), "t.PReLU()", _ANY),
    LayerRow(lambda: nn.PReLU(4, init=-0.3), "t.PReLU(4, init=-0.3)", ((5, 4), (3, 4, 2))),
    LayerRow(lambda: nn.GELU(), "t.GELU()", _ANY),
    LayerRow(lambda: nn.GELU("tanh"), "t.GELU('tanh')"),
    LayerRow(lambda: nn.SiLU(), "t.SiLU()", _ANY),
    LayerRow(lambda: nn.Sigmoid(), "t.Sigmoid()", _ANY),
    LayerRow(lambda: nn.Tanh(), "t.Tanh()", _ANY),
    LayerRow(lambda: nn.Softplus(), "t.Softplus(threshold=1000)", _ANY),
    LayerRow(lambda: nn.Softplus(2.0), "t.Softplus(2.0, threshold=1000)"),
    LayerRow(lambda: nn.Softmax(-1), "t.Softmax(-1)", ((4,), (5, 4), (2, 5, 4))),
    LayerRow(lambda: nn.Softmax(0), "t.Softmax(0)"),
    LayerRow(lambda: nn.LogSoftmax(1), "t.LogSoftmax(1)", ((5, 4), (2, 5, 4))),
    LayerRow(lambda: nn.BatchNorm1d(4), "t.BatchNorm1d(4)", ((5, 4), (3, 4, 2)), True),
    LayerRow(lambda: nn.BatchNorm1d(4, eps=0.1), "t.BatchNorm1d(4, eps=0.1)", ((2, 4),), True),
    LayerRow(
        lambda: nn.BatchNorm1d(4, momentum=None), "t.BatchNorm1d(4, momentum=None)", ((5, 4),), True
    ),
    LayerRow(
        lambda: nn.BatchNorm1d(4, affine=False), "t.BatchNorm1d(4, affine=False)", ((5, 4),), True
    ),
    LayerRow(
        lambda: nn.BatchNorm1d(4, track_running_stats=False),
        "t.BatchNorm1d(4, track_running_stats=False)",
        ((5, 4),),
        True,
    ),
    LayerRow(lambda: nn.BatchNorm2d(3), "t.BatchNorm2d(3)", ((2, 3, 2, 2),), True),
    LayerRow(
        lambda: nn.BatchNorm2d(2, momentum=None, affine=False),
        "t.BatchNorm2d(2, momentum=None, affine=False)",
        ((3, 2, 1, 2),),
        True,
    ),
    LayerRow(lambda: nn.GroupNorm(2, 4), "t.GroupNorm(2, 4)", ((5, 4), (2, 4, 3), (2, 4, 2, 3))),
    LayerRow(
        lambda: nn.GroupNorm(4, 4, affine=False), "t.GroupNorm(4, 4, affine=False)", ((2, 4, 3),)
    ),
    LayerRow(lambda: nn.LayerNorm(4), "t.LayerNorm(4)", _ANY[:3]),
    LayerRow(lambda: nn.LayerNorm((5, 4)), "t.LayerNorm((5, 4))", ((5, 4), (2, 5, 4))),
    LayerRow(lambda: nn.LayerNorm(4, bias=False), "t.LayerNorm(4, bias=False)"),
    LayerRow(
        lambda: nn.LayerNorm(4, elementwise_affine=False),
        "t.LayerNorm(4, elementwise_affine=False)",
    ),
    LayerRow(lambda: nn.RMSNorm(4), "t.RMSNorm(4)", _ANY[:3]),
    LayerRow(lambda: nn.RMSNorm((5, 4), 0.1), "t.RMSNorm((5, 4), 0.1)", ((5, 4), (2, 5, 4))),
    LayerRow(
        lambda: nn.RMSNorm(4, elementwise_affine=False), "t.RMSNorm(4, elementwise_affine=False)"
    ),
    LayerRow(lambda: nn.Conv1d(2, 3, 2), "t.Conv1d(2, 3, 2)", ((2, 2, 4), (2, 5))),
    LayerRow(
        lambda: nn.Conv1d(2, 4, (3,), stride=2, padding=1, groups=2, bias=False),
        "t.Conv1d(2, 4, (3,), stride=2, padding=1, groups=2, bias=False)",
        ((2, 2, 5),),
    ),
    LayerRow(
        lambda: nn.Conv1d(2, 2, 3, padding="same", dilation=2),
        "t.Conv1d(2, 2, 3, padding='same', dilation=2)",
        ((2, 2, 5),),
    ),
    LayerRow(
        lambda: nn.Conv2d(2, 3, 3, padding=1),
        "t.Conv2d(2, 3, 3, padding=1)",
        ((2, 2, 4, 3), (2, 3, 3)),
    ),
    LayerRow(
        lambda: nn.Conv2d(2, 2, (2, 3), stride=(1, 2), padding=(1, 0), dilation=(2, 1)),
        "t.Conv2d(2, 2, (2, 3), stride=(1, 2), padding=(1, 0), dilation=(2, 1))",
        ((1, 2, 4, 5),),
    ),
    LayerRow(
        lambda: nn.Conv2d(1, 2, 2, padding=1, padding_mode="circular"),
        "t.Conv2d(1, 2, 2, padding=1, padding_mode='circular')",
        ((1, 1, 3, 3),),
    ),
    LayerRow(
        lambda: nn.Conv2d(1, 2, 3, padding="same", padding_mode="reflect"),
        "t.Conv2d(1, 2, 3, padding='same', padding_mode='reflect')",
        ((1, 1, 3, 3),),
    ),
    LayerRow(lambda: nn.MaxPool1d(2), "t.MaxPool1d(2)", ((2, 2, 5), (2, 4))),
    LayerRow(
        lambda: nn.MaxPool2d(3, 2, 1, ceil_mode=True),
        "t.MaxPool2d(3, 2, 1, ceil_mode=True)",
        ((2, 2, 4, 6), (2, 5, 4)),
    ),
    LayerRow(
        lambda: nn.MaxPool2d((2, 1), dilation=2),
        "t.MaxPool2d((2, 1), dilation=2)",
        ((1, 2, 4, 4),),
    ),
    LayerRow(lambda: nn.AvgPool1d(2, 1, 1), "t.AvgPool1d(2, 1, 1)", ((2, 2, 4),)),
    LayerRow(
        lambda: nn.AvgPool2d(3, 2, 1, ceil_mode=True),
        "t.AvgPool2d(3, 2, 1, ceil_mode=True)",
        ((1, 2, 4, 6), (2, 5, 4)),
    ),
    LayerRow(
        lambda: nn.AvgPool2d(2, 3, 1, ceil_mode=True, count_include_pad=False),
        "t.AvgPool2d(2, 3, 1, ceil_mode=True, count_include_pad=False)",
        ((1, 2, 4, 5),),
    ),
    LayerRow(
        lambda: nn.AvgPool2d(2, divisor_override=3),
        "t.AvgPool2d(2, divisor_override=3)",
        ((1, 2, 4, 5),),
    ),
    LayerRow(lambda: nn.AdaptiveAvgPool1d(3), "t.AdaptiveAvgPool1d(3)", ((2, 2, 7),)),
    LayerRow(
        lambda: nn.AdaptiveAvgPool2d((2, 3)),
        "t.AdaptiveAvgPool2d((2, 3))",
        ((2, 2, 5, 3), (2, 3, 4)),
    ),
    LayerRow(
        lambda: nn.AdaptiveAvgPool2d((None, 2)), "t.AdaptiveAvgPool2d((None, 2))", ((2, 2, 5, 3),)
    ),
    LayerRow(
        lambda: nn.MLP(4, [8, 3], activation="tanh"),
        "t.Sequential(t.Linear(4, 8), t.Tanh(), t.Linear(8, 3))",
    ),
    LayerRow(
        lambda: nn.Sequential(
            nn.Linear(4, 6), nn.BatchNorm1d(6), nn.GELU(), nn.Linear(6, 2), nn.LayerNorm(2)
        ),
        "t.Sequential(t.Linear(4, 6), t.BatchNorm1d(6), t.GELU(), t.Linear(6, 2), t.LayerNorm(2))",
        ((7, 4),),
        True,
    ),
]


@dataclass(frozen=True)
class LossRow:
    """A loss, the expression that makes PyTorch's, and predictions and targets to try it on."""

    ours: Callable[..., nn.Module]
    torch: str | None  # evaluated with `t`, torch.nn, and `reduction`; None where it has none
    cases: Callable[[np.random.Generator], list[tuple[Any, Any]]]
    settings: dict[str, Any]
    reductions: tuple[str, ...] = ("mean", "sum", "none")

    def __str__(self) -> str:
        said = ",".join(f"{k}={np.shape(v) or v}" for k, v in self.settings.items())
        return f"{self.ours.__name__}({said})"


SHAPES = [(6,), (5, 1), (4, 3), (2, 3, 2)]


def _real(rng: np.random.Generator) -> list[tuple[Any, Any]]:
    return [(rng.normal(size=s) * 2, rng.normal(size=s) * 2) for s in SHAPES]


def _positive(rng: np.random.Generator) -> list[tuple[Any, Any]]:
    return [(rng.uniform(0, 5, s), rng.uniform(0, 5, s)) for s in SHAPES]


def _probable(rng: np.random.Generator) -> list[tuple[Any, Any]]:
    soft = [(rng.uniform(0.02, 0.98, s), rng.uniform(0, 1, s)) for s in SHAPES]
    return [*soft, (rng.uniform(0.02, 0.98, 6), rng.integers(0, 2, 6).astype(float))]


def _logits(rng: np.random.Generator) -> list[tuple[Any, Any]]:
    extreme = np.array([1000.0, -1000.0, 50.0, -50.0, 0.0, 1e-9])
    return [
        *((rng.normal(size=s) * 3, rng.uniform(0, 1, s)) for s in SHAPES),
        (extreme, np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0])),
    ]


def _row_of_four(rng: np.random.Generator) -> list[tuple[Any, Any]]:
    return [(rng.uniform(0.05, 0.95, (5, 4)), rng.integers(0, 2, (5, 4)).astype(float))]


def _classes(rng: np.random.Generator) -> list[tuple[Any, Any]]:
    return [
        (rng.normal(size=(6, 4)) * 3, rng.integers(0, 4, 6)),
        (rng.normal(size=(1, 4)) * 300, rng.integers(0, 4, 1)),
        (rng.normal(size=(4,)), np.array(2)),
        (rng.normal(size=(2, 4, 3)), rng.integers(0, 4, (2, 3))),
        (rng.normal(size=(2, 4, 3, 2)), rng.integers(0, 4, (2, 3, 2))),
    ]


def _ignoring(rng: np.random.Generator) -> list[tuple[Any, Any]]:
    cases = _classes(rng)
    for _, y in cases:
        if y.size > 1:
            y.flat[::3] = 1
    return cases[:1] + cases[3:]


def _soft(rng: np.random.Generator) -> list[tuple[Any, Any]]:
    cases = []
    for shape in [(6, 4), (4,), (2, 4, 3)]:
        q = rng.uniform(0.05, 1, shape)
        axis = 1 if q.ndim > 1 else 0
        cases.append((rng.normal(size=shape) * 2, q / q.sum(axis, keepdims=True)))
    return [*cases, (rng.normal(size=(3, 4)), np.eye(4)[[0, 3, 3]])]


def _log_probable(rng: np.random.Generator) -> list[tuple[Any, Any]]:
    return [(x - np.log(np.exp(x).sum(1 if x.ndim > 1 else 0, keepdims=True)), y)
            for x, y in _classes(rng)]  # fmt: skip


def _distributions(rng: np.random.Generator) -> list[tuple[Any, Any]]:
    p = rng.dirichlet(np.ones(4), 5)
    return [(np.log(rng.dirichlet(np.ones(4), 5)), p), (np.log(p), np.eye(4)[[0, 1, 2, 3, 0]])]


def _log_distributions(rng: np.random.Generator) -> list[tuple[Any, Any]]:
    return [(np.log(x), np.log(y)) for x, y in rng.dirichlet(np.ones(4), (3, 2, 5)).swapaxes(1, 1)]


def _signs(rng: np.random.Generator) -> list[tuple[Any, Any]]:
    return [(rng.normal(size=s) * 2, rng.choice((-1.0, 1.0), s)) for s in SHAPES]


_WEIGHT = np.array([0.3, 1.7, 0.6, 2.5])
_MEANS = ("mean", "batchmean", "sum", "none")

LOSSES = [
    LossRow(nn.L1Loss, "t.L1Loss(reduction=reduction)", _real, {}),
    LossRow(nn.MSELoss, "t.MSELoss(reduction=reduction)", _real, {}),
    LossRow(nn.MSELoss, None, _real, {"half": True}),
    LossRow(nn.RMSELoss, None, _real, {}),
    LossRow(nn.MSLELoss, None, _positive, {}),
    LossRow(nn.HuberLoss, "t.HuberLoss(reduction=reduction)", _real, {}),
    LossRow(nn.HuberLoss, "t.HuberLoss(reduction=reduction, delta=0.4)", _real, {"delta": 0.4}),
    LossRow(nn.SmoothL1Loss, "t.SmoothL1Loss(reduction=reduction)", _real, {}),
    LossRow(nn.SmoothL1Loss, "t.SmoothL1Loss(reduction=reduction, beta=0.3)", _real, {"beta": 0.3}),
    LossRow(nn.SmoothL1Loss, "t.L1Loss(reduction=reduction)", _real, {"beta": 0.0}),
    LossRow(nn.BCELoss, "t.BCELoss(reduction=reduction)", _probable, {}),
    LossRow(nn.BCELoss, "t.BCELoss(w, reduction=reduction)", _row_of_four, {"weight": _WEIGHT}),
    LossRow(nn.BCEWithLogitsLoss, "t.BCEWithLogitsLoss(reduction=reduction)", _logits, {}),
    LossRow(nn.BCEWithLogitsLoss, "t.BCEWithLogitsLoss(w, reduction=reduction)",
            _row_of_four, {"weight": _WEIGHT}),
    LossRow(nn.BCEWithLogitsLoss, "t.BCEWithLogitsLoss(pos_weight=w, reduction=reduction)",
            _row_of_four, {"pos_weight": _WEIGHT}),
    LossRow(nn.CrossEntropyLoss, "t.CrossEntropyLoss(reduction=reduction)", _classes, {}),
    LossRow(nn.CrossEntropyLoss, "t.CrossEntropyLoss(w, reduction=reduction)", _classes,
            {"weight": _WEIGHT}),
    LossRow(nn.CrossEntropyLoss, "t.CrossEntropyLoss(reduction=reduction, ignore_index=1)",
            _ignoring, {"ignore_index": 1}),
    LossRow(nn.CrossEntropyLoss, "t.CrossEntropyLoss(reduction=reduction, label_smoothing=0.1)",
            _classes, {"label_smoothing": 0.1}),
    LossRow(nn.CrossEntropyLoss,
            "t.CrossEntropyLoss(w, ignore_index=1, reduction=reduction, label_smoothing=0.2)",
            _ignoring, {"weight": _WEIGHT, "ignore_index": 1, "label_smoothing": 0.2}),
    LossRow(nn.CrossEntropyLoss, "t.CrossEntropyLoss(reduction=reduction)", _soft, {}),
    LossRow(nn.CrossEntropyLoss, "t.CrossEntropyLoss(w, reduction=reduction, label_smoothing=0.1)",
            _soft, {"weight": _WEIGHT, "label_smoothing": 0.1}),
    LossRow(nn.NLLLoss, "t.NLLLoss(reduction=reduction)", _log_probable, {}),
    LossRow(nn.NLLLoss, "t.NLLLoss(w, reduction=reduction)", _log_probable, {"weight": _WEIGHT}),
    LossRow(nn.NLLLoss, "t.NLLLoss(w, ignore_index=1, reduction=reduction)", _ignoring,
            {"weight": _WEIGHT, "ignore_index": 1}),
    LossRow(nn.KLDivLoss, "t.KLDivLoss(reduction=reduction)", _distributions, {}, _MEANS),
    LossRow(nn.KLDivLoss, "t.KLDivLoss(reduction=reduction, log_target=True)",
            _log_distributions, {"log_target": True}, _MEANS),
    LossRow(nn.HingeLoss, None, _signs, {}),
    LossRow(nn.HingeLoss, None, _signs, {"margin": 0.5}),
    LossRow(nn.SquaredHingeLoss, None, _signs, {}),
]  # fmt: skip
