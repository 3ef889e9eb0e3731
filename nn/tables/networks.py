"""Train on a CSV file and predict for another: what ``tracegrad train`` and ``predict`` do."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import numpy as np

import nn.metrics as _metrics
import optim
from autograd import Tensor, softmax, trace
from autograd.calculus import one_line, path_text, short
from autograd.typing import Array, Function
from nn.checkpoints import load_weights, read_arrays, save_weights
from nn.data import Standardizer, Table, read_csv, read_features, train_test_split
from nn.layers import MLP, Module
from nn.losses import CrossEntropyLoss, MSELoss, decay_groups
from nn.rng import generator
from nn.training import History, fit, predict

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

#: Optimizers by the name that the command line takes, and a rate that suits them here.
OPTIMIZERS: dict[str, tuple[Function, float]] = {
    "adam": (optim.Adam, 0.01),
    "adamw": (optim.AdamW, 0.01),
    "nadam": (optim.NAdam, 0.01),
    "radam": (optim.RAdam, 0.01),
    "rmsprop": (optim.RMSprop, 0.005),
    "adagrad": (optim.Adagrad, 0.05),
    "sgd": (optim.SGD, 0.05),
}


class Settings(TypedDict):
    """How a network was made and trained; a file of weights says it."""

    sizes: list[int]
    activation: str
    dropout: float
    optimizer: str
    lr: float
    epochs: int
    batch_size: int
    seed: int
    test_size: float
    weight_decay: float


@dataclass(frozen=True, eq=False)
class Trained:
    """A network, how it was trained and tested, and what it needs to predict."""

    model: MLP
    table: Table
    scale: Standardizer
    history: History
    scores: dict[str, tuple[float, float]]  # metric: on the training rows, on the test rows
    test_outputs: Array
    test_targets: Array
    settings: Settings
    files: list[Path] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def classes(self) -> list[str] | None:
        return self.table.classes


def train_csv(
    path: str | Path,
    target: str | None = None,
    *,
    hidden: Sequence[int] = (16, 16),
    activation: str = "relu",
    optimizer: str = "adam",
    lr: float | None = None,
    epochs: int = 200,
    batch_size: int = 32,
    test_size: float = 0.2,
    seed: int = 0,
    dropout: float = 0.0,
    weight_decay: float = 0.0,
    classification: bool | None = None,
    output: str | Path | None = None,
    overwrite: bool = True,
    console: Console | None = None,
    progress: bool | None = None,
) -> Trained:
    """Train a multilayer perceptron to predict a column of a CSV file from the others.

    Reads, infers whether it is a classification, splits, standardises, trains, tests and prints a
    table on ``console`` (a rich one; by default the terminal). With ``output="NAME"`` it writes
    ``NAME.safetensors`` (weights and all that :func:`predict_csv` needs), ``NAME-history.csv``,
    ``NAME-graph.svg`` (the graph of a batch) and, if matplotlib is there, ``NAME-curves.png``;
    with ``overwrite=False`` none of them may be there. The same seed gives the same weights.
    """
    if optimizer not in OPTIMIZERS:
        raise ValueError(
            f"optimizer {short(optimizer)} is unknown; use one of {', '.join(OPTIMIZERS)}"
        )
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, not {epochs}")
    prefix, console = None if output is None else _prefix(output, overwrite), _console(console)
    table = read_csv(path, target, classification)
    rng = generator(seed)
    labels = table.y if table.classes else None
    X_train, X_test, y_train, y_test = train_test_split(
        table.X, table.y, test_size=test_size, rng=rng, stratify=labels
    )
    scale = Standardizer().fit(X_train)
    answers = Standardizer()
    if table.classes is None:
        answers.fit(y_train.reshape(-1, 1))
    else:
        answers.mean, answers.std = np.zeros(1), np.ones(1)
    outputs = 1 if table.classes is None else len(table.classes)
    sizes = [*map(int, hidden), outputs]
    model = MLP(table.X.shape[1], sizes, activation, dropout, rng=rng)
    kind, usual = OPTIMIZERS[optimizer]
    rate = usual if lr is None else lr
    settings: Settings = {
        "sizes": sizes, "activation": activation, "dropout": dropout, "optimizer": optimizer,
        "lr": rate, "epochs": epochs, "batch_size": batch_size, "seed": seed,
        "test_size": test_size, "weight_decay": weight_decay,
    }  # fmt: skip
    Z = scale(X_train)
    z = y_train if table.classes else answers(y_train.reshape(-1, 1))
    Z_test = scale(X_test)
    z_test = y_test if table.classes else answers(y_test.reshape(-1, 1))
    loss = CrossEntropyLoss() if table.classes else MSELoss()
    history = fit(
        model, (Z, z), loss, kind(decay_groups(model, weight_decay), lr=rate), epochs,
        validation=(Z_test, z_test), metrics=["accuracy"] if table.classes else ["r2"],
        batch_size=batch_size, seed=rng, progress=progress,
    )  # fmt: skip
    outputs_of = [answers.undo(predict(model, part)) for part in (Z, Z_test)]
    scores = _scores(table.classes, outputs_of, (y_train, y_test))
    result = Trained(model, table, scale, history, scores, outputs_of[1], y_test, settings)
    if prefix is not None:
        _write(prefix, result, answers, loss, Z, z)
    _report(result, console)
    return result


#: What the names of the files of a training end in.
_ENDINGS = (".safetensors", "-history.csv", "-graph.svg", "-curves.png", "-graph.dot")


def _prefix(output: str | Path, overwrite: bool) -> Path:
    prefix = Path(output)
    if not prefix.name or str(output).endswith(("/", os.sep)):
        raise ValueError(
            f"{short(str(output))} names no file; give a name such as net, or models/net"
        )
    prefix = prefix.with_suffix("") if prefix.suffix == ".safetensors" else prefix
    if not os.path.isdir(prefix.parent):
        raise FileNotFoundError(
            f"{path_text(output)}: there is no folder {path_text(prefix.parent)!r}"
        )
    paths = [f"{prefix}{ending}" for ending in _ENDINGS]
    existing = next(filter(os.path.lexists, paths), None)
    if existing and not overwrite:
        raise FileExistsError(
            f"{path_text(existing)} exists; give another name with -o, or --overwrite"
        )
    return prefix


def _scores(
    classes: list[str] | None, outputs: Sequence[Array], targets: Sequence[Array]
) -> dict[str, tuple[float, float]]:
    names = ("accuracy", "precision", "recall", "f1") if classes else ("r2", "mae", "rmse")
    shaped = targets if classes else [y.reshape(-1, 1) for y in targets]
    table = {
        name: [_metrics.METRICS[name](out, y) for out, y in zip(outputs, shaped)] for name in names
    }
    return {name: (train, test) for name, (train, test) in table.items()}


def _write(
    prefix: Path, result: Trained, answers: Standardizer, loss: Module, Z: Array, z: Array
) -> None:
    """The files of a training; ``result.files`` lists them."""
    names = {
        "features": result.table.features,
        "target": result.table.target,
        "classes": result.table.classes,
        "mean": result.scale.mean.tolist(),
        "std": result.scale.std.tolist(),
        "target_mean": answers.mean.tolist(),
        "target_std": answers.std.tolist(),
        "settings": result.settings,
        "scores": result.scores,
    }
    weights, log, picture, curves = (Path(f"{prefix}{ending}") for ending in _ENDINGS[:4])
    save_weights(weights, result.model, metadata={"tabular": json.dumps(names)})
    result.history.save(log)
    batch = Tensor(Z[:4], requires_grad=False, name="x")
    answer = Tensor(z[:4], requires_grad=False, name="y")
    from autograd.render import LayoutError

    graph = trace(loss(result.model(batch), answer)).backward()
    try:
        graph.save(picture)
    except LayoutError as error:
        picture = graph.save(picture.with_suffix(".dot"))
        result.remarks.append(f"{path_text(picture)} is in place of a picture; {error}")
    result.files.extend([weights, log, picture])
    try:
        from nn import plots

        figure = plots.curves(result.history, curves)
    except ImportError:
        return
    plots.pyplot().close(figure)
    result.files.append(curves)


def _console(console: Console | None) -> Console:
    if console is not None:
        return console
    try:
        from rich.console import Console
    except ImportError:
        raise ImportError("the tables need rich: `pip install rich`", name="rich") from None

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            raise  # rich would end the program with status 1

    return Terminal(highlight=False)


def _text(text: str) -> Text:
    """Text that rich prints unchanged: names from data are not markup, and move no cursor."""
    from rich.text import Text

    return Text(one_line(text))


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> RichTable:
    from rich.table import Table as RichTable

    table = RichTable()
    for name in header:
        table.add_column(_text(name))
    for row in rows:
        table.add_row(*map(_text, row))
    return table


def _print(console: Console, line: str) -> None:
    console.print(_text(line), soft_wrap=True)


def _report(result: Trained, console: Console) -> None:
    kind = "regression" if result.classes is None else f"{len(result.classes)} classes"
    widths = " - ".join(map(str, [len(result.table.features), *result.settings["sizes"]]))
    _print(
        console,
        f"{len(result.table)} rows, target {result.table.target!r} ({kind}); network {widths}, "
        f"{result.settings['optimizer']}, {len(result.history)} epochs",
    )
    scores = [(n, f"{train:.4g}", f"{test:.4g}") for n, (train, test) in result.scores.items()]
    console.print(_table(("", "training", "test"), scores))
    if result.classes is not None and len(result.classes) <= 10:
        counts = _metrics.confusion_matrix(
            result.test_outputs, result.test_targets, len(result.classes)
        )
        rows = [(name, *map(str, row)) for name, row in zip(result.classes, counts)]
        console.print(_table(("test: true \\ predicted", *result.classes), rows))
    for path in result.files:
        _print(console, f"wrote {one_line(str(path))}")
    for remark in result.remarks:
        _print(console, remark)


@dataclass(frozen=True)
class Predictions:
    """What a network says of every row: a class and its probability, or a number."""

    values: list[str] | list[float]
    probabilities: Array | None
    accuracy: float | None


def predict_csv(
    weights: str | Path,
    path: str | Path,
    *,
    output: str | Path | None = None,
    console: Console | None = None,
) -> Predictions:
    """Predict for the rows of a CSV file with a network that :func:`train_csv` wrote.

    The file must have the columns that the network was trained on, in any order; others are
    ignored, but for the target, against which the accuracy is printed. ``output`` is the CSV file
    to write. Raises ValueError for a missing column or a file of weights from elsewhere.
    """
    _, metadata = read_arrays(weights)
    if "tabular" not in metadata:
        raise ValueError(f"{weights}: these weights do not come from `tracegrad train`")
    names = json.loads(metadata["tabular"])
    settings, classes = names["settings"], names["classes"]
    model = MLP(
        len(names["features"]),
        settings["sizes"],
        settings["activation"],
        settings["dropout"],
        rng=0,
    )
    load_weights(weights, model)
    X, answers = read_features(path, names["features"], names["target"])
    out = predict(model, (X - np.array(names["mean"])) / np.array(names["std"]))
    chances = None
    if classes is None:
        numbers = out[:, 0] * names["target_std"][0] + names["target_mean"][0]
        values: list[str] | list[float] = numbers.tolist()
        header, rows = [names["target"]], [[repr(value)] for value in values]
    else:
        chances = softmax(out, axis=1)
        values = labels = [str(classes[k]) for k in out.argmax(axis=1)]
        header = [names["target"], *(f"p({name})" for name in classes)]
        rows = [[v, *(f"{p:.6f}" for p in chance)] for v, chance in zip(labels, chances)]
    accuracy = None
    if answers is not None and classes is not None:
        accuracy = float(np.mean([a == b for a, b in zip(answers, values)]))
    _report_predictions(_console(console), header, rows, accuracy, output)
    return Predictions(values, chances, accuracy)


#: How many predictions are printed.
_PRINTED = 20


def _report_predictions(
    console: Console,
    header: list[str],
    rows: list[list[str]],
    accuracy: float | None,
    output: str | Path | None,
) -> None:
    if output is None:
        first = [(str(i), *row) for i, row in enumerate(rows[:_PRINTED], 1)]
        console.print(_table(("row", *header), first))
        if len(rows) > _PRINTED:
            _print(
                console, f"and {len(rows) - _PRINTED} more; write them all to a file with output"
            )
    else:
        from autograd.writing import csv_text, is_formula, write_file

        write_file(output, csv_text([header, *rows]))
        _print(console, f"wrote {one_line(str(output))}: {len(rows)} predictions")
        if any(map(is_formula, [*header, *(row[0] for row in rows)])):
            _print(console, "a name that a spreadsheet would compute has an apostrophe in front")
    if accuracy is not None:
        _print(console, f"accuracy {accuracy:.1%}")
