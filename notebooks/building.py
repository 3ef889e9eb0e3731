"""The notebooks, made of their sources and texts, and run.

A source (``01_one_expression.py``) has the code of a notebook and the keys of its prose, once for
all languages; ``texts/en/01_one_expression.md`` has the prose in English by key. A cell opens with
``# %%``, a cell of prose with ``# %% [markdown] key``.
"""

from __future__ import annotations

import io
import os
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
#: The first is the language of the code, whose notebooks have names without a language in them.
LANGUAGES = ("en", "id", "de")
#: What JupyterLab is told about the kernel: nothing that differs between machines.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
#: Colours of a plot that is kept: it needs no more, and is a third in size.
COLOURS = 48


def sources() -> list[Path]:
    """The source of every notebook, in reading order."""
    return sorted(HERE.glob("[0-9][0-9]_*.py"))


def path_of(source: Path, lang: str) -> Path:
    """Where a notebook is kept, with its outputs."""
    return source.with_suffix(".ipynb" if lang == LANGUAGES[0] else f".{lang}.ipynb")


def cells_of(source: Path) -> list[tuple[str | None, str]]:
    """For each cell its key and "", or None and its code."""
    cells: list[tuple[str | None, str]] = []
    for cell in re.split(r"^# %%", source.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        opening, _, code = cell.partition("\n")
        key = opening.partition("[markdown]")[2].strip()
        cells.append((key, "") if key else (None, code.strip()))
    return cells


def texts_of(source: Path, lang: str) -> dict[str, str]:
    """The prose of a notebook in one language, by key; a key stands in ``<!-- key -->``."""
    path = HERE / "texts" / lang / f"{source.stem}.md"
    parts = re.split(r"^<!-- (\S+) -->$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {key: text.strip() for key, text in zip(parts[1::2], parts[2::2])}


def code_in(code: str, lang: str) -> str:
    """The code of a cell: the same in every language but for the line that names it."""
    return code.replace(f'lang = "{LANGUAGES[0]}"', f'lang = "{lang}"')


def notebook_of(source: Path, lang: str) -> Any:
    """The notebook in one language, without outputs, its cells numbered."""
    from nbformat import v4

    texts = texts_of(source, lang)
    cells = []
    for number, (key, code) in enumerate(cells_of(source), 1):
        name = f"cell-{number:02d}"
        if key is None:
            cells.append(v4.new_code_cell(code_in(code, lang), id=name))
        else:
            cells.append(v4.new_markdown_cell(texts[key], id=name))
    return v4.new_notebook(cells=cells, metadata=METADATA)


def run(notebook: Any, plots: bool = True) -> Any:
    """Execute every cell in this folder, with plots among the outputs, as JupyterLab does.

    RuntimeError for a cell that fails. IPython runs the cells in this process: all notebooks share
    the imports, and none waits for a kernel. To draw the plots is half of the time.
    """
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline" if plots else "agg"
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output
    from nbformat import v4

    shell: Any = InteractiveShell.instance()
    shell.reset(new_session=True)
    results: list[Any] = []

    def keep(value: Any) -> None:
        if value is not None and not shell.displayhook.quiet():
            results.append(shell.display_formatter.format(value)[0])

    shell.display_trap.hook = keep
    folder, path = Path.cwd(), sys.path[:]
    os.chdir(HERE)
    sys.path.insert(0, str(HERE))
    try:
        for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), 1):
            results.clear()
            with capture_output() as captured:
                ran = shell.run_cell(cell.source, store_history=True)
            if not ran.success:
                raise RuntimeError(f"notebooks: {cell.id} fails:\n{captured.stdout}")
            cell.execution_count = number
            printed = {"stdout": captured.stdout, "stderr": captured.stderr}
            cell.outputs = [
                v4.new_output("stream", name=k, text=t) for k, t in printed.items() if t
            ]
            cell.outputs += [
                v4.new_output("execute_result", kept(data), execution_count=number)
                for data in results
            ]
            cell.outputs += [v4.new_output("display_data", kept(o.data)) for o in captured.outputs]
    finally:
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")
        os.chdir(folder)
        sys.path[:] = path
    return notebook


def kept(data: dict[str, Any]) -> dict[str, Any]:
    """What a notebook keeps of an output: of a picture no page around it, of a plot few colours."""
    data = dict(data)
    if "image/svg+xml" in data:
        data.pop("text/html", None)
    if "image/png" in data:
        data["image/png"] = fewer_colours(data["image/png"])
    return data


def fewer_colours(png: bytes | str) -> str:
    """A plot in base64 with a palette."""
    from base64 import b64decode, b64encode

    from PIL import Image

    raw = png if isinstance(png, bytes) else b64decode(png)
    small = io.BytesIO()
    Image.open(io.BytesIO(raw)).convert("RGB").quantize(COLOURS).save(small, "PNG", optimize=True)
    return b64encode(small.getvalue()).decode("ascii")


def write(notebook: Any, path: Path) -> None:
    import nbformat

    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
