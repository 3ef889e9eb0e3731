"""A network as a table: its layers, their output shapes, their numbers of parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from autograd.calculus import one_line
from nn.notebook import table


class Part(Protocol):
    """A module, as far as its line in the table needs it."""

    def children(self) -> Iterator[object]: ...
    def extra_repr(self) -> str: ...


@dataclass(frozen=True)
class Line:
    """A module that holds no other, or that holds parameters itself."""

    path: str
    kind: str
    output: tuple[int, ...] | None
    parameters: int
    trainable: int
    settings: str = ""


class Summary:
    """The lines of a network; printed, it is a table."""

    name: str
    lines: list[Line]

    def __init__(self, name: str, lines: list[Line]) -> None:
        self.name, self.lines = name, lines

    @property
    def parameters(self) -> int:
        return sum(line.parameters for line in self.lines)

    @property
    def trainable(self) -> int:
        return sum(line.trainable for line in self.lines)

    @property
    def total(self) -> str:
        """The last line: how many parameters there are, and how many of them are frozen."""
        frozen = self.parameters - self.trainable
        end = f", {frozen:,} of them frozen" if frozen else ""
        return f"{self.name}: {self.parameters:,} parameters{end}"

    def __str__(self) -> str:
        rows = [("layer", "type", "output", "parameters")]
        rows += [
            (one_line(line.path), line.kind, _shape(line.output), f"{line.parameters:,}")
            for line in self.lines
        ]
        widths = [max(len(row[i]) for row in rows) for i in range(4)]
        texts = [
            f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:<{widths[2]}}  {d:>{widths[3]}}"
            for a, b, c, d in rows
        ]
        rule = "-" * len(texts[0])
        return "\n".join([texts[0], rule, *texts[1:], rule, self.total])

    __repr__ = __str__

    def bundle(self, text: str) -> dict[str, str]:
        """What a notebook shows: ``text``, and the table in HTML."""
        header = ("layer", "type", "output", "parameters")
        rows = [
            (
                line.path,
                f"{line.kind}({line.settings})",
                _shape(line.output),
                f"{line.parameters:,}",
            )
            for line in self.lines
        ]
        return {"text/plain": text, "text/html": table(header, rows, self.total)}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return self.bundle(str(self))


def _shape(shape: tuple[int, ...] | None) -> str:
    return "" if shape is None else f"({', '.join(['N', *map(str, shape[1:])])})"


def outline(
    name: str, parts: Iterable[tuple[str, Part]], shapes: Mapping[int, tuple[int, ...]]
) -> Summary:
    """The table of the modules ``parts``, by path; ``shapes`` are their output shapes, by id."""
    seen: set[int] = set()
    lines = []
    for path, part in parts:
        own = [p for p in vars(part).values() if getattr(p, "is_parameter", False)]
        own = [p for p in own if id(p) not in seen]
        seen |= {id(p) for p in own}
        if own or not any(True for _ in part.children()):
            count = sum(p.size for p in own)
            trainable = sum(p.size for p in own if p.requires_grad)
            shape, kind = shapes.get(id(part)), type(part).__name__
            lines.append(Line(path or "-", kind, shape, count, trainable, part.extra_repr()))
    return Summary(name, lines)
