"""The picture of a graph: what it says, that nothing collides, that it is the same every time."""

import itertools
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value
from autograd.formulas import build
from autograd.graph import Graph, trace
from autograd.render.theme import DARK, LIGHT
from autograd.render.words import clean, isolate, shorten, span
from tests.pictures import SVG, faults, has_class, missing, text_of, with_class

GOLDEN = Path(__file__).parent / "golden"
SUM_TIMES: tuple[str, dict[str, float]] = "q = x + y; f = q * z", {"x": 1, "y": -3, "z": 4}
NEURON: tuple[str, dict[str, float]] = (
    "f = 1 / (1 + exp(-1 * (w0 * x0 + w1 * x1 + b)))",
    {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "b": -3},
)
RELU: tuple[str, dict[str, float]] = (
    "L = (w2 * max(0, w1 * x) - y) ** 2",
    {"x": 1, "y": 0, "w1": 1 / 3, "w2": 2},
)


def graph_of(text: str, variables: Mapping[str, float]) -> Graph:
    return trace(build(text, variables), names={})


def random_graph(seed: int, size: int = 30) -> Graph:
    rng = np.random.default_rng(seed)
    nodes = [Value(rng.normal(), f"x{i}") for i in range(4)]
    for _ in range(size):
        a, b = (nodes[-1 - int(i)] for i in rng.integers(0, min(6, len(nodes)), 2))
        nodes.append([a + b, a * b, a.tanh(), a - 2.5, a * a][int(rng.integers(5))])
    return trace(nodes[-1], names={})


def tensor_graph() -> Graph:
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((8, 4)), rng.integers(0, 3, 8)
    w1, b1 = Tensor(rng.standard_normal((4, 5)), name="fc1.weight"), Tensor(np.zeros(5))
    w2 = Tensor(rng.standard_normal((5, 3)), name="fc2.weight")
    with autograd.scope("net"):
        with autograd.scope("fc1"):
            hidden = autograd.tanh(X @ w1 + b1)
        with autograd.scope("fc2"):
            scores = hidden @ w2
    return trace(autograd.cross_entropy(scores, y))


PICTURES: dict[str, Callable[[], Graph]] = {
    "sum-times": lambda: graph_of(*SUM_TIMES),
    "sigmoid-neuron": lambda: graph_of(*NEURON),
    "relu-two-layer": lambda: graph_of(*RELU),
    "repeated operand": lambda: graph_of("x * x + x", {"x": 3}),
    "wide": lambda: graph_of("+".join(f"x{i}" for i in range(25)), {f"x{i}": i for i in range(25)}),
    "single leaf": lambda: trace(Value(3.0, "x")),
    "tensor": tensor_graph,
    **{f"random {seed}": lambda seed=seed: random_graph(seed) for seed in range(8)},  # type: ignore[misc]
}


@pytest.fixture(params=PICTURES.values(), ids=list(PICTURES))
def graph(request: pytest.FixtureRequest) -> Graph:
    made: Graph = request.param()
    return made


@pytest.mark.parametrize("engine", ["dot", "wasm"])
def test_every_value_is_shown_and_nothing_collides(
    graph: Graph, engine: str, require: Callable[[str], Any]
) -> None:
    if engine == "dot":
        require("dot")
    for seen in (graph, graph.backward()):
        svg = seen.to_svg(detail=True, engine=engine)
        assert faults(svg) == []
        assert missing(svg, seen) == []


def test_faults_are_seen_when_there_are_some() -> None:
    graph = graph_of(*SUM_TIMES).backward()
    svg = graph.to_svg()
    assert missing(svg.replace(">-8<", ">-7<"), graph) == ["data of f"]
    assert missing(graph_of(*SUM_TIMES).to_svg(), graph) == [f"grad of {n.label}" for n in graph]
    cards = re.findall(r'(?<=class="card" )[^>]* x="[^"]*" y="[^"]*"', svg)
    assert "overlap" in str(faults(svg.replace(cards[1], cards[0])))
    wide = svg.replace(">data<", ">data of a very long name<", 1)
    assert {fault.split()[-1] for fault in faults(wide)} >= {"card", "overlap"}
    assert "is nowhere" in str(faults(svg.replace("-head)", "-gone)")))
    assert "used twice" in str(faults(svg.replace("-n1", "-n0")))
    assert "leaves the page" in str(
        faults(re.sub(r' height="[\d.]+" view', ' height="90" view', svg))
    )


