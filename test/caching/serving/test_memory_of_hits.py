"""What hits leave in the memory of a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("memory_of_hits.py")


def test_ten_thousand_hits_leave_memory_where_it_was():
    # By itself, as whatever else a process runs would count too.
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, str(SCRIPT)],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 100_000
