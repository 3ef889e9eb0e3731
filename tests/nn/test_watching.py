"""What watches a training: its files, of one that was broken off too, lines of a log, a chart."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import nn
import optim
from nn.training import progress
from nn.training.charts import chart
from tests import peers
from tests.house import ROOT
from tests.nn.objectives import bowl, halved, trained

X, Y = nn.data.moons(60, rng=0)


class Broken(Exception):
    """What ends a training before its time."""


class BreakOff(nn.Callback):
    """Raises after an epoch, when the logs have its row and a checkpoint has it not."""

    saved = False

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch

    def on_epoch(self, run: nn.Run, row: dict[str, float]) -> None:
        if run.epoch == self.epoch:
            raise Broken


def train(epochs: int, callbacks: list[nn.Callback], **options: Any) -> nn.History:
    net = nn.MLP(2, [4, 2], rng=0)
    return nn.fit(
        net, (X, Y), nn.CrossEntropyLoss(), optim.Adam(net.parameters(), lr=0.05), epochs,
        validation=(X, Y), metrics=["accuracy"], seed=0, callbacks=callbacks, **options,
    )  # fmt: skip


def broken_and_resumed(folder: Path, make: Any) -> nn.History:
    """Eight epochs, of which the fifth was broken off and done again from a checkpoint."""
    kept = nn.Checkpoint(folder / "kept.npz", epochs=2)
    with pytest.raises(Broken):
        train(8, [make(), kept, BreakOff(5)])
    return train(8, [make(), kept], resume=folder / "kept.npz")


def test_json_lines_are_the_history(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    history = train(3, [nn.JSONLog(path)])
    assert [json.loads(line) for line in path.read_text().splitlines()] == history.rows
    train(2, [nn.JSONLog(path)])
    assert len(path.read_text().splitlines()) == 2


def test_json_has_no_nan(tmp_path: Path) -> None:
    class Worse(nn.Callback):
        def on_epoch(self, run: nn.Run, row: dict[str, float]) -> None:
            row["ratio"], row["bound"] = math.nan, math.inf

    train(1, [Worse(), nn.JSONLog(tmp_path / "log.jsonl")])
    text = (tmp_path / "log.jsonl").read_text()
    row = json.loads(text, parse_constant=pytest.fail)
    assert row["ratio"] is None and row["bound"] is None and row["epoch"] == 1


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_resumed_training_continues_its_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"log.{kind}"
    make = nn.CSVLog if kind == "csv" else nn.JSONLog
    history = broken_and_resumed(tmp_path, lambda: make(path))
    assert [row["epoch"] for row in history.rows] == list(range(1, 9))
    if kind == "csv":
        assert path.read_text() == history.csv()
    else:
        assert [json.loads(line) for line in path.read_text().splitlines()] == history.rows


def test_another_metric_after_a_resume_gets_its_column(tmp_path: Path) -> None:
    kept, path = tmp_path / "kept.npz", tmp_path / "log.csv"
    train(2, [nn.CSVLog(path), nn.Checkpoint(kept)])
    net = nn.MLP(2, [4, 2], rng=0)
    history = nn.fit(
        net, (X, Y), nn.CrossEntropyLoss(), optim.Adam(net.parameters(), lr=0.05), 4,
        metrics=["f1"], validation=(X, Y), seed=0, resume=kept,
        callbacks=[nn.CSVLog(path), nn.Checkpoint(kept)],
    )  # fmt: skip
    assert path.read_text() == history.csv()
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["val_f1"] for row in rows[:2]] == ["", ""]
    assert [float(row["val_f1"]) for row in rows[2:]] == history["val_f1"][2:]


def events(folder: Path) -> Any:
    """What TensorBoard's own reader finds."""
    reading = peers.require("tensorboard.backend.event_processing.event_accumulator")
    found = reading.EventAccumulator(str(folder), size_guidance={"scalars": 0, "histograms": 0})
    return found.Reload()


def scalars(folder: Path, tag: str) -> list[tuple[int, float]]:
    return [(event.step, event.value) for event in events(folder).Scalars(tag)]


@pytest.fixture(scope="module")
def _tensorboard() -> None:
    peers.require("tensorboardX")


@pytest.mark.usefixtures("_tensorboard")
def test_tensorboard_reads_the_history(tmp_path: Path) -> None:
    history = train(3, [nn.TensorBoard(tmp_path, histograms=2)])
    found = events(tmp_path)
    assert set(found.Tags()["scalars"]) == {
        "loss/training", "loss/validation", "accuracy/training", "accuracy/validation", "lr",
        "seconds",
    }  # fmt: skip
    for tag, name in {"loss/training": "loss", "accuracy/validation": "val_accuracy"}.items():
        pairs = scalars(tmp_path, tag)
        assert [step for step, _ in pairs] == [1, 2, 3]
        assert [value for _, value in pairs] == pytest.approx(history[name], rel=1e-6)
    net = nn.MLP(2, [4, 2], rng=0)
    names = {name.replace(".", "/"): p.size for name, p in net.named_parameters()}
    assert set(found.Tags()["histograms"]) == set(names)
    for name, size in names.items():
        (event,) = found.Histograms(name)
        assert event.step == 2 and event.histogram_value.num == size


