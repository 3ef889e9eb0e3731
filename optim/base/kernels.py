"""Stamp a pure update rule into NumPy calls that write in place.

A rule is an ordinary function of a parameter ``theta``, its gradient ``g``, any number of states,
and keyword-only hyper-parameters; it returns the new parameter and the new states, in that order::

    def heavy_ball(theta, g, v, *, lr, momentum):
        v = momentum * v + g
        return theta - lr * v, v

On numbers and on arrays it simply computes. Here it is called once on symbols, which record the
NumPy calls it makes; those are then written out as a function that reuses the state and a few
scratch vectors through ``out=``, so that one step over all parameters allocates nothing.
Hyper-parameters that are flags, strings or zero are facts the rule may branch on: each combination
is stamped once.
"""

from __future__ import annotations

import inspect
import linecache
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, cast

import numpy as np

from optim.base.symbols import Call, Symbol, Trace
from optim.kinds import Array, Function, Setting, State, StateLike

#: A pure update: parameter, gradient and states as arrays, hyper-parameters by name.
Rule: TypeAlias = Function
#: A recorded call with its vectors chosen: the NumPy function, its operands, where it writes.
Written = tuple[str, list["Symbol | str"], str]
#: The number of a parameter's updates, and the states of its rule that are numbers.
Clock: TypeAlias = tuple[float, ...]


def decayed(
    theta: Array,
    g: Array,
    *,
    lr: float,
    weight_decay: float,
    decoupled_weight_decay: bool,
    maximize: bool,
) -> tuple[Array, Array]:
    """The parameter and the gradient an update rule is given: g ← ±g + λθ, or θ ← θ(1 - ηλ)."""
    if maximize:
        g = -g
    if weight_decay and decoupled_weight_decay:
        theta = theta * (1 - lr * weight_decay)
    elif weight_decay:
        g = g + weight_decay * theta
    return theta, g


DECAY = ("weight_decay", "decoupled_weight_decay", "maximize")
MOVING = ("lr", "t")


def signature(rule: Rule) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of a rule's states and of its hyper-parameters, read off its signature."""
    parameters = inspect.signature(rule).parameters.values()
    positional = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    keywords = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    if positional[:2] != ["theta", "g"]:
        raise TypeError(f"the rule {rule.__name__} must take theta and g first, got {positional}")
    return tuple(positional[2:]), tuple(keywords)


def update(
    rule: Rule,
    theta: Array,
    g: Array,
    *state: Array | float,
    **hyper: Any,  # Any: the rule says
) -> Array | tuple[Array | float, ...]:
    """The rule with weight decay and ``maximize`` in front, as a pure function of its arguments."""
    decay = {name: hyper[name] for name in DECAY}
    theta, g = decayed(theta, g, lr=hyper["lr"], **decay)
    _, keywords = signature(rule)
    updated: Array | tuple[Array | float, ...] = rule(
        theta, g, *state, **{name: hyper[name] for name in keywords}
    )
    return updated


@dataclass(frozen=True)
class Kernel:
    """A stamped rule: ``bind`` fixes its vectors and constants, what it returns takes one step.

    ``lines`` are those of one step, and ``clock`` the expressions of the clock after them.
    """

    source: str
    bind: Callable[..., Callable[..., Clock]]
    vectors: tuple[str, ...]
    scratch: int
    lines: tuple[str, ...]
    clock: str


def fact(value: Setting) -> Setting:
    """What a rule may branch on: flags and strings as they are, and whether a number is 0."""
    if isinstance(value, tuple):
        return tuple(map(fact, value))
    if value is None or isinstance(value, bool | str):
        return value
    return 0 if value == 0 else 1.0


def kernel(rule: Rule, numbers: tuple[str, ...], hyper: StateLike) -> Kernel:
    """The kernel for these hyper-parameters; ``numbers`` are the states that are numbers."""
    return _stamp(rule, numbers, tuple((name, fact(value)) for name, value in hyper.items()))


@cache
def _stamp(rule: Rule, numbers: tuple[str, ...], facts: tuple[tuple[str, Setting], ...]) -> Kernel:
    states, _ = signature(rule)
    trace = Trace()

    # Any: a symbol stands for an array or a number.
    def symbol(text: str, name: str, value: Setting) -> Any:
        if isinstance(value, tuple):
            return tuple(symbol(f"{text}[{i}]", name, x) for i, x in enumerate(value))
        return trace.number(text, name) if isinstance(value, float) else value

    hyper = {name: symbol(name, name, value) for name, value in facts}
    hyper |= {name: trace.number(name, name) for name in MOVING}
    inputs: dict[str, Any] = {
        name: trace.number(name, name) if name in numbers else trace.vector(name)
        for name in ("theta", "g", *states)
    }
    updated: Any = update(rule, *inputs.values(), **hyper)
    results = [*map(trace.settled, updated if isinstance(updated, tuple) else (updated,))]
    if len(results) != len(states) + 1:
        raise TypeError(
            f"the rule {rule.__name__} must return theta and {len(states)} states,"
            f" got {len(results)} values"
        )
    outputs = dict(zip(("theta", *states), results, strict=True))
    return _write(rule.__name__, trace, outputs, numbers, [name for name, _ in facts])