def test_sum_times_shows_the_lecture_s_numbers_on_cards_and_arrows() -> None:
    root = ET.fromstring(graph_of(*SUM_TIMES).backward().to_svg())
    texts = {
        int(node.get("data-node", "-1")): [text_of(text) for text in node.iter(f"{SVG}text")]
        for node in with_class(root, "node")
    }
    assert list(texts.values()) == [
        ["x", "data", "1", "grad", "4"],
        ["y", "data", "-3", "grad", "4"],
        ["q = x + y", "data", "-2", "grad", "4"],
        ["z", "data", "4", "grad", "-2"],
        ["f = q * z", "data", "-8", "grad", "1"],
    ]
    edges = {
        (edge.get("data-from"), edge.get("data-to"), edge.get("data-slot")): text_of(
            with_class(edge, "local")[0]
        )
        for edge in with_class(root, "edge")
    }
    assert edges == {
        ("0", "2", "0"): "× 1",
        ("1", "2", "1"): "× 1",
        ("2", "4", "0"): "× 4",
        ("3", "4", "1"): "× -2",
    }


def test_gradients_and_local_derivatives_are_blank_before_the_sweep() -> None:
    root = ET.fromstring(graph_of(*SUM_TIMES).to_svg())
    assert [text_of(text) for text in with_class(root, "grad")] == [""] * 5
    assert with_class(root, "local") == [] and with_class(root, "note") == []


def test_several_contributions_show_as_a_sum() -> None:
    root = ET.fromstring(graph_of("x * x - x", {"x": 3}).backward().to_svg())
    assert [text_of(text) for text in with_class(root, "terms")] == ["= -1 + 3 + 3"]
    many = ET.fromstring(graph_of("+".join(["x"] * 6), {"x": 3}).backward().to_svg())
    assert [text_of(text) for text in with_class(many, "terms")] == ["= 1 + 1 … (6 terms)"]


def test_kinds_differ_in_shape_and_border_not_only_in_colour() -> None:
    x, w = Value(1.0, "x"), Value(2.0, "layer.w")
    graph = trace(w * x + 1, names={})
    root = ET.fromstring(graph.to_svg())
    style = {}
    for node in with_class(root, "node"):
        card = next(rect for rect in node.iter(f"{SVG}rect") if has_class(rect, "card"))
        rings = len([rect for rect in node.iter(f"{SVG}rect") if has_class(rect, "ring")])
        style[node.get("class")] = card.get("rx"), card.get("stroke-width"), rings
    assert style == {
        "node leaf": ("12", "1.2", 0),
        "node parameter": ("12", "2.4", 0),
        "node interior": ("2", "1.2", 0),
        "node interior output": ("2", "1.2", 1),
    }


def test_arrays_show_their_shape_and_stand_whole_in_the_tooltip() -> None:
    root = ET.fromstring(tensor_graph().backward().to_svg())
    weight = next(n for n in with_class(root, "node") if "fc1.weight" in text_of(n))
    texts = [text_of(text) for text in weight.iter(f"{SVG}text")]
    assert texts[:4] == ["fc1.weight", "shape", "(4, 5)", "data"]
    assert "float64\n[[" in text_of(weight.findall(f"{SVG}title")[0])
    assert [text_of(name) for name in with_class(root, "frame-name")][:1] == ["net"]
    labels = {text_of(label) for label in with_class(root, "local")}
    assert {"X.T @ g", "hidden.T @ g", "g @ fc2.weight.T"} <= labels


def test_accessible_names_come_first_and_list_every_value() -> None:
    graph = graph_of(*NEURON).backward()
    root = ET.fromstring(graph.to_svg())
    assert root.get("role") == "img"
    title, desc = root[0], root[1]
    assert (title.tag, desc.tag) == (f"{SVG}title", f"{SVG}desc")
    assert title.text == "Computation of f: 13 values"
    assert str(desc.text).split("; ")[-1] == "f = 1 / v7 = 0.7311, gradient 1"
    assert len(str(desc.text).split("; ")) == 13


