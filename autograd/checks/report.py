"""What ``gradcheck`` reports: the worst entry, the kinks, the operation to blame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograd.checks.notebook import shown


@dataclass(frozen=True)
class Entry:
    """One derivative: what it is of, ours, the numerical one, and the one-sided ones."""

    output: str
    input: str
    ours: float
    numeric: float
    tolerance: float
    left: float
    right: float
    kink: bool
    passed: bool

    @property
    def error(self) -> float:
        return abs(self.ours - self.numeric)

    def __str__(self) -> str:
        return (
            f"d {self.output} / d {self.input}: {self.ours:.10g} by the rules, "
            f"{self.numeric:.10g} by differences"
        )


@dataclass(frozen=True)
class Blame:
    """An operation whose own derivative is wrong, found by checking it alone."""

    operation: str
    entry: Entry | None
    reason: str
    line: str | None

    def __str__(self) -> str:
        where = f", made at {self.line}" if self.line else ""
        return f"to blame: {self.operation}{where}; alone it gives {self.entry or self.reason}"


@dataclass(frozen=True)
class Report:
    """What :func:`gradcheck` found; true when it passed. ``print`` it to read it."""

    order: int
    count: int
    method: str
    worst: Entry | None
    kinks: tuple[Entry, ...] = ()
    reason: str = ""
    blame: Blame | None = None
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.reason

    def __bool__(self) -> bool:
        return self.passed

    @property
    def _head(self) -> str:
        head = "passed" if self.passed else "FAILED"
        return f"gradcheck {head}: order {self.order}, {self.count} derivatives, {self.method}"

    def __str__(self) -> str:
        lines = [self._head]
        if self.reason:
            lines.append(self.reason)
        if self.worst is not None:
            lines.append(f"worst: {self.worst} (off by {self.worst.error:.2g})")
            if not self.passed and not self.worst.kink and np.isfinite(self.worst.left):
                lines.append("the one-sided derivatives agree: this is no kink")
        lines += [
            f"kink at d {k.output} / d {k.input}: slopes {k.left:.6g} and {k.right:.6g} beside it, "
            f"{k.ours:.6g} by the rules" + ("" if k.passed else ", which is not between them")
            for k in self.kinks[:5]
        ]
        if len(self.kinks) > 5:
            lines.append(f"... and {len(self.kinks) - 5} more kinks")
        lines += self.notes
        if self.blame is not None:
            lines.append(str(self.blame))
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The report in a notebook: the worst entry and the kinks as a table."""
        rows = [("worst", self.worst)] if self.worst is not None else []
        rows += [("kink", entry) for entry in self.kinks[:5]]
        cells = [
            (
                f"{word}: d {entry.output} / d {entry.input}",
                f"{entry.ours:.10g}",
                f"{entry.numeric:.10g}",
                f"{entry.error:.2g}",
                f"{entry.left:.6g}, {entry.right:.6g}",
            )
            for word, entry in rows
        ]
        header = ("derivative", "by the rules", "by differences", "off by", "slopes beside it")
        rest = [f"... and {len(self.kinks) - 5} more kinks"] if len(self.kinks) > 5 else []
        blame = [] if self.blame is None else [str(self.blame)]
        reason = [self.reason] if self.reason else []
        sentences = [self._head, *reason, *rest, *self.notes, *blame]
        return shown(self.passed, sentences, header, cells)
