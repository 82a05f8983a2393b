import functools
import threading

import numpy as np
import pytest

from gradio.caching.calls.bindings import as_counted, bound_content, digest_if_any
from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing import digest
from support.holders import Box
from support.things import Slotted, Thing


class Model:
    def __init__(self, megabytes=0):
        self.weights = np.zeros(megabytes << 20, np.uint8)


class Settings:
    """Says itself when two of it are equal."""

    def __init__(self, megabytes=0):
        self.weights = np.zeros(megabytes << 20, np.uint8)

    def __eq__(self, other):
        return self is other

    __hash__ = object.__hash__


def fn(*args, **kwargs):
    return args, kwargs


SETTINGS = {"mode": "a"}


@pytest.mark.parametrize(
    ("callable_", "content"),
    [
        (fn, []),
        (functools.partial(fn, 1, [2]), [1, [2]]),
        (functools.partial(fn, mode=SETTINGS), [SETTINGS]),
        # What is known by name counts as a default of the parameter.
        (functools.partial(fn, 1, known=2), [1]),
        # Functions and objects with methods count as which they are.
        (functools.partial(fn, len, fn), []),
        (Thing().method, []),
        (functools.partial(Thing().method, 3), [3]),
    ],
)
def test_what_a_callable_holds_counts_if_it_is_a_value(callable_, content):
    assert list(bound_content(callable_, {"known"})) == content


def test_an_object_without_an_identity_counts_by_its_content():
    slotted = Slotted()
    assert list(bound_content(slotted.method, ())) == [slotted]


@pytest.mark.parametrize("value", [None, 1, "text", [1], SETTINGS, Box([1])])
def test_values_are_counted_as_they_are(value):
    assert as_counted(value) is value


def test_what_is_called_or_large_is_counted_as_which_it_is():
    one, other = Model(5), Model(5)
    assert as_counted(one) == as_counted(one) != as_counted(other)
    assert as_counted(fn) == as_counted(fn) != as_counted(len)
    small = Model()
    assert as_counted(small) is small


def test_what_says_when_it_is_equal_is_a_value_however_large():
    settings = Settings(5)
    assert as_counted(settings) is settings


def test_content_is_digested_and_where_there_is_none_which_it_is():
    assert digest_if_any([1, "a"]) == digest([1, "a"])
    one, other = Thing(), Thing()
    one.lock, other.lock = threading.Lock(), threading.Lock()
    assert digest_if_any(one) == digest_if_any(one) != digest_if_any(other)


@pytest.mark.parametrize("hold", [lambda v: {"a": v}, lambda v: [v], lambda v: (1, v)])
def test_content_around_what_has_none_counts(hold):
    thing = Thing()
    thing.lock = threading.Lock()
    assert digest_if_any(hold(thing)) == digest_if_any(hold(thing))
    assert digest_if_any([hold(thing), 1]) != digest_if_any([hold(thing), 2])


def test_kinds_of_containers_are_told_apart():
    thing = Thing()
    thing.lock = threading.Lock()
    made = [digest_if_any(kind) for kind in ([thing], (thing,), {"a": thing})]
    assert len(set(map(str, made))) == 3


@pytest.mark.parametrize("value", [iter([]), [1, iter([])], {"a": (iter([]),)}])
def test_what_is_neither_content_nor_an_instance_is_refused(value):
    with pytest.raises(UnkeyableError):
        digest_if_any(value)
