"""``python -m notebooks [NAME ...]``: run the notebooks anew and write their ``.ipynb`` files.

A notebook is kept twice. The text (``01_one_expression.py``, jupytext's percent format) is what is
edited and reviewed; the ``.ipynb`` beside it is the same cells with their outputs, and is what
JupyterLab and the web show. This command makes the second from the first.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
#: A notebook that takes longer than this is not for reading along.
LONGEST_RUN = 60
#: What JupyterLab is told about the kernel: nothing that differs between machines.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


def texts() -> list[Path]:
    """The text half of every notebook, in reading order."""
    return sorted(HERE.glob("[0-9][0-9]_*.py"))


def pair(text: Path) -> Path:
    """The half with the outputs."""
    return text.with_suffix(".ipynb")


def from_text(source: str) -> Any:
    """The notebook that a percent script describes, without outputs, its cells numbered."""
    import jupytext

    notebook = jupytext.reads(source, fmt="py:percent")
    notebook.metadata = dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, 1):
        cell["id"] = f"cell-{number:02d}"
    return notebook


def run(notebook: Any) -> Any:
    """Execute every cell in a fresh kernel, in this folder; CellExecutionError if one fails."""
    from nbclient import NotebookClient

    client = NotebookClient(
        notebook,
        timeout=LONGEST_RUN,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(HERE)}},
    )
    # From a clone that is not installed, too; with figures among the outputs, as in JupyterLab.
    paths = os.pathsep.join(filter(None, [str(HERE.parent), os.environ.get("PYTHONPATH")]))
    figures = "module://matplotlib_inline.backend_inline"
    client.execute(env=os.environ | {"PYTHONPATH": paths, "MPLBACKEND": figures})
    notebook.metadata = dict(METADATA)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
    return notebook


def joined(outputs: list[Any]) -> list[Any]:
    """The outputs with what was printed in one piece, however the kernel had cut it up."""
    done: list[Any] = []
    for output in outputs:
        if done and output.get("name", "") == done[-1].get("name") and "text" in output:
            done[-1].text += output.text
        else:
            done.append(output)
    return done


def write(notebook: Any, path: Path) -> None:
    import nbformat

    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def main(names: list[str]) -> int:
    """Rebuild the notebooks whose file names start with one of ``names``, or all."""
    found = [text for text in texts() if not names or text.name.startswith(tuple(names))]
    if not found:
        print(f"notebooks: none is called {' '.join(names)}", file=sys.stderr)
        return 2
    for text in found:
        write(run(from_text(text.read_text(encoding="utf-8"))), pair(text))
        print(pair(text).name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
