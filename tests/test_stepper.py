"""Steps: their records, their numbers against the engine's and the graph's, and how they read."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import numpy as np
import pytest

import optim
from autograd import Tensor, Value
from autograd.calculus.rules import RULES
from autograd.engine.value import apply_to_values as apply
from autograd.functions.table import FUNCTIONS
from autograd.graph.tracing import trace
from autograd.lessons import swept
from autograd.lessons.iterations import descent, update_steps
from autograd.lessons.lesson import Steps
from autograd.lessons.records import Step
from autograd.lessons.stepper import steps
from autograd.writing import summary
from tests import tree_walk
from tests.row_operands import nodes
from tests.strategies import Functions, random_program

SCALAR: Functions = {**FUNCTIONS, "sum": lambda a, **attrs: a, "mean": lambda a, **attrs: a}


def sum_times(**wishes: Any) -> Steps:
    x, y, z = Value(1, "x"), Value(-3, "y"), Value(4, "z")
    d = x + y
    f = d * z
    return steps(f, **wishes)


def two_layers() -> tuple[Tensor, Tensor]:
    rng = np.random.default_rng(0)
    x = Tensor(rng.normal(size=(1, 3)), requires_grad=False, name="x")
    W1, W2 = Tensor(rng.normal(size=(3, 4)), name="W1"), Tensor(rng.normal(size=(4, 2)), name="W2")
    h = FUNCTIONS["tanh"](x @ W1)
    h.name = "h"
    out = h @ W2
    out.name = "out"
    return out.sum(), W2


def test_sum_times_reads_as_in_the_lecture() -> None:
    assert sum_times().text() == "\n".join(
        [
            "Inputs",
            "  x = 1",
            "  y = -3",
            "  z = 4",
            "",
            "Forward pass",
            "  1  d = x + y = 1 + (-3) = -2",
            "  2  f = d · z = -2 · 4 = -8",
            "",
            "Backward pass",
            "  3  ∂f/∂f = 1    start at the output",
            "  4  back through f = d · z",
            "     ∂f/∂d = ∂f/∂f · z = 1 · 4 = 4",
            "     ∂f/∂z = ∂f/∂f · d = 1 · (-2) = -2",
            "  5  back through d = x + y",
            "     ∂f/∂x = ∂f/∂d · ∂d/∂x = 4 · 1 = 4    upstream · local = product",
            "     ∂f/∂y = ∂f/∂d · ∂d/∂y = 4 · 1 = 4",
            "",
            "Result",
            "  f = -8",
            "  ∂f/∂x = 4",
            "  ∂f/∂y = 4",
            "  ∂f/∂z = -2",
        ]
    )


def test_plain_ascii_has_no_other_character() -> None:
    for mode in ("reverse", "forward"):
        text = sum_times(mode=mode).text(ascii=True)
        assert text.replace("\N{MULTIPLICATION SIGN}", "x").isascii(), text
    assert "df/dx = df/dd * dd/dx = 4 * 1 = 4" in sum_times().text(ascii=True)


def test_records_name_phase_node_and_terms() -> None:
    lesson = sum_times()
    assert [(s.number, s.phase, s.node.label, s.value) for s in lesson] == [
        (1, "forward", "d", -2),
        (2, "forward", "f", -8),
        (3, "backward", "f", 1),
        (4, "backward", "f", 1),
        (5, "backward", "d", 4),
    ]
    term = lesson[4].terms[0]
    assert (term.upstream, term.local, term.product, term.before, term.total) == (4, 1, 4, None, 4)
    assert term.operand.label == "x" and term.consumer.label == "d"


def test_a_repeated_operand_adds_up() -> None:
    x = Value(3.0, "x")
    lesson = steps(x * x + x, names={})
    (first, second) = lesson[-1].terms
    assert (first.before, first.total, second.before, second.total) == (1, 4, 4, 7)
    assert "∂out/∂x = 4 + 3 = 7" in str(lesson)
    assert lesson.gradients[0] == 7


def test_a_wide_node_s_terms_add_up_in_whatever_order_the_steps_are_read() -> None:
    x = Value(2.0, "x")
    y = x
    for _ in range(5):
        y = y * x
    lesson = steps(y, names={})
    terms = [term for step in reversed(lesson) for term in reversed(step.terms)]
    terms = [term for term in terms if term.operand.label == "x"]
    assert terms[0].total == lesson.gradients[0] == 6 * 2.0**5
    assert [term.before for term in terms] == [term.total for term in terms[1:]] + [None]
    assert all(term.total == term.product + (term.before or 0) for term in terms)
    assert lesson[-1].node == lesson[1:][-1].node == lesson[len(lesson) - 1].node
    with pytest.raises(IndexError):
        lesson[len(lesson)]


def test_a_long_chain_s_steps_are_made_when_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    y = Value(1.0, "x")
    for _ in range(5000):
        y = y * 0.999
    made: list[Step] = []

    def counted(*args: Any) -> Step:
        made.append(Step(*args))
        return made[-1]

    monkeypatch.setattr(swept, "Step", counted)
    lesson = steps(y, names={}, lr=0.1)
    assert len(lesson) == 10_002 and not made
    assert repr(lesson) == "<10002 steps of out: 5000 forward, 5001 backward, 1 update>"
    assert lesson[7000].number == 7001 and len(made) < 100


def test_matrix_steps_print_the_product_with_its_shapes() -> None:
    output, _ = two_layers()
    lesson = steps(output, names={}, gradient_names={"out": "g3"})
    text = str(lesson)
    assert "dW2 = h.T @ g3  (4,2) = (4,1) @ (1,2)" in text
    assert "dh = g3 @ W2.T" in text and "(1,4) = (1,2) @ (2,4)" in text
    assert "out = h @ W2" in text and "(1,2) = (1,4) @ (4,2)" in text


def test_update_shows_the_rule_and_the_loss_after_it() -> None:
    w = Value(1.0, "w")
    f = (w - 1) ** 2 + (w - 3) ** 2
    lesson = steps(f, lr=0.1)
    assert "w' = w - α · ∂f/∂w = 1 - 0.1 · (-4) = 1.4" in str(lesson)
    assert lesson.after == pytest.approx(2.72, rel=1e-14)
    assert lesson[-1].phase == "update" and lesson[-1].old == 1.0


def test_forward_mode_takes_one_pass_per_input() -> None:
    lesson = sum_times(mode="forward")
    assert [s.seed.label for s in lesson if s.seed] == ["x", "x", "y", "y", "z", "z"]
    assert [lesson.gradients[lesson.graph[name].index] for name in "xyz"] == [4, 4, -2]
    assert "ḟ = ∂f/∂d · ḋ = 4 · 1 = 4" in str(lesson)


def agree(program: Any, functions: Functions, node: Any) -> None:
    leaves = [node(leaf) for leaf in program.leaves]
    output = program(functions, *leaves)
    graph = trace(output, names={})
    swept = graph.backward()
    mine = steps(graph)
    output.backward()
    for row, gradient, walked in zip(swept, mine.gradients, tree_walk.gradients(graph)):
        if row.rule is not None:
            np.testing.assert_allclose(row.value, tree_walk.value_of(row), 1e-10, 1e-10)
        assert (gradient is None) == (walked is None)
        if row.kind == "constant" or gradient is None:
            continue
        np.testing.assert_array_equal(gradient, row.grad)
        np.testing.assert_allclose(gradient, walked, 1e-10, 1e-10)
    for leaf in leaves:
        if leaf.grad is not None and np.any(leaf.grad):
            np.testing.assert_allclose(mine.gradients[graph[leaf].index], leaf.grad, 1e-10, 1e-10)


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_every_row_steps_as_the_walk_over_its_text_does(rule: Any) -> None:
    for point in itertools.product(*rule.samples):
        graph = trace(apply(rule, tuple(nodes(rule, Value, point))), names={})
        with np.errstate(all="ignore"):
            found, walked = steps(graph).gradients, tree_walk.gradients(graph)
        for mine, other in zip(found, walked):
            if mine is not None:
                np.testing.assert_allclose(mine, other, 1e-12, 1e-12, err_msg=str(point))


def test_the_walk_rejects_a_wrong_partial(monkeypatch: pytest.MonkeyPatch) -> None:
    x = Value(3.0)
    graph = trace(x * x + x, names={})
    monkeypatch.setattr(tree_walk, "evaluate", lambda tree, names: 1.0)
    assert tree_walk.gradients(graph)[0] != steps(graph).gradients[0]


@pytest.mark.parametrize("first", range(0, 250, 50))
def test_three_readers_of_the_tables_agree_on_random_graphs(first: int) -> None:
    for seed in range(first, first + 50):
        for program, functions, node in (
            (random_program(seed), FUNCTIONS, Tensor),
            (random_program(seed, scalar=True, length=20), SCALAR, Value),
        ):
            try:
                agree(program, functions, node)
            except AssertionError as error:
                error.add_note(str(program))  # which takes longer to write than to compute
                raise


def test_forward_mode_agrees_with_reverse_on_random_graphs() -> None:
    for seed in range(80):
        program = random_program(seed, scalar=True, length=12)
        graph = trace(program(SCALAR, *map(Value, program.leaves)), names={})
        forward, reverse = steps(graph, mode="forward"), steps(graph)
        for node in graph:
            if node.kind == "leaf" and reverse.gradients[node.index] is not None:
                np.testing.assert_allclose(
                    forward.gradients[node.index], reverse.gradients[node.index], 1e-10, 1e-12
                )


def test_forward_mode_over_arrays_is_the_derivative_along_ones() -> None:
    for seed in range(80):
        program = random_program(seed)
        graph = trace(program(FUNCTIONS, *map(Tensor, program.leaves)), names={})
        forward, reverse = steps(graph, mode="forward"), steps(graph)
        for node in graph:
            slope = reverse.gradients[node.index]
            if node.kind == "leaf" and slope is not None:
                np.testing.assert_allclose(
                    forward.gradients[node.index], np.sum(slope), 1e-9, 1e-11, err_msg=str(program)
                )


def test_a_wrong_rule_is_seen_by_the_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = dataclasses.replace(RULES["tanh"], partials=("1 - out",))
    x = Value(0.5, "x")
    graph = trace(x.tanh(), names={})
    graph.rules = tuple(wrong if rule is RULES["tanh"] else rule for rule in graph.rules)
    x.tanh().backward()
    assert abs(steps(graph).gradients[0] - x.grad) > 0.1


def test_an_exact_zero_wins_over_what_is_not_finite() -> None:
    x = Value(0.0, "x")
    lesson = steps(FUNCTIONS["where"](Value(0.0), x.sqrt(), x), names={})
    assert lesson.gradients[lesson.graph["x"].index] == 1


def test_every_row_steps_at_its_own_samples() -> None:
    for rule in RULES.values():
        point = [column[0] for column in rule.samples]
        out = apply(rule, tuple(nodes(rule, Value, point)))
        for mode in ("reverse", "forward"):
            assert steps(out, mode=mode, names={}).text()


def test_a_rule_added_at_run_time_steps() -> None:
    x = Value(2.0, "x")
    rule = dataclasses.replace(
        RULES["square"], name="cubed", value="a * a * a", partials=("3 * a * a",)
    )
    graph = trace(x.square(), names={})
    graph.rules = tuple(rule if r is RULES["square"] else r for r in graph.rules)
    graph._values[-1] = 8.0
    assert "∂out/∂x = ∂out/∂out · 3 · x · x = 1 · 3 · 2 · 2 = 12" in str(steps(graph))


@pytest.mark.parametrize(
    "wishes, message",
    [
        ({"mode": "sideways"}, "mode='sideways'; the modes are reverse and forward"),
        ({"wrt": "q"}, "no node is called 'q'"),
        ({"wrt": "d"}, "'d' is no input"),
        ({"wrt": Value(1.0)}, "wrt takes the names of inputs, such as wrt='x', not Value"),
        ({"mode": "forward", "lr": 0.1}, "mode='reverse'"),
        ({"gradient": [1.0, 2.0]}, "the gradient"),
    ],
)
def test_bad_requests_say_what_to_do(wishes: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message) as caught:
        sum_times(**wishes)
    assert "\n" not in str(caught.value)


def test_an_output_of_several_elements_wants_a_gradient() -> None:
    x = Tensor([1.0, 2.0], name="x")
    with pytest.raises(ValueError, match="gradient="):
        steps(x * x)
    lesson = steps(x * x, gradient=[1.0, 10.0], names={})
    np.testing.assert_array_equal(lesson.gradients[0], [2.0, 40.0])


def test_not_a_node_is_refused() -> None:
    with pytest.raises(TypeError, match="Value or a Tensor"):
        steps(3.0)


def test_descent_is_one_lesson_a_round() -> None:
    w = Value(1.0, "w")
    f = (w - 1) ** 2 + (w - 3) ** 2
    lessons = descent(f, 0.1, 4, names={})
    at = 1.0
    for lesson in lessons:
        assert lesson.graph["w"].value == pytest.approx(at, rel=1e-14)
        at -= 0.1 * (2 * (at - 1) + 2 * (at - 3))
        assert lesson[-1].value == pytest.approx(at, rel=1e-14)
        assert lesson.after == pytest.approx((at - 1) ** 2 + (at - 3) ** 2, rel=1e-14)
        lesson.graph.validate()
    assert w.data == 1.0 and w.grad == 0.0
    with pytest.raises(ValueError, match="iterations=0"):
        descent(f, 0.1, 0)


def test_descent_over_arrays_keeps_shapes_and_dtypes() -> None:
    rng = np.random.default_rng(0)
    W = Tensor(rng.normal(size=(3, 2)).astype(np.float32), name="W")
    loss = ((W @ W.T) * 0.5).sum()
    for lesson in descent(loss, 0.01, 3, names={}):
        assert lesson[-1].value.dtype == np.float32 and lesson[-1].value.shape == (3, 2)


def test_an_update_of_any_optimizer_steps_to_the_number_it_takes() -> None:
    makers: list[Any] = [
        lambda p: optim.SGD(p, lr=0.1),
        lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
        lambda p: optim.Adam(p, lr=0.1),
        lambda p: optim.AdamW(p, lr=0.1, weight_decay=0.0),
        lambda p: optim.RMSprop(p, lr=0.1),
    ]
    for make in makers:
        w = Value(1.5, "w")
        optimizer = make([w])
        lesson = update_steps(optimizer, 1.5, -0.25)
        w.grad = -0.25
        optimizer.step()
        assert lesson[-1].value == pytest.approx(w.data, rel=1e-12), optimizer
        assert lesson.text().count("w' =") == 2 and lesson.html()


def test_an_update_goes_on_from_its_states() -> None:
    adam = optim.Adam([Value(0.0)], lr=0.1)
    text = update_steps(adam, 1.0, 2.0, t=3, m=0.5, v=0.25).text()
    assert "m₂ = 0.5" in text and "m = 0.65" in text and "v = 0.2538" in text
    with pytest.raises(TypeError, match="no state 'q'"):
        update_steps(adam, 1.0, 2.0, q=1.0)
    with pytest.raises(TypeError, match="no rule of one number"):
        update_steps(object(), 1.0, 2.0)


@pytest.mark.parametrize("target, hot", [(0, [1, 0, 0]), ([2], [[0, 0, 1]])])
def test_classes_of_a_cross_entropy_are_shown_as_one_hot_vectors(target: Any, hot: Any) -> None:
    logits = np.array([2.8, 1.1, -0.5])
    z = Tensor(logits if np.ndim(target) == 0 else [logits], name="z")
    lesson = steps(FUNCTIONS["cross_entropy"](z, Tensor(target, name="y")), names={})
    p = summary(np.exp(z.data) / np.exp(z.data).sum())
    text = lesson.text()
    assert f"  1_y  {str(np.shape(hot)).replace(' ', '')}\n" in text
    assert f"dz = softmax(z) - 1_y = {p} - {hot}  " in text
    assert "one_hot" not in text and "/n" not in text
    latex = lesson.latex()
    assert r"\operatorname{softmax}\left(z\right) - \mathbf{1}_{y}" in latex
    assert r"\mathbf{1}_{y} & = \begin{pmatrix}" in latex
    page = lesson.html()
    assert "<msub><mn>1</mn><mrow><mi>y</mi></mrow></msub>" in page
    both = lesson.gradients[0], np.exp(z.data) / np.exp(z.data).sum() - np.array(hot)
    np.testing.assert_allclose(*both, rtol=1e-12)


def test_rows_of_classes_are_divided_by_their_number() -> None:
    z = Tensor([[2.8, 1.1], [1.0, 2.0]], name="z")
    text = steps(FUNCTIONS["cross_entropy"](z, Tensor([0, 1], name="y")), names={}).text()
    assert "(softmax(z) - 1_y)/n = ([[0.8455, 0.1545], " in text
    assert " - [[1, 0], [0, 1]])/2" in text
