"""The training loop."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

import autograd
import optim
from autograd import Tensor
from autograd.typing import Function, Seed
from nn.checkpoints import load_checkpoint
from nn.kinds import Data, LossFunction, Metric
from nn.layers import Module
from nn.losses import numbers
from nn.metrics import MEANS
from nn.training.arguments import as_loader, check_arguments, checked_callbacks
from nn.training.diverging import Guard
from nn.training.evaluating import Metrics, evaluate, metric_table
from nn.training.history import History, described
from nn.training.not_finite import first_cause, not_finite_because
from nn.training.progress import progress_bar
from nn.training.run import Callback, Run
from optim import Optimizer


def fit(
    model: Module,
    train: Data,
    loss_fn: LossFunction,
    optimizer: Optimizer,
    epochs: int = 10,
    *,
    validation: Data | None = None,
    metrics: Metrics = (),
    callbacks: Iterable[Callback] = (),
    penalty: Callable[[Module], Tensor] | None = None,
    batch_size: int = 32,
    shuffle: bool = True,
    seed: Seed = None,
    progress: bool | str | None = None,
    log: Callable[[str], object] | None = None,
    resume: str | Path | None = None,
    compile: bool = False,
) -> History:
    """Train ``model``: for every epoch, for every mini-batch: forward, gradient, update.

    ``train`` and ``validation`` are ``(X, y)`` (then shuffled in batches of ``batch_size`` by
    ``seed``) or a DataLoader. At each epoch's end the validation loss and ``metrics`` are computed,
    and ``log``, for example ``print``, gets a line. ``penalty`` of the model is added to the loss
    that is minimised. A terminal or a notebook shows a progress bar unless ``progress`` is False;
    "log" prints lines of text instead, also into a file or a pipe.
    ``resume`` continues a training that ``nn.Checkpoint`` saved, to the bit. ``compile=True`` runs
    the forward and backward pass of each batch by :func:`autograd.compile`; what a compiled
    function cannot do is refused there.

    A loss over 1000 times the larger of its start and what a constant answer gets ends the
    training: the best weights are kept, and a warning says what ``nn.why`` finds first.

    Raises FloatingPointError when the loss is not finite, naming the first data, parameter or
    operation that is not; the weights are then those before the update.

    ``loss_fn(output, target)`` gives the loss, ``optimizer`` updates, for ``epochs`` passes over
    the data, in a new order each time unless ``shuffle`` is False; ``callbacks`` are called on the
    way. Returns the ``History``: a row of numbers for each epoch.

    >>> import nn, optim
    >>> X, y = nn.data.xor(200, rng=0)
    >>> net = nn.MLP(2, [8, 2], rng=0)
    >>> history = nn.fit(net, (X, y), nn.CrossEntropyLoss(), optim.Adam(net.parameters(), lr=0.02),
    ...                  epochs=20, metrics=["accuracy"], seed=0)
    >>> len(history), history.last["accuracy"]
    (20, 1.0)
    """
    check_arguments(model, loss_fn, optimizer, epochs)
    table = metric_table(metrics)
    watching = [*checked_callbacks(callbacks), *progress_bar(progress)]
    loader = as_loader("fit", train, "train", batch_size, shuffle=shuffle, seed=seed)
    held_out = None
    if validation is not None:
        held_out = as_loader("fit", validation, "validation", 1024)
    run = Run(model, optimizer, loader, epochs, watching)
    if resume is not None:
        run.load_state_dict(load_checkpoint(resume))
    for on_start in run.overriding(Callback.on_start):
        on_start(run)
    step = _stepper(run, loss_fn, penalty, compile)
    averaged = {name: metric for name, metric in table.items() if name in MEANS}
    guard = Guard(run, loss_fn)
    try:
        while run.epoch < epochs and run.stopped is None:
            started = time.perf_counter()
            model.train()
            guard.begin()
            _epoch(run, step, averaged, guard)
            if run.stopped is not None:
                break
            row: dict[str, float] = {"epoch": run.epoch + 1}
            row |= {name: total / run.rows for name, total in run.sums.items()}
            if held_out is not None:
                scores = evaluate(model, held_out, loss_fn, table)
                row |= {f"val_{name}": value for name, value in scores.items()}
            row |= {"lr": float(optimizer.lr), "seconds": time.perf_counter() - started}
            run.history.rows.append(row)
            run.epoch, run.batch, run.rows, run.sums = run.epoch + 1, 0, 0, {}
            guard.end(row)
            if log is not None:
                log(f"epoch {run.epoch}/{epochs}  {described(row)}")
            for on_epoch in run.overriding(Callback.on_epoch):
                on_epoch(run, row)
        if guard.tripped:
            guard.restore()
    finally:
        for on_end in run.overriding(Callback.on_end):
            on_end(run)
    run.history.stopped = run.stopped
    if guard.tripped:
        cause = first_cause(run, loss_fn)
        warnings.warn(f"fit: {run.stopped}; {cause}", RuntimeWarning, stacklevel=2)
    return run.history


Step = Callable[[Tensor, Tensor], tuple[Tensor, float]]


def _stepper(
    run: Run,
    loss_fn: LossFunction,
    penalty: Callable[[Module], Tensor] | None,
    compile: bool,
) -> Step:
    """The function that makes one update from a batch and returns the output and the loss."""
    model, optimizer = run.model, run.optimizer
    zero_grad, update = optimizer.zero_grad, optimizer.step
    on_inputs = run.overriding(Callback.on_inputs)
    on_gradients = run.overriding(Callback.on_gradients)
    isfinite = math.isfinite

    def passes(X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        zero_grad()
        output = model(X)
        loss = loss_fn(output, y)
        (loss if penalty is None else loss + penalty(model)).backward()
        return output, loss

    replayed: Function = autograd.compile(passes) if compile else passes
    rehearsed: set[tuple[object, ...]] = set()
    if compile:
        optimizer.gather()

    def compiled(X: Tensor, y: Tensor) -> tuple[Tensor, Tensor, float]:
        kind = (X.shape, X.dtype, y.shape, y.dtype)
        if kind not in rehearsed:
            # The two calls that are traced round otherwise than the replays. A training that goes
            # on from a checkpoint traces anew, and must reach the same bits.
            rehearsed.add(kind)
            with run.rehearsal():
                replayed(X, y)
                replayed(X, y)
        output, loss = replayed(X, y)
        value = loss.item()
        if not isfinite(value):
            recorded = loss_fn(model(X), y)
            raise FloatingPointError(not_finite_because(run, loss_fn, recorded, X, y))
        for hook in on_gradients:
            hook(run)
        return output, loss, value

    def eager(X: Tensor, y: Tensor) -> tuple[Tensor, Tensor, float]:
        zero_grad()
        output = model(X)
        loss = loss_fn(output, y)
        value = loss.item()
        if not isfinite(value):
            raise FloatingPointError(not_finite_because(run, loss_fn, loss, X, y))
        if penalty is not None:
            loss = loss + penalty(model)
        loss.backward()
        for hook in on_gradients:
            hook(run)
        return output, loss, value

    gradients = compiled if compile else eager

    def step(X: Tensor, y: Tensor) -> tuple[Tensor, float]:
        for hook in on_inputs:
            X = hook(run, X)
        output, _, value = gradients(X, y)
        update()
        return output, value

    def closure_step(X: Tensor, y: Tensor) -> tuple[Tensor, float]:
        for hook in on_inputs:
            X = hook(run, X)
        first: list[tuple[Tensor, float]] = []

        def closure() -> Tensor:
            output, loss, value = gradients(X, y)
            first.append((output, value))
            return loss

        update(closure)
        return first[0]

    return closure_step if isinstance(optimizer, optim.LBFGS) else step


def _epoch(run: Run, step: Step, averaged: dict[str, Metric], guard: Guard) -> None:
    on_batch = run.overriding(Callback.on_batch)
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
            sums[name] = sums.get(name, 0.0) + metric(numbers(output), numbers(y)) * rows
        run.batch += 1
        run.updates += 1
        if not run.loss <= guard.limit:
            guard.look(output, y)
        del output  # frees the graph, so that the next batch can use its memory
        run.rows += rows
        for hook in on_batch:
            hook(run)
        if run.stopped is not None:
            return
    if not run.rows:
        raise ValueError("fit: the training data gave no batch (drop_last with too few rows?)")
