"""`python -m fork`: assembles the live package, or tells of the edits that make it."""

import argparse
import sys
from pathlib import Path

from fork import base, diff, pin, pull_request, report, surface, trial
from fork.assemble import assemble
from fork.errors import ForkError
from fork.project import HERE


def _assemble(_: list[Path]) -> Path:
    return assemble(HERE, live=True)


def _diff(_: list[Path]) -> Path:
    return diff.write(HERE)


def _pull_request(_: list[Path]) -> Path:
    return pull_request.write(HERE)


def _seams(wheels: list[Path]) -> str:
    return report.table(HERE, wheels).rstrip()


def _surface(_: list[Path]) -> Path:
    tree = base.unpacked(HERE.base, pin.read(HERE.pin))
    path = surface.path(HERE)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(surface.render(tree), "utf-8")
    return path


COMMANDS = {
    "assemble": _assemble,
    "diff": _diff,
    "pr": _pull_request,
    "seams": _seams,
    "surface": _surface,
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fork", description=__doc__)
    parser.add_argument("command", nargs="?", choices=COMMANDS, default="assemble")
    parser.add_argument(
        "wheels", nargs="*", type=Path, help="for seams: other releases"
    )
    parser.add_argument(
        "--check",
        nargs="*",
        metavar="PATCH",
        help="for pr: try each patch with its tests, or those of these names",
    )
    arguments = parser.parse_args()
    if arguments.check is not None and arguments.command != "pr":
        parser.error("--check is for pr")
    return arguments


def main() -> int:
    arguments = _arguments()
    try:
        if arguments.check is None:
            print(COMMANDS[arguments.command](arguments.wheels))
        else:
            print(trial.run(HERE, print, arguments.check))
    except ForkError as e:
        print(f"error: {e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
