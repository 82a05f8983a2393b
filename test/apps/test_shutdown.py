"""A process that ends amid answers leaves what it leaves without a cache."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("shutdown_app.py")
DEADLINE = 120
# Starlette's, once for each line of Gradio that uses the old name.
_NOT_OURS = "ignore:'HTTP_422_UNPROCESSABLE_ENTITY'"


def started(folder, *arguments):
    return subprocess.Popen(
        [sys.executable, "-W", _NOT_OURS, SCRIPT, *arguments],
        env={
            **os.environ,
            "GRADIO_ANALYTICS_ENABLED": "False",
            "GRADIO_TEMP_DIR": str(folder),
            "PYTHONASYNCIODEBUG": "0",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process):
    try:
        out, errors = process.communicate(timeout=DEADLINE)
    finally:
        process.kill()
    *lines, last = out.splitlines() or [""]
    left = json.loads(last) if last.startswith("{") else last
    lines = [re.sub(r"\d+", "N", line) for line in lines]
    return {"code": process.returncode, "errors": errors, "out": lines, "left": left}


@pytest.mark.parametrize("ending", ["close", "again", "end", "SIGTERM", "SIGINT"])
def test_nothing_is_left_of_an_app_that_ends(tmp_path, ending):
    for kind in ("cached", "plain"):
        (tmp_path / kind).mkdir()
    cached = started(tmp_path / "cached", ending)
    plain = started(tmp_path / "plain", ending, "plain")
    expected, found = ended(plain), ended(cached)
    assert found == expected
    assert found["errors"] == ""
    if ending in ("close", "again"):
        assert found["left"] == {"threads": ["MainThread"], "files": []}
