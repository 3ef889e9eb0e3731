"""Pictures in the style of slides: what stands where, and that nothing meets anything else."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from autograd.calculus import Array
from autograd.lessons.worked_examples import EXAMPLES
from autograd.render.theme import DARK, LIGHT
from tests.pictures import (
    SVG,
    Rect,
    broken_references,
    has_class,
    missing,
    rect_of,
    text_of,
    texts_of,
    with_class,
)
from tests.test_cli import tracegrad
from tests.test_render_svg import NEURON, PICTURES, RELU, SUM_TIMES, graph_of
from tests.worked import lesson_of

NUMBER = r"-?[\d.]+"


def points_of(path: str) -> Array:
    """Points along a path of cubic Béziers, or along the straight wire that leaves a gate."""
    numbers = [float(word) for word in re.findall(NUMBER, path)]
    if "H" in path:
        x, y, end = numbers
        return np.stack([np.linspace(x, end, 21), np.full(21, y)], axis=1)
    corners = np.array(numbers).reshape(-1, 2)
    t = np.linspace(0, 1, 21)[:, None]
    weights = np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3])
    return np.vstack([weights @ corners[i : i + 4] for i in range(0, len(corners) - 1, 3)])


def sides(boxes: list[Rect]) -> Array:
    """Left, top, right and bottom, each a column."""
    table = np.array([(box.left, box.top, box.right, box.bottom) for box in boxes])
    return table.T[:, :, None]


def faults(svg: str) -> list[str]:
    """Labels that meet labels, gates or wires, and what leaves its gate or the page."""
    root = ET.fromstring(svg)
    found, solid = broken_references(root), []
    for node in with_class(root, "node"):
        gate = rect_of(with_class(node, "card")[0], "a gate")
        texts = texts_of(node)
        word = texts.pop(1 if has_class(node, "interior") else 0)  # a name stands over its gate
        if word.left < gate.left or word.right > gate.right:
            found.append(f"{word.what!r} leaves its gate")
        cells = [rect_of(cell, "cells") for cell in with_class(node, "cell")]
        numbers = {text_of(text) for group in with_class(node, "number") for text in group}
        solid += [gate, *cells, *(text for text in texts if text.what not in numbers or not cells)]
    left, top, right, bottom = sides(solid)
    slack = 0.5
    meet = (left < right.T - slack) & (right - slack > left.T)
    meet &= (top < bottom.T - slack) & (bottom - slack > top.T)
    found += [f"{solid[i].what!r} and {solid[k].what!r} overlap"
              for i, k in np.argwhere(np.triu(meet, 1))]  # fmt: skip
    labels = [part for part in solid if part.what != "a gate"]
    left, top, right, bottom = sides(labels)
    wires = [p.get("d", "") for p in root.iter(f"{SVG}path") if has_class(p, "line")]
    if wires:
        x, y = np.vstack([points_of(wire) for wire in wires]).T
        crossed = (left + 1 < x) & (x < right - 1) & (top + 1 < y) & (y < bottom - 1)
        found += [f"a wire crosses {labels[i].what!r}" for i in np.flatnonzero(crossed.any(axis=1))]
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    out = [part for part in [*solid, *texts_of(root)] if min(part.left, part.top) < 0
           or part.right > width or part.bottom > height]  # fmt: skip
    return found + [f"{part.what!r} leaves the page" for part in out]


def test_nothing_meets_in_any_worked_example() -> None:
    checked: set[str] = set()
    for example in EXAMPLES.values():
        for scene in lesson_of(example.name).scenes:
            graph = scene.graph.backward(scene.steps.gradients[-1])
            svg = graph.to_svg(style="circuit", detail=True)
            if svg not in checked:
                checked.add(svg)
                assert faults(svg) == [], (example.name, scene.title)
                assert missing(svg, graph) == [], (example.name, scene.title)
    assert len(checked) > 30


def test_nothing_meets_in_pictures_that_are_wide_folded_or_not_swept() -> None:
    for name in ("wide", "tensor", "repeated operand"):
        graph = PICTURES[name]()
        for seen, detail in ((graph, True), (graph.backward(), True), (graph.backward(), False)):
            assert faults(seen.to_svg(style="circuit", detail=detail)) == []


def test_faults_are_seen_when_there_are_some() -> None:
    svg = graph_of(*SUM_TIMES).backward().to_svg(style="circuit")
    assert faults(svg) == []
    assert "overlap" in str(faults(svg.replace(">-3<", ">-33333333333<")))
    assert "leaves its gate" in str(faults(svg.replace(">*<", ">multiply<")))
    assert "a wire crosses" in str(faults(re.sub(r'y="[\d.]+" text-anchor="end">4<',
                                                 'y="40" text-anchor="end">4<', svg)))  # fmt: skip
    assert "page" in str(faults(re.sub(r' height="[\d.]+" view', ' height="50" view', svg)))


def test_values_stand_above_their_wire_and_gradients_below() -> None:
    for text, variables in (SUM_TIMES, NEURON, RELU):
        root = ET.fromstring(graph_of(text, variables).backward().to_svg(style="circuit"))
        for node in with_class(root, "node"):
            (wire,) = [p for p in node.iter(f"{SVG}path") if "line" in p.get("class", "")]
            height = points_of(wire.get("d", ""))[0][1]
            (above,), (below,) = with_class(node, "data"), with_class(node, "grad")
            assert float(above.get("y", 0)) < height < float(below.get("y", 0))
    note = text_of(with_class(root, "note")[0])
    assert note == "above a wire: the value; below it: the gradient, ∂L/∂value"


def test_gates_show_the_operations_of_the_slide() -> None:
    root = ET.fromstring(graph_of(*NEURON).to_svg(style="circuit"))
    words = [[text_of(text) for text in with_class(node, "name")]
             for node in with_class(root, "interior")]  # fmt: skip
    gates = [gate for _, gate in words]
    assert gates == ["*", "*", "+", "+", "-1 *", "exp", "1 +", "1 /"]
    assert words[-1][0] == "f"


def test_values_are_green_and_gradients_red_in_both_themes() -> None:
    graph = graph_of(*SUM_TIMES).backward()
    for theme, colours in (("light", LIGHT), ("dark", DARK)):
        root = ET.fromstring(graph.to_svg(style="circuit", theme=theme))
        for key, colour in (("data", "value"), ("grad", "slope")):
            assert {t.get("fill") for t in with_class(root, key)} == {colours[colour]}
    sheet = graph.to_svg(style="circuit")
    assert f".tracegrad .data.above{{fill:{DARK['value']}}}" in sheet
    assert ".above" not in graph.to_svg()
    with pytest.raises(ValueError, match="style 'round' is unknown; use one of cards, circuit"):
        graph.to_svg(style="round")


def test_the_command_line_draws_circuits(tmp_path: Path) -> None:
    target, stepped, lesson = (tmp_path / f"{name}.svg" for name in "abc")
    values = ("x=1", "y=-3", "z=4", "--style", "circuit", "-o")
    assert tracegrad("render", "(x + y) * z", *values, str(target)).returncode == 0
    assert tracegrad("step", "(x + y) * z", *values, str(stepped)).returncode == 0
    assert target.read_bytes() == stepped.read_bytes()
    assert 'class="tracegrad circuit"' in target.read_text(encoding="utf-8")
    for command in ("examples", "lecture"):
        name = {"examples": "W1", "lecture": "A3"}[command]
        done = tracegrad(command, name, "--style", "circuit", "-o", str(lesson))
        assert done.returncode == 0 and "tracegrad circuit" in lesson.read_text(encoding="utf-8")


def test_a_style_goes_with_a_picture(tmp_path: Path) -> None:
    for command, ending in (("step", "html"), ("render", "dot")):
        target = tmp_path / f"f.{ending}"
        done = tracegrad(command, "x * y", "x=1", "y=2", "--style", "circuit", "-o", str(target))
        assert done.returncode == 2 and "give a .svg in place of" in done.stderr
        assert not target.exists()
    for command, name in (("examples", "W61"), ("lecture", "E12")):
        target = tmp_path / "f.svg"
        done = tracegrad(command, name, "--style", "circuit", "-o", str(target))
        assert done.returncode == 2 and f"stepped lesson; {name} has none" in done.stderr
        assert not target.exists()
