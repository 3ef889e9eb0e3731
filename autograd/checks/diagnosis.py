"""``diagnose``: what is wrong with the gradients of a loss, and where it starts."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from autograd.calculus import Array, Quantity, Tree, short
from autograd.checks.anomaly import Anomaly, careful_sweep, forward_anomaly
from autograd.checks.notebook import shown
from autograd.engine import Node, Value, by_number, calling_variables, data_of, flatten, reachable
from autograd.writing import names_of_things, number, one_line

N = TypeVar("N")

#: Between the first and the last layer the gradient may shrink or grow by so much.
VANISHED, EXPLODED = 1e-4, 1e4
#: A finding lists so many names at most.
MOST_NAMES = 8


@dataclass(frozen=True)
class Layer:
    """One row of the table: the parameters of a layer, and the size of what reaches them.

    ``delta`` is the root mean square of the gradient at the first operation that uses them, the
    error signal δ that backpropagation hands from layer to layer; ``zeros`` says which part of the
    parameters' gradient is exactly 0.
    """

    name: str
    parameters: int
    weight_norm: float
    grad_norm: float
    delta: float
    zeros: float

    @property
    def ratio(self) -> float:
        return self.grad_norm / self.weight_norm if self.weight_norm else float("nan")


@dataclass(frozen=True)
class Diagnosis:
    """What :func:`diagnose` found; true when nothing is wrong. ``print`` it to read it."""

    loss: float
    forward: Anomaly | None
    backward: Anomaly | None
    unreached: tuple[str, ...]
    untracked: tuple[str, ...]
    flat: tuple[str, ...]
    layers: tuple[Layer, ...]
    module: bool = False

    @property
    def trend(self) -> str:
        """A sentence when gradients vanish or explode on the way to the first layer, else empty."""
        sized = [layer for layer in self.layers if np.isfinite(layer.delta) and layer.delta]
        if len(sized) < 2:
            return ""
        first, last = sized[0], sized[-1]
        change = first.delta / last.delta
        if VANISHED <= change <= EXPLODED:
            return ""
        word = "vanishes" if change < 1 else "explodes"
        return (
            f"the gradient {word} on its way back: delta is {number(last.delta)} at {last.name} "
            f"and {number(first.delta)} at {first.name}"
        )

    @property
    def findings(self) -> tuple[str, ...]:
        """Everything that is wrong, a sentence each."""
        sentences = [
            str(anomaly) for anomaly in (self.forward, self.backward) if anomaly is not None
        ]
        groups = (
            (self.unreached, "no gradient, the loss does not depend on"),
            (self.untracked, "no gradient, requires_grad is False for"),
            (self.flat, "the gradient is zero everywhere for"),
        )
        sentences += [f"{words} {_listed(names)}" for names, words in groups if names]
        return (*sentences, self.trend) if self.trend else tuple(sentences)

    def __bool__(self) -> bool:
        return not self.findings

    @property
    def _sentences(self) -> list[str]:
        lines = list(self.findings) or ["nothing wrong: every parameter gets a finite gradient"]
        if self.module:
            lines.append(
                "units, scales and the learning rate: nn.why(model, data, loss, optimizer)"
            )
        anomalies = [a for a in (self.forward, self.backward) if a is not None]
        if any(a.line is None for a in anomalies):
            lines.append("run the forward pass in `with detect_anomaly():` to see the source line")
        return lines

    def __str__(self) -> str:
        return "\n".join(map(one_line, [*self._sentences, *_table(self.layers)]))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The diagnosis in a notebook: the findings, and the layers as a table."""
        return shown(not self.findings, self._sentences, _HEADER, _cells(self.layers))


def _listed(names: tuple[str, ...]) -> str:
    rest = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")


_HEADER = ("layer", "parameters", "|w|", "|grad|", "|grad|/|w|", "delta", "zeros")


def _cells(layers: Iterable[Layer]) -> list[tuple[str, ...]]:
    return [
        (
            layer.name,
            str(layer.parameters),
            number(layer.weight_norm),
            number(layer.grad_norm),
            number(layer.ratio),
            number(layer.delta),
            f"{100 * layer.zeros:.0f}%",
        )
        for layer in layers
    ]


def _table(layers: Iterable[Layer]) -> list[str]:
    rows = _cells(layers)
    if not rows:
        return []
    widths = [max(len(cells[i]) for cells in (_HEADER, *rows)) for i in range(len(_HEADER))]
    return [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths))
        )
        for cells in (_HEADER, *rows)
    ]


