"""What is wrong with a plot that is made for a telephone too."""

from matplotlib.figure import Figure

from optim.examples.demonstration import WIDTH
from optim.figures.themed import LEAST

#: The pixels to an inch, and those that a telephone has from side to side.
INCH, TELEPHONE = 96, 360


def faults(figure: Figure) -> list[str]:
    """Words that are cut off; of one column also axes without words, and words too small to read."""
    width, _ = figure.get_size_inches()
    figure.draw_without_rendering()  # what was saved had other dots to an inch
    whole, found = figure.bbox.padded(2), []
    for axes in figure.axes:
        labels = [text for text in (axes.title, axes.xaxis.label, axes.yaxis.label, *axes.texts)
                  if text.get_text()]  # fmt: skip
        for part in (*labels, *filter(None, [axes.get_legend()])):
            box = part.get_window_extent()
            if not (whole.x0 <= box.x0 and box.x1 <= whole.x1
                    and whole.y0 <= box.y0 and box.y1 <= whole.y1):  # fmt: skip
                found.append(f"{part} is cut off")
    if width > WIDTH:
        return found  # drawn in several columns: it is scrolled on a telephone
    found += ["it is too wide"] if width * INCH * LEAST > TELEPHONE else []
    if not any(axes.get_legend() for axes in figure.axes):
        found.append("it has no legend")
    for axes in figure.axes:
        title, legend = axes.get_title(), axes.get_legend()
        words = [axes.title, axes.xaxis.label, axes.yaxis.label]
        if not all(word.get_text() for word in words):
            found.append(f"{title!r} has no title, or an axis without words")
        texts = [*words, *(legend.get_texts() if legend else ()), *axes.texts]
        found += [f"{text} is too small" for text in texts if text.get_fontsize() < 8.5]
    return found
