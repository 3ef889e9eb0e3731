"""A thousand values of each schedule beside an independent transcription, and beside PyTorch's."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib
import numpy as np
import pytest

import optim
from optim.schedules.formulas import Warmup
from tests.optim.stand_ins import ArrayParameter
from tests.peers import require

Rate = Callable[[int], float]


# Cycles of 7, 21, 63, ... updates, one after the other: each update's place in its cycle.
PLACES = [(k, 7 * 3**i) for i in range(6) for k in range(7 * 3**i)]


def restarts(t: int) -> float:
    k, n = PLACES[t]
    return 0.01 + 0.49 * (1 + math.cos(math.pi * k / n)) / 2


def one_cycle(t: int, total: int = 400, start: float = 0.02, top: float = 0.5) -> float:
    end = start / 1e4
    knots = [0.0, 0.3 * total - 1, total - 1.0]
    heights = [start, top, end]
    t = min(t, total - 1)
    i = 0 if t <= knots[1] else 1
    part = (t - knots[i]) / (knots[i + 1] - knots[i])
    return heights[i + 1] + (heights[i] - heights[i + 1]) / 2 * (1 + math.cos(math.pi * part))


def triangle(t: int, half: int = 40) -> float:
    """0 at the ends of a cycle, 1 in its middle."""
    place = t % (2 * half)
    return place / half if place <= half else 2 - place / half


def inverse_sqrt_warmed(t: int) -> float:
    return 0.5 * (t + 1) / 50 if t < 50 else 0.5 * math.sqrt(50) / math.sqrt(t + 1)


TABLE: list[tuple[Rate, Rate]] = [
    (optim.Constant(0.5), lambda t: 0.5),
    (optim.StepDecay(0.5, 100, 0.1), lambda t: 0.5 * 10.0 ** -(t // 100)),
    (
        optim.StepDecay(0.5, 3, 0.5, per_epoch=50),
        lambda t: 0.5 / 2.0 ** math.floor(math.floor(t / 50) / 3),
    ),
    (
        optim.MultiStep(0.5, (30, 80, 500), 0.2),
        lambda t: 0.5 * (1 if t < 30 else 0.2 if t < 80 else 0.04 if t < 500 else 0.008),
    ),
    (optim.Exponential(0.5, 0.98), lambda t: 0.5 * math.exp(t * math.log(0.98))),
    (optim.Exponential(0.5, 0.95, per_epoch=10), lambda t: 0.5 * 0.95 ** (t // 10)),
    (optim.InverseTime(0.5, 0.1), lambda t: 1 / (2 + 0.2 * t)),
    (optim.InverseSqrt(0.5, k=0.3), lambda t: 0.15 * (t + 1) ** -0.5),
    (optim.InverseSqrt(0.5, warmup=50), inverse_sqrt_warmed),
    (
        optim.Polynomial(0.5, 300, 3, 0.05),
        lambda t: 0.05 + 0.45 * ((300 - t) / 300) ** 3 if t < 300 else 0.05,
    ),
    (
        optim.Cosine(0.5, 300, 0.05),
        lambda t: 0.05 + 0.45 * math.cos(math.pi * t / 600) ** 2 if t < 300 else 0.05,
    ),
    (optim.CosineWarmRestarts(0.5, 7, 3, 0.01), restarts),
    (
        optim.CosineWarmRestarts(0.5, 30),
        lambda t: 0.25 + 0.25 * math.cos(math.pi * (t % 30) / 30),
    ),
    (optim.Cyclic(0.1, 0.5, 40), lambda t: 0.1 + 0.4 * triangle(t)),
    (
        optim.Cyclic(0.1, 0.5, 40, "triangular2"),
        lambda t: 0.1 + 0.4 * triangle(t) / 2 ** (t // 80),
    ),
    (
        optim.Cyclic(0.1, 0.5, 40, "exp_range", 0.99),
        lambda t: 0.1 + 0.4 * triangle(t) * 0.99**t,
    ),
    (optim.OneCycle(0.5, 400), one_cycle),
    (optim.OneCycle(0.5, 400).momentum, lambda t: one_cycle_momentum(t)),
    (
        optim.warmup(optim.Exponential(0.5, 0.99), 60, 0.1),
        lambda t: 0.1 + 0.4 * t / 60 if t < 60 else 0.5 * 0.99 ** (t - 60),
    ),
    (optim.warmup(0.5, 20), lambda t: 0.025 * min(t, 20)),
    (optim.Exponential(0.5, 0.9, minimum=0.01), lambda t: max(0.5 * 0.9**t, 0.01)),
]


def one_cycle_momentum(t: int) -> float:
    t = min(t, 399)
    part = t / 119 if t <= 119 else (t - 119) / 280
    height = (1 + math.cos(math.pi * part)) / 2
    return 0.85 + 0.1 * height if t <= 119 else 0.95 - 0.1 * height


@pytest.mark.parametrize("ours, formula", TABLE, ids=[str(rate)[:60] for rate, _ in TABLE])
def test_a_thousand_values(ours: Rate, formula: Rate) -> None:
    for t in range(1000):
        assert ours(t) == pytest.approx(formula(t), rel=1e-12, abs=1e-15), t


def peers(torch: Any) -> Iterator[tuple[str, Rate, Any, int]]:
    """Our schedule, PyTorch's over an optimizer with rate 0.5, and for how many updates."""
    schedulers = torch.optim.lr_scheduler

    def made(name: str, *arguments: Any, lr: float = 0.5, **options: Any) -> Any:
        peer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr, momentum=0.9)
        return peer, getattr(schedulers, name)(peer, *arguments, **options)

    yield "step", optim.StepDecay(0.5, 100, 0.1), made("StepLR", 100, 0.1), 1000
    yield "multi", optim.MultiStep(0.5, (30, 80), 0.2), made("MultiStepLR", [30, 80], 0.2), 1000
    yield "exponential", optim.Exponential(0.5, 0.98), made("ExponentialLR", 0.98), 1000
    yield "polynomial", optim.Polynomial(0.5, 300, 2), made("PolynomialLR", 300, 2), 1000
    yield "cosine", optim.Cosine(0.5, 300, 0.05), made("CosineAnnealingLR", 300, 0.05), 300
    restarting = made("CosineAnnealingWarmRestarts", 7, 3, 0.01)
    yield "restarts", optim.CosineWarmRestarts(0.5, 7, 3, 0.01), restarting, 1000
    for mode in ("triangular", "triangular2", "exp_range"):
        peer = made("CyclicLR", 0.1, 0.5, 40, mode=mode, gamma=0.99)
        yield mode, optim.Cyclic(0.1, 0.5, 40, mode, 0.99), peer, 1000
    yield "one cycle", optim.OneCycle(0.5, 1000), made("OneCycleLR", 0.5, total_steps=1000), 1000
    linear = made("LinearLR", 0.2, 1.0, 60)
    yield "warmup", optim.warmup(0.5, 60, 0.1), linear, 1000


