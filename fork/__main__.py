"""`python -m fork`: assembles the live package, or writes the diff."""

import argparse
import sys
from pathlib import Path

from fork import diff
from fork.assemble import assemble
from fork.errors import ForkError
from fork.project import HERE


def _assemble() -> Path:
    return assemble(HERE, live=True)


def _diff() -> Path:
    return diff.write(HERE)


COMMANDS = {"assemble": _assemble, "diff": _diff}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fork", description=__doc__)
    parser.add_argument("command", nargs="?", choices=COMMANDS, default="assemble")
    try:
        print(COMMANDS[parser.parse_args().command]())
    except ForkError as e:
        print(f"error: {e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
