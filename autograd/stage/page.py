"""A lesson as one offline page: the picture, the steps as formulas, controls, live inputs, a quiz.

The page loads nothing from the network: its policy is ``default-src 'none'`` with the hashes of its
own script and style. Names that come from a program are escaped here, and the script sets only
``textContent``. Without a script the page shows all steps one under the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from autograd.calculus import Quantity, Rule, State, rules_javascript
from autograd.lessons import Steps
from autograd.lessons.worked_examples import Example
from autograd.render import clean, escape
from autograd.stage.assembly import script, sheet
from autograd.stage.box_data import formulas
from autograd.stage.every_page import in_each, json_inside, shell, spoken
from autograd.stage.page_scene import PageScene
from autograd.writing import (
    LANGUAGES,
    Figures,
    Words,
    column,
    current_figures,
    formatting,
    joined,
    say,
    sentences_in_each,
)

#: The most steps in forward mode, each of which the page carries.
MOST_STEPS = 1000
#: The most values of a page; the browser computes them anew when it opens.
MOST_VALUES = 200_000
#: Beyond this many scenes the timeline has no chapters; the menu has them all.
MOST_CHAPTERS = 12
#: Milliseconds between two steps that play by themselves.
PACE = 1200


def has_page(steps: Steps) -> bool:
    """Whether a page can show ``steps``: forward mode carries its steps, and so has fewer."""
    if steps.mode == "forward":
        return len(steps) <= MOST_STEPS
    return len(steps.graph) <= MOST_VALUES


def _too_long(steps: Steps) -> str:
    if steps.mode == "forward":
        return (
            f"a page of {len(steps):,} steps in forward mode is too long, the limit is "
            f"{MOST_STEPS:,}; leave mode='forward' out, or give fewer inputs with wrt="
        )
    return (
        f"a page of {len(steps.graph):,} values is too long, the limit is {MOST_VALUES:,}; "
        f"step through a smaller part, or draw the graph as .svg"
    )


def page(
    steps: Steps, lang: str = "en", quiz: bool = False, title: str | Words | None = None
) -> str:
    """One lesson as a page; ``title`` in one language or in each."""
    output = steps.graph.output
    heading = f"{clean(output.label)} = {clean(output.expression)}" if title is None else title
    return pages([(("",) * len(LANGUAGES), steps)], lang, quiz, heading)


def pages(
    scenes: Sequence[tuple[Words, Steps]],
    lang: str = "en",
    quiz: bool = False,
    title: str | Words = "",
    tables: Iterable[Quantity] = (),
    notes: Iterable[Words] = (),
) -> str:
    """Several computations on one page, of which it shows one at a time.

    ValueError for a lesson that is too long: see :func:`has_page`.
    """
    column(lang)
    for _, steps in scenes:
        if not has_page(steps):
            raise ValueError(_too_long(steps))
    titles = (title,) * len(LANGUAGES) if isinstance(title, str) else title
    bodies = [PageScene(i, steps) for i, (_, steps) in enumerate(scenes)]
    used = {
        rule.name: rule
        for scene in bodies
        if scene.live
        for rule in scene.graph.rules
        if isinstance(rule, Rule)
    }
    kernels = {kernel[0] for scene in bodies if scene.live for kernel in scene.kernels if kernel}
    names = [name for name, _ in scenes]
    body = [
        *(scene.html(lang) for scene in bodies),
        controls(names, lang),
        *(table_html(table, lang) for table in tables),
        notes_html(tuple(notes), lang),
    ]
    arrays = any(not scene.graph.is_scalar for scene in bodies)
    boxed = any(scene.boxed for scene in bodies)
    tangents = any(scene.boxed and scene.steps.mode == "forward" for scene in bodies)
    code = script(rules_javascript(used.values()), kernels, arrays, boxed, tangents)
    chosen = (
        '<label><span data-say="scene">Part</span> <select id="scene">'
        f"{options(names, lang)}</select></label>\n"
    )
    settings = (chosen if len(names) > 1 else "") + quiz_setting(quiz)
    data: State = {"scenes": [scene.data() for scene in bodies]}
    if any(scene.compact for scene in bodies):
        data["formulas"] = formulas(used.values())
    return lesson_page(titles, body, data, lang, code, sheet(arrays, boxed), settings)


def html(example: Example, lang: str = "en", quiz: bool = False) -> str:
    """A worked example as a page: its scenes, its tables and its notes."""
    lesson = example.lesson()
    return pages(
        lesson.parts,
        lang,
        quiz,
        tuple(f"{example.code} {words}" for words in example.title),
        lesson.tables,
        example.notes,
    )


def lesson_page(
    titles: Words,
    body: Iterable[str],
    data: Mapping[str, Quantity],
    lang: str,
    code: str,
    styles: str,
    settings: str = "",
    words: Mapping[str, Words] = {},
) -> str:
    """A page of the stage: what is in ``main``, and the ``data`` that its script ``code`` reads.

    ``words`` are sentences that it has beside those of every page.
    """
    used = current_figures()
    own = {name: value for name, value in asdict(used).items() if name != "local" or value}
    written = {} if used == Figures() else {"figures": own}
    lesson = json_inside({"lang": lang, "pace": PACE, **written, **data})
    parts = [
        '<p class="sr" id="live" aria-live="polite"></p>',
        *body,
        f'<script type="application/json" id="lesson">{lesson}</script>',
    ]
    inside = "\n".join(filter(None, parts))
    return shell(
        titles, inside, lang, styles=styles, script=code, settings=settings,
        words=sentences_in_each("page") | dict(words),
    )  # fmt: skip


def quiz_setting(asked: bool = False) -> str:
    """The box that turns a lesson into a quiz, and the score."""
    checked = " checked" if asked else ""
    return (
        f'<label><input type="checkbox" id="quiz"{checked}> <span data-say="quiz">Quiz</span>'
        '</label>\n<span id="score"></span>\n'
    )


def options(names: Sequence[Words], lang: str) -> str:
    """What one chooses from in the language of the page, by number."""
    place = column(lang)
    return "".join(
        f'<option value="{i}" '
        + " ".join(f'data-{c}="{escape(w)}"' for c, w in zip(LANGUAGES, words))
        + f">{escape(words[place])}</option>"
        for i, words in enumerate(names)
    )


def controls(scenes: Sequence[Words], lang: str) -> str:
    """The timeline: where the page is in the lesson, and what moves it and its camera."""
    places = list(enumerate(scenes)) if len(scenes) > 1 else [(0, ("",) * len(LANGUAGES))]
    chapters = [
        f'<button type="button" class="chapter" data-chapter="{i}">'
        f'<b aria-hidden="true">{i + 1}</b>{spoken(words, lang)}</button>'
        for i, words in places[: MOST_CHAPTERS if len(scenes) > 1 else 0]
    ]
    scrub = (
        '<input type="range" id="scrub" min="0" max="1" value="0" data-label="scrub" '
        'aria-label="step">'
    )
    moves = [_button(key, lang) for key in ("first", "previous", "play", "next", "last")]
    views = [
        f'<button type="button" id="{key}" data-label="{say_}" data-title="{say_}" '
        f'aria-label="{escape(say(lang, say_))}"{more}>{sign}</button>'
        for key, say_, sign, more in (
            ("follow", "follow", "◎", ' aria-pressed="true"'),
            ("fit", "fit", "⤢", ""),
            ("farther", "farther", "−", ""),
            ("closer", "closer", "+", ""),
            ("full", "full", "▣", ""),
        )
    ]
    speeds = "".join(
        f'<option value="{value}"{" selected" if value == "1" else ""}>{name}</option>'
        for value, name in (("0.5", "½×"), ("1", "1×"), ("2", "2×"), ("4", "4×"))
    )
    return f"""<div class="controls" role="group" data-label="steps" aria-label="steps">
