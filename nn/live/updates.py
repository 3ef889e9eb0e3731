"""The update rules of ``optim`` as JavaScript, for the page: one loop over all parameters.

The rows are those of ``optim.programs``. What is the same for all parameters is computed before the
loop.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

import optim
from autograd import Value
from autograd.typing import Function
from optim.programs import Program, Rows, number, program

#: The optimizers of the page, by the names that its settings show.
OPTIMIZERS: dict[str, Callable[[list[Value]], optim.FirstOrder]] = {
    "sgd": lambda params: optim.SGD(params),
    "momentum": lambda params: optim.SGD(params, momentum=0.9),
    "nesterov": lambda params: optim.SGD(params, momentum=0.9, nesterov=True),
    "adagrad": lambda params: optim.Adagrad(params),
    "rmsprop": lambda params: optim.RMSprop(params),
    "adam": lambda params: optim.Adam(params),
    "adamw": lambda params: optim.AdamW(params),
    "nadam": lambda params: optim.NAdam(params),
}


def updates_javascript() -> str:
    """``const UPDATES``: for each optimizer the first values of its states, and its update."""
    rows = [f"  {json.dumps(name)}: {javascript(make)}" for name, make in OPTIMIZERS.items()]
    return "const UPDATES = {\n" + ",\n".join(rows) + "\n};\n"


def updates_rows() -> list[Rows]:
    """The rows of all these updates."""
    return [_program(make).stages[0].rows for make in OPTIMIZERS.values()]


@cache
def _program(make: Function) -> Program:
    found = program(make)
    if found is None or len(found.stages) > 1 or None in found.begin:
        raise ValueError("live: a rule of the page has one form, and states that begin at numbers")
    return found


def javascript(make: Function) -> str:
    """One optimizer as ``{states, update(lr, t, theta, g, ...states)}``, for update t."""
    own = _program(make)
    (stage,), (fixed,) = own.stages, map(iter, own.settings)
    rows, names = stage.rows.rows, [f"s{k}" for k in range(len(own.begin))]
    each: set[int] = set()  # the rows that each parameter has of its own
    before, loop = [], []
    for i, role in stage.roles:
        if role in ("theta", "g") or isinstance(role, int):
            each.add(i)
            loop.append(f"const r{i} = {names[role] if isinstance(role, int) else role}[i];")
        else:
            before.append(f"const r{i} = {number(next(fixed)) if role == 'fixed' else role};")
    for i in stage.needed:
        if each.intersection(rows[i].args):
            each.add(i)
        (loop if i in each else before).append(f"const r{i} = {rows[i].call('r{}')};")
    for name, result in zip(["theta", *names], stage.results):
        if result >= 0:
            loop.append(f"{name}[i] = r{result};")
    inside = "\n".join([*before, "for (let i = 0; i < theta.length; i += 1) {", *loop, "}"])
    given = ", ".join(["lr", "t", "theta", "g", *names])
    return f"{{states: {json.dumps(own.begin)}, update({given}) {{\n{inside}\n}}}}"
