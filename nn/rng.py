"""The default generator of random numbers, and what ``rng=`` and ``seed=`` may be."""

from __future__ import annotations

import numpy as np

from autograd.calculus import short
from autograd.typing import Seed, State

_default = np.random.default_rng()


def manual_seed(seed: int) -> np.random.Generator:
    """Start the default generator anew from ``seed``; ``rng=None`` stands for it everywhere.

    ``seed`` is a whole number. Returns the generator.

    >>> import nn
    >>> _ = nn.manual_seed(7)
    >>> first = nn.Linear(2, 3).weight.data
    >>> _ = nn.manual_seed(7)
    >>> (nn.Linear(2, 3).weight.data == first).all()
    np.True_
    """
    global _default
    _default = np.random.default_rng(seed)
    return _default


def generator(rng: Seed = None) -> np.random.Generator:
    """``rng`` itself, a new generator if it is a seed, or the default one if it is None."""
    if rng is None:
        return _default
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, int | np.integer) and not isinstance(rng, bool) and rng >= 0:
        return np.random.default_rng(rng)
    raise TypeError(
        f"rng: a numpy.random.Generator or a seed (an integer from 0) is needed, not {short(rng)}"
    )


def seed_from(seed: Seed) -> int:
    """``seed`` itself if it is a number, otherwise one that its generator draws."""
    if isinstance(seed, int | np.integer):
        return int(seed)
    return int(generator(seed).integers(2**62))


def get_state() -> State:
    """The state of the default generator, as numbers and text."""
    state: State = dict(_default.bit_generator.state)
    return state


def set_state(state: State) -> None:
    """Put the default generator back to a state that :func:`get_state` returned."""
    _default.bit_generator.state = state
