"""A figure of matplotlib as TikZ: its lines, its areas and its words, set by LaTeX."""

from __future__ import annotations

import math
import re
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Literal

import numpy as np

from autograd.calculus import Quantity
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

#: A bitmap is drawn as so many squares a side at most.
_SQUARES = 64
_FAR = 4000.0
_CAPS = {"projecting": "rect", "round": "round", "butt": "butt"}


def words_in_plots() -> AbstractContextManager[None]:
    """Within it, an SVG of matplotlib has its words as text, which a document can be searched for.

    They need the fonts of matplotlib, which a browser may not have.
    """
    from matplotlib import rc_context

    return rc_context({"svg.fonttype": "none"})


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
            self.lines: list[str] = []
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
            """The image as squares, each of the mean colour of its pixels."""
            image = np.asarray(im)
            if not image.size or transform is not None:
                return
            rows, columns = (min(side, _SQUARES) for side in image.shape[:2])
            down, across = image.shape[0] / rows, image.shape[1] / columns
            squares = []
            for i in range(rows):
                for k in range(columns):
                    pixels = image[
                        int(i * down) : max(int((i + 1) * down), int(i * down) + 1),
                        int(k * across) : max(int((k + 1) * across), int(k * across) + 1),
                    ]
                    red, green, blue, alpha = np.mean(pixels, axis=(0, 1)) / 255
                    if alpha < 0.02:
                        continue
                    colour = self._colour((red, green, blue))
                    # A little larger than it is, so that no seams show.
                    corner = _point(x + (k + 1) * across + 0.2, y + (i + 1) * down + 0.2)
                    squares.append(
                        rf"\path[fill={colour}] {_point(x + k * across, y + i * down)} "
                        rf"rectangle {corner};"
                    )
            self._write(gc, "\n".join(squares))

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
            if box is None:
                self.lines.append(text)
                return
            corners = " rectangle ".join(_point(*corner) for corner in box.get_points())
            self.lines.append(f"\\begin{{scope}}\\clip {corners};\n{text}\n\\end{{scope}}")

    renderer = TikZ()
    figure.draw(renderer)
    head = [rf"\definecolor{{{name}}}{{HTML}}{{{code}}}" for code, name in renderer.colours.items()]
    return portable(
        "\n".join(
            [
                *head,
                r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
                r"\begin{tikzpicture}[x=1pt,y=1pt,every node/.style={inner sep=0pt}]",
                rf"\useasboundingbox (0,0) rectangle ({width:g},{height:g});",
                *renderer.lines,
                r"\end{tikzpicture}}",
                "",
            ]
        )
    ).replace(r"\tfrac", r"\frac")  # which is of amsmath


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
