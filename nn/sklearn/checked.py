"""Tables, targets and weights as arrays, checked; what is wrong is said as scikit-learn says it."""

from __future__ import annotations

import math
import warnings
from typing import Any, TypeAlias

import numpy as np

from autograd.calculus import short
from autograd.typing import Array
from nn.sklearn.parameters import of_scikit_learn

#: A table, or a column of one: arrays, lists, frames of pandas and polars, with what they offer.
Table: TypeAlias = Any
Column: TypeAlias = Table

#: As many names as an error lists.
_LISTED = 5


def names_of(X: Table) -> Array | None:
    """The names of the columns of a table; None where there are none, or where they are numbers."""
    columns = getattr(X, "columns", None)
    if columns is None:
        return None
    names = list(columns() if callable(columns) else columns)
    texts = [isinstance(name, str) for name in names]
    if not any(texts):
        return None
    if not all(texts):
        raise TypeError(
            "Feature names are only supported if all input features have string names; "
            "convert them, X.columns = X.columns.astype(str)"
        )
    return np.array(names, object)


def check_names(now: Array | None, fitted: Array | None, called: str) -> None:
    """Raise ValueError unless the columns are those of the fit; warn where one has no names."""
    if now is None and fitted is None:
        return
    if now is None or fitted is None:
        was, other = ("fitted with", "does not have") if now is None else ("fitted without", "has")
        warnings.warn(
            f"X {other} {'valid ' if now is None else ''}feature names, but {called} was {was} "
            f"feature names",
            UserWarning,
            stacklevel=4,
        )
        return
    if now.tolist() == fitted.tolist():
        return
    message = "The feature names should match those that were passed during fit.\n"
    unseen, missing = sorted({*now} - {*fitted}), sorted({*fitted} - {*now})
    for title, names in (
        ("Feature names unseen at fit time:", unseen),
        ("Feature names seen at fit time, yet now missing:", missing),
    ):
        if names:
            more = ["- ..."] if len(names) > _LISTED else []
            message += "\n".join([title, *(f"- {n}" for n in names[:_LISTED]), *more, ""])
    if not unseen and not missing:
        message += "Feature names must be in the same order as they were in fit.\n"
    raise ValueError(message)


def matrix(X: Table, called: str, features: int | None = None) -> Array:
    """A table as numbers (rows, features), float32 where it is so and float64 otherwise."""
    if hasattr(X, "toarray"):
        raise TypeError(
            f"{called}: sparse data was passed for X, but dense data is required; use X.toarray()"
        )
    array = np.asarray(X)
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported: {called} takes real numbers")
    if array.ndim != 2:
        found = f"scalar {short(X)}" if array.ndim == 0 else f"{array.ndim}D array"
        raise ValueError(
            f"{called}: Expected 2D array, got {found} instead. Reshape your data: "
            f"X.reshape(-1, 1) if it has one feature, X.reshape(1, -1) if it is one sample, "
            f"X.reshape(len(X), -1) if each sample has several axes"
        )
    for what, count in zip(("sample", "feature"), array.shape):
        if not count:
            raise ValueError(
                f"Found array with 0 {what}(s) (shape={array.shape}) while a minimum of 1 is "
                f"required."
            )
    if array.dtype != np.float32:
        array = _floats(array, X)
    if features is not None and array.shape[1] != features:
        raise ValueError(
            f"X has {array.shape[1]} features, but {called} is expecting {features} features as "
            f"input"
        )
    _check_finite(array, "X")
    return array


def _floats(array: Array, X: Table) -> Array:
    """As float64; a TypeError or ValueError names the first column that holds something else."""
    try:
        return np.asarray(array, np.float64)
    except (TypeError, ValueError) as error:
        columns = names_of(X)
        for j in range(array.shape[1]):
            for value in array[:, j]:
                try:
                    float(value)
                except (TypeError, ValueError):
                    name = j if columns is None else columns[j]
                    raise type(error)(
                        f"X: column {short(name)} holds {short(value)} ({error}); encode it by an "
                        f"OrdinalEncoder or OneHotEncoder, or fill it, before the network"
                    ) from None
        raise


