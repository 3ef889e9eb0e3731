"""The same models in PyTorch, with the weights of ours."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn as t

import nn
from benchmarks.programs import Program
from benchmarks.programs.kinds_tracegrad import first_numbers, kind_of
from benchmarks.programs.mlp_batches import LEARNING_RATE


class Encoder(t.Module):  # type: ignore[misc,unused-ignore]
    def __init__(self) -> None:
        super().__init__()
        self.embed = t.Embedding(50, 32)
        self.block = t.TransformerEncoderLayer(32, 4, 64, dropout=0.0, batch_first=True)
        self.out = t.Linear(32, 10)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.out(self.block(self.embed(words)).mean(1))
        return out


#: Each model and its loss.
TWINS: dict[str, Callable[[], tuple[t.Module, t.Module]]] = {
    "regression": lambda: (
        t.Sequential(t.Linear(13, 64), t.ReLU(), t.Linear(64, 64), t.ReLU(), t.Linear(64, 1)),
        t.MSELoss(),
    ),
    "two classes": lambda: (
        t.Sequential(t.Linear(30, 32), t.Tanh(), t.Linear(32, 16), t.Tanh(), t.Linear(16, 1)),
        t.BCEWithLogitsLoss(),
    ),
    "convolutions": lambda: (
        t.Sequential(
            t.Conv2d(1, 8, 3, bias=False), t.BatchNorm2d(8), t.ReLU(), t.MaxPool2d(2),
            t.Conv2d(8, 16, 3), t.ReLU(), t.Flatten(), t.Linear(144, 10),
        ),
        t.CrossEntropyLoss(),
    ),
    "transformer": lambda: (Encoder(), t.CrossEntropyLoss()),
}  # fmt: skip


def prepare(kind: str) -> Program:
    ours, _, rows, targets = kind_of(kind)
    model, criterion = TWINS[kind]()
    state = {name: torch.from_numpy(np.array(array)) for name, array in nn.to_torch(ours).items()}
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    x, y = torch.from_numpy(rows), torch.from_numpy(targets)
    last = 0.0

    def run(times: int) -> None:
        nonlocal last
        for _ in range(times):
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            last = loss.item()

    return Program(run, lambda: {"loss": [last], **first_numbers(model.state_dict())})
