"""Training steps of small models of several kinds, each with its data and its loss."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import autograd
import nn
import optim
from autograd import Tensor
from benchmarks.programs import Program
from benchmarks.programs.mlp_batches import LEARNING_RATE

F32 = np.float32
#: A model, its loss, and a batch.
Kind = tuple[nn.Module, nn.Module, Any, Any]


class Encoder(nn.Module):
    """Words, one block of attention, the mean over the words."""

    def __init__(self) -> None:
        self.embed = nn.Embedding(50, 32, dtype=F32)
        self.block = nn.TransformerEncoderLayer(32, 4, 64, dropout=0.0, batch_first=True, dtype=F32)
        self.out = nn.Linear(32, 10, dtype=F32)

    def forward(self, words: Any) -> Tensor:
        out: Tensor = self.out(self.block(self.embed(words)).mean(axis=1))
        return out


def regression(rng: np.random.Generator) -> Kind:
    model = nn.Sequential(
        nn.Linear(13, 64, dtype=F32), nn.ReLU(), nn.Linear(64, 64, dtype=F32), nn.ReLU(),
        nn.Linear(64, 1, dtype=F32),
    )  # fmt: skip
    return model, nn.MSELoss(), rng.normal(size=(64, 13)).astype(F32), _column(rng, 64)


def two_classes(rng: np.random.Generator) -> Kind:
    model = nn.Sequential(
        nn.Linear(30, 32, dtype=F32), nn.Tanh(), nn.Linear(32, 16, dtype=F32), nn.Tanh(),
        nn.Linear(16, 1, dtype=F32),
    )  # fmt: skip
    x, y = rng.normal(size=(64, 30)).astype(F32), (_column(rng, 64) > 0).astype(F32)
    return model, nn.BCEWithLogitsLoss(), x, y


def convolutions(rng: np.random.Generator) -> Kind:
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, bias=False, dtype=F32), nn.BatchNorm2d(8, dtype=F32), nn.ReLU(),
        nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, dtype=F32), nn.ReLU(),
        nn.Flatten(), nn.Linear(144, 10, dtype=F32),
    )  # fmt: skip
    x = rng.normal(size=(32, 1, 12, 12)).astype(F32)
    return model, nn.CrossEntropyLoss(), x, rng.integers(0, 10, 32)


def transformer(rng: np.random.Generator) -> Kind:
    words = rng.integers(0, 50, (8, 16))
    return Encoder(), nn.CrossEntropyLoss(), words, rng.integers(0, 10, 8)


def _column(rng: np.random.Generator, n: int) -> Any:
    return rng.normal(size=(n, 1)).astype(F32)


KINDS: dict[str, Callable[[np.random.Generator], Kind]] = {
    "regression": regression,
    "two classes": two_classes,
    "convolutions": convolutions,
    "transformer": transformer,
}


def kind_of(kind: str) -> Kind:
    """The model with the same weights in every process."""
    nn.manual_seed(0)
    return KINDS[kind](np.random.default_rng(6))


def step_of(kind: str) -> tuple[Callable[[Any, Any], Tensor], nn.Module, Any, Any]:
    model, criterion, x, y = kind_of(kind)
    optimizer = optim.Adam(model.parameters(), lr=LEARNING_RATE)

    def step(x: Any, y: Any) -> Tensor:
        optimizer.zero_grad()
        loss: Tensor = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    return step, model, x, y


def prepare(kind: str, compiled: bool = False) -> Program:
    step, model, x, y = step_of(kind)
    take = autograd.compile(step) if compiled else step
    last = 0.0

    def run(times: int) -> None:
        nonlocal last
        for _ in range(times):
            last = take(x, y).item()

    return Program(run, lambda: {"loss": [last], **first_numbers(nn.to_torch(model))})


def first_numbers(state: Mapping[str, Any]) -> dict[str, list[float]]:
    """Of every entry of a state dict but the counters of batches."""
    names = [name for name in sorted(state) if "num_batches" not in name]
    return {name: state[name].reshape(-1)[:20].tolist() for name in names}
