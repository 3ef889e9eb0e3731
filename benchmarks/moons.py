"""The points, labels and starting weights that every contender is given."""

import random
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


def moons(count: int, noise: float = 0.1, seed: int = 1) -> tuple[NDArray[np.float64], list[int]]:
    """Two interleaved noisy half circles, shuffled: (count, 2) points, labels 0 and 1."""
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, np.pi, count // 2)
    outer = np.column_stack([np.cos(angle), np.sin(angle)])
    inner = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    points = np.concatenate([outer, inner]) + rng.normal(scale=noise, size=(2 * len(angle), 2))
    order = rng.permutation(len(points))
    return points[order], [int(row >= len(angle)) for row in order]


def scalar_weights(sizes: list[int], seed: int = 1337) -> list[float]:
    """Uniform in (-1, 1), neuron by neuron: its weights, then its bias, which starts at 0."""
    draw = random.Random(seed)
    weights = []
    for n_in, n_out in pairwise(sizes):
        for _ in range(n_out):
            weights += [draw.uniform(-1, 1) for _ in range(n_in)] + [0.0]
    return weights


def layer_weights(
    sizes: list[int], seed: int = 7
) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """(weight, bias) per layer, weight of shape (n_in, n_out), uniform in ±1/√n_in, float32."""
    rng = np.random.default_rng(seed)
    layers = []
    for n_in, n_out in pairwise(sizes):
        bound = n_in**-0.5
        weight = rng.uniform(-bound, bound, (n_in, n_out)).astype(np.float32)
        layers.append((weight, rng.uniform(-bound, bound, n_out).astype(np.float32)))
    return layers
