"""A wheel has the script and the styles of pages in one compressed file; see stage/packing.py."""

from __future__ import annotations

import runpy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PackAssets(BuildHookInterface[BuilderConfig]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return  # which reads the folder
        stage = Path(self.root, "autograd", "stage")
        # Alone: the package imports NumPy, which the environment of a build does not have.
        packing = runpy.run_path(str(stage / "packing.py"))
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name, packing["PACKED"])
        path.write_bytes(packing["pack"](packing["texts"](stage / "assets")))
        build_data["force_include"][str(path)] = f"autograd/stage/{path.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self.folder.cleanup()
