"""A training whose loss grows beyond all reason is stopped, and its best weights are kept."""

from __future__ import annotations

import math

import numpy as np

from autograd import Tensor
from autograd.typing import Array
from nn.findings import constant_loss
from nn.kinds import LossFunction
from nn.losses import numbers
from nn.training.run import Run

#: So many times the larger of its start and a constant's loss is a loss that will not come back.
FAR = 1e3


class Guard:
    """The bound of the loss, and the weights to go back to.

    The bound begins at ``FAR`` times the first loss. The loss of a constant answer is computed when
    a loss exceeds it, which in a healthy training is never or once.
    """

    limit: float

    def __init__(self, run: Run, loss_fn: LossFunction) -> None:
        self.run, self.loss_fn = run, loss_fn
        self.limit = -math.inf if math.isnan(run.start) else FAR * abs(run.start)
        self.tripped = False
        self._buffers = [(m, name) for m in run.model.modules() for name in m._buffer_names]
        self._best, self._pending = self._now(), self._now()
        self._least = math.inf

    def look(self, output: Tensor, y: Tensor) -> None:
        """Raise the bound for the first loss, and for what a constant gets; else stop the run."""
        run = self.run
        if math.isnan(run.start):
            run.start = run.loss
            self.limit = FAR * abs(run.loss) or math.inf
            return
        dataset = getattr(run.loader.dataset, "arrays", None)
        targets = y if dataset is None else Tensor(dataset[1], requires_grad=False)
        shape = np.broadcast_to(numbers(output)[:1], (len(targets), *output.shape[1:]))
        constants = [constant_loss(self.loss_fn, shape, targets)]
        self.limit = max(self.limit, FAR * abs(np.nan_to_num(constants[0])))
        # One row far from all others is as far from the constant.
        constants.append(constant_loss(self.loss_fn, output, y))
        bound = max(self.limit, FAR * abs(np.nan_to_num(constants[1])))
        if run.loss <= bound:
            return
        self.tripped = True
        run.stop(
            f"the loss grew from {run.start:.4g} to {run.loss:.4g} in epoch {run.epoch + 1}, batch "
            f"{run.batch}; the best weights are kept"
        )

    def begin(self) -> None:
        """Remember the weights with which an epoch begins."""
        for kept, array in zip(self._pending, self._arrays(), strict=True):
            np.copyto(kept, array)

    def end(self, row: dict[str, float]) -> None:
        """Keep the weights with which the best epoch so far began: its loss is theirs."""
        if row["loss"] > self._least:
            return
        self._least = row["loss"]
        self._best, self._pending = self._pending, self._best

    def restore(self) -> None:
        """Go back to the best weights, without gradients."""
        count = len(self.run.parameters)
        for parameter, kept in zip(self.run.parameters, self._best[:count], strict=True):
            parameter.data = kept.copy()
        for (module, name), kept in zip(self._buffers, self._best[count:], strict=True):
            if module.__dict__[name] is not None:
                module.__dict__[name] = kept.copy()
        self.run.optimizer.zero_grad()

    def _arrays(self) -> list[Array]:
        weights = [parameter.data for parameter in self.run.parameters]
        return weights + [np.asarray(module.__dict__[name]) for module, name in self._buffers]

    def _now(self) -> list[Array]:
        return [np.array(array) for array in self._arrays()]
