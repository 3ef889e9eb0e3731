"""Lessons of one's own: a Python file that is stepped, a folder that becomes a site."""

import re
from pathlib import Path
from typing import Any

import pytest

from autograd import Value, steps
from autograd.cli import main
from autograd.exports import of_example
from autograd.lessons.worked_examples import Example, Lesson, Scene, exactly, find
from autograd.writing import LANGUAGES
from tests.browser import visit

TWICE = """
from autograd import Value
from autograd.lessons.worked_examples import Example, exactly

def program():
    x = Value(3, "x")
    f = x * 2
    return f

lesson = Example(
    "1", "twice", {"en": "Twice", "id": "Dua kali"}, program, exactly({"f": 6, "df/dx": 2}),
    notes=[{"en": "The slope is 2.", "id": "Kemiringannya 2."}, "One for all."],
)
"""
LAYER = """
from autograd import steps
from autograd.lessons.worked_examples import Example, Scene, exactly, rounded
from helper import start

def layer():
    return [
        Scene("A neuron", steps("sigmoid(w * x + b)", w=start, x=1, b=-1)),
        Scene({"id": "Lapisan"}, steps("sum((x @ W)**2)", x=[1, 2], W=[[1, 0], [2, 1]])),
    ]

numbers = (*rounded(4, {"f": 0.7311}), *exactly({"2: f": 29}))
first = Example("2", "layer", "A layer", layer, numbers)
second = Example("3", "cube", ("Cube", "Pangkat tiga"), lambda: steps("x**3", x=2))
same = second
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("lessons")
    (place / "01_twice.py").write_text(TWICE)
    (place / "02_layer.py").write_text(LAYER)
    (place / "helper.py").write_text("start = 2\n")
    return place


def test_file_of_a_lesson_is_stepped_in_its_languages(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(folder / "01_twice.py")
    assert main(["step", path]) == 0
    shown = capsys.readouterr().out
    assert "1 Twice" in shown and "∂f/∂x = 2" in shown and "The slope is 2." in shown
    assert "line 7" in shown  # of the file
    assert main(["step", path, "--lang", "id"]) == 0
    shown = capsys.readouterr().out
    assert "1 Dua kali" in shown and "Kemiringannya 2." in shown and "One for all." in shown
    for suffix in (".html", ".svg", ".tex", ".json", ".txt"):
        assert main(["step", path, "-o", str(tmp_path / f"twice{suffix}")]) == 0
        assert (tmp_path / f"twice{suffix}").stat().st_size > 250
    capsys.readouterr()
    assert main(["step", str(folder / "02_layer.py")]) == 0
    shown = capsys.readouterr().out
    assert "-- A neuron --" in shown and "-- Lapisan --" in shown and "3 Cube" in shown


def test_folder_of_lessons_becomes_a_site_whose_links_lead_somewhere(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["examples", "--dir", str(folder)]) == 0
    listed = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[1] for line in listed] == ["twice", "layer", "cube"]
    assert main(["examples", "--dir", str(folder), "cube"]) == 0
    assert "f = 8" in capsys.readouterr().out
    site = tmp_path / "site"
    assert main(["examples", "--dir", str(folder), "-o", str(site)]) == 0
    assert "wrote 4 pages" in capsys.readouterr().out
    pages = {path.name: path.read_text(encoding="utf-8") for path in site.iterdir()}
    assert sorted(pages) == ["cube.html", "index.html", "layer.html", "twice.html"]
    links = {
        name: dict(re.findall(r'<a href="([^"]*)" rel="(\w+)"', page))
        for name, page in pages.items()
    }
    assert links["twice.html"] == {"index.html": "contents", "layer.html": "next"}
    assert links["layer.html"] == {
        "twice.html": "prev", "index.html": "contents", "cube.html": "next",
    }  # fmt: skip
    assert links["cube.html"] == {"layer.html": "prev", "index.html": "contents"}
    assert re.findall(r'<a href="([^"]*)">', pages["index.html"]) == [
        "twice.html", "layer.html", "cube.html",
    ]  # fmt: skip
    assert '<nav class="site">' not in steps("x * y", x=1, y=2).html()


def test_site_speaks_one_language_and_fits_a_phone(
    folder: Path, tmp_path: Path, browser: Any
) -> None:
    assert main(["examples", "--dir", str(folder), "-o", str(tmp_path)]) == 0
    with visit(browser, tmp_path / "index.html", viewport={"width": 360, "height": 740}) as seen:
        seen.page.select_option("#lang", "id")
        links = ((".contents a >> nth=1", "layer"), ("nav.site a[rel=contents]", "index"))
        for link, name in links:
            with seen.page.expect_navigation():
                seen.page.click(link)
            assert f"/{name}.html#" in seen.page.url
            seen.until("document.documentElement.lang === 'id'")
            assert seen.script("document.documentElement.scrollWidth") <= 360
        assert seen.page.inner_text("h1") == "Pelajaran"
        assert seen.violations() == [] and seen.errors == []


FILES = {
    "wrong.py": TWICE.replace('"f": 6, "df/dx": 2', '"f": 7, "df/dx": 2.00001, "g": 1'),
    "shape.py": TWICE.replace('"f": 6', '"f": [6, 6]'),
    "none.py": "from autograd.lessons.worked_examples import Example\n",
    "name.py": TWICE.replace('"twice"', '"../twice"'),
    "index.py": TWICE.replace('"twice"', '"Index"'),
    "raises.py": TWICE.replace("x * 2", "x / undefined"),
    "number.py": TWICE.replace("return f", "return 3"),
    "vector.py": TWICE.replace("Value(3, ", "Tensor([1.0, 2.0], name=").replace(
        "import Value", "import Tensor"
    ),
    "title.py": TWICE.replace('{"en": "Twice", "id": "Dua kali"}', "3"),
    "syntax.py": TWICE.replace("def program", "def def"),
    "exits.py": TWICE.replace("return f", "raise SystemExit(0)"),
    "early.py": TWICE.replace("def program", "raise SystemExit(4)\ndef program"),
    "three.py": TWICE.replace('"twice"', "3"),
    "facts.py": TWICE.replace("exactly(", "dict("),
    "notes.py": TWICE.replace("notes=[", "notes='abc' or ["),
    "empty.py": TWICE.replace("return f", "return []"),
}


@pytest.mark.parametrize(
    "name, words",
    [
        ("wrong.py", "wrong.py: twice: f is expected to be 7, and is 6; df/dx is expected to be "
                     "2.00001, and is 2; g is expected to be 1, and is not computed; there is "),
        ("shape.py", "f is expected to be [6, 6], and is 6"),
        ("none.py", "none.py has no variable that is an Example; write lesson = Example(code"),
        ("name.py", "'../twice' is no name for a page; use letters, digits and -"),
        ("index.py", "'Index' is no name for a page"),
        ("raises.py", "raises.py, line 7 raised NameError: name 'undefined' is not defined"),
        ("number.py", "twice: the program returned 3; return a Scene, several, or the node"),
        ("vector.py", "vector.py: steps: an output of shape (2,) has no single gradient"),
        ("title.py", "title.py, line 10 raised TypeError: a text is one string, or {'en': '...'"),
        ("syntax.py", "syntax.py, line 5 raised SyntaxError"),
        ("exits.py", "exits.py, line 8 raised SystemExit: 0; call program() in it and run python "),
        ("early.py", "early.py ended by sys.exit(4) before it had a lesson"),
        ("three.py", "the name of an Example is a string, not 3"),
        ("facts.py", "twice: expected is exactly({...}) or rounded(3, {...}), not {'f': 6"),
        ("notes.py", "notes are several texts, [...], not 'abc'"),
        ("empty.py", "twice: the program returned []; return a Scene"),
    ],
)  # fmt: skip
def test_mistake_in_a_lesson_is_told_in_one_line(
    name: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text(FILES[name])
    assert main(["step", str(tmp_path / name)]) == 2
    said = capsys.readouterr()
    assert words in said.err and said.err.count("\n") == 1 and said.out == ""


def test_mistake_about_a_folder_or_an_option_is_told_in_one_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.py").write_text(TWICE)
    (tmp_path / "b.py").write_text(TWICE)
    (tmp_path / "empty").mkdir()
    lesson = str(folder / "01_twice.py")
    for words, message in [
        (["examples", "--dir", str(tmp_path)], "b.py: there is a lesson 'twice' already"),
        (["examples", "--dir", str(tmp_path / "empty")], "imports Example from"),
        (["examples", "--dir", lesson], "is no folder; give one with lessons in it"),
        (["examples", "--dir", str(folder), "twise"], "did you mean twice?"),
        (["examples", "--dir", str(folder), "nope"], f"examples --dir {folder} lists them"),
        (["step", lesson, "--lr", "0.1"], "a lesson says itself how it is stepped; leave --lr out"),
        (["step", str(folder / "02_layer.py"), "-o", "x.html"], "02_layer.py has 2 lessons"),
        (["step", lesson, "-o", "x.doc"], "'.doc' is not known here"),
    ]:
        assert main(words) == 2
        said = capsys.readouterr()
        assert message in said.err and said.err.count("\n") == 1 and said.out == ""


def test_folder_with_a_file_that_is_no_python_has_no_site_without_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "01_twice.py").write_text(TWICE)
    (tmp_path / "02_cut.py").write_text(TWICE.rstrip()[:-1])
    assert main(["examples", "--dir", str(tmp_path), "-o", str(tmp_path / "site")]) == 2
    error = capsys.readouterr().err
    assert "02_cut.py, line " in error and "SyntaxError" in error and error.count("\n") == 1
    assert not (tmp_path / "site").exists()


def test_example_of_the_catalogue_and_ones_own_are_of_one_type() -> None:
    """What a program may return in place of a whole Lesson says the same."""
    original = find("sum-times")

    def nodes() -> Value:
        x, y, z = Value(1, "x"), Value(-3, "y"), Value(4, "z")
        d = x + y
        d.name = "d"
        f = d * z
        f.name = "f"
        return f

    title = original.lesson().scenes[0].title
    programs = (
        original.make,
        lambda: Lesson((Scene(title, nodes()),)),
        lambda: [Scene(title, nodes())],
        lambda: Scene(dict(zip(LANGUAGES, title)), steps(nodes())),
    )
    shown = {
        of_example(
            Example("W1", "sum-times", original.title, make, original.expected, original.notes)
        ).text()
        for make in programs
    }
    assert shown == {of_example(original).text()}
    alone = Example("1", "alone", "Alone", nodes, exactly({"f": -8}))
    assert alone.unmet() == [] and alone.lesson().scenes[0].title == ("Alone",) * len(LANGUAGES)
