"""The judge on trial: every correct row passes, every seeded fault is rejected, kinks are told."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, custom_rule, gradcheck, no_grad, remove_rule
from autograd.calculus.array_rules import ARRAY_RULES, ArrayRule
from autograd.calculus.rules import RULES, Rule
from autograd.derivatives.custom import _CUSTOM
from autograd.engine.operations import applier
from autograd.engine.recording import ROOT, Origin

F = autograd
NOTHING: Any = 3.0


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    yield
    for name in tuple(_CUSTOM):
        remove_rule(name)


def as_function(rule: Any, operands: Any, attrs: Any) -> tuple[Callable[..., Any], list[Any]]:
    """A row as a function of its differentiable operands, and their values."""
    apply = applier(rule)
    moving = [i for i, x in enumerate(operands) if _is_moving(rule, i, x)]

    def f(*xs: Any) -> Any:
        given = list(operands)
        for i, x in zip(moving, xs):
            given[i] = x if isinstance(x, Tensor) else Tensor(x)
        return apply(tuple(given), dict(attrs))

    return f, [operands[i] for i in moving]


def _is_moving(rule: Any, i: int, x: Any) -> bool:
    if isinstance(rule, Rule):
        return rule.partials[i] is not None
    return isinstance(x, np.ndarray) and x.dtype.kind == "f" and rule.adjoint(i) is not None


@pytest.mark.parametrize("name", RULES)
def test_every_row_of_the_derivative_table_passes(name: str) -> None:
    rule = RULES[name]
    points = np.array(list(itertools.product(*rule.samples)))[::3]
    f, xs = as_function(rule, list(points.T), {})
    report = gradcheck(f, *xs, order=2)
    assert report, report
    assert not report.kinks


@pytest.mark.parametrize("name", ARRAY_RULES)
def test_every_structural_row_passes(name: str) -> None:
    rule = ARRAY_RULES[name]
    smooth = [sample for sample in rule.samples if sample.smooth]
    for order, samples in ((1, smooth[:6]), (2, smooth[1:2] or smooth[:1])):
        for sample in samples:
            f, xs = as_function(rule, sample.operands(np.random.default_rng(5)), sample.attrs)
            report = gradcheck(f, *xs, order=order)
            assert report, report


# -- fifty faults ---------------------------------------------------------------------------------

X = np.array([0.7, -1.3, 0.4])
M = np.array([[0.5, -0.2, 1.1], [0.9, 0.3, -0.7]])
S = np.array([[0.5, -0.2, 1.1], [0.9, 0.3, -0.7], [0.1, 0.6, 0.8]])

#: Rows with one partial wrong: name, arguments, value, partials, the point.
ROWS: tuple[tuple[str, str, str, tuple[str, ...], tuple[Any, ...]], ...] = (
    ("tanh_half", "a", "tanh(a)", ("1 - out",), (X,)),
    ("tanh_sign", "a", "tanh(a)", ("1 + out * out",), (X,)),
    ("sigmoid_off", "a", "sigmoid(a)", ("out * (1 + out)",), (X,)),
    ("sigmoid_input", "a", "sigmoid(a)", ("a * (1 - a)",), (X,)),
    ("exp_less", "a", "exp(a)", ("out - 1",), (X,)),
    ("exp_slightly", "a", "exp(a)", ("1.00001 * out",), (X,)),
    ("square_half", "a", "a * a", ("a",), (X,)),
    ("cube_power", "a", "a ** 3", ("3 * a",), (X,)),
    ("sqrt_double", "a", "sqrt(a)", ("1 / out",), (np.abs(X),)),
    ("log_of_out", "a", "log(a)", ("1 / out",), (np.abs(X),)),
    ("log2_base", "a", "log2(a)", ("1 / a",), (np.abs(X),)),
    ("sin_sign", "a", "sin(a)", ("-cos(a)",), (X,)),
    ("cos_sign", "a", "cos(a)", ("sin(a)",), (X,)),
    ("tan_minus", "a", "tan(a)", ("1 - out * out",), (X,)),
    ("arctan_root", "a", "arctan(a)", ("1 / sqrt(1 + a * a)",), (X,)),
    ("relu_leaks", "a", "maximum(a, 0)", ("where(greater(a, 0), 1, 0.01)",), (X,)),
    ("relu_flipped", "a", "maximum(a, 0)", ("less(a, 0)",), (X,)),
    ("abs_one", "a", "abs(a)", ("1",), (X,)),
    ("kink_outside", "a", "abs(a)", ("where(equal(a, 0), 2, sign(a))",), (np.array([0.0, 1.0]),)),
    ("sub_plus", "a b", "a - b", ("1", "1"), (X, X[::-1])),
    ("mul_swapped", "a b", "a * b", ("a", "b"), (X, X[::-1])),
    ("div_swapped", "a b", "a / b", ("-out / b", "1 / b"), (X, X[::-1])),
    ("div_power", "a b", "a / b", ("1 / b", "-a / b"), (X, X[::-1])),
    ("pow_exponent", "a b", "a ** b", ("b * a ** b", "out * log(a)"), (np.abs(X), X)),
    ("pow_log", "a b", "a ** b", ("b * a ** (b - 1)", "out * log(b)"), (np.abs(X), X + 2)),
    ("max_flipped", "a b", "maximum(a, b)", ("less(a, b)", "greater(a, b)"), (X, X[::-1] + 0.1)),
    ("max_both", "a b", "maximum(a, b)", ("1", "1"), (X, X[::-1] + 0.1)),
    ("hypot_bare", "a b", "hypot(a, b)", ("a", "b / out"), (X, X[::-1])),
    ("gelu_missing", "a", "gelu(a)", ("0.5 * (1 + erf(a * sqrt(0.5)))",), (X,)),
    ("softplus_out", "a", "softplus(a)", ("sigmoid(out)",), (X,)),
)

#: Structural operations with a wrong adjoint: forward, adjoint, the point.
Fault = tuple[Callable[..., Any], Any, tuple[Any, ...]]
STRUCTURAL: dict[str, Fault] = {
    "sum over the wrong axis": (
        lambda a: a.sum(axis=0),
        lambda g, out, a: F.broadcast_to(F.expand_dims(g, 1), a.shape),
        (S,),
    ),
    "mean without n": (lambda a: a.mean(), lambda g, out, a: g * np.ones(a.shape), (M,)),
    "sum halved": (lambda a: a.sum(), lambda g, out, a: 0.5 * g * np.ones(a.shape), (M,)),
    "bias without its sum": (
        lambda x, b: x + b,
        lambda g, out, x, b: (g, g[0]),
        (M, X),
    ),
    "scale without its sum": (
        lambda x, s: x * s,
        lambda g, out, x, s: (g * s, g[0] * x[0]),
        (M, X),
    ),
    "sum of a stretched column, doubled": (
        lambda x, c: x + c,
        lambda g, out, x, c: (g, 2 * F.sum(g, axis=1, keepdims=True)),
        (M, M[:, :1]),
    ),
    "matmul operands swapped": (
        lambda a, b: a @ b,
        lambda g, out, a, b: (a.T @ g, g @ b.T),
        (S, S + 1),
    ),
    "matmul without transpose": (lambda a, b: a @ b, lambda g, out, a, b: (g @ b, a @ g), (S, S)),
    "matmul one transpose": (
        lambda a, b: a @ b,
        lambda g, out, a, b: (g @ b.T, a @ g),
        (S, S + 1),
    ),
    "transpose forgotten": (lambda a: a.T, lambda g, out, a: g, (S,)),
    "reshape in the wrong order": (
        lambda a: a.reshape(-1),
        lambda g, out, a: F.transpose(F.reshape(g, a.shape[::-1])),
        (M,),
    ),
    "softmax without the sum": (
        lambda a: np.exp(a) / np.exp(a).sum(),
        lambda g, out, a: out * g,
        (X,),
    ),
    "softmax diagonal only": (
        lambda a: np.exp(a) / np.exp(a).sum(),
        lambda g, out, a: out * (1 - out) * g,
        (X,),
    ),
    "log-softmax of one row": (
        lambda a: a - np.log(np.exp(a).sum()),
        lambda g, out, a: g - F.exp(out),
        (X,),
    ),
    "cross-entropy without one-hot": (
        lambda a: np.log(np.exp(a).sum()) - a[0],
        lambda g, out, a: g * F.exp(a) / F.exp(a).sum(),
        (X,),
    ),
    "norm squared": (lambda a: np.sqrt((a * a).sum()), lambda g, out, a: g * a, (X,)),
    "max to everybody": (lambda a: a.max(), lambda g, out, a: g * np.ones(a.shape), (X,)),
    "max to the first": (
        lambda a: a.max(),
        lambda g, out, a: g * np.eye(1, a.size, 1)[0],
        (X,),
    ),
    "prod times the element": (lambda a: a.prod(), lambda g, out, a: g * out * a, (X,)),
    "cumsum forwards": (lambda a: a.cumsum(), lambda g, out, a: F.cumsum(g), (X,)),
    "flip forgotten": (lambda a: a[::-1], lambda g, out, a: g, (X,)),
    "roll the same way": (lambda a: np.roll(a, 1), lambda g, out, a: F.roll(g, 1), (X,)),
    "outer mixed up": (
        lambda a, b: np.outer(a, b),
        lambda g, out, a, b: (g @ a, g.T @ b),
        (X, X[::-1] + 1),
    ),
    "one operand forgotten": (lambda a, b: a * b, lambda g, out, a, b: (g * b, 0 * g), (X, X)),
    "one operand stopped": (lambda a, b: a * b, (lambda g, out, a, b: g * b, None), (X, X)),
    "variance without the factor 2": (
        lambda a: a.var(),
        lambda g, out, a: g * (a - F.mean(a)) / a.size,
        (X,),
    ),
    "diagonal spread": (
        lambda a: np.diag(a).copy(),
        lambda g, out, a: g * np.ones(a.shape),
        (S,),
    ),
    "gather to the wrong place": (
        lambda a: a[[2, 0]],
        lambda g, out, a: F.concatenate([g, np.zeros(1)]),
        (X,),
    ),
    "repeated index counted once": (
        lambda a: a[[1, 1]],
        lambda g, out, a: F.concatenate([np.zeros(1), g[:1], np.zeros(1)]),
        (X,),
    ),
    "concatenate swapped": (
        lambda a, b: np.concatenate([a, b]),
        lambda g, out, a, b: (g[3:], g[:3]),
        (X, X),
    ),
}  # fmt: skip


def test_there_are_fifty_faults_at_least() -> None:
    assert len(ROWS) + len(STRUCTURAL) >= 50


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_wrong_partial_is_rejected_and_blamed(row: Any) -> None:
    name, args, value, partials, point = row
    wrong = custom_rule(name, args, value, *partials)
    report = gradcheck(wrong, *point)
    assert not report
    assert "FAILED" in str(report) and "derivatives are wrong" in report.reason
    assert report.worst is not None and report.worst.ours != pytest.approx(report.worst.numeric)
    # Buried in a larger function it is found all the same.
    buried = gradcheck(lambda *xs: F.sum(F.exp(0.1 * wrong(*xs)) * 2.0), *point)
    assert not buried
    assert buried.blame is not None and buried.blame.operation == name


@pytest.mark.parametrize("name", STRUCTURAL)
def test_a_wrong_adjoint_is_rejected_and_blamed(name: str) -> None:
    forward, adjoint, point = STRUCTURAL[name]
    wrong = custom_rule("wrong", forward=forward, adjoint=adjoint)
    assert not gradcheck(wrong, *point)
    buried = gradcheck(lambda *xs: F.sin(wrong(*[F.tanh(x) + x for x in xs])), *point)
    assert not buried
    assert buried.blame is not None and buried.blame.operation == "wrong"


def test_a_wrong_tangent_is_rejected_though_the_adjoint_is_right() -> None:
    f = custom_rule(
        "sq",
        forward=lambda a: a * a,
        adjoint=lambda g, out, a: 2 * a * g,
        tangent=lambda ts, out, a: a * ts[0],
    )
    report = gradcheck(f, X)
    assert not report and "forward mode disagrees" in report.reason


def test_an_adjoint_that_is_right_once_but_not_twice_fails_at_order_two() -> None:
    def slope(a: Any) -> Any:
        return 3 * (a.data if isinstance(a, Tensor) else a) ** 2

    f = custom_rule(
        "frozen_slope",
        forward=lambda a: a**3,
        adjoint=lambda g, out, a: g * slope(a),
        tangent=lambda ts, out, a: ts[0] * slope(a),
    )
    assert gradcheck(f, X)
    report = gradcheck(f, X, order=2)
    assert not report and report.order == 2
    assert report.blame is not None and report.blame.operation == "frozen_slope"


def test_a_changed_row_of_the_library_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = ARRAY_RULES["mean"]
    wrong = replace(right, adjoints=ARRAY_RULES["sum"].adjoints)
    apply = applier(wrong)
    monkeypatch.setitem(ROOT.table, "mean", Origin(wrong, ()))
    report = gradcheck(lambda x: apply((F.exp(x),), {"axis": None}), X)
    assert not report and report.blame is not None and report.blame.operation == "mean"
    assert isinstance(right, ArrayRule)


# -- kinks ----------------------------------------------------------------------------------------

KINKS: dict[str, tuple[Callable[..., Any], Any, float, float, float]] = {
    "abs": (F.abs, 0.0, -1.0, 1.0, 0.0),
    "relu": (F.relu, 0.0, 0.0, 1.0, 0.0),
    "leaky": (lambda x: F.leaky_relu(x, 0.1), 0.0, 0.1, 1.0, 0.1),
    "maximum of ties": (lambda x: F.maximum(x, 2.0), 2.0, 0.0, 1.0, 0.5),
    "clip at its end": (lambda x: F.clip(x, -1.0, 1.0), 1.0, 1.0, 0.0, 1.0),
    "on a slope": (lambda x: 3 * x + F.abs(x - 1), 1.0, 2.0, 4.0, 3.0),
    "a Value": (lambda v: v.relu(), Value(0.0), 0.0, 1.0, 0.0),
}


@pytest.mark.parametrize("name", KINKS)
def test_a_kink_is_called_a_kink_and_not_a_fault(name: str) -> None:
    f, x, left, right, ours = KINKS[name]
    report = gradcheck(f, x)
    assert report
    (kink,) = report.kinks
    assert (kink.left, kink.right, kink.ours) == pytest.approx((left, right, ours), abs=1e-6)
    assert "kink at d output / d argument" in str(report)


@pytest.mark.parametrize("x", [1e-3, 1e-4, -1e-5])
def test_beside_a_kink_the_steps_are_short_enough(x: float) -> None:
    report = gradcheck(lambda v: 2 * F.abs(v) + v * v, x)
    assert report, report


def test_the_second_order_of_a_kink_passes_too() -> None:
    report = gradcheck(F.relu, np.array([0.0, 1.0, -1.0]), order=2)
    assert report and report.kinks


# -- the rest -------------------------------------------------------------------------------------


def test_the_report_names_the_worst_entry_with_both_derivatives() -> None:
    wrong = custom_rule("scaled", "a k", "a * k", "k", "2 * a")
    report = gradcheck(lambda a, k: F.stack([a, wrong(a, k)]), M, S[:2])
    assert not report and report.worst is not None
    i = report.worst.input
    assert i.startswith("argument 'k'[") and report.worst.output.startswith("output[1, ")
    assert report.worst.ours == pytest.approx(2 * report.worst.numeric)
    assert report.blame is not None and report.blame.line is not None
    assert "test_gradcheck.py:" in report.blame.line and "wrong(a, k)" in report.blame.line
    assert "to blame: scaled" in str(report) and repr(report) == str(report)


def test_a_value_that_leaves_the_graph_is_suspected() -> None:
    report = gradcheck(lambda x: x * x.detach() if isinstance(x, Tensor) else x * x, 2.0)
    assert not report and report.blame is None
    assert "does a value leave the graph" in str(report)


def test_a_function_that_changes_is_told_apart_from_a_wrong_rule() -> None:
    rng = np.random.default_rng(0)
    report = gradcheck(lambda x: x * rng.standard_normal(), 0.5)
    assert not report and "another value when it is called again" in report.reason


def test_float32_inside_is_refused_and_float32_parameters_are_not() -> None:
    with pytest.raises(TypeError, match="astype computes in float32"):
        gradcheck(lambda x: F.tanh(x.astype(np.float32)), X)
    w = Tensor(np.array([1.0, 2.0, 3.0], np.float32))
    assert gradcheck(lambda x: x * (w * 2), X)


def test_complex_step_where_the_function_allows() -> None:
    assert gradcheck(lambda x: F.sin(x) * F.exp(x), X).method == "complex step"
    assert gradcheck(lambda x: F.abs(x) * x, X).method == "central differences"
    assert gradcheck(lambda x: x.relu(), X).method == "central differences"


def test_large_inputs_and_outputs_are_tried_along_random_directions() -> None:
    x = np.random.default_rng(0).standard_normal((40, 30))
    report = gradcheck(lambda x: F.tanh(x) @ x.T, x)
    assert report and report.method.endswith("along random directions") and report.count == 72
    wrong = custom_rule("off", "a", "tanh(a)", "1 - 1.01 * out * out")
    report = gradcheck(lambda x: wrong(x) @ x.T, x)
    assert not report and report.blame is not None and report.blame.operation == "off"


def test_structures_integers_values_and_float32() -> None:
    def f(p: Any, index: Any) -> Any:
        return {"out": p["w"][index] * p["b"], "again": p["b"]}

    p = {"w": np.arange(4, dtype=np.float32), "b": 2.0}
    assert gradcheck(f, p, np.array([0, 2]), order=2)
    assert gradcheck(lambda a, b: a * b + a.tanh(), Value(2.0), Value(-3.0), order=2)
    w = Tensor([1.0, 2.0])
    assert gradcheck(lambda t: (t * w).sum(), Tensor([3.0, 4.0])) and w.grad is None
    with no_grad():
        assert gradcheck(F.tanh, 0.5, order=2)


BAD: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "nan": (lambda: gradcheck(F.log, -1.0), ValueError, "output is nan at this point"),
    "no function": (lambda: gradcheck(NOTHING, 1.0), TypeError, "a function is wanted"),
    "no float": (lambda: gradcheck(F.exp, 3), TypeError, "nothing to check"),
    "order": (lambda: gradcheck(F.exp, 1.0, order=3), ValueError, "order is 1 or 2"),
    "None": (lambda: gradcheck(lambda x: None, 1.0), TypeError, "returned None"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str) -> None:
    call, kind, message = BAD[name]
    with pytest.raises(kind, match=message):
        call()


def test_the_edge_of_a_domain_cannot_be_compared() -> None:
    report = gradcheck(F.sqrt, 0.0)
    assert not report and "edge of its domain" in report.reason
