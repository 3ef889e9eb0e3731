"""Landscapes in a page: level lines that tell their heights, beside a surface that is turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from optim.kinds import Array, State

#: A text in each language.
Words = tuple[str, ...]
MODULES = "numbers axes relief".split()
#: The stage's numbers are written as a lesson asks; these pages have none.
NO_LESSON = "const lesson={};\n"


@dataclass(frozen=True)
class Parts:
    """What a page takes in: sections of HTML, styles, a script, sentences."""

    sections: tuple[str, ...] = ()
    styles: str = ""
    script: str = ""
    words: dict[str, Words] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Relief:
    """``heights[j, i]`` over ``(xs[i], ys[j])``, and what they are called.

    With ``log`` the heights are shown as their logarithm to base 10. ``points`` are marked.
    """

    title: Words
    xs: Array
    ys: Array
    heights: Array
    x: Words
    y: Words
    z: Words
    points: Sequence[tuple[float, float]] = ()
    log: bool = False

    @property
    def shown(self) -> Array:
        """The heights, or their logarithms; a loss of 0 has none, and counts as 1e-12."""
        known: Array = np.asarray(self.heights, float)
        if self.log:
            known = np.log10(np.maximum(known, 1e-12))
        return known


def relief_parts(reliefs: Sequence[Relief], lang: str = "en", alike: bool = True) -> Parts:
    """Landscapes side by side, turned together; ``alike`` gives them one scale of colours."""
    from autograd.shipped import read_text
    from autograd.writing import sentences_in_each

    words = {f"relief {key}": row for key, row in sentences_in_each("relief").items()}
    known = [one.shown[np.isfinite(one.shown)] for one in reliefs]
    everything = np.concatenate(known)
    ranges = [(values.min(), values.max()) for values in known]
    if alike:
        ranges = [(everything.min(), everything.max())] * len(ranges)
    inside = [_section(one, *ends, lang) for one, ends in zip(reliefs, ranges)]
    hint = '<p class="relief-hint" data-say="relief hint"></p>'
    script = NO_LESSON + "".join(read_text(f"stage/assets/{name}.js") for name in MODULES)
    section = f'<section>{hint}<div class="reliefs">{"".join(inside)}</div></section>'
    return Parts((section,), read_text("stage/assets/relief.css"), script, words)


def relief_page(reliefs: Sequence[Relief], title: Words, lang: str = "en") -> str:
    """One offline page of landscapes."""
    from autograd.stage import shell

    parts = relief_parts(reliefs, lang)
    return shell(
        title, "\n".join(parts.sections), lang, styles=parts.styles,
        script=f"{parts.script}\nspeak();\n", words=parts.words,
    )  # fmt: skip


def _section(one: Relief, low: float, high: float, lang: str) -> str:
    from autograd.stage import json_inside, spoken
    from autograd.writing import LANGUAGES, joined, sentences_in_each

    axis = joined("log₁₀ ", one.z) if one.log else one.z
    said = {"title": one.title, "x": one.x, "y": one.y, "z": axis, "what": one.z}
    heights = [[float(f"{z:.5g}") if np.isfinite(z) else None for z in row] for row in one.shown]
    data: State = {
        "xs": [float(f"{x:.6g}") for x in one.xs],
        "ys": [float(f"{y:.6g}") for y in one.ys],
        "heights": heights,
        "range": (float(low), float(high)),
        "points": [*one.points],
        "log": one.log,
        "words": {
            code: {name: text[k] for name, text in said.items()} for k, code in enumerate(LANGUAGES)
        },
    }
    needed = sentences_in_each("relief")["script"]
    return (
        f'<div class="relief"><h2>{spoken(one.title, lang)}</h2>'
        f'<script type="application/json">{json_inside(data)}</script>'
        f"<noscript>{spoken(needed, lang, 'p')}</noscript>"
        '<div class="relief-pair"><figure><svg class="relief-map" role="application" tabindex="0">'
        '</svg><p class="relief-said" aria-live="polite"></p></figure>'
        '<figure><canvas class="relief-view" role="application" tabindex="0"></canvas></figure>'
        "</div></div>"
    )
