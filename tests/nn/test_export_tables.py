"""Networks that were trained on tables, exported from the cells of a row on."""

from __future__ import annotations

import csv
import ctypes
import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest

import nn
from autograd.cli import main
from nn.columns import Asked
from nn.exports import export_table
from nn.exports.tabular import TableNetwork
from nn.tables import predict_table, train_table
from tests import peers
from tests.nn.damaged_tables import quiet
from tests.nn.test_export_onnx import run, session
from tests.nn.test_export_sources import STRICT, in_javascript

HOME = ["Bandung", 'O\'Brien "x" </script>', "Zürich ??/", "*/ \\", "{{7*7}}"]
CLASSES = ["buys <b>it</b>", 'leaves "\\ now']


def people(path: Path, count: int = 150) -> Path:
    """A table with every kind of column, names and words that need care, and gaps."""
    draw = random.Random(0)
    rows: list[list[Any]] = []
    for _ in range(count):
        age, member = draw.randint(18, 80), draw.choice(["no", "yes"])
        when = f"20{draw.randint(18, 23)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        if draw.random() < 0.5:
            when += f"T{draw.randint(0, 23):02}:30:00"
        size, home = draw.choice(["small", "medium", "large"]), draw.choice(HOME)
        income = "" if draw.random() < 0.1 else round(draw.gauss(50, 10), 1)
        home = "" if draw.random() < 0.05 else home
        joined = "" if draw.random() < 0.05 else when
        bought = CLASSES[(age > 45) == (member == "yes")]
        # Two blanks, and texts that stand for nothing, are read as in training.
        note = draw.choice(["NA", "", f"läuft  um {age} ", f"{age}% off", "日本"])
        rows.append(
            [age, home, member, size, joined, income, note, bought, age * 2 + draw.random()]
        )
    with path.open("w", encoding="utf-8", newline="") as file:
        names = [
            "age",
            "home town",
            "class",
            "size",
            "joined",
            'in"come',
            "note",
            "answer",
            "spent",
        ]
        csv.writer(file).writerows([names, *rows])
    return path


def train_on_people(folder: Path) -> dict[str, Path]:
    """Weights of a classification and of a regression, and the table."""
    table = people(folder / "people.csv")
    for name, target, other, missing in (
        ("classes", "answer", "spent", "indicator"),
        ("number", "spent", "answer", "mean"),
    ):
        orders = {"size": ["small", "medium", "large"]}
        asked = Asked(drop=[other], hashed=["note"], ordinal=orders, missing=missing)
        train_table(
            table, target, asked=asked, epochs=5, output=folder / name, console=quiet(),
            progress=False,
        )  # fmt: skip
    return {path.stem: path for path in [table, *folder.glob("*.safetensors")]}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return train_on_people(tmp_path_factory.mktemp("tables"))


def rows_of(table: Path, names: list[str]) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return [{name: row[name] for name in names} for row in csv.DictReader(file)]


@pytest.mark.parametrize("kind", ["classes", "number"])
def test_every_language_says_what_predict_says(
    kind: str, trained: dict[str, Path], tmp_path: Path
) -> None:
    weights = trained[kind]
    said = predict_table(weights, trained["people"], console=quiet())
    chances = said.probabilities
    wanted = np.array(said.values)[:, None] if chances is None else chances
    paths = {e: export_table(weights, tmp_path / f"net.{e}") for e in ("c", "py", "js")}

    space: dict[str, Any] = {"__name__": "net"}
    exec(paths["py"].read_text(encoding="utf-8"), space)
    rows = rows_of(trained["people"], [field["name"] for field in space["FIELDS"]])
    found = [space["predict"](row) for row in rows]
    if kind == "classes":
        assert list(found[0]) == CLASSES
        found = [list(one.values()) for one in found]
    np.testing.assert_allclose(np.reshape(found, wanted.shape), wanted, 1e-12, 1e-12)

    told = in_javascript([f"(() => {{ {paths['js'].read_text(encoding='utf-8')}\n"
                          f"return {json.dumps(rows)}.map(predict); }})()"])[0]  # fmt: skip
    if kind == "classes":
        assert list(told[0]) == CLASSES
        told = [list(one.values()) for one in told]
    np.testing.assert_allclose(np.reshape(told, wanted.shape), wanted, 1e-12, 1e-12)

    numbers = np.array([space["cells"](row) for row in rows])
    library = tmp_path / "net.so"
    command = [peers.require("cc"), *STRICT, "-shared", "-fPIC", str(paths["c"]), "-lm"]
    subprocess.run([*command, "-o", str(library)], check=True)
    loaded, y = ctypes.CDLL(str(library)), np.zeros(wanted.shape[1])
    for x, row in zip(numbers, wanted):
        loaded.predict(ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(y.ctypes.data))
        np.testing.assert_allclose(y, row, 1e-12, 1e-12)
    for text in ("", "a", "läuft um 31"):
        assert loaded.predict_hash(text.encode(), 32) == crc32(text.encode()) % 32
    if kind == "classes":
        names = (ctypes.c_char_p * 2).in_dll(loaded, "predict_classes")
        assert [(one or b"").decode() for one in names] == CLASSES

    peers.require("onnx")
    onnx = session(export_table(weights, tmp_path / "net.onnx"))
    assert "x[0]: age, a number" in onnx.get_modelmeta().graph_description
    np.testing.assert_allclose(run(onnx, (numbers,))[0], wanted, 1e-9, 1e-9)


