"""The exercises of the notebooks: the library works out each answer, and says what went wrong.

In a notebook, ``check("1.1", answer, lang)`` compares an answer with the library's and replies in
the language of the notebook. ``...`` is an answer not given yet, so that a notebook runs from top
to bottom before anybody has solved anything.
"""

from __future__ import annotations

from typing import Any

from .experiments import damaged_training, forgetful_training, four_rates, uses_of_descent
from .judging import verdict
from .questions import EXERCISES
from .replies import LANGUAGES, replies

__all__ = ["check", "damaged_training", "EXERCISES", "forgetful_training", "four_rates",
           "uses_of_descent"]  # fmt: skip


def check(name: str, answer: Any, lang: str = "en") -> None:
    """Say whether ``answer`` is the answer to exercise ``name``, and if not, where to look."""
    if name not in EXERCISES:
        raise ValueError(f"check: there is no exercise {name!r}; there are {', '.join(EXERCISES)}")
    if lang not in LANGUAGES:
        raise ValueError(f"check: no language {lang!r}; there are {', '.join(LANGUAGES)}")
    texts = replies(lang)
    said = verdict(EXERCISES[name], answer, texts["phrases"], texts[name])
    print(texts["phrases"]["exercise"].format(name=name), said, sep=": ")
