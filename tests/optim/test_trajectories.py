"""Surfaces, races and their pictures; descent that stops itself, descent without gradients."""

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot

import optim
from optim.races import COLOURS
from optim.races.plots import style
from optim.races.trajectories import ENTRANTS, Race, race
from optim.surfaces.functions import SURFACES, Surface
from tests.optim.stand_ins import ArrayParameter, NumberParameter

EACH = pytest.mark.parametrize("surface", SURFACES.values(), ids=list(SURFACES))


@EACH
def test_derivatives_by_finite_differences(surface: Surface) -> None:
    rng = np.random.default_rng(0)
    left, right, bottom, top = surface.window
    h = 1e-5
    for point in rng.uniform((left, bottom), (right, top), (20, 2)):
        for i, step in enumerate(h * np.eye(2)):
            ahead, behind = point + step, point - step
            slope = (surface(*ahead) - surface(*behind)) / (2 * h)
            assert surface.gradient(point)[i] == pytest.approx(slope, rel=1e-5, abs=1e-5)
            bend = (surface.gradient(ahead) - surface.gradient(behind)) / (2 * h)
            np.testing.assert_allclose(surface.hessian(point)[i], bend, rtol=1e-5, atol=1e-4)


@EACH
def test_minima_are_minima_within_the_window(surface: Surface) -> None:
    left, right, bottom, top = surface.window
    for x, y in surface.minima:
        np.testing.assert_allclose(surface.gradient((x, y)), 0, atol=1e-9)
        assert optim.classify_critical_point(surface.hessian((x, y))).kind == "minimum"
        assert left < x < right and bottom < y < top
    x, y = surface.start
    assert left < x < right and bottom < y < top
    grid = np.meshgrid(np.linspace(left, right, 101), np.linspace(bottom, top, 101))
    assert np.asarray(surface(*grid)).min() >= surface.floor() - 1e-12


@EACH
def test_everyone_finishes_or_says_why_not(surface: Surface) -> None:
    result = race(surface, "all", steps=60)
    assert list(result.runs) == list(ENTRANTS)
    for run in result.runs.values():
        assert len(run.path) == len(run.losses) and np.isfinite(run.path).all()
        assert (len(run.path) == 61) == (not run.remark)
        assert tuple(run.path[0]) == surface.start
        for point, loss in zip(run.path, run.losses, strict=True):
            assert loss == surface(*point)
    table = str(result).splitlines()
    assert len(table) == 2 + len(ENTRANTS) and table[0].startswith(surface.name)


@pytest.mark.parametrize("name", ["bowl", "ravine", "booth", "beale", "himmelblau", "plateau"])
def test_the_usual_four_descend(name: str) -> None:
    for run in race(name).runs.values():
        assert run.losses[-1] < 0.05 * run.losses[0] and not run.remark


def test_newton_stops_at_a_saddle_and_says_so() -> None:
    run = race("saddle", "newton").runs["newton"]
    assert run.remark == "stopped: saddle Hessian" and len(run.path) == 1


