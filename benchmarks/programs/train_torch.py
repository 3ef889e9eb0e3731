"""The training step in PyTorch, written as in any tutorial: eager, or the loss compiled."""

import torch

from benchmarks.programs import Program
from benchmarks.programs.moons_batches import LEARNING_RATE, SIZES, batches, start
from benchmarks.programs.torch_compile import compiled_by_torch


def prepare(compiled: bool = False) -> Program:
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

    def loss_of(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return criterion(model(x), y)

    data = [(torch.from_numpy(batch.x), torch.from_numpy(batch.y)) for batch in batches()]
    forward = compiled_by_torch(loss_of, *data[0]) if compiled else loss_of
    steps = 0
    last = 0.0

    def run(times: int) -> None:
        nonlocal last, steps
        for _ in range(times):
            x, y = data[steps % len(data)]
            optimizer.zero_grad()
            loss = forward(x, y)
            loss.backward()
            optimizer.step()
            last = loss.item()
            steps += 1

    def results() -> dict[str, list[float]]:
        # PyTorch keeps a weight as (n_out, n_in).
        flat = torch.cat([p.detach().t().reshape(-1) for p in model.parameters()])
        return {"loss": [last], "parameters": flat.tolist()}

    return Program(run, results)
