"""A program over many points: NumPy statements, each of which writes into a buffer.

A number that both passes need, as the cosine of a sine's derivative may be, is computed once. A
buffer is used again as soon as nothing reads it any more, so that all of them stay near the
processor, and none is asked of the system in every statement.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from autograd.calculus import (
    ARRAY_FUNCTIONS,
    COMPARISONS,
    RULES,
    Array,
    Function,
    Rule,
    State,
    constant,
    stamp,
)
from autograd.engine import times
from autograd.replay.program import CONSTANT, Program

OPERATIONS: dict[type[ast.operator], str] = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Pow: "power",
}  # fmt: skip
FUNCTIONS: dict[str, Function] = {
    **{name: getattr(np, name) for name in [*OPERATIONS.values(), "negative", *COMPARISONS]},
    **ARRAY_FUNCTIONS,
    "times": times,
}


@dataclass(frozen=True)
class Call:
    name: str
    operands: tuple[int, ...]
    #: Whether it gives truths, which NumPy adds and multiplies otherwise than numbers.
    truth: bool = False


class Statements:
    """Runs the statements over pieces of many points; any number of threads may.

    The results are the ends of the program and, where ``derived`` is the place of an output, its
    derivatives by the first ``wanted`` inputs. ``repaired`` statements multiply as a sweep does
    where a number is not finite.
    """

    def __init__(
        self, program: Program, derived: int | None, wanted: int, *, repaired: bool = False
    ) -> None:
        self._steps: list[Call | float | None] = []  # None for an input
        self._known: dict[object, int] = {}
        self._product = "times" if repaired else "multiply"
        rows = self._forward(program)
        ends = [*program.outputs.tolist(), *program.compared.ravel().tolist()]
        results = [rows[end] for end in ends]
        if derived is not None:
            results += self._gradients(program, rows, derived, wanted)
        self.buffers = 0
        self.source = self._source(results)
        space: State = {**FUNCTIONS, "nan": math.nan, "inf": math.inf}
        self._run: Function = stamp(self.source, "run", space)

    def worker(self, size: int) -> Callable[[list[Array], list[Array]], None]:
        """What one thread calls with the inputs and the results of a piece, ``size`` at most."""
        buffers = np.empty((self.buffers, size))

        def work(inputs: list[Array], results: list[Array]) -> None:
            self._run(inputs, results, buffers[:, : len(results[0])])

        return work

    # -- what is computed ------------------------------------------------------------------------

    def _forward(self, program: Program) -> list[int]:
        """By row its step."""
        rows = [-1] * len(program)
        for row in program.inputs.tolist():
            rows[row] = len(self._steps)
            self._steps.append(None)
        for row in np.flatnonzero(program.codes == CONSTANT).tolist():
            rows[row] = self._constant(float(program.values[row]))
        for row, code, operands in program.lists():
            rule = program.rules[code]
            names = dict(zip(rule.args, [rows[operand] for operand in operands]))
            rows[row] = self._expression(rule.value_tree, names)
        return rows

    def _gradients(self, program: Program, rows: list[int], derived: int, wanted: int) -> list[int]:
        wanted_rows = set(program.inputs[:wanted].tolist())
        flows = _reached(program, wanted_rows)
        slopes: dict[int, int] = {int(program.outputs[derived]): self._constant(1.0)}
        for row, code, operands in reversed(list(program.lists())):
            upstream = slopes.get(row)
            if upstream is None:
                continue
            rule = program.rules[code]
            names = dict(zip(rule.args, [rows[operand] for operand in operands]))
            names["out"] = rows[row]
            for operand, partial in zip(operands, rule.partial_trees):
                if partial is None or not flows[operand] or constant(partial) == 0:
                    continue
                term = self._call(self._product, upstream, self._expression(partial, names))
                before = slopes.get(operand)
                slopes[operand] = term if before is None else self._call("add", before, term)
        zero = self._constant(0.0)
        return [slopes.get(row, zero) for row in program.inputs[:wanted].tolist()]

    def _expression(self, tree: ast.expr, names: dict[str, int]) -> int:
        number = constant(tree)
        if number is not None:
            return self._constant(number)
        match tree:
            case ast.Name(id=name):
                return names[name]
            case ast.UnaryOp(operand=operand):
                return self._call("negative", self._expression(operand, names))
            case ast.BinOp(left=left, op=op, right=right):
                operands = self._expression(left, names), self._expression(right, names)
                return self._call(OPERATIONS[type(op)], *operands)
            case ast.Call(func=ast.Name(id=name), args=trees):
                steps = [self._expression(one, names) for one in trees]
                if name in FUNCTIONS:
                    return self._call(name, *steps)
                rule: Rule = RULES[name]
                return self._expression(rule.value_tree, dict(zip(rule.args, steps)))
        raise ValueError(f"{ast.unparse(tree)!r} is not in the dialect of the table")

    def _constant(self, number: float) -> int:
        # Told apart by its bits: nan is equal to nan, -0 not to 0.
        return self._step(np.float64(number).tobytes(), float(number))

    def _step(self, key: object, step: Call | float) -> int:
        place = self._known.setdefault(key, len(self._steps))
        if place == len(self._steps):
            self._steps.append(step)
        return place

    def _call(self, name: str, *operands: int) -> int:
        steps = [self._steps[operand] for operand in operands]
        numbers = [np.float64(step) for step in steps if isinstance(step, float)]
        if len(numbers) == len(steps):
            with np.errstate(all="ignore"):
                return self._constant(float(FUNCTIONS[name](*numbers)))
        truths = [isinstance(step, Call) and step.truth for step in steps]
        if not any(truths):
            simpler = self._simpler(name, operands, steps)
            if simpler is not None:
                return simpler
        if name == "where" and isinstance(steps[0], float):
            return operands[1] if steps[0] else operands[2]
        if name in ("add", "multiply"):
            operands = tuple(sorted(operands))
        truth = name in COMPARISONS or (name == "where" and all(truths[1:]))
        return self._step((name, operands), Call(name, operands, truth))

    def _simpler(
        self, name: str, operands: tuple[int, ...], steps: list[Call | float | None]
    ) -> int | None:
        """The same number, to the bit or its last, by fewer or faster calls."""
        if name in ("multiply", "times"):
            for place, step in enumerate(steps):
                if step in (1.0, -1.0) and isinstance(step, float):
                    other = operands[1 - place]
                    return other if step == 1.0 else self._call("negative", other)
        elif name == "divide" and steps[1] == 1.0:
            return operands[0]
        elif name == "power" and isinstance(steps[1], float):
            if steps[1] == 1.0:
                return operands[0]
            if steps[1] in (2.0, 3.0):
                square = self._call("multiply", operands[0], operands[0])
                return square if steps[1] == 2.0 else self._call("multiply", square, operands[0])
        elif name in ("negative", "add", "subtract"):
            minus = [
                step.operands[0] if isinstance(step, Call) and step.name == "negative" else None
                for step in steps
            ]
            if minus[-1] is not None:
                if name == "negative":
                    return minus[-1]
                turned = "subtract" if name == "add" else "add"
                return self._call(turned, operands[0], minus[-1])
            if name == "add" and minus[0] is not None:
                return self._call("subtract", operands[1], minus[0])
        return None

    # -- how it is written -----------------------------------------------------------------------

    def _source(self, results: list[int]) -> str:
        """The lines; ``buffers`` says how many they need."""
        last = self._last_uses(results)
        names: dict[int, str] = {}
        inputs = [place for place, step in enumerate(self._steps) if step is None]
        for count, place in enumerate(inputs):
            names[place] = f"x{count}"
        own: dict[int, str] = {}  # what is computed where its result belongs
        for count, place in enumerate(results):
            if isinstance(self._steps[place], Call):
                own.setdefault(place, f"r{count}")
        free: dict[str, list[str]] = {"b": [], "t": []}
        counts = {"b": 0, "t": 0}
        lines = []
        for place, step in enumerate(self._steps):
            if place not in last or step is None:
                continue
            if isinstance(step, float):
                names[place] = f"({step!r})"
                continue
            operands = ", ".join(names[operand] for operand in step.operands)
            for operand in set(step.operands):
                name = names[operand]
                if last[operand] == place and name[0] in free:
                    free[name[0]].append(name)
            buffered = isinstance(FUNCTIONS[step.name], np.ufunc) and not step.truth
            target = own.get(place) if buffered else None
            if target is None:
                kind = "b" if buffered else "t"
                if free[kind]:
                    target = free[kind].pop()
                else:
                    target = f"{kind}{counts[kind]}"
                    counts[kind] += 1
            names[place] = target
            call = f"{step.name}({operands}"
            lines.append(f"{call}, out={target})" if buffered else f"{target} = {call})")
        for count, place in enumerate(results):
            if names[place] != f"r{count}":
                lines.append(f"r{count}[...] = {names[place]}")
        self.buffers = counts["b"]
        unpacked = [
            f"{', '.join(f'{letter}{n}' for n in range(count))}, = {whole}"
            for letter, count, whole in (
                ("x", len(inputs), "inputs"), ("r", len(results), "results"),
                ("b", self.buffers, "buffers"),
            )
            if count
        ]  # fmt: skip
        body = "".join(f"    {line}\n" for line in [*unpacked, *lines])
        return f"def run(inputs, results, buffers):\n{body}"

    def _last_uses(self, results: list[int]) -> dict[int, int]:
        """By step that is needed the last one that reads it; results are read at the end."""
        last = dict.fromkeys(results, len(self._steps))
        for place in range(len(self._steps) - 1, -1, -1):
            step = self._steps[place]
            if place in last and isinstance(step, Call):
                for operand in step.operands:
                    last.setdefault(operand, place)
        return last


def _reached(program: Program, inputs: set[int]) -> list[bool]:
    """By row whether it depends on one of the inputs."""
    reached = [row in inputs for row in range(len(program))]
    for row, _, operands in program.lists():
        reached[row] = any(reached[operand] for operand in operands)
    return reached
