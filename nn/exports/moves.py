"""Elements moved: by strides where they have them, else by tables of places."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from autograd.typing import Array, State
from nn.exports.loops import Walk, affine
from nn.exports.recorded import Step
from nn.exports.writer import Writer


def moved(w: Writer, step: Step, to: str, settings: State) -> None:
    """Each element from its place in the operands, which count on from one to the next."""
    shape = w.whole.shapes[step.out]
    places = np.array(settings["from"], dtype=int).reshape(shape)
    first = 0
    for place in step.operands:
        n = math.prod(w.whole.shapes[place])
        targets = np.flatnonzero((places >= first) & (places < first + n))
        _copy(w, to, place, targets, places.ravel()[targets] - first, shape)
        first += n
    rest = np.flatnonzero(places < 0)
    if rest.size:
        fill = np.array([float(x) for x in settings["rest"]])[rest]
        _fill(w, to, rest, fill)


def _copy(
    w: Writer, to: str, place: int, targets: Array, sources: Array, shape: Sequence[int]
) -> None:
    """Elements of one operand: in plain loops where the places have strides, else by tables."""
    if not targets.size:
        return
    number = w.number(place)
    for sizes in (shape, w.whole.shapes[place], (targets.size,)):
        if math.prod(sizes) != targets.size:
            continue
        order = np.argsort(sources) if sizes is w.whole.shapes[place] else np.arange(targets.size)
        onto, of = affine(targets[order].reshape(sizes)), affine(sources[order].reshape(sizes))
        if onto is not None and of is not None:
            walks = [Walk(to, *onto), Walk(w.name(place), *of)]
            with w.nest(sizes, walks) as (out, element):
                w.store(out, number or element)
            return
    at, of_table = _index(w, targets), _index(w, sources)
    with w.loop(("i", targets.size)):
        w.store(f"{to}[{at}]", number or f"{w.name(place)}[{of_table}]")


def _index(w: Writer, places: Array) -> str:
    found = affine(places)
    if found is None:
        return f"{w.table(places)}[i]"
    return Walk("", *found).at("i")[1:-1]


def _fill(w: Writer, to: str, targets: Array, numbers: Array) -> None:
    with w.loop(("i", targets.size)):
        value = w.language.number(float(numbers[0]))
        if (numbers != numbers[0]).any():
            value = f"{w.table(numbers)}[i]"
        w.store(f"{to}[{_index(w, targets)}]", value)


def gathered(w: Writer, step: Step, to: str, settings: State) -> None:
    """Slices of an array at indices that are inputs; nan where there is no such slice."""
    source, indices = (w.whole.shapes[place] for place in step.operands)
    axis = settings["axis"] % len(source)
    before, count, after = math.prod(source[:axis]), source[axis], math.prod(source[axis + 1 :])
    table, chosen = map(w.name, step.operands)
    n, lang = math.prod(indices), w.language
    with w.loop(("i", n)):
        w.line(lang.integer("at", f"{chosen}[i]"))
        inside = lang.both("at >= 0", f"at < {count}")
        with w.loop(("j", before), ("k", after)):
            element = f"{table}[({count} * j + at) * {after} + k]"
            w.store(
                f"{to}[({n} * j + i) * {after} + k]",
                lang.choice(inside, element, lang.number(math.nan)),
            )
