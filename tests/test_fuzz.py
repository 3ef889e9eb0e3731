"""The fuzz program, tested: it finds the faults that are seeded here, and its areas run."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Tensor, Value
from autograd.calculus import RULES
from fuzz import files, interrupts, mutation, programs, shell, states, threads
from fuzz.__main__ import SHARES, main, run
from fuzz.findings import Finding, Tally, outcome
from fuzz.growth import STRUCTURAL, grow
from fuzz.program import Leaf, Program, Step
from fuzz.reference import REFERENCE
from fuzz.spellings import OURS, SPELLINGS
from tests.house import ROOT

FOREVER = float("inf")


def faults(functions: Any, only: str | None = None) -> Iterator[str]:
    """The lines of what is found on another table of functions, in programs that use ``only``."""
    for seed in range(300 if only is None else 900):
        program = grow(seed)
        if only is None or only in {step.name for step in program.steps}:
            fault = programs.fault(program, Tally("test"), seed if only is None else 1, functions)
            if fault is not None:
                yield fault[1]


def with_wrong_gradient(name: str) -> Any:
    """Our functions, the derivative of one of them too large by a hundredth; its value is right."""
    right = OURS[name]

    def wrong(first: Any, *rest: Any, **attrs: Any) -> Any:
        out: Any = right(first, *rest, **attrs)
        is_node = isinstance(out, Tensor | Value)
        return out + 0.01 * (out - out.detach()) if is_node else out

    return {**OURS, name: wrong}


@pytest.mark.parametrize(
    "name", ["tanh", "mul", "relu", "sum", "matmul", "getitem", "cross_entropy"]
)
def test_a_wrong_derivative_of_a_row_is_found(name: str) -> None:
    assert any("differences" in line for line in faults(with_wrong_gradient(name), name))


@pytest.mark.parametrize("name", ["tanh", "mul"])
def test_a_wrong_second_derivative_of_a_row_is_found(name: str) -> None:
    def wrong(*args: Any) -> Any:  # value and first derivative are right
        out: Any = OURS[name](*args)
        is_node = isinstance(out, Tensor | Value)
        return out + (out - out.detach()) * (out - out.detach()) if is_node else out

    assert any("second derivative" in line for line in faults({**OURS, name: wrong}, name))


@pytest.mark.parametrize("name", ["exp", "cumsum", "softmax"])
def test_a_wrong_value_of_a_row_is_found(name: str) -> None:
    right = OURS[name]
    wrong = {**OURS, name: lambda *args, **attrs: right(*args, **attrs) + 0.001}
    assert any("the value is" in line for line in faults(wrong, name))


#: The functions that lead to a derivative, and what is said of one that leads elsewhere.
WAYS = {
    "gradients": "gradients() gives",
    "jvp": "forward mode gives",
    "trace": "the frozen graph gives",
    "torch_gradients": "PyTorch's",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_way_to_the_derivative_that_disagrees_is_found(
    way: str, monkeypatch: pytest.MonkeyPatch, require: Callable[[str], Any]
) -> None:
    right = getattr(programs, way)

    def wrong(*args: Any, **options: Any) -> Any:
        match way:
            case "gradients":
                return [None if g is None else g * 1.001 for g in right(*args, **options)]
            case "jvp":
                out, along = right(*args, **options)
                return out, along * 1.001
            case "trace":
                return right(args[0] * 1.001)
        found = right(*args)
        return None if found is None else [g * 1.001 for g in found]

    if way == "torch_gradients":
        require("torch")
    monkeypatch.setattr(programs, way, wrong)
    assert any(WAYS[way] in line for line in faults(OURS))


def test_a_jump_that_a_narrow_dtype_rounds_over_is_no_finding_and_a_wrong_value_is() -> None:
    """softmax of 15 is 0.99999 in float64, and 1 in float16: floor gives 0 and 1."""
    leaf = Leaf(np.array([0.0, 12.0]), dtype="float16")
    program = Program((leaf,), (Step("softmax", (0,)), Step("floor", (1,))), np.ones(2))
    tally = Tally("test")
    programs.check(program, tally)
    assert tally.notes == {programs.JUMP: 1}
    right = OURS["softmax"]
    wrong = {**OURS, "softmax": lambda *args, **attrs: right(*args, **attrs) + 2.0}
    with pytest.raises(programs.Wrong, match="the value is"):
        programs.check(program, tally, functions=wrong)


def test_a_rounding_that_a_steep_function_magnifies_is_no_finding() -> None:
    """The cosine of 1e300 and of the number beside it have nothing in common."""
    leaf = Leaf(np.array([1e300, np.nan, np.inf, 0.5]))
    program = Program((leaf,), (Step("neg", (0,)), Step("cos", (1,))), np.ones(4), special=True)
    right = OURS["neg"]
    rounded = {**OURS, "neg": lambda a: right(a) * (1 + 2.0**-52)}
    tally = Tally("test")
    with np.errstate(all="ignore"):
        programs.check_value(program, programs.forward(program, rounded)[1], tally)
    assert tally.notes == {programs.JUMP: 1}
    wrong = {**OURS, "neg": lambda a: right(a) + 0.25}
    with np.errstate(all="ignore"), pytest.raises(programs.Wrong, match="the value is"):
        programs.check_value(program, programs.forward(program, wrong)[1], tally)


def test_elements_that_tie_in_a_narrow_dtype_are_no_finding() -> None:
    leaf = Leaf(np.array([0.0, 1e-8]), dtype="float32")
    exp, top = Step("exp", (0,)), Step("max", (1,))
    tally = Tally("test")
    programs.check(Program((leaf,), (exp, top)), tally)
    assert programs.JUMP in tally.notes


def test_what_numpy_refuses_and_the_library_takes_is_found() -> None:
    refused = [program for program in map(grow, range(600)) if program.refused]
    assert refused
    program = replace(refused[0], steps=refused[0].steps[:-1] or grow(5).steps)
    program = program if refused[0].steps[:-1] else replace(grow(5), refused=True)
    with pytest.raises(programs.Wrong, match="NumPy refuses"):
        programs.check(program, Tally("test"))


def test_programs_have_what_breaks_engines() -> None:
    drawn = [grow(seed) for seed in range(900)]
    names = {step.name for program in drawn for step in program.steps}
    rows = {name for name, rule in RULES.items() if not rule.is_special}
    assert names == rows | set(STRUCTURAL) == set(REFERENCE)
    leaves = [leaf for program in drawn for leaf in program.leaves]
    assert {leaf.kind for leaf in leaves} == {"tensor", "value", "constant", "number"}
    assert {leaf.dtype for leaf in leaves} >= {"float64", "float32", "float16"}
    assert {leaf.layout for leaf in leaves} == {"plain", "fortran", "reversed", "sliced"}
    assert sum(leaf.array.size == 0 for leaf in leaves) > 60
    assert sum(1 in leaf.array.shape for leaf in leaves) > 100
    operands = [step.operands for program in drawn for step in program.steps]
    assert sum(len(set(places)) < len(places) for places in operands) > 20
    assert any(program.refused for program in drawn) and any(program.special for program in drawn)


def test_programs_are_written_in_three_ways() -> None:
    numpys, methods = SPELLINGS[1][1], SPELLINGS[2][1]
    assert numpys["sum"] is np.sum and numpys["mul"] is np.multiply
    assert numpys["norm"] is np.linalg.norm and numpys["relu"] is OURS["relu"]
    assert methods["reshape"](Tensor([1.0, 2.0]), shape=(2, 1)).shape == (2, 1)


def test_a_finding_is_shrunk_and_its_program_runs() -> None:
    wrong = with_wrong_gradient("sin")
    findings = (programs.case(seed, Tally("test"), wrong) for seed in range(4000))
    found = (one for one in findings if one is not None and one.family == ("wrong", "sin"))
    shortest = next(one for one in found if one.line.startswith("[sin]"))
    exec(shortest.program, {})  # what is printed runs


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
    monkeypatch.setattr(files, "read_csv", lambda path: 1 / 0)
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


SMOKE = {"programs": 100, "mutation": 40, "threads": 4, "files": 30, "states": 60, "shell": 8}


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
