"""W40: the gradient of a first layer as a product of six factors, and what such products cost."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

import autograd
import nn
import nn.functional as F
from autograd.typing import Array
from nn import plots
from optim.examples import Outcome, Table, example, panels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from optim.figures import Place as Axes

NAMES = ("∂ℓ/∂h³", "∂h³/∂h²", "∂h²/∂h̄²", "∂h̄²/∂h¹", "∂h¹/∂h̄¹", "∂h̄¹/∂W¹")
WIDTHS = (32, 64, 128, 256)
BATCH = 64


def factors(net: nn.Sequential, x: Array, target: int) -> tuple[list[Array], Array]:
    """The six Jacobians from the loss back to the first weights, and the gradient of the engine."""
    first, _, second, _, third = net
    h1 = F.sigmoid(first(x))
    h2 = F.sigmoid(second(h1))
    h3 = third(h2)
    loss = F.cross_entropy(h3, np.array([target]))
    (by_engine,) = autograd.gradients(loss, [first.weight])
    a, b = h1.data[0], h2.data[0]
    p = F.softmax(h3).data
    p[0, target] -= 1
    by_weights = np.kron(x, np.eye(len(a)))  # ∂h̄¹/∂W¹, W¹ laid out row by row
    chain = [p, third.weight.data.T, np.diag(b * (1 - b)), second.weight.data.T,
             np.diag(a * (1 - a)), by_weights]  # fmt: skip
    assert by_engine is not None
    return chain, by_engine.data


def flops(shapes: list[tuple[int, ...]]) -> int:
    """Multiplications and additions of a chain of products, the left one first."""
    rows = shapes[0][0]
    return sum(2 * rows * inner * columns for inner, columns in shapes[1:])


def flops_from_the_right(shapes: list[tuple[int, ...]]) -> int:
    """The same chain, the right one first: whole Jacobians are multiplied."""
    columns = shapes[-1][1]
    return sum(2 * rows * inner * columns for rows, inner in shapes[:-1])


def seconds_of_a_step(width: int, repeat: int = 3) -> float:
    """Forward and backward of a batch through three layers of this width; the fastest of some."""
    net = nn.Sequential(*(nn.Linear(width, width, rng=i, dtype=np.float32) for i in range(3)))
    x = np.random.default_rng(0).normal(size=(BATCH, width)).astype(np.float32)
    times = []
    for _ in range(repeat):
        net.zero_grad()
        start = time.perf_counter()
        net(x).sum().backward()
        times.append(time.perf_counter() - start)
    return min(times)


@example("W40", "six-factor-product", "Six factors: why training is products of matrices")
def six_factors() -> Outcome:
    """∂ℓ/∂W¹ composed of six Jacobians, its products counted, and products timed as they grow."""
    net = nn.Sequential(
        nn.Linear(3, 4, rng=1), nn.Sigmoid(), nn.Linear(4, 4, rng=2), nn.Sigmoid(),
        nn.Linear(4, 3, rng=3),
    )  # fmt: skip
    chain, by_engine = factors(net, np.array([[1.0, -0.5, 2.0]]), 1)
    product = chain[0]
    for factor in chain[1:]:
        product = product @ factor
    difference = float(np.abs(product.reshape(by_engine.shape) - by_engine).max())
    shapes = [factor.shape for factor in chain]
    assert all(left[1] == right[0] for left, right in pairwise(shapes))
    written = Table(
        "∂ℓ/∂W¹ = the product of these, from the left", ["factor", "shape"],
        [[name, f"{shape[0]} × {shape[1]}"] for name, shape in zip(NAMES, shapes)],
    )  # fmt: skip
    counted = Table(
        "", ["order", "flops"],
        [["from the left, as backward goes", flops(shapes)],
         ["from the right, as forward mode goes", flops_from_the_right(shapes)]],
    )  # fmt: skip
    seconds = {width: seconds_of_a_step(width) for width in WIDTHS}
    # A layer multiplies three times: X W, g Wᵀ and Xᵀ g.
    work = {width: 3 * 3 * 2 * BATCH * width**2 for width in WIDTHS}
    timed = Table(
        f"three layers, a batch of {BATCH}, forward and backward on this machine",
        ["width", "million flops", "milliseconds", "gigaflops a second"],
        [[w, work[w] / 1e6, 1e3 * seconds[w], work[w] / seconds[w] / 1e9] for w in WIDTHS],
    )

    def draw(ax: Axes = None) -> Figure:
        figure, ((left, right),) = panels(1, 2, ax=ax)
        left.plot(WIDTHS, [work[w] for w in WIDTHS], "o-", color=plots.COLOURS[0])
        left.set(xscale="log", yscale="log", xlabel="width", title="flops of a step")
        right.plot(WIDTHS, [work[w] / seconds[w] / 1e9 for w in WIDTHS], "o-",
                   color=plots.COLOURS[1])  # fmt: skip
        right.set(xscale="log", xlabel="width", title="gigaflops a second", ylim=(0, None))
        for axes in (left, right):
            axes.set_xticks(WIDTHS, [str(w) for w in WIDTHS])
            axes.minorticks_off()
            axes.grid(alpha=0.3)
        return figure

    notes = [
        "Twice the width is four times the work, all of it products of matrices; wide ones usually"
        " run at more flops a second. Processors made for such products, GPU and TPU, are why deep"
        " networks became practical.",
        "Backward starts at the loss, one row, so each product is a row times a matrix. No"
        " Jacobian is formed: the engine multiplies by diag(σ') elementwise and never builds"
        " ∂h̄¹/∂W¹.",
    ]
    numbers = {
        "factors": len(chain),
        "largest difference from the engine": difference,
        "flops from the left": flops(shapes),
        "flops from the right": flops_from_the_right(shapes),
        "seconds": seconds,
    }
    return Outcome(numbers, draw, [written, counted, timed], notes)
