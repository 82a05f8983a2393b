"""What one process deletes or replaces is forgotten by the others, and nothing else."""

from __future__ import annotations

import threading

import pytest

import gradio as gr
from gradio.caching import wrapping
from gradio.caching.stores import schemes
from gradio.caching.watch import Watch
from gradio.caching.writes import WRITES
from support.backings import opener


class Runs(list):
    """Is no constant."""


RUNS = Runs()


@pytest.fixture(autouse=True)
def watched(monkeypatch):
    """Looks when the test says so."""
    RUNS.clear()
    mine = Watch(interval=0)
    monkeypatch.setattr(mine, "_run", lambda: None)
    monkeypatch.setattr("gradio.caching.shelf.WATCH", mine)

    def look():
        assert WRITES.flush()
        mine.look()

    return look


@pytest.fixture(params=["disk", "redis"])
def new_process(request, tmp_path, monkeypatch):
    """Has what is made from now on be of another process, with the same store."""
    another = opener(request.param, tmp_path)

    def new_process():
        assert WRITES.flush()
        monkeypatch.setattr(wrapping, "_CACHES", wrapping.FunctionRegistry())
        monkeypatch.setattr(schemes, "_opened", {})
        monkeypatch.setattr("gradio.caching.code.shelf_name._holders", {})
        return another()

    return new_process


@pytest.fixture
def function_in(new_process):
    """The same function in another process, with its results of 1 and 2."""

    def function_in(body=lambda x: RUNS.append(x) or len(RUNS)):
        fn = gr.cache(body, store=new_process(), version="1")
        fn(1), fn(2)
        WRITES.flush()
        return fn

    return function_in


def test_what_another_process_deleted_is_forgotten(function_in, watched):
    mine, theirs = function_in(), function_in()
    assert theirs.cache.delete(1)
    assert mine(1) == 1  # until it is looked for
    watched()
    assert len(mine.cache) == 1
    assert mine(2) == 2
    assert RUNS == [1, 2]
    assert mine(1) == 3
    WRITES.flush()
    assert theirs(1) == 3


def test_what_another_process_refreshed_is_read_anew(function_in, watched):
    mine, theirs = function_in(), function_in()
    assert theirs.cache.refresh(1) == 3
    watched()
    assert mine(1) == 3
    assert mine(2) == 2
    assert RUNS == [1, 2, 1]


def test_its_own_deletions_take_nothing_that_came_after(function_in, watched):
    mine = function_in()
    mine.cache.delete(1)
    assert mine(1) == 3
    assert mine.cache.refresh(2) == 4
    watched()
    assert len(mine.cache) == 2
    watched()
    assert len(mine.cache) == 2


def test_what_is_deleted_right_after_it_was_read_is_noticed(function_in, watched):
    theirs = function_in()
    mine = function_in()
    theirs.cache.delete(1)
    theirs.cache.delete(2)
    watched()
    assert len(mine.cache) == 0


def test_after_too_many_deletions_all_is_forgotten(function_in, watched, monkeypatch):
    mine, theirs = function_in(), function_in()
    backing = theirs.cache._cache.shelf.backing
    place = theirs.cache._cache.shelf._keys.place
    for number in range(1700):
        backing.generations.note(place(number.to_bytes(32, "big")))
    watched()
    assert len(mine.cache) == 0
    assert mine(1) == 1
    watched()
    assert len(mine.cache) == 1


def test_a_result_that_is_under_way_is_not_kept(new_process, watched, gate):
    def slow(x):
        RUNS.append(x)
        gate.wait()
        return len(RUNS)

    mine = gr.cache(slow, store=new_process(), version="1")
    theirs = gr.cache(slow, store=new_process(), version="1")
    thread = threading.Thread(target=mine, args=(1,))
    thread.start()
    gate.until_reached()
    theirs.cache.delete(1)
    watched()
    gate.open()
    thread.join()
    assert len(mine.cache) == 0
    WRITES.flush()
    again = gr.cache(slow, store=new_process(), version="1")
    assert again(1) == 2


def test_what_is_read_while_it_is_deleted_is_not_kept(
    new_process, watched, monkeypatch
):
    body = lambda x: RUNS.append(x) or len(RUNS)  # noqa: E731
    gr.cache(body, store=new_process(), version="1")(1)
    theirs = gr.cache(body, store=new_process(), version="1")
    mine = gr.cache(body, store=new_process(), version="1")
    shelf = mine.cache._cache.shelf
    look = shelf.look

    def look_and_pause(*args):
        found = look(*args)
        theirs.cache.delete(1)
        watched()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(shelf, "look", look_and_pause)
        mine(1)
    assert len(mine.cache) == 0
    assert mine(1) == 3


