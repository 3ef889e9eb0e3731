"""A number that a lecture prints, and whether ours agrees with it to the printed digits."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from autograd.calculus import Attributes, Quantity
from autograd.writing import Words


def agrees(printed: str, ours: object) -> bool:
    """Whether ``ours`` is what is printed: a text as it stands, a number to the printed decimals.

    A number without decimals, and a fraction, are met exactly.

    >>> from autograd.lectures import agrees
    >>> agrees("0.82", 0.8173), agrees("0.82", 0.8273), agrees("4/9", 4 / 9), agrees("-8", -8.0)
    (True, False, True, True)
    """
    if isinstance(ours, str):
        return printed == ours
    value, exact = float(ours), Fraction(printed)  # type: ignore[arg-type]
    decimals = _decimals(printed)
    if decimals is None:
        return bool(abs(value - float(exact)) <= 1e-12 * max(1.0, abs(float(exact))))
    return bool(abs(value - float(exact)) <= 0.5 * 10.0**-decimals * (1 + 1e-9))


def shown(printed: str, ours: object) -> str:
    """``ours`` as it stands beside the printed number: to as many decimals, or more if they differ.

    >>> from autograd.lectures.numbers import shown
    >>> shown("0.82", 0.8173), shown("3.5066", 3.498496), shown("4/9", 4 / 9), shown("50000", 5e4)
    ('0.82', '3.498496', '0.4444', '50000')
    """
    if isinstance(ours, str):
        return ours
    value, decimals = float(ours), _decimals(printed)  # type: ignore[arg-type]
    if decimals is None:
        return f"{value:.0f}" if value == round(value) else f"{value:.4g}"
    return f"{value:.{decimals}f}" if agrees(printed, ours) else f"{value:.{decimals + 2}f}"


def _decimals(printed: str) -> int | None:
    """How many decimals are printed; None for what is exact: a fraction, a whole number."""
    return len(printed.partition(".")[2]) if "." in printed and "e" not in printed else None


@dataclass(frozen=True)
class Number:
    """What a lecture prints at a place: the name of the fact in our lesson, the numbers as printed.

    An array is printed element by element. ``reason`` says why ours differ; without it they agree.
    ``by_lecture`` is False for numbers that our lesson shows and the lecture does not print.
    """

    fact: str
    printed: tuple[str, ...]
    reason: Words | None = None
    by_lecture: bool = True

    def pairs(self, facts: Attributes) -> list[tuple[str, Quantity]]:
        """Each printed number with ours; ValueError where there are not as many."""
        ours = np.ravel(np.asarray(facts[self.fact], dtype=object)).tolist()
        ours = [element for value in ours for element in np.ravel(value).tolist()]
        if len(ours) != len(self.printed):
            raise ValueError(f"{self.fact}: {len(self.printed)} printed, {len(ours)} computed")
        return list(zip(self.printed, ours, strict=True))

    def met(self, facts: Attributes) -> bool:
        """Whether all of ours agree with the printed ones."""
        return all(agrees(printed, ours) for printed, ours in self.pairs(facts))

    def ours(self, facts: Attributes) -> str:
        """Our numbers, as they stand beside the printed ones."""
        return " ".join(shown(printed, ours) for printed, ours in self.pairs(facts))
