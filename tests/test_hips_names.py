"""Scripts written for HIPS autograd: its modules and names lead to this library."""

import inspect
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy
import pytest
import scipy.integrate
import scipy.linalg
import scipy.signal
import scipy.special
import scipy.stats

import autograd
import autograd.numpy as np
import autograd.numpy.linalg as npla
import autograd.numpy.random as npr
import autograd.scipy.stats.multivariate_normal as mvn
from autograd import builtins as ag
from autograd import (
    grad,
    grad_and_aux,
    grad_named,
    hessian,
    hessian_tensor_product,
    hessian_vector_product,
    holomorphic_grad,
    jacobian,
    make_ggnvp,
    make_hvp,
    make_jvp,
    make_vjp,
    multigrad_dict,
    tensor_jacobian_product,
)
from autograd.extend import (
    defjvp,
    defjvp_argnum,
    defvjp,
    defvjp_argnum,
    notrace_primitive,
    primitive,
)
from autograd.misc import flatten, flatten_func
from autograd.misc.fixed_points import fixed_point
from autograd.misc.optimizers import adam, rmsprop, sgd
from autograd.scipy import integrate, linalg, signal, special, stats
from autograd.test_util import check_equivalent, check_grads, combo_check

RNG = numpy.random.default_rng(3)
X = RNG.uniform(0.2, 0.9, 4)
POSITIVE = RNG.uniform(1.2, 3.0, 4)
SQUARE = RNG.standard_normal((3, 3))
SYMMETRIC = SQUARE @ SQUARE.T + 3 * numpy.eye(3)

#: (function, SciPy's own, arguments, the places with a derivative)
SPECIAL = {
    "jn": ((2, POSITIVE), (1,)),
    "yn": ((2, POSITIVE), (1,)),
    "iv": ((1.5, POSITIVE), (1,)),
    "ive": ((1.5, POSITIVE), (1,)),
    "y0": ((POSITIVE,), (0,)),
    "y1": ((POSITIVE,), (0,)),
    "rgamma": ((POSITIVE,), (0,)),
    "psi": ((POSITIVE,), (0,)),
    "multigammaln": ((POSITIVE + 3, 3), (0,)),
    "betainc": ((POSITIVE, POSITIVE, X), (2,)),
    "gammaincc": ((POSITIVE, POSITIVE), (1,)),
    "logit": ((X,), (0,)),
    "logsumexp": ((SQUARE,), (0,)),
}
STATS = {
    "norm": ("pdf cdf sf logpdf logcdf logsf", (X, POSITIVE, POSITIVE), (0, 1, 2)),
    "t": ("pdf logpdf", (X, POSITIVE, X, POSITIVE), (0, 1, 2, 3)),
    "t ": ("cdf logcdf", (X, POSITIVE, X, POSITIVE), (0, 2, 3)),
    "gamma": ("pdf logpdf", (X, POSITIVE), (0, 1)),
    "gamma ": ("cdf", (X, POSITIVE), (0,)),
    "beta": ("pdf logpdf", (X, POSITIVE, POSITIVE), (0, 1, 2)),
    "beta ": ("cdf", (X, POSITIVE, POSITIVE), (0,)),
    "chi2": ("pdf logpdf cdf", (X, 3.0), (0,)),
    "poisson": ("pmf logpmf cdf", (numpy.arange(4.0), POSITIVE), (1,)),
    "multivariate_normal": ("pdf logpdf", (SQUARE, X[:3], SYMMETRIC), (0, 1)),
    "dirichlet": ("pdf logpdf", (numpy.array([0.2, 0.3, 0.5]), POSITIVE[:3]), (1,)),
}


@pytest.mark.parametrize("name", SPECIAL)
def test_special_functions_are_scipys_with_derivatives(name: str) -> None:
    args, places = SPECIAL[name]
    function = getattr(special, name)
    numpy.testing.assert_allclose(function(*args), getattr(scipy.special, name)(*args), rtol=1e-10)
    check_grads(function, places)(*args)


