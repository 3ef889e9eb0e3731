"""A model of names, letter by letter: counted trigrams, an MLP, and two layers of attention.

    python -m nn.examples.characters [--words FILE]

trains both networks and prints the loss of each on words held out. Without a file, of one word a
line, the words are the 14,695 names in the package zxcvbn (licence MIT): ``pip install zxcvbn``, or
the extra ``tracegrad[examples]``. The MLP is that of Bengio et al. (2003), as in makemore.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import numpy as np

import autograd
import nn
import nn.functional as F
import optim
from autograd import Tensor
from autograd.typing import Array

#: How many letters the MLP and the trigrams look back.
CONTEXT = 3


def names() -> list[str]:
    """The surnames and first names among zxcvbn's lists of what passwords are made of."""
    try:
        from zxcvbn.frequency_lists import FREQUENCY_LISTS as lists
    except ModuleNotFoundError:
        raise SystemExit(
            "the names come from zxcvbn: pip install 'tracegrad[examples]', or pass --words FILE"
        ) from None
    return [name for part in ("surnames", "female_names", "male_names") for name in lists[part]]


class Words:
    """Words as rows of numbers of letters, then 0, which ends them; a tenth is held out."""

    letters: list[str]
    size: int
    length: int
    train: Array
    test: Array

    def __init__(self, words: list[str], rng: np.random.Generator) -> None:
        words = sorted({word.strip().lower() for word in words} - {""})
        rng.shuffle(words)
        self.letters = sorted(set("".join(words)))
        self.size = len(self.letters) + 1
        number = {letter: i for i, letter in enumerate(self.letters, 1)}
        self.length = max(map(len, words)) + 1
        rows = np.zeros((len(words), self.length), np.int64)
        for row, word in zip(rows, words):
            row[: len(word)] = [number[letter] for letter in word]
        held_out = max(1, len(words) // 10)
        self.train, self.test = rows[held_out:], rows[:held_out]


def contexts(rows: Array, size: int) -> tuple[Array, Array]:
    """For each letter of each word, and its end: the ``size`` letters before it, and the letter.

    >>> import numpy as np
    >>> from nn.examples.characters import contexts
    >>> contexts(np.array([[1, 2, 0, 0]]), 2)
    (array([[0, 0],
           [0, 1],
           [1, 2]]), array([1, 2, 0]))
    """
    padded = np.pad(rows, ((0, 0), (size, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, size + 1, axis=1)
    inside = np.arange(rows.shape[1]) <= (rows > 0).sum(1, keepdims=True)
    chosen = windows[inside]
    return chosen[:, :-1], chosen[:, -1]


def trigram_loss(words: Words) -> float:
    """The held-out loss of P(c | a, b) = (n(abc) + α) / Σ(n(abc) + α), by the best α.

    α is chosen on the words held out, which the networks are not allowed.
    """
    counts = np.zeros((words.size,) * 3)
    x, y = contexts(words.train, 2)
    np.add.at(counts, (x[:, 0], x[:, 1], y), 1)
    x, y = contexts(words.test, 2)
    losses = []
    for alpha in (0.01, 0.03, 0.1, 0.3, 1.0):
        smoothed = counts + alpha
        p = smoothed / smoothed.sum(axis=2, keepdims=True)
        losses.append(-np.log(p[x[:, 0], x[:, 1], y]).mean())
    return float(min(losses))


class LetterMLP(nn.Module):
    """The vectors of the letters before, side by side; a hidden layer of tanh; a score a letter."""

    embedding: nn.Embedding
    hidden: nn.Linear
    out: nn.Linear

    def __init__(self, letters: int, vector: int = 16, hidden: int = 200) -> None:
        self.embedding = nn.Embedding(letters, vector, dtype=np.float32)
        self.hidden = nn.Linear(CONTEXT * vector, hidden, dtype=np.float32)
        self.out = nn.Linear(hidden, letters, dtype=np.float32)

    def forward(self, x: Array) -> Tensor:
        vectors = self.embedding(x)
        joined = vectors.reshape((*x.shape[:-1], -1))
        return self.out(autograd.tanh(self.hidden(joined)))


class LetterAttention(nn.Module):
    """Vectors of letters and of positions, two layers that look at what came before, scores."""

    embedding: nn.Embedding
    position: nn.Embedding
    first: nn.TransformerEncoderLayer
    second: nn.TransformerEncoderLayer
    norm: nn.LayerNorm
    out: nn.Linear

    def __init__(self, letters: int, length: int, vector: int = 48, heads: int = 4) -> None:
        kind = np.float32
        self.embedding = nn.Embedding(letters, vector, dtype=kind)
        self.position = nn.Embedding(length, vector, dtype=kind)
        self.first, self.second = (
            nn.TransformerEncoderLayer(
                vector,
                heads,
                4 * vector,
                0.0,
                "relu",
                batch_first=True,
                norm_first=True,
                dtype=kind,
            )
            for _ in range(2)
        )
        self.norm = nn.LayerNorm(vector, dtype=kind)
        self.out = nn.Linear(vector, letters, dtype=kind)
        for table in (self.embedding, self.position):
            nn.init.normal_(table.weight, std=0.1)

    def forward(self, x: Array) -> Tensor:
        h = self.embedding(x) + self.position(np.arange(x.shape[1]))
        h = self.second(self.first(h, is_causal=True), is_causal=True)
        return self.out(self.norm(h))


def shifted(rows: Array) -> tuple[Array, Array]:
    """What the attention layers read, a 0 and the word, and what they are to say; -100: nothing."""
    before = np.pad(rows, ((0, 0), (1, 0)))[:, :-1]
    inside = np.arange(rows.shape[1]) <= (rows > 0).sum(1, keepdims=True)
    return before, np.where(inside, rows, -100)


def train(
    model: nn.Module,
    x: Array,
    y: Array,
    steps: int,
    batch: int,
    lr: float,
    rng: np.random.Generator,
) -> None:
    """Adam on random batches, the learning rate falling to 0 along a cosine."""

    def schedule(step: int) -> float:
        return lr * 0.5 * (1 + math.cos(math.pi * step / steps))

    optimizer = optim.AdamW(model.parameters(), lr=schedule, weight_decay=0.01)
    for _ in range(steps):
        chosen = rng.integers(0, len(x), batch)
        scores = model(x[chosen])
        loss = F.cross_entropy(scores.reshape((-1, scores.shape[-1])), y[chosen].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def held_out_loss(model: nn.Module, x: Array, y: Array) -> float:
    """The mean loss per letter."""
    total = count = 0.0
    model.eval()
    with autograd.no_grad():
        for start in range(0, len(x), 512):
            part, targets = x[start : start + 512], y[start : start + 512].reshape(-1)
            scores = model(part)
            flat = scores.reshape((-1, scores.shape[-1]))
            total += F.cross_entropy(flat, targets, reduction="sum").item()
            count += (targets != -100).sum()
    return total / count


def main(arguments: list[str] | None = None) -> dict[str, float]:
    """Count, train, print the losses on the words held out, and return them by name."""
    parser = argparse.ArgumentParser(prog="python -m nn.examples.characters", description=__doc__)
    parser.add_argument("--words", type=Path, metavar="FILE", help="one word a line")
    parser.add_argument("--mlp-steps", type=int, default=4000)
    parser.add_argument("--attention-steps", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    rng = nn.manual_seed(options.seed)
    listed = options.words.read_text(encoding="utf-8").split() if options.words else names()
    words = Words(listed, rng)
    print(f"{len(words.train)} words to learn from, {len(words.test)} held out")
    losses = {"trigrams": trigram_loss(words)}
    print(f"trigrams, counted and smoothed: {losses['trigrams']:.3f}")
    runs: list[tuple[str, nn.Module, tuple[Array, Array], tuple[Array, Array], int, int, float]] = [
        (
            "MLP",
            LetterMLP(words.size),
            contexts(words.train, CONTEXT),
            contexts(words.test, CONTEXT),
            options.mlp_steps,
            256,
            0.005,
        ),
        (
            "attention",
            LetterAttention(words.size, words.length),
            shifted(words.train),
            shifted(words.test),
            options.attention_steps,
            64,
            0.003,
        ),
    ]
    for name, model, (x, y), held_out, steps, batch, lr in runs:
        start = time.perf_counter()
        train(model, x, y, steps, batch, lr, rng)
        seconds = time.perf_counter() - start
        losses[name] = held_out_loss(model, *held_out)
        size = nn.count_parameters(model)
        print(f"{name}: {losses[name]:.3f} ({size} parameters, {steps} steps in {seconds:.0f} s)")
    return losses


if __name__ == "__main__":
    main()
