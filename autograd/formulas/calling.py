"""What the words of a formula do: functions, operators, methods and indices over their operands.

An operand is a number, an array, a list of operands as it was typed, or a node. Whatever has no
finite value, does not fit, or would grow beyond bounds is told with the operands' own words.
"""

from __future__ import annotations

import difflib
import inspect
import math
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.calculus import RULES, Quantity, State, short
from autograd.calculus.array_rules import ARRAY_RULES
from autograd.calculus.composed import COMPOSED
from autograd.engine import Node, Tensor, Value
from autograd.formulas.lists import one_operand
from autograd.formulas.tokens import fail, quoted
from autograd.functions import FUNCTIONS, OF_VALUE, OWN

#: How many numbers a formula may compute in all.
MOST_ELEMENTS = 10_000_000

#: Other names for functions.
ALIASES = {
    "ln": "log",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
}
#: Of two and more operands these are the elementwise row, of one they reduce.
OF_SEVERAL = {"max": "maximum", "min": "minimum"}
CONSTANTS = {"pi": math.pi, "True": True, "False": False, "None": None}
COMPARISONS = "equal not_equal greater greater_equal less less_equal".split()
#: Rows that no one calls by name.
_INNER = {"getitem", "put_index", "linear", "astype", "eigh_terms", "svd_terms", "qr_terms"}
NAMES = {
    name
    for name in [*RULES, *ARRAY_RULES, *COMPOSED, *COMPARISONS, "amax", "amin", "expit", "trace"]
    if name not in _INNER
}
METHODS = {name for name in OWN if name in NAMES or name in ("view", "flatten")} | {
    name for name, rule in RULES.items() if rule.arity == 1
}
ATTRIBUTES = ("T", "mT", "shape", "size", "ndim")
#: Functions that may give far more numbers than they take.
_GROW = set(
    "outer kron tensordot einsum tile repeat pad broadcast_to full linspace logspace convolve "
    "correlate diag cov corrcoef unfold conv conv_transpose conv_kernel split array_split hsplit "
    "vsplit dsplit diff".split()
)
#: The operands that are classes or places, not numbers to differentiate by.
_WHOLE = {"cross_entropy": 1, "take": 1, "take_along_axis": 1}
_MISTAKES = (
    ValueError, TypeError, LookupError, ArithmeticError, RuntimeError, MemoryError, ImportError,
    AttributeError,
)  # fmt: skip
_SHAPES = re.compile(r"\w+: shapes (\(.*?\)) and (\(.*?\)) do not fit: (.*)", re.DOTALL)


@dataclass
class Operand:
    """A value and where its text stands, as columns of the formula."""

    value: Any
    begin: int
    end: int
    typed: bool = False  # a variable, or a list of numbers


def is_for_numbers(name: str) -> bool:
    """Whether a function of that name takes Values."""
    return any(name in names for names in (RULES, OF_VALUE, ALIASES, OF_SEVERAL, COMPARISONS))


def function_named(word: str, column: int) -> str:
    name = ALIASES.get(word, word)
    if name not in NAMES:
        fail(f"{quoted(word)} is no function here; {nearest(word, [*NAMES, *ALIASES])}", column)
    return name


def nearest(
    word: str, names: Iterable[str], otherwise: str = "exp, log, tanh, sigmoid, max are some"
) -> str:
    near = difflib.get_close_matches(word[:40], sorted(names), 3)
    return f"did you mean {' or '.join(near)}?" if near else otherwise


def grammar() -> State:
    """The words of the grammar, for readers in another language."""
    return {
        "names": sorted(NAMES),
        "methods": sorted(METHODS),
        "aliases": ALIASES,
        "several": OF_SEVERAL,
        "comparisons": COMPARISONS,
        "reduced": sorted(OF_VALUE),
        "growing": sorted(_GROW),
        "whole": _WHOLE,
        "ofNumbers": sorted(filter(is_for_numbers, {*NAMES, *ALIASES})),
    }


def signatures() -> dict[str, inspect.Signature]:
    """The arguments of the functions that are no elementwise rows, by name."""
    names = NAMES - set(RULES) - set(COMPARISONS)
    return {name: inspect.signature(_public(name)) for name in sorted(names)}


def numbers_in(operand: Quantity) -> Quantity:
    """The numbers of an operand, as a float or an array."""
    return operand.data if isinstance(operand, Node) else operand