@pytest.mark.parametrize("key", STATS)
def test_distributions_are_scipys_with_derivatives(key: str) -> None:
    names, args, places = STATS[key]
    for name in names.split():
        ours = getattr(getattr(stats, key.strip()), name)
        scipys = getattr(getattr(scipy.stats, key.strip()), name)
        numpy.testing.assert_allclose(ours(*args), scipys(*args), rtol=1e-9)
        check_grads(ours, places, modes=["rev"])(*args)


def test_the_normal_of_vectors_by_its_covariance() -> None:
    def of_symmetric(cov: Any) -> Any:
        return mvn.logpdf(SQUARE, X[:3], 0.5 * (cov + cov.T))

    check_grads(of_symmetric, modes=["rev"])(SYMMETRIC)
    check_grads(mvn.entropy, 1, modes=["rev"])(X[:3], SYMMETRIC)
    singular = numpy.diag([1.0, 2.0, 0.0])
    point = numpy.array([0.3, -0.2, 0.0])
    ours = mvn.logpdf(point, numpy.zeros(3), singular, allow_singular=True)
    scipys = scipy.stats.multivariate_normal.logpdf(point, numpy.zeros(3), singular, True)
    assert ours == pytest.approx(scipys, rel=1e-12)


def test_a_sign_has_the_derivative_zero() -> None:
    assert special.gammasgn(-0.5) == -1.0
    assert grad(lambda x: x * special.gammasgn(x))(-0.5) == -1.0


def test_far_below_the_mean_the_logarithm_keeps_its_digits() -> None:
    assert grad(stats.norm.logcdf)(-50.0) == pytest.approx(50.02, rel=1e-3)


def test_weighted_logsumexp() -> None:
    b = numpy.exp(SQUARE)
    for axis in (None, 0, 1):
        for keepdims in (False, True):
            ours = special.logsumexp(SQUARE, axis, b, keepdims)
            scipys = scipy.special.logsumexp(SQUARE, axis, b, keepdims)
            numpy.testing.assert_allclose(ours, scipys, rtol=1e-12)
    check_grads(lambda a, b: special.logsumexp(a, 1, b), (0, 1))(SQUARE, b)


BANDS = RNG.uniform(1, 2, (3, 5)) + numpy.array([[0.0], [4.0], [0.0]])
TRIANGLE = numpy.tril(SQUARE) + 3 * numpy.eye(3)
LINALG = {
    "sqrtm": (linalg.sqrtm, (SYMMETRIC,), (0,)),
    "sylvester": (linalg.solve_sylvester, (SYMMETRIC, SYMMETRIC + 1, SQUARE), (0, 1, 2)),
    "triangular": (
        lambda a, b: linalg.solve_triangular(a, b, lower=True),
        (TRIANGLE, X[:3]),
        (0, 1),
    ),
    "transposed": (
        lambda a, b: linalg.solve_triangular(a, b, trans="T", lower=True),
        (TRIANGLE, SQUARE),
        (0, 1),
    ),
    "banded": (lambda ab, b: linalg.solve_banded((1, 1), ab, b), (BANDS, numpy.ones(5)), (0, 1)),
    "banded, sides": (
        lambda ab, b: linalg.solve_banded((2, 0), ab[::-1], b),
        (BANDS[[0, 2, 1]], numpy.ones((5, 2))),
        (0, 1),
    ),
}


@pytest.mark.parametrize("key", LINALG)
def test_matrix_equations(key: str) -> None:
    function: Any
    function, args, places = LINALG[key]
    check_grads(function, places)(*args)


def test_matrix_equations_have_scipys_values() -> None:
    numpy.testing.assert_allclose(linalg.sqrtm(SYMMETRIC), scipy.linalg.sqrtm(SYMMETRIC))
    assert linalg.solve is autograd.solve and linalg.expm is scipy.linalg.expm


