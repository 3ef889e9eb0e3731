"""Optimizers stepped: the arithmetic of each rule, traced from the rule itself."""

import json
import math
from typing import Any, cast

import numpy as np
import pytest

import optim
from autograd import Tensor, Value, steps
from autograd.lessons import Update, numbers_of, quiz
from autograd.lessons.answers import evaluated
from optim.misprints import MISPRINTS
from tests.optim.table import GRADIENTS, ROWS, Row


def bowl(w: Any) -> Any:
    return (w - 1) ** 2 + (w - 3) ** 2


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_printed_form_steps_to_its_golden_number(row: Row) -> None:
    """θ after five updates, read off the lesson, on a number and on an array."""
    w, W = Value(1.0, "w"), Tensor([[1.0, 1.0]], name="W")
    one, many = row.make([w]), row.make([W])
    for i, gradient in enumerate(GRADIENTS * row.times):
        w.grad, W.grad = gradient, np.full((1, 2), gradient)
        update = Update.of(one, w, "w")
        if i == 4:
            cells = Update.of(many, W, "W")
        one.step()
        many.step()
        assert update.new == pytest.approx(w.data, rel=1e-11, abs=1e-13)
        if i == 4:
            np.testing.assert_allclose(cells.new, W.data, rtol=1e-11, atol=1e-13)
    assert update.new == pytest.approx(row.golden, abs=1e-9, rel=0)


def test_the_third_step_of_adam_on_two_weights_by_hand() -> None:
    """W3: L = (w2 · relu(w1))² from w1 = 1/3, w2 = 2, with Adam and η = 0.1."""
    w1, w2 = Value(1 / 3, "w1"), Value(2.0, "w2")
    lesson = steps(optim.Adam([w1, w2], lr=0.1), lambda: (w2 * w1.relu()) ** 2, iterations=3)

    a, b = 1 / 3, 2.0  # the weights
    m, v = [0.0, 0.0], [0.0, 0.0]  # their averages of g and of g²
    for t in (1, 2, 3):
        gradients = (2 * b * a * b, 2 * b * a * a)  # ∂L/∂w1 and ∂L/∂w2
        weights = [a, b]
        for i, g in enumerate(gradients):
            m[i] = 0.9 * m[i] + 0.1 * g
            v[i] = 0.999 * v[i] + 0.001 * g * g
            m_hat = m[i] / (1 - 0.9**t)
            v_hat = v[i] / (1 - 0.999**t)
            weights[i] -= 0.1 * m_hat / (math.sqrt(v_hat) + 1e-8)
            shown = lesson[t - 1].updates[i]
            for label, value in (("m", m[i]), ("v", v[i]), ("m̂", m_hat), ("v̂", v_hat)):
                assert shown.graph[label].value == pytest.approx(value, rel=1e-12)
            assert shown.new == pytest.approx(weights[i], rel=1e-12)
        a, b = weights
    # By pencil: the first step is η in the direction of the sign, whatever the gradient.
    assert lesson[0].updates[0].new == pytest.approx(1 / 3 - 0.1)
    assert lesson[0].updates[1].new == pytest.approx(2 - 0.1)
    third = lesson[2].updates[0].text()
    assert "m₂ = 0.4085" in third and "t = 3" in third and "w1' = w1 - η · m̂" in third
    assert lesson[2].updates[0].new == pytest.approx(0.0478, abs=5e-5)


def test_the_first_update_of_adam_reads_as_in_the_lectures() -> None:
    w = Value(1.0, "w")
    lesson = steps(optim.Adam([w], lr=0.1), lambda: bowl(w), iterations=3)
    text = lesson.text()
    for line in (
        "m = β₁ · m₀ + (1 - β₁) · g = 0.9 · 0 + (1 - 0.9) · (-4) = -0.4",
        "m̂ = m/(1 - β₁ ** t) = -0.4/0.1 = -4",
        "v̂ = v/(1 - β₂ ** t) = 0.016/0.001 = 16",
        "w' = w - η · m̂/(sqrt(v̂) + ε) = 1 - 0.1 · (-4/(sqrt(16) + 1e-08)) = 1.1",
        "rate = (w - w')/g = (1 - 1.1)/(-4) = 0.025",
    ):
        assert line in text
    assert r"\hat{m} &= \frac{m}{1 - {\beta_{1}}^{t}} = \frac{-0.4}{0.1} = -4" in lesson.latex()
    assert "Iterasi 3: Adam memperbarui w" in lesson.text("id") and "Pembaruan" in lesson.text("id")
    lesson.text(ascii=True).encode("ascii")
    document = json.loads(lesson.json())
    assert document["losses"] == list(lesson.losses) and len(document["iterations"]) == 3
    assert "<svg" in lesson.svg() and "m̂" in lesson.svg()
    page = lesson.html(quiz=True, lang="id")
    assert page.count('class="scene"') == 6
    assert all(len(quiz(one.updates[0])) >= 5 for one in lesson)
    assert (w.data, w.grad) == (1.0, 0.0)
    again = steps(optim.Adam([w], lr=0.1), lambda: bowl(w), 3)
    assert again.losses == lesson.losses and len(again[:2]) == 2 and "Adam" in repr(again)


