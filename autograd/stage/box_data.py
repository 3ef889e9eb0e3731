"""What a page of boxes reads: the rows of a graph as columns, and the formulas of its rules.

A long computation is carried as its rows alone. The page computes the values and the gradients, and
writes the words of a step from the templates of its rule when the step is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import numpy as np

from autograd.calculus import Quantity, Rule, State, constant, parse
from autograd.graph import Graph, Row
from autograd.render import DETAIL_NODES, clean, to_svg
from autograd.stage.array_data import row_data, value_of
from autograd.stage.kernels import Kernel
from autograd.writing import MATHML, Piece, formatting

#: An input with more uses than these has one port for them in a picture that the page draws.
MOST_USES = 16


def has_boxes(graph: Graph) -> bool:
    """Whether a page draws ``graph`` in boxes: it has scopes, or is too long for one picture, or an
    input is used so often that one port stands for its arrows."""
    if not len(graph.computed):  # boxes hold computed rows
        return False
    if any(graph._scopes) or sum(not n.is_literal for n in graph) > DETAIL_NODES:
        return True
    return bool(np.bincount(graph._args, minlength=1).max() > MOST_USES)


def folded_picture(graph: Graph, lang: str = "en") -> str:
    """``graph`` as a browser shows it that runs no script."""
    return to_svg(graph, sheet=False, detail=None if any(graph._scopes) else False, lang=lang)


def columns(
    graph: Graph,
    gradients: Sequence[Quantity],
    live: bool,
    kernels: Sequence[Kernel | None],
) -> State:
    """The rows, each property in a list of its own; operands as distances back."""
    rules = list(graph.rules)
    kinds: dict[tuple[int, int], int] = {}
    codes, distances = [], []
    starts, args = graph._starts.tolist(), graph._args.tolist()
    for i, rule in enumerate(graph._codes.tolist()):
        operands = args[starts[i] : starts[i + 1]]
        no_op = rules[rule] is None
        codes.append(-1 if no_op else kinds.setdefault((rule, len(operands)), len(kinds)))
        distances += [] if no_op else [i - j for j in operands]
    leaves = [i for i, code in enumerate(codes) if code < 0]
    literals = [i for i in leaves if graph[i].is_literal]
    found: State = {
        "ops": [[rules[rule].name, arity] for rule, arity in kinds],
        "codes": codes,
        "args": distances,
        "values": [value_of(graph[i].value) if live else None for i in leaves],
        "kinds": [graph[i].kind for i in leaves],
        "names": {i: clean(name) for i, name in graph.labels.names.items()},
        "literals": literals,
        "scopes": [[clean(part) for part in path] for path in graph._scopes],
        "runs": _runs(graph._scope_codes.tolist()),
    }
    if graph.is_scalar:
        used = [rules[rule] for rule, _ in kinds]
        found["forms"] = {
            rule.name: formatting.expression(rule, _slots(rule), {})
            for rule in used
            if isinstance(rule, Rule)
        }
    else:
        found["expressions"] = [clean(node.expression) for node in graph]
    if live and not graph.is_scalar:
        found["kernels"] = [
            None if node.rule is None else row_data(node, kernel)
            for node, kernel in zip(graph, kernels)
        ]
    if not live:
        found["cards"] = [_card(node, gradients[node.index]) for node in graph]
        found["expressions"] = [clean(node.expression) for node in graph]
    return found


def _slots(rule: Rule) -> list[str]:
    return [f"{{{i}}}" for i in range(len(rule.args))]


def _runs(codes: Sequence[int]) -> list[list[int]]:
    """Where each run of equal codes begins, and its code."""
    runs, place = [], 0
    for code, members in groupby(codes):
        runs.append([place, code])
        place += len(list(members))
    return runs


def _card(node: Row, gradient: Quantity) -> list[Quantity]:
    """The texts of a card whose numbers the page cannot compute, and what norms are made of."""
    value = np.asarray(node.value, dtype=np.float64)
    written = None if gradient is None else formatting.on_card(gradient)
    slope = np.zeros(0) if gradient is None else np.asarray(gradient, dtype=np.float64)
    with np.errstate(all="ignore"):
        sums = [float(np.sum(value * value)), float(np.sum(slope * slope))]
    finite = [x if np.isfinite(x) else 0.0 for x in sums]
    return [formatting.on_card(node.value), written, *finite, int(np.sum(slope == 0)), slope.size]


def templates(rules: Iterable[Quantity]) -> str:
    """The formulas of ``rules``, with places for names and for numbers."""
    return "".join(_template(rule) for rule in rules if isinstance(rule, Rule))


def _template(rule: Rule) -> str:
    args = [*rule.args, "out"]
    places = [*range(len(rule.args)), "out"]
    names = {a: Piece(f'<mi data-name="{p}"></mi>') for a, p in zip(args, places)}
    numbers = {a: Piece(f'<mn data-number="{p}"></mn>') for a, p in zip(args, places)}
    parts = []
    for piece, pieces in (("value", names), ("numbers", numbers)):
        if rule.is_infix:
            written = MATHML.write(rule.value_tree, pieces)
        else:
            written = MATHML.call(rule.name, [pieces[a] for a in rule.args])
        parts.append(f'<mrow data-piece="{piece}">{written.text}</mrow>')
    for slot, partial in enumerate(rule.partials):
        if partial is None:
            continue
        text = (rule.shown_partials or rule.partials)[slot] or partial
        tree = parse(text, (*rule.args, "out"))
        fixed = " data-constant" if constant(tree) is not None else ""
        written = MATHML.write(tree, names, bare=False)
        parts.append(f'<mrow data-piece="partial" data-slot="{slot}"{fixed}>{written.text}</mrow>')
    return f'<template data-rule="{rule.name}"><math>{"".join(parts)}</math></template>'
