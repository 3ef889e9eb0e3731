"""``tracegrad step SCRIPT.py``: the lesson of a script's own ``backward()``, with its lines."""

from __future__ import annotations

import io
import json
import runpy
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from autograd import Value, source_lines, steps, trace
from autograd.cli import main
from autograd.cli.scripts import STAND_INS, graph_of_script
from autograd.exports import Exhibit, of_lessons
from autograd.lessons import Steps, program
from tests import peers
from tests.house import ROOT
from tests.torch_scripts import SCRIPTS

LOOP = """\
from autograd import Value
import sys
w, b = Value(0.5), Value(-0.2)

def model(x):
    return (w * x
            + b).tanh()

loss = 0.0
for x in [1.0, 2.0, 3.0]:
    é, k = model(x) - 0.2, w * b
    loss += é ** 2 + k
loss.backward()
w.data -= 0.1 * w.grad
print("done", sys.argv[1:])
"""


def written(folder: Path, text: str, name: str = "script.py") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_lesson_is_of_the_last_backward(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = written(tmp_path, LOOP)
    assert main(["step", script, "--", "--epochs", "3"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("done ['--epochs', '3']\n")
    assert "w = 0.5\n" in out  # as it was in the sweep, not after the update
    assert "tanh(v2) = tanh(0.3) = 0.2913    line 7, turn 1 of 3" in out
    assert "  é_2 = " in out and "    line 11, turn 2 of 3" in out


def test_each_node_knows_its_expression_and_its_turn(tmp_path: Path) -> None:
    graph, gradient = graph_of_script(written(tmp_path, LOOP))
    assert gradient is None
    known = program(graph)
    assert known is not None
    expression = {}
    for row, (place, number) in known.lines.items():
        line = dict(known.passages[place].lines)[number]
        begin, end = known.columns[row]
        expression[graph[row].label] = line[begin:end], known.turns.get(row)
    assert expression["é"] == ("model(x) - 0.2", (1, 3))
    assert expression["é_3"] == ("model(x) - 0.2", (3, 3))
    assert expression["k_2"] == ("w * b", (2, 3))
    assert expression["loss_2"] == ("loss += é ** 2 + k", (2, 3))
    assert expression["v2"] == ("w * x", (1, 3))  # of two lines the first
    assert expression["w"] == ("Value(0.5)", None)


def test_what_a_layer_computes_in_one_call_is_one_turn(tmp_path: Path) -> None:
    text = (
        "import nn\nfrom autograd import Tensor\n"
        "model = nn.Linear(2, 2, rng=0)\nx = Tensor([[1.0, 2.0]])\n"
        "for i in range(3):\n    x = model(x).relu()\nx.sum().backward()\n"
    )
    graph, _ = graph_of_script(written(tmp_path, text))
    known = program(graph)
    assert known is not None
    turns = {known.turns[row] for row in known.lines if known.lines[row][1] == 6}
    assert turns == {(1, 3), (2, 3), (3, 3)}


def test_a_call_and_a_variable_are_selected(tmp_path: Path) -> None:
    text = (
        "from autograd import Value\nx = Value(3.0)\n"
        "for n in (2, 3):\n    y = x ** n\n    y.backward()\nz = x + 1\n"
    )
    script = written(tmp_path, text)
    assert graph_of_script(script)[0].output.value == 27.0
    assert graph_of_script(script, call=1)[0].output.value == 9.0
    assert graph_of_script(script, node="z")[0].output.label == "z"
    with pytest.raises(ValueError, match=r"has no 3\. call of backward\(\); give --call 1 to 2"):
        graph_of_script(script, call=3)
    with pytest.raises(
        ValueError, match="no Value or Tensor called q when it ends; it has x, y, z"
    ):
        graph_of_script(script, node="q")


def test_a_sweep_with_a_gradient_begins_with_it(tmp_path: Path) -> None:
    text = "from autograd import Tensor\nx = Tensor([1.0, 2.0])\n(x * x).backward([1.0, 10.0])\n"
    path = tmp_path / "steps.json"
    assert main(["step", written(tmp_path, text), "-o", str(path)]) == 0
    nodes = {node["name"]: node for node in json.loads(path.read_text())["nodes"]}
    assert nodes["x"]["gradient"] == [2.0, 40.0]
    assert nodes["out"]["line"] == 3 and nodes["out"]["columns"] == [1, 6]


def test_a_script_that_exits_is_stepped_all_the_same(tmp_path: Path) -> None:
    text = (
        "import sys\nfrom autograd import Value\ndef run():\n    x = Value(2.0)\n"
        "    y = x * x\n    y.backward()\n    return 3\nkept = Value(1.0)\nsys.exit(run())\n"
    )
    script = written(tmp_path, text)
    assert graph_of_script(script)[0].output.label == "y"
    assert graph_of_script(script, node="kept")[0].output.value == 1.0


@pytest.mark.parametrize(
    "text, said",
    [
        ("x = 1\ny = x / 0\n", "line 2 raised ZeroDivisionError: division by zero; run python "),
        ("def f(:\n", "line 1 raised SyntaxError: "),
        ("print(1)\n", "never calls backward(); call it, or name a variable with --node"),
        (
            "from autograd import Value\nloss = Value(2.0) * 3\n",
            "never calls backward(); call it, or name a variable with --node, such as --node loss",
        ),
        (
            "raise SystemExit(2)\n",
            "ended by sys.exit(2) before a backward(); its own arguments come after --",
        ),
        ("raise SystemExit\n", "ended by sys.exit(0) before a backward(); leave the call out"),
        ("raise BaseException('a')\n", "line 1 raised BaseException: a; run python "),
        ("x = 1\0\n", "source code string cannot contain null bytes"),
        ("input()\n", "raised EOFError: EOF when reading a line; it reads more than there is"),
        ("import sys\nsys.argv[1]\n", "list index out of range; its own arguments come after --"),
        (
            "import sys, types\nsys.stdout = None\nx = types.ModuleType('micrograd.engine')\n",
            "calls micrograd; let tracegrad stand in for it with --as micrograd",
        ),
    ],
)
def test_what_is_wrong_with_a_script_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    text: str, said: str,
) -> None:  # fmt: skip
    words, folders = list(sys.argv), list(sys.path)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["step", written(tmp_path, text)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and said in error and "script.py" in error
    assert (sys.argv, sys.path) == (words, folders)


def test_a_script_that_is_stopped_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = written(tmp_path, "while True:\n    raise KeyboardInterrupt\n")
    assert main(["step", script, "-o", str(tmp_path / "page.html")]) == 130
    error = capsys.readouterr().err
    assert "script.py, line 2 raised KeyboardInterrupt; the lesson is made when it" in error
    assert error.count("\n") == 1 and not (tmp_path / "page.html").exists()


def test_a_script_that_changes_folder_and_streams_leaves_them_to_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path)
    text = "import os, sys\nfrom autograd import Value\nos.chdir('sub')\nsys.stdout = None\n"
    script = written(tmp_path, text + "(Value(2.0) * 3).backward()\n")
    assert main(["step", script, "-o", "page.json"]) == 0
    assert (tmp_path / "page.json").is_file() and "wrote page.json" in capsys.readouterr().out


def test_a_script_that_closes_the_output_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "import sys\nfrom autograd import Value\n(Value(2.0) * 3).backward()\n"
    for end in ("", "sys.exit(0)\n", "print(1)\n"):
        monkeypatch.setattr("sys.stdout", io.StringIO())
        assert main(["step", written(tmp_path, f"{text}sys.stdout.close()\n{end}")]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert "script.py closed sys.stdout, which step prints on; leave the call out" in error


def test_options_of_scripts_are_refused_for_expressions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["step", "x * y", "x=1", "y=2", "--call", "2"]) == 2
    assert "--call is for a script" in capsys.readouterr().err
    for word in ("nowhere.py", "nowhere.py:net"):
        for option in (["--latex"], ["--optimizer", "adam"]):
            assert main(["step", word, *option]) == 2
            assert f"{option[0]} is for a formula; leave it out" in capsys.readouterr().err
    assert main(["step", "nowhere.py", "--node", "x", "--call", "2"]) == 2
    assert "--node and --call exclude each other; leave one of them out" in capsys.readouterr().err
    plain = written(tmp_path, "def net(x):\n    return x * 2\n")
    assert main(["step", f"{plain}:net", "x=1"]) == 2
    assert "script.py:net uses neither PyTorch nor JAX" in capsys.readouterr().err
    assert main(["step", "nowhere.py"]) == 2
    assert "nowhere.py is no file; give a Python script" in capsys.readouterr().err


def test_a_program_names_what_its_loop_made() -> None:
    x = Value(2.0)
    total: Any = 0.0
    with source_lines():
        for n in (1, 2):
            power = x**n
            total += power
    labels = [node.label for node in trace(total) if node.kind == "interior"]
    assert labels == ["power", "total", "power_2", "total_2"]


def test_a_script_of_micrograds_steps_as_it_is(tmp_path: Path) -> None:
    peers.require("micrograd")
    text = (
        "import random\nfrom micrograd.engine import Value\nfrom micrograd.nn import MLP\n"
        "random.seed(1337)\nmodel = MLP(2, [3, 1])\ny = model([Value(0.5), -1.0])\ny.backward()\n"
    )
    script = written(tmp_path, text)
    theirs = runpy.run_path(script)
    lesson = steps(graph_of_script(script, library="micrograd")[0])
    assert sys.modules["micrograd.nn"].MLP.__module__ == "micrograd.nn"  # theirs again
    assert lesson.graph.output.value == pytest.approx(theirs["y"].data, rel=1e-15)
    ours = [
        lesson.gradients[lesson.graph[f"layer{i}.n{j}.w{k}"].index]
        for i, j, k in [(0, 0, 0), (0, 2, 1), (1, 0, 2)]
    ]
    layers = theirs["model"].layers
    assert ours == pytest.approx(
        [
            layers[0].neurons[0].w[0].grad,
            layers[0].neurons[2].w[1].grad,
            layers[1].neurons[0].w[2].grad,
        ]
    )


def test_scripts_that_make_the_calls_of_other_peoples_step_unchanged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs: list[float] = []

    def shown(lessons: list[Steps], *arguments: Any) -> Exhibit:
        outputs.append(float(lessons[0].graph.output.value))
        assert program(lessons[0].graph) is not None
        return of_lessons(lessons, *arguments)

    monkeypatch.setattr("autograd.cli.step.of_lessons", shown)
    scripts = sorted((ROOT / "tests" / "scripts").glob("*.py"))
    assert len(scripts) >= 20
    for script in scripts:
        library = script.stem.partition("_")[0]
        words = ["--as", library] if library in STAND_INS else []
        page = tmp_path / f"{script.stem}.html"
        assert main(["step", str(script), *words, "-o", str(page)]) == 0, script.name
        *_, loss, wrote = capsys.readouterr().out.splitlines()
        assert wrote.startswith("wrote ") and 'id="lesson"' in page.read_text(encoding="utf-8")
        # Each ends with its last loss.
        assert outputs[-1] == pytest.approx(float(loss), rel=1e-6), script.name


def test_functions_with_the_calls_of_pytorchs_tutorials_step_as_scripts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    silent = []
    for function in SCRIPTS:
        name = function.__name__
        text = f"import torch\nfrom {function.__module__} import {name}\n{name}(torch)\n"
        script = written(tmp_path, text)
        if main(["step", script, "--as", "torch"]) == 0:
            assert "\nResult\n" in capsys.readouterr().out, name
        else:
            silent.append(name)
            assert "never calls backward()" in capsys.readouterr().err, name
    assert len(SCRIPTS) - len(silent) >= 20 and len(silent) < len(SCRIPTS) / 4


def test_a_library_that_is_stood_in_for_is_itself_again_afterwards(tmp_path: Path) -> None:
    theirs = types.ModuleType("torch"), types.ModuleType("torch.hub")
    theirs[0].hub = theirs[1]  # type: ignore[attr-defined]
    before = {name: m for name, m in sys.modules.items() if name.partition(".")[0] == "torch"}
    sys.modules.update({"torch": theirs[0], "torch.hub": theirs[1]})
    try:
        text = "import sys\nimport torch.nn\nassert 'torch.hub' not in sys.modules\n"
        text += "x = torch.ones(2, requires_grad=True)\n(x * x).sum().backward()\n"
        graph, _ = graph_of_script(written(tmp_path, text), library="torch")
        assert graph.output.value == 2.0
        assert (sys.modules["torch"], sys.modules["torch.hub"]) == theirs
        assert before or "torch.nn" not in sys.modules
    finally:
        del sys.modules["torch"], sys.modules["torch.hub"]
        sys.modules.update(before)


def test_without_pytorch_a_script_is_stood_in_for_and_a_model_needs_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    script = written(tmp_path, "import torch\nnet = torch.nn.Linear(2, 1)\n")
    for word, remedy in ((script, "--as torch"), (f"{script}:net", "install torch")):
        assert main(["step", word]) == 2
        error = capsys.readouterr().err
        assert "line 1 raised ModuleNotFoundError" in error and remedy in error


def test_a_cell_of_a_notebook_is_stepped() -> None:
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "shell.run_line_magic('load_ext', 'autograd')\n"
        "run = shell.run_cell_magic\n"
        "cell = 'from autograd import Value\\nx = Value(3.0)\\n'\n"
        "cell += 'for n in 2, 3:\\n    y = x ** n\\n'\n"
        "print(run('steps', '', cell + '    y.backward()').graph.output.value)\n"
        "print(run('steps', '--call 1', cell + '    y.backward()').graph.output.label)\n"
        "print(run('steps', '', cell + 'y + 1').text().splitlines()[4])\n"
        "print(run('steps', '--node x', cell).graph.output.value)\n"
        "try:\n    run('steps', '', 'print(1)')\n"
        "except ValueError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.splitlines() == [
        "27.0", "y", "  1  y = x³ = 3³ = 27    line 4", "3.0", "1",
        "%%steps: the cell calls backward() 0 times; end it with a Value or a Tensor, or call "
        "backward()",
    ], done.stderr  # fmt: skip
