"""Rules about the data: what is not finite, unscaled, mislabelled, leaking, unrelated, repeated."""

from __future__ import annotations

import numpy as np

from autograd.typing import Array
from nn.findings.data import evenly
from nn.findings.examination import Examination
from nn.findings.finding import Finding

#: The curvature of the loss along a weight grows with the square of its input, and a bias has the
#: input 1: beyond 30 the condition is above 1000, and gradient descent needs as many steps (LeCun
#: et al. 1998, "Efficient BackProp").
LARGE, SMALL = 30.0, 1 / 30
#: Where so many rows are of one class, and so few of the others are found, accuracy hides it.
MOST, FOUND = 0.75, 0.1
#: A column that explains so much of the target all alone is the target in another form.
TELLING = 0.998


def not_finite_data(e: Examination) -> Finding | None:
    """NaN or infinity among inputs or targets."""
    for what, array in (("inputs", e.rows.X), ("targets", e.rows.y)):
        bad = np.argwhere(~np.isfinite(array))
        if len(bad):
            rows = len(np.unique(bad[:, 0]))
            kind = "nan" if np.isnan(array[tuple(bad[0])]) else "infinite"
            place = f" in column {bad[0][1]}" if array.ndim == 2 else ""
            return Finding(
                f"{len(bad)} of the {what}, in {rows} rows, are not finite, the first is "
                f"{kind}{place}",
                "every sum with such a number is not finite either, the loss and all gradients too",
                "drop those rows, or fill the gaps in, for example with the column's mean",
                "not_finite_data",
                "error",
            )
    return None


def constant_inputs(e: Examination) -> Finding | None:
    """All rows of the inputs are the same."""
    X = e.rows.X
    if len(X) < 2 or not (X[:1] == X).all():
        return None
    return Finding(
        f"all {len(X)} rows of the inputs are the same",
        "the network cannot tell one row from another",
        "look at how the inputs are read: print X[:3]",
        "constant_inputs",
        "error",
    )


def inputs_unscaled(e: Examination) -> Finding | None:
    """Numbers that reach the first weights are far from 1."""
    if e.passes is None:
        return None
    columns = [
        np.abs(data.value).reshape(-1, data.value.shape[-1]).astype(float)
        for row, data, _ in e.passes.layers
        if data.kind == "constant" and data.value.ndim > 1 and row.op != "conv"
    ]
    columns += [
        np.abs(data.value).reshape(-1, 1).astype(float)
        for row, data, _ in e.passes.layers
        if data.kind == "constant" and row.op == "conv"
    ]
    if not columns or (e.learned and max(c.max() for c in columns) < 100 * LARGE):
        return None
    sizes = np.concatenate([np.sqrt(np.mean(c * c, axis=0)) for c in columns])
    least, most = float(sizes.min()), float(sizes.max())
    if most > LARGE:
        evidence = f"the inputs of the first layer are as large as {most:.3g}"
        if least and most / least > LARGE:
            evidence += f" in one column and {least:.3g} in another"
        cause = "one learning rate cannot suit weights whose inputs differ so much from 1"
    elif 0 < max(float(c.max()) for c in columns) < SMALL and not e.learned:
        evidence = f"no input is larger than {max(float(c.max()) for c in columns):.3g}"
        cause = "the gradients of the first layer are as small, and it hardly learns"
    else:
        return None
    bytes_of_pictures = e.rows.X.ndim > 2 and e.rows.X.min() >= 0 and 1 < e.rows.X.max() <= 255
    remedy = "X / 255" if bytes_of_pictures else "X = (X - X.mean(axis=0)) / X.std(axis=0)"
    return Finding(
        evidence,
        cause,
        f"scale the inputs, {remedy}, and new data by the same numbers (nn.data.Standardizer)",
        "inputs_unscaled",
    )


def is_regression(e: Examination) -> bool:
    """Whether the loss compares numbers: no probabilities, no classes."""
    if e.passes is None or e.rows.y.dtype.kind not in "fiu":
        return False
    measured = {"square", "abs", "clip", "pow", "sqrt"} & e.passes.loss_operations
    same = e.passes.output.size == np.size(e.y.data)
    classes = {"log", "softplus", "cross_entropy", "log_softmax", "take_along_axis", "relu", "exp"}
    return bool(measured) and same and not (classes & e.passes.loss_operations)


