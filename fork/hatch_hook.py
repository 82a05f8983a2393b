"""Hatchling's way in: assembles the package for an editable install or a wheel."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    """Named in pyproject.toml; `initialize` runs before the wheel is written."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, self.root)
        from fork.assemble import assemble
        from fork.errors import ForkError
        from fork.project import Project

        live = version == "editable"
        try:
            dest = assemble(Project(Path(self.root)), live)
        except ForkError as e:
            raise SystemExit(f"error: {e}") from None
        if not live:
            build_data["force_include"][str(dest / "gradio")] = "gradio"
