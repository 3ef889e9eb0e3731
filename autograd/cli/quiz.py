"""``tracegrad quiz E``: the questions of a lecture, each answer decided by an experiment."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from autograd.calculus import short
from autograd.cli.console import Console, extension
from autograd.lectures import Lecture, find
from autograd.render import document_page, escape
from autograd.writing import one_line, write_file

if TYPE_CHECKING:
    from optim.examples import Question

LETTERS = "abcd"
STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
summary { cursor: pointer; padding: .2rem 0; } details p { margin: .2rem 0 .6rem 1.2rem; }
"""


def run(arguments: argparse.Namespace) -> int:
    from optim.examples import QUESTIONS

    chosen = find(arguments.lecture)
    if not isinstance(chosen, Lecture) or chosen.letter != "E":
        raise ValueError(f"{short(arguments.lecture)} asks no questions; tracegrad quiz E does")
    console = Console()
    if arguments.output is None:
        ask_all(QUESTIONS, console)
        return 0
    extension(arguments.output, (".html",))
    write_file(arguments.output, page(QUESTIONS, f"{chosen.title}, {len(QUESTIONS)} questions"))
    console.print(f"wrote {one_line(arguments.output)}")
    return 0


def ask_all(questions: tuple[Question, ...], console: Console) -> None:
    """Ask on the terminal, show what the experiment of each given answer says, count the keys."""
    right = asked = 0
    for i, question in enumerate(questions, 1):
        console.print(f"\n{i}. {question.ask}", "heading")
        for letter, answer in zip(LETTERS, question.answers):
            console.print(f"  {letter}  {answer}")
        choice = _choice(console)
        if choice is None:
            break
        asked += 1
        right += choice == question.key
        console.print(f"  {question.verdict(choice)}", "good" if choice == question.key else "")
        if choice != question.key:
            key = LETTERS[question.key]
            console.print(f"  {key} is {question.verdict(question.key)}")
        if question.doubt:
            console.print(f"  Doubtful: {question.doubt}", "muted")
    console.print(f"\n{right} of {asked} as in the key")


def _choice(console: Console) -> int | None:
    """The number of the answer that is typed; None at the end of the input."""
    while line := sys.stdin.readline():
        letter = line.strip().lower()
        if len(letter) == 1 and letter in LETTERS:
            return LETTERS.index(letter)
        console.print("  answer a, b, c or d", "muted")
    return None


def page(questions: tuple[Question, ...], title: str) -> str:
    """The questions as a page: an answer opens to its experiment."""
    parts = [_section(i, question) for i, question in enumerate(questions, 1)]
    body = f"<main><h1>{escape(title)}</h1>\n" + "\n".join(parts) + "\n</main>"
    return document_page(title, "en", body, styles=(STYLE,))


def _section(i: int, question: Question) -> str:
    doubt = f" Doubtful: {question.doubt}" if question.doubt else ""
    answers = "\n".join(
        f"<details><summary>{escape(answer)}</summary>"
        f"<p>{escape(question.verdict(k) + doubt)}</p></details>"
        for k, answer in enumerate(question.answers)
    )
    return f"<h2>{i}. {escape(question.ask)}</h2>\n{answers}"
