"""Lessons in a file, in the format that its extension names."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from autograd.lessons import Steps, dumps_all, sections, whole
from autograd.render import to_svg
from autograd.stage.page import pages
from autograd.writing import LANGUAGES, check_style, extension, say, write_file

FORMATS = (".html", ".txt", ".tex", ".json", ".svg")


def save_lessons(
    lessons: Sequence[Steps],
    path: str | os.PathLike[str],
    lang: str = "en",
    quiz: bool = False,
    title: str | None = None,
    style: str = "cards",
) -> Path:
    """Write lessons that follow one another to ``path``, an .html .txt .tex .json or .svg file.

    ``quiz`` is of a page, ``style`` that of the picture in an .svg, which shows the first lesson.
    """
    target = Path(path)
    suffix = extension(target, FORMATS)
    check_style(style, suffix)
    makers: dict[str, Callable[[], str]] = {
        ".html": lambda: _page(lessons, lang, quiz, title or target.stem),
        ".txt": lambda: "\n\n".join(lesson.text(lang=lang) for lesson in lessons) + "\n",
        ".tex": lambda: whole("\n\n".join(part for one in lessons for part in sections(one, lang))),
        ".json": lambda: dumps_all(lessons) + "\n",
        ".svg": lambda: _picture(lessons[0], style, lang),
    }
    write_file(target, makers[suffix]())
    return target


def _page(lessons: Sequence[Steps], lang: str, quiz: bool, title: str) -> str:
    named = [
        (tuple(say(code, "round", n=i) for code in LANGUAGES), lesson)
        for i, lesson in enumerate(lessons, 1)
    ]
    return pages(named, lang, quiz, title)


def _picture(lesson: Steps, style: str, lang: str) -> str:
    graph = lesson.graph.backward() if lesson.mode == "reverse" else lesson.graph
    return to_svg(graph, style=style, lang=lang)
