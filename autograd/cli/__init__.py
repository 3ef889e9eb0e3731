"""The command line: ``tracegrad demo | step | render | examples | race | train | predict | ...``.

A mistake of the user's is one line on stderr and exit status 2; a reader who goes away (a closed
pipe) and Ctrl-C end the program quietly.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from types import MappingProxyType
from typing import NoReturn

from autograd import __version__
from autograd.calculus import path_text
from autograd.cli import export, live, predict, train
from autograd.cli.arguments import (
    MOST_EXERCISES,
    MOST_RACE_STEPS,
    MOST_ROUNDS,
    count,
    language,
    outputs,
    rate,
    workers,
)
from autograd.cli.console import complain
from autograd.starting import heed_interrupts
from autograd.writing import DIGITS, FIGURES, figures

__all__ = ["main"]

STOPPED = 130  # what a shell expects of a program that Ctrl-C ended

#: What goes wrong because of what was asked; anything else is a fault of ours, with a traceback.
MISTAKES = (
    ValueError, TypeError, LookupError, OSError, ArithmeticError, RuntimeError, ImportError,
    MemoryError,
)  # fmt: skip


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage in front."""

    #: The parsers of its commands, by name.
    commands: Mapping[str, Parser] = MappingProxyType({})

    def error(self, message: str) -> NoReturn:
        complain(f"{message}; see {self.prog} --help")
        sys.exit(2)

    def refuse(self, word: str) -> NoReturn:
        """An argument that this command does not have."""
        options = re.findall(r"--[a-z][a-z-]*", self.format_help())
        near = get_close_matches(word.partition("=")[0], options, 1, 0.8)
        self.error(f"unknown argument {word}" + (f"; {near[0]} is nearest" if near else ""))


def parser() -> Parser:
    """The whole command line; a command's module is loaded when the command runs."""
    whole = Parser(
        prog="tracegrad", description="Backpropagation, step by step: print it, draw it, train it."
    )
    whole.add_argument("--version", action="version", version=f"tracegrad {__version__}")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    whole.commands = commands.choices

    demo = commands.add_parser(
        "demo", help="a worked example stepped, one drawn, a network trained"
    )
    demo.add_argument("-o", "--output", metavar="DIR", default=".", help="where the files go")
    language(demo)

    step = commands.add_parser(
        "step", help="an expression or a script, forward and backward, step by step"
    )
    _expression(step, script=True)
    step.add_argument("--node", metavar="NAME", help="of a script, the variable to start from")
    step.add_argument("--call", type=count(1), metavar="K", help="of a script, its K-th backward()")
    step.add_argument(
        "--as", dest="library", choices=("micrograd", "torch"), help="of a script, what it imports"
    )
    outputs(step)
    step.add_argument("-i", "--interactive", action="store_true", help="one key at a time")
    step.add_argument("--mode", default="reverse", choices=("reverse", "forward"))
    step.add_argument("--lr", type=rate, metavar="RATE", help="end with a gradient descent step")
    step.add_argument(
        "--iterations", type=count(1, MOST_ROUNDS), metavar="N", help="that many steps of descent"
    )
    step.add_argument(
        "--optimizer", metavar="NAME", help="step through its updates: adam, sgd, rmsprop, ..."
    )
    step.add_argument(
        "--option", action="append", metavar="NAME=VALUE", help="of the optimizer: momentum=0.9"
    )
    step.add_argument(
        "--schedule", metavar="RATES", help='of its learning rate: "cosine(steps=10)"'
    )
    step.add_argument(
        "--misprints", action="store_true", help="and the optimizer as lectures misprint it"
    )
    _style(step)
    step.add_argument("--wrt", metavar="NAMES", help="the inputs to update or to move: w1,w2")
    _teaching(step)
    _local(step)

    render = commands.add_parser("render", help="draw the graph of an expression")
    _expression(render)
    outputs(render, more=".dot")
    render.add_argument("--detail", action="store_true", help="every value, however many there are")
    render.add_argument("--forward-only", action="store_true", help="values without gradients")
    render.add_argument("--theme", choices=("auto", "light", "dark"), default="auto")
    _style(render)
    render.add_argument("--engine", choices=("dot", "wasm"), help="what lays the picture out")
    render.add_argument("-v", "--verbose", action="store_true", help="say how it was laid out")
    _teaching(render)

    examples = commands.add_parser("examples", help="the catalogue of worked examples")
    examples.add_argument("name", nargs="?", metavar="NAME", help="sum-times, or W1")
    outputs(examples)
    _style(examples)
    examples.add_argument("--dir", metavar="DIR", help="lessons of one's own, the .py files there")
    examples.add_argument("--all", action="store_true", help="all as pages, into the folder -o DIR")
    examples.add_argument(
        "--formats", metavar="svg,gif", help="or all as files of those formats, or of all formats"
    )
    _teaching(examples)
    _local(examples)
    workers(examples, None)

    lectures = commands.add_parser("lectures", help="the lectures that the examples follow")
    language(lectures)

    lecture = commands.add_parser("lecture", help="a lecture, or a place in it with its lesson")
    lecture.add_argument("place", nargs="+", metavar="PLACE", help='E, E15, or "E p30"')
    outputs(lecture)
    _style(lecture)
    _teaching(lecture)
    _local(lecture)
    workers(lecture, None)

    quiz = commands.add_parser("quiz", help="the questions of a lecture, answered by experiment")
    quiz.add_argument("lecture", metavar="LECTURE", help="E")
    quiz.add_argument("-o", "--output", metavar="FILE.html", help="as a page")
    language(quiz)

    sheet = commands.add_parser("sheet", help="exercises on an expression, and their solutions")
    sheet.add_argument("expression", metavar="EXPR", help='such as "(x + y) * z", or W1')
    _values(sheet, "W=[1,2]", "the shape of each array")
    sheet.add_argument(
        "--count", type=count(1, MOST_EXERCISES), default=6, metavar="N", help="so many"
    )
    sheet.add_argument("--seed", type=count(0), default=0, metavar="N", help="which numbers")
    sheet.add_argument(
        "--blank",
        default="both",
        choices=("values", "grads", "both"),
        help="what is to be filled in",
    )
    sheet.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write FILE.tex .pdf .html .txt .json, .xml for Moodle",
    )
    language(sheet)

    play = commands.add_parser("play", help="a page in which formulas are typed, and stepped")
    play.add_argument("expression", nargs="?", metavar="EXPR", help="what the page begins with")
    _values(play, "x=1", "the values of its variables")
    play.add_argument("-o", "--output", metavar="FILE.html", required=True, help="the page")
    language(play)
    _figures(play)

    race = commands.add_parser("race", help="optimizers from one start, on one surface")
    race.add_argument("--surface", default="beale", help="beale, rosenbrock, bowl, ravine, ...")
    race.add_argument("--optimizers", default="sgd,momentum,rmsprop,adam", help="names, or all")
    race.add_argument("--start", metavar="X,Y", help="where all begin; the surface's own otherwise")
    race.add_argument("--steps", type=count(1, MOST_RACE_STEPS), default=200, metavar="N")
    language(race)
    outputs(race)
    workers(race)

    live.arguments(commands.add_parser("live", help="a page in which a small network is trained"))
    train.arguments(
        commands.add_parser("train", help="a network that predicts a column of a table")
    )
    predict.arguments(commands.add_parser("predict", help="what a trained network says of a table"))
    export.arguments(
        commands.add_parser("export", help="a trained network in C, Python, ONNX, ...")
    )

    profile = commands.add_parser("profile", help="where a script spends its time, by scope")
    profile.add_argument("script", metavar="SCRIPT.py")
    _values(profile, "ARG", "the script's own arguments")
    profile.add_argument("-o", "--output", metavar="FILE.json", help="a chart for speedscope")
    language(profile)
    return whole


