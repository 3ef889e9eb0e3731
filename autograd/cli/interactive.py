"""``tracegrad step --interactive``: one key at a time, both ways."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from autograd.cli.console import Console
from autograd.lessons import (
    BACKWARD,
    FORWARD,
    UPDATE,
    Step,
    Steps,
    Wording,
    heading,
    line_notes,
    results,
    step_text,
)
from autograd.writing import ASCII, TEXT, extent, one_line, say

#: What the keys send, as terminals and Windows consoles send it, and the action.
KEYS = {
    "\x1b[C": "next", "\x1bOC": "next", "\xe0M": "next", " ": "next", "\r": "next", "\n": "next",
    "n": "next", "l": "next", "\x1b[B": "next", "j": "next",
    "\x1b[D": "back", "\x1bOD": "back", "\xe0K": "back", "p": "back", "b": "back", "h": "back",
    "\x7f": "back", "\x08": "back", "\x1b[A": "back", "k": "back",
    "\x1b[H": "first", "\x1bOH": "first", "\x1b[1~": "first", "\xe0G": "first", "g": "first",
    "\x1b[F": "last", "\x1bOF": "last", "\x1b[4~": "last", "\xe0O": "last", "G": "last",
    "q": "quit", "\x1b": "quit", "\x04": "quit", "\x03": "quit",
}  # fmt: skip

#: Nodes that a screen lists at most, and at least; of a larger graph those around the step.
MOST_ROWS = 24
FEWEST_ROWS = 3


def walk(steps: Steps, lang: str = "en") -> None:
    """Show the steps one by one; ValueError where there is no terminal to ask."""
    console = Console()
    if not (console.terminal and sys.stdin.isatty()):
        raise ValueError("--interactive needs a terminal; leave it out to print all steps")
    at = 0
    with _keyboard() as keys, _screen(console):
        while True:
            console.draw(screen(steps, at, lang, console))
            action = KEYS.get(next(keys, "q"), "")
            if action == "quit":
                return
            moves = {"next": at + 1, "back": at - 1, "first": 0, "last": len(steps)}
            at = max(0, min(len(steps), moves.get(action, at)))


def screen(steps: Steps, at: int, lang: str, console: Console) -> str:
    """What the terminal shows after step ``at`` (0: before the first)."""
    wording = Wording(steps, ASCII if console.ascii else TEXT)
    step = steps[at - 1] if at else None
    title = heading(step, lang) if step is not None else say(lang, "start heading")
    count = say(lang, "count", step=at, steps=len(steps))
    top = [f"{console.paint(title, 'heading')}   {console.paint(count, 'muted')}", ""]
    below: list[tuple[str, str]] = [("", "")]
    if step is None:
        below.append(("  " + say(lang, "start keys"), ""))
    else:
        text = step_text(wording, step, lang, notes=line_notes(steps.graph, lang))
        below += [(line, step.phase) for line in text.split("\n")]
    if at == len(steps):
        below += [("", ""), (say(lang, "result"), "heading")]
        below += [(line, "") for line in results(wording, lang)]
    pieces = [(piece, kind) for line, kind in below for piece in console.wrapped(line)]
    room = console.height - len(top) - FEWEST_ROWS - 2
    if len(pieces) > room:
        pieces = [*pieces[: max(room - 1, 1)], ("  ...", "muted")]
    pieces += [("", ""), ("  " + say(lang, "keys"), "muted")]
    rows = _nodes(steps, at, console, console.height - len(top) - len(pieces))
    return "\n".join([*top, *rows, *(console.paint(line, kind) for line, kind in pieces)])


def _nodes(steps: Steps, at: int, console: Console, most: int) -> Iterator[str]:
    """One line per node: its value and its gradient, blank while they are not computed."""
    computed = {step.node.index for step in steps[:at] if step.phase == FORWARD}
    gradients: dict[int, str] = {}
    updated: dict[int, str] = {}
    for step in steps[:at]:
        _record(step, gradients, updated)
    current = steps[at - 1].node.index if at else -1
    rows = [node for node in steps.graph if not node.is_literal or node.is_output]
    most = max(FEWEST_ROWS, min(most, MOST_ROWS))
    if len(rows) > most:
        near = min(range(len(rows)), key=lambda i: abs(rows[i].index - current))
        first = max(0, min(near - most // 2, len(rows) - most))
        rows = rows[first : first + most]
    names = [one_line(node.label)[:20] for node in rows]
    expressions = [one_line(node.expression)[:28] for node in rows]
    values = [
        updated.get(n.index, extent(n.value) if n.rule is None or n.index in computed else "")
        for n in rows
    ]
    wide, middle, right = (
        max(map(len, column), default=0) for column in (names, expressions, values)
    )
    for node, name, expression, value in zip(rows, names, expressions, values):
        mark = console.paint(">", "heading") if node.index == current else " "
        sign = "=" if expression else " "
        data = console.paint(f"{value:>{max(right, 6)}}", "forward")
        gradient = gradients.get(node.index, "")
        grad = console.paint(gradient, "backward")
        yield f" {mark} {name:<{wide}} {sign} {expression:<{middle}}  {data}   {grad}".rstrip()


def _record(step: Step, gradients: dict[int, str], updated: dict[int, str]) -> None:
    """What a step adds to the gradients, or in forward mode to the tangents, and to the values."""
    if step.phase == BACKWARD:
        if step.is_seed:
            gradients[step.node.index] = extent(step.value)
        for term in step.terms:
            gradients[term.operand.index] = extent(term.total)
    elif step.phase == UPDATE:
        updated[step.node.index] = extent(step.value)
    elif step.seed is not None:
        if step.seed.index not in gradients or gradients.get(-1) != str(step.seed.index):
            gradients.clear()
            gradients[-1] = str(step.seed.index)
            gradients[step.seed.index] = "1"
        gradients[step.node.index] = "0" if step.tangent is None else extent(step.tangent)


@contextmanager
def _screen(console: Console) -> Iterator[None]:
    """A screen of its own, that leaves what was there before."""
    console.stream.write("\x1b[?1049h\x1b[?25l")
    try:
        yield
    finally:
        console.stream.write("\x1b[?25h\x1b[?1049l")
        console.stream.flush()


@contextmanager
def _keyboard() -> Iterator[Iterator[str]]:
    """Keys as they are pressed, without Enter."""
    if sys.platform == "win32":
        import msvcrt

        def pressed() -> Iterator[str]:
            while True:
                key = msvcrt.getwch()
                yield "\xe0" + msvcrt.getwch() if key in "\x00\xe0" else key

        yield pressed()
        return
    import os
    import select
    import termios
    import tty

    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)

    def typed() -> Iterator[str]:
        while True:
            key = os.read(handle, 1)
            if not key:
                return
            while key[:1] == b"\x1b" and select.select([handle], [], [], 0.05)[0]:
                key += os.read(handle, 1)
                if (key[-1:].isalpha() and key not in (b"\x1bO",)) or key[-1:] == b"~":
                    break
            yield key.decode(errors="ignore")

    try:
        tty.setcbreak(handle)
        yield typed()
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)
