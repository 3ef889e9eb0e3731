"""What is wrong with a plot that is made for a telephone too."""

from matplotlib.figure import Figure

from optim.examples.demonstration import WIDTH
from optim.figures.themed import LEAST

#: The pixels to an inch, and those that a telephone has from side to side.
INCH, TELEPHONE = 96, 360


def faults(figure: Figure) -> list[str]:
    """Of a figure in one column: axes without words, words too small to read, parts cut off."""
    width, _ = figure.get_size_inches()
    if width > WIDTH:
        return []  # drawn in several columns: it is scrolled on a telephone
    found = ["it is too wide"] if width * INCH * LEAST > TELEPHONE else []
    if not any(axes.get_legend() for axes in figure.axes):
        found.append("it has no legend")
    figure.draw_without_rendering()  # what was saved had other dots to an inch
    whole = figure.bbox.padded(2)
    for axes in figure.axes:
        title = axes.get_title()
        words = [axes.title, axes.xaxis.label, axes.yaxis.label]
        if not all(word.get_text() for word in words):
            found.append(f"{title!r} has no title, or an axis without words")
        legend = axes.get_legend()
        texts = [*words, *(legend.get_texts() if legend else ()), *axes.texts]
        for text in texts:
            if text.get_fontsize() < 8.5:
                found.append(f"{text.get_text()!r} is too small")
            box = text.get_window_extent()
            if not (whole.x0 <= box.x0 and box.x1 <= whole.x1
                    and whole.y0 <= box.y0 and box.y1 <= whole.y1):  # fmt: skip
                found.append(f"{text.get_text()!r} is cut off")
    return found
