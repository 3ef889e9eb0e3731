"""The cells of arrays in pictures: their numbers, their colours, and the strips of large arrays."""

import itertools
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, trace
from autograd.render.cells import cell_text, cells_of, letters_of, strip_of
from autograd.render.theme import DARK, LEVELS, LIGHT, level_key
from tests.pictures import SVG, faults, missing, text_of, with_class
from tests.test_render_svg import BLINDNESS, luminance


def numbers(group: ET.Element) -> list[str]:
    return [text_of(text) for text in group.iter(f"{SVG}text")]


def product() -> Any:
    rng = np.random.default_rng(3)
    X, W = Tensor(rng.normal(size=(8, 3)), name="X"), Tensor(rng.normal(size=(3, 5)), name="W")
    b = Tensor(np.array([0.0, -1e-9, 2.5e8, np.inf, np.nan]), name="b")
    return trace((X @ W + b).sum(), names={}).backward()


def test_a_small_array_is_cells_and_a_vector_one_row_of_them() -> None:
    graph = product()
    svg = graph.to_svg(engine="wasm")
    assert faults(svg) == [] and missing(svg, graph) == []
    cards = {text_of(with_class(n, "name")[0]): n for n in with_class(ET.fromstring(svg), "node")}
    data, grad = with_class(cards["b"], "cells")
    assert numbers(data) == ["0", "-1e-09", "2.5e+08", "inf", "nan"]
    assert numbers(grad) == ["8"] * 5 and grad.get("class") == "cells grad"
    tops = {rect.get("y") for rect in data.iter(f"{SVG}rect")}
    assert len(tops) == 1 and data.get("data-columns") == "5"
    assert len(with_class(with_class(cards["X"], "cells")[0], "cell")) == 24
    assert with_class(cards["out = sum(v2)"], "cells") == []


def test_a_large_array_is_a_strip_beside_its_range() -> None:
    rng = np.random.default_rng(0)
    X = Tensor(rng.normal(size=(40, 9, 100)), name="X")
    x = Tensor(np.arange(9.0), name="x")
    few = Tensor(np.arange(4.0).reshape(2, 1, 2), name="few")
    graph = trace((X.sum() + x.sum() + few.sum()), names={}).backward()
    svg = graph.to_svg(engine="wasm")
    assert faults(svg) == [] and missing(svg, graph) == [] and ">0 … 3<" in svg
    strips = with_class(ET.fromstring(svg), "strip")
    sizes = [(strip.get("data-rows"), strip.get("data-columns")) for strip in strips]
    assert sizes == [("4", "24")] * 2 + [("1", "9")] * 2 + [("2", "2")] * 2
    ones = with_class(strips[1], "plus4")[0]
    assert str(ones.get("d")).count("M") == 4 * 24


def test_nothing_is_drawn_before_the_sweep_and_in_large_pictures() -> None:
    x = Tensor(np.ones(3), name="x")
    assert 'class="cells grad"' not in trace(x * x).to_svg(engine="wasm")
    y = x
    for _ in range(100):
        y = y * 2
    assert "cells" not in trace(y.sum()).to_svg(detail=True, engine="wasm")


@pytest.mark.parametrize(
    ("values", "levels"),
    [
        ([0, 0.001, 1, 2, 4], [0, 1, 1, 2, 4]),
        ([0.0, -0.0], [0, 0]),
        ([-8, 8.0, 5], [-4, 4, 3]),
        ([np.nan, np.inf, -np.inf, 2.0], [0, 0, 0, 4]),
        ([1e-300, -1e-310], [4, -1]),
        ([np.nan], [0]),
    ],
)
def test_levels_are_measured_by_the_largest_element(values: Any, levels: list[int]) -> None:
    assert list(cells_of(np.array(values), 7).levels[0]) == levels


def test_a_strip_averages_what_is_beside_each_other() -> None:
    matrix = np.repeat(np.array([[1.0], [-1.0], [0.5], [0.0]]), 48, axis=1)
    assert strip_of(np.repeat(matrix, 3, axis=0)).levels == (
        (4,) * 24,
        (-4,) * 24,
        (2,) * 24,
        (0,) * 24,
    )
    assert strip_of(np.arange(3.0)).levels == ((0, 2, 4),)


def test_leading_axes_of_length_1_take_no_room() -> None:
    image = np.arange(6.0).reshape(1, 1, 2, 3)
    assert cells_of(image, 5) == cells_of(image[0, 0], 5)
    assert strip_of(np.ones((2, 1, 2))).levels == ((4, 4), (4, 4))


@pytest.mark.parametrize("seed", range(5))
def test_a_number_has_no_more_letters_than_its_cell(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=64) * 10.0 ** rng.integers(-12, 12, 64)
    for value in values.tolist():
        assert len(cell_text(value)) <= 7
        assert float(cell_text(value)) == pytest.approx(value, rel=0.5)
    assert 5 <= letters_of(values) <= 7
    assert [letters_of(np.full(n, -0.0152345)) for n in (7, 8)] == [7, 6]


# Colours


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_numbers_stand_out_from_every_colour_of_a_cell(theme: dict[str, str]) -> None:
    for level in range(-LEVELS, LEVELS + 1):
        inks = luminance(theme["text"]), luminance(theme[level_key(level).split(".")[1]])
        bright, dim = sorted(inks, reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= 4.5, level


@pytest.mark.parametrize("kind", [*BLINDNESS, "all colours"])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_signs_stay_apart_for_the_colour_blind(theme: dict[str, str], kind: str) -> None:
    def seen(level: int) -> Any:
        colour = theme[level_key(level).split(".")[1]]
        srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
        sight = np.array(BLINDNESS.get(kind, np.eye(3)))
        blind = np.clip(sight @ linear, 0, 1)
        return 255 * np.where(blind <= 0.0031308, blind * 12.92, 1.055 * blind ** (1 / 2.4) - 0.055)

    assert np.linalg.norm(seen(4) - seen(-4)) > 80
    for low, high in itertools.pairwise(range(LEVELS + 1)):
        for sign in (1, -1):  # each level goes further from zero
            near, far = (np.linalg.norm(seen(sign * n) - seen(0)) for n in (low, high))
            assert far > near
