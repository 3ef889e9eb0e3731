"""``numpy.random`` as it is: random numbers take no gradient."""

from __future__ import annotations

from numpy.random import *  # noqa: F403
