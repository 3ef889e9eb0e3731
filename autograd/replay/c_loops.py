"""A plan as C: one nest of loops for each statement, forwards and backwards."""

from __future__ import annotations

import math

import numpy as np

from autograd.calculus import Array, C, comment
from autograd.replay.c_source import CSource, number, table, unit
from autograd.replay.c_sums import block, nest, sums, total
from autograd.replay.numpy_source import Writer, contiguous
from autograd.replay.plan import Elementwise, Plan, Read, Statement, Sum
from autograd.replay.shapes import are_distinct
from autograd.replay.texts import texts

#: Up to so many numbers, a factor is turned round for a product, so that its inner loop is one
#: over neighbours.
TURNED = 4_096
#: In so many pieces gradients are set to 0.
RUNS = 8


def loops(plan: Plan) -> CSource:
    return _Loops(plan).source()


class _Loops:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.tables: dict[tuple[str, bytes], str] = {}
        self.declarations: list[str] = []
        # Slots whose gradient is begun, and those where it begins with an assignment, not with 0.
        self._begun, self._assigned = np.zeros(plan.size, bool), np.zeros(plan.size, bool)
        self._begun[plan.outputs] = True

    def source(self) -> CSource:
        plan = self.plan
        comments = Writer(plan).forward
        forward, backward = [], []
        for place, (statement, lines) in enumerate(zip(plan.statements, comments)):
            scope = ".".join(statement.scope)
            rows = f"{statement.covers:,} rows{scope and f' of {scope}'}"
            head = f"/* {comment('; '.join([f'{rows}: {lines[0]}', *lines[1:]]))} */"
            forward.append((f"forward_{place}", [head, *self._forward(statement)]))
        for place, statement in reversed(list(enumerate(plan.statements))):
            head = forward[place][1][0]
            backward.append((f"backward_{place}", [head, *self._backward(statement)]))
        rules = {s.rule for s in plan.statements if isinstance(s, Elementwise)}
        return unit(
            rules,
            self.declarations,
            forward,
            backward,
            size=plan.size,
            inputs=plan.inputs,
            outputs=plan.outputs,
            ends=np.concatenate([plan.outputs, plan.compared.ravel()]),
            constants=(plan.constant_slots, plan.constants),
            names=plan.names,
            zeros=_runs(~self._assigned),
        )

    # -- operands --------------------------------------------------------------------------------

    def _table(self, kind: str, numbers: Array) -> str:
        key = kind, numbers.tobytes()
        if key not in self.tables:
            name = self.tables[key] = f"{'c' if kind == 'double' else 'at'}{len(self.tables)}"
            self.declarations.append(table(kind, name, numbers))
        return self.tables[key]

    def _place(self, read: Read, axes: str) -> str:
        """Where the element of a read stands in the vector."""
        if read.strides is None:
            return f"{self._table('int', read.slots)}[{_index(0, contiguous(read.shape), axes)}]"
        return _index(int(read.slots.flat[0]), read.strides, axes)

    def _value(self, read: Read, axes: str) -> str:
        if read.constants is None:
            return f"V[{self._place(read, axes)}]"
        numbers = np.ascontiguousarray(read.constants)
        bits = numbers.view(np.int64)
        if (bits == bits.flat[0]).all():
            return number(float(numbers.flat[0]))
        return f"{self._table('double', numbers)}[{_index(0, contiguous(read.shape), axes)}]"

    def _add(self, read: Read, axes: str, term: str, *, first: bool = False) -> list[str]:
        """The line that adds a term to a gradient, or assigns it where it is the ``first``.

        None where the operand is constant.
        """
        if read.constants is not None:
            return []
        sign, term = ("-", term[1:]) if term.startswith("-") else ("+", term)
        operation = "=" if first and sign == "+" else "= -" if first else f"{sign}="
        return [f"G[{self._place(read, axes)}] {operation} {term};"]

    def _begins(
        self, read: Read, statement: Statement, *, stretched: bool = False, once: bool = True
    ) -> bool:
        """Whether a loop that meets each element of the read ``once`` begins their gradients.

        A ``stretched`` read is met once along the axes where it is one number again and again.
        """
        if read.constants is not None:
            return False
        slots = read.slots.ravel()
        begun = self._begun[slots].any()
        self._begun[slots] = True
        if begun or not once or read.strides is None:
            return False
        shape = tuple(
            1 if stretched and stride == 0 else n for n, stride in zip(read.shape, read.strides)
        )
        others = [x for x in _reads(statement) if x is not read and x.constants is None]
        shared = any(np.isin(other.slots, slots).any() for other in others)
        if shared or not are_distinct(shape, read.strides):
            return False
        self._assigned[slots] = True
        return True

    def _sign(self, signs: Array, axis: str) -> tuple[str, str]:
        """A sign before all terms, and a factor of each where their signs differ."""
        if (signs == signs[0]).all():
            return ("-" if signs[0] < 0 else ""), ""
        return "", f"{self._table('double', signs.astype(float))}[{axis}] * "

    # -- statements ------------------------------------------------------------------------------

    def _forward(self, statement: Statement) -> list[str]:
        axes = _axes(statement.shape)
        out = f"V[{_index(statement.offset, contiguous(statement.shape), axes)}]"
        if isinstance(statement, Elementwise):
            reads = self._locals(statement, axes)
            operands = [f"x{place}" for place in range(len(reads))]
            value = texts(statement.rule, C).value.format(*operands)
            return nest(axes, statement.shape, [*reads, f"{out} = {value};"])
        assert isinstance(statement, Sum)
        rest = [
            (sign, self._value(read, axes))
            for sign, read in statement.singles
            if read.constants is None or not _is_neutral(sign * read.constants)
        ]
        singles = "".join(f" {'+' if sign > 0 else '-'} {text}" for sign, text in rest)
        if statement.many is not None:
            sign, factor = self._sign(statement.signs_of_many, "m")
            term = f"{sign}{factor}{self._value(statement.many, axes + 'm')}"
            many = total("t", "m", statement.many.shape[-1], term)
            singles += " + t"
        else:
            many = []
        if statement.left is None or statement.right is None:
            return nest(axes, statement.shape, [*many, f"{out} = {singles.strip(' +') or '-0.0'};"])
        left, right = statement.left, statement.right
        sign, factor = self._sign(statement.signs, "k")
        if statement.product:
            a, b = axes[:-2] + "ik", axes[:-2] + "jk"
        else:
            a = b = axes + ("k" if len(statement.signs) > 1 else "")
        if a == axes:
            product = f"{sign}{self._value(left, a)} * {self._value(right, b)}"
            return nest(axes, statement.shape, [*many, f"{out} = {product}{singles};"])
        if statement.product and 3 < statement.shape[-1] <= TURNED:
            return self._rows(statement, out, axes, f"sum{singles}", many, sign + factor)
        term = f"{sign}{factor}{self._value(left, a)} * {self._value(right, b)}"
        inner = [*total("s", "k", len(statement.signs), term), *many]
        return nest(axes, statement.shape, [*inner, f"{out} = s{singles};"])

    def _rows(
        self, statement: Sum, out: str, axes: str, value: str, many: list[str], factor: str
    ) -> list[str]:
        """A product of matrices, a row of the result at a time."""
        left, right = statement.left, statement.right
        assert left is not None and right is not None
        *batch, rows, columns = statement.shape
        b, terms = axes[:-2], len(statement.signs)
        of_right, turn = f"{factor}{self._value(right, b + 'jk')}", []
        strides = right.strides
        neighbours = strides is not None and strides[-2] == 1 and not factor
        if not neighbours and rows > 4 and terms * columns <= TURNED:
            turn = [f"double turned[{terms}][{columns}];"]
            turn += nest("kj", (terms, columns), [f"turned[k][j] = {of_right};"])
            of_right = "turned[k][j]"
        term = f"{self._value(left, b + 'ik')} * {of_right}"
        row = sums("j", columns, "k", terms, term, [*many, f"{out} = {value};"])
        return nest(b, batch, [*turn, *nest("i", (rows,), row)])

    def _locals(self, statement: Elementwise, axes: str) -> list[str]:
        return [
            f"double x{place} = {self._value(read, axes)};"
            for place, read in enumerate(statement.operands)
        ]

    def _backward(self, statement: Statement) -> list[str]:
        axes = _axes(statement.shape)
        place = _index(statement.offset, contiguous(statement.shape), axes)
        upstream = f"double g = G[{place}];"
        if isinstance(statement, Elementwise):
            of_rule = texts(statement.rule, C)
            operands = tuple(f"x{place}" for place in range(len(statement.operands)))
            lines = []
            for number_, read in enumerate(statement.operands):
                term = of_rule.term(number_, "g", operands, "out")
                if term is not None:
                    lines += self._add(read, axes, term, first=self._begins(read, statement))
            begin = [upstream, f"double out = V[{place}];", *self._locals(statement, axes)]
            return nest(axes, statement.shape, [*begin, *lines]) if lines else []
        assert isinstance(statement, Sum)
        lines = []
        columns: list[str] = []
        for sign, single in statement.singles:
            if self._is_one_number(single):
                columns += self._sum_of_all(sign, single, axes, statement)
            elif self._is_a_row(single, axes):
                columns += self._sum_of_columns(sign, single, f"G[{place}]", statement)
            else:
                first = self._begins(single, statement)
                lines += self._add(single, axes, "g" if sign > 0 else "-g", first=first)
        if statement.many is not None:
            sign_, factor = self._sign(statement.signs_of_many, "m")
            first = self._begins(statement.many, statement)
            body = self._add(statement.many, axes + "m", f"{sign_}{factor}g", first=first)
            lines += nest("m", statement.many.shape[-1:], body)
        products: list[str] = []
        if statement.left is not None and statement.right is not None:
            if statement.product:
                products = self._back_through_product(statement, axes)
            else:
                lines += self._back_through_terms(statement, statement.left, statement.right, axes)
        nested = nest(axes, statement.shape, [upstream, *lines]) if lines else []
        return [*nested, *columns, *products]

    def _is_a_row(self, read: Read, axes: str) -> bool:
        """Whether a matrix is one row of numbers again and again, as the biases of a layer are."""
        stretched = axes == "ij" and read.strides is not None and read.strides[0] == 0
        return stretched and read.constants is None and 1 < read.shape[1] <= TURNED

    def _is_one_number(self, read: Read) -> bool:
        """Whether an array is one number again and again, as the bias of a neuron is."""
        return read.constants is None and read.strides is not None and not any(read.strides)

    def _sum_of_all(self, sign: int, read: Read, axes: str, statement: Sum) -> list[str]:
        """Added up in a variable: the compiler cannot know that the loop meets no ``G`` twice."""
        term = f"G[{_index(statement.offset, (1,), 'i')}]"
        lines = total("sum", "i", math.prod(statement.shape), term)
        first = self._begins(read, statement, stretched=True)
        return block([*lines, *self._add(read, axes, f"{'' if sign > 0 else '-'}sum", first=first)])

    def _sum_of_columns(self, sign: int, read: Read, g: str, statement: Sum) -> list[str]:
        rows, columns = read.shape
        first = self._begins(read, statement, stretched=True)
        add = self._add(read, "ij", "sum" if sign > 0 else "-sum", first=first)
        return block(sums("j", columns, "i", rows, g, add))

    def _back_through_terms(self, statement: Sum, left: Read, right: Read, axes: str) -> list[str]:
        sign, factor = self._sign(statement.signs, "k")
        terms = len(statement.signs)
        k = "k" if terms > 1 else ""
        lines = []
        for read, other in ((left, right), (right, left)):
            term = f"{sign}{factor}g * {self._value(other, axes + k)}"
            body = self._add(read, axes + k, term, first=self._begins(read, statement))
            lines += nest(k, (terms,), body) if body else []
        return lines

    def _back_through_product(self, statement: Sum, axes: str) -> list[str]:
        """``dleft[i, k] += Σ g[i, j] * right[j, k]``, and the same for the other factor."""
        *batch, rows, columns = statement.shape
        b, terms = axes[:-2], len(statement.signs)
        g = f"G[{_index(statement.offset, contiguous(statement.shape), axes)}]"
        lengths = {"i": rows, "j": columns, "k": terms}
        lines = []
        for read, other, kept, summed in (
            (statement.left, statement.right, "i", "j"),
            (statement.right, statement.left, "j", "i"),
        ):
            assert read is not None and other is not None
            # The inner loop is over neighbours: k, or j where the terms are few.
            outer, inner = ("k", kept) if kept == "j" and terms < 4 else (kept, "k")
            sign, factor = self._sign(statement.signs, "k")
            other_text = self._value(other, b + summed + "k")
            term = f"{g} * {other_text}"
            once = lengths[summed] == 1 or lengths[inner] <= TURNED
            first = self._begins(read, statement, once=once)
            if lengths[summed] == 1 or lengths[inner] > TURNED:
                local = f"double g = {g};" if inner == "k" else ""  # once, before the loop
                product = f"{'g' if local else g} * {other_text}"
                body = self._add(read, b + kept + "k", f"{sign}{factor}{product}", first=first)
                body = nest(inner, (lengths[inner],), body)
                body = nest(summed, (lengths[summed],), [local, *body] if local else body)
            else:
                total = self._add(read, b + kept + "k", f"{sign}{factor}sum", first=first)
                body = sums(inner, lengths[inner], summed, lengths[summed], term, total)
            if read.constants is None:
                lines += nest(outer, (lengths[outer],), body)
        return nest(b, batch, lines)


