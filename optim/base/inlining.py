"""One update of all parameters as lines of Python, for a program that repeats it many times.

The lines are those of the stamped rules, over the same memory. What is looked up in a call of
``step()`` is looked up once: which parameters have a gradient, and where everything lies.
"""

from __future__ import annotations

import inspect
import re

from optim.base.effects import Lines, in_lines
from optim.base.first_order import FirstOrder, Section
from optim.base.packing import ArrayPack
from optim.kinds import Array, Parameter, State

_NAME = re.compile(r"\b[A-Za-z_]\w*")


def update_lines(stem: str, owner: FirstOrder, closure: None = None) -> Lines | None:
    """The lines of ``owner.step()`` where every parameter has a gradient; None where none fit."""
    names: State = {stem: owner}
    rates: list[str] = []
    tests: list[str] = []
    body: list[str] = []
    rows: list[tuple[Parameter, Array, Array]] = []
    for i, section in enumerate(owner._sections):
        here = f"{stem}{i or ''}_"
        if not _is_usual(section, owner.updates):
            return None
        assert isinstance(section.pack, ArrayPack)
        names |= {
            f"{here}section": section, f"{here}group": section.group, f"{here}read": section.read,
            f"{here}update": section._all,
        }  # fmt: skip
        tests += [
            f"{here}section._all is {here}update",
            f"{here}section.clock",
            f"{here}section.hyper == {here}read({here}group)",
            f"not {here}group['check_finite']",
        ]
        rates.append(f"{here}lr = {stem}._rate({here}group)")
        body += _update(section, here, names)
        rows += section.pack.rows
    return Lines(
        rows=rows,
        kept=[(section, "_all", section._all) for section in owner._sections],
        tests=tests,
        body=[*rates, *body, f"{stem}.updates += 1"],
        names=names,
    )


def _is_usual(section: Section, updates: int) -> bool:
    """Whether the rule is bound to vectors that the parameters see, with settings that stay."""
    pack = section.pack
    if not isinstance(pack, ArrayPack) or not pack.is_published or section.clock is None:
        return False
    if section.hyper != section.read(section.group) or section.layout != pack.layout:
        section.prepare(updates)
    return section.hyper is not None


def _update(section: Section, here: str, names: State) -> list[str]:
    """The lines of one section: its rule's, with the names of the bound vectors and constants."""
    bound = section._all
    code = bound.__code__
    cells = zip(code.co_freevars, bound.__closure__ or ())
    space = {name: cell.cell_contents for name, cell in cells}
    local = {*code.co_varnames, *space}
    names |= {here + name: value for name, value in space.items()}
    kernel = section.kernel
    for name in set(_NAME.findall(" ".join(kernel.lines))) - local:
        if name in bound.__globals__:
            names[name] = bound.__globals__[name]

    def own(line: str) -> str:
        return _NAME.sub(lambda found: here * (found[0] in local) + found[0], line)

    clock = "".join(f"{here}{name}, " for name in ("t", *section.numbers))
    return [
        f"{clock}= {here}section.clock",
        *map(own, kernel.lines),
        f"{here}section.clock = ({own(kernel.clock)},)",
    ]


in_lines(update_lines)(inspect.unwrap(FirstOrder.step))
