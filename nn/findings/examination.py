"""What the rules look at: everything is computed once, when a rule first asks for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property

import numpy as np

import autograd
from autograd import Tensor, no_grad
from autograd.typing import Array
from nn.findings.constants import constant_loss
from nn.findings.data import Rows, constant, evenly
from nn.findings.passes import Passes
from nn.kinds import LossFunction
from nn.layers import Dropout, Module, Parameter
from nn.losses import numbers
from nn.predicting import evaluation, same_modes
from optim import Optimizer

#: A loss below this part of a constant's says that the training went well.
LEARNED = 0.1
#: A loss above this part of a constant's says that little was learnt.
HARDLY = 0.5


class Examination:
    """A training as the rules see it: data, network, loss, optimizer, and the rows of its history.

    ``grads`` are the gradients that the parameters had before the examination, by name.
    """

    def __init__(
        self,
        model: Module,
        rows: Rows,
        loss_fn: LossFunction,
        optimizer: Optimizer | None,
        history: Iterable[Mapping[str, float]],
        stopped: str | None,
        validation: Rows | None,
        restore: Callable[[], None],
    ) -> None:
        self.model, self.rows, self.loss_fn, self.optimizer = model, rows, loss_fn, optimizer
        self.history, self.stopped, self.validation = list(history), stopped, validation
        self.restore = restore
        self.parameters: dict[str, Parameter] = dict(model.named_parameters())
        self.grads = {n: numbers(p.grad) for n, p in self.parameters.items() if p.grad is not None}
        self.X, self.y = rows.probe()
        self.error: Exception | None = None

    # -- the training so far ----------------------------------------------------------------------

    @property
    def updates(self) -> int:
        """How many updates there were, as far as optimizer and history know."""
        return max(int(getattr(self.optimizer, "updates", 0) or 0), len(self.history))

    @property
    def diverged(self) -> bool:
        """Whether ``fit`` ended the training because its loss grew."""
        return self.stopped is not None and self.stopped.startswith("the loss grew")

    def column(self, name: str) -> list[float]:
        """The numbers of that name in the history, without those that are not finite."""
        found = [float(row[name]) for row in self.history if name in row]
        return [value for value in found if math.isfinite(value)]

    @cached_property
    def batch_size(self) -> int | None:
        """The rows of a batch: the loader's, or what the number of updates says."""
        if self.rows.batch_size is not None:
            return min(self.rows.batch_size, self.rows.count)
        updates = int(getattr(self.optimizer, "updates", 0) or 0)
        epochs = len(self.history)
        return math.ceil(self.rows.count * epochs / updates) if updates and epochs else None

    # -- passes through the network ---------------------------------------------------------------

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """The model in training mode, but for dropout, which would hide what a unit does."""
        with same_modes(self.model), np.errstate(all="ignore"):
            for module in self.model.modules():
                module.__dict__["training"] = not isinstance(module, Dropout)
            yield

    @cached_property
    def passes(self) -> Passes | None:
        """Forward and backward pass over the probed rows; None if they end in an error."""
        try:
            with self.quiet():
                output = self.model(self.X)
                return Passes(self.model, self.X, output, self.loss_fn(output, self.y))
        except Exception as error:  # of a model or a loss that anyone wrote: it is what is reported
            self.error = error
            return None
        finally:
            self.restore()

    def output(self, X: Array) -> Array | None:
        """What the network answers in ``eval()`` mode."""
        try:
            with evaluation(self.model), np.errstate(all="ignore"):
                return numbers(self.model(constant(X)))
        except Exception:  # reported by the rule of passes that fail
            return None

    def loss_of(self, X: Tensor, y: Tensor) -> float:
        """The mean loss without recording; nan where there is none."""
        try:
            with no_grad(), self.quiet():
                return float(numbers(self.loss_fn(self.model(X), y)).mean())
        except Exception:
            return math.nan

    # -- how good it is ---------------------------------------------------------------------------

    @cached_property
    def loss(self) -> float:
        """The loss of the probed rows as the network is now."""
        return math.nan if self.passes is None else self.passes.value

    @cached_property
    def constant(self) -> float:
        """The loss of the best constant answer to the probed rows."""
        if self.passes is None:
            return math.nan
        return constant_loss(self.loss_fn, self.passes.output, self.y)

    @property
    def part(self) -> float:
        """The loss as a part of a constant's: 1 says that nothing was learnt."""
        return self.loss / self.constant if self.constant > 0 else math.nan

    @property
    def learned(self) -> bool:
        """Whether the loss is far below that of a constant, so that nothing held training back."""
        return self.part < LEARNED and not self.diverged

    # -- what experiments use: they train in place, and restore everything ------------------------

    @cached_property
    def study(self) -> tuple[Array, Array]:
        """The rows of experiments."""
        places = evenly(len(self.rows.X), 4 * len(self.X))
        return self.rows.X[places], self.rows.y[places]

    def batches(self, size: int, count: int) -> Iterator[tuple[Tensor, Tensor]]:
        """So many batches of the studied rows, in an order of their own."""
        X, y = self.study
        order = np.random.default_rng(0)
        size = min(size, len(X))
        places: Array = np.empty(0, int)
        for _ in range(count):
            if len(places) < size:
                places = order.permutation(len(X))
            yield constant(X[places[:size]]), constant(y[places[:size]])
            places = places[size:]

    def gradients(self, X: Tensor, y: Tensor) -> float:
        """Put the gradients of one batch into the parameters, and return its loss."""
        for parameter in self.parameters.values():
            parameter.grad = None
        with self.quiet():
            loss = self.loss_fn(self.model(X), y)
            value = float(numbers(loss).mean())
            (loss if numbers(loss).ndim == 0 else autograd.mean(loss)).backward()
        return value
