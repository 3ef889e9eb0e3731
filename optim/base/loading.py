"""A saved optimizer, checked before anything of it is taken over."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np

from optim.base.checks import WHOLE, check_number, short
from optim.base.packing import title
from optim.kinds import Array, Parameter, State, StateLike


class Saved(NamedTuple):
    """What ``state_dict()`` saved: updates, the groups' hyper-parameters, states by place."""

    updates: int
    groups: list[State]
    state: dict[int, StateLike]


def read_state(state_dict: StateLike, optimizer: str, sizes: Sequence[int]) -> Saved:
    """The parts of a ``state_dict`` of this kind of optimizer, with groups of these sizes."""
    try:
        name, groups = state_dict["optimizer"], state_dict["param_groups"]
        updates, state = state_dict["updates"], state_dict["state"]
        members = [list(group["params"]) for group in groups]
        hyper = [{k: _revived(v) for k, v in g.items() if k != "params"} for g in groups]
        places = {i: place for place, i in enumerate(i for group in members for i in group)}
        states = {key: dict(value) for key, value in state.items()}
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise ValueError("this is no state_dict of an optimizer of this library") from None
    if name != optimizer:
        raise ValueError(f"this state_dict was saved by {name!s:.60}, not by {optimizer}")
    if (saved_sizes := [len(group) for group in members]) != list(sizes):
        raise ValueError(
            f"this state_dict has parameter groups of sizes {saved_sizes}, the optimizer"
            f" {list(sizes)}"
        )
    if len(places) != sum(sizes):
        raise ValueError("this state_dict has one parameter twice in its groups")
    for key in states:
        if key not in places:
            raise ValueError(
                f"this state_dict has a state for parameter {short(key)}, which is in none of its "
                "groups (JSON turns keys into strings: int(key) turns them back)"
            )
    return Saved(whole("updates", updates), hyper, {places[k]: v for k, v in states.items()})


def loaded_group(group: StateLike, saved: StateLike, optimizer: str) -> State:
    """The hyper-parameters that a group takes over; its schedules are tried on copies."""
    new = {}
    for name, value in saved.items():
        if name not in group:
            raise ValueError(f"{optimizer} has no hyper-parameter {short(name)}, which was saved")
        new[name] = merged(group[name], value, schedules_stay=True)
        if isinstance(value, dict) and hasattr(group[name], "load_state_dict"):
            try:
                copy.deepcopy(group[name]).load_state_dict(value)
            except (KeyError, TypeError, AttributeError) as error:
                raise ValueError(
                    f"the saved state of the schedule {name} does not fit: {error}"
                ) from None
    return new


def whole(name: str, value: object) -> int:
    """A saved count; ValueError for what is none."""
    try:
        check_number(name, value, WHOLE)
    except TypeError as error:
        raise ValueError(str(error)) from None
    return int(cast(float, value))


def number(name: str, value: object) -> float:
    """A saved number; ValueError for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.floating):
        raise ValueError(f"the saved {name} must be a number, got {short(value)}")
    return float(value)


def only(names: Sequence[str], saved: StateLike, optimizer: str) -> None:
    """Raise ValueError for a saved state that an optimizer of this kind does not have."""
    for name in saved:
        if name not in names:
            raise ValueError(f"{optimizer} has no state {short(name)}")


def matching(
    name: str, saved: object, shape: tuple[int, ...], parameter: Parameter, i: int
) -> Array:
    """A saved state as an array, if it has the shape of its parameter."""
    try:
        array = np.asarray(saved)
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.dtype.kind not in "fiu":
        raise ValueError(
            f"the saved state {name!r} of {title(parameter, i)} is not an array of real numbers"
        )
    if array.shape != shape:
        raise ValueError(
            f"the saved state {name!r} of {title(parameter, i)} has shape {array.shape},"
            f" the parameter {shape}"
        )
    return array


def _revived(value: object) -> object:
    # JSON has no tuples.
    return tuple(value) if isinstance(value, list) else value


def merged(current: object, saved: object, schedules_stay: bool) -> object:
    """A hyper-parameter as it was saved; the current one where a schedule was saved, or is in use.

    What is saved of a schedule is its state, or None.
    """
    if isinstance(current, tuple) and isinstance(saved, tuple) and len(current) == len(saved):
        pairs = zip(current, saved, strict=True)
        return tuple(merged(a, b, schedules_stay) for a, b in pairs)
    stays = saved is None or isinstance(saved, dict) or (schedules_stay and callable(current))
    return current if stays else saved
