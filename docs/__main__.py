"""``python -m docs``: draw the README's pictures anew, and print its numbers anew.

The pictures go to docs/pictures. In README.md the comment behind every commented ``print`` becomes
what is printed, the output under every ``$ tracegrad`` command what the command says, and the table
between the benchmark marks what benchmarks/results.md has. A test holds the README to all of it.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import autograd
import nn
from autograd import Value, trace
from autograd.cli import main as tracegrad
from autograd.worked_examples import find
from nn.data import load_iris, standardize

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
README = ROOT / "README.md"
RESULTS = ROOT / "benchmarks" / "results.md"
MARKS = "<!-- benchmarks -->\n", "<!-- end of benchmarks -->\n"


def sum_times() -> str:
    """W1, with its gradients."""
    return svg(find("sum-times").lesson().scenes[0].graph)


def scalar_network() -> str:
    """A network of 31 numbers with four inputs, folded by layer."""
    x = [Value(number, f"x{i}") for i, number in enumerate((1.0, -2.0, 3.0, 0.5))]
    return svg(trace(nn.scalar.MLP(4, [3, 3, 1], rng=1)(x), names={}))


def classifier() -> str:
    """The classifier of the README and its loss, before it has learnt anything."""
    iris = load_iris()
    X = standardize(iris.X)
    nn.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
    loss = nn.CrossEntropyLoss()(model(X), iris.y)
    return svg(trace(loss, names={"loss": loss, "X": X, "y": iris.y}), detail=1)


def svg(graph: Any, **options: Any) -> str:
    """The picture from the engine that comes with the library: the same on every machine."""
    return str(graph.backward().to_svg(engine="wasm", **options))


PICTURES: dict[str, Callable[[], str]] = {
    "sum-times.svg": sum_times,
    "scalar-network.svg": scalar_network,
    "classifier.svg": classifier,
}


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of a Markdown text in one language."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return [code for name, code in fenced if name == language]


def pieces(code: str) -> Iterator[str]:
    """The statements of a block, so that what each prints can be told apart."""
    yield from re.split(r"(?m)^(?=print\()|(?<=\n)(?!\s|print\()", code)


@contextlib.contextmanager
def heard() -> Iterator[list[str]]:
    """What is printed meanwhile, by programs that take this for a console that can show ∂."""
    said: list[str] = []
    console = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n")
    with contextlib.redirect_stdout(console):
        yield said
        console.flush()
    said.append(console.buffer.getvalue().decode())


PROMISE = re.compile(r"^(print\(.*\)  # )(.*)$", flags=re.MULTILINE)


def with_printed(code: str, names: dict[str, object]) -> str:
    """The block, run; behind every commented ``print`` what it printed."""
    done = []
    for piece in pieces(code):
        with heard() as said:
            exec(compile(piece, "<README>", "exec"), names)
        promise = PROMISE.search(piece)
        if promise:
            piece = piece.replace(promise[0], promise[1] + said[0].rstrip("\n"))
        done.append(piece)
    return "".join(done)


def with_output(block: str) -> str:
    """A ``$ tracegrad ...`` command with what it says; one shown without output stays so."""
    command, _, shown = block.partition("\n")
    with heard() as said:
        code = tracegrad(shlex.split(command.removeprefix("$ tracegrad ")))
    if code:
        raise RuntimeError(f"README: {command} ends with code {code}")
    return f"{command}\n{said[0] if shown else ''}"


def benchmark_table(results: str) -> str:
    """The ratios of benchmarks/results.md in one table."""
    rows = ["| what | ratio |", "|---|---|"]
    for line in results.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[3] in ("yes", "**no**"):
            rows.append(f"| {cells[0]} | {cells[1]} |")
    return "\n".join(rows) + "\n"


def current(readme: str) -> str:
    """The README with every number made anew. Runs its programs in an empty folder."""
    before = Path.cwd()
    names: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for code in blocks(readme, "python"):
                readme = readme.replace(code, with_printed(code, names))
            for block in blocks(readme, "console"):
                readme = readme.replace(block, with_output(block))
        finally:
            os.chdir(before)
            if "cube" in names:
                autograd.remove_rule("cube")  # the table is the whole process's
    begin, end = MARKS
    if begin in readme and RESULTS.exists():
        head, _, rest = readme.partition(begin)
        table = benchmark_table(RESULTS.read_text(encoding="utf-8"))
        readme = f"{head}{begin}\n{table}\n{end}{rest.partition(end)[2]}"
    return readme


def main() -> int:
    (HERE / "pictures").mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        (HERE / "pictures" / name).write_text(draw(), encoding="utf-8")
        print(f"docs/pictures/{name}")
    README.write_text(current(README.read_text(encoding="utf-8")), encoding="utf-8")
    print("README.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
