"""``python -m docs``: draw the pictures of the pages anew, and print their numbers anew.

The pictures go to docs/pictures, the table of rows and their checks to docs/rows.md. In README.md,
CONTRIBUTING.md and docs/scalars_to_matrices.md the comment behind every commented ``print`` becomes
what is printed, the ``text`` behind a block of Python what the block printed, the output
under every ``$ tracegrad`` command what it says, and the table between the benchmark marks what
benchmarks/results.md has, as has the plot of it. A test holds them to it.
"""

from __future__ import annotations

import ast
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
from autograd.calculus.rules import RULES
from autograd.cli import main as tracegrad
from autograd.lessons.worked_examples import find
from docs import growth
from nn.data import load_iris, standardize

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PAGES = ROOT / "README.md", ROOT / "CONTRIBUTING.md", HERE / "scalars_to_matrices.md"
RESULTS = ROOT / "benchmarks" / "results.md"
GROWTH = HERE / "pictures" / "growth.svg"
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
    lines = code.splitlines(keepends=True)
    starts = [statement.lineno - 1 for statement in ast.parse(code).body]
    for start, end in zip([0, *starts[1:]], [*starts[1:], len(lines)]):
        yield "".join(lines[start:end])


@contextlib.contextmanager
def heard() -> Iterator[list[str]]:
    """What is printed meanwhile, by programs that take this for a console that can show ∂."""
    said: list[str] = []
    console = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n")
    with contextlib.redirect_stdout(console):
        yield said
        console.flush()
    said.append(console.buffer.getvalue().decode())


#: What opens a block with the output of the block of Python in front of it.
TEXT = "\n\n```text\n"
PROMISE = re.compile(r"^(print\(.*\)  # )(.*)$", flags=re.MULTILINE)


def with_printed(code: str, names: dict[str, object], printed: list[str] | None = None) -> str:
    """The block, run; behind every commented ``print`` what it printed, in ``printed`` the rest."""
    done = []
    for piece in pieces(code):
        with heard() as said:
            exec(compile(piece, "<page>", "exec"), names)
        promise = PROMISE.search(piece)
        if promise:
            piece = piece.replace(promise[0], promise[1] + said[0].rstrip("\n"))
        elif printed is not None:
            printed += said
        done.append(piece)
    return "".join(done)


def with_text(page: str, code: str, done: str, printed: str) -> str:
    """The page with the block as it is ``done``, and what it printed in the ``text`` behind it."""
    head, _, rest = page.partition(f"```python\n{code}```")
    if rest.startswith(TEXT):
        rest = f"{TEXT}{printed}```{rest[len(TEXT) :].partition('```')[2]}"
    return f"{head}```python\n{done}```{rest}"


def with_output(block: str) -> str:
    """A ``$ tracegrad ...`` command with what it says; one shown without output stays so."""
    command, _, shown = block.partition("\n")
    with heard() as said:
        code = tracegrad(shlex.split(command.removeprefix("$ tracegrad ")))
    if code:
        raise RuntimeError(f"{command} ends with code {code}")
    return f"{command}\n{said[0] if shown else ''}"


def benchmark_table(results: str) -> str:
    """The claims of benchmarks/results.md in one table, with what was wanted; cases in bold."""
    rows = ["| what | measured | wanted |", "|---|---|---|"]
    for line in results.splitlines():
        if line.startswith("## "):
            rows.append(f"| **{line[3:]}** | | |")
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[2].startswith("≤"):
            rows.append(f"| {cells[0]} | {cells[1]} | {cells[2]} |")
    return "\n".join(rows) + "\n"


def current(page: str) -> str:
    """The page with every number made anew. Runs its programs in an empty folder."""
    before, rules = Path.cwd(), set(RULES)
    names: dict[str, object] = {"__name__": "page"}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for code in blocks(page, "python"):
                printed: list[str] = []
                page = with_text(page, code, with_printed(code, names, printed), "".join(printed))
            for block in blocks(page, "console"):
                page = page.replace(block, with_output(block))
        finally:
            os.chdir(before)
            for name in set(RULES) - rules:  # the table is the whole process's
                autograd.remove_rule(name)
    begin, end = MARKS
    if begin in page and RESULTS.exists():
        head, _, rest = page.partition(begin)
        table = benchmark_table(RESULTS.read_text(encoding="utf-8"))
        page = f"{head}{begin}\n{table}\n{end}{rest.partition(end)[2]}"
    return page


def main() -> int:
    (HERE / "pictures").mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        (HERE / "pictures" / name).write_text(draw(), encoding="utf-8")
        print(f"docs/pictures/{name}")
    GROWTH.write_text(growth.plot(RESULTS.read_text(encoding="utf-8")), encoding="utf-8")
    print("docs/pictures/growth.svg")
    from tests.rows_table import page  # which imports the tests

    (HERE / "rows.md").write_text(page(), encoding="utf-8")
    print("docs/rows.md")
    for path in PAGES:
        path.write_text(current(path.read_text(encoding="utf-8")), encoding="utf-8")
        print(path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
