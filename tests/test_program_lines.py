"""The lines of the program beside a graph: which nodes know theirs, and which lines are shown."""

from __future__ import annotations

import ast
import linecache
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, detect_anomaly, exp, no_grad, source_lines, steps, trace
from autograd.engine import present
from autograd.lessons import Program, program
from autograd.lessons.iterations import with_leaves

HERE = Path(__file__).read_text(encoding="utf-8").split("\n")


def neuron(w: Any, x: Any) -> Any:
    s = w * x
    return exp(-s)


def lines_of(function: Any, *inputs: Any) -> dict[str, str]:
    """The text of each row's line, by label."""
    graph = trace(function(*inputs), names={})
    return {
        node.label: "" if node.line is None else HERE[node.line.number - 1].strip()
        for node in graph
    }


def shown(function: Any, *inputs: Any) -> Program:
    known = program(trace(function(*inputs), names={}))
    assert known is not None
    return known


def executed(text: str, name: str) -> Program | None:
    """The lines of a program of its own, as a notebook's cell is run."""
    linecache.cache[name] = len(text), None, text.splitlines(True), name
    space: dict[str, Any] = {}
    exec(compile(text, name, "exec"), space)
    return program(trace(space["f"], names={}))


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_leaves_and_results_know_their_lines(kind: Any) -> None:
    @source_lines()
    def made() -> Any:
        w = kind(2.0, name="w")
        x = kind(3.0, name="x").detach()
        x.name = "x"
        f = neuron(w, x) + 1.0
        f.name = "f"
        return f

    lines = lines_of(made)
    assert lines["w"] == 'w = kind(2.0, name="w")'
    assert lines["x"] == 'x = kind(3.0, name="x").detach()'
    assert lines["f"] == "f = neuron(w, x) + 1.0"
    assert {"s = w * x", "return exp(-s)"} < set(lines.values())
    passages = shown(made).passages
    assert [p.name for p in passages] == ["made", "neuron"]
    assert passages[1].lines[0][1] == "def neuron(w: Any, x: Any) -> Any:"
    assert all(HERE[n - 1].strip() == text.strip() for p in passages for n, text in p.lines)


def test_what_a_layer_computes_is_at_the_line_of_the_call() -> None:
    model = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Sigmoid())
    with source_lines():
        f = model(Tensor([[1.0, 2.0]])).sum()
    graph = trace(f, names={})
    texts = {HERE[n.line.number - 1].strip() for n in graph if n.line is not None}
    assert texts == {"f = model(Tensor([[1.0, 2.0]])).sum()"}
    assert all(n.line is None for n in graph if n.kind == "parameter")


def test_calls_from_one_line_are_told_apart_and_each_node_is_where_it_was_made() -> None:
    model = nn.scalar.MLP(2, [3, 1], rng=0)
    with source_lines():
        first, again = [model([1.0, 2.0]) for _ in range(2)]
        other = model([1.0, 2.0])
        x = Value(2.0)
        y = x * x + 1.0
    calls = []
    for out in (first, again, other):
        lines = [node.line for node in trace(out) if node.line is not None and node.op != "leaf"]
        assert len({id(line) for line in lines}) == 4  # one object for the nodes of a neuron
        assert len({line.call for line in lines}) == 1
        calls.append(lines[0].call)
    assert len(set(calls)) == 3
    assert trace(first).output.line == trace(again).output.line != trace(other).output.line
    line = trace(other).output.line
    assert line is not None and "other = model(" in str(line)
    places = [HERE[line.number - 1][slice(*line.columns)]  # type: ignore[misc]
              for line in (node.line for node in trace(y)) if line is not None]  # fmt: skip
    assert places == ["Value(2.0)", "x * x", "x * x + 1.0"]


def test_nothing_is_recorded_outside_the_block() -> None:
    with source_lines():
        w = Value(2.0, "w")
    lines = lines_of(neuron, w, 3.0)
    assert lines.pop("w") == 'w = Value(2.0, "w")' and set(lines.values()) == {""}
    assert not present().special and program(trace(w * w)) is not None
    assert program(trace(Value(1.0) * 2)) is None


