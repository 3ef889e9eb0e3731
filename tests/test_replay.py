"""Compiled functions: their calls, guards, arguments and errors."""

from __future__ import annotations

import copy
import itertools
import math
import threading
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest

import autograd
from autograd import Value
from tests.test_replay_executors import network

RNG = np.random.default_rng(0)


def test_the_result_is_a_node_whose_backward_reaches_what_the_function_captured() -> None:
    loss, model = network(10)
    compiled = autograd.compile(loss)
    for _ in range(5):
        model.zero_grad()
        eager = loss()
        eager.backward()
        true = [p.grad for p in model.parameters()]
        model.zero_grad()
        replay = compiled()
        (replay * 2).backward()
        assert replay.data == pytest.approx(eager.data, rel=1e-12)
        np.testing.assert_allclose([p.grad / 2 for p in model.parameters()], true, 1e-10, 1e-13)
        for p in model.parameters():
            p.data -= 0.05 * p.grad
    assert repr(compiled) == "<compiled loss, traced 1 time>"


def test_arguments_in_lists_and_dicts_and_the_order_of_gradients() -> None:
    @autograd.compile
    def f(xs: list[Value], k: dict[str, Value], scale: bool) -> Value:
        total = xs[0] * xs[1] + k["a"]
        return total * 2 if scale else total

    value, ((dx, dy), dk, same) = f.value_and_grad([3.0, 4.0], {"a": 5.0}, True)
    assert (value, dx, dy, dk, same) == (34.0, 8.0, 6.0, {"a": 2.0}, True)
    assert f.value([3.0, 4.0], {"a": 5.0}, False) == 17.0


def test_several_outputs_and_forward_mode() -> None:
    f = autograd.compile(lambda x, y: {"sum": x + y, "product": [x * y, 3.0]})
    assert f.value(2.0, 5.0) == {"sum": 7.0, "product": [10.0, 3.0]}
    _, slope = f.jvp((2.0, 5.0), (1.0, -1.0))
    assert slope == {"sum": 0.0, "product": [3.0, 0.0]}
    x = Value(2.0)
    f(x, 5.0)["product"][0].backward()
    assert x.grad == 5.0
    with pytest.raises(TypeError, match="value_and_grad is of one number"):
        f.value_and_grad(2.0, 5.0)


def test_second_derivatives_are_those_of_the_engine() -> None:
    def f(x: Any, y: Any) -> Any:
        return (x * y).sin() * x.exp() + y**3

    compiled = autograd.compile(f)
    true = autograd.hessian(lambda a: f(a[0], a[1]))(np.array([0.3, 1.2]))
    np.testing.assert_allclose(compiled.hessian(0.3, 1.2), true, rtol=1e-12)
    at_points = compiled.hessian(np.array([0.3, 0.9]), 1.2)
    np.testing.assert_allclose(at_points[0], true, rtol=1e-12)


@pytest.mark.parametrize("n", [1, 7, 40_000])
def test_many_points_at_once(n: int) -> None:
    f = autograd.compile(lambda x, y: (x * y).tanh() + x.exp() * 0.1)
    x, y = np.linspace(-2, 2, n), np.linspace(1, 3, n)
    value, (dx, _) = f.value_and_grad(x, y)
    np.testing.assert_allclose(value, np.tanh(x * y) + np.exp(x) * 0.1, rtol=1e-12)
    np.testing.assert_allclose(dx, y / np.cosh(x * y) ** 2 + np.exp(x) * 0.1, rtol=1e-9)
    np.testing.assert_allclose(f.value_and_grad(x, 2.0)[1][1], x / np.cosh(x * 2) ** 2, rtol=1e-9)


def test_a_branch_is_traced_again_where_it_is_taken_otherwise() -> None:
    @autograd.compile
    def f(x: Value) -> Value:
        return x * 2 if x > 1 else -x

    assert [f.value(x) for x in (3.0, 0.5, 2.0, -1.0)] == [6.0, -0.5, 4.0, 1.0]
    assert repr(f) == "<compiled f, traced 2 times>"
    largest = autograd.compile(lambda a, b, c: max(a, b, c))
    for point in itertools.permutations((1.0, 2.0, 3.0)):
        assert largest.value_and_grad(*point) == (3.0, tuple(float(x == 3) for x in point))


def test_a_branch_that_is_taken_otherwise_raises_where_that_is_asked_for() -> None:
    strict = autograd.compile(lambda x: x if x > 0 else -x, guards="raise")
    assert strict.value(2.0) == 2.0
    with pytest.raises(autograd.GuardError, match=r"at .*test_replay.py:\d+: .*x > 0"):
        strict.value(-2.0)
    free = autograd.compile(lambda x: x if x else x + 1)
    with pytest.raises(autograd.GuardError, match="at some of the points"):
        free.value(np.array([1.0, 0.0]))


