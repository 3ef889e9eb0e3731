"""Nested dicts and lists of arrays, numbers and texts as one text and a table of arrays."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from autograd.calculus import short
from autograd.typing import Array, State, StateLike
from nn.checkpoints.formats import METADATA

#: What JSON writes as it is, beside lists and tables.
Leaf = bool | int | float | str | None


def packed(state: StateLike) -> tuple[str, dict[str, Array]]:
    """The state as JSON, with its arrays set apart, each under a name of its own."""
    if not isinstance(state, Mapping):
        raise TypeError(
            f"save_checkpoint: a dict such as state_dict() gives is wanted, not a "
            f"{type(state).__name__}"
        )
    arrays: dict[str, Array] = {}
    try:
        return json.dumps(_packed(state, "", arrays)), arrays
    except RecursionError:
        raise ValueError(
            "save_checkpoint: the state is nested too deeply, or holds itself"
        ) from None


def unpacked(text: str, arrays: Mapping[str, Array]) -> State:
    """What :func:`packed` took apart; ValueError for what it cannot have written."""
    try:
        state = _unpacked(json.loads(text), arrays)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except KeyError as error:
        raise ValueError(f"the array {error} is missing") from None
    except TypeError as error:
        raise ValueError(str(error)) from None
    if not isinstance(state, dict):
        raise ValueError(f"a {type(state).__name__} in place of a table")
    return state


def _packed(value: object, path: str, arrays: dict[str, Array]) -> object:
    if isinstance(value, np.ndarray):
        name = _free_name(path, arrays)
        arrays[name] = value
        return {"__array__": name}
    if isinstance(value, Mapping):
        parts = [
            (_key(key, path), _packed(part, f"{path}.{key}" if path else str(key), arrays))
            for key, part in value.items()
        ]
        if all(isinstance(key, str) and key[:2] != "__" for key, _ in parts):
            return dict(parts)
        return {"__items__": parts}  # JSON keys are text
    if isinstance(value, list | tuple):
        return [_packed(part, f"{path}.{i}", arrays) for i, part in enumerate(value)]
    leaf = value.item() if isinstance(value, np.generic) else value
    if isinstance(leaf, Leaf):
        return leaf
    raise TypeError(
        f"save_checkpoint: {path!r} is of type {type(value).__name__}; only data is saved"
    )


def _key(key: object, path: str) -> Leaf:
    leaf = key.item() if isinstance(key, np.generic) else key
    if isinstance(leaf, Leaf):
        return leaf
    place = repr(path) if path else "the state"
    raise TypeError(f"save_checkpoint: {place} has the key {short(key)}; keys are texts or numbers")


def _free_name(path: str, arrays: Mapping[str, Array]) -> str:
    """The path, if it can be a name in the file and no other array has it; otherwise a number."""
    usable = path.isprintable() and len(path) <= 200 and path not in ("", METADATA)
    name, number = path, len(arrays)
    while not usable or name in arrays:
        name, number, usable = f"array {number}", number + 1, True
    return name


def _unpacked(value: object, arrays: Mapping[str, Array]) -> object:
    if isinstance(value, dict):
        if "__array__" in value:
            return arrays[value["__array__"]]
        if "__items__" in value:
            return {key: _unpacked(part, arrays) for key, part in value["__items__"]}
        return {key: _unpacked(part, arrays) for key, part in value.items()}
    return [_unpacked(part, arrays) for part in value] if isinstance(value, list) else value