def test_schedules_equal_torch() -> None:
    torch = require("torch")
    for name, ours, (peer, scheduler), steps in peers(torch):
        for t in range(steps):
            theirs = peer.param_groups[0]["lr"]
            assert ours(t) == pytest.approx(theirs, rel=1e-9, abs=1e-15), (name, t)
            if isinstance(ours, optim.OneCycle):
                assert ours.momentum(t) == pytest.approx(peer.param_groups[0]["momentum"])
            peer.step()
            if t + 1 < steps:
                scheduler.step()


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("cooldown", [0, 3])
def test_plateau_equals_torch_on_positive_metrics(mode: str, cooldown: int) -> None:
    torch = require("torch")
    rng = np.random.default_rng(0)
    metrics = np.exp(-np.arange(1000) / 150) + 0.05 * rng.random(1000) + 0.5
    if mode == "max":
        metrics = 3 - metrics
    peer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        peer, mode, 0.5, 6, threshold=1e-3, cooldown=cooldown, min_lr=1e-4, eps=0.0
    )
    ours = optim.ReduceOnPlateau(0.5, 0.5, 6, 1e-3, cooldown, mode=mode, minimum=1e-4)
    for metric in metrics:
        scheduler.step(metric)
        assert ours.step(metric) == pytest.approx(peer.param_groups[0]["lr"], rel=1e-12)
    assert ours.rate < 0.01


