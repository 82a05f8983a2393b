"""Hatchling's way in for what is not written down here but taken from the base."""

import sys
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class CustomMetadataHook(MetadataHookInterface):
    """Named in pyproject.toml, which says what our own files need beside the base's."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Adds the version, the requirements, the extras and the scripts."""
        if self.root not in sys.path:
            sys.path.insert(0, self.root)
        from fork import base, pin
        from fork import metadata as bases
        from fork.errors import ForkError
        from fork.project import Project

        project = Project(Path(self.root))
        try:
            pinned = pin.read(project.pin)
            fields = bases.read(base.unpacked(project.base, pinned))
        except ForkError as e:
            raise SystemExit(f"error: {e}") from None
        fields["dependencies"] = [*fields["dependencies"], *self.config["dependencies"]]
        fields["optional-dependencies"] |= self.config["optional-dependencies"]
        metadata.update(fields, version=f"{pinned.version}+{self.config['release']}")
