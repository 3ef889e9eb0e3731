"""What a learner types in the quiz, in a real browser: numbers, shapes, expressions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Value, steps
from autograd.lessons import quiz
from tests.browser import Visit, visit
from tests.test_quiz_browser import ahead, answer


@pytest.fixture(scope="module")
def seen(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    path = tmp_path_factory.mktemp("pages") / "page.html"
    path.write_text(steps(Value(0.5, "n").tanh(), names={}).html(quiz=True), encoding="utf-8")
    with visit(browser, path) as opened:
        yield opened
        assert opened.errors == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/3", 1 / 3), ("-4/2", -2), ("−0,5", -0.5), (" 2.5e-1 ", 0.25), ("+.5", 0.5),
        ("-1/-4", 0.25), ("3.", 3), ("1 / 2", 0.5), ("", None), ("x", None), ("1/2/3", None),
        ("--1", None),
        ("1,2,3", None), ("0x10", None), ("Infinity", None),
    ],
)  # fmt: skip
def test_numbers_as_people_type_them(seen: Visit, text: str, value: float | None) -> None:
    got = seen.script("(text) => { const x = typedNumber(text); return x === x ? x : null; }", text)
    assert got == value if value is None else got == pytest.approx(value)


def test_shapes_as_people_type_them(seen: Visit) -> None:
    for text in ("(2, 3)", "2,3", "2x3", "[2 3]", "2 × 3", "(2,3,)"):
        assert seen.script("(text) => typedShape(text)", text) == [2, 3], text
    assert seen.script("typedShape('()')") == [] and seen.script("typedShape('(3,)')") == [3]
    assert seen.script("typedShape('two')") is None and seen.script("typedShape(' ')") is None


def test_local_derivatives_are_typed_as_expressions(browser: Any, tmp_path: Path) -> None:
    n, b = Value(0.5, "n"), Value(2.0, "b₁")
    o = n.tanh()
    o.name = "o"
    lesson = steps((o / b) ** 3, names={})
    path = tmp_path / "page.html"
    path.write_text(lesson.html(quiz=True), encoding="utf-8")
    found = [(q.step, q.local.text) for q in quiz(lesson) if q.local is not None]
    assert [text for _, text in found] == ["3 · v2²", "1/b₁", "-o/b₁²", "1 - o²"]
    with visit(browser, path) as seen:
        ahead(seen, found[0][0])
        assert answer(seen, "2q").startswith("Type an expression in v2, out, such as")
        assert answer(seen, "v2^2").startswith("Right but for a constant factor.")
        assert answer(seen, "3 v2²") == "Right."
        ahead(seen, found[-1][0])
        assert "∂o" in seen.page.get_attribute(".ask:visible input", "aria-label")
        assert answer(seen, "1 - o").startswith("A square is missing. One more try.")
        assert answer(seen, "1 - o") == "Not quite: it is 1 - o²."
        seen.script("location.hash = `#step=1&ask=${scene().questions.filter((q) => q.local)"
                    ".map((q) => q.name)}`")  # fmt: skip
        for k, text in found:
            seen.script("(k) => go(k)", k)
            form = seen.script("scene().questions.filter((q) => q.local && q.step === at).indexOf("
                               "quiz.openAt(scene(), at)[0])")  # fmt: skip
            hint = answer(seen, f"-({text})", form)
            assert hint.startswith("The size is right, the sign is not.")
            assert answer(seen, text, form) == "Right."
        assert seen.errors == []


def test_expressions_as_people_type_them(seen: Visit) -> None:
    read = """([text, names]) => {
      const value = typedExpression(text, names), of = { o: 2, n: 3, "b₁": 4 };
      return value ? [value(of), value.fixed] : null;
    }"""
    for text, value in {
        "1 - o*o": -3, "1-o^2": -3, "1−o²": -3, "2n": 6, "-n**2": -9, "n b₁": 12, "0,5*n": 1.5,
        "n/0.5/2": 3, "2**-1": 0.5, "o^n^2": 512, "(1+o)(1-o)": -3, "sqrt(b₁)/2": 1, ".5·n": 1.5,
        "1 - tanh(n)^2": 1 - np.tanh(3) ** 2, "exp(-n) × o": 2 * np.exp(-3), "n(2)": 6,
    }.items():  # fmt: skip
        got, fixed = seen.script(read, [text, ["o", "n", "b₁"]])
        assert got == pytest.approx(value, 1e-12), text
        assert fixed == (text == "2**-1")
    for text in ("", "(n", "n)", "foo(n)", "o2", "3 4", "1 +", "constructor(n)", "n;n", "a"):
        assert seen.script(read, [text, ["o", "n", "b₁"]]) is None, text