def test_in_no_grad_a_constant_knows_its_line_too() -> None:
    with source_lines(), no_grad():
        c = Tensor([1.0]) * 2
    assert "Tensor([1.0]) * 2" in str(c._origin.line)


def test_the_anomaly_still_says_file_and_line() -> None:
    with detect_anomaly(), pytest.raises(FloatingPointError, match=r"_lines\.py:\d+: Value\(0"):
        Value(0.0).log()


def test_a_script_shows_the_statements_that_made_values() -> None:
    text = (
        "from autograd import Value, source_lines\n"
        "secret = 1\n"
        "with source_lines():\n"
        "    x = Value(1.0, 'x')\n"
        "    far = 0\n" + "    far += 1\n" * 20 + "    y = (x\n"
        "         * x)\n"
        "    far += 1\n"
        "    f = y + 1\n"
    )
    known = executed(text, "<cell 1>")
    assert known is not None
    (passage,) = known.passages
    assert [n for n, _ in passage.lines] == [3, 4, 26, 27, 28, 29]
    assert passage.gaps() == [26] and passage.lines[1] == (4, "    x = Value(1.0, 'x')")
    assert set(known.lines.values()) == {(0, 4), (0, 26), (0, 29)}


def test_a_cell_that_is_no_python_shows_its_own_lines_only() -> None:
    name = "<cell 2>"
    text = (
        "from autograd import Value, source_lines\nwith source_lines():\n    f = Value(2.0) * 3\n"
    )
    assert executed(text, name) is not None
    space: dict[str, Any] = {}
    exec(compile(text, name, "exec"), space)
    magic = text.replace("from autograd", "%from autograd")
    linecache.cache[name] = len(magic), None, magic.splitlines(True), name
    known = program(trace(space["f"], names={}))
    assert known is not None and known.passages[0].lines == ((3, "f = Value(2.0) * 3"),)


def test_a_long_function_shows_its_head_and_what_made_values() -> None:
    body = "    x = Value(1.0, 'x')\n" + "    pass\n" * 200 + "    return x * 2\n"
    text = "from autograd import Value, source_lines\n@source_lines()\ndef long():\n" + body
    known = executed(text + "f = long()\n", "<cell 3>")
    assert known is not None
    assert [n for n, _ in known.passages[0].lines] == [3, 4, 205]


def test_a_program_without_text_shows_nothing() -> None:
    code = (
        "from autograd import Value, source_lines, trace\n"
        "from autograd.lessons import program\n"
        "with source_lines():\n    f = Value(2.0) * 3\n"
        "print(program(trace(f)), trace(f)['f'].line.number)"
    )
    run = subprocess.run([sys.executable, "-"], input=code, capture_output=True, text=True,
                         check=True, cwd=Path(__file__).parent.parent)  # fmt: skip
    assert run.stdout == "None 4\n"


def test_no_file_name_is_kept() -> None:
    with source_lines():
        f = neuron(Value(2.0, "w"), 3.0)
    assert str(Path(__file__).parent) not in repr(program(trace(f)))


def test_the_lines_stay_with_the_rows_in_another_iteration() -> None:
    with source_lines():
        x = Value(3.0, "x")
        f = x * x
    graph = with_leaves(trace(f), {0: 2.0})
    assert [node.line for node in graph] == [node.line for node in trace(f)]
    assert steps(graph).graph["f"].line is not None


def test_an_array_operation_in_a_comprehension_is_in_its_function() -> None:
    def made() -> Any:
        parts = [w[i] * 2 for i in range(2)]
        return parts[0] + parts[1]

    w = Tensor(np.ones(2), name="w")
    known = shown(source_lines()(made))
    assert [p.name for p in known.passages] == ["made"]
    assert ast.parse("\n".join(t for _, t in known.passages[0].lines)).body
