"""What a case found, and the count of an area."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

#: So many findings of a family are printed; the rest are counted.
MOST_SHOWN = 2


@dataclass(frozen=True)
class Finding:
    """A case that went wrong: in one line what differs, and a program that shows it again."""

    area: str
    seed: int
    kind: str  # "wrong": a result that is not right; "crash": an error of another kind than asked
    line: str
    program: str = ""

    @property
    def family(self) -> tuple[str, str]:
        """Findings of one kind with the same last step are likely to have one cause."""
        return self.kind, self.line.partition("]")[0].rpartition(", ")[2].lstrip("[")

    def __str__(self) -> str:
        again = f"python -m fuzz --area {self.area} --programs 1 --seed {self.seed}"
        text = f"{self.kind}: {self.line}\n# again: {again}"
        return f"{text}\n{self.program}" if self.program else text


@dataclass
class Tally:
    """What an area has tried, and found."""

    area: str
    cases: int = 0
    seconds: float = 0.0
    notes: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def note(self, what: str) -> None:
        """Count something worth knowing that is no finding."""
        self.notes[what] = self.notes.get(what, 0) + 1

    def count(self, kind: str) -> int:
        return sum(finding.kind == kind for finding in self.findings)

    def __str__(self) -> str:
        rate = self.cases / self.seconds if self.seconds else 0.0
        noted = "".join(f", {n:,} {what}" for what, n in sorted(self.notes.items()))
        families = Counter(finding.family for finding in self.findings)
        noted += "".join(f"\n    {n} {kind}: {name:.60}" for (kind, name), n in families.items())
        return (
            f"{self.area}: {self.cases:,} cases, {self.count('wrong')} wrong, "
            f"{self.count('crash')} crashes, {self.seconds:.0f} s ({rate:.0f} per second){noted}"
        )


#: One case of an area: draws it from the seed, tries it, says what it found.
Case = Callable[[int, Tally], Finding | None]


def outcome(area: str, case: Case, seed: int, tally: Tally) -> Finding | None:
    """The finding of one case; an exception that the case did not expect is a finding too."""
    try:
        return case(seed, tally)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        line = f"{type(error).__name__}: {error!s:.200} ({where.filename}:{where.lineno})"
        return Finding(area, seed, "crash", line.replace("\n", " "))
