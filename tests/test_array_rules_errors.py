"""Operands that do not fit: one line that names the operation, the shapes and the remedy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd.calculus.array_rules import ARRAY_RULES, PLAIN, explained
from autograd.calculus.composed import COMPOSED
from tests.test_array_rules import F

o = np.ones

BAD: list[tuple[str, tuple[Any, ...], dict[str, Any], str]] = [
    ("matmul", (o((3, 4)), o((5, 2))), {}, r"shapes \(3, 4\) and \(5, 2\) do not fit: 4 != 5; tr"),
    ("matmul", (o((3, 4)), o(3)), {}, "4 != 3"),
    ("matmul", (o(()), o(3)), {}, r"use \* to scale"),
    ("matmul", (o((2, 3, 4)), o((3, 4, 2))), {}, r"stacks \(2,\) and \(3,\) do not broadcast"),
    ("linear", (o((2, 3)), o((4, 5)), None), {}, r"x \(2, 3\) and w \(4, 5\) .* must be 4"),
    ("linear", (o((2, 3)), o((3, 5)), o(4)), {}, r"w \(3, 5\) and b \(4,\) .* shape \(5,\)"),
    ("linear", (o((2, 3)), o(()), None), {}, "w must be a matrix"),
    ("linear", (o(()), o((3, 5)), None), {}, r"x \(\) and w \(3, 5\) .* last axis of x must be 3"),
    ("dot", (o((2, 3)), o((2, 3))), {}, r"\(2, 3\) and \(2, 3\) do not fit: 3 != 2"),
    ("inner", (o((2, 3)), o((2, 2))), {}, "3 != 2; the last axes"),
    ("einsum", (o((2, 3)), o((4, 2))), {"subscripts": "ij,jk->ik"}, "'j' is 3 in one .* 4 in an"),
    ("einsum", (o((2, 3)),), {"subscripts": "i->i"}, "names 1 axes but the operand has shape"),
    ("einsum", (o((2, 3)),), {"subscripts": "ij,jk"}, "describes 2 operands but 1 are given"),
    ("einsum", (o((2, 3)), o(2)), {"subscripts": "...i,i"}, "does not fit"),
    ("reshape", (o((2, 6)),), {"shape": (5, 3)}, r"\(2, 6\) \(12 elements\) .* \(5, 3\); the num"),
    ("transpose", (o((2, 6)),), {"axes": (0, 0)}, "each of its 2 axes once"),
    ("transpose", (o((2, 6)),), {"axes": (0,)}, "each of its 2 axes once"),
    ("squeeze", (o((2, 1)),), {"axis": 0}, r"axis 0 of shape \(2, 1\) is longer than 1"),
    ("broadcast_to", (o(3),), {"shape": (2, 4)}, r"\(3,\) does not stretch to \(2, 4\)"),
    ("concatenate", (o((2, 3)), o((2, 4))), {"axis": 0}, r"\(2, 4\) do not join along axis 0"),
    ("concatenate", (), {}, "nothing to join"),
    ("stack", (o(3), o(4)), {}, r"shapes \(3,\) and \(4,\) differ"),
    ("stack", (), {}, "nothing to stack"),
    ("sum", (o((2, 3)),), {"axis": 2}, r"axis 2 is out of range for shape \(2, 3\); use -2..1"),
    ("mean", (o((2, 3)),), {"axis": (0, -3)}, r"axis \(0, -3\) is out of range"),
    ("var", (o(()),), {"axis": 1}, r"axis 1 is out of range for shape \(\); leave it out"),
    ("softmax", (o(3),), {"axis": 1}, "axis 1 is out of range"),
    ("norm", (o(3),), {"axis": 1}, "axis 1 is out of range"),
    ("norm", (o(3),), {"ord": "nuc"}, "'nuc' of a vector is unknown"),
    ("norm", (o((3, 3)),), {"ord": 3}, "order 3 of a matrix"),
    ("max", (o((0, 3)),), {"axis": 0}, r"shape \(0, 3\) has no element"),
    ("max", (o(3),), {"axis": (0, 0)}, "duplicate"),
    ("getitem", (o((2, 3)),), {"index": 5}, r"shape \(2, 3\): index 5 is out of bounds for axis 0"),
    ("getitem", (o((2, 3)),), {"index": (0, 0, 0)}, "too many indices"),
    ("getitem", (o((2, 3)),), {"index": np.array([True])}, "boolean index did not match"),
    ("getitem", (o((2, 3)),), {"index": 1.5}, "only integers, slices"),
    ("take", (o(3),), {"indices": 3}, "out of bounds"),
    ("pad", (o(3),), {"pad_width": -1}, "negative"),
    ("inv", (o((2, 2)),), {}, r"a matrix of shape \(2, 2\) is singular; pinv"),
    ("inv", (o((2, 3)),), {}, r"shape \(2, 3\): the matrix must be square; pinv takes any"),
    ("inv", (o(3),), {}, r"shape \(3,\) is no matrix"),
    ("solve", (o((2, 2)), o(2)), {}, "is singular; lstsq"),
    ("solve", (np.eye(2), o(3)), {}, r"shapes \(2, 2\) and \(3,\) do not fit: b needs 2 rows"),
    ("det", (o((2, 3)),), {}, "must be square"),
    ("logabsdet", (o(2),), {}, "no matrix"),
    ("cholesky", (-np.eye(2),), {}, "not positive definite; add a little to its diagonal"),
    ("cholesky", (o((2, 3)),), {}, "not positive definite|must be square|do not fit"),
    ("expm", (o((2, 3)),), {}, "must be square"),
    ("eigh_terms", (o((2, 3)),), {}, "must be square|do not fit"),
    ("qr_terms", (o((2, 3)),), {}, "wider than high; use qr"),
    ("svd_terms", (o(3),), {}, "no matrix"),
    ("pinv", (o(3),), {}, "no matrix"),
    ("diag", (o((2, 2, 2)),), {}, r"shape \(2, 2, 2\): Input must be 1- or 2-d"),
    (
        "conv",
        (o((2, 3, 4, 4)), o((5, 3, 5, 5))),
        {},
        r"\(5, 5\) does not fit into .* \(4, 4\); take",
    ),
    ("conv", (o((1, 1, 2)), o((1, 1, 4))), {"padding": 0, "dilation": 2}, r"reaches over \(7,\)"),
    ("conv", (o((1, 1, 2)), o((1, 1, 5))), {"padding": 1}, r"\(2,\) that padding makes \(4,\)"),
    ("conv", (o((2, 3, 4, 4)), o((5, 2, 3, 3))), {}, "has 3 channels, and kernels .* x needs 2"),
    ("conv", (o((2, 4, 4)), o((4, 4, 2))), {"groups": 2}, "4 in each of 2 groups; x needs 8"),
    ("conv", (o((2, 4, 4)), o((3, 2, 2))), {"groups": 2}, "3 outputs do not divide into 2 groups"),
    ("conv", (o((2, 4, 4)), o((3, 4, 2))), {"groups": 0}, "groups must be a whole number from 1"),
    ("conv", (o((4, 4)), o((3, 1, 2, 2))), {}, r"\(4, 4\) and \(3, 1, 2, 2\) .* with as many axes"),
    ("conv", (o((1, 1, 4)), o((1, 1, 2))), {"stride": 0}, "stride must be .* from 1, not 0"),
    ("conv", (o((1, 1, 4)), o((1, 1, 2))), {"stride": 1.5}, "stride must be of whole numbers"),
    ("conv", (o((1, 1, 4)), o((1, 1, 2))), {"stride": (1, 2)}, r"1 spatial axes; give 1"),
    ("conv", (o((1, 1, 4)), o((1, 1, 2))), {"padding": -1}, "padding must be .* from 0, not"),
    ("conv", (o((1, 1, 4)), o((1, 1, 2))), {"padding": [[1, 2, 3]]}, "no number or pair"),
    ("conv_transpose", (o((1, 2, 4)), o((3, 1, 2))), {}, "has 2 channels, but w .* 3 kernels"),
    ("conv_transpose", (o((1, 1, 4)), o((1, 1, 2))), {"size": 9}, r"has \(8,\) windows of \(2,\)"),
    ("conv_kernel", (o((2, 1, 4)), o((1, 1, 3))), {"size": 2}, "differ in their samples"),
    ("conv_kernel", (o((1, 3, 4)), o((1, 2, 3))), {"size": 2, "groups": 2}, "3 channels do not di"),
    ("conv_kernel", (o((1, 1, 4)), o((1, 1, 3))), {"size": 3}, r"y \(1, 1, 3\) does not fit"),
    ("unfold", (o((4, 4)),), {"size": 2}, r"\(4, 4\) is not \(samples, channels, \*spatial\)"),
    ("fold", (o((1, 1, 2)),), {"size": 2}, r"is not \(N, C, \*size of a window"),
    ("fold", (o((1, 1, 2, 2)),), {"size": 4}, r"has \(3,\) windows of \(2,\), but x"),
    ("max_pool", (o((1, 1, 4)),), {"size": 5}, "does not fit into a picture"),
    ("max_pool", (o((1, 1, 4)),), {"size": 2, "padding": 2}, "lies wholly in the padding"),
    ("avg_pool", (o((1, 1, 4)),), {"size": 0}, "size of a window must be of whole numbers from 1"),
    ("cross_entropy", (o((2, 3)), np.array([0, 3])), {}, "target 3 is out of range for 3 classes"),
    ("cross_entropy", (o((2, 3)), np.array([0, 2**63 - 1])), {}, "target 9223372036854775807 is o"),
    ("cross_entropy", (o((2, 3)), np.array([0, -1], np.int8)), {}, "target -1 is out of range"),
    ("cross_entropy", (o((2, 3)), np.array([0, -1])), {}, r"target -1 .* use 0\.\.2"),
    ("cross_entropy", (o((2, 3)), np.array([0.0, 1.0])), {}, r"make them integers"),
    ("cross_entropy", (o((2, 3)), np.array([0])), {}, r"indices of shape \(2,\) or probabilities"),
    ("cross_entropy", (o((2, 3)), o((2, 2))), {}, r"logits \(2, 3\) and targets \(2, 2\)"),
    ("cross_entropy", (o((2, 3)), o((2, 3))), {"ignore_index": 0}, "targets are probabilities"),
    ("cross_entropy", (o(()), np.array(0)), {}, "logits are 0-d"),
    ("cross_entropy", (o((1, 3)), np.array([0])), {"weight": [1.0]}, "one weight per class"),
    ("cross_entropy", (o((1, 3)), np.array([0])), {"reduction": "avg"}, "'avg' is unknown"),
    ("cross_entropy", (o((1, 3)), np.array([0])), {"label_smoothing": 2}, "within 0 and 1"),
]


@pytest.mark.parametrize("name, operands, attrs, message", BAD)
def test_a_call_that_does_not_fit_is_explained_in_one_line(
    name: str, operands: tuple[Any, ...], attrs: dict[str, Any], message: str
) -> None:
    with pytest.raises((ValueError, IndexError, TypeError)) as caught:
        ARRAY_RULES[name].forward(*operands, **attrs)
    error = explained(name, caught.value, operands, attrs)
    assert type(error) is caught.type
    text = str(error)
    assert text.startswith(f"{name}: ") and "\n" not in text and text.count(f"{name}: ") == 1
    with pytest.raises(caught.type, match=message):
        raise error


def test_other_errors_pass_unchanged() -> None:
    error = MemoryError("no room")
    assert explained("sum", error, (), {}) is error


@pytest.mark.parametrize(
    "sections, axis, message",
    [
        (2, 0, "does not divide into 2 equal sections"),
        (0, 0, "does not divide into 0"),
        (1, 1, r"axis 1 is out of range for shape \(3,\)"),
    ],
)
def test_split_says_what_does_not_divide(sections: int, axis: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        COMPOSED["split"](F, o(3), sections, axis)


@pytest.mark.parametrize("cuts", [1, 2, 3, 6, [2, 3], [0, 9], [3, 1], [-2]])
@pytest.mark.parametrize("axis", [0, -1])
def test_split_cuts_as_numpy_does(cuts: Any, axis: int) -> None:
    a = np.arange(36.0).reshape(6, 6)
    for ours, numpys in zip(
        COMPOSED["split"](F, a, cuts, axis), np.split(a, cuts, axis), strict=True
    ):
        np.testing.assert_array_equal(ours, numpys)


@pytest.mark.parametrize("offset", [-1, 0, 2])
@pytest.mark.parametrize("axes", [(0, 1), (-1, 0)])
def test_trace_is_numpys(offset: int, axes: tuple[int, int]) -> None:
    a = np.arange(60.0).reshape(3, 4, 5)
    np.testing.assert_array_equal(
        COMPOSED["trace"](F, a, offset, *axes), np.trace(a, offset, *axes)
    )


def test_einsum_wants_its_subscripts_first() -> None:
    with pytest.raises(TypeError, match="give a string first"):
        F.einsum(o(2), "i->")


def test_plain_functions_are_numpys() -> None:
    assert PLAIN["argmax"]([1, 3, 2]) == 1
