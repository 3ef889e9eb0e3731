"""The words that a page writes for the steps of a long computation, held equal to Python's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, scope, steps
from autograd.calculus import RULES, Rule
from autograd.calculus.array_rules import ARRAY_RULES
from autograd.engine import applier
from autograd.lessons import BACKWARD, Line, Step, Steps, Wording, noted, numbers_of
from autograd.lessons.notes import saved
from autograd.lessons.worked_examples import EXAMPLES
from autograd.stage import page_scene
from autograd.stage.page import pages
from autograd.stage.page_scene import PageScene
from autograd.writing import LANGUAGES, MATHML, TEMPLATE, Figures, figures, formatting, say
from fuzz.growth import grow
from fuzz.programs import forward
from fuzz.spellings import OURS
from tests.browser import visit
from tests.test_kernels import LINALG, cases_of
from tests.worked import lesson_of

#: The lines of the steps [phase, row, whether it is the seed] of each scene, in both notations.
TOLD = """(lessons) => JSON.stringify(lessons.map((records, k) => {
  const s = scenes[k];
  return records.map(([phase, row, seeds]) => {
    const terms = phase === "backward" && !seeds ? s.terms(row) : [];
    const step = { phase, row, terms }, wording = new Wording(s, notations.mathml);
    const end = (ref) => (ref ? wording.written(ref).text : ""), lines = wording.lines(step);
    const told = ([word, { parts, value }]) => [word, ...parts, end(value)];
    const noted = wording.noted(step).flat().map(told);
    const sides = lines.map((one) => [...one.parts, one.shapes, end(one.value), one.note]);
    return [sides, noted, ruleSaid(s, step), terms.length ? wording.expression(row).text : ""];
  });
}))"""

#: A scene, and those of its steps that are compared.
Part = tuple[Steps, list[Step]]


def python_words(lesson: Steps, part: Sequence[Step]) -> Iterator[list[Any]]:
    """The same by Python."""
    numbers = numbers_of(lesson, part) | {
        f"l{step.node.index}.{term.slot}": term.local
        for step in part
        for term in saved(lesson, step)
    }
    math, template = Wording(lesson, MATHML), Wording(lesson, TEMPLATE)

    def end(line: Line) -> str:
        return "" if line.value is None else math.written(line.value, line.ref).text

    def told(line: Line) -> str:
        text = line.text if line.value is None else f"{line.text} = {{{line.ref}}}"
        text += f", {say('en', line.note)}" if line.note else ""
        return re.sub(r"\{(\(?)([a-z][\d.]*)\)?\}", written, text)

    def written(found: re.Match[str]) -> str:
        number = formatting.summary(numbers[found[2]])
        return f"({number})" if found[1] and re.search("^-|/", number) else number

    for step in part:
        lines = [[*line.sides, line.shapes, end(line), line.note] for line in math.lines(step)]
        through = math.expression(step.node).text if step.phase == BACKWARD and step.terms else ""
        notes = [
            [word, *line.sides, end(line)] for note in noted(math, step) for word, line in note
        ]
        told_too = [line for note in noted(template, step) for _, line in note]
        yield [lines, notes, [*map(told, template.lines(step)), *map(told, told_too)], through]


#: Faults that a hand may write in the page's words, each in a method of its own.
WRONG = {
    "notations.mathml.brackets": "(one) => one",
    "notations.mathml.right": "(op, one) => one",
    "notations.mathml.times": "function (a, b) { return this.binary('*', a, b); }",
    "notations.plain.right": "(op, one) => one",
    "Wording.prototype.origin": "() => ''",
    "Wording.prototype.workedLocal": "() => []",
    "Wording.prototype.adjointShapes": "() => ''",
    "Wording.prototype.elementwise": "(i, slot, upstream) => upstream",
    "Wording.prototype.namedProduct": "() => []",
    "Wording.prototype.rank": "() => 0",
    "scenes[0].constructor.prototype.moved": "function (row) { return this.values[row]; }",
}


def faults(
    browser: Any, folder: Path, parts: Sequence[Part], seeded: Mapping[str, str] = {}
) -> list[str]:
    """One sentence for each step that the page words otherwise than Python does, and with
    for each ``seeded`` fault that changes nothing."""
    scenes = [((str(i),) * len(LANGUAGES), lesson) for i, (lesson, _) in enumerate(parts)]
    path = folder / "words.html"
    path.write_text(pages(scenes), encoding="utf-8")
    records = [[[s.phase, s.node.index, s.is_seed] for s in part] for _, part in parts]
    with visit(browser, path) as seen:
        assert seen.script("scenes.every((s) => s.data.compact)")
        text = seen.script(TOLD, records)
        unnoticed = []
        for place, wrong in seeded.items():
            seen.script(f"{{ window.right = {place}; {place} = {wrong}; 0 }}")
            unnoticed += [place] if seen.script(TOLD, records) == text else []
            seen.script(f"{{ {place} = window.right; 0 }}")
        assert seen.errors == []
    here = json.loads(text)
    return unnoticed + [
        f"{step.phase} {step.node.op} {step.node.attrs}\n{expected}\n{words}"
        for (lesson, part), told in zip(parts, here, strict=True)
        for step, expected, words in zip(part, python_words(lesson, part), told, strict=True)
        if not same(expected, words)
    ]


def same(a: Any, b: Any) -> bool:
    """Whether two texts are equal but for the last digit of their numbers."""
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if a == b:
        return True
    (words, numbers), (others, theirs) = (pieces(text.replace("−", "-")) for text in (a, b))
    return words == others and np.allclose(numbers, theirs, 2e-3, 1e-12)


def pieces(text: str) -> tuple[list[str], list[float]]:
    parts = re.split(r"(?<=[ >[(])(-?\d[\d.]*(?:e[+-]\d+)?)(?=[],) <]|$)", text)
    return parts[::2], [float(part) for part in parts[1::2]]


#: Faults in the notes, which a page has whose steps tell the local derivatives.
WRONG_NOTES = {
    "Wording.prototype.saved": "() => []",
    "Wording.prototype.local": "function (i, slot, j) { return this.line([this.of(j)], `v${j}`); }",
}


#: How numbers are written on the pages that are compared.
STYLES = pytest.mark.parametrize(
    "style",
    [Figures(), Figures(2), Figures(7, True), Figures(local=True)],
    ids=["usual", "two", "fractions", "local"],
)


@pytest.fixture(autouse=True)
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every scene is written as that of a long computation, without its picture and questions."""
    monkeypatch.setattr(page_scene, "has_boxes", lambda graph: True)
    monkeypatch.setattr(page_scene, "folded_picture", lambda graph, lang: "")
    monkeypatch.setattr(page_scene, "quiz", lambda steps: [])
    monkeypatch.setattr(page_scene, "MOST_CARRIED", 0)


