from __future__ import annotations

import functools
import re
import threading

import pytest

from gradio.caching.code.shelf_name import shelf_name, shelf_of_name
from gradio.caching.stores.disk_files import SHELF
from support.programs import program


class Model:
    def __init__(self, weight=1):
        self.weight = weight

    def predict(self, x):
        return x * self.weight

    @classmethod
    def build(cls, x):
        return cls(x)

    def __call__(self, x):
        return x


MODEL = Model()


def scale(x, by):
    return x * by


def making(value):
    def made(x):
        return x, value

    return made


def test_is_fit_for_a_folder_and_says_what_it_is_of():
    name = shelf_name(making("a/b")).name
    assert re.fullmatch(r"[\w.]{1,60}-[0-9a-f]{32}", name)
    assert "making._locals_.made" in name


@pytest.mark.parametrize("name", ["kv", "a/b", "../x", ".x", "\0", "é", "x" * 500, "."])
def test_a_name_of_the_user_s_makes_one_too(name, tmp_path):
    shelf = shelf_of_name(name)
    assert shelf == shelf_of_name(name) != shelf_of_name(name + " ")
    assert shelf != shelf_of_name(name.upper() + "2")
    assert SHELF.fullmatch(shelf)


PLAIN = {
    "a number": 1,
    "a text": "a",
    "a container": {"a": [1, (2, {3})]},
    "nothing": None,
    "a function": scale,
    "a class": Model,
    "a module": re,
    "a partial": functools.partial(scale, by=2),
    "functions in a container": [scale, making(1)],
    "a class's method": Model.build,
}
NOT_PLAIN = {
    "an instance": MODEL,
    "in a container": [1, MODEL],
    "in a function": making(MODEL),
    "a method": MODEL.predict,
    "in a partial": functools.partial(scale, by=MODEL),
    "a lock": threading.Lock(),
    "a builtin method": {}.get,
}


@pytest.mark.parametrize("what", PLAIN)
def test_what_is_plain_may_be_captured(what):
    one, again = shelf_name(making(PLAIN[what])), shelf_name(making(PLAIN[what]))
    assert one == again != shelf_name(making("other"))
    assert one.name


@pytest.mark.parametrize("what", [k for k in NOT_PLAIN if k != "a builtin method"])
def test_what_is_not_plain_may_not_and_is_named(what):
    name, obstacle = shelf_name(making(NOT_PLAIN[what]))
    assert name is None
    assert "lock" in obstacle or "Model" in obstacle


def test_callables_that_hold_what_is_not_plain():
    for fn in (MODEL, MODEL.predict, functools.partial(MODEL, 1)):
        assert shelf_name(fn).name is None
        assert shelf_name(fn, version=1).name
    assert shelf_name(Model.build).name


def test_a_variable_that_the_function_sets_itself_does_not_count():
    count = MODEL

    def counting(x):
        nonlocal count
        count = x
        return x

    assert shelf_name(counting).name


def test_a_version_stands_for_the_code(tmp_path):
    source = "def f(x):\n    return x + 1\n"
    with program(tmp_path, app=source) as app:
        one, versioned = shelf_name(app.f), shelf_name(app.f, version="1")
    with program(tmp_path, app=source.replace("1", "2")) as app:
        assert shelf_name(app.f) != one
        assert shelf_name(app.f, version="1") == versioned
        assert shelf_name(app.f, version="2") != versioned
        assert shelf_name(app.f, version=1) != versioned


def test_with_a_version_plain_values_count_all_the_same():
    assert shelf_name(making(1), version=1) != shelf_name(making(2), version=1)
    two, three = functools.partial(scale, by=2), functools.partial(scale, by=3)
    assert shelf_name(two, version=1) != shelf_name(three, version=1)


def test_two_that_a_version_can_t_tell_do_not_share_a_name():
    one, other = Model(3), Model(6)
    first = shelf_name(one.predict, version="twins")
    assert first.name
    assert shelf_name(one.predict, version="twins") == first
    assert "several" in shelf_name(other.predict, version="twins").obstacle
    assert shelf_name(other.predict, version="another").name
    del one
    assert shelf_name(other.predict, version="twins") == first


def test_a_key_counts_and_so_does_its_code():
    names = {
        shelf_name(scale, key).name
        for key in (None, lambda a: a["x"], lambda a: a["by"], making(1), making(2))
    }
    assert len(names) == 5
    assert shelf_name(scale, making(MODEL)).name is None