def targets_unscaled(e: Examination) -> Finding | None:
    """The targets of a regression are far from 1."""
    if not is_regression(e) or e.learned:
        return None
    y = np.abs(e.rows.y.reshape(len(e.rows.y), -1).astype(float))
    size, greatest = float(np.sqrt(np.mean(y * y, axis=0)).max()), float(y.max())
    if size > LARGE:
        evidence = f"the targets are as large as {size:.3g} (root mean square)"
        cause = "the errors and their gradients are as large at the start, far beyond the weights"
    elif 0 < greatest < SMALL:
        evidence = f"no target is larger than {greatest:.3g}"
        cause = "the errors and their gradients are as small, and hardly move the weights"
    else:
        return None
    return Finding(
        evidence,
        cause,
        "train on z = (y - y.mean()) / y.std(), and turn predictions back, z * y.std() + y.mean()",
        "targets_unscaled",
    )


def flat(e: Examination) -> tuple[Array, Array] | None:
    """Rows of numbers, and one target for each; None where they have another form."""
    X, y = e.rows.X, e.rows.y
    y = y.reshape(len(y), -1)
    if X.ndim != 2 or X.dtype.kind != "f" or len(X) < 20 or not np.isfinite(X).all():
        return None
    if y.shape[1] > 1:
        one_hot = ((y == 0) | (y == 1)).all() and (y.sum(axis=1) == 1).all()
        if not one_hot:
            return None
        y = y.argmax(axis=1)
    return X.astype(float), y.ravel().astype(float)


