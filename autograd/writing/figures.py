"""How steps are written, a setting of the moment: digits, fractions, local derivatives."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from fractions import Fraction

from autograd.calculus import short

#: The fewest and the most digits: so many a float has for certain.
DIGITS = 1, 15
#: Fractions have smaller denominators than this, and so many digits before rounding noise.
DENOMINATORS, CLOSE = 100, 1e-12


@dataclass(frozen=True)
class Figures:
    """How numbers are written: ``digits`` of them, and fractions such as 4/9 as ``fractions``.

    With ``local`` a forward step tells the local derivatives that the backward pass multiplies by.
    """

    digits: int = 4
    fractions: bool = False
    local: bool = False


#: The names of the settings.
FIGURES = tuple(field.name for field in fields(Figures))

_USUAL = Figures()
_CURRENT: ContextVar[Figures] = ContextVar("figures", default=_USUAL)


def current_figures() -> Figures:
    return _CURRENT.get()


@contextmanager
def figures(
    digits: int | None = None, fractions: bool | None = None, local: bool | None = None
) -> Iterator[None]:
    """Numbers are written so within it; what is None stays as it is around it.

    >>> from autograd.writing import figures, number
    >>> with figures(digits=2, fractions=True):
    ...     print(number(0.73106), number(1.36788), number(8 / 3))
    0.73 1.37 8/3

    ValueError for ``digits`` that are no whole number from 1 to 15.
    """
    fewest, most = DIGITS
    changed = _CURRENT.get()
    if digits is not None:
        if isinstance(digits, bool) or not isinstance(digits, int) or not fewest <= digits <= most:
            raise ValueError(
                f"digits={short(digits)}: give a whole number from {fewest} to {most}, such as 2"
            )
        changed = replace(changed, digits=digits)
    if fractions is not None:
        changed = replace(changed, fractions=bool(fractions))
    if local is not None:
        changed = replace(changed, local=bool(local))
    token = _CURRENT.set(changed)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def pointed(text: str) -> str:
    """``0.5`` for ``0,5``: a number that is typed may have a decimal comma; other texts stay.

    >>> from autograd.writing import pointed
    >>> pointed("0,5"), pointed("1/0,5"), pointed("1,2,3"), pointed("[1,2]"), pointed("max(1,2)")
    ('0.5', '1/0.5', '1,2,3', '[1,2]', 'max(1,2)')
    """
    if re.search("[^-0-9,.eE+*/ ]|[0-9],[0-9.]*,|[.][0-9]*,|,[0-9]*[.]", text):
        return text  # a list, the arguments of a function, or no number
    return re.sub("(?<=[0-9]),(?=[0-9])", ".", text)


def as_fraction(value: float) -> str | None:
    """``4/9`` for the float nearest to it, rounding noise apart; None for what is no fraction.

    >>> from autograd.writing.figures import as_fraction
    >>> as_fraction(4 / 9), as_fraction(-8 / 3), as_fraction(2.0), as_fraction(0.7311)
    ('4/9', '-8/3', None, None)
    """
    if not math.isfinite(value) or abs(value) >= DENOMINATORS:
        return None
    near = Fraction(value).limit_denominator(DENOMINATORS - 1)
    close = abs(value - near.numerator / near.denominator) <= CLOSE * abs(value)
    return f"{near.numerator}/{near.denominator}" if close and near.denominator > 1 else None
