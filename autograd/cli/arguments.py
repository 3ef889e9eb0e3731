"""The types of arguments of the command line, and the most that one call is asked for."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable

from autograd.calculus import short
from autograd.writing import LANGUAGES, pointed

#: The most that one call is asked for; a program of one's own has no limit.
MOST_ROUNDS = 1_000
MOST_RACE_STEPS = 100_000
MOST_EPOCHS = 1_000_000
MOST_EXERCISES = 200
MOST_JOBS = 1_000

#: The formats that what is shown is written in, as autograd.exports has them.
FILES = ".html .svg .png .pdf .gif .mp4 .tex .tikz .json .txt"


def count(fewest: int, most: int | None = None) -> Callable[[str], int]:
    """The type of an argument that is a whole number within bounds."""
    bounds = f"from {fewest:,}" + ("" if most is None else f" to {most:,}")

    def read(text: str) -> int:
        if not re.fullmatch(r" ?[+-]?\d{1,30}", text) or not fewest <= int(text) <= (
            math.inf if most is None else most
        ):
            raise argparse.ArgumentTypeError(f"{short(text.strip())} is no whole number {bounds}")
        return int(text)

    return read


def number(text: str) -> float:
    """The type of an argument that is a finite number."""
    try:
        value = float(pointed(text))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{short(text.strip())} is no finite number")
    return value


def rate(text: str) -> float:
    """The type of a learning rate, which is not negative."""
    value = number(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{short(text.strip())} is below 0; give such as 0.1")
    return value


def language(command: argparse.ArgumentParser) -> None:
    """The argument of every command: the language of what it prints and writes for people."""
    command.add_argument(
        "--lang", default="en", choices=LANGUAGES, help="the language of the words"
    )


def workers(command: argparse._ActionsContainer, jobs: int | None = 1) -> None:
    """The arguments of a command that many processes, or machines, can do.

    ``jobs`` are those where nothing is given; None are as many as there are processors.
    """
    command.add_argument(
        "--jobs",
        type=count(1, MOST_JOBS),
        default=jobs,
        metavar="N",
        help="so many processes at once" + ("; all processors otherwise" if jobs is None else ""),
    )
    command.add_argument("--dask", metavar="ADDRESS", help="the scheduler of a cluster of Dask")


class Once(argparse.Action):
    """An argument of which a second one would silently take the place of the first."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        first = getattr(namespace, self.dest)
        if first is not None:
            both = f"{short(first)} and {short(values)}"
            raise argparse.ArgumentError(self, f"{both} are two; give one in a call")
        setattr(namespace, self.dest, values)


def outputs(command: argparse.ArgumentParser, more: str = "") -> None:
    """The arguments of a command that writes such files."""
    kinds = f"{FILES} {more}".strip()
    command.add_argument("-o", "--output", action=Once, metavar="FILE", help=f"write FILE{kinds}")
    command.add_argument(
        "--frames", action=Once, metavar="DIR", help="and one .svg for each step, into DIR"
    )
    command.add_argument(
        "--pace", type=number, metavar="SECONDS", help="of a frame in a .gif or .mp4"
    )
    command.add_argument(
        "--n-up", type=count(1), metavar="N", help="steps on a page of a .pdf: 1, 2, 4, 6 or 9"
    )
    command.add_argument("--limit", type=count(1), metavar="N", help="the most steps to draw")


def separator(command: argparse._ActionsContainer) -> None:
    """The argument of a command that reads a table: "tab", "\\t", or the sign itself."""
    names = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "space": " "}
    command.add_argument(
        "--separator", type=lambda text: names.get(text, text), metavar="SIGN",
        help="found out otherwise",
    )  # fmt: skip
