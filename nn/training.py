"""The training loop: ``fit``, what its callbacks see of it, and the exact resume."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

import optim
from nn import rng as _rng
from nn.callbacks import Callback
from nn.checkpoint import load_checkpoint
from nn.data.loader import DataLoader
from nn.data.preparing import check_finite
from nn.evaluating import Metrics, evaluate, metric_table
from nn.finding import not_finite_because
from nn.history import History, described, json_row
from nn.loss_functions import numbers
from nn.metrics import MEANS
from nn.module import Module
from nn.progress import progress_bar
from nn.rng import Seed


class Run:
    """One training, as its callbacks see it.

    ``epoch`` epochs are complete, ``batch`` batches of the current one, ``updates`` in all;
    ``loss`` is that of the last batch. ``stop(reason)`` ends the training after this batch.
    """

    def __init__(
        self,
        model: Module,
        optimizer: Any,
        loader: DataLoader,
        epochs: int,
        callbacks: Iterable[Callback],
    ) -> None:
        self.model, self.optimizer, self.loader, self.epochs = model, optimizer, loader, epochs
        self.callbacks = sorted(callbacks, key=lambda callback: callback.last)
        self.parameters = list(model.parameters())
        self.history = History()
        self.epoch = self.batch = self.updates = 0
        self.loss = math.nan
        self.stopped: str | None = None
        self.rows = 0
        self.sums: dict[str, float] = {}

    def stop(self, reason: str) -> None:
        self.stopped = reason

    def overriding(self, name: str) -> list[Any]:
        """The methods ``name`` of the callbacks that have one of their own."""
        base = getattr(Callback, name)
        return [getattr(c, name) for c in self.callbacks if getattr(type(c), name) is not base]

    def _generators(self) -> list[np.random.Generator]:
        """The modules' own sources of randomness, such as a dropout's."""
        found = [module.__dict__.get("rng") for module in self.model.modules()]
        return [rng for rng in found if isinstance(rng, np.random.Generator)]

    def state_dict(self) -> dict[str, Any]:
        """Everything that decides how the training goes on."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "loader": self.loader.state_dict(),
            "rng": _rng.get_state(),
            "generators": [rng.bit_generator.state for rng in self._generators()],
            "callbacks": [callback.state_dict() for callback in self.callbacks if callback.saved],
            "history": [json_row(row) for row in self.history.rows],
            "counts": [self.epoch, self.batch, self.updates, self.rows],
            "sums": self.sums,
            "stopped": self.stopped,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        callbacks = [callback for callback in self.callbacks if callback.saved]
        if len(state["callbacks"]) != len(callbacks):
            raise ValueError(
                f"fit: the training to resume had {len(state['callbacks'])} callbacks, now there "
                f"are {len(callbacks)}; pass the same ones in the same order"
            )
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.loader.load_state_dict(state["loader"])
        _rng.set_state(state["rng"])
        for rng, saved in zip(self._generators(), state["generators"], strict=True):
            rng.bit_generator.state = saved
        for callback, saved in zip(callbacks, state["callbacks"], strict=True):
            callback.load_state_dict(saved)
        self.history.rows = state["history"]
        self.epoch, self.batch, self.updates, self.rows = state["counts"]
        self.sums, self.stopped = state["sums"], state["stopped"]


