"""Rules about a network and its loss: whether outputs, targets and loss fit together."""

from __future__ import annotations

import math

import numpy as np

from autograd import Tensor, no_grad
from autograd.typing import Array
from nn.findings.data import constant
from nn.findings.examination import Examination
from nn.findings.finding import Finding
from nn.findings.passes import Row
from nn.findings.rules_of_data import is_regression
from nn.losses import numbers


def scores_of_classes(e: Examination) -> bool:
    """Whether the loss takes scores or logits and makes probabilities of them itself."""
    known = {"cross_entropy", "softplus", "log_softmax", "logsumexp"}
    ops = e.passes.loss_operations if e.passes is not None else set()
    return bool(known & ops) and "log" not in ops  # a logarithm is of probabilities


def _wants_classes(e: Examination) -> bool:
    """Whether the loss takes class indices, as far as its graph or its error tells."""
    if e.passes is not None:
        return bool({"cross_entropy", "take_along_axis", "getitem"} & e.passes.loss_operations)
    return any(name in str(e.error) for name in ("cross_entropy", "nll_loss"))


def labels(e: Examination) -> Finding | None:
    """Class indices that do not fit the outputs."""
    y = e.rows.y
    if y.dtype.kind not in "iu" or not _wants_classes(e):
        return None
    output = e.passes.output if e.passes is not None else e.output(numbers(e.X))
    if output is None or output.ndim != y.ndim + 1 or output.shape[0] == 0:
        return None
    ignored = getattr(e.loss_fn, "ignore_index", -100)
    kept = y[y != ignored]
    classes = output.shape[1]
    if not kept.size or classes < 1:
        return None
    least, most = int(kept.min()), int(kept.max())
    evidence = f"the labels go from {least} to {most}, the network has {classes} outputs"
    if classes == 1 and scores_of_classes(e):
        return Finding(
            evidence,
            "the softmax of a single output is always 1, so the loss is always 0",
            f"give the last layer {max(most + 1, 2)} outputs, or use nn.BCEWithLogitsLoss",
            "labels",
            "error",
        )
    if least >= 0 and most < classes:
        return None
    if least == 1 and most == classes:
        cause, remedy = "the labels count from 1, the outputs from 0", "use y - 1"
    elif set(np.unique(kept)) == {-1, 1}:
        cause, remedy = "labels of -1 and 1 are no class indices", "use (y + 1) // 2"
    elif least < 0:
        cause, remedy = "a class index is not negative", "number them: np.unique(y, "
        remedy += "return_inverse=True)[1]"
    elif most == classes and least == 0:
        cause = f"labels from 0 to {most} are {most + 1} classes"
        remedy = f"give the last layer {most + 1} outputs"
    else:
        cause = "each label is the number of an output, from 0"
        remedy = (
            f"give the last layer {most + 1} outputs, or number the classes anew: "
            "np.unique(y, return_inverse=True)[1]"
        )
    return Finding(evidence, cause, remedy, "labels", "error")


def targets_of_loss(e: Examination) -> Finding | None:
    """Targets that the loss is not made for."""
    if e.passes is None:
        return None
    y, ops = e.rows.y, e.passes.loss_operations
    same = e.passes.output.size == np.size(e.y.data)
    named = type(e.loss_fn).__name__
    least, most = float(y.min()), float(y.max())
    binary = "BCE" in named or (same and "softplus" in ops and "neg" in ops)
    if binary and not 0 <= least <= most <= 1:
        remedy = {(1.0, 2.0): "use y - 1", (-1.0, 1.0): "use (y + 1) / 2"}.get(
            (least, most), "for numbers of any size use nn.MSELoss()"
        )
        return Finding(
            f"the targets go from {least:.3g} to {most:.3g}",
            "a binary cross-entropy wants probabilities from 0 to 1, else it has no minimum",
            remedy,
            "targets_of_loss",
            "error",
        )
    return None


