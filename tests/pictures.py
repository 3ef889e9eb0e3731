"""Reading an SVG back: what it says, and what is wrong with it as a picture."""

import itertools
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.graph import Graph
from autograd.render.cells import cell_text, is_written
from autograd.render.theme import ADVANCE, SIZE, SMALL
from autograd.render.words import columns
from autograd.writing.formatting import on_card

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Rect:
    left: float
    top: float
    right: float
    bottom: float
    what: str

    def overlaps(self, other: "Rect") -> bool:
        slack = 0.5
        return (
            self.left < other.right - slack
            and other.left < self.right - slack
            and self.top < other.bottom - slack
            and other.top < self.bottom - slack
        )


def has_class(element: ET.Element, name: str) -> bool:
    return name in element.get("class", "").split()


def with_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [element for element in root.iter() if has_class(element, name)]


def text_of(element: ET.Element) -> str:
    return "".join(element.itertext())


def rect_of(element: ET.Element, what: str) -> Rect:
    x, y, width, height = (float(element.get(key, "0")) for key in ("x", "y", "width", "height"))
    return Rect(x, y, x + width, y + height, what)


def text_rect(element: ET.Element, numbers: bool = False) -> Rect:
    """Where a text is, if its letters are as wide as the widest of the fonts asked for.

    ``numbers`` are those of cells, whose group says how they are written.
    """
    x, y = float(element.get("x", "0")), float(element.get("y", "0"))
    size = float(element.get("font-size", SMALL if numbers else SIZE))
    anchor = element.get("text-anchor", "middle" if numbers else "")
    text = text_of(element)
    width = columns(text) * size * ADVANCE
    left = x - {"end": width, "middle": width / 2}.get(anchor, 0.0)
    return Rect(left, y - 0.8 * size, left + width, y + 0.2 * size, text)


def texts_of(root: ET.Element) -> list[Rect]:
    """Where all texts are."""
    groups = with_class(root, "number")
    cells = [text for group in groups for text in group]
    rest = [text for text in root.iter(f"{SVG}text") if text not in cells]
    return [text_rect(text) for text in rest] + [text_rect(text, numbers=True) for text in cells]


def faults(svg: str) -> list[str]:
    """What a careful eye would find wrong: overlaps, text outside its card, broken references."""
    root = ET.fromstring(svg)
    found = []
    nodes = [g for g in root.iter(f"{SVG}g") if has_class(g, "node")]
    solid = []
    for node in nodes:
        card = next(rect for rect in node.iter(f"{SVG}rect") if has_class(rect, "card"))
        box = rect_of(card, text_of(with_class(node, "name")[0]))
        solid.append(box)
        texts = texts_of(node)
        found += [
            f"text {text.what!r} leaves its card"
            for text in texts
            if text.left < box.left or text.right > box.right or text.bottom > box.bottom
        ]
        found += [
            f"texts {a.what!r} and {b.what!r} overlap"
            for a, b in itertools.combinations(texts, 2)
            if a.overlaps(b)
        ]
    solid += [rect_of(plate, "label") for plate in with_class(root, "plate")]
    found += [
        f"{a.what!r} and {b.what!r} overlap"
        for a, b in itertools.combinations(solid, 2)
        if a.overlaps(b)
    ]
    page = Rect(0, 0, float(root.get("width", 0)), float(root.get("height", 0)), "page")
    for box in [*solid, *texts_of(root)]:
        if min(box.left, box.top) < 0 or box.right > page.right or box.bottom > page.bottom:
            found.append(f"{box.what!r} leaves the page")
    return found + broken_references(root)


def broken_references(root: ET.Element) -> list[str]:
    ids = [element.get("id", "") for element in root.iter() if element.get("id")]
    found = [f"id {one!r} is used twice" for one in {i for i in ids if ids.count(i) > 1}]
    for element in root.iter():
        wanted = element.get("aria-labelledby", "").split()
        for value in element.attrib.values():
            wanted += re.findall(r"url\(#([^)]*)\)", value)
        found += [f"{name!r} is nowhere" for name in wanted if name not in ids]
    return found


def missing(svg: str, graph: Graph) -> list[str]:
    """The values and gradients of ``graph`` that no card of the picture shows."""
    root = ET.fromstring(svg)
    shown: dict[int, dict[str, list[str]]] = {}
    for drawn in with_class(root, "node"):
        row = drawn.get("data-node")
        if row is not None:
            shown[int(row)] = {
                key: [
                    text_of(text)
                    for shown_ in with_class(drawn, key)
                    for text in (with_class(shown_, "number") or [shown_])
                    if not has_class(shown_, "strip")
                ]
                for key in ("data", "grad")
            }
    found = []
    for node in graph:
        if node.is_literal:
            continue
        card: dict[str, Any] = shown.get(node.index, {})
        if card.get("data") != [written(node.value)]:
            found.append(f"data of {node.label}")
        wanted = "" if node.grad is None else written(node.grad)
        if node.kind != "constant" and card.get("grad") != [wanted]:
            found.append(f"grad of {node.label}")
    return found


def written(value: Any) -> str:
    """What a card says of a value: the numbers of its cells in a row, or its range."""
    if not isinstance(value, np.ndarray) or not is_written(value):
        return on_card(value)
    letters = 7 if value.shape[-1] < 8 else 6
    return "".join(cell_text(number, letters) for number in value.ravel().tolist())
