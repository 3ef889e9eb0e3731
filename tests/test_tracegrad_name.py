"""``import tracegrad as tg``: the same objects under one name, and what hides them is named."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from shutil import copy, copytree

import pytest

import autograd
import nn
import optim
import tracegrad as tg
from tests.house import ROOT

MARKED = '__version__ = "1"\n__tracegrad__ = True\n__all__ = []\n'


def test_every_name_is_the_same_object() -> None:
    for name in autograd.__all__:
        assert getattr(tg, name) is getattr(autograd, name)
    assert tg.compile is autograd.compile
    assert tg.nn is nn and tg.optim is optim
    assert tg.__version__ == autograd.__version__


@pytest.mark.parametrize("name", ["nn", "nn.layers", "nn.functional", "optim", "optim.rules.sgd"])
def test_a_second_name_is_no_second_module(name: str) -> None:
    first = import_module(name)
    assert import_module(f"tracegrad.{name}") is first
    assert first.__spec__ is not None and first.__spec__.name == name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'tracegrad' has no attribute 'Valve'"):
        tg.Valve  # noqa: B018


def _site(folder: Path) -> Path:
    """A folder of packages as pip would leave it, with packages that hold the marker alone."""
    copytree(ROOT / "tracegrad", folder / "tracegrad")
    for name in ("autograd", "nn", "optim"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(MARKED)
    copy(ROOT / "autograd" / "former_paths.py", folder / "autograd")
    return folder


def _import_beside(site: Path, work: Path, *program: str) -> "subprocess.CompletedProcess[str]":
    # Without the folders of this installation, where an editable tracegrad is found.
    start = [sys.executable, "-S", "-W", "always", *(program or ("-c", "import tracegrad"))]
    return subprocess.run(
        start, cwd=work, env={"PYTHONPATH": str(site)}, capture_output=True, text=True
    )


def test_whole_packages_are_imported_without_a_word(tmp_path: Path) -> None:
    done = _import_beside(_site(tmp_path / "site"), tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_files_replaced_by_another_autograd_are_named(tmp_path: Path) -> None:
    site = _site(tmp_path / "site")
    (site / "autograd" / "__init__.py").write_text("from .core import grad\n")
    (site / "autograd-1.7.0.dist-info").mkdir()
    done = _import_beside(site, tmp_path)
    assert done.returncode == 1
    said = done.stderr.splitlines()[-1]
    assert "HIPS autograd 1.7.0 has replaced files of tracegrad's package autograd" in said
    assert "pip uninstall autograd, then pip install --force-reinstall --no-deps tracegrad" in said


def test_files_laid_over_another_autograd_are_a_warning(tmp_path: Path) -> None:
    site = _site(tmp_path / "site")
    (site / "autograd-1.7.0.dist-info").mkdir()
    done = _import_beside(site, tmp_path)
    assert done.returncode == 0
    assert "HIPS autograd 1.7.0 is installed in the same folder as tracegrad" in done.stderr


def test_files_removed_with_another_autograd_are_told(tmp_path: Path) -> None:
    site = _site(tmp_path / "site")
    (site / "autograd" / "__init__.py").unlink()
    said = _import_beside(site, tmp_path).stderr.splitlines()[-1]
    assert "tracegrad's package autograd lacks its files" in said
    assert "run pip install --force-reinstall --no-deps tracegrad" in said


@pytest.mark.parametrize("hiding", ["nn.py", "optim/__init__.py"])
def test_a_local_file_that_hides_a_package_is_named(tmp_path: Path, hiding: str) -> None:
    site, work = _site(tmp_path / "site"), tmp_path / "work"
    (work / hiding).parent.mkdir(parents=True)
    (work / hiding).write_text("raise SystemExit('executed')\n")
    done = _import_beside(site, work)
    assert "executed" not in done.stderr
    said = done.stderr.splitlines()[-1]
    assert f"{work / hiding} hides tracegrad's package" in said
    name = Path(hiding).parts[0].removesuffix(".py")
    assert said.endswith(f"rename it, or run from a folder that has neither {name}.py nor {name}/")


def test_the_command_says_it_in_one_line(tmp_path: Path) -> None:
    site = _site(tmp_path / "site")
    (tmp_path / "nn.py").touch()
    done = _import_beside(site, tmp_path, "-m", "tracegrad", "demo")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("tracegrad: the file ")


def test_the_command_says_its_version() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tracegrad", "--version"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout == f"tracegrad {tg.__version__}\n"
