"""The updates and the surfaces of a page, in one script."""

from __future__ import annotations

from collections.abc import Sequence

from optim.programs.grounds import Ground, function_of
from optim.programs.rows import Rows, rules_of
from optim.programs.updates import Stage


def script(stages: Sequence[tuple[Stage, ...]], grounds: Sequence[Ground]) -> str:
    """R, the table of the rows used; UPDATES and GROUNDS, the functions of both lists."""
    rows = [stage.rows for own in stages for stage in own]
    parts = [part for one in grounds for part in one.parts if isinstance(part, Rows)]
    updates = ",".join(
        f"[{','.join(f'(r)=>{{{stage.rows.statements}}}' for stage in own)}]" for own in stages
    )
    surfaces = ",".join(f"[{','.join(map(function_of, one.parts))}]" for one in grounds)
    return f"{rules_of([*rows, *parts])}const UPDATES=[{updates}];\nconst GROUNDS=[{surfaces}];\n"
