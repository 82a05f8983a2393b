"""Hatchling's way in: assembles the package for an editable install or a wheel."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    """Named in pyproject.toml, and made by Hatchling with the project's `root`."""

    def dependencies(self) -> list[str]:
        """What to install into the build environment: Node, where there is none."""
        self._make_importable()
        from fork import frontend

        return frontend.build_requirements()

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Assembles; an editable install then points there, a wheel takes it all."""
        self._make_importable()
        from fork.assemble import assemble
        from fork.errors import ForkError
        from fork.project import Project

        live = version == "editable"
        project = Project(Path(self.root))
        try:
            dest = assemble(project, live)
        except ForkError as e:
            raise SystemExit(f"error: {e}") from None
        if live:  # one per base, so pyproject.toml can't name it
            where = dest.relative_to(project.root).as_posix()
            self.build_config.target_config["dev-mode-dirs"] = [where]
        else:
            build_data["force_include"].update(self._contents(dest))

    def _make_importable(self) -> None:
        if self.root not in sys.path:
            sys.path.insert(0, self.root)

    def _contents(self, dest: Path) -> dict[str, str]:
        metadata = f"{self.build_config.builder.artifact_project_id}.dist-info"
        return {
            str(dest / "gradio"): "gradio",
            str(dest / "licenses"): f"{metadata}/licenses",
        }
