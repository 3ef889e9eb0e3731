"""What an installation gets: the wheel holds every file of the packages, and nothing else."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
import zlib
from collections.abc import Callable, Iterable
from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest

import autograd
from autograd.shipped import ENDINGS, PACKED, pack, read_text, unpack
from nn.data import load_digits

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("autograd", "nn", "optim", "tracegrad")
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "*.pyc", ".ipynb_checkpoints")
MOST_BYTES = 1_700_000  # installers print 1.6 MB
PACKED_TEXTS = f"autograd/{PACKED}"
TEXTS = {
    path.relative_to(ROOT / "autograd").as_posix()
    for path in (ROOT / "autograd").rglob("*")
    if path.suffix in ENDINGS
}


def built(kind: str, source: Path) -> Path:
    """The wheel or the sdist of a folder, built without an environment of its own."""
    _run("-m", "hatchling", "build", "-t", kind, cwd=source)
    (path,) = (source / "dist").glob("tracegrad-*")
    return path


def _run(*words: str, cwd: Path, path: Path | None = None) -> str:
    environment = {**os.environ, **({"PYTHONPATH": str(path)} if path else {})}
    done = subprocess.run(
        [sys.executable, *words], cwd=cwd, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def sources(folder: Path) -> Path:
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=LEFT_BEHIND)
    return folder


@pytest.fixture(scope="module")
def wheel_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("wheel", sources(tmp_path_factory.mktemp("source")))


@pytest.fixture(scope="module")
def wheel(wheel_file: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(wheel_file)


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return message_from_string(wheel.read(name).decode())


def test_a_script_is_packed_without_comments_and_with_its_strings(tmp_path: Path) -> None:
    script = """// what it is
const a = 1; // it's one
  const at = "http: // x", other = 'a // b'; // said "so"
    const text = `two
    lines // ${a}`;
"""
    (tmp_path / "a.js").write_text(script, encoding="utf-8")
    assert unpack(pack(tmp_path)) == {
        "a.js": """const a = 1;
const at = "http: // x", other = 'a // b';
const text = `two
    lines // ${a}`;
"""
    }


def test_the_wheel_holds_every_file_of_the_packages(wheel: zipfile.ZipFile) -> None:
    wanted = {
        path.relative_to(ROOT).as_posix()
        for name in PACKAGES
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    wanted = wanted - {f"autograd/{path}" for path in TEXTS} | {PACKED_TEXTS}
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    wanted = {
        f"{name}.bz2" if "/languages/" in name and ".json" in name else name for name in wanted
    }
    assert packed == wanted - {"autograd/stubs.py"}, "that file writes files of the repository"
    assert {f"{name}/py.typed" for name in PACKAGES} | {"nn/datasets/iris.csv"} <= packed


def test_the_wheel_has_the_texts_that_are_read_in_one_file(wheel: zipfile.ZipFile) -> None:
    assert {"stage/assets/core.js", "stage/assets/page.css", "lectures/a.toml"} <= TEXTS
    packed = unpack(wheel.read(PACKED_TEXTS))
    assert packed == {path: read_text(path) for path in TEXTS}


def test_a_python_without_bz2_is_told_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bz2", None)
    lectures = ROOT / "autograd" / "lectures"
    for read in (lambda: unpack(b""), lambda: pack(lectures), load_digits):
        with pytest.raises(
            ImportError, match=r"built without bz2, [^\n]*; take a Python that has it"
        ):
            read()


def test_the_wheel_is_small(wheel_file: Path) -> None:
    size = wheel_file.stat().st_size
    assert size < MOST_BYTES, f"{size:,} bytes"


def test_the_wheel_is_compressed_once_more_and_whole(wheel: zipfile.ZipFile) -> None:
    assert wheel.testzip() is None
    by_zlib = sum(len(zlib.compress(wheel.read(name), 9, -15)) for name in wheel.namelist())
    assert sum(info.compress_size for info in wheel.infolist()) < 0.985 * by_zlib


def test_the_same_files_give_the_same_wheel(wheel_file: Path, tmp_path: Path) -> None:
    other = sources(tmp_path)
    for path in other.rglob("*"):
        os.utime(path, (2_000_000_000, 2_000_000_000))
        if path.is_file():
            path.chmod(0o600)
    assert built("wheel", other).read_bytes() == wheel_file.read_bytes()


def test_the_readme_runs_from_the_wheel(
    wheel: zipfile.ZipFile, tmp_path: Path, require: Callable[[str], object]
) -> None:
    """As ``pip install --target`` lays it out; ``.ci/run`` makes an environment of its own."""
    require("matplotlib")
    installed = tmp_path / "installed"
    wheel.extractall(installed)
    script, page = ROOT / "tests" / "readme_commands.py", ROOT / "README.md"
    said = _run("-P", str(script), str(page), cwd=tmp_path, path=installed)
    assert re.search(r"^\d+ blocks and \d\d commands ran with", said, flags=re.MULTILINE)
    assert f"{installed / 'tracegrad'}{os.sep}__init__.py" in said
    assert "\ntracegrad race --surface beale -o race.svg\n" in said


def test_the_wheel_says_what_it_is(wheel: zipfile.ZipFile, metadata: Message) -> None:
    assert metadata["Name"] == "tracegrad"
    assert metadata["Version"] == autograd.__version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    (name,) = (name for name in wheel.namelist() if name.endswith("/entry_points.txt"))
    assert "tracegrad = tracegrad.__main__:main" in wheel.read(name).decode()


def test_the_long_description_leads_nowhere_in_the_repository(metadata: Message) -> None:
    text = metadata.get_payload()
    assert isinstance(text, str) and len(text) > 5_000
    assert metadata["Description-Content-Type"] == "text/markdown"
    targets = re.findall(r"\]\(([^)]*)\)", text) + re.findall(r"(?:src|href)=.([^\"']*)", text)
    assert [target for target in targets if not target.startswith("https://")] == []
    assert "![" not in text  # the pictures have no address outside the repository
    assert text.count("```") % 2 == 0


def test_everything_to_install_brings_no_peer(metadata: Message) -> None:
    """The extra ``all`` is the others, without what the library is compared with."""
    lines = metadata.get_all("Requires-Dist") or []
    extras: dict[str, set[str]] = {}
    for line in lines:
        package, _, extra = line.partition("; extra == ")
        if extra:
            extras.setdefault(extra.strip("'"), set()).add(package)
    for_users = extras.keys() - {"all", "bench", "test"}
    assert extras["all"] == set().union(*(extras[name] for name in for_users))
    assert not any(line.startswith(("torch", "jax")) for line in extras["all"])


def tracked() -> set[str]:
    """The files that git has here; none where these came from an sdist, or without git."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        return set()
    return {name for name in listed.stdout.split("\0") if (ROOT / name).is_file()}


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """The files of an sdist, which takes whatever is there, and their sizes."""
    source, place = ROOT, tmp_path_factory.mktemp("sdist")
    if names := tracked():  # without what lies beside them in a checkout
        source = place / "source"
        for name in names:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    _run("-m", "hatchling", "build", "-t", "sdist", "-d", str(place), cwd=source)
    with tarfile.open(next(place.glob("tracegrad-*.tar.gz"))) as archive:
        return {member.name.partition("/")[2]: member.size for member in archive.getmembers()}