def test_a_hashed_text_that_may_not_be_missing(tmp_path: Path) -> None:
    table, weights = tmp_path / "t.csv", tmp_path / "net.safetensors"
    lines = [f"word{k % 40},{k},{'ab'[k % 2]}" for k in range(80)]
    table.write_text("\n".join(["street,x,y", *lines]))
    asked = Asked(hashed=["street"], missing="drop")
    train_table(table, "y", asked=asked, epochs=1, output=tmp_path / "net", console=quiet())
    text = export_table(weights, tmp_path / "net.py").read_text(encoding="utf-8")
    space: dict[str, Any] = {"__name__": "net"}
    exec(text, space)
    for street in ("NA", "", None):
        with pytest.raises(ValueError, match="street is missing"):
            space["predict"]({"street": street})
    assert all(np.isnan(space["predict_numbers"]([np.nan])))


def test_a_row_that_is_not_understood(trained: dict[str, Path], tmp_path: Path) -> None:
    path = export_table(trained["classes"], tmp_path / "net.py")
    space: dict[str, Any] = {"__name__": "net"}
    exec(path.read_text(encoding="utf-8"), space)
    row: dict[str, Any] = {"age": 31, "class": True, "size": "small"}
    assert sum(space["predict"](row).values()) == pytest.approx(1)
    wrongs: list[tuple[dict[str, Any], str]] = [
        ({"class": "perhaps"}, "class is 'perhaps'; known are no, yes"),
        ({"home town": "Paris"}, "home town is 'Paris'; known are .*Bandung"),
        ({"agee": 3}, "unknown: agee; a row has age, home town"),
    ]
    for wrong, message in wrongs:
        with pytest.raises(ValueError, match=message):
            space["predict"](row | wrong)
    words = ["age=50", "class=yes", "size=large", "home town=Bandung"]
    run = subprocess.run(
        [sys.executable, str(path), *words], capture_output=True, text=True, check=True
    )
    assert "'buys <b>it</b>': " in run.stdout


# -- the command line --------------------------------------------------------------------------


def test_the_command(
    trained: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "net.c"
    words = ["export", str(trained["number"]), "-o", str(path)]
    assert main([*words, "--name", "spent_by"]) == 0
    assert "void spent_by(const double *x, double *y)" in path.read_text(encoding="utf-8")
    assert capsys.readouterr().out.split() == ["wrote", str(path)]
    assert main(words) == 2
    assert "exists; give another name, or --overwrite" in capsys.readouterr().err
    assert main([*words, "--overwrite"]) == 0


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["export", *words]) == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1 and "numpy" not in message.lower()
    return message


def test_what_the_command_refuses(
    trained: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    net = tmp_path / "own.safetensors"
    nn.save_weights(net, nn.MLP(2, [1]))
    for words, message in [
        ([str(net), "-o", "net.c"], "say nothing of the network.*nn[.]export"),
        ([str(trained["number"]), "-o", "net.cpp"], "use [.]c [.]py [.]js"),
        ([str(tmp_path / "none.safetensors"), "-o", "net.c"], "no such file"),
        ([str(trained["people"]), "-o", "net.c"], "the ending is unknown"),
        ([str(trained["number"]), "-o", "net.c", "--name", "a b"], "is no name for a function"),
    ]:
        assert re.search(message, refused(words, capsys)), message


def test_a_page_begins_in_the_middle_of_its_table(trained: dict[str, Path]) -> None:
    fields = {field.name: field for field in TableNetwork(trained["classes"]).fields}
    age, joined = fields["age"], fields["joined"]
    assert 18 <= age.low < 25 and 75 < age.high <= 80
    assert age.low < float(age.start) < age.high
    assert "2019-06" < joined.start < "2022-06"
