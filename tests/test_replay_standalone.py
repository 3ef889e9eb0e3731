"""Sources that stand alone give the value and the gradients of the compiled function."""

from __future__ import annotations

import ctypes
import itertools
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Value
from autograd.replay import compiler
from tests import peers
from tests.browser import chromium
from tests.test_replay_executors import network

LANGUAGES = ("python", "numpy", "javascript", "c")


def run(language: str, text: str, inputs: list[float]) -> tuple[float, list[float]]:
    code = [line for line in text.splitlines() if not line.startswith(("#", "//"))]
    assert not any("autograd" in line for line in code)
    if language == "c":
        peers.require("cc")
        function = compiler.library(text, ("-O1", "-ffp-contract=off")).value_and_grad
        function.restype = ctypes.c_double
        at, slopes = np.array(inputs), np.zeros(len(inputs))
        value = function(ctypes.c_void_p(at.ctypes.data), ctypes.c_void_p(slopes.ctypes.data))
        return value, slopes.tolist()
    if language == "javascript":
        call = f"value_and_grad({json.dumps(inputs)})"
        node = shutil.which("node")
        if node is None:
            with chromium() as browser:
                value, listed = browser.new_page().evaluate(
                    f"(() => {{ {text} return {call}; }})()"
                )
                return value, listed
        text += f"console.log(JSON.stringify({call}));"
        out = subprocess.run([node, "-"], input=text, capture_output=True, text=True, check=True)
        value, listed = json.loads(out.stdout)
        return value, listed
    space: dict[str, Any] = {}
    exec(text, space)
    value, gradients = space["value_and_grad"](inputs)
    return float(value), list(gradients)


