"""A checkpoint of a training that does not fit is refused in one line and changes nothing."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
import optim
from tests.nn.test_checkpoint import same

X, Y = nn.data.xor(40, rng=0)


def training(seed: int = 0) -> tuple[nn.Module, Any, list[Any]]:
    net = nn.Sequential(nn.Linear(2, 3, rng=seed), nn.Dropout(0.1, rng=3), nn.Linear(3, 2, rng=1))
    callbacks = [nn.EarlyStopping(monitor="loss"), nn.InputNoise(0.1, rng=2)]
    return net, optim.Adam(net.parameters(), lr=0.01), callbacks


def fit(path: Path | None, net: nn.Module, optimizer: Any, callbacks: Any, epochs: int) -> Any:
    return nn.fit(
        net, (X, Y), nn.CrossEntropyLoss(), optimizer, epochs, callbacks=callbacks, seed=0,
        resume=path,
    )  # fmt: skip


@pytest.fixture(name="state")
def _state(tmp_path: Path) -> Any:
    net, optimizer, callbacks = training()
    fit(None, net, optimizer, [*callbacks, nn.Checkpoint(tmp_path / "run.npz")], 2)
    state = nn.load_checkpoint(tmp_path / "run.npz")
    state["callbacks"] = state["callbacks"][:2]
    return state


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every dict entry and list item."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in items:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def test_every_part_that_is_missing_or_something_else(tmp_path: Path, state: Any) -> None:
    path, refused = tmp_path / "bad.npz", 0
    rng = np.random.default_rng(0)
    kinds: list[Any] = ["gone", None, "text", -3, np.ones(2) * 1j, [[]]]
    for place in places(state):
        if "weights" in place[:-1]:
            continue  # a state of the model, which nobody reads before the end
        for junk in (kinds[i] for i in rng.choice(len(kinds), 2, replace=False)):
            bad = copy.deepcopy(state)
            holder = bad
            for key in place[:-1]:
                holder = holder[key]
            if isinstance(junk, str) and junk == "gone":
                del holder[place[-1]]
            else:
                holder[place[-1]] = junk
            nn.save_checkpoint(path, bad)
            net, optimizer, callbacks = training(5)
            before, moments = training(5)[0], repr(optimizer.state_dict())
            try:
                fit(path, net, optimizer, callbacks, 0)
            except ValueError as error:
                said = str(error)
            else:
                continue
            refused += 1
            assert "\n" not in said and "fit:" in said, said
            assert same(net, before) and repr(optimizer.state_dict()) == moments
    assert refused > 50


def test_the_state_of_another_network_leaves_both_as_they_were(tmp_path: Path, state: Any) -> None:
    nn.save_checkpoint(tmp_path / "run.npz", {**state, "optimizer": {"updates": 3}})
    net, optimizer, callbacks = training(5)
    with pytest.raises(ValueError, match="fit: the checkpoint is damaged or of another training"):
        fit(tmp_path / "run.npz", net, optimizer, callbacks, 3)
    assert same(net, training(5)[0]) and optimizer.updates == 0
