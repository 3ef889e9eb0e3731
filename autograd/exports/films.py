"""Frames one after the other: a .gif by Pillow, an .mp4 by ffmpeg."""

from __future__ import annotations

import io
import math
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

#: Seconds that a frame is shown: time to read a line of a formula.
PACE = 1.5
SLOWEST, FASTEST = 60.0, 0.02
#: How many times longer the last frame of a .gif stays, before it begins anew.
_LINGER = 3
#: About so many frames say which colours a film has.
_SAMPLES = 24


def check_pace(pace: float) -> float:
    """ValueError for a pace that no player shows."""
    if not FASTEST <= pace <= SLOWEST:
        raise ValueError(f"pace {pace:g}: give {FASTEST:g} to {SLOWEST:g} seconds a frame")
    return pace


def gif(frames: Sequence[Image], pace: float, stays: Sequence[int]) -> bytes:
    """The frames in the colours of all of them; it repeats.

    Each stays for as many times the pace as ``stays`` has.
    """
    from PIL.Image import Dither

    palette = _palette(frames)
    # One after another, as Pillow takes them: all of them are large.
    drawn = (image.quantize(palette=palette, dither=Dither.NONE) for image in frames)
    first = next(drawn)
    lengths = [round(1000 * pace * times) for times in stays]
    lengths[-1] = max(lengths[-1], min(_LINGER * round(1000 * pace), 5000))
    film = io.BytesIO()
    first.save(film, "GIF", save_all=True, append_images=drawn, duration=lengths, loop=0)
    return film.getvalue()


def _palette(frames: Sequence[Image]) -> Image:
    """The colours of frames spread over the film, its last one among them."""
    from PIL import Image
    from PIL.Image import Resampling

    chosen = range(len(frames))[:: -max(1, math.ceil(len(frames) / _SAMPLES))]
    side = math.isqrt(len(chosen) - 1) + 1
    width, height = (length // side for length in frames[-1].size)
    # Pixels that are left out keep the colours of the others as they are; a mean would mix them.
    together = Image.new("RGB", (side * width, side * height), "white")
    for i, number in enumerate(chosen):
        small = frames[number].resize((width, height), Resampling.NEAREST)
        together.paste(small, (i % side * width, i // side * height))
    return together.quantize(256, kmeans=0)


def mp4(frames: Sequence[Image], pace: float, stays: Sequence[int]) -> bytes:
    """The frames as a video that browsers, slides and telephones play."""
    program, (width, height) = ffmpeg(), frames[0].size
    with tempfile.TemporaryDirectory() as folder:
        target, said = Path(folder) / "film.mp4", Path(folder) / "said"
        words = [
            program, "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24",
            "-s", f"{width}x{height}", "-framerate", f"{1 / pace:.6g}", "-i", "-",
            "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(target),
        ]  # fmt: skip
        with (
            said.open("wb") as errors,
            subprocess.Popen(words, stdin=subprocess.PIPE, stderr=errors) as running,
        ):
            assert running.stdin is not None
            with suppress(BrokenPipeError), running.stdin as pipe:
                for image, times in zip(frames, stays, strict=True):
                    pixels = image.tobytes()
                    for _ in range(times):
                        pipe.write(pixels)
        if running.returncode or not target.exists():
            reason = said.read_text("utf-8", "replace").split("\n")[0] or "it gave no reason"
            raise RuntimeError(f"ffmpeg made no .mp4 ({reason}); write a .gif")
        return target.read_bytes()


def ffmpeg() -> str:
    """The program, from PATH or from the wheel; RuntimeError with the remedy where there is none.

    The wheel is not in the extra ``export``: it is larger than all the rest of it together.
    """
    found = shutil.which("ffmpeg")
    if found is not None:
        return found
    try:
        return str(import_module("imageio_ffmpeg").get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        raise RuntimeError(
            "a .mp4 needs ffmpeg, which is not on PATH; install it (https://ffmpeg.org/download), "
            "or pip install imageio-ffmpeg, or write a .gif"
        ) from None