def plateau(metrics: list[float], **options: Any) -> list[float]:
    schedule = optim.ReduceOnPlateau(1.0, 0.5, **options)
    return [schedule.step(m) for m in metrics]


def test_plateau_with_negative_metrics() -> None:
    # From -1 to -1.00005 is less than a ten-thousandth of progress; from -1 to -1.001 is more.
    assert plateau([-1.0, -1.00005, -1.00005], patience=1) == [1.0, 1.0, 0.5]
    assert plateau([-1.0, -1.001, -1.002], patience=0) == [1.0, 1.0, 1.0]
    assert plateau([-1.002, -1.001, -1.0], patience=0, mode="max") == [1.0, 1.0, 1.0]


def test_plateau_counts_a_nan_as_no_progress() -> None:
    assert plateau([math.nan, math.nan, 1.0], patience=1) == [1.0, 0.5, 0.5]
    assert plateau([1.0, math.nan, math.nan], patience=1) == [1.0, 1.0, 0.5]


def test_plateau_under_warmup_drives_an_optimizer_and_is_saved_with_it() -> None:
    def make() -> tuple[Any, Any, Any]:
        rate = optim.warmup(optim.ReduceOnPlateau(1.0, 0.5, patience=0), 4)
        parameter = ArrayParameter([0.0])
        return rate, parameter, optim.SGD([parameter], lr=rate)

    rate, parameter, optimizer = make()
    rates = []
    for _ in range(8):
        rates.append(optimizer.lr)
        optimizer.zero_grad()
        parameter.receive([1.0])
        optimizer.step()
        if optimizer.updates > 4:
            rate.step(1.0)
    assert rates == [0.0, 0.25, 0.5, 0.75, 1.0, 1.0, 0.5, 0.25]
    again, _, restored = make()
    restored.load_state_dict(optimizer.state_dict())
    assert restored.lr == optimizer.lr == 0.125
    assert again.then.best == 1.0
    with pytest.raises(ValueError, match="no state of ReduceOnPlateau"):
        again.then.load_state_dict({"rate": 1.0})


def test_each_group_has_its_own_schedule() -> None:
    parameters = [ArrayParameter([0.0]) for _ in range(3)]
    optimizer = optim.SGD(
        [
            {"params": parameters[0]},
            {"params": parameters[1:2], "lr": optim.StepDecay(1.0, 1, 0.5)},
            {"params": parameters[2:], "lr": 0.25},
        ],
        lr=optim.Constant(0.125),
    )
    for _ in range(3):
        optimizer.zero_grad()
        for parameter in parameters:
            parameter.receive([1.0])
        optimizer.step()
    assert [-p.data[0] for p in parameters] == [0.375, 1.75, 0.75]