@pytest.mark.parametrize("key", ["a", ("a", 1), "a" * 5000, 1.5])
def test_data_that_another_process_set_or_deleted_is_read_anew(
    new_process, watched, key
):
    mine, theirs = (gr.Cache(name="kv", store=new_process()) for _ in range(2))
    mine.set(key, x=1)
    mine.set((key, 2), x=1)
    WRITES.flush()
    assert theirs.get(key) == theirs.get((key, 2)) == {"x": 1}
    mine.set(key, x=2)
    assert mine.delete((key, 2))
    watched()
    assert theirs.get(key) == {"x": 2}
    assert theirs.get((key, 2)) is None
    assert mine.keys() == [key]


def test_data_that_only_memory_can_hold_stays(new_process, watched):
    mine, theirs = (gr.Cache(name="kv", store=new_process()) for _ in range(2))
    mine.set("a", x=1)
    WRITES.flush()
    assert theirs.get("a") == {"x": 1}
    lock = threading.Lock()

    def set_and_watch():
        mine.set("a", x=lock)
        watched()

    with pytest.warns(UserWarning, match="stays in memory"):
        set_and_watch()
    assert mine.get("a")["x"] is lock
    assert theirs.get("a") is None


def test_data_that_is_too_long_for_the_store_hides_nothing_older(new_process, watched):
    one, two = new_process(), new_process()
    mine = gr.Cache(name="kv", store=one)
    mine.set("a", x=1)
    WRITES.flush()
    theirs = gr.Cache(name="kv", store=two)
    assert theirs.get("a") == {"x": 1}
    one._max_entry = 1000
    mine.set("a", x=b"x" * 2000)
    watched()
    assert theirs.get("a") is None
    assert mine.get("a")["x"] == b"x" * 2000


def test_who_only_sets_is_told(new_process, watched):
    mine, theirs = (gr.Cache(name="kv", store=new_process()) for _ in range(2))
    mine.set("a", x=1)
    WRITES.flush()
    theirs.set("a", x=2)
    watched()
    assert mine.get("a") == {"x": 2}


def test_caches_of_one_name_in_one_process_are_told_at_once(new_process, watched):
    store = new_process()
    one, other = (gr.Cache(name="kv", store=store) for _ in range(2))
    one.set("a", x=1)
    WRITES.flush()
    assert other.get("a") == {"x": 1}
    one.set("a", x=2)
    WRITES.flush()
    assert other.get("a") == {"x": 2}
    other.delete("a")
    assert one.get("a") is None


def test_nothing_is_forgotten_because_a_store_is_away(function_in, watched):
    mine = function_in()
    generations = mine.cache._cache.shelf.backing.generations
    if (link := getattr(generations, "_link", None)) is None:
        pytest.skip("a disk is never away")
    link.outage.is_on = True
    watched()
    assert len(mine.cache) == 2
    link.outage.is_on = False
    watched()
    assert len(mine.cache) == 2


def test_what_was_computed_while_a_store_was_away_stays(new_process, watched):
    store = new_process()
    if (link := getattr(store, "_link", None)) is None:
        pytest.skip("a disk is never away")
    link.outage.is_on = True
    fn = gr.cache(lambda x: RUNS.append(x) or x, store=store, version="1")
    fn(1)
    watched()
    link.outage.is_on = False
    watched()
    assert len(fn.cache) == 1


def test_a_run_that_others_join_is_not_kept_after_a_deletion(new_process, watched):
    def count(x):
        RUNS.append(x)
        yield "begun"
        yield len(RUNS)

    mine, theirs = (gr.cache(count, store=new_process(), version="1") for _ in "ab")
    first, *consumers = (mine(1) for _ in range(2))
    assert next(first) == "begun"
    theirs.cache.delete(1)
    assert [list(items) for items in (*consumers, first)] == [["begun", 1], [1]]
    watched()
    assert list(theirs(1)) == ["begun", 2]
    watched()
    assert list(mine(1)) == ["begun", 2]


def test_a_refresh_is_kept_though_a_deletion_before_it_is_told_late(
    new_process, watched
):
    def count(x):
        RUNS.append(x)
        if len(RUNS) > 2:
            watched()
        return len(RUNS)

    mine, theirs = (gr.cache(count, store=new_process(), version="1") for _ in "ab")
    assert mine(1) == 1
    watched()
    assert theirs(1) == 1
    theirs.cache.delete(1)
    assert theirs(1) == 2
    assert mine.cache.refresh(1) == 3
    watched()
    assert mine(1) == theirs(1) == 3
