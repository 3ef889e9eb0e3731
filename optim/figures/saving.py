"""A figure as a file: the same figure gives the same bytes."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from optim.figures.themed import svg_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = (".svg", ".png", ".pdf")


def save_figure(figure: Figure, target: Path, title: str = "", description: str = "") -> None:
    """Save it, the same figure to the same bytes every time; an SVG says what it is."""
    kind = target.suffix.lower()
    if kind == ".svg":
        written(target, svg_of(figure, title, description))
        return
    written(target, bytes_of(figure, kind[1:]))


def bytes_of(figure: Figure, kind: str) -> bytes:
    """A .png or a .pdf of ``figure``."""
    picture = BytesIO()
    undated = {"CreationDate": None} if kind == "pdf" else None
    figure.savefig(picture, format=kind, dpi=120, metadata=undated)
    return picture.getvalue()


def written(target: Path, content: bytes | str) -> None:
    """The content, in a file of that name."""
    # Here, so that optimizers are imported without the engine.
    from autograd.writing import write_file

    write_file(target, content)


def checked(path: str | Path, kinds: tuple[str, ...] = KINDS) -> Path:
    """The path, if a picture can be saved there; ValueError or FileNotFoundError otherwise."""
    target = Path(path)
    if target.suffix.lower() not in kinds:
        raise ValueError(
            f"cannot save {repr(target.name)[:100]}: the name must end in {', '.join(kinds)}"
        )
    if not os.path.isdir(target.parent):  # False for a path that cannot be
        raise FileNotFoundError(
            f"there is no folder {repr(str(target.parent))[:200]} to save a picture in"
        )
    return target


def saved(figure: Figure, path: str | Path | None) -> Figure:
    """The figure, written to ``path`` if there is one."""
    if path is not None:
        save_figure(figure, checked(path))
    return figure
