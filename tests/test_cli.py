"""The command line as its users meet it: a program with arguments, two streams and a status."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from autograd.cli import main
from autograd.lessons.worked_examples import EXAMPLES

ROOT = Path(__file__).resolve().parent.parent
W1 = ["(x + y) * z", "x=1", "y=-3", "z=4"]


def tracegrad(
    *words: str, env: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """The program; in this process unless it needs surroundings of its own."""
    if env is None and cwd is None:
        return in_process(*words)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "autograd", *words],
        capture_output=True,
        encoding="utf-8",
        env=environment | (env or {}),
        cwd=cwd,
    )


def in_process(*words: str) -> subprocess.CompletedProcess[str]:
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2)]
    with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
        try:
            status = main(list(words))
        except SystemExit as stop:  # argparse's way
            status = int(stop.code or 0)
    out, complaint = (stream.detach().getvalue().decode() for stream in streams)
    return subprocess.CompletedProcess(words, status, out, complaint)


def test_step_prints_every_step() -> None:
    done = tracegrad("step", *W1, cwd=ROOT)
    assert done.returncode == 0 and done.stderr == ""
    assert "  1  d = x + y = 1 + (-3) = -2" in done.stdout
    assert "     ∂f/∂x = ∂f/∂d · ∂d/∂x = 4 · 1 = 4" in done.stdout
    assert "\x1b" not in done.stdout


def test_step_in_indonesian() -> None:
    assert "Proses backward" in tracegrad("step", *W1, "--lang", "id").stdout


def test_step_on_a_console_without_the_letters() -> None:
    done = tracegrad("step", *W1, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0 and done.stdout.isascii()
    assert "df/dx = df/dd * dd/dx = 4 * 1 = 4" in done.stdout


def test_step_takes_forward_mode_and_updates() -> None:
    assert "∂f/∂y = 4" in tracegrad("step", *W1, "--mode", "forward").stdout
    done = tracegrad("step", "(w - 1)**2 + (w - 3)**2", "--lr", "0.1", "w=1")
    assert "w' = w - α · ∂f/∂w = 1 - 0.1 · (-4) = 1.4" in done.stdout
    assert "f after the update = 2.72" in done.stdout


def test_step_takes_several_iterations(tmp_path: Path) -> None:
    words = "step", "(w - 1)**2 + (w - 3)**2", "w=1", "--lr", "0.1", "--iterations", "3"
    done = tracegrad(*words)
    assert "-- Iteration 3 --" in done.stdout and "f after the update = 2.093" in done.stdout
    target = tmp_path / "three.html"
    assert tracegrad(*words, "-o", str(target)).returncode == 0
    assert target.read_text(encoding="utf-8").count('<section class="scene"') == 3
    assert "add --lr 0.1" in tracegrad("step", "w", "w=1", "--iterations", "3").stderr


def test_an_expression_may_begin_with_a_minus() -> None:
    done = tracegrad("step", "-x * 2", "x=3")
    assert done.returncode == 0 and "f = -6" in done.stdout


@pytest.mark.parametrize(
    "words, message",
    [
        (["step", "x / y", "x=1", "y=0"], "column 3: division by zero"),
        (["step", "x + q", "x=1"], "column 5: 'q' has no value; give one: q=1"),
        (["step", "W2"], "W2 is a lesson, no expression; tracegrad examples W2"),
        (
            ["render", "sigmoid-neuron", "-o", "x.svg"],
            "no expression; tracegrad examples sigmoid-neuron",
        ),
        (["step", "w22"], "w22 is a lesson, no expression; tracegrad examples w22"),
        (["sheet", "W22"], "is run and drawn; a worksheet needs a graph to compute"),
        (["step", "x", "x"], "'x' is no assignment"),
        (["step", "x", "x=one"], "'one' is no number"),
        (["step", "__import__('os')"], "column 1: '__import__' is no function"),
        (["step", "x" * 10_001, "x=1"], "10,001 characters, the limit is 10,000"),
        (["step", "(" * 201 + "x" + ")" * 201, "x=1"], "nested deeper than 200"),
        (["step", "x", "x=1", "--lr", "fast"], "argument --lr"),
        (["step", "x*x", "x=1", "--wrt", "q"], "no node is called 'q'"),
        (["step", "x*x", "x=1", "-o", "f.foo"], "extension '.foo' is not known here; use .html"),
        (
            ["step", "x*x", "x=1", "-o", "/nowhere/f.txt"],
            "f.txt cannot be written: the folder /nowhere is not",
        ),
        (
            ["step", "x*x", "x=1", "--what"],
            "unknown argument --what; see tracegrad step --help",
        ),
        (["race", "--stpes", "3"], "unknown argument --stpes; --steps is nearest; see tracegrad"),
        (["lectures", "E"], "unknown argument E; see tracegrad lectures --help"),
        (["--versoin"], "unknown argument --versoin; --version is nearest; see tracegrad --help"),
        (["render", "x*x", "x=1"], "-o/--output"),
        (["step"], "arguments are required: EXPR; see"),
        (["profile"], "arguments are required: SCRIPT.py; see"),
        (["render", "x*x", "x=1", "-o", "f"], "a name without extension"),
        (
            ["render", "x*x", "x=1", "-o", "/nowhere/f.svg"],
            "f.svg cannot be written: the folder /nowhere is not",
        ),
        (["fly"], "invalid choice: 'fly'"),
        (
            ["examples", "--all", "-o", "all.pdf"],
            "all.pdf: a folder of files is written; leave .pdf",
        ),
        (["examples", "--all", "-o", "x.SVG", "--formats", "svg"], "is written; leave .SVG out"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(
    words: list[str],
    message: str,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status = main(words)
    except SystemExit as stop:  # argparse's way
        status = int(stop.code or 0)
    said = capfd.readouterr()
    assert status == 2 and message in said.err, said.err
    assert said.out == "" and said.err.count("\n") == 1 and "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == []


def test_what_is_complained_about_cannot_move_the_cursor(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["step", "x\x1b[2J + 1", "x=1"]) == 2
    assert "\x1b" not in capfd.readouterr().err


def test_render_writes_every_value_and_gradient(tmp_path: Path) -> None:
    target = tmp_path / "f.svg"
    done = tracegrad("render", *W1, "-o", str(target), "--verbose")
    assert done.returncode == 0, done.stderr
    assert re.search(r"laid out by \w+", done.stdout)
    text = target.read_text(encoding="utf-8")
    for number in ("-2", "-8", "4", "-3", "1"):
        assert f">{number}</text>" in text


@pytest.mark.parametrize("suffix", [".svg", ".html"])
def test_a_graph_too_large_for_detail_is_drawn_folded_and_says_so(
    tmp_path: Path, suffix: str
) -> None:
    target = tmp_path / f"large{suffix}"
    done = tracegrad("render", "+".join(["x*x"] * 600), "x=2", "-o", str(target))
    assert done.returncode == 0, done.stderr
    assert "1,200 values are too many" in done.stdout and "--detail" in done.stdout
    assert target.stat().st_size < 400_000


def test_json_has_every_step(tmp_path: Path) -> None:
    target = tmp_path / "f.json"
    assert tracegrad("step", *W1, "-o", str(target)).returncode == 0
    assert len(json.loads(target.read_text(encoding="utf-8"))["steps"]) == 5


def test_a_closed_pipe_ends_quietly() -> None:
    program = [sys.executable, "-m", "autograd", "step", "+".join(["x*x"] * 400), "x=2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


def test_ctrl_c_ends_quietly(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("autograd.cli.step.run", interrupted)
    assert main(["step", *W1]) == 130
    assert capfd.readouterr().err == ""


def test_demo_steps_draws_trains_and_says_where(tmp_path: Path) -> None:
    done = tracegrad("demo", "-o", str(tmp_path / "new"), env={"HOME": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert "∂f/∂x = ∂f/∂d · ∂d/∂x = 4 · 1 = 4" in done.stdout
    picture = tmp_path / "new" / "sigmoid-neuron.svg"
    assert str(picture) in done.stdout
    drawn = picture.read_text(encoding="utf-8")
    assert all(f">{n}</text>" in drawn for n in ("0.3679", "1.368", "0.7311", "-0.5344", "0.1966"))
    assert (tmp_path / "new" / "sigmoid-neuron.html").stat().st_size > 10_000
    accuracies = [float(n) for n in re.findall(r"rows: ([\d.]+)%", done.stdout)]
    assert len(accuracies) == 2 and min(accuracies) >= 90
    assert "\x1b" not in done.stdout and "\r" not in done.stdout and done.stderr == ""


def test_help_and_nothing_at_all(capfd: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "demo" in capfd.readouterr().out


def test_examples_are_listed_printed_and_written(tmp_path: Path) -> None:
    listed = tracegrad("examples").stdout
    assert all(f"{e.code:<4} {e.name}" in listed for e in EXAMPLES.values())
    assert "Dua bobot" in tracegrad("examples", "--lang", "id").stdout
    printed = tracegrad("examples", "relu-two-layer").stdout
    assert "∂L/∂w1 = ∂L/∂a · ∂a/∂w1 = 2.667 · 1 = 2.667" in printed
    for suffix in (".html", ".svg", ".tex", ".json", ".txt"):
        target = tmp_path / f"w1{suffix}"
        assert tracegrad("examples", "W1", "-o", str(target)).returncode == 0
        assert target.stat().st_size > 300


@pytest.mark.parametrize(
    "words, message",
    [
        (["examples", "sum-tims"], "did you mean sum-times?"),
        (["examples", "--all"], "say where with -o DIR"),
        (["examples", "W1", "--all", "-o", "x"], "exclude each other"),
        (["examples", "W1", "-o", "x.doc"], "'.doc' is not known"),
    ],
)
def test_a_mistake_about_examples_is_one_line(
    words: list[str], message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    said = capfd.readouterr()
    assert message in said.err and said.err.count("\n") == 1 and said.out == ""


def heed_interrupts() -> None:
    """A process that was started in the background inherits that Ctrl-C is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A program on a pseudo-terminal, and the screen it has written."""

    def __init__(self, *words: str, width: int = 80, height: int = 40, **environment: str) -> None:
        self.pid, self.handle = pty.fork()
        if not self.pid:
            heed_interrupts()
            os.chdir(ROOT)
            os.environ |= {"TERM": "xterm", "COLUMNS": str(width), "LINES": str(height)}
            os.environ |= environment
            os.execv(sys.executable, [sys.executable, "-m", "autograd", *words])

    def read(self) -> str:
        """What is written until the program waits for a key, or has ended."""
        found = b""
        while True:
            ready = select.select([self.handle], [], [], 30 if not found else 0.6)[0]
            try:
                chunk = os.read(self.handle, 65536) if ready else b""
            except OSError:  # the other end is closed
                chunk = b""
            if not chunk:
                return found.decode()
            found += chunk

    def until(self, text: str) -> str:
        """What is written until ``text`` is on the screen; a busy machine starts slowly."""
        found = b""
        while text.encode() not in found:
            assert select.select([self.handle], [], [], 120)[0], found
            found += os.read(self.handle, 65536)
        return found.decode(errors="replace")

    def press(self, keys: str) -> str:
        os.write(self.handle, keys.encode())
        return self.read()

    def status(self) -> int:
        _, status = os.waitpid(self.pid, 0)
        os.close(self.handle)
        return os.waitstatus_to_exitcode(status)


def plain(screen: str) -> str:
    return re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", screen.rpartition("\x1b[2J")[2])


def test_interactive_goes_both_ways_one_key_at_a_time() -> None:
    terminal = Terminal("step", *W1, "--interactive")
    first = plain(terminal.until("q quit"))
    assert "step 0 of 5" in first and re.search("d += x \\+ y", first) and "-2" not in first
    assert "d = x + y = 1 + (-3) = -2" in plain(terminal.press("n"))
    assert "f = d · z = -2 · 4 = -8" in plain(terminal.press("\x1b[C"))
    assert "step 1 of 5" in plain(terminal.press("\x1b[D"))
    end = plain(terminal.press("\x1b[F"))
    assert "∂f/∂x = ∂f/∂d · ∂d/∂x = 4 · 1 = 4" in end and "step 5 of 5" in end
    assert "step 5 of 5" in plain(terminal.press(" "))
    assert "step 0 of 5" in plain(terminal.press("\x1b[H"))
    left = terminal.press("q")
    assert "\x1b[?1049l" in left and "\x1b[?25h" in left
    assert terminal.status() == 0


def test_ctrl_c_leaves_the_interactive_screen() -> None:
    terminal = Terminal("step", *W1, "--interactive")
    terminal.until("q quit")
    os.write(terminal.handle, b"\x03")
    left = terminal.until("\x1b[?1049l") + terminal.read()
    assert "Traceback" not in left
    assert terminal.status() in (0, 130)


def test_interactive_needs_a_terminal() -> None:
    done = tracegrad("step", *W1, "--interactive")
    assert done.returncode == 2 and "needs a terminal" in done.stderr


def test_a_terminal_has_colours_and_its_width_is_respected() -> None:
    words = "step", "sigmoid(w0*x0 + w1*x1 + b)", "w0=2", "x0=-1", "w1=-3", "x1=-2", "b=-3"
    terminal = Terminal(*words, width=50)
    text = terminal.read()
    terminal.status()
    assert "\x1b[38;5;33m" in text and "\x1b[38;5;166m" in text
    lines = plain(text).replace("\r", "").split("\n")
    assert max(map(len, lines)) <= 50
    terminal = Terminal(*words, NO_COLOR="1")
    assert "\x1b[3" not in terminal.read()
    terminal.status()
