"""Files of weights and trainings: round trips, foreign files, damage, kills, full disks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn.checkpoints import formats

ENDINGS = [".safetensors", ".npz"]
ROOT = Path(__file__).resolve().parents[2]


def network(seed: int = 0) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(3, 4, rng=seed), nn.BatchNorm1d(4), nn.Linear(4, 2, rng=seed + 1)
    )


def same(a: nn.Module, b: nn.Module) -> bool:
    x, y = a.state_dict(), b.state_dict()
    return list(x) == list(y) and all((x[name] == y[name]).all() for name in x)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("layout", ["tracegrad", "torch"])
def test_weights_come_back(tmp_path: Path, ending: str, layout: str) -> None:
    net, other = network(), network(5)
    path = tmp_path / f"net{ending}"
    nn.save_weights(path, net, layout, {"dataset": "iris"})
    said = nn.load_weights(path, other)
    assert same(net, other)
    assert said["dataset"] == "iris" and said["version"] == "1" and said["layout"] == layout
    assert os.listdir(tmp_path) == [path.name]


def test_pytorch_loads_our_safetensors_and_we_load_its(
    tmp_path: Path, require: Callable[[str], Any]
) -> None:
    torch, files = require("torch"), require("safetensors.torch")
    t = torch.nn
    ours = network()
    theirs = t.Sequential(t.Linear(3, 4), t.BatchNorm1d(4), t.Linear(4, 2)).double()
    nn.save_weights(tmp_path / "a.safetensors", ours, layout="torch")
    theirs.load_state_dict(files.load_file(tmp_path / "a.safetensors"))
    x = np.random.default_rng(0).normal(size=(6, 3))
    np.testing.assert_allclose(
        ours(x).data, theirs(torch.from_numpy(x)).detach().numpy(), atol=1e-12
    )
    files.save_file(theirs.state_dict(), tmp_path / "b.safetensors")
    other = network(9)
    with pytest.raises(ValueError, match="layout='torch'"):
        nn.load_weights(tmp_path / "b.safetensors", other)
    nn.load_weights(tmp_path / "b.safetensors", other, layout="torch")
    for name, array in nn.to_torch(other).items():
        assert (array == theirs.state_dict()[name].numpy()).all()


TREE: dict[str, Any] = {
    "model": {"0.weight": np.arange(6.0).reshape(2, 3), "n": np.array(7)},
    "optimizer": {"state": {0: {"m": np.ones(2, np.float32), "step": 3}, 1: {}}, "lr": 1e-3},
    "rng": {"state": 2**120 + 1, "inc": 5},
    "history": [{"loss": 0.1 + 0.2, "bad": float("nan"), "big": float("inf")}, {}],
    "none": None,
    "flag": True,
    "text": "σ",
    "tuple": (1, 2),
    "empty": np.empty((0, 3)),
    "transposed": np.arange(6).reshape(2, 3).T,
    "__odd": np.float64(0.5),
}


def assert_equal(a: Any, b: Any) -> None:
    if isinstance(a, dict):
        assert list(a) == list(b)
        for key in a:
            assert_equal(a[key], b[key])
    elif isinstance(a, list | tuple):
        assert len(a) == len(b)
        for x, y in zip(a, b):
            assert_equal(x, y)
    elif isinstance(a, np.ndarray):
        assert a.dtype == b.dtype and a.shape == b.shape and (a == b).all()
    else:
        assert a == b or (a != a and b != b)


@pytest.mark.parametrize("ending", ENDINGS)
def test_nested_states_come_back_exactly(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"run{ending}"
    nn.save_checkpoint(path, TREE)
    assert_equal(TREE, nn.load_checkpoint(path))


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_truncation_and_many_damages_are_noticed(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"net{ending}"
    net = network()
    nn.save_weights(path, net)
    whole = path.read_bytes()
    for length in [*range(0, len(whole), max(1, len(whole) // 40)), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="truncated, damaged or no") as caught:
            nn.load_weights(path, net)
        assert "\n" not in str(caught.value) and str(path) in str(caught.value)
    path.write_bytes(b"PK" + os.urandom(200))
    with pytest.raises(ValueError, match="damaged"):
        nn.load_weights(path, net)


@pytest.mark.parametrize(
    "other, error, said",
    [
        (nn.Sequential(nn.Linear(3, 4)), KeyError, "missing|unexpected"),
        (nn.Linear(3, 4), KeyError, "missing weight"),
        (network().append(nn.Linear(2, 2)), KeyError, "missing 3.weight"),
        (nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 3)), ValueError, "shape"),
    ],
)
def test_weights_of_another_network(
    tmp_path: Path, other: nn.Module, error: type[Exception], said: str
) -> None:
    path = tmp_path / "net.safetensors"
    nn.save_weights(path, network())
    before = other.state_dict()
    with pytest.raises(error, match=said) as caught:
        nn.load_weights(path, other)
    assert str(path) in str(caught.value)
    assert all((before[name] == array).all() for name, array in other.state_dict().items())


def test_other_faults(tmp_path: Path) -> None:
    net = network()
    with pytest.raises(ValueError, match=r"net\.pt: the ending is unknown"):
        nn.save_weights(tmp_path / "net.pt", net)
    with pytest.raises(ValueError, match=r"net\.pt: the ending is unknown"):
        nn.load_weights(tmp_path / "net.pt", net)
    with pytest.raises(ValueError, match="layout"):
        nn.save_weights(tmp_path / "net.npz", net, layout="keras")
    with pytest.raises(FileNotFoundError, match="no such file"):
        nn.load_weights(tmp_path / "none.npz", net)
    with pytest.raises(OSError, match="cannot be written"):
        nn.save_weights(tmp_path / "no" / "net.npz", net)
    with pytest.raises(TypeError, match=r"'a\.b' is of type object"):
        nn.save_checkpoint(tmp_path / "a.npz", {"a": {"b": object()}})
    nn.save_weights(tmp_path / "net.npz", net)
    with pytest.raises(ValueError, match="not a checkpoint"):
        nn.load_checkpoint(tmp_path / "net.npz")
    nn.save_checkpoint(tmp_path / "run.npz", {"model": net.state_dict()})
    with pytest.raises(ValueError, match="load_checkpoint"):
        nn.load_weights(tmp_path / "run.npz", net)
    assert sorted(os.listdir(tmp_path)) == ["net.npz", "run.npz"]


def test_a_newer_format_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "VERSION", 2)
    nn.save_weights(tmp_path / "net.npz", network())
    monkeypatch.undo()
    with pytest.raises(ValueError, match="newer"):
        nn.load_weights(tmp_path / "net.npz", network())


def test_nothing_is_ever_pickled(tmp_path: Path) -> None:
    np.savez(tmp_path / "evil.npz", x=np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="damaged"):
        nn.load_weights(tmp_path / "evil.npz", network())


SAVER = """
import sys, numpy as np, nn
path = sys.argv[1]
for i in range(10**9):
    nn.save_checkpoint(path, {"i": i, "x": np.full(200_000, float(i))})
    print(i, flush=True)
