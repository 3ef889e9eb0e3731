"""What an optimizer is about to do to one parameter, for a lesson that writes it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from optim.kinds import Array, Function, Setting, StateLike


class NextUpdate(NamedTuple):
    """The rule, the states that it goes on from, and its settings at this update.

    ``rule(theta, g, *states, **settings)`` returns the new parameter and the new states, in the
    order of ``states``. ``schedules`` has the settings that follow one, or of whose entries some
    do, and ``turn`` the number of the update that they are asked for, from 0.
    """

    rule: Function
    states: Mapping[str, Array | float]
    settings: Mapping[str, Setting]
    schedules: StateLike  # callables, or tuples with callables among them
    turn: int
