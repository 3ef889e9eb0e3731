"""A race as a page: its start is dragged, its rates are moved, and the page computes the paths."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

import numpy as np

from optim.base import Optimizer
from optim.figures import NO_LESSON, Parts
from optim.kinds import State
from optim.programs import Ground, Method, Program, Stage, ground, method, program, script
from optim.races.results import Entrant, Place, Results, Run
from optim.surfaces import SURFACES, Surface

#: The points a side of a surface whose formula a page cannot compute.
GRID = 61
#: What of the stage's scripts writes the formulas of an update, and the race's own.
MODULES = "numbers typed syntax notations axes race_methods race_runs race race_controls".split()


def race_page(race: Results, lang: str = "en") -> str:
    """One offline page of a race."""
    from autograd.stage import shell

    parts = race_parts([race], lang)
    title = parts.words["race title"]
    return shell(
        title, "\n".join(parts.sections), lang, styles=parts.styles,
        script=f"{parts.script}\nspeak();\n", words=parts.words,
    )  # fmt: skip


def race_parts(races: Sequence[Results], lang: str = "en") -> Parts:
    """A section that shows the first race, with the surfaces of the others to choose.

    The page computes what it can on every surface of the library. What it cannot, such as a rate
    that follows a schedule, it shows as Python computed it in the race on that surface.
    """
    from autograd.shipped import read_text
    from autograd.writing import sentences_in_each, translated

    grounds: list[Ground] = []
    stages: list[tuple[Stage, ...]] = []
    data = _data(races, grounds, stages)
    code = NO_LESSON + script(stages, grounds)
    code += "".join(read_text(f"stage/assets/{name}.js") for name in MODULES)
    words = {f"race {key}": row for key, row in sentences_in_each("race").items()}
    words |= {f"racer {name}": translated(name) for name in races[0].runs}
    words["a number"] = sentences_in_each("page")["a number"]
    section = f'<section class="race">{_inside(data, lang)}</section>'
    return Parts((section,), read_text("stage/assets/race.css"), code, words)


def _data(
    races: Sequence[Results], grounds: list[Ground], stages: list[tuple[Stage, ...]]
) -> State:
    """What the page knows of races; the surfaces and rules it runs are put into the lists."""
    race = races[0]
    known = {one.surface.name: one for one in races}
    shown = [one.surface for one in known.values()]
    shown += [surface for name, surface in SURFACES.items() if name not in known]
    surfaces = [_surface(surface, grounds) for surface in shown]
    numbers: dict[tuple[Stage, ...], int] = {own: i for i, own in enumerate(stages)}
    programs: dict[int, State] = {}
    racers = []
    place: int | str | None
    for name in race.runs:
        build = race.entrants.get(name)
        own = [None if build is None else _program(build, surface) for surface in shown]
        first, place = own[0], None
        if isinstance(first, Method):
            place = first.form
        elif first is not None:
            place = numbers.setdefault(first.stages, len(numbers))
            programs[place] = {"stages": [stage.data() for stage in first.stages]}
        live = [_own(one, first) for one in own]
        for at, (surface, one) in enumerate(zip(shown, live)):
            there = known[surface.name].runs.get(name) if surface.name in known else None
            if there is not None and (one is None or surfaces[at]["live"] is None):
                live[at] = {**(one or {}), **_path(there)}
        racers.append({"name": name, "program": place, "on_surface": live})
    stages[:] = list(numbers)
    return {
        "surface": 0,
        "steps": race.steps,
        "start": race.start,
        "surfaces": surfaces,
        "racers": racers,
        "programs": programs,
    }


def _program(build: Entrant, surface: Surface) -> Program | Method | None:
    def make(places: list[Place]) -> Optimizer:
        return build(places, surface)

    return program(make) or method(make, surface)


def _own(one: Program | Method | None, first: Program | Method | None) -> State | None:
    """The numbers of an optimizer on a surface, where its rule takes the same form."""
    if one is None or first is None:
        return None
    return one.data() if one.form == first.form else None


def _path(run: Run) -> State:
    """The path that Python computed, to the digits that a picture shows."""
    end: State | None = None
    if run.remark.startswith("left"):
        end = {"left": len(run.path)}
    elif run.remark:
        end = {"stopped": True}
    path = [[float(f"{v:.6g}") for v in place] for place in run.path]
    return {"path": path, "losses": [float(f"{z:.6g}") for z in run.losses], "end": end}


def _surface(surface: Surface, grounds: list[Ground]) -> State:
    found = ground(surface)
    data: State = {
        "name": surface.name,
        "formula": surface.formula,
        "window": surface.window,
        "start": surface.start,
        "minima": surface.minima,
        "floor": None if math.isinf(surface.floor()) else surface.floor(),
        "live": None if found is None else len(grounds),
    }
    if found is not None:
        grounds.append(found)
        return data
    left, right, bottom, top = surface.window
    x, y = np.meshgrid(np.linspace(left, right, GRID), np.linspace(bottom, top, GRID))
    heights = np.asarray(surface(x, y), float)
    data["heights"] = [
        [float(f"{z:.6g}") if np.isfinite(z) else None for z in row] for row in heights
    ]
    return data


def _inside(data: State, lang: str) -> str:
    """The controls, the two pictures, the table, and where the update stands."""
    from autograd.stage import json_inside, spoken
    from autograd.writing import sentences_in_each

    def say(key: str, tag: str = "span") -> str:
        return f'<{tag} data-say="race {key}"></{tag}>'

    def field(name: str, key: str, kind: str, step: float = 0.1) -> str:
        said = say(key) if key else f"<span>{html.escape(name)}</span>"
        known = f'type="text" inputmode="{kind}" data-step="{step}" class="race-{name} short"'
        return f"<label>{said} <input {known}></label>"

    tools = "".join(
        (
            '<button type="button" class="race-play"></button>',
            '<input type="range" class="race-scrub" min="0" value="0" data-label="race scrub">',
            '<output class="race-count"></output>',
            field("steps", "steps", "numeric", 1),
            field("x", "", "decimal"),
            field("y", "", "decimal"),
            f'<label>{say("surface")} <select class="race-surface"></select></label>',
            f'<button type="button" class="race-every">{say("every")}</button>',
            f'<button type="button" class="race-again">{say("again")}</button>',
        )
    )
    columns = "".join(
        f'<th scope="col"{" class=number" if key == "loss" else ""}>{say(key)}</th>'
        for key in ("shown", "optimizer", "rate", "loss", "remark")
    )
    return (
        f'<script type="application/json">{json_inside(data)}</script>'
        f"<noscript>{spoken(sentences_in_each('race')['script'], lang, 'p')}</noscript>"
        f'<div class="race-tools">{tools}</div>'
        '<p class="race-notice" role="status"></p>'
        '<div class="race-grid"><div><div class="race-view">'
        '<figure><svg class="race-map" role="group"></svg>'
        f'<figcaption><span class="race-formula"></span> <span class="race-readout"></span>'
        f"{say('hint')}</figcaption></figure>"
        '<figure><svg class="race-losses" role="img"></svg></figure></div>'
        '<div class="race-update" aria-live="polite"></div></div>'
        '<div class="race-table" tabindex="0" role="region" data-label="race table">'
        f"<table><thead><tr>{columns}</tr></thead>"
        '<tbody class="race-rows"></tbody></table></div></div>'
    )
