import threading

import numpy as np
import pytest

import gradio as gr
from gradio.caching.prefix.encoding import prefix_bytes
from gradio.caching.prefix.index import PrefixIndexes
from gradio.caching.prefix.intervals import index_bytes
from gradio.caching.sizing import size_of


def cached(*keys, **settings):
    c = gr.Cache(**settings)
    for key in keys:
        c.set(key, of=key)
    return c


@pytest.mark.parametrize(
    ("argument", "longest"),
    [
        ("abcd", "abc"),
        ("abc", "abc"),
        ("abd", "ab"),
        ("b", None),
        ("", None),
        ("ABC", None),
        ([1, 2, 3], (1, 2, 3)),
        ((1, 2, 9), [1, 2]),
        (np.array([1, 2, 3, 4]), (1, 2, 3)),
        ([2], None),
        (["ab", "c"], None),
    ],
)
def test_the_longest_key_that_it_starts_with(argument, longest):
    c = cached("ab", "abc", "abx", [1, 2], (1, 2, 3), 5, None, b"ab", ("a", "b"))
    assert c.longest_prefix(argument) == longest
    assert type(c.longest_prefix(argument)) is type(longest)


def test_the_empty_key_is_part_of_all():
    c = cached("", ())
    assert c.longest_prefix("a") == ""
    assert c.longest_prefix([]) == ()


def test_tokens_may_be_anything_with_content():
    c = cached(("a", None, 0.5), ("a", None))
    assert c.longest_prefix(["a", None, 0.5, {"b": [1]}]) == ("a", None, 0.5)
    assert c.longest_prefix(["a", None, {"b": [1]}]) == ("a", None)


def test_what_it_finds_can_be_got():
    c = cached([1, 2], "ab", np.array([1, 2, 3]))
    for argument in ((1, 2), "abc", [1, 2, 3]):
        key = c.longest_prefix(argument)
        assert np.array_equal(c.get(key)["of"], key)


def test_nobody_can_change_the_key():
    c = cached([1, 2])
    c.longest_prefix([1, 2]).append(3)
    assert c.longest_prefix([1, 2, 3]) == [1, 2]


@pytest.mark.parametrize("argument", [1, None, {"a": 1}, {1}, np.zeros((1, 2)), b"a"])
def test_neither_text_nor_tokens_is_a_type_error(argument):
    with pytest.raises(TypeError, match="a text or a sequence of tokens"):
        gr.Cache().longest_prefix(argument)


def test_a_token_without_content_is_a_type_error():
    with pytest.raises(TypeError):
        gr.Cache().longest_prefix([threading.Lock()])


def test_keys_are_found_as_soon_as_they_are_set_and_until_they_leave():
    c = gr.Cache(max_size=2)
    assert c.longest_prefix("abcd") is None
    c.set("a", x=1)
    c.set("abc", x=1)
    assert c.longest_prefix("abcd") == "abc"
    c.set("ab", x=1)
    assert c.longest_prefix("abcd") == "abc"
    assert c.longest_prefix("ax") is None
    c.set("b", x=1)
    assert c.longest_prefix("abcd") == "ab"
    c.clear()
    assert c.longest_prefix("abcd") is None
    c.set("a", x=1)
    assert c.longest_prefix("abcd") == "a"


def test_eviction_by_memory():
    c = gr.Cache(max_memory="1mb")
    for n in range(1, 6):
        c.set("a" * n, x=np.zeros(300_000, np.uint8))
        assert c.longest_prefix("aaaaaa") == "a" * n
    assert c.longest_prefix("aa") is None
    c.set("aaaaa", x=np.zeros(2_000_000, np.uint8))
    assert c.longest_prefix("aaaaaa") == "aaaa"


def test_what_the_index_holds_counts():
    c = gr.Cache(max_size=0, max_memory="1mb")
    for n in range(400):
        c.set(f"{n} " + "a" * 1000, x=None)
    before = len(c)
    assert c.longest_prefix("none") is None
    after = len(c)
    assert after < before
    assert held_by(c) <= 2**20
    for n in range(1000):
        c.set(f"{n} " + "b" * 1000, x=None)
    assert len(c) <= after + 5
    assert held_by(c) <= 2**20


def held_by(c):
    """Bytes that the entries of a cache and their indexes take."""
    entries = c._data._store.entries()
    encodings = [prefix_bytes(entry.label) for entry in entries]
    labels = sum(size_of(e.label) + size_of(e.value) for e in entries)
    (index,) = c._data._prefixes._indexes.values()
    assert len(index) == len(entries)
    return labels + sum(map(index_bytes, encodings))


def test_an_entry_counts_once_however_often_it_is_looked_for():
    c = cached("a", "ab", max_memory="1mb")
    sizes = []
    for _ in range(3):
        assert c.longest_prefix("abc") == "ab"
        sizes.append([entry.size for entry in c._data._store.entries()])
    assert sizes[0] == sizes[1] == sizes[2]
    c.set("ab", of="ab")
    assert [entry.size for entry in c._data._store.entries()] == sizes[0]


def test_to_count_the_index_does_not_change_who_goes_first():
    c = cached("a", "b", "c", max_size=3)
    c.get("a")
    assert c.longest_prefix("b") == "b"
    c.set("d", of="d")
    assert c.keys() == ["c", "a", "d"]


def test_replacing_keeps_the_key():
    c = cached("a", "ab", [1])
    for _ in range(3):
        c.set("ab", x=2)
        c.set((1,), x=2)
        assert c.longest_prefix("abc") == "ab"
        assert c.longest_prefix([1, 2]) == (1,)
    c.set("ab", x=1)
    c.set([1], x=1)
    assert c.longest_prefix([1, 2]) == [1]


def test_looking_is_not_using():
    c = cached("a", "b", max_size=2)
    assert c.longest_prefix("a") == "a"
    c.set("c", x=1)
    assert c.keys() == ["b", "c"]


def test_who_never_asks_does_not_pay():
    c = cached("a", "ab")
    assert len(c._data._prefixes._indexes) == 0
    assert c._data._store.on_drop is None


def test_a_failure_inside_is_no_prefix(monkeypatch, caplog):
    c = cached("a")
    monkeypatch.setattr(PrefixIndexes, "find", lambda *_: 1 / 0)
    assert c.longest_prefix("a") is None
    assert "gr.Cache.longest_prefix" in caplog.text
