"""Lessons of one's own: Examples that a Python file defines, or the files of a folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from autograd.calculus import path_text, short
from autograd.cli.scripts import defines_lessons, raised, run_script
from autograd.engine import source_lines
from autograd.lessons.worked_examples import Example

Result = TypeVar("Result")


class RaisedError(ValueError):
    """What a program of a lesson has raised, told with its file and line."""


def lessons_of_file(script: str, command: str = "step") -> list[Example]:
    """The Examples among the variables of a Python file, each held to its expected numbers.

    ValueError, in one line, for a file that raises or has none, for a name that no page can have,
    and for a number that is not met: with what is expected and what is computed.
    """
    with source_lines():
        variables, status = run_script(command, script, ())
    lessons = list({id(x): x for x in variables.values() if isinstance(x, Example)}.values())
    if not lessons and status is not None:
        raise ValueError(
            f"{command}: {path_text(script)} ended by sys.exit({short(status)}) before it had a "
            "lesson; leave the call out"
        )
    if not lessons:
        raise ValueError(
            f"{command}: {path_text(script)} has no variable that is an Example; "
            "write lesson = Example(code, name, title, program)"
        )
    return [_checked(lesson, script, command) for lesson in lessons]


def lessons_of_folder(folder: str) -> list[Example]:
    """The lessons of the files of a folder, in the order of their names.

    A file that imports no Example is left alone: others may import it. One that is no Python is
    refused, as a lesson would be missing.
    """
    place = Path(folder)
    if not place.is_dir():
        raise ValueError(f"examples: {path_text(folder)} is no folder; give one with lessons in it")
    files = [str(file) for file in sorted(place.glob("*.py")) if defines_lessons(str(file), True)]
    lessons: dict[str, Example] = {}
    for file in files:
        for lesson in lessons_of_file(file, "examples"):
            if lesson.name.lower() in lessons:
                raise ValueError(
                    f"examples: {path_text(file)}: there is a lesson {short(lesson.name)} already; "
                    "give each a name of its own"
                )
            lessons[lesson.name.lower()] = lesson
    if not lessons:
        raise ValueError(
            f"examples: no .py file in {path_text(folder)} imports Example from "
            "autograd.lessons.worked_examples; write a lesson there"
        )
    return list(lessons.values())


def _checked(lesson: Example, script: str, command: str) -> Example:
    """``lesson``, whose program names its file when it raises."""
    if not re.fullmatch(r"[^\W_][\w-]*", lesson.name) or lesson.name.lower() == "index":
        raise ValueError(
            f"{command}: {path_text(script)}: {short(lesson.name)} is no name for a page; use "
            "letters, digits and -"
        )
    made = replace(lesson, make=_told(lesson.make, script, command))
    try:
        unmet = made.unmet()
    except RaisedError:
        raise
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise ValueError(f"{command}: {path_text(script)}: {error}") from error
    if unmet:
        raise ValueError(f"{command}: {path_text(script)}: {lesson.name}: {'; '.join(unmet)}")
    return made


def _told(program: Callable[[], Result], script: str, command: str) -> Callable[[], Result]:
    """``program`` with the lines of its source noted, and its errors in one line."""

    def run() -> Result:
        try:
            with source_lines():
                return program()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # also SystemExit, which would end the command in silence
            name = getattr(program, "__name__", "")
            call = f"{name}()" if name.isidentifier() else "its program"
            remedy = f"call {call} in it and run python {path_text(script)} to see all of it"
            raise RaisedError(raised(command, script, error, remedy)) from error

    return run


def refuse_options(options: Sequence[str]) -> None:
    """ValueError for an option of the command line that a lesson decides itself."""
    if options:
        raise ValueError(f"step: a lesson says itself how it is stepped; leave --{options[0]} out")