def test_one_cycle_moves_the_momentum_the_other_way() -> None:
    cycle = optim.OneCycle(0.1, 50)
    ours, by_hand = ArrayParameter([1.0]), ArrayParameter([1.0])
    optimizer = optim.Adam([ours], lr=cycle, betas=(cycle.momentum, 0.999))
    other = optim.Adam([by_hand])
    for t in range(50):
        other.param_groups[0].update(lr=cycle(t), betas=(cycle.momentum(t), 0.999))
        for one, parameter in ((optimizer, ours), (other, by_hand)):
            one.zero_grad()
            parameter.receive(2 * parameter.data)
            one.step()
    assert ours.data[0] == by_hand.data[0] != 1.0


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: optim.Constant(-1), "lr must be at least 0"),
        (lambda: optim.Exponential(1.0, 1.5), r"gamma must be in \[0, 1\], got 1.5"),
        (lambda: optim.StepDecay(1.0, 0), "every must be a whole number"),
        (lambda: optim.MultiStep(1.0, [1, -3]), "milestones must be .* got -3"),
        (lambda: optim.Cosine(1.0, 10, per_epoch=0), "per_epoch must be"),
        (lambda: optim.Cosine(1.0, 10, minimum=-1), "minimum must be"),
        (lambda: optim.Cyclic(0.1, 1.0, 5, "square"), "mode must be one of triangular"),
        (lambda: optim.ReduceOnPlateau(1.0, factor=1.0), r"factor must be in \[0, 1\)"),
        (lambda: optim.ReduceOnPlateau(1.0, mode="least"), "mode must be one of 'min', 'max'"),
        (lambda: optim.warmup(optim.Constant(1.0), 0), "steps must be"),
        (lambda: optim.Constant(1.0).plot(0), "steps must be"),
    ],
)
def test_bad_arguments(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_bad_kinds() -> None:
    with pytest.raises(TypeError, match="is not driven by a metric"):
        optim.warmup(0.1, 5).step(1.0)
    with pytest.raises(TypeError, match="must be a number or a schedule"):
        Warmup("fast", 5)  # type: ignore[arg-type]


def test_plots_show_the_rates() -> None:
    axes: Any = optim.Cosine(0.1, 10).plot(20)
    (line,) = axes.lines
    assert list(line.get_ydata()) == [optim.Cosine(0.1, 10)(t) for t in range(20)]
    assert axes.get_xlabel() == "update"
    axes = optim.ReduceOnPlateau(1.0, 0.5, patience=0).plot([3.0, 2.0, 2.0])
    assert list(axes.lines[0].get_ydata()) == [1.0, 1.0, 0.5]
    matplotlib.pyplot.close("all")


def parabola(parameter: ArrayParameter) -> Callable[[], float]:
    def closure() -> float:
        parameter.grad = np.array([2.0, 20.0]) * parameter.data
        return float(np.array([1.0, 10.0]) @ parameter.data**2)

    return closure


def test_find_lr_suggests_a_rate_that_works_and_leaves_no_trace() -> None:
    parameter = ArrayParameter([1.0, 1.0])
    optimizer = optim.SGD([parameter], lr=optim.Constant(0.3), momentum=0.5)
    before = optimizer.state_dict()
    found = optim.find_lr(optimizer, parabola(parameter), 1e-5, 10.0, 80)
    assert 0.003 < found.suggestion < 0.1  # above 0.1 plain descent diverges on this surface
    assert len(found.rates) == len(found.losses) == len(found.smoothed) < 80
    assert parameter.data.tolist() == [1.0, 1.0] and parameter.grad is None
    assert optimizer.lr == 0.3 and optimizer.state_dict() == before
    trained = optim.SGD([parameter], lr=found.suggestion)
    closure = parabola(parameter)
    losses = [trained.step(closure) for _ in range(60)]
    assert losses[-1] < 0.2 * losses[0]
    axes = found.plot()
    assert axes.get_xscale() == "log" and len(axes.lines) == 3
    matplotlib.pyplot.close("all")


def test_find_lr_restores_after_an_error() -> None:
    parameter = ArrayParameter([1.0, 1.0])
    optimizer = optim.SGD([parameter], lr=0.3)
    calls = 0

    def failing() -> float:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise KeyboardInterrupt
        return parabola(parameter)()

    with pytest.raises(KeyboardInterrupt):
        optim.find_lr(optimizer, failing)
    assert parameter.data.tolist() == [1.0, 1.0] and optimizer.lr == 0.3


@pytest.mark.parametrize(
    "options, message",
    [
        ({"start": 0.0}, "start must be above 0"),
        ({"start": 1.0, "stop": 0.1}, "needs start < stop"),
        ({"steps": 2}, "3 steps or more"),
        ({"start": 1e200, "stop": 1e300}, "start lower"),
    ],
)
def test_find_lr_bad_arguments(options: dict[str, Any], message: str) -> None:
    parameter = ArrayParameter([1.0, 1.0])
    with pytest.raises(ValueError, match=message):
        optim.find_lr(optim.SGD([parameter]), parabola(parameter), **options)
