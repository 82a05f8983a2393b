"""
Keys are the same in every process, on every machine, and for ever within a version of
the format.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from caching import golden_values

from gradio.caching.hashing import KEY_VERSION

HERE = Path(__file__).parent
GOLDEN = HERE / f"golden_keys_v{KEY_VERSION}.json"


def test_keys_are_those_of_this_version():
    """
    If this fails, keys have changed: raise KEY_VERSION, and store what
    `golden_values.keys()` returns.
    """
    assert json.loads(golden_values.keys()) == json.loads(GOLDEN.read_text())


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_makes_the_same_keys(seed):
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    environment["PYTHONPATH"] = os.pathsep.join([str(HERE.parent), *sys.path])
    code = "from caching import golden_values; print(golden_values.keys())"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(run.stdout) == json.loads(golden_values.keys())
