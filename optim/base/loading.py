"""A saved optimizer, checked before anything of it is taken over."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from optim.base.checks import WHOLE, check_number
from optim.base.packing import Parameter, title
from optim.kinds import Array, Quantity, State, StateLike


class Saved(NamedTuple):
    """What ``state_dict()`` saved: updates, the groups' hyper-parameters, states by place."""

    updates: int
    groups: list[dict[str, Any]]
    state: dict[int, StateLike]


def read_state(state_dict: Any, mine: str, sizes: Sequence[int]) -> Saved:
    """The parts of a ``state_dict`` of the optimizer ``mine`` with groups of these sizes."""
    try:
        name, groups = state_dict["optimizer"], state_dict["param_groups"]
        updates, state = state_dict["updates"], state_dict["state"]
        members = [list(group["params"]) for group in groups]
        hyper = [{k: _revived(v) for k, v in g.items() if k != "params"} for g in groups]
        places = {i: place for place, i in enumerate(i for group in members for i in group)}
        states = {key: dict(value) for key, value in state.items()}
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise ValueError("this is no state_dict of an optimizer of this library") from None
    if name != mine:
        raise ValueError(f"this state_dict was saved by {name!s:.60}, not by {mine}")
    if (found := [len(group) for group in members]) != list(sizes):
        raise ValueError(
            f"this state_dict has parameter groups of sizes {found}, the optimizer {list(sizes)}"
        )
    if len(places) != sum(sizes):
        raise ValueError("this state_dict has one parameter twice in its groups")
    for key in states:
        if key not in places:
            raise ValueError(
                f"this state_dict has a state for parameter {key!r:.60}, which is in none of its "
                "groups (JSON makes texts of numbers: int(key) brings them back)"
            )
    own: dict[int, StateLike] = {places[key]: value for key, value in states.items()}
    return Saved(whole("updates", updates), hyper, own)


def loaded_group(group: StateLike, saved: StateLike, mine: str) -> State:
    """The hyper-parameters that a group takes over; its schedules are tried on copies."""
    new = {}
    for name, value in saved.items():
        if name not in group:
            raise ValueError(f"{mine} has no hyper-parameter {name!r:.60}, which was saved")
        new[name] = _loaded(group[name], value)
        if isinstance(value, dict) and hasattr(group[name], "load_state_dict"):
            try:
                copy.deepcopy(group[name]).load_state_dict(value)
            except (KeyError, TypeError, AttributeError) as error:
                raise ValueError(
                    f"the saved state of the schedule {name} does not fit: {error}"
                ) from None
    return new


def whole(name: str, value: Any) -> int:
    """A saved count; ValueError for what is none."""
    try:
        check_number(name, value, WHOLE)
    except TypeError as error:
        raise ValueError(str(error)) from None
    return int(value)


def number(name: str, value: Any) -> float:
    """A saved number; ValueError for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.floating):
        raise ValueError(f"the saved {name} must be a number, got {value!r:.60}")
    return float(value)


def only(names: Sequence[str], saved: StateLike, mine: str) -> None:
    """Raise ValueError for a saved state that ``mine`` does not have."""
    for name in saved:
        if name not in names:
            raise ValueError(f"{mine} has no state {name!r:.60}")


def matching(name: str, saved: Any, shape: tuple[int, ...], parameter: Parameter, i: int) -> Array:
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


def _revived(value: Any) -> Quantity:
    # JSON has no tuples.
    return tuple(value) if isinstance(value, list) else value


def is_schedule(saved: Any) -> bool:
    """Whether a saved hyper-parameter stands for a schedule: its state, or None for none."""
    return saved is None or isinstance(saved, dict)


def _loaded(own: Any, saved: Any) -> Quantity:
    """What a hyper-parameter becomes: a schedule stays, and a saved schedule gives no number."""
    if isinstance(own, tuple) and isinstance(saved, tuple) and len(own) == len(saved):
        return tuple(_loaded(a, b) for a, b in zip(own, saved, strict=True))
    keep = callable(own) or isinstance(saved, dict) or (saved is None and own is not None)
    return own if keep else saved


def saved_facts(own: Any, saved: Any) -> Quantity:
    """A hyper-parameter as the one who saved had it; the own one where that was a schedule."""
    if isinstance(own, tuple) and isinstance(saved, tuple) and len(own) == len(saved):
        return tuple(saved_facts(a, b) for a, b in zip(own, saved, strict=True))
    return own if is_schedule(saved) else saved
