"""Views and writing into tensors: every tensor has the numbers that it has in PyTorch."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tracegrad.torch as torch

VIEWS: list[Callable[[Any, float], Any]] = [
    lambda x, c: x[0],
    lambda x, c: x[-1:],
    lambda x, c: x.t() if x.dim() == 2 else x.unsqueeze(0),
    lambda x, c: x.reshape(-1),
    lambda x, c: x[..., 1:],
    lambda x, c: x.detach(),
    lambda x, c: x * c,
]


def written_program(torch: Any, seed: int, refused: Any = ()) -> tuple[Any, list[Any]]:
    """Random views and writings; the gradient, and the numbers of all tensors after each."""
    draw = np.random.default_rng(seed)
    w = torch.tensor(draw.standard_normal((2, 3)).astype(np.float32), requires_grad=True)
    tensors = [w, torch.zeros(2, 3) if draw.random() < 0.5 else w * 2, torch.ones(3)]
    history = []
    for _ in range(14):
        x = tensors[draw.integers(1, len(tensors))]
        c, j, kind = float(np.float32(draw.standard_normal())), draw.integers(0, 3), 0
        kind = int(draw.integers(0 if x.dim() else 5, 12))
        with torch.no_grad() if draw.random() < 0.2 else torch.enable_grad():
            if kind < len(VIEWS):
                y = VIEWS[kind](x, c)
                tensors += [y] if y.numel() else []
            elif kind == 7:
                x.mul_(c)
            elif kind == 8:
                x.fill_(c)
            elif kind == 9:
                x.add_(w.sum() * c)
            elif kind == 10 and x.dim():
                x[j % x.shape[0]] = w[0, j] * c
            else:
                x.copy_(tensors[-1].sum() + x * c)
        history.append([t.detach().numpy().copy() for t in tensors])
    try:
        sum((t * (i + 1)).sum() for i, t in enumerate(tensors)).backward()
    except refused:  # PyTorch refuses what it has no former numbers for
        return None, history
    return w.grad.numpy(), history


def test_random_views_and_writings_give_the_numbers_of_pytorch(
    require: Callable[[str], Any],
) -> None:
    peer = require("torch")
    compared = 0
    for seed in range(40):
        try:
            expected, numbers = written_program(peer, seed, RuntimeError)
            gradient, ours = written_program(torch, seed)
        except RuntimeError:
            continue
        for theirs, own in zip(numbers, ours, strict=True):
            for a, b in zip(theirs, own, strict=True):
                np.testing.assert_allclose(b, a, rtol=1e-3, atol=1e-4, err_msg=f"seed {seed}")
        if expected is not None:
            compared += 1
            np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-3)
    assert compared > 12


def test_an_earlier_view_sees_what_is_written_into_a_computed_tensor() -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = w * 3
    part, turned, numbers = y[:1], y.view(2, 1).t(), y.detach()
    y[0] = w[1]
    turned.mul_(10)
    assert [part.tolist(), y.tolist(), numbers.tolist()] == [[20.0], [20.0, 60.0], [20.0, 60.0]]
    part.sum().backward()
    assert w.grad.tolist() == [0.0, 10.0]


def test_a_part_of_constants_takes_a_gradient() -> None:
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    table = torch.zeros(3, 2)
    row = table[1]
    table[0] += w
    row += 2 * w
    assert (row.tolist(), table.tolist()) == ([2.0, 4.0], [[1.0, 2.0], [2.0, 4.0], [0.0, 0.0]])
    table.sum().backward()
    assert w.grad.tolist() == [3.0, 3.0]


def test_views_of_weights_follow_training() -> None:
    layer = torch.nn.Linear(2, 1)
    whole, row = layer.weight.data, layer.weight.detach()[0]
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.5)
    layer(torch.ones(3, 2)).sum().backward()
    optimizer.step()
    assert torch.equal(whole, layer.weight)
    assert torch.equal(row, layer.weight[0])
    layer.load_state_dict({"weight": torch.ones(1, 2), "bias": torch.zeros(1)})
    assert row.tolist() == [1.0, 1.0]
    row[0] = 7.0
    assert layer.weight.tolist() == [[7.0, 1.0]]


def test_numbers_written_outside_the_graph_leave_former_gradients_right() -> None:
    x = torch.ones(3, requires_grad=True)
    y = x * 2
    z = (y * y).sum()
    with torch.no_grad():
        y.add_(1)
    assert y.tolist() == [3.0, 3.0, 3.0]
    z.backward()
    assert x.grad.tolist() == [8.0, 8.0, 8.0]


def test_what_cannot_be_written_says_what_to_do() -> None:
    w = torch.ones(2, requires_grad=True)
    numbers = torch.zeros(2)
    writings: list[Callable[[], Any]] = [
        lambda: numbers.detach().add_(w),
        lambda: torch.zeros(1).expand(3).add_(1),
        lambda: (w[:1] * 2).expand(3).mul_(2),
    ]
    for writing in writings:
        with pytest.raises(RuntimeError, match=r"take \.clone\(\) first"):
            writing()
    wide = torch.ones(1, 2)
    part = wide[0]
    with pytest.raises(RuntimeError, match=r"write x = x\.squeeze"):
        wide.squeeze_()
    assert part.tolist() == [1.0, 1.0]
