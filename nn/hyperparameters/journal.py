"""The file of a search: a line of JSON for each trial that is done, from which it goes on."""

from __future__ import annotations

import json
import math
from pathlib import Path

from autograd.calculus import path_text
from autograd.typing import State
from nn.hyperparameters.table import Trial
from nn.paths import existing_file

_KIND = "tracegrad search"


class Journal:
    """The trials that a file holds, and the file to which more are appended, each as one line.

    Raises ValueError, naming what differs, for the file of another search.
    """

    def __init__(self, path: str | Path, header: State) -> None:
        self.path = Path(path)
        self.done: dict[tuple[int, int | None], State] = {}
        header = {"kind": _KIND, **header}
        if self.path.exists():
            self._read(header)
        else:
            self._write([json.dumps(header)])

    def _read(self, header: State) -> None:
        text = existing_file(self.path).read_bytes()
        whole, _, torn = text.rpartition(b"\n")
        lines = whole.split(b"\n")
        rows = [self._row(number, line) for number, line in enumerate(lines, 1)]
        if rows[0].get("kind") != _KIND:
            raise ValueError(
                f"{path_text(self.path)}: this is no file of a search; give another name"
            )
        for name in sorted({*rows[0], *header}):
            there, here = rows[0].get(name), header.get(name)
            if there != here:
                raise ValueError(
                    f"{path_text(self.path)}: it holds a search with another {name}, "
                    f"{_different(there, here)}; give another file, or the same {name}"
                )
        for number, row in enumerate(rows[1:], 2):
            try:
                key = int(row["trial"]), row["budget"]
                scores = {
                    name: float(v) if isinstance(v, str) else v for name, v in row["scores"].items()
                }
                self.done.setdefault(key, {"scores": scores, "error": row["error"]})
            except (AttributeError, KeyError, TypeError, ValueError):
                raise self._damaged(number) from None
        if torn:  # the program ended while it wrote this line
            self._write([line.decode() for line in lines])

    def _row(self, number: int, line: bytes) -> State:
        try:
            row = json.loads(line)
        except ValueError:
            raise self._damaged(number) from None
        if not isinstance(row, dict):
            raise self._damaged(number)
        return row

    def _damaged(self, number: int) -> ValueError:
        return ValueError(
            f"{path_text(self.path)}: line {number} is no trial; delete the line, or the file"
        )

    def _write(self, lines: list[str]) -> None:
        from autograd.writing import write_file

        write_file(self.path, "".join(f"{line}\n" for line in lines))

    def append(self, trial: Trial) -> None:
        """Add a trial that is done."""
        scores = {
            name: value if math.isfinite(value) else str(value)  # JSON has no nan
            for name, value in trial.scores.items()
        }
        row = {
            "trial": trial.index, "budget": trial.budget, "scores": scores, "error": trial.error,
            "seed": trial.seed, "config": {name: _plain(v) for name, v in trial.config.items()},
        }  # fmt: skip
        with self.path.open("ab") as file:
            file.write(f"{json.dumps(row)}\n".encode())


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _different(there: object, here: object) -> str:
    """What differs, of two dicts the first name alone."""
    if isinstance(there, dict) and isinstance(here, dict):
        names = [name for name in {**there, **here} if there.get(name) != here.get(name)]
        if names:
            name = names[0]
            return (
                f"in which {name} is {there.get(name, 'absent')}, here {here.get(name, 'absent')}"
            )
        return "in another order of its names"
    return f"{there} there, {here} here"
