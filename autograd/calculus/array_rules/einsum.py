"""Einstein summation, whose adjoint is Einstein summation again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograd.calculus import Namespace, Shape, short
from autograd.calculus.array_rules.core import Array, ArrayRule, Bound, sample, unbroadcast
from autograd.calculus.array_rules.printed import summed

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def einsum(*operands: Array, subscripts: str) -> Array:
    """Products of entries summed as ``subscripts`` says, for example "ij,jk->ik".

    The adjoint swaps the operand's subscripts with those of the result. Repeated subscripts take
    diagonals, an ellipsis stands for the axes not named, and without "->" the result has the
    subscripts that occur once, in order.

    >>> import numpy as np
    >>> import autograd
    >>> print(autograd.einsum("ij,ij->i", np.ones((2, 3)), np.ones((2, 3))))
    [3. 3.]
    """
    return np.einsum(subscripts, *operands, optimize=True)


def bind_einsum(subscripts: str, *operands: Array) -> Bound:
    if not isinstance(subscripts, str) and operands and isinstance(operands[0], list | tuple):
        subscripts, operands = _from_lists((subscripts, *operands))
    if not isinstance(subscripts, str):
        raise TypeError(
            f"einsum: subscripts are {short(subscripts)}; give a string first, such as 'ij,jk->ik'"
        )
    return operands, {"subscripts": subscripts}


def _from_lists(items: tuple[Array, ...]) -> tuple[str, tuple[Array, ...]]:
    """Operands that each have a list of axis numbers behind them, in NumPy's other form."""
    operands, places = items[: len(items) // 2 * 2 : 2], items[1::2]
    terms = ["".join("..." if i is Ellipsis else LETTERS[i] for i in place) for place in places]
    text = ",".join(terms)
    if len(items) % 2:
        text += "->" + "".join("..." if i is Ellipsis else LETTERS[i] for i in items[-1])
    return text, operands


def explicit(subscripts: str, ndims: tuple[int, ...]) -> tuple[list[str], str]:
    """The subscripts of every operand and of the result, one letter an axis, ellipsis spelt out."""
    text = subscripts.replace(" ", "")
    left, arrow, result = text.partition("->")
    terms = left.split(",")
    widest = max((n - len(term) + 3 for term, n in zip(terms, ndims) if "..." in term), default=0)
    free = [letter for letter in LETTERS if letter not in text]
    if widest > len(free):
        raise ValueError(f"einsum: {subscripts!r} needs more letters than there are")
    rest = "".join(free[:widest])
    full = [
        term.replace("...", rest[widest - (n - len(term) + 3) :]) if "..." in term else term
        for term, n in zip(terms, ndims)
    ]
    if arrow:
        return full, result.replace("...", rest)
    once = sorted(x for x in set(left) - set(".,") if left.count(x) == 1)
    return full, rest + "".join(once)


def lengths(terms: list[str], operands: tuple[Array, ...]) -> dict[str, int]:
    """How long the axis of each letter is; a length of 1 is stretched to the others'."""
    sizes: dict[str, int] = {}
    for term, x in zip(terms, operands):
        for letter, n in zip(term, x.shape):
            sizes[letter] = n if sizes.get(letter, 1) == 1 else sizes[letter]
    return sizes


def _known(
    i: int, operands: tuple[Array, ...], terms: list[str], result: str, sizes: dict[str, int]
) -> set[str]:
    """The letters that the result, or an operand other than ``i``, has at their full length."""
    others = {
        letter
        for j, (term, x) in enumerate(zip(terms, operands))
        for letter, n in zip(term, x.shape)
        if j != i and n == sizes[letter]
    }
    return others | set(result)


@dataclass(frozen=True)
class Backwards:
    """The contraction of g, the other operands and some factors to the axes of one operand."""

    subscripts: str
    factors: list[tuple[str, int]]  # "eye" or "ones", and the size
    shape: Shape  # of what it gives: the operand's, its axes of length 1 stretched


def _backwards(i: int, operands: tuple[Array, ...], subscripts: str) -> Backwards:
    """Every axis of operand ``i`` gets a letter of its own.

    A repeated one is tied to the first by an identity matrix: the adjoint of a diagonal is zero off
    it. One that nobody else has was summed alone, and a factor of ones repeats the gradient along
    it.
    """
    terms, result = explicit(subscripts, tuple(x.ndim for x in operands))
    sizes = lengths(terms, operands)
    known = _known(i, operands, terms, result, sizes)
    inputs = [result, *(term for j, term in enumerate(terms) if j != i)]
    free = iter([letter for letter in LETTERS if letter not in sizes])
    factors: list[tuple[str, int]] = []
    target = ""
    for letter in terms[i]:
        if letter in target:
            twin = next(free)
            inputs.append(letter + twin)
            factors.append(("eye", sizes[letter]))
            target += twin
        else:
            if letter not in known:
                inputs.append(letter)
                factors.append(("ones", sizes[letter]))
            target += letter
    shape = tuple(sizes[letter] for letter in terms[i])
    return Backwards(f"{','.join(inputs)}->{target}", factors, shape)


def einsum_adjoint(
    F: Namespace, i: int, g: Array, out: Array, *operands: Array, subscripts: str
) -> Array:
    a = operands[i]
    back = _backwards(i, operands, subscripts)
    others = [x for j, x in enumerate(operands) if j != i]
    factors = [getattr(np, name)(n, dtype=a.dtype) for name, n in back.factors]
    return unbroadcast(F, F.einsum(back.subscripts, g, *others, *factors), a.shape)


def einsum_tangent(
    F: Namespace, tangents: tuple[Array, ...], out: Array, *operands: Array, subscripts: str
) -> Array:
    total = None
    for i, moved in enumerate(tangents):
        if moved is not None:
            term = F.einsum(subscripts, *operands[:i], moved, *operands[i + 1 :])
            total = term if total is None else total + term
    return total


def einsum_printed(*operands: Array, subscripts: str) -> tuple[str, ...]:
    return tuple(_printed(i, operands, subscripts) for i in range(len(operands)))


def _printed(i: int, operands: tuple[Array, ...], subscripts: str) -> str:
    back = _backwards(i, operands, subscripts)
    others = [f"a_{j}" for j in range(len(operands)) if j != i]
    factors = ", ".join(["g", *others, *(f"{name}({n})" for name, n in back.factors)])
    text = f"einsum('{back.subscripts}', {factors})"
    return f"da_{i} = {summed(text, back.shape, operands[i].shape)}"


RULES = (
    ArrayRule(
        "einsum",
        einsum,
        einsum_adjoint,
        einsum_printed,
        einsum_tangent,
        (
            sample((2, 3), (3, 4), subscripts="ij,jk->ik"),
            sample((2, 3), (3, 4), subscripts="ij,jk"),
            sample((2, 3), (3, 4), subscripts="kj,ji"),
            sample((2, 3), subscripts="ba"),
            sample((3,), (3,), subscripts="i,i"),
            sample((3,), (3,), subscripts="i,i->"),
            sample((3,), (2,), subscripts="i,j->ji"),
            sample((2, 3), subscripts="ij->"),
            sample((2, 3), subscripts="ij->j"),
            sample((2, 3), (3, 4), subscripts="ij,jk->"),
            sample((2, 3), (4, 5), subscripts="ij,kl->jl"),
            sample((3, 3), subscripts="ii"),
            sample((3, 3), subscripts="ii->i"),
            sample((3, 3, 2), subscripts="iij->ji"),
            sample((3, 3, 3), subscripts="iii->i"),
            sample((3, 3), (3,), subscripts="ii,i->i"),
            sample((3, 3), (3, 3), subscripts="ii,jj->ij"),
            sample((2, 3), (3, 4), (4, 2), subscripts="ij,jk,kl->il"),
            sample((2, 3), (3, 4), (4,), subscripts="ij,jk,k->i"),
            sample((5, 2, 3), (5, 3, 4), subscripts="bij,bjk->bik"),
            sample((5, 2, 3), (3, 4), subscripts="...ij,jk->...ik"),
            sample((5, 2, 3), (3, 4), subscripts="...ij,...jk"),
            sample((4, 2, 3), (5, 1, 3, 2), subscripts="...ij,...ji->..."),
            sample((2, 3, 4), subscripts="i...->..."),
            sample((2, 3, 4), subscripts="...->..."),
            sample((2, 3, 3), subscripts="...ii->...i"),
            sample((2, 3), (2, 1), subscripts="ij, ij -> ij"),
            sample((), (2,), subscripts=",i->i"),
            sample((2, 3), (1, 3), subscripts="ij,ij->"),
        ),
        arity=None,
        bind=bind_einsum,
    ),
)