@pytest.mark.usefixtures("_tensorboard")
def test_tensorboard_shows_each_epoch_once(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    history = broken_and_resumed(tmp_path, lambda: nn.TensorBoard(folder))
    steps, values = zip(*scalars(folder, "loss/training"))
    assert steps == (1, 2, 3, 4, 5, 6, 7, 8)
    assert values == pytest.approx(history["loss"], rel=1e-6)
    # In another folder the rows before the checkpoint are written too.
    other = tmp_path / "other"
    kept = nn.Checkpoint(tmp_path / "kept2.npz")
    train(8, [nn.TensorBoard(other), kept], resume=tmp_path / "kept.npz")
    assert [step for step, _ in scalars(other, "loss/validation")] == list(range(1, 9))
    # A new training replaces what is shown.
    train(2, [nn.TensorBoard(folder)])
    assert [step for step, _ in scalars(folder, "loss/training")] == [1, 2]


@pytest.mark.parametrize("histograms", [-1, True, "all"])
def test_tensorboard_refuses(histograms: Any) -> None:
    with pytest.raises(ValueError, match="histograms is a number of epochs"):
        nn.TensorBoard("runs", histograms)


@pytest.mark.usefixtures("_tensorboard")
def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine")
    with pytest.raises(NotADirectoryError, match="run is not a folder"):
        train(1, [nn.TensorBoard(tmp_path / "run")])
    assert (tmp_path / "run").read_text() == "mine"


def test_without_the_writer_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(ImportError, match=r"^nn.TensorBoard needs tensorboardX: `pip install tr"):
        train(1, [nn.TensorBoard("runs")])


# -- lines ----------------------------------------------------------------------------------------


def lines_of(capsys: pytest.CaptureFixture[str], *arguments: Any, **options: Any) -> list[str]:
    train(*arguments, progress="log", **options)
    out, err = capsys.readouterr()
    assert err == "" and all(line.isprintable() for line in out.splitlines())
    return out.splitlines()


def test_a_log_has_the_first_and_the_last_of_fast_epochs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, last = lines_of(capsys, 5, [])
    form = r"epoch {}/5  loss [\d.]+  accuracy [\d.]+  val_loss [\d.]+  val_accuracy [\d.]+  "
    assert re.match(form.format(1), first) and re.match(form.format(5), last)
    assert re.search(r"  \d+\.\d s$", last)


def test_a_log_has_every_slow_epoch_and_parts_of_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "WRITE", -1.0)
    lines = lines_of(capsys, 3, [], batch_size=20)
    assert [re.match(r"epoch (\S+)( +\d+%)?", line)[0] for line in lines] == [  # type: ignore[index]
        f"epoch {i}/3{part}" for i in (1, 2, 3) for part in ("  33%", "  67%", "")
    ]


def test_a_log_says_why_a_training_ended(capsys: pytest.CaptureFixture[str]) -> None:
    stop = nn.EarlyStopping("loss", patience=1, min_delta=10.0)
    assert lines_of(capsys, 9, [stop])[-1].startswith("stopped: loss has not improved since epoch")
    with pytest.raises(Broken):
        train(9, [BreakOff(3)], progress="log")
    assert capsys.readouterr().out.splitlines()[-1] == "ended after 3 of 9 epochs"


def test_a_pipe_gets_lines_on_request_alone() -> None:
    program = (
        "import nn, optim, sys\n"
        "X, y = nn.data.moons(40, rng=0)\n"
        "net = nn.MLP(2, [4, 2], rng=0)\n"
        "sgd = optim.SGD(net.parameters())\n"
        "said = {'log': 'log', 'True': True, 'None': None}[sys.argv[1]]\n"
        "nn.fit(net, (X, y), nn.CrossEntropyLoss(), sgd, 2, progress=said, seed=0)\n"
        "import os; os._exit(0)  # as if it were killed: what waits in a buffer is lost\n"
    )
    for said, count in (("log", 2), ("True", 0), ("None", 0)):
        done = subprocess.run(
            [sys.executable, "-c", program, said], capture_output=True, cwd=ROOT, check=True,
            env={**os.environ, "PYTHONUNBUFFERED": ""},
        )  # fmt: skip
        assert done.stdout.count(b"\n") == count and done.stderr == b""
        assert b"\x1b" not in done.stdout and b"\r" not in done.stdout.replace(b"\r\n", b"")


