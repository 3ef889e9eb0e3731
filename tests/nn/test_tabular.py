"""Training on a CSV file and predicting for another, as the command line does."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd.writing import is_formula
from nn.data.files import IRIS
from nn.tables import OPTIMIZERS, predict_csv, train_csv
from tests.nn.damaged_tables import quiet

FILES = ["iris-curves.png", "iris-graph.svg", "iris-history.csv", "iris.safetensors"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path, str]:
    folder = tmp_path_factory.mktemp("iris")
    console = quiet()
    result = train_csv(
        IRIS, "species", epochs=60, patience=0, output=folder / "iris", console=console
    )
    return result, folder, console.file.getvalue()


def test_iris_from_its_file(trained: tuple[Any, Path, str]) -> None:
    result, folder, said = trained
    assert result.scores["accuracy"][1] >= 0.9
    assert sorted(os.listdir(folder)) == FILES
    assert "150 rows, target 'species' (3 classes); network 4 - 16 - 16 - 3, adam" in said
    assert "accuracy" in said and "versicolor" in said and "wrote" in said
    assert "\x1b" not in said
    assert len(result.history) == 60 and "val_accuracy" in result.history
    svg = (folder / "iris-graph.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg") and "0.weight" in svg


def test_the_same_seed_gives_the_same_weights(trained: tuple[Any, Path, str]) -> None:
    again = train_csv(IRIS, "species", epochs=60, patience=0, console=quiet()).model.state_dict()
    other = train_csv(
        IRIS, "species", epochs=60, patience=0, seed=1, console=quiet()
    ).model.state_dict()
    mine = trained[0].model.state_dict()
    assert all((mine[name] == again[name]).all() for name in mine)
    assert any((mine[name] != other[name]).any() for name in mine)


def test_predictions_for_rows_in_another_order_of_columns(
    trained: tuple[Any, Path, str], tmp_path: Path
) -> None:
    _, folder, _ = trained
    rows = IRIS.read_text().splitlines()
    turned = [",".join(reversed(row.split(","))) for row in rows]
    other = tmp_path / "other.csv"
    other.write_text("\n".join(turned[:1] + turned[40:120]) + "\n")
    found = predict_csv(folder / "iris.safetensors", other, console=quiet())
    assert found.accuracy is not None and found.accuracy > 0.9
    assert found.probabilities is not None
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)
    other.write_text("\n".join(row.rpartition(",")[0] for row in rows) + "\n")
    console, out = quiet(), tmp_path / "out.csv"
    found = predict_csv(folder / "iris.safetensors", other, output=out, console=console)
    assert found.accuracy is None and len(found.values) == 150
    lines = out.read_text().splitlines()
    assert lines[0] == "species,p(setosa),p(versicolor),p(virginica)"
    assert lines[1].startswith("setosa,0.9") and len(lines) == 151
    assert "150 predictions" in console.file.getvalue()


def test_a_regression(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 3)) * [1, 10, 100] + [0, 5, 1000]
    y = 2000 + 300 * x[:, 0] - 20 * x[:, 1] + rng.normal(size=200)
    path = tmp_path / "line.csv"
    lines = ["a,b,c,price", *(",".join(map(repr, map(float, row))) for row in np.c_[x, y])]
    path.write_text("\n".join(lines))
    console = quiet()
    result = train_csv(path, "price", epochs=100, output=tmp_path / "line", console=console)
    assert result.scores["r2"][1] > 0.98 and "regression" in console.file.getvalue()
    console = quiet()
    found = predict_csv(tmp_path / "line.safetensors", path, console=console)
    assert nn.metrics.r2(found.values, y) > 0.98
    assert "and 180 more" in console.file.getvalue()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_that_can_be_named(name: str) -> None:
    result = train_csv(IRIS, epochs=40, optimizer=name, console=quiet())
    assert result.scores["accuracy"][1] >= 0.8


FAULTS: dict[str, Callable[[Any, Path], Any]] = {
    "optimizer 'adm' is unknown; use one of adam": lambda w, t: train_csv(IRIS, optimizer="adm"),
    "epochs must be at least 1": lambda w, t: train_csv(IRIS, epochs=0),
    "no column 'kind'; the columns are sepal_length": lambda w, t: train_csv(IRIS, "kind"),
    "there is no folder": lambda w, t: train_csv(IRIS, output=t / "no" / "x"),
    "activation 'rulu'": lambda w, t: train_csv(IRIS, activation="rulu"),
    "n_out must be a whole number from 1, not 0": lambda w, t: train_csv(IRIS, hidden=[0]),
    "no such file": lambda w, t: train_csv(t / "none.csv"),
    "leaves one part empty": lambda w, t: train_csv(IRIS, test_size=1.0),
    "truncated, damaged": lambda w, t: predict_csv(t / "broken.safetensors", IRIS),
    "do not come from `tracegrad train`": lambda w, t: predict_csv(t / "foreign.safetensors", IRIS),
    "no column 'sepal_width', on which": lambda w, t: predict_csv(w, t / "header.csv"),
    "line 2: column 'sepal_length' is empty": lambda w, t: predict_csv(w, t / "cell.csv"),
    "0 rows": lambda w, t: predict_csv(w, t / "empty.csv"),
}


@pytest.mark.parametrize("said", FAULTS)
def test_bad_input(trained: tuple[Any, Path, str], tmp_path: Path, said: str) -> None:
    weights = trained[1] / "iris.safetensors"
    (tmp_path / "broken.safetensors").write_bytes(weights.read_bytes()[:-7])
    nn.save_weights(tmp_path / "foreign.safetensors", nn.Linear(2, 2))
    text = IRIS.read_text()
    (tmp_path / "header.csv").write_text(text.replace("sepal_width", "width"))
    (tmp_path / "cell.csv").write_text(text.replace("5.1,", ",", 1))
    (tmp_path / "empty.csv").write_text(text.splitlines()[0] + "\n")
    with pytest.raises((ValueError, OSError), match=re.escape(said)) as caught:
        FAULTS[said](weights, tmp_path)
    assert "\n" not in str(caught.value)


# Names as data may bring them: markup, escape sequences, formulas, another direction.
HOSTILE = [
    "[/nope]", "[red]x", "a\x1b]0;title\x07b", "\x1b[2J", "\u202egnp", "=cmd|' /C calc'!A0", "+1+1",
    "@SUM(A1)", "-2+3", ":smile:", "\\[x]", "{0}", "%s", "$x$", "x" * 300,
]  # fmt: skip


def hostile_file(path: Path) -> Path:
    """Two numbers and a class whose names, and the columns' names, are hostile."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["[/a]\x1b[2J", "=1+1", "[bold]\x1b[8m"])
        for i in range(10 * len(HOSTILE)):
            kind = i % len(HOSTILE)
            writer.writerow([kind, kind**2, HOSTILE[kind]])
    return path


