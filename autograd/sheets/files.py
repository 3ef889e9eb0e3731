"""Writes a worksheet, and beside it its solutions, in the format that the extension names."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from autograd.sheets.answers import answers
from autograd.sheets.exercises import Sheet
from autograd.sheets.latex import latex
from autograd.sheets.moodle import moodle
from autograd.sheets.page import page
from autograd.sheets.text import text
from autograd.writing import extension, write_file

#: Formats of which the solutions are a second file, and formats that have the answers in them.
_TWO = {".tex": latex, ".html": page, ".txt": text, ".pdf": latex}
_ONE = (".xml", ".json")
FORMATS = (*_TWO, *_ONE)


def save(sheet: Sheet, path: str | os.PathLike[str], lang: str = "en") -> list[Path]:
    """Write the sheet to ``path``, and its solutions to the path with ``-solutions`` in its name.

    The extension is .tex, .pdf (by pdflatex), .html or .txt; .xml for Moodle and .json have the
    answers in the same file. Returns the paths. ValueError for another extension, RuntimeError
    where a .pdf cannot be made, OSError for an unwritable path.
    """
    target, suffix = Path(path), extension(path, FORMATS)
    if suffix in _ONE:
        write_file(target, moodle(sheet, lang) if suffix == ".xml" else answers(sheet))
        return [target]
    beside = target.with_name(f"{target.stem}-solutions{target.suffix}")
    contents = [_TWO[suffix](sheet, solved, lang) for solved in (False, True)]
    files = [compiled(source) if suffix == ".pdf" else source for source in contents]
    for place, content in zip((target, beside), files):
        write_file(place, content)
    return [target, beside]


def compiled(source: str) -> bytes:
    """A LaTeX document as PDF; RuntimeError with the remedy where there is no pdflatex."""
    program = shutil.which("pdflatex")
    if program is None:
        raise RuntimeError(
            "a .pdf needs pdflatex, which is not on PATH; install TeX (https://tug.org/texlive), "
            "or write a .html file and print it"
        )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sheet.tex").write_text(source, encoding="utf-8")
        words = [program, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error"]
        done = subprocess.run(
            [*words, "sheet.tex"], cwd=folder, capture_output=True, check=False, timeout=120
        )
        made = Path(folder) / "sheet.pdf"
        if done.returncode or not made.exists():
            said = done.stdout.decode("utf-8", "replace").splitlines()
            why = next((line for line in said if line.startswith("!")), "! it gave no reason")
            raise RuntimeError(
                f"pdflatex failed ({why[2:]}); it needs amsmath and tikz; write a .html file "
                "and print it"
            )
        return made.read_bytes()
