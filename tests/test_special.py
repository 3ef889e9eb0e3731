"""Special functions and log densities: SciPy's values, derivatives, and what is refused."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, gradcheck
from autograd.calculus import RULES
from autograd.calculus.composed.densities import FUNCTIONS
from autograd.functions.numpy_protocol import SCIPYS_TOO

Require = Callable[[str], Any]
X = np.array([0.3, 0.6, 0.9])
FREE = np.array([-1.3, 0.2, 2.4])

#: By the name of the function: a call over arrays, the same in SciPy, and where it is tried.
DENSITIES: dict[str, tuple[Callable[..., Any], Callable[..., Any], tuple[Any, ...]]] = {
    "normal_logpdf": (
        autograd.normal_logpdf,
        lambda s, x, loc, scale: s.norm.logpdf(x, loc, scale),
        (FREE, np.array(0.4), np.array([0.5, 1.0, 2.0])),
    ),
    "multivariate_normal_logpdf": (
        autograd.multivariate_normal_logpdf,
        lambda s, x, mean, cov: s.multivariate_normal.logpdf(x, mean, cov),
        (
            np.array([[0.1, -0.4], [1.0, 0.3], [2.0, 2.0]]),
            np.array([0.5, 0.2]),
            np.array([[2.0, 0.3], [0.3, 1.0]]),
        ),
    ),
    "t_logpdf": (
        autograd.t_logpdf,
        lambda s, x, df, loc, scale: s.t.logpdf(x, df, loc, scale),
        (FREE, np.array(3.5), np.array(0.1), np.array(1.7)),
    ),
    "gamma_logpdf": (
        autograd.gamma_logpdf,
        lambda s, x, a: s.gamma.logpdf(x, a),
        (X, np.array(2.5)),
    ),
    "beta_logpdf": (
        autograd.beta_logpdf,
        lambda s, x, a, b: s.beta.logpdf(x, a, b),
        (X, np.array(2.5), np.array([0.7, 1.0, 3.0])),
    ),
    "chi2_logpdf": (
        autograd.chi2_logpdf,
        lambda s, x, df: s.chi2.logpdf(x, df),
        (X, np.array(3.0)),
    ),
    "poisson_logpmf": (
        lambda mu: autograd.poisson_logpmf(np.array([0.0, 2.0, 5.0], mu.dtype), mu),
        lambda s, mu: s.poisson.logpmf([0, 2, 5], mu),
        (np.array([1.8]),),
    ),
    "dirichlet_logpdf": (
        autograd.dirichlet_logpdf,
        lambda s, x, alpha: s.dirichlet.logpdf(x, alpha),
        (np.array([0.2, 0.3, 0.5]), np.array([1.5, 2.0, 0.8])),
    ),
}


@pytest.mark.parametrize("name", DENSITIES)
def test_densities_are_scipys_and_have_their_derivatives(name: str, require: Require) -> None:
    stats = require("scipy.stats")
    ours, theirs, operands = DENSITIES[name]
    expected = theirs(stats, *operands)
    np.testing.assert_allclose(ours(*operands), expected, rtol=1e-12)
    np.testing.assert_allclose(ours(*map(Tensor, operands)).data, expected, rtol=1e-12)
    assert gradcheck(lambda *nodes: ours(*nodes).sum(), *operands)
    assert gradcheck(lambda *nodes: ours(*nodes).sum(), *operands, order=2)


@pytest.mark.parametrize("name", DENSITIES)
def test_densities_keep_float32_and_take_arrays_without_elements(name: str) -> None:
    ours, _, operands = DENSITIES[name]
    for first in (operands[0], np.zeros((0, *operands[0].shape))):
        single = [Tensor(x, dtype=np.float32) for x in (first, *operands[1:])]
        out = ours(*single)
        assert out.dtype == np.float32
        np.testing.assert_allclose(out.data, ours(first, *operands[1:]), rtol=1e-4)
        out.sum().backward()
        for x in single:
            assert x.grad.dtype == np.float32 and x.grad.shape == x.shape
            assert x.grad.any() == (first.size > 0)


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.is_special])
def test_values_are_scipys(name: str, require: Require) -> None:
    special = require("scipy.special")
    points = [column[:3] for column in RULES[name].samples]
    n = min(map(len, points))
    operands = [np.array(column[:n]) for column in points]
    theirs = getattr(special, {"digamma": "psi"}.get(name, name))
    np.testing.assert_allclose(getattr(autograd, name)(*operands), theirs(*operands), rtol=1e-13)


def test_functions_that_need_no_scipy_are_scipys(require: Require) -> None:
    special = require("scipy.special")
    for name in ("xlogy", "xlog1py"):
        a, b = np.array([0.0, 0.0, 2.0, 1.5]), np.array([0.0, np.nan, 3.0, 0.5])
        np.testing.assert_array_equal(getattr(autograd, name)(a, b), getattr(special, name)(a, b))
    np.testing.assert_allclose(autograd.logit(X), special.logit(X), rtol=1e-14)
    np.testing.assert_allclose(autograd.expit(X), special.expit(X), rtol=1e-14)


def test_scipys_functions_find_ours_where_they_meet_a_node(require: Require) -> None:
    special = require("scipy.special")
    names = [name for name, rule in RULES.items() if rule.is_special] + list(SCIPYS_TOO)
    for name in names:
        theirs = getattr(special, {"digamma": "psi"}.get(name, name))
        if not isinstance(theirs, np.ufunc):  # polygamma, which is written in Python
            continue
        refused = RULES[name].refused if name in RULES else {}
        args = RULES[name].args if name in RULES else "a"
        operands = [0.6 if arg in refused else Tensor([0.6]) for arg in args]
        theirs(*operands).backward([1.0])
        assert all(x.grad is not None for x in operands if isinstance(x, Tensor)), name
    assert special.psi(Value(0.5)).data == special.psi(0.5)


#: PyTorch's special functions by our names, with the arguments that are constant.
IN_TORCH: dict[str, tuple[str, tuple[float, ...]]] = {
    **{name: (name, ()) for name in "gammaln digamma erfc erfinv logit i0 i1".split()},
    "polygamma": ("polygamma", (1,)),
    "gammainc": ("gammainc", (1.7,)),
    "gammaincc": ("gammaincc", (1.7,)),
    "j0": ("bessel_j0", ()),
    "j1": ("bessel_j1", ()),
}


@pytest.mark.parametrize("name", IN_TORCH)
def test_values_and_gradients_are_pytorchs(name: str, require: Require) -> None:
    torch = require("torch")
    other, constants = IN_TORCH[name]
    has_derivative = not other.startswith("bessel")
    x, y = Tensor(X), torch.tensor(X, requires_grad=has_derivative)
    out = getattr(autograd, name)(*constants, x)
    fixed = [c if name == "polygamma" else torch.tensor(c, dtype=y.dtype) for c in constants]
    expected = getattr(torch.special, other)(*fixed, y)
    np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=1e-9)
    if has_derivative:
        out.sum().backward()
        expected.sum().backward()
        np.testing.assert_allclose(x.grad, y.grad.numpy(), rtol=1e-9)


def test_shapes_that_do_not_fit_are_named() -> None:
    with pytest.raises(ValueError, match=r"give \(\.\.\., n\) and \(n, n\)"):
        autograd.multivariate_normal_logpdf(X, X, np.eye(2))
    with pytest.raises(ValueError, match=r"give \(\.\.\., n\) and \(n,\)"):
        autograd.dirichlet_logpdf(X, np.ones(2))


def test_without_scipy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.special", None)
    for x in (0.5, X, Tensor(X), Value(0.5)):
        with pytest.raises(ImportError, match=r"gammaln needs SciPy: pip install 'tracegrad"):
            autograd.gammaln(x)
    assert autograd.xlogy(2.0, 1.0) == 0.0 and autograd.logit(0.5) == 0.0


def test_every_density_is_tried() -> None:
    assert list(DENSITIES) == [function.__name__ for function in FUNCTIONS]


@pytest.mark.parametrize("name", ["xlogy", "xlog1py"])
def test_mixed_second_derivatives_agree_where_the_factor_is_0(name: str) -> None:
    function = getattr(autograd, name)
    x, y = Tensor(np.array([0.0, 1.5])), Tensor(np.array([0.4, 0.4]))
    by_x = autograd.grad(lambda x, y: function(x, y).sum())
    by_y = autograd.grad(lambda y, x: function(x, y).sum())
    mixed = autograd.grad(lambda y: by_x(x, y).sum())(y)
    other = autograd.grad(lambda x: by_y(y, x).sum())(x)
    np.testing.assert_allclose(mixed.data, other.data)


#: A function of a parameter whose derivative is refused.
REFUSED: dict[str, Callable[[Any], Any]] = {
    "gammainc has no derivative by a": lambda a: autograd.gammainc(a, 0.5),
    "gammaincc has no derivative by a": lambda a: autograd.gammaincc(a, 0.5),
    "betainc has no derivative by a": lambda a: autograd.betainc(a, 1.5, 0.5),
    "betainc has no derivative by b": lambda b: autograd.betainc(1.5, b, 0.5),
    "polygamma has no derivative by n": lambda n: autograd.polygamma(n, 0.5),
}


@pytest.mark.parametrize("message", REFUSED)
def test_a_refused_derivative_is_said_and_never_zero(message: str) -> None:
    call = REFUSED[message]
    for ask in (
        lambda: call(Value(1.0)),  # its local derivatives are computed with its value
        lambda: call(Tensor([1.0])).sum().backward(),
        lambda: autograd.grad(call)(1.0),
        lambda: autograd.jvp(call, (1.0,), (1.0,)),
        lambda: autograd.grad(autograd.grad(call))(1.0),
    ):
        with pytest.raises(TypeError, match=message) as caught:
            ask()
        assert "\n" not in str(caught.value)
    assert call(Tensor([1.0])).data == call(np.ones(1)) == call(1.0)
    with autograd.no_grad():
        assert call(Value(1.0)).data == call(1.0)


def test_what_is_refused_has_a_reason_and_no_derivative() -> None:
    refused = {f"{name} {arg}" for name, rule in RULES.items() for arg in rule.refused}
    assert refused == {message.replace(" has no derivative by", "") for message in REFUSED}
    for rule in RULES.values():
        assert all(rule.partials[rule.args.index(arg)] is None for arg in rule.refused)
