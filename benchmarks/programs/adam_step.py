"""One step of Adam over many small arrays, or many numbers, whose gradients are there already."""

import math
from types import SimpleNamespace
from typing import Any

import numpy as np

from benchmarks.programs import Program

RATE, BETAS, EPSILON = 1e-3, (0.9, 0.999), 1e-8


def start(count: int, size: int, dtype: str) -> tuple[Any, Any]:
    """The same parameters and gradients for everybody, a row for each parameter."""
    rng = np.random.default_rng(0)
    parameters, gradients = rng.normal(size=(2, count, size)).astype(dtype)
    return parameters, gradients


def prepare(who: str, count: int = 100, size: int = 1000, dtype: str = "float64") -> Program:
    parameters, gradients = start(count, size, dtype)
    programs = {
        "tracegrad": ours,
        "PyTorch": peer,
        "by hand": by_hand,
        "numbers": numbers,
        "loop": loop,
    }
    return programs[who](parameters, gradients)


def ours(parameters: Any, gradients: Any) -> Program:
    from autograd import Tensor
    from optim import Adam

    tensors = [Tensor(row) for row in parameters]
    optimizer = Adam(tensors, RATE, BETAS, EPSILON)
    for tensor, gradient in zip(tensors, gradients):
        # As a sweep leaves it: written into the buffer that the optimizer gave.
        assert tensor.grad_buffer is not None
        tensor.grad_buffer[...] = gradient
        tensor.grad = tensor.grad_buffer

    def run(times: int) -> None:
        for _ in range(times):
            optimizer.step()

    def results() -> dict[str, list[float]]:
        return {"parameters": np.concatenate([t.data for t in tensors]).tolist()}

    return Program(run, results)


def peer(parameters: Any, gradients: Any) -> Program:
    import torch

    tensors = [torch.nn.Parameter(torch.from_numpy(row.copy())) for row in parameters]
    for tensor, gradient in zip(tensors, gradients):
        tensor.grad = torch.from_numpy(gradient.copy())
    optimizer = torch.optim.Adam(tensors, RATE, BETAS, EPSILON)

    def run(times: int) -> None:
        for _ in range(times):
            optimizer.step()

    def results() -> dict[str, list[float]]:
        return {"parameters": torch.cat([t.detach() for t in tensors]).tolist()}

    return Program(run, results)


def by_hand(parameters: Any, gradients: Any) -> Program:
    theta, g = parameters.ravel().copy(), gradients.ravel().copy()
    m, v, scratch = np.zeros_like(theta), np.zeros_like(theta), np.empty_like(theta)
    (beta1, beta2), t = BETAS, 0

    def run(times: int) -> None:
        nonlocal t, m, v, theta, scratch
        for _ in range(times):
            t += 1
            m *= beta1
            np.multiply(g, 1 - beta1, out=scratch)
            m += scratch
            v *= beta2
            np.multiply(g, g, out=scratch)
            scratch *= 1 - beta2
            v += scratch
            np.sqrt(v, out=scratch)
            scratch += EPSILON * math.sqrt(1 - beta2**t)
            np.divide(m, scratch, out=scratch)
            scratch *= RATE * math.sqrt(1 - beta2**t) / (1 - beta1**t)
            theta -= scratch

    return Program(run, lambda: {"parameters": theta.tolist()})


def numbers(parameters: Any, gradients: Any) -> Program:
    from autograd import Value
    from optim import Adam

    values = [Value(float(x)) for x in parameters.ravel()]
    for value, gradient in zip(values, gradients.ravel().tolist()):
        value.grad = gradient
    optimizer = Adam(values, RATE, BETAS, EPSILON)

    def run(times: int) -> None:
        for _ in range(times):
            optimizer.step()

    return Program(run, lambda: {"parameters": [value.data for value in values]})


def loop(parameters: Any, gradients: Any) -> Program:
    """Each parameter in turn, in plain Python, with what is common to all taken out of the loop."""
    values = [
        SimpleNamespace(data=x, grad=g, m=0.0, v=0.0)
        for x, g in zip(parameters.ravel().tolist(), gradients.ravel().tolist())
    ]
    (beta1, beta2), t = BETAS, 0
    root = math.sqrt

    def run(times: int) -> None:
        nonlocal t
        for _ in range(times):
            t += 1
            c1, c2 = 1 - beta1**t, 1 - beta2**t
            for p in values:
                g = p.grad
                p.m = beta1 * p.m + (1 - beta1) * g
                p.v = beta2 * p.v + (1 - beta2) * g * g
                p.data -= RATE * (p.m / c1) / (root(p.v / c2) + EPSILON)

    return Program(run, lambda: {"parameters": [value.data for value in values]})