def test_the_page_of_every_optimizer_asks_five_questions_that_can_be_answered() -> None:
    w = Value(1.0, "w")
    makers: dict[Any, Any] = {type(row.make([w])): row.make for row in ROWS}
    makers |= {optim.Newton: lambda p: optim.Newton(p, lambda x: 4.0),
               optim.LBFGS: lambda p: optim.LBFGS(p, max_iter=1),
               optim.FiniteDifference: lambda p: optim.FiniteDifference(p, rng=0),
               optim.ARS: lambda p: optim.ARS(p, rng=0, directions=2)}  # fmt: skip
    for kind, make in makers.items():
        lesson = steps(make([w]), lambda: bowl(w), iterations=2)
        asked = [(part, question) for _, part in lesson.parts() for question in quiz(part)]
        assert len(asked) >= 5, kind
        for part, question in asked:
            numbers = numbers_of(part)
            known = isinstance(question.answer, str | tuple) and question.kind == "number"
            if known:
                value = evaluated(question.answer, numbers)
                step = part[question.step - 1]
                assert question.term is not None or value == pytest.approx(step.value), kind
                assert not str(step.node.op).startswith(("grad_", "hess_")), kind


def heavy(theta: Any, g: Any, mean: Any, *, lr: Any, beta: Any) -> Any:
    mean = beta * mean + (1 - beta) * g
    ahead = np.maximum(mean, g) / beta
    return theta - lr * ahead, mean


class Heavy(optim.FirstOrder):
    rule = staticmethod(heavy)

    def __init__(self, params: Any, lr: Any = 0.1, beta: float = 0.5) -> None:
        super().__init__(params, {"lr": lr, "beta": beta})


def test_an_optimizer_of_ones_own_steps_without_a_further_line() -> None:
    w = Value(1.0, "w")
    text = steps(Heavy([w], lr=lambda k: 0.1 / (k + 1)), lambda: bowl(w), iterations=2).text()
    assert "ḡ = β · ḡ₁ + (1 - β) · g" in text and "ahead = maximum(ḡ, g)/β" in text
    assert "η = 0.1/(k + 1) = 0.1/(1 + 1) = 0.05" in text and "w' = w - η · ahead" in text


SCHEDULES: list[Any] = [
    optim.Constant(0.1), optim.StepDecay(0.1, 2, 0.5), optim.StepDecay(0.1, 2, 0.5, per_epoch=2),
    optim.MultiStep(0.1, [1, 2], 0.5), optim.Exponential(0.1, 0.9), optim.InverseTime(0.1, 0.5),
    optim.InverseSqrt(0.1), optim.InverseSqrt(0.1, warmup=4), optim.Polynomial(0.1, 10, 2),
    optim.Cosine(0.1, 10), optim.Cosine(0.1, 10, minimum=0.099), optim.OneCycle(0.1, steps=10),
    optim.CosineWarmRestarts(0.1, 1, 2), optim.Cyclic(0.01, 0.1, 2, mode="exp_range", gamma=0.9),
    optim.warmup(optim.Cosine(0.1, 10), 2), optim.ReduceOnPlateau(0.1), lambda k: 0.1 * 0.5**k,
]  # fmt: skip


