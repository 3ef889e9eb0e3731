"""Each runnable example shows the numbers it must, prints them and draws them."""

import json
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot

from autograd.cli.catalogue import facts
from autograd.cli.plots import in_one_layout
from autograd.writing import LANGUAGES, translated
from optim import schedules
from optim.examples import CODES, EXAMPLES, QUESTIONS, Demonstration
from optim.examples.descending import RATES
from optim.examples.training import SCHEDULES, why_it_stopped
from optim.schedules import Schedule
from tests.lecture_rows import check_rows
from tests.plots import faults, faults_in_axes
from tests.words import untranslated


@cache
def run(name: str) -> Demonstration:
    return EXAMPLES[name]()


def numbers(name: str) -> dict[str, Any]:
    return run(name).numbers


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_prints_and_draws_itself(name: str, tmp_path: Path) -> None:
    example = run(name)
    assert example.name == name and example.code == CODES[name]
    text = str(example)
    assert text.startswith(example.title) and all(len(t.rows) for t in example.tables)
    assert "nan" not in text
    check_rows(name, dict(facts(example.numbers)))
    for module, function in re.findall(r"\b(optim\.[a-z.]+)\.(\w+)\(", text):
        assert callable(getattr(import_module(module), function))
    figure = example.plot(tmp_path / "example.png")
    assert (tmp_path / "example.png").stat().st_size > 10_000
    assert all(a.lines or a.collections or a.patches for a in figure.axes)
    assert untranslated(example, figure) == []
    assert faults_in_axes(example, figure) == []
    speak = in_one_layout(figure)
    for lang in LANGUAGES:
        speak(lang)
        assert faults(figure) == [], lang
    pyplot.close(figure)


def test_examples_are_the_same_in_every_run() -> None:
    assert str(EXAMPLES["weighted-average"]()) == str(run("weighted-average"))
    assert str(EXAMPLES["without-gradients"]()) == str(run("without-gradients"))


def test_a_picture_needs_a_known_kind() -> None:
    with pytest.raises(ValueError, match=r"must end in \.svg, \.png, \.pdf"):
        run("error-table-drawn").plot("table.gif")


def test_error_table() -> None:
    found = numbers("error-table-drawn")
    assert found["sums"] == [110, 27.5, 0, 27.5, 110]
    assert found["means of squares"] == [44, 11, 0, 11, 44]
    assert found["gradients"] == [-110, -55, 0, 55, 110]
    assert found["moves"] == ["raise w", "raise w", "stay", "lower w", "lower w"]
    assert found["exhaustive"] == 3.0 and abs(found["random"] - 3) < 0.05


def test_the_stopping_rule_reports_each_of_its_ends() -> None:
    found = numbers("stopping-rule")
    assert [found[k][0] for k in ("η = 0.1", "η = 0.001", "η = 0.6")] == [
        "converged", "step limit", "diverged"
    ]  # fmt: skip
    assert found["losses of the first step"] == pytest.approx((4.0, 2.72))


@pytest.mark.parametrize("place", ["curve", "surface"])
def test_three_rates_end_as_their_names_say(place: str) -> None:
    found = numbers("learning-rates")
    reasons = {n: found[f"{place}: {n}"][0] for n in ("too small", "right", "too large")}
    assert reasons == {"too small": "step limit", "right": "converged", "too large": "diverged"}
    assert found[f"{place}: too large"][2] > 1e8
    assert found[f"{place}: right"][1] <= 50


def test_landscapes_name_what_is_at_each_end() -> None:
    found = numbers("landscapes")["what is there"]
    assert found["bowl"] == ["minimum"] * 4
    assert found["himmelblau"] == ["minimum"] * 4 + ["maximum"]
    assert found["rastrigin"] == ["local minimum", "minimum", "local minimum", "local minimum"]
    assert found["saddle"] == ["saddle", "-", "-"]
    assert found["plateau"] == ["plateau", "minimum", "minimum"]
    ends = {(round(r[4], 2), round(r[5], 2)) for r in numbers("landscapes")["rows"][4:8]}
    assert len(ends) == 4