@pytest.mark.parametrize("mode", ["full", "valid", "same"])
def test_convolutions(mode: str) -> None:
    a, b = RNG.standard_normal((5, 4)), RNG.standard_normal((2, 3))
    numpy.testing.assert_allclose(
        signal.convolve(a, b, mode=mode), scipy.signal.convolve(a, b, mode), atol=1e-12
    )
    batch, kernels = RNG.standard_normal((2, 3, 6)), RNG.standard_normal((3, 4, 2))
    out = signal.convolve(batch, kernels, axes=([2], [2]), dot_axes=([1], [0]), mode=mode)
    naive = sum(scipy.signal.convolve(batch[1, c], kernels[c, 2], mode) for c in range(3))
    numpy.testing.assert_allclose(out[1, 2], naive, atol=1e-12)
    check_grads(lambda x, w: signal.convolve(x, w, ([2], [2]), ([1], [0]), mode), (0, 1), order=1)(
        batch, kernels
    )


def test_differential_equations() -> None:
    def slope(y: Any, t: Any, rate: Any) -> Any:
        return -rate * y + np.sin(t)

    times, start = numpy.array([0.0, 0.3, 0.7]), numpy.array([1.0, 2.0])
    ours = integrate.odeint(slope, start, times, (0.5,))
    numpy.testing.assert_allclose(ours, scipy.integrate.odeint(slope, start, times, (0.5,)))
    check_grads(integrate.odeint, (1, 2, 3), modes=["rev"], order=1)(slope, start, times, (0.5,))


def test_lists_of_nodes_become_arrays() -> None:
    assert grad(lambda x: np.sum(np.array([[x, 2 * x], [x * x, 1.0]])))(3.0) == 9.0
    assert grad(lambda x: np.mean([x, x * x, 0.0]))(3.0) == pytest.approx(7 / 3)
    assert grad(lambda x: np.exp([x, 0.0])[0])(0.0) == 1.0
    assert grad(lambda x: np.sum(np.r_[x, 1.0, x * np.ones(2)]))(1.0) == 3.0
    assert np.array([1, 2], ndmin=2).shape == (1, 2) and np.r_[1:3].tolist() == [1, 2]
    seen = jacobian(lambda x: np.c_[x, 2 * x])(numpy.ones(2))
    assert seen.shape == (2, 2, 2)
    assert np.where(False, [1, 2], [3, 4]) == [3, 4] and np.pi == math.pi
    assert npla.norm([3.0, 4.0]) == 5.0 and npr.default_rng is numpy.random.default_rng


def test_arguments_are_called_as_numpys() -> None:
    for name in (name for name in dir(np) if hasattr(numpy, name) and callable(getattr(np, name))):
        try:
            parameters = inspect.signature(getattr(numpy, name)).parameters
        except ValueError:
            continue  # NumPy names none
        assert list(inspect.signature(getattr(np, name)).parameters) == list(parameters), name
    assert np.array(object=[1], order="C") == np.asarray([1], None, "C") == np.asarray(a=[1])


def test_what_has_no_derivative_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"np\.angle has no derivative here"):
        grad(lambda x: np.angle(x))(1.0)
    with pytest.raises(TypeError, match=r"np\.sin: out= is not taken here"):
        grad(lambda x: np.sin(x, out=numpy.zeros(())))(1.0)
    with pytest.raises(AttributeError, match="no attribute 'sine'"):
        np.sine  # noqa: B018
    with pytest.raises(TypeError, match="numbers of autograd are real"):
        holomorphic_grad(np.exp)
    with pytest.raises(ValueError, match="no argument 'z'; it has x, y"):
        grad_named(lambda x, y: x * y, "z")


def cubes(x: Any) -> Any:
    return np.sum(x**3)


