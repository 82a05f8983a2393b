"""
Hypothesis profiles: `pytest test/caching --hypothesis-profile nightly` looks at a
hundred times as many examples.
"""

import math
import sys
from collections import Counter, OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from weakref import WeakValueDictionary

import pytest
from hypothesis import HealthCheck, settings

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


def loaded(module: str) -> ModuleType | None:
    """A module of the cache, if the tests have come to use it."""
    return sys.modules.get(f"gradio.caching.{module}")


@pytest.fixture(autouse=True)
def _nothing_said_yet(monkeypatch):
    """What is said once per process is said once per test."""
    if (errors := loaded("errors")) is not None:
        monkeypatch.setattr(errors, "_warned", errors.OncePerSubject())
        monkeypatch.setattr(errors, "_logged", errors.OncePerSubject())


@pytest.fixture(autouse=True)
def _no_function_is_known_yet(monkeypatch):
    """Tests cache the same functions, and count what their caches hold."""
    if (wrapping := loaded("wrapping")) is not None:
        monkeypatch.setattr(wrapping, "_CACHES", wrapping.FunctionRegistry())


@pytest.fixture(autouse=True)
def _no_session_is_known_yet(monkeypatch):
    """Tests give their sessions the same names."""
    if (sessions := loaded("context.sessions")) is not None:
        monkeypatch.setattr(sessions.SESSIONS, "_ended", OrderedDict())
        monkeypatch.setattr(sessions.SESSIONS, "_connections", Counter())
        monkeypatch.setattr(sessions.SESSIONS, "_live", WeakValueDictionary())


@pytest.fixture
def sources_are_what_runs(monkeypatch):
    """Programs of a test are written just now."""
    monkeypatch.setattr("gradio.caching.code.assigned.STARTED", math.inf)


@pytest.fixture(autouse=True)
def gradio_temp_dir(monkeypatch):
    """Uploads are not below `tmp_path`, as they are in Gradio's own tests."""
    monkeypatch.delenv("GRADIO_TEMP_DIR", raising=False)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(16) as pool:
        yield pool


@pytest.fixture
def gate():
    from support.gates import Gate

    gate = Gate()
    yield gate
    gate.open()


@pytest.fixture
def clock(monkeypatch):
    """The clock by which results grow old."""
    from gradio.caching import ages
    from support.clocks import Clock

    clock = Clock()
    monkeypatch.setattr(ages, "clock", clock)
    return clock


@pytest.fixture
def call():
    """Calls functions of any kind, as from a program of its own."""
    from support.ageing import calling

    with calling() as call:
        yield call


@pytest.fixture
def renewed():
    """Numbers the runs of a function, and holds up those after the first."""
    from support.ageing import Runs

    runs = Runs()
    yield runs
    runs.gate.open()


@pytest.fixture
def settled(monkeypatch):
    """Tells when renewals have ended."""
    from support.ageing import Settled

    return Settled(monkeypatch)


@pytest.fixture(autouse=True)
def _no_event_under_way():
    """No key that a test was handed is claimed by the calls of another."""
    if (keys := loaded("keys")) is None:
        yield
        return
    token = keys.PRECOMPUTED_KEY.set(None)
    yield
    keys.PRECOMPUTED_KEY.reset(token)
