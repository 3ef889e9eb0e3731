"""What an installation gets: the wheel holds every file of the packages, and nothing else."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("autograd", "nn", "optim", "tracegrad")
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "*.pyc", ".ipynb_checkpoints")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    source = tmp_path_factory.mktemp("source")  # a copy: a build leaves folders behind
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=LEFT_BEHIND)
    code = "from setuptools.build_meta import build_wheel; build_wheel('dist')"
    done = subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (path,) = (source / "dist").glob("tracegrad-*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_holds_every_file_of_the_packages(wheel: zipfile.ZipFile) -> None:
    wanted = {
        path.relative_to(ROOT).as_posix()
        for name in PACKAGES
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert packed == wanted
    assert {f"{name}/py.typed" for name in PACKAGES} | {"nn/datasets/iris.csv"} <= packed


def test_the_wheel_says_what_it_is(wheel: zipfile.ZipFile) -> None:
    (folder,) = {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
    metadata = wheel.read(f"{folder}/METADATA").decode()
    assert "\nName: tracegrad\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata
    assert "\nLicense-Expression: MIT\n" in metadata
    assert (
        "tracegrad = tracegrad.__main__:main" in wheel.read(f"{folder}/entry_points.txt").decode()
    )


def test_iris_is_fishers() -> None:
    header, *rows = (ROOT / "nn/datasets/iris.csv").read_text(encoding="utf-8").splitlines()
    assert header == "sepal_length,sepal_width,petal_length,petal_width,species"
    species = [row.rsplit(",", 1)[1] for row in rows]
    assert {name: species.count(name) for name in species} == {
        "setosa": 50,
        "versicolor": 50,
        "virginica": 50,
    }
    # Two rows are misprinted in many copies; these are Fisher's.
    assert rows[34] == "4.9,3.1,1.5,0.2,setosa"
    assert rows[37] == "4.9,3.6,1.4,0.1,setosa"
