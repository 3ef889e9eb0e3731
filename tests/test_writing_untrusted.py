"""Text from data: nothing in it is obeyed by a terminal or computed by a spreadsheet."""

from __future__ import annotations

import csv
import io
import sys

import pytest

from autograd import Value, diagnose, steps, trace
from autograd.cli.console import Console
from autograd.writing import csv_text, is_formula, one_line


def test_no_character_that_a_terminal_obeys_is_left() -> None:
    for code in (*range(0x20), *range(0x7F, 0xA0), 0x200E, 0x202E, 0x2028, 0x2066, 0xFEFF):
        assert one_line(f"a{chr(code)}b").isprintable()
    assert one_line("naïve 漢字 ∂") == "naïve 漢字 ∂"


@pytest.mark.parametrize(
    "cell",
    ["=1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=", "-", "＝1", "=cmd|' /C calc'!A0"],
)
def test_a_formula_is_marked(cell: str) -> None:
    assert is_formula(cell)
    assert list(csv.reader(io.StringIO(csv_text([[cell]]), newline=""))) == [[f"'{cell}"]]


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "a=1",
        "-1",
        "+2.5",
        "-1e-3",
        "-inf",
        "setosa",
        "1-1",
        "'=1",
        "a,b",
        '"q"',
        "a\rb",
        "a\nb",
    ],
)
def test_what_is_no_formula_stays(cell: str) -> None:
    assert not is_formula(cell)
    assert list(csv.reader(io.StringIO(csv_text([[cell, "b"]]), newline=""))) == [[cell, "b"]]


def test_what_is_printed_of_a_node_with_a_hostile_name_obeys_none_of_it() -> None:
    x = Value(2.0, "x\x1b[2J")
    y = x * x
    y.name = "y\u202e"
    graph = trace(y, names={})
    texts = repr(graph), repr(graph[0]), repr(graph[1]), repr(steps(graph)), repr(y)
    assert all(text.isprintable() for text in texts)
    assert all(
        line.isprintable() for line in (*str(graph).split("\n"), *str(diagnose(y)).split("\n"))
    )


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_the_console_prints_names_and_obeys_none(
    encoding: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    console = Console()
    console.print("wrote a\x1b]0;title\x07b\nnext")
    sys.stdout.flush()
    shown = raw.getvalue().decode(encoding)
    assert shown.split("\n") == [one_line(shown.split("\n")[0]), "next", ""]
    assert "]0;title" in shown


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("  1  m = b1 * m0 + b2 * g = 0.9 * 0 + 4",
         ["  1  m = b1 * m0 + b2 * g", "        = 0.9 * 0 + 4"]),
        ("A v = b gives the gradient the weight b, and less",
         ["A v = b gives the gradient the", "      weight b, and less"]),
        ("a name          0.93          v - r g", ["a name          0.93", "      v - r g"]),
    ],
)  # fmt: skip
def test_a_long_line_is_wrapped_before_a_sign_that_stands_late(
    line: str, pieces: list[str]
) -> None:
    console = Console(io.StringIO())
    console.width = 31
    assert console.wrapped(line) == pieces
