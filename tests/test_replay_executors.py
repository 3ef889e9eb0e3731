"""Every executor of a replay gives what the eager pass gives."""

from __future__ import annotations

import itertools
import math
import re
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value
from autograd.calculus import RULES, stamp
from autograd.engine import reachable
from autograd.functions.table import FUNCTIONS
from autograd.replay import array_lines, numpy_source, points, straight_line
from autograd.replay.replays import Replay
from nn import scalar
from tests.row_operands import nodes
from tests.strategies import random_program

EXECUTORS = ("numpy", "python", "points")
#: Numbers only: what the generator needs of structural steps is the identity.
SCALAR = {**FUNCTIONS, "sum": lambda a, **attrs: a, "mean": lambda a, **attrs: a}


def replayed(
    executor: str, out: Value, inputs: Sequence[Value], at: Sequence[float]
) -> tuple[float, Any]:
    """The value and the gradients at other numbers, by one executor; other leaves are constants."""
    if executor == "points":
        ends, slopes = Replay("f", [out], inputs, since=0).points.both(
            [np.full(3, number) for number in at], 0
        )
        assert (ends[0] == ends[0][0]).all() or np.isnan(ends[0]).all()
        return ends[0][1], slopes[: len(inputs), 1]
    ends, slopes = Replay("f", [out], inputs, since=0, executor=executor).both(list(at), [1.0])
    return ends[0], slopes[: len(inputs)]


def check(executor: str, out: Value, inputs: Sequence[Value], label: object) -> None:
    for x in inputs:
        x.grad = 0.0
    out.backward()
    value, slopes = replayed(executor, out, inputs, [x.data for x in inputs])
    np.testing.assert_allclose(value, out.data, rtol=1e-12, err_msg=str(label))
    true = np.array([x.grad for x in inputs])
    # Sums are added up in another order: what cancels is as exact as its largest part.
    every = np.array([node.grad for node in reachable(out, leaves=True)])
    scale = np.abs(every[np.isfinite(every)]).max(initial=0)
    np.testing.assert_allclose(slopes, true, 1e-12, 1e-12 * scale, err_msg=str(label))


def test_random_graphs_equal_the_eager_pass() -> None:
    for seed in range(120):
        program = random_program(seed, scalar=True, length=10 + seed % 40)
        leaves = [Value(float(leaf)) for leaf in program.leaves]
        out = program(SCALAR, *leaves)
        if isinstance(out, Value) and not out.is_leaf:
            check(EXECUTORS[seed % 3], out, leaves, program)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_long_program_is_several_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(straight_line, "LONG", 3)
    monkeypatch.setattr(straight_line, "BLOCK", 2)
    x, y, apart = Value(0.5, "x"), Value(-1.5, "y"), Value(1.0)
    out = (x * y).tanh() + (x - 2.0) * y.exp() + x.sqrt() * 0.0
    replay = Replay("f", [out], [x, y, apart], since=0, executor="python")
    assert replay.executor.source.count("def block(V, G, seeds):") >= 6
    assert replay.forward([0.5, -1.5, 1.0])[0] == pytest.approx(out.data, rel=1e-14)
    for at in (0.5, 0.0):  # there the slope of the root is infinite
        x.data = at
        out = (x * y).tanh() + (x - 2.0) * y.exp() + x.sqrt() * 0.0
        check("python", out, [x, y], at)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("executor", EXECUTORS)
def test_every_row_at_its_points_and_its_singular_ones(executor: str) -> None:
    """Without a kink of another kind: nan and inf stand where the eager pass has them."""
    for name, rule in RULES.items():
        sampled = list(itertools.product(*rule.samples))[:: 13 if rule.arity > 1 else 3]
        for point in [*sampled, *(point for point, _ in rule.singular)]:
            operands = nodes(rule, Value, point)
            out = FUNCTIONS[name](*operands) * 1.5
            if isinstance(out, Value) and not out.is_leaf:
                inputs = [x for x in operands if isinstance(x, Value)]
                check(executor, out, inputs, (name, point))


