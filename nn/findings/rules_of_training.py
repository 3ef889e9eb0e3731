"""Rules about optimizer, updates and history."""

from __future__ import annotations

import math

import numpy as np

from nn.findings import experiments
from nn.findings.data import constant
from nn.findings.examination import Examination
from nn.findings.finding import Finding
from nn.layers import BatchNorm1d, BatchNorm2d
from optim import FirstOrder

#: An update of about a thousandth of a weight is usual (Karpathy, "Hacker's guide"; CS231n): a
#: tenth of that is slow, a tenth of the weight itself is much.
SLOW, FAST = 1e-4, 0.1
#: A loss above this part of a constant's says that little was learnt.
HARDLY = 0.5
#: Gradients that are so many times as large as those of any batch are a sum of many; those that
#: are a little larger may be.
ACCUMULATED, LARGER = 4.0, 1.5


def not_finite_weights(e: Examination) -> Finding | None:
    """Weights that are nan or infinite."""
    bad = [n for n, p in e.parameters.items() if not np.isfinite(p.data).all()]
    if not bad:
        return None
    return Finding(
        f"{len(bad)} of {len(e.parameters)} parameters hold nan or infinity, the first is {bad[0]}",
        "an update was so large that the numbers overflowed",
        f"make the network anew and train with a smaller learning rate{_rate(e, 0.1)}, or "
        "nn.ClipGradients(norm=1)",
        "not_finite_weights",
        "error",
    )


def _rate(e: Examination, factor: float) -> str:
    return f", lr={e.optimizer.lr * factor:.2g}" if e.optimizer is not None else ""


def optimizer_of_another(e: Examination) -> Finding | None:
    """The optimizer does not hold the model's parameters."""
    if e.optimizer is None:
        return None
    held = {id(p) for group in e.optimizer.param_groups for p in group["params"]}
    wanted = {n: p for n, p in e.parameters.items() if p.requires_grad}
    missing = [n for n, p in wanted.items() if id(p) not in held]
    own = {id(p) for p in e.parameters.values()}
    foreign = len(held - own)
    if not missing or (foreign == 0 and e.learned):
        return None
    if len(missing) == len(wanted):
        evidence = f"the optimizer holds none of the {len(wanted)} parameters of this model"
        cause = "it was made for another model, or before this one was made anew"
    else:
        evidence = f"the optimizer does not hold {', '.join(missing[:4])}"
        evidence += f" and {len(missing) - 4} more" if len(missing) > 4 else ""
        cause = "those layers were added or changed after the optimizer was made, and never move"
    kind = type(e.optimizer).__name__
    return Finding(
        evidence,
        cause,
        f"make the optimizer after the model: optim.{kind}(model.parameters(), "
        f"lr={e.optimizer.lr:g})",
        "optimizer_of_another",
        "error" if len(missing) == len(wanted) else "warning",
    )


def frozen(e: Examination) -> Finding | None:
    """Parameters that want no gradient."""
    still = [n for n, p in e.parameters.items() if not p.requires_grad]
    if not still or e.learned:
        return None
    part = sum(e.parameters[n].size for n in still) / sum(p.size for p in e.parameters.values())
    if part < 0.5:
        return None
    return Finding(
        f"{len(still)} of {len(e.parameters)} parameters have requires_grad=False, "
        f"{still[0]} for example: {100 * part:.0f} % of all weights",
        "they are frozen and stay as they are",
        "model.requires_grad_(True), and make the optimizer anew",
        "frozen",
        "error" if part == 1 else "warning",
    )


def accumulated(e: Examination) -> Finding | None:
    """Gradients that are the sum over many steps."""
    by_fit = any("seconds" in row for row in e.history)  # which sets them to zero itself
    if not e.grads or e.passes is None or e.updates < 5 or by_fit:
        return None
    left = math.sqrt(sum(float(np.square(g, dtype=float).sum()) for g in e.grads.values()))
    most = experiments.greatest_gradient(e, left / LARGER)
    if not math.isfinite(most) or not most or left < LARGER * most:
        return None
    evidence = f"the gradients in the parameters have norm {left:.3g}, those of any single batch "
    evidence += f"{most:.3g} at most"
    if left < ACCUMULATED * (1 + e.learned) * most:
        # A sum that turns round is no larger; but updates with single gradients get further.
        count = min(e.updates, 2 * experiments.UPDATES)
        anew = experiments.trial(e, 1.0, fresh=True, count=count)
        if e.learned or not anew < 0.9 * e.loss:
            return None
        evidence += f", and {count} updates that set them to zero come from new weights to the loss"
        evidence += f" {anew:.3g}, not {e.loss:.3g}"
    return Finding(
        evidence,
        "they were not set to zero: each backward() adds to what is there",
        "call optimizer.zero_grad() in each step, before loss.backward()",
        "accumulated",
        "error",
    )


def rate_too_large(e: Examination) -> Finding | None:
    """Trainings with a tenth and a hundredth of the learning rate go far better."""
    if not isinstance(e.optimizer, FirstOrder) or e.passes is None or e.learned:
        return None
    if not e.constant > 0 or not e.optimizer.lr:
        return None
    trained = e.updates > 0
    grew = _grew(e)
    if trained and not grew and e.part < 0.95 and not e.diverged:
        return None
    if not e.diverged and experiments.update_ratio(e) < SLOW:
        return None
    here = experiments.trial(e, 1.0, fresh=trained)
    lower = {factor: experiments.trial(e, factor, fresh=trained) for factor in (0.1, 0.01)}
    best = min(lower.values())
    bad = not here < (0.95 if trained else 1.5) * e.constant
    if not (bad and best < 0.8 * min(here, e.constant)) and not e.diverged:
        return None
    factor = min(lower, key=lambda f: lower[f])
    size = "more than 10 times the start" if not math.isfinite(here) else f"{here:.3g}"
    evidence = (
        f"in {experiments.UPDATES} updates with lr={e.optimizer.lr:.3g} the loss comes to {size}, "
        f"with {e.optimizer.lr * factor:.2g} to {best:.3g}"
    )
    if e.diverged and not best < here:
        evidence = f"{e.stopped}; lr={e.optimizer.lr:.3g}"
    suggested = experiments.suggestion(e, fresh=trained)
    hint = f" (the range test suggests {suggested:.2g})" if suggested else ""
    return Finding(
        evidence,
        "the learning rate is too large: updates jump over the minimum",
        f"make the network anew and train it with lr={e.optimizer.lr * factor:.2g}{hint}",
        "rate_too_large",
    )


