"""``torch.distributions``: draws, and log-probabilities that gradients flow through."""

from __future__ import annotations

import math
from typing import Any

from tracegrad.torch.tensors import NAMES, Tensor, array_of, lacking, rng, wrapped


class Categorical:
    """Indices with the probabilities, or logits, on the last axis."""

    def __init__(self, probs: Any = None, logits: Any = None) -> None:
        if (probs is None) == (logits is None):
            raise ValueError("Categorical: give either probs or logits")
        if probs is not None:
            self.probs = probs / probs.sum(-1, keepdim=True)
            self.logits = self.probs.log()
        else:
            self.logits = logits.log_softmax(-1)
            self.probs = self.logits.exp()

    def sample(self) -> Any:
        ends = array_of(self.probs).astype(float).cumsum(-1)
        draws = rng(None).random(ends.shape[:-1])[..., None] * ends[..., -1:]
        return wrapped((draws >= ends).sum(-1))

    def log_prob(self, value: Any) -> Any:
        return self.logits.gather(-1, value.long().unsqueeze(-1)).squeeze(-1)

    def entropy(self) -> Any:
        return -(self.probs * self.logits.clamp(min=-1e38)).sum(-1)


class Normal:
    """N(loc, scale²)."""

    def __init__(self, loc: Any, scale: Any) -> None:
        self.loc, self.scale = (
            x if isinstance(x, Tensor) else NAMES["tensor"](float(x)) for x in (loc, scale)
        )

    @property
    def mean(self) -> Any:
        return self.loc

    @property
    def stddev(self) -> Any:
        return self.scale

    def rsample(self) -> Any:
        """A draw as a function of ``loc`` and ``scale``: gradients flow to them."""
        whole = self.loc.detach() + self.scale.detach()
        return self.loc + self.scale * NAMES["randn_like"](whole)

    def sample(self) -> Any:
        return self.rsample().detach()

    def log_prob(self, value: Any) -> Any:
        z = (value - self.loc) / self.scale
        return -0.5 * z**2 - self.scale.log() - 0.5 * math.log(2 * math.pi)

    def entropy(self) -> Any:
        return self.scale.log() + 0.5 * math.log(2 * math.pi * math.e)


def __getattr__(name: str) -> Any:
    raise lacking(__name__, name, __all__)


__all__ = ["Categorical", "Normal"]
