"""Worksheets: the answers hold, nothing gives them away, and every format can be read."""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from autograd import Tensor, Value, trace
from autograd.cli import main
from autograd.formulas import build, variables
from autograd.render import to_svg, to_tikz
from autograd.sheets import BLANKS, Sheet, save, sheet
from autograd.sheets.numbers import effort, short_number
from autograd.sheets.text import text
from tests.test_latex import compiled, faults

FORMULAS = (
    "(x + y) * z", "sigmoid(w*x + b)", "relu(w*x + b) * v", "(w*x - y)**2 + b", "x / (y + 3)",
    "exp(x) * y", "log(x) + y*x", "maximum(x*y, z)", "sqrt(x + y) / z", "tanh(x) * tanh(x)",
)  # fmt: skip


def sheet_of(formula: str, **options: object) -> Sheet:
    values = {name: 1.25 + k for k, name in enumerate(variables(formula))}
    graph = trace(build(formula, values), names={})
    return sheet(graph, title=formula, **options)  # type: ignore[arg-type]


def arrays_sheet(blank: str = "both") -> Sheet:
    x, w = Tensor([1.0, -1.0], name="x"), Tensor([[1.0, 2.0], [3.0, 4.0]], name="W")
    return sheet(trace(((x @ w) ** 2).sum(), names={}), 2, 5, blank, "sum((x @ W)**2)")


def test_the_answers_are_what_a_program_computes(tmp_path: Path) -> None:
    for seed, formula in enumerate(FORMULAS):
        save(sheet_of(formula, count=2, seed=seed), tmp_path / "sheet.json")
        record = json.loads((tmp_path / "sheet.json").read_text(encoding="utf-8"))
        assert len(record["exercises"]) == 2
        for exercise in record["exercises"]:
            leaves = {name: Value(x, name) for name, x in exercise["inputs"].items()}
            output = build(formula, leaves)
            output.backward()
            gaps = {(gap["kind"], gap["name"]): gap["answer"] for gap in exercise["gaps"]}
            assert gaps.pop(("value", "out")) == pytest.approx(output.data, rel=1e-12)
            for name, leaf in leaves.items():
                assert gaps.pop(("gradient", name)) == pytest.approx(leaf.grad, rel=1e-12, abs=0)
            assert all(np.isfinite(x) for x in gaps.values())


def test_the_answers_of_arrays_are_what_numpy_computes() -> None:
    for exercise in arrays_sheet().exercises:
        x, w = (exercise.graph[name].value for name in "xW")
        answers = {(gap.node.label, gap.key): gap.answer for gap in exercise.gaps}
        assert answers["out", "data"] == ((x @ w) ** 2).sum()
        np.testing.assert_array_equal(answers["W", "grad"], np.outer(x, 2 * (x @ w)))
        np.testing.assert_array_equal(answers["x", "grad"], 2 * w @ (x @ w))


def test_numbers_are_short_where_the_computation_allows() -> None:
    for formula in ("(x + y) * z", "(w*x - y)**2 + b", "relu(w*x + b) * v", "sqrt(x + y) / z"):
        for exercise in sheet_of(formula, count=3).exercises:
            numbers = [x for gap in exercise.gaps for x in gap.numbers]
            assert max(len(short_number(x)) for x in numbers) <= 5, formula
    assert effort(float("inf")) == float("inf")


def test_one_seed_gives_one_sheet_and_no_exercise_comes_twice() -> None:
    one, again, other = (sheet_of("(x + y) * z", count=12, seed=seed) for seed in (1, 1, 2))
    assert text(one, True) == text(again, True) != text(other, True)
    given = [tuple(exercise.given()) for exercise in one.exercises]
    assert len(set(given)) == 12


def test_inputs_stay_away_from_kinks_and_from_what_is_not_finite() -> None:
    for formula in ("relu(x + y)", "log(x * y)", "x / (z - y)", "maximum(x, y)"):
        for exercise in sheet_of(formula, count=4).exercises:
            values = {node.label: node.value for node in exercise.graph}
            assert np.isfinite(list(values.values())).all()
            assert values.get("v1") != 0 and not (formula[0] == "m" and values["x"] == values["y"])


@pytest.mark.parametrize("blank", BLANKS)
def test_a_picture_to_be_filled_in_has_none_of_its_answers(blank: str) -> None:
    for one in (sheet_of("(x + y) * z * 1.25", count=1, blank=blank), arrays_sheet(blank)):
        exercise = one.exercises[0]
        graph, places = exercise.graph, exercise.blanks
        for picture in (to_svg(graph, blanks=places), to_tikz(graph, blanks=places)):
            scalar = any(not gap.shape for gap in exercise.gaps)
            assert ("________" in picture.replace("\\_", "_")) == scalar
        svg = ElementTree.fromstring(to_svg(graph, blanks=places))
        solved = ElementTree.fromstring(to_svg(graph))
        for row, key in places:
            assert not numbers_of(svg, row, key), (row, key)
            assert numbers_of(solved, row, key)
        assert not any("local" in e.get("class", "") for e in svg.iter()) or blank == "values"


