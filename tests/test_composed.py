"""The functions that are composed of rows: NumPy's values, and derivatives to second order."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, gradcheck
from autograd.calculus.composed import COMPOSED
from autograd.calculus.composed.densities import FUNCTIONS as DENSITIES

A23, B23, A33, V2, V3, W3 = (2, 3), (2, 3), (3, 3), (2,), (3,), (3,)
MASK = np.array([True, False, True])
DIAGONAL = np.diag([2.0, 5.0, 9.0])
PLACES, THIRDS = np.array([0.0, 0.8, 1.5, 4.0, 4.5]), np.array([-0.2, 0.1, 0.4])
COUNTS = np.array([1, 2, 1, 3])
ROUND, SHARES = np.array([0.3, 2.0, 1.1]), np.array([0.1, 0.55])


def linalg(xp: Any) -> Any:
    """Where NumPy keeps what autograd has beside the rest."""
    return xp if xp is autograd else xp.linalg


def fft(xp: Any) -> Any:
    return xp if xp is autograd else xp.fft


def definite(a: Any) -> Any:
    """A symmetric matrix whose eigenvalues are apart."""
    return (a + (a.mT if isinstance(a, Tensor) else a.swapaxes(-1, -2))) / 2 + DIAGONAL


def values_and_squares(values: Any, vectors: Any) -> Any:
    """Of vectors their squares: a decomposition leaves the sign open."""
    return values + vectors * vectors


#: By the name of the function, and of what about it is tried: the shapes of the operands, and the
#: call in a namespace, which is ours, NumPy's or JAX's.
CASES: dict[str, tuple[tuple[tuple[int, ...], ...], Callable[..., Any]]] = {
    "vstack of vectors": ((V3, W3), lambda xp, a, b: xp.vstack([a, b])),
    "vstack of a matrix and a vector": ((A23, V3), lambda xp, a, b: xp.vstack([a, b])),
    "hstack of vectors": ((V2, V3), lambda xp, a, b: xp.hstack([a, b])),
    "hstack of matrices": ((A23, B23), lambda xp, a, b: xp.hstack([a, b])),
    "hstack of numbers": (((), ()), lambda xp, a, b: xp.hstack([a, b])),
    "column_stack": ((V2, A23), lambda xp, a, b: xp.column_stack([a, b])),
    "array_split": (((7,),), lambda xp, a: xp.concatenate(xp.array_split(a, 3)[::-1])),
    "split": (((6, 2),), lambda xp, a: xp.concatenate(xp.split(a, [1, 4])[::-1])),
    "diff": ((A23,), lambda xp, a: xp.diff(a)),
    "diff twice along rows": (((4, 2),), lambda xp, a: xp.diff(a, 2, axis=0)),
    "vdot": ((A23, B23), lambda xp, a, b: xp.vdot(a, b)),
    "tensordot": (((2, 3, 4), (3, 4, 2)), lambda xp, a, b: xp.tensordot(a, b)),
    "tensordot over one axis": ((A23, A33), lambda xp, a, b: xp.tensordot(a, b, 1)),
    "tensordot over none": ((V2, V3), lambda xp, a, b: xp.tensordot(a, b, 0)),
    "tensordot over named axes": (
        ((2, 3, 4), (4, 2)), lambda xp, a, b: xp.tensordot(a, b, ([0, 2], [1, 0])),
    ),
    "kron": ((A23, (2, 2)), lambda xp, a, b: xp.kron(a, b)),
    "kron of unequal ranks": ((V2, A23), lambda xp, a, b: xp.kron(a, b) - xp.kron(b, a)),
    "cross": ((A23, V3), lambda xp, a, b: xp.cross(a, b)),
    "cross along named axes": (
        ((3, 2), A23), lambda xp, a, b: xp.cross(a, b, axisa=0, axisb=1, axisc=0),
    ),
    "cross along one axis": (((3, 2), (3, 2)), lambda xp, a, b: xp.cross(a, b, axis=0)),
    "multi_dot": (
        (V2, A23, A33, V3), lambda xp, *xs: linalg(xp).multi_dot(list(xs)),
    ),
    "multi_dot of matrices": ((A23, (3, 4)), lambda xp, a, b: linalg(xp).multi_dot([a, b])),
    "convolve": (((5,), V3), lambda xp, a, v: xp.convolve(a, v)),
    "convolve same, a longer one behind": (
        (V2, (5,)), lambda xp, a, v: xp.convolve(a, v, "same"),
    ),
    "convolve same": (((4,), V2), lambda xp, a, v: xp.convolve(a, v, "same")),
    "convolve valid": (((5,), V3), lambda xp, a, v: xp.convolve(a, v, mode="valid")),
    "correlate": (((5,), V2), lambda xp, a, v: xp.correlate(a, v)),
    "correlate full": ((V2, (4,)), lambda xp, a, v: xp.correlate(a, v, "full")),
    "correlate same": (((5,), V2), lambda xp, a, v: xp.correlate(a, v, "same")),
    "correlate same, a longer one behind": (
        (V2, (5,)), lambda xp, a, v: xp.correlate(a, v, "same"),
    ),
    "atleast_1d": (((),), lambda xp, a: xp.atleast_1d(a)),
    "atleast_2d": ((V3,), lambda xp, a: xp.atleast_2d(a)),
    "atleast_3d of a vector": ((V3,), lambda xp, a: xp.atleast_3d(a)),
    "atleast_3d of two": ((V2, A23), lambda xp, a, b: sum(map(xp.sum, xp.atleast_3d(a, b)))),
    "dstack": ((A23, B23), lambda xp, a, b: xp.dstack([a, b])),
    "append": ((A23, V2), lambda xp, a, b: xp.append(a, b)),
    "append along an axis": ((A23, B23), lambda xp, a, b: xp.append(a, b, axis=1)),
    "hsplit": (((2, 4),), lambda xp, a: xp.hsplit(a, 2)[1]),
    "vsplit": (((4, 2),), lambda xp, a: xp.vsplit(a, [1])[1]),
    "dsplit": (((2, 2, 4),), lambda xp, a: xp.dsplit(a, 2)[0]),
    "flipud": ((A23,), lambda xp, a: xp.flipud(a)),
    "fliplr": ((A23,), lambda xp, a: xp.fliplr(a)),
    "rot90": ((A23,), lambda xp, a: xp.rot90(a)),
    "rot90 back": (((2, 3, 2),), lambda xp, a: xp.rot90(a, -1, (1, 2))),
    "rollaxis": (((2, 3, 4),), lambda xp, a: xp.rollaxis(a, 2)),
    "rollaxis to the end": (((2, 3, 4),), lambda xp, a: xp.rollaxis(a, 0, 3)),
    "trace": (((2, 3, 2),), lambda xp, a: (np if xp is autograd else xp).trace(a, 1)),
    "matrix_transpose": (((2, 2, 3),), lambda xp, a: xp.matrix_transpose(a)),
    "fftshift": (((5,),), lambda xp, a: fft(xp).fftshift(a)),
    "ifftshift": ((A23,), lambda xp, a: fft(xp).ifftshift(a, axes=1)),
    "linspace": (((), ()), lambda xp, a, b: xp.linspace(a, b, 5)),
    "linspace of vectors": (
        (V2, V2), lambda xp, a, b: xp.linspace(a, b, num=4, endpoint=False, axis=-1),
    ),
    "logspace": (((), ()), lambda xp, a, b: xp.logspace(a, b, 4, base=2.0)),
    "full": ((V2,), lambda xp, a: xp.full((3, 2), a)),
    "select": ((V3, W3), lambda xp, a, b: xp.select([MASK, ~MASK[::-1]], [a, b], 7.0)),
    "nan_to_num": ((A23,), lambda xp, a: xp.nan_to_num(xp.where(MASK, a, np.inf), posinf=2.0)),
    "gradient": (((4, 5),), lambda xp, a: xp.gradient(a)[0] + xp.gradient(a)[1]),
    "gradient at places": (((5,),), lambda xp, a: xp.gradient(a, PLACES[:5])),
    "gradient of second order": (
        ((4, 5),), lambda xp, a: xp.gradient(a, 0.5, axis=1, edge_order=2),
    ),
    "trapezoid": ((A23,), lambda xp, a: xp.trapezoid(a, dx=0.5)),
    "trapezoid at places": ((A23, V2), lambda xp, a, x: xp.trapezoid(a, x, axis=0)),
    "interp": ((A23, V3), lambda xp, x, fp: xp.interp(x, PLACES[:3] - 0.7, fp)),
    "interp with ends": ((A23, V3), lambda xp, x, p: xp.interp(x, THIRDS, p, -9.0, 9.0)),
    "interp of a period": ((A23, V3), lambda xp, x, p: xp.interp(x, ROUND, p, period=2)),
    "polyval": ((V3, A23), lambda xp, p, x: xp.polyval(p, x)),
    "average": ((A23,), lambda xp, a: xp.average(a)),
    "average with weights": ((A23, V3), lambda xp, a, w: xp.average(a, axis=1, weights=w * w)),
    "average with weights of two axes": (
        ((2, 3, 4), (4, 2)), lambda xp, a, w: xp.average(a, axis=(2, 0), weights=w * w),
    ),
    "median": ((A23,), lambda xp, a: xp.median(a, axis=0)),
    "median of an even number": (((2, 4),), lambda xp, a: xp.median(a, axis=1, keepdims=True)),
    "median of all": (((2, 3, 3),), lambda xp, a: xp.median(a, axis=(0, -1))),
    "quantile": ((A23,), lambda xp, a: xp.quantile(a, SHARES, axis=1)),
    "quantile by another method": (
        ((7,),), lambda xp, a: xp.quantile(a, 0.3, method="weibull"),
    ),
    "percentile": (((5, 2),), lambda xp, a: xp.percentile(a, 30, axis=0, keepdims=True)),
    "partition": (((2, 5),), lambda xp, a: xp.partition(a, 2)[:, 2]),
    "partition of all": ((A23,), lambda xp, a: xp.partition(a, (1, 3), axis=None)[3]),
    "cov": ((A23,), lambda xp, a: xp.cov(a)),
    "cov of columns and more": (
        ((4, 2), (4, 1)), lambda xp, a, y: xp.cov(a, y, rowvar=False, ddof=0),
    ),
    "cov with weights": (
        ((2, 4),), lambda xp, a: xp.cov(a, fweights=COUNTS, aweights=COUNTS / 4),
    ),
    "cov of one": (((4,),), lambda xp, a: xp.cov(a, bias=True)),
    "corrcoef": (((2, 4),), lambda xp, a: xp.corrcoef(a)),
    "eigh": ((A33,), lambda xp, a: values_and_squares(*linalg(xp).eigh(definite(a)))),
    "eigh of a triangle": ((A33,), lambda xp, a: linalg(xp).eigh(a + DIAGONAL, "U")[0]),
    "eigvalsh": (((2, 3, 3),), lambda xp, a: linalg(xp).eigvalsh(definite(a))),
    "svd": ((A33,), lambda xp, a: values_and_squares(*linalg(xp).svd(a + DIAGONAL)[1:])),
    "svdvals": ((A23,), lambda xp, a: linalg(xp).svdvals(a + DIAGONAL[:2])),
    "qr": ((A33,), lambda xp, a: values_and_squares(*linalg(xp).qr(a + DIAGONAL))),
    "qr to R alone": ((A23,), lambda xp, a: linalg(xp).qr(a + DIAGONAL[:2], mode="r")),
    "qr of a wide matrix": ((A23,), lambda xp, a: linalg(xp).qr(a + DIAGONAL[:2])[1]),
    "slogdet": (((2, 3, 3),), lambda xp, a: linalg(xp).slogdet(a + DIAGONAL)[1]),
    "slogdet and its sign": (
        (A33,), lambda xp, a: linalg(xp).slogdet(a)[0] * linalg(xp).slogdet(a)[1],
    ),
    "lstsq": (((4, 2), (4,)), lambda xp, a, b: linalg(xp).lstsq(a, b)[0]),
    "lstsq residuals": (((4, 2), (4, 3)), lambda xp, a, b: linalg(xp).lstsq(a, b)[1]),
    "matrix_power": ((A33,), lambda xp, a: linalg(xp).matrix_power(a, 5)),
    "matrix_power of the inverse": (
        (A33,), lambda xp, a: linalg(xp).matrix_power(a + DIAGONAL, -2),
    ),
    "matrix_power zero": ((A33,), lambda xp, a: linalg(xp).matrix_power(a, 0)),
    "cond": ((A33,), lambda xp, a: linalg(xp).cond(a + DIAGONAL)),
    "cond by a norm": ((A33,), lambda xp, a: linalg(xp).cond(a + DIAGONAL, "fro")),
    **{
        f"pad {mode}": ((A23,), lambda xp, a, mode=mode: xp.pad(a, ((1, 2), (0, 3)), mode))
        for mode in "constant edge symmetric wrap linear_ramp maximum minimum mean median".split()
    },
    "pad reflect": (((3, 4),), lambda xp, a: xp.pad(a, 2, mode="reflect")),
    "pad mean of the nearest": (((3, 4),), lambda xp, a: xp.pad(a, 2, "mean", stat_length=2)),
    "pad linear_ramp to values": (
        ((3,),), lambda xp, a: xp.pad(a, (2, 3), "linear_ramp", end_values=(1.0, -2.0)),
    ),
}  # fmt: skip


def arrays(name: str) -> tuple[Any, ...]:
    rng = np.random.default_rng(len(name))
    return tuple(np.asarray(rng.standard_normal(shape)) for shape in CASES[name][0])


@pytest.mark.parametrize("name", CASES)
def test_values_and_derivatives(name: str) -> None:
    call = CASES[name][1]
    given = arrays(name)
    expected = call(np, *given)
    np.testing.assert_allclose(call(autograd, *given), expected, rtol=1e-12)
    out = call(autograd, *map(Tensor, given))
    np.testing.assert_allclose(out.data, expected, rtol=1e-12)
    assert out.shape == expected.shape
    assert gradcheck(lambda *nodes: (call(autograd, *nodes) ** 2).sum(), *given)
    assert gradcheck(lambda *nodes: (call(autograd, *nodes) ** 3).sum(), *given, order=2)


@pytest.mark.parametrize("name", [name for name in CASES if name != "full"])  # has no array to ask
def test_numpy_finds_them(name: str) -> None:
    call = CASES[name][1]
    given = arrays(name)
    np.testing.assert_allclose(call(np, *map(Tensor, given)).data, call(np, *given), rtol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_float32_stays_float32(name: str) -> None:
    call = CASES[name][1]
    operands = [Tensor(a, dtype=np.float32) for a in arrays(name)]
    out = call(autograd, *operands)
    expected = call(autograd, *arrays(name))
    np.testing.assert_allclose(out.data, expected, rtol=2e-3, atol=1e-4)
    out.sum().backward()
    for x in operands:
        assert x.grad is None or x.grad.dtype == np.float32


@pytest.mark.parametrize("name", "linspace logspace logaddexp logaddexp2 xlogy xlog1py".split())
def test_a_python_number_takes_the_type_of_what_is_beside_it(name: str) -> None:
    function = getattr(autograd, name)
    single = np.array([0.3, 0.9], np.float32)
    for operands in ((single, 0.5), (0.5, single), (0.5, 0.7), (single, single * 0.5)):
        nodes = [Tensor(x) if isinstance(x, np.ndarray) else x for x in operands]
        for out in (function(*operands), function(*nodes)):
            dtype = out.dtype if isinstance(out, Tensor) else np.asarray(out).dtype
            assert dtype == np.result_type(*operands), operands


def test_every_composed_function_is_tried() -> None:
    tried = {name.split()[0] for name in CASES}
    densities = {function.__name__ for function in DENSITIES}  # tried in test_special
    assert set(COMPOSED) == tried | densities


def test_full_repeats_a_node() -> None:
    value = Tensor([1.0, 2.0])
    out = autograd.full((3, 2), value, np.float32)
    assert out.dtype == np.float32 and out.shape == (3, 2)
    out.sum().backward()
    assert value.grad.tolist() == [3.0, 3.0] and value.grad.dtype == np.float64


MISTAKES: list[tuple[Callable[[], Any], str]] = [
    (lambda: autograd.tensordot(np.ones((2, 3)), np.ones((4, 5))), "do not fit"),
    (lambda: autograd.cross(np.ones(2), np.ones(2)), "length 3"),
    (lambda: autograd.rot90(np.ones((2, 2)), axes=(0, -2)), "are one axis; name two"),
    (lambda: autograd.select([np.ones(2)], []), "1 conditions but 0 choices"),
    (lambda: autograd.linspace(0.0, 1.0, retstep=True), "the step is"),  # type: ignore[call-overload]
    (lambda: autograd.multi_dot([np.ones(2)]), "two or more matrices"),
    (lambda: autograd.convolve(np.ones((2, 2)), np.ones(2)), "two vectors, not empty"),
    (lambda: autograd.convolve(np.ones(2), np.ones(2), "all"), "mode 'all' is unknown"),
    (lambda: autograd.gradient(np.ones(1)), "is too short; it takes 2 samples"),
    (lambda: autograd.gradient(np.ones((3, 3)), 1.0, 2.0, 3.0), "3 spacings for 2 axes"),
    (lambda: autograd.gradient(np.ones(3), edge_order=3), "use 1 or 2"),
    (lambda: autograd.gradient(np.ones(3), [0.0, 1.0]), "2 places for an axis of length 3"),
    (lambda: autograd.interp(0.5, [0.0, 1.0], [1.0]), r"xp \(2,\) and fp \(1,\) do not fit"),
    (lambda: autograd.average(np.ones((2, 3)), weights=[1.0, 2.0]), "do not fit"),
    (lambda: autograd.quantile(np.ones(3), 1.5), "q must be within 0 and 1"),
    (lambda: autograd.percentile(np.ones(3), 101), "q must be within 0 and 100"),
    (lambda: autograd.median(np.ones((0, 3)), axis=0), "no element to choose"),
    (lambda: autograd.cov(np.ones((2, 2, 2))), "give a matrix"),
    (lambda: autograd.cov(np.ones((2, 3)), aweights=[1.0]), "for 3 observations"),
    (lambda: autograd.pad(np.ones(3), 1, "mirror"), "mode 'mirror' is unknown"),
    (lambda: autograd.pad(np.ones(3), 1, "reflect", reflect_type="odd"), "'odd' is not supported"),
    (lambda: autograd.pad(np.ones((0, 2)), 1, "mean"), "no element for mode 'mean'"),
    (lambda: autograd.eigh(np.eye(2), "l"), "use 'L' or 'U'"),  # type: ignore[call-overload]
    (lambda: autograd.svd(np.ones((2, 3)), full_matrices=True), "use full_matrices=False"),
    (lambda: autograd.qr(np.ones((3, 2)), "complete"), "use 'reduced'"),  # type: ignore[call-overload]
    (lambda: autograd.lstsq(np.ones((3, 2)), np.ones(2)), "do not fit"),
    (lambda: autograd.matrix_power(np.ones((2, 3)), 2), "must be square"),
    (lambda: autograd.array_split(np.ones(3), 0), "1 or more"),
    (lambda: autograd.cond(np.ones((2, 0)), "fro"), "without elements has no condition"),
]


@pytest.mark.parametrize(("call", "said"), MISTAKES)
def test_mistakes_name_the_shapes(call: Callable[[], Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()


def test_logaddexp_of_two_minus_infinities() -> None:
    assert np.logaddexp(Tensor(-np.inf), -np.inf).data == -np.inf
    assert autograd.logaddexp(-np.inf, -np.inf) == -np.inf


def without_elements(shapes: tuple[tuple[int, ...], ...]) -> set[tuple[tuple[int, ...], ...]]:
    """The shapes with a 0 in the place of one axis, and of all axes of one length."""
    variants = set()
    for i, shape in enumerate(shapes):
        for axis in range(len(shape)):
            cut = (*shape[:axis], 0, *shape[axis + 1 :])
            variants.add((*shapes[:i], cut, *shapes[i + 1 :]))
    for n in {n for shape in shapes for n in shape}:
        variants.add(tuple(tuple(0 if k == n else k for k in shape) for shape in shapes))
    return variants


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_without_elements_they_give_numpys_value_or_refuse_what_numpy_refuses() -> None:
    compared = 0
    for name, (shapes, call) in CASES.items():
        for variant in without_elements(shapes):
            operands = [1.0 + np.arange(np.prod(shape)).reshape(shape) for shape in variant]
            nodes = [Tensor(a) for a in operands]
            try:
                expected = call(np, *operands)
            except (ValueError, IndexError, ZeroDivisionError, RuntimeError):
                if name == "median of all":  # NumPy cannot reshape what it has sorted
                    continue
                with pytest.raises((ValueError, IndexError, ZeroDivisionError)) as caught:
                    call(autograd, *nodes)
                assert "\n" not in str(caught.value), (name, variant)
                continue
            if name.startswith("median") and np.isnan(expected).any():  # NumPy warns
                with pytest.raises(ValueError, match="no element to choose"):
                    call(autograd, *nodes)
                continue
            out = call(autograd, *nodes)
            np.testing.assert_array_equal(np.shape(out), np.shape(expected), str((name, variant)))
            if isinstance(out, Tensor):
                np.testing.assert_allclose(out.data, expected, rtol=1e-10)
                out.sum().backward()
                compared += 1
            for x in nodes:
                assert x.grad is None or x.grad.shape == x.shape
    assert compared > 80


def test_an_average_whose_weights_sum_to_zero_is_refused_as_in_numpy() -> None:
    for xp in (autograd, np):
        with pytest.raises(ZeroDivisionError, match=r"(?i)weights sum to"):
            xp.average(np.ones(2), weights=[1.0, -1.0])


def test_full_like_repeats_a_node() -> None:
    value = Tensor(2.0)
    out: Any = np.full_like(Tensor(np.ones((2, 3))), value)
    out.sum().backward()
    assert out.shape == (2, 3) and value.grad == 6


LISTED: tuple[Callable[[Any], Any], ...] = (
    lambda xp: xp.diff([1, 2, 4]),
    lambda xp: xp.split([1.0, 2.0, 3.0], [1])[1],
    lambda xp: xp.array_split((1.0, 2.0, 3.0), 2)[0],
    lambda xp: xp.rot90([[1.0, 2.0], [3.0, 4.0]]),
    lambda xp: fft(xp).fftshift([1.0, 2.0, 3.0]),
    lambda xp: xp.median([1, 2, 3]),
    lambda xp: xp.quantile((1, 2, 4), 0.5),
)


def test_lists_are_arrays_and_give_numpys_dtype() -> None:
    for i, call in enumerate(LISTED):
        expected, out = np.asarray(call(np)), np.asarray(call(autograd))
        np.testing.assert_array_equal(out, expected, str(i))
        assert out.dtype == expected.dtype, i
    expected = autograd.normal_logpdf(np.array([1.0, 2.0]), np.array([0.0, 1.0]))
    np.testing.assert_array_equal(autograd.normal_logpdf([1.0, 2.0], loc=[0.0, 1.0]), expected)
    x = Tensor(1.0)
    autograd.normal_logpdf([x, 2.0]).sum().backward()
    assert x.grad == -1.0
    autograd.append([[x, 2.0]], [[x, x]], axis=0).sum().backward()  # in any place of an array
    autograd.interp([0.5], [0.0, 1.0], [2 * x, x]).sum().backward()
    assert x.grad == -1.0 + 3.0 + 1.5


def test_slogdet_of_float16_names_the_remedy() -> None:
    with pytest.raises(TypeError, match=r"slogdet: .*use \.astype\('float32'\)"):
        autograd.slogdet(np.eye(2, dtype=np.float16))


def test_covariances_of_float16_pass_through_numbers_that_it_does_not_have() -> None:
    """The slope of 1/variance is 1e10 here, and the sum of squares 7e6."""
    x = np.array([[-0.666, 0.9956], [-0.6675, 0.9019]], np.float16)
    narrow, wide = Tensor(x), Tensor(x.astype(float))
    seed = np.array([[0.27, -0.46], [-0.92, -0.97]])
    for t in (narrow, wide):
        autograd.corrcoef(t, rowvar=False).backward(seed)
    np.testing.assert_allclose(narrow.grad, wide.grad, atol=1e-3)
    large = np.tile(np.array([300, -300], np.float16), 40) * np.float16(0.5)
    assert autograd.cov(large).dtype == autograd.corrcoef(narrow).dtype == np.float16
    np.testing.assert_allclose(autograd.cov(large), np.cov(large), 1e-3)
