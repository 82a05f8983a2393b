"""Code of which a fingerprint tells little, or nothing."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from gradio.caching.code import assigned
from gradio.caching.code.fingerprint import CodeWalk
from support.programs import program

pytestmark = pytest.mark.usefixtures("sources_are_what_runs")


def test_names_that_are_not_there_yet_do_not_count(tmp_path):
    with program(tmp_path, app="def f():\n    return later()\n") as module:
        before = CodeWalk().digest([module.f])
        module.later = len
        assert CodeWalk().digest([module.f]) != before


def test_a_structure_that_holds_itself_ends(tmp_path):
    source = "TABLE = {}\nTABLE['all'] = [TABLE, lambda: 1]\ndef f(): return TABLE\n"
    with program(tmp_path, app=source) as module:
        assert CodeWalk().digest([module.f]) == CodeWalk().digest([module.f])


def test_functions_of_libraries_are_their_names():
    def wrapping(fn):
        return functools.wraps(fn)(lambda *args: fn(*args))

    walk, other = CodeWalk(), CodeWalk()
    assert walk.digest([wrapping(Path.exists)]) == other.digest([wrapping(Path.exists)])
    assert walk.digest([Path.exists]) != other.digest([Path.is_file])


def test_a_dispatcher_of_a_library_is_looked_through(tmp_path):
    source = """
import functools
@functools.singledispatch
def f(x):
    return x
@f.register
def _(x: int):
    return x + 1
"""
    with program(tmp_path, app=source) as module:
        one = CodeWalk().digest([module.f])
    with program(tmp_path, app=source.replace("x + 1", "x + 2")) as module:
        assert CodeWalk().digest([module.f]) != one


@pytest.mark.parametrize("helpers", [10, 2_000])
def test_calls_of_each_other_in_any_number_are_walked_without_recursion(
    tmp_path, helpers
):
    source = "".join(
        f"def f{i}(x):\n    return f{(i + 1) % helpers}(x) + {i}\n"
        for i in range(helpers)
    )
    last = source.replace(f"+ {helpers - 1}\n", f"- {helpers - 1}\n")
    found = []
    for version in (source, source, last):
        with program(tmp_path, app=version) as module:
            found.append(CodeWalk().digest([module.f0]))
    assert found[0] == found[1] != found[2]


def test_a_source_that_was_changed_while_it_runs_tells_nothing(tmp_path, monkeypatch):
    source = "PIPE = object()\ndef f():\n    return PIPE\n"
    with program(tmp_path, app=source) as module:
        told = CodeWalk().digest([module.f])
        monkeypatch.setattr(assigned, "STARTED", 0.0)
        assert CodeWalk().digest([module.f]) != told


def test_a_source_that_is_gone_or_broken_tells_nothing(tmp_path):
    source = "PIPE = object()\ndef f():\n    return PIPE\n"
    with program(tmp_path, app=source) as module:
        told = CodeWalk().digest([module.f])
        Path(module.__file__).write_text("PIPE = (")
        broken = CodeWalk().digest([module.f])
        Path(module.__file__).unlink()
        assert told != broken == CodeWalk().digest([module.f])


def test_a_record_without_fields_is_one(tmp_path):
    source = "from dataclasses import dataclass\n@dataclass\nclass Empty: pass\n"
    source += "IT = [Empty()]\ndef f():\n    return IT\n"
    with program(tmp_path, app=source) as module:
        assert CodeWalk().digest([module.f])
