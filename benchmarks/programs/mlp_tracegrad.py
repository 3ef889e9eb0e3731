"""The same training step in tracegrad: by a loop as in any tutorial, or by `nn.fit`."""

from itertools import pairwise

import numpy as np

import nn
import optim
from benchmarks.programs import Program
from benchmarks.programs.mlp_batches import BATCHES, LEARNING_RATE, data


def prepare(sizes: list[int], batch: int, loop: str = "steps") -> Program:
    """`loop`: "steps" takes prepared batches; "loader" and "fit" draw them, an epoch a run."""
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

    def run_steps(times: int) -> None:
        nonlocal last, steps
        for _ in range(times):
            x, y = parts[steps % BATCHES]
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            last = loss.item()
            steps += 1

    def run_loader(times: int) -> None:
        nonlocal last
        for _ in range(times):
            for x, y in loader:
                optimizer.zero_grad()
                loss = criterion(model(x), y)
                loss.backward()
                optimizer.step()
                last = loss.item()

    def run_fit(times: int) -> None:
        nonlocal last
        history = nn.fit(model, loader, criterion, optimizer, times, progress=False)
        last = history.last["loss"]

    def results() -> dict[str, list[float]]:
        first = starts[0].size
        weights = next(iter(model.parameters())).data.ravel()[: min(50, first)]
        found = {"first weights": weights.tolist()}
        return found if loop != "steps" else {"loss": [last], **found}

    return Program({"steps": run_steps, "loader": run_loader, "fit": run_fit}[loop], results)
