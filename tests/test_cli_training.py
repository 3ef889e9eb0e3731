"""``tracegrad race``, ``train``, ``predict``, and the examples that are run and plotted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograd.cli import main
from autograd.cli.catalogue import demonstrations
from autograd.lessons.worked_examples import EXAMPLES

ROOT = Path(__file__).parent.parent
IRIS = ROOT / "nn" / "datasets" / "iris.csv"


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "import sys; from autograd.cli import main; sys.exit(main())"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [*command, *words], cwd=folder, capture_output=True, timeout=120, encoding="utf-8",
        env=environment,
    )  # fmt: skip


def test_a_race_prints_a_table_and_draws_a_picture(tmp_path: Path) -> None:
    done = run(tmp_path, "race", "--surface", "bowl", "--optimizers", "sgd,adam", "-o", "r.svg")
    assert done.returncode == 0, done.stderr
    assert "sgd" in done.stdout and "adam" in done.stdout and "wrote r.svg" in done.stdout
    assert "<svg" in (tmp_path / "r.svg").read_text(encoding="utf-8")


def test_a_network_is_trained_saved_and_asked(tmp_path: Path) -> None:
    done = run(
        tmp_path, "train", str(IRIS), "--target", "species", "--epochs", "40", "--hidden", "8",
        "-o", "flowers",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "3 classes" in done.stdout and "4 - 8 - 3" in done.stdout
    for name in ("flowers.safetensors", "flowers-history.csv", "flowers-graph.svg"):
        assert (tmp_path / name).stat().st_size > 0
    done = run(tmp_path, "predict", "flowers.safetensors", str(IRIS), "-o", "said.csv")
    assert done.returncode == 0, done.stderr
    rows = (tmp_path / "said.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("species,p(setosa)") and len(rows) == 151
    right = sum(
        a.split(",")[0] == b.rsplit(",", 1)[1]
        for a, b in zip(rows[1:], IRIS.read_text().splitlines()[1:], strict=True)
    )
    assert right >= 140


MISTAKES = [
    (("race", "--surface", "nowhere"), "no surface 'nowhere'"),
    (("race", "--start", "here"), "--start takes two numbers"),
    (("train", "absent.csv"), "absent.csv"),
    (("train", str(IRIS), "--target", "scent"), "no column 'scent'"),
    (("train", str(IRIS), "--hidden", "wide"), "--hidden takes sizes"),
    (("train", str(IRIS), "--optimizer", "luck"), "'luck'"),
    (("predict", "absent.safetensors", str(IRIS)), "absent.safetensors"),
    (("examples", "W19", "-o", "x.jpg"), "'.jpg'"),
]


@pytest.mark.parametrize(("words", "said"), MISTAKES)
def test_a_mistake_is_one_line_and_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(list(words)) == 2
    out, complaint = capfd.readouterr()
    assert out == "" and said in complaint and len(complaint.splitlines()) == 1
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


def test_the_list_of_examples_has_a_title_for_each(tmp_path: Path) -> None:
    listed = run(tmp_path, "examples").stdout.splitlines()
    rows = [line for line in listed if line and "NAME" not in line]
    assert len(rows) == len(EXAMPLES) + len(demonstrations())
    assert [row for row in rows if not row[5 + 30 :].strip()] == []


def test_a_demonstration_is_printed_and_plotted(tmp_path: Path) -> None:
    done = run(tmp_path, "examples", "W24")
    assert done.returncode == 0 and "weighted average" in done.stdout
    done = run(tmp_path, "examples", "weighted-average", "-o", "w.png")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "w.png").read_bytes().startswith(b"\x89PNG")
