"""The page of a race in a real browser: its paths are Python's, and it answers to every control."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import optim
from autograd.writing import LANGUAGES, translated
from optim.programs import Program, ground, method, program
from optim.races import ENTRANTS, Place, race
from optim.races.page import race_page
from optim.races.results import Results, Run
from optim.surfaces import SURFACES, Surface
from tests.browser import Visit, visit

#: Rules with settings that no entrant of the library has: other forms, decay, other beginnings.
FORMS: dict[str, Callable[[list[Place]], optim.Optimizer]] = {
    "velocity": lambda p: optim.SGD(p, 0.01, momentum=0.8, momentum_form="velocity"),
    "average": lambda p: optim.SGD(p, 0.05, momentum=0.8, momentum_form="average"),
    "dampened": lambda p: optim.SGD(p, 0.01, momentum=0.8, dampening=0.1),
    "decayed": lambda p: optim.Adam(p, 0.05, weight_decay=0.1),
    "upwards": lambda p: optim.SGD(p, 0.001, maximize=True),
    "centred": lambda p: optim.RMSprop(p, 0.01, centered=True, momentum=0.5, eps_form="inside"),
    "filled": lambda p: optim.Adagrad(p, 0.1, lr_decay=0.1, initial_accumulator_value=0.1),
    "hat": lambda p: optim.Adam(p, 0.05, eps_form="hat", bias_correction="fixed"),
    "undone": lambda p: optim.Rprop(p, 0.05, backtracking=True),
    "rounds": lambda p: optim.LBFGS(p, 0.5, 4, history_size=3, line_search_fn="strong_wolfe"),
    "straight": lambda p: optim.LBFGS(p, 0.1, 3),
    "all ways": lambda p: optim.ARS(p, 0.05, 0.1, 5, rng=11),
    "soon": lambda p: optim.RAdam(p, 0.01, betas=(0.9, 0.9)),
}


def opened(browser: Any, folder: Path, one: Results, **wishes: Any) -> Any:
    path = folder / "race.html"
    path.write_text(race_page(one), encoding="utf-8")
    return visit(browser, path, **wishes)


@pytest.fixture(scope="module")
def beale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("race") / "beale.html"
    return race("beale", "all", steps=60).save(path)


@pytest.fixture
def seen(browser: Any, beale: Path) -> Iterator[Visit]:
    with visit(browser, beale, viewport={"width": 1280, "height": 720}) as page:
        yield page
        assert page.requests == [] and page.errors == []


def program_of(name: str) -> Program | None:
    return program(lambda places: ENTRANTS[name](places, SURFACES["beale"]))


RUN = """cases => {
    const data = JSON.parse(document.querySelector(".race script").textContent);
    return cases.map(([racer, surface, start, rate, steps]) => {
        const { program, on_surface } = data.racers[racer], own = on_surface[surface];
        const asked = [groundOf(data.surfaces[surface].live), start, rate ?? own.rate, steps];
        const { path, losses, end } = runOf(program, data.programs, own, ...asked);
        return [path, losses, end && (end.left ?? "stopped")];
    });
}"""
STEPS = 200


def run_of(surface: Surface, name: str, start: Any, scale: float) -> tuple[Run, float]:
    """Python's run at so many times the entrant's own rate, and that rate."""
    rates: list[float] = []

    def build(places: list[Place]) -> optim.Optimizer:
        made = ENTRANTS[name](places, surface)
        (group,) = made.param_groups
        rates.append(group["lr"] * scale)
        if name == "rprop":  # its rate is how its steps begin, within their limits
            return optim.Rprop(places, rates[0], step_sizes=group["step_sizes"])
        group["lr"] = rates[0]
        return made

    return race(surface, {name: build}, start, STEPS).runs[name], rates[0]


def test_the_page_computes_the_paths_of_python(browser: Any, beale: Path) -> None:
    """Every entrant on every surface, from its own start and others, at its own rate and others.

    Where rounding grows along a path, as in chaos, Python's own path from a start one bit aside
    says how far: the page may differ by some hundred times as much.
    """
    rng = np.random.default_rng(0)
    surfaces = ["beale", *(name for name in SURFACES if name != "beale")]
    names = [*ENTRANTS]
    cases, wanted = [], []
    for k, surface in enumerate(map(SURFACES.get, surfaces)):
        assert surface is not None
        left, right, low, high = surface.window
        starts = [surface.start, tuple(rng.uniform((left, low), (right, high)).tolist())]
        for name in names:
            for start, scale in zip(starts, (1, 0.4)):
                run, rate = run_of(surface, name, start, scale)
                cases.append([[*ENTRANTS].index(name), k, start, rate, STEPS])
                wanted.append((surface, name, start, scale, run))
    with visit(browser, beale) as page:
        found = page.script(RUN, cases)
    amplified = 0
    for (surface, name, start, scale, run), (path, losses, left) in zip(wanted, found, strict=True):
        assert (left == "stopped") == run.remark.startswith("stopped")
        case = f"{name} on {surface.name} from {start}, {scale} of its rate"
        assert (left is None) == (not run.remark), case
        if len(path) == len(run.path):
            gap = np.abs(np.array(path) - run.path).max(axis=1)
            if gap.max() <= 1e-9:
                np.testing.assert_allclose(losses, run.losses, rtol=1e-7, atol=1e-9)
                continue
        amplified += 1
        aside = [run_of(surface, name, np.nextafter(start, far), scale)[0] for far in (-9, 9)]
        lengths = [len(one.path) for one in (run, *aside)]
        assert min(lengths) <= len(path) <= max(lengths), case
        n = min(len(path), *lengths)
        spread = np.max([np.abs(one.path[:n] - run.path[:n]).max(axis=1) for one in aside], axis=0)
        gap = np.abs(np.array(path)[:n] - run.path[:n]).max(axis=1)
        assert (gap <= 1e-9 + 300 * np.maximum.accumulate(spread)).all(), case
    assert amplified <= 0.03 * len(cases)


def test_rules_in_other_forms_and_a_surface_of_ones_own(browser: Any, tmp_path: Path) -> None:
    import autograd

    own = Surface(
        "own", "ln cosh x + y⁴", lambda x, y: autograd.log(autograd.cosh(x)) + y**4,
        lambda x, y: (autograd.tanh(x), 4 * y**3),
        lambda x, y: (1 - autograd.tanh(x) ** 2, 0.0, 12 * y * y),
        (2.0, 1.0), ((0.0, 0.0),), (-3, 3, -2, 2), 0.1, 0.1,
    )  # fmt: skip
    one = race(own, FORMS, steps=40)
    with opened(browser, tmp_path, one) as page:
        found = page.script(RUN, [[k, 0, own.start, None, 40] for k in range(len(FORMS))])
        assert page.errors == []
    for (name, run), (path, _, _) in zip(one.runs.items(), found):
        np.testing.assert_allclose(path, run.path, rtol=0, atol=1e-9, err_msg=name)


def test_the_stages_of_a_rule_begin_where_it_changes() -> None:
    radam, dampened = program_of("radam"), program(FORMS["dampened"])
    assert radam is not None and [stage.start for stage in radam.stages] == [1, 6]
    assert dampened is not None and [stage.start for stage in dampened.stages] == [1, 2]
    scheduled = partial(optim.SGD, lr=optim.Cosine(0.1, 9))
    assert program(scheduled) is None
    assert program_of("lbfgs") is None


def test_methods_that_a_page_cannot_repeat_are_not_taken() -> None:
    bowl, given = SURFACES["bowl"], np.random.default_rng(3)
    state = given.bit_generator.state
    for make in (
        lambda p: optim.ARS(p, rng=given),  # it goes on where it has come to
        lambda p: optim.ARS(p),  # other numbers each time
        lambda p: optim.ARS(p, rng=np.random.Generator(np.random.MT19937(0))),
        lambda p: optim.Newton(p, lambda x: np.eye(2)),
        lambda p: optim.LBFGS(p, optim.Cosine(0.1, 9)),
        lambda p: optim.Newton(p, bowl.hessian, maximize=True),
    ):
        assert method(make, bowl) is None
    assert given.bit_generator.state == state
    seeded = method(lambda p: optim.FiniteDifference(p, 0.5, rng=np.int64(7)), bowl)
    assert seeded is not None and seeded.rate == 0.5
    assert method(lambda p: optim.Newton(p, bowl.hessian, damping=0.1), bowl) is not None


def test_the_numbers_that_are_drawn_are_those_of_numpy(browser: Any, beale: Path) -> None:
    """So many that the slow ways of the ziggurat are taken, of its layers and of its tail."""
    wanted = np.random.default_rng(5)
    state = wanted.bit_generator.state["state"]
    with visit(browser, beale) as page:
        asked = [str(state["state"]), str(state["inc"])]
        drawn = "([a, b]) => Array.from({ length: 30000 }, (_, k) => normalsOf(a, b)(k))"
        found = np.array(page.script(drawn, asked))
    np.testing.assert_allclose(found, wanted.normal(size=30000), rtol=0, atol=1e-13)
    assert np.abs(found).max() > 3.6541528853610088


def test_the_bends_of_a_surface_are_those_of_the_engine(browser: Any, beale: Path) -> None:
    import autograd

    rng, cases, wanted = np.random.default_rng(1), [], []
    for k, surface in enumerate(["beale", *(name for name in SURFACES if name != "beale")]):
        left, right, low, high = SURFACES[surface].window

        def height(at: Any, surface: Surface = SURFACES[surface]) -> Any:
            return surface(at[0], at[1])

        for x, y in rng.uniform((left, low), (right, high), (4, 2)).tolist():
            (xx, xy), (_, yy) = autograd.hessian(height)(np.array([x, y]))
            cases.append([k, x, y])
            wanted.append([xx, xy, yy])
    with visit(browser, beale) as page:
        found = page.script("cases => cases.map(([k, ...at]) => groundOf(k).bends(...at))", cases)
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-10)


def test_a_fault_in_a_rule_is_seen(browser: Any, beale: Path) -> None:
    """The test of the test: a rate one part in a million aside gives another path."""
    surface = SURFACES["beale"]
    run, rate = run_of(surface, "adam", surface.start, 1)
    place = [*ENTRANTS].index("adam")
    with visit(browser, beale) as page:
        ((path, _, _),) = page.script(RUN, [[place, 0, surface.start, rate * (1 + 1e-6), STEPS]])
    assert np.abs(np.array(path) - run.path).max() > 1e-9


def test_what_nodes_cannot_follow_is_shown_as_python_computed_it(
    browser: Any, tmp_path: Path
) -> None:
    import math

    steep = Surface(
        "by math", "eˣ + e⁻ˣ + y²", lambda x, y: np.vectorize(math.cosh)(x) + y * y,
        lambda x, y: (math.sinh(x), 2 * y), lambda x, y: (math.cosh(x), 0.0, 2.0),
        (1.0, 1.0), ((0.0, 0.0),), (-2, 2, -2, 2), 0.1, 0.1,
    )  # fmt: skip
    assert ground(steep) is None
    with opened(browser, tmp_path, race(steep, ["sgd", "adam"], steps=9)) as page:
        assert page.script("document.querySelectorAll('.race-map .racer').length") == 2
        assert page.script("document.querySelector('.race-rows input[type=range]').disabled")
        assert page.errors == []


def test_what_follows_a_schedule_stays_as_python_computed_it(browser: Any, tmp_path: Path) -> None:
    one = race("bowl", {"own": lambda p: optim.SGD(p, optim.Cosine(0.1, 9)), "sgd": optim.SGD})
    with opened(browser, tmp_path, one, fragment="#start=1,1&pick=own") as page:
        assert losses(page)[0] == "–" and losses(page)[1] != "–"
        assert "Python alone computes own" in page.text(".race-notice")
        page.page.locator(".race-again").click()
        assert losses(page)[0] != "–" and page.text(".race-notice") == ""
        assert page.errors == []


def losses(seen: Visit) -> list[str]:
    return seen.page.locator(".race-rows td.number").all_inner_texts()  # type: ignore[no-any-return]


def hash_of(seen: Visit) -> str:
    return str(seen.script("location.hash"))


def test_the_start_is_dragged_and_moved_by_keys(seen: Visit) -> None:
    before = losses(seen)
    box = seen.page.locator(".start circle").last.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    seen.page.mouse.move(x, y)
    seen.page.mouse.down()
    seen.page.mouse.move(x + 60, y + 30, steps=3)
    seen.page.mouse.up()
    seen.until("location.hash.includes('start=')")
    moved = losses(seen)
    assert all(a != b for a, b in zip(before, moved))
    assert "–" not in moved and seen.text(".race-notice") == ""
    seen.page.keyboard.press("ArrowLeft")
    was = hash_of(seen)
    seen.page.keyboard.press("Shift+ArrowUp")
    seen.until(f"location.hash !== {was!r}")
    seen.page.locator(".race-again").click()
    seen.until("!location.hash.includes('start=')")
    assert losses(seen) == before


def test_rates_are_typed_with_a_comma_and_kept_in_the_address(seen: Visit) -> None:
    before = losses(seen)
    field = seen.page.locator(".race-rows input[type=text]").first
    field.fill("0,02")
    field.press("Enter")
    seen.until("location.hash.includes('rates=sgd:0.02')")
    after = losses(seen)
    assert after[0] != before[0] and after[1:] == before[1:]
    field.fill("fast")
    field.press("Enter")
    assert field.get_attribute("aria-invalid") == "true" and losses(seen) == after
    assert "above 0" in seen.text(".race-notice")
    seen.page.locator(".race-rows input[type=range]").nth(1).focus()
    seen.page.keyboard.press("ArrowRight")
    seen.until("location.hash.includes('momentum:')")
    address = hash_of(seen)
    seen.page.reload()
    assert hash_of(seen) == address and losses(seen)[0] == after[0]


def test_the_start_keeps_the_focus_while_the_page_grows(browser: Any, beale: Path) -> None:
    """Of Newton's update there are more rows where it descends; the keys go on moving the start."""
    with visit(browser, beale, "#pick=newton&start=3.2,0.3&step=0") as seen:
        seen.page.locator(".start").focus()
        rows = set()
        for _ in range(8):
            before = hash_of(seen)
            seen.page.keyboard.press("Shift+ArrowLeft")
            seen.until(f"location.hash !== {before!r}")
            rows.add(seen.script("document.querySelectorAll('.race-update tr').length"))
        assert len(rows) == 2
        assert seen.script("document.activeElement.matches('.start')")
        assert seen.errors == []


