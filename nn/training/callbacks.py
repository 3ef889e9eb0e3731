"""Callbacks of ``fit``: stop early, save, change the learning rate, clip, add noise."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

import optim
from autograd import Tensor
from autograd.calculus import short
from autograd.typing import Seed, State
from nn.checkpoints import save_checkpoint
from nn.metrics import greater_is_better
from nn.rng import generator
from nn.training.run import Callback, Run


def monitored(row: dict[str, float], name: str, called: str) -> float:
    """The value of a column in the row of an epoch; ValueError if the row has none."""
    if name not in row:
        hint = "; pass validation=" if name.startswith("val_") else ""
        raise ValueError(
            f"{called}: {name!r} is not among {', '.join(row)}{hint or ', see metrics='}"
        )
    return row[name]


class EarlyStopping(Callback):
    """Stop when ``monitor`` has not improved for ``patience`` epochs, and restore the best weights.

    An improvement is one by more than ``min_delta``.

    ``mode`` is "min", "max" or "auto": by the name of the number. ``restore_best=False`` keeps the
    last weights. Pass it in ``nn.fit(..., callbacks=[...])``; it returns nothing.

    >>> import nn, optim
    >>> X, y = nn.data.xor(40, rng=0)
    >>> net = nn.MLP(2, [4, 2], rng=0)
    >>> sgd = optim.SGD(net.parameters(), lr=0.1)
    >>> stop = nn.EarlyStopping("loss", patience=2, min_delta=1.0)
    >>> len(nn.fit(net, (X, y), nn.CrossEntropyLoss(), sgd, 50, callbacks=[stop], seed=0))
    4
    """

    monitor: str
    patience: int
    min_delta: float
    sign: float
    best: float
    best_epoch: int
    bad: int

    state_names = ("best", "best_epoch", "bad", "weights")

    def __init__(
        self,
        monitor: str = "val_loss",
        patience: int = 10,
        min_delta: float = 0.0,
        mode: str = "auto",
        restore_best: bool = True,
    ) -> None:
        if patience < 0 or min_delta < 0:
            raise ValueError("EarlyStopping: patience and min_delta must not be negative")
        self.monitor, self.patience, self.min_delta = monitor, patience, min_delta
        self.restore_best = restore_best
        self.sign = -1.0 if greater_is_better(monitor, mode) else 1.0
        self.best, self.best_epoch, self.bad = math.inf, 0, 0
        self.weights: State | None = None

    def on_epoch(self, run: Run, row: dict[str, float]) -> None:
        value = self.sign * monitored(row, self.monitor, "EarlyStopping")
        if value < self.best - self.min_delta:
            self.best, self.best_epoch, self.bad = value, run.epoch, 0
            self.weights = run.model.state_dict() if self.restore_best else None
            return
        self.bad += 1
        if self.bad > self.patience:
            run.stop(
                f"{self.monitor} has not improved since epoch {self.best_epoch} "
                f"({self.sign * self.best:.6g})"
            )

    def on_end(self, run: Run) -> None:
        if self.weights is not None:
            run.model.load_state_dict(self.weights)


class Converged(Callback):
    """Stop when ``monitor`` has moved by less than ``tolerance`` in ``patience`` epochs running.

    Pass it in ``nn.fit(..., callbacks=[...])``; it returns nothing.
    """

    tolerance: float
    patience: int
    monitor: str
    before: float
    still: int

    state_names = ("before", "still")

    def __init__(self, tolerance: float = 1e-6, patience: int = 3, monitor: str = "loss") -> None:
        self.tolerance, self.patience, self.monitor = tolerance, patience, monitor
        self.before, self.still = math.nan, 0

    def on_epoch(self, run: Run, row: dict[str, float]) -> None:
        value = monitored(row, self.monitor, "Converged")
        self.still = self.still + 1 if abs(value - self.before) < self.tolerance else 0
        self.before = value
        if self.still >= self.patience:
            run.stop(f"converged: {self.monitor} moved by less than {self.tolerance:g}")


class Checkpoint(Callback):
    """Save the whole training to ``path``, every ``epochs`` epochs and every ``batches`` batches.

    ``fit(..., resume=path)`` continues from it, to the bit. With ``monitor`` only an epoch that is
    the best so far is saved.

    ``mode`` is "min", "max" or "auto": by the name of the number. Pass it in ``nn.fit(...,
    callbacks=[...])``; it returns nothing.
    """

    path: Path
    epochs: int
    batches: int | None
    monitor: str | None
    sign: float
    best: float

    last = True
    state_names = ("best",)

    def __init__(
        self,
        path: str | Path,
        epochs: int = 1,
        batches: int | None = None,
        monitor: str | None = None,
        mode: str = "auto",
    ) -> None:
        self.path, self.epochs, self.batches, self.monitor = Path(path), epochs, batches, monitor
        self.sign = -1.0 if monitor and greater_is_better(monitor, mode) else 1.0
        self.best = math.inf

    def on_batch(self, run: Run) -> None:
        if self.batches and run.updates % self.batches == 0:
            save_checkpoint(self.path, run.state_dict())

    def on_epoch(self, run: Run, row: dict[str, float]) -> None:
        if self.monitor is not None:
            value = self.sign * monitored(row, self.monitor, "Checkpoint")
            if not value < self.best:
                return
            self.best = value
        elif run.epoch % self.epochs and run.stopped is None:
            return
        save_checkpoint(self.path, run.state_dict())


class LearningRate(Callback):
    """Set the learning rate once an epoch: from a schedule of epochs, or at a plateau.

    ``schedule`` is a function from the epoch, counted from 0, or ``optim.ReduceOnPlateau``, which
    gets the value of ``monitor``. A schedule of updates needs no callback: it is the ``lr`` of the
    optimizer.

    Pass it in ``nn.fit(..., callbacks=[...])``; it returns nothing.
    """

    schedule: Callable[[int], float]
    monitor: str

    def __init__(self, schedule: Callable[[int], float], monitor: str = "val_loss") -> None:
        self.schedule, self.monitor = schedule, monitor

    def on_start(self, run: Run) -> None:
        self._set(run, float(self.schedule(run.epoch)))

    def on_epoch(self, run: Run, row: dict[str, float]) -> None:
        step = getattr(self.schedule, "step", None)
        rate = step(monitored(row, self.monitor, "LearningRate")) if step else None
        self._set(run, float(self.schedule(run.epoch) if rate is None else rate))

    def _set(self, run: Run, rate: float) -> None:
        for group in run.optimizer.param_groups:
            group["lr"] = rate

    def state_dict(self) -> State:
        state = getattr(self.schedule, "state_dict", None)
        return dict(state()) if state else {}

    def load_state_dict(self, state: State) -> None:
        if state:
            self.schedule.load_state_dict(state)  # type: ignore[attr-defined]


class ClipGradients(Callback):
    """Scale all gradients so that their norm is at most ``norm``, or clip each to ±``value``.

    Pass it in ``nn.fit(..., callbacks=[...])``; it returns nothing.

    >>> import nn, optim
    >>> X, y = nn.data.xor(40, rng=0)
    >>> net = nn.MLP(2, [4, 2], rng=0)
    >>> sgd = optim.SGD(net.parameters(), lr=0.1)
    >>> clip = nn.ClipGradients(norm=1.0)
    >>> len(nn.fit(net, (X, y), nn.CrossEntropyLoss(), sgd, 2, callbacks=[clip], seed=0))
    2
    """

    norm: float | None
    value: float | None
    largest: float

    def __init__(self, norm: float | None = None, value: float | None = None) -> None:
        if (norm is None) == (value is None):
            raise ValueError("ClipGradients: give either norm= or value=")
        self.norm, self.value = norm, value
        self.largest = 0.0

    def on_gradients(self, run: Run) -> None:
        if self.norm is not None:
            self.largest = max(self.largest, optim.clip_grad_norm_(run.parameters, self.norm))
        elif self.value is not None:
            optim.clip_grad_value_(run.parameters, self.value)


class InputNoise(Callback):
    """Add N(0, std²) to the inputs of every batch.

    ``std`` is the standard deviation, ``rng`` a seed or a generator. Pass it in ``nn.fit(...,
    callbacks=[...])``; it returns nothing.
    """

    std: float
    rng: np.random.Generator | None

    def __init__(self, std: float, rng: Seed = None) -> None:
        if not std >= 0:
            raise ValueError(f"InputNoise: std must not be negative, it is {short(std)}")
        self.std, self.rng = std, None if rng is None else generator(rng)

    def on_inputs(self, run: Run, X: Tensor) -> Tensor:
        noise = generator(self.rng).normal(0.0, self.std, X.shape).astype(X.dtype)
        return Tensor(X.data + noise, requires_grad=False)

    def state_dict(self) -> State:
        return {} if self.rng is None else {"rng": self.rng.bit_generator.state}

    def load_state_dict(self, state: State) -> None:
        if self.rng is not None:
            self.rng.bit_generator.state = state["rng"]