def numbers_of(svg: ElementTree.Element, row: int, key: str) -> list[str]:
    """The numbers that stand in a card at a value or a gradient, or in what is read out of it."""
    [card] = [e for e in svg.iter() if e.get("data-node") == str(row)]
    parts = [e for e in card.iter() if key in e.get("class", "").split()]
    words = [e.text or "" for part in parts for e in part.iter()]
    words += [line for e in card.iter() for line in (e.text or "").split("\n") if line[:4] == key]
    return re.findall(r"\d", " ".join(words))


def test_without_gradients_a_sheet_has_none() -> None:
    exercise = sheet_of("(x + y) * z", count=1, blank="values").exercises[0]
    assert ", gradient" not in to_svg(exercise.graph) and len(exercise.gaps) == 2


def test_moodle_reads_the_questions(tmp_path: Path) -> None:
    for one in (sheet_of("sigmoid(x) / 3 * y", count=2), arrays_sheet()):
        save(one, tmp_path / "quiz.xml")
        quiz = ElementTree.parse(tmp_path / "quiz.xml").getroot()
        kinds = [question.get("type") for question in quiz]
        assert kinds[0] == "category" and kinds.count("cloze") == len(one.exercises)
        clozes = [question for question in quiz if question.get("type") == "cloze"]
        for exercise, question in zip(one.exercises, clozes):
            asked = question.findtext("questiontext/text") or ""
            fields = re.findall(r"\{1:NUMERICAL:=(-?[\d.]+):([\d.]+)\}", asked)
            numbers = [x for gap in exercise.gaps for x in gap.numbers]
            assert len(fields) == asked.count("{") == len(numbers)
            for (number, tolerance), x in zip(fields, numbers):
                assert abs(float(number) - x) < float(tolerance) / 5 <= (0.0011 * abs(x) or 0.001)
            file = question.find("questiontext/file")
            assert file is not None and "@@PLUGINFILE@@/graph.svg" in asked
            ElementTree.fromstring(base64.b64decode(file.text or ""))
        for question in quiz:
            if question.get("type") == "numerical":
                assert float(question.findtext("answer/tolerance") or 0) > 0
                assert np.isfinite(float(question.findtext("answer/text") or "nan"))


def test_files_come_with_their_solutions(tmp_path: Path) -> None:
    one = sheet_of("sigmoid(w*x + b)", count=2, seed=3)
    for suffix in (".tex", ".html", ".txt"):
        paths = save(one, tmp_path / f"a{suffix}", "id")
        assert [path.name for path in paths] == [f"a{suffix}", f"a-solutions{suffix}"]
        asked, solved = (path.read_text(encoding="utf-8") for path in paths)
        answers = [short_number(x) for gap in one.exercises[0].gaps for x in gap.numbers]
        long = [answer for answer in answers if len(answer) > 4]
        assert all(answer.replace("-", "") in solved for answer in long), suffix
        assert not any(answer.replace("-", "") in asked for answer in long), suffix
        assert "Soal 1" in asked
        if suffix == ".tex":
            assert faults(asked) == faults(solved) == []


def test_tex_compiles_a_sheet(tmp_path: Path, require: Callable[[str], Any]) -> None:
    require("pdflatex")
    save(sheet_of("relu(w*x + b)", count=1), tmp_path / "numbers.tex")
    assert compiled(tmp_path, "numbers") == ""
    assert save(arrays_sheet(), tmp_path / "a.pdf")[1].read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x", "x=1"], "nothing is computed from an input"),
        (["x*x", "x=1", "--count", "100"], "sets of inputs give finite numbers"),
        (["log(-abs(x))", "x=1"], "log"),
        (["log(-abs(x))"], "give some for which there is one: x=..."),
        (["W22"], "is run and drawn"),
        (["W2", "x=1"], "has values of its own"),
        (["x*y", "x=1", "y=2", "-o", "a.jpg"], "use .tex .html"),
        (["x*y", "x=1", "y=2", "-o", "no/such/a.tex"], "no/such"),
        (["+".join(["x"] * 60), "x=1"], "room for 40 operations"),
    ],
)
def test_a_mistake_is_one_line(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["sheet", *words]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1 and not list(tmp_path.iterdir())


def test_an_example_and_an_expression_on_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["sheet", "W1", "--count", "1", "--blank", "grads"]) == 0
    example = capsys.readouterr().out
    assert main(["sheet", "log(1-x)", "--count", "1"]) == 0  # some numbers have no logarithm
    capsys.readouterr()
    assert main(["sheet", "(x+y)*z", "--count", "1", "--lang", "id"]) == 0
    typed = capsys.readouterr().out
    assert "∂f/∂d = ______" in example and "d = x + y = ______" not in example
    assert "Soal 1" in typed and "d = x + y = ______" in typed
