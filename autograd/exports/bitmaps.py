"""SVG documents as bitmaps and as pages, by Typst: a wheel that brings its fonts along."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, overload

from autograd.calculus import short

if TYPE_CHECKING:
    from PIL.Image import Image

#: How many frames an A4 page takes.
N_UP = (1, 2, 4, 6, 9)
#: Bitmaps have twice the pixels of their drawing, unless they would be wider or higher than this.
ZOOM = 2.0
_LARGEST = 8000
#: The same of a film, which is shown on a screen, and of one of many frames, all of which memory
#: has to hold.
_SCREEN, _SMALL_SCREEN, _MANY = (1920, 1440), (1280, 960), 100
#: Millimetres of A4 in portrait, of its margin and between the frames.
_SHORT, _LONG, _MARGIN, _GAP = 210.0, 297.0, 12.0, 6.0
_POINTS = 0.75  # of a pixel


def missing(package: str, what: str) -> ImportError:
    """The error where a format needs a package that is not installed; it names the extra."""
    return ImportError(
        f'{what} needs {package}; pip install "tracegrad[export]", or write a .svg or .html, '
        "which need nothing"
    )


def png(svg: str) -> bytes:
    """One picture, at twice its size."""
    width, height = size_of(svg)
    zoom = min(ZOOM, _LARGEST / max(width, height))
    return _typeset([svg], _each_on_its_page([svg]), "a .png", format="png", ppi=96 * zoom)[0]


class Bitmaps(Sequence["Image"]):
    """Frames as images of Pillow, on a white ground of one size with even sides.

    They are kept as PNG and opened one at a time. A frame that is larger than the screen is made
    smaller, the others are not.
    """

    def __init__(self, svgs: Sequence[str]) -> None:
        try:
            from PIL import Image
        except ImportError:
            raise missing("Pillow", "a film") from None
        self._image = Image
        sizes = [size_of(svg) for svg in svgs]
        screen = _SCREEN if len(svgs) <= _MANY else _SMALL_SCREEN
        zooms = [min(ZOOM, screen[0] / size[0], screen[1] / size[1]) for size in sizes]
        width, height = (
            2 * math.ceil(max(size[side] * zoom for size, zoom in zip(sizes, zooms)) / 2)
            for side in range(2)
        )
        self.size = width, height
        pages = _each_on_its_page(svgs, zooms=zooms)
        self._pages = _typeset(svgs, pages, "a film", format="png", ppi=96)

    def __len__(self) -> int:
        return len(self._pages)

    @overload
    def __getitem__(self, index: int) -> Image: ...
    @overload
    def __getitem__(self, index: slice) -> list[Image]: ...
    def __getitem__(self, index: int | slice) -> Image | list[Image]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        ground = self._image.new("RGB", self.size, "white")
        drawn = self._image.open(io.BytesIO(self._pages[index])).convert("RGB")
        ground.paste(drawn, ((self.size[0] - drawn.width) // 2, 0))
        return ground


def pdf(svgs: Sequence[str], n_up: int | None = None, title: str = "") -> bytes:
    """A page for each picture, of its size; or A4 with ``n_up`` pictures a page."""
    if n_up is None:
        return _typeset(svgs, _each_on_its_page(svgs, title), "a .pdf", format="pdf")[0]
    return _typeset(svgs, _on_a4(svgs, n_up, title), "a .pdf", format="pdf")[0]


def check_n_up(n_up: int) -> int:
    """ValueError for a number of pictures that no page takes."""
    if n_up not in N_UP:
        raise ValueError(f"n-up {short(n_up)}: a page takes {', '.join(map(str, N_UP))} pictures")
    return n_up


def size_of(svg: str) -> tuple[float, float]:
    """Width and height in pixels, as the root of the document states them."""
    root = re.search(r"<svg\b[^>]*>", svg)
    assert root is not None
    sides = []
    for side in ("width", "height"):
        found = re.search(rf'\b{side}="([\d.]+)(pt)?"', root[0])
        assert found is not None
        sides.append(float(found[1]) / (_POINTS if found[2] else 1.0))
    return sides[0], sides[1]


def _each_on_its_page(
    svgs: Sequence[str], title: str = "", zooms: Iterable[float] = repeat(1.0)
) -> str:
    parts = []
    for i, (svg, zoom) in enumerate(zip(svgs, zooms)):
        width, height = (side * _POINTS * zoom for side in size_of(svg))
        parts.append(
            f"#page(width: {width:.2f}pt, height: {height:.2f}pt, margin: 0pt)"
            f'[#image("{i}.svg", width: 100%, height: 100%)]'
        )
    return _titled(title) + "\n".join(parts)


def _on_a4(svgs: Sequence[str], n_up: int, title: str) -> str:
    """Pages in the direction, and of the rows, in which the widest frame is largest."""
    sizes = [size_of(svg) for svg in svgs]
    width, height = (max(size[side] for size in sizes) for side in range(2))

    def scale(choice: tuple[int, float, float]) -> float:
        cell = _cell(n_up, *choice)
        return min(cell[0] / width, cell[1] / height)

    choices = [
        (columns, across, down)
        for columns in range(1, n_up + 1)
        if n_up % columns == 0
        for across, down in ((_SHORT, _LONG), (_LONG, _SHORT))
    ]
    columns, across, down = max(choices, key=scale)
    cell = _cell(n_up, columns, across, down)
    head = (
        f"#set page(width: {across}mm, height: {down}mm, margin: {_MARGIN}mm)\n"
        f"#let cell(name) = box(width: {cell[0]:.2f}mm, height: {cell[1]:.2f}mm, "
        'align(center + horizon, image(name, width: 100%, height: 100%, fit: "contain")))\n'
    )
    pages = []
    for start in range(0, len(svgs), n_up):
        cells = ", ".join(f'cell("{i}.svg")' for i in range(start, min(start + n_up, len(svgs))))
        pages.append(f"#grid(columns: {columns}, gutter: {_GAP}mm, {cells},)")
    return _titled(title) + head + "\n#pagebreak()\n".join(pages)


def _cell(n_up: int, columns: int, across: float, down: float) -> tuple[float, float]:
    rows = n_up // columns
    return (
        (across - 2 * _MARGIN - _GAP * (columns - 1)) / columns,
        (down - 2 * _MARGIN - _GAP * (rows - 1)) / rows - 0.01,
    )


def _titled(title: str) -> str:
    """The title as a string of Typst, in which a backslash and a quote are escaped."""
    said = title.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    named = f'title: "{said}", ' if title else ""
    return f"#set document({named}date: none)\n"


def _typeset(svgs: Sequence[str], source: str, what: str, **options: str | float) -> list[bytes]:
    """The pages as PNG, or the one document."""
    try:
        typst = import_module("typst")
    except ImportError:
        raise missing("typst", what) from None
    files = {f"{i}.svg": svg.encode() for i, svg in enumerate(svgs)}
    made = typst.compile(
        {"main.typ": source.encode(), **files}, font_paths=_more_fonts(svgs), **options
    )
    return made if isinstance(made, list) else [made]


def _more_fonts(svgs: Sequence[str]) -> list[Path]:
    """Those of matplotlib, for the plots among the pictures."""
    if not any("'DejaVu Sans'" in svg for svg in svgs):
        return []
    return [Path(import_module("matplotlib").get_data_path()) / "fonts" / "ttf"]
