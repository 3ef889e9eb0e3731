"""``torch.optim.lr_scheduler``: schedules of ``optim`` that set ``lr`` at each ``step()``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import optim


class LRScheduler:
    """Sets the rate of each group to a schedule's at the number of calls of ``step()``."""

    def __init__(self, optimizer: Any, of: Callable[[float], Callable[[int], float]]) -> None:
        self.optimizer, self.last_epoch = optimizer, 0
        self._schedules = [of(group["lr"]) for group in optimizer.param_groups]
        self._set()

    def step(self) -> None:
        self.last_epoch += 1
        self._set()

    def _set(self) -> None:
        for group, schedule in zip(self.optimizer.param_groups, self._schedules):
            group["lr"] = float(schedule(self.last_epoch))

    def get_last_lr(self) -> list[float]:
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, int]:
        return {"last_epoch": self.last_epoch}

    def load_state_dict(self, state_dict: dict[str, int]) -> None:
        self.last_epoch = state_dict["last_epoch"]
        self._set()


class StepLR(LRScheduler):
    """η γ^⌊t / step_size⌋."""

    def __init__(self, optimizer: Any, step_size: int, gamma: float = 0.1) -> None:
        super().__init__(optimizer, lambda lr: optim.StepDecay(lr, step_size, gamma))


class ExponentialLR(LRScheduler):
    """η γ^t."""

    def __init__(self, optimizer: Any, gamma: float) -> None:
        super().__init__(optimizer, lambda lr: lambda t: lr * gamma**t)


class MultiStepLR(LRScheduler):
    """η γ^k after the k-th milestone."""

    def __init__(self, optimizer: Any, milestones: Any, gamma: float = 0.1) -> None:
        super().__init__(
            optimizer, lambda lr: lambda t: lr * gamma ** sum(t >= end for end in milestones)
        )


class LambdaLR(LRScheduler):
    """η times a function of t."""

    def __init__(self, optimizer: Any, lr_lambda: Callable[[int], float]) -> None:
        super().__init__(optimizer, lambda lr: lambda t: lr * lr_lambda(t))


class CosineAnnealingLR(LRScheduler):
    """Half a cosine from η to ``eta_min`` in ``T_max`` steps."""

    def __init__(self, optimizer: Any, T_max: int, eta_min: float = 0.0) -> None:
        super().__init__(optimizer, lambda lr: optim.Cosine(lr, T_max, minimum=eta_min))


__all__ = [
    "CosineAnnealingLR", "ExponentialLR", "LRScheduler", "LambdaLR", "MultiStepLR", "StepLR",
]  # fmt: skip
