"""Rules about a network alone: what its layers and units do to the signal and the gradient."""

from __future__ import annotations

import numpy as np

from autograd.typing import Array
from nn.findings.examination import HARDLY, Examination
from nn.findings.finding import Finding
from nn.findings.passes import RECTIFIED, SQUASHED, Row
from nn.findings.rules_of_losses import last_activation
from nn.layers import Dropout

#: Between the first and the last layer the gradient may shrink or grow by so much, as ``diagnose``
#: has it: then one learning rate cannot serve both ends (Glorot and Bengio 2010).
VANISHED, EXPLODED = 1e-4, 1e4
#: A loss above this part of a constant's says that nothing was learnt.
UNLEARNT = 0.9
#: A signal that each layer keeps at its size (He et al. 2015) has no reason to grow so much.
GROWN = 30.0
#: An LSTM has four gates, whose units differ even if those of a gate are alike.
GATES = 4
#: A layer with so many units that are 0 for every row has lost most of its width.
DEAD, DEAD_ALWAYS = 0.6, 0.75
#: So near the ends of tanh and sigmoid their derivative is under a tenth of its greatest value.
#: Before any training that much is no symptom yet.
NEAR, SATURATED, UNTRIED, NEARLY_ALL = 0.025, 0.6, 0.8, 0.95


def no_activation(e: Examination) -> Finding | None:
    """Two layers with nothing between them."""
    if e.passes is None or e.learned:
        return None
    weighted = {row.index: weight for row, _, weight in e.passes.layers}
    for row, data, weight in e.passes.layers:
        for before in [data, *e.passes.before(data)]:
            if before.index not in weighted:
                continue
            if _meant(e, (before, weighted[before.index]), (row, weight)):
                break
            return Finding(
                f"{e.passes.title(before)} goes into {e.passes.title(row)} without an activation",
                "two linear layers in a row are one linear layer: they can draw only straight "
                "lines",
                "put an activation between them, nn.ReLU() for example",
                "no_activation",
            )
    return None


def _meant(e: Examination, one: tuple[Row, Row], two: tuple[Row, Row]) -> bool:
    """Whether two layers are one on purpose: a product of smaller matrices, or of kernels."""
    (before, first), (row, last) = one, two
    if "conv" in (row.op, before.op):  # separable convolutions have one kernel of 1 x 1
        return 1 in (first.value.shape[-1], last.value.shape[-1])
    assert e.passes is not None
    width = before.value.shape[e.passes.unit_axis(before)]
    return width < min(first.value.shape[0], last.value.shape[-1])  # type: ignore[no-any-return]


