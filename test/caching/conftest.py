"""
Hypothesis profiles: `pytest test/caching --hypothesis-profile nightly` looks at a
hundred times as many examples.
"""

import sys
from collections import Counter, OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from weakref import WeakValueDictionary

import pytest
from hypothesis import HealthCheck, settings

from gradio.caching import decorator, errors
from gradio.caching.context.sessions import SESSIONS
from gradio.caching.functions.registry import FunctionRegistry
from support.gates import Gate

# golden_values is imported by this name wherever tests run: classes' names are in keys
sys.path.insert(0, str(Path(__file__).parents[1]))

settings.register_profile("quick", max_examples=100, deadline=None)
settings.register_profile(
    "nightly",
    max_examples=10_000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
if settings.get_current_profile_name() == "default":
    settings.load_profile("quick")


@pytest.fixture(autouse=True)
def _nothing_said_yet(monkeypatch):
    """What is said once per process is said once per test."""
    monkeypatch.setattr(errors, "_warned", errors.OncePerSubject())
    monkeypatch.setattr(errors, "_logged", errors.OncePerSubject())


@pytest.fixture(autouse=True)
def _no_function_is_known_yet(monkeypatch):
    """Tests cache the same functions, and count what their caches hold."""
    monkeypatch.setattr(decorator, "_CACHES", FunctionRegistry())


@pytest.fixture(autouse=True)
def _no_session_is_known_yet(monkeypatch):
    """Tests give their sessions the same names."""
    monkeypatch.setattr(SESSIONS, "_ended", OrderedDict())
    monkeypatch.setattr(SESSIONS, "_connections", Counter())
    monkeypatch.setattr(SESSIONS, "_live", WeakValueDictionary())


@pytest.fixture
def pool():
    with ThreadPoolExecutor(16) as pool:
        yield pool


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.open()
