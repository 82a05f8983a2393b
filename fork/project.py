"""Where things are: the checkout's sources, and what is generated under `build/`."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Project:
    """A checkout of this repository, by its root directory."""

    root: Path

    @property
    def pin(self) -> Path:
        return self.root / "upstream.toml"

    @property
    def seams(self) -> Path:
        return self.root / "seams"

    @property
    def overlay(self) -> Path:
        return self.root / "gradio"

    @property
    def build(self) -> Path:
        return self.root / "build"

    @property
    def base(self) -> Path:
        """Holds the base wheel and its unpacked tree; nothing else writes there."""
        return self.build / "base"

    @property
    def live(self) -> Path:
        """The assembled package that an editable install points at."""
        return self.build / "fork"

    @property
    def frozen(self) -> Path:
        """The assembled package that goes into the wheel."""
        return self.build / "wheel"


HERE = Project(Path(__file__).resolve().parent.parent)
