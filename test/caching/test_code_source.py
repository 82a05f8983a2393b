"""How what is not plain was made, as the source of its module says."""

from __future__ import annotations

import os

import pytest

from gradio.caching.code.fingerprint import CodeWalk
from support.programs import fingerprints, program

pytestmark = pytest.mark.usefixtures("sources_are_what_runs")


HEAD = """
import maker as b
import collections, enum, functools, operator, string, types

class C:
    def __init__(self, v): self.v = v
    def add(self, fn): return fn
def making(c):
    def made(): return c.v
    return made
def scaling(c):
    def scaled(fn):
        @functools.wraps(fn)
        def inner(*args): return fn(*args) * c.v
        return inner
    return scaled
def f(x): return f and (A if x else h) and b.made
A = h = None
"""

CHANGED = {
    "an attribute of a class": "class A:\n    c = C(NUMBER)",
    "a mangled one": "class A:\n    __c = C(NUMBER)",
    "a container's": "class A:\n    c = collections.deque([NUMBER])",
    "a library's object": "class A:\n    c = operator.itemgetter(NUMBER)",
    "one of a class inside": "class A:\n    class B:\n        c = C(NUMBER)",
    "a variable that makes one": "K = C(NUMBER)\nclass A:\n    c = C(K)",
    "a function that makes one": """
def build(): return C(NUMBER)
class A:
    c = build()
""",
    "the value of an enum": "class A(enum.Enum):\n    ONE = C(NUMBER)",
    "a default": "def h(c=C(NUMBER)): return c",
    "a keyword's default": "def h(a=1, *, b=2, c=C(NUMBER)): return c",
    "one of several lambdas": "h = [lambda c=C(NUMBER): c, lambda: 0]",
    "what a function captured": "h = making(C(NUMBER))",
    "in a class": "class A:\n    h = staticmethod(making(C(NUMBER)))",
    "what a decorator is given": """
@scaling(C(NUMBER))
def h(x): return x
""",
    "a decorator's of a class": """
@C(NUMBER).add
class A: pass
""",
    "a function's attribute": "def h(): return 0\nh.k = NUMBER",
    "what was imported": "from maker import c as h",
    "what was imported by a star": "from maker import *\nh = c",
    "what was imported and captured": "from maker import made as h",
}

LEFT = {
    "what a library's decorator is given": """
@functools.lru_cache(maxsize=NUMBER)
def h(x): return x
""",
    "how a plain value is written": "h = [2, NUMBER + 2 - NUMBER]",
    "a default that is plain": "def h(x=2 * NUMBER - NUMBER - NUMBER): return x",
    "a comment, and the place": "\n" * 3 + "class A:\n    c = C(1)  # NUMBER",
}

ELSEWHERE = """
class C:
    def __init__(self, v): self.v = v
def making(c):
    return lambda: c.v
c, made = C(NUMBER), making(C(NUMBER))
"""


def numbered(folder, source, *numbers):
    is_told = "maker" in source
    maker = ELSEWHERE if is_told else ELSEWHERE.replace("NUMBER", "0")
    return fingerprints(folder, numbers, app=HEAD + source, maker=maker)


@pytest.mark.parametrize("what", CHANGED)
def test_how_it_was_made_counts(tmp_path, what):
    one, again, other = numbered(tmp_path, CHANGED[what], 1, 1, 2)
    assert one == again != other


@pytest.mark.parametrize("what", LEFT)
def test_what_makes_no_other_value_does_not_count(tmp_path, what):
    one, other = numbered(tmp_path, LEFT[what], 1, 2)
    assert one == other


def test_what_it_has_become_since_does_not_count(tmp_path):
    source = CHANGED["an attribute of a class"] + "\n    q = collections.deque()"
    source, elsewhere = (s.replace("NUMBER", "1") for s in (source, ELSEWHERE))
    with program(tmp_path, app=HEAD + source, maker=elsewhere) as module:
        before = CodeWalk().digest([module.f])
        module.A.c.v, module.A.c.w = 5, [7]
        module.A.q.append(1)
        assert CodeWalk().digest([module.f]) == before


def test_modules_that_import_from_each_other_end(tmp_path):
    app = "from other import c\ndef f(): return c\n"
    other = "c = object()\nfrom app import c\n"
    with program(tmp_path, app=app.replace("from", "c = 1\nfrom"), other=other) as m:
        assert CodeWalk().digest([m.f]) == CodeWalk().digest([m.f])


def test_a_folder_counts_by_its_place_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = "from pathlib import Path\nh = [Path('made'), {Path('a'), Path('b')}]"
    (before,) = numbered(tmp_path, source, 1)
    os.mkdir("made")
    (tmp_path / "made" / "a.txt").write_text("a")
    assert [*numbered(tmp_path, source, 1)] == [before]
    assert [*numbered(tmp_path, source.replace("'made'", "'other'"), 1)] != [before]
