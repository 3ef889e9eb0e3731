"""Hostile command lines: status 0 or 2, one line on stderr, nothing but text on the terminal."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograd.cli import main
from autograd.writing import LANGUAGES
from fuzz.draw import Draw
from fuzz.findings import Finding, Tally

AREA = "shell"

#: A command that computes for longer than this has no bound, nor has one that waits for longer.
SECONDS, WAIT = 30, 600

NAMES = ["x", "y", "w1", "α", "x" * 300, "__class__", "e", "f", "lambda", "import", "\x1b[31m"]
NUMBERS = "0 1 -3 2.5 1e308 -1e-320 nan inf -inf 0x10 1_000 1e999 ١ 007 +4 .5 5.".split()
OPERATORS = [
    "+",
    "-",
    "*",
    "/",
    "**",
    "^",
    "%",
    "//",
    "@",
    "=",
    "==",
    ",",
    ";",
    "!",
    "²",
    "\xa0",
    "·",
]
FUNCTIONS = "sin exp log sqrt relu max tanh sigmoid abs eval open __import__ pow".split()
HOSTILE = [
    "", " ", "\n", "\x00", "\x1b]0;title\x07", "\x1b[2J", "'; rm -rf /", "../../etc/passwd", "{}",
    "[/nope]", "[red]x", "%s%n", "$(id)", "\u202e", "\ud800", "é", "-", "--", "---", "x=", "=1",
    "()" * 200, "(" * 500, "a" * 5000, "--lr", "--help", "-h", "9" * 400, "😀", "\r", "\t\x0b",
]  # fmt: skip
CSVS = {
    "good.csv": "a,b,kind\n" + "".join(f"{i},{i * 2 % 5},{'uv'[i % 2]}\n" for i in range(12)),
    "markup.csv": "a,[/nope]\n"
    + "".join(f"{i},{['[/nope]', '=cmd|x'][i % 2]}\n" for i in range(8)),
    "escape.csv": "a,\x1b]0;t\x07\n" + "".join(f"{i},\x1b[31m{i % 2}\n" for i in range(8)),
    "empty.csv": "",
    "header.csv": "a,b\n",
    "ragged.csv": "a,b\n1,2\n3\n4,5,6\n",
    "words.csv": "a,b\nx,1\ny,2\n",
    "huge.csv": "a,b\n1e308,1\n-1e308,2\n1e308,3\n4,4\n",
    "binary.csv": "a,b\n\x00\x01,\x02\n",
    "constant.csv": "a,b\n1,1\n1,1\n1,1\n",
}


def expression(draw: Draw, depth: int = 0) -> str:
    """Text that is an expression, nearly."""
    kind = draw.below(9 if depth < 4 else 3)
    if kind < 2:
        return draw.of(NAMES[:3] if draw.chance(0.9) else NAMES)
    if kind == 2:
        return draw.of(NUMBERS)
    if kind == 3:
        return f"({expression(draw, depth + 1)})"
    if kind == 4:
        return f"{draw.of(FUNCTIONS)}({expression(draw, depth + 1)})"
    if kind == 5 and draw.chance(0.3):
        return draw.of(HOSTILE)
    sign = draw.of(OPERATORS[:5]) if draw.chance(0.85) else draw.of(OPERATORS)
    return f"{expression(draw, depth + 1)} {sign} {expression(draw, depth + 1)}"


def values(draw: Draw) -> list[str]:
    usual = [f"{name}={draw.of(NUMBERS)}" for name in NAMES[:3]]
    if draw.chance(0.7):
        return usual
    return [
        draw.of([*usual, f"{draw.of(NAMES)}={draw.of(NUMBERS)}", draw.of(HOSTILE)]) for _ in "ab"
    ]


def output(draw: Draw, endings: str) -> str:
    name = draw.of(("out", "out", "out", "no/such/folder/out", "é", "folder"))
    return f"{name}{draw.of(endings.split())}"


def option(draw: Draw, name: str, usual: list[str], chance: float = 0.3) -> list[str]:
    """An option, seldom with a strange value."""
    if not draw.chance(chance):
        return []
    return [name, draw.of(usual) if draw.chance(0.8) else draw.of([*HOSTILE, *NUMBERS])]


def command(draw: Draw) -> list[str]:
    """A command line."""
    kind = draw.below(12)
    if kind < 5:
        line = ["step", expression(draw), *values(draw)]
        line += option(draw, "--lr", ["0.1", "1"]) + option(draw, "--iterations", ["1", "2", "3"])
        line += option(draw, "--wrt", ["x", "x,y", "w1"], 0.2)
        line += option(draw, "--mode", ["forward", "reverse"], 0.2)
        line += option(draw, "-o", [output(draw, ".html .txt .tex .json .svg .doc")])
        line += option(draw, "--lang", [*LANGUAGES], 0.2)
    elif kind < 7:
        line = ["render", expression(draw), *values(draw)]
        line += option(draw, "-o", [output(draw, ".svg .html .dot .xyz")], 0.95)
        line += ["--detail"] if draw.chance(0.3) else []
        line += ["--forward-only"] if draw.chance(0.3) else []
    elif kind == 7:
        line = ["examples", draw.of(["W1", "sum-times", "W999", *HOSTILE])]
        line += option(draw, "-o", [output(draw, ".svg .tex .json .txt .html")])
    elif kind < 10:
        line = ["train", draw.of([*CSVS, "missing.csv", "folder"])]
        line += option(draw, "--target", ["b", "kind", "[/nope]", "\x1b]0;t\x07"])
        line += ["--epochs", draw.of(["1", "2", "2", "0", "-1", "x"])]
        line += option(draw, "--hidden", ["2", "3,2", "", "0", "-1"])
        line += option(draw, "--lr", ["0.1", "0", "-1", "nan", "inf"])
        line += option(draw, "--optimizer", ["adam", "sgd", "nope"])
        line += option(draw, "--activation", ["relu", "tanh", "nope"], 0.2)
        line += option(draw, "--test-size", ["0.3", "0", "1", "nan"], 0.2)
        line += option(draw, "--batch-size", ["1", "4", "0", "-3"], 0.2)
        line += option(draw, "--drop", ["a", "nope", "a,b", ""], 0.2)
        line += option(draw, "--categorical", ["a", "b", "\x1b[2J"], 0.2)
        line += option(draw, "--ordinal", ["a=x,y", "a", "=", "kind=v,u"], 0.2)
        line += option(draw, "--missing", ["mean", "drop", "zero"], 0.2)
        line += option(draw, "--folds", ["2", "1", "99"], 0.2)
        line += option(draw, "--separator", [";", "tab", ",,"], 0.1)
        line += option(draw, "-o", ["trained", "folder"], 0.8)
    elif kind == 10:
        line = ["predict", draw.of(["trained.safetensors", "good.csv", "missing.safetensors"])]
        line += [draw.of([*CSVS, "missing.csv"]), *option(draw, "-o", ["predicted.csv", "folder"])]
    else:
        line = [draw.of(HOSTILE + NUMBERS) for _ in range(draw.between(0, 4))]
    if draw.chance(0.1):
        line.insert(draw.below(len(line) + 1), draw.of(HOSTILE))
    return [word for word in line if "\x00" not in word]


#: A value that the expression does not use is told, whatever becomes of the command.
NOTE = "tracegrad: the expression does not use "


class Late(BaseException):
    """The command has taken too long; no handler of ours or of the library's catches it."""


