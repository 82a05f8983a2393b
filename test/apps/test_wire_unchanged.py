"""Apps that use no cache: base and fork send the same, but for ids and times."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fork import base, pin
from fork.project import HERE
from support import ports

SCRIPTS = HERE.root / "test" / "support"
sys.path.insert(0, str(SCRIPTS))
from ordinary_apps import APPS  # noqa: E402

# Of a process, of where Gradio is installed, or of a run.
IDS = (
    r'("app_id":)\d+',
    r'("event_id":)"[0-9a-f]{32}"',
    r'("(?:component_class_id|class_id|secret)":)"\w+"',
    r'("key":)-?\d{9,}',  # a hash of what holds rendered components
    r"(<function \w+ at )0x[0-9a-f]+",
    r"(/)[0-9a-f]{64}(?=/)",
)
TIMED = "duration|average_duration|rank_eta|eta|cache_duration|avg_time"
TIMES = (rf'("(?:{TIMED})":)(?:[\d.e-]+|null)',)
# In the place of a cache that the base has itself, for apps that ask for none.
STAND_IN = """
from contextlib import nullcontext
class Cache: ...
class CacheMissError(Exception): ...
def cache(fn): return fn
ProbeCache = TrackManualCacheUsage = nullcontext
def used_manual_cache(): return False
def clear_session_caches(session_hash): ...
def resolve_generator(fn): return fn, None
"""


@pytest.fixture(scope="module")
def upstream(tmp_path_factory) -> Path:
    """A copy of the base: to be imported would leave files in it."""
    tree = base.unpacked(HERE.base, pin.read(HERE.pin))
    copy = tmp_path_factory.mktemp("upstream")
    skipped = shutil.ignore_patterns("templates", "media_assets")
    shutil.copytree(tree / "gradio", copy / "gradio", ignore=skipped)
    (copy / "gradio/templates").symlink_to(tree / "gradio/templates")
    for name in pin.read(HERE.pin).drop:
        (copy / name).write_text(STAND_IN)
    return copy


@pytest.fixture(scope="module")
def sent(upstream, tmp_path_factory) -> dict[str, dict[str, list[str]]]:
    """What base and fork send, each in its own process, from the same address."""
    files = tmp_path_factory.mktemp("files")
    port = ports.free()
    return {root.name: _run(root, port, files) for root in (upstream, HERE.live)}


def _run(root: Path, port: int, files: Path) -> dict[str, list[str]]:
    settings = {
        "PYTHONPATH": str(root),
        "GRADIO_ANALYTICS_ENABLED": "False",
        "GRADIO_TEMP_DIR": str(files),
    }
    done = subprocess.run(
        [sys.executable, SCRIPTS / "wire.py", str(port)],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert Path(said["gradio"]).is_relative_to(root)
    return said["sent"]


def plain(line: str) -> str:
    for pattern in (*IDS, *TIMES):
        line = re.sub(pattern, r"\1_", line)
    return line


@pytest.mark.parametrize("app", [*APPS, "mcp"])
def test_every_byte_on_the_wire_is_the_bases(app, sent):
    if app not in sent[HERE.live.name]:
        pytest.skip("the package mcp is not installed")
    theirs, ours = ([plain(line) for line in each[app]] for each in sent.values())
    assert [pair for pair in zip(theirs, ours, strict=True) if len(set(pair)) > 1] == []


def test_all_that_was_asked_was_answered(sent):
    for app, asked in APPS.items():
        lines = sent[HERE.live.name][app]
        completed = [line for line in lines if '"process_completed"' in line]
        assert len(completed) == len(asked.queued)
        assert sum("event: complete" in line for line in lines) == len(asked.named)
        failed = [line for line in completed if '"success":false' in line]
        assert len(failed) == (app == "toasts")


def test_a_message_that_differs_is_seen():
    message = 'data: {"msg":"estimation","event_id":"%s","rank":%d,"rank_eta":0.1}'
    values = [("a" * 32, 0), ("b" * 32, 0), ("a" * 32, 1)]
    one, same, other = (plain(message % each) for each in values)
    assert one == same
    assert one != other
