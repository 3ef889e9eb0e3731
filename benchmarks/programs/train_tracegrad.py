"""The training step in tracegrad, written as in any tutorial."""

import nn
import optim
from benchmarks.programs import Program
from benchmarks.programs.moons_batches import LEARNING_RATE, SIZES, batches, start


def prepare() -> Program:
    import numpy as np

    model = nn.Sequential(
        nn.Linear(SIZES[0], SIZES[1], dtype=np.float32),
        nn.ReLU(),
        nn.Linear(SIZES[1], SIZES[2], dtype=np.float32),
        nn.ReLU(),
        nn.Linear(SIZES[2], SIZES[3], dtype=np.float32),
    )
    values = [part for layer in start() for part in layer]
    for parameter, value in zip(model.parameters(), values, strict=True):
        parameter.data = value
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=LEARNING_RATE)
    data = batches()
    steps = 0
    last = 0.0

    def run(times: int) -> None:
        nonlocal last, steps
        for _ in range(times):
            batch = data[steps % len(data)]
            optimizer.zero_grad()
            loss = criterion(model(batch.x), batch.y)
            loss.backward()
            optimizer.step()
            last = loss.item()
            steps += 1

    def results() -> dict[str, list[float]]:
        flat = np.concatenate([p.data.ravel() for p in model.parameters()])
        return {"loss": [last], "parameters": flat.tolist()}

    return Program(run, results)
