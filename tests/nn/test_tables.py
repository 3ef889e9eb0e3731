"""Tables as people have them: damage, frames, kinds, what is asked for and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn.data import read_table
from nn.tables import predict_table, train_table
from tests.nn.damaged_tables import DAMAGES, quiet, rows, text, written

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


def test_what_a_panic_writes_is_not_shown(
    tmp_path: Path, require: Callable[[str], Any], capfd: pytest.CaptureFixture[str]
) -> None:
    """A footer of nonsense ends the library in a panic, which writes before it is an error."""
    require("arro3.core"), require("arro3.io")
    path = tmp_path / "t.parquet"
    written(path, b"PAR1" + b"\x15" * 100 + (100).to_bytes(4, "little") + b"PAR1")
    with pytest.raises(ValueError, match="no sound Parquet file"):
        read_table(path)
    assert capfd.readouterr().err == ""


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
    "one date": (["2020-01-01", "Ann", "Bob", "Cem"], "names"),
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


# -- what is asked for ----------------------------------------------------------------------------


def table_of(tmp_path: Path, lines: str, **asked: Any) -> Any:
    return read_table(written(tmp_path / "a.csv", lines), **asked)


MANY = "city,y\n" + "".join(f"c{i % 30},{'pq'[i % 2]}\n" for i in range(90))
WORDS = ("small", "medium", "large")
SIZES = "size,n,y\n" + "".join(f"{WORDS[i % 3]},{i % 7},{i}\n" for i in range(30))


def test_columns_as_one_asks_for_them(tmp_path: Path) -> None:
    assert table_of(tmp_path, MANY, categorical=["city"]).X.shape == (90, 30)
    assert table_of(tmp_path, MANY, hashed=["city"]).X.sum(axis=1).tolist() == [1.0] * 90
    order = {"size": ["small", "medium", "large"]}
    found = table_of(tmp_path, SIZES, ordinal=order, classification=False)
    assert found.X[:3, 0].tolist() == [0, 1, 2] and found.features == ["size", "n"]
    assert table_of(tmp_path, SIZES, drop=["size"]).features == ["n"]
    words = ("5-9", "10-19", "20+")
    ages = "age,y\n" + "".join(f"{words[i % 3]},{'pq'[i % 2]}\n" for i in range(9))
    assert table_of(tmp_path, ages, ordinal={"age": []}).X[:3, 0].tolist() == [0, 1, 2]
    counted = "".join(f"{i},{i * i % 7},{i * i % 7},{'pq'[i % 2]}\n" for i in range(12))
    counted = f"id,x,x2,y\n{counted}"
    assert table_of(tmp_path, counted).features == ["x"]
    assert table_of(tmp_path, counted, keep=["id", "x2"]).features == ["id", "x", "x2"]
    alone = "".join(f"{i},{'pq'[i > 5]}\n" for i in range(12))
    assert table_of(tmp_path, f"x,y\n{alone}").features == ["x"]  # it counts the rows, and is all


def test_days_and_months_are_told_apart_by_the_column(tmp_path: Path) -> None:
    def months(*cells: str, **asked: Any) -> list[float]:
        body = "".join(f"{cell},{'pq'[i % 2]}\n" for i, cell in enumerate(cells))
        return list(table_of(tmp_path, f"d,y\n{body}", **asked).X[:, 1])

    assert months("3/4/2020", "13/4/2020") == [4, 4]
    assert months("3/4/2020", "3/14/2020") == [3, 3]
    assert months("3.4.2020", "5.6.2020") == [4, 6]
    assert months("1/2/2020", "1/3/2020", "2/1/2020", "2/2/2020") == [1, 1, 2, 2]  # they rise
    assert months("3/4/2020", "5/6/2020", dates={"d": "dmy"}) == [4, 6]
    assert months("3/4/2020", "5/6/2020", dates={"d": "mdy"}) == [3, 5]


HOLES = "a,b,y\n1,red,p\n3,,q\n,red,p\n5,blue,q\n"


def test_missing_values_are_filled_or_left_out(tmp_path: Path) -> None:
    assert table_of(tmp_path, HOLES).X[:, 0].tolist() == [1, 3, 3, 5]
    skew = HOLES.replace("5,blue", "11,blue")
    assert table_of(tmp_path, skew).X[2, 0] == 5
    assert table_of(tmp_path, skew, missing="median").X[2, 0] == 3
    found = table_of(tmp_path, HOLES, missing="indicator")
    assert found.features == ["a", "a=missing", "b=blue", "b=red", "b=missing"]
    assert found.X[:, 1].tolist() == [0, 0, 1, 0] and found.X[:, 4].tolist() == [0, 1, 0, 0]
    found = table_of(tmp_path, HOLES, missing="drop")
    assert found.X[:, 0].tolist() == [1, 5] and "2 rows with missing" in found.remarks[0]
    sentinel = HOLES.replace("\n,red", "\n-999,red")
    assert table_of(tmp_path, sentinel, na=["-999"]).X[2, 0] == 3
    unsure = HOLES.replace(",q\n5", ",?\n5")
    assert len(table_of(tmp_path, "a,b,y\n1,red,p\n3,,q\n4,red,\n5,blue,q\n")) == 3
    assert len(table_of(tmp_path, unsure)) == 4


def test_another_table_is_encoded_as_the_first_one_was(tmp_path: Path) -> None:
    first = read_table(written(tmp_path / "train.csv", text(rows(60))))
    again = read_table(written(tmp_path / "test.csv", text(rows(60, seed=1))), like=first)
    assert again.features == first.features and again.classes == first.classes
    assert again.X.shape == (60, len(first.features))
    empty = [i for i, row in enumerate(rows(60, seed=1)) if not row[0]]
    known = [float(row[0]) for row in rows(60) if row[0]]
    np.testing.assert_allclose(again.X[empty, 0], np.mean(known))


#: What is wrong with a table, and what is said of it in one line.
REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "many categories": (MANY, {}, "'city' has 30 different values, more than 20; give --hash city"),
    "a word among numbers": (
        "a,b,y\n" + "1,2,p\n2,3,q\n" * 9 + "3,x2,p\n", {},
        "line 20: column 'b' is text: 'x2'; correct it, give --na 'x2'",
    ),
    "infinity": ("a,b,y\n" + "1,2,p\n2,3,q\n" * 9 + "3,inf,p\n", {}, "line 20: column 'b' is inf"),
    "two decimal signs": (
        "a;y\n1,5;p\n2,5;q\n3.25;p\n4,75;q\n", {}, "decimal comma ('1,5') and a decimal point"
    ),
    "two currencies": ("a;y\n$1;p\n€2;q\n$3;p\n", {}, "different units, '$1' and '€2'"),
    "some percent": ("a;y\n1%;p\n0.5;q\n3%;p\n", {}, "different units"),
    "dates either way": (
        "d,y\n3/4/2020,p\n2/1/2020,q\n4/3/2021,p\n", {}, "or the month comes first; give --dates"
    ),
    "dates both ways": ("d,y\n13/4/2020,p\n2/14/2020,q\n", {}, "days before months and after them"),
    "no order": (SIZES, {"ordinal": {"size": []}}, "give it, as in --ordinal size=low,medium"),
    "half an order": (SIZES, {"ordinal": {"size": ["small"]}}, "has 'large', which is not in its"),
    "no such column": (SIZES, {"drop": ["shape"]}, "no column 'shape'; the columns are size, n, y"),
    "the target": (SIZES, {"drop": ["y"]}, "'y' is the target"),
    "twice": (SIZES, {"drop": ["n"], "hashed": ["n"]}, "asked for as drop and as hashed"),
    "every row": ("a,b,y\n1,,p\n,2,q\n3,,p\n,5,q\n", {"missing": "drop"}, "every row has a"),
    "no target": ("a,y\n1,\n2,NA\n", {}, "target 'y' is empty in every row"),
    "nothing left": ("a,y\n1,p\n1,q\n", {}, "'y' is the only column that can be used in 2 rows"),
    "why": ("a,y\n1,p\n1,q\n", {}, "nothing to learn from: 'a' is left out: always '1'"),
    "ragged": ("a,y\n" + "1,p,r,s\n2,q\n" * 9, {}, "line 2: 4 cells, the header has 2"),
    "no header": ("1,2\n3,4\n", {}, "the first line holds numbers"),
    "nothing": ("\n\n", {}, "the file is empty"),
    "a header": ("a,b\n", {}, "0 rows below the header"),
    "a workbook": ("PK\0", {}, "not a text file"),
    "a missing mode": (SIZES, {"missing": "zero"}, "missing is one of mean, median"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_named_in_one_line(tmp_path: Path, name: str) -> None:
    lines, asked, said = REFUSED[name]
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        table_of(tmp_path, lines, **asked)
    assert "\n" not in str(caught.value)
