"""Which numbers of a computation are rounding noise, where exact arithmetic would give 0.

The error of a computed number is, to first order, a linear form over the roundings before it: each
number that was typed, unless it is whole, and each result of an operation was rounded once, by a
part ε of its size, and the local derivatives say how far that moves what follows (Higham, Accuracy
and Stability of Numerical Algorithms, §3.3; the signs are kept, so that a recurrence which forgets
its errors is known to forget them). A sum of n products rounds by n u Σ|products|, in any order. A
number that is no larger than the sum of the form's sizes is noise: 0.1 + 0.2 - 0.3 is, and 1e-20
that was typed is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograd.calculus import Array, Function, Quantity
from autograd.graph.chain_rule import sent
from autograd.graph.rows import Columns, Row
from autograd.graph.slopes import Elementwise, Structural, finite, is_elementwise, spread

#: Of more numbers, values and gradients together, all are shown as they are.
MOST_NUMBERS = 1_000
#: And where the rows over whole arrays have more slopes than this.
MOST_SLOPES = 10_000

Bounds = Mapping[str, Quantity]


def bounds(
    graph: Columns, gradients: Sequence[Quantity], passes: Sequence[Mapping[int, Quantity]] = ()
) -> Bounds:
    """How far each number of a sweep may be from the exact one, by the names that lessons use.

    ``v3`` is the value of row 3, ``g3`` its gradient; ``l4.0 p4.0 b4.0 t4.0`` are the local
    derivative of row 4 by operand 0, the product, the sum before it and after it. ``passes`` are
    those of forward mode, each with the tangents by row, that of its input first: ``d4.0`` is the
    tangent of row 4 as row 0 moves, and ``l4.0.1`` one of its terms.
    """
    numbers = sum(np.size(node.value) for node in graph) * (1 + len(passes))
    numbers += sum(np.size(gradient) for gradient in gradients if gradient is not None)
    if numbers > MOST_NUMBERS or _slopes(graph) * (1 + len(passes)) > MOST_SLOPES:
        return {}
    with np.errstate(all="ignore"):
        forms = _Forms(graph, numbers)
        forms.backward(gradients)
        for tangents in passes:
            forms.push(tangents)
    return forms.bounds


def _slopes(graph: Columns) -> int:
    rows = [n for n in graph if n.rule is not None and not is_elementwise(n)]
    return sum(np.size(n.value) * sum(np.size(o.value) for o in n.operands) for n in rows)


def meant(value: Quantity, bound: Quantity) -> Quantity:
    """``value`` with 0 for what is no larger than its possible error.

    >>> import numpy as np
    >>> from autograd.graph.noise import meant
    >>> meant(0.1 + 0.2 - 0.3, 1e-16), meant(1e-20, 1e-36)
    (0.0, 1e-20)
    >>> print(meant(np.array([1e-17, 1e-15]), np.array([1e-16, 1e-16])))
    [0.e+00 1.e-15]
    """
    if bound is None or np.size(bound) == 0:
        return value
    # A local derivative may be one number for all elements.
    one = np.size(bound) != np.size(value)
    noise = np.abs(value) <= (np.min(bound) if one else np.reshape(bound, np.shape(value)))
    if not isinstance(value, np.ndarray):
        return 0.0 if noise else value
    return np.where(noise, value.dtype.type(0), value) if noise.any() else value


def shown(value: Quantity, ref: str, known: Bounds, rate: float | None = None) -> Quantity:
    """What is written for the number ``ref`` of a lesson; ``rate`` is that of its updates."""
    if ref.startswith("u") and rate is not None and f"g{ref[1:]}" in known:
        return meant(value, known[f"v{ref[1:]}"] + abs(rate) * known[f"g{ref[1:]}"])
    return meant(value, known.get(ref))


class _Forms:
    """The forms of all values and gradients, a row each in ``matrix``; a column is a rounding."""

    def __init__(self, graph: Columns, numbers: int) -> None:
        self.graph = graph
        self.matrix = np.zeros((numbers, numbers))
        self.used = 0
        self.bounds: dict[str, Quantity] = {}
        #: Where the form of each value stands, and how large its elements or what made them are.
        self.at: list[slice] = []
        self.sizes: list[Array] = []
        #: The slopes of a row by slot; how those of an elementwise one move, by slot and operand,
        #: and which elements of its operands go into which of its own.
        self.slopes: dict[tuple[int, int], Array] = {}
        self.bends: dict[tuple[int, int, int], Array] = {}
        self.maps: dict[int, list[Array]] = {}
        self.whole = {
            n.index: Structural(n) for n in graph if n.rule is not None and not is_elementwise(n)
        }
        groups: dict[tuple[int, int], list[Row]] = {}
        for node in graph:
            if is_elementwise(node):
                self.maps[node.index] = spread(node)
                groups.setdefault((id(node.rule), len(node.args)), []).append(node)
        alike = [(nodes, Elementwise(nodes)) for nodes in groups.values()]
        for nodes, group in alike:
            for slot, slopes in enumerate(group.slopes):
                self._share(nodes, slopes, self.slopes, slot)
        for node in graph:
            self._value(node)
        for nodes, group in alike:
            sizes = [
                np.concatenate([self.sizes[n.args[k]][self.maps[n.index][k]] for n in nodes])
                for k in group.slots
            ]
            for key, bends in group.bends(sizes).items():
                self._share(nodes, bends, self.bends, *key)

    def _share(self, nodes: Sequence[Row], all_: Array, found: Any, *key: int) -> None:
        """The part of each row, where it is not all 0."""
        ends = np.cumsum([np.size(node.value) for node in nodes])
        for node, part in zip(nodes, np.split(all_, ends[:-1])):
            if part.any():
                found[node.index, *key] = part

    def form(self, at: slice) -> Array:
        return self.matrix[at, : self.used]

    def known(self, name: str, form: Array, own: Array | float) -> None:
        self.bounds[name] = np.abs(form).sum(axis=1) + own

    def new(self, form: Array | None, own: Array) -> slice:
        """A row for each number of an array, and a column for its own rounding."""
        at = slice(self.used, self.used + own.size)
        if form is not None:
            self.matrix[at, : form.shape[1]] = form
        self.used = at.stop
        self.matrix[range(at.start, at.stop), range(at.start, at.stop)] = own
        return at

    # -- values -----------------------------------------------------------------------------------

    def _value(self, node: Row) -> None:
        i, epsilon = node.index, _epsilon(node.value)
        value = finite(np.abs(np.ravel(node.value)).astype(float))
        form, own = None, _typed(value, epsilon) if node.rule is None else epsilon * value
        if i in self.maps:
            form = np.zeros((value.size, self.used))
            for slot, j in enumerate(node.args):
                if (i, slot) in self.slopes:
                    form += (
                        self.slopes[i, slot][:, None] * self.form(self.at[j])[self.maps[i][slot]]
                    )
        elif i in self.whole:
            form = np.zeros((value.size, self.used))
            terms, count = np.zeros(value.size), np.zeros(value.size)
            for slot, j in enumerate(node.args):
                slopes = self.slopes[i, slot] = self.whole[i].slopes(slot)
                form += slopes @ self.form(self.at[j])
                terms += np.abs(slopes) @ np.abs(finite(np.ravel(node.operands[slot].value)))
                count += (slopes != 0).sum(axis=1)
            own = _rounding(value, terms, count, epsilon)
        self.at.append(self.new(form, own))
        self.known(f"v{i}", self.form(self.at[-1]), 0.0)
        self.sizes.append(np.maximum(value, self.bounds[f"v{i}"] / epsilon))

    # -- gradients --------------------------------------------------------------------------------

    def backward(self, gradients: Sequence[Quantity]) -> None:
        sums: dict[int, tuple[Array, Array]] = {}
        totals: dict[int, Array] = {}
        for i in range(len(self.graph) - 1, -1, -1):
            upstream = gradients[i] if gradients else None
            if upstream is None:
                continue
            g = finite(np.ravel(upstream).astype(float))
            form, own = sums.pop(i, (None, _typed(np.abs(g), _epsilon(upstream))))
            at = self.new(form, own)
            self.known(f"g{i}", self.form(at), 0.0)
            if self.graph[i].rule is None:
                continue
            for operand, term in sent(self.graph, i, upstream):
                key = f"{i}.{term.slot}"
                form, own = self._product(i, term.slot, g, self.form(at), key, True)
                total = finite(np.ravel(term.value).astype(float))
                self.known(f"p{key}", form, own)
                if operand in sums:
                    total = totals[operand] + total
                    form, own = self._sum(sums[operand], (form, own), key)
                    own = own + _epsilon(term.value) / 2 * np.abs(total)
                sums[operand], totals[operand] = (form, own), total
                self.known(f"t{key}", form, own)

    def _sum(
        self, before: tuple[Array, Array], term: tuple[Array, Array], key: str
    ) -> tuple[Array, Array]:
        self.known(f"b{key}", *before)
        wide = np.zeros_like(term[0])
        wide[:, : before[0].shape[1]] = before[0]
        return wide + term[0], before[1] + term[1]

    def _product(
        self, i: int, slot: int, g: Array, form: Array, key: str, back: bool
    ) -> tuple[Array, Array]:
        """What a row makes of the gradient or of a tangent ``g``, whose form is given."""
        epsilon, args = _epsilon(self.graph[i].value), self.graph.args(i)
        if i in self.whole:
            slopes, row = self.slopes[i, slot].T, self.whole[i]
            terms, count = np.abs(slopes) @ np.abs(g), (slopes != 0).sum(axis=1)
            product = slopes @ form + self._bent(i, partial(row, slot, g))
            return product, _rounding(finite(row.subtracted(slot, g)), terms, count, epsilon)
        maps = self.maps[i]
        map_ = maps[slot]
        local = self.slopes.get((i, slot), np.zeros(map_.size))
        moved = np.zeros((map_.size, self.used))
        for k, j in enumerate(args):
            if (i, slot, k) in self.bends:
                moved += self.bends[i, slot, k][:, None] * self.form(self.at[j])[maps[k]]
        self.known(f"l{key}", moved, epsilon * np.abs(local))
        if not back:
            g, form = g[map_], form[map_]
        product, sizes = local[:, None] * form + g[:, None] * moved, np.abs(local * g)
        size = np.size(self.graph[args[slot]].value)
        if not back or map_.size == size:
            return product, 2 * epsilon * sizes
        gathered, total = np.zeros((size, self.used)), np.zeros(size)
        np.add.at(gathered, map_, product)
        np.add.at(total, map_, sizes)
        count = np.maximum(np.bincount(map_, minlength=size), 2)
        return gathered, (1 + count / 2) * epsilon * total

    def _bent(self, i: int, act: Function) -> Array:
        """How what a structural row sends moves with the errors of its operands."""
        total = np.zeros(1)
        for k, j in enumerate(self.graph.args(i)):
            bend = self.whole[i].bend(act, k, self.sizes[j])
            if bend is not None:
                total = total + bend @ self.form(self.at[j])
        return total

    # -- tangents ---------------------------------------------------------------------------------

    def push(self, tangents: Mapping[int, Quantity]) -> None:
        seed, *moving = tangents
        flat = {i: finite(np.ravel(tangent).astype(float)) for i, tangent in tangents.items()}
        at = {seed: self.new(None, np.zeros(flat[seed].size))}
        for i in moving:
            key, args = f"{i}.{seed}", self.graph.args(i)
            total, own = np.zeros((flat[i].size, self.used)), np.zeros(flat[i].size)
            slots = [slot for slot, j in enumerate(args) if j in at]
            if i in self.whole:
                count = own
                for slot in slots:
                    slopes = self.slopes[i, slot]
                    total = total + slopes @ self.form(at[args[slot]])
                    own = own + np.abs(slopes) @ np.abs(flat[args[slot]])
                    count = count + (slopes != 0).sum(axis=1)
                given = [tangents.get(j) for j in args]
                total = total + self._bent(i, partial(self.whole[i].tangent, given))
                own = _rounding(np.abs(flat[i]), own, count, _epsilon(tangents[i]))
            else:
                for slot in slots:
                    j, name = args[slot], f"{key}.{slot}"
                    form = self.form(at[j])
                    self.known(f"x{name}", form, 0.0)
                    product, rounded = self._product(i, slot, flat[j], form, name, False)
                    self.known(f"p{name}", product, rounded)
                    total, own = self._sum((total, own), (product, rounded), name)
                    self.known(f"t{name}", total, own)
            at[i] = self.new(total, own)
            self.known(f"d{key}", self.form(at[i]), 0.0)
        last = len(self.graph) - 1
        if last in at:
            self.known(f"g{seed}", self.form(at[last]), 0.0)


def _epsilon(value: Quantity) -> float:
    """The distance of floats at 1, as ``value`` has them."""
    dtype = getattr(value, "dtype", None)
    return float(np.finfo(dtype).eps) if dtype is not None and dtype.kind == "f" else 2.0**-52


def _typed(value: Array, epsilon: float) -> Array:
    """How a number that was given was rounded: whole ones not, as long as floats have them all."""
    whole = (value == np.round(value)) & (value <= 2 / epsilon)
    return np.where(whole, 0.0, epsilon / 2 * value)


def _rounding(value: Array, terms: Array, count: Array, epsilon: float) -> Array:
    """What a sum of so many terms rounds, whose sizes add up to ``terms``."""
    return np.asarray(epsilon / 2 * np.maximum(count, 2) * np.maximum(terms, value))