def mixed(x: Any, rate: Any) -> Any:
    """Rows of one, two and three operands, rows that call rows, and constants of every kind."""
    with autograd.scope("head"):
        score = (x * 3.0 - rate).softplus() + autograd.clip(x, -1.0, 2.0) ** 2
    parts = [score, x.gelu(), (rate % 0.4).abs(), autograd.where(x > 0.0, x.sqrt(), -rate)]
    parts += [autograd.maximum(x, rate), autograd.arctan2(x, rate), x.floor(), rate.sign()]
    parts += [autograd.minimum(x * 0.5, float("inf")), (x // 0.3) * rate, autograd.round(x)]
    return sum(parts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_source_stands_alone(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    f = autograd.compile(mixed)
    value, gradients = f.value_and_grad(0.7, 1.3)
    text = f.source_for(language)
    alone, slopes = run(language, text, [0.7, 1.3])
    assert alone == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(slopes, gradients, 1e-12)
    assert "rate" in text and ("head" in text or language == "c")

    loss, model = network(6)
    net = autograd.compile(loss, executor="python" if language == "javascript" else None)
    value, gradients = net.value_and_grad()
    text = net.source_for(language)
    alone, slopes = run(language, text, [p.data for p in model.parameters()])
    assert alone == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(slopes, gradients, 1e-10, 1e-14)
    assert "layer1" in text


def test_names_that_are_no_variables_get_others() -> None:
    names = ["a b", "for", "v1", "a.b", "tanh", "V"]
    xs = [Value(float(n + 1), name) for n, name in enumerate(names)]
    f = autograd.compile(lambda: sum(x.tanh() * x for x in xs))
    value, gradients = f.value_and_grad()
    for language in ("python", "numpy"):
        alone, slopes = run(language, f.source_for(language), [x.data for x in xs])
        assert alone == pytest.approx(value, rel=1e-14)
        np.testing.assert_allclose(slopes, gradients, 1e-12)


#: Names and scopes that would end a comment or go on with it; the wide V is Python's own V.
HOSTILE = (
    "a\nraise SystemExit('x')", "*/ int evil(", "b\\", "c??/", "d\u2028e\rf\x0cg\x85h", "\ud800",
    "*" + "*/" * 3 + " /*", "\x00'\"#", "naïve\u202e", "\uff36", "漢字", "for", "\n",
)  # fmt: skip


def test_no_name_and_no_scope_is_executed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    inputs = [float(n + 1) for n, _ in enumerate(HOSTILE)]
    xs = [Value(x, name) for x, name in zip(inputs, HOSTILE)]

    def loss() -> Any:
        total: Any = 0.0
        for x, name in zip(xs, HOSTILE):
            with autograd.scope("".join(HOSTILE)), autograd.scope(name):
                total = total + x.tanh() * x
        return total

    loss.__name__ = HOSTILE[0]
    end = loss()
    end.backward()
    for executor, native in itertools.product(("numpy", "python"), (False, True)):
        f = autograd.compile(loss, executor=executor, native=native)
        value, gradients = f.value_and_grad()
        assert value == pytest.approx(end.data, rel=1e-14)
        np.testing.assert_allclose(gradients, [x.grad for x in xs], 1e-12)
        str(f).encode()
        for language in () if native else LANGUAGES:
            alone, slopes = run(language, f.source_for(language), inputs)
            assert alone == pytest.approx(value, rel=1e-14)
            np.testing.assert_allclose(slopes, gradients, 1e-12)
    assert not recwarn.list  # machine code ran, too
    # Views are called as their inputs.
    for x in xs:
        f = autograd.compile((x * 3.0).tanh(), inputs=[x], executor="numpy")
        assert f.value_and_grad(0.5)[0] == pytest.approx(np.tanh(1.5), rel=1e-14)


def test_no_name_and_no_scope_of_arrays_is_executed() -> None:
    def total(x: Any) -> Any:
        for name in HOSTILE:
            with autograd.scope(name):
                x = x + 1.0
        return w @ x

    w = autograd.Tensor(np.ones(2), name=HOSTILE[0])
    for name in (HOSTILE[0], "for", "\uff26"):
        total.__name__ = name
        f = autograd.compile(total)
        assert [f(np.ones(2)).item() for _ in range(4)] == [2.0 + 2 * len(HOSTILE)] * 4
        assert f.source.count("\n") == len(f.source.splitlines()) == 2 * len(HOSTILE) + 5


def test_what_has_no_source_is_refused() -> None:
    f = autograd.compile(lambda x: (x, x * 2))
    f.value(1.0)
    with pytest.raises(TypeError, match="source_for is of one number"):
        f.source_for("python")
    g = autograd.compile(lambda x: x * 2 if x > 0 else x)
    g.value(1.0)
    assert "# valid where this comes out as True:" in g.source_for("python")
    with pytest.raises(ValueError, match="python, numpy, javascript, c, not for 'ruby'"):
        g.source_for("ruby")
    peers.require("scipy")
    h = autograd.compile(lambda x: autograd.digamma(x))
    h.value(1.0)
    with pytest.raises(TypeError, match="digamma is SciPy's"):
        h.source_for("c")


def test_the_page_shows_rows_by_scope_and_the_statements_they_became(tmp_path: Path) -> None:
    loss, _ = network(6)
    net = autograd.compile(loss)
    assert net._repr_html_() is None  # not traced yet
    net.value()
    path = tmp_path / "loss.html"
    page = net.explain(path)
    assert (
        path.read_text(encoding="utf-8") == page
        and "<script" not in page
        and "http" not in (page.replace("http-equiv", ""))
    )
    for words in (
        "loss: ", "10 statements", "<td>layer1</td>", "48 sums of 8 products and 1 term: one",
        "aria-label='6 by 8 = 6 by 8 @ 8 by 8'", "relu of 48 numbers", "np.matmul(",
    ):  # fmt: skip
        assert words in page, words
    section = net._repr_html_()
    assert section is not None and "<main" not in section and "10 statements" in section

    def domain(x: Any) -> Any:
        return x * x

    named = autograd.compile(domain)
    named.value(1.0)
    assert "domain: " in (named._repr_html_() or "")
    deep = autograd.compile(lambda x: (x.sin() * x).exp() + "<b>".count("b"))
    deep.value(0.5)
    assert "deep and narrow" in deep.explain() and "&lt;lambda&gt;" in deep.explain()
