"""The same training step in tracegrad: by a loop as in any tutorial, or by `nn.fit`."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

import autograd
import nn
import optim
from autograd import Tensor
from benchmarks.programs import Program
from benchmarks.programs.mlp_batches import BATCHES, LEARNING_RATE, data


def prepare(sizes: list[int], batch: int, loop: str = "steps") -> Program:
    """`loop`: "steps" takes prepared batches, "compiled" replays; "loader" and "fit" draw them, an
    epoch a run.
    """
    given = data(sizes, batch)
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(sizes):
        layers += [nn.Linear(n_in, n_out, dtype=np.float32), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    starts = [part for layer in given.start for part in layer]
    for parameter, value in zip(model.parameters(), starts, strict=True):
        parameter.data = value
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=LEARNING_RATE)
    parts = [
        (given.x[i : i + batch], given.y[i : i + batch]) for i in range(0, len(given.x), batch)
    ]
    loader = nn.DataLoader(given.x, given.y, batch_size=batch, shuffle=True, seed=0)
    steps = 0
    last = 0.0

    def step(x: Any, y: Any) -> Tensor:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    compiled = autograd.compile(step)

    def run_steps(times: int, take: Callable[..., Any] = step) -> None:
        nonlocal last, steps
        for _ in range(times):
            last = take(*parts[steps % BATCHES]).item()
            steps += 1

    def run_compiled(times: int) -> None:
        run_steps(times, compiled)

    def run_loader(times: int) -> None:
        nonlocal last
        for _ in range(times):
            for x, y in loader:
                last = step(x, y).item()

    def run_fit(times: int) -> None:
        nonlocal last
        history = nn.fit(model, loader, criterion, optimizer, times, progress=False)
        last = history.last["loss"]

    def results() -> dict[str, list[float]]:
        first = starts[0].size
        weights = next(iter(model.parameters())).data.ravel()[: min(50, first)]
        found = {"first weights": weights.tolist()}
        return {"loss": [last], **found} if loop in ("steps", "compiled") else found

    loops = {
        "steps": run_steps, "compiled": run_compiled, "loader": run_loader, "fit": run_fit,
    }  # fmt: skip
    return Program(loops[loop], results)
