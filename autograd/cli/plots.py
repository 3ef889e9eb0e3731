"""A plot of matplotlib with its words in a language, or in all of them, and in small."""

from __future__ import annotations

import base64
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from autograd.stage import HEIGHT, WIDTH
from autograd.writing import LANGUAGES, column, translated

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure
    from matplotlib.ticker import Formatter


def in_language(figure: Figure, lang: str) -> Figure:
    """``figure`` with its words in that language: titles, legends, and words at ticks."""
    speaker(figure)(lang)
    return figure


def speaker(figure: Figure) -> Callable[[str], None]:
    """What gives the words of ``figure`` in a language, as often as it is called."""
    from matplotlib.category import StrCategoryFormatter
    from matplotlib.text import Text
    from matplotlib.ticker import FixedFormatter, FuncFormatter

    texts = [(text, translated(text.get_text())) for text in figure.findobj(Text)]
    axes = [axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)]
    worded = (FixedFormatter, FuncFormatter, StrCategoryFormatter)
    ticks = [
        (axis, axis.get_major_formatter())
        for axis in axes
        if isinstance(axis.get_major_formatter(), worded)
    ]

    def speak(lang: str) -> None:
        place = column(lang)
        for text, words in texts:
            text.set_text(words[place])
        # The text of a tick is written by its axis, anew each time that the figure is drawn.
        for axis, written in ticks:

            def spoken_tick(at: float, tick: int | None, written: Formatter = written) -> str:
                return translated(written(at, tick))[place]

            axis.set_major_formatter(FuncFormatter(spoken_tick))

    return speak


@contextmanager
def _drawing() -> Iterator[None]:
    """While a figure is drawn: that the best place of a legend takes long is not said."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Creating legend", UserWarning)
        yield


@_drawing()
def in_one_layout(figure: Figure) -> Callable[[str], None]:
    """The :func:`speaker` of ``figure``, which has one layout from now on, for every language."""
    speak = speaker(figure)
    places = []
    for code in LANGUAGES:
        speak(code)
        figure.draw_without_rendering()
        places.append([axes.get_position(original=True) for axes in figure.axes])
    figure.set_layout_engine("none")
    for axes, boxes in zip(figure.axes, zip(*places)):
        left, bottom = max(box.x0 for box in boxes), max(box.y0 for box in boxes)
        right, top = min(box.x1 for box in boxes), min(box.y1 for box in boxes)
        axes.set_position((left, bottom, right - left, top - bottom))
    return speak


@_drawing()
def in_each_language(figure: Figure) -> list[str]:
    """``figure`` as SVG in each language, :func:`in_one_layout`. The figure is closed.

    What the pictures have in common is the same in all of them.
    """
    from matplotlib import pyplot

    from optim.races import svg_of

    speak, pictures = in_one_layout(figure), []
    for code in LANGUAGES:
        speak(code)
        pictures.append(svg_of(figure, words=True))
    pyplot.close(figure)
    return pictures


@_drawing()
def small(figure: Figure) -> str:
    """The first axes of ``figure`` as a small image without words, as HTML. It is closed."""
    from matplotlib import pyplot
    from matplotlib.text import Text
    from PIL import Image  # comes with matplotlib

    for text in figure.findobj(Text):
        text.set_visible(False)
    figure.draw_without_rendering()
    box = figure.axes[0].get_window_extent().transformed(figure.dpi_scale_trans.inverted())
    dots = 1.5 * min(WIDTH / box.width, HEIGHT / box.height)
    drawn, small = BytesIO(), BytesIO()
    figure.savefig(drawn, format="png", dpi=dots, bbox_inches=box.padded(0.05))
    pyplot.close(figure)
    Image.open(drawn).convert("RGB").quantize(24).save(small, "PNG", optimize=True)
    data = base64.b64encode(small.getvalue()).decode()
    return f'<img alt="" src="data:image/png;base64,{data}">'
