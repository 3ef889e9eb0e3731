"""``python -m notebooks [NAME ...]``: run the notebooks anew and write their ``.ipynb`` files.

The source, ``01_one_expression.py``, and its texts, ``texts/en/01_one_expression.md``, are what is
edited and reviewed. The ``.ipynb`` beside the source is the same with the outputs, and is what
JupyterLab and the web show. This command makes it, in every language.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from notebooks.building import LANGUAGES, notebook_of, path_of, run, sources, write


def main(words: list[str]) -> int:
    """Rebuild the notebooks whose file names start with one of the names, or all."""
    parser = argparse.ArgumentParser(prog="notebooks")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--lang", choices=LANGUAGES, help="one language only")
    parser.add_argument("--no-plots", dest="plots", action="store_false", help="draw no plots")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="write them somewhere else")
    arguments = parser.parse_args(words)
    chosen = [
        source
        for source in sources()
        if not arguments.names or source.name.startswith(tuple(arguments.names))
    ]
    if not chosen:
        print(f"notebooks: none is called {' '.join(arguments.names)}", file=sys.stderr)
        return 2
    for source in chosen:
        for lang in (arguments.lang,) if arguments.lang else LANGUAGES:
            path = path_of(source, lang)
            write(
                run(notebook_of(source, lang), arguments.plots),
                (arguments.to or path.parent) / path.name,
            )
            print(path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
