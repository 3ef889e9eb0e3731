"""Rules about optimizer, updates and history."""

from __future__ import annotations

import math

import numpy as np

from nn.findings import experiments
from nn.findings.examination import HARDLY, Examination
from nn.findings.finding import Finding
from nn.layers import BatchNorm1d, BatchNorm2d
from optim import FirstOrder

#: An update of about a thousandth of the weights is usual (CS231n, "Babysitting the learning
#: process"); a tenth of that is slow before anything has been learnt.
USUAL, SLOW = 1e-3, 1e-4
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
    count = min(e.updates, 2 * experiments.UPDATES)
    if not math.isfinite(left):
        anew = experiments.trial(e, 1.0, fresh=True, count=count)
        if not anew < 0.9 * e.constant:
            return None
        evidence = f"the gradients in the parameters are not finite, and {count} updates that set "
        evidence += f"them to zero come from new weights to the loss {anew:.3g}"
        return _not_zeroed(evidence)
    most = experiments.greatest_gradient(e, left / LARGER)
    if not math.isfinite(most) or not most or left < LARGER * most:
        return None
    evidence = f"the gradients in the parameters have norm {left:.3g}, those of any single batch "
    evidence += f"{most:.3g} at most"
    if left < ACCUMULATED * (1 + e.learned) * most:
        # A sum that turns round is no larger; but updates with single gradients get further.
        anew = experiments.trial(e, 1.0, fresh=True, count=count)
        if e.learned or not anew < 0.9 * e.loss:
            return None
        evidence += f", and {count} updates that set them to zero come from new weights to the loss"
        evidence += f" {anew:.3g}, not {e.loss:.3g}"
    return _not_zeroed(evidence)


def _not_zeroed(evidence: str) -> Finding:
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
    fresh = trained and not e.diverged  # fit has gone back to weights that were well
    here = experiments.trial(e, 1.0, fresh=fresh)
    bad = not here < (0.95 if trained else 1.5) * e.constant
    if not bad and not e.diverged:
        return None
    lower = {factor: experiments.trial(e, factor, fresh=fresh) for factor in (0.1, 0.01)}
    if min(lower.values()) == math.inf:  # many decades too large: what the range test suggests
        suggested = experiments.suggestion(e, fresh=fresh) / e.optimizer.lr
        lower[suggested] = experiments.trial(e, suggested, fresh=fresh) if suggested else math.inf
    best = min(lower.values())
    if not (bad and best < 0.9 * min(here, e.constant)) and not e.diverged:
        return None
    factor = min(lower, key=lambda f: lower[f])
    size = f"comes to {here:.3g}" if math.isfinite(here) else "runs away"
    evidence = (
        f"in {experiments.UPDATES} updates with lr={e.optimizer.lr:.3g} the loss {size}, with "
        f"{e.optimizer.lr * factor:.2g} it comes to {best:.3g}"
    )
    if e.diverged and not best < here:
        evidence = f"{e.stopped}; lr={e.optimizer.lr:.3g}"
    hint = _hint(experiments.suggestion(e, fresh=fresh), e.optimizer.lr * factor)
    return Finding(
        evidence,
        "the learning rate is too large: updates jump over the minimum",
        f"{'make the network anew and ' if fresh else ''}train with lr="
        f"{e.optimizer.lr * factor:.2g}{hint}",
        "rate_too_large",
    )


def _hint(suggested: float, rate: float) -> str:
    """What the range test suggests, where it is within a decade of the rate that was tried."""
    near = 0.1 <= suggested / rate <= 10
    return f" (the range test suggests {suggested:.2g})" if near else ""


def _grew(e: Examination) -> bool:
    losses = e.column("loss")
    return len(losses) > 2 and losses[-1] > 1.5 * min(losses)


def rate_too_small(e: Examination) -> Finding | None:
    """An update changes next to nothing, and larger ones would help."""
    if not isinstance(e.optimizer, FirstOrder) or e.passes is None or e.learned:
        return None
    losses = e.column("loss")
    if not e.optimizer.lr:
        return Finding(
            "the learning rate is 0",
            "no update changes any weight",
            "use lr=0.001 with Adam, 0.1 with SGD, or what optim.find_lr suggests",
            "rate_too_small",
            "error",
        )
    if len(losses) > 2 and losses[-1] < 0.5 * losses[0]:
        return None
    ratio = experiments.update_ratio(e)
    if not ratio < (USUAL if e.history and e.part > HARDLY else SLOW):
        return None
    here = experiments.trial(e, 1.0)
    # The decades that bring an update to the usual thousandth of the weights, and beyond.
    usual = 10.0 ** max(round(math.log10(USUAL / max(ratio, 1e-30))), 0)
    suggested = experiments.suggestion(e)
    factors = (usual, 10 * usual, suggested / e.optimizer.lr)
    larger = {k: experiments.trial(e, k) for k in factors if k > 1}
    factor = min(larger, key=lambda f: larger[f])
    gained, gain = e.loss - here, e.loss - larger[factor]
    if not gain > max(5 * gained, 0.02 * e.loss):
        return None
    hint = _hint(suggested, e.optimizer.lr * factor)
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