@pytest.mark.parametrize(
    ("taking", "what"),
    [
        (lambda x: Value(x.data), r"\.data of a node is taken"),
        (lambda x: x * float(x), r"float\(\) of a node"),
        (
            lambda x: x * math.exp(x),
            r"float\(\) of a node.*function of autograd in place of that of",
        ),
        (lambda x: sum(x for _ in range(x)), "a node is used as an integer.*partial"),
        (lambda x: [x][x], "a node is used as an integer"),
        (lambda x: x * x.item(), r"item\(\) of a node"),
        (lambda x: x * x.detach(), r"detach\(\) of a node"),
        (lambda x: x * x.grad, r"\.grad of a node is taken"),
        (lambda x: (x * x).backward(), r"backward\(\) of a node"),
        (lambda x: setattr(x, "data", 1.0), r"\.data of a node is assigned"),
        (lambda x: x * f"{x:.1f}".count("1"), r"format\(\) of a node"),
        (lambda x: x * autograd.trace(x * x).output.value, "the graph of a node is traced"),
        (lambda x: x * autograd.steps(x * x).gradients[0], "the graph of a node is traced"),
    ],
)
def test_a_number_taken_out_is_refused_with_its_line(
    taking: Callable[[Value], Any], what: str
) -> None:
    with pytest.raises(RuntimeError, match=f"compile: (?=.*test_replay.py:[0-9]+: ){what}"):
        autograd.compile(taking).value(1.0)
    v = Value(2.0)  # and afterwards everything is as it was
    v.data = 3.0
    assert v.data == 3.0 == float(v) and "data" in Value.__slots__
    assert not hasattr(v, "__index__")


def test_a_draw_of_random_numbers_is_refused() -> None:
    def noisy(x: Value) -> Value:
        return x * RNG.normal()

    with pytest.raises(RuntimeError, match=r"noisy draws from a Generator .* pass the numbers as"):
        autograd.compile(noisy).value(1.0)
    with pytest.raises(RuntimeError, match=r"draws from the generator of numpy\.random"):
        autograd.compile(lambda x: x * np.random.rand()).value(1.0)  # noqa: NPY002


def test_a_number_that_is_made_without_recording_is_refused() -> None:
    def f(x: Value) -> Value:
        with autograd.no_grad():
            y = x * 2
        return y * x

    with pytest.raises(ValueError, match="inside no_grad"):
        autograd.compile(f).value(1.0)


def test_a_number_of_another_thread_may_be_taken_during_a_trace() -> None:
    inside, done = threading.Event(), threading.Event()

    def f(x: Value) -> Value:
        inside.set()
        assert done.wait(10)
        return x * 2

    results: list[float] = []
    tracing = threading.Thread(target=lambda: results.append(autograd.compile(f).value(4.0)))
    tracing.start()
    assert inside.wait(10)
    v = Value(2.0) * 3
    results.append(v.data if v > 1 else 0.0)
    done.set()
    tracing.join()
    assert sorted(results) == [6.0, 8.0]