def _reads(statement: Statement) -> list[Read]:
    if isinstance(statement, Elementwise):
        return list(statement.operands)
    assert isinstance(statement, Sum)
    several = [statement.left, statement.right, statement.many]
    return [*filter(None, several), *(read for _, read in statement.singles)]


def _runs(marks: Array) -> list[tuple[int, int]]:
    """Where the marked places begin and end; one piece from the first to the last if many."""
    edges = np.flatnonzero(np.diff(marks, prepend=False, append=False)).reshape(-1, 2)
    if len(edges) > RUNS:
        edges = np.array([[edges[0, 0], edges[-1, 1]]])
    return [(start, end) for start, end in edges.tolist()]


def _is_neutral(constants: Array) -> bool:
    """Whether adding them changes nothing: they are -0.0, as -0.0 + 0.0 is 0.0."""
    return bool((np.signbit(constants) & (constants == 0)).all())


def _axes(shape: tuple[int, ...]) -> str:
    return "bij"[-len(shape) :] if len(shape) > 1 else "i"


def _index(offset: int, strides: tuple[int, ...], axes: str) -> str:
    terms = [str(offset)] if offset else []
    terms += [axis if s == 1 else f"{s} * {axis}" for s, axis in zip(strides, axes) if s]
    return " + ".join(terms) or "0"