def test_a_race_from_elsewhere_with_an_optimizer_of_ones_own() -> None:
    result = race("bowl", {"mine": lambda p: optim.SGD(p, lr=1.1)}, (1.0, 0.0), 80)
    run = result.runs["mine"]
    assert run.remark.startswith("left at step") and run.losses[-1] > run.losses[0]
    assert run.steps_to(-1.0) is None and run.steps_to(1.0) == 0


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: race("moon"), "no surface 'moon': take one of bowl"),
        (lambda: race("bowl", "sgd,adagram"), "no entrant 'adagram': take some of sgd"),
        (lambda: race("bowl", []), "a race needs entrants"),
        (lambda: race("bowl", steps=0), "steps must be"),
        (lambda: race("bowl", start=(1.0, math.nan)), "start must be two numbers"),
        (lambda: race("bowl", start=(1.0,)), "start must be two numbers"),  # type: ignore[arg-type]
        (lambda: race("bowl", steps=2).plot("race.bmp"), "must end in .svg, .png, .pdf"),
        (lambda: race("bowl", steps=2).animate("race.mp4"), "must end in .gif, .html"),
    ],
)
def test_bad_races(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        race("bowl", steps=2).plot(tmp_path / "no" / "race.svg")


@pytest.fixture(scope="module")
def short() -> Race:
    return race("beale", "sgd,momentum,adam,lbfgs", steps=30)


def test_plot_shows_every_path_and_names_it(short: Race, tmp_path: Path) -> None:
    figure = short.plot(tmp_path / "race.svg")
    contours, losses, key = figure.axes
    for i, (name, run) in enumerate(short.runs.items()):
        drawn = [line for line in contours.lines if line.get_label() == name]
        assert len(drawn) == 1
        np.testing.assert_array_equal(drawn[0].get_xydata(), run.path)
        assert drawn[0].get_color() == COLOURS[i]
    assert len(losses.lines) == 4 and losses.get_yscale() == "log"
    legends: Any = [child for child in key.get_children() if "Legend" in type(child).__name__]
    (legend,) = legends
    assert [t.get_text() for t in legend.get_texts()] == ["minimum", "start", *short.runs]
    pyplot.close(figure)
    assert (tmp_path / "race.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_more_than_seven_racers_get_another_row(tmp_path: Path) -> None:
    figure = race("saddle", "all", steps=5).plot(tmp_path / "race.png")
    assert len(figure.axes) == 9
    pyplot.close(figure)


# Machado, Oliveira & Fernandes (2009), severity 1.
BLINDNESS = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def linear(colour: str) -> Any:
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("kind", BLINDNESS)
def test_colours_stay_apart_for_every_kind_of_colour_vision(kind: str) -> None:
    seen = [np.clip(np.array(BLINDNESS[kind]) @ linear(c), 0, 1) ** (1 / 2.2) for c in COLOURS]
    gaps = [np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i]]
    assert min(gaps) > 0.1
    looks = [style(i) for i in range(21)]
    assert len({(x["color"], str(x["linestyle"])) for x in looks}) == 21
    assert len({x["marker"] for x in looks[:7]}) == 7


def test_animations(short: Race, tmp_path: Path) -> None:
    gif = short.animate(tmp_path / "race.gif", frames=3)
    assert gif.read_bytes().startswith(b"GIF89a")
    page = short.animate(tmp_path / "race.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=\"(?!data:)", page) and "{{" not in page
    for name in short.runs:
        assert f'"name":"{name}"' in page


def test_a_race_is_saved_as_its_name_asks(short: Race, tmp_path: Path) -> None:
    for name in ("race.svg", "race.PNG", "race.html", "race.gif", "race.tikz", "race.json"):
        assert short.save(tmp_path / name).stat().st_size > 5_000
    assert short.save(tmp_path / "race.txt").read_text(encoding="utf-8") == f"{short}\n"
    with pytest.raises(ValueError, match=r"must end in \.html, \.svg, \.png, \.pdf, \.gif"):
        short.save(tmp_path / "race.doc")
    again = short.save(tmp_path / "again.svg")
    assert again.read_bytes() == (tmp_path / "race.svg").read_bytes()
    assert not pyplot.get_fignums()


def quadratic(parameter: ArrayParameter) -> Callable[[], float]:
    def closure() -> float:
        parameter.grad = np.array([1.0, 10.0]) * parameter.data
        return float(np.array([1.0, 10.0]) @ parameter.data**2) / 2

    return closure


@pytest.mark.parametrize(
    "lr, limit, reason",
    [(0.1, 1000, "converged"), (0.001, 50, "step limit"), (0.3, 1000, "diverged")],
)
def test_descent_reports_what_stopped_it(lr: float, limit: int, reason: str) -> None:
    parameter = ArrayParameter([1.0, 1.0])
    optimizer = optim.GradientDescent([parameter], lr, tolerance=1e-4, max_steps=limit)
    result = optimizer.minimize(quadratic(parameter))
    assert result.reason == reason and str(result).startswith(f"{reason} after {result.steps} ")
    assert len(result.losses) == len(result.gradient_norms) == result.steps + 1
    assert (result.gradient_norms[-1] <= 1e-4) == (reason == "converged")
    assert optimizer.updates == result.steps


def test_descent_with_a_schedule_and_numbers() -> None:
    w = NumberParameter(1.0)

    def closure() -> float:
        w.grad = 2 * (w.data - 1) + 2 * (w.data - 3)
        return (w.data - 1) ** 2 + (w.data - 3) ** 2

    optimizer = optim.GradientDescent([w], lambda k: 0.1 if k == 0 else 0.25)
    first = optimizer.minimize(closure)
    assert first.losses[:2] == pytest.approx([4.0, 2.72])
    assert w.data == pytest.approx(2.0) and first.reason == "converged"


def test_descent_needs_gradients() -> None:
    with pytest.raises(ValueError, match="the closure left no gradient"):
        optim.GradientDescent([ArrayParameter([1.0])]).minimize(lambda: 1.0)


def loss_only(parameter: ArrayParameter) -> Callable[[], float]:
    return lambda: float(np.array([1.0, 10.0]) @ (parameter.data - 1) ** 2)


@pytest.mark.parametrize("seed", range(3))
def test_search_without_gradients_finds_the_minimum(seed: int) -> None:
    for make in (
        lambda p: optim.FiniteDifference(p, lr=1.0, delta=0.1, rng=seed),
        lambda p: optim.ARS(p, lr=0.05, directions=8, top=4, rng=seed),
    ):
        parameter = ArrayParameter([3.0, -2.0])
        optimizer = make([parameter])
        losses = [optimizer.step(loss_only(parameter)) for _ in range(300)]
        assert losses[0] > 50 and losses[-1] < 1
        assert parameter.grad is None


def test_finite_difference_is_the_lectures_step_with_the_sign_turned() -> None:
    parameter = ArrayParameter([3.0, -2.0])
    change = 0.1 * np.random.default_rng(5).normal(size=2)
    loss = loss_only(parameter)
    parameter.data = np.array([3.0, -2.0]) + change
    up = loss()
    parameter.data = np.array([3.0, -2.0]) - change
    down = loss()
    parameter.data = np.array([3.0, -2.0])
    optim.FiniteDifference([parameter], lr=0.7, delta=0.1, rng=5).step(loss)
    np.testing.assert_allclose(parameter.data, [3.0, -2.0] - 0.7 * (up - down) * change, rtol=1e-12)


def test_a_gain_is_climbed_with_maximize() -> None:
    ours, negated = ArrayParameter([3.0, -2.0]), ArrayParameter([3.0, -2.0])
    climbing = optim.ARS([ours], maximize=True, rng=1)
    descending = optim.ARS([negated], rng=1)
    for _ in range(5):
        climbing.step(lambda: -loss_only(ours)())
        descending.step(loss_only(negated))
    np.testing.assert_array_equal(ours.data, negated.data)


@pytest.mark.parametrize("kind", [optim.FiniteDifference, optim.ARS])
def test_search_resumes_exactly(kind: Any) -> None:
    first, second = ArrayParameter([3.0, -2.0]), ArrayParameter([3.0, -2.0])
    optimizer, restored = kind([first], rng=0), kind([second], rng=99)
    optimizer.step(loss_only(first))
    second.data = first.data.copy()
    restored.load_state_dict(optimizer.state_dict())
    optimizer.step(loss_only(first))
    restored.step(loss_only(second))
    np.testing.assert_array_equal(first.data, second.data)


@pytest.mark.parametrize("kind", [optim.FiniteDifference, optim.ARS])
def test_a_failing_closure_leaves_the_parameters(kind: Any) -> None:
    parameter = ArrayParameter([3.0, -2.0])

    def failing() -> float:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kind([parameter], rng=0).step(failing)
    assert parameter.data.tolist() == [3.0, -2.0]


def test_bad_directions() -> None:
    parameter = ArrayParameter([1.0])
    with pytest.raises(ValueError, match="top must be at most directions = 4, got 5"):
        optim.ARS([parameter], directions=4, top=5)
    with pytest.raises(ValueError, match="delta must be above 0"):
        optim.FiniteDifference([parameter], delta=0.0)
    with pytest.raises(TypeError, match="needs a closure"):
        optim.ARS([parameter]).step()
