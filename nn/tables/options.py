"""How a network is made and trained: what ``tracegrad train`` can be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import optim
from autograd.calculus import short
from autograd.typing import Function, State

#: Optimizers by the name that the command line takes, and a rate that suits them here.
OPTIMIZERS: dict[str, tuple[Function, float]] = {
    "adam": (optim.Adam, 0.01),
    "adamw": (optim.AdamW, 0.01),
    "nadam": (optim.NAdam, 0.01),
    "radam": (optim.RAdam, 0.01),
    "rmsprop": (optim.RMSprop, 0.005),
    "adagrad": (optim.Adagrad, 0.05),
    "sgd": (optim.SGD, 0.05),
}


@dataclass(frozen=True)
class Options:
    """The sizes of the hidden layers, the optimizer and its course; a file of weights has them.

    ``patience`` epochs without an improvement on a part of the training rows end the training, and
    the best weights stay; 0 trains all ``epochs``. ``class_weight`` is None or "balanced".
    """

    hidden: Sequence[int] = (16, 16)
    activation: str = "relu"
    dropout: float = 0.0
    optimizer: str = "adam"
    lr: float | None = None
    epochs: int = 200
    batch_size: int = 32
    seed: int = 0
    test_size: float = 0.2
    weight_decay: float = 0.0
    # Without an end of this kind, 200 epochs fit the noise of a few hundred rows: R² falls from
    # 0.47 to 0.05 on scikit-learn's diabetes (python -m tests.peers.tables).
    patience: int = 20
    class_weight: str | None = None

    def __post_init__(self) -> None:
        if self.optimizer not in OPTIMIZERS:
            names = ", ".join(OPTIMIZERS)
            raise ValueError(f"optimizer {short(self.optimizer)} is unknown; use one of {names}")
        if self.epochs < 1:
            raise ValueError(f"epochs must be at least 1, not {self.epochs}")
        if self.patience < 0:
            raise ValueError(f"patience must be at least 0, not {self.patience}")
        if self.class_weight not in (None, "balanced"):
            raise ValueError(f"class_weight is balanced or nothing, not {short(self.class_weight)}")

    @property
    def rate(self) -> float:
        """The learning rate."""
        return OPTIMIZERS[self.optimizer][1] if self.lr is None else self.lr

    def sizes(self, classes: Sequence[str] | None) -> list[int]:
        """The widths of the layers after the inputs."""
        return [*map(int, self.hidden), 1 if classes is None else len(classes)]

    def state(self, classes: Sequence[str] | None) -> State:
        """As the file of weights has them: ``sizes`` with the outputs, ``lr`` as it was used."""
        state = asdict(self) | {"lr": self.rate, "sizes": self.sizes(classes)}
        del state["hidden"]
        return state
