"""What is to be shown, as all formats need it: a picture, frames, text, LaTeX, JSON, a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from autograd.exports.bitmaps import Bitmaps

if TYPE_CHECKING:
    from PIL.Image import Image

T = TypeVar("T")

Make = Callable[[], str]
#: A longer lesson becomes a film or a document only where its length is asked for.
MOST_FRAMES = 300


@dataclass(frozen=True, eq=False)
class Exhibit:
    """One thing to be shown, in one language; each form of it is made when it is asked for.

    ``picture`` is an SVG document: the thing as it is at the end. ``frames`` makes the first so
    many of ``count`` frames, an SVG document each; ``film`` gives them as images of Pillow, where
    those are not made of the others. ``pages`` is what a .pdf has in their place, ``beside`` what
    it has after them. ``pace`` is the seconds of a frame, where those of a step do not suit.
    ``otherwise`` draws a .png or a .pdf without Typst, None where it cannot. A form that is None is
    not there.
    """

    name: str
    html: Make
    text: Make
    latex: Make
    json: Make
    picture: Make
    tikz: Make | None
    frames: Callable[[int], Iterable[str]]
    count: Callable[[], int]
    pages: Callable[[], Sequence[str]] | None = None
    film: Callable[[], Sequence[Image]] | None = None
    beside: Callable[[], Sequence[str]] | None = None
    pace: float | None = None
    dot: Make | None = None
    otherwise: Callable[[str], bytes | None] | None = None
    _kept: dict[object, Any] = field(default_factory=dict, repr=False)

    def stills(self, limit: int | None = None) -> list[str]:
        """The frames; ValueError where there are none, or more than are made unasked."""
        count = self._once("count", self.count)
        if not count:
            raise ValueError(f"{self.name} has no steps to show one by one; write a .svg")
        if limit is None and count > MOST_FRAMES:
            raise ValueError(
                f"{self.name} has {count:,} steps, and {MOST_FRAMES} are the most; "
                f"limit={count} (--limit {count}) shows all, a smaller one the first"
            )
        _check_limit(limit)
        wanted = count if limit is None else min(count, limit)
        stills: list[str] = self._once(("stills", wanted), lambda: list(self.frames(wanted)))
        return stills

    def images(self, limit: int | None = None) -> Sequence[Image]:
        """The frames as images of one size, which a .gif and a .mp4 share."""
        _check_limit(limit)
        if self.film is not None:
            return list(self._once("film", self.film))[:limit]
        stills = self.stills(limit)
        made: Sequence[Image] = self._once(("images", len(stills)), lambda: Bitmaps(stills))
        return made

    def _once(self, key: object, make: Callable[[], T]) -> T:
        if key not in self._kept:
            self._kept[key] = make()
        kept: T = self._kept[key]
        return kept


def _check_limit(limit: int | None) -> None:
    if limit is not None and limit < 1:
        raise ValueError(f"limit {limit}: one frame is the least")