def test_derivatives_under_their_other_names() -> None:
    x, v = X, POSITIVE
    H = hessian(cubes)(x)
    numpy.testing.assert_allclose(hessian_tensor_product(cubes)(x, v), H @ v)
    assert hessian_vector_product is hessian_tensor_product
    product, slope = make_hvp(cubes)(x)
    numpy.testing.assert_allclose(product(v), H @ v)
    numpy.testing.assert_allclose(slope, 3 * x**2)
    numpy.testing.assert_allclose(make_jvp(np.sin)(x)(v)[1], numpy.cos(x) * v)
    pull, value = make_vjp(np.sin)(x)
    numpy.testing.assert_allclose(pull(v), numpy.cos(x) * v)
    numpy.testing.assert_allclose(value, numpy.sin(x))
    rolled = tensor_jacobian_product(lambda a: np.roll(np.sin(a), 1))(x, v)
    numpy.testing.assert_allclose(rolled, numpy.roll(v, -1) * numpy.cos(x))
    A = RNG.standard_normal((5, 4))
    J = jacobian(lambda a: np.tanh(A @ a))(x)
    numpy.testing.assert_allclose(make_ggnvp(lambda a: np.tanh(A @ a))(x)(v), J.T @ J @ v)
    assert grad_and_aux(lambda a: (a * a, "aux"))(3.0) == (6.0, "aux")
    assert grad(lambda a, b: a * b, argnum=[1, 0])(2.0, 3.0) == (2.0, 3.0)
    assert multigrad_dict(lambda a, *, b=2.0: a * b)(3.0) == {"a": 2.0, "b": 3.0}


def test_a_primitive_in_both_modes_and_to_second_order() -> None:
    @primitive
    def total(a: Any, b: Any) -> Any:
        assert type(a) is numpy.ndarray
        return numpy.sum(a) * b

    with pytest.raises(NotImplementedError, match=r"by argument 0; give one with defvjp\(total"):
        grad(total)(X, 2.0)
    defvjp(total, lambda out, a, b: lambda g: g * b * np.ones(a.shape))
    defvjp(total, lambda out, a, b: lambda g: g * np.sum(a), argnums=[1])
    check_grads(total, (0, 1))(X, 2.0)
    defjvp(total, "same", lambda v, out, a, b: v * np.sum(a))
    check_grads(total, (0, 1))(X, 2.0)
    assert total(X, 2.0) == pytest.approx(2 * X.sum())
    with pytest.raises(TypeError, match="give b by position"):
        grad(lambda b: total(X, b=b))(1.0)
    with pytest.raises(TypeError, match="give b by position"):
        grad(lambda b: total(b * X, b=b))(1.0)
    with pytest.raises(TypeError, match="total: a primitive works with numbers"):
        total(autograd.Value(1.0), 2.0)
    with pytest.raises(TypeError, match="write @primitive above it"):
        defvjp(numpy.sin, None)  # type: ignore[arg-type]


def test_two_primitives_of_one_name_keep_their_own_derivatives() -> None:
    def made(power: int) -> Any:
        def sin(x: float) -> float:  # also the name of a row
            return float(x**power)

        function = primitive(sin)
        defvjp(function, lambda out, x: lambda g: g * power * x ** (power - 1))
        return function

    square, cube = made(2), made(3)
    assert grad(lambda x: square(x) + 10 * cube(x))(2.0) == 4.0 + 120.0
    assert grad(np.sin)(0.0) == 1.0


def test_an_array_beside_the_operand_may_change_afterwards() -> None:
    @primitive
    def scaled(x: Any, by: Any) -> Any:
        return x * by

    defvjp(scaled, lambda out, x, by: lambda g: g * by)
    x, by = autograd.Tensor(X, requires_grad=True), numpy.ones(4)
    out = scaled(x, by).sum()
    by[:] = 0.0
    out.backward()
    assert x.grad.tolist() == [1.0] * 4


def test_one_rule_for_all_arguments() -> None:
    @primitive
    def product(*xs: Any) -> Any:
        return numpy.prod(xs)

    def others(argnum: int, args: Any) -> Any:
        return math.prod(x for i, x in enumerate(args) if i != argnum)

    defvjp_argnum(product, lambda i, out, args, kwargs: lambda g: g * others(i, args))
    assert grad(product, (0, 1, 2))(2.0, 3.0, 4.0) == (12.0, 8.0, 6.0)
    defjvp_argnum(product, lambda i, v, out, args, kwargs: v * others(i, args))
    assert make_jvp(product, 1)(2.0, 3.0, 4.0)(1.0) == (24.0, 8.0)
    assert grad(lambda x: x * notrace_primitive(math.floor)(x))(2.5) == 2.0


