"""The benchmarks' own environment: tracegrad with its peers, apart from the one you work in."""

import os
import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.harness import ROOT

FOLDER = ROOT / ".venv-bench"


def peer_python(folder: Path = FOLDER) -> str:
    """The environment's Python; made and filled first if pyproject.toml is newer than it."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / ".installed"
    settings = ROOT / "pyproject.toml"
    if not stamp.exists() or stamp.stat().st_mtime < settings.stat().st_mtime:
        print(f"Installing the peers into {folder.name} (once) ...", file=sys.stderr)
        venv.create(folder, with_pip=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet"]
        subprocess.run([*pip, "install", "--editable", f"{ROOT}[bench]"], check=True)
        stamp.touch()
    return str(python)
