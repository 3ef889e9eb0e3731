"""``--jobs`` and ``--dask``: what a command says and writes does not depend on them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file

from autograd.cli import main
from nn.data.files import IRIS
from nn.tables import parallel, train_table
from tests.peers import require

RACE = ["race", "--optimizers", "sgd,adam,lbfgs", "--steps", "30"]
TRAIN = ["train", str(IRIS), "--epochs", "3", "--folds", "2", "--seeds", "2"]


@pytest.fixture(scope="module")
def address() -> Any:
    """The scheduler of two processes of Dask."""
    settings: dict[str, Any] = {"dashboard_address": None, "silence_logs": 50}
    with require("distributed").LocalCluster(2, processes=True, **settings) as running:
        yield running.scheduler_address


def test_a_race(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for words in ([], ["--jobs", "2"], ["--dask", address]):
        assert main([*RACE, *words]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] == said[2] and "lbfgs" in said[0]
    assert main([*RACE, "--dask", "no://scheduler"]) == 2
    assert "no scheduler of Dask answers at" in capsys.readouterr().err


def test_a_training(
    address: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said, weights = [], []
    for i, words in enumerate(([], ["--jobs", "2"], ["--dask", address])):
        (tmp_path / str(i)).mkdir()
        monkeypatch.chdir(tmp_path / str(i))
        assert main([*TRAIN, *words, "-o", "net"]) == 0
        said.append(capsys.readouterr().out)
        weights.append(load_file("net.safetensors"))
    assert said[0] == said[1] == said[2] and "2 folds, median of 2 seeds" in said[0]
    for others in weights[1:]:
        assert all((others[name] == array).all() for name, array in weights[0].items())


def test_what_was_trained_at_once_is_kept_for_a_resume(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: dict[str, Any] = {"epochs": 3, "seeds": 3, "output": tmp_path / "net"}
    whole = train_table(IRIS, epochs=3, seeds=3)
    train, trained = parallel._train, []

    def interrupted(found: Any, options: Any, stage: Any) -> Any:
        if stage[2] == "seed 2":
            raise KeyboardInterrupt
        return train(found, options, stage)

    def noted(found: Any, options: Any, stage: Any) -> Any:
        trained.append(stage[2])
        return train(found, options, stage)

    with ThreadPoolExecutor(1) as executor:
        monkeypatch.setattr(parallel, "_train", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train_table(IRIS, **settings, executor=executor)
        monkeypatch.setattr(parallel, "_train", noted)
        again = train_table(IRIS, **settings, executor=executor, resume=True)
    assert trained == ["seed 2"] and again.seeds == whole.seeds
