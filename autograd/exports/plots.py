"""A figure of matplotlib as TikZ: its lines, its areas and its words, set by LaTeX."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from autograd.calculus import Array, Quantity
from autograd.writing import escaped, portable

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase as Context
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path
    from matplotlib.text import Text
    from matplotlib.transforms import Affine2DBase, Transform
    from matplotlib.typing import ColorType
    from numpy.typing import ArrayLike

#: A bitmap or a mesh is drawn as so many rectangles a side at most, in so many shades of a colour.
_SQUARES, _SHADES = 100, 51
_FAR = 4000.0
#: A rectangle that costs TeX a quarter of the memory that one of a path of TikZ does.
_CELL = (
    r"\def\tgcell#1,#2,#3,#4;"
    r"{\pgfpathrectangle{\pgfqpoint{#1pt}{#2pt}}{\pgfqpoint{#3pt}{#4pt}}}%"
)
Colour: TypeAlias = tuple[float, ...]
Corners: TypeAlias = tuple[float, float, float, float]
_CAPS = {"projecting": "rect", "round": "round", "butt": "butt"}


def figure_tikz(figure: Figure) -> str:
    """``figure`` as a ``tikzpicture``, no wider than the text around it.

    >>> import matplotlib.figure
    >>> from autograd.exports.plots import figure_tikz
    >>> figure = matplotlib.figure.Figure()
    >>> _ = figure.add_subplot().plot([1, 2], [3, 4])
    >>> "tikzpicture" in figure_tikz(figure)
    True
    """
    from matplotlib.backend_bases import RendererBase

    figure.set_dpi(72)  # a pixel is a point
    width, height = figure.bbox.size

    class TikZ(RendererBase):
        """Writes what a figure draws; y points upwards."""

        def __init__(self) -> None:
            super().__init__()
            #: What is drawn, after the rectangle that it is clipped by, if any.
            self.lines: list[tuple[str, str]] = []
            self.colours: dict[str, str] = {}

        def get_canvas_width_height(self) -> tuple[float, float]:
            return width, height

        def flipy(self) -> bool:
            return False

        def points_to_pixels(self, points: ArrayLike) -> ArrayLike:
            return points

        def draw_path(
            self, gc: Context, path: Path, transform: Transform, rgbFace: ColorType | None = None
        ) -> None:
            looks = self._filled(gc, rgbFace) + self._stroked(gc, gc.get_linewidth() > 0)
            drawn = _path(path, transform) if looks else ""
            if drawn:
                self._write(gc, rf"\path[{','.join(looks)}] {drawn};")

        def draw_image(
            self,
            gc: Context,
            x: float,
            y: float,
            im: ArrayLike,
            transform: Affine2DBase | None = None,
        ) -> None:
            """The image as rectangles, each of the mean colour of its pixels."""
            image = np.asarray(im)
            if not image.size or transform is not None:
                return
            rows, columns = image.shape[:2]
            self._areas(gc, x + np.arange(columns + 1), y + np.arange(rows + 1), image / 255)

        def draw_quad_mesh(
            self, gc: Context, master_transform: Transform, meshWidth: int, meshHeight: int,
            coordinates: ArrayLike, *rest: Quantity,
        ) -> None:  # fmt: skip
            """A mesh of upright cells as rectangles, another one cell by cell."""
            offsets, _, faces, *_ = rest
            points = np.asarray(coordinates)
            grid = master_transform.transform(points.reshape(-1, 2)).reshape(points.shape)
            xs, ys = grid[0, :, 0], grid[:, 0, 1]
            upright = np.allclose(grid[..., 0], xs) and np.allclose(grid[..., 1], ys[:, None])
            colours = np.asarray(faces)
            if not upright or colours.shape != (meshHeight * meshWidth, 4) or np.any(offsets):
                about = gc, master_transform, meshWidth, meshHeight, coordinates
                super().draw_quad_mesh(*about, *rest)
                return
            alpha = gc.get_alpha() if gc.get_forced_alpha() else None
            colours = colours if alpha is None else np.c_[colours[:, :3], 0 * colours[:, 3] + alpha]
            self._areas(gc, xs, ys, colours.reshape(meshHeight, meshWidth, 4))

        def _areas(self, gc: Context, xs: Array, ys: Array, colours: Array) -> None:
            """The cells of a grid, a path for each colour."""
            for colour, corners in _rectangles(xs, ys, colours).items():
                # A little larger than they are, so that no seams show.
                cells = "".join(
                    f"\\tgcell{left:.2f},{low:.2f},{right - left + 0.2:.2f},{high - low + 0.2:.2f};"
                    for left, low, right, high in corners
                )
                self._write(
                    gc, rf"\pgfsetfillcolor{{{self._colour(colour)}}}{cells}\pgfusepath{{fill}}"
                )

        def draw_text(
            self, gc: Context, x: float, y: float, s: str, prop: FontProperties, angle: float,
            ismath: bool | Literal["TeX"] = False, mtext: Text | None = None,
        ) -> None:  # fmt: skip
            length, _, _ = self.get_text_width_height_descent(s, prop, ismath)
            side = "center" if mtext is None else mtext.get_horizontalalignment()
            part, anchor = {"left": (0.0, " west"), "center": (0.5, ""), "right": (1.0, " east")}[
                side
            ]
            turned = math.radians(angle)
            at = _point(x + part * length * math.cos(turned), y + part * length * math.sin(turned))
            size = prop.get_size_in_points()
            bold = r"\bfseries" if prop.get_weight() in ("bold", 700) else ""
            more = f",rotate={angle:g}" if angle else ""
            self._write(
                gc,
                rf"\node[anchor=base{anchor},text={self._colour(gc.get_rgb())}{more},"
                rf"font=\sffamily{bold}\fontsize{{{size:g}}}{{{1.2 * size:g}}}\selectfont] "
                rf"at {at} {{{_words(s, bool(ismath))}}};",
            )

        def _filled(self, gc: Context, face: ColorType | None) -> list[str]:
            if face is None or (len(face) > 3 and face[3] == 0):
                return []
            alpha = gc.get_alpha() if gc.get_forced_alpha() else (face[3] if len(face) > 3 else 1)
            return [f"fill={self._colour(face)}", *_opacity("fill", alpha)]

        def _stroked(self, gc: Context, wide: bool) -> list[str]:
            colour = gc.get_rgb()
            alpha = gc.get_alpha() if gc.get_forced_alpha() else colour[3]
            if not wide or not alpha:
                return []
            looks = [f"draw={self._colour(colour)}", f"line width={gc.get_linewidth():.3g}pt"]
            looks += [f"line cap={_CAPS[str(gc.get_capstyle())]}", *_opacity("draw", alpha)]
            offset, dashes = gc.get_dashes()
            if dashes is not None:
                pattern = " ".join(
                    f"{'on' if i % 2 == 0 else 'off'} {length:.3g}pt"
                    for i, length in enumerate(np.ravel(dashes).tolist())
                )
                looks += [f"dash pattern={pattern}", f"dash phase={offset:.3g}pt"]
            return looks

        def _colour(self, rgb: ColorType) -> str:
            code = "".join(f"{round(255 * float(part)):02X}" for part in rgb[:3])
            return self.colours.setdefault(code, f"tgp{len(self.colours)}")

        def _write(self, gc: Context, text: str) -> None:
            box = gc.get_clip_rectangle()
            corners = () if box is None else map(_point, *np.transpose(box.get_points()))
            self.lines.append((" rectangle ".join(corners), text))

    renderer = TikZ()
    figure.draw(renderer)
    # A line that ended without % would be a space in front of the picture.
    head = [
        rf"\definecolor{{{name}}}{{HTML}}{{{code}}}%" for code, name in renderer.colours.items()
    ]
    return portable(
        "\n".join(
            [
                *head,
                *([_CELL] if any("tgcell" in text for _, text in renderer.lines) else []),
                r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
                r"\begin{tikzpicture}[x=1pt,y=1pt,every node/.style={inner sep=0pt}]",
                rf"\useasboundingbox (0,0) rectangle ({width:g},{height:g});",
                *_clipped(renderer.lines),
                r"\end{tikzpicture}}",
                "",
            ]
        )
    ).replace(r"\tfrac", r"\frac")  # which is of amsmath


def _clipped(lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    """What is drawn, in a scope for each rectangle that clips what follows one another."""
    for corners, same in groupby(lines, key=lambda line: line[0]):
        drawn = "\n".join(text for _, text in same)
        yield f"\\begin{{scope}}\\clip {corners};\n{drawn}\n\\end{{scope}}" if corners else drawn


def _rectangles(xs: Array, ys: Array, colours: Array) -> dict[Colour, list[Corners]]:
    """A grid of cells as few rectangles: left, low, right and high by their colour, on white.

    ``xs`` and ``ys`` are where columns and rows begin and end. Each rectangle costs TeX some of its
    memory: a fine grid is made coarser, and neighbours of nearly one colour become one.
    """
    share = colours[..., 3:]
    cells = np.concatenate([colours[..., :3] * share + 1 - share, share], axis=2)
    ys, cells = _coarser(ys, cells, 0)
    xs, cells = _coarser(xs, cells, 1)
    shades = np.rint(cells[..., :3] * _SHADES) / _SHADES
    shades[cells[..., 3] < 0.02] = -1.0  # what cannot be seen
    found: dict[Colour, list[Corners]] = {}
    growing: dict[tuple[int, int, Colour], int] = {}  # runs of a row by the row they began at
    for i, row in enumerate([*shades.tolist(), []]):
        end, runs = 0, {}
        for colour, run in groupby(map(tuple, row)):
            start, end = end, end + len(list(run))
            if colour[0] >= 0:
                runs[start, end, colour] = growing.pop((start, end, colour), i)
        for (start, stop, colour), first in growing.items():
            found.setdefault(colour, []).append((xs[start], ys[first], xs[stop], ys[i]))
        growing = runs
    return found


def _coarser(sides: Array, cells: Array, axis: int) -> tuple[Array, Array]:
    """At most so many cells along an axis, each the mean of those in its place, and their sides."""
    count = cells.shape[axis]
    ends = np.linspace(0, count, min(count, _SQUARES) + 1).astype(int)
    lengths = np.expand_dims(np.diff(ends), (1, 2) if axis == 0 else (0, 2))
    return sides[ends], np.add.reduceat(cells, ends[:-1], axis) / lengths


def _path(path: Quantity, transform: Quantity) -> str:
    """A path in TikZ's words, what is far outside of the figure cut off."""
    parts: list[str] = []
    for numbers, code in path.iter_segments(
        transform, simplify=True, clip=(-_FAR, -_FAR, _FAR, _FAR)
    ):
        points = [_point(*numbers[i : i + 2]) for i in range(0, len(numbers), 2)]
        if code == path.MOVETO:
            parts.append(points[0])
        elif code == path.LINETO:
            parts.append(f"--{points[0]}")
        elif code == path.CURVE3:  # a quadratic curve by the rule of its two thirds
            parts.append(f"..controls {points[0]}..{points[1]}")
        elif code == path.CURVE4:
            parts.append(f"..controls {points[0]} and {points[1]}..{points[2]}")
        elif code == path.CLOSEPOLY and parts:
            parts.append("--cycle")
    return "".join(parts) if len(parts) > 1 else ""


def _point(x: float, y: float) -> str:
    """A point in points; TeX has no lengths much beyond these."""
    return f"({min(max(x, -_FAR), _FAR):.2f},{min(max(y, -_FAR), _FAR):.2f})"


def _opacity(what: str, alpha: Quantity) -> list[str]:
    return [] if alpha is None or alpha == 1 else [f"{what} opacity={float(alpha):.3g}"]


def _words(text: str, math_too: bool) -> str:
    """The text, its formulas between dollars as they are."""
    if not math_too:
        return escaped(text)
    parts = re.split(r"(\$[^$]*\$)", text)
    return "".join(
        # A word of matplotlib's own.
        part.replace(r"\mathdefault", "") if part.startswith("$") else escaped(part)
        for part in parts
    )
