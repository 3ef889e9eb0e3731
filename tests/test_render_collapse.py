"""What is folded when a graph is too large to draw: scopes, repeats, leaves; and that it fits."""

import xml.etree.ElementTree as ET
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value
from autograd.graph import Graph, trace
from autograd.render.collapse import (
    DETAIL_NODES,
    MOST_EDGES,
    Box,
    box_of_rows,
    boxes_of,
    edges_between,
)
from autograd.render.frames import common_frame, frames_of
from autograd.render.layout import Frames
from autograd.render.view import view
from tests.pictures import faults, text_of, with_class


def neuron(weights: list[Value], x: list[Any], active: bool) -> Value:
    total = weights[0]
    for w, xi in zip(weights[1:], x):
        total = total + w * xi
    return total.relu() if active else total


def network(sizes: tuple[int, ...], points: int = 1) -> Graph:
    """A scalar MLP, a scope for each layer and neuron, summed over some points."""
    rng = np.random.default_rng(0)
    layers = [
        [[Value(rng.normal(), f"layer{k}.n{j}.w{i}") for i in range(a + 1)] for j in range(b)]
        for k, (a, b) in enumerate(pairwise(sizes))
    ]
    total: Any = 0.0
    for _ in range(points):
        x: list[Any] = [Value(value) for value in rng.normal(size=sizes[0])]
        for k, layer in enumerate(layers):
            with autograd.scope(f"layer{k}"):
                outs = []
                for j, weights in enumerate(layer):
                    with autograd.scope(f"n{j}"):
                        outs.append(neuron(weights, x, k + 2 < len(sizes)))
                x = outs
        total = total + (x[0] - 1) ** 2
    return trace(total, names={})


def chain(length: int) -> Graph:
    x = y = Value(0.5, "x")
    for i in range(length):
        y = y.sin() if i % 2 else y * x
    return trace(y, names={})


def names(graph: Graph, detail: bool | int | None = None) -> list[str]:
    cards = view(graph, detail).cards
    return [card.name + (f" ×{card.times}" if card.times > 1 else "") for card in cards]


def check(graph: Graph, boxes: list[Box]) -> None:
    """Every drawn row is in one box, and the boxes are in topological order."""
    rows = [row for box in boxes for row in box.rows]
    drawn = [node.index for node in graph if not node.is_literal]
    assert sorted(rows) == drawn
    assert all(tail < head for tail, head in edges_between(graph, boxes))


def test_small_graph_is_drawn_in_detail() -> None:
    graph = network((2, 2, 1))
    assert len(boxes_of(graph)) == len([n for n in graph if not n.is_literal]) <= DETAIL_NODES
    assert not any(box.folded for box in boxes_of(graph))


def test_medium_graph_folds_to_its_innermost_scopes() -> None:
    graph = network((4, 3, 3, 1))
    assert [name for name in names(graph) if name.startswith("layer")] == [
        *("layer0.n0", "layer0.n1", "layer0.n2"),
        *("layer1.n0", "layer1.n1", "layer1.n2"),
        "layer2.n0",
    ]
    check(graph, boxes_of(graph))


def test_repeats_are_one_box_with_their_number() -> None:
    graph = network((2, 16, 16, 1))
    shown = names(graph)
    assert "layer0.n0…15 ×16" in shown and "layer1.n0…15 ×16" in shown and "layer2.n0" in shown
    cards = {card.name: card for card in view(graph).cards}
    lines = {line.word: line.text for line in cards["layer1.n0…15"].lines}
    assert lines == {"ops": "16 mul, 16 add, relu", "parameters": "272"}


def test_calls_of_one_network_on_many_points_fold_together() -> None:
    graph = network((2, 16, 16, 1), points=20)
    boxes = boxes_of(graph)
    check(graph, boxes)
    assert len(boxes) <= 20
    assert {"layer0.n0…15 ×320", "x1…40 ×40"} <= set(names(graph))


@pytest.mark.parametrize("detail", [1, 2])
def test_depth_of_scopes_can_be_chosen(detail: int) -> None:
    graph = network((4, 3, 3, 1))
    scoped = [name for name in names(graph, detail) if name.startswith("layer")]
    assert len(scoped) == {1: 3, 2: 7}[detail]
    check(graph, boxes_of(graph, detail))
    assert faults(graph.to_svg(detail=detail)) == []


def test_depth_must_be_positive() -> None:
    with pytest.raises(ValueError, match="detail=0 is no depth of scopes"):
        network((2, 1)).to_svg(detail=0)


def test_detail_can_be_asked_for_and_refused() -> None:
    graph = network((4, 3, 3, 1))
    assert len(boxes_of(graph, True)) == len([n for n in graph if not n.is_literal])
    assert len(boxes_of(graph, False)) < len(boxes_of(graph))
    assert len(boxes_of(chain(10), False)) == 3


def test_medium_graph_without_scopes_is_drawn_in_detail() -> None:
    assert len(boxes_of(chain(200))) == 201


def test_large_graph_without_scopes_folds_between_its_ends() -> None:
    graph = chain(1000)
    assert names(graph) == ["x", "999 operations", "out"]
    notes = with_class(ET.fromstring(graph.to_svg()), "note")
    assert [text_of(note) for note in notes] == [
        "too large to draw in detail: 1001 values in 3 boxes; "
        "detail=True (--detail) draws every value"
    ]


