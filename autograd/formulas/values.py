"""What the variables of a formula are: ``x=1/3``, ``W=[[1, 0], [2, 1]]``, ``X=data.csv``."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import NoReturn

import numpy as np

from autograd.calculus import Quantity, short
from autograd.engine import Node
from autograd.formulas.files import SUFFIXES, read_file
from autograd.formulas.lists import refuse_ragged
from autograd.formulas.reading import constant
from autograd.formulas.tokens import ExpressionError, fail, quoted, unquoted
from autograd.writing import pointed

#: How many letters the value of one variable may have.
LONGEST = 200_000

_REMEDY = "write name=number, such as x=1, or an array as x=[1,2]"
_FILE = re.compile(rf".*({'|'.join(map(re.escape, SUFFIXES))})(:[^:/\\]+)?", re.IGNORECASE)


def assignments(words: Iterable[str]) -> dict[str, Quantity]:
    """``["x=1", "y=[1, 2]"]`` as a dictionary; ExpressionError for a malformed one.

    A value is a number or an arithmetic of numbers (a float), a list or a file of numbers (an
    array of floats).

    >>> from autograd.formulas import assignments
    >>> assignments(["x=1/3", "w0=-2.5e-1", "y=[[1, 0],", "[2, 1]]"])
    {'x': 0.3333333333333333, 'w0': -0.25, 'y': array([[1., 0.],
           [2., 1.]])}
    """
    values: dict[str, Quantity] = {}
    for word in _joined(words):
        word = unquoted(word)
        name, sign, text = word.partition("=")
        if not sign or not name.strip().isidentifier():
            raise ExpressionError(f"{quoted(word)} is no assignment; {_REMEDY}")
        if name.strip() in values:
            raise ExpressionError(f"{quoted(name.strip())} is assigned twice; keep one of the two")
        values[name.strip()] = typed_value(text, word, len(name) + 1)
    return values


def typed_value(text: str, word: str, before: int = 0) -> Quantity:
    """The number or the array that ``text`` writes, which begins after so many letters of ``word``.

    >>> from autograd.formulas.values import typed_value
    >>> typed_value("[1/2, -3]", "x=[1/2, -3]")
    array([ 0.5, -3. ])
    """
    if len(text) > LONGEST:
        fail(f"{quoted(word)} has {len(text):,} letters; put the numbers into a .csv file", None)
    text = pointed(unquoted(text))
    if _FILE.fullmatch(text):
        return checked_array(read_file(text), text)
    try:
        value: Quantity = float(text)
    except ValueError:
        value = _computed(text, word, before)
    if isinstance(value, float):
        if not math.isfinite(value):
            fail(f"{quoted(word)} is not finite; give an ordinary number", before + 1)
        return value
    return checked_array(value, word)


def value_of(value: Quantity, name: str) -> Quantity:
    """What a program gives for a variable: a node, a number, an array, a list, or a text of it.

    >>> from autograd.formulas import value_of
    >>> value_of([[1, 2]], "x"), value_of("1/4", "y")
    (array([[1., 2.]]), 0.25)
    """
    if isinstance(value, Node):
        return value
    if isinstance(value, str):
        return typed_value(value, f"{name}={value}", len(name) + 1)
    try:
        numeric = isinstance(value, list) or np.asarray(value).dtype.kind in "fiub"
        return checked_array(value, name) if numeric else _refused(value, name)
    except ExpressionError:
        raise
    except (TypeError, ValueError, OverflowError):
        _refused(value, name)


def _refused(value: Quantity, name: str) -> NoReturn:
    fail(f"{name} is {short(value)}, no number and no array of numbers", None)


def checked_array(value: Quantity, where: str) -> Quantity:
    """Nested lists or an array as one array of finite floats, or a float where it has no axis."""
    if isinstance(value, list):
        try:
            refuse_ragged(value)
        except ValueError as error:
            fail(f"{quoted(where)}: {error}", None)
    array = np.asarray(value, dtype=float)
    if not array.size:
        fail(f"{quoted(where)} has no number in it; give at least one", None)
    wrong = ~np.isfinite(array)
    if wrong.any():
        place = np.argwhere(wrong)[0].tolist()
        fail(f"{quoted(where)} is not finite at {place}; give an ordinary number there", None)
    return array if array.ndim else float(array)


def _joined(words: Iterable[str]) -> Iterator[str]:
    """``words`` with those together again that a shell split inside of brackets."""
    whole = ""
    for word in words:
        whole = f"{whole} {word}" if whole else word
        if whole.count("[") <= whole.count("]"):
            yield whole
            whole = ""
    if whole:
        yield whole


def _computed(text: str, word: str, before: int) -> Quantity:
    """The number of an arithmetic, or the nested lists of one."""
    remedy = f"is no number in {quoted(word)}; {_REMEDY}"
    if not re.search(r"\d", text) or re.search(r"[=;\n]", text):
        file = f"; no file of that kind is read here, but {' '.join(SUFFIXES)} are"
        other = file if re.search(r"\.\w{1,8}$", text) else ""
        fail(f"{quoted(text)} {remedy}{other}", before + 1)
    try:
        value = constant(text)
    except ExpressionError as error:
        inner = str(error).partition(": ")[2] if error.column else str(error)
        column = before + (error.column or 1)
        fail(f"{inner}, in {quoted(word)}" if "[" in text else f"{quoted(text)} {remedy}", column)
    return value if isinstance(value, list | np.ndarray) else float(value)
