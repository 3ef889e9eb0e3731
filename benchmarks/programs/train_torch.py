"""The training step in PyTorch, eager, written as in any tutorial."""

import torch

from benchmarks.programs import Program
from benchmarks.programs.moons_batches import LEARNING_RATE, SIZES, batches, start


def prepare() -> Program:
    model = torch.nn.Sequential(
        torch.nn.Linear(SIZES[0], SIZES[1]),
        torch.nn.ReLU(),
        torch.nn.Linear(SIZES[1], SIZES[2]),
        torch.nn.ReLU(),
        torch.nn.Linear(SIZES[2], SIZES[3]),
    )
    parts = [part for weight, bias in start() for part in (weight.T, bias)]
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), parts, strict=True):
            parameter.copy_(torch.from_numpy(value.copy()))
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    data = [(torch.from_numpy(batch.x), torch.from_numpy(batch.y)) for batch in batches()]
    steps = 0
    last = 0.0

    def run(times: int) -> None:
        nonlocal last, steps
        for _ in range(times):
            x, y = data[steps % len(data)]
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            last = loss.item()
            steps += 1

    def results() -> dict[str, list[float]]:
        # PyTorch keeps a weight as (n_out, n_in).
        flat = torch.cat([p.detach().t().reshape(-1) for p in model.parameters()])
        return {"loss": [last], "parameters": flat.tolist()}

    return Program(run, results)
