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
from typing import Any

import pytest
from caching import golden_values, sample_keys

from gradio.caching.hashing import KEY_VERSION

HERE = Path(__file__).parent
GOLDEN = HERE / f"golden_keys_v{KEY_VERSION}.json"


@pytest.fixture(scope="module")
def elsewhere() -> dict[str, Any]:
    """What another process, which orders sets in another way, makes of all samples."""
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    environment["PYTHONPATH"] = os.pathsep.join([str(HERE.parent), *sys.path])
    code = "from caching import sample_keys; print(sample_keys.everything())"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


def test_keys_are_those_of_this_version():
    """
    If this fails, keys have changed: raise KEY_VERSION, and store what
    `golden_values.keys()` returns.
    """
    assert json.loads(golden_values.keys()) == json.loads(GOLDEN.read_text())


def test_another_process_makes_the_same_keys(elsewhere):
    assert elsewhere["golden"] == json.loads(golden_values.keys())


def test_another_process_makes_the_same_keys_of_all_samples(elsewhere):
    here = sample_keys.keys()
    assert {"test_builtin", "test_numpy", "test_pandas"} <= here.keys()
    for family, keys in here.items():
        assert elsewhere["samples"][family] == keys, family
