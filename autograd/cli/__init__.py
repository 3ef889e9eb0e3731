"""The command line: ``tracegrad demo | step | render | examples | race | train | predict``.

A mistake of the user's is one line on stderr and exit status 2; a reader who goes away (a closed
pipe) and Ctrl-C end the program quietly.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from autograd.writing import LANGUAGES, one_line

__all__ = ["main"]

STOPPED = 130  # what a shell expects of a program that Ctrl-C ended

#: What goes wrong because of what was asked; anything else is a fault of ours, with a traceback.
MISTAKES = (ValueError, TypeError, LookupError, OSError, ArithmeticError, RuntimeError, ImportError)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage in front."""

    def error(self, message: str) -> NoReturn:
        complain(f"{message}; see {self.prog} --help")
        sys.exit(2)


def complain(message: str) -> None:
    """One line on stderr, whatever the message is made of."""
    line = one_line(" ".join(message.split()))
    print(f"tracegrad: {line}".encode("utf-8", "replace").decode(), file=sys.stderr)


def parser() -> Parser:
    """The whole command line; a command's module is loaded when the command runs."""
    whole = Parser(
        prog="tracegrad", description="Backpropagation, step by step: print it, draw it, train it."
    )
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)

    demo = commands.add_parser(
        "demo", help="a worked example stepped, one drawn, a network trained"
    )
    demo.add_argument("-o", "--output", metavar="DIR", default=".", help="where the files go")
    demo.add_argument("--lang", default="en", choices=LANGUAGES, help="the language of the words")

    step = commands.add_parser("step", help="an expression, forward and backward, step by step")
    _expression(step)
    step.add_argument("-o", "--output", metavar="FILE", help="write FILE.html .txt .tex .json .svg")
    step.add_argument("-i", "--interactive", action="store_true", help="one key at a time")
    step.add_argument("--mode", default="reverse", choices=("reverse", "forward"))
    step.add_argument("--lr", type=float, metavar="RATE", help="end with a gradient descent step")
    step.add_argument("--iterations", type=int, metavar="N", help="that many steps of descent")
    step.add_argument("--wrt", metavar="NAMES", help="the inputs to update or to move: w1,w2")
    _teaching(step)

    render = commands.add_parser("render", help="draw the graph of an expression")
    _expression(render)
    render.add_argument(
        "-o", "--output", metavar="FILE", required=True, help="a .svg .html .dot .png or .pdf file"
    )
    render.add_argument("--detail", action="store_true", help="every value, however many there are")
    render.add_argument("--forward-only", action="store_true", help="values without gradients")
    render.add_argument("--theme", choices=("auto", "light", "dark"), default="auto")
    render.add_argument("--engine", choices=("dot", "wasm"), help="what lays the picture out")
    render.add_argument("-v", "--verbose", action="store_true", help="say how it was laid out")
    _teaching(render)

    examples = commands.add_parser("examples", help="the catalogue of worked examples")
    examples.add_argument("name", nargs="?", metavar="NAME", help="sum-times, or W1")
    examples.add_argument(
        "-o", "--output", metavar="FILE", help="a .html .svg .tex .json or .txt file"
    )
    examples.add_argument("--all", action="store_true", help="all as pages, into the folder -o DIR")
    _teaching(examples)

    race = commands.add_parser("race", help="optimizers from one start, on one surface")
    race.add_argument("--surface", default="beale", help="beale, rosenbrock, bowl, ravine, ...")
    race.add_argument("--optimizers", default="sgd,momentum,rmsprop,adam", help="names, or all")
    race.add_argument("--start", metavar="X,Y", help="where all begin; the surface's own otherwise")
    race.add_argument("--steps", type=int, default=200, metavar="N")
    race.add_argument("-o", "--output", metavar="FILE", help="a .svg .png .pdf .gif or .html file")

    train = commands.add_parser("train", help="a network that predicts a column of a CSV file")
    train.add_argument("data", metavar="DATA.csv")
    train.add_argument("--target", metavar="COL", help="the column to predict; the last otherwise")
    train.add_argument("--hidden", default="16,16", metavar="SIZES", help="sizes of hidden layers")
    train.add_argument("--activation", default="relu", help="relu, tanh, sigmoid, ...")
    train.add_argument("--optimizer", default="adam", help="adam, sgd, rmsprop, ...")
    train.add_argument("--lr", type=float, metavar="RATE", help="the optimizer's usual otherwise")
    train.add_argument("--epochs", type=int, default=200, metavar="N")
    train.add_argument("--batch-size", type=int, default=32, metavar="N")
    train.add_argument("--test-size", type=float, default=0.2, metavar="SHARE")
    train.add_argument("--seed", type=int, default=0, metavar="N")
    train.add_argument("--dropout", type=float, default=0.0, metavar="P")
    train.add_argument("--weight-decay", type=float, default=0.0, metavar="RATE")
    train.add_argument(
        "-o", "--output", metavar="NAME", help="NAME.safetensors, NAME-graph.svg, ..."
    )

    predict = commands.add_parser("predict", help="what a trained network says of a CSV file")
    predict.add_argument("weights", metavar="NAME.safetensors")
    predict.add_argument("data", metavar="DATA.csv")
    predict.add_argument("-o", "--output", metavar="FILE.csv", help="where the predictions go")
    return whole


def _expression(command: argparse.ArgumentParser) -> None:
    command.add_argument("expression", metavar="EXPR", help='such as "(x + y) * z"')
    command.add_argument("values", nargs="*", metavar="x=1", help="the value of each variable")


def _teaching(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--lang", default="en", choices=LANGUAGES, help="the language of the words"
    )
    command.add_argument("--quiz", action="store_true", help="in a page, ask for the next number")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    given = list(sys.argv[1:] if argv is None else argv)
    whole = parser()
    arguments, rest = whole.parse_known_args(_with_signs(given))
    # Values may also follow an option: step EXPR --lr 0.1 x=1.
    if rest and (not hasattr(arguments, "values") or any(word.startswith("-") for word in rest)):
        whole.error(f"unknown argument {rest[0].strip()}")
    if rest:
        arguments.values += rest
    if arguments.command is None:
        whole.print_help()
        return 0
    try:
        status = int(import_module(f"autograd.cli.{arguments.command}").run(arguments))
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Nobody reads on; what Python would still flush at exit has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return STOPPED
    except MISTAKES as error:
        sys.stdout.flush()
        complain(_message(error))
        return 2


def _message(error: BaseException) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        reason = error.strerror or "cannot be used"
        return f"{error.filename}: {reason[:1].lower()}{reason[1:]}; give another path"
    return str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)


def _with_signs(given: Sequence[str]) -> list[str]:
    """An expression may begin with a minus: after a space argparse does not see an option."""
    short = {"-o", "-i", "-v", "-h"}
    return [
        f" {word}" if re.match(r"-[^-]", word) and word not in short else word for word in given
    ]
