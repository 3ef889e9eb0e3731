"""What a notebook shows of networks and trainings: tables, curves, and a progress bar."""

from __future__ import annotations

import math
import sys
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence

from autograd.calculus import one_line

#: A column of numbers, drawn over the epochs; what is drawn in each panel, by its name.
Curve = Sequence[float]
Panels = Mapping[str, Mapping[str, Curve]]

#: A picture of one panel, and its margins.
_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 300, 204, 58, 40, 14, 30
_IN_A_ROW = 3
_MOST_POINTS = 400
#: The look of pictures; the second part is for a dark ground.
STYLE = (
    ".tg-curves{font:11px system-ui,sans-serif}.tg-curves rect{fill:#fff}.tg-curves text{fill:#333}"
    ".tg-curves path{fill:none;stroke:#888;stroke-width:.7}"
    ".tg-curves .tg-a,.tg-curves .tg-b{stroke:#0072b2;stroke-width:1.8}"
    ".tg-curves .tg-b{stroke:#d55e00;stroke-dasharray:5 3}"
    ".tg-curves .tg-f{fill:#0072b2;fill-opacity:.6;stroke:none}"
)
DARK = (
    ".tg-curves rect{fill:#16181d}.tg-curves text{fill:#ddd}.tg-curves .tg-a{stroke:#56b4e9}"
    ".tg-curves .tg-b{stroke:#e69f00}.tg-curves .tg-f{fill:#56b4e9}"
)


def picture_bundle(text: str, html: str, panels: Panels, epochs: Curve) -> dict[str, str]:
    """The forms of an output with curves: text, an SVG, and HTML with the curves above ``html``.

    In HTML each panel is an image with its data inside, which a notebook shows whether it is
    trusted or not, and a narrow window shows below one another.
    """
    images = []
    for name, lines in panels.items():
        data = b64encode(curves(epochs, {name: lines}).encode()).decode()
        images.append(f'<img alt="{escaped(name)}" src="data:image/svg+xml;base64,{data}">')
    html = f'<div><div style="display:flex;flex-wrap:wrap">{"".join(images)}</div>{html}</div>'
    return {"text/plain": text, "image/svg+xml": curves(epochs, panels), "text/html": html}


def table(header: Sequence[str], rows: Iterable[Sequence[str]], last: str = "") -> str:
    """A table without its empty columns, and a line of text under it; numbers are on the right."""
    columns = [column for column in zip(header, *rows, strict=True) if any(column[1:])]
    header, *rows = zip(*columns, strict=True)

    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(
            f'<{tag} style="text-align:{"right" if right else "left"}">{escaped(cell)}</{tag}>'
            for cell, right in zip(row, numeric, strict=True)
        )

    numeric = [all(is_number(row[i]) for row in rows) for i in range(len(header))]
    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    head = f"<thead><tr>{cells(header, 'th')}</tr></thead>"
    below = f"<div>{escaped(last)}</div>" if last else ""
    return f'<div style="overflow-x:auto"><table>{head}<tbody>{body}</tbody></table></div>{below}'


def svg(width: float, height: float, title: str, body: str, styled: bool = True) -> str:
    """A picture; one that is not ``styled`` stands in a page that has the styles."""
    style = f"<style>{STYLE}@media(prefers-color-scheme:dark){{{DARK}}}</style>" if styled else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="tg-curves" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img"><title>{escaped(title)}</title>'
        f'{style}<rect width="{width}" height="{height}"/>{body}</svg>'
    )


