import importlib.util
import runpy
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")


def configure() -> None:
    runpy.run_path(str(CONFTEST))["pytest_configure"]()


def test_this_checkouts_package_is_accepted():
    configure()


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        (None, "finds no package"),
        (ModuleSpec("gradio", None), "finds no package"),
        (ModuleSpec("gradio", None, origin="/lib/gradio/__init__.py"), "finds /lib/"),
    ],
)
def test_any_other_is_refused_with_the_cure(spec, says, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: spec)
    with pytest.raises(pytest.UsageError, match=f"(?s){says}.*Run `make setup`"):
        configure()


def test_every_file_of_tests_has_a_name_of_its_own():
    names = [path.name for path in CONFTEST.parent.rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
