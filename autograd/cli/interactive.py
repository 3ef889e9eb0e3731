"""``tracegrad step --interactive``: one key at a time, both ways."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from autograd.cli.console import Console
from autograd.cli.keyboard import KEYS, keyboard
from autograd.cli.lesson_table import Line, entries, fitted, lines, widths
from autograd.lessons import Steps, Wording, heading, line_notes, results, step_text
from autograd.writing import ASCII, TEXT, column, say, words

#: Lines of the table that a long step leaves at least, its header included.
FEWEST_ROWS = 4
#: The narrowest terminal for which lines are made; a narrower one cuts them.
NARROWEST = 40

Styled = tuple[str, str]  # a line, and the kind that colours it
PAINTED = "painted"  # the kind of a line that has its colours


@dataclass(frozen=True)
class View:
    """Where the reader is: after which step, how far down, and what of the screen is shown."""

    at: int = 0
    scroll: int = 0
    closed: bool | None = None  # of the scopes; None closes them where the table does not fit
    are_closed: bool = False  # on the screen as it was drawn last
    table: bool = False
    help: bool = False

    def after(self, action: str, most: int) -> View:
        """The view after a key; ``most`` is the number of steps."""
        moves = {"next": self.at + 1, "back": self.at - 1, "first": 0, "last": most}
        if action in moves:
            return replace(self, at=max(0, min(most, moves[action])), scroll=0, help=False)
        if action in ("up", "down"):
            return replace(self, scroll=max(self.scroll + (1 if action == "down" else -1), 0))
        if action == "fold":
            return replace(self, closed=not self.are_closed, scroll=0, help=False)
        if action == "table":
            return replace(self, table=not self.table, scroll=0, help=False)
        return replace(self, help=not self.help, scroll=0) if action == "help" else self


def walk(steps: Steps, lang: str = "en") -> None:
    """Show the steps one by one; ValueError where there is no terminal to ask."""
    console = Console()
    if not (console.terminal and sys.stdin.isatty()):
        raise ValueError("--interactive needs a terminal; leave it out to print all steps")
    view = View()
    with keyboard() as keys, _screen(console):
        while True:
            view, text = screen(steps, view, lang, console)
            console.draw(text)
            action = KEYS.get(next(keys, "q"), "")
            if action == "quit":
                return
            view = view.after(action, len(steps))


def screen(steps: Steps, view: View, lang: str, console: Console) -> tuple[View, str]:
    """What the terminal shows, and the view with ``scroll`` no further than there are lines."""
    console.measure()
    width = max(console.width, NARROWEST)
    step = steps[view.at - 1] if view.at else None
    title = heading(step, lang) if step is not None else say(lang, "start heading")
    count = f"   {say(lang, 'count', step=view.at, steps=len(steps))}"
    ellipsis = console.writable("…")
    first = console.paint(fitted(title, width - len(count), ellipsis), "heading")
    room = console.height - 4  # without the title, the keys, and an empty line under and over them
    closed = view.are_closed
    if view.help:
        body, scroll = _window(_help(lang, console), view.scroll, room, lang)
    elif view.table:
        # It scrolls: nothing has to be closed.
        table = _Table(steps, replace(view, closed=bool(view.closed)), room, lang, console, width)
        (body, scroll), closed = table.window(room, view.scroll), table.closed
    else:
        below = _step_lines(steps, view.at, lang, console)
        texts, scroll = _window(below, view.scroll, max(room - FEWEST_ROWS - 1, 1), lang)
        left = room - len(texts) - 1
        table = _Table(steps, view, left, lang, console, width)
        body, closed = [*table.around(left), ("", ""), *texts], table.closed
    keys = console.writable("  " + say(lang, "keys"))
    if len(keys) > width:
        keys = fitted(console.writable("  " + say(lang, "few keys")), width, ellipsis)
    rest = [line if kind == PAINTED else console.paint(line, kind) for line, kind in body]
    lines = [first + console.paint(count, "muted"), "", *rest, "", console.paint(keys, "muted")]
    return replace(view, scroll=scroll, are_closed=closed), "\n".join(lines)


def _step_lines(steps: Steps, at: int, lang: str, console: Console) -> list[Styled]:
    """The words of a step, in lines that fit; behind the last step the result."""
    wording = Wording(steps, ASCII if console.ascii else TEXT)
    if at:
        text = step_text(wording, steps[at - 1], lang, notes=line_notes(steps.graph, lang))
        found = [(line, steps[at - 1].phase) for line in text.split("\n")]
    else:
        found = [("  " + say(lang, "start keys"), "")]
    if at == len(steps):
        found += [("", ""), (say(lang, "result"), "heading")]
        found += [(line, "") for text in results(wording, lang) for line in text.split("\n")]
    return [(piece, kind) for line, kind in found for piece in console.wrapped(line)]


def _help(lang: str, console: Console) -> list[Styled]:
    """Each key with what it does."""
    home, end, down, up = (words(key)[column(lang)] for key in ("Home", "End", "PgDn", "PgUp"))
    keys = {
        "next": "→ n", "back": "← p", "first": f"{home} g", "last": f"{end} G",
        "down": f"{down} f", "up": f"{up} u", "table": "t", "fold": "o", "help": "?",
        "quit": "q Esc",
    }  # fmt: skip
    wide = max(map(len, keys.values()))
    found = [f"  {key:<{wide}}  {say(lang, f'key {name}')}" for name, key in keys.items()]
    found += ["", "  " + say(lang, "help columns")]
    return [(piece, "") for line in found for piece in console.wrapped(line)]


def _window(found: Sequence[Styled], page: int, room: int, lang: str) -> tuple[list[Styled], int]:
    """The lines of a page, how many are above and below it, and which page it is."""
    first = at = 0
    while True:
        size = room - (first > 0)
        last = first + size >= len(found)
        size -= not last
        if last or at == page:
            break
        first, at = first + max(size, 1), at + 1
    lines = list(found[first : first + size])
    if first:
        lines.insert(0, ("  " + say(lang, "lines above", n=first), "muted"))
    if not last:
        below = len(found) - first - size
        lines.append(("  " + say(lang, "lines below", n=below), "muted"))
    return lines, at


class _Table:
    """The lines of the table, painted, under their header."""

    def __init__(
        self, steps: Steps, view: View, room: int, lang: str, console: Console, width: int
    ) -> None:
        current = steps[view.at - 1].node.index if view.at else -1
        self.closed = bool(view.closed)
        shown = entries(steps.graph, current, self.closed)
        if view.closed is None and len(shown) >= room:
            self.closed = True
            shown = entries(steps.graph, current, closed=True)
        found = lines(shown, steps, view.at, lang, console.writable)
        ends = [entry.end.index for entry in shown]
        self.at = ends.index(current) if current in ends else 0
        self.lang, self.console = lang, console
        slope = "column grad" if steps.mode == "reverse" else "column tangent"
        heads = [say(lang, f"column {n}") for n in ("name", "expression", "data")]
        heads.append(say(lang, slope))
        self.widths = widths(found, heads, width)
        self.header = self._row(Line(False, *heads), "muted", "muted", " ")
        self.rows = [self._row(line, "forward", "backward", "=") for line in found]

    def _row(self, line: Line, data: str, grad: str, sign: str) -> Styled:
        name, expression, value, slope = self.widths
        paint, ellipsis = self.console.paint, self.console.writable("…")

        def fit(text: str, width: int) -> str:
            return fitted(text, width, ellipsis)

        mark = paint(">", "heading") if line.marked else " "
        left = f"{fit(line.name, name):<{name}} {sign if line.expression else ' '} "
        left += f"{fit(line.expression, expression):<{expression}}"
        right = paint(f"{fit(line.data, value):>{value}}", data)
        end = paint(f"{fit(line.grad, slope):>{slope}}" if line.grad else "", grad)
        left = paint(left, "muted" if sign == " " else "")
        return f" {mark} {left}  {right}  {end}".rstrip(), PAINTED

    def around(self, room: int) -> list[Styled]:
        """The header, and the lines about the current one that fit with it into ``room``."""
        if len(self.rows) < room:
            return [self.header, *self.rows]
        inner = max(room - 2, 1)
        first = max(0, min(self.at - inner // 2, len(self.rows) - inner))
        hidden = len(self.rows) - inner
        more = "  " + say(self.lang, "more", n=hidden)
        return [self.header, *self.rows[first : first + inner], (more, "muted")]

    def window(self, room: int, scroll: int) -> tuple[list[Styled], int]:
        """The header, and the lines from ``scroll`` on."""
        found, scroll = _window(self.rows, scroll, room - 1, self.lang)
        return [self.header, *found], scroll


@contextmanager
def _screen(console: Console) -> Iterator[None]:
    """A screen of its own, that leaves what was there before."""
    console.stream.write("\x1b[?1049h\x1b[?25l")
    try:
        yield
    finally:
        console.stream.write("\x1b[?25h\x1b[?1049l")
        console.stream.flush()
