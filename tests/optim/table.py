"""The table of optimizers that the tests iterate over.

A row is a class with options, the parameter after five steps from 1 with η = 0.1 on the gradients
below, and whether PyTorch has the same optimizer with the same options.
"""

from dataclasses import dataclass, field
from typing import Any

import optim

GRADIENTS = (0.5, -0.3, 0.2, 0.4, -0.1)
FALLING_RATES = (0.1, 0.1, 0.05, 0.05, 0.05)


@dataclass(frozen=True)
class Row:
    optimizer: type[optim.Optimizer]
    golden: float
    options: dict[str, Any] = field(default_factory=dict)
    peer: bool = True
    times: int = 1

    def __str__(self) -> str:
        options = ",".join(f"{k}={v}" for k, v in self.options.items() if k not in ("eps", "lr"))
        return f"{self.optimizer.__name__}({options})" + (
            f"x{self.times}" if self.times > 1 else ""
        )

    def make(self, params: Any, **options: Any) -> optim.Optimizer:
        return self.optimizer(params, **{"lr": 0.1, **self.options, **options})


def row(optimizer: Any, golden: float, peer: bool = True, times: int = 1, **options: Any) -> Row:
    return Row(optimizer, golden, options, peer, times)


def falling(t: int) -> float:
    return FALLING_RATES[t]


SGD_ROWS = [
    row(optim.SGD, 0.93),
    row(optim.SGD, 0.778215, momentum=0.9),
    row(optim.SGD, 0.778215, peer=False, momentum=0.9, momentum_form="velocity"),
    row(optim.SGD, 0.8566075, peer=False, momentum=0.9, lr=falling),
    row(optim.SGD, 0.838315, False, momentum=0.9, momentum_form="velocity", lr=falling),
    row(optim.SGD, 0.9778215, peer=False, momentum=0.9, momentum_form="average"),
    row(optim.SGD, 0.779918, momentum=0.9, dampening=0.1),
    row(optim.SGD, 0.7303935, momentum=0.9, nesterov=True),
]
ADAM_ROWS = [
    row(optim.Adam, 0.757426711, eps=0.01),
    row(optim.Adam, 0.758839616, peer=False, eps=0.01, eps_form="inside"),
    row(optim.Adam, 0.837135536, peer=False, eps=0.01, eps_form="hat"),
    row(optim.Adam, 0.658089304, peer=False, eps=0.01, bias_correction="fixed"),
    row(optim.Adam, 0.782912371, False, eps=0.01, bias_correction="none", eps_form="inside"),
    row(optim.Adam, 0.688826385, eps=0.01, weight_decay=0.1),
    row(optim.Adam, 0.714048218, eps=0.01, weight_decay=0.1, decoupled_weight_decay=True),
    row(optim.Adam, 0.757426711, eps=0.01, amsgrad=True),
]
RATE_ROWS = [
    row(optim.Adagrad, 0.880218802, eps=0.01),
    row(optim.Adagrad, 0.880052630, peer=False, eps=0.01, eps_form="inside"),
    row(optim.Adagrad, 0.895511853, peer=False, eps=0.01, eps_form="inside",
        initial_accumulator_value=0.1),
    row(optim.Adadelta, 0.961153180, eps=0.01, rho=0.9),
    row(optim.RMSprop, 0.624139308, eps=0.01, alpha=0.9),
    row(optim.RMSprop, 0.602311783, eps=0.0, alpha=0.9),
    row(optim.RMSprop, -0.248120855, eps=0.01, alpha=0.9, momentum=0.9),
    row(optim.RMSprop, 0.656455574, peer=False, eps=0.01, alpha=0.9, eps_form="inside"),
    row(optim.RMSprop, -0.131099477, False, eps=0.01, alpha=0.9, eps_form="inside", momentum=0.9),
    row(optim.RMSprop, -0.330586529, eps=0.01, alpha=0.9, momentum=0.9, centered=True),
    row(optim.RMSprop, -0.188838514, False, eps=0.01, alpha=0.9, momentum=0.9, centered=True,
        eps_form="inside"),
]  # fmt: skip
FAMILY_ROWS = [
    row(optim.AdamW, 0.714048218, eps=0.01, weight_decay=0.1),
    row(optim.NAdam, 0.846317410, eps=0.01),
    row(optim.NAdam, 0.846223860, eps=0.01, momentum_decay=1.0),
    row(optim.Adamax, 0.796517633, eps=0.01),
    row(optim.RAdam, 0.896370005, eps=0.01),
    row(optim.RAdam, 0.890290545, eps=0.01, times=2),
]
SIGN_ROWS = [
    row(optim.Rprop, 0.79),
    row(optim.Rprop, 0.95, peer=False, backtracking=True),
    row(optim.Lion, 0.854950349, peer=False, weight_decay=0.1),
]
ROWS = [*SGD_ROWS, *RATE_ROWS, *ADAM_ROWS, *FAMILY_ROWS, *SIGN_ROWS]
