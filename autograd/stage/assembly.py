"""The script and the style sheets of a page, put together from the files in ``assets``.

Each file holds one idea. The script's files stand one after the other in the scope of one script,
in the order listed here, and tell each other what happens through ``on`` and ``emit`` of core.js.
"""

from __future__ import annotations

from collections.abc import Collection

from autograd.render import CELL_PAINT, cell_css, css
from autograd.shipped import read_text
from autograd.stage.kernels import kernels_javascript

#: The modules of every page, in order: each uses only what stands before it when it is loaded.
MODULES = (
    "core numbers equations scene compute noise live_arrays noise_arrays sketches paint cells tree "
    "layered draw boxes boxes_draw boxes_paint syntax notations wording formulas boxes_tangent "
    "timeline sources hover dock camera motion address typed answers expressions quiz inputs "
    "source routes paths language keys exits print start"
).split()
#: Modules of pages that show arrays, of those that compute them, and of those with boxes.
CELLS, COMPUTING = (
    frozenset(["cells"]),
    frozenset(["live_arrays", "noise_arrays", "sources", "hover"]),
)
BOXES = frozenset(
    "tree layered draw boxes boxes_draw boxes_paint syntax notations wording formulas".split()
)
#: And of those with boxes in forward mode.
TANGENTS = frozenset(["boxes_tangent"])
SHEETS = "timeline picture panel quiz inputs source paths print".split()


def script(
    rules: str = "",
    kernels: Collection[str] = (),
    arrays: bool = False,
    boxed: bool = False,
    tangents: bool = False,
    more: str = "",
) -> str:
    """The script of a lesson, after the rows of the derivative table that it computes with.

    ``arrays`` says whether its pictures have any, ``boxed`` whether parts of them open and close,
    ``tangents`` whether some do so in forward mode, and ``kernels`` are those of the rows that the
    page computes; a page carries nothing of what it does not have. ``more`` is a script of its own,
    run before the page shows what its address says.
    """
    parts = ((kernels, COMPUTING), (arrays, CELLS), (boxed, BOXES), (tangents, TANGENTS))
    left_out = {name for wanted, modules in parts if not wanted for name in modules}
    *names, start = [name for name in MODULES if name not in left_out]
    used = more + "".join(asset(f"{name}.js") for name in COMPUTING)
    library = kernels_javascript(kernels, used) if kernels else ""
    files = [*(asset(f"{name}.js") for name in names), more, asset(f"{start}.js")]
    return "\n".join([rules, library, *files])


def sheet(arrays: bool = False, boxed: bool = False) -> str:
    """The styles of a lesson beside those of every page, and those of the picture in it."""
    # The light colours of cells come before the dark ones, which replace them.
    colours = (cell_css() if arrays else "") + css("auto", CELL_PAINT if arrays else {})
    names = [*SHEETS, *(["boxes"] if boxed else []), *(["cells"] if arrays else [])]
    return colours + "".join(asset(f"{name}.css") for name in names)


def asset(name: str) -> str:
    """A file of the folder, of a script without comments."""
    return read_text(f"stage/assets/{name}")
