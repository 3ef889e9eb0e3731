"""``fit(compile=True)`` goes on from a checkpoint to the bit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
import optim
from tests.nn.interrupt import Interrupt


def test_a_compiled_training_goes_on_to_the_bit(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    data = rng.standard_normal((130, 30)), rng.integers(0, 5, 130)
    path = tmp_path / "run.npz"

    def training(at: int, resume: bool = False) -> nn.Module:
        nn.manual_seed(1)
        # Wide layers, whose replays round otherwise than the first calls, which are traced.
        net = nn.Sequential(
            nn.Linear(30, 64), nn.BatchNorm1d(64), nn.Tanh(), nn.Dropout(0.1), nn.Linear(64, 32),
            nn.LayerNorm(32), nn.GELU(), nn.Linear(32, 5),
        )  # fmt: skip
        callbacks = [nn.Checkpoint(path, batches=1), Interrupt(at)]
        how: Any = {"resume": path if resume else None, "callbacks": callbacks}
        optimizer = optim.Adam(net.parameters(), lr=0.02)
        nn.fit(net, data, nn.CrossEntropyLoss(), optimizer, 3, compile=True, seed=4, **how)
        return net

    whole = training(-1)
    with pytest.raises(KeyboardInterrupt):
        training(3)
    resumed = training(-1, resume=True)
    for one, other in zip(whole.parameters(), resumed.parameters()):
        assert one.data.tobytes() == other.data.tobytes()
