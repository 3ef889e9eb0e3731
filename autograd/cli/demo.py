"""``tracegrad demo``: a worked example stepped, a graph drawn, a small network trained."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np

import nn
import optim
from autograd.calculus import Array
from autograd.cli.console import Console
from autograd.cli.step import show
from autograd.engine import Tensor
from autograd.lessons.worked_examples import Example, find
from autograd.render import LayoutError, to_svg
from autograd.stage import html
from autograd.writing import column, say, summary, write_file
from nn.data import DataLoader, load_iris, standardize, train_test_split

EPOCHS = 60
SEED = 0


def run(arguments: argparse.Namespace) -> int:
    lang = arguments.lang
    console = Console(lang=lang)
    folder = Path(arguments.output)
    folder.mkdir(parents=True, exist_ok=True)

    stepped, drawn = find("sum-times"), find("sigmoid-neuron")
    console.print(say(lang, "demo step", title=_title(stepped, lang)), "heading")
    show(stepped.lesson().scenes[0].steps, console, lang)

    console.print("\n" + say(lang, "demo draw", title=_title(drawn, lang)), "heading")
    lesson = drawn.lesson().scenes[0].steps
    graph = lesson.graph.backward()
    picture, page = folder / "sigmoid-neuron.svg", folder / "sigmoid-neuron.html"
    files = {picture: "demo picture", page: "demo page"}
    try:
        write_file(picture, to_svg(graph, lang=lang))
        write_file(page, html(drawn, lang))
    except LayoutError as error:
        picture = graph.save(picture.with_suffix(".dot"))
        files = {picture: "demo dot"}
        console.print(f"  {error}", "muted")
    console.print(f"  f = {summary(graph.output.value)}; {picture}")

    console.print("\n" + say(lang, "demo train"), "heading")
    for line in train(console, lang):
        console.print(f"  {line}", "good")

    console.print("\n" + say(lang, "demo files"), "heading")
    for path, sentence in files.items():
        console.print(f"  {path.resolve()}  {say(lang, sentence)}")
    return 0


def _title(example: Example, lang: str) -> str:
    return str(example.title[column(lang)])


def train(console: Console, lang: str = "en") -> Iterator[str]:
    """Train 4-16-16-3 on Fisher's irises; the loss and the accuracies, as lines to print."""
    table = load_iris()
    X, X_test, y, y_test = train_test_split(
        table.X, table.y, test_size=0.2, rng=SEED, stratify=table.y
    )
    X, X_test = standardize(X, X_test)
    nn.manual_seed(SEED)
    model = nn.Sequential(
        nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 3)
    )
    loss_of, optimizer = nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=0.01)
    batches = DataLoader(X, y, batch_size=16, shuffle=True, seed=SEED)
    mean_loss = 0.0
    with progress(console, say(lang, "training"), EPOCHS) as epochs:
        for _ in epochs:
            losses = []
            for rows, targets in batches:
                optimizer.zero_grad()
                loss = loss_of(model(rows), targets)
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
            mean_loss = float(np.mean(losses))
    yield say(lang, "epochs", epochs=EPOCHS, loss=summary(mean_loss))
    yield f"{say(lang, 'train accuracy', rows=len(X))}: {_accuracy(model, X, y):.1%}"
    yield f"{say(lang, 'test accuracy', rows=len(X_test))}: {_accuracy(model, X_test, y_test):.1%}"


def _accuracy(model: nn.Module, X: Array, y: Array) -> float:
    logits = model(Tensor(X, requires_grad=False)).data
    return float(np.mean(np.argmax(logits, axis=1) == y))


@contextmanager
def progress(console: Console, words: str, total: int) -> Iterator[Iterable[int]]:
    """A bar beside an iteration over ``range(total)``; silent without a terminal or rich."""
    if not console.terminal or find_spec("rich") is None:
        yield range(total)
        return
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=RichConsole(file=sys.stdout)) as bar:
        yield bar.track(range(total), description=words)