<h2 id="phase"></h2>
<span class="group">{"".join(moves)}</span>
<select id="speed" data-label="speed" aria-label="{escape(say(lang, "speed"))}">{speeds}</select>
<div class="track">{_around(chapters, scrub)}</div>
<span id="count"></span>
<span class="group">{"".join(views)}</span>
</div>"""


def _around(chapters: Sequence[str], scrub: str) -> str:
    """The chapters in order; the page moves the scrubber beside the one that is shown."""
    return "".join([*chapters[:1], scrub, *chapters[1:]])


def _button(key: str, lang: str) -> str:
    pressed = ' aria-pressed="false"' if key == "play" else ""
    return (
        f'<button type="button" id="{key}"{pressed}>'
        f'<span class="word" data-say="{key}">{escape(say(lang, key))}</span></button>'
    )


def table_html(table: Any, lang: str) -> str:
    """A table with its heading, in every language."""

    def cell(value: Quantity) -> str:
        if isinstance(value, tuple):
            return spoken(value, lang)
        return escape(value if isinstance(value, str) else formatting.summary(value))

    def kind_of(column: int, left: bool) -> str:
        """Words stand to the left, as the first column does anyway; sentences have a width."""
        if not left or not column:
            return ""
        cells = [row[column] for row in table.rows]
        long = any(len(value[0] if isinstance(value, tuple) else value) > 40 for value in cells)
        return ' class="words long"' if long else ' class="words"'

    kinds = [kind_of(i, left) for i, left in enumerate(table.worded())]

    def data(value: Quantity, kind: str) -> str:
        words = cell(value)
        # A number is not broken, however narrow the paper.
        if re.fullmatch(r"(<span>)?[-+\d.,e×%]+(</span>)?", words):
            kind = ' class="number"'
        return f"<td{kind}>{words}</td>"

    # A column without a name has no header, which a screen reader would announce as empty.
    head = "".join(
        f'<th scope="col"{kind}>{cell(name)}</th>' if any(name) else "<td></td>"
        for name, kind in zip(table.columns, kinds)
    )
    rows = "".join("<tr>" + "".join(map(data, row, kinds)) + "</tr>" for row in table.rows)
    columns = joined(*(name for name in table.columns if any(name)), between=", ")
    label = tuple(title or names for title, names in zip(table.title, columns))
    heading = f"<h2>{spoken(table.title, lang)}</h2>" if any(table.title) else ""
    return (
        f"<section>{heading}"
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(label[column(lang)])}"'
        f"{in_each(label)}>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        "</div></section>"
    )


def notes_html(notes: Sequence[Words], lang: str) -> str:
    """The notes of a lesson, in every language."""
    if not notes:
        return ""
    items = "".join(f'<div class="note">{spoken(note, lang, "p")}</div>' for note in notes)
    return f'<section><h2 data-say="notes">{escape(say(lang, "notes"))}</h2>{items}</section>'
