"""What stands in the place of ``autograd``, ``nn`` or ``optim``, named before it does harm.

Another distribution has a package ``autograd`` as well, and a folder with an ``nn.py`` hides the
package ``nn``. Each of the three packages carries a marker and stands beside this one.
"""

from __future__ import annotations

import sys
import warnings
from importlib.util import find_spec
from pathlib import Path

_PACKAGES = ("autograd", "nn", "optim")
_ROOT = Path(__file__).resolve().parent.parent
_AGAIN = "pip install --force-reinstall --no-deps tracegrad"


def check() -> None:
    """Name what hides one of the three packages (ImportError), warn of what lies under them.

    The command says either in one line, and ends at the first.
    """
    for name in _PACKAGES:
        reason = _hidden(name)
        if reason and _is_command():
            print(f"tracegrad: {reason}", file=sys.stderr)
            sys.exit(2)
        if reason:
            raise ImportError(reason, name=name)
    other = _other_autograd(_ROOT)
    if not other:
        return
    advice = (
        f"{other} is installed in the same folder as tracegrad, whose files replaced some of its; "
        "removing it removes them: give each an environment of its own, or run "
        f"pip uninstall autograd, then {_AGAIN}"
    )
    if _is_command():
        print(f"tracegrad: {advice}", file=sys.stderr)
    else:
        warnings.warn(advice, stacklevel=3)


def _hidden(name: str) -> str:
    """Why ``import name`` does not give tracegrad's package; empty if it does."""
    ours = _ROOT / name / "__init__.py"
    loaded = sys.modules.get(name)
    try:
        spec = getattr(loaded, "__spec__", None) or find_spec(name)
    except ValueError:  # a module that was put into sys.modules by hand
        spec = None
    if spec is None or spec.origin is None:
        if not ours.exists():
            return (
                f"tracegrad's package {name} lacks its files in {ours.parent} (removing the "
                f"distribution autograd removes them): run {_AGAIN}"
            )
        where = getattr(loaded, "__file__", None) or "another place"
    else:
        where = spec.origin
    if not _same_file(where, ours):
        return f"{_what(name, where)} hides tracegrad's package {name}: {_remedy(name, where)}"
    if "__tracegrad__" not in ours.read_text(encoding="utf-8"):
        other = _other_autograd(_ROOT) or "another distribution"
        return (
            f"{other} has replaced files of tracegrad's package {name} in {ours.parent}: give each "
            f"an environment of its own, or run pip uninstall autograd, then {_AGAIN}"
        )
    return ""


def _is_command() -> bool:
    """Whether this is ``tracegrad`` or ``python -m tracegrad``, whose errors are one line."""
    if sys.argv[:1] == ["-m"]:
        return "tracegrad" in sys.orig_argv[1:]
    return bool(sys.argv) and Path(sys.argv[0]).stem == "tracegrad"


def _same_file(where: str, ours: Path) -> bool:
    try:
        return Path(where).samefile(ours)
    except OSError:
        return False


def _what(name: str, where: str) -> str:
    other = _other_autograd(Path(where).resolve().parent.parent) if name == "autograd" else ""
    return f"{other} in {where}" if other else f"the file {where}"


def _remedy(name: str, where: str) -> str:
    if "site-packages" in where or "dist-packages" in where:
        return "give each an environment of its own"
    return f"rename it, or run from a folder that has neither {name}.py nor {name}/"


def _other_autograd(root: Path) -> str:
    """The distribution called autograd among those installed in a folder, with its version."""
    for found in root.glob("autograd-*.dist-info"):
        return f"HIPS autograd {found.name.removesuffix('.dist-info').partition('-')[2]}"
    return ""
