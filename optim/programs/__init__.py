"""Update rules and surfaces as JavaScript, for the pages in which they run.

``rows`` are those of a traced graph, ``updates`` the rules of optimizers, ``methods`` what
has no such rule, ``grounds`` the surfaces.
"""

from optim.programs.grounds import Ground, ground
from optim.programs.methods import Method, method
from optim.programs.rows import Row, Rows, number, rules_of
from optim.programs.script import script
from optim.programs.updates import Program, Stage, program

__all__ = [
    "ground", "Ground", "method", "Method", "number", "program", "Program", "Row", "Rows",
    "rules_of", "script", "Stage",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)
