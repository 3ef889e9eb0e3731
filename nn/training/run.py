"""A training and what watches it: the contract between ``fit`` and its callbacks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import NoneType
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np

from autograd import Tensor
from autograd.calculus import short
from autograd.typing import State
from nn import rng as _rng
from nn.data import DataLoader
from nn.layers import Module, Parameter
from nn.training.history import History, json_row
from optim import Optimizer
from optim.base import answer_keywords

P = ParamSpec("P")
R = TypeVar("R")


class Callback:
    """Override what you need; ``fit`` calls nothing else. ``run`` is the training: see ``Run``.

    ``last`` callbacks come after the others, so that what they save includes what those did.
    """

    last = False
    #: Whether a checkpoint holds its state; what only shows something has none.
    saved = True
    #: The attributes that are its state: numbers, or the weights of the model.
    state_names: tuple[str, ...] = ()

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if "__init__" in vars(cls):
            answer_keywords(cls, {})

    def on_start(self, run: Run) -> None:
        """Before the first batch, after a resume."""

    def on_inputs(self, run: Run, X: Tensor) -> Tensor:
        """With the inputs of every batch; returns what the model is given in their place."""
        return X

    def on_gradients(self, run: Run) -> None:
        """Between ``backward()`` and ``step()``."""

    def on_batch(self, run: Run) -> None:
        """After every update."""

    def on_epoch(self, run: Run, row: dict[str, float]) -> None:
        """After every epoch and its validation; ``row`` is its row of the history."""

    def on_end(self, run: Run) -> None:
        """When the training has ended, also by an error."""

    def state_dict(self) -> State:
        """What an exact resume needs."""
        return {name: getattr(self, name) for name in self.state_names}

    def load_state_dict(self, state: State) -> None:
        """Restore it; ValueError for other names, or for values of another kind."""
        called = type(self).__name__
        if set(state) != set(self.state_names):
            raise ValueError(f"this is no state of {called}: {sorted(state)!s:.60}")
        for name, value in state.items():
            kinds = (dict, NoneType) if name == "weights" else (int, float)
            if isinstance(value, bool) or not isinstance(value, kinds):
                raise ValueError(f"the saved {name} of {called} is {short(value)}")
        vars(self).update(state)


class Run:
    """One training, as its callbacks see it.

    ``epoch`` epochs are complete, ``batch`` batches of the current one, ``updates`` in all;
    ``loss`` is that of the last batch, ``start`` that of the first. ``stop(reason)`` ends the
    training after this batch.

    ``model``, ``optimizer``, ``loader`` and ``callbacks`` are those of the training, which is to
    take ``epochs`` epochs. ``fit`` makes it; a callback gets it, and returns nothing.
    """

    model: Module
    optimizer: Optimizer
    loader: DataLoader
    epochs: int
    callbacks: list[Callback]
    parameters: list[Parameter]
    history: History
    epoch: int
    batch: int
    updates: int
    loss: float
    start: float
    rows: int

    def __init__(
        self,
        model: Module,
        optimizer: Optimizer,
        loader: DataLoader,
        epochs: int,
        callbacks: Iterable[Callback],
    ) -> None:
        self.model, self.optimizer, self.loader, self.epochs = model, optimizer, loader, epochs
        self.callbacks = sorted(callbacks, key=lambda callback: callback.last)
        self.parameters = list(model.parameters())
        self.history = History()
        self.epoch = self.batch = self.updates = 0
        self.loss = self.start = math.nan
        self.stopped: str | None = None
        self.rows = 0
        self.sums: dict[str, float] = {}

    def stop(self, reason: str) -> None:
        """End the training after this batch; the history says why."""
        self.stopped = reason

    def overriding(self, base: Callable[Concatenate[Callback, P], R]) -> list[Callable[P, R]]:
        """The methods of the callbacks that override ``base``, a method of ``Callback``."""
        name = base.__name__
        return [getattr(c, name) for c in self.callbacks if getattr(type(c), name) is not base]

    def _generators(self) -> list[np.random.Generator]:
        """The modules' own sources of randomness, such as a dropout's."""
        sources = [module.__dict__.get("rng") for module in self.model.modules()]
        return [rng for rng in sources if isinstance(rng, np.random.Generator)]

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """A block without updates after which the model and the random numbers are as before."""
        buffers = {path: array.copy() for path, array in self.model.named_buffers()}
        rng = _rng.get_state()
        states = [rng.bit_generator.state for rng in self._generators()]
        try:
            yield
        finally:
            self.model.load_state_dict(buffers, strict=False)
            _rng.set_state(rng)
            for generator, state in zip(self._generators(), states, strict=True):
                generator.bit_generator.state = state

    def state_dict(self) -> State:
        """Everything that the rest of the training depends on."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "loader": self.loader.state_dict(),
            "rng": _rng.get_state(),
            "generators": [rng.bit_generator.state for rng in self._generators()],
            "callbacks": [callback.state_dict() for callback in self.callbacks if callback.saved],
            "history": [json_row(row) for row in self.history.rows],
            "counts": [self.epoch, self.batch, self.updates, self.rows],
            "sums": self.sums,
            "stopped": self.stopped,
            "start": self.start,
        }

    def load_state_dict(self, state: State) -> None:
        """Restore it; on an error, a ValueError, everything is as it was before."""
        before = self.state_dict()
        try:
            self._restore(state)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            self._restore(before)
            what = f"no {error}" if isinstance(error, LookupError) else str(error)
            if isinstance(error, ValueError) and what.startswith("fit:"):
                raise
            raise ValueError(
                f"fit: the checkpoint is damaged or of another training: {what}"
            ) from None
        except BaseException:
            self._restore(before)
            raise

    def _restore(self, state: State) -> None:
        callbacks = [callback for callback in self.callbacks if callback.saved]
        if len(state["callbacks"]) != len(callbacks):
            raise ValueError(
                f"fit: the training to resume had {len(state['callbacks'])} callbacks, now there "
                f"are {len(callbacks)}; pass the same ones in the same order"
            )
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.loader.load_state_dict(state["loader"])
        _rng.set_state(state["rng"])
        for rng, saved in zip(self._generators(), state["generators"], strict=True):
            rng.bit_generator.state = saved
        for callback, saved in zip(callbacks, state["callbacks"], strict=True):
            callback.load_state_dict(saved)
        self.history.rows = [dict(row) for row in state["history"]]
        self.epoch, self.batch, self.updates, self.rows = map(_count, state["counts"])
        self.sums = {name: float(total) for name, total in state["sums"].items()}
        self.stopped = state["stopped"]
        # Checkpoints of earlier versions have none: the first loss after them takes its place.
        self.start = float(state.get("start", math.nan))


def _count(saved: object) -> int:
    """A saved count; ValueError for anything else."""
    if isinstance(saved, bool) or not isinstance(saved, int) or saved < 0:
        raise ValueError(f"a count is {short(saved)}")
    return saved
