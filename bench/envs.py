"""The virtual environments that are compared, made once per base and kept."""

from __future__ import annotations

import shutil
import subprocess
import venv
from pathlib import Path

from fork import pin

ROOT = Path(__file__).resolve().parent.parent
_BASE = pin.read(ROOT / "upstream.toml")
FOLDER = ROOT / "build" / _BASE.version / "bench"

IS_DEFAULT = _BASE.version == pin.default(ROOT / "upstream.toml")
HAS_CACHE = bool(_BASE.drop)
"""Whether the base has a cache of its own, in whose place ours is."""
PEER = "cached" if HAS_CACHE else "plain"
"""What hits are measured against: the base with its own cache, or without one."""

INSTALLED = {
    "fork": ["--editable", f"{ROOT}[redis]", "diskcache", "joblib"],
    "base": [f"{_BASE.distribution}==={_BASE.version}"],
    "plot": ["matplotlib"],
    "simulation": ["matplotlib", "numpy", "simpy"],
}
"""What each environment holds: `fork` also the peers of its stores."""


def make(name: str, fresh: bool = False) -> None:
    """Makes an environment unless it is there."""
    folder, ready = FOLDER / name, FOLDER / name / ".ready"
    wanted = "\n".join(INSTALLED[name])
    if not fresh and ready.exists() and ready.read_text() == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    install = ["-m", "pip", "install", "--quiet", *INSTALLED[name]]
    subprocess.run([python(name), *install], check=True)
    ready.write_text(wanted)


def python(name: str) -> str:
    """Returns the path of its interpreter."""
    return str(FOLDER / name / "bin" / "python")


def version(name: str, distribution: str = "gradio") -> str:
    """Returns the version that is."""
    code = f"from importlib import metadata; print(metadata.version({distribution!r}))"
    command = [python(name), "-c", code]
    return subprocess.run(
        command, check=True, capture_output=True, text=True
    ).stdout.strip()
