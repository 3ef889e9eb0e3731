"""Which rows of a graph share a box: each has its own, or scopes fold until it can be read.

Calls of a scope are runs of rows in the order of the computation, so folding a run never makes a
cycle. Folding repeats (``layer1``, ``layer2``, ...; the same layer called again) can make one, and
is undone where it does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd.calculus import Quantity
from autograd.graph import CONSTANT, INTERIOR, PARAMETER, Graph
from autograd.render.words import stem

#: Up to here every value has a card of its own.
DETAIL_NODES = 60
#: Above this the picture is folded even where no scope says how.
FOLDED_NODES = 300
#: With more arrows than this between boxes the picture is folded further.
MOST_EDGES = 120
#: With more boxes than this only the strongest folding is tried.
MANY_BOXES = 20_000
#: Fewer leaves that are used alike stay cards of their own.
FEWEST_LEAVES = 4

Path = tuple[str, ...]


@dataclass
class Box:
    """Rows drawn as one card: a single value (``rows`` has one), or a folded group."""

    rows: list[int]
    path: Path = ()
    times: int = 1
    folded: bool = False
    names: tuple[str, ...] = ()

    @property
    def first(self) -> int:
        return self.rows[0]

    @property
    def called(self) -> tuple[str, ...]:
        return self.names or (".".join(self.path),)


def boxes_of(graph: Graph, detail: bool | int | None = None) -> list[Box]:
    """The boxes to draw, in topological order; literals (numbers in expressions) have none.

    ``detail`` True gives every value its card, False folds as far as it goes, a number folds the
    scopes of that depth and deeper; None folds only what is too large, and no more than it must.
    """
    unseen = literals(graph)
    drawn = [i for i in range(len(graph)) if i not in unseen]
    deepest = max(map(len, graph._scopes))
    if detail is True or (detail is None and len(drawn) <= DETAIL_NODES):
        return [Box([i]) for i in drawn]
    if detail is not None and detail is not False:
        if detail < 1:
            raise ValueError(f"detail={detail} is no depth of scopes; use True, False or 1, 2, ...")
        return _fold(graph, drawn, detail)
    if detail is None and len(drawn) <= FOLDED_NODES and not deepest:
        return [Box([i]) for i in drawn]
    if not deepest and len(drawn) > MANY_BOXES:
        return _merge_leaves(graph, _merge_all(graph, drawn))
    for depth in range(deepest if detail is None else min(deepest, 1), -1, -1):
        folded = _fold(graph, drawn, depth) if depth else [Box([i]) for i in drawn]
        gently = detail is None and len(folded) <= MANY_BOXES
        for steps in _STEPS if gently else _STEPS[-1:]:
            for step in steps:
                folded = step(graph, folded)
            if _fits(graph, folded):
                return folded
    return _merge_leaves(graph, _merge_all(graph, drawn))


def box_of_rows(graph: Graph, boxes: Iterable[Box]) -> Quantity:
    """For each row the position of its box, -1 for a literal."""
    owner = np.full(len(graph), -1, dtype=np.int64)
    for position, box in enumerate(boxes):
        owner[box.rows] = position
    return owner


def edges_between(graph: Graph, boxes: Sequence[Box]) -> list[tuple[int, int]]:
    """Pairs of boxes (tail, head) such that a value of the one is used in the other, each once."""
    owner = box_of_rows(graph, boxes)
    tails = owner[graph._args]
    heads = owner[np.repeat(np.arange(len(graph)), np.diff(graph._starts))]
    keep = (tails != heads) & (tails >= 0) & (heads >= 0)
    pairs = np.unique(tails[keep] * len(boxes) + heads[keep])  # one number a pair sorts fastest
    return list(zip((pairs // len(boxes)).tolist(), (pairs % len(boxes)).tolist()))


def literals(graph: Graph) -> set[int]:
    """The rows that have no card: numbers that expressions show."""
    constants = np.flatnonzero(graph._kinds[:-1] == CONSTANT).tolist()
    return {row for row in constants if graph[row].is_literal}


def _fits(graph: Graph, boxes: list[Box]) -> bool:
    return len(boxes) <= DETAIL_NODES and len(edges_between(graph, boxes)) <= MOST_EDGES


def _fold(graph: Graph, drawn: list[int], depth: int) -> list[Box]:
    """A box for each run of rows whose scope is at least ``depth`` deep, with what only it uses."""
    prefixes = [path[:depth] if len(path) >= depth else () for path in graph._scopes]
    boxes: list[Box] = []
    current: Box | None = None
    for row in drawn:
        if graph._kinds[row] != INTERIOR:
            continue
        path = prefixes[graph._scope_codes[row]]
        if not path:
            current = None
            boxes.append(Box([row]))
        elif current is not None and current.path == path:
            current.rows.append(row)
        else:
            current = Box([row], path, folded=True)
            boxes.append(current)
    return _with_leaves(graph, drawn, boxes)


def _with_leaves(graph: Graph, drawn: list[int], boxes: list[Box]) -> list[Box]:
    """Parameters and unnamed constants go into the folded box that alone uses them."""
    owner = box_of_rows(graph, boxes)
    users = _users(graph, owner)
    leaves = []
    rows = np.asarray(drawn, dtype=np.int64)
    for row in rows[graph._kinds[rows] != INTERIOR].tolist():
        kind = graph._kinds[row]
        using = users.get(row, set())
        inner = kind == PARAMETER or (kind == CONSTANT and row not in graph.labels.names)
        if inner and len(using) == 1 and boxes[next(iter(using))].folded:
            boxes[next(iter(using))].rows.append(row)
        else:
            leaves.append(Box([row]))
    for box in boxes:
        box.rows.sort()
    return sorted([*leaves, *boxes], key=lambda box: box.rows[-1])


def _users(graph: Graph, owner: Any) -> dict[int, set[int]]:
    """For each leaf and constant the boxes that use it."""
    heads = owner[np.repeat(np.arange(len(graph)), np.diff(graph._starts))]
    from_leaf = graph._kinds[graph._args] != INTERIOR
    users: dict[int, set[int]] = {}
    # Each pair once: a leaf may be used a million times. One number a pair sorts fastest.
    shift = int(heads.max(initial=0)) + 2
    pairs = np.unique(graph._args[from_leaf].astype(np.int64) * shift + heads[from_leaf] + 1)
    for row, head in zip((pairs // shift).tolist(), (pairs % shift - 1).tolist()):
        users.setdefault(row, set()).add(head)
    return users


def _merge_repeats(graph: Graph, boxes: list[Box]) -> list[Box]:
    """One box, ×N, for folded boxes that do the same under names that differ by a number."""
    families: dict[Any, list[int]] = {}
    for position, box in enumerate(boxes):
        if box.folded:
            key = tuple(stem(part) for part in box.path), _signature(graph, box)
            families.setdefault(key, []).append(position)
    return _union(graph, boxes, [members for members in families.values() if len(members) > 1])


def _merge_leaves(graph: Graph, boxes: list[Box]) -> list[Box]:
    """One box, ×N, for leaves of one kind and shape that the same boxes use."""
    users = _users(graph, box_of_rows(graph, boxes))
    families: dict[Any, list[int]] = {}
    for position, box in enumerate(boxes):
        row = box.first
        if not box.folded and graph._kinds[row] != INTERIOR:
            key = graph._kinds[row], np.shape(graph._values[row]), frozenset(users.get(row, ()))
            families.setdefault(key, []).append(position)
    return _union(graph, boxes, [f for f in families.values() if len(f) >= FEWEST_LEAVES])


def _merge_unscoped(graph: Graph, boxes: list[Box]) -> list[Box]:
    """One box for each run of computed values outside every scope, the output apart."""
    merged: list[Box] = []
    current: Box | None = None
    leaves = []
    for box in boxes:
        if graph._kinds[box.rows[-1]] != INTERIOR:
            leaves += box.rows
        elif box.folded or box.rows[-1] == len(graph) - 1:
            current = None
            merged.append(box)
        elif current is not None:
            current.rows += box.rows
        else:
            current = Box(list(box.rows), folded=True)
            merged.append(current)
    for box in merged:
        box.folded = box.folded and (len(box.rows) > 1 or bool(box.path))
    return _with_leaves(graph, leaves, merged)


def _merge_all(graph: Graph, drawn: list[int]) -> list[Box]:
    """The strongest folding: everything between the leaves and the output in one box."""
    rows = np.asarray(drawn, dtype=np.int64)
    inner = rows[graph._kinds[rows] == INTERIOR].tolist()
    boxes = [Box(rows, folded=len(rows) > 1) for rows in (inner[:-1], inner[-1:]) if rows]
    return _with_leaves(graph, drawn, boxes)


def _union(graph: Graph, boxes: list[Box], families: list[list[int]]) -> list[Box]:
    """Merge each family into one box unless that would make a cycle."""
    target = list(range(len(boxes)))
    edges = edges_between(graph, boxes)
    for members in sorted(families, key=len, reverse=True):
        before = [target[m] for m in members]
        for m in members:
            target[m] = members[0]
        if not _acyclic(len(boxes), {(target[a], target[b]) for a, b in edges}):
            for m, old in zip(members, before):
                target[m] = old
    merged: dict[int, Box] = {}
    for position, box in enumerate(boxes):
        into = merged.get(target[position])
        if into is None:
            merged[target[position]] = replace(box, rows=list(box.rows), names=box.called)
        else:
            into.rows += box.rows
            into.times += box.times
            into.names += box.called
            into.folded = True
    return _in_order(graph, list(merged.values()))


def _in_order(graph: Graph, boxes: list[Box]) -> list[Box]:
    edges = edges_between(graph, boxes)
    return [boxes[i] for i in _topological(len(boxes), set(edges)) or ()]


def _acyclic(count: int, edges: set[tuple[int, int]]) -> bool:
    return _topological(count, edges) is not None


def _topological(count: int, edges: set[tuple[int, int]]) -> list[int] | None:
    """An order in which every edge goes forward, or None if there is a cycle."""
    waiting = [0] * count
    after: list[list[int]] = [[] for _ in range(count)]
    for tail, head in sorted(edges):
        if tail != head:
            after[tail].append(head)
            waiting[head] += 1
    order = [i for i in range(count) if not waiting[i]]
    for i in order:
        for head in after[i]:
            waiting[head] -= 1
            if not waiting[head]:
                order.append(head)
    return order if len(order) == count else None


def _signature(graph: Graph, box: Box) -> Quantity:
    """What a box does: its operations and the shapes of its values."""
    rules = graph.rules
    return tuple(
        sorted(
            Counter(
                (
                    getattr(rules[graph._codes[row]], "name", ""),
                    int(graph._kinds[row]),
                    np.shape(graph._values[row]),
                )
                for row in box.rows
            ).items()
        )
    )


#: What is done to a folded picture that is still too large, one after the other.
_STEPS = ((), (_merge_repeats, _merge_leaves), (_merge_unscoped, _merge_repeats, _merge_leaves))
