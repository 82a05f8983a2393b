"""A small made-up base and checkout, and the real wheel."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fork import base, frontend, pin
from fork.pin import Pin
from fork.project import HERE, Project
from support.commands import pip, run
from support.wheels import BASE_FILES, make_wheel, pin_to, upstream, write_all

SEAM = """
[[edit]]
scope = "Blocks.launch"
before = "return 1"
insert = "print('launched')"
why = "To be seen."
"""


@pytest.fixture
def base_wheel(tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    return make_wheel(folder, "1.0", BASE_FILES)


@pytest.fixture
def pinned(base_wheel: Path) -> Pin:
    return pin_to(base_wheel)


@pytest.fixture
def project(tmp_path: Path, base_wheel: Path, monkeypatch) -> Project:
    """A checkout with one seam, one package of ours, and a frontend that stays."""
    monkeypatch.setenv(base.WHEEL_VARIABLE, str(base_wheel))
    monkeypatch.setattr(frontend, "patch", lambda _: None)
    monkeypatch.setattr(frontend, "inputs", list)
    monkeypatch.delenv(pin.VARIABLE, raising=False)
    pinned = pin_to(base_wheel)
    root = tmp_path / "checkout"
    files = {
        "upstream.toml": upstream([pinned]),
        "fork/engine.py": "# the pipeline itself\n",
        "seams/gradio/blocks.py.toml": SEAM,
        "gradio/caching/__init__.py": "",
        "gradio/caching/keys.py": "KEY = 1\n",
    }
    write_all(root, files)
    return Project(root)


@pytest.fixture(scope="session")
def base_tree() -> Path:
    """The real base, unpacked."""
    return base.unpacked(HERE.base, pin.read(HERE.pin))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    """The real wheel, built as anyone builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--wheel-dir", folder, HERE.root)
    [path] = folder.iterdir()
    return path


@pytest.fixture(scope="session")
def make_venv(tmp_path_factory) -> Callable[[], Path]:
    """Makes a virtual environment with nothing in it and returns its Python."""

    def make() -> Path:
        folder = tmp_path_factory.mktemp("venv")
        run(sys.executable, "-m", "venv", "--without-pip", folder)
        return folder / "bin" / "python"

    return make
