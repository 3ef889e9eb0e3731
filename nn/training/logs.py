"""Callbacks that write what a training does: files of CSV and of JSON lines, TensorBoard's."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

from autograd.calculus import path_text, short
from nn.training.history import json_row
from nn.training.run import Callback, Run

if TYPE_CHECKING:
    from tensorboardX import SummaryWriter


class CSVLog(Callback):
    """Append the row of every epoch to a CSV file; a resumed training continues the file.

    ``path`` is that of the file. Pass it in ``nn.fit(..., callbacks=[...])``; it returns nothing.

    >>> import nn
    >>> nn.CSVLog("run.csv").path.name
    'run.csv'
    """

    path: Path

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._header: list[str] = []

    def on_start(self, run: Run) -> None:
        run.history.save(self.path)
        self._header = run.history.names

    def on_epoch(self, run: Run, row: dict[str, float]) -> None:
        if list(row) != self._header:  # the first epoch, or a resume with another metric
            self.on_start(run)
            return
        with self.path.open("a", newline="", encoding="utf-8") as file:
            csv.DictWriter(file, self._header, lineterminator="\n").writerow(row)


class JSONLog(Callback):
    """Append the row of every epoch to a file, a line of JSON each; a resumed one continues it.

    ``path`` is that of the file; nan and infinity are null. Pass it in ``nn.fit(...,
    callbacks=[...])``; it returns nothing. ``pandas.read_json(path, lines=True)`` reads it, as does
    ``polars.read_ndjson(path)``.

    >>> import nn
    >>> nn.JSONLog("run.jsonl").path.name
    'run.jsonl'
    """

    path: Path

    saved = False

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def on_start(self, run: Run) -> None:
        from autograd.writing import write_file

        write_file(self.path, "".join(map(_line, run.history.rows)))

    def on_epoch(self, run: Run, row: dict[str, float]) -> None:
        with self.path.open("a", newline="", encoding="utf-8") as file:
            file.write(_line(row))


def _line(row: dict[str, float]) -> str:
    values = {name: v if math.isfinite(v) else None for name, v in json_row(row).items()}
    return json.dumps(values, ensure_ascii=False, allow_nan=False) + "\n"


class TensorBoard(Callback):
    """Write the row of every epoch for TensorBoard, and the weights as histograms (extra
    ``tensorboard``).

    ``folder`` is that of one training, which replaces what is shown of an earlier one there; a
    resumed training continues it. The curves of training and validation are beside one another:
    ``loss/training``, ``loss/validation``. With ``histograms=10`` every tenth epoch has the weights
    of each parameter. Pass it in ``nn.fit(..., callbacks=[...])``; it returns nothing.
    ``tensorboard --logdir FOLDER`` shows them.

    >>> import nn
    >>> nn.TensorBoard("runs/first").folder.name
    'first'
    """

    folder: Path
    histograms: int

    saved = False

    def __init__(self, folder: str | Path, histograms: int = 0) -> None:
        if isinstance(histograms, bool) or not isinstance(histograms, int) or histograms < 0:
            raise ValueError(
                f"TensorBoard: histograms is a number of epochs, or 0, not {short(histograms)}"
            )
        self.folder, self.histograms = Path(folder), histograms
        self._writer: SummaryWriter | None = None

    def on_start(self, run: Run) -> None:
        try:
            from tensorboardX import SummaryWriter
        except ImportError:
            raise ImportError(
                "nn.TensorBoard needs tensorboardX: `pip install tracegrad[tensorboard]`",
                name="tensorboardX",
            ) from None
        if self.folder.exists() and not self.folder.is_dir():
            raise NotADirectoryError(f"TensorBoard: {path_text(self.folder)} is not a folder")
        files = list(self.folder.glob("*tfevents*"))
        # What an earlier training, or this one before it was ended, wrote from here on is not
        # shown; a number keeps apart the files of one second.
        first = run.epoch + 1 if files and run.epoch else 0
        self._writer = SummaryWriter(
            str(self.folder), purge_step=first, filename_suffix=f".{len(files)}"
        )
        for row in [] if files else run.history.rows:
            self._write(row)

    def _write(self, row: dict[str, float]) -> None:
        assert self._writer is not None
        step = int(row["epoch"])
        scores = {name.removeprefix("val_") for name in row} - {"epoch", "lr", "seconds"}
        for name, value in row.items():
            if name != "epoch":
                part = "validation" if name.startswith("val_") else "training"
                score = name.removeprefix("val_")
                self._writer.add_scalar(f"{score}/{part}" if score in scores else name, value, step)

    def on_epoch(self, run: Run, row: dict[str, float]) -> None:
        assert self._writer is not None
        self._write(row)
        if self.histograms and run.epoch % self.histograms == 0:
            for name, parameter in run.model.named_parameters():
                self._writer.add_histogram(name.replace(".", "/"), parameter.data, run.epoch)
        self._writer.flush()

    def on_end(self, run: Run) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
