from __future__ import annotations

import os
import subprocess
import sys

import pytest

from gradio.caching.code.fingerprint import CodeWalk
from support import programs
from support.programs import program

APP = '''
import enum, functools, json, math
import numpy as np
import helpers
from helpers import scaled
from dataclasses import dataclass
from typing import NamedTuple

LIMIT = 0.5
WORDS = {"one", "two", "three"}
MEAN = np.array([0.485, 0.456])
calls = 0

class Color(enum.Enum):
    RED = 1

class Point(NamedTuple):
    x: int
    def norm(self):
        return abs(self.x)

ORIGIN = Point(5)
COLORS = {Color.RED, Point}

class Model:
    bias = 1
    def __init__(self, size=2):
        self.size = size
    @property
    def twice(self):
        return self.size * 2
    @staticmethod
    def shift(x):
        return x + 3

class Better(Model):
    pass

@dataclass(frozen=True)
class Config:
    depth: int = 4

MODEL, CONFIG = Better(), Config()
WEIGHTS = "weights-1"

def load(name):
    return object()

if LIMIT:
    PIPE = load(WEIGHTS)  # what it is can't be told
with open(__file__) as OPENED:
    pass

def shout(text, mark="!"):
    """Says it loudly."""
    return text.upper() + mark

def ruled(fn):
    @functools.wraps(fn)
    def inner(*args):
        return fn(*args) or None
    return inner

@ruled
def decorated(x):
    return x - 10

@functools.lru_cache
def remembered(x):
    return x + 20

TABLE = {"shout": shout, "late": lambda x: x * 30}
half = functools.partial(scaled, by=0.5)

def f(x):
    """What it does."""
    global calls
    calls += 1  # how often
    inner = [(lambda y: y + 40)(z) for z in x]
    rows = {str(z): {q for q in x if q in (5, 6)} for z in inner}
    known = PIPE, OPENED, CONFIG, Color.RED, COLORS, ORIGIN, WORDS, len(rows)
    if MODEL.twice > LIMIT and all(known):
        return shout("a"), decorated(1), remembered(2), half(3), json.dumps(inner)
    return helpers.other(MEAN), TABLE["late"](4), math.pi, Unknown
'''

HELPERS = """
FACTOR = 7

def scaled(x, by=2):
    return x * by * FACTOR

def other(x):
    return deeper(x)

def deeper(x):
    return other(x) if x else -8

def unused(x):
    return x - 9
"""


pytestmark = pytest.mark.usefixtures("sources_are_what_runs")


def fingerprint(folder, app=APP, helpers=HELPERS):
    return programs.fingerprint(folder, app=app, helpers=helpers)


SAME = {
    "again": (APP, HELPERS),
    "a comment": (APP.replace("# how often", "# how many times"), HELPERS),
    "a docstring": (APP.replace("What it does.", "What it may do."), HELPERS),
    "a helper's docstring": (APP.replace("Says it loudly.", "Loud."), HELPERS),
    "no docstring": (APP.replace('    """Says it loudly."""\n', ""), HELPERS),
    "moved lines": ("\n\n# A line.\n" + APP, "'''A module.'''\n\n" + HELPERS),
    "a function that nothing names": (APP, HELPERS.replace("x - 9", "x - 10")),
    "a variable that the function sets": (
        APP.replace("calls = 0", "calls = 5"),
        HELPERS,
    ),
    "how what nothing names is made": (APP + "SPARE = load('x')", HELPERS),
    "a comment on how it is made": (APP.replace("# what it is", "# what"), HELPERS),
}

OTHER = {
    "its own code": ("x - 10", "x - 11"),
    "a nested function": ("y + 40", "y + 41"),
    "a constant of its code": ("(5, 6)", "(5, 7)"),
    "a constant of its module": ("LIMIT = 0.5", "LIMIT = 0.6"),
    "a constant that equals it": ("LIMIT = 0.5", "LIMIT = True"),
    "an array": ("[0.485, 0.456]", "[0.485, 0.4561]"),
    "a set": ('"three"}', '"four"}'),
    "a member of an enum": ("RED = 1", "RED = 2"),
    "a record": ("Point(5)", "Point(6)"),
    "a record's method": ("abs(self.x)", "-abs(self.x)"),
    "a default": ('mark="!"', 'mark="?"'),
    "a method of an instance's class": ("self.size * 2", "self.size * 4"),
    "a static method": ("x + 3", "x + 4"),
    "a class's attribute": ("bias = 1", "bias = 2"),
    "a class's base": ("class Better(Model)", "class Better(Model, Color.__base__)"),
    "a dataclass's default": ("depth: int = 4", "depth: int = 5"),
    "a decorator": ("fn(*args) or None", "fn(*args) or 0"),
    "a decorated function": ("x + 20", "x + 21"),
    "a table of functions": ("x * 30", "x * 31"),
    "what a partial binds": ("by=0.5", "by=0.6"),
    "a helper's constant": ("FACTOR = 7", "FACTOR = 8"),
    "a helper's helper": ("else -8", "else -9"),
    "how what is not plain is made": ("Better(), Config()", "Better(3), Config()"),
    "what it is made of": ("weights-1", "weights-2"),
    "what makes it": ("return object()", "return 1 or object()"),
    "what is opened": ("open(__file__)", "open(__file__, 'rb')"),
    "a library's function": ("math.pi", "math.tau"),
    "whose function it is": ("json.dumps", "json.loads"),
}


@pytest.mark.parametrize("change", SAME)
def test_what_changes_nothing_leaves_the_fingerprint(tmp_path, change):
    assert fingerprint(tmp_path) == fingerprint(tmp_path, *SAME[change])


@pytest.mark.parametrize("change", OTHER)
def test_what_may_change_a_result_changes_the_fingerprint(tmp_path, change):
    old, new = OTHER[change]
    app, helpers = APP.replace(old, new), HELPERS.replace(old, new)
    if change == "a class's base":
        app = APP.replace("class Better(Model)", "class Better(Model, dict)")
    assert (app, helpers) != (APP, HELPERS)
    assert fingerprint(tmp_path) != fingerprint(tmp_path, app, helpers)


ELSEWHERE = """
import math, sys
from gradio.caching.code import assigned
assigned.STARTED = math.inf
from gradio.caching.code.fingerprint import CodeWalk
import app
print(CodeWalk().digest([app.f]).hex())
"""


def test_is_the_same_in_every_process(tmp_path):
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "helpers.py").write_text(HELPERS)
    found = {fingerprint(tmp_path).hex()}
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", ELSEWHERE],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(run.stdout.strip())
    assert len(found) == 1


def test_is_the_same_under_tracing_and_after_many_runs(tmp_path):
    with program(tmp_path, app=APP, helpers=HELPERS) as module:
        before = CodeWalk().digest([module.f])
        for _ in range(100):  # Python rewrites what runs often
            module.f([1])
        traced, sys_trace = [], sys.gettrace()
        sys.settrace(lambda frame, *_: traced.append(frame) or (lambda *_: None))
        try:
            module.f([1])
            after = CodeWalk().digest([module.f])
        finally:
            sys.settrace(sys_trace)
    assert traced
    assert before == after