def curves(
    epochs: Curve, panels: Panels, styled: bool = True, words: Mapping[str, str] = {}
) -> str:
    """A panel of each name: its curves over the epochs, that of "validation" dashed.

    ``words`` are those of another language.
    """
    columns = min(len(panels), _IN_A_ROW)
    width = columns * _WIDTH
    height = -(-len(panels) // _IN_A_ROW) * _HEIGHT
    parts = []
    for i, (name, lines) in enumerate(panels.items()):
        place = i % _IN_A_ROW * _WIDTH, i // _IN_A_ROW * _HEIGHT
        panel = _panel(name, epochs, lines, words)
        parts.append(f'<g transform="translate({place[0]} {place[1]})">{panel}</g>')
    said = ", ".join(words.get(name, name) for name in panels)
    return svg(width, height, said, "".join(parts), styled)


def _panel(name: str, epochs: Curve, lines: Mapping[str, Curve], words: Mapping[str, str]) -> str:
    every = [value for line in lines.values() for value in line if math.isfinite(value)]
    low, high = min(every, default=0.0), max(every, default=1.0)
    logarithmic = low > 0 and high > 100 * low
    scale = math.log10 if logarithmic else float
    bottom, span = scale(low), scale(high) - scale(low)
    if not span:  # a constant is drawn at half the height
        bottom, span = bottom - 0.5, 1.0
    first, length = epochs[0], epochs[-1] - epochs[0] or 1

    def point(epoch: float, value: float) -> str:
        x = _LEFT + (_WIDTH - _LEFT - _RIGHT) * (epoch - first) / length
        y = _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * (scale(value) - bottom) / span
        return f"{x:.1f} {y:.1f}"

    title = words.get(name, name)
    if logarithmic:
        title += f", {words.get('logarithmic', 'logarithmic')}"
    digits = next((n for n in range(3, 8) if f"{low:.{n}g}" != f"{high:.{n}g}"), 3)
    least, top = f"{low:.{digits}g}", f"{high:.{digits}g}"
    base, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    parts = [
        f'<text x="{_LEFT}" y="16" font-weight="600">{escaped(title)}</text>'
        f'<path d="M{_LEFT} {_TOP}V{base}H{right}"/>'
        f'<text x="{_LEFT - 5}" y="{_TOP + 4}" text-anchor="end">{top}</text>'
        f'<text x="{_LEFT - 5}" y="{base}" text-anchor="end">{least}</text>'
        f'<text x="{_LEFT}" y="{base + 15}">{words.get("epoch", "epoch")} {first:g}</text>'
        f'<text x="{right}" y="{base + 15}" text-anchor="end">{epochs[-1]:g}</text>'
    ]
    step = max(len(epochs) // _MOST_POINTS, 1)
    for i, (label, line) in enumerate(lines.items()):
        kept = {*range(0, len(epochs), step), len(epochs) - 1}
        drawn = [point(epochs[k], line[k]) for k in sorted(kept) if math.isfinite(line[k])]
        look = "tg-b" if label == "validation" else "tg-a"
        if len(drawn) == 1:  # a dot: a line of no length, with round ends
            dot = 'stroke-linecap="round" style="stroke-width:7;stroke-dasharray:none"'
            parts.append(f'<path class="{look}" {dot} d="M{drawn[0]}h0"/>')
        elif drawn:
            parts.append(f'<path class="{look}" d="M{"L".join(drawn)}"/>')
        if len(lines) > 1:
            x, y = right - 66, 16 + 13 * i
            parts.append(
                f'<path class="{look}" d="M{x - 24} {y - 4}h20"/>'
                f'<text x="{x}" y="{y}">{escaped(words.get(label, label))}</text>'
            )
    return "".join(parts)


def is_number(cell: str) -> bool:
    """Whether a cell is written on the right: a number, a percentage, the best of its column."""
    try:
        float(cell.rstrip("%*").replace(",", "") or "0")
    except ValueError:
        return False
    return True


def escaped(text: str) -> str:
    """Text for HTML and SVG, on one line."""
    # Here: a training without a notebook loads neither.
    from html import escape

    return escape(one_line(text.replace("\n", "; ")))


class Output:
    """An output of the cell that runs, which can be replaced while it runs."""

    def __init__(self) -> None:
        # A kernel has loaded it; elsewhere IPython may not be installed.
        self._handle = sys.modules["IPython.display"].DisplayHandle()
        self._draw = self._handle.display

    def show(self, text: str, done: float) -> None:
        """A bar that is full when ``done`` is 1, with ``text`` behind it."""
        bar = f'<progress value="{done:.4f}" style="width:16em;max-width:60%"></progress>'
        html = f"<div>{bar} {escaped(text)}</div>"
        self._draw({"text/plain": text, "text/html": html}, raw=True)
        self._draw = self._handle.update


def in_notebook() -> bool:
    """Whether the program runs in the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None
