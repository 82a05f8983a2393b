"""Where things are: the checkout's sources, and what is generated under `build/`."""

from dataclasses import dataclass
from pathlib import Path

from fork import pin


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
        """Our files for every base."""
        return self.root / "gradio"

    @property
    def overlays(self) -> list[Path]:
        """Our files: those for every base, and those for the chosen one."""
        return [self.overlay, self.root / "bases" / self.version / "gradio"]

    @property
    def version(self) -> str:
        """The version of the chosen base."""
        return pin.read(self.pin).version

    @property
    def build(self) -> Path:
        return self.root / "build"

    @property
    def base(self) -> Path:
        """Holds the base wheel and its unpacked tree; nothing else writes there."""
        return self.build / "base"

    @property
    def place(self) -> Path:
        """What is made of the chosen base; that of others is beside it."""
        return self.build / self.version

    @property
    def live(self) -> Path:
        """The assembled package that an editable install points at."""
        return self.place / "fork"

    @property
    def frozen(self) -> Path:
        """The assembled package that goes into the wheel."""
        return self.place / "wheel"


HERE = Project(Path(__file__).resolve().parent.parent)
