"""The lessons of the worked examples, computed once for all tests."""

from functools import cache

from autograd.lessons.worked_examples import find
from autograd.lessons.worked_examples.catalogue import Lesson


@cache
def lesson_of(name: str) -> Lesson:
    """The lesson of a name or a code."""
    return find(name).lesson()
