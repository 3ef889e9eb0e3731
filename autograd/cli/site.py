"""Sites: the whole catalogue, a lecture, a folder of lessons, each as pages that are linked.

A page is written by any process, so that ``--jobs`` of them share the work; the index follows, with
the pictures that they hand back.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from autograd.calculus import State
from autograd.cli.catalogue import demonstrations
from autograd.cli.console import Console
from autograd.cli.parallel import shared
from autograd.cli.site_pages import MAKERS, RACERS, sheet_title
from autograd.lectures import LECTURES, Lecture, lecture
from autograd.lessons.worked_examples import EXAMPLES, FAMILIES, Example
from autograd.stage import Entry, Neighbours, Section, contents_page, linked
from autograd.writing import (
    FIGURES,
    Words,
    figures,
    in_every_language,
    one_line,
    translated,
    words,
    write_file,
)

#: Lessons of which there is a worksheet: their numbers are short.
SHEETS = ("sum-times", "product-of-sums", "relu-two-layer", "gradient-descent-step")
#: Run lessons about how a loss lies over its parameters.
LANDSCAPES = (
    "landscapes", "steepest-ascent", "convex-chord", "bowl-and-saddle", "loss-surface",
    "deep-loss-surfaces", "learning-rates", "ravine",
)  # fmt: skip
#: The surfaces of the races.
SURFACES = ("beale", "rosenbrock", "ravine")


@dataclass(frozen=True)
class Piece:
    """A page to write: what the index says of it, and what makes it, a kind and its arguments."""

    entry: Entry
    kind: str
    about: tuple[str, ...] = ()
    around: Neighbours | None = None


@dataclass(frozen=True)
class Chapter:
    """Pages under a heading of the index."""

    title: Words | None
    pieces: Sequence[Piece]


def write_site(
    chapters: Sequence[Chapter], titles: Words, arguments: argparse.Namespace, console: Console
) -> None:
    """The pages of all chapters into the folder ``-o``, linked in their order, and their index."""
    folder = Path(arguments.output)
    folder.mkdir(parents=True, exist_ok=True)
    pieces = [piece for chapter in chapters for piece in chapter.pieces]
    links = [(piece.entry.file, piece.entry.title) for piece in pieces]
    ends = [None, *links, None]
    chained = [
        replace(piece, around=Neighbours(before, after))
        for piece, before, after in zip(pieces, ends, ends[2:])
    ]
    options = {name: getattr(arguments, name, None) for name in ("quiz", *FIGURES)}
    one = partial(write_piece, folder, arguments.lang, options)
    pictures = iter(shared(arguments, one, chained))
    sections = [
        Section(
            chapter.title,
            [replace(piece.entry, picture=next(pictures)) for piece in chapter.pieces],
        )
        for chapter in chapters
    ]
    write_file(folder / "index.html", contents_page(titles, sections, arguments.lang))
    index = one_line(str(folder / "index.html"))
    console.tell(words("wrote {n} pages; open {index}", n=len(pieces) + 1, index=index))


def write_piece(folder: Path, lang: str, options: State, piece: Piece) -> str:
    """Write one page, in whatever process; its picture for the index, as HTML."""
    with warnings.catch_warnings(), figures(*(options[name] for name in FIGURES)):
        if not sys.warnoptions:
            warnings.simplefilter("ignore", RuntimeWarning)
        page, picture = MAKERS[piece.kind](lang, bool(options["quiz"]), *piece.about)
    assert piece.around is not None
    write_file(folder / piece.entry.file, linked(page, piece.around, lang))
    return picture


# -- the chapters of a site -----------------------------------------------------------------------


def catalogue() -> list[Chapter]:
    """All that the library has a page for."""
    shown = _shown()
    drawn = {each.name: each for each in demonstrations()}
    from optim.examples import EXAMPLES as DESCENTS

    def of_run(names: Sequence[str]) -> list[Piece]:
        return [
            Piece(
                Entry(
                    f"{name}.html", translated(drawn[name].title), drawn[name].code, shown.get(name)
                ),
                "run",
                (name,),
            )
            for name in names
        ]

    rest = [name for name in drawn if name not in LANDSCAPES]
    return [
        Chapter(words("Try it"), _trying()),
        *(
            Chapter(title, [_lesson(example, shown.get(example.name)) for example in family])
            for title, family in FAMILIES.items()
        ),
        Chapter(words("Landscapes"), of_run(LANDSCAPES)),
        Chapter(
            words("Descent and optimizers"), of_run([name for name in rest if name in DESCENTS])
        ),
        Chapter(
            words("Networks and their training"),
            of_run([name for name in rest if name not in DESCENTS]),
        ),
        Chapter(words("Races"), _races()),
        Chapter(words("Lectures"), [_lecture(lecture(letter)) for letter in LECTURES]),
        Chapter(words("Exercises"), _exercises()),
    ]


def of_lecture(one: Lecture) -> list[Chapter]:
    """A page for each place of a lecture, with the numbers that it prints."""
    pieces = [
        Piece(Entry(f"{row.id.lower()}.html", row.what, row.id, row.where), "place", (row.id,))
        for row in one.places
    ]
    return [Chapter(None, pieces)]


def of_folder(folder: str, lessons: Sequence[Example]) -> list[Chapter]:
    """The lessons of one's own that a folder has."""
    pieces = [replace(_lesson(one), kind="own", about=(folder, one.name)) for one in lessons]
    return [Chapter(None, pieces)]


def _shown() -> dict[str, Words]:
    """What the lectures show by a lesson, by its name: at the first place that has it."""
    places = [row for letter in reversed(LECTURES) for row in reversed(lecture(letter).places)]
    return {row.lesson: row.what for row in places}


def _lesson(example: Example, line: Words | None = None) -> Piece:
    where = Entry(f"{example.name}.html", example.title, example.code, line)
    return Piece(where, "lesson", (example.name,))


def _trying() -> list[Piece]:
    typed = words("Type a formula, move its inputs, and step through its graph.")
    trained = words("Train a small network, and look at its neurons, gradients and graph.")
    return [
        Piece(Entry("playground.html", words("Playground"), line=typed), "playground"),
        Piece(Entry("training.html", words("A training to watch"), line=trained), "training"),
    ]


def _races() -> list[Piece]:
    return [
        Piece(
            Entry(
                f"race-{name}.html",
                words("Race: {surface}", surface=name),
                line=in_every_language(RACERS),
            ),
            "race",
            (name,),
        )
        for name in SURFACES
    ]


def _lecture(one: Lecture) -> Piece:
    count = words("{n} places", n=len(one.places))
    title = in_every_language(one.title)
    return Piece(
        Entry(f"lecture-{one.letter.lower()}.html", title, one.letter, count),
        "lecture",
        (one.letter,),
    )


def _exercises() -> list[Piece]:
    asked = words("Ten questions of lecture E, each answered by an experiment.")
    pieces = [Piece(Entry("quiz-e.html", words("Quiz"), "E", asked), "quiz")]
    for name in SHEETS:
        found = EXAMPLES[name]
        for solved in ("", "-solutions"):
            title = sheet_title(found, solved)
            where = Entry(f"sheet-{name}{solved}.html", title, found.code)
            pieces.append(Piece(where, "sheet", (name, solved)))
    return pieces