def test_same_graph_gives_the_same_bytes_in_any_process() -> None:
    script = (
        "from autograd.expression import build\nfrom autograd.graph import trace\n"
        f"print(trace(build(*{NEURON!r}), names={{}}).backward().to_svg(engine='wasm'), end='')"
    )
    here = graph_of(*NEURON).backward().to_svg(engine="wasm")
    for seed in ("1", "2"):
        there = subprocess.run(
            [sys.executable, "-c", script],
            cwd=GOLDEN.parent.parent,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert there.stdout == here


def test_ids_differ_between_pictures() -> None:
    ids = [
        set(re.findall(r' id="([^"]*)"', graph_of(*example).to_svg()))
        for example in (SUM_TIMES, NEURON, RELU)
    ]
    assert not any(a & b for a, b in itertools.combinations(ids, 2))


@pytest.mark.parametrize("name", ["sum-times", "sigmoid-neuron"])
def test_golden_picture(name: str) -> None:
    svg = PICTURES[name]().backward().to_svg(engine="wasm")
    path = GOLDEN / f"{name}.svg"
    if os.environ.get("TRACEGRAD_DRAW_GOLDEN"):
        path.write_text(svg, encoding="utf-8")
    assert svg == path.read_text(encoding="utf-8"), (
        "look at the new picture; if it is right, run this test with TRACEGRAD_DRAW_GOLDEN=1"
    )


# Themes


def test_themes_are_colours_as_attributes_and_a_style_sheet() -> None:
    graph = graph_of(*SUM_TIMES)
    auto, light, dark = (graph.to_svg(theme=theme) for theme in ("auto", "light", "dark"))
    assert f'fill="{LIGHT["data"]}"' in auto and f'fill="{LIGHT["data"]}"' in light
    assert "prefers-color-scheme:dark" in auto and DARK["data"] in auto
    assert "prefers-color-scheme" not in light + dark and DARK["data"] not in light
    assert f'fill="{DARK["data"]}"' in dark and LIGHT["data"] not in dark
    for svg, theme in ((light, LIGHT), (dark, DARK)):
        background = with_class(ET.fromstring(svg), "background")[0]
        assert background.get("fill") == theme["background"]
    with pytest.raises(ValueError, match="theme 'blue' is unknown; use one of auto, light, dark"):
        graph.to_svg(theme="blue")


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(theme: dict[str, str]) -> None:
    pairs = [
        *itertools.product(["text", "muted", "data", "grad"], ["card", "background", "scope"]),
        ("text", "band"),
        ("muted", "band"),
    ]
    for ink, paper in pairs:
        bright, dim = sorted((luminance(theme[ink]), luminance(theme[paper])), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= 4.5, (ink, paper)
    for line in ("border", "edge", "parameter"):
        bright, dim = sorted((luminance(theme[line]), luminance(theme["background"])), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= 3, line


# Machado, Oliveira and Fernandes (2009), severity 1, on linear light.
BLINDNESS = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
               (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


@pytest.mark.parametrize("kind", BLINDNESS)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_data_and_gradient_stay_apart_for_the_colour_blind(
    theme: dict[str, str], kind: str
) -> None:
    def seen(colour: str) -> Any:
        srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
        blind = np.clip(np.array(BLINDNESS[kind]) @ linear, 0, 1)
        back = np.where(blind <= 0.0031308, blind * 12.92, 1.055 * blind ** (1 / 2.4) - 0.055)
        return 255 * back

    assert np.linalg.norm(seen(theme["data"]) - seen(theme["grad"])) > 80


# Names that attack

HOSTILE = [
    "</script><img src=x onerror=alert(1)>",
    '"; URL="javascript:alert(1)',
    "\\N \\G \\E \\L",
    "x" * 10_000,
    "مرحبا بالعالم",
    "שלום = 1",
    "abc\u202edcba\u2066",
    "bell\x07 null\x00 escape\x1b[31m tab\t line\nfeed",
    "\ud800 \ufffe \uffff",
    "&lt;b&gt; & <b> 'quoted'",
    "]]> <!-- --> <![CDATA[",
    "<b>",
    "",
    "変数" * 30,
    "e\u0301\u0301\u0301",
    "🧠 weight",
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("swept", [False, True])
def test_hostile_name_is_text_in_well_formed_xml(name: str, swept: bool) -> None:
    x = Value(1.5, "x")
    x.name = name
    y = x.tanh()
    graph = trace(x * y + x, names={})
    svg = (graph.backward() if swept else graph).to_svg(detail=True)
    assert faults(svg) == []
    root = ET.fromstring(svg.encode("utf-8"))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= set(
        "svg title desc style defs marker path rect g text tspan".split()
    )
    assert not any(key.startswith("on") or "href" in key for e in root.iter() for key in e.attrib)
    shown = text_of(with_class(root, "name")[0])
    assert shown == isolate(shorten(clean(name or "x1")))
    assert len(shown) <= 42
    title = with_class(root, "leaf")[0].find(f"{SVG}title")
    assert title is not None and str(title.text).startswith(clean(name or "x1"))
    str(graph)  # the listing takes such names, too


def test_text_helpers() -> None:
    assert clean("a\nb\x00c\u202e") == "a bc"
    assert shorten("x" * 10_000, 11) == "xxxxx…xxxxx"
    assert span(["n1.w0", "n1.w1", "n1.w2"]) == "n1.w0…2"
    assert span(["n1.w0", "n2.w1"]) == "n*.w*"
    assert span(["loss", "n2.w1"]) == "loss … n2.w1"
    assert span(["q", "q"]) == "q"
