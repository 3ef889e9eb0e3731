"""Batches, readers, generators, streams: what comes out, and what is said of what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import data
from nn.data import DataLoader

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10)


def seen(loader: Any) -> list[list[int]]:
    return [y.data.tolist() for _, y in loader]


def flat(loader: Any) -> list[int]:
    return [row for batch in seen(loader) for row in batch]


# -- batches --------------------------------------------------------------------------------------


def test_batches_are_tensors_without_gradient() -> None:
    for x, y in DataLoader(X, Y, batch_size=4):
        assert isinstance(x, Tensor) and isinstance(y, Tensor)
        assert not x.requires_grad and x.dtype == float and y.dtype == int
        assert (x.data[:, 0] == 2 * y.data).all()
    only = list(DataLoader(X, batch_size=10))
    assert len(only) == 1 and isinstance(only[0], Tensor)


@pytest.mark.parametrize(
    "batch_size, sizes", [(1, [1] * 10), (4, [4, 4, 2]), (10, [10]), (99, [10])]
)
def test_batch_sizes(batch_size: int, sizes: list[int]) -> None:
    loader = DataLoader(X, Y, batch_size=batch_size)
    assert list(map(len, seen(loader))) == sizes and len(loader) == len(sizes)
    dropping = DataLoader(X, Y, batch_size=batch_size, drop_last=True)
    full = [size for size in sizes if size == batch_size]
    assert list(map(len, seen(dropping))) == full and len(dropping) == len(full)


def test_w22_1153_rows_in_batches_of_128() -> None:
    rows = np.zeros((1153, 3))
    sizes = [len(x) for x in DataLoader(rows, batch_size=128)]
    assert sizes == [128] * 9 + [1]
    counts = data.count_batches(1153, 128, epochs=3)
    assert (counts.updates_per_epoch, counts.last_batch, counts.updates) == (10, 1, 30)
    assert data.count_batches(50_000_000, 1000).updates_per_epoch == 50_000
    assert data.count_batches(8, 3, drop_last=True).samples == 6


def test_shuffling_visits_every_row_once_in_another_order_each_epoch() -> None:
    loader = DataLoader(X, Y, batch_size=3, shuffle=True, seed=0)
    first, second = flat(loader), flat(loader)
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second != list(range(10))
    again = DataLoader(X, Y, batch_size=3, shuffle=True, seed=0)
    assert flat(again) == first
    assert flat(DataLoader(X, Y, shuffle=True, seed=1)) != first


def test_the_default_seed_is_the_default_generators() -> None:
    nn.manual_seed(4)
    first = seen(DataLoader(X, Y, shuffle=True))
    nn.manual_seed(4)
    assert seen(DataLoader(X, Y, shuffle=True)) == first


@pytest.mark.parametrize("stop", range(1, 9))
def test_resuming_in_the_middle_gives_the_batches_that_were_left(stop: int) -> None:
    whole = DataLoader(X, Y, batch_size=4, shuffle=True, seed=7)
    wanted = seen(whole) + seen(whole) + seen(whole)
    first, batches = DataLoader(X, Y, batch_size=4, shuffle=True, seed=7), []

    def endless(loader: Any) -> Any:
        while True:
            for _, y in loader:
                batches.append(y.data.tolist())
                yield loader.state_dict()

    state = next(islice(endless(first), stop - 1, None))
    resumed = DataLoader(X, Y, batch_size=4, shuffle=True, seed=99)
    resumed.load_state_dict(state)
    for _ in endless(resumed):
        if len(batches) == 9:
            break
    assert batches == wanted


def test_a_dataset_a_list_and_rows_one_by_one() -> None:
    wanted = seen(DataLoader(X, Y, batch_size=4))
    assert seen(DataLoader(data.TensorDataset(X, Y), batch_size=4)) == wanted
    assert seen(DataLoader(X.tolist(), Y.tolist(), batch_size=4)) == wanted
    assert seen(DataLoader(zip(X, Y), batch_size=4)) == wanted
    again = DataLoader(lambda: zip(X, Y), batch_size=4, drop_last=True)
    assert seen(again) == seen(again) == wanted[:2]
    assert [x.shape for x in DataLoader(iter(X), batch_size=4)] == [(4, 2), (4, 2), (2, 2)]


@pytest.mark.parametrize(
    "make, error, said",
    [
        (lambda: DataLoader(X, Y, 4), TypeError, "batch_size=4"),
        (lambda: DataLoader(X, Y, batch_size=0), ValueError, "at least 1"),
        (lambda: DataLoader(X, Y, batch_size=2.5), TypeError, "whole number"),  # type: ignore[arg-type]
        (lambda: DataLoader(X, Y[:9]), ValueError, r"\(10, 2\) and \(9,\)"),
        (lambda: DataLoader(X[:0], Y[:0]), ValueError, "0 rows"),
        (lambda: DataLoader(np.array(["a"])), TypeError, "class indices"),
        (lambda: DataLoader(iter(X), shuffle=True), ValueError, "shuffled"),
        (lambda: len(DataLoader(iter(X))), TypeError, "no length"),
        (lambda: DataLoader(), ValueError, "at least one"),
        (lambda: data.count_batches(0, 3), ValueError, "rows"),
        (lambda: data.moons(1), ValueError, "from 2"),
        (lambda: data.moons(noise=-1), ValueError, "standard deviation"),
        (lambda: data.shuffled(X, 0), ValueError, "buffer"),
        (lambda: data.train_test_split(X, Y[:3]), ValueError, "numbers of rows"),
        (lambda: data.train_test_split(X, test_size=0.01), ValueError, "empty"),
        (lambda: data.train_test_split(), ValueError, "at least one"),
        (lambda: data.standardize(np.array([[1.0], [np.nan]])), ValueError, r"nan .* at \[1, 0\]"),
    ],
)
def test_bad_input(make: Callable[[], Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said) as caught:
        make()
    assert "\n" not in str(caught.value)


# -- preparing ------------------------------------------------------------------------------------


def test_the_split_keeps_rows_together_and_repeats() -> None:
    parts = data.train_test_split(X, Y, test_size=0.3, rng=0)
    x_train, x_test, y_train, y_test = parts
    assert len(x_train) == len(y_train) == 7 and len(x_test) == len(y_test) == 3
    assert (x_test[:, 0] == 2 * y_test).all()
    assert sorted([*y_train, *y_test]) == list(range(10))
    assert (data.train_test_split(X, Y, test_size=0.3, rng=0)[3] == y_test).all()


def test_a_stratified_split_keeps_the_proportions() -> None:
    y = np.repeat([0, 1, 2], [60, 30, 10])
    for seed in range(5):
        _, held_out = data.train_test_split(y, test_size=0.2, rng=seed, stratify=y)
        assert abs(np.bincount(held_out) - [12, 6, 2]).max() <= 1


def test_standardizing_uses_the_training_rows() -> None:
    rng = np.random.default_rng(0)
    train, test = rng.normal(5, 3, (50, 4)), rng.normal(5, 3, (20, 4))
    train[:, 2] = test[:, 2] = 0.1
    a, b = data.standardize(train, test)
    np.testing.assert_allclose(a.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(a.std(0), [1, 1, 0, 1], atol=1e-12)
    scale = data.Standardizer().fit(train)
    np.testing.assert_allclose(scale.undo(b), test, atol=1e-12)


# -- generators -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", data.GENERATORS)
def test_generators(name: str) -> None:
    make = data.GENERATORS[name]
    points, y = make(61, rng=3)
    assert len(points) == len(y) == 61 and np.isfinite(points).all()
    again, y_again = make(61, rng=3)
    assert (again == points).all() and (y_again == y).all()
    assert (make(61, rng=4)[0] != points).any()
    if name != "line":
        counts = np.bincount(y)
        assert counts.max() - counts.min() <= 1
        exact, y = make(61, noise=0.0, rng=3)
        assert (abs(np.diff(y)) > 0).any()  # shuffled
        if name == "xor":
            assert ((exact.prod(axis=1) < 0) == y).all()
        if name == "circles":
            np.testing.assert_allclose(np.linalg.norm(exact, axis=1), np.where(y, 0.5, 1))


# -- files ----------------------------------------------------------------------------------------


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_csv_of_classes_and_of_numbers(tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", "x,y,kind\n1,0.5,b\n2,1.5,a\n\n3,2.5, b \n")
    table = data.read_csv(path)
    assert table.classes == ["a", "b"] and table.y.tolist() == [1, 0, 1]
    assert table.X.tolist() == [[1, 0.5], [2, 1.5], [3, 2.5]] and table.features == ["x", "y"]
    path = write(tmp_path / "c.csv", "\ufeffx,y\n1,0.5\n2,1.5\n3,2\n")
    table = data.read_csv(path, "y")
    assert table.classes is None and table.y.tolist() == [0.5, 1.5, 2.0]
    whole = write(tmp_path / "d.csv", "x,y\n1,10\n2,9\n3,10\n")
    assert data.read_csv(whole).classes == ["9", "10"]
    assert data.read_csv(whole, classification=False).classes is None


GOOD = "a,b,y\n1,2,p\n3,4,q\n5,6,p\n"
CSV_FAULTS = [
    ("", "the file is empty"),
    ("a,b,y\n", "0 rows"),
    ("1,2,3\n4,5,6\n", "header with names"),
    ("a,a,y\n1,2,p\n", "two columns are called 'a'"),
    ("y\np\n", "only column"),
    (GOOD.replace("3,4", "3,"), "line 3: column 'b' is empty"),
    (GOOD.replace("3,4", "3,four"), "line 3: column 'b' is text: 'four'"),
    (GOOD.replace("3,4", "3,nan"), "line 3: column 'b' is nan"),
    (GOOD.replace("3,4", "3,inf"), "line 3: column 'b' is inf"),
    (GOOD.replace("3,4,q", "3,4"), "line 3: 2 cells, the header has 3"),
    (GOOD.replace("q", ""), "line 3: column 'y' is empty"),
    (GOOD.replace("q", "p"), "one class only, 'p'"),
    (GOOD.replace("6,p", "6,r"), "class of its own"),
    (GOOD.replace("p", "1").replace("q", "nan"), "not finite"),
]


@pytest.mark.parametrize("text, said", CSV_FAULTS, ids=[said for _, said in CSV_FAULTS])
def test_faults_in_a_csv_file_are_said_by_place(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path / "bad.csv", text)
    with pytest.raises(ValueError, match=said) as caught:
        data.read_csv(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_other_faults_of_files(tmp_path: Path) -> None:
    good = write(tmp_path / "good.csv", GOOD)
    with pytest.raises(ValueError, match="no column 'z'; the columns are a, b, y"):
        data.read_csv(good, "z")
    with pytest.raises(ValueError, match="no regression"):
        data.read_csv(good, classification=False)
    with pytest.raises(FileNotFoundError, match="no such file"):
        data.read_csv(tmp_path / "none.csv")
    (tmp_path / "binary.csv").write_bytes(b"a,b\n\xff\xfe\x00,1\n")
    with pytest.raises(ValueError, match="UTF-8"):
        data.read_csv(tmp_path / "binary.csv")
    with pytest.raises(ValueError, match="not a sound NPZ"):
        data.read_npz(good)
    with pytest.raises(ValueError, match=r"not an \.npy file"):
        data.memory_map(good)


def test_npz(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", X=X, y=Y)
    found = data.read_npz(tmp_path / "a.npz")
    assert (found["X"] == X).all() and (found["y"] == Y).all()
    np.savez(tmp_path / "b.npz", X=np.array([object()]), allow_pickle=True)
    with pytest.raises(ValueError, match="sound"):
        data.read_npz(tmp_path / "b.npz")
    whole = (tmp_path / "a.npz").read_bytes()
    (tmp_path / "a.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="sound"):
        data.read_npz(tmp_path / "a.npz")


def test_iris() -> None:
    iris = data.load_iris()
    assert len(iris) == 150 and np.bincount(iris.y).tolist() == [50, 50, 50]
    np.testing.assert_allclose(iris.X.mean(0), [5.843333, 3.057333, 3.758, 1.199333], atol=1e-6)


# -- streams --------------------------------------------------------------------------------------


def test_a_csv_stream_gives_the_rows_of_the_table(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", GOOD)
    rows = data.CSVStream(path, classes=["q", "p"])
    table = data.read_csv(path)
    assert [(x.tolist(), y) for x, y in rows] == [([1, 2], 1), ([3, 4], 0), ([5, 6], 1)]
    assert len(rows) == 3 == len(table)
    loader = DataLoader(rows, batch_size=2)
    assert [x.data.tolist() for x, _ in loader] == [[[1, 2], [3, 4]], [[5, 6]]]
    assert len(list(loader)) == 2  # every iteration reads the file anew
    with pytest.raises(ValueError, match="'q' is none of the classes p"):
        list(data.CSVStream(path, classes=["p"]))
    with pytest.raises(ValueError, match="column 'y' is text"):
        list(data.CSVStream(path))


def test_the_shuffle_buffer_loses_nothing() -> None:
    for buffer in (1, 3, 10, 50):
        rows = data.shuffled(range(20), buffer, seed=1)
        loader = DataLoader(rows, batch_size=20)
        first, second = ([int(x) for x in batch.data] for batch in (*loader, *loader))
        assert list(data.shuffled(range(20), buffer, seed=1)) == first
        assert sorted(first) == sorted(second) == list(range(20))
        assert (first == second) == (buffer == 1)
        assert all(value <= place + buffer for place, value in enumerate(first))


def test_memory_mapped_files(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", X)
    X.tofile(tmp_path / "a.raw")
    for mapped in (
        data.memory_map(tmp_path / "a.npy"),
        data.memory_map(tmp_path / "a.raw", (-1, 2), float),
        data.memory_map(tmp_path / "a.raw", (10, 2), float),
    ):
        assert isinstance(mapped, np.memmap)
        batches = list(DataLoader(mapped, Y, batch_size=4, shuffle=True, seed=0))
        assert all((x.data[:, 0] == 2 * y.data).all() for x, y in batches)
        assert type(batches[0][0].data) is np.ndarray
    with pytest.raises(ValueError, match="no whole number of rows"):
        data.memory_map(tmp_path / "a.raw", (-1, 3), float)
    with pytest.raises(ValueError, match="shape="):
        data.memory_map(tmp_path / "a.raw", dtype=float)
