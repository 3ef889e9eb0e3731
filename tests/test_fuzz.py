"""The fuzz program, tested: it finds the faults that are seeded here, and its areas run."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import autograd
import nn
import optim
from autograd import Tensor
from autograd.replay import row_by_row
from autograd.replay.arrays.slopes import Sweep
from fuzz import files, interrupts, mutation, replays, scalars, shell, states, threads
from fuzz.__main__ import SHARES, main, run
from fuzz.findings import Finding, Tally, outcome
from tests.house import ROOT

FOREVER = float("inf")


def scripts(seeds: int = 60) -> Iterator[Finding]:
    calm = [deed for deed in mutation.DEEDS if deed not in ("augmented", "overwrite", "swap")]
    found = (mutation.case(seed, Tally("test"), calm) for seed in range(seeds))
    return (finding for finding in found if finding is not None)


def test_assigned_data_that_a_sweep_does_not_notice_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def quiet(self: Tensor, data: Any) -> None:
        self._data[...] = data

    monkeypatch.setattr(Tensor, "data", property(lambda self: self._data, quiet))
    assert any("grad is" in finding.line for finding in scripts())


def test_a_lost_zero_grad_and_a_lost_detach_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(optim.SGD, "zero_grad", lambda self: None)
        assert any("grad is" in finding.line for finding in scripts())
    monkeypatch.setattr(Tensor, "detach", lambda self: self * 1.0)
    assert any("grad is" in finding.line for finding in scripts())


def test_a_needless_refusal_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Any, gradient: Any = None) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(Tensor, "backward", refuse)
    assert any("nothing was mutated" in finding.line for finding in scripts())


def test_a_scope_that_is_lost_in_a_thread_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def lost(name: str) -> Iterator[None]:
        yield

    monkeypatch.setattr(autograd, "scope", lost)
    found = (outcome("threads", threads.case, seed, Tally("test")) for seed in range(20))
    assert any(finding is not None and "has scope ()" in finding.line for finding in found)


def test_a_sum_that_threads_spoil_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = autograd.gradients
    monkeypatch.setattr(autograd, "gradients", lambda y, x: [g * 1.5 for g in right(y, x)])
    found = (outcome("threads", threads.case, seed, Tally("test")) for seed in range(20))
    assert any(finding is not None and "shared subgraph" in finding.line for finding in found)


def test_a_state_that_an_interrupt_leaves_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([True, False])
    monkeypatch.setattr(interrupts, "is_recording", lambda: next(answers))
    monkeypatch.setattr(interrupts, "interrupted", lambda work, seconds: None)
    found = interrupts.case(1, Tally("test"))
    assert found is not None and "recording is still off" in found.line


def test_a_sound_file_is_no_finding_and_what_loads_wrong_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "damaged", lambda draw, raw: raw)
    assert not [seed for seed in range(20) if files.case(seed, Tally("test")) is not None]

    def changes_then_raises(path: Path, net: Any) -> None:
        for parameter in net.parameters():
            parameter.data = parameter.data + 1
        raise ValueError(f"{path}: damaged")

    def two_lines(path: Path) -> Any:
        raise ValueError("two\nlines")

    monkeypatch.setattr(nn, "load_weights", changes_then_raises)
    monkeypatch.setattr(nn, "load_checkpoint", two_lines)
    for name in ("table", "people"):
        monkeypatch.setitem(files.LOADERS, name, lambda path: 1 / 0)
    found = [outcome("files", files.case, seed, Tally("test")) for seed in range(30)]
    lines = {finding.line.partition("] ")[2][:30] for finding in found if finding is not None}
    assert None not in found and len(lines) == 3


def test_a_state_that_is_lost_or_half_applied_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def half_applied(self: Any, state: Any) -> None:
        self.param_groups[0]["lr"] = 7.0
        raise ValueError("a refusal\nof two lines")

    right = nn.load_checkpoint
    monkeypatch.setattr(nn, "load_checkpoint", lambda path: {**right(path), "more": 1})
    monkeypatch.setattr(optim.SGD, "load_state_dict", half_applied)
    found = [outcome("states", states.case, seed, Tally("test")) for seed in range(60)]
    lines = " ".join(finding.line for finding in found if finding is not None)
    assert "came back as" in lines and "half applied" in lines


@pytest.mark.parametrize(
    "status, out, err, said",
    [
        (1, "", "", "exit status 1"),
        (2, "", "tracegrad: a\nb\n", "2 lines"),
        (2, "", "", "0 lines"),
        (0, "", "RuntimeWarning\n", "yet on stderr"),
        (0, "a\x1b[2Jb\n", "", "control characters"),
        (2, "", "Traceback (most recent call last):\n", "a traceback"),
    ],
)
def test_what_a_terminal_objects_to_is_found(status: int, out: str, err: str, said: str) -> None:
    assert said in (shell.fault(status, out, err) or "")
    assert shell.fault(2, "", "tracegrad: one line\n") is shell.fault(0, "text\n", "") is None


def test_a_command_that_raises_or_never_ends_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(line: list[str]) -> int:
        raise shell.Late

    monkeypatch.setattr(shell, "main", endless)
    found = outcome("shell", shell.case, 3, Tally("test"))
    assert found is not None and "more than" in found.line


def computing_forever() -> None:
    with shell.limited():
        while True:
            pass


def test_a_command_is_timed_by_what_it_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "SECONDS", 0.05)
    with shell.limited():
        time.sleep(0.2)
    with pytest.raises(shell.Late):
        computing_forever()


def test_a_replay_that_is_not_the_eager_step_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    # The gradient of a relu flows on where the relu is 0.
    monkeypatch.setattr(
        Sweep, "masked", lambda self, out, operand: self.pass_on(out, operand, True)
    )
    found = (replays.case(seed, Tally("test")) for seed in range(2, 120, 3))
    assert any(finding is not None and "a weight after step" in finding.line for finding in found)


def test_a_graph_of_numbers_whose_replay_is_wrong_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_by_row, "times", lambda a, b: a * b * (1 + 1e-9))
    found = [scalars.case(seed, Tally("test")) for seed in range(1, 8)]
    assert any(finding is not None and "[row by row]" in finding.line for finding in found)


SMOKE = {
    "programs": 100,
    "mutation": 40,
    "threads": 4,
    "files": 30,
    "states": 60,
    "shell": 8,
    "replays": 24,
    "scalars": 10,
}


def test_every_area_has_a_smoke_run() -> None:
    assert {*SMOKE, "interrupts"} == set(SHARES)


def test_interrupts_run_in_a_process_of_their_own() -> None:
    """What an interrupt were to leave would spoil the tests that follow."""
    line = [sys.executable, "-m", "fuzz", "--area", "interrupts", "--programs", "40"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True)
    assert "40 cases, 0 findings" in done.stdout and not done.stderr


@pytest.mark.parametrize("area", SMOKE)
def test_every_area_runs(area: str, capsys: pytest.CaptureFixture[str]) -> None:
    tally = run(area, SMOKE[area], 200, FOREVER)
    assert tally.cases == SMOKE[area]
    assert tally.findings == [], capsys.readouterr().out


def test_the_command_line_counts_and_says_how_it_went(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--area", "programs", "--programs", "20", "--seed", "7"]) == 0
    assert "20 cases, 0 findings" in capsys.readouterr().out
    assert main(["--area", "programs", "--programs", "9999", "--minutes", "0"]) == 0
    assert "0 cases" in capsys.readouterr().out
