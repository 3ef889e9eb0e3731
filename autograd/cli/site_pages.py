"""What makes a page of a site, by its kind: the page, and the picture that the index shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from autograd.cli.catalogue import entry
from autograd.cli.drawn import Drawn
from autograd.cli.lesson_files import lessons_of_folder
from autograd.cli.places import page as lecture_page
from autograd.cli.places import placed, placed_drawn
from autograd.cli.plots import small
from autograd.lectures import Place, find, lecture
from autograd.lessons.worked_examples import EXAMPLES, Example
from autograd.sheets import sheet
from autograd.stage import graph_sketch, html
from autograd.writing import Words, joined, words

#: Who races.
RACERS = "sgd,momentum,rmsprop,adam"


def _lesson_page(example: Example, lang: str, quiz: bool) -> tuple[str, str]:
    return html(example, lang, quiz), graph_sketch(example.lesson().scenes[0].graph)


def _of_lesson(lang: str, quiz: bool, name: str) -> tuple[str, str]:
    return _lesson_page(EXAMPLES[name], lang, quiz)


@cache
def _own(folder: str) -> dict[str, Example]:
    return {lesson.name: lesson for lesson in lessons_of_folder(folder)}


def _of_own(lang: str, quiz: bool, folder: str, name: str) -> tuple[str, str]:
    return _lesson_page(_own(folder)[name], lang, quiz)


def _of_run(lang: str, quiz: bool, name: str) -> tuple[str, str]:
    found = entry(name)
    assert not isinstance(found, Example)
    drawn = Drawn.of(found())
    return drawn.html(lang), drawn.sketch()


def _of_place(lang: str, quiz: bool, place: str) -> tuple[str, str]:
    row = find(place)
    assert isinstance(row, Place)
    found = entry(row.lesson)
    if isinstance(found, Example):
        return _lesson_page(placed(row, found), lang, quiz)
    drawn = placed_drawn(row, Drawn.of(found()))
    return drawn.html(lang), drawn.sketch()


def _of_lecture(lang: str, quiz: bool, letter: str) -> tuple[str, str]:
    one = lecture(letter)
    stepped = [found for row in one.places if isinstance(found := entry(row.lesson), Example)]
    return lecture_page(one, lang, in_site=True), graph_sketch(stepped[-1].lesson().scenes[0].graph)


def _of_playground(lang: str, quiz: bool) -> tuple[str, str]:
    from autograd.cli.play import first_page

    return first_page(lang), graph_sketch(EXAMPLES["sum-times"].lesson().scenes[0].graph)


def _of_training(lang: str, quiz: bool) -> tuple[str, str]:
    from nn.live import live_page

    return live_page(lang=lang), graph_sketch(EXAMPLES["mlp-3-4-2"].lesson().scenes[0].graph)


def _of_quiz(lang: str, quiz: bool) -> tuple[str, str]:
    from autograd.cli.quiz import questions_page

    return questions_page(lecture("E"), lang), _of_run(lang, quiz, "ten-questions")[1]


def _of_sheet(lang: str, quiz: bool, name: str, solved: str) -> tuple[str, str]:
    from autograd.sheets import page

    example = EXAMPLES[name]
    graph = example.lesson().scenes[0].steps.graph
    titles = sheet_title(example, solved)
    made = sheet(graph, count=4, title=example.title[0])
    return page(made, bool(solved), lang, titles), graph_sketch(graph)


def sheet_title(example: Example, solved: str) -> Words:
    return joined(words("Solutions") if solved else words("Worksheet"), ": ", example.title)


def _of_race(lang: str, quiz: bool, surface: str) -> tuple[str, str]:
    from optim.races import exhibit_of, race

    result = race(surface, RACERS)
    return exhibit_of(result, lang=lang).html(), small(result.plot())


MAKERS: dict[str, Callable[..., tuple[str, str]]] = {
    "lesson": _of_lesson,
    "own": _of_own,
    "run": _of_run,
    "place": _of_place,
    "lecture": _of_lecture,
    "playground": _of_playground,
    "quiz": _of_quiz,
    "training": _of_training,
    "sheet": _of_sheet,
    "race": _of_race,
}