def test_the_weighted_average_and_its_correction() -> None:
    found = numbers("weighted-average")
    for beta in (0.9, 0.98, 0.5):
        v, expected = 0.0, []
        for x in found["series"]:
            v = beta * v + (1 - beta) * x
            expected.append(v)
        t = np.arange(1, len(expected) + 1)
        np.testing.assert_allclose(found["plain"][beta], expected, rtol=1e-13)
        np.testing.assert_allclose(found["corrected"][beta], expected / (1 - beta**t), rtol=1e-12)
        assert found["corrected"][beta][0] == pytest.approx(found["series"][0])
        assert found["weight sums"][beta] == pytest.approx(1 - beta**60)


def test_momentum_reaches_the_floor_of_the_ravine_in_half_the_steps() -> None:
    found = numbers("ravine")
    steps, crossings, first = found["steps to the floor"], found["crossings"], found["first steps"]
    assert 2 * steps["momentum"] <= steps["plain"]
    assert crossings["plain"] == 39 and crossings["momentum"] <= 13 and crossings["rmsprop"] <= 2
    # RMSProp slows the steep direction and speeds the flat one.
    assert first["rmsprop"][0] > first["plain"][0] and first["rmsprop"][1] < first["plain"][1]
    assert found["constant gradient"] == pytest.approx(0.01 * 2 / (1 - 0.9), rel=1e-4)


def test_the_race_holds_every_optimizer_on_six_surfaces() -> None:
    found = numbers("race")
    assert len(found) == 6 and all(len(losses) == 18 for losses in found.values())
    assert max(found["bowl"].values()) < 0.2


def test_a_falling_rate_settles_nearer() -> None:
    found = numbers("decay")["distance"]
    assert len(found) == 12
    falling = set(found) - {"constant", "warm restarts"}
    assert all(found[name] < 0.5 * found["constant"] for name in falling)


def test_training_without_gradients_lowers_the_loss() -> None:
    found = numbers("without-gradients")
    assert found["start"] == pytest.approx(np.log(2))
    assert max(found["losses"].values()) < 0.1


def test_second_order_needs_few_steps() -> None:
    found = numbers("orders")
    assert found["quadratic"]["newton"] == 1
    assert found["rosenbrock"]["newton"] <= 10 and found["rosenbrock"]["lbfgs"] <= 60
    assert found["rosenbrock"]["gradient descent"] is None
    assert found["saddle"]["newton"] == "stopped: saddle Hessian"


def test_adagrads_rates_only_fall_and_the_rare_feature_keeps_the_larger() -> None:
    found = numbers("adagrad-table")
    rates = found["rates"]
    assert (np.diff(rates[:, 0]) < 0).all() and (np.diff(rates[4:, 1]) <= 0).all()
    assert rates[-1, 1] == pytest.approx(0.1 / 2) and (rates[4:, 1] > rates[4:, 0]).all()


def test_five_ends_of_training_are_told_apart() -> None:
    verdicts = numbers("why-training-stops")["verdicts"]
    assert len(verdicts) == 5 and all(name == verdict for name, verdict in verdicts.items())


def test_a_run_that_is_not_over_or_that_succeeded() -> None:
    falling, up = np.linspace(10, 5, 100), 2 * np.eye(2)
    assert why_it_stopped(falling, np.array([1.0, 1.0]), up, 0.0) == "still falling"
    done = 10 * 0.8 ** np.arange(100)
    assert why_it_stopped(done, np.zeros(2), up, 0.0) == "minimum"
    assert why_it_stopped(np.array([1.0, np.nan]), np.zeros(2), up, 0.0) == "divergence"


def test_schedules_against_robbins_and_monro() -> None:
    found = numbers("robbins-monro")
    for name, rate, square in (("constant", 2, 2), ("inverse time", 1, 0.5),
                               ("inverse square root", 2**0.5, 1)):  # fmt: skip
        assert found["growth of Σε"][name] == pytest.approx(rate, abs=0.03)
        assert found["growth of Σε²"][name] == pytest.approx(square, abs=0.03)


