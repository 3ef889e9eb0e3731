"""A worksheet as questions for Moodle, in its XML: a cloze question for each exercise, and
numerical questions for the output and for the gradients of the inputs.

The format is the one of Moodle's documentation, "Moodle XML format" and "Embedded answers (Cloze)".
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator
from xml.sax.saxutils import escape

from autograd.render import LayoutError, to_svg
from autograd.sheets import words
from autograd.sheets.exercises import GAPS, Exercise, Gap, Sheet
from autograd.sheets.numbers import short_number
from autograd.writing import column

#: How far an answer may be from ours, as a share of it, and from 0.
SHARE, FROM_ZERO = 0.005, 0.001


def moodle(sheet: Sheet, lang: str = "en") -> str:
    """The questions with their answers and tolerances; a picture of the graph is in each."""
    questions = [_category(words.title(sheet, False)[column(lang)])]
    for n, exercise in enumerate(sheet.exercises, 1):
        questions += _questions(sheet, n, exercise, lang)
    body = "\n".join(questions)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{body}\n</quiz>\n'


def _questions(sheet: Sheet, n: int, exercise: Exercise, lang: str) -> Iterator[str]:
    place = column(lang)
    name = f"{words.exercise(n)[place]} ({sheet.title}, {sheet.seed})"
    picture, file = _picture(exercise, words.PICTURE[place])
    task = escape(words.task(sheet)[place])
    known = escape(", ".join(exercise.given()))
    opening = f"<p>{words.GIVEN[place]}: {known}</p>{picture}"
    lines = "<br>".join(_cloze(exercise, gap) for gap in exercise.gaps)
    text = f"<p>{task}</p>{opening}<p>{lines}</p>"
    yield _question("cloze", name, text, file, _solution(exercise))
    for gap in exercise.gaps:
        if gap.shape or not (gap.node.is_output or (gap.key == "grad" and gap.node.rule is None)):
            continue
        line = exercise.line(gap, solved=False)
        text = f"{opening}<p>{escape(line)}</p>"
        own = f"{name}: {line.partition(' =')[0]}"
        yield _question("numerical", own, text, file, _solution(exercise), _answer(gap))


def _question(kind: str, name: str, text: str, file: str, feedback: str, answer: str = "") -> str:
    return (
        f'<question type="{kind}">\n'
        f"<name><text>{escape(name)}</text></name>\n"
        f'<questiontext format="html"><text><![CDATA[{text}]]></text>{file}</questiontext>\n'
        f'<generalfeedback format="html"><text><![CDATA[{feedback}]]></text></generalfeedback>\n'
        f"<penalty>0.3333333</penalty>\n<hidden>0</hidden>\n<idnumber></idnumber>\n"
        f"{answer}</question>"
    )


def _category(name: str) -> str:
    path = escape("$course$/top/" + name.replace("/", "//"))
    return (
        f'<question type="category"><category><text>{path}</text></category>'
        f'<info format="html"><text></text></info><idnumber></idnumber></question>'
    )


def _cloze(exercise: Exercise, gap: Gap) -> str:
    """The line of a gap with a field for each of its numbers."""
    before, *after = escape(exercise.line(gap, solved=False)).split(GAPS["text"])
    fields = (f"{{1:NUMERICAL:={_exact(x)}:{_tolerance(x)}}}" for x in gap.numbers)
    return before + "".join(field + rest for field, rest in zip(fields, after))


def _answer(gap: Gap) -> str:
    [number] = gap.numbers
    return (
        "<defaultgrade>1</defaultgrade>\n"
        f'<answer fraction="100" format="moodle_auto_format"><text>{_exact(number)}</text>'
        f"<tolerance>{_tolerance(number)}</tolerance>"
        '<feedback format="html"><text></text></feedback></answer>\n'
        "<unitgradingtype>0</unitgradingtype>\n<unitpenalty>0.1</unitpenalty>\n"
        "<showunits>3</showunits>\n<unitsleft>0</unitsleft>\n"
    )


def _exact(number: float) -> str:
    """A number in digits: Moodle reads no fraction."""
    text = short_number(number)
    return f"{number:.10g}" if "/" in text or "e" in text else text


def _tolerance(number: float) -> str:
    tolerance = SHARE * math.fabs(number) if number else FROM_ZERO
    return f"{tolerance:.12f}".rstrip("0")


def _solution(exercise: Exercise) -> str:
    lines = (escape(exercise.line(gap, solved=True)) for gap in exercise.gaps)
    return f"<p>{'<br>'.join(lines)}</p>"


def _picture(exercise: Exercise, alt: str) -> tuple[str, str]:
    """The picture as an element of the question, and the file that belongs to it."""
    try:
        svg = to_svg(exercise.graph, theme="light", blanks=exercise.blanks)
    except LayoutError:
        return "", ""
    data = base64.b64encode(svg.encode()).decode()
    return (
        f'<p><img src="@@PLUGINFILE@@/graph.svg" alt="{escape(alt)}"></p>',
        f'<file name="graph.svg" path="/" encoding="base64">{data}</file>',
    )
