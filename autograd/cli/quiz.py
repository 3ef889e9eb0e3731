"""``tracegrad quiz E``: the questions of a lecture, each answer decided by an experiment."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from autograd.calculus import short
from autograd.cli.console import Console
from autograd.lectures import Lecture, find
from autograd.stage import reading_page, spoken
from autograd.writing import (
    Words,
    extension,
    in_every_language,
    joined,
    translated,
    words,
    write_file,
)

if TYPE_CHECKING:
    from optim.examples import Question

LETTERS = "abcd"


def run(arguments: argparse.Namespace) -> int:
    from optim.examples import QUESTIONS

    chosen = find(arguments.lecture)
    if not isinstance(chosen, Lecture) or chosen.letter != "E":
        raise ValueError(f"{short(arguments.lecture)} asks no questions; tracegrad quiz E does")
    console = Console(lang=arguments.lang)
    if arguments.output is None:
        ask_all(QUESTIONS, console)
        return 0
    extension(arguments.output, (".html",))
    write_file(arguments.output, questions_page(chosen, arguments.lang))
    console.wrote(arguments.output)
    return 0


def questions_page(chosen: Lecture, lang: str = "en") -> str:
    """The questions of a lecture as a page."""
    from optim.examples import QUESTIONS

    titles = words("{title}, {n} questions", title=chosen.title, n=len(QUESTIONS))
    return page(QUESTIONS, titles, lang)


def verdict(question: Question, choice: int) -> Words:
    """What the experiment for an answer shows, and whether it is the key."""
    shown = translated(question.experiment()[choice])
    if choice == question.key:
        return words("the key: {shown}", shown=shown)
    return words("not the key: {shown}", shown=shown)


def doubt(question: Question) -> Words:
    """Why the key is doubtful, or nothing."""
    if not question.doubt:
        return in_every_language("")
    return words("Doubtful: {why}", why=translated(question.doubt))


def ask_all(questions: tuple[Question, ...], console: Console) -> None:
    """Ask on the terminal, show what the experiment of each given answer says, count the keys."""
    right = asked = 0
    console.tell(words("a letter and Enter; Ctrl+D ends"), "muted")
    for i, question in enumerate(questions, 1):
        console.tell(joined(f"\n{i}. ", translated(question.ask)), "heading")
        for letter, answer in zip(LETTERS, question.answers):
            console.tell(joined(f"  {letter}  ", translated(answer)))
        choice = _choice(console)
        if choice is None:
            break
        asked += 1
        right += choice == question.key
        said = joined("  ", verdict(question, choice))
        console.tell(said, "good" if choice == question.key else "")
        if choice != question.key:
            is_key = {"letter": LETTERS[question.key], "verdict": verdict(question, question.key)}
            console.tell(joined("  ", words("{letter} is {verdict}", **is_key)))
        if question.doubt:
            console.tell(joined("  ", doubt(question)), "muted")
    counted = words("{right} of {asked} as in the key", right=right, asked=asked)
    console.tell(joined("\n", counted))


def _choice(console: Console) -> int | None:
    """The number of the answer that is typed; None at the end of the input."""
    while line := sys.stdin.readline():
        letter = line.strip().lower()
        if len(letter) == 1 and letter in LETTERS:
            return LETTERS.index(letter)
        console.tell(joined("  ", words("answer a, b, c or d")), "muted")
    return None


def page(questions: tuple[Question, ...], titles: Words, lang: str = "en") -> str:
    """The questions as a page: an answer opens to its experiment."""
    parts = [_section(i, question, lang) for i, question in enumerate(questions, 1)]
    return reading_page(titles, parts, lang)


def _section(i: int, question: Question, lang: str) -> str:
    doubtful = f"<p>{spoken(doubt(question), lang)}</p>" if question.doubt else ""
    answers = "\n".join(
        f"<details><summary>{LETTERS[k]}. {spoken(translated(answer), lang)}</summary>"
        f"<p>{spoken(verdict(question, k), lang)}</p>{doubtful}</details>"
        for k, answer in enumerate(question.answers)
    )
    return f"<h2>{i}. {spoken(translated(question.ask), lang)}</h2>\n{answers}"