def test_a_start_without_a_height_is_refused(seen: Visit) -> None:
    before = losses(seen)
    field = seen.page.locator(".race-x")
    field.fill("1e200")
    field.press("Enter")
    assert field.get_attribute("aria-invalid") == "true" and losses(seen) == before
    assert "finite height" in seen.text(".race-notice") and hash_of(seen) == ""


def test_names_of_any_letters_are_kept_in_the_address(browser: Any, tmp_path: Path) -> None:
    names = ("a&b, c: 50%", "x:1,y")
    one = race("bowl", {name: lambda p: optim.SGD(p, 0.1) for name in names}, steps=9)
    with opened(browser, tmp_path, one) as page:
        page.page.locator(".race-rows input[type=checkbox]").first.uncheck()
        field = page.page.locator(".race-rows input[type=text]").last
        field.fill("0.25")
        field.press("Enter")
        page.until("location.hash.includes('rates')")
        page.page.reload()
        on = "[...document.querySelectorAll('.race-rows input[type=checkbox]')].map(e => e.checked)"
        assert page.script(on) == [False, True]
        rates = "[...document.querySelectorAll('.race-rows input[type=text]')].map(e => e.value)"
        assert page.script(rates) == ["0.1", "0.25"]
        assert page.errors == []


def test_a_damaged_address_is_read_as_far_as_it_can_be(browser: Any, beale: Path) -> None:
    wrong = (
        "#lang=constructor&theme=toString&rates=sgd:1e999,adam:0.2&start=1e200,1&steps=-3&step=x"
    )
    with visit(browser, beale, wrong) as seen:
        assert seen.script("document.documentElement.lang") == "en"
        assert seen.page.locator(".race-rows input[type=text]").first.input_value() == "0.01"
        assert seen.script("document.querySelectorAll('.race-map .racer').length") == 18
        assert "of 60" in seen.text(".race-count")
        assert seen.errors == []


