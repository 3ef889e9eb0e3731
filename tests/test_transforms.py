"""Transforms of plain functions: values, structures, nesting, and what they say to bad input."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd
from autograd import (
    Tensor,
    Value,
    elementwise_grad,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    value_and_grad,
    vjp,
)

A = np.array([[1.0, -2.0, 0.5], [0.3, 0.8, -1.1]])


# Orders one to three, in closed form.
TOWER: dict[str, tuple[Callable[[Any], Any], tuple[Callable[[float], float], ...]]] = {
    "x**4": (
        lambda x: x**4,
        (lambda x: 4 * x**3, lambda x: 12 * x**2, lambda x: 24 * x),
    ),
    "tanh": (
        autograd.tanh,
        (
            lambda x: 1 - math.tanh(x) ** 2,
            lambda x: -2 * math.tanh(x) * (1 - math.tanh(x) ** 2),
            lambda x: (6 * math.tanh(x) ** 2 - 2) * (1 - math.tanh(x) ** 2),
        ),
    ),
    "sin(x) exp(x)": (
        lambda x: autograd.sin(x) * autograd.exp(x),
        (
            lambda x: math.exp(x) * (math.sin(x) + math.cos(x)),
            lambda x: 2 * math.exp(x) * math.cos(x),
            lambda x: 2 * math.exp(x) * (math.cos(x) - math.sin(x)),
        ),
    ),
}


@pytest.mark.parametrize("name", TOWER)
@pytest.mark.parametrize("x", [-1.3, 0.4, 2.0])
@pytest.mark.parametrize("derive", [grad, jacobian, elementwise_grad], ids=lambda d: d.__name__)
def test_towers_of_derivatives_match_closed_forms(
    derive: Callable[..., Any], name: str, x: float
) -> None:
    f, derivatives = TOWER[name]
    for expected in derivatives:
        f = derive(f)
        assert f(x) == pytest.approx(expected(x), rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("name", TOWER)
def test_forward_mode_nests_as_reverse_does(name: str) -> None:
    f, derivatives = TOWER[name]

    def forward(g: Callable[..., Any]) -> Callable[..., Any]:
        return lambda x: jvp(g, x, 1.0)[1]

    for second in (forward(forward(f)), forward(grad(f)), grad(forward(f))):
        assert second(0.7) == pytest.approx(derivatives[1](0.7), rel=1e-12)
    assert forward(forward(forward(f)))(0.7) == pytest.approx(derivatives[2](0.7), rel=1e-12)


# Each holds a derivative inside a derivative; mixing up the two variables gives another number.
CONFUSION: dict[str, tuple[Callable[[float], Any], float, float]] = {
    "x d/dy (x + y)": (lambda x: x * grad(lambda y: x + y)(1.0), 2.0, 1.0),
    "x d/dy (x y)": (lambda x: x * grad(lambda y: x * y)(3.0), 2.0, 4.0),
    "the inner point is the outer": (lambda x: x * grad(lambda y: x + y)(x), 2.0, 1.0),
    "forward in reverse": (lambda x: x * jvp(lambda y: x + y, 1.0, 1.0)[1], 2.0, 1.0),
    "the same, product": (lambda x: x * jvp(lambda y: x * y, x, 1.0)[1], 2.0, 4.0),
    "jacobian": (lambda x: x * jacobian(lambda y: x * y)(1.0), 3.0, 6.0),
    "hessian": (lambda x: hessian(lambda y: x * y**2)(1.0), 3.0, 2.0),
    "constant inside": (lambda x: grad(lambda y: x * 2.0 + y * 0.0)(1.0) + x, 3.0, 1.0),
    "x d/dy (x y²) at x": (lambda x: grad(lambda y: x * y * y)(x), 3.0, 12.0),
}


@pytest.mark.parametrize("name", CONFUSION)
def test_no_perturbation_confusion(name: str) -> None:
    f, x, expected = CONFUSION[name]
    assert grad(f)(x) == pytest.approx(expected, abs=1e-13)
    assert jvp(f, x, 1.0)[1] == pytest.approx(expected, abs=1e-13)


class Params(NamedTuple):
    w: Any
    b: Any


def test_arguments_may_be_structures() -> None:
    def loss(p: Any, scale: float) -> Any:
        return ((A @ p["layers"][0].w + p["layers"][0].b) ** 2).sum() * p["gain"] * scale

    w, b = np.array([1.0, 2.0, -1.0]), np.array([0.5, -0.5])
    p = {"layers": [Params(w, b)], "gain": 3.0}
    g = grad(loss)(p, 2.0)
    residual = A @ w + b
    assert isinstance(g["layers"][0], Params)
    np.testing.assert_allclose(g["layers"][0].w, 12 * A.T @ residual)
    np.testing.assert_allclose(g["layers"][0].b, 12 * residual)
    assert g["gain"] == pytest.approx(2 * residual @ residual)
    assert isinstance(g["gain"], float)


def test_argnum_is_an_int_or_a_tuple() -> None:
    def f(x: Any, y: Any, z: Any) -> Any:
        return x * y * z

    assert grad(f, argnum=1)(2.0, 3.0, 5.0) == 10.0
    assert grad(f, argnum=(2, 0))(2.0, 3.0, 5.0) == (6.0, 15.0)
    assert grad(f, argnum=-1)(2.0, 3.0, 5.0) == 6.0
    assert hessian(f, argnum=(0, 1))(2.0, 3.0, 5.0) == ((0.0, 5.0), (5.0, 0.0))
    assert jacobian(f, argnum=(0, 2))(2.0, 3.0, 5.0) == (15.0, 6.0)
    assert grad(lambda n, x: x**n, argnum=1)(3, 2.0) == 12.0


def test_has_aux_hands_through_what_is_not_differentiated() -> None:
    def f(x: Any) -> Any:
        y = x * x
        return y.sum(), {"y": y, "note": "kept"}

    x = np.array([1.0, 2.0])
    g, aux = grad(f, has_aux=True)(x)
    np.testing.assert_array_equal(g, [2.0, 4.0])
    np.testing.assert_array_equal(aux["y"], [1.0, 4.0])
    assert isinstance(aux["y"], np.ndarray) and aux["note"] == "kept"
    (value, aux), g = value_and_grad(f, has_aux=True)(x)
    assert value == 5.0 and aux["note"] == "kept"
    with pytest.raises(TypeError, match=r"returns \(output, aux\)"):
        grad(lambda x: x, has_aux=True)(1.0)


def test_kinds_and_dtypes_are_kept() -> None:
    assert isinstance(grad(autograd.exp)(1.0), float)
    g = grad(lambda x: x.sum())(np.ones(3, np.float32))
    assert g.dtype == np.float32 and isinstance(g, np.ndarray)
    assert isinstance(grad(autograd.exp)(np.array(1.0)), np.ndarray)
    assert isinstance(grad(autograd.exp)(np.float32(1.0)), np.float32)
    value, g = value_and_grad(lambda x, y: (x * y).sum(), argnum=(0, 1))(A, A)
    assert isinstance(value, float)
    g[0][:] = 7.0  # results are the caller's own: writable, and no two share memory
    np.testing.assert_array_equal(g[1], A)
    g = grad(lambda x, y: (x + y).sum(), argnum=(0, 1))(A, A)
    g[0][:] = 7.0
    np.testing.assert_array_equal(g[1], np.ones_like(A))
    value, _ = vjp(lambda x: x, A)
    value[:] = 0.0
    assert A[0, 0] == 1.0


def test_nodes_in_nodes_out_and_nobodys_grad_is_touched() -> None:
    x = Value(3.0)
    g = grad(lambda v: v**3)(x)
    assert isinstance(g, Value) and g.data == 27.0 and x.grad == 0.0
    g.backward()
    assert x.grad == 18.0
    w = Tensor([1.0, 2.0])
    h = grad(lambda v: (v**3).sum())(w)
    assert isinstance(h, Tensor) and w.grad is None
    h.sum().backward()
    np.testing.assert_array_equal(w.grad, [6.0, 12.0])
    captured = Tensor([1.0, 1.0])
    grad(lambda v: (v * captured).sum())(np.ones(2))
    assert captured.grad is None


def test_a_transform_records_inside_no_grad() -> None:
    with no_grad():
        assert grad(lambda x: x * x)(3.0) == 6.0
        assert not (Value(1.0) * 2).requires_grad


def test_gradients_on_nodes_can_be_differentiated_again() -> None:
    x = Value(0.0)
    (first,) = gradients(autograd.sin(x) ** 2, [x], create_graph=True)
    assert gradients(first, [x])[0].data == 2.0  # 0 · inf repaired, never dropped
    w = Value(2.0)
    (first,) = gradients((3 * w - 6) ** 2, [w], create_graph=True)
    assert gradients(first, [w])[0].data == 18.0
    assert hessian(lambda w: (3 * w - 6) ** 2)(2.0) == 18.0
    assert grad(grad(lambda x: autograd.sin(x) ** 2))(0.0) == 2.0


def test_elementwise_grad_is_the_derivative_at_every_element() -> None:
    np.testing.assert_allclose(elementwise_grad(autograd.tanh)(A), 1 - np.tanh(A) ** 2)
    np.testing.assert_allclose(
        elementwise_grad(elementwise_grad(autograd.sin))(A), -np.sin(A), rtol=1e-14
    )
    with pytest.raises(ValueError, match=r"shape \(\), the argument \(2, 3\)"):
        elementwise_grad(lambda x: x.sum())(A)


def test_vjp_pulls_any_number_of_times_and_nests() -> None:
    value, pull = vjp(lambda x, y: {"s": x @ y, "p": x * y}, A[0], A[1])
    assert value["s"] == pytest.approx(A[0] @ A[1])
    for scale in (1.0, 10.0):
        gx, gy = pull({"s": scale, "p": np.ones(3)})
        np.testing.assert_allclose(gx, (scale + 1) * A[1])
        np.testing.assert_allclose(gy, (scale + 1) * A[0])
    second = grad(lambda x: vjp(lambda y: y**3, x)[1](np.ones(3)).sum())(A[0])
    np.testing.assert_allclose(second, 6 * A[0])
    # A pull is linear in its cotangent: differentiating through it gives the Jacobian back.
    forward = jacobian(lambda u: vjp(lambda y: A @ y, np.ones(3))[1](u))(np.ones(2))
    np.testing.assert_allclose(forward, A.T)


def test_jvp_takes_structures_and_several_arguments() -> None:
    value, moved = jvp(
        lambda p, s: p["a"] * s + p["b"], ({"a": A, "b": 1.0}, 2.0), ({"a": A, "b": 0.0}, 1.0)
    )
    np.testing.assert_allclose(value, 2 * A + 1)
    np.testing.assert_allclose(moved, 2 * A + A)
    p = Params(A, 1.0)
    _, moved = jvp(lambda p: p.w * p.b, p, Params(A, 2.0))
    np.testing.assert_allclose(moved, 3 * A)
    assert hvp(lambda p: p.w**2 * p.b, Params(2.0, 3.0), Params(1.0, 0.0)) == Params(6.0, 4.0)
    value, moved = jvp(lambda x: (x, 5.0), A, A)
    np.testing.assert_array_equal(moved[0], A)
    assert moved[1] == 0.0


def test_hvp_is_the_hessian_times_the_direction() -> None:
    def f(x: Any) -> Any:
        return autograd.tanh(A @ x).sum() + (x**3).prod()

    x, v = np.array([0.5, -0.3, 1.2]), np.array([1.0, 2.0, -1.0])
    np.testing.assert_allclose(hvp(f, x, v), hessian(f)(x) @ v, rtol=1e-12)
    hx, hy = hvp(lambda x, y: x * x * y, (2.0, 3.0), (1.0, 0.0))
    assert (hx, hy) == (6.0, 4.0)
    assert hvp(lambda x: 3 * x, 1.0, 1.0) == 0.0


def write(x: Any) -> Any:
    x[0] = 5.0
    return x.sum()


def write_data(x: Any) -> Any:
    x.data[0] = 5.0
    return x.sum()


def write_out(x: Any) -> Any:
    np.exp(x, out=x)
    return x.sum()


V = np.array([1.0, 2.0])
NOTHING: Any = 3.0
TEXT: Any = "x"
BAD: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "not a function": (lambda: grad(NOTHING), TypeError, "with f not yet called"),
    "array output": (lambda: grad(lambda x: x * 2)(V), ValueError, r"shape \(2,\), one number"),
    "None output": (lambda: grad(lambda x: None)(V), TypeError, "return statement missing"),
    "None output, jacobian": (lambda: jacobian(lambda x: None)(V), TypeError, "returned None"),
    "text output": (lambda: grad(lambda x: "no")(V), TypeError, "returned 'no'"),
    "list output": (lambda: grad(lambda x: [x])(V), TypeError, "a number, an array or a node"),
    "an int": (lambda: grad(autograd.exp)(3), TypeError, "argument 'a' is 3, an integer.*3.0"),
    "a bool": (lambda: grad(autograd.exp)(True), TypeError, "derivatives need floats"),
    "ints": (lambda: grad(lambda x: x.sum())(np.arange(3)), TypeError, r"int64.*astype\(float\)"),
    "int Tensor": (lambda: grad(autograd.exp)(Tensor([1, 2])), TypeError, "dtype int64"),
    "a string": (lambda: grad(lambda s: s)("text"), TypeError, "argument 's' is 'text'.*argnum="),
    "a nested string": (
        lambda: grad(lambda p: p)({"w": 1.0, "n": "x"}),
        TypeError,
        r"argument 'p'\['n'\] is 'x'",
    ),
    "complex": (lambda: grad(lambda z: z)(np.array([1j])), TypeError, "no derivative"),
    "empty structure": (lambda: grad(lambda z: 1.0)([]), ValueError, "holds no array"),
    "argnum": (lambda: grad(lambda x: x, argnum=2)(1.0), ValueError, "argnum 2 .* 1 given"),
    "argnum text": (lambda: grad(lambda x: x, argnum=TEXT)(1.0), TypeError, "int or a tuple"),
    "empty argnum": (lambda: grad(lambda x: x, argnum=())(1.0), ValueError, "argnum is empty"),
    "write": (lambda: grad(write)(V), TypeError, r"test_transforms.py:\d+: x\[0\] = 5.0"),
    "write, jvp": (lambda: jvp(write, V, V), TypeError, r"x\[0\] = 5.0"),
    "write to data": (
        lambda: grad(write_data)(V),
        ValueError,
        r"writes into its argument at .*test_transforms.py:\d+: x.data\[0\] = 5.0",
    ),
    "out=": (lambda: grad(write_out)(V), TypeError, "out="),
    "cotangent shape": (lambda: vjp(lambda x: x, V)[1](1.0), ValueError, r"\(\), the output \(2,"),
    "cotangent count": (lambda: vjp(lambda x: x, V)[1]((V, V)), ValueError, "1 outputs but 2"),
    "direction shape": (lambda: jvp(lambda x: x, V, 1.0), ValueError, "direction has shape"),
    "directions": (lambda: jvp(lambda x: x, (V,), V), ValueError, "a tuple of as many"),
    "direction structure": (
        lambda: jvp(lambda x: x[0], ([V, V],), ([V],)),
        ValueError,
        "holds 2 arrays, its direction 1",
    ),
    "no primal": (lambda: vjp(lambda: 1.0), ValueError, "at least one primal"),
    "hvp of a vector": (lambda: hvp(lambda x: x, V, V), ValueError, "one number is wanted"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_with_a_remedy(name: str) -> None:
    call, kind, message = BAD[name]
    with pytest.raises(kind, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
    np.testing.assert_array_equal(V, [1.0, 2.0])


INDEPENDENT: dict[str, tuple[Callable[[], Any], Any, str]] = {
    "a constant": (lambda: grad(lambda x: 3.0)(1.0), 0.0, "grad.*argument 'x'"),
    "one of two": (
        lambda: grad(lambda x, y: y * 2, argnum=(0, 1))(1.0, 1.0),
        (0.0, 2.0),
        "argument 'x'",
    ),
    "a leaf of a structure": (
        lambda: grad(lambda p: p["a"] * 2)({"a": 1.0, "b": 1.0}),
        {"a": 2.0, "b": 0.0},
        r"argument 'p'\['b'\]",
    ),
    "a detached number": (lambda: grad(lambda x: math.exp(x))(0.0), 0.0, "never as a plain number"),
    "jacobian": (lambda: jacobian(lambda x: np.ones(2))(1.0).tolist(), [0.0, 0.0], "jacobian"),
    "hessian": (lambda: hessian(lambda x: 3.0)(1.0), 0.0, "hessian"),
    "jvp": (lambda: jvp(lambda x: 3.0, 1.0, 1.0), (3.0, 0.0), "jvp"),
    "hvp": (lambda: hvp(lambda x: 3.0, 1.0, 1.0), 0.0, "hvp"),
    "vjp": (lambda: vjp(lambda x: 3.0, 1.0)[1](1.0), 0.0, "vjp"),
}


@pytest.mark.parametrize("name", INDEPENDENT)
def test_an_output_that_does_not_depend_gives_zeros_and_a_warning(name: str) -> None:
    call, expected, message = INDEPENDENT[name]
    with pytest.warns(UserWarning, match=message) as caught:
        assert call() == expected
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_a_linear_function_has_second_derivative_zero_without_a_warning() -> None:
    assert grad(grad(lambda x: 3 * x))(1.0) == 0.0
    assert grad(grad(grad(lambda x: x * x)))(1.0) == 0.0
    assert hessian(lambda x: 3 * x)(1.0) == 0.0
    np.testing.assert_array_equal(hessian(lambda x: x.sum())(V), np.zeros((2, 2)))
    assert grad(lambda x: jvp(lambda y: 3 * y, x, 1.0)[1])(1.0) == 0.0
    assert grad(lambda x: hvp(lambda y: y * y, x, 1.0))(1.0) == 0.0
    assert grad(lambda x: jacobian(lambda y: y * np.ones(3))(x).sum())(1.0) == 0.0
    np.testing.assert_array_equal(
        jacobian(grad(lambda x: (A @ x).sum()))(np.ones(3)), np.zeros((3, 3))
    )
