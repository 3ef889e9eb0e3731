"""Tables beside stepped lessons: the local rules, fractions and identities that lectures print."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from autograd.calculus import Array
from autograd.lessons.worked_examples.catalogue import Table
from autograd.writing import words


def local_rules(s: float) -> Table:
    """The four local rules of a sigmoid taken apart, at t = -s, with upstream · local."""
    u = math.exp(-s)
    v = 1 + u
    by_v = -1 / v**2
    by_t = by_v * u
    return Table(
        words("the four local rules, and what flows"),
        (words("operation"), words("local derivative"), "∂f/∂f · ..."),
        [
            ("f = 1/v", "-1/v²", f"1 · (-1/{v:.2f}²) = {by_v:.2f}"),
            ("v = u + 1", "1", f"{by_v:.2f} · 1 = {by_v:.2f}"),
            ("u = eᵗ", "eᵗ", f"{by_v:.2f} · {u:.2f} = {by_t:.2f}"),
            ("t = -1 · s", "-1", f"{by_t:.2f} · (-1) = {-by_t:.2f}"),
        ],
    )


def as_fractions(rate: Fraction = Fraction(1, 10)) -> Table:
    """The gradients of two weights and a ReLU, and one update, as the fractions they are."""
    w1, w2 = Fraction(1, 3), Fraction(2)
    guess = w2 * w1
    by_guess = 2 * guess
    by_w2, by_w1 = by_guess * w1, by_guess * w2
    new1, new2 = w1 - rate * by_w1, w2 - rate * by_w2
    return Table(
        words("the same as fractions"),
        ("", words("product"), words("value")),
        [
            ("ŷ", f"{w2} · {w1}", str(guess)),
            ("L", f"({guess})²", str(guess**2)),
            ("dL/dŷ", f"2 · {guess}", str(by_guess)),
            ("dL/dw2", f"{by_guess} · {w1}", str(by_w2)),
            ("dL/dw1", f"{by_guess} · {w2} · 1 · 1", str(by_w1)),
            (f"w1', α = {rate}", f"{w1} - {rate} · {by_w1}", str(new1)),
            (f"w2', α = {rate}", f"{w2} - {rate} · {by_w2}", str(new2)),
            (words("L after"), f"({new1} · {new2})²", str((new1 * new2) ** 2)),
        ],
    )


def saved_and_completed(x1: float, x2: float, z2: float) -> Table:
    """y = (x1 + x2) z2: the local derivatives of the forward pass, and the products of backward."""
    z1 = x1 + x2
    return Table(
        words("saved in the forward pass, completed in the backward pass"),
        (words("local derivative"), words("saved"),
         words("completed")),
        [
            ("∂z1/∂x1", "1", f"∂y/∂x1 = {z2:g} · 1 = {z2:g}"),
            ("∂z1/∂x2", "1", f"∂y/∂x2 = {z2:g} · 1 = {z2:g}"),
            ("∂y/∂z1 = z2", f"{z2:g}", f"∂y/∂z1 = 1 · {z2:g} = {z2:g}"),
            ("∂y/∂z2 = z1", f"{z1:g}", f"∂y/∂z2 = 1 · {z1:g} = {z1:g}"),
        ],
    )  # fmt: skip


def softmax_identity(z: tuple[float, ...], target: int) -> Table:
    """eᶻ, its share of the sum, and p - 1ᵧ, the gradient of the loss by the logits."""
    powers = np.exp(z)
    p = powers / powers.sum()
    hot = np.eye(len(z))[target]
    return Table(
        words("dl/dz = p - 1ᵧ for {n} classes", n=len(z)),
        ("z", "eᶻ", "p = eᶻ / Σ eᶻ", "1ᵧ", "p - 1ᵧ"),
        list(zip(z, powers, p, hot, p - hot)),
    )


def sigmoid_identity(guess: Array, target: Array) -> Table:
    """dL/ds = ŷ - y: the slope of the sigmoid cancels against that of the cross-entropy."""
    slope = guess * (1 - guess)
    of_loss = (guess - target) / slope
    return Table(
        words("dL/ds = ŷ - y: the factors cancel"),
        ("y", "ŷ", "dL/dŷ", "dŷ/ds = ŷ(1 - ŷ)", "dL/ds = ŷ - y"),
        list(zip(target[0], guess[0], of_loss[0], slope[0], (guess - target)[0])),
    )


def three_factors(error: float, slope: float, weights: Array, inner: Array, x: Array) -> Table:
    """Each gradient of a half squared error as error or δ, slope, and what came in."""
    δ2 = error * slope
    rows: list[tuple[object, ...]] = [
        (f"dL/dW2[{j}]", "(o - o*) · o(1 - o) · h", error, slope, h, δ2 * h)
        for j, h in enumerate(inner)
    ]
    for j, (weight, h) in enumerate(zip(weights, inner)):
        back, bend = δ2 * weight, h * (1 - h)
        rows += [
            (f"dL/dW1[{k},{j}]", "δ2·w · h(1 - h) · x", back, bend, value, back * bend * value)
            for k, value in enumerate(x)
        ]
    return Table(
        words("each gradient as a product of three factors"),
        ("", words("factors"), "1", "2", "3", words("product")),
        rows,
    )
