"""Every printed adjoint is evaluated, and must give what the adjoint that runs gives."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import autograd
import nn.functional
from autograd.calculus.array_rules import ARRAY_RULES, ArrayRule, Prose, Sample, printed_adjoints
from autograd.calculus.array_rules.core import count
from tests.house import ROOT
from tests.test_array_rules import F, cases, is_float


class Library(dict[str, Any]):
    """The names that an expression may use beside those of its row: the library's functions."""

    def __missing__(self, name: str) -> Any:
        if name == "one_hot":
            return nn.functional.one_hot
        if name in ("s_", "arange", "eye", "ones", "inf"):
            return getattr(np, name)
        if name == "gaps":
            return gaps
        if name == "reciprocals":
            return reciprocals
        return getattr(autograd, name)


def reciprocals(x: Any) -> Any:
    """1 / x, and 0 where x is 0 but for roundings."""
    zero = np.abs(x) <= 1e-12 * np.abs(x).max(initial=0)
    return np.where(zero, 0, 1 / np.where(zero, 1, x))


def gaps(x: Any) -> Any:
    """1 / (x[j] - x[i]) of a column, 0 where the two are equal but for roundings."""
    differences = x.swapaxes(-1, -2) - x
    equal = np.abs(differences) <= 1e-12 * np.abs(x).max(initial=0)
    return np.where(equal, 0, 1 / np.where(equal, 1, differences))


def evaluated(text: str, names: dict[str, Any]) -> Any:
    """The value of a printed adjoint; its named parts are in terms of those behind them."""
    formula, _, parts = text.partition(" where ")
    library = Library(names)
    for part in reversed(parts.split("; ") if parts else []):
        name, _, value = part.partition(" = ")
        library[name] = eval(value, {"__builtins__": {}}, library)
    return np.asarray(eval(formula, {"__builtins__": {}}, library))


def how_many(rule: ArrayRule, operands: tuple[Any, ...], attrs: Any) -> int:
    """What a printed adjoint calls ``n``."""
    if rule.name == "cross_entropy":
        logits = operands[0]
        return int(logits.size // logits.shape[1 if logits.ndim > 1 else 0])
    return count(operands[0].shape, attrs.get("axis"))


def check_printed(rule: ArrayRule, sample: Sample, seed: int = 0) -> int:
    """Raise AssertionError for a printed adjoint that is not the one that runs; count the checks.

    Where the operation is not smooth, a convention may stand for what the formula leaves undefined.
    """
    rng = np.random.default_rng(seed)
    operands = sample.operands(rng)
    out = np.asarray(rule.forward(*operands, **sample.attrs))
    g = np.asarray(rng.standard_normal(out.shape))
    lines = printed_adjoints(rule, operands, sample.attrs)
    given = [x for x in operands if x is not None]
    letters = dict(zip((letter for letter, _ in lines), given))
    names = {**sample.attrs, **letters, "g": g, "out": out}
    if any(re.search(r"\bn\b", text) for _, text in lines):
        names["n"] = how_many(rule, operands, sample.attrs)
    checked = 0
    for i, ((_, text), x) in enumerate(zip(lines, given)):
        adjoint = rule.adjoint(i)
        assert not isinstance(text, Prose), text
        if not is_float(x) or adjoint is None:
            continue
        expected = adjoint(F, g, out, *operands, **sample.attrs)
        with np.errstate(all="ignore"):
            found = evaluated(text, names)
        assert found.shape == expected.shape, text
        assert found.dtype == expected.dtype, text
        if not sample.smooth:
            expected = np.where(np.isnan(found), found, expected)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11, err_msg=text)
        checked += 1
    return checked


@cases(lambda rule, sample: True)
def test_what_is_printed_is_what_runs(rule: ArrayRule, sample: Sample) -> None:
    check_printed(rule, sample)


def test_every_row_has_a_sample_whose_formula_is_compared() -> None:
    for rule in ARRAY_RULES.values():
        assert any(check_printed(rule, sample) for sample in rule.samples), rule.name