def test_the_rate_of_every_schedule_is_a_line_with_its_numbers() -> None:
    w = Value(1.0, "w")
    for schedule in SCHEDULES:
        lesson = steps(optim.SGD([w], lr=schedule), lambda: bowl(w), iterations=4)
        for k, one in enumerate(lesson):
            update = one.updates[0]
            literal = "η" not in [row.name for row in update.graph]  # a rate of 0
            rate = 0.0 if literal else update.graph["η"].value
            assert rate == pytest.approx(schedule(k), rel=1e-14), (schedule, k)
    said = steps(optim.SGD([w], lr=optim.StepDecay(0.1, 2, 0.5)), lambda: bowl(w), 4).text()
    assert "η = η₀ · γ ** floor(k/2) = 0.1 · 0.5 ** floor(3/2) = 0.05" in said
    assert steps(optim.SGD([w]), lambda: bowl(w), schedule=optim.Exponential(0.1, 0.5))[2].updates[
        0
    ].graph["η"].value == pytest.approx(0.025)
    cycle = optim.OneCycle(0.1, steps=10)
    said = steps(optim.SGD([w], lr=cycle, momentum=cycle.momentum), lambda: bowl(w), 2).text()
    assert "μ = 0.85 + 0.1 · (1 + cos(pi · k/2))/2" in said


def test_two_parameters_and_a_loss_too_large_to_step_through() -> None:
    x = Tensor(np.ones((3, 2)))
    W, b = Tensor(np.full((2, 1), 0.5), name="W"), Tensor(np.zeros(1, np.float32), name="b")

    def closure() -> Any:
        total = ((x @ W + b) ** 2).sum()
        for _ in range(60):
            total = total * 1.0
        total.backward()
        return total

    optimizer = optim.SGD([{"params": [W], "lr": 0.1}, {"params": [b], "lr": 0.2}], lr=0.3)
    lesson = steps(optimizer, closure, iterations=2)
    assert lesson[0].backward is None and [u.name for u in lesson[0].updates] == ["W", "b"]
    assert lesson[0].updates[1].new.dtype == np.float32
    assert W.grad is None and b.data.tolist() == [0.0] and optimizer.updates == 0
    assert "W' = W - η * g" in lesson.text()


def test_what_cannot_be_stepped_is_refused_in_one_line() -> None:
    w, lost = Value(1.0, "w"), Value(2.0, "lost")
    adam, wrong = optim.Adam([w], lr=0.1), cast(Any, steps)
    cases: list[tuple[Any, type[Exception], str]] = [
        (lambda: steps(adam, lambda: bowl(w), 0), ValueError, "iterations=0; give a whole number"),
        (lambda: steps(adam, lambda: bowl(w), 101), ValueError, "from 1 to 100"),
        (lambda: wrong(adam, lambda: bowl(w), 2.5), ValueError, "iterations=2.5"),
        (lambda: steps(adam), TypeError, "Adam needs a closure that returns the loss"),
        (lambda: steps(adam, lambda: 3.0), TypeError, "the closure returned 3.0; return the loss"),
        (lambda: steps(adam, lambda: None), TypeError, "the closure returned None"),
        (lambda: wrong(w, lambda: bowl(w)), TypeError, "a closure goes with an optimizer"),
        (lambda: steps(optim.SGD([w, lost]), lambda: bowl(w)), ValueError, "'lost' gets no grad"),
        (lambda: steps(adam, lambda: w * math.nan), ValueError, "the gradient of w is not finite"),
        (lambda: steps(optim.SGD([w], lr=1e308), lambda: bowl(w), 3), ValueError, "a smaller"),
    ]  # fmt: skip
    for call, kind, message in cases:
        with pytest.raises(kind, match=message) as caught:
            call()
        assert "\n" not in str(caught.value) and w.data == 1.0, message
    assert adam.updates == 0 and adam.state_dict()["state"] == {}


def test_each_misprint_is_a_rule_of_its_own_that_goes_elsewhere() -> None:
    reached = {}
    for misprint in MISPRINTS:
        ends = []
        for build in (misprint.printed, misprint.meant):
            w = Value(1.0, "w")
            optimizer = build([w], 0.1)
            for group in optimizer.param_groups:
                group.update({"eps": 0.01} if "eps" in group else {})
            for gradient in GRADIENTS:
                w.grad = gradient
                update = Update.of(optimizer, w, "w")
                optimizer.step()
                assert update.new == pytest.approx(w.data, rel=1e-12)
            ends.append(update.new)
        reached[misprint.said] = ends
        assert abs(ends[0] - ends[1]) > 1e-3, misprint.said
    overwritten, fixed = list(reached.values())[:2]
    assert overwritten == pytest.approx([0.877874207, 0.757426711], abs=1e-9, rel=0)
    assert fixed == pytest.approx([0.658089304, 0.757426711], abs=1e-9, rel=0)