def cannot_compute(e: Examination) -> Finding | None:
    """Forward or backward pass ended in an error."""
    if e.passes is not None or e.error is None:
        return None
    text = str(e.error).partition("\n")[0] or type(e.error).__name__
    return Finding(
        f"the loss of {len(e.X)} rows cannot be computed ({type(e.error).__name__})",
        text,
        "mend this first: loss(model(X), y) must give one number",
        "cannot_compute",
        "error",
    )


def unreached(e: Examination) -> Finding | None:
    """Parameters that the loss does not depend on."""
    if e.passes is None:
        return None
    wanted = [n for n, p in e.parameters.items() if p.requires_grad]
    if not wanted:
        return None
    if not isinstance(e.passes.loss, Tensor) or e.passes.loss.is_leaf:
        return Finding(
            "the loss is a number that depends on no parameter",
            "it was computed outside the graph: .data, .numpy(), .detach(), float() or no_grad() "
            "cut it off",
            "compute with Tensors from the inputs to the loss, functions of autograd included",
            "unreached",
            "error",
        )
    found = {row.name for row in e.passes.rows if row.kind == "parameter"}
    missing = [n for n in wanted if n not in found and e.parameters[n].name not in found]
    if not missing:
        return None
    return Finding(
        f"the loss does not depend on {', '.join(missing[:4])}"
        + (f" and {len(missing) - 4} more" if len(missing) > 4 else ""),
        "the layer is not called in forward, or .data, .detach() or no_grad() cuts it off",
        "call it in forward, with Tensors, or delete it",
        "unreached",
        "error" if len(missing) == len(wanted) else "warning",
    )


def broadcast(e: Examination) -> Finding | None:
    """The loss pairs every output with every target."""
    if e.passes is None or len(e.X) < 3:
        return None
    output, y = e.passes.output, numbers(e.y)
    if output.shape == y.shape or output.size != y.size or y.size != len(y):
        return None
    guesses = np.random.default_rng(0).uniform(0.1, 0.9, output.shape).astype(output.dtype)
    turned, other = np.roll(y, 1, axis=0), np.full_like(y, y.flat[0])

    def loss(target: Array) -> float:
        with no_grad(), np.errstate(all="ignore"):
            return float(numbers(e.loss_fn(constant(guesses), constant(target))).mean())

    try:
        first, second, third = loss(y), loss(turned), loss(other)
    except Exception:  # a loss that takes no such answers is no case of this rule
        return None
    close = abs(first - second) <= 1e-6 * abs(first) and abs(first - third) > 1e-6 * abs(first)
    if (y == y.flat[0]).all() or not close:
        return None
    n = len(e.X)
    return Finding(
        f"the outputs are {_shape(output)}, the targets {_shape(y)}, and the loss is the same "
        "whichever target belongs to which row",
        f"the two shapes are broadcast to ({n}, {n}): every output is compared with every target",
        f"give both one shape: y.reshape(-1, 1), or output{'[:, 0]' if output.ndim > 1 else ''}",
        "broadcast",
        "error",
    )


def _shape(array: Array) -> str:
    return (
        "(" + ", ".join(["n", *map(str, array.shape[1:])]) + ("," if array.ndim == 1 else "") + ")"
    )


def probabilities_twice(e: Examination) -> Finding | None:
    """Softmax or sigmoid before a loss that applies its own."""
    if e.passes is None or e.passes.end is None:
        return None
    end, ops = last_activation(e), e.passes.loss_operations
    if end is None or not scores_of_classes(e):
        return None
    if end.op not in ("softmax", "sigmoid", "relu", "tanh") and not _is_softmax(e):
        return None
    what = "softmax" if _is_softmax(e) else end.op
    binary = "softplus" in ops
    loss = "BCEWithLogitsLoss" if binary else "the cross-entropy"
    own = "sigmoid" if binary else "softmax"
    low, high = float(e.passes.output.min()), float(e.passes.output.max())
    remedy = f"leave the last {what} out"
    if binary and what == "sigmoid":
        remedy += ", or use nn.BCELoss"
    return Finding(
        f"the network ends in {'a ' if what != 'relu' else ''}{what} (outputs from {low:.3g} to "
        f"{high:.3g}), and {loss} takes the {own} itself",
        f"of scores that are bounded, the {own} cannot come near 0 and 1, and gradients shrink"
        if what != "relu"
        else "scores below 0 are cut off, and their gradients with them",
        remedy,
        "probabilities_twice",
    )


