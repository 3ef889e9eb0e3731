"""Optimizers of the whole vector stepped: the step that is taken is the one that is written out."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import optim
from autograd import Tensor, Value, steps

Make = Callable[[list[Any]], Any]


def ravine(*weights: Any) -> Any:
    """A loss of any number of weights whose Hessian changes from place to place."""
    total: Any = 0.0
    for i, w in enumerate(weights, 1):
        part = (w - i) ** 2 * i + (w - i) ** 4
        total = total + (part.sum() if isinstance(part, Tensor) else part)
    return total


def curvature(*weights: Any) -> Any:
    """Its Hessian, of entries that do not mix."""
    parts = [2 * i + 12 * (np.ravel(w) - i) ** 2 for i, w in enumerate(weights, 1)]
    return np.diag(np.concatenate(parts))


WHOLE: list[Make] = [
    lambda p: optim.Newton(p, curvature, lr=0.5),
    lambda p: optim.Newton(p, curvature, lr=optim.Cosine(0.5, 10), damping=2.0),
    lambda p: optim.LBFGS(p, lr=0.1, max_iter=2),
    lambda p: optim.LBFGS(p, lr=1, max_iter=3, line_search_fn="strong_wolfe", history_size=2),
    lambda p: optim.FiniteDifference(p, lr=0.5, rng=3),
    lambda p: optim.ARS(p, lr=0.1, directions=3, top=2, rng=3),
]
STARTS: list[Callable[[], list[Any]]] = [
    lambda: [Value(2.5, "w")],
    lambda: [Value(2.5, "w1"), Value(0.5, "w2")],
    lambda: [Tensor([[2.0, 0.5]], name="W"), Tensor([1.0, -1.0, 3.0], name="b")],
]


def called(optimizer: Any, weights: list[Any], calls: list[Any]) -> Any:
    optimizer.zero_grad()
    calls.append(ravine(*weights))
    calls[-1].backward()
    return calls[-1]


@pytest.mark.parametrize("make", WHOLE)
def test_the_lesson_ends_where_the_step_does_and_has_a_line_for_each_call(make: Make) -> None:
    for start in STARTS:
        weights, stepped = start(), start()
        optimizer, other = make(weights), make(stepped)
        lesson = steps(optimizer, partial(ravine, *weights), iterations=2)
        for one in lesson:
            calls: list[Any] = []
            closure = partial(called, other, stepped, calls)
            assert one.loss == pytest.approx(float(ravine(*stepped).data), rel=1e-12)
            other.step(closure)
            (update,) = one.updates
            ends = np.concatenate([np.ravel(p.data) for p in stepped])
            np.testing.assert_allclose(np.ravel(update.new), ends, rtol=1e-10)
            assert sum(row.op == "f" for row in update.graph) == len(calls)
            if len(weights) > 1:
                named = [np.ravel(update.states[f"{p.name}'"]) for p in weights]
                np.testing.assert_allclose(np.concatenate(named), ends, rtol=1e-10)
        fresh = start()
        assert all(np.all(w.data == p.data) for w, p in zip(weights, fresh))
        assert optimizer.updates == 0 and "noted" not in vars(optimizer)


def test_newtons_step_reads_as_it_is_computed() -> None:
    w = Value(1.0, "w")
    newton = optim.Newton([w], lambda x: 4.0, lr=0.5)
    text = steps(newton, lambda: (w - 1) ** 2 + (w - 3) ** 2, iterations=1)[0].updates[0].text()
    for line in (
        "f₀ = f(w) = f(1) = 4",
        "g₀ = grad_f(w) = grad_f(1) = -4",
        "H₀ = hess_f(w) = hess_f(1) = 4",
        "d = g₀/H₀ = -4/4 = -1",
        "w' = w - η · d = 1 - 0.5 · (-1) = 1.5",
    ):
        assert line in text


def test_an_update_of_many_iterations_is_remarked_on_with_the_remedy() -> None:
    x, y = Value(0.0, "x"), Value(2.0, "y")
    optimizer = optim.LBFGS([x, y], lr=0.1, max_iter=12)
    with pytest.warns(UserWarning, match=r"has \d+ steps, .*LBFGS\(\.\.\., max_iter=1\)") as said:
        steps(optimizer, lambda: (x - 1) ** 2 + 10 * (y - x) ** 2, iterations=1)
    assert [warning.filename for warning in said] == [__file__]


def test_the_line_search_and_the_remembered_pairs_are_lines() -> None:
    w = Value(1 / 3, "w")
    optimizer = optim.LBFGS([w], max_iter=1, max_eval=25, line_search_fn="strong_wolfe")
    lesson = steps(optimizer, lambda: (w**4 - 3 * w) ** 2 + w * w, iterations=2)
    first, second = (one.updates[0].text() for one in lesson)
    assert "t₁ = η · minimum(1, 1/norm)" in first and "root = under ** 0.5" in first
    assert "y = g₀ - g" in second and "α = s · " in second
    lesson.text(ascii=True).encode("ascii")
    assert json.loads(lesson.json())["optimizer"] == "LBFGS" and "<svg" in lesson.svg(iteration=1)
    assert r"f_{0} &= \operatorname{f}\left(w\right)" in lesson.latex()
    climb = optim.FiniteDifference([w], rng=0, maximize=True)
    said = steps(climb, lambda: -ravine(w), iterations=1)
    assert "up = -f₁" in said.text() and said[0].backward is None


def test_a_direction_search_whose_losses_are_all_alike_stays() -> None:
    w = Value(1.0, "w")
    lesson = steps(optim.ARS([w], rng=0, directions=1), lambda: w * 0 + 3.0, iterations=1)
    assert lesson[0].updates[0].new == 1.0 and "w' = w" in lesson.text()
