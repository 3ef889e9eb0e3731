"""The page of a worked example."""

from __future__ import annotations

from autograd.lessons.worked_examples import Example
from autograd.stage.page import pages


def html(example: Example, lang: str = "en", quiz: bool = False) -> str:
    """The scenes of the example, its tables and its notes."""
    lesson = example.lesson()
    return pages(
        lesson.parts,
        lang,
        quiz,
        tuple(f"{example.code} {words}" for words in example.title),
        lesson.tables,
        example.notes,
    )