"""


@pytest.mark.parametrize("ending", ENDINGS)
def test_kill_in_the_middle_of_a_save(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"run{ending}"
    rng = np.random.default_rng(0)
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", SAVER, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        for _ in range(3):
            process.stdout.readline()
        time.sleep(float(rng.uniform(0, 0.02)))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        found = nn.load_checkpoint(path)
        assert (found["x"] == found["i"]).all() and found["i"] >= 2


FULL = """
import resource, sys, numpy as np, nn
path, sys.dont_write_bytecode = sys.argv[1], True  # a compiled file would be cut short as well
nn.save_checkpoint(path, {"x": np.zeros(10)})
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    nn.save_checkpoint(path, {"x": np.ones(100_000)})
except OSError as error:
    print(error)
print(nn.load_checkpoint(path)["x"].sum())
"""


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_disk_that_takes_no_more(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"run{ending}"
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    said, left = done.stdout.splitlines()
    assert "cannot be written" in said and "the previous file is intact" in said
    assert left == "0.0" and os.listdir(tmp_path) == [path.name]


def test_the_file_is_plain_safetensors(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    nn.save_weights(path, network())
    raw = path.read_bytes()
    header = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])
    assert header["__metadata__"]["producer"] == "tracegrad"
    assert header["0.weight"]["shape"] == [3, 4] and header["0.weight"]["dtype"] == "F64"
