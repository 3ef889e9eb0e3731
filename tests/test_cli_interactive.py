"""The terminal's lesson: every size, nothing lost, scopes closed and opened."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest

from autograd import Value, scope
from autograd.cli.console import Console
from autograd.cli.interactive import View, screen
from autograd.cli.keyboard import KEYS
from autograd.lessons import Steps, Wording, step_text, steps
from autograd.writing import LANGUAGES, TEXT, say
from nn import MLP, CrossEntropyLoss

Resize = Callable[[int, int], None]
SIZES = [(20, 80), (24, 60), (20, 60), (40, 132), (12, 50)]


class Screen(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def layered() -> Steps:
    """Three layers of units, each in a scope of its own."""
    signal = [Value(1.0, "x1"), Value(-2.0, "x2")]
    for n, width in enumerate((4, 4, 1)):
        with scope(f"layer{n + 1}"):
            found = []
            for unit in range(width):
                with scope(f"unit{unit + 1}"):
                    total = Value(0.1 * unit)
                    for i, x in enumerate(signal):
                        total = total + Value(0.3 * i - 0.2) * x
                    found.append(total.tanh())
            signal = found
    return steps((signal[0] - 1) ** 2)


def arrays() -> Steps:
    net = MLP(3, [4, 2], rng=0)
    return steps(CrossEntropyLoss()(net([[1.0, 2.0, 3.0], [0.5, -1.0, 2.0]]), [0, 1]))


def long_sum() -> Steps:
    names = [Value(i + 0.5, f"a_rather_long_name_{i}") for i in range(30)]
    total = names[0] * names[0]
    for value in names[1:]:
        total = total + value * names[0]
    return steps(total)


LESSONS = {"layers": layered, "arrays": arrays, "sum": long_sum}


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.setenv("NO_COLOR", "1")
    return Console(Screen())


@pytest.fixture
def resize(monkeypatch: pytest.MonkeyPatch) -> Resize:
    """Gives the terminal so many lines and columns."""

    def change(height: int, width: int) -> None:
        monkeypatch.setenv("LINES", str(height))
        monkeypatch.setenv("COLUMNS", str(width))

    return change


@pytest.fixture
def ascii_console(console: Console) -> Console:
    console.ascii = True
    return console


def shown(lesson: Steps, view: View, console: Console, lang: str = "en") -> list[str]:
    return screen(lesson, view, lang, console)[1].split("\n")


def pages(lesson: Steps, view: View, console: Console) -> list[str]:
    """All lines that the key for further lines leads to."""
    found: list[str] = []
    while True:
        view, text = screen(lesson, view, "en", console)
        found += text.split("\n")
        below, _ = screen(lesson, view.after("down", len(lesson)), "en", console)
        if below.scroll == view.scroll:
            return found
        view = below


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("height, width", SIZES)
@pytest.mark.parametrize("name", LESSONS)
def test_every_screen_fits_and_marks_its_value(
    name: str, height: int, width: int, lang: str, console: Console, resize: Resize
) -> None:
    resize(height, width)
    lesson = LESSONS[name]()
    for at in range(0, len(lesson) + 1, max(len(lesson) // 7, 1)):
        for view in (View(at), View(at, table=True), View(at, help=True), View(at, closed=False)):
            lines = shown(lesson, view, console, lang)
            assert len(lines) <= height and max(map(len, lines)) <= width
            assert say(lang, "count", step=at, steps=len(lesson)) in lines[0]
            assert re.search(r"  q \w+$", lines[-1])
            if at and not view.help and not view.table:
                marked = [line for line in lines if line.startswith(" > ")]
                assert len(marked) == 1, lines
        assert say(lang, "column data") in shown(lesson, View(at), console, lang)[2]


@pytest.mark.parametrize("name", LESSONS)
def test_nothing_is_lost_at_80_by_20(name: str, console: Console, resize: Resize) -> None:
    resize(20, 80)
    lesson = LESSONS[name]()
    wording = Wording(lesson, TEXT)
    for at in {1, len(lesson) // 2, len(lesson)}:
        found = pages(lesson, View(at), console)
        for line in step_text(wording, lesson[at - 1], "en").split("\n"):
            for piece in Console.wrapped(console, line):
                assert piece in found
    values = [row for row in lesson.graph if not row.is_literal]
    table = "\n".join(pages(lesson, View(len(lesson), table=True), console))
    for row in values:
        assert re.search(rf"^ [ >] {re.escape(row.label[:19])}", table, re.MULTILINE), row.label


def test_scopes_close_where_the_table_does_not_fit(console: Console, resize: Resize) -> None:
    resize(34, 80)
    lesson = layered()
    view, text = screen(lesson, View(len(lesson) - 1), "en", console)
    assert view.are_closed
    # The step is in the first layer: its unit is open, the other layers are closed.
    assert "▸ layer2" in text and "▸ layer3" in text and "▸ layer1" not in text
    assert "operations" in text
    opened, text = screen(lesson, view.after("fold", len(lesson)), "en", console)
    assert "▸" not in text and not opened.are_closed
    assert "▸ layer2" in screen(lesson, opened.after("fold", len(lesson)), "en", console)[1]
    resize(200, 80)
    assert "▸" not in screen(lesson, View(len(lesson)), "en", console)[1]


def test_a_scope_that_is_entered_again_is_counted(console: Console, resize: Resize) -> None:
    resize(20, 80)
    state = Value(0.0, "h")
    for _ in range(6):
        with scope("cell"):
            total = state * 0.5 + 1
        state = total.tanh()
    lesson = steps(state)
    text = "\n".join(pages(lesson, View(1, table=True, closed=True), console))
    assert "▸ cell 2/6" in text and "▸ cell 6/6" in text


def test_the_help_names_a_key_for_every_action(console: Console, resize: Resize) -> None:
    resize(24, 80)
    lesson = long_sum()
    view = View().after("help", len(lesson))
    text = "\n".join(shown(lesson, view, console))
    for action in set(KEYS.values()):
        assert say("en", f"key {action}") in text
        letters = [key for key, does in KEYS.items() if does == action and key.isprintable()]
        assert any(re.search(rf"(?<!\w){re.escape(key)}(?!\w)", text) for key in letters), action
    assert view.after("help", len(lesson)) == View()
    assert view.after("next", len(lesson)) == View(1)


def test_the_end_and_the_beginning_are_not_left(console: Console) -> None:
    most = 3
    assert View(3).after("next", most).at == 3 and View(0).after("back", most).at == 0
    assert View(1).after("last", most).at == 3 and View(2).after("first", most).at == 0
    assert View(1, scroll=0).after("up", most).scroll == 0


def test_a_narrow_terminal_cuts_lines_rather_than_numbers(console: Console, resize: Resize) -> None:
    resize(24, 44)
    lesson = long_sum()
    text = "\n".join(shown(lesson, View(len(lesson)), console))
    marked = next(line for line in text.split("\n") if line.startswith(" > "))
    assert marked.split()[-1] == "1" or "…" in marked


def test_letters_that_the_terminal_lacks_take_their_room(
    ascii_console: Console, resize: Resize
) -> None:
    resize(20, 60)
    for make in LESSONS.values():
        lesson = make()
        for at in (0, len(lesson) // 2, len(lesson)):
            lines = shown(lesson, View(at), ascii_console)
            assert max(map(len, lines)) <= 60 and "\n".join(lines).isascii()
