"""Every worked example shows the lecture's numbers, steps, and is found by name."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from autograd.worked_examples import EXAMPLES, Example, find

ALL = list(EXAMPLES.values())


@pytest.mark.parametrize("example", ALL, ids=[e.name for e in ALL])
def test_expected_numbers(example: Example) -> None:
    lesson = example.lesson()
    for expected in example.expected:
        assert expected.holds(lesson), (expected, lesson.facts[expected.fact])


@pytest.mark.parametrize("example", ALL, ids=[e.name for e in ALL])
def test_steps_from_the_first_operation_to_the_last_gradient(example: Example) -> None:
    for scene in example.lesson().scenes:
        phases = [step.phase for step in scene.steps]
        assert phases == sorted(phases, key=["forward", "backward", "update"].index)
        assert "backward" in phases
        assert ("update" in phases) == (scene.lr is not None)
        scene.graph.validate()
        for lang in ("en", "id"):
            assert scene.steps.text(lang=lang)


@pytest.mark.parametrize("example", ALL, ids=[e.name for e in ALL])
def test_a_wrong_number_is_seen(example: Example) -> None:
    lesson = example.lesson()
    for expected in example.expected:
        wrong = dataclasses.replace(expected, value=np.asarray(expected.value) + 0.02)
        assert not wrong.holds(lesson), expected


def test_two_ways_to_the_same_sigmoid() -> None:
    facts = find("W2").lesson().facts
    for name in ("w0", "x0", "w1", "x1", "b"):
        assert facts[f"df/d{name}"] == pytest.approx(facts[f"2: df/d{name}"], rel=1e-14)


def test_perceptron_equals_its_formula() -> None:
    facts = find("perceptron").lesson().facts
    assert facts["dl/dw1"] == pytest.approx(facts["x1 (a - y)"], rel=1e-12)
    assert facts["dl/dw2"] == pytest.approx(facts["x2 (a - y)"], rel=1e-12)
    assert facts["dl/db"] == pytest.approx(facts["a - y"], rel=1e-12)
    for name, of in (("w1", "x1 (a - y)"), ("w2", "x2 (a - y)"), ("b", "(a - y)")):
        assert facts[f"2: dJ/d{name}"] == pytest.approx(facts[f"mean {of}"], rel=1e-12)


def test_the_dead_relu_passes_nothing_on() -> None:
    text = find("W3").lesson().scenes[1].steps.text()
    assert "w1' = w1 - α · ∂L/∂w1 = 0.3333 - 0.125 · 2.667 = 0" in text


def test_batch_gradients_have_the_full_gradient_as_their_mean() -> None:
    facts = find("sgd-step").lesson().facts
    # 20,000 batches of 4 from a uniform spread of 577: the mean is good to about 2 · 577/√80,000.
    assert facts["mean of batch gradients"] == pytest.approx(-981, abs=15)


def test_log_sum_exp_has_softmax_as_its_gradient() -> None:
    facts = find("log-sum-exp").lesson().facts
    for name in "xyz":
        assert facts[f"df/d{name}"] == pytest.approx(facts[f"softmax {name}"], rel=1e-14)


def test_examples_are_found_by_number_and_by_name() -> None:
    assert find("w1") is find("sum-times") is find(" W1 ")
    with pytest.raises(ValueError, match="did you mean sum-times"):
        find("sum-time")
    with pytest.raises(ValueError, match="tracegrad examples lists them"):
        find("qqqqqq")
