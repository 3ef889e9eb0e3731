"""How a wheel is made small.

Scripts, styles and tables are in one compressed file, and those of languages in one each (see
autograd/shipped.py), and each file of
the archive is compressed by libdeflate, which looks longer for repeats than zlib does.
"""

from __future__ import annotations

import runpy
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from deflate import deflate_compress
from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PackTexts(BuildHookInterface[BuilderConfig]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return  # which reads the folder
        package = Path(self.root, "autograd")
        # Alone: the package imports NumPy, which the environment of a build does not have.
        shipped = runpy.run_path(str(package / "shipped.py"))
        self.folder = TemporaryDirectory()
        packed = {shipped["PACKED"]: shipped["pack"](package), **shipped["pack_languages"](package)}
        for name, contents in packed.items():
            path = Path(self.folder.name, Path(name).name)
            path.write_bytes(contents)
            build_data["force_include"][str(path)] = f"autograd/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self.folder.cleanup()
            recompress(Path(artifact_path))


class Deflate:
    """A compressor as zipfile asks for one: all that it is given, compressed at the end."""

    def __init__(self) -> None:
        self.contents = bytearray()

    def compress(self, contents: bytes) -> bytes:
        self.contents += contents
        return b""

    def flush(self) -> bytes:
        return bytes(deflate_compress(bytes(self.contents), 12))


def recompress(path: Path) -> None:
    """The same archive in 2 % fewer bytes."""
    with zipfile.ZipFile(path) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    with (
        patch("zipfile._get_compressor", lambda *_: Deflate()),
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for info, contents in members:
            archive.writestr(info, contents, zipfile.ZIP_DEFLATED)
