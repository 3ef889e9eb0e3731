"""An LSTM that learns to add two numbers digit by digit, the last digit first.

    python -m nn.examples.addition [--digits 6] [--steps 1000]

At each step it reads one digit of either number and writes one digit of the sum. The carry is what
it has to remember. It is tested on sums that it has not seen, and on longer ones.
"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np

import autograd
import nn
import nn.functional as F
import optim
from autograd import Tensor
from autograd.typing import Array


class Adder(nn.Module):
    """Digits as one-hot vectors side by side, an LSTM along them, a score for each digit."""

    lstm: nn.LSTM
    out: nn.Linear

    def __init__(self, hidden: int = 32, rng: np.random.Generator | None = None) -> None:
        self.lstm = nn.LSTM(20, hidden, batch_first=True, dtype=np.float32, rng=rng)
        self.out = nn.Linear(hidden, 10, dtype=np.float32, rng=rng)

    def forward(self, digits: Array) -> Tensor:
        """(N, L, 2) digits of two numbers to (N, L, 10) scores of the digits of their sum."""
        vectors = F.one_hot(digits, 10, np.float32).reshape((*digits.shape[:2], 20))
        outputs, _ = self.lstm(vectors)
        return self.out(outputs)


def sums(count: int, digits: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Pairs of numbers of up to so many digits, and their sums; last digits first, one more digit.

    >>> import numpy as np
    >>> from nn.examples.addition import sums
    >>> x, y = sums(1, 2, np.random.default_rng(4))  # 72 + 94 = 166
    >>> x.tolist(), y.tolist()
    ([[[2, 4], [7, 9], [0, 0]]], [[6, 6, 1]])
    """
    numbers = rng.integers(0, 10**digits, (count, 2))
    powers = 10 ** np.arange(digits + 1)
    x = numbers[:, None, :] // powers[:, None] % 10
    return x, numbers.sum(axis=1)[:, None] // powers % 10


def train(model: Adder, digits: int, steps: int, rng: np.random.Generator, batch: int = 64) -> None:
    """Adam on new sums at every step, the learning rate falling to 0 along a cosine."""

    def schedule(step: int) -> float:
        return 0.01 * (1 + math.cos(math.pi * step / steps))

    optimizer = optim.Adam(model.parameters(), lr=schedule)
    for _ in range(steps):
        x, y = sums(batch, digits, rng)
        loss = F.cross_entropy(model(x).reshape((-1, 10)), y.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optim.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


def share_right(model: Adder, digits: int, rng: np.random.Generator, count: int = 2000) -> float:
    """The share of new sums of which every digit is right."""
    x, y = sums(count, digits, rng)
    with autograd.no_grad():
        written = model(x).data.argmax(axis=-1)
    return float((written == y).all(axis=1).mean())


def main(arguments: list[str] | None = None) -> float:
    """Train, print and return the share of unseen sums that are right."""
    parser = argparse.ArgumentParser(prog="python -m nn.examples.addition", description=__doc__)
    parser.add_argument("--digits", type=int, default=6)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    rng = np.random.default_rng(options.seed)
    model = Adder(rng=rng)
    start = time.perf_counter()
    train(model, options.digits, options.steps, rng)
    seconds = time.perf_counter() - start
    right = share_right(model, options.digits, rng)
    print(f"{nn.count_parameters(model)} parameters, {options.steps} steps in {seconds:.0f} s")
    print(f"unseen sums of {options.digits} digits: {right:.2%} right in every digit")
    longer = 2 * options.digits
    print(f"unseen sums of {longer} digits: {share_right(model, longer, rng):.2%}")
    return right


if __name__ == "__main__":
    main()