def network(points: int = 30) -> tuple[Callable[[], Value], scalar.MLP]:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(points, 2)), rng.choice([-1.0, 1.0], points)
    model = scalar.MLP(2, [8, 8, 1], rng=0)
    for p in model.parameters():  # also the biases, which begin as 0
        p.data += 0.1 * rng.normal()

    def loss() -> Value:
        scores = [model(list(map(Value, row))) for row in X]
        hinge: Any = sum((1 + -t * s).relu() for t, s in zip(y.tolist(), scores))
        squares: Any = sum(p * p for p in model.parameters())
        total: Value = hinge * (1 / points) + 1e-3 * squares
        return total

    return loss, model


def test_a_network_of_neurons_becomes_a_few_products_of_matrices() -> None:
    loss, model = network()
    compiled = autograd.compile(loss)
    check("numpy", loss(), model.parameters(), "network")
    compiled.value()
    head, *lines = str(compiled).splitlines()
    assert head.endswith("6,093 rows of the trace, 105 inputs, 10 statements of NumPy")
    cells = [re.split(" {2,}", line.strip()) for line in lines[1:]]
    assert sum(int(line[0].replace(",", "")) for line in cells) == 6_093
    assert [line[-1] for line in cells] == [
        "np.matmul(c, layer0_n_w.T, out=h1); np.add(h1, layer0_n_b, out=h1)",
        "np.matmul(layer_n, layer_n.T, out=h2); np.add(h2, 0.0, out=h2)",
        "maximum(h1_2, 0, out=h3)",
        "np.matmul(h3_2, layer1_n_w.T, out=h4); np.add(h4, layer1_n_b, out=h4)",
        "maximum(h4_2, 0, out=h5)",
        "np.matmul(layer2_n0_w, h5_2.T, out=h6); np.add(h6, layer2_n0_b, out=h6)",
        "np.multiply(c_2, h6_2, out=h7); np.add(h7, 1.0, out=h7)",
        "maximum(h7, 0, out=h8)",
        "h9[...] = h8_2.sum(axis=-1); np.add(h9, 0.0, out=h9)",
        "np.matmul(h9_2, x.T, out=h10)",
    ]


#: A wrong character in what an executor runs, of each kind of statement that it writes.
FAULTS = {
    "numpy": [
        ("np.matmul(h3_2, layer1_n_w.T", "np.matmul(h3_2, layer1_n_w"),
        ("np.add(h4, layer1_n_b", "np.subtract(h4, layer1_n_b"),
        ("(h4_2 > 0)", "(h4_2 < 0)"),
        ("np.sum((dh4), axis=(0,)", "np.max((dh4), axis=(0,)"),
        ("np.matmul(dh4.T, h3_2", "np.matmul(dh4.T, h5_2"),
    ],
    "python": [(" > 0", " > 1"), (" + v1", " - v1"), ("seeds[0]", "-seeds[0]")],
    "points": [("multiply(x", "add(x"), ("subtract(", "add("), ("greater(", "less(")],
}  # fmt: skip