def all_rows() -> Part:
    """One computation with each row that the page computes, at its samples, and their steps."""
    rng = np.random.default_rng(3)
    total: Any = Tensor(0.5, name="start")
    with scope("rows"):  # a closed box has no cards to be drawn
        rows: dict[str, Any] = {**RULES, **ARRAY_RULES}
        for name, rule in rows.items():
            if name in LINALG or (isinstance(rule, Rule) and rule.is_special):
                continue
            cases = cases_of(rule, rng)
            for place, (_, operands, attrs, upstream) in enumerate(cases):
                if isinstance(rule, Rule) and place != 1:
                    continue
                moving = [Tensor(x) if x.dtype.kind == "f" else x for x in operands]
                if any(isinstance(x, Tensor) for x in moving):
                    out = applier(rule)(tuple(moving), dict(attrs))
                    out.name = f"{name}_{place}'"
                    total = total + (out * upstream).sum()
    lesson = steps(total, names={}, lr=0.1)
    return lesson, [s for s in lesson if s.node.label.endswith("'") or s.number % 40 == 0]


def test_the_words_for_every_row_are_pythons(browser: Any, tmp_path: Path) -> None:
    lesson, part = all_rows()
    with figures(local=True):
        assert faults(browser, tmp_path, [(lesson, part)]) == []
    ops = {step.node.op for step in part}
    assert ops >= {*ARRAY_RULES} - LINALG and len(part) > 900


@STYLES
def test_the_words_of_every_worked_example_are_pythons(
    browser: Any, tmp_path: Path, style: Figures
) -> None:
    lessons = [scene.steps for name in EXAMPLES for scene in lesson_of(name).scenes]
    parts = [(lesson, list(lesson)) for lesson in lessons if lesson.mode == "reverse"]
    with figures(**asdict(style)):
        seeded = {Figures(): WRONG, Figures(local=True): WRONG_NOTES}.get(style, {})
        assert faults(browser, tmp_path, parts, seeded) == []


def test_the_words_of_random_programs_are_pythons(browser: Any, tmp_path: Path) -> None:
    parts: list[Part] = []
    for program in map(grow, range(60)):
        _, out = forward(program, OURS)
        if program.special or not isinstance(out, Tensor):
            continue
        lesson = steps(out, gradient=program.weights, names={})
        if len(lesson.graph.computed) and PageScene(0, lesson).compact:
            parts.append((lesson, list(lesson)))
    assert len(parts) > 20
    assert faults(browser, tmp_path, parts) == []


@pytest.mark.parametrize("style", [*map(Figures, (1, 2, 3, 4, 7, 12, 15)), Figures(3, True)])
def test_a_page_rounds_a_half_to_the_even_digit(
    browser: Any, tmp_path: Path, style: Figures
) -> None:
    rng = np.random.default_rng(0)
    halves = [n / 2**k for n in range(1, 4000, 7) for k in (1, 4, 9)] + [
        10001.5,
        12344.5,
        1e9 + 5e5,
    ]
    numbers = [*halves, *(-x for x in halves), *rng.lognormal(0, 9, 300).tolist()]
    numbers += [x * (1 + 1e-16 * k) for x in (p / q for p in range(40) for q in range(1, 105))
                for k in (0, 3, 30_000)]  # fmt: skip
    path = tmp_path / "x.html"
    with figures(style.digits, style.fractions):
        path.write_text(steps(Tensor([1.0], name="x").sum(), names={}).html(), encoding="utf-8")
        with visit(browser, path) as seen:
            written = seen.script("(numbers) => numbers.map(show)", numbers)
        assert written == [formatting.number(x) for x in numbers]
