"""Rules about what came of a training: its history, and the rows held out."""

from __future__ import annotations

import math

from nn.findings import experiments
from nn.findings.data import constant
from nn.findings.examination import HARDLY, Examination
from nn.findings.finding import Finding

#: Held-out rows whose loss is above this part of a constant's are answered badly.
SPOILT = 0.4


def few_updates(e: Examination) -> Finding | None:
    """Batches so large that there were few updates, and the loss still fell."""
    size = e.batch_size
    losses = e.column("loss")
    if size is None or e.learned or len(losses) < 2 or not _falls(losses):
        return None
    updates = e.updates
    if e.rows.count < 64 or size < e.rows.count / 4 or size < 64 or updates > 200:
        return None
    return Finding(
        f"batches of {size} of {e.rows.count} rows made {updates} updates in {len(losses)} epochs, "
        "and the loss was still falling",
        "each epoch updates the weights only "
        f"{'once' if size >= e.rows.count else f'{math.ceil(e.rows.count / size)} times'}",
        "use batch_size=32: as many epochs make "
        f"{len(losses) * math.ceil(e.rows.count / 32)} updates",
        "few_updates",
    )


def _falls(losses: list[float]) -> bool:
    """Whether the last quarter of the epochs still made a tenth of what all made."""
    before = losses[-1 - max(len(losses) // 4, 1)]
    whole = losses[0] - losses[-1]
    return whole > 0 and before - losses[-1] > 0.1 * whole and losses[-1] <= min(losses) * 1.02


def overfitting(e: Examination) -> Finding | None:
    """The loss of the rows held out is far above that of the training, and has risen."""
    train, held = e.column("loss"), e.column("val_loss")
    if not held and e.validation is not None and e.passes is not None and e.updates:
        X, y = e.validation.X, e.validation.y
        held = [e.loss_of(constant(X), constant(y))]
        train = [e.loss]
    if not held or not train or not e.constant > 0:
        return None
    best, last = min(held), held[-1]
    risen = last > 1.3 * best or len(held) < 3
    if not (risen and last > SPOILT * e.constant and train[-1] < 0.5 * last):
        return None
    where = f"epoch {held.index(best) + 1}" if len(held) > 1 else "the end"
    return Finding(
        f"the training loss is {train[-1]:.3g}, that of the validation {last:.3g}; its least was "
        f"{best:.3g} at {where}",
        f"{sum(p.size for p in e.parameters.values())} parameters learn {e.rows.count} rows by "
        "heart",
        "stop there, callbacks=[nn.EarlyStopping()], take a smaller network, dropout or weight "
        "decay, or more rows",
        "overfitting",
    )


def few_epochs(e: Examination) -> Finding | None:
    """The loss was still falling at the end, and falls on."""
    losses, held = e.column("loss"), e.column("val_loss")
    if not e.part > HARDLY or not losses or e.stopped:
        return None
    if (len(losses) > 1 and not _falls(losses)) or (held and held[-1] > 1.02 * min(held)):
        return None
    count = min(max(e.updates, experiments.UPDATES), 4 * experiments.UPDATES)
    later = experiments.trial(e, 1.0, count=count)
    if not later < 0.95 * e.loss:
        return None
    return Finding(
        f"in {len(losses)} epochs the loss fell from {losses[0]:.3g} to {losses[-1]:.3g}, and "
        f"{count} updates more bring it from {e.loss:.3g} to {later:.3g}",
        "the training ended too early",
        f"train on: {4 * len(losses)} epochs, or a larger learning rate",
        "few_epochs",
        "note",
    )


def worse_than_constant(e: Examination) -> Finding | None:
    """The network is no better than always answering the same."""
    losses = e.column("loss")
    if e.passes is None or not (e.updates > 20 or len(losses) > 2) or not e.constant > 0:
        return None
    if e.part < 1.02:
        return None
    return Finding(
        f"the loss is {e.loss:.3g}, that of always answering the same {e.constant:.3g}",
        "the network has learnt nothing that holds for these rows",
        "check that X and y belong together, and try the smallest case: 10 rows must be learnt by "
        "heart",
        "worse_than_constant",
        "note",
    )