@pytest.mark.parametrize("executor", FAULTS)
def test_a_fault_in_what_an_executor_runs_is_noticed(
    executor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loss, model = network(3)
    out, parameters = loss(), model.parameters()
    modules = {"numpy": numpy_source, "python": straight_line, "points": array_lines}
    for right, wrong in FAULTS[executor]:
        texts: list[str] = []
        monkeypatch.setattr(modules[executor], "stamp", partial(faulty_stamp, right, wrong, texts))
        with pytest.raises(AssertionError):
            check(executor, out, parameters, (right, wrong))
        assert right in texts[0]


def faulty_stamp(right: str, wrong: str, texts: list[str], text: str, *args: Any) -> Any:
    texts.append(text)
    return stamp(text.replace(right, wrong), *args)


def test_graphs_of_20_000_rows() -> None:
    """Deep and tangled, and wide and regular: each by the executor it gets."""
    rng = np.random.default_rng(0)
    x, y = Value(0.5, "x"), Value(-0.3, "y")
    every: list[Any] = [x, y]
    for i, j, k in rng.integers(1, 40, (10_000, 3)).tolist():
        a, b = every[-min(i, len(every))], every[-min(j, len(every))]
        every.append((a * b).tanh() if k % 3 else a - b * 0.5)
    wide: Any = sum((x * w).tanh() * y for w in rng.normal(size=7_000).tolist())
    for out, kind in ((sum(every), "straight"), (wide, "NumPy")):
        replay = Replay("f", [out], [x, y])
        assert replay.rows >= 20_000 and replay.executor.kind.startswith(kind)
        x.grad = y.grad = 0.0
        out.backward()
        ends, slopes = replay.both([x.data, y.data], [1.0])
        assert ends[0] == pytest.approx(out.data, rel=1e-11)
        np.testing.assert_allclose(slopes, [x.grad, y.grad], 1e-9)


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_branch_not_taken_does_not_leak_nan(executor: str) -> None:
    x, y = Value(0.0), Value(2.0)
    out = autograd.where(x > 0, x.sqrt(), 0.0 * y) + x.sqrt() * 0.0 + y * x
    check(executor, out, [x, y], "where of sqrt at 0")


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("executor", EXECUTORS)
def test_equal_rows_that_are_shared_do_not_hide_nan(executor: str) -> None:
    x, y = Value(-math.inf), Value(-math.inf)
    out = x * x + (x * x) * y  # 1 * x - inf * x is nan, and (1 - inf) * x is inf
    check(executor, out, [x, y], "infinite leaves")


def test_many_points_are_shared_out_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "CHUNK", 16)
    before = threading.active_count()
    f = autograd.compile(lambda x, y, z: x.relu().sqrt() + z * y)
    x = np.linspace(-1, 1, 201)[::-1]  # up to 0 a piece meets 0 * inf
    y = np.arange(201)
    threads = set[int]()
    worker = array_lines.Statements.worker

    def noted(self: Any, size: int) -> Any:
        threads.add(threading.get_ident())
        return worker(self, size)

    monkeypatch.setattr(array_lines.Statements, "worker", noted)
    for processors in (1, 2, 64):
        monkeypatch.setattr(points, "processors", lambda n=processors: n)
        threads.clear()
        value, slopes = f.value_and_grad(x, y, 3.0)
        assert threading.get_ident() in threads and (len(threads) == 1) == (processors == 1)
        root = np.sqrt(np.maximum(x, 0))
        np.testing.assert_allclose(value, root + 3.0 * y, 1e-14)
        np.testing.assert_allclose(f.value(x, y, 3.0), root + 3.0 * y, 1e-14)
        slope = np.divide(0.5, root, out=np.zeros(201), where=x > 0)
        for one, true in zip(slopes, (slope, 3.0 + 0 * y, y)):
            np.testing.assert_allclose(one, true, 1e-12, 1e-12)
    assert threading.active_count() == before

    def failing(self: Any, size: int) -> Any:
        if threading.current_thread() is not threading.main_thread():
            raise MemoryError("in a thread")
        return worker(self, size)

    monkeypatch.setattr(array_lines.Statements, "worker", failing)
    with pytest.raises(MemoryError, match="in a thread"):
        f.value(x, y, 3.0)


def test_statements_over_points_compute_nothing_twice() -> None:
    f = autograd.compile(lambda x, y: (x * y).tanh() + (y * x).exp() * x**3.0 + x.sigmoid())
    x = np.linspace(-1, 1, 7)
    f.value_and_grad(x, x)
    lines = array_lines.Statements(f._latest().replay.program, 0, 2).source.splitlines()
    calls = [re.split(r"[(,] ?", line.strip())[0] for line in lines[1:]]
    assert calls.count("tanh") == 1 and calls.count("exp") == 3 and "power" not in calls


@pytest.mark.parametrize("executor", EXECUTORS)
@pytest.mark.parametrize("n", [2, 7])
def test_one_value_in_many_terms_of_a_sum(executor: str, n: int) -> None:
    x, y = Value(0.5), Value(2.0)
    total: Any = sum([x] * n + [x * y] * n + [x * x - y] * n)
    check(executor, total, [x, y], n)
    total = sum((x * w).tanh() - x for w in [Value(0.1 * k) for k in range(20)])
    check(executor, total, [x], "stretched")
