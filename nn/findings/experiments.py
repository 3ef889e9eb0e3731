"""Short trainings that answer what no formula does; afterwards everything is as before."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from autograd import Tensor
from autograd.typing import Array
from nn.findings.examination import Examination
from nn.layers import Embedding, Parameter
from optim import FirstOrder, find_lr

#: So many updates are made at each learning rate.
UPDATES = 30
#: The batches of experiments where the batches of the training are unknown.
BATCH = 32
#: So many numbers are computed in the forward pass of a batch at most.
MOST = 1_000_000
#: Where the range test begins; a suggestion so low says that it saw no fall.
LOWEST = 1e-6


def trial(
    e: Examination,
    factor: float,
    *,
    fresh: bool = False,
    count: int = UPDATES,
    decay: float | None = None,
) -> float:
    """The loss after ``count`` updates at ``factor`` times the learning rate; inf if it grew.

    They begin with the weights as they are, or with weights drawn anew. nan for an optimizer that
    chooses its own steps, such as L-BFGS.
    """
    if not isinstance(e.optimizer, FirstOrder):
        return math.nan
    start = e.loss
    with _tried(e):
        if fresh:
            draw(e)
            start = e.loss_of(e.X, e.y)
        _scale(e, factor, decay)
        for X, y in e.batches(_rows(e), count):
            loss = _step(e, X, y)
            if not math.isfinite(loss) or loss > 1e3 * max(abs(start), abs(e.constant)):
                return math.inf
        last = e.loss_of(e.X, e.y)
        return last if math.isfinite(last) else math.inf
    return math.nan


@contextmanager
def _tried(e: Examination) -> Iterator[None]:
    """A block that trains in place. A rule whose experiment ends in an error keeps silent."""
    try:
        with np.errstate(all="ignore"):
            yield
    except Exception:
        return
    finally:
        e.restore()


def _rows(e: Examination) -> int:
    """The rows of a batch: those of the training, fewer where each takes much."""
    size = min(e.batch_size or BATCH, 4 * BATCH)
    return size if e.passes is None else max(min(size, MOST // e.passes.size_of_a_row), 8)


def _step(e: Examination, X: Tensor, y: Tensor) -> float:
    assert e.optimizer is not None
    loss = e.gradients(X, y)
    e.optimizer.step()
    return loss


def _scale(e: Examination, factor: float, decay: float | None = None) -> None:
    assert e.optimizer is not None
    rate = e.optimizer.lr
    for group in e.optimizer.param_groups:
        own = group["lr"]
        group["lr"] = factor * (rate if callable(own) else float(own))
        if decay is not None:
            group["weight_decay"] = decay


def draw(e: Examination) -> None:
    """New weights of the usual sizes: uniform in ±1/√n_in, biases of 0, scales of 1."""
    rng = np.random.default_rng(0)
    vectors = {id(m.weight) for m in e.model.modules() if isinstance(m, Embedding)}
    transposed = {id(p) for p in e.parameters.values() if p.ndim > 2}
    for name, parameter in e.parameters.items():
        if parameter.requires_grad:
            parameter.data = _drawn(name, parameter, rng, vectors, transposed)
    if e.optimizer is not None:
        state = e.optimizer.state_dict()
        e.optimizer.load_state_dict({**state, "updates": 0, "state": {}})


def _drawn(
    name: str,
    parameter: Parameter,
    rng: np.random.Generator,
    vectors: set[int],
    transposed: set[int],
) -> Array:
    shape, dtype = parameter.shape, parameter.dtype
    if len(shape) < 2:
        return np.full(shape, 0.0 if "bias" in name else 1.0, dtype)
    if id(parameter) in vectors:
        return rng.normal(size=shape).astype(dtype)
    n_in = math.prod(shape[1:]) if id(parameter) in transposed else shape[0]
    bound = 1 / math.sqrt(n_in)
    return rng.uniform(-bound, bound, shape).astype(dtype)


def update_ratio(e: Examination) -> float:
    """|Δw| / |w| of the next update, the median over the weights that are matrices."""
    if not isinstance(e.optimizer, FirstOrder):
        return math.nan
    before = {n: np.array(p.data) for n, p in e.parameters.items() if p.requires_grad}
    ratios: list[float] = []
    with _tried(e):
        _step(e, *next(e.batches(_rows(e), 1)))
        ratios += [
            float(np.linalg.norm(e.parameters[n].data - w) / np.linalg.norm(w))
            for n, w in before.items()
            if w.ndim > 1 and w.any()
        ]
    return float(np.median(ratios)) if ratios else math.nan


def greatest_gradient(e: Examination, enough: float) -> float:
    """The largest norm of the gradients of single batches, or one that is ``enough``.

    Where the batches of the training are unknown, they were single rows if the gradients that are
    there are of rank 1, the product of one input and one error.
    """
    norms = []
    matrices = [g for g in e.grads.values() if g.ndim == 2 and np.isfinite(g).all()]
    single = all(np.linalg.matrix_rank(g, rtol=1e-4) < 2 for g in matrices)
    with _tried(e):
        for X, y in e.batches(1 if single and e.batch_size is None else _rows(e), 24):
            e.gradients(X, y)
            squares = [
                float(np.square(p.grad, dtype=float).sum())
                for p in e.parameters.values()
                if p.grad is not None
            ]
            norms.append(math.sqrt(sum(squares)))
            if norms[-1] > enough:
                break
        return max(norms, default=math.nan)
    return math.nan


def suggestion(e: Examination, fresh: bool = False) -> float:
    """The learning rate at which the range test sees the loss fall fastest, or 0."""
    if not isinstance(e.optimizer, FirstOrder):
        return 0.0
    with _tried(e):
        if fresh:
            draw(e)
        stream = e.batches(len(e.X), 10**6)

        def closure() -> float:
            return e.gradients(*next(stream))

        found = find_lr(e.optimizer, closure, LOWEST, 10.0, steps=60)
        return found.suggestion if found.suggestion > 10 * LOWEST else 0.0
    return 0.0  # the range test finds nothing: the sentence goes without it
