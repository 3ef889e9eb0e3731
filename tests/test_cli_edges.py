"""The command line at its edges: streams that are closed, interrupts, limits, odd input."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograd.cli import main
from tests.test_cli import ROOT, Terminal, heed_interrupts, plain, tracegrad

IRIS = ROOT / "nn" / "datasets" / "iris.csv"
PROGRAM = f"{sys.executable} -m autograd"


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command under a shell, with `tracegrad` for the program and its status in PIPESTATUS."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        ["bash", "-c", command.replace("tracegrad", PROGRAM)], cwd=folder, env=environment,
        capture_output=True, encoding="utf-8",
    )  # fmt: skip


@pytest.mark.parametrize("expression", ["", " ", "\u00a0", ";", " ; \n ;", "\u2003;\u00a0"])
def test_an_expression_of_spaces_is_empty(
    expression: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["step", expression]) == 2
    assert "the expression is empty; write something like" in capfd.readouterr().err


@pytest.mark.parametrize("expression", ["e^x", "e**x", "1 + e^(x)"])
def test_a_power_of_e_is_written_exp(expression: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["step", expression, "x=1"]) == 2
    assert "write exp(x) for e to the x, or give one: e=1" in capfd.readouterr().err


def test_a_value_that_is_not_used_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["step", "x*y", "x=1", "y=2", "z=3", "yy=4"]) == 0
    said = capfd.readouterr()
    assert said.err == "tracegrad: the expression does not use z, yy\n" and "f = 2" in said.out


TRAIN = ("train", str(IRIS), "-o", "net")
DESCEND = ("step", "(w-1)**2", "w=3", "--lr")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*DESCEND, "nan"), "--lr: 'nan' is no finite number"),
        ((*DESCEND, "-inf"), "--lr: '-inf' is no finite number"),
        ((*DESCEND, "-1"), "--lr: '-1' is below 0; give such as 0.1"),
        ((*DESCEND, "1e300", "--iterations", "9"), "after iteration 1 f is not finite"),
        ((*DESCEND, "0.1", "--iterations", "0"), "no whole number from 1 to 1,000"),
        ((*DESCEND, "0.1", "--iterations", "1001"), "no whole number from 1 to 1,000"),
        ((*DESCEND, "0.1", "--iterations", "1.5"), "no whole number from 1 to 1,000"),
        (("race", "--steps", "100001"), "no whole number from 1 to 100,000"),
        ((*TRAIN, "--lr", "nan"), "--lr: 'nan' is no finite number"),
        ((*TRAIN, "--weight-decay", "inf"), "--weight-decay: 'inf' is no finite number"),
        ((*TRAIN, "--epochs", "0"), "--epochs: '0' is no whole number from 1"),
        ((*TRAIN, "--epochs", "9999999"), "no whole number from 1 to 1,000,000"),
        ((*TRAIN, "--seed", "-1"), "--seed: '-1' is no whole number from 0"),
        ((*TRAIN, "--hidden", "4000,4000"), "makes 16,008,000 weights, at most 10,000,000"),
        ((*TRAIN, "--hidden", "100000000"), "at most 10,000,000"),
        ((*TRAIN, "--hidden", "-5"), "n_out must be a whole number from 1"),
    ],
)
def test_a_number_out_of_bounds_is_one_line(
    words: tuple[str, ...], said: str, capfd: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    try:
        status = main(words)
    except SystemExit as stop:  # argparse's way
        status = int(stop.code or 0)
    shown = capfd.readouterr()
    assert status == 2 and said in shown.err and shown.err.count("\n") == 1, shown.err
    assert shown.out == "" and list(tmp_path.iterdir()) == []


def test_no_warning_of_numpy_stands_before_the_error(tmp_path: Path) -> None:
    words = "train", str(IRIS), "--lr", "1e300", "--optimizer", "sgd", "-o", "net"
    done = tracegrad(*words, cwd=tmp_path)
    assert done.returncode == 2 and done.stderr.startswith("tracegrad: the loss is not finite")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        ("tracegrad step 'x*x' x=1 >&-", 0, ""),
        ("tracegrad examples W1 -o page.html >&- && test -f page.html", 0, ""),
        ("tracegrad step 'x' >&- 2>&-", 2, ""),
        ("tracegrad step 'x*x' x=1 >/dev/full", 2, "the output cannot be written: no space left"),
        (f"tracegrad train {IRIS} --epochs 2 | head -1; exit $PIPESTATUS", 0, ""),
        ("tracegrad --help | true; exit $PIPESTATUS", 0, ""),
        ("tracegrad examples W24 | true; exit $PIPESTATUS", 0, ""),
        ("tracegrad race --steps 5 | true; exit $PIPESTATUS", 0, ""),
    ],
)
def test_a_stream_that_is_closed_ends_nothing_with_a_traceback(
    command: str, status: int, said: str, tmp_path: Path
) -> None:
    done = shell(command, tmp_path)
    assert done.returncode == status, done.stderr
    assert said in done.stderr and done.stderr.count("\n") == bool(said)


def test_an_interrupt_while_the_program_is_imported_is_quiet(tmp_path: Path) -> None:
    """A module that interrupts stands for Ctrl-C at that moment; NumPy is imported early.

    NumPy makes an ImportError of what its imports raise.
    """
    (tmp_path / "numpy.py").write_text(
        "import os, signal\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\n    print('went on')\n"
        "except KeyboardInterrupt:\n    raise ImportError('no datetime') from None\n"
    )
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    for module in ("autograd", "tracegrad"):
        done = subprocess.run(
            [sys.executable, "-m", module, "step", "x", "x=1"], env=environment, cwd=tmp_path,
            capture_output=True, text=True, preexec_fn=heed_interrupts,
        )  # fmt: skip
        assert (done.stdout, done.stderr) == ("", "") and done.returncode == -signal.SIGINT
    done = subprocess.run(
        [sys.executable, "-c", "import autograd"], env=environment,
        capture_output=True, text=True, preexec_fn=heed_interrupts,
    )  # fmt: skip
    assert "ImportError: no datetime" in done.stderr  # a program of one's own is not silenced


def test_ctrl_c_while_it_works_is_quiet(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "autograd", "race", "--steps", "100000", "--optimizers", "all"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        words, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=heed_interrupts,
    ) as running:  # fmt: skip
        time.sleep(2)
        running.send_signal(signal.SIGINT)
        assert running.communicate() == (b"", b"")
    assert running.returncode in (-signal.SIGINT, 130)


def test_a_trained_network_replaces_no_file_unasked(tmp_path: Path) -> None:
    words = "train", str(IRIS), "--epochs", "2", "-o", "net"
    for name in ("net.safetensors", "net-curves.png"):
        (tmp_path / name).write_text("another's")
        done = tracegrad(*words, cwd=tmp_path)
        assert done.returncode == 2 and "give another name, or --overwrite" in done.stderr
        assert name in done.stderr and done.stderr.count("\n") == 1
        assert [p.name for p in tmp_path.iterdir()] == [name]
        assert (tmp_path / name).read_text() == "another's"
        (tmp_path / name).unlink()
    (tmp_path / "net.safetensors").write_text("another's")
    assert tracegrad(*words, "--overwrite", cwd=tmp_path).returncode == 0
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("height", [20, 40])
def test_the_interactive_screen_fits_the_terminal(height: int) -> None:
    names = [f"{letter}{i}" for i in range(9) for letter in "wx"]
    expression = "+".join(f"sigmoid(w{i}*x{i})" for i in range(9))
    values = [f"{name}={i}.5" for i, name in enumerate(names)]
    terminal = Terminal("step", expression, *values, "--interactive", height=height)
    screens = [terminal.until("q quit")]
    for key in ("G", "p", "g"):
        os.write(terminal.handle, key.encode())
        screens.append(terminal.until("q quit"))
    os.write(terminal.handle, b"q")
    terminal.read()
    assert terminal.status() == 0
    for screen in screens:
        lines = plain(screen).replace("\r", "").split("\n")
        assert len(lines) <= height and max(map(len, lines)) <= 80
        assert "step" in lines[0] and "q quit" in lines[-1]


@pytest.mark.parametrize(
    "name, said",
    [
        ("", "names no file; give a name such as net"),
        (".", "names no file; give a name such as net"),
        ("folder/", "names no file; give a name such as net"),
        ("net.HTML", "writes NAME.safetensors and files beside it; give the name, such as net"),
        ("net.npz", "writes NAME.safetensors and files beside it; give the name, such as net"),
    ],
)
def test_a_name_that_names_no_file_of_a_training_is_refused(
    name: str,
    said: str,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["train", str(IRIS), "-o", name]) == 2
    error = capfd.readouterr().err
    assert said in error and error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_race_from_too_far_away_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["race", "--start", "1e308,1e308"]) == 2
    assert "is not finite at the start (1e+308, 1e+308)" in capfd.readouterr().err
