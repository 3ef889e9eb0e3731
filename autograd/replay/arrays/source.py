"""A traced function of arrays as the text of a Python function: one line for each step."""

from __future__ import annotations

import keyword
import math
from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np

from autograd.calculus import Array, Function, Quantity, State, comment, stamp
from autograd.engine import ARRAYS, ProgramLine, add_to_leaves, seed
from autograd.replay.arrays.names import renamed
from autograd.replay.arrays.program import (
    Apply,
    Backward,
    Call,
    Clear,
    Effect,
    Guard,
    Program,
    Ref,
    Step,
)


class Broken(Exception):
    """A guard came out otherwise; nothing has been changed."""


class ShapeChanged(RuntimeError):
    """Behind an update an array has another shape than when the function was traced."""

    def __init__(self, line: ProgramLine) -> None:
        super().__init__(
            f"compile: an array has another shape than when it was traced, behind backward() or an "
            f"update, in {line}; compute it before them, or outside"
        )


class Source:
    """The text of one program and the objects that its names stand for.

    The function takes the arrays of the arguments and returns the arrays of the results; with
    ``wanted``, the places of inputs, also the gradients of the first result with respect to them.
    """

    #: What else the lines of a kind of source call.
    tools: ClassVar[State] = {}

    def __init__(self, program: Program, wanted: Sequence[int] | None = None) -> None:
        self.program = program
        self.wanted = wanted
        self.lines: list[str] = []
        self.space: State = {
            "F": ARRAYS, "asarray": np.asarray, "cast": _cast, "Broken": Broken,
            "add_to_leaves": add_to_leaves, "seed": seed, "once": program.journal.call,
            **self.tools,
        }  # fmt: skip
        self.names: dict[int, str] = {}
        self.made: dict[int, Apply] = {}
        self.terms: dict[int, str] = {}  # the sums of gradients, by place
        self._constants = 0
        self._pending: list[Call] = []
        self._guarded = False  # whether Broken may be raised at this step or behind it
        self._last_guard = self._last_of_guards()
        self._acted = False
        self._write()

    def function(self) -> Function:
        function: Function = stamp(self.text, self._called, self.space)
        return function

    @property
    def _called(self) -> str:
        name = self.program.name
        fits = name.isidentifier() and name.isascii() and not keyword.iskeyword(name)
        return name if fits and name not in self.space else "replay"

    # -- the whole -------------------------------------------------------------------------------

    def _write(self) -> None:
        program = self.program
        for i, place in enumerate(program.arguments):
            self.names[place] = f"x{i}"
        for place, leaf in program.leaves.items():
            self.names[place] = f"w{place}"
            self.space[f"leaf{place}"] = leaf
        self._unread = set(program.leaves)
        scope: tuple[str, ...] = ()
        for i, step in enumerate(program.steps):
            self._guarded = i <= self._last_guard
            if not self._guarded:
                self._callbacks()
            if isinstance(step, Apply) and step.scope != scope:
                scope = step.scope
                self._line(f"# {comment('.'.join(scope) or program.name)}")
            getattr(self, f"_{type(step).__name__.lower()}")(step)
            self._check_shape(step)
        self._callbacks()
        results = ", ".join([*map(self._value, program.results), ""])
        if self.wanted is not None:
            root = program.results[0].place
            self._adjoints(root, None, set(self.wanted))
            slopes = [self.terms.get(place, f"0 * {self.names[place]}") for place in self.wanted]
            results = f"({results}), ({', '.join([*slopes, ''])})"
        self._line(f"return {results}" if results else "return ()")
        head = f"def {self._called}({', '.join(self.names[p] for p in program.arguments)}):"
        text = "\n".join([head, *(f"    {line}" for line in self.lines), ""])
        self.text, self.space = renamed(program, text, self.space)

    def _line(self, line: str) -> None:
        self.lines.append(line)

    def _read_leaves(self) -> None:
        for place in sorted(self._unread):
            self._line(f"w{place} = leaf{place}._data")
        self._unread.clear()

    # -- names and constants -----------------------------------------------------------------------

    def _value(self, x: Quantity) -> str:
        if isinstance(x, Ref):
            if x.place in self._unread:  # the first use, or the first after an update
                self._unread.remove(x.place)
                self._line(f"w{x.place} = leaf{x.place}._data")
            return self.names[x.place]
        if _contains_ref(x):
            items = ", ".join([*map(self._value, x), ""])
            return f"({items})" if isinstance(x, tuple) else f"[{items}]"
        if x is None or isinstance(x, bool | str):
            return repr(x)
        if x.__class__ is int or (x.__class__ is float and math.isfinite(x)):
            return repr(x) if x >= 0 else f"({x!r})"
        if isinstance(x, tuple) and all(i.__class__ is int for i in x):
            return repr(x)
        return self._constant(x, "k")

    def _constant(self, x: object, stem: str) -> str:
        name = f"{stem}{self._constants}"
        self._constants += 1
        self.space[name] = x
        return name

    def _function(self, name: str, function: object) -> str:
        """A name for a function; another one where the name stands for something else."""
        while self.space.setdefault(name, function) is not function:
            name += "_"
        return name

    def _named(self, attrs: State) -> str:
        return "".join(f", {name}={self._value(x)}" for name, x in attrs.items())

    # -- the steps -------------------------------------------------------------------------------

    def _apply(self, step: Apply) -> None:
        if any(isinstance(x, np.ndarray) for x in (*step.operands, *step.attrs.values())):
            self._callbacks()
        operation = step.operation
        compute = self._function(operation.name, operation.compute or operation.load())
        name = self.names[step.out] = f"v{step.out}"
        self.made[step.out] = step
        operands = ", ".join(map(self._value, step.operands))
        called = f"{compute}({operands}{self._named(step.attrs)})"
        number = not self.program.shapes[step.out][0]
        if operation.saves:
            self._line(f"{name}, s{step.out} = {called}")
            if number:
                self._line(f"{name} = asarray({name})")
        else:
            self._line(f"{name} = asarray({called})" if number else f"{name} = {called}")

    def _call(self, step: Call) -> None:
        if step.out is None:
            self._pending.append(step)
            return
        if not isinstance(step.function, np.ufunc):  # it may read what those change
            self._callbacks()
        self.names[step.out] = f"v{step.out}"
        self._line(f"v{step.out} = asarray({self._called_back(step)})")

    def _called_back(self, step: Call) -> str:
        function = self._constant(step.function, "f")
        operands = [*map(self._value, step.operands)]
        if self._guarded and not isinstance(step.function, np.ufunc):
            operands[:0] = [self._constant(step.line, "line"), function]
            function = "once"
        return f"{function}({', '.join(operands)})"

    def _callbacks(self) -> None:
        """What changes something waits for the guards, unless what follows may read it."""
        for step in self._pending:
            self._line(self._called_back(step))
        self._pending.clear()

    def _guard(self, step: Guard) -> None:
        guard = self._constant(step, "guard")
        test = f"not {self.names[step.place]}" if step.outcome else self.names[step.place]
        self._line(f"if {test}:")
        self._line(f"    raise Broken({guard})")

    def _check_shape(self, step: Step) -> None:
        """Where the numbers say how many there are: the lines after it are for so many."""
        if isinstance(step, Backward | Clear | Effect):
            self._acted = True
        elif isinstance(step, Apply | Call) and step.out is not None and self._is_counted(step):
            name, shape = self.names[step.out], self.program.shapes[step.out][0]
            self._line(f"if {name}.shape != {shape}:")
            error = ShapeChanged(step.line) if self._acted else Broken(step)
            self._line(f"    raise {self._constant(error, 'changed')}")

    def _last_of_guards(self) -> int:
        """The last step at which the program may turn out to be another one."""
        last = -1
        for i, step in enumerate(self.program.steps):
            if isinstance(step, Backward | Clear | Effect):
                break
            counts = isinstance(step, Apply | Call) and step.out is not None
            if isinstance(step, Guard) or (counts and self._is_counted(step)):
                last = i
        return last

    def _is_counted(self, step: Apply | Call) -> bool:
        if isinstance(step, Call):
            return not isinstance(step.function, np.ufunc)
        masks = [x.place for attr in step.attrs.values() for x in _refs(attr)]
        return any(self.program.shapes[place][1].kind == "b" for place in masks)

    def _clear(self, step: Clear) -> None:
        self._callbacks()
        self._line(f"{self._constant(step.leaf, 'other')}._grad = None")

    def _effect(self, step: Effect) -> None:
        self._callbacks()
        self._line(self.call_of(step))
        self._unread = set(self.program.leaves)

    def call_of(self, step: Effect) -> str:
        function = self._constant(step.function, "update")
        args = ", ".join(map(self._value, step.args))
        return f"{function}({args}{self._named(step.kwargs)})"

    def _backward(self, step: Backward) -> None:
        self._callbacks()
        self._read_leaves()
        program = self.program
        wanted = {place for place in program.leaves if program.requires[place]}
        terms = self._adjoints(step.root, step.gradient, wanted, listed=True)
        listed = ", ".join(f"(leaf{place}, {term})" for place, term in terms)
        self._line(f"add_to_leaves([{listed}])")

    # -- the chain rule --------------------------------------------------------------------------

    def _adjoints(
        self, root: int, gradient: Quantity, wanted: set[int], listed: bool = False
    ) -> list[tuple[int, str]]:
        """The lines of the reverse sweep from ``root``, and what arrives at the wanted places.

        Contributions are added up in the order of the live sweep, so the sums are the same to the
        last digit. ``listed`` contributions are not added up at the wanted places.
        """
        self.terms = {}
        arrivals: list[tuple[int, str]] = []
        shape, dtype = self.program.shapes[root]
        if gradient is None and not shape:
            start = self._constant(np.ones((), dtype), "one")
        else:
            start = f'seed("backward", {self.names[root]}, {self._value(gradient)})'
        if root in wanted:
            return [(root, start)]
        self._line(f"g{root} = {start}")
        self.terms[root] = f"g{root}"
        for step in reversed(self._order(root, wanted)):
            for place in step.edges:
                operand = step.operands[place].place
                if operand not in wanted and not self._leads(operand, wanted):
                    continue
                term = self._term(step, place)
                if listed and operand in wanted:
                    arrivals.append((operand, f"t{len(arrivals)}"))
                    self._line(f"t{len(arrivals) - 1} = {term}")
                    continue
                term = f"cast({term}, {self._dtype(operand)})"
                if operand in self.terms:
                    self._line(f"g{operand} = g{operand} + {term}")
                else:
                    self._line(f"g{operand} = {term}")
                    self.terms[operand] = f"g{operand}"
        return arrivals

    def _term(self, step: Apply, place: int) -> str:
        """The contribution of one step to one of its operands."""
        pull = self._function(f"pull_{step.operation.name}_{place}", step.operation.pulls[place])
        operands = ", ".join(map(self._value, step.operands))
        saved = f", saved=s{step.out}" if step.operation.saves else ""
        attrs = self._named(step.attrs)
        return (
            f"{pull}(F, {self.terms[step.out]}, {self.names[step.out]}, {operands}{attrs}{saved})"
        )

    def _order(self, root: int, wanted: set[int]) -> list[Apply]:
        """The steps under ``root`` that lead to a wanted place, in the order they were made."""
        seen: set[int] = set()
        stack = [root]
        while stack:
            place = stack.pop()
            if place in seen or place in wanted or not self._leads(place, wanted):
                continue
            seen.add(place)
            step = self.made[place]
            stack += [step.operands[i].place for i in step.edges]
        return [self.made[place] for place in sorted(seen)]

    def _leads(self, place: int, wanted: set[int]) -> bool:
        key = frozenset(wanted), len(self.made)
        if self._reach_of != key:
            self._reach_of, reach = key, set(wanted)
            for step in self.made.values():
                if any(step.operands[i].place in reach for i in step.edges):
                    reach.add(step.out)
            self._reach = reach
        return place in self._reach and place in self.made

    _reach_of: object = None

    def _dtype(self, place: int) -> str:
        dtype = self.program.shapes[place][1]
        return self._function(f"dtype_{dtype.name}", dtype)


def _cast(c: Array, dtype: np.dtype[np.generic]) -> Array:
    return c if c.dtype == dtype else c.astype(dtype)


def _contains_ref(x: Quantity) -> bool:
    return isinstance(x, tuple | list) and any(True for _ in _refs(x))


def _refs(x: Quantity) -> Iterator[Ref]:
    if isinstance(x, Ref):
        yield x
    elif isinstance(x, tuple | list):
        for item in x:
            yield from _refs(item)
