"""The pages of worked examples, and the index of all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograd.lessons.worked_examples import Example
from autograd.render import escape
from autograd.stage.every_page import spoken
from autograd.stage.navigation import Neighbours
from autograd.stage.page import pages
from autograd.stage.reading import reading_page
from autograd.writing import LANGUAGES, say, write_file


def html(
    example: Example, lang: str = "en", quiz: bool = False, around: Neighbours | None = None
) -> str:
    lesson = example.lesson()
    return pages(
        [(scene.title, scene.steps) for scene in lesson.scenes],
        lang,
        quiz,
        tuple(f"{example.code} {words}" for words in example.title),
        lesson.tables,
        example.notes,
        around,
    )


def write_site(
    examples: Sequence[Example],
    folder: Path,
    lang: str = "en",
    quiz: bool = False,
    heading: str = "examples",
) -> list[Path]:
    """A page for each example, linked to its neighbours, and an index of them; the paths written.

    ``heading`` is the sentence that the index begins with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    links = [(f"{example.name}.html", example.title) for example in examples]
    written = []
    for i, (example, (name, _)) in enumerate(zip(examples, links)):
        around = Neighbours(links[i - 1] if i else None, links[i + 1] if links[i + 1 :] else None)
        write_file(folder / name, html(example, lang, quiz, around))
        written.append(folder / name)
    write_file(folder / "index.html", index(examples, lang, heading))
    return [*written, folder / "index.html"]


def index(examples: Sequence[Example], lang: str = "en", heading: str = "examples") -> str:
    """A page that links the pages of all examples."""
    items = "\n".join(
        f'<li><span class="code">{escape(example.code)}</span> '
        f'<a href="{escape(example.name)}.html">{spoken(example.title, lang)}</a></li>'
        for example in examples
    )
    titles = tuple(say(code, heading) for code in LANGUAGES)
    return reading_page(titles, [f'<ul class="contents">\n{items}\n</ul>'], lang)
