"""The frames of a lesson: its graph at each step, the formula of the step under it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from autograd.calculus import Quantity
from autograd.graph import Graph
from autograd.lessons import BACKWARD, Steps, Wording, heading, line_notes, step_text
from autograd.render import Film, Known
from autograd.writing import TEXT, say


def picture_graph(lesson: Steps) -> Graph:
    """The graph of a lesson, with the gradients that its picture shows."""
    swept = lesson.mode == "reverse" and lesson.gradients[-1] is not None
    return lesson.graph.backward(lesson.gradients[-1]) if swept else lesson.graph


def step_frames(
    lesson: Steps,
    most: int,
    lang: str = "en",
    style: str = "cards",
    title: str = "",
    before: int = 0,
    count: int | None = None,
) -> Iterator[str]:
    """The first ``most`` frames of a lesson.

    ``title`` stands over the formula. The lesson is a part of ``count`` steps, ``before`` of them
    in front.
    """
    total = len(lesson) if count is None else count
    shown = list(islice(lesson, most))
    wording, notes = Wording(lesson, TEXT), line_notes(lesson.graph, lang)
    captions = []
    for step in shown:
        words = [title] if title else []
        words += [heading(step, lang), say(lang, "count", step=before + step.number, steps=total)]
        said = step_text(wording, step, lang, notes=notes).split("\n")
        captions.append([" · ".join(words), *_aligned(said, str(step.number))])
    film = Film(picture_graph(lesson), captions, style, lang)
    values = {node.index for node in lesson.graph if node.rule is None}
    last = {term.operand.index: step.number for step in lesson for term in _terms(step)}
    grads: dict[int, Quantity] = {}
    whole, flows = set[int](), set[tuple[int, int]]()
    for i, step in enumerate(shown):
        terms = _terms(step)
        lit = {(term.consumer.index, term.slot) for term in terms}
        if step.phase == BACKWARD:
            for term in terms:
                ref = f"t{term.consumer.index}.{term.slot}"
                grads[term.operand.index] = wording.meant(term.total, ref)
            if step.is_seed:
                grads[step.node.index] = step.value
                whole.add(step.node.index)
            whole |= {
                term.operand.index for term in terms if last[term.operand.index] <= step.number
            }
            flows |= lit
        else:
            values.add(step.node.index)
        known = Known(values, grads, whole, flows, lit, step.node.index, step.phase == BACKWARD)
        yield film.frame(i, known)


def _terms(step: Quantity) -> Quantity:
    return step.terms if step.phase == BACKWARD else ()


def _aligned(lines: list[str], number: str) -> list[str]:
    """The lines of a step without its number, which the line over them gives."""
    cut = len("  ") + len(number) + len("  ")
    return [line[cut:] for line in lines]
