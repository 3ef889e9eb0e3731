"""A wheel has scripts, styles and tables in one compressed file; see autograd/shipped.py."""

from __future__ import annotations

import runpy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

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
        path = Path(self.folder.name, shipped["PACKED"])
        path.write_bytes(shipped["pack"](package))
        build_data["force_include"][str(path)] = f"autograd/{path.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self.folder.cleanup()
