"""What ``why`` answers: findings, each with its evidence, its cause and its remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from autograd.calculus import one_line

#: What is said where no rule found anything.
NOTHING = "no finding: data, network, loss and updates look as they should"


def _in(lang: str, text: str) -> str:
    """A text of a finding in that language."""
    if lang == "en":  # who reads English does not load the languages
        return text
    from autograd.writing import column, translated

    return translated(text)[column(lang)]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: ``evidence`` with numbers, the ``cause``, and the ``remedy``.

    ``name`` is that of the rule. ``severity`` is "error" where no training can succeed, "warning"
    for what holds it back, "note" for what is only likely. ``nn.why`` makes it.

    >>> from nn.findings import Finding
    >>> print(Finding("3 of 9 labels are 3", "labels count from 1", "use y - 1", "labels"))
    3 of 9 labels are 3: labels count from 1; use y - 1
    """

    evidence: str
    cause: str
    remedy: str
    name: str
    severity: str = "warning"

    def text(self, lang: str = "en") -> str:
        """Evidence, cause and remedy in a line, in that language.

        >>> from nn.findings import Finding
        >>> text = "the labels go from 1 to 3, the network has 3 outputs"
        >>> Finding(text, "the labels count from 1, the outputs from 0", "use y - 1", "").text("de")
        'die Labels gehen von 1 bis 3, das Netz hat 3 Ausgaben: ...; y - 1 verwenden'
        """
        evidence, cause, remedy = (_in(lang, t) for t in (self.evidence, self.cause, self.remedy))
        return one_line(f"{evidence}: {cause}; {remedy}")

    def __str__(self) -> str:
        return self.text()


class Findings(Sequence[Finding]):
    """Findings, the most likely cause first; false when there are none. ``print`` them.

    ``found`` is any iterable of ``Finding``.

    >>> from nn.findings import Findings
    >>> bool(Findings()), len(Findings())
    (False, 0)
    """

    def __init__(self, found: Iterable[Finding] = ()) -> None:
        self._found = tuple(found)

    def __len__(self) -> int:
        """How many findings there are."""
        return len(self._found)

    def __iter__(self) -> Iterator[Finding]:
        """The findings, the most likely cause first."""
        return iter(self._found)

    def __contains__(self, finding: object) -> bool:
        """Whether the finding is one of these; ``names`` are those of the rules."""
        return finding in self._found

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Findings: ...
    def __getitem__(self, index: int | slice) -> Finding | Findings:
        """The finding at a place; of a slice, findings."""
        found = self._found[index]
        return found if isinstance(found, Finding) else Findings(found)

    @property
    def names(self) -> list[str]:
        """The names of the rules that found something."""
        return [finding.name for finding in self]

    def text(self, lang: str = "en") -> str:
        """The findings in that language, a line each."""
        if not self:
            return _in(lang, NOTHING)
        return "\n".join(finding.text(lang) for finding in self)

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: a list, the remedies in bold, which wraps in a narrow window."""
        if not self:
            return {"text/plain": NOTHING}
        # A program without a notebook loads no escaping.
        from html import escape

        items = [
            f"<li>{escape(one_line(f'{f.evidence}: {f.cause}'))}; "
            f"<strong>{escape(one_line(f.remedy))}</strong></li>"
            for f in self
        ]
        return {"text/plain": str(self), "text/html": f"<ol>{''.join(items)}</ol>"}
