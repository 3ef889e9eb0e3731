"""The script and the style sheets of a page, put together from the files in ``assets``.

Each file holds one idea. The script's files stand one after the other in the scope of one script,
in the order listed here, and tell each other what happens through ``on`` and ``emit`` of core.js.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib.resources import files

from autograd.render import cell_css, css
from autograd.stage.kernels import kernels_javascript

#: The modules of every page, in order: each uses only what stands before it when it is loaded.
MODULES = (
    "core numbers scene compute live_arrays paint cells timeline sources dock camera motion "
    "address answers quiz inputs language keys exits print start"
).split()
#: Modules of pages that show arrays, and of those that compute them.
CELLS, COMPUTING = frozenset(["cells"]), frozenset(["live_arrays", "sources"])
SHEETS = "page timeline picture panel quiz inputs print".split()


def script(rules: str = "", kernels: Collection[str] = (), arrays: bool = False) -> str:
    """The script of a page, after the rows of the derivative table that it computes with.

    ``arrays`` says whether its pictures have any, and ``kernels`` are those of the rows that the
    page computes; a page of numbers carries nothing of either.
    """
    left_out = (frozenset() if kernels else COMPUTING) | (frozenset() if arrays else CELLS)
    names = [name for name in MODULES if name not in left_out]
    used = "".join(_asset(f"{name}.js") for name in COMPUTING)
    library = kernels_javascript(kernels, used) if kernels else ""
    return "\n".join(['"use strict";', rules, library, *(_asset(f"{name}.js") for name in names)])


def sheet(arrays: bool = False) -> str:
    """The styles of a page, and those of the picture in it."""
    cells = _asset("cells.css") + cell_css() if arrays else ""
    return "".join(_asset(f"{name}.css") for name in SHEETS) + cells + css("auto", arrays)


@cache
def _asset(name: str) -> str:
    return files("autograd.stage").joinpath("assets", name).read_text(encoding="utf-8")
