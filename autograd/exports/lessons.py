"""Lessons and graphs as what is shown."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograd.exports.exhibit import Exhibit
from autograd.exports.formats import KINDS, Settings, save
from autograd.exports.step_frames import picture_graph, step_frames
from autograd.lessons import Steps, Updates, dumps_all, sections, whole
from autograd.render import to_svg, to_tikz
from autograd.stage import pages
from autograd.writing import FIGURES, LANGUAGES, check_style, column, extension, one_line, say

#: What :meth:`Steps.save` takes beside the settings.
SAVED = "lang", "quiz", "title", "style", *FIGURES

#: Lessons that follow one another, each with its title in every language.
Parts = Sequence[tuple[tuple[str, ...], Steps]]


def of_lessons(
    lessons: Sequence[Steps],
    lang: str = "en",
    quiz: bool = False,
    title: str | None = None,
    style: str = "cards",
) -> Exhibit:
    """Lessons of which each goes on where the former ends, as rounds of gradient descent do.

    ``quiz`` is of the page, ``style`` of the pictures; a picture alone shows the first lesson.
    """
    parts = [
        (tuple(say(code, "round", n=i) for code in LANGUAGES), lesson)
        for i, lesson in enumerate(lessons, 1)
    ]
    first = picture_graph(lessons[0])
    name = one_line(first.output.label) if title is None else title
    return Exhibit(
        name=name,
        html=lambda: pages(parts, lang, quiz, name),
        text=lambda: "\n\n".join(lesson.text(lang=lang) for lesson in lessons) + "\n",
        latex=lambda: whole("\n\n".join(part for one in lessons for part in sections(one, lang))),
        json=lambda: dumps_all(lessons) + "\n",
        picture=lambda: to_svg(first, style=style, lang=lang),
        tikz=lambda: to_tikz(first),
        frames=lambda most: frames_of(parts, most, lang, style, titled=len(lessons) > 1),
        count=lambda: sum(map(len, lessons)),
    )


def of_updates(
    updates: Updates,
    lang: str = "en",
    quiz: bool = False,
    title: str | None = None,
    style: str = "cards",
) -> Exhibit:
    """The updates of an optimizer; a picture alone shows one of the last iteration."""
    parts = list(updates.parts())
    name = updates.optimizer if title is None else title
    return Exhibit(
        name=name,
        html=lambda: updates.html(lang, quiz, name),
        text=lambda: updates.text(lang) + "\n",
        latex=lambda: updates.latex(lang, document=True),
        json=lambda: updates.json() + "\n",
        picture=lambda: updates.svg(style, lang=lang),
        tikz=lambda: to_tikz(updates[-1].updates[0].graph),
        frames=lambda most: frames_of(parts, most, lang, style),
        count=lambda: sum(len(lesson) for _, lesson in parts),
    )


def frames_of(
    parts: Parts, most: int, lang: str = "en", style: str = "cards", titled: bool = True
) -> Iterator[str]:
    """The first frames of lessons that follow one another, counted through."""
    count, before = sum(len(lesson) for _, lesson in parts), 0
    for title, lesson in parts:
        if before >= most:
            return
        named = title[column(lang)] if titled else ""
        yield from step_frames(lesson, most - before, lang, style, named, before, count)
        before += len(lesson)


def save_lessons(
    lessons: Steps | Updates,
    path: str | os.PathLike[str],
    lang: str = "en",
    quiz: bool = False,
    title: str | None = None,
    style: str = "cards",
    **settings: float | None,
) -> Path:
    """Write a lesson to ``path`` in the format of its extension; see :meth:`Steps.save`."""
    suffix, how = extension(path, KINDS), Settings.of(settings, *SAVED)
    check_style(style, suffix)
    how.check(suffix)
    if isinstance(lessons, Updates):
        return save(of_updates(lessons, lang, quiz, title, style), path, how)
    named = Path(path).stem if title is None else title
    return save(of_lessons([lessons], lang, quiz, named, style), path, how)