@contextlib.contextmanager
def limited() -> Iterator[None]:
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(signum: int, frame: Any) -> None:
        raise Late

    # Processor time: other programs on the machine are no fault of the command.
    timers = (
        (signal.ITIMER_PROF, signal.SIGPROF, SECONDS),
        (signal.ITIMER_REAL, signal.SIGALRM, WAIT),
    )
    before = [signal.signal(number, ring) for _, number, _ in timers]
    try:
        for timer, _, seconds in timers:
            signal.setitimer(timer, seconds)
        yield
    finally:
        for timer, _, _ in timers:
            signal.setitimer(timer, 0)
        for (_, number, _), handler in zip(timers, before, strict=True):
            signal.signal(number, handler)


def in_process(line: list[str]) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of a command, run here."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        limited(),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("always")  # what a user would see
        try:
            status = main(line)
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 1
    return status, out.getvalue(), err.getvalue()


def in_a_shell(line: list[str]) -> tuple[int, str, str]:
    """The same in a process of its own."""
    words = [word.encode("utf-8", "replace") for word in line]
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"autograd", *words],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=WAIT,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)},
    )
    return (
        done.returncode,
        done.stdout.decode(errors="replace"),
        done.stderr.decode(errors="replace"),
    )


def fault(status: int, out: str, err: str) -> str | None:
    """What a shell, or the reader of a terminal, would object to."""
    lines = err.splitlines(keepends=True)
    err = "".join(line for line in lines if not line.startswith(NOTE))
    if status not in (0, 2):
        return f"exit status {status}: {err[-200:]!r}"
    if "Traceback" in err:
        return f"a traceback: {err[-200:]!r}"
    if status == 2 and (err.count("\n") != 1 or not err.strip()):
        return f"{err.count(chr(10))} lines on stderr: {err[:300]!r}"
    if status == 0 and err:
        return f"exit status 0, yet on stderr: {err[:300]!r}"
    strange = {c for c in out + err if not (c.isprintable() or c == "\n")}
    return f"control characters on the terminal: {sorted(strange)}" if strange else None


@contextlib.contextmanager
def workplace() -> Iterator[None]:
    """A folder of its own with the tables in it."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as where, contextlib.chdir(where):
        for name, text in CSVS.items():
            Path(name).write_text(text, encoding="utf-8")
        Path("folder").mkdir()
        yield


def case(seed: int, tally: Tally) -> Finding | None:
    draw = Draw(seed)
    line = command(draw)
    outside = draw.chance(0.02)
    with workplace():
        try:
            if line[:1] == ["predict"]:
                in_process(["train", "good.csv", "--epochs", "1", "--hidden", "2", "-o", "trained"])
            wrong = fault(*(in_a_shell(line) if outside else in_process(line)))
            kind = "wrong"
        except (Late, subprocess.TimeoutExpired):
            wrong, kind = (
                f"it computes for more than {SECONDS} s, or waits for more than {WAIT} s",
                "wrong",
            )
        except Exception as error:
            wrong, kind = f"{type(error).__name__}: {error!s:.200}".replace("\n", " "), "crash"
    if wrong is None:
        return None
    return Finding(AREA, seed, kind, f"[{line[0] if line else ''}] {wrong}", f"main({line!r})")