def identical_units(e: Examination) -> Finding | None:
    """Units of a hidden layer with the same weights and the same gradients."""
    if e.passes is None:
        return None
    for row, _, weight in e.passes.layers[:-1]:
        W, g = weight.value, weight.grad
        if W.ndim < 2 or g is None or not np.isfinite(g).all():
            continue
        units = W.shape[0 if row.op == "conv" else -1]
        kinds = _kinds(W, g, row.op == "conv")
        if units < 2 or kinds > min(GATES, units // 2):
            continue
        what = "0" if not W.any() else f"{W.flat[0]:.3g}" if np.ptp(W) == 0 else "the same"
        return Finding(
            f"{e.passes.title(row)}: the weights of all {units} units are {what}, and so are their "
            "gradients" + (f", but for {kinds} kinds of gates" if kinds > 1 else ""),
            "units that begin alike stay alike: the layer has the power of one unit",
            "begin with random weights: leave the layer's own, or nn.init.kaiming_uniform_",
            "identical_units",
            "error",
        )
    return None


def _kinds(W: Array, g: Array, conv: bool) -> int:
    """How many different units there are, by their weights and the gradients of these."""
    columns = []
    for array in (W, g):
        units = array if conv else np.moveaxis(array, -1, 0)
        most = np.abs(array).max()
        columns.append(units.reshape(len(units), -1) / (most or 1.0))
    return len(np.unique(np.hstack(columns).round(5), axis=0))


def hidden(e: Examination, ops: tuple[str, ...]) -> dict[str, list[Row]]:
    """The hidden activations of those kinds, by layer: a layer that runs many times has many."""
    found: dict[str, list[Row]] = {}
    if e.passes is not None:
        last = last_activation(e)
        for row in e.passes.network:
            if row.op in ops and row.value.ndim > 1 and row is not last:
                found.setdefault(e.passes.title(row), []).append(row)
    return found


def dead_units(e: Examination) -> Finding | None:
    """Most units of a layer are 0 for every row."""
    if e.passes is None:
        return None
    for title, rows in hidden(e, RECTIFIED).items():
        alive: Array | None = None
        for row in rows:
            axis = e.passes.unit_axis(row)
            axes = tuple(i for i in range(row.value.ndim) if i != axis)
            here = (row.value != 0).any(axis=axes)
            alive = here if alive is None or alive.shape != here.shape else alive | here
        if alive is None:
            continue
        units, dead = alive.size, int((~alive).sum())
        if (dead >= DEAD_ALWAYS * units and units >= 4) or (
            dead >= DEAD * units and not e.learned and units > 1
        ):
            when = "the last updates were too large, or" if e.updates else ""
            return Finding(
                f"{title}: {dead} of {units} units are 0 for all {len(e.X)} rows",
                f"{when} biases are too far below 0: such a unit has no gradient and never "
                "recovers".strip(),
                "make the network anew with a smaller learning rate, or use nn.LeakyReLU()"
                if e.updates
                else "begin with biases of 0 (the layer's own are fine), or use nn.LeakyReLU()",
                "dead_units",
                "error" if dead == units else "warning",
            )
    return None


def saturated_units(e: Examination) -> Finding | None:
    """Most answers of a layer are at the ends of its activation."""
    if e.passes is None:
        return None
    for title, rows in hidden(e, tuple(SQUASHED)).items():
        values = [
            (row.value - SQUASHED[row.op][0]) / (SQUASHED[row.op][1] - SQUASHED[row.op][0])
            for row in rows
        ]
        flat = np.concatenate([np.ravel(v) for v in values])
        part = float(np.mean((flat < NEAR) | (flat > 1 - NEAR)))
        # A network that has learnt much may well have units at their ends.
        enough = (SATURATED if e.part > HARDLY else NEARLY_ALL) if e.updates else UNTRIED
        if part < enough:
            continue
        return Finding(
            f"{title}: {100 * part:.0f} % of its answers are within {100 * NEAR:.1f} % of the ends "
            f"of {rows[0].op}",
            "the function is flat there: hardly any gradient passes",
            "begin with smaller weights (nn.init.xavier_uniform_), scale the inputs, or use "
            "nn.ReLU()",
            "saturated_units",
        )
    return None


def vanishing(e: Examination) -> Finding | None:
    """The gradient shrinks on its way back to the first layer."""
    deltas = _deltas(e)
    if e.passes is None or e.learned or len(deltas) < 2:
        return None
    (first, least), (last, most) = deltas[0], deltas[-1]
    if not 0 < least < VANISHED * most:
        return None
    squashed = [op for op in SQUASHED if any(row.op == op for row in e.passes.network)]
    cause = "each layer multiplies the gradient by its weights and by the slope of its activation"
    if "sigmoid" in squashed:
        cause += ", which for sigmoid is 1/4 at most"
    return Finding(
        f"the gradient is {most:.2g} at {last} and {least:.2g} at {first}",
        f"it vanishes on its way back: {cause}",
        "use nn.ReLU() with nn.init.kaiming_normal_, put nn.BatchNorm1d or nn.LayerNorm between, "
        "or fewer layers",
        "vanishing",
    )


def vanishing_in_time(e: Examination) -> Finding | None:
    """The gradient shrinks on its way back through the steps of a sequence."""
    if e.passes is None or not e.updates or not e.part > UNLEARNT:
        return None
    steps: dict[int, list[Row]] = {}
    for row, _, weight in e.passes.layers:
        steps.setdefault(weight.index, []).append(row)
    for rows in steps.values():
        sizes = [_size(row.grad) for row in rows if row.grad is not None]
        if len(sizes) > 2 and 0 < sizes[0] < VANISHED * sizes[-1]:
            return Finding(
                f"{e.passes.title(rows[0])}: the gradient is {sizes[-1]:.2g} at the last of "
                f"{len(sizes)} steps and {sizes[0]:.2g} at the first, and the loss is that of a "
                "constant",
                "it vanishes on its way back: what stood early in a sequence is never learnt",
                "use nn.LSTM or nn.GRU, shorter sequences, or attention",
                "vanishing_in_time",
            )
    return None


def exploding(e: Examination) -> Finding | None:
    """Signal or gradient grows from layer to layer."""
    if e.passes is None or e.learned or len(e.passes.layers) < 2:
        return None
    begin = _size(e.passes.layers[0][1].value)
    sizes = [(e.passes.title(row), _size(row.value)) for row, _, _ in e.passes.layers]
    title, most = max(sizes, key=lambda pair: pair[1])
    deltas = _deltas(e)
    grown = 0 < GROWN * max(begin, 1.0) < most and not e.loss < 2 * e.constant
    back = len(deltas) > 1 and deltas[0][1] > EXPLODED * deltas[-1][1] > 0
    if not grown and not back:
        return None
    evidence = f"the signal is {begin:.2g} at the input and {most:.2g} at {title}"
    if back and not grown:
        evidence = f"the gradient is {deltas[-1][1]:.2g} at {deltas[-1][0]} and "
        evidence += f"{deltas[0][1]:.2g} at {deltas[0][0]}"
    return Finding(
        evidence,
        "the weights are too large: each layer makes its input larger"
        + (", and the updates have made them so" if e.updates and e.diverged else ""),
        "begin with smaller weights (the layer's own, or nn.init.kaiming_normal_), and clip "
        "gradients, nn.ClipGradients(norm=1)",
        "exploding",
    )


def _size(array: Array) -> float:
    return float(np.sqrt(np.mean(np.square(array, dtype=float)))) if array.size else 0.0


def _deltas(e: Examination) -> list[tuple[str, float]]:
    """The root mean square of the gradient at each layer with weights, in their order."""
    if e.passes is None:
        return []
    rows = [row for row, _, _ in e.passes.layers if row.grad is not None]
    return [(e.passes.title(row), _size(row.grad)) for row in rows if row.grad is not None]


def dropout(e: Examination) -> Finding | None:
    """A dropout that leaves next to nothing."""
    found = [m for m in e.model.modules() if isinstance(m, Dropout)]
    most = max((m.p for m in found), default=0.0)
    if most < 0.7 or (e.learned and most < 1):
        return None
    return Finding(
        f"a Dropout has p = {most:g}: of each row {100 * (1 - most):.0f} % of the units are left",
        "p is the part that is dropped, not the part that is kept",
        f"use p from 0.1 to 0.5{f', 1 - {most:g} if you meant what is kept' if most < 1 else ''}",
        "dropout",
        "error" if most == 1 else "warning",
    )
