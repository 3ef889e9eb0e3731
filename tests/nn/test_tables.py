"""Tables as people have them: kinds, damage, what is learnt and repeated, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from nn.data import read_table
from nn.tables import predict_table, train_table
from tests.nn.damaged_tables import DAMAGES, rows, text


def quiet() -> Any:
    return Console(file=io.StringIO(), width=100, highlight=False)


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    return written(tmp_path / "clean.csv", text(rows()))


# -- damage ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DAMAGES)
@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_table_has_the_numbers_of_the_whole_one(
    tmp_path: Path, name: str, seed: int
) -> None:
    table = rows(seed=seed)
    whole = read_table(written(tmp_path / "clean.csv", text(table)))
    found = read_table(written(tmp_path / "damaged.txt", DAMAGES[name](table)))
    there = [column.replace("=ja", "=yes") for column in found.features]
    assert there == whole.features
    extra = len(found.X) - len(whole.X)  # the row without an end is one more
    assert extra == 0 and found.classes == whole.classes
    np.testing.assert_allclose(found.X, whole.X, rtol=1e-12)
    np.testing.assert_array_equal(found.y, whole.y)


def test_what_was_repaired_is_said(tmp_path: Path) -> None:
    said = {
        name: " | ".join(read_table(written(tmp_path / "a.csv", damage(rows()))).remarks)
        for name, damage in DAMAGES.items()
    }
    for words in ("semicolon", "comma is the decimal", "Windows-1252", "a total", "2 empty col"):
        assert words in said["excel"]
    for words in ("above the header", "header is there again, in line 35", "too many cells"):
        assert words in said["pasted"]
    assert "UTF-16" in said["mixed dates"] and "a tab" in said["mixed dates"]
    assert "rate.2" in said["quoted"]


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_table_trains_and_predicts(tmp_path: Path, name: str) -> None:
    path, console = written(tmp_path / "table.csv", DAMAGES[name](rows(80))), quiet()
    result = train_table(path, epochs=30, output=tmp_path / "net", console=console, progress=False)
    assert result.scores["accuracy"][0] > 0.9
    assert "income" in console.file.getvalue() and "what becomes of it" in console.file.getvalue()
    if name == "pasted":  # a row without an end is left out of a training, and has no prediction
        with pytest.raises(ValueError, match="line 86: column 'member' is empty"):
            predict_table(tmp_path / "net.safetensors", path, console=quiet())
        path.write_bytes(path.read_bytes().replace(b"7.5,1.0\n", b""))
    found = predict_table(tmp_path / "net.safetensors", path, console=quiet())
    assert found.accuracy is not None and found.accuracy > 0.8


# -- frames and Parquet ---------------------------------------------------------------------------


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_a_data_frame_is_the_file_it_was_read_from(
    clean: Path, tmp_path: Path, library: str, require: Callable[[str], Any]
) -> None:
    require("arro3.core"), require("arro3.io")
    if library == "pandas":
        frame = require("pandas").read_csv(clean)
        frame["city"] = frame["city"].astype("category")
    elif library == "polars":
        frame = require("polars").read_csv(clean, try_parse_dates=True)
    else:
        frame = require("pyarrow.csv").read_csv(clean)
    whole, found = read_table(clean), read_table(frame)
    assert found.features == whole.features and found.classes == whole.classes
    np.testing.assert_array_equal(found.X, whole.X)
    path = tmp_path / "table.parquet"
    if library == "pyarrow":
        require("pyarrow.parquet").write_table(frame, path)
    else:
        (frame.write_parquet if library == "polars" else frame.to_parquet)(path)
    np.testing.assert_array_equal(read_table(path).X, whole.X)
    for size in (0, 3, 40, path.stat().st_size - 3):
        broken = written(tmp_path / "broken.parquet", path.read_bytes()[:size])
        with pytest.raises(ValueError, match="not a Parquet file, or a damaged one"):
            read_table(broken)


# -- kinds ----------------------------------------------------------------------------------------

#: The cells of a column, and the inputs that it becomes or why it is left out.
KINDS: dict[str, tuple[list[str], list[str] | str]] = {
    "numbers": (["1", "2.5", "-3e2", "4"], ["c"]),
    "commas": (["1,5", "2,25", "3,0", "4,125"], ["c"]),
    "thousands": (["1,234", "2,345,678", "12", "3"], ["c"]),
    "money": (["$5.00", "$1,200.50", "($3)", "-$4"], ["c"]),
    "rupiah": (["Rp 1.500,50", "Rp 2.000,00", "Rp 3,5", "Rp 4,25"], ["c"]),
    "percent": (["5%", "7.5%", "12 %", "3%"], ["c"]),
    "booleans": (["Yes", "no", "YES", "No"], ["c=yes"]),
    "signs": (["+", "-", "-", "+"], ["c=+"]),
    "words": (["red", "blue", "red", "red"], ["c=blue", "c=red"]),
    "check box": (["x", "", "x", ""], ["c=x", "c=missing"]),
    "codes": (["01067", "01067", "10115", "10115"], ["c=01067", "c=10115"]),
    "dates": (
        ["2024-02-29", "2023-12-31", "", "2020-01-01"],
        ["c.year", "c.month", "c.weekday", "c.elapsed"],
    ),
    "times": (
        ["2024-02-29 13:30", "2023-12-31T01:00:00", "2020-01-01 00:00", "1/22/2003 1:05 PM"],
        ["c.year", "c.month", "c.weekday", "c.elapsed", "c.hour"],
    ),
    "constant": (["a", "a", "a", "a"], "constant"),
    "one number": (["7", "7", "", "7"], "constant"),
    "empty": (["", "NA", "?", "n/a"], "empty"),
    "names": (["Ann", "Bob", "Cem", "Dia"], "names"),
    "text": (["I like it a lot", "no it was bad", "so and so today", "yes of course I do"], "text"),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_kind_of_a_column(tmp_path: Path, name: str) -> None:
    cells, expected = KINDS[name]
    body = [[str(0.5 * k), cell, "pq"[k % 2]] for k, cell in enumerate(cells)]
    table = read_table(written(tmp_path / "a.csv", text(body, ";", ["a", "c", "y"])))
    if isinstance(expected, str):
        assert table.features == ["a"] and table.treatments[1].kind == expected
        assert "left out" in table.treatments[1].what
    else:
        assert table.features == ["a", *expected]


NUMBERS = {
    "commas": [1.5, 2.25, 3.0, 4.125],
    "thousands": [1234.0, 2345678.0, 12.0, 3.0],
    "money": [5.0, 1200.5, -3.0, -4.0],
    "rupiah": [1500.5, 2000.0, 3.5, 4.25],
    "percent": [5.0, 7.5, 12.0, 3.0],
    "booleans": [1.0, 0.0, 1.0, 0.0],
    "signs": [1.0, 0.0, 0.0, 1.0],
}


@pytest.mark.parametrize("name", NUMBERS)
def test_the_numbers_in_a_column(tmp_path: Path, name: str) -> None:
    body = [[cell, "pq"[k % 2]] for k, cell in enumerate(KINDS[name][0])]
    table = read_table(written(tmp_path / "a.csv", text(body, ";", ["c", "y"])))
    assert table.X[:, 0].tolist() == NUMBERS[name]