class Calls:
    """Applies the operations of one formula, whose text its messages quote."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.elements = 0

    def words(self, operand: Operand) -> str:
        return short(" ".join(self.text[operand.begin - 1 : operand.end - 1].split())).strip("'\"")

    def apply(
        self,
        name: str,
        operands: Sequence[Operand],
        column: int,
        named: State | None = None,
        method: bool = False,
    ) -> Quantity:
        """The result of a function, an operator or a method, by the name of its row."""
        values = [operand.value for operand in operands]
        named = named or {}
        if name in OF_SEVERAL and len(values) > 1 and not named and not method:
            name = OF_SEVERAL[name]
        function: Callable[..., Quantity] = OWN[name] if method and name in OWN else _public(name)
        rule = RULES.get(name)
        try:
            if name in COMPARISONS or rule is not None:
                values = [one_operand(value) for value in values]
            if name in COMPARISONS:
                self._count(name, values, 2, 2, column)
                function = _as_number(name)
            elif rule is not None and not named:
                self._count(name, values, rule.arity - len(rule.defaults), rule.arity, column)
            if name in _WHOLE:
                values = _with_classes(name, operands, values)
            if name in ("div", "mod"):
                self._no_zero(values[1], column)
            self._bound(name, [*values, *named.values()], column)
            if name in OF_SEVERAL.values() and len(values) > 2 and not named:
                first = values[0]
                for value in values[1:]:
                    first = function(first, value)
                return self.checked(name, first, values, column)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a result that is not finite is told
                result = function(*values, **named)
        except _MISTAKES as error:
            if hasattr(error, "column"):
                raise
            fail(self._told(name, operands, error), column)
        return self.checked(name, result, values, column)

    def item(self, operand: Operand, index: Quantity, column: int) -> Quantity:
        """One element or a slice of an operand."""
        value = operand.value
        try:
            if isinstance(value, tuple) or (isinstance(value, list) and isinstance(index, int)):
                return value[index]
            value = one_operand(value)
            if not np.ndim(numbers_in(value)) and index is not ...:
                raise TypeError("it is one number")
            picked = value[index]
        except _MISTAKES as error:
            message = re.sub(r"^getitem: ", "", str(error))
            fail(f"{self.words(operand)} cannot be indexed so: {message}", column)
        return picked if isinstance(picked, Node) or np.ndim(picked) else float(picked)

    def attribute(self, operand: Operand, name: str, column: int) -> Quantity:
        value = operand.value
        try:
            value = one_operand(value)
        except TypeError as error:
            fail(str(error), column)
        if name in ("shape", "size", "ndim"):
            return getattr(np.asarray(numbers_in(value)), name)
        if np.ndim(numbers_in(value)) < (2 if name == "mT" else 0):
            fail(f".mT needs two axes, and {self.words(operand)} has fewer", column)
        return getattr(value, name) if not isinstance(value, float) else value

    def checked(
        self, name: str, result: Quantity, values: Sequence[Quantity], column: int
    ) -> Quantity:
        """``result``, once all its numbers are found to be finite and not too many."""
        if isinstance(result, list | tuple):
            return tuple(self.checked(name, one, values, column) for one in result)
        numbers = numbers_in(result)
        if isinstance(numbers, float):
            finite = math.isfinite(numbers)
        else:
            numbers = np.asarray(numbers)
            if numbers.dtype.kind not in "fiub":
                fail(f"{name}() gives no real numbers", column)
            self.elements += numbers.size
            self._within(name, self.elements, column)
            finite = bool(np.isfinite(numbers).all())
        if not finite:
            fail(_not_finite(name, numbers, values), column)
        return result

    def _count(
        self, name: str, values: Sequence[Quantity], fewest: int, most: int, column: int
    ) -> None:
        several = name in OF_SEVERAL.values()
        if len(values) < fewest or (len(values) > most and not several):
            takes = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            plural = "s" if most > 1 else ""
            fail(f"{name}() takes {takes} argument{plural}, not {len(values)}", column)

    def _no_zero(self, divisor: Quantity, column: int) -> None:
        zero = np.equal(numbers_in(divisor), 0)
        if np.any(zero):
            place = f" at {np.argwhere(zero)[0].tolist()}" if np.ndim(zero) else ""
            fail(f"division by zero{place}", column)

    def _bound(self, name: str, values: Sequence[Quantity], column: int) -> None:
        """Refuse what is too large before it is computed."""
        if isinstance(values[0], float | Value):
            return
        shapes = [np.shape(numbers_in(x)) for x in values if isinstance(x, Node | np.ndarray)]
        most = 0
        if name == "matmul" and len(shapes) == 2 and all(shapes):
            batch = np.broadcast_shapes(shapes[0][:-2], shapes[1][:-2])
            most = math.prod(batch) * math.prod(shapes[0][-2:-1]) * math.prod(shapes[1][1:][-1:])
        elif name in RULES:
            with_axes = [shape for shape in shapes if shape]
            most = math.prod(max((s[i] for s in with_axes if i >= -len(s)), default=1)
                             for i in range(-max(map(len, with_axes), default=0), 0))  # fmt: skip
        elif name in _GROW:
            sizes = [max(math.prod(shape), 1) for shape in shapes]
            most = math.prod(sizes) * max(abs(math.prod(_integers(values))), 1)
            most *= sizes[0] if name in ("diag", "cov", "corrcoef") and sizes else 1
        self._within(name, self.elements + most, column)

    def _within(self, name: str, elements: int, column: int) -> None:
        if elements > MOST_ELEMENTS:
            fail(
                f"{name}() makes it more than {MOST_ELEMENTS:,} numbers in all; take smaller "
                f"arrays, or write it in Python",
                column,
            )

    def _told(self, name: str, operands: Sequence[Operand], error: BaseException) -> str:
        """An error of a function in one line, shapes that do not fit with what has them."""
        message = " ".join(str(error).split()) or type(error).__name__
        if isinstance(error, MemoryError):
            return f"{name}(): there is no memory for it; take smaller arrays"
        if isinstance(error, AttributeError):  # of None, a text or a number in an array's place
            return f"{name}() takes arrays; one of its arguments here is none"
        fitting = _SHAPES.fullmatch(message)
        if fitting and len(operands) == 2:
            first, second = map(self.words, operands)
            return (
                f"{first} has shape {fitting[1]} and {second} has shape {fitting[2]}, which do not "
                f"fit: {fitting[3]}"
            )
        return message if message.startswith(f"{name}") else f"{name}: {message}"


def _public(name: str) -> Callable[..., Quantity]:
    function: Callable[..., Quantity] = OWN[name] if name == "trace" else FUNCTIONS[name]
    return function


def _as_number(name: str) -> Callable[..., Quantity]:
    """A comparison of two operands: 1 where it holds, 0 elsewhere."""

    def compare(a: Quantity, b: Quantity, **named: Quantity) -> Quantity:
        if named:
            raise TypeError(f"{name}: takes two operands, and no {next(iter(named))}=")
        truth = FUNCTIONS[name](a, b)
        return truth.astype(float) if np.ndim(truth) else float(truth)

    return compare


def _integers(values: Iterable[Quantity]) -> list[int]:
    """The whole numbers among arguments, which may be counts or sizes."""
    found: list[int] = []
    for value in values:
        if isinstance(value, tuple | list):
            found += _integers(value)
        elif isinstance(value, int | float) and value:
            found.append(math.ceil(abs(value)))
    return found


def _with_classes(name: str, operands: Sequence[Operand], values: list[Quantity]) -> list[Quantity]:
    """``values`` with a variable that holds classes or places as whole numbers."""
    place = _WHOLE[name]
    if len(values) <= place:
        return values
    numbers = np.asarray(numbers_in(values[place]), dtype=float)
    soft = name == "cross_entropy" and numbers.shape == np.shape(numbers_in(values[0]))
    whole: Quantity = values[place]
    if soft:
        whole = one_operand(whole)
    elif operands[place].typed and np.all(numbers == np.floor(numbers)):
        integers = numbers.astype(int)
        name_of = whole.name if isinstance(whole, Node) else None
        whole = Tensor(integers, name=name_of) if name_of else integers
    return [*values[:place], whole, *values[place + 1 :]]


def _not_finite(name: str, numbers: Quantity, values: Sequence[Quantity]) -> str:
    """Which result is not finite, and from which operands an elementwise row made it."""
    place: tuple[int, ...] = ()
    at = ""
    if np.ndim(numbers):
        place = tuple(np.argwhere(~np.isfinite(numbers))[0].tolist())
        at = f" at {list(place)}"
    what = "no real number" if math.isnan(numbers[place] if place else numbers) else "not finite"
    if name not in RULES:
        return f"{name}() is {what}{at}"
    entries = [np.broadcast_to(numbers_in(x), np.shape(numbers))[place] for x in values]
    return f"{name}({', '.join(f'{entry:g}' for entry in entries)}) is {what}{at}"
