"""W13, W14, W15 and W33: the gradients of small networks, by the engine and by the formula."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

import nn
import nn.functional as F
from autograd import Tensor, gradients
from autograd.typing import Array
from optim.examples import Outcome, Table, example, panels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

#: A gradient by the engine and by the formula, by the gradient's name.
Pairs = dict[str, tuple[Array, Array]]


def _data(*nodes: Tensor | None) -> list[Array]:
    return [node.data for node in nodes if node is not None]


def _agreement(pairs: Pairs) -> tuple[Table, dict[str, object]]:
    """A table of the largest difference between engine and formula, and all numbers by name."""
    rows: list[tuple[str, str, float]] = []
    numbers: dict[str, object] = {}
    for name, (engine, formula) in pairs.items():
        numbers[name], numbers[f"{name} by formula"] = engine, formula
        rows.append((name, str(np.shape(engine)), float(np.abs(engine - formula).max())))
    return Table(
        "engine against formula", ("gradient", "shape", "largest difference"), rows
    ), numbers


def _drawn(title: str, pairs: Pairs, ax: Axes = None) -> Figure:
    figure, ((axes,),) = panels(1, 1, ax=ax)
    for i, (name, (engine, formula)) in enumerate(pairs.items()):
        axes.plot(np.ravel(formula), np.ravel(engine), nn.plots.MARKERS[i % 7], label=name,
                  color=nn.plots.COLOURS[i % 7], ms=7, alpha=0.8)  # fmt: skip
    low, high = axes.get_xlim()
    axes.plot([low, high], [low, high], color="0.6", lw=1, zorder=0)
    axes.set(xlabel="by the formula", ylabel="by the engine", title=title)
    axes.legend()
    return figure


@example("W13b", "bce-two-layer-by-formula", "Two sigmoid layers under binary cross-entropy")
def bce_two_layer() -> Outcome:
    """Sigmoid hidden, sigmoid outputs, binary cross-entropy: dL/ds = ŷ - y."""
    x, y = np.array([[0.5, -1.0, 2.0]]), np.array([[1.0, 0.0]])
    hidden, out = nn.Linear(3, 4, rng=1), nn.Linear(4, 2, rng=2)
    h = F.sigmoid(hidden(x))
    s = out(h)
    loss = F.binary_cross_entropy(F.sigmoid(s), y, reduction="sum")
    nodes = [s, out.weight, out.bias, hidden.weight, hidden.bias]
    ds, dw2, db2, dw1, db1 = _data(*gradients(loss, nodes))  # type: ignore[arg-type]
    error = F.sigmoid(s).data - y
    back = (error @ out.weight.data.T) * h.data * (1 - h.data)
    pairs = {
        "dL/ds": (ds, error),
        "dL/dW2": (dw2, h.data.T @ error),
        "dL/db2": (db2, error[0]),
        "dL/dW1": (dw1, x.T @ back),
        "dL/db1": (db1, back[0]),
    }
    table, numbers = _agreement(pairs)
    return Outcome(
        {**numbers, "loss": loss.item()}, partial(_drawn, "W13", pairs), [table],
        ["The sigmoid's slope ŷ(1 - ŷ) cancels against the cross-entropy's 1/(ŷ(1 - ŷ)): what is "
         "left at the outputs is ŷ - y, the error. The first layer keeps its slope h(1 - h)."],
    )  # fmt: skip


@example("W14b", "mlp-3-4-2-by-formula", "A 3-4-2 network of relu units")
def mlp_3_4_2() -> Outcome:
    """3 inputs, 4 relu units, 2 relu outputs, L = Σ(ŷ - y)²: 26 unknowns, a gate on each path."""
    net = nn.Sequential(nn.Linear(3, 4, rng=5), nn.ReLU(), nn.Linear(4, 2, rng=8), nn.ReLU())
    x, y = np.array([[1.0, -0.5, 2.0]]), np.array([[1.0, 0.0]])
    pre = net[0](x)
    h = F.relu(pre)
    s = net[2](h)
    out = F.relu(s)
    loss = F.mse_loss(out, y, reduction="sum")
    dout, dw2, dw1 = _data(*gradients(loss, [out, net[2].weight, net[0].weight]))
    gate_h, gate_y = (pre.data > 0) * 1.0, (s.data > 0) * 1.0
    delta = 2 * (out.data - y) * gate_y
    back = (delta @ net[2].weight.data.T) * gate_h
    pairs = {
        "dL/dŷ": (dout, 2 * (out.data - y)),
        "dL/dW1": (dw2, h.data.T @ delta),
        "dL/dW0": (dw1, x.T @ back),
    }
    table, numbers = _agreement(pairs)
    unknowns = nn.count_parameters(net)
    gates = Table(
        "gates", ("unit", "before", "open"),
        [(f"h{i}", float(v), int(v > 0)) for i, v in enumerate(pre.data[0])]
        + [(f"y{i}", float(v), int(v > 0)) for i, v in enumerate(s.data[0])],
    )  # fmt: skip
    numbers |= {
        "unknowns": unknowns,
        "loss": loss.item(),
        "gates": np.concatenate([gate_h[0], gate_y[0]]),
    }
    return Outcome(
        numbers,
        partial(_drawn, "W14", pairs), [table, gates],
        [f"{unknowns} unknowns: 3·4 + 4 in the first layer and 4·2 + 2 in the second. Where a gate "
         "is closed, nothing flows: the weights into that unit have gradient 0."],
    )  # fmt: skip


@example("W15b", "half-squared-error-mlp-by-formula", "Deltas of a network under ½Σ(o - o*)²")
def half_squared_error_mlp() -> Outcome:
    """L = ½Σ(o - o*)² with sigmoid units: each gradient is δ times what came in."""
    x, wanted = np.array([[0.6, -0.4]]), np.array([[1.0, 0.0]])
    first, second = nn.Linear(2, 3, rng=3), nn.Linear(3, 2, rng=4)
    h = F.sigmoid(first(x))
    o = F.sigmoid(second(h))
    loss = F.mse_loss(o, wanted, reduction="sum", half=True)
    dw2, dw1 = _data(*gradients(loss, [second.weight, first.weight]))
    delta_out = (o.data - wanted) * o.data * (1 - o.data)
    delta_hidden = (delta_out @ second.weight.data.T) * h.data * (1 - h.data)
    pairs = {
        "dL/dW output": (dw2, h.data.T @ delta_out),
        "dL/dW hidden": (dw1, x.T @ delta_hidden),
    }
    table, numbers = _agreement(pairs)
    factors = Table(
        "the three factors of dL/dw[j, i] at the output",
        ("j", "i", "o - o*", "o(1 - o)", "h", "product"),
        [
            (j, i, float((o.data - wanted)[0, i]), float((o.data * (1 - o.data))[0, i]),
             float(h.data[0, j]), float(dw2[j, i]))
            for j in range(3) for i in range(2)
        ],
    )  # fmt: skip
    numbers |= {"delta output": delta_out, "delta hidden": delta_hidden, "loss": loss.item()}
    return Outcome(
        numbers,
        partial(_drawn, "W15", pairs), [table, factors],
        ["δ of an output is its error times its slope; δ of a hidden unit collects the δ above it "
         "through the weights, times its own slope; a weight's gradient is δ times its input."],
    )  # fmt: skip


@example("W33b", "single-linear-layer-by-formula", "One linear layer under the sum of squares")
def single_linear_layer() -> Outcome:
    """ŷ = W x, L = Σ(ŷ - y)²: dL/dw_ik = 2(ŷ_i - y_i) x_k; and o = Σ w x: do/dw = x."""
    x, y = np.array([1.0, 2.0, -1.0]), np.array([1.0, -1.0])
    layer = nn.Linear(3, 2, bias=False, rng=6)
    out = layer(x)
    loss = F.mse_loss(out, y, reduction="sum")
    dw, dout = _data(*gradients(loss, [layer.weight, out]))
    w = Tensor([0.5, -1.5, 2.0], name="w")
    (do,) = _data(*gradients((w * x).sum(), [w]))
    pairs = {
        "dL/dŷ": (dout, 2 * (out.data - y)),
        "dL/dW": (dw, np.outer(x, 2 * (out.data - y))),
        "do/dw": (do, x),
    }
    table, numbers = _agreement(pairs)
    return Outcome(
        numbers,
        partial(_drawn, "W33", pairs), [table],
        ["W is stored as (inputs, outputs), so entry [k, i] of its gradient is 2(ŷ_i - y_i)·x_k."],
    )  # fmt: skip