def test_a_point_of_a_path_shows_its_update(seen: Visit) -> None:
    assert "Choose" in seen.text(".race-update")
    seen.script("location.hash = '#pick=adam&step=3'")
    seen.until("document.querySelector('.race-update h2').textContent === 'Update 4 of adam'")
    shown = seen.text(".race-update table")
    (run,) = race("beale", ["adam"], steps=4).runs.values()
    for number in (run.path[3][0], run.path[4][0], run.path[4][1]):
        assert f"{number:.4g}".replace("-", "−") in shown.replace(" ", "")
    seen.page.locator(".race-rows button").first.click()
    assert "of sgd" in seen.text(".race-update h2")
    # A click on the map picks what is near.
    spot = seen.script(
        """() => {
            const head = document.querySelectorAll(".race-map .racer .head")[5];
            const box = head.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }"""
    )
    seen.page.mouse.click(*spot)
    seen.until("location.hash.includes('pick=')")
    for name, word in (("lbfgs", "d = −Hg"), ("newton", "λ₁"), ("ars", "σ")):
        seen.page.locator(".race-rows button").nth([*ENTRANTS].index(name)).click()
        assert word in seen.text(".race-update table")


def test_it_plays_scrubs_and_hides(seen: Visit) -> None:
    seen.page.locator(".race-play").click()
    assert seen.text(".race-play") == "Pause"
    seen.page.locator(".race-play").click()
    seen.page.locator(".race-scrub").fill("10")
    assert seen.text(".race-count") == "update 10 of 60" and "step=10" in hash_of(seen)
    seen.page.locator(".race-every").click()
    assert seen.script("document.querySelectorAll('.race-map .racer').length") == 0
    seen.page.locator(".race-rows input[type=checkbox]").nth(2).check()
    assert seen.script("document.querySelectorAll('.race-map .racer').length") == 1
    seen.page.locator(".race-steps").fill("30")
    seen.page.keyboard.press("Enter")
    assert "of 30" in seen.text(".race-count")
    seen.page.locator(".race-surface").select_option(label="rosenbrock")
    assert "surface=rosenbrock" in hash_of(seen)
    assert SURFACES["rosenbrock"].formula in seen.text(".race-formula")


