"""The script and the style sheets of a page, put together from the files in ``assets``.

Each file holds one idea. The script's files stand one after the other in the scope of one script,
in the order listed here, and tell each other what happens through ``on`` and ``emit`` of core.js.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib.resources import files

from autograd.render import css
from autograd.stage.kernels import kernels_javascript

#: The modules of every page, in order: each uses only what stands before it when it is loaded.
MODULES = (
    "core numbers scene compute live_arrays paint timeline dock camera motion address quiz inputs "
    "language keys exits print start"
).split()
#: Modules of pages that compute arrays.
OF_ARRAYS = frozenset(["live_arrays"])
SHEETS = "page timeline picture panel quiz inputs print".split()


def script(rules: str = "", kernels: Collection[str] = ()) -> str:
    """The script of a page, after the rows of the derivative table that it computes with.

    ``kernels`` are those of its array rows; a page without them carries nothing of arrays.
    """
    names = [name for name in MODULES if kernels or name not in OF_ARRAYS]
    arrays = kernels_javascript(kernels) if kernels else ""
    return "\n".join(['"use strict";', rules, arrays, *(_asset(f"{name}.js") for name in names)])


def sheet() -> str:
    """The styles of a page, and those of the picture in it."""
    return "".join(_asset(f"{name}.css") for name in SHEETS) + css("auto")


@cache
def _asset(name: str) -> str:
    return files("autograd.stage").joinpath("assets", name).read_text(encoding="utf-8")