def test_threads_share_one_compiled_function() -> None:
    loss, _ = network(20)
    compiled = autograd.compile(lambda scale: loss() * scale)
    true = {k: compiled.value_and_grad(float(k))[1][0] for k in range(8)}
    wrong: list[int] = []

    def many(k: int) -> None:
        for _ in range(60):
            value, (slope,) = compiled.value_and_grad(float(k))
            if slope != true[k] or value != pytest.approx(slope * k, rel=1e-12):
                wrong.append(k)

    threads = [threading.Thread(target=many, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_node_and_its_leaves() -> None:
    x, y, w = Value(1.0, "x"), Value(2.0, "y"), Value(3.0, "w")
    z = x * y + (w * x).exp()
    compiled = autograd.compile(z, inputs=[x, y])
    assert compiled.value(0.0, 5.0) == 1.0
    w.data = 0.0
    assert compiled.value_and_grad(2.0, 5.0) == (11.0, (5.0, 2.0))
    assert compiled.captured == [w]
    with pytest.raises(ValueError, match=r"does not depend on inputs\[1\] \(v\); leave it out"):
        autograd.compile(z, inputs=[x, Value(1.0, "v")])
    with pytest.raises(TypeError, match=r"inputs\[0\] is no leaf"):
        autograd.compile(z, inputs=[x * 2])
    with pytest.raises(TypeError, match="for 2 inputs, not for 1"):
        compiled.value(1.0)
    with pytest.raises(TypeError, match="a node needs inputs="):
        autograd.compile(cast(Any, z))
    with pytest.raises(TypeError, match=r"write inputs=\[x\]"):
        autograd.compile(z, inputs=cast(Any, x))


def test_bad_arguments_are_named() -> None:
    f = autograd.compile(lambda x, y: x * y)
    of_numbers = autograd.compile(lambda x, y: x * y)
    of_numbers.value(1.0, 2.0)
    with pytest.raises(TypeError, match=r"argument 2 .* is an array of shape \(2, 2\)"):
        of_numbers.value(1.0, np.ones((2, 2)))
    with pytest.raises(TypeError, match=r"argument 1 .* is a Fraction|object"):
        f.value(object(), 1.0)
    with pytest.raises(ValueError, match="arrays of 2, 3 points"):
        f.value(np.ones(2), np.ones(3))
    for one in (f, of_numbers):
        with pytest.raises(ValueError, match="0 points"):
            one.value(np.ones(0), 1.0)
    with pytest.raises(TypeError, match=r"argument 1 .* is a masked array"):
        f.value(np.ma.masked_array([1.0, 2.0], mask=[True, False]), 1.0)
    with pytest.raises(TypeError, match="many points for a function of numbers, and <lambda> does"):
        autograd.compile(lambda x: x.sum()).value(np.ones(2))
    with pytest.raises(TypeError, match="returned a str"):
        autograd.compile(lambda x: "x").value(1.0)
    with pytest.raises(TypeError, match="a function or a Value is wanted, not a int"):
        autograd.compile(cast(Any, 3))
    with pytest.raises(ValueError, match="guards is 'retrace' or 'raise'"):
        autograd.compile(lambda x: x, guards="no")
    with pytest.raises(RuntimeError, match="has not been traced yet"):
        _ = autograd.compile(lambda x: x).source
    w = Value(2.0) * 3
    with pytest.raises(ValueError, match="computed before it was called"):
        autograd.compile(lambda x: x * w).value(1.0)


def test_hooks_and_anomaly_mode_are_refused() -> None:
    def hooked(x: Any) -> Any:
        y = x * x
        y.register_hook(lambda g: 2 * g)
        return y + x

    with pytest.raises(ValueError, match="a node of the function has a hook"):
        autograd.compile(hooked).value_and_grad(1.0)
    f = autograd.compile(lambda x: (x * x).log())
    with autograd.detect_anomaly():
        with pytest.raises(RuntimeError, match="inside detect_anomaly"):
            f.value(0.0)
        with pytest.raises(FloatingPointError):
            f.__wrapped__(Value(0.0))
    with pytest.raises(RuntimeError, match=r"detect_anomaly is used .*call \.__wrapped__ of"):
        autograd.compile(autograd.detect_anomaly()(lambda x: (x * x).log())).value(1.0)
    with autograd.detect_anomaly(), pytest.raises(FloatingPointError):
        Value(0.0).log()  # the trace is over
    x = Value(3.0)
    hook = x.register_hook(lambda g: 10 * g)
    f(x).backward()
    assert x.grad == pytest.approx(20 / 3)
    hook.remove()


def test_a_compiled_function_is_a_part_of_the_one_that_calls_it() -> None:
    w = Value(2.0, "w")
    inner = autograd.compile(lambda x: x * x * w)
    inner.value(5.0)
    outer = autograd.compile(lambda x: inner(x).tanh() * x)
    for x in (0.3, 0.7):
        value, slopes = autograd.value_and_grad(lambda x: (x * x * 2.0).tanh() * x)(x)
        assert outer.value_and_grad(x) == (pytest.approx(value), (pytest.approx(slopes),))
    assert outer.captured == [w]
    with pytest.raises(RuntimeError, match="gives numbers here, in a function that is being"):
        autograd.compile(lambda x: inner.value(x) * x).value(0.3)


def test_a_replay_has_no_steps_and_says_so() -> None:
    f = autograd.compile(lambda x: x * x)
    x = Value(3.0)
    with pytest.raises(RuntimeError, match="records no steps"):
        autograd.trace(f(x))
    with pytest.raises(RuntimeError, match=r"take <lambda>\.hessian"):
        autograd.gradients(f(x), [x], create_graph=True)
    with autograd.no_grad():
        assert not f(x).requires_grad


def test_more_kinds_of_arguments_than_are_kept() -> None:
    f = autograd.compile(lambda xs: sum(xs))
    for n in range(1, 9):
        assert f.value([1.0] * n) == n
    with pytest.warns(RuntimeWarning, match="traced for more than 8 kinds"):
        f.value([1.0] * 9)
    assert f.value([1.0]) == 1.0


def test_functions_of_no_arguments_constants_and_inputs_alone() -> None:
    assert autograd.compile(lambda: 3.0).value() == 3.0
    assert autograd.compile(lambda x: x).value_and_grad(2.0) == (2.0, (1.0,))
    assert autograd.compile(lambda x: 5.0).value_and_grad(2.0) == (5.0, (0.0,))
    assert autograd.compile(lambda x: (x, x)).jvp((2.0,), (1.0,)) == ((2.0, 2.0), (1.0, 1.0))


def test_second_derivatives_and_directions_are_those_of_the_function() -> None:
    f = autograd.compile(lambda x, w: autograd.tanh(x @ w).sum())
    x, w = np.array([[0.3, -0.2]]), np.array([[0.5], [0.1]])
    along = (np.ones_like(x), np.zeros_like(w))
    plain = f.__wrapped__
    for ours, theirs in zip(f.jvp((x, w), along), autograd.jvp(plain, (x, w), along), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    blocks = f.hessian(x, w)
    for line, wanted in zip(blocks, autograd.hessian(plain, (0, 1))(x, w), strict=True):
        for block, expected in zip(line, wanted, strict=True):
            np.testing.assert_array_equal(block, expected)


def test_what_the_derivative_of_a_kink_asks_is_a_branch() -> None:
    for kink in (lambda x: x.relu(), lambda x: autograd.maximum(x, 0.0), lambda x: x.abs()):
        f = autograd.compile(lambda x, kink=kink: kink(x) * x * x)
        slope = autograd.compile(lambda x, kink=kink: autograd.grad(lambda q: kink(q) * q)(x) * x)
        for at in (1.0, -1.0, 2.0):
            true: Any = autograd.hessian(f.__wrapped__)(at)
            assert f.hessian(at) == pytest.approx(true)
            assert slope.value(at) == pytest.approx(slope.__wrapped__(Value(at)).data)
    f = autograd.compile(lambda x: x.relu() * x * x)
    with pytest.raises(autograd.GuardError, match="at some of the points"):
        f.hessian(np.array([1.0, -1.0]))


def test_questions_by_functions_are_comparisons_or_refused() -> None:
    @autograd.compile
    def f(x: Any) -> Any:
        if np.isnan(x):
            return 0.0 * x + 9.0
        high = np.greater(x, 1.0) or np.less_equal(-3.0, x) or np.equal(x, -5.0)
        return x * 2 if high else x * 3 + 1

    for at in (2.0, 0.0, -4.0, -5.0, 2.5, -6.0):
        assert f.value(at) == f.__wrapped__(Value(at)).data
    with pytest.raises(RuntimeError, match=r"isfinite of a node is taken in .*test_replay"):
        autograd.compile(lambda x: x if np.isfinite(x) else -x).value(1.0)
    with pytest.raises(RuntimeError, match=r"copy\(\) of a node is called in "):
        autograd.compile(lambda x: copy.copy(x) * x).value(1.0)
    assert np.greater(cast(Any, Value(2.0)), 1.0)  # nothing is watched outside a trace


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_constants_of_python_do_not_raise_at_many_points() -> None:
    f = autograd.compile(lambda x: x / 0.0)
    value, slope = f.value_and_grad(np.array([1.0, -2.0]))
    assert value.tolist() == [np.inf, -np.inf] and slope[0].tolist() == [np.inf, np.inf]


def test_points_that_are_no_numbers_are_refused_by_name() -> None:
    f = autograd.compile(lambda x, y: x * y)
    for points in (np.array([True]), np.array([1j]), np.array(["a"]), np.array([None])):
        with pytest.raises(TypeError, match=r"argument 1 of <lambda> is an array of (bool|c|<U|o)"):
            f.value(points, 1.0)
    large = r"argument 2 of <lambda> is an integer beyond the largest float, .*; scale it"
    w = Value(1.0, "w")
    g = autograd.compile(lambda x: x * w)
    for one in (1.0, np.ones(2)):
        with pytest.raises(OverflowError, match=large):
            f.value_and_grad(one, 10**400)
        for other in (np.complex128(1j), np.timedelta64(3, "s")):
            with pytest.raises(TypeError, match=r"argument 1 of <lambda> is a (complex|timedelta)"):
                f.value(other, one)
        w.data = 1.0
        g.value(one)
        w.data = cast(Any, "a")
        with pytest.raises(TypeError, match="w, which <lambda> uses, has the data 'a'; assign a n"):
            g.value(one)
    x = Value(1.0, "x")
    with pytest.raises(TypeError, match=r"inputs= is a list of leaves; write inputs=\[x\]"):
        autograd.compile(x * 2, inputs=5)  # type: ignore[call-overload]
    with pytest.raises(ValueError, match=r"inputs\[1\] is inputs\[0\] again"):
        autograd.compile(x * 2, inputs=[x, x])