def test_every_schedule_is_held_against_robbins_and_monro_and_drawn_with_its_verdict() -> None:
    tried = {type(schedule) for schedule in SCHEDULES.values()}
    kinds = {
        kind
        for kind in vars(schedules).values()
        if isinstance(kind, type) and issubclass(kind, Schedule) and kind is not Schedule
    }
    assert kinds <= tried
    figure = run("robbins-monro").draw()
    said = [text.get_text() for text in figure.axes[0].texts]
    for name, growth in numbers("robbins-monro")["growth of Σε"].items():
        meets = growth > 0.9 >= numbers("robbins-monro")["growth of Σε²"][name]
        place = [*SCHEDULES].index(name)
        verdicts = [text for text in said if text.startswith(("yes", "no"))]
        assert verdicts[place].startswith("yes" if meets else "no"), name
    pyplot.close(figure)


def test_no_optimizer_works_at_every_rate() -> None:
    found = numbers("which-optimizer")
    for surface in ("ravine", "rosenbrock"):
        assert max(found["rates that work"][surface].values()) < 5
        assert found["left"][surface]["SGD"][-1] > 1 > max(found["left"][surface]["Adam"])
    assert found["best"]["ravine"] != found["best"]["rosenbrock"]


def test_v20_is_the_sum_of_its_terms_weighted_by_powers() -> None:
    found = numbers("average-weights")
    weights = [0.1 * 0.9**k for k in range(20)]
    np.testing.assert_allclose(found["weights"], weights, rtol=1e-12)
    v20 = sum(w * found["series"][19 - k] for k, w in enumerate(weights))
    assert found["v₂₀"] == pytest.approx(v20, rel=1e-13)
    assert found["v₂₀ term by term"] == pytest.approx(v20, rel=1e-13)
    assert found["v₂₀ corrected"] == pytest.approx(v20 / (1 - 0.9**20), rel=1e-13)
    assert found["weights of v₂₀"] == pytest.approx(1 - 0.9**20)
    assert 0.9 ** found["half-life"] == pytest.approx(0.5)


def test_the_misprinted_decay_grows() -> None:
    forms = numbers("decay")["forms"]
    misprinted = forms.pop("misprint: /(1 - 0.1·epoch)")
    assert all(np.diff(misprinted) > 0) and all(
        (np.diff(rates) < 0).all() for rates in forms.values()
    )


def test_an_uncorrected_first_step_is_too_long() -> None:
    first = numbers("optimizer-forms")["first step"]
    assert first["corrected"] == pytest.approx(0.1)
    assert first["not corrected"] == pytest.approx(0.1 * 10**0.5, rel=1e-6)


def test_the_experiments_decide_the_questions() -> None:
    assert numbers("ten-questions")["doubtful"] == [1, 3, 9]
    for question in QUESTIONS:
        shown = question.experiment()
        assert len(shown) == len(question.answers) == 4 and "nan" not in " ".join(shown)
        assert not re.search(r"\de[+-]\d", " ".join(shown))
    # The doubtful key of the ninth: a lower rate settles better than momentum, a higher one worse.
    lowered, raised, larger, momentum = (
        float(text.rpartition(" ")[2]) for text in QUESTIONS[8].experiment()
    )
    assert lowered < larger < momentum < raised


def test_three_rates_race_on_a_page_that_says_their_names_in_its_language() -> None:
    live = run("learning-rates").live
    assert live is not None
    parts = live("id")
    assert parts.words["racer too small"] == translated("too small")
    (data,) = re.findall(r'<script type="application/json">(.*?)</script>', parts.sections[0], re.S)
    page = json.loads(data)
    rates = [racer["on_surface"][0]["rate"] for racer in page["racers"]]
    assert dict(zip((racer["name"] for racer in page["racers"]), rates)) == RATES["surface"]
    assert page["surfaces"][0]["live"] is not None
