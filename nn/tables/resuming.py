"""A training that was interrupted, in a file beside those that it will write."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from autograd.calculus import path_text
from autograd.typing import State
from nn.checkpoints import load_checkpoint, save_checkpoint
from nn.columns import Prepared
from nn.layers import Module
from nn.training import Callback, History, Run

#: Seconds between two savings, which take some milliseconds.
_BETWEEN = 2.0


def fingerprint(found: Prepared, options: Mapping[str, object]) -> str:
    """A text that is the same for the same data, columns and options alone."""
    whole = [found.target, found.classes, found.sheet.names, found.encoder.state(), dict(options)]
    digest = hashlib.sha256(json.dumps(whole, default=str).encode())
    for column in found.sheet.columns:
        digest.update("\0".join(column).encode())
    return digest.hexdigest()


class Unfinished:
    """The stages of a command that are finished, and the state of the one that is not.

    ``path`` is the checkpoint; a training of another ``command`` is refused by a ValueError.
    """

    def __init__(self, path: Path, command: str, resume: bool) -> None:
        self.path, self.command = path, command
        self.stages: dict[str, State] = {}
        self.current: tuple[str, State] | None = None
        self.found = resume and path.exists()
        if self.found:
            self._load()

    def _load(self) -> None:
        state = load_checkpoint(self.path)
        if state.get("command") != self.command:
            raise ValueError(
                f"{path_text(self.path)} is of other data or other options; give those again, or "
                f"start anew with --overwrite instead of --resume"
            )
        self.stages = state["finished"]
        if state["stage"]:
            self.current = (state["stage"], state["run"])

    def finished(self, stage: str) -> State | None:
        """What a stage left that is finished, or None."""
        return self.stages.get(stage)

    def finish(self, stage: str, model: Module, history: History) -> None:
        self.stages[stage] = {
            "model": model.state_dict(), "history": history.rows, "stopped": history.stopped,
        }  # fmt: skip
        self.save("", {})

    def save(self, stage: str, run: State) -> None:
        save_checkpoint(
            self.path,
            {"command": self.command, "finished": self.stages, "stage": stage, "run": run},
        )

    def watching(self, stage: str) -> Callback:
        """The callback that goes on where the stage was interrupted, and saves it on the way."""
        state = self.current[1] if self.current and self.current[0] == stage else None
        return _Saving(self, stage, state)

    def remove(self) -> None:
        with suppress(FileNotFoundError):
            self.path.unlink()


class _Saving(Callback):
    last = True
    saved = False

    def __init__(self, unfinished: Unfinished, stage: str, state: State | None) -> None:
        self.unfinished, self.stage, self.state = unfinished, stage, state
        self.when = time.monotonic()

    def on_start(self, run: Run) -> None:
        if self.state is not None:
            run.load_state_dict(self.state)

    def on_epoch(self, run: Run, row: dict[str, float]) -> None:
        # Between two savings nothing is kept: what is lost is trained again, to the same bits.
        if time.monotonic() - self.when >= _BETWEEN:
            self.unfinished.save(self.stage, run.state_dict())
            self.when = time.monotonic()
