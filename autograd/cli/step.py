"""``tracegrad step``: an expression or a script taken apart, in the terminal or into a file."""

from __future__ import annotations

import argparse

import numpy as np

from autograd.calculus import Quantity
from autograd.cli.building import graph_of, typed
from autograd.cli.console import Console
from autograd.cli.models import graph_of_model, is_model
from autograd.cli.output_files import asked, leave
from autograd.cli.scripts import defines_lessons, graph_of_script, is_script
from autograd.exports import of_lessons, of_updates
from autograd.graph import Graph
from autograd.lessons import Steps, descent, paragraphs, steps
from autograd.writing import one_line, say


def run(arguments: argparse.Namespace) -> int:
    named_file = is_script(arguments.expression) or is_model(arguments.expression)
    for name in ("latex", "optimizer"):
        if named_file and getattr(arguments, name):
            raise ValueError(f"--{name} is for a formula; leave it out for a file")
    with typed(arguments):
        return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    written = asked(arguments)
    if is_script(arguments.expression) and defines_lessons(arguments.expression):
        return _own_lessons(arguments)
    if arguments.optimizer is not None:
        return _optimize(arguments)
    for name in ("option", "schedule", "misprints"):
        if getattr(arguments, name):
            raise ValueError(f"--{name} needs an optimizer; add --optimizer adam")
    lessons = _lessons(arguments)
    if written:
        words = arguments.lang, arguments.quiz, " ".join(arguments.expression.split())
        leave(of_lessons(lessons, *words, arguments.style), arguments, Console(lang=arguments.lang))
    elif arguments.interactive:
        from autograd.cli.interactive import walk

        if len(lessons) > 1:
            raise ValueError("--interactive shows one iteration; leave --iterations out")
        walk(lessons[0], arguments.lang)
    else:
        console = Console(lang=arguments.lang)
        for i, lesson in enumerate(lessons, 1):
            if len(lessons) > 1:
                title = f"-- {say(arguments.lang, 'round', n=i)} --"
                console.print(("\n" if i > 1 else "") + title, "heading")
            show(lesson, console, arguments.lang)
    return 0


def _own_lessons(arguments: argparse.Namespace) -> int:
    """Show the lessons that a file defines, or write the one that it has."""
    from autograd.cli.examples import show_example
    from autograd.cli.lesson_files import lessons_of_file, refuse_options

    chosen = "node call library interactive lr iterations optimizer option schedule wrt".split()
    refuse_options([name for name in chosen if getattr(arguments, name)])
    lessons = lessons_of_file(arguments.expression)
    if asked(arguments) and len(lessons) > 1:
        raise ValueError(
            f"step: {one_line(arguments.expression)} has {len(lessons)} lessons; put it into a "
            "folder, and write a site: tracegrad examples --dir FOLDER -o SITE"
        )
    for lesson in lessons:
        show_example(lesson, arguments, Console(lang=arguments.lang))
    return 0


def _optimize(arguments: argparse.Namespace) -> int:
    from autograd.cli.optimizing import (
        show_misprints,
        show_updates,
        updates_of,
    )

    updates, seed = updates_of(arguments)
    if not asked(arguments):
        show_updates(updates, seed, Console(lang=arguments.lang), arguments.lang)
        if arguments.misprints:
            show_misprints(arguments, Console(lang=arguments.lang))
        return 0
    if arguments.misprints:
        raise ValueError("--misprints are printed on the terminal; leave -o out")
    rule = updates.optimizer if seed is None else f"{updates.optimizer}(rng={seed})"
    title = f"{rule}: {' '.join(arguments.expression.split())}"
    words = arguments.lang, arguments.quiz, title
    leave(of_updates(updates, *words, arguments.style), arguments, Console(lang=arguments.lang))
    return 0


def _lessons(arguments: argparse.Namespace) -> list[Steps]:
    wrt = None if arguments.wrt is None else [n.strip() for n in arguments.wrt.split(",")]
    graph, gradient = _graph(arguments)
    if arguments.iterations is None:
        return [steps(graph, gradient=gradient, mode=arguments.mode, lr=arguments.lr, wrt=wrt)]
    if arguments.lr is None or arguments.mode != "reverse":
        raise ValueError("--iterations needs a learning rate and reverse mode; add --lr 0.1")
    lessons = descent(graph, arguments.lr, arguments.iterations, wrt=wrt)
    for i, lesson in enumerate(lessons, 1):
        if not np.isfinite(lesson.after):
            raise ValueError(f"after iteration {i} f is not finite; give a smaller --lr")
    return lessons


def _graph(arguments: argparse.Namespace) -> tuple[Graph, Quantity]:
    """The graph of what was typed or named, and the gradient that its sweep begins with."""
    if is_script(arguments.expression):
        return graph_of_script(
            arguments.expression.strip(),
            arguments.values,
            node=arguments.node,
            call=arguments.call,
            library=arguments.library,
        )
    for option, name in (("--node", "node"), ("--call", "call"), ("--as", "library")):
        if getattr(arguments, name) is not None:
            raise ValueError(f"{option} is for a script: step SCRIPT.py {option} ...")
    if is_model(arguments.expression):
        return graph_of_model(arguments.expression, arguments.values), None
    return graph_of(arguments), None


def show(lesson: Steps, console: Console, lang: str = "en") -> None:
    """Print all steps, in colour where the console has it."""
    for paragraph in paragraphs(lesson, lang, console.ascii):
        console.print(paragraph.text, paragraph.kind)
