"""Paths with line breaks, escape sequences and 5,000 characters, in every place that quotes one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value, trace
from autograd.cli import main
from nn.data import CSVStream, memory_map, read_csv, read_npz
from nn.tables import train_csv
from optim.races import race

#: Parts of the name of a file; the last cannot be the name of one.
NAMES = ("a\nb\x1b]0;title\x07\x1b[2J\u202ec\u2028", "x" * 5000)

#: So long may a message be that quotes two paths.
MOST = 700

TABLE = "a,b,kind\n" + "\n".join(f"{i},{i % 3},{'xy'[i % 2]}" for i in range(12)) + "\n"

#: Every command that takes a path, and how it is called with one; {} stands for the path. Those
#: from here on take long where they succeed, and are called where they cannot:
SLOW = 14
COMMANDS = (
    "step x*x x=2 -o {}",
    "step x*x x=2 -o {}.svg",
    "render x*x x=2 -o {}",
    "render x*x x=2 -o {}.svg",
    "examples W1 -o {}",
    "examples W1 -o {}.txt",
    "race --steps 2 -o {}",
    "train {}",
    "train {}.csv --epochs 1",
    "predict {} DATA",
    "predict {}.safetensors DATA",
    "predict NET {}.csv",
    "predict NET DATA -o {}.csv",
    "predict NET DATA -o {}/out.csv",
    "demo -o {}",
    "step x*x x=2 -o {}/page.html",
    "render x*x x=2 -o {}.html",
    "examples adam -o {}.svg",
    "examples --all -o {}",
    "race --steps 2 --optimizers sgd -o {}/race.html",
    "train DATA --epochs 1 -o {}",
    "train DATA --epochs 1 -o {}/net",
)


def check(text: str) -> None:
    """One line that is printable and bounded."""
    assert text.isprintable() and 0 < len(text) < MOST, text[:MOST]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    (folder / "data.csv").write_text(TABLE)
    train_csv(folder / "data.csv", output=folder / "net", epochs=1, hidden=[2])
    return folder


@pytest.mark.parametrize("place", [0, 1])
def test_no_command_prints_a_path_as_it_is(
    place: int,
    trained: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    if len(NAMES[place]) < 100:
        Path(f"{NAMES[place]}.csv").write_text("a,b,kind\n1,oops,x\n")
    for command in COMMANDS if place else COMMANDS[:SLOW]:
        words = {"DATA": str(trained / "data.csv"), "NET": str(trained / "net.safetensors")}
        line = [words.get(word, word).replace("{}", NAMES[place]) for word in command.split()]
        status = main(line)
        out, err = capsys.readouterr()
        assert status in (0, 2), command
        assert len(err.splitlines()) == (status == 2), (command, err)
        for text in (*out.split("\n"), *err.split("\n")):
            if text.strip():
                assert text.isprintable(), (command, text[:MOST])
        assert len(err) < MOST, (command, err[:MOST])


#: Every function that reads or writes a file.
CALLS: dict[str, Callable[[str], Any]] = {
    "read_csv": read_csv,
    "CSVStream": CSVStream,
    "read_npz": read_npz,
    "memory_map": memory_map,
    "memory_map of raw numbers": lambda path: memory_map(path, (3, 7), np.float32),
    "load_weights": lambda path: nn.load_weights(path, nn.Linear(1, 1)),
    "load_weights safetensors": lambda path: nn.load_weights(
        f"{path}.safetensors", nn.Linear(1, 1)
    ),
    "load_checkpoint": lambda path: nn.load_checkpoint(f"{path}.npz"),
    "save_weights": lambda path: nn.save_weights(f"{path}/net.npz", nn.Linear(1, 1)),
    "save_checkpoint": lambda path: nn.save_checkpoint(path, {"a": 1}),
    "Graph.save": lambda path: trace(Value(1.0) * 2).save(path),
    "Graph.save into a folder": lambda path: trace(Value(1.0) * 2).save(f"{path}/a.svg"),
    "race": lambda path: race("bowl", ["sgd"], steps=1).save(path),
    "race into a folder": lambda path: race("bowl", ["sgd"], steps=1).save(f"{path}/a.gif"),
}


def test_no_error_quotes_a_path_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for i, (text, name) in enumerate(product(NAMES, CALLS)):
        (tmp_path / str(i)).mkdir()
        monkeypatch.chdir(tmp_path / str(i))
        for there in (False, True):  # nothing of that name, and a damaged file
            if there and len(text) < 100:
                for ending in ("", ".npz", ".safetensors"):
                    Path(text + ending).write_bytes(b"\x80\x1b[2Jdamaged")
            with pytest.raises((OSError, ValueError)) as caught:
                CALLS[name](text)
            check(str(caught.value))


def test_a_device_is_no_file_to_load(tmp_path: Path) -> None:
    """/dev/zero would be read for ever."""
    (tmp_path / "zero.npz").symlink_to("/dev/zero")
    for read in (read_npz, memory_map, nn.load_checkpoint):
        with pytest.raises(OSError, match="no regular file"):
            read(tmp_path / "zero.npz")


def test_both_ends_of_a_long_path_are_quoted() -> None:
    with pytest.raises(OSError, match=r"^/home/\.*x+\.\.\.x+/net\.npz"):
        nn.load_checkpoint(f"/home/{'x' * 5000}/net.npz")