def _check_finite(array: Array, called: str) -> None:
    # A sum is finite if all are, and takes one pass without an array beside.
    with np.errstate(all="ignore"):
        if math.isfinite(array.sum()):
            return
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        place = tuple(bad[0].tolist())
        what = "NaN" if np.isnan(array[place]) else "infinity"
        remedy = "; fill or drop them, for example by a SimpleImputer" if called == "X" else ""
        raise ValueError(
            f"Input {called} contains {what}: {len(bad)} values are NaN or inf, the first at "
            f"[{', '.join(map(str, place))}]{remedy}"
        )


def target(y: Column, rows: int, called: str) -> Array:
    """The targets as an array (rows,) or (rows, outputs); a column becomes (rows,)."""
    if y is None:
        raise ValueError(
            f"This {called} estimator requires y to be passed, but the target y is None."
        )
    array = np.asarray(y)
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported: {called} takes real numbers")
    if array.ndim == 2 and array.shape[1] == 1:
        warnings.warn(
            "A column-vector y was passed when a 1d array was expected. Please change the shape "
            "of y to (n_samples, ), for example using ravel().",
            of_scikit_learn("DataConversionWarning", UserWarning),
            stacklevel=5,
        )
        array = array.ravel()
    if array.ndim not in (1, 2):
        raise ValueError(f"y should be a 1d array, got an array of shape {array.shape} instead.")
    if len(array) != rows:
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: {rows} in X and "
            f"{len(array)} in y"
        )
    if array.dtype.kind == "f":
        _check_finite(array, "y")
    return array


def labels(y: Column, rows: int, called: str) -> tuple[Array, Array]:
    """The classes in order, and the index of each row's class."""
    array = target(y, rows, called)
    if array.ndim == 2:
        raise ValueError(
            f"y should be a 1d array, got an array of shape {array.shape} instead; for several "
            f"labels a row put the {called} into a MultiOutputClassifier"
        )
    if array.dtype.kind == "f" and (array != np.floor(array)).any():
        raise ValueError(
            f"Unknown label type: continuous. {called} expects classes, and y holds numbers such "
            f"as {array[array != np.floor(array)][0]:g}; for a number to predict take Regressor"
        )
    if array.dtype.kind == "O" and any(one is None or one != one for one in array.tolist()):
        raise ValueError("Input y contains NaN or None; drop the rows without a label")
    try:
        classes, indices = np.unique(array, return_inverse=True)
    except TypeError:
        kinds = sorted({type(label).__name__ for label in array.tolist()})
        raise TypeError(
            f"Unknown label type: y holds labels of several types, {', '.join(kinds)}; make them "
            f"one, for example by y.astype(str)"
        ) from None
    return classes, indices


def values(y: Column, rows: int, called: str) -> Array:
    """The numbers to predict, (rows,) or (rows, outputs)."""
    array = target(y, rows, called)
    if array.dtype.kind == "f":
        return array
    try:
        array = np.asarray(array, np.float64)
    except (TypeError, ValueError):
        raise ValueError(
            f"{called}: y holds {short(array.ravel()[0])}, which is no number; for classes take "
            f"Classifier"
        ) from None
    _check_finite(array, "y")
    return array


def row_weights(sample_weight: Column, rows: int) -> Array | None:
    """The weight of each row; None where all count alike."""
    if sample_weight is None:
        return None
    weights = np.asarray(sample_weight, np.float64)
    if weights.ndim == 0:
        weights = np.full(rows, float(weights))
    if weights.shape != (rows,):
        raise ValueError(
            f"sample_weight.shape == {weights.shape}, expected ({rows},): a weight for each row"
        )
    _check_finite(weights, "sample_weight")
    if weights.min() < 0:
        raise ValueError("sample_weight: negative values are no weights")
    if not weights.any():
        raise ValueError("Sample weights must contain at least one non-zero number.")
    return weights
