"""What is wrong with a plot that is made for a telephone too, or in axes of the caller."""

from matplotlib import pyplot
from matplotlib.figure import Figure

from optim.examples.demonstration import WIDTH, Demonstration
from optim.figures.themed import LEAST

#: The pixels to an inch, and those that a telephone has from side to side.
INCH, TELEPHONE = 96, 360


def faults(figure: Figure) -> list[str]:
    """Words that are cut off; in one column also axes without words, and words too small."""
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


def faults_in_axes(example: Demonstration, own: Figure) -> list[str]:
    """What a lesson draws otherwise, in axes that it is given, than in the figure of its own."""
    figure, n = pyplot.figure(), len(own.axes)
    axes = [
        figure.add_subplot(1, n + 1, i + 1, projection=one.name) for i, one in enumerate(own.axes)
    ]
    other = figure.add_subplot(1, n + 1, n + 1)
    known, found = pyplot.get_fignums(), []
    for wrong in ([*axes, other], *([axes[1:]] if n > 2 else [])):
        try:
            example.plot(ax=wrong)
            found.append(f"it takes {len(wrong)} axes")
        except ValueError as error:
            if f"ax holds {len(wrong)} axes: this plot takes {n}" not in str(error):
                found.append(str(error))
    if any(one.has_data() for one in axes):
        found.append("it drew before it refused")
    if example.plot(ax=axes if n > 1 else axes[0]) is not figure:
        found.append("it returns another figure")
    if pyplot.get_fignums() != known or figure.axes != [*axes, other] or other.has_data():
        found.append("it left its axes")
    if figure.legends or figure.texts:
        found.append("it drew in the figure")
    for one, there in zip(own.axes, axes, strict=True):
        if len(one.get_children()) > len(there.get_children()):
            found.append(f"{one.get_title()!r} lacks a part")
        if one.get_title() != there.get_title() or one.get_xlabel() != there.get_xlabel():
            found.append(f"{one.get_title()!r} has other words")
    pyplot.close(figure)
    return found