def test_folded_box_with_one_result_shows_it() -> None:
    graph = chain(1000).backward()
    card = view(graph).cards[1]
    lines = {line.word: line.text for line in card.lines}
    assert lines["ops"] == "500 mul, 499 sin"
    assert float(lines["data"]) == pytest.approx(graph[-2].value, rel=1e-3)
    assert float(lines["grad"]) == pytest.approx(graph[-2].grad, rel=1e-3)


def test_wide_graph_folds_its_leaves() -> None:
    total: Any = 0.0
    for i in range(500):
        total = total + Value(i) * 2.0
    graph = trace(total, names={})
    assert len(boxes_of(graph)) <= DETAIL_NODES
    assert any("×500" in name for name in names(graph))


def test_merging_that_would_make_a_circle_is_undone() -> None:
    y = Value(0.5, "x")
    for i in range(40):
        with autograd.scope(f"a{i}"):
            y = y.sin().cos()
        with autograd.scope(f"b{i}"):
            y = (y * y).exp()
    graph = trace(y, names={})
    for detail in (None, False, 1):
        check(graph, boxes_of(graph, detail))


def test_module_called_again_later_is_a_box_of_its_own() -> None:
    x = Value(0.5, "x")
    with autograd.scope("cell"):
        y = x.tanh().exp()
    y = y * 2.0
    with autograd.scope("cell"):
        y = y.tanh().exp()
    graph = trace(y, names={})
    assert names(graph, 1) == ["x", "cell", "v3", "cell"]
    check(graph, boxes_of(graph, 1))


@pytest.mark.parametrize("seed", range(30))
def test_random_scoped_graphs_fold_into_something_that_fits(seed: int) -> None:
    rng = np.random.default_rng(seed)
    nodes: list[Value] = [Value(rng.normal(), f"p.{i}") for i in range(5)]
    for _ in range(int(rng.integers(2, 60))):
        path = [f"{'abc'[int(rng.integers(3))]}{int(rng.integers(3))}" for _ in range(3)]
        entered = [autograd.scope(name) for name in path[: int(rng.integers(4))]]
        for scope in entered:
            scope.__enter__()
        for _ in range(int(rng.integers(1, 12))):
            a, b = (nodes[-1 - int(i)] for i in rng.integers(0, min(8, len(nodes)), 2))
            nodes.append([a + b, a * b, a.tanh(), b - 0.5][int(rng.integers(4))])
        for scope in reversed(entered):
            scope.__exit__(None, None, None)
    graph = trace(nodes[-1], names={}).backward()
    for detail in (None, False, 1, 2):
        boxes = boxes_of(graph, detail)
        check(graph, boxes)
        if detail in (None, False) and any(box.folded for box in boxes):
            assert len(boxes) <= DETAIL_NODES
            assert len(edges_between(graph, boxes)) <= MOST_EDGES
        assert faults(graph.to_svg(detail=detail)) == []


@pytest.mark.parametrize("length", [1_000, 10_000])
@pytest.mark.parametrize("scoped", [False, True])
def test_large_graphs_are_drawn_small(length: int, scoped: bool) -> None:
    x = y = Value(0.5, "x")
    for i in range(length // 10):
        with autograd.scope(f"block{i}" if scoped else "all"):
            for _ in range(5):
                y = (y + x).tanh()
    svg = trace(y, names={}).backward().to_svg(engine="wasm")
    assert len(svg) < 40_000


# Frames around the scopes of a detailed picture


def test_frames_follow_nested_scopes_and_their_parameters() -> None:
    X = np.ones((2, 3))
    w = Tensor(np.ones((3, 3)), name="net.fc.weight")
    with autograd.scope("net"):
        with autograd.scope("fc"):
            h = autograd.tanh(X @ w)
        h = autograd.exp(h)
    graph = trace(h.sum(), names={})
    rows = [node.index for node in graph if not node.is_literal]
    shown, frames = frames_of(graph, rows)
    assert shown == ["net", "fc"] and frames.parents == (-1, 0)
    inside = dict(zip([graph[row].label for row in rows], frames.inside))
    assert inside == {"net.fc.weight": 1, "c1": -1, "v1": 1, "v2": 1, "v3": 0, "out": -1}
    assert common_frame(frames, rows.index(graph["v2"].index), rows.index(graph["v3"].index)) == 0
    assert common_frame(frames, rows.index(graph["out"].index), rows.index(graph["v3"].index)) == -1


def test_frame_around_one_card_is_left_out_and_equal_frames_are_one() -> None:
    x = Value(1.0, "x")
    with autograd.scope("single"):
        y = x.tanh()
    with autograd.scope("outer"), autograd.scope("inner"):
        y = y.exp().sin()
    graph = trace(y, names={})
    shown, frames = frames_of(graph, range(len(graph)))
    assert shown == ["outer.inner"] and frames.inside == (-1, -1, 0, 0)
    assert common_frame(Frames(), 0, 1) == -1


def test_boxes_know_their_rows() -> None:
    graph = chain(10)
    boxes = boxes_of(graph, False)
    owner = box_of_rows(graph, boxes)
    assert [owner[box.first] for box in boxes] == [0, 1, 2]
