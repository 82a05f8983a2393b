"""Keys that mean the same in every process, and those that do not."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import threading

import pytest

from gradio.caching import files
from gradio.caching.calls.call_keys import CallKeys
from gradio.caching.code.portable_keys import with_portable
from gradio.caching.context import callers
from gradio.caching.context.uploads import by_content
from gradio.caching.hashing import digest
from gradio.caching.portable import note_obstacle
from gradio.route_utils import Request
from support.programs import program


def key_of(fn, *args, **kwargs):
    keys = CallKeys(fn, translate=by_content)
    subject = keys.subject(args, kwargs)
    own, portable = with_portable(lambda: keys.digest(subject))
    assert own == keys.digest(subject)
    return portable


def f(x, y=1):
    return x, y


@pytest.mark.parametrize("value", [1, "text", [1, {"a": {2.5}}], b"x" * 2**20, None])
def test_a_key_of_plain_values_is_portable_as_it_is(value):
    assert key_of(f, value) == (digest((value, 1)), None)


class Model:
    def __init__(self, weight):
        self.weight = weight

    def predict(self, x):
        return x * self.weight


def test_the_instance_that_a_method_is_called_on_is_of_its_process_alone():
    portable = key_of(Model.predict, Model(2), 1)
    assert portable.digest is None
    assert "Model" in portable.obstacle


def test_a_value_that_counts_by_identity_is_of_its_process_alone():
    lock = threading.Lock()

    def inner(x, held=lock):
        return x, held

    def wrapping(*args):
        return inner(*args)

    wrapping.__wrapped__ = inner
    assert "lock" in key_of(wrapping, 1).obstacle


def test_a_class_without_a_place_is_of_its_process_alone():
    @dataclasses.dataclass
    class Local:
        x: int = 1

    assert "Local" in key_of(f, Local()).obstacle
    assert "Local" in key_of(f, [Local]).obstacle


def test_who_calls_is_of_its_process_alone():
    request = Request(session_hash="mine", username="me", headers={})
    assert callers.parts_of(request)["session"] == "mine"
    assert key_of(f, request).obstacle == "who calls"


def test_a_file_that_can_t_be_read_is_of_its_process_alone(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("a")
    assert key_of(f, path).digest

    def fail(file):
        raise OSError("gone")

    monkeypatch.setattr(files.CONTENTS, "of", fail)
    assert key_of(f, path).obstacle == "a file that can't be read"


def test_a_file_counts_by_content_whatever_its_date(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("one")
    os.utime(path, (1, 1))
    one = key_of(f, path)
    path.write_text("two")
    os.utime(path, (1, 1))
    assert key_of(f, path) != one
    path.write_text("one")
    assert key_of(f, path) == one


VALUES = """
from dataclasses import dataclass

def helper(x):
    return x + 1

@dataclass
class Box:
    x: int = 1
    def value(self):
        return helper(self.x)

def given(x):
    return helper(x)
"""


def test_the_code_of_classes_and_functions_among_arguments_counts(tmp_path):
    found, own = [], []
    for source in (VALUES, VALUES.replace("x + 1", "x + 1  # so"), None):
        source = source or VALUES.replace("x + 1", "x + 2")
        with program(tmp_path, app=source) as app:
            found.append(key_of(f, [app.given]).digest)
            own.append(digest(([app.given], 1)))
    assert found[0] == found[1] != found[2]
    assert own[0] == own[1] == own[2]
    assert None not in found


def test_nested_notes_do_not_see_each_other():
    inner = []

    def make():
        note_obstacle("the outer")
        inner.append(with_portable(lambda: digest(1)))
        return digest(2)

    assert with_portable(make)[1].obstacle == "the outer"
    assert inner == [(digest(1), (digest(1), None))]


APP = """
import json, sys
import gradio as gr
from gradio.caching.calls.call_keys import CallKeys
from gradio.caching.code.portable_keys import with_portable
from gradio.caching.code.shelf_name import shelf_name

class Model:
    def __init__(self, weight):
        self.weight = weight
    def predict(self, x):
        return x * self.weight

def make(model):
    def predict(x):
        return model.predict(x)
    return predict

def scaled(x, by=int(sys.argv[1])):
    return x * by

model = Model(int(sys.argv[1]))
keys = CallKeys(Model.predict)
own, portable = with_portable(lambda: keys.digest(keys.subject((model, 2), {})))
functions = {
    "method": model.predict, "closure": make(model), "default": scaled,
    "plain": make(int(sys.argv[1])), "function": Model.predict,
}
names = {what: shelf_name(fn).name for what, fn in functions.items()}
print(json.dumps({"own": own.hex(), "portable": portable.digest, **names}))
"""


def test_two_processes_with_different_models_share_no_key(tmp_path):
    (tmp_path / "app.py").write_text(APP)
    runs = [
        subprocess.run(
            [sys.executable, str(tmp_path / "app.py"), weight],
            capture_output=True,
            text=True,
            check=True,
        )
        for weight in ("3", "3", "6")
    ]
    one, again, other = (json.loads(run.stdout) for run in runs)
    assert one == again
    assert one["own"] == other["own"]  # which is why a store must not be asked by it
    assert one["portable"] is other["portable"] is None
    assert one["method"] is other["method"] is None
    assert one["closure"] is other["closure"] is None
    assert one["plain"] != other["plain"]
    assert one["default"] != other["default"]
    assert one["function"] == other["function"] is not None
    assert one["function"].startswith("app.Model.predict-")
