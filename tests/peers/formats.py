"""Every lesson of the catalogue in every format, each opened by a program that is not ours.

    python -m tests.peers.formats FOLDER [--write] [--formats svg,mp4] [--lang id]

``--write`` writes the files first, and says how long that takes. Pillow opens .png and .gif,
ffprobe .mp4, Poppler .pdf, pdflatex .tex and .tikz (in an article and in beamer), Chromium .html
and .svg.
Ends with status 1 if one cannot be opened, or if a film has not as many frames as the lesson steps.
"""

import argparse
import sys
import time
from pathlib import Path

from autograd.cli import main as tracegrad
from autograd.exports import KINDS
from autograd.lessons.worked_examples import EXAMPLES
from tests import opened
from tests.browser import chromium


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--formats", default="all")
    parser.add_argument("--lang", default="en")
    arguments = parser.parse_args()
    if arguments.write:
        began = time.perf_counter()
        words = ["-o", str(arguments.folder), "--formats", arguments.formats]
        if tracegrad(["examples", "--all", *words, "--lang", arguments.lang]):
            return 1
        print(f"written in {time.perf_counter() - began:.0f} s")
    steps = {
        name: sum(len(scene.steps) for scene in example.lesson().scenes)
        for name, example in EXAMPLES.items()
    }
    wrong = 0
    files = sorted(path for path in arguments.folder.iterdir() if path.suffix in KINDS)
    with chromium() as browser:
        for path in files:
            try:
                count = opened.OPENED[path.suffix](path)
                if path.suffix in (".gif", ".mp4") and path.stem in steps:
                    assert count == steps[path.stem], f"{count} frames of {steps[path.stem]} steps"
                said = opened.shown_by(browser, path) if path.suffix in (".html", ".svg") else []
                assert not said, said
            except (AssertionError, ValueError, OSError) as error:
                wrong += 1
                print(f"{path.name}: {str(error)[:400]}")
    print(f"{len(files)} files opened, {wrong} faults")
    return int(wrong > 0 or not files)


if __name__ == "__main__":
    sys.exit(main())
