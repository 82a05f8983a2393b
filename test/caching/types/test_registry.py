"""The families of other libraries are loaded with their first value."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import threading
import weakref

import pytest

from gradio.caching.types import registry
from gradio.caching.types.registry import load_family


@pytest.fixture
def canvas(monkeypatch):
    """A class of a library `painting`, whose family would be learned."""
    monkeypatch.setattr(registry, "_loaded", weakref.WeakSet())
    monkeypatch.setitem(registry.LIBRARIES, "painting", "our_painting")
    return type("Canvas", (), {"__module__": "painting.oil"})


@pytest.fixture
def imported(monkeypatch):
    found: list[str] = []
    monkeypatch.setattr("importlib.import_module", found.append)
    return found


PAINTING = "gradio.caching.types.our_painting"


def test_a_library_is_learned_once(canvas, imported):
    load_family(canvas)
    load_family(canvas)
    assert imported == [PAINTING]


def test_a_subclass_of_a_library_type_counts(canvas, imported):
    load_family(type("Mine", (canvas,), {"__module__": "mine"}))
    assert imported == [PAINTING]


def test_other_types_load_nothing(canvas, imported):
    load_family(type("Other", (), {"__module__": "paintings"}))
    load_family(int)
    assert imported == []


def test_a_failed_import_is_tried_again(canvas, monkeypatch):
    attempts = []

    def fail(name: str) -> None:
        attempts.append(name)
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", fail)
    for _ in range(2):
        with pytest.raises(ImportError):
            load_family(canvas)
    assert len(attempts) == 2


def test_nobody_dispatches_before_the_module_is_there(canvas, monkeypatch):
    loading, loaded = threading.Event(), threading.Event()
    order: list[str] = []

    def slow(name: str) -> None:
        loading.set()
        loaded.wait(5)
        order.append("imported")

    monkeypatch.setattr("importlib.import_module", slow)

    def meet() -> None:
        load_family(canvas)
        order.append("met")

    threads = [threading.Thread(target=meet) for _ in range(2)]
    threads[0].start()
    assert loading.wait(5)
    threads[1].start()
    loaded.set()
    for thread in threads:
        thread.join()
    assert order.index("met") > order.index("imported")


def test_every_family_of_a_library_is_there():
    for family in registry.LIBRARIES.values():
        assert importlib.util.find_spec(f"gradio.caching.types.{family}"), family


OPTIONAL = ["torch", "transformers", "redis", "polars", "pyarrow"]
# What the first cache may load besides our own: what hashes, and what Python has.
FREE = ["blake3", *sys.stdlib_module_names]
LOOKED_FOR = f"""
import json, sys

looked_for = []

class Finder:
    def find_spec(self, name, path=None, target=None):
        looked_for.append(name)

sys.meta_path.insert(0, Finder())
import gradio
known = {{*looked_for}}
import gradio.caching.hashing, gradio.caching.sizing, gradio.caching.snapshot
gradio.cache(lambda x: [x])({{"a": 1}})
gradio.Cache().set("a", b=[1.0])
by_us = {{n for n in looked_for if not n.startswith("gradio.caching.")}} - known
from gradio.caching.types.registry import LIBRARIES
families = {{f"gradio.caching.types.{{name}}" for name in LIBRARIES.values()}}
print(json.dumps({{
    "optional": [name for name in looked_for if name.split(".")[0] in {OPTIONAL}],
    "by us": [name for name in by_us if name.split(".")[0] not in {FREE}],
    "families": sorted(families & {{*sys.modules}}),
    "hooks": [n for n in sys.modules if n.startswith("gradio.caching.serving.")],
}}))
"""


def test_using_the_cache_loads_no_library_and_no_hook_of_the_queue():
    ran = subprocess.run(
        [sys.executable, "-c", LOOKED_FOR],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    loaded = json.loads(ran.stdout)
    assert loaded == {"optional": [], "by us": [], "families": [], "hooks": []}
