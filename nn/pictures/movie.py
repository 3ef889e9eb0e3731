"""A decision boundary during training, epoch by epoch."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from autograd.calculus import path_text
from autograd.typing import Array, Numbers
from nn.training import Callback, predict

if TYPE_CHECKING:
    from nn.training import Run


class BoundaryMovie(Callback):
    """Keep the model's scores over the plane every ``every`` epochs; ``save`` makes a GIF of them.

    ``X`` (n, 2) and ``y`` are the points to draw, ``resolution`` the grid's points a side.

    Pass it in ``nn.fit(..., callbacks=[...])``; it returns nothing.
    """

    y: Array
    every: int
    resolution: int
    sides: list[Array]
    grid: Array

    def __init__(self, X: Numbers, y: Numbers, every: int = 1, resolution: int = 80) -> None:
        self.X, self.y = np.asarray(X), np.asarray(y)
        if self.X.ndim != 2 or self.X.shape[1] != 2:
            raise ValueError(f"BoundaryMovie: points (n, 2) are wanted, not {self.X.shape}")
        if every < 1:
            raise ValueError(f"BoundaryMovie: every must be at least 1, not {every}")
        self.every, self.resolution = every, resolution
        low, high = self.X.min(axis=0), self.X.max(axis=0)
        margin = 0.12 * (high - low).max()
        self.sides = [
            np.linspace(a - margin, b + margin, resolution) for a, b in zip(low, high, strict=True)
        ]
        self.grid = np.stack(np.meshgrid(*self.sides), axis=-1).reshape(-1, 2)
        self.frames: list[tuple[str, Array]] = []

    def on_start(self, run: Run) -> None:
        if not self.frames:
            self.frames.append(("epoch 0", predict(run.model, self.grid)))

    def on_epoch(self, run: Run, row: dict[str, float]) -> None:
        if run.epoch % self.every == 0:
            title = f"epoch {run.epoch}, loss {row['loss']:.3f}"
            self.frames.append((title, predict(run.model, self.grid)))

    def save(self, path: str | Path, fps: int = 10, names: Sequence[str] | None = None) -> Path:
        """Write the animation to a ``.gif`` file; the last frame stays for a second."""
        from autograd.writing import write_file
        from nn.plots import decision_boundary, pyplot

        path = Path(path)
        if path.suffix != ".gif":
            raise ValueError(f"{path_text(path)}: ending {path.suffix!r} is unknown; use .gif")
        if not self.frames:
            raise ValueError("BoundaryMovie: no training has been filmed; pass it as a callback")
        plt = pyplot()
        from PIL import Image  # comes with matplotlib

        figure, axes = plt.subplots(figsize=(5.2, 4.6), layout="constrained")
        pictures = []
        for title, scores in self.frames:
            axes.clear()

            def computed(grid: Array, scores: Array = scores) -> Array:
                return scores

            decision_boundary(
                computed, self.X, self.y, names=names, ax=axes, resolution=self.resolution
            )
            axes.set_title(title)
            drawn = BytesIO()
            figure.savefig(drawn, format="png")
            pictures.append(Image.open(drawn).convert("RGB"))
        plt.close(figure)
        film, wait = BytesIO(), 1000 // fps
        waits = [wait] * (len(pictures) - 1) + [wait + 1000]
        pictures[0].save(
            film, "GIF", save_all=True, append_images=pictures[1:], duration=waits, loop=0
        )
        write_file(path, film.getvalue())
        return path
