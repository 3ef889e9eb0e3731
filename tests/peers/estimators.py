"""Classifier and Regressor beside scikit-learn's: all its checks, and the scores on three tables.

    python -m tests.peers.estimators [--seeds 5]

The checks run with the estimators as they are, SciPy's array API included. The scores are those of
5 folds, standardised inputs, the median of so many seeds; MLPRegressor gets the standardised target
that Regressor makes for itself. Ends with status 1 if a check fails.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
import warnings
from typing import Any

import nn


def failed_checks() -> list[str]:
    """The checks that fail, or are skipped, as lines."""
    from sklearn.utils.estimator_checks import check_estimator

    lines = []
    for kind in (nn.sklearn.Classifier, nn.sklearn.Regressor):
        started = time.perf_counter()
        results = check_estimator(kind(), on_skip=None, on_fail=None)
        bad = [result for result in results if result["status"] != "passed"]
        seconds = time.perf_counter() - started
        print(f"{kind.__name__}: {len(results) - len(bad)} of {len(results)} in {seconds:.0f} s")
        lines += [
            f"{kind.__name__} {r['check_name']}: {r['status']}, {r['exception']}" for r in bad
        ]
    return lines


def scores(estimator: Any, X: Any, y: Any, classes: bool, seeds: int) -> list[float]:
    """The mean over 5 folds, for each seed."""
    from sklearn.base import clone
    from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    means = []
    for seed in range(seeds):
        folds = (StratifiedKFold if classes else KFold)(5, shuffle=True, random_state=seed)
        inner = clone(estimator)
        name = next(n for n in inner.get_params() if n.endswith("random_state"))
        whole = make_pipeline(StandardScaler(), inner.set_params(**{name: seed}))
        means.append(float(cross_val_score(whole, X, y, cv=folds).mean()))
    return means


def main() -> int:
    os.environ.setdefault("SCIPY_ARRAY_API", "1")  # SciPy reads it when it is imported
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--seeds", type=int, default=5)
    seeds = reader.parse_args().seeds
    warnings.simplefilter("ignore")
    from sklearn import datasets
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.preprocessing import StandardScaler

    bad = failed_checks()
    print("\n".join(bad) or "no check fails")
    theirs = TransformedTargetRegressor(MLPRegressor(), transformer=StandardScaler())
    print(f"{'':15} {'tracegrad':>23} {'scikit-learn':>23}   median, least and greatest")
    for name, ours, other in (
        ("digits", nn.sklearn.Classifier(), MLPClassifier()),
        ("breast_cancer", nn.sklearn.Classifier(), MLPClassifier()),
        ("diabetes", nn.sklearn.Regressor(), theirs),
        ("diabetes", nn.sklearn.Regressor(early_stopping=True), None),
    ):
        X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
        if other is None:
            early = MLPRegressor(early_stopping=True)
            other = TransformedTargetRegressor(early, transformer=StandardScaler())
        cells = []
        for estimator in (ours, other):
            found = scores(estimator, X, y, name != "diabetes", seeds)
            middle = statistics.median(found)
            cells.append(f"{middle:7.4f} {min(found):7.4f} {max(found):7.4f}")
        print(f"{name:15} {cells[0]:>23} {cells[1]:>23}", flush=True)
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
