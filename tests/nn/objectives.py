"""Objectives of searches, at the top of a file, where other processes find them."""

from __future__ import annotations

import math
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

import nn
import optim


def bowl(config: dict[str, Any], seed: int) -> dict[str, float]:
    """Least at x = 1, k = 0; the second number shows which seed the trial has."""
    return {"loss": (config["x"] - 1) ** 2 + config["k"], "seed": seed}


def fragile(config: dict[str, Any]) -> float:
    """Raises for k = 1, is nan for k = 2."""
    if config["k"] == 1:
        raise ValueError("k is\none")
    return math.nan if config["k"] == 2 else float(config["x"])


def halved(config: dict[str, Any], budget: int) -> float:
    """Falls with the budget, at a rate of its own."""
    return float(config["x"] + config["k"] / budget)


def slow(config: dict[str, Any]) -> float:
    """A twentieth of a second each."""
    time.sleep(0.05)
    return float(config["k"])


def end_this_process() -> None:
    """As the system does when the memory is used up."""
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    sys.exit("still here")


def deadly(config: dict[str, Any]) -> float:
    """Ends its process, always, for k = 3."""
    if config["k"] == 3:
        end_this_process()
    return float(config["k"])


def deadly_once(config: dict[str, Any]) -> float:
    """Ends its process for k = 3, the first time: a file remembers it."""
    if config["k"] == 3 and not Path(config["file"]).exists():
        Path(config["file"]).touch()
        end_this_process()
    return float(config["k"])


def trained(config: dict[str, Any]) -> dict[str, float]:
    """A network, trained."""
    net = nn.Linear(1, 1, rng=config["seed_of"])
    X = np.linspace(-1, 1, 8).reshape(-1, 1)
    sgd = optim.SGD(net.parameters(), lr=0.1)
    return {"loss": nn.fit(net, (X, 2 * X), nn.MSELoss(), sgd, 2, seed=0).last["loss"]}
