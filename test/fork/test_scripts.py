"""What make runs on a bare machine, with programs made up for it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from fork import pin
from fork.project import HERE
from support.commands import run

SCRIPTS = HERE.root / "scripts"
LOG = 'echo "$(basename "$0") $*" >> "$LOG"\n'


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine whose PATH holds what a test puts there; `log` is what was called."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    for name in ["basename", "ln", "rm"]:
        (programs / name).symlink_to(shutil.which(name, path="/usr/bin:/bin"))
    return Machine(tmp_path)


class Machine:
    def __init__(self, folder: Path):
        self.folder = folder

    def has(self, *names: str, does: str = "") -> None:
        for name in names:
            path = self.folder / "bin" / name
            path.write_text(f"#!/bin/sh\n{LOG}{does}\n")
            path.chmod(0o755)

    def runs(self, script: str, *arguments: str) -> subprocess.CompletedProcess:
        command = [str(SCRIPTS / script), *arguments]
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False
        )

    @property
    def log(self) -> list[str]:
        path = self.folder / "log"
        return path.read_text().splitlines() if path.exists() else []


def test_system_packages_with_all_there_calls_nothing(machine):
    machine.has("google-chrome", "ffprobe", "redis-server")
    assert machine.runs("system-packages").returncode == 0
    assert machine.log == []


def test_system_packages_installs_what_is_missing_as_root(machine):
    machine.has("apt-get")
    machine.has("id", does="echo 0")
    assert machine.runs("system-packages").returncode == 0
    assert machine.log[-1].startswith("apt-get install")
    assert machine.log[-1].endswith(" chromium ffmpeg redis-server")


@pytest.mark.parametrize(
    ("there", "missing"),
    [
        ([], "chromium ffmpeg redis-server"),
        (["chromium"], "ffmpeg redis-server"),
        (["chromium", "ffprobe"], "redis-server"),
    ],
)
def test_system_packages_says_what_to_install(machine, there, missing):
    machine.has("apt-get", *there)
    machine.has("id", does="echo 1000")
    done = machine.runs("system-packages")
    assert done.returncode == 1
    assert "not installed here:" in done.stderr
    assert done.stderr.split(":")[-1].split() == missing.split()


def test_ffmpeg_of_the_system_is_taken(machine):
    machine.has("ffmpeg")
    assert machine.runs("ffmpeg").returncode == 0
    assert machine.log == []


def test_ffmpeg_from_pypi_is_linked(machine):
    (machine.folder / ".venv/bin").mkdir(parents=True)
    machine.has("python", does='[ "$1" = -m ] || echo /somewhere/ffmpeg-linux')
    assert machine.runs("ffmpeg").returncode == 0
    assert machine.log[0] == "python -m pip install --quiet imageio-ffmpeg"
    link = machine.folder / ".venv/bin/ffmpeg"
    assert str(link.readlink()) == "/somewhere/ffmpeg-linux"


def test_without_any_ffmpeg_there_is_a_warning(machine):
    machine.has("python", does="exit 1")
    done = machine.runs("ffmpeg")
    assert done.returncode == 0
    assert "Install ffmpeg" in done.stderr


def test_setup_wants_python_310(machine):
    machine.has("old", does="exit 1")
    done = machine.runs("setup", "old", "venv")
    assert done.returncode == 1
    assert "old is missing or older than 3.10" in done.stderr
    assert "make PYTHON=" in done.stderr


def test_setup_wants_venv_and_leaves_nothing_half_made(machine):
    machine.has("py", does='[ "$1" = -c ] || { /bin/mkdir venv; exit 1; }')
    done = machine.runs("setup", "py", "venv")
    assert done.returncode == 1
    assert "apt install python3-venv" in done.stderr
    assert not (machine.folder / "venv").exists()


def test_make_alone_lists_every_target():
    makefile = (HERE.root / "Makefile").read_text()
    [targets] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    listed = run("make", "-C", HERE.root, "--no-print-directory").splitlines()
    assert [line.split()[1] for line in listed] == targets.split()
    assert all(len(line.split()) > 3 for line in listed)


def make(*arguments: str) -> subprocess.CompletedProcess:
    command = ["make", "-C", HERE.root, "--no-print-directory", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_make_takes_known_bases_alone():
    known = [pinned.version for pinned in pin.read_all(HERE.pin)]
    done = make("BASE=9.9.9", "help")
    assert done.returncode != 0
    assert f"no base 9.9.9; there are: {' '.join(known)}." in done.stderr
    for version in known:
        assert make(f"BASE={version}", "help").returncode == 0


def test_make_has_a_venv_for_each_base(monkeypatch):
    default = pin.default(HERE.pin)
    for pinned in pin.read_all(HERE.pin):
        venv = ".venv" if pinned.version == default else f"build/{pinned.version}/venv"
        assert f"{HERE.root / venv}/bin/python -m fork" in (
            make(f"BASE={pinned.version}", "--dry-run", "setup").stdout
        )
    monkeypatch.delenv(pin.VARIABLE, raising=False)
    assert f"{HERE.root / '.venv'}/bin/python" in make("--dry-run", "setup").stdout
