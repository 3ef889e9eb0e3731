"""Opens files of each format by programs that are not ours, and says what is in them."""

import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests import peers

BEAMER = r"""\documentclass{beamer}
\usepackage[utf8]{inputenc}\usepackage{amsmath,graphicx,tikz}
\begin{document}\begin{frame}[allowframebreaks]\input{%s}\end{frame}\end{document}
"""
ARTICLE = r"""\documentclass{article}
\usepackage[utf8]{inputenc}\usepackage{amsmath,graphicx,tikz}
\begin{document}Before. \input{%s} After.\end{document}
"""


def run(*words: object) -> str:
    """What a program prints; AssertionError with its last lines where it fails."""
    done = subprocess.run([str(word) for word in words], capture_output=True, check=False)
    said = done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")
    assert done.returncode == 0, said[-600:]
    return said


def svg(path: Path) -> int:
    """One picture: well-formed XML with a size and a title, which needs nothing from elsewhere."""
    text = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg" and root.get("viewBox")
    assert not re.search(r'(?:href|src)="(?!#|data:)|url\((?!#)', text), path
    return 1


def png(path: Path) -> int:
    image = peers.require("PIL.Image")
    with image.open(path) as picture:
        assert picture.format == "PNG" and min(picture.size) > 50
        assert len(picture.convert("RGB").getcolors(1 << 24)) > 20, f"{path} is blank"
    return 1


def gif(path: Path) -> int:
    """The frames, none of them blank."""
    image = peers.require("PIL.Image")
    with image.open(path) as film:
        frames = int(getattr(film, "n_frames", 1))
        for i in range(frames):
            film.seek(i)
            assert len(film.convert("RGB").getcolors(1 << 24)) > 5, f"{path}, frame {i + 1}"
    return frames


def mp4(path: Path) -> int:
    """The frames that a decoder counts."""
    said = run(
        peers.require("ffprobe"), "-v", "error", "-count_frames", "-select_streams", "v:0",
        "-show_entries", "stream=nb_read_frames,width,height", "-of", "json", path,
    )  # fmt: skip
    (stream,) = json.loads(said)["streams"]
    assert stream["width"] % 2 == stream["height"] % 2 == 0
    return int(stream["nb_read_frames"])


def pdf(path: Path) -> int:
    """The pages; there are words in them, as text."""
    assert run(peers.require("pdftotext"), path, "-").strip()
    found = re.search(r"Pages:\s+(\d+)", run(peers.require("pdfinfo"), path))
    assert found is not None
    return int(found[1])


def tex(path: Path) -> int:
    """Input in a document and in a frame of beamer; the pages of the document."""
    program = peers.require("pdflatex")
    text = path.read_text(encoding="utf-8")
    assert r"\documentclass" not in text and r"\paragraph" not in text
    assert text.startswith("%") and "it needs" in text.split("\n", 1)[0]
    pages = 0
    for kind, document in (("beamer", BEAMER), ("article", ARTICLE)):
        folder = path.parent / f"{path.stem}{path.suffix[1:]}-{kind}"
        folder.mkdir(exist_ok=True)
        (folder / "whole.tex").write_text(document % f"../{path.name}", encoding="utf-8")
        done = subprocess.run(
            [program, "-interaction=nonstopmode", "-halt-on-error", "whole.tex"],
            cwd=folder, capture_output=True, check=False,
        )  # fmt: skip
        said = done.stdout.decode("utf-8", "replace")
        faults = re.findall(r"^!.*(?:\n.*){0,3}", said, re.M)
        assert done.returncode == 0, f"{path.name} in {kind}: {faults}"
        counted = re.search(r"\((\d+) pages?", said)
        pages = int(counted[1]) if counted else 0
    return pages


def dumped(path: Path) -> int:
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data, path
    return 1


def txt(path: Path) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 2, path
    return len(lines)


def html(path: Path) -> int:
    text = path.read_text(encoding="utf-8")
    assert text.lower().startswith("<!doctype html>")
    assert not re.search(r'(?:href|src)="https?:', text)
    return 1


OPENED: dict[str, Callable[[Path], int]] = {
    ".html": html, ".svg": svg, ".png": png, ".pdf": pdf, ".gif": gif, ".mp4": mp4, ".tex": tex,
    ".tikz": tex, ".json": dumped, ".txt": txt,
}  # fmt: skip


def shown_by(browser: Any, path: Path) -> list[str]:
    """What a browser complains of when it opens a page or a picture."""
    said: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if "http" in request.url else None)
    page.goto(path.resolve().as_uri())
    assert page.evaluate("document.documentElement.getBoundingClientRect().width") > 50
    page.close()
    return said
