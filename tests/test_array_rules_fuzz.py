"""Indices, einsum subscripts and broadcast shapes that nobody thought of."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd.calculus.array_rules import ARRAY_RULES, unbroadcast
from tests.test_array_rules import F

SHAPE = (3, 4, 2)


def masks() -> st.SearchStrategy[Any]:
    return st.integers(1, 3).flatmap(lambda n: hnp.arrays(np.bool_, SHAPE[:n]))


INDICES = st.one_of(
    hnp.basic_indices(SHAPE, allow_newaxis=True, allow_ellipsis=True),
    hnp.integer_array_indices(SHAPE, result_shape=hnp.array_shapes(max_dims=2, max_side=5)),
    masks(),
    st.tuples(st.integers(-3, 2), hnp.arrays(np.intp, 3, elements=st.integers(-4, 3))),
    st.tuples(hnp.arrays(np.intp, 3, elements=st.integers(-3, 2)), st.just(Ellipsis)),
    st.tuples(hnp.arrays(np.intp, 2, elements=st.integers(-3, 2)), st.none(), st.just([1, 1])),
    st.lists(st.integers(-3, 2), max_size=4),
    st.booleans(),
)


@given(index=INDICES)
def test_put_index_adds_every_element_where_getitem_took_it(index: Any) -> None:
    operands, attrs = ARRAY_RULES["getitem"].bind(np.zeros(SHAPE), index)  # type: ignore[misc]
    places = np.arange(24).reshape(SHAPE)[index]
    g = np.random.default_rng(0).standard_normal(places.shape)
    expected = np.zeros(24)
    for place, value in zip(np.ravel(places), g.ravel()):
        expected[place] += value
    adjoint = ARRAY_RULES["getitem"].adjoint(0)
    assert adjoint is not None
    actual = adjoint(F, g, np.zeros(places.shape), *operands, **attrs)
    np.testing.assert_allclose(actual, expected.reshape(SHAPE), rtol=1e-14, atol=1e-14)


def test_an_index_is_copied_when_it_is_used() -> None:
    bind = ARRAY_RULES["getitem"].bind
    assert bind is not None
    given_index = np.array([0, 1])
    _, attrs = bind(np.zeros(3), (slice(None), given_index))
    given_index[0] = 2
    assert attrs["index"][1].tolist() == [0, 1]


SIZES = dict(zip("ijkl", (2, 3, 1, 2)))


@st.composite
def subscripts(draw: st.DrawFn) -> str:
    term = st.text("ijkl", max_size=3)
    ellipsis = draw(st.booleans())
    terms = draw(st.lists(term, min_size=1, max_size=3))
    letters = sorted(set("".join(terms)))
    result = "".join(
        draw(st.lists(st.sampled_from(letters), unique=True) if letters else st.just([]))
    )
    if ellipsis:
        marks = [draw(st.integers(0, len(term))) for term in terms]
        terms = [term[:k] + "..." + term[k:] for term, k in zip(terms, marks)]
        k = draw(st.integers(0, len(result)))
        result = result[:k] + "..." + result[k:]
    return ",".join(terms) + (f"->{result}" if draw(st.booleans()) else "")


@given(text=subscripts(), seed=st.integers(0, 99))
def test_einsum_is_linear_in_each_operand_and_its_adjoint_is_the_transpose(
    text: str, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    free = {".": [(), (2,), (1,), (3, 2), (1, 2), (3, 1)][int(rng.integers(6))]}
    operands = []
    for term in text.partition("->")[0].split(","):
        before, dots, after = term.partition("...")
        stack = free["."][int(rng.integers(0, 3)) :] if dots else ()
        shape = (*(SIZES[x] for x in before), *stack, *(SIZES[x] for x in after))
        operands.append(rng.standard_normal(shape))
    rule = ARRAY_RULES["einsum"]
    out = rule.forward(*operands, subscripts=text)
    g = rng.standard_normal(out.shape)
    for i, a in enumerate(operands):
        adjoint = rule.adjoint(i)
        assert adjoint is not None
        da = adjoint(F, g, out, *operands, subscripts=text)
        assert da.shape == a.shape
        moved = rng.standard_normal(a.shape)
        tangents = tuple(moved if j == i else None for j in range(len(operands)))
        dout = rule.tangent(F, tangents, out, *operands, subscripts=text)
        np.testing.assert_allclose(np.sum(da * moved), np.sum(g * dout), rtol=1e-9, atol=1e-9)


SHAPES = [shape for rank in range(4) for shape in itertools.product((1, 2), repeat=rank)]


def pairs() -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return [(s, np.broadcast_shapes(s, t)) for s in SHAPES for t in SHAPES]


def test_unbroadcast_sums_every_shape_pair_up_to_rank_3() -> None:
    for shape, wide in pairs():
        g = np.random.default_rng(1).standard_normal(wide)
        expected = np.zeros(shape)
        lifted = expected.reshape((1,) * (len(wide) - len(shape)) + shape)
        for at in np.ndindex(wide):
            lifted[tuple(k if n > 1 else 0 for k, n in zip(at, lifted.shape))] += g[at]
        actual = unbroadcast(F, g, shape)
        assert actual.shape == shape
        np.testing.assert_allclose(actual, expected, rtol=1e-13, atol=1e-13)


def test_unbroadcast_of_what_was_not_stretched_is_the_same_array() -> None:
    g = np.ones((2, 1, 3))
    assert unbroadcast(F, g, (2, 1, 3)) is g


@pytest.mark.parametrize("shape, wide", [((1, 3), (0, 3)), ((0,), (2, 0)), ((), (0,))])
def test_unbroadcast_of_nothing_is_zero(shape: tuple[int, ...], wide: tuple[int, ...]) -> None:
    actual = unbroadcast(F, np.ones(wide), shape)
    assert actual.shape == shape and not np.any(actual)
