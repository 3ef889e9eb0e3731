"""What the page of a race computes is what Python computes: every entrant, on every surface."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import optim
from optim.programs import Program, ground, method, program
from optim.races import ENTRANTS, Place, race
from optim.races.page import race_page
from optim.races.results import Results, Run
from optim.surfaces import SURFACES, Surface
from tests.browser import visit

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
    seeded = method(lambda p: optim.FiniteDifference(p, 0.5, rng=7), bowl)
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