def test_fixed_points() -> None:
    def newton(a: Any) -> Any:
        return lambda x: 0.5 * (x + a / x)

    def root(a: Any) -> Any:
        return fixed_point(newton, a, 1.0, lambda x, y: abs(x - y), 1e-12)

    assert root(2.0) == pytest.approx(2**0.5)
    assert grad(root)(2.0) == pytest.approx(0.5 / 2**0.5)
    assert grad(grad(root))(2.0) == pytest.approx(-0.25 / 2**1.5)


def test_trees_as_vectors() -> None:
    tree = {"b": [1.0, numpy.ones((2, 2))], "a": (numpy.zeros(0), 5.0)}
    vector, unflatten = flatten(tree)
    assert vector.tolist() == [5.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    again = unflatten(vector)
    assert again["b"][0] == 1.0 and again["b"][1].shape == (2, 2) and again["a"][0].shape == (0,)
    assert flatten([])[0].size == 0
    with pytest.raises(ValueError, match=r"a vector of 6 numbers is wanted, not shape \(3,\)"):
        unflatten(numpy.ones(3))
    slope = grad(lambda t: np.sum(flatten(t)[0] ** 2))({"w": X, "v": 2.0})
    numpy.testing.assert_allclose(slope["w"], 2 * X)
    of_vector, _, start = flatten_func(lambda t: {"w": 2 * t["w"]}, {"w": X})
    numpy.testing.assert_allclose(of_vector(start), 2 * X)


@pytest.mark.parametrize("optimizer", [sgd, rmsprop, adam])
def test_optimizers_descend_over_trees(optimizer: Any) -> None:
    seen: list[int] = []
    start = {"w": numpy.array([3.0, -2.0]), "b": 1.0}

    def loss(p: Any, i: int) -> Any:
        return np.sum((p["w"] - 1) ** 2) + p["b"] ** 2

    end = optimizer(
        grad(loss), start, lambda p, i, g: seen.append(i), num_iters=300, step_size=0.05
    )
    assert loss(end, 0) < 1e-3 and seen == list(range(300)) and start["b"] == 1.0


def test_adams_first_steps_by_hand() -> None:
    end = adam(lambda x, i: 2 * x, numpy.array([1.0]), num_iters=1, step_size=0.1)
    assert end[0] == pytest.approx(0.9, abs=1e-8)  # the first step is the rate


def test_containers_of_python() -> None:
    from autograd import dict, isinstance, list, tuple

    assert (dict, list, tuple) == ({}.__class__, [].__class__, ().__class__)
    assert isinstance(autograd.Tensor(X), numpy.ndarray) and isinstance([1], list)
    assert ag.type(autograd.Tensor(X)) is numpy.ndarray and ag.type(1.0) is float
    code = "from autograd import *\nassert isinstance is __builtins__.isinstance"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)


def test_the_check_finds_a_wrong_derivative() -> None:
    @primitive
    def wrong(x: Any) -> Any:
        return numpy.sin(x)

    defvjp(wrong, lambda out, x: lambda g: g * np.cos(x) * 1.001)
    for mode in ("fwd", "rev"):
        with pytest.raises(AssertionError, match="by the chain rule"):
            check_grads(wrong, modes=[mode])(0.7)
    with pytest.raises(ValueError, match="modes are 'fwd' and 'rev', not 'back'"):
        check_grads(np.sin, modes=["back"])
    with pytest.raises(AssertionError, match=r"shapes \[\(\)\] and \[\(2,\)\] differ"):
        check_equivalent(1.0, numpy.ones(2))
    combo_check(np.multiply, (0, 1))([1.0, X], [2.0, POSITIVE])
