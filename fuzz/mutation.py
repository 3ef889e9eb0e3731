"""Mutation between forward and backward: as the shadow says, or an error; never another number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
import optim
from autograd import Tensor, Value, no_grad
from fuzz import shadow
from fuzz.draw import Draw
from fuzz.findings import Finding, Tally
from fuzz.shadow import SHAPE, Dual, Shadow

AREA = "mutation"
LR = 0.125


class Wrong(Exception):
    """What differs, in one line."""


class Script:
    """Parameters, an optimizer and nodes; each with its shadow, and the lines written so far."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.scalar = draw.chance(0.25)
        shape = () if self.scalar else SHAPE
        starts = [draw.uniform(-1.0, 1.0, shape) for _ in range(draw.between(1, 3))]
        kind: Any = Value if self.scalar else Tensor
        self.parameters: list[Any] = [kind(start, name=f"p{i}") for i, start in enumerate(starts)]
        self.shadow = Shadow([start.copy() for start in starts])
        self.optimizer = optim.SGD(self.parameters, lr=LR)
        self.nodes: list[tuple[Any, Dual]] = []
        self.arrays: list[Any] = []
        self.lines = [
            "from numpy import *",
            "from autograd import *",
            "import optim",
            *(
                f"p{i} = {kind.__name__}({start.tolist()!r}, name='p{i}')"
                for i, start in enumerate(starts)
            ),
            f"o = optim.SGD([{', '.join(f'p{i}' for i in range(len(starts)))}], lr={LR})",
        ]

    def numbers(self) -> Any:
        return self.draw.uniform(-1.0, 1.0, () if self.scalar else SHAPE)

    def say(self, line: str) -> None:
        self.lines.append(line)

    # -- building ---------------------------------------------------------------------------------

    def operand(self) -> tuple[Any, Dual, str]:
        """A parameter, a node or a foreign array, with its shadow and its name."""
        kind = self.draw.below(10)
        if kind < 4 and self.nodes:
            place = self.draw.below(len(self.nodes))
            node, dual = self.nodes[place]
            if not node.requires_grad:  # what is detached may share memory: read it now
                dual = self.shadow.constant(node.data)
            return node, dual, f"n{place}"
        if kind == 4 and not self.scalar:
            if not self.arrays or self.draw.chance(0.5):
                self.arrays.append(self.numbers())
                self.say(f"a{len(self.arrays) - 1} = array({self.arrays[-1].tolist()!r})")
            place = self.draw.below(len(self.arrays))
            return self.arrays[place], self.shadow.constant(self.arrays[place]), f"a{place}"
        i = self.draw.below(len(self.parameters))
        return self.parameters[i], self.shadow.parameter(i), f"p{i}"

    def keep(self, node: Any, dual: Dual, text: str) -> None:
        if not isinstance(node, Tensor | Value):
            return  # two foreign arrays
        if not np.allclose(node.data, dual.value, 1e-12, 1e-12):
            raise Wrong(f"{text} is {np.asarray(node.data).tolist()}, not {dual.value.tolist()}")
        self.say(f"n{len(self.nodes)} = {text}")
        self.nodes.append((node, dual))

    def build(self) -> None:
        now = self.shadow.mutations
        x, a, x_name = self.operand()
        y, b, y_name = self.operand()
        binary: list[tuple[str, Callable[..., Dual]]] = [
            ("+", shadow.add), ("-", shadow.sub), ("*", shadow.mul), ("*", shadow.mul),
        ]  # fmt: skip
        kind = self.draw.below(6)
        if kind < 4:
            sign, rule = binary[kind]
            made = {"+": lambda: x + y, "-": lambda: x - y, "*": lambda: x * y}[sign]()
            return self.keep(made, rule(a, b, now), f"{x_name} {sign} {y_name}")
        if kind == 4 or self.scalar:
            return self.keep(autograd.tanh(x), shadow.tanh(a, now), f"tanh({x_name})")
        mask = np.asarray(self.draw.numbers.random(SHAPE) < 0.5)
        made = autograd.where(mask, x, y)
        self.keep(
            made, shadow.where(mask, a, b, now), f"where({mask.tolist()!r}, {x_name}, {y_name})"
        )
        if self.draw.chance(0.3):  # a mask that the caller uses again
            mask[...] = ~mask
            self.say("# and the mask inverted in place")
            self.shadow.mutations += 1

    def detach(self) -> None:
        node, _, name = self.operand()
        if isinstance(node, Tensor | Value):
            self.keep(node.detach(), self.shadow.constant(node.data), f"{name}.detach()")

    def unrecorded(self) -> None:
        x, a, x_name = self.operand()
        y, b, y_name = self.operand()
        with no_grad():
            made = x * y
        self.keep(
            made,
            self.shadow.constant(a.value * b.value),
            f"no_grad()(lambda: {x_name} * {y_name})()",
        )

    # -- mutating ---------------------------------------------------------------------------------

    def assign(self) -> None:
        i, numbers = self.draw.below(len(self.parameters)), self.numbers()
        self.say(f"p{i}.data = array({numbers.tolist()!r})")
        self.parameters[i].data = numbers
        self.shadow.values[i] = numbers.copy()
        self.shadow.mutations += 1

    def swap(self) -> None:
        i, k = (self.draw.below(len(self.parameters)) for _ in range(2))
        p, q = self.parameters[i], self.parameters[k]
        self.say(f"p{i}.data, p{k}.data = p{k}.data, p{i}.data")
        p.data, q.data = q.data, p.data
        values = self.shadow.values
        values[i], values[k] = values[k], values[i]
        self.shadow.mutations += 1

    def overwrite(self) -> None:
        """Write into a foreign array that nodes may have used."""
        if self.arrays:
            place = self.draw.below(len(self.arrays))
            self.say(f"a{place}[:] = {place + 2.0}")
            self.arrays[place][:] = place + 2.0
            self.shadow.mutations += 1

    def write_in_leaf(self) -> None:
        """Write into a leaf's own array: allowed only while no graph is alive."""
        if not self.scalar:
            i = self.draw.below(len(self.parameters))
            self.nodes.clear()
            self.lines.append("# all nodes dropped")
            self.say(f"p{i}.data[0] = 0.25")
            self.parameters[i].data[0] = 0.25
            self.shadow.values[i] = self.shadow.values[i].copy()
            self.shadow.values[i][0] = 0.25
            self.shadow.mutations += 1

    def augmented(self) -> None:
        """`p -= numbers` under no_grad changes the parameter, or says that it does not."""
        i, numbers = self.draw.below(len(self.parameters)), self.numbers()
        self.say(f"with no_grad(): p{i} -= {numbers.tolist()!r}")
        p = self.parameters[i]
        try:
            with no_grad():
                p -= numbers if not self.scalar else float(numbers)
        except (RuntimeError, TypeError):
            return
        if p is not self.parameters[i]:
            raise Wrong(f"p{i} -= ... under no_grad made another node and left p{i} as it was")
        self.shadow.values[i] = self.shadow.values[i] - numbers
        self.shadow.mutations += 1

    def step(self) -> None:
        self.say("o.step()")
        try:
            self.optimizer.step()
        except ValueError:
            if any(p.grad is not None for p in self.parameters):
                raise
            self.lines[-1] += "  # raises: no gradient"
            return
        self.shadow.descend(LR)

    def zero_grad(self) -> None:
        self.say("o.zero_grad()")
        self.optimizer.zero_grad()
        self.shadow.gradients = [None] * len(self.parameters)

    def set_gradient(self) -> None:
        i = self.draw.below(len(self.parameters))
        numbers = None if self.draw.chance(0.3) else self.numbers()
        self.say(f"p{i}.grad = {None if numbers is None else numbers.tolist()!r}")
        self.parameters[i].grad = numbers if not self.scalar or numbers is None else float(numbers)
        self.shadow.gradients[i] = None if numbers is None else numbers.copy()

    def reload(self) -> None:
        self.say("o.load_state_dict(o.state_dict())")
        self.optimizer.load_state_dict(self.optimizer.state_dict())

    # -- sweeping and comparing -------------------------------------------------------------------

    def backward(self) -> None:
        """A sweep from the sum of a node: the shadow's gradient, or an error for a stale node."""
        if not self.nodes:
            return
        place = self.draw.below(len(self.nodes))
        node, dual = self.nodes[place]
        if not node.requires_grad:
            return
        before = [None if p.grad is None else np.array(p.grad) for p in self.parameters]
        out = node if self.scalar else node.sum()
        self.say(f"n{place}{'' if self.scalar else '.sum()'}.backward()")
        try:
            out.backward()
        except RuntimeError as error:
            if dual.clean(self.shadow.mutations):
                raise Wrong(f"refused although nothing was mutated: {error}") from None
            if "\n" in str(error):
                raise Wrong(f"the error is not one line: {error!r:.200}") from None
            self.lines[-1] += "  # raises"
            for i, (p, old) in enumerate(zip(self.parameters, before, strict=True)):
                if not _same(p.grad, old):
                    raise Wrong(f"the refused sweep changed p{i}.grad") from None
            return
        self.shadow.add_gradients(dual)

    def compare(self) -> None:
        """Parameters and gradients against the shadow."""
        for i, p in enumerate(self.parameters):
            if not np.allclose(p.data, self.shadow.values[i], 1e-10, 1e-12):
                raise Wrong(
                    f"p{i}.data is {np.asarray(p.data).tolist()}, "
                    f"not {np.asarray(self.shadow.values[i]).tolist()}"
                )
            if not _same(p.grad, self.shadow.gradients[i]):
                wanted = self.shadow.gradients[i]
                raise Wrong(
                    f"p{i}.grad is {None if p.grad is None else np.asarray(p.grad).tolist()}, "
                    f"not {None if wanted is None else np.asarray(wanted).tolist()}"
                )


def _same(actual: Any, expected: Any) -> bool:
    """Whether two gradients are equal; none at all counts as zero, as a Value has it."""
    if actual is None or expected is None:
        return bool(np.all(np.asarray(0.0 if actual is None else actual) == 0.0)) and bool(
            np.all(np.asarray(0.0 if expected is None else expected) == 0.0)
        )
    return bool(np.allclose(actual, expected, 1e-10, 1e-12))


#: The deeds by name, those that build and sweep more often than the others.
DEEDS = (
    "build build build build build backward backward detach unrecorded assign swap overwrite "
    "write_in_leaf augmented step step zero_grad set_gradient reload"
).split()


def case(seed: int, tally: Tally, deeds: list[str] = DEEDS) -> Finding | None:
    draw = Draw(seed)
    script = Script(draw)
    try:
        for _ in range(draw.between(4, 20)):
            getattr(script, draw.of(deeds))()
            script.compare()
    except Wrong as wrong:
        return Finding(AREA, seed, "wrong", str(wrong), "\n".join(script.lines))
    except Exception as error:
        line = f"{type(error).__name__}: {error!s:.200}".replace("\n", " ")
        return Finding(AREA, seed, "crash", line, "\n".join(script.lines))
    return None