def diagnose(loss: Node, parameters: Tree = None) -> Diagnosis:
    """Where the gradients of ``loss`` go wrong: what is not finite, missing or vanishing.

    ``loss`` is a computed Value or Tensor of one element. ``parameters`` are those that should get
    a gradient: a module (``named_parameters()`` or ``parameters()``), a dict, a list; by default
    the leaves that the loss depends on. The result names the operation at which a nan or infinity
    begins, forward and backward (with its source line inside ``detect_anomaly``), the parameters
    that get no gradient, and, layer by layer from the input to the loss, the norms of the weights
    and of their gradients. What else keeps a network from learning, ``nn.why`` says. No node's
    ``grad`` is changed. TypeError for what is not a node; ValueError for a loss of several
    elements.

    Returns a ``Diagnosis``, which prints itself.

    >>> from autograd import Value, diagnose
    >>> w, unused = Value(3.0, name="w"), Value(1.0, name="unused")
    >>> print(diagnose(w * w, [w, unused]))
    no gradient, the loss does not depend on unused
    layer   parameters  |w|  |grad|  |grad|/|w|  delta  zeros
    w                1    3       6           2      1     0%
    unused           1    1       0           0      0   100%
    """
    if not isinstance(loss, Node):
        raise TypeError(f"diagnose: a loss is wanted, a Value or a Tensor, not {short(loss)}")
    if np.size(loss.data) != 1:
        raise ValueError(
            f"diagnose: the loss has shape {np.shape(loss.data)}; take its sum or its mean"
        )
    variables = names_of_things(calling_variables(), lambda x: isinstance(x, Node))
    used = {id(node): node for node in reachable(loss, leaves=True)}
    seed = 1.0 if isinstance(loss, Value) else np.ones_like(loss.data)
    grads, backward = careful_sweep(loss, seed)
    leaves = [node for node in used.values() if node.is_leaf and node is not loss]
    wanted = dict(
        _named(leaves, variables) if parameters is None else _parameters(parameters, variables)
    )
    names = {
        "unreached": [n for n, p in wanted.items() if id(p) not in grads and p.requires_grad],
        "untracked": [n for n, p in wanted.items() if not p.requires_grad],
        "flat": [n for n, p in wanted.items() if id(p) in grads and not np.any(grads[id(p)])],
    }
    return Diagnosis(
        float(np.asarray(loss.data).reshape(())),
        forward_anomaly(loss),
        backward,
        tuple(names["unreached"]),
        tuple(names["untracked"]),
        tuple(names["flat"]),
        tuple(_layers(wanted, grads, _first_uses(used.values()))),
        hasattr(parameters, "named_parameters"),
    )


def _named(nodes: Iterable[N], variables: Mapping[int, str]) -> Iterable[tuple[str, N]]:
    taken: dict[str, int] = {}
    for i, node in enumerate(nodes):
        name = getattr(node, "name", None) or variables.get(id(node)) or f"leaf {i}"
        taken[name] = taken.get(name, 0) + 1
        yield name if taken[name] == 1 else f"{name} ({taken[name]})", node


def _parameters(parameters: Tree, variables: Mapping[int, str]) -> Iterable[tuple[str, Node]]:
    named = getattr(parameters, "named_parameters", None)
    if named is not None:
        return list(named())
    if callable(getattr(parameters, "parameters", None)):
        parameters = parameters.parameters()
    if isinstance(parameters, Mapping):
        leaves, paths, _ = flatten(dict(parameters))
        keys = [path.replace("['", ".").replace("']", "").lstrip(".") for path in paths]
        pairs = list(zip(keys, leaves))
    else:
        pairs = list(_named(list(parameters), variables))
    for name, p in pairs:
        if not isinstance(p, Node):
            raise TypeError(f"diagnose: parameter {name} is no Value or Tensor but {short(p)}")
    return pairs


def _first_uses(nodes: Iterable[Quantity]) -> dict[int, Node]:
    """The first consumer of each node, by the id of the node."""
    first: dict[int, Node] = {}
    for node in sorted(nodes, key=by_number):
        for operand in node._tracked():
            first.setdefault(id(operand), node)
    return first


def _layers(
    wanted: Mapping[str, Node], grads: Mapping[int, Quantity], first: Mapping[int, Node]
) -> list[Layer]:
    """The parameters by layer (the name up to its last dot, else the name), in order of use."""
    groups: dict[str, list[Node]] = {}
    for name, p in wanted.items():
        groups.setdefault(name.rpartition(".")[0] or name, []).append(p)
    layers = []
    for name, members in groups.items():
        weights = np.concatenate([np.ravel(data_of(p)) for p in members])
        slopes = np.concatenate([_slope(p, grads) for p in members])
        users = sorted((first[id(p)] for p in members if id(p) in first), key=by_number)
        delta = _slope(users[0], grads) if users else np.zeros(1)
        layers.append(
            (
                users[0]._number if users else sys.maxsize,
                Layer(
                    name,
                    weights.size,
                    float(np.linalg.norm(weights)),
                    float(np.linalg.norm(slopes)),
                    float(np.sqrt(np.mean(delta * delta))),
                    float(np.mean(slopes == 0)) if slopes.size else 0.0,
                ),
            )
        )
    return [layer for _, layer in sorted(layers, key=lambda pair: pair[0])]


def _slope(p: Node, grads: Mapping[int, Quantity]) -> Array:
    g = grads.get(id(p))
    return np.zeros(np.size(p.data)) if g is None else np.ravel(g)
