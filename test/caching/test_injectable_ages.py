"""What is kept in a `gr.Cache` is forgotten when its time is over, or when told to."""

import threading
from datetime import timedelta

import pytest

import gradio as gr


@pytest.mark.parametrize("age", ["", "90", "-1h", "soon", -1, timedelta(-1)])
def test_an_unreadable_or_negative_age_is_refused(age):
    with pytest.raises(ValueError, match='^ttl must be a number .*"1h30m"'):
        gr.Cache(ttl=age)


def test_data_is_kept_for_its_ttl(clock):
    c = gr.Cache(ttl="10s")
    c.set("a", x=1)
    clock.move(9.9)
    assert c.get("a") == {"x": 1}
    assert "a" in c
    clock.move(0.1)
    assert c.get("a") is None
    assert "a" not in c


def test_setting_begins_anew(clock):
    c = gr.Cache(ttl=10)
    c.set("a", x=1)
    clock.move(9)
    c.set("a", x=2)
    clock.move(9)
    assert c.get("a") == {"x": 2}


def test_what_is_too_old_is_in_no_list(clock):
    c = gr.Cache(ttl=10)
    c.set("a", x=1)
    clock.move(5)
    c.set("b", x=1)
    clock.move(5)
    assert (c.keys(), len(c)) == (["b"], 1)


def test_what_is_too_old_is_no_longest_prefix(clock):
    c = gr.Cache(ttl=10)
    c.set("a", x=1)
    assert c.longest_prefix("abc") == "a"
    clock.move(5)
    for key in ("ab", "abcd", "b"):
        c.set(key, x=1)
    c.set("a", x=2)
    clock.move(5)
    c.set("abc", x=1)
    clock.move(4)
    assert c.longest_prefix("abcd") == "abcd"
    clock.move(1)
    assert c.longest_prefix("abcd") == "abc"
    c.delete("abc")
    assert c.longest_prefix("abcd") is None


def test_without_a_ttl_it_is_kept_for_ever(clock):
    c = gr.Cache()
    c.set("a", x=1)
    clock.move(1e9)
    assert c.get("a") == {"x": 1}


def test_one_key_can_be_deleted():
    c = gr.Cache()
    c.set(["a", 1], x=1)
    c.set("b", x=1)
    assert c.delete(["a", 1]) is True
    assert c.delete(["a", 1]) is False
    assert c.keys() == ["b"]


def test_a_key_without_content_can_not_be_deleted():
    with pytest.raises(TypeError, match="A key of gr.Cache can't be"):
        gr.Cache().delete(threading.Lock())


def test_it_tells_of_its_use():
    c = gr.Cache(max_size=2)
    for key in "abc":
        c.set(key, x=key)
    for key in "abb":
        c.get(key)
    assert "a" not in c
    info = c.info()
    assert info == (2, 1, 1, 2, info.bytes)
    assert info._fields == ("hits", "misses", "evictions", "entries", "bytes")
    assert 0 < info.bytes < 10_000
