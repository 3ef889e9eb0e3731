"""What is said where something stands in the place of a package; each case is printed.

    python -m tests.peers.clashes

HIPS autograd is installed before and after tracegrad's wheel and removed again, each in an
environment of its own, which borrows NumPy from the Python that runs this. Then a file of a user
hides a package. HIPS autograd comes from the package index; without one its cases are skipped.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = (
    ["python", "-c", "import tracegrad"],
    ["tracegrad", "--version"],
    ["python", "-c", "from autograd import Value"],
)
HIDING = ("nn.py", "optim.py", "autograd.py", "nn/__init__.py")
TRACEGRAD, HIPS = "tracegrad", "autograd"
CASES = {
    "tracegrad alone": [f"+{TRACEGRAD}"],
    "HIPS autograd, then tracegrad": [f"+{HIPS}", f"+{TRACEGRAD}"],
    "HIPS autograd, then tracegrad; HIPS removed": [f"+{HIPS}", f"+{TRACEGRAD}", f"-{HIPS}"],
    "tracegrad, then HIPS autograd": [f"+{TRACEGRAD}", f"+{HIPS}"],
    "tracegrad, then HIPS autograd; HIPS removed": [f"+{TRACEGRAD}", f"+{HIPS}", f"-{HIPS}"],
    "the same; tracegrad installed again": [
        f"+{TRACEGRAD}",
        f"+{HIPS}",
        f"-{HIPS}",
        f"+{TRACEGRAD}",
    ],
}


def pip(*words: str, python: Path | None = None) -> None:
    place = ["--python", str(python)] if python else []
    command = [sys.executable, "-m", "pip", "--quiet", *place, *words]
    subprocess.run(command, check=True, capture_output=True, text=True)


def environment(folder: Path) -> Path:
    """A new one without pip, which finds NumPy here; its python."""
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", folder], check=True)
    (site,) = folder.glob("[Ll]ib/**/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    return next(path for path in folder.glob("*/python*") if path.stem == "python")


def show(title: str, python: Path, work: Path) -> None:
    print(f"\n## {title}")
    for words in PROGRAMS:
        command = [str(python.parent / words[0]), *words[1:]]
        # What PYTHONPATH names would stand before what is installed.
        variables = {name: x for name, x in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(command, cwd=work, env=variables, capture_output=True, text=True)
        said = (done.stderr or done.stdout).strip().splitlines()
        lines = [line for line in said if not line.startswith("  ")]
        print(f"$ {' '.join(words)}\n{lines[-1] if lines else '(nothing)'}")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        pip("wheel", "--no-deps", "--wheel-dir", folder, str(ROOT))
        wheels = {TRACEGRAD: next(place.glob("tracegrad-*.whl"))}
        try:
            pip("download", "--no-deps", "--dest", folder, HIPS)
            wheels[HIPS] = next(place.glob("autograd-*.whl"))
        except subprocess.CalledProcessError as error:
            print(f"HIPS autograd cannot be had here: {error.stderr.strip().splitlines()[-1]}")
        work = place / "work"
        work.mkdir()
        for title, changes in CASES.items():
            if not {change[1:] for change in changes} <= wheels.keys():
                continue
            python = environment(place / "environment")
            for change in changes:
                if change[0] == "-":
                    pip("uninstall", "--yes", change[1:], python=python)
                else:
                    wheel = str(wheels[change[1:]])
                    pip("install", "--no-deps", "--force-reinstall", wheel, python=python)
            show(title, python, work)
        python = environment(place / "environment")
        pip("install", "--no-deps", str(wheels[TRACEGRAD]), python=python)
        for name in HIDING:
            file = place / name.replace("/", "_") / name
            file.parent.mkdir(parents=True)
            file.write_text("")
            show(
                f"a file {name} in the folder of the program",
                python,
                place / name.replace("/", "_"),
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
