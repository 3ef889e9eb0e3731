"""The frozen graph that :func:`trace` returns: its rows, its gradients, its pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from autograd.calculus import Quantity
from autograd.engine import shown
from autograd.graph import chain_rule, forward_pass
from autograd.graph.chain_rule import Contribution
from autograd.graph.listing import listing
from autograd.graph.rows import Columns
from autograd.writing import figures, formatting, one_line


class Graph(Columns):
    """A frozen computation: rows in topological order, the output last.

    Made by :func:`trace` from a live computation, or row by row with :class:`Builder`. Iterate over
    it for the forward order; ``graph["x"]`` finds a row by name and ``graph[x]`` by its live node.

    >>> from autograd import Value
    >>> from autograd.graph.tracing import trace
    >>> x, y, z = Value(1, "x"), Value(-3, "y"), Value(4, "z")
    >>> d = x + y
    >>> d.name = "d"
    >>> print(trace(d * z, names={}).backward())
    x   = 1            grad 4
    y   = -3           grad 4
    z   = 4            grad -2
    d   = x + y  = -2  grad 4
    out = d * z  = -8  grad 1
    """

    __slots__ = ()

    @property
    def nodes(self) -> Graph:
        """The graph itself, as the sequence of its rows."""
        return self

    def backward(self, gradient: Quantity = None) -> Graph:
        """A graph with gradients: ∂output/∂node for every node, by the chain rule from the end.

        ``gradient`` is the upstream gradient of an output that is not a single number, of its
        shape. The sweep reads only this graph and the two tables of rules; the live nodes'
        ``.grad`` is neither read nor changed. ValueError when the shapes differ, or when an
        output that is not a number comes without one.
        """
        swept = object.__new__(Graph)
        for slot in Columns.__slots__:
            setattr(swept, slot, getattr(self, slot))
        swept._grads = chain_rule.sweep(self, gradient)
        return swept

    def contributions(self, index: int) -> list[Contribution]:
        """The terms whose sum is row ``index``'s gradient, in the order in which they arrive.

        One per use of the value: the consumer's gradient (upstream), the local derivative and
        their product. ValueError before :meth:`backward`.
        """
        return chain_rule.contributions(self, index)

    def validate(self) -> Graph:
        """Check that the rows make sense and that the values follow from each other; return self.

        ValueError names the first row at fault: an operand that comes later, a wrong number of
        operands, a row that nothing uses, or a value that its operands do not give (a leaf
        was changed after the forward pass).
        """
        forward_pass.validate(self)
        return self

    def shown(self) -> Graph:
        """The graph as pictures and listings show it: with gradients if the live output has."""
        grad = self._accumulated[-1]
        if self.swept or grad is None or not np.any(grad):
            return self
        return self.backward(None if np.size(grad) == 1 else grad)

    def to_svg(self, **options: Quantity) -> str:
        """The picture as SVG text; the options of ``save``."""
        return str(self._drawn("svg", **options))

    def to_dot(self, **options: Quantity) -> Quantity:
        """The graph as a ``graphviz.Digraph``."""
        return self._drawn("dot", **options)

    def _drawn(
        self,
        kind: str,
        *place: str | Path,
        digits: int | None = None,
        fractions: bool | None = None,
        **options: Quantity,
    ) -> Quantity:
        with figures(digits, fractions):
            return shown(kind, self.shown(), *place, **options)

    def to_sympy(self, **assumptions: bool) -> Quantity:
        """The output as an expression of SymPy, over a symbol for each leaf.

        ``assumptions`` are those of the symbols: ``real=True``. A comparison is no row: the
        expression has the branch that was taken. TypeError for a graph over arrays.
        """
        return shown("sympy", self, **assumptions)

    def save(self, path: str | Path, **options: Quantity) -> Quantity:
        """Write the picture to ``path``: .svg .html .dot .png .pdf .tikz; its steps: .gif .mp4 .txt
        .tex .json.

        ``detail=True`` draws every value, None (the default) folds large graphs by their scopes, a
        number folds the scopes of that depth; ``theme`` is light, dark or auto; ``engine`` dot or
        wasm; ``style`` cards, or circuit: values above a wire, gradients below it; ``digits`` is
        how many a number has, 4 where it is left out, and ``fractions`` writes 4/9 for 0.4444.
        Returns the path. ValueError for another extension, OSError for an unwritable path.
        """
        return self._drawn("save", path, **options)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        bundle: dict[str, str] = shown("bundle", self)
        return bundle

    def _repr_html_(self) -> str | None:
        return self._repr_mimebundle_().get("text/html")

    def __str__(self) -> str:
        return listing(self.shown())

    def __repr__(self) -> str:
        end = self.output
        output = f"{one_line(end.label)} = {formatting.summary(end.value)}"
        return f"<Graph of {len(self)} nodes, {output}>"
