"""Numbers and operations as text: in listings, on cards, in steps."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from autograd.calculus import Attributes, Index, Quantity, Rule
from autograd.calculus.array_rules import ArrayRule
from autograd.writing.figures import as_fraction, current_figures

#: Structural operations that mathematics writes with signs instead of a name, by their operands.
STRUCTURAL = {
    "matmul": {2: "{0} @ {1}"},
    "linear": {2: "{0} @ {1}", 3: "{0} @ {1} + {2}"},
}

#: Arrays up to this many elements are shown in full, larger ones by shape and range.
SHOWN_ELEMENTS = 4


def number(value: float) -> str:
    """``value`` with 4 significant digits; the digits before the point are never cut.

    Within :func:`figures` there are ``digits`` of them; a number from 1 on has so many behind the
    point as long as there are no more than four in all: 0.73 and 1.37.

    >>> from autograd.writing import number
    >>> number(1 / 3), number(65612.0), number(12345.678), number(1.5e-7), number(-0.0)
    ('0.3333', '65612', '12346', '1.5e-07', '0')
    """
    value = float(value)
    if value == 0:
        return "0"  # -0 too: a gradient of -0 means the same
    if not math.isfinite(value):
        return str(value)
    style = current_figures()
    if style.fractions and (fraction := as_fraction(value)):
        return fraction
    size, digits = abs(value), style.digits
    if size >= 1e7 or size < 1e-4:
        return f"{value:.{digits}g}"
    if size >= 1:
        whole = len(str(int(size)))
        digits = min(whole + digits, max(4, digits))
        if digits <= whole:
            return f"{value:.0f}"
    return f"{value:.{digits}g}"


def summary(value: Quantity) -> str:
    """One short line for a number or an array: the number, the few numbers, or shape and range.

    >>> import numpy as np
    >>> from autograd.writing import summary
    >>> summary(0.5), summary(np.array([2.8, 1.1, -0.5])), summary(np.arange(12.0).reshape(3, 4))
    ('0.5', '[2.8, 1.1, -0.5]', '(3, 4) 0 … 11')
    """
    if np.ndim(value) and (np.size(value) > SHOWN_ELEMENTS or not np.size(value)):
        return f"{shape_text(value.shape)} {extent(value)}"
    return extent(value)


def extent(value: Quantity) -> str:
    """A number; an array's few elements, or their range, without its shape.

    >>> import numpy as np
    >>> from autograd.writing import extent
    >>> extent(np.arange(12.0).reshape(3, 4)), extent(np.zeros((0, 2))), extent(np.ones(9) > 0)
    ('0 … 11', '[]', '9 True')
    """
    if value is None:
        return "None"
    if not isinstance(value, np.ndarray):
        return number(value)
    if value.ndim == 0:
        return number(value.item())
    if value.size == 0:
        return "[]"
    if value.size <= SHOWN_ELEMENTS:
        return _nested(value.tolist())
    return _range(value)


def on_card(value: Quantity) -> str:
    """As :func:`extent`, but an array of three axes or more by its range: a card has no brackets.

    >>> import numpy as np
    >>> from autograd.writing.formatting import on_card
    >>> on_card(np.ones((1, 2))), on_card(np.arange(4.0).reshape(2, 1, 2))
    ('[[1, 1]]', '0 … 3')
    """
    if isinstance(value, np.ndarray) and value.ndim > 2 and value.size:
        return _range(value)
    return extent(value)


def _range(value: Quantity) -> str:
    if value.dtype == bool:
        return f"{int(value.sum())} True"
    finite = value[np.isfinite(value)]
    parts = [f"{number(finite.min())} … {number(finite.max())}"] if finite.size else []
    # In the names of the programming language, which are the same in every language.
    for name, found in (
        ("nan", np.isnan(value)),
        ("inf", value == np.inf),
        ("-inf", value == -np.inf),
    ):
        if found.any():
            parts.append(f"{int(found.sum())} {name}")
    return ", ".join(parts)


def full(value: Quantity) -> str:
    """The whole value, for a tooltip: all digits of a number, all elements of a moderate array."""
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return repr(value.item())
        text = np.array2string(value, threshold=400, edgeitems=4, max_line_width=100)
        return f"{shape_text(value.shape)} {value.dtype}\n{text}"
    return repr(value) if value is None else repr(float(value))


def shape_text(shape: Sequence[int]) -> str:
    """A shape as Python writes it.

    >>> from autograd.writing import shape_text
    >>> shape_text((3,)), shape_text((2, 3))
    ('(3,)', '(2, 3)')
    """
    return str(tuple(int(n) for n in shape))


def _nested(items: float | list[float]) -> str:
    if isinstance(items, list):
        return "[" + ", ".join(map(_nested, items)) + "]"
    return number(items)


def expression(rule: TableRow, operands: Sequence[str], attrs: Attributes) -> str:
    """An operation applied to operands that are already text: ``x + y``, ``sum(h, axis=0)``."""
    # Reading a row's text is slow, so it is done once a rule; the entry keeps the rule alive.
    if id(rule) not in _WRITERS:
        _WRITERS[id(rule)] = rule, _writer(rule)
    return _WRITERS[id(rule)][1](operands, attrs)


#: A row of either of the two tables of derivatives.
TableRow: TypeAlias = Rule | ArrayRule
Writer = Callable[[Sequence[str], Attributes], str]
_WRITERS: dict[int, tuple[TableRow, Writer]] = {}


def _writer(rule: TableRow) -> Writer:
    if isinstance(rule, Rule) and rule.is_infix:
        slots = {name: f"{{{i}}}" for i, name in enumerate(rule.args)}
        template = re.sub(r"[A-Za-z_]\w*", lambda m: slots.get(m[0], m[0]), rule.value)
        # A negative number behind a sign or under a power stands in brackets.
        first = 0 if template.startswith("-") or "** " in template else 1
        return lambda operands, attrs: template.format(
            *(f"({t})" if i >= first and t.startswith("-") else t for i, t in enumerate(operands))
        )
    if rule.name in STRUCTURAL:
        templates = STRUCTURAL[rule.name]
        return lambda operands, attrs: templates[len(operands)].format(*operands)
    if rule.name == "getitem":
        return lambda operands, attrs: f"{operands[0]}[{_index(attrs['index'])}]"
    forward = getattr(rule, "forward", None)
    parameters = inspect.signature(forward).parameters if forward is not None else {}
    usual = {key: parameter.default for key, parameter in parameters.items()}
    listed = rule.arity is None

    def call(operands: Sequence[str], attrs: Attributes) -> str:
        if rule.name == "einsum":
            return f"einsum({', '.join([repr(attrs['subscripts']), *operands])})"
        extra = {k: v for k, v in attrs.items() if isinstance(v, np.ndarray) or v != usual.get(k)}
        if rule.name == "transpose" and not extra:
            return f"{operands[0]}.T"
        arguments = [f"[{', '.join(operands)}]"] if listed else list(operands)
        arguments += [f"{k}={_attr(v)}" for k, v in extra.items()]
        return f"{rule.name}({', '.join(arguments)})"

    return call


def _attr(value: Quantity) -> str:
    if isinstance(value, np.ndarray):
        if value.size > SHOWN_ELEMENTS:
            return f"array{shape_text(value.shape)}"
        return repr(value.tolist()) if value.dtype == bool else _nested(value.tolist())
    if isinstance(value, (type, np.dtype)):
        return np.dtype(value).name
    if isinstance(value, np.generic):
        value = value.item()
    parts = value if isinstance(value, tuple) else (value,)
    if any(isinstance(x, slice | np.ndarray) or x is Ellipsis for x in parts):
        return f"s_[{_index(value)}]"  # colons stand in brackets alone
    return number(value) if isinstance(value, float) else repr(value)


def _index(index: Index) -> str:
    if isinstance(index, tuple):
        return ", ".join(map(_index, index)) or "()"
    if isinstance(index, slice):
        ends = [index.start, index.stop] + ([index.step] if index.step is not None else [])
        return ":".join("" if end is None else str(end) for end in ends)
    return "..." if index is Ellipsis else _attr(index)
