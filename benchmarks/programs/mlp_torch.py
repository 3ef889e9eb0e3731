"""The same training step in PyTorch, eager or through `torch.compile`."""

from itertools import pairwise

import torch

from benchmarks.programs import Program
from benchmarks.programs.mlp_batches import BATCHES, LEARNING_RATE, data
from benchmarks.programs.torch_compile import compiled_by_torch


def prepare(sizes: list[int], batch: int, compiled: bool = False) -> Program:
    given = data(sizes, batch)
    layers: list[torch.nn.Module] = []
    for n_in, n_out in pairwise(sizes):
        layers += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    with torch.no_grad():
        starts = [part for weight, bias in given.start for part in (weight.T, bias)]
        for parameter, value in zip(model.parameters(), starts, strict=True):
            parameter.copy_(torch.from_numpy(value.copy()))
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)

    def loss_of(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return criterion(model(x), y)

    x, y = torch.from_numpy(given.x).split(batch), torch.from_numpy(given.y).split(batch)
    forward = compiled_by_torch(loss_of, x[0], y[0]) if compiled else loss_of
    steps = 0
    last = 0.0

    def run(times: int) -> None:
        nonlocal last, steps
        for _ in range(times):
            optimizer.zero_grad()
            loss = forward(x[steps % BATCHES], y[steps % BATCHES])
            loss.backward()
            optimizer.step()
            last = loss.item()
            steps += 1

    def results() -> dict[str, list[float]]:
        first = next(iter(model.parameters())).detach().t().reshape(-1)[:50]
        return {"loss": [last], "first weights": first.tolist()}

    return Program(run, results)
