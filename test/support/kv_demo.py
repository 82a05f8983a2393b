"""demo/cache_kv_demo, whose small model is trained once for all tests."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from fork.lock import locked
from support.documents import ROOT

SCRIPT = "demo/cache_kv_demo/run.py"
SETTINGS = {
    "XDG_CACHE_HOME": str(ROOT / "build" / "kv_demo"),
    "HF_HUB_OFFLINE": "1",
    "CACHE_KV_MODEL": "",
}


def load(**settings: str) -> ModuleType:
    """The demo as a module; its model is trained first, unless that was done before."""
    spec = importlib.util.spec_from_file_location("cache_kv_demo", ROOT / SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**SETTINGS, **settings}.items():
            patch.setenv(name, value)
        with locked(ROOT / "build" / "kv_demo.lock"):  # two would train it twice
            spec.loader.exec_module(module)
    return module
