"""Plots as SVG: named for a screen reader, dark for who prefers it, never too small to read."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from matplotlib.figure import Figure

from optim.figures.themed import DARK, INK, PAGE, dark_colour, svg_of
from optim.races import COLOURS


def picture(title: str = "rates < 1", label: str = "rate") -> str:
    figure = Figure(figsize=(4.8, 3))
    axes = figure.add_subplot()
    for i, colour in enumerate(COLOURS):
        axes.plot([i, 2 * i], color=colour, marker="o", mec="white", label=label)
    axes.legend()
    return svg_of(figure, title, 'what "it" shows')


def light(colour: str) -> float:
    """The relative luminance of WCAG."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear))


def contrast(a: str, b: str) -> float:
    dark, bright = sorted((light(a), light(b)))
    return (bright + 0.05) / (dark + 0.05)


def test_a_plot_says_what_it_is_and_has_ids_of_its_own() -> None:
    root = ET.fromstring(picture())
    name = root.get("id")
    parts = {part.get("id"): part.text for part in list(root)[:2]}
    assert parts == {f"{name}-title": "rates < 1", f"{name}-desc": 'what "it" shows'}
    assert root.get("role") == "img" and root.get("aria-labelledby") == " ".join(map(str, parts))
    assert picture() == picture() and ET.fromstring(picture(label="other")).get("id") != name
    assert "aria-labelledby" not in svg_of(Figure())


def test_every_colour_of_a_curve_and_every_grey_is_replaced_on_a_dark_page() -> None:
    svg = picture()
    sheet = svg[svg.index("@media") : svg.index("</style>")]
    used = set(re.findall(r"(fill|stroke): (#[0-9a-f]{6})", svg[svg.index("</style>") :]))
    assert {colour for _, colour in used} >= set(COLOURS)
    for what, colour in used:
        assert f'[style*="{what}: {colour}"]{{{what}:{dark_colour(colour)}!important}}' in sheet
    assert f"fill:{INK};background:{PAGE}" in sheet


@pytest.mark.parametrize("colour", [*COLOURS, "#7a0000", "#777777"])
def test_colours_can_be_seen_on_a_dark_page(colour: str) -> None:
    assert contrast(str(dark_colour(colour)), PAGE) >= 4
    assert colour in DARK or dark_colour(colour) not in DARK.values()


def test_a_plot_is_scrolled_before_its_text_is_too_small() -> None:
    # 4.8 inches are 460 pixels; a telephone shows 360 of them.
    assert "max-width:100%;min-width:345px" in picture()
