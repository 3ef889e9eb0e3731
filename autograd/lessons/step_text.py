"""Steps as plain text: one paragraph per step, arrays written out under their equations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from autograd.lessons.array_words import written_rows
from autograd.lessons.lines import Line
from autograd.lessons.notes import Note, noted
from autograd.lessons.program_lines import line_notes
from autograd.lessons.records import BACKWARD, FORWARD, LeftOut, Records, Step, written
from autograd.lessons.wording import Wording
from autograd.writing import ASCII, TEXT, formatting, one_line, say


@dataclass(frozen=True)
class Paragraph:
    """A heading, an input, a step or a result; the command line colours it by ``kind``."""

    kind: str
    text: str
    step: Step | None = None


def text(steps: Records, lang: str = "en", ascii: bool = False) -> str:
    """All of ``steps``, headings and results included."""
    return "\n".join(p.text for p in paragraphs(steps, lang, ascii))


def paragraphs(steps: Records, lang: str = "en", ascii: bool = False) -> Iterator[Paragraph]:
    wording = Wording(steps, ASCII if ascii else TEXT)
    notes = line_notes(steps.graph, lang)
    yield Paragraph("heading", say(lang, "inputs"))
    for node in written(steps.inputs):
        if isinstance(node, LeftOut):
            yield Paragraph("input", f"  {node.sentence(lang)}")
        else:
            lines = [_indented(line, "  ") for line in wording.given(node)]
            yield Paragraph("input", "\n".join(lines))
    last: tuple[Any, ...] = ()
    width = len(str(len(steps)))
    for step in written(steps):
        if isinstance(step, LeftOut):
            yield Paragraph("heading", f"\n{step.sentence(lang)}")
            continue
        part = step.phase, step.seed.index if step.seed is not None else None
        if part != last:
            yield Paragraph("heading", "\n" + heading(step, lang))
            last = part
        yield Paragraph(step.phase, step_text(wording, step, lang, width, notes), step)
    yield Paragraph("heading", "\n" + say(lang, "result"))
    for line in results(wording, lang):
        yield Paragraph("result", line)


def heading(step: Step, lang: str) -> str:
    """The phase of a step, or in forward mode the input that moves."""
    if step.seed is not None:
        return say(lang, "tangents", name=one_line(step.seed.label))
    return say(lang, step.title or step.phase)


def step_text(
    wording: Wording,
    step: Step,
    lang: str,
    width: int = 1,
    notes: Mapping[int, str] = MappingProxyType({}),
) -> str:
    """One step: its number, in a backward step the operation, then its equations.

    ``notes`` has words on the lines of the program, by row; a forward step ends with its own.
    """
    head = f"  {step.number:>{width}}  "
    lines = wording.lines(step)
    more = [_note(note, " " * len(head), lang) for note in noted(wording, step)]
    if step.phase == BACKWARD and not step.is_seed:
        op = wording.notation.equation(
            [wording.symbol(step.node).text, wording.expression(step.node).text]
        )
        dot = wording.notation.dot
        notes_ = [say(lang, x.note).replace(TEXT.dot, dot) if x.note else "" for x in lines]
        told = [_indented(x, " " * len(head), note) for x, note in zip(lines, notes_)]
        inner = "\n".join([*told, *more])
        return f"{head}{say(lang, 'through', op=op)}\n{inner}"
    first = _indented(lines[0], " " * len(head)).lstrip()
    note = say(lang, "seed") if step.is_seed else notes.get(step.node.index, "")
    if note and (step.is_seed or step.phase == FORWARD):
        equation, *rows = first.split("\n")
        first = "\n".join([f"{equation}    {note}", *rows])
    rest = [_indented(line, " " * len(head)) for line in lines[1:]]
    return "\n".join([head + first, *rest, *more])


def _note(note: Note, indent: str, lang: str) -> str:
    """Equations beside each other, each behind its word; one that is an array has a line alone."""
    (word, first), *others = [
        (f"{say(lang, word)} {line.text}" if word else line.text, line) for word, line in note
    ]
    if not others:
        return _indented(replace(first, text=word), indent)
    return indent + ", ".join([word, *(text for text, _ in others)])


def _indented(line: Line, indent: str, note: str = "") -> str:
    text = f"{indent}{line.text}  {line.shapes}".rstrip()
    rows = None if line.value is None else written_rows(line.value)
    if line.value is not None and rows is None:
        text = f"{text}  {formatting.summary(line.value)}"
    text += f"    {note}" if note else ""
    if rows is None:
        return text
    width = max(len(cell) for row in rows for cell in row)
    inner = "\n".join(f"{indent}    " + "  ".join(f"{c:>{width}}" for c in row) for row in rows)
    return f"{text}\n{inner}"


def results(wording: Wording, lang: str) -> Iterator[str]:
    """The output and every input's gradient; after an update, the output that it led to."""
    steps = wording.steps
    output = steps.graph.output
    for end in steps.results:
        value = formatting.summary(wording.meant(end.value, f"v{end.index}"))
        yield f"  {wording.symbol(end).text} = {value}"
    for node in written(steps.with_gradient):
        if isinstance(node, LeftOut):
            yield f"  {node.sentence(lang)}"
        else:
            yield _indented(wording.result(node), "  ")
    if steps.mode == "forward":
        passes = len({s.seed.index for s in steps if s.seed is not None})
        forward = sum(node.rule is not None for node in steps.graph)
        yield "  " + say(lang, "cost", passes=passes, steps=forward)
    if steps.after is not None:
        named = say(lang, "after", name=one_line(output.label))
        yield f"  {named} = {formatting.summary(steps.after)}"
