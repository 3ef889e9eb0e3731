"""Damaged and hostile files: they load as they were saved, or are refused and change nothing."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn.checkpoints.formats import read_arrays, write_arrays
from tests.nn.test_checkpoint import assert_equal, same

ENDINGS = pytest.mark.parametrize("ending", [".safetensors", ".npz"])


def network(seed: int = 0) -> nn.Sequential:
    return nn.Sequential(nn.Linear(2, 2, rng=seed), nn.BatchNorm1d(2))


def damages(whole: bytes, count: int) -> list[bytes]:
    """The file with a byte changed, cut, doubled, or a stretch of it overwritten."""
    rng = np.random.default_rng(0)
    made = []
    for place in rng.integers(len(whole), size=count):
        changed = bytearray(whole)
        changed[place] ^= int(rng.integers(1, 256))
        made.append(bytes(changed))
    for place in rng.integers(len(whole), size=count // 4):
        n = int(rng.integers(1, 30))
        made.append(whole[:place] + whole[place + n :])
        made.append(whole[:place] + whole[place : place + n] + whole[place:])
        made.append(whole[:place] + rng.bytes(n) + whole[place + n :])
    return made


def attempt(load: Callable[[], Any]) -> Any:
    """What ``load`` gives, or None where it refuses in one line, as it should."""
    try:
        return load()
    except (ValueError, OSError) as error:
        said = str(error)
    assert "\n" not in said
    return None


@ENDINGS
def test_damaged_weights_load_equal_or_are_refused_whole(tmp_path: Path, ending: str) -> None:
    path, net = tmp_path / f"net{ending}", network()
    nn.save_weights(path, net, metadata={"dataset": "iris"})
    whole = path.read_bytes()
    counts = {"equal": 0, "refused": 0}
    for damaged in damages(whole, 400):
        path.write_bytes(damaged)
        other = network(5)
        before = network(5)
        if attempt(partial(nn.load_weights, path, other)) is None:
            assert same(other, before)
            counts["refused"] += 1
        else:
            assert same(other, net)
            counts["equal"] += 1
    assert counts["refused"] > 400


@ENDINGS
def test_damaged_checkpoints_load_equal_or_are_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"run{ending}"
    state = {"a": {"b": np.arange(3.0), 1: [np.ones(2, np.float32), None]}, "lr": 0.1}
    nn.save_checkpoint(path, state)
    for damaged in damages(path.read_bytes(), 400):
        path.write_bytes(damaged)
        found = attempt(lambda: nn.load_checkpoint(path))
        if found is not None:
            assert_equal(state, found)


@ENDINGS
def test_every_flipped_bit_of_the_numbers_is_noticed(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"net{ending}"
    numbers = np.frombuffer(np.random.default_rng(0).bytes(16))
    write_arrays(path, {"w": numbers}, {})
    whole = path.read_bytes()
    start = whole.index(numbers.tobytes())
    for bit in range(8 * numbers.nbytes):
        changed = bytearray(whole)
        changed[start + bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        with pytest.raises(ValueError, match="damaged"):
            read_arrays(path)


def test_files_without_a_checksum_load(tmp_path: Path) -> None:
    net = network()
    np.savez(tmp_path / "net.npz", **net.state_dict())
    np.savez_compressed(tmp_path / "small.npz", **net.state_dict())
    for name in ("net.npz", "small.npz"):
        other = network(5)
        nn.load_weights(tmp_path / name, other, layout="tracegrad")
        assert same(net, other)


COLLIDING: list[dict[Any, Any]] = [
    {"a": {"b": np.zeros(2)}, "a.b": np.ones(2)},
    {1: np.zeros(2), "1": np.ones(2)},
    {"a": {1: np.zeros(2), "1": np.ones(2)}, "a.1": np.full(2, 2.0)},
    {"__metadata__": np.zeros(2), "b": np.ones(2)},
    {"": np.zeros(2), "a": {"": np.ones(2)}, "a.": np.full(2, 2.0)},
    {"a": np.zeros(1), "a.npy": np.ones(1), "A": np.full(1, 2.0)},
    {"a\0b": np.zeros(1), "a\0c": np.ones(1), "a": np.full(1, 2.0)},
    {"__array__": "a", "__items__": [np.zeros(1)], "a": {"__array__": np.ones(1)}},
    {"array 0": np.zeros(1), "": np.ones(1), "array 1": np.full(1, 2.0)},
    {"x" * 70_000: np.zeros(1), "../x": np.ones(1), "/x": np.full(1, 2.0), "σ\ud800": 1},
    {None: np.zeros(1), "None": np.ones(1), True: 1, "true": 2, 0.5: 3},
]


@ENDINGS
@pytest.mark.parametrize("state", COLLIDING, ids=lambda state: ascii(list(state))[:40])
def test_keys_that_could_collide_stay_apart(tmp_path: Path, ending: str, state: Any) -> None:
    nn.save_checkpoint(tmp_path / f"run{ending}", state)
    assert_equal(state, nn.load_checkpoint(tmp_path / f"run{ending}"))


def deep() -> dict[str, Any]:
    state: dict[str, Any] = {}
    for _ in range(10 * sys.getrecursionlimit()):
        state = {"a": state}
    return state


def circular() -> dict[str, Any]:
    state: dict[str, Any] = {}
    state["self"] = state
    return state


@pytest.mark.parametrize(
    "make, error, said",
    [
        (deep, ValueError, "nested too deeply"),
        (circular, ValueError, "holds itself"),
        (lambda: {(1, 2): 3}, TypeError, r"the state has the key \(1, 2\)"),
        (
            lambda: {"a\x1b": print},
            TypeError,
            r"'a\\x1b' is of type builtin_function_or_method; only",
        ),
        (
            lambda: {"a": {"t": np.datetime64("2020-01-01")}},
            TypeError,
            "'a.t' is of type datetime64",
        ),
        (lambda: {"z": 1j}, TypeError, "'z' is of type complex"),
        (lambda: {"z": np.complex64(1j)}, TypeError, "'z' is of type complex64"),
        (lambda: {"o": np.array([object()])}, TypeError, "o is an array of objects"),
        (lambda: {"m": np.ma.masked_array([1.0], [True])}, TypeError, "m is a masked array"),
        (lambda: [np.ones(2)], TypeError, "a dict such as state_dict"),
    ],
)
def test_states_that_cannot_be_saved(
    tmp_path: Path, make: Callable[[], Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        nn.save_checkpoint(tmp_path / "run.npz", make())
    assert not list(tmp_path.iterdir())


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(f"{name}.npy", data)
    return buffer.getvalue()


def npy(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array)
    return buffer.getvalue()


def claiming(shape: tuple[int, ...]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        buffer, {"descr": "<f8", "fortran_order": False, "shape": shape}
    )
    return buffer.getvalue()


@pytest.mark.parametrize(
    "raw, said",
    [
        (archive(w=npy(np.zeros(2_000_000))), "expand to 16,000,"),
        (archive(w=claiming((10**12,))), "does not have"),
        (archive(w=claiming((-1,))), "damaged"),
        (archive(w=b"no array"), "damaged"),
        (archive(w=npy(np.ones(2)), __metadata__=npy(np.frombuffer(b"[1]", np.uint8))), "a table"),
        (archive(__metadata__=npy(np.frombuffer(b"[" * 100_000, np.uint8))), "damaged"),
        (archive(__metadata__=npy(np.frombuffer(b'{"kind": 3}', np.uint8))), "a table of texts"),
    ],
    ids=["bomb", "huge shape", "negative shape", "no array", "list", "deep", "number"],
)
def test_hostile_archives_are_refused(tmp_path: Path, raw: bytes, said: str) -> None:
    path, net = tmp_path / "net.npz", network()
    path.write_bytes(raw)
    for load in (lambda: nn.load_weights(path, net), lambda: nn.load_checkpoint(path)):
        with pytest.raises(ValueError, match=said) as caught:
            load()
        assert "\n" not in str(caught.value) and str(path) in str(caught.value)


@pytest.mark.parametrize(
    "tree",
    [
        "",
        "{",
        "[" * 100_000,
        '{"a": {"__array__": "gone"}}',
        '{"a": {"__array__": []}}',
        '{"__items__": 3}',
        '{"__items__": [[[], 3]]}',
        "[1, 2]",
        '{"__array__": "w"}',
    ],
)
def test_a_damaged_tree_of_a_checkpoint(tmp_path: Path, tree: str) -> None:
    path = tmp_path / "run.npz"
    write_arrays(path, {"w": np.ones(2)}, {"kind": "checkpoint", "tree": tree})
    with pytest.raises(ValueError, match="damaged") as caught:
        nn.load_checkpoint(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind, said", [("BF16", "BF16"), ("F6\x7f\x1b", "F6��")])
def test_numbers_that_numpy_has_not(tmp_path: Path, kind: str, said: str) -> None:
    header = {"w": {"dtype": kind, "shape": [2], "data_offsets": [0, 4]}}
    text = json.dumps(header).encode()
    (tmp_path / "net.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + bytes(4))
    with pytest.raises(ValueError, match=f"w holds {said} numbers, which NumPy has not; save it"):
        nn.load_weights(tmp_path / "net.safetensors", network())


def test_without_safetensors_the_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nn.save_weights(tmp_path / "net.safetensors", network())
    monkeypatch.setitem(sys.modules, "safetensors", None)
    for act in (nn.save_weights, nn.load_weights):
        with pytest.raises(ImportError, match=r"pip install safetensors`, or use the ending \.npz"):
            act(tmp_path / "net.safetensors", network())


@pytest.mark.parametrize(
    "value, said",
    [
        (np.ones(2) * 1j, "dtype complex128"),
        (np.array(["2020", "2021"], "M8[D]"), r"dtype datetime64"),
        (np.array([1, 2], "m8[s]"), r"dtype timedelta64"),
        (np.zeros(2, [("a", float)]), "has dtype"),
        (np.array(["1", "2"]), "dtype <U1"),
        (np.array([None, 1]), "dtype object"),
        (np.ma.masked_array([1.0, 2.0], [True, False]), "masked"),
        ([[1.0], [1.0, 2.0]], "not an array of numbers"),
        (np.array([1.0, 1e300]), "holds 1e[+]300, which float32 cannot hold"),
    ],
)
def test_what_is_no_weight_is_refused_by_name_and_changes_nothing(value: Any, said: str) -> None:
    net = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Linear(2, 2, rng=1)).float()
    before = net.state_dict()
    state = {name: array + 1 for name, array in before.items()}
    state["1.bias"] = value
    with pytest.raises(ValueError, match=r"load_state_dict: 1\.bias .*" + said):
        net.load_state_dict(state)
    assert all((net.state_dict()[name] == array).all() for name, array in before.items())


@pytest.mark.parametrize("value", [2.5, np.nan, 1e30])
def test_a_count_takes_whole_numbers_only(value: float) -> None:
    net = network()
    state = net.state_dict()
    state["1.num_batches_tracked"] = np.array(value)
    with pytest.raises(ValueError, match=r"num_batches_tracked holds .*, which int64 cannot hold"):
        net.load_state_dict(state)
    state["1.num_batches_tracked"] = np.array(7.0)
    net.load_state_dict(state)
    assert net[1].num_batches_tracked == 7


@pytest.mark.parametrize("value", ["net.npz", None, [1.0]])
def test_a_state_is_a_table_of_names(value: Any) -> None:
    with pytest.raises(TypeError, match=r"nn\.load_weights\(path, model\)"):
        network().load_state_dict(value)


@pytest.mark.parametrize("key", ["kind", "layout", "version", "producer", "tracegrad.crc32"])
def test_metadata_of_the_file_is_not_overwritten(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="is the file's own; rename it"):
        nn.save_weights(tmp_path / "net.npz", network(), metadata={key: "x"})
    with pytest.raises(TypeError, match="is not text"):
        nn.save_weights(tmp_path / "net.npz", network(), metadata={"n": 3})  # type: ignore[dict-item]


def test_a_weight_that_is_called_like_the_metadata(tmp_path: Path) -> None:
    net = network()
    net.__metadata__ = nn.Parameter([1.0])
    with pytest.raises(ValueError, match="'__metadata__' cannot be the name"):
        nn.save_weights(tmp_path / "net.npz", net)