def _grew(e: Examination) -> bool:
    losses = e.column("loss")
    return len(losses) > 2 and losses[-1] > 1.5 * min(losses)


def rate_too_small(e: Examination) -> Finding | None:
    """An update changes next to nothing, and larger ones would help."""
    if e.optimizer is None or e.passes is None or e.learned:
        return None
    losses = e.column("loss")
    if len(losses) > 2 and losses[-1] < 0.5 * losses[0]:
        return None
    ratio = experiments.update_ratio(e)
    if not ratio < SLOW:
        return None
    here = experiments.trial(e, 1.0)
    # The decades that bring an update to the usual thousandth of the weights, and beyond.
    usual = 10.0 ** round(math.log10(1e-3 / max(ratio, 1e-30)))
    larger = {k * usual: experiments.trial(e, k * usual) for k in (1.0, 10.0)}
    factor = min(larger, key=lambda f: larger[f])
    gained, gain = e.loss - here, e.loss - larger[factor]
    if not gain > max(5 * gained, 0.02 * e.loss):
        return None
    suggested = experiments.suggestion(e)
    hint = f" (the range test suggests {suggested:.2g})" if suggested else ""
    return Finding(
        f"an update changes the weights by {ratio:.1g} of their size (1e-3 is usual), and in "
        f"{experiments.UPDATES} updates the loss goes from {e.loss:.4g} to {here:.4g}, with "
        f"{factor:.0e} times the rate to {larger[factor]:.4g}",
        f"the learning rate, {e.optimizer.lr:.3g}, is too small",
        f"use lr={e.optimizer.lr * factor:.2g}{hint}",
        "rate_too_small",
    )


def weight_decay(e: Examination) -> Finding | None:
    """Without weight decay the training goes far better."""
    if e.optimizer is None or e.passes is None or e.learned:
        return None
    decay = max(float(g.get("weight_decay") or 0.0) for g in e.optimizer.param_groups)
    # Regularisation raises the loss of the training; too much of it leaves little learnt.
    if decay < 0.02 or not e.part > HARDLY:
        return None
    count = min(max(e.updates, experiments.UPDATES), 4 * experiments.UPDATES)
    with_it = experiments.trial(e, 1.0, count=count)
    without = experiments.trial(e, 1.0, count=count, decay=0.0)
    if not without < 0.8 * with_it:
        return None
    return Finding(
        f"weight_decay is {decay:g}; in {count} updates with it the loss comes to {with_it:.3g}, "
        f"without it to {without:.3g}",
        "it pulls the weights to 0 harder than the gradients of the loss push them",
        "use weight_decay=1e-4, or none until the training loss falls",
        "weight_decay",
    )


def evaluation_mode(e: Examination) -> Finding | None:
    """Batch normalisation that was trained in eval() mode."""
    if not e.updates:
        return None
    norms = [m for m in e.model.modules() if isinstance(m, BatchNorm1d | BatchNorm2d)]
    still = [
        m
        for m in norms
        if (mean := vars(m).get("running_mean")) is not None
        and not np.any(mean)
        and (np.asarray(vars(m).get("running_var")) == 1).all()
    ]
    if not still:
        return None
    return Finding(
        f"{len(still)} of {len(norms)} batch normalisations still have the mean 0 and the variance "
        f"1 they began with, after {e.updates} updates",
        "the model was trained in eval() mode, where they do not normalise, and dropout drops "
        "nothing",
        "call model.train() before the training, model.eval() before predicting",
        "evaluation_mode",
    )


def batch_of_one(e: Examination) -> Finding | None:
    """Batch normalisation over batches of a single row."""
    norms = [m for m in e.model.modules() if isinstance(m, BatchNorm1d | BatchNorm2d)]
    size = e.batch_size
    if not norms or size is None:
        return None
    left = e.rows.count % size
    if size > 1 and left != 1:
        return None
    what = "every batch has" if size == 1 else f"of {e.rows.count} rows the last batch has"
    return Finding(
        f"{what} 1 row, and the network has batch normalisation",
        "a single row has no variance to normalise by",
        "use batches of 16 rows or more, with DataLoader(..., drop_last=True), or nn.LayerNorm",
        "batch_of_one",
        "error",
    )


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
    if not (risen and last > 0.25 * e.constant and train[-1] < 0.5 * last):
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
    """The loss was still falling at the end."""
    losses = e.column("loss")
    if not e.part > HARDLY or len(losses) < 3 or e.stopped or not _falls(losses):
        return None
    held = e.column("val_loss")
    if held and held[-1] > 1.02 * min(held):
        return None
    gone = losses[len(losses) // 2] - losses[-1]
    if gone < 0.1 * losses[-1]:
        return None
    return Finding(
        f"in the last half of {len(losses)} epochs the loss fell from "
        f"{losses[len(losses) // 2]:.3g} to {losses[-1]:.3g}, and was still falling",
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
