"""The questions of the quiz: their answers, worked and asked for, the slips, the sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, steps
from autograd.lessons import Question, Steps, numbers_of, quiz
from autograd.lessons.answers import evaluated
from autograd.lessons.worked_examples import EXAMPLES
from autograd.writing import LANGUAGES, sentences
from tests.worked import lesson_of

rng = np.random.default_rng(0)


def tensor(name: str, *shape: int) -> Tensor:
    return Tensor(rng.normal(size=shape), name=name)


def programs() -> Iterator[Any]:
    """Products of vectors and matrices, broadcasting, reductions, several paths, an update."""
    for a, b in (((2, 3), (3, 4)), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((3, 3), (3, 3))):
        A, B = tensor("A", *a), tensor("B", *b)
        yield steps((A @ B).sum(), names={})
        yield steps((A @ B * (A @ B)).mean(), names={})
    x, W, bias = tensor("x", 2, 3), tensor("W", 3, 2), tensor("b", 2)
    yield steps((autograd.linear(x, W, bias) * bias).sum(), names={}, lr=0.1)
    yield steps((tensor("row", 1, 3) * tensor("column", 2, 1) + tensor("s")).sum(), names={})
    yield steps(autograd.cross_entropy(tensor("z", 3, 4), np.array([0, 3, 1])), names={})
    yield steps(autograd.softmax(tensor("z", 4))[2] * 2.0, names={})
    yield steps(autograd.stack([x.sum(), x.mean()]).sum(), names={})
    v, w = Value(0.7, "v"), Value(-1.3, "w")
    f = (v * w + v / w - autograd.sigmoid(v)) ** 2 * v.exp() + autograd.maximum(v, w)
    yield steps(f, names={}, lr=0.5)
    yield steps(f, names={}, mode="forward")
    yield steps(x @ W, names={}, gradient=np.ones((2, 2)))


@cache
def lessons() -> list[Steps]:
    scenes = [scene for example in EXAMPLES.values() for scene in lesson_of(example.name).scenes]
    return [*programs(), *(scene.steps for scene in scenes)]


def answer_of(lesson: Steps, question: Question) -> Any:
    """The answer from the steps themselves, without formulas."""
    step = lesson[question.step - 1]
    value: Any = step.value if step.seed is None else 0.0 if step.tangent is None else step.tangent
    if question.term is not None:
        term = step.terms[question.term]
        assert question.kind == "shape" or (term.before is None) == (question.hint != "hint total")
        value = term.total
    if question.kind == "shape":
        return np.shape(value)
    return float(value if question.place is None else value[question.place])


def test_answers_and_worked_answers() -> None:
    worked = 0
    for lesson in lessons():
        numbers = numbers_of(lesson)
        for question in quiz(lesson):
            if question.kind == "expression":
                continue
            expected = answer_of(lesson, question)
            if question.kind == "shape":
                assert question.answer == expected and expected not in dict(question.slips).values()
                continue
            assert question.names <= numbers.keys()
            assert evaluated(question.answer, numbers) == pytest.approx(expected, 1e-12)
            if question.worked is not None:
                worked += 1
                got = evaluated(question.worked, numbers)
                assert got == pytest.approx(expected, 1e-12, 1e-15), question
    assert worked > 300


def test_every_lesson_has_five_questions_at_least() -> None:
    for example in EXAMPLES.values():
        asked = [quiz(scene.steps) for scene in lesson_of(example.name).scenes]
        assert sum(map(len, asked)) >= 5, example.name
        assert all(asked), example.name


def test_arrays_are_asked_for_cells_and_shapes() -> None:
    for code in ("W10", "W12", "W14"):
        asked = quiz(lesson_of(code).scenes[0].steps)
        kinds = Counter(question.kind for question in asked)
        assert kinds["cell"] >= 3 and kinds["shape"] >= 1, code


def test_every_hint_has_its_sentence_with_its_numbers() -> None:
    for lesson in lessons():
        for question in quiz(lesson):
            for lang in LANGUAGES:
                table = sentences(lang)
                for key in (question.hint, *(f"slip {name}" for name, _ in question.slips)):
                    slots = {s.split("}")[0] for s in table[key].split("{")[1:]}
                    assert slots <= question.parts.keys(), (key, question)


def slip(lesson: Steps, step: int, given: float, term: int | None = None) -> str:
    """The slip that a learner made who gave that number."""
    numbers = numbers_of(lesson)
    question = next(
        q for q in quiz(lesson) if (q.step, q.term) == (step, term) and q.kind in ("number", "cell")
    )
    matching = [name for name, f in question.slips if evaluated(f, numbers) == pytest.approx(given)]
    return matching[0] if matching else ""


def test_the_usual_slips_are_diagnosed() -> None:
    x, y, z = Value(2, "x"), Value(-3, "y"), Value(5, "z")
    lesson = steps((x * y + z) * x, names={})
    # 1 m = x y = -6, 2 s = m + z = -1, 3 out = s x = -2; backward 5: ds = 2, dx = -1; 7: dx = -7
    assert slip(lesson, 1, 6) == "sign" and slip(lesson, 1, -1) == "operation"
    assert slip(lesson, 5, -2, 0) == "sign"
    assert slip(lesson, 7, -6, 0) == "path" and slip(lesson, 7, -1, 0) == "before"
    assert slip(lesson, 7, 6, 0) == "paths" and slip(lesson, 7, 5, 0) == "minus"
    assert slip(lesson, 7, -4, 0) == "upstream" and slip(lesson, 7, 1, 0) == "local"
    assert slip(lesson, 7, -6, 1) == "other" and slip(lesson, 7, 0.5, 1) == ""
    assert slip(steps(Value(3.0).square(), names={}), 3, 9, 0) == "value"
    lesson = steps(Value(3.0, "w").square(), names={}, lr=0.1)
    assert slip(lesson, 4, 3.6) == "uphill" and slip(lesson, 4, -3) == "rate"
    assert slip(lesson, 4, 0.6) == "change" and slip(lesson, 4, 6) == "gradient"


def test_slips_of_matrices() -> None:
    A, B = Tensor([[1.0, 2.0], [3.0, 4.0]], name="A"), Tensor([[5.0, 6.0], [7.0, 8.0]], name="B")
    lesson = steps(A @ B, names={}, gradient=np.array([[1.0, 10.0], [100.0, 1000.0]]))
    numbers = numbers_of(lesson)
    asked = [q for q in quiz(lesson) if q.kind == "cell"]
    upstream, a, b = np.array([[1.0, 10.0], [100.0, 1000.0]]), A.data, B.data
    for question, right, not_transposed in zip(
        asked, (a @ b, upstream @ b.T, a.T @ upstream), (None, upstream @ b, a @ upstream)
    ):
        assert question.place is not None
        slips = {name: evaluated(f, numbers) for name, f in question.slips}
        assert evaluated(question.answer, numbers) == right[question.place]
        assert slips["transposed"] == right.T[question.place] != right[question.place]
        assert sum(name == "term" for name, _ in question.slips) == 2
        if not_transposed is not None:
            assert slips["not transposed"] == not_transposed[question.place]


def test_a_long_lesson_asks_the_same_thing_twice_only() -> None:
    x = Value(0.5, "x")
    for _ in range(40):
        x = x * 1.1 + 0.1
    lesson = steps(x, names={})
    asked = quiz(lesson)
    alike = Counter((lesson[q.step - 1].phase, lesson[q.step - 1].node.op) for q in asked)
    assert set(alike.values()) == {2}


def test_of_a_large_array_only_the_shape_is_asked() -> None:
    lesson = steps((tensor("A", 10, 9) @ tensor("B", 9, 8)).sum(), names={})
    kinds = {(q.step, q.kind) for q in quiz(lesson)}
    assert (1, "shape") in kinds and (1, "cell") not in kinds


def test_a_bound_that_is_infinite_is_no_point_to_try_an_answer_at() -> None:
    lesson = steps(autograd.clip(tensor("x", 2), 0.5, np.inf).sum(), names={})
    assert all(np.isfinite(q.local.points).all() for q in quiz(lesson) if q.local)
    assert "lesson" in lesson.html()
