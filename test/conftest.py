"""Tests run against this checkout's assembled package, and no other Gradio."""

import functools
import gc
import importlib.util
import ssl
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from fork import pin
from fork.project import HERE

ASSEMBLED = HERE.live


def pytest_configure() -> None:
    # with no Gradio installed, our bare gradio/ is found: a namespace, with no origin
    spec = importlib.util.find_spec("gradio")
    origin = spec and spec.origin
    if not origin or ASSEMBLED not in Path(origin).parents:
        raise pytest.UsageError(
            f"`import gradio` finds {origin or 'no package'}, not {ASSEMBLED}.\n"
            "Run `make setup`, then `.venv/bin/python -m pytest`, or `make test`;\n"
            f"for another base than {HERE.version}, set {pin.VARIABLE}."
        )


@pytest.fixture(scope="session", autouse=True)
def certificates() -> Iterator[None]:
    """Reads them once, not for each of some thousand clients, which ask for none."""
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(ssl.create_default_context)
        patch.setattr(ssl, "create_default_context", once)
        yield


@pytest.fixture(scope="module", autouse=True)
def _what_stays_is_not_collected() -> None:
    """
    Lets collections leave out what the tests before have left for good: hundreds of
    apps, which take seconds to be walked through each time.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def kv_demo() -> ModuleType:
    """demo/cache_kv_demo with its small model, which takes half a minute to train."""
    from support import kv_demo  # once it is known which Gradio is tested

    return kv_demo.load()