def fit(
    model: Module,
    train: Any,
    loss_fn: Callable[..., Any],
    optimizer: Any,
    epochs: int = 10,
    *,
    validation: Any = None,
    metrics: Metrics = (),
    callbacks: Iterable[Callback] = (),
    penalty: Callable[[Module], Any] | None = None,
    batch_size: int = 32,
    shuffle: bool = True,
    seed: Seed = None,
    progress: bool | None = None,
    log: Callable[[str], Any] | None = None,
    resume: str | Path | None = None,
) -> History:
    """Train ``model``: for every epoch, for every mini-batch: forward, gradient, update.

    ``train`` and ``validation`` are ``(X, y)`` (then shuffled in batches of ``batch_size`` by
    ``seed``) or a DataLoader. At each epoch's end the validation loss and ``metrics`` are computed,
    and ``log``, for example ``print``, gets a line. ``penalty`` of the model is added to the loss
    that is minimised. A progress bar shows in a terminal unless ``progress`` is False. ``resume``
    continues a training that ``nn.Checkpoint`` saved, to the bit.

    Raises FloatingPointError when the loss is not finite, saying where that came from; the weights
    are then those before the update.

    >>> import nn, optim
    >>> X, y = nn.data.xor(200, rng=0)
    >>> net = nn.MLP(2, [8, 2], rng=0)
    >>> history = nn.fit(net, (X, y), nn.CrossEntropyLoss(), optim.Adam(net.parameters(), lr=0.02),
    ...                  epochs=20, metrics=["accuracy"], seed=0)
    >>> len(history), history.last["accuracy"]
    (20, 1.0)
    """
    if epochs < 0:
        raise ValueError(f"fit: epochs must not be negative, it is {epochs}")
    table = metric_table(metrics)
    loader = _loader(train, batch_size, shuffle, seed, "train")
    held_out = None if validation is None else _loader(validation, 1024, False, 0, "validation")
    run = Run(model, optimizer, loader, epochs, [*callbacks, *progress_bar(progress)])
    if resume is not None:
        run.load_state_dict(load_checkpoint(resume))
    for on_start in run.overriding("on_start"):
        on_start(run)
    step = _stepper(run, loss_fn, penalty)
    averaged = {name: metric for name, metric in table.items() if name in MEANS}
    try:
        while run.epoch < epochs and run.stopped is None:
            started = time.perf_counter()
            model.train()
            _epoch(run, step, averaged)
            if run.stopped is not None:
                break
            row: dict[str, float] = {"epoch": run.epoch + 1}
            row |= {name: total / run.rows for name, total in run.sums.items()}
            if held_out is not None:
                found = evaluate(model, held_out, loss_fn, table)
                row |= {f"val_{name}": value for name, value in found.items()}
            row |= {"lr": float(optimizer.lr), "seconds": time.perf_counter() - started}
            run.history.rows.append(row)
            run.epoch, run.batch, run.rows, run.sums = run.epoch + 1, 0, 0, {}
            if log is not None:
                log(f"epoch {run.epoch}/{epochs}  {described(row)}")
            for on_epoch in run.overriding("on_epoch"):
                on_epoch(run, row)
    finally:
        for on_end in run.overriding("on_end"):
            on_end(run)
    run.history.stopped = run.stopped
    return run.history


def _loader(data: Any, batch_size: int, shuffle: bool, seed: Seed, called: str) -> DataLoader:
    if isinstance(data, DataLoader):
        return data
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise TypeError(f"fit: {called} is a DataLoader or a pair (X, y), not {data!r:.60}")
    for array in data:
        if not isinstance(array, np.memmap):
            check_finite(numbers(array), f"fit: {called}")
    return DataLoader(*data, batch_size=batch_size, shuffle=shuffle, seed=seed)


Step = Callable[[Any, Any], tuple[Any, float]]


def _stepper(
    run: Run, loss_fn: Callable[..., Any], penalty: Callable[[Module], Any] | None
) -> Step:
    """The function that makes one update from a batch and returns the output and the loss."""
    model, optimizer = run.model, run.optimizer
    zero_grad, update = optimizer.zero_grad, optimizer.step
    on_inputs, on_gradients = run.overriding("on_inputs"), run.overriding("on_gradients")
    isfinite = math.isfinite

    def gradients(X: Any, y: Any) -> tuple[Any, Any, float]:
        zero_grad()
        output = model(X)
        loss = loss_fn(output, y)
        value = loss.item()
        if not isfinite(value):
            raise FloatingPointError(not_finite_because(loss, model, X, y, run.epoch, run.batch))
        if penalty is not None:
            loss = loss + penalty(model)
        loss.backward()
        for hook in on_gradients:
            hook(run)
        return output, loss, value

    def step(X: Any, y: Any) -> tuple[Any, float]:
        for hook in on_inputs:
            X = hook(run, X)
        output, _, value = gradients(X, y)
        update()
        return output, value

    def closure_step(X: Any, y: Any) -> tuple[Any, float]:
        for hook in on_inputs:
            X = hook(run, X)
        first: list[tuple[Any, float]] = []

        def closure() -> Any:
            output, loss, value = gradients(X, y)
            first.append((output, value))
            return loss

        update(closure)
        return first[0]

    return closure_step if isinstance(optimizer, optim.LBFGS) else step


def _epoch(run: Run, step: Step, averaged: dict[str, Callable[[Any, Any], float]]) -> None:
    on_batch = run.overriding("on_batch")
    for batch in run.loader:
        try:
            X, y = batch
        except (TypeError, ValueError):
            raise ValueError("fit: each batch must be a pair (X, y)") from None
        output, run.loss = step(X, y)
        rows = len(X)
        sums = run.sums
        sums["loss"] = sums.get("loss", 0.0) + run.loss * rows
        for name, metric in averaged.items():
            sums[name] = sums.get(name, 0.0) + metric(output, y) * rows
        del output  # and with it the graph: its memory serves the next batch
        run.rows += rows
        run.batch += 1
        run.updates += 1
        for hook in on_batch:
            hook(run)
        if run.stopped is not None:
            return
    if not run.rows:
        raise ValueError("fit: the training data gave no batch (drop_last with too few rows?)")
