"""One training on rows of a table, and the scores on the rows that it did not see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import nn.metrics as _metrics
from autograd.typing import Array
from nn.columns import Encoder, Prepared
from nn.data import Standardizer, train_test_split
from nn.layers import MLP, Module
from nn.losses import CrossEntropyLoss, MSELoss, decay_groups
from nn.rng import generator
from nn.tables.options import OPTIMIZERS, Options
from nn.tables.resuming import Unfinished
from nn.training import EarlyStopping, History, fit, predict
from optim import Optimizer

Scores = dict[str, tuple[float, float]]  # metric: on the training rows, on the test rows

#: The part of the training rows on which ``patience`` looks, and the fewest rows to give it up of.
_VALIDATION = 0.15
_ENOUGH = 40


@dataclass(frozen=True, eq=False)
class Fitted:
    """A trained network with what it needs to predict, and how well it did."""

    model: MLP
    encoder: Encoder
    scale: Standardizer  # of the inputs
    answers: Standardizer  # of the targets of a regression
    history: History
    scores: Scores
    test_outputs: Array
    test_targets: Array
    loss: Module
    optimizer: Optimizer
    train: tuple[Array, Array]  # the rows as the network takes them
    test: tuple[Array, Array]
    early: bool  # whether the weights are those of the best epoch


def split(found: Prepared, options: Options, seed: int) -> tuple[Array, Array]:
    """The indices of the training rows and of the test rows."""
    rows = np.arange(len(found.sheet))
    if len(rows) < 3:
        raise ValueError(
            f"{found.sheet.path}: {len(rows)} rows with a target, too few to train and to test on"
        )
    labels = found.y if found.classes else None
    train, test = train_test_split(
        rows, test_size=options.test_size, rng=np.random.default_rng(seed), stratify=labels
    )
    return train, test


def folds(found: Prepared, count: int, seed: int) -> list[tuple[Array, Array]]:
    """The rows to train and to test on in each of ``count`` folds; classes have their shares."""
    rows = len(found.sheet)
    if not 2 <= count <= rows:
        raise ValueError(f"{count} folds of {rows} rows cannot be; give from 2 to {rows}")
    rng = np.random.default_rng(seed)
    order = rng.permutation(rows)
    if found.classes:  # one class after another, dealt out like cards
        order = order[np.argsort(found.y[order], kind="stable")]
    fold = np.empty(rows, int)
    fold[order] = np.arange(rows) % count
    return [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(count)]


def train_on(
    found: Prepared,
    rows: tuple[Array, Array],
    options: Options,
    seed: int,
    stage: str = "",
    unfinished: Unfinished | None = None,
    progress: bool | None = None,
) -> Fitted:
    """Train on the first of ``rows`` and test on the second; ``stage`` names it for a resume.

    What is learnt of the columns is learnt of the training rows.
    """
    train, test = rows
    rng = generator(seed)
    classes = found.classes
    y = found.y if classes else found.y.astype(float)
    sheets = [found.sheet.taken(part) for part in rows]
    encoder = found.learnt(sheets[0])
    X, X_test = (encoder.encode(sheet, unseen="ignore") for sheet in sheets)
    scale = standardizer(encoder, X)
    answers = Standardizer()
    answers.mean, answers.std = np.zeros(1), np.ones(1)
    if classes is None:
        answers.fit(y[train].reshape(-1, 1))
    Z, Z_test = scale(X), scale(X_test)
    z, z_test = (y[part] if classes else answers(y[part].reshape(-1, 1)) for part in rows)
    model = MLP(Z.shape[1], options.sizes(classes), options.activation, options.dropout, rng=rng)
    optimizer = new_optimizer(model, options)
    loss = _loss(classes, y[train], options)
    watching, validation, seen = [], (Z_test, z_test), (Z, z)
    if options.patience and len(train) >= _ENOUGH:
        # Not the test rows: the score would be that of the luckiest epoch.
        parts = train_test_split(
            Z, z, test_size=_VALIDATION, rng=rng, stratify=z if classes else None
        )
        seen, validation = (parts[0], parts[2]), (parts[1], parts[3])
        watching.append(EarlyStopping("val_loss", options.patience))
    state = unfinished.finished(stage) if unfinished else None
    if state is not None:
        model.load_state_dict(state["model"])
        history = History([dict(row) for row in state["history"]])
        history.stopped = state["stopped"]
    else:
        history = fit(
            model, seen, loss, optimizer, options.epochs, validation=validation,
            metrics=["accuracy"] if classes else ["r2"], batch_size=options.batch_size, seed=rng,
            callbacks=[*watching, *([unfinished.watching(stage)] if unfinished else [])],
            progress=progress,
        )  # fmt: skip
        if unfinished:
            unfinished.finish(stage, model, history)
    outputs = [answers.undo(predict(model, part)) for part in (Z, Z_test)]
    targets = [y[part] if classes else y[part].reshape(-1, 1) for part in rows]
    return Fitted(
        model, encoder, scale, answers, history, _scores(classes, outputs, targets), outputs[1],
        y[test], loss, optimizer, (Z, z), (Z_test, z_test), bool(watching),
    )  # fmt: skip


def new_optimizer(model: Module, options: Options) -> Optimizer:
    """The optimizer that the options name, with the weights decaying and the biases not."""
    groups = decay_groups(model, options.weight_decay)
    optimizer: Optimizer = OPTIMIZERS[options.optimizer][0](groups, lr=options.rate)
    return optimizer


def standardizer(encoder: Encoder, X: Array) -> Standardizer:
    """The scaling of numbers, orders and dates by these rows; ones and zeros stay what they are."""
    scale = Standardizer().fit(X)
    scale.mean = np.where(encoder.scaled, scale.mean, 0.0)
    scale.std = np.where(encoder.scaled, scale.std, 1.0)
    return scale


def _loss(classes: Sequence[str] | None, y: Array, options: Options) -> Module:
    if classes is None:
        if options.class_weight:
            raise ValueError(
                "class_weight is for classes, and the target is a number; leave it out"
            )
        return MSELoss()
    if not options.class_weight:
        return CrossEntropyLoss()
    counts = np.bincount(y, minlength=len(classes))
    return CrossEntropyLoss(weight=len(y) / (len(classes) * np.maximum(counts, 1)))


def _scores(
    classes: Sequence[str] | None, outputs: Sequence[Array], targets: Sequence[Array]
) -> Scores:
    names = ("accuracy", "precision", "recall", "f1") if classes else ("r2", "mae", "rmse")
    table = {
        name: [_metrics.METRICS[name](out, y) for out, y in zip(outputs, targets)] for name in names
    }
    return {name: (train, test) for name, (train, test) in table.items()}