@pytest.mark.parametrize("size", [(360, 740), (740, 360), (768, 1024), (1280, 720), (1920, 1080)])
def test_it_fits_every_screen_and_reader(browser: Any, beale: Path, size: tuple[int, int]) -> None:
    wide, high = size
    with visit(
        browser, beale, "#pick=adam&step=5", viewport={"width": wide, "height": high}
    ) as page:
        assert page.script("document.documentElement.scrollWidth") <= wide
        assert page.violations("light", "dark") == []
        for code in page.script("[...document.querySelector('#lang').options].map(o => o.value)"):
            page.page.locator("#lang").select_option(code)
            assert "undefined" not in page.text("main")
        charts = page.script(
            "[...document.querySelectorAll('.race figure')].map(f => f.getBoundingClientRect().y)"
        )
        assert (charts[0] == charts[1]) == (wide > 700)
        assert page.errors == [] and page.requests == []


def test_the_names_of_racers_are_in_the_language_of_the_page(browser: Any, tmp_path: Path) -> None:
    racers = {
        name: lambda p, lr=lr: optim.SGD(p, lr) for name, lr in (("too small", 1e-3), ("mine", 0.1))
    }
    with opened(browser, tmp_path, race("bowl", racers, steps=3)) as page:
        buttons = page.page.locator(".race-rows button")
        for code, words in zip(LANGUAGES, translated("too small"), strict=True):
            page.page.locator("#lang").select_option(code)
            assert buttons.all_inner_texts() == [words, "mine"]
            assert words in page.page.locator(".race-rows input").first.get_attribute("aria-label")
        assert page.errors == []


def test_a_page_is_small(beale: Path) -> None:
    assert beale.stat().st_size < 200_000
