"""The runnable examples: what each must show, and that its picture can be drawn."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd.cli.catalogue import facts
from autograd.cli.plots import in_one_layout
from autograd.writing import LANGUAGES, translated
from nn.examples import CODES, EXAMPLES
from nn.examples.timing import conclusion
from optim.misprints import MISPRINTS as RULES
from tests.lecture_rows import check_rows
from tests.plots import faults, faults_in_axes
from tests.words import untranslated


@cache
def shown(name: str) -> Any:
    return EXAMPLES[name]()


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    yield
    nn.plots.pyplot().close("all")


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_example_prints_and_draws(name: str, tmp_path: Path) -> None:
    example = shown(name)
    assert (example.name, example.code) == (name, CODES[name])
    assert example.title in str(example) and example.numbers
    check_rows(name, dict(facts(example.numbers)))
    figure = example.plot(tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 5000
    assert untranslated(example, figure) == []
    assert faults_in_axes(example, figure) == []
    speak = in_one_layout(figure)
    for lang in LANGUAGES:
        speak(lang)
        assert faults(figure) == [], lang


@pytest.mark.parametrize("name", [*list(EXAMPLES)[:3], "single-linear-layer-by-formula"])
def test_the_formulas_of_the_lectures_hold(name: str) -> None:
    numbers = shown(name).numbers
    formulas = [key for key in numbers if key.endswith(" by formula")]
    assert len(formulas) >= 2
    for key in formulas:
        engine = numbers[key.removesuffix(" by formula")]
        np.testing.assert_allclose(engine, numbers[key], atol=1e-14)
        assert abs(engine).max() > 0.01


def test_w14_has_26_unknowns_and_open_and_closed_gates() -> None:
    numbers = shown("mlp-3-4-2-by-formula").numbers
    assert numbers["unknowns"] == 26
    assert 0 < numbers["gates"].sum() < 6


def test_w22_batches() -> None:
    numbers = shown("batch-sizes").numbers
    assert numbers["updates"] == {1153: 1, 128: 10, 1: 1153} and numbers["last batch"] == 1
    noise, wobble = numbers["noise"], numbers["wobble"]
    assert noise[1153] == 0 < noise[128] < noise[1]
    assert noise[1] / noise[128] == pytest.approx(np.sqrt(128), rel=0.4)
    assert wobble[128] < wobble[1]


def test_w23_streams() -> None:
    numbers = shown("streaming").numbers
    assert numbers["updates"] == 300 and numbers["updates for 50 million rows"] == 50_000
    assert numbers["loss"] < 0.3 and numbers["file MB"] > 40
    if numbers["memory added MB"] is not None:
        assert numbers["memory added MB"] < 20


def test_w28_the_procedure() -> None:
    numbers = shown("training-procedure").numbers
    assert numbers["rows"] == (96, 24, 30) and numbers["test accuracy"] >= 0.9
    assert len(numbers["log"]) == numbers["epochs"] == len(numbers["val_loss"])
    assert numbers["loss"][-1] < 0.1 * numbers["loss"][0]
    assert "val_loss has not improved" in numbers["stopped"]


def test_w29_the_script() -> None:
    numbers = shown("pytorch-script").numbers
    assert numbers["test accuracy"] >= 0.9 and numbers["parameters"] == 633
    assert numbers["names"][0] == "fc1.weight" and numbers["names"][-1] == "fc4.bias"


def test_six_factors_multiply_to_the_gradient_of_the_engine() -> None:
    numbers = shown("six-factor-product").numbers
    assert numbers["largest difference from the engine"] < 1e-15


def test_tuning_chooses_by_validation_and_tests_once() -> None:
    numbers = shown("tuning").numbers
    assert numbers["best loss"] == min(numbers["losses"]) and numbers["tries"] == 12
    assert numbers["test accuracy"] > 0.8


def test_each_loss_pushes_a_low_prediction_up() -> None:
    numbers = shown("one-error").numbers
    assert numbers["values"]["MSE"] == pytest.approx(2.6**2)
    assert max(numbers["gradients"].values()) < 0


def test_the_batches_of_1153_rows_share_no_row() -> None:
    batches = [*shown("batch-sizes").numbers["batches"].values()]
    rows = [row for first, last in batches for row in range(first, last + 1)]
    assert rows == list(range(1153)) and batches[1] == (128, 255)


def test_w31_regularisation() -> None:
    numbers = shown("regularisation").numbers
    sgd_whole, sgd_half, adam = numbers["differences"].values()
    assert sgd_whole < 1e-14 and sgd_half < 1e-14 and adam > 1e-4
    np.testing.assert_allclose(numbers["decay"], 0.95 ** np.arange(21), rtol=1e-12)
    stay = numbers["weights that stay"]
    assert stay["L1"] == 3 < stay["L2"] and stay["L1"] < stay["none"]
    held_out, train = numbers["validation loss"], numbers["training loss"]
    assert all(held_out[way] < held_out["nothing"] for way in held_out if way != "nothing")
    assert all(train[way] > train["nothing"] for way in train if way != "nothing")


def test_w36_the_surface_has_its_valley_at_the_weights() -> None:
    numbers = shown("loss-surface").numbers
    assert numbers["at the weights"] < 0.1 * numbers["before training"]
    assert numbers["at the weights"] < 0.05 * numbers["largest on the plane"]
    for name, length, direction in numbers["lengths"]:
        assert direction == pytest.approx(length if "weight" in name else 0.0)


def test_the_losses() -> None:
    numbers = shown("losses").numbers
    same = ["BCE of p 0.7 for 1", "BCE from logits", "cross-entropy, class 0",
            "cross-entropy, one-hot", "cross-entropy from p"]  # fmt: skip
    assert [numbers[name] for name in same] == pytest.approx([-np.log(0.7)] * 5)
    assert numbers["half the sum of squares"] * 2 == numbers["sum of squares"] == 4.25


def test_activations_and_initialisation() -> None:
    assert shown("activations").numbers["steepest"]["sigmoid"] == pytest.approx(0.25)
    last = shown("initialisation").numbers["last"]
    assert last["N(0, 0.01²)"] < 1e-6 and last["N(0, 1)"] > 1e6 and 0.3 < last["Kaiming"] < 3


def test_each_misprint_fails_and_what_is_meant_holds() -> None:
    run = shown("find-the-misprint")
    assert run.numbers["printed pass"] == [] and run.numbers["meant fail"] == []
    printed = [row[2] for table in run.tables for row in table.rows if row[1] == "printed"]
    assert all(rule.said in printed for rule in RULES)


def test_skips_tame_the_loss_of_a_deep_network() -> None:
    numbers = shown("deep-loss-surfaces").numbers
    for name in ("bends", "largest"):
        chaotic, tame = numbers[name].values()
        assert chaotic > 2 * tame, name


def test_the_slope_is_the_gradient_s_length_by_the_cosine() -> None:
    numbers = shown("steepest-ascent").numbers
    assert numbers["steepest slope"] == pytest.approx(8**0.5, rel=1e-9)
    assert numbers["slope opposite"] == pytest.approx(-(8**0.5), abs=1e-6)
    assert numbers["slope at right angles"] == pytest.approx(0, abs=1e-6)
    assert numbers["steepest degrees"] == numbers["degrees of the gradient"] == 315


def test_a_chord_lies_above_a_convex_function_and_below_another() -> None:
    numbers = shown("convex-chord").numbers
    # t a² + (1-t) b² - (t a + (1-t) b)² is t (1-t) (a - b)².
    t = np.linspace(0, 1, 5)
    np.testing.assert_allclose(numbers["x²: chord - graph"], t * (1 - t) * 2.2**2, atol=1e-14)
    assert numbers["x² is convex"] and not numbers["the wave is convex"]
    assert numbers["the wave: chord - graph"].min() < -0.5
    moved = EXAMPLES["convex-chord"](-1.5, -1.0, 10).numbers
    assert moved["the wave: chord - graph"][1:-1].min() > 0  # convex so far


def test_the_middle_of_a_saddle_is_no_minimum() -> None:
    numbers = shown("bowl-and-saddle").numbers
    for name, ends, kind in (("bowl", (2, 2), "minimum"), ("saddle", (-2, 2), "saddle")):
        assert numbers[name]["what is there"] == kind and not numbers[name]["gradient"].any()
        np.testing.assert_allclose(numbers[name]["eigenvalues"], ends)


def test_noise_lengthens_the_path() -> None:
    numbers = shown("batch-paths").numbers
    assert numbers["lengths"][64] < numbers["lengths"][8] < numbers["lengths"][1]
    assert numbers["distance at the end"][64] < 0.01 < numbers["distance at the end"][1]


def test_three_ways_lead_out_of_a_shallow_minimum() -> None:
    numbers = shown("shallow-minimum").numbers
    stays, *leave = numbers["ends"].values()
    assert stays == pytest.approx(0.8918, abs=1e-4) and max(leave) < 0
    assert numbers["left"][64] == 0 < numbers["left"][8] < numbers["left"][1]


def test_an_update_of_many_rows_costs_less_for_each() -> None:
    numbers = shown("batch-timing").numbers
    assert numbers["updates"] == {1: 1024, 4: 256, 16: 64, 64: 16, 256: 4, 1024: 1}
    for gain, words in (
        ({1: 1.0, 4: 4.0, 16: 9.0}, "in a batch of 16: 9 times faster than alone."),
        ({1: 1.0, 4: 4.0, 16: 2.0}, "in a batch of 4: 4 times faster than alone. Larger"),
        ({1: 1.0, 4: 0.5, 16: 0.9}, "no batch was faster"),
    ):
        (said,) = conclusion(gain)
        assert words in said and translated(said)[1] != said
        assert ("did not" in said) == (words[-6:] == "Larger")
    assert numbers["gain"][1] == 1 and all(
        seconds > 0 for seconds in numbers["seconds a row"].values()
    )