def is_classes(e: Examination, y: Array) -> bool:
    """Whether the targets are the numbers of classes."""
    few = len(np.unique(y)) <= max(2, min(20, len(y) // 10))
    return bool(few and (y == y.round()).all() and not is_regression(e))


def explained(X: Array, y: Array, classes: bool) -> Array:
    """What part of the variance lies between the classes of y, or on a line over y, by column."""
    centred = X - X.mean(axis=0)
    total = (centred**2).sum(axis=0)
    with np.errstate(all="ignore"):
        if classes:
            between = sum((y == k).sum() * centred[y == k].mean(axis=0) ** 2 for k in np.unique(y))
        else:
            z = y - y.mean()
            between = (z @ centred) ** 2 / (z @ z)
        return np.nan_to_num(np.where(total > 0, between / total, 0.0))


def leak(e: Examination) -> Finding | None:
    """A column of the inputs is the target."""
    found = flat(e)
    if found is None or found[0].shape[1] < 3:  # a line, or a table of truth, is no leak
        return None
    X, y = found
    if len(np.unique(y)) < 2:
        return None
    parts = explained(X, y, is_classes(e, y))
    order = np.argsort(parts)
    best, next_best = int(order[-1]), float(parts[order[-2]])
    if parts[best] < TELLING or next_best > 0.99:
        return None
    return Finding(
        f"column {best} of the inputs alone explains {100 * parts[best]:.1f} % of the target, the "
        f"next best {100 * next_best:.0f} %",
        "the target has leaked into the inputs, and is not there when one predicts",
        f"leave it out, X = np.delete(X, {best}, axis=1), unless it is known beforehand",
        "leak",
    )


def one_class(e: Examination) -> Finding | None:
    """Every target is the same."""
    y = e.rows.y
    if len(y) < 2 or (y != y[:1]).any():
        return None
    value = y.reshape(-1)[0] if y[:1].size == 1 else "the same"
    return Finding(
        f"all {e.rows.count} targets are {value}",
        "a constant answers them all, so nothing can be learnt",
        "look at how the targets are read or split: np.unique(y, return_counts=True)",
        "one_class",
        "error",
    )


def imbalance(e: Examination) -> Finding | None:
    """The network hardly ever answers the rare classes."""
    if is_regression(e) or (not e.history and not e.updates):
        return None
    output, target = e.output(e.rows.X), e.rows.y
    if output is None:
        return None
    if output.ndim == 2 and output.shape[1] > 1 and target.ndim == 1:
        predicted, truth = output.argmax(axis=1), target
    elif output.size == target.size == len(target) and ((target == 0) | (target == 1)).all():
        # A probability is in the loss as it is; a logit is 0 where the probability is one half.
        middle = 0.5 if e.passes is not None and "log" in e.passes.loss_operations else 0.0
        predicted, truth = (output.ravel() > middle).astype(int), target.ravel()
    else:
        return None
    labels, counts = np.unique(truth, return_counts=True)
    if len(labels) < 2 or counts.max() / counts.sum() < MOST:
        return None
    most = labels[counts.argmax()]
    rare = truth != most
    seen = int((predicted[rare] == truth[rare]).sum())
    if seen >= FOUND * rare.sum():
        return None
    weights = ", ".join(f"{counts.sum() / (len(labels) * c):.3g}" for c in counts)
    balanced = f"weight=[{weights}]"
    if output.shape[1:] in ((), (1,)):
        balanced = f"pos_weight=[{counts[0] / counts[1]:.3g}] in nn.BCEWithLogitsLoss"
    return Finding(
        f"{counts.max()} of {counts.sum()} rows are class {most:g}, and of the other "
        f"{rare.sum()} the network finds {seen}",
        f"always answering {most:g} is already right for {100 * counts.max() / counts.sum():.1f} %",
        f"weigh the classes, {balanced}, or repeat the rare rows; measure recall and f1, not "
        "accuracy",
        "imbalance",
    )


def unrelated(e: Examination) -> Finding | None:
    """Targets that have nothing to do with their rows: shuffled, or moved by a row."""
    found = flat(e)
    if found is None or (e.learned and not _memorised(e)) or not e.updates:
        return None
    X, y = found
    places = evenly(len(X), 600)
    X, y = X[places], y[places]
    if len(X) < 60 or X.shape[1] > len(X) // 4 or len(np.unique(y)) < 2:
        return None
    deviation = X.std(axis=0)
    Z = (X - X.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    classes = is_classes(e, y)
    shares = np.unique(y, return_counts=True)[1] / len(y)
    # The few rows of a rare class do not tell chance from a weak relation.
    if (classes and shares.max() > MOST) or _related(Z, y, classes):
        return None
    moved = [k for k in (1, -1) if _related(Z, np.roll(y, k), classes)]
    if moved:
        return Finding(
            f"the targets have nothing to do with their own rows, but with those "
            f"{'before' if moved[0] < 0 else 'after'} them",
            "inputs and targets are moved against each other by one row",
            "look at where a row was dropped (a header, a lag) in only one of X and y",
            "unrelated",
        )
    return Finding(
        f"rows that are neighbours have targets as different as any two of {len(y)} rows",
        "the targets have nothing to do with these inputs: X and y are in different orders, or the "
        "inputs do not hold the answer",
        "shuffle and sort X and y together: order = rng.permutation(len(X)); X[order], y[order]",
        "unrelated",
    )


def _memorised(e: Examination) -> bool:
    """Whether the rows that were held out are answered no better than by a constant."""
    validated = e.column("val_loss")
    return bool(validated) and e.constant > 0 and validated[-1] > e.constant


def _related(Z: Array, y: Array, classes: bool) -> bool:
    """Whether five nearest neighbours, or a straight line, tell the target better than chance.

    Chance is what a permutation of the targets gets: more than three standard deviations above its
    mean are not chance.
    """
    squared = (Z * Z).sum(axis=1)
    distance = squared[:, None] + squared - 2 * Z @ Z.T
    np.fill_diagonal(distance, np.inf)
    near = np.argpartition(distance, 5, axis=1)[:, :5]
    design = np.column_stack([Z, Z * Z, np.ones(len(Z))])
    basis = np.linalg.svd(design, full_matrices=False)[0]

    def agreement(t: Array) -> tuple[float, float]:
        if classes:
            neighbours = float((t[near] == t[:, None]).mean())
        else:
            neighbours = -float(np.mean((t[near].mean(axis=1) - t) ** 2))
        return neighbours, float(((basis.T @ (t - t.mean())) ** 2).sum())

    rng = np.random.default_rng(0)
    chance = np.array([agreement(rng.permutation(y)) for _ in range(40)])
    measured = np.array(agreement(y))
    return bool((measured > chance.mean(axis=0) + 3 * chance.std(axis=0)).any())


def repeated_rows(e: Examination) -> Finding | None:
    """Rows of the training among those that are held out."""
    if e.validation is None:
        return None
    seen = {row.tobytes() for row in e.rows.X}
    held = [row.tobytes() for row in np.ascontiguousarray(e.validation.X.astype(e.rows.X.dtype))]
    again = sum(row in seen for row in held)
    own = 1 - len(seen) / len(e.rows.X)  # how much the rows of the training repeat each other
    if again / len(held) < 0.1 or own > 0.5 * again / len(held):
        return None
    return Finding(
        f"{again} of {len(held)} rows of the validation are rows of the training as well",
        "what is measured there is memory: new rows will be answered worse",
        "drop repeated rows first (np.unique(X, axis=0)), and split then",
        "repeated_rows",
    )
