"""Every worked example shows the lecture's numbers, steps, and is found by name."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from autograd.lessons.worked_examples import EXAMPLES, Example, find
from autograd.writing import LANGUAGES
from tests.lecture_rows import check_rows
from tests.worked import lesson_of

ALL = list(EXAMPLES.values())


@pytest.mark.parametrize("example", ALL, ids=[e.name for e in ALL])
def test_expected_numbers(example: Example) -> None:
    lesson = lesson_of(example.name)
    for expected in example.expected:
        assert expected.holds(lesson), (expected, lesson.facts[expected.fact])
    check_rows(example.name, lesson.facts)


@pytest.mark.parametrize("example", ALL, ids=[e.name for e in ALL])
def test_steps_from_the_first_operation_to_the_last_gradient(example: Example) -> None:
    for scene in lesson_of(example.name).scenes:
        phases = [step.phase for step in scene.steps]
        assert phases == sorted(phases, key=["forward", "backward", "update"].index)
        assert "backward" in phases
        assert ("update" in phases) == (scene.lr is not None)
        scene.graph.validate()
        for lang in LANGUAGES:
            assert scene.steps.text(lang=lang)


@pytest.mark.parametrize("example", ALL, ids=[e.name for e in ALL])
def test_a_wrong_number_is_seen(example: Example) -> None:
    lesson = lesson_of(example.name)
    for expected in example.expected:
        off = 0.02 if expected.digits is None else 2 * 10.0**-expected.digits
        wrong = dataclasses.replace(expected, value=np.asarray(expected.value) + off)
        assert not wrong.holds(lesson), expected


def test_two_ways_to_the_same_sigmoid() -> None:
    facts = lesson_of("W2").facts
    for name in ("w0", "x0", "w1", "x1", "b"):
        assert facts[f"df/d{name}"] == pytest.approx(facts[f"2: df/d{name}"], rel=1e-14)


def test_perceptron_equals_its_formula() -> None:
    facts = lesson_of("perceptron").facts
    assert facts["dl/dw1"] == pytest.approx(facts["x1 (a - y)"], rel=1e-12)
    assert facts["dl/dw2"] == pytest.approx(facts["x2 (a - y)"], rel=1e-12)
    assert facts["dl/db"] == pytest.approx(facts["a - y"], rel=1e-12)
    for name, of in (("w1", "x1 (a - y)"), ("w2", "x2 (a - y)"), ("b", "(a - y)")):
        assert facts[f"2: dJ/d{name}"] == pytest.approx(facts[f"mean {of}"], rel=1e-12)


def test_the_dead_relu_passes_nothing_on() -> None:
    text = lesson_of("W3").scenes[1].steps.text()
    assert "w1' = w1 - α · ∂L/∂w1 = 0.3333 - 0.125 · 2.667 = 0" in text


def test_batch_gradients_have_the_full_gradient_as_their_mean() -> None:
    facts = lesson_of("sgd-step").facts
    # 20,000 batches of 4 from a uniform spread of 577: the mean is good to about 2 · 577/√80,000.
    assert facts["mean of batch gradients"] == pytest.approx(-981, abs=15)


def test_log_sum_exp_has_softmax_as_its_gradient() -> None:
    facts = lesson_of("log-sum-exp").facts
    for name in "xyz":
        assert facts[f"df/d{name}"] == pytest.approx(facts[f"softmax {name}"], rel=1e-14)


def test_the_fused_loss_is_the_one_by_parts() -> None:
    facts = lesson_of("softmax-cross-entropy").facts
    for name in ("dl/dz", "p - onehot"):
        np.testing.assert_allclose(facts["2: dl/dz"][0], facts[name], rtol=1e-12)


def test_the_jacobian_is_the_formula_and_the_product_of_the_parts() -> None:
    facts = lesson_of("W10").facts
    np.testing.assert_allclose(facts["dh/dx"], facts["diag Wᵀ"], rtol=1e-12)
    facts = lesson_of("vector-jacobian").facts
    np.testing.assert_allclose(facts["J of both"], facts["product"], rtol=1e-12)


def test_three_layers_print_the_lecture_s_products() -> None:
    scenes = lesson_of("three-layer-backprop").scenes
    text = scenes[0].steps.text()
    for line in (
        "dW3 = h2.T @ g3  (4,3) = (4,1) @ (1,3)",
        "g2 = g3 @ W3.T",
        "(1,4) = (1,3) @ (3,4)",
        "ḡ2 = g2 * h2 * (1 - h2)",
        "dW2 = h1.T @ ḡ2  (4,4) = (4,1) @ (1,4)",
        "db3 = sum(g3, axis=0)",
        "dx = ḡ1 @ W1.T",
    ):
        assert line in text, line
    assert "dW3 = h2.T @ g3  (4,3) = (4,2) @ (2,3)" in scenes[1].steps.text()


def test_nn_counts_the_unknowns_of_the_mlp() -> None:
    import nn

    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2), nn.ReLU())
    assert nn.count_parameters(model) == lesson_of("mlp-3-4-2").facts["unknowns"] == 26


def test_the_gate_of_a_relu_is_on_each_path() -> None:
    facts = lesson_of("mlp-3-4-2").facts
    np.testing.assert_allclose(facts["dL/dŷ"], facts["2 (ŷ - y)"], rtol=1e-12)
    np.testing.assert_allclose(facts["dL/ds"], facts["dL/dŷ"] * facts["gate ŷ"], rtol=1e-12)
    np.testing.assert_allclose(facts["dL/dr"], facts["dL/dh"] * facts["gate h"], rtol=1e-12)


def test_deltas_are_named_as_in_the_lecture() -> None:
    text = lesson_of("half-squared-error-mlp").scenes[0].steps.text()
    assert "dW2 = h.T @ δ2  (2,1) = (2,1) @ (1,1)" in text
    assert "dh = δ2 @ W2.T" in text and "dW1 = x.T @ δ1" in text


def test_a_linear_layer_multiplies_error_and_input() -> None:
    facts = lesson_of("W33").facts
    np.testing.assert_allclose(facts["dL/dW"], facts["2 (ŷ - y) x"], rtol=1e-12)


def test_searches_find_the_slope_that_descent_finds() -> None:
    table = lesson_of("error-table").tables[-1]
    for row in table.rows:
        assert row[1] == pytest.approx(3, abs=0.02)


def test_saddles_outnumber_minima_as_the_formula_says() -> None:
    facts = lesson_of("minima-vs-saddles").facts
    for size in range(2, 6):
        assert facts[f"coins p = {size}"] == pytest.approx(2**size - 2, rel=0.08)
    assert 270 < facts["gaussian p = 4"] < 520
    assert facts["gaussian p = 3"] > 2 * facts["coins p = 3"]


def test_the_classifier_knows_all_four_verdicts() -> None:
    rows = lesson_of("saddle-point").tables[0].rows
    assert [row[-1][0] for row in rows] == ["saddle", "minimum", "maximum", "undecided"]


def test_the_difference_quotient_closes_in_and_is_lost_to_rounding() -> None:
    errors = lesson_of("W34").facts["errors"]
    best = errors.index(min(errors))
    assert errors[0] > errors[1] > errors[2] > errors[4]
    assert errors[-1] > 1e4 * errors[best]


def test_examples_are_found_by_number_and_by_name() -> None:
    assert find("w1") is find("sum-times") is find(" W1 ")
    with pytest.raises(ValueError, match="did you mean sum-times"):
        find("sum-time")
    with pytest.raises(ValueError, match="tracegrad examples lists them"):
        find("qqqqqq")


def test_derived_identities_close_a_lesson_and_are_checked() -> None:
    for name, shown in (
        ("W5", ["x1 · (a - y)", "x2 · (a - y)", "a - y"]),
        ("W13", ["ŷ - y", "h.T @ (ŷ - y)"]),
        ("W15", ["e · o · (1 - o)", "h.T @ (e · o · (1 - o))"]),
    ):
        table = find(name).lesson().tables[-1]
        assert table.title[0].startswith("derived identities")
        written = [row[1].replace(" * ", " · ") for row in table.rows]
        assert [text for text in shown if text in written] == shown, written


@pytest.mark.parametrize("wrong", ["a + y", "x1 * (y - a)", "a"])
def test_a_false_identity_is_refused(wrong: str) -> None:
    right = find("W5").lesson()
    with pytest.raises(ValueError, match=r"the identity dl/db = .* is false"):
        dataclasses.replace(right, tables=(), identities={"dl/db": wrong})
    with pytest.raises(ValueError, match="is false: dl/dq9 is expected"):
        dataclasses.replace(right, identities={"dl/dq9": "a - y"})
