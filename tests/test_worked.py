"""Backward steps over arrays with their numbers, as a page writes them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, steps
from autograd.lessons.array_words import is_one_hot, places_of
from autograd.lessons.wording import Wording
from autograd.writing import LATEX, MATHML, TEXT


def equation(output: Any, name: str, notation: Any = MATHML) -> str:
    """The equation of the gradient of a leaf, its markup left out."""
    lesson = steps(output, names={})
    words = Wording(lesson, notation)
    for step in lesson:
        for term in step.terms:
            if term.operand.label == name:
                lines = [line for line in words.lines(step) if line.kind == "product"]
                line = lines[list(step.terms).index(term)]
                return plain(line.text)
    raise AssertionError(name)


def plain(mathml: str) -> str:
    for tag, text in (("</mtd>", " "), ("</mtr>", "; "), ("</mtable>", "] "), ("<mtable", "[<")):
        mathml = mathml.replace(tag, text + tag if tag.startswith("</") else text + tag[1:])
    text = re.sub(r"<[^>]*>|\[<[^>]*>", lambda m: "[" if m[0].startswith("[") else "", mathml)
    return " ".join(text.replace("\u00a0", " ").replace("−", "-").split())


X = Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], name="X")
W = Tensor([[1.0, 0.0], [0.0, -1.0], [2.0, 0.5]], name="W")


def test_a_product_shows_both_factors_and_its_sign() -> None:
    shown = equation((X @ W).square().sum(), "W")
    # The transpose is written out: three rows of two.
    assert "=[1 4 ; 2 5 ; 3 6 ; ] (3,2)×[14 -1 ; 32 -4 ; ] (2,2)" in shown


def test_elementwise_shows_upstream_and_local() -> None:
    t = Tensor([[0.5, 2.0]], name="t")
    shown = equation((t.square() * np.array([3.0, 10.0])).sum(), "t")
    assert "=[3 10 ; ] (1,2)⊙[1 4 ; ] (1,2)" in shown


def test_what_was_stretched_is_summed() -> None:
    b = Tensor([1.0, 2.0], name="b")
    product = (X @ W + b) * Tensor([[1.0, 2.0], [3.0, 4.0]]).detach()
    assert "=Σ([1 2 ; 3 4 ; ] (2,2))" in equation(product.sum(), "b")


def test_numbers_have_a_dot_and_arrays_a_circle() -> None:
    s = Tensor(3.0, name="s")
    assert "⊙" not in equation((s * s).log(), "s", MATHML)
    assert "⊙" in equation(autograd.tanh(X).sum(), "X", MATHML)
    assert r"\odot" in equation(autograd.softmax(X).square().sum(), "X", LATEX)
    assert "*" in equation(autograd.tanh(X).sum(), "X", TEXT)


@pytest.mark.parametrize("targets", [np.array([1, 0]), np.array([[0.0, 1.0], [1.0, 0.0]])])
def test_a_cross_entropy_is_probabilities_minus_one_hot_rows(targets: Any) -> None:
    z = Tensor([[0.0, 0.0], [np.log(3.0), 0.0]], name="z")
    shown = equation(autograd.cross_entropy(z, targets), "z")
    assert "[0.5 0.5 ; 0.75 0.25 ; ] (2,2)-[0 1 ; 1 0 ; ] (2,2) one-hot2" in shown


def test_a_large_array_is_not_written_out() -> None:
    large = Tensor(np.ones((7, 7)), name="a")
    assert "[1" not in equation((large @ large * large).sum(), "a")


def test_plain_text_stays_as_it_was() -> None:
    lesson = steps((X @ W).square().sum(), names={})
    assert "dW = X.T @ dv1  (3,2) = (3,2) @ (2,2)" in lesson.text()


def test_places_of_a_transposed_matrix() -> None:
    value = np.array([[1, 2, 3], [4, 5, 6]])
    for turned, rows in ((False, value), (True, value.T)):
        assert value.ravel()[np.array(places_of(value, turned))].tolist() == rows.tolist()


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ([0, 1, 0], True),
        ([[0.0, 1.0], [0.0, 1.0]], True),
        ([[0.0, 1.0], [0.0, 0.0]], False),
        ([[1.0, 1.0]], False),
        ([0.5, 0.5], False),
        ([1.0], False),
        ([[1.0], [1.0]], False),
        ([2.0, -1.0], False),
        ([np.nan, 1.0], False),
    ],
)
def test_one_hot_rows(value: Any, answer: bool) -> None:
    assert is_one_hot(np.array(value)) is answer
