"""Graphs of Values that people write: a convolution, attention, a recurrent net, deep programs.

Each builder takes the leaves from ``leaf``, one at a time, and gives the output. A program runs a
graph's forward and backward pass eagerly, or replays it.
"""

import importlib
import random
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import autograd
from autograd import Value
from benchmarks.programs import Program

Leaf = Callable[[], Any]
Vector = list[Any]


def dot(left: Vector, right: Vector) -> Any:
    return sum((a * b for a, b in zip(left, right, strict=True)), start=0.0)


def matrix(rows: int, columns: int, leaf: Leaf) -> list[Vector]:
    return [[leaf() for _ in range(columns)] for _ in range(rows)]


def times(weights: list[Vector], x: Vector) -> Vector:
    return [dot(line, x) for line in weights]


def softmax(scores: Vector) -> Vector:
    powers = [score.exp() for score in scores]
    total = sum(powers[1:], start=powers[0])
    return [power / total for power in powers]


def mean_square(values: Vector) -> Any:
    return sum((v * v for v in values), start=0.0) / len(values)


def convolution(leaf: Leaf, side: int = 24, kernel: int = 3) -> Any:
    """A kernel over a picture, tanh, the mean square."""
    picture, weights = matrix(side, side, leaf), matrix(kernel, kernel, leaf)
    places = range(side - kernel + 1)
    flat = [w for line in weights for w in line]
    out = []
    for i in places:
        for j in places:
            window = [p for line in picture[i : i + kernel] for p in line[j : j + kernel]]
            out.append(dot(flat, window).tanh())
    return mean_square(out)


def attention(leaf: Leaf, tokens: int = 12, width: int = 8) -> Any:
    """One head: softmax(QKᵀ/√d) V."""
    x = matrix(tokens, width, leaf)
    wq, wk, wv = (matrix(width, width, leaf) for _ in range(3))
    q, k, v = ([times(w, row) for row in x] for w in (wq, wk, wv))
    out = []
    for query in q:
        weights = softmax([dot(query, key) / width**0.5 for key in k])
        out += [dot(weights, [row[j] for row in v]) for j in range(width)]
    return mean_square(out)


def softmax_network(leaf: Leaf, points: int = 40) -> Any:
    """Eight inputs, sixteen tanh units, four classes; the mean cross-entropy."""
    draw = random.Random(1)
    first, bias, second = matrix(16, 8, leaf), [leaf() for _ in range(16)], matrix(4, 16, leaf)
    losses = []
    for point in range(points):
        x = [draw.uniform(-1, 1) for _ in range(8)]
        hidden = [(dot(line, x) + b).tanh() for line, b in zip(first, bias, strict=True)]
        losses.append(-softmax(times(second, hidden))[point % 4].log())
    return sum(losses[1:], start=losses[0]) / points


def recurrent(leaf: Leaf, length: int = 60, width: int = 6) -> Any:
    """h = tanh(Wx + Uh + b) over a sequence."""
    draw = random.Random(2)
    w, u, b = matrix(width, 2, leaf), matrix(width, width, leaf), [leaf() for _ in range(width)]
    h: Vector = [0.0] * width
    for _ in range(length):
        x = [draw.uniform(-1, 1) for _ in range(2)]
        h = [
            (dot(line, x) + dot(row, h) + bias).tanh()
            for line, row, bias in zip(w, u, b, strict=True)
        ]
    return mean_square(h)


def random_graph(leaf: Leaf, size: int = 20_000) -> Any:
    """Operations on random earlier nodes: nothing in it is alike."""
    draw = random.Random(3)
    operations: list[Callable[[Any, Any], Any]] = [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: 0.5 * a * b,
        lambda a, b: (a + b).tanh(),
    ]
    nodes: Vector = [leaf() for _ in range(20)]
    for _ in range(size // 2):
        left, right = draw.choice(nodes[-200:]), draw.choice(nodes[-200:])
        nodes.append(draw.choice(operations)(left, right).tanh())
    return mean_square(nodes[-50:])


def chain(leaf: Leaf, size: int = 20_000) -> Any:
    """One operation after the other."""
    x, a = leaf(), leaf()
    for step in range(size):
        x = x.tanh() if step % 2 else x + a
    return x


def relu(x: Any) -> Any:
    return x.relu()


def network(leaf: Leaf, rows: int = 65_000, bend: Callable[[Any], Any] = relu) -> Any:
    """A 2-16-16-1 network over as many points as make about ``rows`` rows; the mean square."""
    draw = random.Random(4)
    sizes = (2, 16, 16, 1)
    layers = [matrix(outputs, inputs + 1, leaf) for inputs, outputs in pairwise(sizes)]
    operations = 2 * sum(a * b for a, b in pairwise(sizes)) + 2 * sum(sizes[1:-1]) + 1
    out = []
    for _ in range(max(1, rows // operations)):
        x: Vector = [draw.uniform(-1, 1) for _ in range(2)]
        for layer in layers[:-1]:
            x = [bend(dot(line[:-1], x) + line[-1]) for line in layer]
        out += [dot(line[:-1], x) + line[-1] for line in layers[-1]]
    return mean_square(out)


GRAPHS: dict[str, Callable[..., Any]] = {
    "convolution": convolution,
    "attention": attention,
    "softmax network": softmax_network,
    "recurrent": recurrent,
    "random graph": random_graph,
    "chain": chain,
    "network": network,
}


def leaves_and_function(
    graph: Callable[..., Any], /, value: Callable[[float], Any] = Value, **size: Any
) -> tuple[list[Any], Callable[[], Any]]:
    """The graph's leaves with random numbers, and the function that computes it from them."""
    draw = random.Random(0)
    leaves: list[Any] = []

    def leaf() -> Any:
        leaves.append(value(draw.uniform(-0.7, 0.7)))
        return leaves[-1]

    graph(leaf, **size)

    def again() -> Any:
        ready = iter(leaves)
        return graph(lambda: next(ready), **size)

    return leaves, again


def prepare(graph: str, what: str = "replay", **size: int) -> Program:
    """`what`: "eager", "micrograd" the same with its Values, "replay", "native" by way of C, or
    "compile" for tracing and planning anew.
    """
    value_of = Value
    if what == "micrograd":
        value_of = importlib.import_module("micrograd.engine").Value
        sys.setrecursionlimit(10**6)  # its sort of the nodes calls itself for every operand
    leaves, again = leaves_and_function(GRAPHS[graph], value_of, **size)
    compiled = autograd.compile(again, native=what == "native")
    value, gradients = 0.0, [0.0]

    def eager(times: int) -> None:
        nonlocal value, gradients
        for _ in range(times):
            for x in leaves:
                x.grad = 0.0
            out = again()
            out.backward()
            value = out.data
        gradients = [x.grad for x in leaves]

    def replay(times: int) -> None:
        nonlocal value, gradients
        for _ in range(times):
            value, line = compiled.value_and_grad()
        by_leaf = dict(zip(map(id, compiled.captured), line, strict=True))
        gradients = [by_leaf[id(x)] for x in leaves]

    def compile_anew(times: int) -> None:
        for _ in range(times):
            autograd.compile(again).value()
        replay(1)

    def results() -> dict[str, list[float]]:
        return {"value": [value], "gradients": gradients}

    run = {
        "eager": eager, "micrograd": eager, "replay": replay, "native": replay,
        "compile": compile_anew,
    }[what]  # fmt: skip
    return Program(run, results)