def test_a_terminal_that_cannot_redraw_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    for term, shown in (("dumb", "epoch 1/3  loss"), ("xterm", "━━━")):
        monkeypatch.setenv("TERM", term)
        screen = Screen()
        monkeypatch.setattr("sys.stdout", screen)
        train(3, [])
        text = screen.getvalue()
        assert shown in text and "epoch 0/0" not in text
        assert ("\x1b" in text) == (term == "xterm")


@pytest.mark.parametrize("said", ["bar", "", "\x1b"])
def test_another_word_for_progress_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="progress is True, False, None or 'log', not") as caught:
        train(1, [], progress=said)
    assert str(caught.value).isprintable()


# -- the history shows itself ---------------------------------------------------------------------


def history() -> nn.History:
    rows = [
        {"epoch": i, "loss": 1 / i, "val_loss": 1 + abs(i - 7) / 10, "lr": 0.1}
        for i in range(1, 101)
    ]
    return nn.History(rows)


def test_a_history_prints_a_table_with_the_best_marked() -> None:
    text = str(history())
    header, *rows, last = text.splitlines()
    assert header.split() == ["epoch", "loss", "val_loss", "lr"]
    assert 8 <= len(rows) <= 11 and text.isascii()
    assert [row.split()[0] for row in rows if "*" in row] == ["7", "100"]
    assert last == "* best: val_loss 1, epoch 7 of 100"
    ends = {row.rstrip("*").index(row.split()[0]) + len(row.split()[0]) for row in rows}
    assert ends == {len("epoch")}  # on the right
    assert repr(history()) == "History of 100 epochs, the last: loss 0.01  val_loss 10.3"
    assert str(nn.History()) == "History of 0 epochs"
    assert "nan" in str(nn.History([{"epoch": 1, "loss": math.nan}]))
    stopped = history()
    stopped.stopped = "enough"
    assert str(stopped).endswith("\nstopped: enough")


def test_a_history_draws_a_chart(capsys: pytest.CaptureFixture[str]) -> None:
    history().show(width=60)
    text = capsys.readouterr().out
    assert text.isascii() and max(map(len, text.splitlines())) <= 60
    assert "* training  o validation" in text and "* best: val_loss" in text
    nn.History().show()
    assert capsys.readouterr().out == "History of 0 epochs\n"


def test_a_chart_has_its_points_where_they_belong() -> None:
    lines = chart([1, 2, 3], {"loss": {"training": [3.0, 2.0, 1.0]}}, 31).splitlines()
    field = [line[11:] for line in lines[1:10]]
    marks = [(i, j) for i, line in enumerate(field) for j, mark in enumerate(line) if mark == "*"]
    assert len(marks) == 3 and marks[0] == (0, 0) and marks[2] == (8, 19)
    assert marks[1][0] == 4
    for curve in ([1.0], [math.nan], [2.0, 2.0], [1e-9, 1.0], [math.inf, 1.0]):
        assert chart(list(range(len(curve))), {"loss": {"training": curve}}, 40)


# -- searches --------------------------------------------------------------------------------------

SPACE: dict[str, Any] = {"x": (0.0, 2.0), "k": [0, 1, 2]}


def test_the_course_of_a_search_in_lines(capsys: pytest.CaptureFixture[str]) -> None:
    found = nn.search(SPACE, bowl, 20, jobs=1, progress="log")
    *_, last = capsys.readouterr().out.splitlines()
    best = f"best loss {found.best.scores['loss']:.4g}"
    assert re.fullmatch(rf"trial 20/20  {best}  \d+\.\d s", last)
    nn.search(SPACE, halved, 9, method="halving", budgets=(1, 9), jobs=1, progress="log")
    assert "trial 13/13  best value " in capsys.readouterr().out  # 9 + 3 + 1
    nn.search(SPACE, bowl, 20, jobs=1)
    assert capsys.readouterr().out == ""
    with pytest.raises(ValueError, match="search: progress is True, False, None or 'log', not"):
        nn.search(SPACE, bowl, 20, jobs=1, progress="bar")


def test_the_trainings_of_a_search_draw_no_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.console import Console

    screens = []

    def console() -> Any:
        screens.append(io.StringIO())
        return Console(file=screens[-1], force_terminal=True, width=100)

    monkeypatch.setattr("rich.console.Console", console)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    nn.search({"seed_of": [0, 1, 2]}, trained, jobs=1, method="grid")
    (drawn,) = (screen.getvalue() for screen in screens)
    assert "trial 3/3" in drawn and "best loss" in drawn and "epoch" not in drawn
