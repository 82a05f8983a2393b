"""The one form of docstrings: a sentence; the long form only for what users call."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [
    path
    for folder in ("gradio/caching", "bases", "fork", "bench", "scripts", "test")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
LONG_FORM = {
    "gradio/caching/decorator.py",
    "gradio/caching/counts.py",
    "gradio/caching/handle.py",
    "gradio/caching/injectable.py",
    "gradio/caching/types/packing.py",
    "gradio/caching/types/registry.py",
    "gradio/caching/stores/backing.py",
    "gradio/caching/stores/base.py",
}
SECTION = re.compile(r"^(Parameters|Returns|Yields|Raises|Example):$", re.MULTILINE)
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def docstrings(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, DOCUMENTED) and (text := ast.get_docstring(node)):
            yield getattr(node, "name", "the module"), text


def names_of(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", FILES, ids=names_of(FILES))
def test_docstrings_begin_with_a_sentence(path):
    assert [name for name, text in docstrings(path) if SECTION.match(text)] == []


@pytest.mark.parametrize("path", FILES, ids=names_of(FILES))
def test_the_long_form_is_for_what_users_call(path):
    found = [name for name, text in docstrings(path) if SECTION.search(text)]
    if str(path.relative_to(ROOT)) not in LONG_FORM:
        assert found == []


def test_there_are_no_files_in_the_list_that_do_not_use_it():
    used = {
        str(path.relative_to(ROOT))
        for path in FILES
        if any(SECTION.search(text) for _, text in docstrings(path))
    }
    assert used == LONG_FORM