def _expression(command: argparse.ArgumentParser, script: bool = False) -> None:
    command.add_argument(
        "expression",
        metavar="EXPR",
        help='such as "(x + y) * z"'
        + (", or SCRIPT.py, LESSON.py, or MODEL.py:NET" if script else ""),
    )
    _values(
        command,
        "x=1",
        "the value of each variable: x=1/3, W=[[1,0],[2,1]], X=data.csv"
        + (", or the words of the script after --" * script),
    )
    command.add_argument("--latex", action="store_true", help="EXPR is LaTeX (needs SymPy)")


def _values(command: argparse.ArgumentParser, metavar: str, what: str) -> None:
    # Without a default argparse counts them among the arguments that are required.
    command.add_argument("values", nargs="*", metavar=metavar, default=[], help=what)


def _style(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--style", choices=("cards", "circuit"), default="cards", help="of a graph in a .svg file"
    )


def _teaching(command: argparse.ArgumentParser) -> None:
    language(command)
    command.add_argument("--quiz", action="store_true", help="in a page, ask for the next number")
    _figures(command)


def _local(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--local", action="store_true", help="in a forward step, the local derivatives it saves"
    )


def _figures(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--digits", type=count(*DIGITS), metavar="N", help="of a number: 2 writes 0.73 and 1.37"
    )
    command.add_argument("--fractions", action="store_true", help="write 4/9 in place of 0.4444")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    _open_streams()
    try:
        try:
            heed_interrupts()
            return _run(list(sys.argv[1:] if argv is None else argv))
        finally:
            sys.stdout.flush()  # here, where a reader who has gone away is noticed
    except BrokenPipeError:
        _discard_output()
        return 0
    except KeyboardInterrupt as error:
        if error.args:
            complain(str(error))
        return STOPPED
    except MISTAKES as error:
        with suppress(OSError):
            complain(_message(error))
        _discard_output()
        return 2


def _run(words: list[str]) -> int:
    whole = parser()
    arguments, rest = whole.parse_known_args(_with_signs(words))
    # Values may also follow an option: step EXPR --lr 0.1 x=1.
    if rest and (not hasattr(arguments, "values") or any(word.startswith("-") for word in rest)):
        whole.commands.get(arguments.command, whole).refuse(rest[0].strip())
    if rest:
        arguments.values = [*arguments.values, *rest]
    if arguments.command is None:
        whole.print_help()
        return 0
    with warnings.catch_warnings():
        if not sys.warnoptions:
            # Those of NumPy: a wrong result is an error here, of one line.
            warnings.simplefilter("ignore", RuntimeWarning)
        with figures(*(getattr(arguments, name, None) for name in FIGURES)):
            return int(import_module(f"autograd.cli.{arguments.command}").run(arguments))


def _open_streams() -> None:
    """Give a program that was started without a stream (``>&-``) one that goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


def _discard_output() -> None:
    """Send what is left of the output nowhere; otherwise Python reports it at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _message(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        reason = error.strerror[:1].lower() + error.strerror[1:]
        if error.filename is None:  # the stream that is printed on
            return f"the output cannot be written: {reason}"
        return f"{path_text(error.filename)}: {reason}; give another path"
    return str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)


def _with_signs(words: Sequence[str]) -> list[str]:
    """An expression may begin with a minus: after a space argparse does not see an option."""
    short = {"-o", "-i", "-v", "-h"}
    return [
        f" {word}" if re.match(r"-[^-]", word) and word not in short else word for word in words
    ]