def test_names_from_data_are_shown_and_obeyed_by_nobody(tmp_path: Path) -> None:
    path = hostile_file(tmp_path / "data.csv")
    few = tmp_path / "few.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    few.write_text("\n".join(line for i, line in enumerate(lines) if i % 15 < 9), encoding="utf-8")
    for data in (path, few):  # with a confusion matrix, and with too many classes for one
        console, prefix = quiet(9000), tmp_path / f"{data.stem}\x1b[2J[red]"
        train_csv(data, epochs=2, output=prefix, console=console, progress=False)
        predict_csv(f"{prefix}.safetensors", data, console=console)
        said = console.file.getvalue()
        assert "\x1b" not in said and "\u202e" not in said and "[/nope]" in said
    with pytest.raises(ValueError, match="the columns are") as caught:
        train_csv(path, "none", console=quiet())
    assert str(caught.value).isprintable()


def test_predictions_are_no_formulas_in_a_spreadsheet(tmp_path: Path) -> None:
    path, out, console = hostile_file(tmp_path / "data.csv"), tmp_path / "out.csv", quiet()
    train_csv(path, epochs=2, output=tmp_path / "net", console=console)
    found = predict_csv(tmp_path / "net.safetensors", path, output=out, console=console)
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert not [cell for row in rows for cell in row if re.match(r"[=+@\t\r]|-(?![\d.]+$)", cell)]
    names = set(map(str, found.values))
    assert {row[0].removeprefix("'") for row in rows[1:]} == names
    if any(map(is_formula, names)):
        assert "apostrophe" in console.file.getvalue()


def test_classes_that_are_negative_numbers_stay_numbers(tmp_path: Path) -> None:
    path, out = tmp_path / "signs.csv", tmp_path / "out.csv"
    rows = [f"{x},{1 if x > 0 else -1}" for x in range(-20, 20)]
    path.write_text("\n".join(["x,sign", *rows]))
    train_csv(path, epochs=5, output=tmp_path / "net", console=quiet())
    predict_csv(tmp_path / "net.safetensors", path, output=out, console=quiet())
    assert "'" not in out.read_text()
