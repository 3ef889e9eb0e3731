"""A computation taken step by step: forward, backward, and the update of the parameters.

A step is a record, not a string; printers turn it into text, LaTeX, JSON and a page. The numbers
are computed here from the frozen graph and the rows of the two tables, independently of the engine
and of the graph's own chain rule: tests hold the three equal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from autograd.calculus import RULES, Rule, evaluate
from autograd.calculus.array_rules import array_namespace
from autograd.engine import shown
from autograd.graph import Graph, Row, trace
from autograd.lessons import step_json, step_latex, step_text
from autograd.lessons.records import BACKWARD, FORWARD, UPDATE, Records, Step, Term
from autograd.writing import shape_text

MODES = ("reverse", "forward")


class Steps(Records):
    """All steps of a computation, in order.

    ``graph`` is the computation with this lesson's gradients beside it, ``gradients`` the finished
    gradient (None where nothing flows) of each row.
    """

    def __str__(self) -> str:
        return self.text()

    def text(self, lang: str = "en", ascii: bool = False) -> str:
        """The steps as plain text, one per paragraph; ``ascii`` for a console without ∂."""
        return str(step_text.text(self, lang=lang, ascii=ascii))

    def latex(self, lang: str = "en", document: bool = False) -> str:
        """The steps as LaTeX ``align*`` blocks, or a whole document."""
        return str(step_latex.latex(self, lang=lang, document=document))

    def json(self, indent: int | None = 2) -> str:
        """The steps as JSON; the keys are documented in :mod:`autograd.lessons.step_json`."""
        return str(step_json.dumps(self, indent=indent))

    def html(self, lang: str = "en", quiz: bool = False, title: str | None = None) -> str:
        """The steps as one offline page: the picture, the controls, live inputs."""
        return str(shown("page", self, lang=lang, quiz=quiz, title=title))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        bundle: dict[str, str] = shown("bundle_of_steps", self)
        return bundle


def steps(
    output: Any,
    *,
    mode: str = "reverse",
    lr: float | None = None,
    gradient: Any = None,
    wrt: Sequence[str] | str | None = None,
    names: Mapping[str, Any] | None = None,
    gradient_names: Mapping[str, str] | None = None,
) -> Steps:
    """The forward pass, the backward pass and, with ``lr``, one step of gradient descent.

    ``output`` is a ``Value``, a ``Tensor`` or a traced ``Graph``; ``gradient`` the upstream
    gradient of an output that is not one number. ``lr`` updates the parameters ``wrt`` (by
    default all leaves that take a gradient): w' = w - lr · ∂f/∂w, and computes the output after it.

    ``mode="forward"`` pushes tangents along with the values instead: one pass per input of ``wrt``,
    where reverse mode takes one for all of them; an array moves in the direction of all ones.

    ``names`` names nodes after variables as :func:`trace` does. ValueError for an unknown mode or
    name, or an output of several elements without ``gradient``.

    >>> from autograd import Value
    >>> x, y, z = Value(1, "x"), Value(-3, "y"), Value(4, "z")
    >>> d = x + y
    >>> for step in steps(d * z):
    ...     print(step.phase, step.node.label, step.value)
    forward d -2.0
    forward out -8.0
    backward out 1.0
    backward out 1.0
    backward d 4.0
    """
    if mode not in MODES:
        raise ValueError(f"steps: mode={mode!r}; the modes are {' and '.join(MODES)}")
    graph = output if isinstance(output, Graph) else trace(output, names)
    inputs = _inputs(graph, wrt)
    forward = [node for node in graph if node.rule is not None]
    if mode == "forward":
        if lr is not None:
            raise ValueError("steps: an update needs mode='reverse', which finds every gradient")
        return _forward_mode(graph, forward, inputs, gradient_names)
    records = [Step(i, FORWARD, node, node.value) for i, node in enumerate(forward, 1)]
    gradients, terms = sweep(graph, gradient)
    records.append(Step(len(records) + 1, BACKWARD, graph.output, gradients[-1]))
    for node in reversed(forward):
        if terms.get(node.index):
            at = len(records) + 1
            records.append(Step(at, BACKWARD, node, gradients[node.index], terms[node.index]))
    after = None
    if lr is not None:
        changed: dict[int, Any] = {}
        for node in inputs:
            slope = gradients[node.index]
            if slope is None:
                continue
            new = _as(node.value, node.value - lr * slope)
            changed[node.index] = new
            at = len(records) + 1
            records.append(Step(at, UPDATE, node, new, (), None, None, node.value, float(lr)))
        after = replay(graph, changed)[-1]
    return Steps(graph, records, gradients, mode, after, gradient_names)


def _inputs(graph: Graph, wrt: Sequence[str] | str | None) -> list[Row]:
    if wrt is None:
        return [node for node in graph if node.kind in ("leaf", "parameter")]
    found = []
    for name in [wrt] if isinstance(wrt, str) else wrt:
        try:
            node = graph[name]
        except KeyError as error:
            raise ValueError(f"steps: wrt: {error.args[0]}") from None
        if node.kind not in ("leaf", "parameter"):
            raise ValueError(f"steps: wrt: {name!r} is no input that takes a gradient")
        found.append(node)
    return found


def sweep(graph: Graph, gradient: Any = None) -> tuple[list[Any], dict[int, tuple[Term, ...]]]:
    """The gradient of every row, None where nothing flows, and the terms by consumer."""
    gradients: list[Any] = [None] * len(graph)
    gradients[-1] = _seed(graph.output.value, gradient)
    terms: dict[int, tuple[Term, ...]] = {}
    for index in reversed(range(len(graph))):
        node = graph[index]
        if node.rule is None or gradients[index] is None:
            continue
        found = []
        for slot, operand in enumerate(node.operands):
            if operand.kind == "constant":
                continue
            term = _backward_term(node, slot, gradients[index])
            if term is None:
                continue
            local, product = term
            before = gradients[operand.index]
            total = product if before is None else before + product
            gradients[operand.index] = total
            found.append(Term(node, slot, gradients[index], local, product, before, total))
        terms[index] = tuple(found)
    return gradients, terms


def environment(node: Row) -> dict[str, Any]:
    """The operands of an elementwise node, and ``out``, by the names that its row uses."""
    rule = node.rule
    names: dict[str, Any] = dict(rule.defaults)
    names |= zip(rule.args, (operand.value for operand in node.operands))
    names["out"] = node.value
    kind = node.value.dtype if isinstance(node.value, np.ndarray) else np.dtype(float)
    return {
        name: value if isinstance(value, np.ndarray) else kind.type(value)
        for name, value in names.items()
    }


def local_derivative(node: Row, slot: int) -> Any:
    """∂node/∂operand of an elementwise node, None where the operand is a condition."""
    tree = node.rule.partial_trees[slot]
    return None if tree is None else evaluate(tree, environment(node))


def _backward_term(node: Row, slot: int, upstream: Any) -> tuple[Any, Any] | None:
    """The local derivative (None for a structural operation) and the contribution to an operand."""
    operand = node.operands[slot].value
    if isinstance(node.rule, Rule):
        local = local_derivative(node, slot)
        if local is None:
            return None
        product = _times(upstream, local)
        if not isinstance(node.value, np.ndarray):
            return float(local), float(product)
        return local, _summed_to(np.asarray(product), operand)
    adjoint = node.rule.adjoint(slot)
    if adjoint is None:
        return None
    values = [o.value for o in node.operands]
    with np.errstate(all="ignore"):
        found = adjoint(_arrays(), upstream, node.value, *values, **node.attrs)
    return None, _summed_to(np.asarray(found), operand)


def _times(upstream: Any, local: Any) -> Any:
    """The product, in which an exact 0 wins over what is not finite."""
    with np.errstate(all="ignore"):
        product = upstream * local
    zero = np.equal(upstream, 0) | np.equal(local, 0)
    return np.where(zero, 0.0, product) if np.any(zero & np.isnan(product)) else product


def _summed_to(term: Any, operand: Any) -> Any:
    """``term`` summed over whatever broadcasting had stretched the operand along."""
    shape = np.shape(operand)
    while term.ndim > len(shape):
        term = term.sum(axis=0)
    for axis, n in enumerate(shape):
        if n == 1 and term.shape[axis] != 1:
            term = term.sum(axis=axis, keepdims=True)
    full = np.broadcast_to(term, shape)
    return np.array(full, dtype=getattr(operand, "dtype", float))


def _seed(output: Any, gradient: Any) -> Any:
    shape = np.shape(output)
    if gradient is None:
        if np.size(output) != 1:
            raise ValueError(
                f"steps: the output has shape {shape_text(shape)}; give gradient= of that shape, "
                f"or take a sum or a mean of it"
            )
        gradient = 1.0
    if np.shape(gradient) not in ((), shape):
        raise ValueError(
            f"steps: the output has shape {shape_text(shape)}, the gradient "
            f"{shape_text(np.shape(gradient))}; give one of the output's shape"
        )
    return _as(output, np.broadcast_to(gradient, shape))


def _as(like: Any, value: Any) -> Any:
    """``value`` as ``like`` is: a float, or an array of its dtype."""
    return np.array(value, dtype=like.dtype) if isinstance(like, np.ndarray) else float(value)


def replay(graph: Graph, changed: Mapping[int, Any]) -> list[Any]:
    """The value of every row with some leaves changed: the forward pass again."""
    values: list[Any] = []
    for node in graph:
        if node.rule is None:
            values.append(changed.get(node.index, node.value))
            continue
        operands = [values[j] for j in node.args]
        if isinstance(node.rule, Rule):
            kind = node.value.dtype if isinstance(node.value, np.ndarray) else np.dtype(float)
            given = {**node.rule.defaults, **dict(zip(node.rule.args, operands))}
            names = {k: v if isinstance(v, np.ndarray) else kind.type(v) for k, v in given.items()}
            values.append(_as(node.value, evaluate(node.rule.value_tree, names)))
        else:
            with np.errstate(all="ignore"):
                values.append(_as(node.value, node.rule.forward(*operands, **node.attrs)))
    return values


@cache
def _arrays() -> Any:
    """The namespace of adjoints over plain arrays: its elementwise functions walk the rows."""

    def function(rule: Rule) -> Any:
        def call(*args: Any) -> Any:
            return evaluate(rule.value_tree, {**rule.defaults, **dict(zip(rule.args, args))})

        return call

    return array_namespace({name: function(rule) for name, rule in RULES.items()})


def _forward_mode(
    graph: Graph, forward: list[Row], inputs: list[Row], names: Mapping[str, str] | None
) -> Steps:
    records: list[Step] = []
    gradients: list[Any] = [None] * len(graph)
    for seed in inputs:
        tangents: dict[int, Any] = {seed.index: _as(seed.value, np.ones(np.shape(seed.value)))}
        for node in forward:
            tangent, terms = _tangent(node, tangents)
            if tangent is not None:
                tangents[node.index] = tangent
            at = len(records) + 1
            records.append(Step(at, FORWARD, node, node.value, terms, tangent, seed))
        gradients[seed.index] = tangents.get(graph.output.index)
    return Steps(graph, records, gradients, "forward", None, names)


def _tangent(node: Row, tangents: Mapping[int, Any]) -> tuple[Any, tuple[Term, ...]]:
    """How fast a node moves, given its operands' tangents (None: it does not), and the terms."""
    moving = [tangents.get(j) for j in node.args]
    if all(t is None for t in moving):
        return None, ()
    if not isinstance(node.rule, Rule):
        values = [o.value for o in node.operands]
        with np.errstate(all="ignore"):
            found = node.rule.tangent(_arrays(), tuple(moving), node.value, *values, **node.attrs)
        return _as(node.value, found), ()
    total: Any = None
    terms = []
    for slot, tangent in enumerate(moving):
        local = None if tangent is None else local_derivative(node, slot)
        if local is None:
            continue
        product = _as(node.value, np.broadcast_to(_times(tangent, local), np.shape(node.value)))
        before, total = total, product if total is None else total + product
        shown = local if isinstance(node.value, np.ndarray) else float(local)
        terms.append(Term(node, slot, tangent, shown, product, before, total))
    return total, tuple(terms)