def allocate(
    trace: Trace, finals: Mapping[str, str], lend: bool
) -> tuple[list[Written], list[str]]:
    """Give each recorded call a vector to write to: its home, one that dies here, or scratch.

    ``finals`` maps each vector that changes (its home) to the recorded value it must end with. The
    gradient is never written to: it belongs to the parameter. With ``lend``, a home whose old value
    is no longer needed also serves others until its new value comes.
    """
    wanted = set(finals.values())
    calls: list[Call] = []
    for call in reversed(trace.calls):
        if call.name in wanted:
            wanted.update(call.reads())
            calls.insert(0, call)
    last = {operand: i for i, call in enumerate(calls) for operand in call.reads()}
    last |= dict.fromkeys(finals.values(), len(calls))
    homes: dict[str, str] = {}
    for home, value in finals.items():
        homes.setdefault(value, home)
    where = {"g": "g", **{home: home for home in finals}}
    free: list[str] = []
    scratch: list[str] = []
    written: list[Written] = []

    for i, call in enumerate(calls):
        operands: list[Symbol | str] = [
            where.get(x.text, x.text) if x.vector else x for x in call.operands
        ]
        dying = [where[x] for x in dict.fromkeys(call.reads()) if last[x] == i and x in where]
        dying = sorted((x for x in dying if x != "g"), key=lambda x: x not in scratch)
        occupied = {where[x] for x in where if last.get(x, -1) > i}
        own_home = homes.get(call.name)
        if own_home is not None or not lend:
            # While its home holds a value that is still needed, the result is in scratch.
            dying = [x for x in dying if x in scratch]
        if own_home is not None and own_home not in occupied:
            target = own_home
        elif dying:
            target = dying[0]
        elif free:
            target = free.pop()
        else:
            target = f"s{len(scratch)}"
            scratch.append(target)
        free += [x for x in dying if x in scratch and x != target]
        where[call.name] = target
        written.append((call.ufunc, operands, target))

    for home, value in finals.items():
        if where.get(value, value) != home:
            written.append(("copyto", [home], where.get(value, value)))
    return written, scratch


def _write(
    rule_name: str,
    trace: Trace,
    outputs: Mapping[str, Symbol],
    numbers: tuple[str, ...],
    hyper: Sequence[str],
) -> Kernel:
    moved = {h: x for h, x in outputs.items() if x.text != h and h not in numbers}
    finals = {home: x.text for home, x in moved.items()}
    plans = [allocate(trace, finals, lend) for lend in (True, False)]
    calls, scratch = min(plans, key=lambda plan: (len(plan[0]), len(plan[1])))
    read = {operand for call in trace.calls for operand in call.reads()}
    vectors = tuple(h for h in outputs if h not in numbers and (h in moved or h in read))
    moving = {*MOVING, *numbers}

    constants: list[str] = []
    varying: list[str] = []
    lines: list[str] = []
    constant_names: dict[str, str] = {}
    for ufunc, operands, target in calls:
        arguments = []
        for operand in operands:
            if isinstance(operand, Symbol):
                text = operand.text
                if text not in constant_names:
                    name = constant_names[text] = f"k{len(constant_names)}"
                    if operand.names & moving:
                        constants.append(f"{name} = empty((), theta.dtype)")
                        varying.append(f"{name}[()] = {text}")
                    else:
                        constants.append(f"{name} = array({text}, theta.dtype)")
                arguments.append(constant_names[text])
            else:
                arguments.append(operand)
        # NumPy takes the output of these two only by keyword.
        out = f"out={target}" if ufunc in ("maximum", "minimum") else target
        lines.append(f"{ufunc}({', '.join([*arguments, out])})")
    clock = ", ".join(["t", *(outputs[n].text for n in numbers)])
    lines = ["t = t + 1", *varying, *lines]
    head = ["theta", "g", *vectors[1:], "scratch", *hyper]
    source = "\n".join(
        [
            f"def bind({', '.join(head)}):",
            *([f"    ({', '.join(scratch)},) = scratch"] if scratch else []),
            *(f"    {line}" for line in constants),
            f"    def {rule_name}({', '.join(['lr', 't', *numbers])}):",
            *(f"        {line}" for line in lines),
            f"        return ({clock},)",
            f"    return {rule_name}",
            "",
        ]
    )
    names = ("array", "empty", *(call[0] for call in calls))
    namespace = {name: getattr(np, name) for name in names}
    bind = _compiled(rule_name, source, namespace | trace.functions)
    return Kernel(source, bind, vectors, len(scratch), tuple(lines), clock)


def _compiled(name: str, source: str, namespace: State) -> Function:
    filename = f"<update rule {name} #{_stamp.cache_info().currsize}>"
    exec(compile(source, filename, "exec"), namespace)
    # Tracebacks and debuggers show the lines of the stamped rule.
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    return cast(Function, namespace["bind"])
