"""Types of other libraries are learned when they are met."""

import subprocess
import sys
import threading
import types

import pytest

from gradio.caching.libraries import Libraries


@pytest.fixture
def library(monkeypatch):
    """A library `painting` with a class, and our module that would learn its types."""
    ours = types.ModuleType("our_painting")
    monkeypatch.setitem(sys.modules, "our_painting", ours)
    cls = type("Canvas", (), {"__module__": "painting.oil"})
    return Libraries({"painting": "our_painting"}), cls


def imports(monkeypatch) -> list[str]:
    imported: list[str] = []
    monkeypatch.setattr("importlib.import_module", imported.append)
    return imported


def test_a_library_is_learned_once(library, monkeypatch):
    libraries, cls = library
    imported = imports(monkeypatch)
    libraries.meet(cls)
    libraries.meet(cls)
    assert imported == ["our_painting"]


def test_a_subclass_of_a_library_type_counts(library, monkeypatch):
    libraries, cls = library
    imported = imports(monkeypatch)
    libraries.meet(type("Mine", (cls,), {"__module__": "mine"}))
    assert imported == ["our_painting"]


def test_other_types_load_nothing(library, monkeypatch):
    libraries, _ = library
    imported = imports(monkeypatch)
    libraries.meet(type("Other", (), {"__module__": "paintings"}))
    libraries.meet(int)
    assert imported == []


def test_a_failed_import_is_tried_again(library, monkeypatch):
    libraries, cls = library
    attempts = []

    def fail(name: str) -> None:
        attempts.append(name)
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", fail)
    for _ in range(2):
        with pytest.raises(ImportError):
            libraries.meet(cls)
    assert len(attempts) == 2


def test_nobody_dispatches_before_the_module_is_there(library, monkeypatch):
    libraries, cls = library
    loading, loaded = threading.Event(), threading.Event()
    order: list[str] = []

    def slow(name: str) -> None:
        loading.set()
        loaded.wait(5)
        order.append("imported")

    monkeypatch.setattr("importlib.import_module", slow)

    def meet() -> None:
        libraries.meet(cls)
        order.append("met")

    threads = [threading.Thread(target=meet) for _ in range(2)]
    threads[0].start()
    assert loading.wait(5)
    threads[1].start()
    loaded.set()
    for thread in threads:
        thread.join()
    assert order.index("met") > order.index("imported")


def test_keys_sizes_and_copies_load_no_optional_library():
    code = """
import sys
import gradio
before = set(sys.modules)
import gradio.caching.hashing, gradio.caching.sizing, gradio.caching.snapshot
roots = {name.partition(".")[0] for name in set(sys.modules) - before}
print(sorted(roots & {"torch", "polars", "pyarrow", "transformers", "redis"}))
print([n for n in sys.modules if n.startswith("gradio.caching.") and "frames" in n])
"""
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert printed.split("\n")[:2] == ["[]", "[]"]
