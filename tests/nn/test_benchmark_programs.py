"""The programs that the benchmarks of nn race: the same numbers from each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.programs import mlp_numpy, mlp_tracegrad, stream
from nn.examples.batches import anonymous_megabytes
from tests.peers import require

SIZES, BATCH = [6, 9, 5, 3], 8


def test_by_hand_and_tracegrad_take_the_same_steps() -> None:
    ours, by_hand = mlp_tracegrad.prepare(SIZES, BATCH), mlp_numpy.prepare(SIZES, BATCH)
    for program in (ours, by_hand):
        program.run(20)
    for name, values in by_hand.results().items():
        np.testing.assert_allclose(ours.results()[name], values, rtol=1e-3, atol=1e-5)


def test_pytorch_takes_them_too() -> None:
    require("torch")
    from benchmarks.programs import mlp_torch

    ours, theirs = mlp_tracegrad.prepare(SIZES, BATCH), mlp_torch.prepare(SIZES, BATCH)
    for program in (ours, theirs):
        program.run(20)
    for name, values in theirs.results().items():
        np.testing.assert_allclose(ours.results()[name], values, rtol=1e-3, atol=1e-5)


def test_fit_takes_the_steps_of_the_loop() -> None:
    programs = [mlp_tracegrad.prepare(SIZES, BATCH, loop) for loop in ("loader", "fit")]
    for program in programs:
        program.run(3)
    assert programs[0].results() == programs[1].results()


def test_a_small_stream_needs_little_memory(tmp_path: Path) -> None:
    before = anonymous_megabytes()
    program = stream.prepare(str(tmp_path / "rows.f32"), gigabytes=0.1)
    program.run(1)
    if before is not None:
        assert program.results()["megabytes"][0] <= before + 60


@pytest.mark.parametrize("loop", ["steps", "fit"])
def test_the_weights_move(loop: str) -> None:
    program = mlp_tracegrad.prepare(SIZES, BATCH, loop)
    before = program.results()["first weights"]
    program.run(1)
    assert program.results()["first weights"] != before