def last_activation(e: Examination) -> Row | None:
    """The activation that the output comes from, through reshapes alone."""
    if e.passes is None or e.passes.end is None:
        return None
    row: Row | None = e.passes.end
    while row is not None and row.op in ("reshape", "squeeze", "getitem", "swapaxes", "transpose"):
        row = next(iter(e.passes.data_of(row)), None)
    return row


def _is_softmax(e: Examination) -> bool:
    output = e.passes.output if e.passes is not None else np.zeros(0)
    if output.ndim < 2 or output.shape[1] < 2 or not output.size:
        return False
    return bool(output.min() >= 0 and np.allclose(output.sum(axis=1), 1, atol=1e-5))


def probabilities_missing(e: Examination) -> Finding | None:
    """Scores before a loss that wants probabilities or their logarithms."""
    named = type(e.loss_fn).__name__
    if named == "BCELoss":
        output = e.output(numbers(e.X)) if e.passes is None else e.passes.output
        if output is None or (output.min() >= 0 and output.max() <= 1):
            return None
        return Finding(
            f"the outputs go from {output.min():.3g} to {output.max():.3g}",
            "nn.BCELoss wants probabilities",
            "use nn.BCEWithLogitsLoss(), or end the network in nn.Sigmoid()",
            "probabilities_missing",
            "error",
        )
    if e.passes is None:
        return None
    ops, output = e.passes.loss_operations, e.passes.output
    if "take_along_axis" not in ops or ops & {"log_softmax", "log", "logsumexp"} or output.ndim < 2:
        return None
    with np.errstate(all="ignore"):
        sums = np.log(np.exp(output.astype(float)).sum(axis=1))
    if np.allclose(sums, 0, atol=1e-3):
        return None
    what = "probabilities" if _is_softmax(e) else "scores"
    return Finding(
        f"the outputs are {what}, from {output.min():.3g} to {output.max():.3g}, and the loss is "
        "minus that of the right class",
        "nn.NLLLoss wants log-probabilities: otherwise it has no minimum",
        "use nn.CrossEntropyLoss() on scores"
        + (" and leave the softmax out" if what == "probabilities" else "")
        + ", or end the network in nn.LogSoftmax()",
        "probabilities_missing",
        "error",
    )


def output_range(e: Examination) -> Finding | None:
    """A last activation that cannot reach the targets."""
    end = last_activation(e)
    if end is None or e.passes is None or not is_regression(e):
        return None
    bounds = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "relu": (0.0, math.inf)}
    bounds |= {"softplus": (0.0, math.inf), "softmax": (0.0, 1.0), "exp": (0.0, math.inf)}
    if end.op not in bounds:
        return None
    low, high = bounds[end.op]
    y = e.rows.y
    span = 1e-6 * max(float(np.abs(y).max()), 1.0)
    outside = float(np.mean((y < low - span) | (y > high + span)))
    if outside < 0.01:
        return None
    return Finding(
        f"the network ends in {end.op}, from {low:g} to {high:g}, and {100 * outside:.0f} % of the "
        f"targets are outside (they go from {y.min():.3g} to {y.max():.3g})",
        "no weights can give such an answer",
        f"leave the last {end.op} out: a regression ends in a linear layer",
        "output_range",
        "error",
    )
