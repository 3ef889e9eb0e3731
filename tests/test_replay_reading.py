"""A compiled function is stepped through in a debugger, timed, and run without the library."""

from __future__ import annotations

import io
import json
import pdb
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Tensor
from tests.test_replay_executors import network


def training() -> tuple[Any, tuple[Any, Any], nn.Module]:
    model = nn.MLP(2, [4, 2], rng=0)
    optimizer = optim.Adam(model.parameters(), lr=0.01)

    def step(points: Any, classes: Any) -> Tensor:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(points), classes)
        loss.backward()
        optimizer.step()
        return loss

    batch = np.random.default_rng(0).normal(size=(6, 2)), np.array([0, 1, 0, 1, 1, 0])
    return autograd.compile(step), batch, model


def seen_in_a_debugger(function: Any, source: str, words: str, call: Any) -> str:
    """What a debugger prints that is stopped at the line with ``words`` and asked to list."""
    lines = source.splitlines()
    number = next(i for i, line in enumerate(lines, 1) if words in line)
    out = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO("continue\nlist\ncontinue\n"), stdout=out, nosigint=True)
    assert not debugger.set_break(function.__code__.co_filename, number)  # else what is wrong
    before = sys.gettrace()
    try:
        debugger.runcall(call)
    finally:
        sys.settrace(before)
    return out.getvalue()


def test_a_debugger_stops_in_the_source_and_lists_it() -> None:
    loss, _ = network(6)
    net = autograd.compile(loss)
    net.value()
    executor = net._latest().replay.executor
    said = seen_in_a_debugger(executor._forward, net.source, "np.matmul(h3_2", net.value)
    assert "->" in said and "np.matmul(h3_2" in said and "# layer1" in said

    step, batch, _ = training()
    for _ in range(3):
        step(*batch)
    (variant,) = step._arrays._variants.values()
    function = variant.replays[0].run
    said = seen_in_a_debugger(function, step.source, "dot(weights0", lambda: step(*batch))
    assert "->" in said and "dot(weights0" in said and "# 0" in said


def test_the_time_of_each_statement_is_a_table() -> None:
    loss, _ = network(6)
    net = autograd.compile(loss)
    profile = net.profile(calls=3)
    texts = [text for text, _ in profile.statements]
    assert any("np.matmul(h3_2" in text for text in texts)
    assert any(text.startswith("np.matmul(dh4.T") for text in texts)  # and backward
    assert all(seconds > 0 for _, seconds in profile.statements)
    head, columns, *lines = str(profile).splitlines()
    assert head.startswith("loss: ") and head.endswith("statements, medians of 3 calls")
    assert columns.split() == ["µs", "share", "statement"] and len(lines) == len(texts)
    before = net.value()
    assert net.value() == before

    deep = autograd.compile(lambda x: (x.sin() * x).exp())
    assert "straight-line Python" in str(deep.profile(0.5, calls=2))
    with pytest.raises(TypeError, match="profile takes numbers"):
        deep.profile(np.ones(3))
    with pytest.raises(ValueError, match="calls=0"):
        deep.profile(0.5, calls=0)


def test_the_profile_of_a_training_step_takes_its_steps() -> None:
    step, batch, model = training()
    twin, same_batch, other = training()
    with pytest.raises(RuntimeError, match=r"has not been traced twice.*call it two times"):
        step.profile(*batch)
    for _ in range(2):
        step(*batch), twin(*same_batch)
    profile = step.profile(*batch, calls=4)
    for _ in range(4):
        twin(*same_batch)
    for a, b in zip(model.parameters(), other.parameters()):
        np.testing.assert_array_equal(a.data, b.data)
    texts = [text for text, _ in profile.statements]
    assert "dot(weights0, h0, z4)" in texts and any("adam" in text for text in texts)


def test_a_source_runs_where_the_library_is_not_installed(tmp_path: Path) -> None:
    loss, model = network(4)
    net = autograd.compile(loss)
    value, gradients = net.value_and_grad()
    inputs = [p.data for p in model.parameters()]
    # Python's own needs nothing that is installed.
    for language, flags in (("python", ["-I", "-S"]), ("numpy", ["-I"])):
        script = tmp_path / f"{language}.py"
        script.write_text(
            "import json, sys\n"
            "sys.modules.update(autograd=None, nn=None, optim=None, tracegrad=None)\n"
            f"{net.source_for(language)}\n"
            f"value, slopes = value_and_grad({inputs})\n"
            "print(json.dumps([float(value), list(map(float, slopes))]))\n"
        )
        command = [sys.executable, *flags, str(script)]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        alone, slopes = json.loads(ran.stdout)
        assert alone == pytest.approx(value, rel=1e-12)
        np.testing.assert_allclose(slopes, gradients, 1e-10, 1e-13)


def test_the_page_of_a_training_step_shows_what_was_traced_and_the_lines_that_run() -> None:
    step, batch, _ = training()
    assert step._repr_html_() is None  # not traced yet
    for _ in range(3):
        step(*batch)
    page, section = step.explain(), step._repr_html_()
    for words in ("cross_entropy", "1 linear", "Adam", "dot(weights0, h0, z4)", "lines of NumPy"):
        assert words in page and words in section, words
    assert "<script" not in page and "<main" not in section
