"""Networks trained on tables: what is learnt of the rows, repeated elsewhere, and resumed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn.checkpoints import read_arrays
from nn.columns import Asked, Encoder, class_codes, prepare
from nn.data.files import IRIS
from nn.tables import predict_table, resuming, train_table
from nn.tables.training import folds, split
from tests.nn.damaged_tables import quiet, rows, text, written
from tests.peers import tables as peer

# -- what is learnt -------------------------------------------------------------------------------


def test_nothing_is_learnt_of_the_test_rows(clean: Path) -> None:
    result = train_table(clean, epochs=1, console=quiet(), progress=False)
    train, _ = split(result.found, result.options, 0)
    income = result.encoder.columns[0]
    known = [float(cell) for k in train if (cell := result.found.sheet["income"][k])]
    assert income.fill == pytest.approx(np.mean(known), rel=1e-12)
    everything = result.found.learnt(result.found.sheet)
    assert income.fill != everything.columns[0].fill
    encoded = result.encoder.encode(result.found.sheet.taken(train))
    np.testing.assert_allclose(result.scale.mean[0], encoded[:, 0].mean())


def test_what_was_learnt_is_read_back_from_its_text(clean: Path) -> None:
    for missing in (None, "median", "indicator"):
        found = prepare(clean, None, Asked(missing=missing, hashed=["city"]))
        encoder = found.learnt(found.sheet)
        again = Encoder.from_state(json.loads(json.dumps(encoder.state())))
        assert again == encoder
        np.testing.assert_array_equal(again.encode(found.sheet), encoder.encode(found.sheet))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("net")
    path = written(folder / "table.csv", text(rows()))
    train_table(path, epochs=5, output=folder / "net", console=quiet(), progress=False)
    return folder / "net.safetensors"


UNSEEN = [
    ("Köln", "Rome", "line 2: column 'city' is 'Rome', unseen in training; known are Bonn, Köln"),
    ("yes", "perhaps", "column 'member' is 'perhaps'; known are no, yes"),
    (",2", ",x2", "column 'since' is no date: 'x2"),
    ("rate", "ratio", "no column 'rate', on which the network was trained"),
]  # fmt: skip


@pytest.mark.parametrize("old, new, said", UNSEEN)
def test_what_a_network_has_not_seen_is_refused_by_name(
    trained: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    lines = text(rows()).splitlines()
    first = next(line for line in lines[1:] if "Köln" in line and "yes" in line)
    body = "\n".join([lines[0], first]).replace(old, new, 1)
    other = written(tmp_path / "other.csv", body + "\n")
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        predict_table(trained, other, console=quiet())
    assert "\n" not in str(caught.value)
    if new == "Rome":
        assert len(predict_table(trained, other, unseen="ignore", console=quiet()).values) == 1


def test_weights_of_an_earlier_release_still_predict(tmp_path: Path) -> None:
    result = train_table(IRIS, epochs=20, output=tmp_path / "net", console=quiet(), progress=False)
    now = predict_table(tmp_path / "net.safetensors", IRIS, console=quiet())
    says = json.loads(read_arrays(tmp_path / "net.safetensors")[1]["tabular"])
    for name in ("columns", "inputs"):
        del says[name]
    for name in ("patience", "class_weight"):
        del says["settings"][name]
    nn.save_weights(tmp_path / "old.npz", result.model, metadata={"tabular": json.dumps(says)})
    then = predict_table(tmp_path / "old.npz", IRIS, console=quiet())
    assert then.values == now.values
    says["settings"] = None
    nn.save_weights(tmp_path / "bad.npz", result.model, metadata={"tabular": json.dumps(says)})
    with pytest.raises(ValueError, match="what it says of the table is damaged"):
        predict_table(tmp_path / "bad.npz", IRIS, console=quiet())


def test_a_class_is_known_in_other_letters_and_as_a_number(tmp_path: Path) -> None:
    codes = class_codes(["True", "False"])
    assert [codes(text) for text in ("False", "false", "TRUE", "no")] == [1, 1, 0, None]
    codes = class_codes(["1", "2"])
    assert [codes(text) for text in ("2", "2.0", "3")] == [1, 1, None]
    assert class_codes(["a", "A"])("A") == 1 and class_codes(["a", "A", "b"])("B") is None
    lines = "x,y\n" + "".join(f"{k / 7:.3f},{k % 2 + 1}\n" for k in range(60))
    table = written(tmp_path / "a.csv", lines)
    train_table(table, epochs=1, output=tmp_path / "net", console=quiet(), progress=False)
    first = predict_table(tmp_path / "net.safetensors", table, console=quiet())
    written(table, lines.replace(",1\n", ",1.0\n").replace(",2\n", ",2.0\n"))
    again = predict_table(tmp_path / "net.safetensors", table, console=quiet())
    assert again.accuracy == first.accuracy


# -- training -------------------------------------------------------------------------------------


def test_folds_are_parts_with_the_shares_of_the_classes(clean: Path) -> None:
    found = prepare(clean)
    parts = folds(found, 5, seed=3)
    assert sorted(int(k) for _, test in parts for k in test) == list(range(60))
    shares = [np.mean(found.y[test]) for _, test in parts]
    assert max(shares) - min(shares) <= 1 / 12 + 1e-9
    assert all(set(train) | set(test) == set(range(60)) for train, test in parts)
    with pytest.raises(ValueError, match="61 folds of 60 rows"):
        folds(found, 61, seed=0)


def test_two_rows_are_too_few(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a\.csv: 2 rows with a target, too few to train"):
        train_table(written(tmp_path / "a.csv", "x,y\n1,p\n2,q\n"), console=quiet())


def test_folds_and_seeds_are_printed_and_the_median_is_kept(clean: Path) -> None:
    console = quiet()
    result = train_table(
        clean, epochs=3, fold_count=3, seeds=3, console=console, progress=False
    )  # fmt: skip
    said = console.file.getvalue()
    assert "3 folds, median of 3 seeds" in said and "±" in said and "median of 3 seeds" in said
    assert len(result.folds) == 3 and len(result.folds[0]) == 3
    tests = sorted(scores["accuracy"][1] for scores in result.seeds)
    assert result.scores["accuracy"][1] == tests[1]
    alone = train_table(clean, epochs=3, seed=2, console=quiet(), progress=False)
    assert alone.scores == result.seeds[2]


def test_balanced_classes_find_the_rare_one(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rare = rng.random(600) < 0.08
    x = rng.normal(size=600) + 1.2 * rare
    body = "".join(f"{value:.4f},{'yes' if one else 'no'}\n" for value, one in zip(x, rare))
    path = written(tmp_path / "a.csv", f"x,y\n{body}")

    def recall(**options: Any) -> float:
        result = train_table(path, epochs=20, console=quiet(), progress=False, **options)
        assert result.classes is not None
        said = result.test_outputs.argmax(axis=1)
        yes = result.test_targets == result.classes.index("yes")
        return float(np.mean(said[yes] == result.classes.index("yes")))

    assert recall(class_weight="balanced") >= recall() + 0.3
    with pytest.raises(ValueError, match="the target is a number"):
        train_table(written(path, "x,y\n1,0.5\n2,1.5\n3,2.5\n4,1\n5,2\n"),
                    class_weight="balanced", console=quiet())  # fmt: skip


RESUMED: dict[str, dict[str, Any]] = {
    "plain": {},
    "patience": {"patience": 3, "epochs": 40},
    "dropout": {"dropout": 0.3},
    "folds and seeds": {"fold_count": 2, "seeds": 2},
}


@pytest.mark.parametrize("name", RESUMED)
@pytest.mark.parametrize("saves", [0, 3, 6])
def test_an_interrupted_training_goes_on_to_the_same_bits(
    clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, saves: int
) -> None:
    options = {"epochs": 6, "progress": False, **RESUMED[name]}
    whole = train_table(clean, console=quiet(), **options)
    options |= {"output": tmp_path / "net", "overwrite": False}
    monkeypatch.setattr(resuming, "_BETWEEN", 0.0)
    save, count = resuming.Unfinished.save, iter(range(saves))

    def interrupted(self: resuming.Unfinished, stage: str, run: Any) -> None:
        save(self, stage, run)
        if next(count, None) is None:
            raise KeyboardInterrupt

    monkeypatch.setattr(resuming.Unfinished, "save", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train_table(clean, console=quiet(), **options)
    monkeypatch.setattr(resuming.Unfinished, "save", save)
    left = tmp_path / "net-unfinished.safetensors"
    with pytest.raises(FileExistsError, match="--resume continues it"):
        train_table(clean, console=quiet(), **options)
    with pytest.raises(ValueError, match="of other data or other options"):
        train_table(clean, console=quiet(), **{**options, "lr": 0.5}, resume=True)
    again = train_table(clean, console=quiet(), **options, resume=True)
    assert not left.exists() and again.seeds == whole.seeds and again.folds == whole.folds
    mine, theirs = whole.model.state_dict(), again.model.state_dict()
    assert all((mine[key] == theirs[key]).all() for key in mine)
    assert whole.history["loss"] == again.history["loss"]


def test_a_network_is_not_behind_one_of_scikit_learn(require: Callable[[str], Any]) -> None:
    require("sklearn"), require("pandas")
    found = peer.prepared("diabetes")
    # The peer asks for 5 folds of 5 seeds, and scikit-learn's network for 1000 epochs.
    own, other = (
        peer.median(found, 1, 2, score)
        for score in (peer.ours, partial(peer.theirs, early_stopping=True))
    )
    assert own > other - 0.03 and own > 0.35
    worse = peer.median(found, 1, 2, partial(peer.ours, patience=0, epochs=80))
    assert worse < own  # why patience is the default


def test_a_prediction_is_scored_on_the_rows_whose_target_is_known(tmp_path: Path) -> None:
    numbers = np.random.default_rng(0).normal(size=(60, 2))
    wanted = 3 * numbers[:, 0] - numbers[:, 1]
    lines = [f"{a},{b},{y}" for (a, b), y in zip(numbers, wanted)]
    table = written(tmp_path / "t.csv", "\n".join(["a,b,y", *lines]))
    train_table(table, epochs=20, output=tmp_path / "net", console=quiet(), progress=False)
    lines[0] = lines[0].rpartition(",")[0] + ","
    gap = written(tmp_path / "gap.csv", "\n".join(["a,b,y", *lines]))
    console = quiet()
    found = predict_table(tmp_path / "net.safetensors", gap, console=console)
    right = nn.metrics.r2(np.array(found.values[1:]), wanted[1:])
    assert found.r2 == pytest.approx(right, rel=1e-12) and right > 0.5
    said = console.file.getvalue()
    assert f"R² {right:.3f}, RMSE " in said and "in 59 rows" in said
    words = written(tmp_path / "words.csv", "a,b,y\n1,2,no number\n3,4,5\n")
    assert predict_table(tmp_path / "net.safetensors", words, console=quiet()).r2 is None
