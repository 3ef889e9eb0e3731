"""Graphs replayed as machine code: equal to the eager pass, and safe in what is loaded."""

from __future__ import annotations

import functools
import itertools
import math
import operator
import os
import stat
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value
from autograd.calculus import RULES
from autograd.engine import reachable
from autograd.functions.table import FUNCTIONS
from autograd.replay import compiler, native, replays
from autograd.replay.replays import Replay
from tests import peers
from tests.row_operands import nodes
from tests.strategies import random_program
from tests.test_replay_executors import SCALAR, network

WRITERS = ("numpy", "python")  # loops over the statements, and lines


@pytest.fixture(autouse=True)
def own_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: Any) -> Path:
    """A cache folder for the tests of this file; nothing is said that a test does not expect."""
    folder = tmp_path_factory.getbasetemp() / "native"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    monkeypatch.setattr(replays, "_said", set())
    return folder / "tracegrad"


@pytest.fixture
def cc() -> None:
    peers.require("cc")


def compare(outs: list[Value], inputs: list[Value], writer: str) -> Replay:
    """One program of many outputs, whose inputs are their own: a single call of the compiler."""
    replay = Replay("f", outs, inputs, since=0, executor=writer, native=True)
    assert replay.executor.kind == "machine code"
    for x in inputs:
        x.grad = 0.0
    for out in outs:
        out.backward()
    at, ones = np.array([x.data for x in inputs]), [1.0] * len(outs)
    true, values = np.array([x.grad for x in inputs]), [out.data for out in outs]
    every = np.array([node.grad for out in outs for node in reachable(out, leaves=True)])
    scale = np.abs(every[np.isfinite(every)]).max(initial=0) if len(outs) == 1 else 1.0
    for executor in (replay.executor, replay):
        ends, slopes = executor.both(at, ones)
        np.testing.assert_allclose(ends, values, rtol=1e-12)
        same = ~np.isnan(slopes) if executor is replay.executor else slice(None)
        np.testing.assert_allclose(slopes[same], true[same], 1e-12, 1e-12 * scale)
    return replay


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("writer", WRITERS)
def test_every_row_and_random_graphs_in_one_program(
    cc: None, writer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # At -O3 the compiler takes long for so many statements.
    monkeypatch.setattr(
        native, "library", lambda text, flags: compiler.library(text, _quick(flags))
    )
    outs: list[Value] = []
    inputs: list[Value] = []
    for name, rule in RULES.items():
        if rule.is_special:
            continue
        sampled = list(itertools.product(*rule.samples))[:: 13 if rule.arity > 1 else 3]
        sampled = sampled[:1] if writer == "numpy" else sampled
        for point in [*sampled, *(point for point, _ in rule.singular)]:
            operands = nodes(rule, Value, point)
            outs.append(FUNCTIONS[name](*operands) * 1.5)
            inputs += [x for x in operands if isinstance(x, Value)]
    for seed in range(6 if writer == "numpy" else 30):
        program = random_program(seed, scalar=True, length=10 + seed)
        leaves = [Value(float(leaf)) for leaf in program.leaves]
        out = program(SCALAR, *leaves)
        if isinstance(out, Value) and not out.is_leaf:
            outs.append(out)
            inputs += leaves
    compare(outs, inputs, writer)


def layers(seed: int = 0) -> tuple[Value, list[Value]]:
    """A convolution, an attention and sums of single terms: batches, gathers, mixed signs."""
    rng = np.random.default_rng(seed)

    def values(*shape: int) -> Any:
        return np.vectorize(Value, otypes=[object])(rng.normal(size=shape))

    image, kernel = values(5, 6), values(3, 3)
    q, k, v = values(2, 5, 4), values(2, 6, 4), values(2, 6, 3)
    total: Any = 0.0
    for i, j in itertools.product(range(3), range(4)):
        total = total + (image[i : i + 3, j : j + 3] * kernel).sum().tanh()
    for b, i in itertools.product(range(2), range(5)):
        scores = [(q[b, i] * k[b, j]).sum() * 0.5 for j in range(6)]
        shares = [s.exp() for s in scores]
        whole = sum(shares)
        for c in range(3):
            total = total + sum(s * v[b, j, c] for j, s in enumerate(shares)) / whole
    for i in range(5):
        total = total - (image[i, 0] - image[i, 1] * kernel[0, 0] + image[i, 2] - 2.0).sigmoid()
    leaves = [x for array in (image, kernel, q, k, v) for x in array.ravel()]
    return total, leaves


@pytest.mark.parametrize("writer", WRITERS)
def test_networks_convolution_and_attention(cc: None, writer: str) -> None:
    out, inputs = layers()
    replay = compare([out], inputs, writer)
    assert ("row" in str(replay)) and str(replay).count("\n") > (5 if writer == "numpy" else -1)
    loss, model = network(30)
    compare([loss()], model.parameters(), writer)


FAULTS = {
    "numpy": [
        ("turned[k][j] =", "turned[k][j] = -"),
        ("sum += V[96 + k]", "sum -= V[96 + k]"),
        ("(x0 > 0.0)", "(x0 < 0.0)"),
        ("? a : b", "? b : a"),
        ("n < 4;", "n < 3;"),
        ("+= sum", "-= sum"),
        ("sum += G[746 + j]", "sum = G[746 + j]"),
    ],
    "python": [("> 0.0)", "> 1.0)"), ("seeds[0]", "-seeds[0]"), ("of1[n]", "of0[n]")],
}  # fmt: skip


@pytest.mark.parametrize("writer", WRITERS)
def test_a_fault_in_the_machine_code_is_noticed(
    cc: None, writer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loss, model = network(20)
    out, parameters = loss(), model.parameters()
    texts: list[str] = []
    for right, wrong in FAULTS[writer]:
        monkeypatch.setattr(native, "library", partial(faulty_library, right, wrong, texts))
        with pytest.raises(AssertionError):
            compare([out], parameters, writer)
        assert right in texts[-1], right


def faulty_library(right: str, wrong: str, texts: list[str], text: str, flags: Any) -> Any:
    texts.append(text)
    return compiler.library(text.replace(right, wrong), _quick(flags))


def _quick(flags: tuple[str, ...]) -> tuple[str, ...]:
    return "-O0", *flags[1:]


def test_compile_with_native_and_what_it_shows(cc: None) -> None:
    @autograd.compile(native=True)
    def f(x: Any, y: Any) -> Any:
        return (x * y).tanh() + x if x > 0 else y - x

    assert f.value_and_grad(0.5, 2.0)[0] == pytest.approx(1.2615941559557649, rel=1e-15)
    assert f.value(-1.0, 2.0) == 3.0  # the comparison was noted
    assert "void both(" in f.source and "of C" in str(f)
    x, y = Value(1.0, "x"), Value(2.0, "y")
    z = autograd.compile(x * y + y, inputs=[x, y], native=True)
    assert z.value_and_grad(3.0, 4.0) == (16.0, (4.0, 4.0))
    assert "/* Inputs: x, y */" in z.source


def test_without_a_compiler_numpy_runs_and_it_is_said_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    with pytest.warns(RuntimeWarning, match=r"no C compiler \(cc, gcc or clang\) is on PATH; f is"):
        replay = Replay("f", [Value(2.0) * 3.0], [], native=True)
    assert replay.executor.kind != "machine code"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Replay("f", [Value(2.0) * 3.0], [], native=True)
    broken = tmp_path / "cc"
    broken.write_text("#!/bin/sh\necho 'x: error: it is broken' >&2\nexit 1\n")
    broken.chmod(0o700)
    with pytest.warns(RuntimeWarning, match="cc fails: x: error: it is broken; f is run by Python"):
        Replay("f", [Value(2.0) * 3.0], [], native=True)
    broken.write_text("no program")
    compiler._version_of.cache_clear()
    with pytest.warns(RuntimeWarning, match="cc does not run"):
        Replay("f", [Value(2.0) * 3.0], [], native=True)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_row_at_many_points_is_what_it_is_eager(cc: None) -> None:
    outs: list[Value] = []
    inputs: list[Value] = []
    at: list[list[float]] = []
    true: list[list[float]] = []
    for name, rule in RULES.items():
        if rule.is_special:
            continue
        sampled = [*[point for point, _ in rule.singular], *itertools.product(*rule.samples)]
        several = [nodes(rule, Value, point) for point in (sampled * 24)[:24]]
        ends = [FUNCTIONS[name](*operands) * 1.5 for operands in several]
        if not isinstance(ends[0], Value) or ends[0].is_leaf:
            continue
        for end in ends:
            end.backward()
        leaves = [[x for x in operands if isinstance(x, Value)] for operands in several]
        outs.append(ends[0])
        inputs += leaves[0]
        at += [[x.data for x in line] for line in zip(*leaves)]
        true += [[x.grad for x in line] for line in zip(*leaves)]
        true.insert(len(outs) - 1, [end.data for end in ends])
    replay = Replay("f", [*outs, sum(outs, Value(0.0))], inputs, since=0, native=True)
    values, slopes = replay.points.both([np.array(line) for line in at], len(outs))
    assert isinstance(replay.points._statements(len(outs)), native.NativePoints)
    np.testing.assert_allclose([*values[: len(outs)], *slopes], true, 1e-12)


def test_points_of_any_stride_and_kind(cc: None) -> None:
    f = autograd.compile(lambda x, y: x * y + y, native=True)
    fields = np.zeros(150, [("flag", "i1"), ("x", "f8")])
    fields["x"] = np.arange(150)
    for x in (
        fields["x"],
        np.arange(150)[::-1],
        np.arange(300.0)[::2],
        np.arange(150, dtype=">f8"),
    ):
        value, (dx, dy) = f.value_and_grad(x, 2.0)
        assert (value == x * 2.0 + 2.0).all() and (dx == 2.0).all() and (dy == x + 1.0).all()
    long = autograd.compile(lambda x: sum((x * n).tanh() for n in range(300)), native=True)
    with pytest.warns(RuntimeWarning, match="more than 500 rows is not .* is run by NumPy"):
        long.value(np.ones(3))


def test_a_sum_of_minus_zeros_is_minus_zero(cc: None) -> None:
    outs, inputs = [], []
    for terms in (2, 3, 9, 40):  # written out, in parts, in a loop
        for zero, other in ((-0.0, -0.0), (-0.0, 0.0), (0.0, 0.0)):
            xs = [Value(zero) for _ in range(terms)]
            xs[1].data = other
            ys = [Value(1.0) for _ in xs]
            products = [x * y for x, y in zip(xs, ys)]
            inputs += [*xs, *ys]
            outs += [functools.reduce(operator.add, several) for several in (xs, products)]
            outs.append(functools.reduce(operator.sub, products, -products[0]))
            outs.append(sum(products, Value(0.0) * 1.0))
    replay = Replay("f", outs, inputs, since=0, executor="numpy", native=True)
    ends = replay.forward([x.data for x in inputs])
    assert np.signbit(ends).tolist() == [math.copysign(1, out.data) < 0 for out in outs]


def test_a_row_without_c_is_named() -> None:
    peers.require("scipy")
    x = Value(2.0)
    with pytest.warns(RuntimeWarning, match="digamma is SciPy's and has no C"):
        Replay("f", [FUNCTIONS["digamma"](x)], [x], native=True)


def test_nothing_is_loaded_that_others_could_write(
    cc: None, own_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = Value(2.0)

    def made() -> float:
        return float(Replay("f", [x * 7.0], [x], native=True).forward([3.0])[0])

    assert made() == 21.0
    (one,) = [p for p in own_folder.glob("*.so") if p.stat().st_mtime >= newest(own_folder)]
    before = one.stat().st_ino
    assert made() == 21.0 and one.stat().st_ino == before  # found again
    one.chmod(0o777)
    assert made() == 21.0 and one.stat().st_ino != before  # compiled anew
    assert stat.S_IMODE(one.stat().st_mode) == 0o700
    for hostile in ("open", "linked", "relative"):
        folder = tmp_path / hostile
        folder.mkdir()
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
        if hostile == "open":
            (folder / "tracegrad").mkdir()
            (folder / "tracegrad").chmod(0o777)
        elif hostile == "linked":  # to a folder that others write
            (folder / "tracegrad").symlink_to(tmp_path / "open" / "tracegrad")
        else:
            folder.chmod(0o777)  # its parent may be exchanged
        used = compiler.cache_folder()
        assert used.parent != folder and used != tmp_path / "open" / "tracegrad"
        assert stat.S_IMODE(used.stat().st_mode) == 0o700 and used.stat().st_uid == os.getuid()
        assert made() == 21.0
        assert not list((tmp_path / "open" / "tracegrad").glob("*"))


def newest(folder: Path) -> float:
    return max(p.stat().st_mtime for p in folder.glob("*.so"))


def test_a_full_folder_forgets_the_oldest(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(compiler, "KEPT", 2)
    for age in range(4):
        path = tmp_path / f"{age}.so"
        path.touch()
        os.utime(path, (age, age))
    compiler._forget_oldest(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["2.so", "3.so"]


def test_many_leaves_are_read_at_once_whatever_was_assigned_to_them(cc: None) -> None:
    class Sub(Value):
        __slots__ = ("beside",)

    kinds = (Value, Sub)
    leaves = [kinds[i % 2](0.25 * i, f"w{i}") for i in range(40)]
    leaves[5] = leaves[4]
    compiled = autograd.compile(lambda: sum(w * w * i for i, w in enumerate(leaves)), native=True)
    for number in (-0.0, 1e300, 7, True, np.float64(0.5), math.nan, math.inf, 0.125):
        leaves[7].data = number
        value, slopes = compiled.value_and_grad()
        expected = compiled.__wrapped__()
        np.testing.assert_allclose(value, expected.data, rtol=1e-12)
        by_leaf = {id(w): slope for w, slope in zip(compiled.captured, slopes)}
        np.testing.assert_allclose(by_leaf[id(leaves[7])], 14.0 * number, rtol=1e-12)
    for wrong in (None, "0.5", 1j):
        leaves[7].data = wrong  # type: ignore[assignment]
        with pytest.raises(TypeError, match="w7"):
            compiled.value()
    del leaves[7].data
    with pytest.raises(AttributeError, match="data"):
        compiled.value()
