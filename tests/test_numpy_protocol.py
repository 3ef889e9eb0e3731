"""NumPy's own functions over nodes: ours, or an error; never numbers without their gradient."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, gradcheck
from autograd.calculus.rules import RULES

#: Typed for arrays alone, and called with Tensors here.
LINALG: Any = np.linalg
A = np.array([[0.9, 0.2, 0.6], [0.4, 0.8, 0.3]])
B = np.array([[0.51, 0.72, 0.13], [0.31, 0.23, 0.62]])
S = np.array([[2.0, 1.0], [0.5, 3.0]])

UNARY_UFUNCS = (
    "exp exp2 expm1 log log1p log2 log10 sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh "
    "arctanh sqrt cbrt square reciprocal negative positive absolute abs fabs sign floor ceil rint "
    "deg2rad rad2deg radians degrees"
).split()
BINARY_UFUNCS = (
    "add subtract multiply divide true_divide power float_power maximum minimum arctan2 hypot "
    "logaddexp logaddexp2 remainder mod floor_divide fmax fmin"
).split()

#: Calls of functions that are no ufuncs; each is made on the array and on the Tensor.
FUNCTIONS: dict[str, Any] = {
    "sum": lambda a: np.sum(a),
    "sum axis": lambda a: np.sum(a, axis=0),
    "sum by place": lambda a: np.sum(a, 1),
    "sum keepdims": lambda a: np.sum(a, axis=-1, keepdims=True),
    "sum tuple": lambda a: np.sum(a, axis=(0, 1)),
    "mean": lambda a: np.mean(a, axis=1),
    "prod": lambda a: np.prod(a, axis=0),
    "var": lambda a: np.var(a, axis=1, ddof=1),
    "std": lambda a: np.std(a, ddof=1),
    "max": lambda a: np.max(a, axis=1),
    "min": lambda a: np.min(a),
    "amax": lambda a: np.amax(a, axis=0, keepdims=True),
    "amin": lambda a: np.amin(a, 0),
    "cumsum": lambda a: np.cumsum(a, axis=1),
    "cumsum flat": lambda a: np.cumsum(a),
    "cumprod": lambda a: np.cumprod(a, axis=0),
    "dot": lambda a: np.dot(a, B.T),
    "dot left": lambda a: np.dot(B.T, a),
    "matmul": lambda a: np.matmul(a, B.T),
    "inner": lambda a: np.inner(a, B),
    "outer": lambda a: np.outer(a, B),
    "einsum": lambda a: np.einsum("ij,kj->ik", a, B),
    "einsum implicit": lambda a: np.einsum("ij,jk", a, B.T),
    "einsum trace": lambda a: np.einsum("ii->", np.matmul(a, B.T)),
    "reshape": lambda a: np.reshape(a, (3, -1)),
    "ravel": lambda a: np.ravel(a),
    "transpose": lambda a: np.transpose(a),
    "transpose axes": lambda a: np.transpose(a, (1, 0)),
    "swapaxes": lambda a: np.swapaxes(a, 0, 1),
    "moveaxis": lambda a: np.moveaxis(a, 0, -1),
    "squeeze": lambda a: np.squeeze(np.expand_dims(a, 1), axis=1),
    "expand_dims": lambda a: np.expand_dims(a, (0, -1)),
    "broadcast_to": lambda a: np.broadcast_to(a, (2, 2, 3)),
    "concatenate": lambda a: np.concatenate([a, B, a], axis=0),
    "concatenate by place": lambda a: np.concatenate((B, a), 1),
    "stack": lambda a: np.stack([a, B], axis=-1),
    "split": lambda a: np.split(a, [1], axis=1)[1],
    "take": lambda a: np.take(a, [0, 0, 1], axis=0),
    "take_along_axis": lambda a: np.take_along_axis(a, np.argsort(B, axis=1), axis=1),
    "where": lambda a: np.where(B > 0.25, a, B),
    "where of itself": lambda a: np.where(a > B, a, 0.0),
    "clip": lambda a: np.clip(a, 0.25, 0.7),
    "clip one end": lambda a: np.clip(a, None, 0.7),
    "pad": lambda a: np.pad(a, 1),
    "pad pairs": lambda a: np.pad(a, ((0, 1), (2, 0)), constant_values=3.0),
    "flip": lambda a: np.flip(a, axis=1),
    "roll": lambda a: np.roll(a, 1, axis=1),
    "repeat": lambda a: np.repeat(a, 2, axis=1),
    "tile": lambda a: np.tile(a, (2, 1)),
    "sort": lambda a: np.sort(a, axis=1),
    "diag": lambda a: np.diag(a),
    "diagonal": lambda a: np.diagonal(a),
    "trace": lambda a: np.trace(a),
    "triu": lambda a: np.triu(a),
    "tril": lambda a: np.tril(a, -1),
    "norm": lambda a: np.linalg.norm(a),
    "norm axis": lambda a: np.linalg.norm(a, axis=1),
    "norm ord": lambda a: np.linalg.norm(a, ord=1, axis=0),
    "round": lambda a: np.round(a),
    "astype": lambda a: a.astype(np.float64),
    "sinc": lambda a: np.sinc(a),
    "i0": lambda a: np.i0(a),
    "inv": lambda a: np.linalg.inv(a[:, :2]),
    "det": lambda a: np.linalg.det(a[:, :2]),
    "solve": lambda a: np.linalg.solve(a[:, :2], B),
    "norm nuclear": lambda a: np.linalg.norm(a, "nuc"),
    "vstack dtype": lambda a: np.vstack([a, B], dtype=np.float64),
    "einsum of lists": lambda a: np.einsum(a, [0, 1], B, [2, 1], [0, 2]),
    "einsum of lists, implicit": lambda a: np.einsum(a, [0, 1], B, [2, 1]),
}


def check(f: Any, data: Any) -> None:
    """The same numbers as over arrays, and a gradient that is the numerical one."""
    t = Tensor(data)
    out = f(t)
    assert type(out) is Tensor
    expected = np.asarray(f(data))
    assert out.shape == expected.shape
    np.testing.assert_allclose(out.data, expected, rtol=1e-14)
    weights = np.cos(np.arange(out.size)).reshape(out.shape)
    (out * weights).sum().backward()
    step = 1e-6
    for at in np.ndindex(data.shape):
        up, down = data.copy(), data.copy()
        up[at] += step
        down[at] -= step
        slope = np.sum(weights * (f(up) - f(down))) / (2 * step)
        np.testing.assert_allclose(t.grad[at], slope, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", UNARY_UFUNCS)
def test_unary_ufuncs(name: str) -> None:
    ufunc = getattr(np, name)
    check(ufunc, A)
    v = Value(0.6)
    out = ufunc(v)
    assert type(out) is Value
    assert out.data == pytest.approx(float(ufunc(0.6)), rel=1e-15)


def test_arccosh() -> None:
    check(np.arccosh, A + 1)


@pytest.mark.parametrize("name", BINARY_UFUNCS)
def test_binary_ufuncs_with_nodes_on_either_side(name: str) -> None:
    ufunc = getattr(np, name)
    check(lambda a: ufunc(a, B), A)
    check(lambda a: ufunc(B, a), A)
    check(lambda a: ufunc(a, B[0]), A)
    check(lambda a: ufunc(2.05, a), A)
    both = ufunc(Tensor(A), Tensor(B))
    np.testing.assert_allclose(both.data, ufunc(A, B), rtol=1e-14)
    for a, b in (
        (Value(0.6), 0.7),
        (0.6, Value(0.7)),
        (Value(0.6), Value(0.7)),
        (np.float64(0.6), Value(0.7)),
    ):
        out = ufunc(a, b)
        assert type(out) is Value
        assert out.data == pytest.approx(float(ufunc(0.6, 0.7)), rel=1e-14)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str) -> None:
    check(FUNCTIONS[name], A)


def test_every_row_that_numpy_has_under_the_same_name_is_reachable() -> None:
    reached = {*UNARY_UFUNCS, *BINARY_UFUNCS, "arccosh", *(name.split()[0] for name in FUNCTIONS)}
    renamed = {"sub", "mul", "div", "pow", "neg"}
    assert not [name for name in RULES if hasattr(np, name) and name not in reached | renamed]


def test_reductions_of_one_value() -> None:
    v: Any = Value(2.0)
    for name in "sum mean prod max min amax amin".split():
        assert getattr(np, name)(v) is v
    clip: Any = np.clip
    where: Any = np.where
    assert clip(v, 0, 1).data == 1.0
    assert where(True, v, 0.0).data == 2.0


def test_an_array_on_the_left_gives_the_word_to_the_node() -> None:
    t = Tensor(A)
    for out in (B * t, B + t, B - t, B / t, B**t, B.T @ t, np.float64(2) * t, np.float32(2) - t):
        assert type(out) is Tensor and out.requires_grad
    for found in (np.less(B, t), t > B, np.float64(0.5) < t, t == B):
        assert type(found) is np.ndarray and found.dtype == bool
    v: Any = Value(0.5)
    for number in (np.float64(2), np.float32(2), np.int64(2), np.array(2.0)):
        assert type(number * v) is Value and (number * v).data == 1.0
    with pytest.raises(TypeError, match="use Tensor"):
        B * v


def test_an_array_is_not_changed_in_place_by_a_tensor() -> None:
    a = A.copy()
    with pytest.raises(TypeError, match=r"np\.add: out= is not taken here; a node "):
        a += Tensor(B)
    np.testing.assert_array_equal(a, A)
    x = Tensor(A) * 1
    x += B
    assert type(x) is Tensor


@pytest.mark.parametrize(
    "said, call",
    [
        ("np.exp: out= is not taken here; a node is ", lambda a: np.exp(a, out=S.copy())),
        ("np.add: where= is not taken here; choose ", lambda a: np.add(a, a, where=S > 1)),
        ("np.add: dtype= is not taken here; convert ", lambda a: np.add(a, a, dtype=np.float32)),
        ("np.add: casting= is not taken here; leave ", lambda a: np.add(a, a, casting="no")),
    ],
)
def test_an_argument_of_a_ufunc_is_refused_by_name(said: str, call: Any) -> None:
    with pytest.raises(TypeError, match=said):
        call(Tensor(S))


@pytest.mark.parametrize(
    "name, call",
    [
        ("np.fft.fft", lambda a: np.fft.fft(a)),
        ("np.fft.rfft2", lambda a: np.fft.rfft2(a)),
        ("np.linalg.eig", lambda a: np.linalg.eig(a)),
        ("np.unique", lambda a: np.unique(a)),
        ("np.histogram", lambda a: np.histogram(a)),
        ("np.nansum", lambda a: np.nansum(a)),
        ("np.apply_along_axis", lambda a: np.apply_along_axis(np.sum, 0, a)),
        ("np.copyto", lambda a: np.copyto(S.copy(), a)),
        ("np.put_along_axis", lambda a: np.put_along_axis(S.copy(), np.array([[0]]), a, 0)),
        ("np.add.reduce", lambda a: np.add.reduce(a)),
        ("np.multiply.outer", lambda a: np.multiply.outer(a, a)),
        ("np.maximum.accumulate", lambda a: np.maximum.accumulate(a)),
        ("np.modf", lambda a: np.modf(a)),
        ("np.spacing", lambda a: np.spacing(a)),
        ("np.nextafter", lambda a: np.nextafter(a, 1.0)),
        ("np.copysign", lambda a: np.copysign(a, 1.0)),
    ],
)
def test_a_function_without_a_derivative_raises_and_names_the_alternative(
    name: str, call: Any
) -> None:
    with pytest.raises(TypeError) as caught:
        call(Tensor(S))
    message = str(caught.value)
    assert message.startswith(f"{name} has no derivative here"), message
    assert ".data" in message and "autograd" in message and "\n" not in message


ATLEAST = np.atleast_1d, np.atleast_2d, np.atleast_3d


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_no_function_of_numpy_detaches_in_silence() -> None:
    """Whatever NumPy function is tried: a node with a gradient, an error, or no quantity."""
    from autograd.engine.node import ARRAY_FUNCTIONS

    quantities = []
    for function in ARRAY_FUNCTIONS:
        if function in (np.zeros_like, np.ones_like, np.empty_like, np.full_like):
            continue  # numbers that do not depend on the data
        if function in (np.linalg.slogdet, np.linalg.lstsq, *ATLEAST):
            continue  # of their parts one is a node, or as many as were given
        for args in ((Tensor(S),), (Tensor(S), 1), (Tensor(S), Tensor(S)), (S, Tensor(S))):
            try:
                out = function(*args)
            except (TypeError, ValueError, IndexError, AttributeError):
                continue
            parts = out if isinstance(out, list | tuple) else [out]
            quantities += [
                function.__name__
                for part in parts
                if isinstance(part, np.ndarray | np.generic) and part.dtype.kind == "f"
            ]
    assert not quantities


def test_questions_about_the_data_get_plain_answers() -> None:
    t, labels = Tensor(A), Tensor([2, 0, 1])
    assert np.shape(t) == (2, 3) and np.ndim(t) == 2 and np.size(t) == 6
    assert np.allclose(t, A) and np.array_equal(t, A) and np.isclose(t, A).all()
    assert np.isnan(t).sum() == 0 and np.isfinite(t).all() and not np.isinf(t).any()
    assert np.any(t > 0.85) and np.all(t > 0) and np.count_nonzero(t) == 6
    assert np.argmax(t) == 0 and np.argmin(t, axis=1).tolist() == [1, 2]
    assert np.argsort(labels).tolist() == [1, 2, 0]
    assert np.zeros_like(t).shape == (2, 3) and type(np.ones_like(t)) is np.ndarray
    assert np.result_type(t, np.float32(1)) == np.float64
    assert np.greater(t, 0.5).tolist() == (A > 0.5).tolist()


def test_an_attribute_that_is_a_node_counts_as_its_number() -> None:
    t = Tensor(A)
    assert np.roll(t, Tensor(1), axis=1).data.tolist() == np.roll(A, 1, axis=1).tolist()
    assert np.tile(t, Tensor([2, 1])).shape == (4, 3)  # type: ignore[arg-type]
    assert np.repeat(t, Tensor([1, 2]), axis=0).shape == (3, 3)  # type: ignore[arg-type]
    assert autograd.full_like(A, Tensor(2)).tolist() == [[2, 2, 2], [2, 2, 2]]
    with pytest.raises(TypeError, match="reps: no gradient flows into it"):
        np.tile(t, Tensor([2.0]))  # type: ignore[arg-type]


def test_a_gradient_flows_into_what_an_array_is_filled_with() -> None:
    t, number = Tensor(A), Tensor(2.0)
    filled: Any = np.full_like(t, number)
    filled.sum().backward()
    assert filled.data.tolist() == np.full_like(A, 2.0).tolist() and number.grad == A.size


def test_conversions_of_lists_of_values() -> None:
    values = [Value(1.0), Value(2.0)]
    array = np.array(values)
    assert array.dtype == object
    (array * array).sum().backward()  # NumPy adds and multiplies the objects
    assert [v.grad for v in values] == [2.0, 4.0]
    assert math.fsum(values) == 3.0


def test_a_list_with_tensors_is_reduced_as_one() -> None:
    x, y = Tensor(2.0), Tensor(5.0)
    for name, expected in {"sum": 8.0, "mean": 8 / 3, "max": 5.0, "prod": 10.0}.items():
        out = getattr(autograd, name)([x, y, 1.0])
        assert type(out) is Tensor and out.data == pytest.approx(expected)
    norm: Any = autograd.norm
    norm([[x, 1.0], [0.0, y]]).backward()
    assert x.grad == pytest.approx(2 / np.sqrt(30)) and y.grad == pytest.approx(5 / np.sqrt(30))
    assert autograd.sum([[1.0, 2.0], [3.0, 4.0]], axis=0).tolist() == [4.0, 6.0]


def test_where_takes_numpys_names() -> None:
    x = Tensor([1.0, 2.0])
    out = autograd.where(condition=np.array([True, False]), x=x, y=0.0)  # type: ignore[call-overload]
    out.sum().backward()
    assert out.data.tolist() == [1.0, 0.0] and x.grad.tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t: np.sum(t, out=S.copy()), "sum: out= is not taken here; a node is never written"),
        (
            lambda t: np.mean(t, where=S > 1),
            r"mean: where= is not taken here; .* where\(mask, a, 0",
        ),
        (lambda t: np.sum(t, dtype=float), r"sum: dtype= is not taken here; .* \.astype"),
        (lambda t: np.median(t, out=S.copy()), "median: out= is not taken here"),
        (lambda t: np.fft.rfft(t), "np.fft.rfft has no derivative here: .* are real"),
    ],
)
def test_what_a_graph_has_no_place_for_is_refused(call: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message) as caught:
        call(Tensor(S))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["mean", "sum", "max", "median", "full"])
def test_a_list_of_tensors_is_refused_with_the_function_that_takes_it(name: str) -> None:
    x, y = Tensor(1.0), Tensor(2.0)
    operands: Any = (3, x) if name == "full" else ([x, y],)
    with pytest.raises(TypeError, match=rf"\(autograd\.{name}, \.\.\.\)") as caught:
        getattr(np, name)(*operands)
    assert "\n" not in str(caught.value)
    assert getattr(autograd, name)(*operands).requires_grad  # what the message names takes it


def test_an_array_of_tensors_is_refused_with_stack() -> None:
    pair: Any = [Tensor(1.0), Tensor(2.0)]
    with pytest.raises(TypeError, match=r"\(autograd\.stack, "):
        np.array(pair)


def test_lists_of_values_keep_their_gradients() -> None:
    x, y = Value(1.0), Value(4.0)
    pair: Any = [x, y]
    out: Any = np.mean(pair) + np.sum(pair) + np.max(pair)
    out.backward()
    assert (out.data, x.grad, y.grad) == (11.5, 1.5, 2.5)


#: What np.linalg has beside np, in the last two axes or by another name.
OF_LINALG: dict[str, Callable[[Any], Any]] = {
    "trace": lambda a: LINALG.trace(a, offset=1),
    "diagonal": lambda a: LINALG.diagonal(a),
    "vecdot": lambda a: LINALG.vecdot(a, a, axis=1),
    "vecdot of np": lambda a: np.vecdot(a, a),
    "matrix_norm": lambda a: LINALG.matrix_norm(a, keepdims=True, ord="nuc"),
    "vector_norm": lambda a: LINALG.vector_norm(a, axis=1),
    "vector_norm of all": lambda a: LINALG.vector_norm(a, keepdims=True, ord=3),
    "matmul": lambda a: LINALG.matmul(a, a),
    "outer": lambda a: LINALG.outer(a[0, 0], a[1, 1]),
    "cross": lambda a: LINALG.cross(a[0], a[1]),
    "tensordot": lambda a: LINALG.tensordot(a, a, axes=3),
}


@pytest.mark.parametrize("name", OF_LINALG)
def test_functions_of_numpys_linalg_have_their_values_and_gradients(name: str) -> None:
    call = OF_LINALG[name]
    a = np.random.default_rng(0).standard_normal((2, 3, 3))
    out = call(Tensor(a))
    np.testing.assert_allclose(out.data, call(a), rtol=1e-12)
    assert gradcheck(lambda x: (call(x) ** 2).sum(), a)
