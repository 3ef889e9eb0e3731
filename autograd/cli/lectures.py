"""``tracegrad lectures``: the five lectures that the worked examples follow."""

from __future__ import annotations

import argparse

from autograd.cli.console import Console
from autograd.lectures import LECTURES, lecture
from autograd.writing import column, words


def run(arguments: argparse.Namespace) -> int:
    console = Console(lang=arguments.lang)
    counted = words("places")[column(arguments.lang)]
    for letter in LECTURES:
        whole = lecture(letter)
        console.print(f"{letter}  {whole.title:<52} {len(whole.places):>3} {counted}")
    console.print("\ntracegrad lecture E, tracegrad lecture E15, tracegrad lecture E p30", "muted")
    return 0
