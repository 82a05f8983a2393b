import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

import gradio as gr


def test_nothing_is_found_before_it_is_set():
    c = gr.Cache()
    assert c.get("a") is None
    assert "a" not in c
    assert len(c) == 0
    assert c.keys() == []


def test_what_was_set_is_found():
    c = gr.Cache()
    c.set("a", text="A", score=0.5)
    assert c.get("a") == {"text": "A", "score": 0.5}
    assert "a" in c
    assert len(c) == 1
    assert c.keys() == ["a"]


@pytest.mark.parametrize(
    "field", ["key", "self", "value", "data", "copy", "label", "size", "files", "set"]
)
def test_any_field_name_works(field):
    c = gr.Cache()
    c.set("a", **{field: 1})
    assert c.get("a") == {field: 1}


def test_the_key_may_be_given_by_name():
    c = gr.Cache()
    c.set(key="a", text="A")
    assert c.get(key="a") == c.get("a") == {"text": "A"}
    c.set("b", key="a field")
    assert c.get("b") == {"key": "a field"}
    assert c.keys() == ["a", "b"]


def test_a_key_that_was_forgotten_is_an_error():
    with pytest.raises(TypeError, match="missing a key"):
        gr.Cache().set(text="A")


def test_field_names_that_are_no_identifiers():
    c = gr.Cache()
    c.set("a", **{"two words": 1, "": 2})
    assert c.get("a") == {"two words": 1, "": 2}


def test_no_fields_at_all_are_still_a_hit():
    c = gr.Cache()
    c.set("a")
    assert c.get("a") == {}


def test_setting_again_replaces_all_fields():
    c = gr.Cache()
    c.set("a", x=1, y=2)
    c.set("a", y=3)
    assert c.get("a") == {"y": 3}
    assert len(c) == 1


def test_an_empty_cache_is_true():
    assert gr.Cache()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", "a"),
        (("a", 1), ("a", 1)),
        ([1, 2], [1, 2]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (np.arange(3), np.arange(3)),
        (Image.new("L", (2, 2)), Image.new("L", (2, 2))),
        (None, None),
    ],
)
def test_keys_with_equal_content_meet(one, other):
    c = gr.Cache()
    c.set(one, x=1)
    assert c.get(other) == {"x": 1}
    assert other in c


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *((1, True), (1, 1.0), (-1, -2), ("1", 1), ((1,), [1]), (0.0, -0.0)),
        (np.arange(3), np.arange(3.0)),
    ],
)
def test_keys_with_other_content_do_not(one, other):
    c = gr.Cache()
    c.set(one, x=1)
    assert c.get(other) is None
    assert other not in c


@pytest.mark.parametrize("method", ["get", "set", "__contains__"])
@pytest.mark.parametrize("make", [threading.Lock, lambda: (i for i in [1])])
def test_a_key_without_content_is_a_type_error(method, make):
    with pytest.raises(TypeError):
        getattr(gr.Cache(), method)(make())


def test_a_cyclic_and_a_deep_key():
    def deep():
        value = cyclic = [1]
        cyclic.append(cyclic)
        for _ in range(10_000):
            value = [value]
        return value

    c = gr.Cache()
    c.set(deep(), x=1)
    assert c.get(deep()) == {"x": 1}


def test_changing_what_went_in_or_came_out_changes_nothing_kept():
    c, array, key = gr.Cache(), np.zeros(3), ["a"]
    c.set(key, array=array, nested=[[1]])
    array += 1
    key.append("b")
    for _ in range(2):
        got = c.get(["a"])
        assert (got["array"] == 0).all()
        assert got["nested"] == [[1]]
        got["array"] += 1
        got["nested"][0].append(2)
        got["more"] = 1
        c.keys()[0].append("c")
    assert c.keys() == [["a"]]


def test_what_can_not_be_copied_is_kept_as_it_is():
    c, lock, items = gr.Cache(), threading.Lock(), (n for n in [1])
    c.set("model", lock=lock, items=items, numbers=[1])
    got = c.get("model")
    assert got["lock"] is lock
    assert got["items"] is items
    got["numbers"].append(2)
    assert c.get("model")["numbers"] == [1]


def test_keys_are_the_originals_least_recently_used_first():
    c = gr.Cache()
    for key in ("a", ("b", 1), 3):
        c.set(key, x=1)
    c.get("a")
    assert c.keys() == [("b", 1), 3, "a"]


def test_clear():
    c = gr.Cache()
    c.set("a", x=1)
    c.clear()
    assert c.get("a") is None
    assert len(c) == 0
    c.set("a", x=2)
    assert c.get("a") == {"x": 2}


def test_max_size_drops_the_least_recently_used():
    c = gr.Cache(max_size=2)
    c.set("a", x=1)
    c.set("b", x=1)
    c.get("a")
    c.set("c", x=1)
    assert c.keys() == ["a", "c"]


def test_max_size_is_128_by_default_and_0_is_no_limit():
    default, unlimited = gr.Cache(), gr.Cache(max_size=0)
    for i in range(200):
        default.set(i, x=i)
        unlimited.set(i, x=i)
    assert (len(default), len(unlimited)) == (128, 200)


def test_max_memory_holds():
    c = gr.Cache(max_memory="1mb")
    for i in range(20):
        c.set(i, x=np.full(300 * 1024, i, np.uint8))
    assert c.keys() == [17, 18, 19]
    c.set("large", x=np.zeros(2 * 2**20, np.uint8))
    assert c.keys() == [17, 18, 19]


def test_what_replaces_an_entry_but_is_too_large_leaves_nothing_stale():
    c = gr.Cache(max_memory="1mb")
    c.set("a", x=1)
    c.set("a", x=np.zeros(2 * 2**20, np.uint8))
    assert c.get("a") is None


@pytest.mark.parametrize(
    "settings",
    [{"max_size": -1}, {"max_memory": "lots"}, {"max_memory": 0}],
)
def test_wrong_settings_raise(settings):
    with pytest.raises(ValueError, match=next(iter(settings))):
        gr.Cache(**settings)


def test_threads_lose_nothing():
    c = gr.Cache(max_size=0)

    def work(thread):
        for i in range(100):
            c.set((thread, i), x=i)
            c.set("shared", owner=thread, twice=[thread, thread])
            assert c.get((thread, i)) == {"x": i}
            got = c.get("shared")
            assert got["twice"] == [got["owner"]] * 2
            c.keys()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(c) == 801


def test_importing_gradio_loads_nothing_of_what_a_cache_needs():
    program = """
import sys, gradio as gr
mine = {name for name in sys.modules if name.startswith("gradio.caching.")}
assert not mine & {f"gradio.caching.{name}" for name in ("types", "hashing", "stores")}
gr.Cache().set("a", x=1)
assert "gradio.caching.hashing" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
