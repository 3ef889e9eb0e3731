"""Arguments that a function does not have: refused with the name that they have here."""

from __future__ import annotations

import inspect
from collections.abc import Collection
from typing import NoReturn

from autograd.calculus import Function
from autograd.engine import REFUSED_ARGUMENTS

#: What other libraries call them, and what they are called here.
HERE = {
    "dim": "axis",
    "dims": "axis",
    "keepdim": "keepdims",
    "unbiased": "ddof",
    "correction": "ddof",
    "p": "ord",
    "input": "a",
}


def refuse_names(function: str, words: Collection[str], names: Collection[str]) -> NoReturn:
    """Raise TypeError for the first of ``words``, which is none of the function's ``names``."""
    word = next(iter(words))
    if word in REFUSED_ARGUMENTS:
        raise TypeError(f"{function}: {word}= is not taken here; {REFUSED_ARGUMENTS[word]}")
    ours = HERE.get(word)
    if ours in names:
        raise TypeError(f"{function}: use {ours}= here, not {word}=")
    raise TypeError(f"{function}: there is no argument {word!r}; it takes {', '.join(names)}")


def check_names(function: str, named: Collection[str], names: Collection[str] | None) -> None:
    """Raise TypeError if one of ``named`` is none of ``names``; None allows every name."""
    if names is not None and (foreign := [word for word in named if word not in names]):
        refuse_names(function, foreign, names)


def argument_names(function: Function) -> list[str] | None:
    """The names of the arguments, or None where any name goes or nobody knows."""
    try:
        parameters = inspect.signature(function).parameters
    except ValueError:  # a function of C
        return None
    any_name = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    return None if any_name else list(parameters)
