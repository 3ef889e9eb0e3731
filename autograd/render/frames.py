"""Which cards of a detailed picture are framed together: one frame for each call of a scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from autograd.graph import INTERIOR, PARAMETER, Graph
from autograd.render.layout import Frames

#: Scopes nested deeper than this share the frame of the last one shown.
DEEPEST = 8


def frames_of(graph: Graph, rows: Sequence[int]) -> tuple[list[str], Frames]:
    """The frames' names, and which of the cards for ``rows`` stand in which.

    A parameter stands in the frame whose cards alone use it. A frame around a single card is left
    out.
    """
    names: list[str] = []
    parents: list[int] = []
    inside: dict[int, int] = {}
    stack: list[tuple[str, int]] = []
    for row in rows:
        if graph._kinds[row] != INTERIOR:
            continue
        path = graph[row].scope[:DEEPEST]
        common = 0
        while common < min(len(stack), len(path)) and stack[common][0] == path[common]:
            common += 1
        del stack[common:]
        for name in path[common:]:
            parents.append(stack[-1][1] if stack else -1)
            names.append(name)
            stack.append((name, len(names) - 1))
        inside[row] = stack[-1][1] if stack else -1
    for row in rows:
        if graph._kinds[row] == PARAMETER:
            using = {inside.get(consumer, -1) for consumer, _ in graph.consumers(row)}
            inside[row] = using.pop() if len(using) == 1 else -1
    return _worthwhile(names, parents, [inside.get(row, -1) for row in rows])


def _worthwhile(
    names: list[str], parents: list[int], inside: list[int]
) -> tuple[list[str], Frames]:
    """Without the frames that hold fewer than two cards."""
    held = Counter(frame for frame in inside if frame >= 0)
    for frame in range(len(names) - 1, -1, -1):
        if parents[frame] >= 0:
            held[parents[frame]] += held[frame]
    kept: dict[int, int] = {-1: -1}
    kept_names: list[str] = []
    above: list[int] = []
    for frame, name in enumerate(names):
        parent = kept[parents[frame]]
        if held[frame] < 2:
            kept[frame] = parent
        elif parent >= 0 and held[frame] == held[parents[frame]]:
            kept_names[parent] += f".{name}"  # a frame just inside another: one with both names
            kept[frame] = parent
        else:
            kept[frame] = len(kept_names)
            kept_names.append(name)
            above.append(parent)
    return kept_names, Frames(tuple(above), tuple(kept[frame] for frame in inside))


def common_frame(frames: Frames, one: int, other: int) -> int:
    """The innermost frame that holds both cards, -1 if none does."""
    if not frames.parents:
        return -1
    around = set()
    frame = frames.inside[one]
    while frame >= 0:
        around.add(frame)
        frame = frames.parents[frame]
    frame = frames.inside[other]
    while frame >= 0 and frame not in around:
        frame = frames.parents[frame]
    return frame