def test_the_sdist_is_the_repository(sdist: dict[str, int]) -> None:
    wanted = tracked() or {
        path.relative_to(ROOT).as_posix()
        for name in TOP
        for path in (ROOT / name, *(ROOT / name).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert len(wanted) > 1000 and wanted - sdist.keys() == set()


def test_the_lowest_versions_are_those_declared() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = declared["optional-dependencies"]
    wanted = {}
    for line in (*declared["dependencies"], *extras["plot"], *extras["scipy"]):
        name, _, bound = line.partition(";")[0].partition(">=")
        if bound:
            wanted[name] = bound.partition(",")[0]
    constraints = (ROOT / "tests" / "lowest.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in constraints if "==" in line]
    lowest = {name: version.removesuffix(".0") for name, version in pairs}
    assert lowest == {name: bound.removesuffix(".0") for name, bound in wanted.items()}


#: What stands at the top of the repository, and of an sdist.
TOP = {
    ".ci", ".github", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "CITATION.cff",
    "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "autograd",
    "benchmarks", "docs", "fuzz", "hatch_build.py", "nn", "notebooks", "optim", "pyproject.toml",
    "tests", "tracegrad", "PKG-INFO",
}  # fmt: skip
#: Files larger than a megabyte, each with the reason.
LARGE: dict[str, str] = {}


def stray(files: Iterable[tuple[str, int]]) -> list[str]:
    """The files, by path and size, that were put into the repository by accident."""
    return [
        path
        for path, size in files
        if path.partition("/")[0] not in TOP or (size > 1_000_000 and path not in LARGE)
    ]


def test_an_sdist_holds_no_stray_files(sdist: dict[str, int]) -> None:
    """Such as a table that a trial has left."""
    assert stray(sdist.items()) == []


def test_stray_files_are_noticed() -> None:
    files = [("people.csv", 9), ("nn/datasets/more.csv", 2_000_000), ("nn/new/a.py", 900)]
    assert stray(files) == ["people.csv", "nn/datasets/more.csv"]


def test_the_citation_names_the_version() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {autograd.__version__}\n" in citation


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
