"""What a page of boxes reads: the rows of a graph as columns, and the formulas of its rules.

A long computation is carried as its rows alone. The page computes the values and the gradients, and
writes the words of a step from the formulas of its rule when the step is shown.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from itertools import groupby

import numpy as np

from autograd.calculus import Quantity, Rule, State, constant, parse
from autograd.calculus.array_rules import printed_adjoints
from autograd.graph import Graph, Row
from autograd.render import DETAIL_NODES, clean, to_svg
from autograd.stage.array_data import row_data, value_of
from autograd.stage.kernels import Kernel
from autograd.writing import formatting

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
        found["forms"] = written_forms(rules[rule] for rule, _ in kinds)
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


def written_forms(rules: Iterable[Quantity]) -> dict[str, str]:
    """How a card writes the elementwise ``rules``, with a place for each operand, by name.

    >>> from autograd.calculus import RULES
    >>> from autograd.stage.box_data import written_forms
    >>> written_forms([RULES["mul"], RULES["tanh"]])
    {'mul': '{0} * {1}', 'tanh': 'tanh({0})'}
    """
    return {
        rule.name: formatting.expression(rule, [f"{{{i}}}" for i in range(len(rule.args))], {})
        for rule in rules
        if isinstance(rule, Rule)
    }


def texts(graph: Graph) -> State:
    """How structural rows and their adjoints are written: the different texts, and which of them
    each row has. ``plain`` are the rows that are no arrays, of no axes either, and no literals."""
    places: dict[str, int] = {}
    different: list[list[Quantity]] = []
    says: list[int | None] = []
    for node in graph:
        if node.rule is None or isinstance(node.rule, Rule):
            says.append(None)
            continue
        adjoints = printed_adjoints(node.rule, [o.value for o in node.operands], node.attrs)
        stand_ins = [f"_{i}" for i in range(len(node.args))]
        operation = formatting.expression(node.rule, stand_ins, node.attrs)
        text = [operation, [letter for letter, _ in adjoints], [str(line) for _, line in adjoints]]
        says.append(places.setdefault(repr(text), len(places)))
        different += [text] if len(places) > len(different) else []
    plain = [n.index for n in graph if not (n.is_literal or isinstance(n.value, np.ndarray))]
    return {"texts": different, "says": says} | ({"plain": plain} if plain else {})


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


def formulas(rules: Iterable[Quantity]) -> State:
    """What the words of a step read of the elementwise ``rules``, by name.

    >>> from autograd.calculus import RULES
    >>> from autograd.stage.box_data import formulas
    >>> formulas([RULES["mul"]])
    {'mul': {'args': ['a', 'b'], 'value': 'a * b', 'partials': [['b', None], ['a', None]]}}
    """
    return {rule.name: _formulas(rule) for rule in rules if isinstance(rule, Rule)}


def _formulas(rule: Rule) -> State:
    shown = rule.shown_partials or rule.partials
    names = (*rule.args, "out")
    return {
        "args": list(rule.args),
        "value": ast.unparse(rule.shown_tree) if rule.is_infix else None,
        "partials": [text and [text, constant(parse(text, names))] for text in shown],
    }