#: The files that print an adjoint in words, and why. Each row of the table is printed as a formula.
IN_WORDS = {
    "autograd/derivatives/custom.py": "a user's function has an adjoint in Python, and no text",
    "autograd/extend.py": "a user's primitive has an adjoint in Python, and no text",
    "autograd/derivatives/recompute.py": "what is run again is differentiated by its own graph",
}


def test_words_are_printed_only_where_no_formula_is_known() -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "autograd").rglob("*.py")
        if "Prose(" in path.read_text(encoding="utf-8").replace("class Prose(", "")
    }
    # printed.py keeps the kind of the line that it takes apart.
    assert files - {"autograd/calculus/array_rules/printed.py"} == set(IN_WORDS)


#: A wrong printed adjoint each: the row, a text that it prints, and what a fault makes of it.
FAULTS = {
    "softmax: the sum is lost": ("softmax", "sum(g * out, axis=axis, keepdims=True)", "g * out"),
    "softmax: the factor is lost": ("softmax", "da = out * (", "da = ("),
    "softmax: the axis is lost": ("softmax", "axis=axis, keepdims=True", "keepdims=True"),
    "log_softmax: out is no probability": ("log_softmax", "exp(out)", "out"),
    "log_softmax: another axis": ("log_softmax", "axis=axis", "axis=0"),
    "logsumexp: the sign of the exponent": ("logsumexp", "a - kept(out)", "kept(out) - a"),
    "logsumexp: the result is not stretched": ("logsumexp", "kept(out)", "out"),
    "var: the 2 is lost": ("var", " * 2", ""),
    "var: the mean of all": ("var", "mean(a, axis=axis, keepdims=True)", "mean(a)"),
    "var: ddof is lost": ("var", "(n - ddof)", "n"),
    "std: n is lost": ("std", "((n - ddof) * kept(out))", "kept(out)"),
    "max: ties do not share": ("max", "/ sum(", "/ max("),
    "inner: a transpose too many": ("inner", "g @ B", "g @ B.T"),
    "inner: a transpose is lost": ("inner", "g.T @ A", "g @ A"),
    "matmul: swapped": ("matmul", "dA = g @ B.T", "dA = B.T @ g"),
    "linear: the bias is not summed": ("linear", "sum(g, axis=0)", "g"),
    "outer: swapped": ("outer", "da = g @ b", "da = b @ g"),
    "cumsum: from the start": ("cumsum", "flip(cumsum(flip(g)))", "cumsum(g)"),
    "prod: the element is in it": ("prod", " / a", ""),
    "norm: not divided": ("norm", " / kept(out)", ""),
    "einsum: the others are not swapped": ("einsum", "einsum('ik,jk->ij'", "einsum('ik,kj->ij'"),
    "transpose: not turned back": ("transpose", "(2, 0, 1)", "(1, 2, 0)"),
    "reshape: not shaped": ("reshape", "reshape(g, a.shape)", "g"),
    "concatenate: one place off": ("concatenate", "g[2:6]", "g[1:5]"),
    "stack: another one": ("stack", "da_1 = g[1]", "da_1 = g[0]"),
    "getitem: the index is lost": ("getitem", "g, index", "g, 0"),
    "take: another axis": ("take", ":, ", ""),
    "diag: another diagonal": ("diag", "k=k", "k=0"),
    "triu: the other triangle": ("triu", "triu", "tril"),
    "roll: not back": ("roll", "roll(g, -", "roll(g, "),
    "sort: sorted once more": ("sort", "argsort(argsort(a))", "argsort(a)"),
    "inv: the sign": ("inv", "da = -out", "da = out"),
    "solve: not turned": ("solve", "solve(A.T", "solve(A"),
    "det: its own value is lost": ("det", "g * out", "g"),
    "logabsdet: not turned": ("logabsdet", "inv(a).T", "inv(a)"),
    "cholesky: both halves count twice": ("cholesky", " / 2", ""),
    "pinv: what leaves the range is lost": ("pinv", "a @ out @ g.T", "0 * g.T"),
    "expm: not turned": ("expm", "[a.T, g]", "[a, g]"),
    "conv: the kernel's size": ("conv", "conv_kernel(x, g, 3", "conv_kernel(x, g, 2"),
    "conv_kernel: swapped": ("conv_kernel", "conv_transpose(y, g", "conv_transpose(g, y"),
    "fold: the steps are lost": ("fold", ", stride=2", ""),
    "max_pool: ties do not share": ("max_pool", "/ sum(", "/ max("),
    "avg_pool: not divided": ("avg_pool", "g / ", "g * "),
    "expm of a stack: not turned": ("expm", "[a.mT, g]", "[a, g]"),
    "eigh: a part is lost": ("eigh_terms", "gw * V.T + ", ""),
    "eigh: a gap has the other sign": ("eigh_terms", "gaps(w)", "-gaps(w)"),
    "svd: what turns U counts twice": ("svd_terms", "(P - P.T)", "2 * (P - P.T)"),
    "svd: what leaves U is lost": ("svd_terms", "gU - U @ P", "0 * gU"),
    "svd: what leaves V is lost": ("svd_terms", "gVh - N.T @ Vh", "0 * gVh"),
    "qr: not turned back": ("qr_terms", "@ Q.T).T", "@ Q.T)"),
    "norm: another singular value": ("norm", "svd(a)[0][:, 0]", "svd(a)[0][:, 1]"),
    "norm: not both vectors": ("norm", "@ svd(a)[2]", "@ svd(a)[0]"),
    "cross_entropy: the sign": ("cross_entropy", "dtargets = -", "dtargets = "),
    "cross_entropy: not averaged": ("cross_entropy", "g / n", "g"),
    "cross_entropy: the weights are lost": ("cross_entropy", " * weight", ""),
    "cross_entropy: not smoothed over the classes": ("cross_entropy", "0.2 / 3", "0.2"),
    "cross_entropy: the others are ignored": ("cross_entropy", "M = not_equal", "M = equal"),
    "cumprod: of what is before": ("cumprod", "triu(", "tril("),
    "prod: a zero is in it": ("prod", "where(eye(6), 1, ", "where(eye(6), 2, "),
    "det of a singular matrix: the sign": ("det", "det(U @ Vh)", "1"),
    "diagonal of a stack: not moved": ("diagonal", "moveaxis(g, -1, 0)", "g"),
    "max_pool: zeros of the padding tie": ("max_pool", "-inf", "0"),
    "repeat: in another order": ("repeat", "repeat(arange(3), ", "-repeat(-2 - arange(3), "),
    "take_along_axis: one column": ("take_along_axis", "indices, arange(4)", "indices, 0"),
    "einsum: off the diagonal": ("einsum", "eye(3)", "1 - eye(3)"),
    "einsum: not repeated": ("einsum", "ones(2)", "eye(2)[0]"),
    "norm: rows for columns": ("norm", "S = sum(abs(a), axis=0", "S = sum(abs(a), axis=1"),
    "norm of a stack: every singular value": ("norm", "E = equal(s, ", "E = less_equal(s, "),
    "norm: no rank": ("norm", "E = greater(s, ", "E = less_equal(s, "),
}


def misprinted(name: str, right: str, wrong: str) -> ArrayRule:
    """The row ``name`` with ``right`` in its printed adjoints replaced by ``wrong``."""
    rule = ARRAY_RULES[name]

    def lines(*operands: Any, **attrs: Any) -> tuple[str, ...]:
        given = rule.printed
        now = given(*operands, **attrs) if callable(given) else given
        return tuple(x if isinstance(x, Prose) else x.replace(right, wrong) for x in now)

    return replace(rule, printed=lines)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_printed_adjoint_is_noticed(fault: str) -> None:
    rule = misprinted(*FAULTS[fault])
    with pytest.raises((AssertionError, TypeError, ValueError, IndexError)):
        sum(check_printed(rule, sample) for sample in rule.samples)


def test_a_fault_was_tried_in_every_file_of_the_table() -> None:
    tried = {ARRAY_RULES[name].forward.__module__ for name, _, _ in FAULTS.values()}
    assert tried == {rule.forward.__module__ for rule in ARRAY_RULES.values()}
