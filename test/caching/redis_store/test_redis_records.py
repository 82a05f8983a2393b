"""Records on a server: their parts, their lives, and what is not ours."""

from __future__ import annotations

import math

import pytest

from gradio.caching.stores import redis_scripts
from gradio.caching.stores.backing import Claim
from gradio.caching.stores.choice import chosen
from gradio.caching.stores.redis_keys import RedisKeys
from gradio.caching.stores.redis_lua import DAY, IDLE
from support.records import OTHER, PLACE, SHELF, found, put
from support.redis_stores import number

MINE, THEIRS = b"mine", b"theirs"

HOUR = DAY // 24


def test_parts_are_added_to_the_record_that_they_are_of(store, another):
    lead = store.look(PLACE, [], MINE)
    part = {"p:1": [b"payload"]}
    assert not store.put(PLACE, part, lead.claim, 1)
    assert put(store, claim=lead.claim)
    assert store.put(PLACE, part, lead.claim, 1)
    anew = another().leases.take(PLACE, THEIRS).claim
    assert store.put(PLACE, part, lead.claim, 1)  # also while another computes
    assert put(another(), claim=anew)
    assert not store.put(PLACE, part, lead.claim, 1)
    assert found(store, PLACE, "p:1") == {"m": b"meta"}
    store.delete(PLACE)
    assert not another().put(PLACE, part, anew, 1)
    assert found(store) is None


def test_adding_parts_does_not_change_a_life(store, server, keys):
    put(store, life=100)
    claim = store.look(PLACE, []).claim
    store.put(PLACE, {"p:1": [b""]}, claim, math.inf)
    assert store.look(PLACE, []).life <= 100


def test_what_has_no_end_is_kept_while_it_is_used(store, server, keys):
    put(store)
    record = keys.record(PLACE)
    assert IDLE - HOUR < number(server.say("PTTL", record)) <= IDLE
    server.say("PEXPIRE", record, str(IDLE - HOUR // 2))
    assert store.look(PLACE, []).life == math.inf
    assert number(server.say("PTTL", record)) <= IDLE - HOUR // 2
    server.say("PEXPIRE", record, str(IDLE - 2 * HOUR))
    assert store.look(PLACE, []).life == math.inf
    assert number(server.say("PTTL", record)) > IDLE - HOUR


def test_what_has_an_end_ends_by_the_clock_of_the_server(store, server, keys):
    put(store, life=500 * 86_400)
    assert number(server.say("PTTL", keys.shelf(SHELF))) > 500 * DAY
    server.say("PEXPIRE", keys.record(PLACE), "20000")
    assert 19 < store.look(PLACE, []).life <= 20
    assert number(server.say("PTTL", keys.record(PLACE))) <= 20_000


def test_a_generation_never_comes_again(store, another, server, keys):
    put(store)
    claim = store.look(PLACE, []).claim
    mark = store.generations.deleted({SHELF: ""})[SHELF].mark
    server.say("DEL", keys.shelf(SHELF))  # evicted, or the server is empty
    assert found(another()) is None
    (now,) = another().generations.current([SHELF])
    assert now != claim.generation
    assert not put(store, claim=claim)
    assert store.generations.deleted({SHELF: mark})[SHELF].keys is None


def count_from(number, server, keys):
    """Has a server give the numbers after one, unless its clock is further."""
    server.say("HSET", keys.shelf(SHELF), "n", number, "s", number)


@pytest.mark.parametrize("number", ["0", "5000000000000000"])
def test_what_others_delete_after_a_loss_is_not_taken_for_one_s_own(
    store, another, server, keys, number
):
    """Although their deletions may get the numbers that one's own had before it."""
    for _ in range(2):
        store.generations.current([SHELF])
        count_from(number, server, keys)
        mark = store.generations.deleted({SHELF: ""})[SHELF].mark
        another().delete(PLACE)
        another().generations.note(OTHER)
        told = store.generations.deleted({SHELF: mark})[SHELF]
        assert told.keys == (PLACE.key, OTHER.key)
        count_from(number, server, keys)
        store.delete(PLACE)
        store.generations.note(OTHER)
        server.say("DEL", keys.shelf(SHELF), keys.deletions(SHELF))


def test_what_others_delete_on_a_server_that_came_back_as_it_was_earlier(
    store, another, server, keys
):
    """As it does from a snapshot, with the incarnation and numbers of that time."""
    mark = store.generations.deleted({SHELF: ""})[SHELF].mark
    _, _, first = mark.partition(":")
    store.delete(OTHER)
    store.generations.note(OTHER)
    mark = store.generations.deleted({SHELF: ""})[SHELF].mark
    count_from(first, server, keys)
    server.say("DEL", keys.deletions(SHELF))
    another().delete(PLACE)
    another().generations.note(OTHER)
    told = store.generations.deleted({SHELF: mark})[SHELF]
    assert told.keys == (PLACE.key, OTHER.key)


def test_deletions_of_a_shelf_that_was_evicted_keep_nothing_new_out(
    store, another, server, keys
):
    for _ in range(10):
        store.delete(PLACE)
    server.say("DEL", keys.shelf(SHELF))
    assert put(store)
    mark = store.generations.deleted({SHELF: ""})[SHELF].mark
    another().delete(OTHER)
    assert store.generations.deleted({SHELF: mark})[SHELF].keys == (OTHER.key,)


def test_deletions_that_were_evicted_may_have_been_any(store, another, server, keys):
    put(store)
    mark = store.generations.deleted({SHELF: ""})[SHELF].mark
    another().delete(PLACE)
    server.say("DEL", keys.deletions(SHELF))
    told = store.generations.deleted({SHELF: mark})[SHELF]
    assert told.keys is None
    another().delete(OTHER)
    assert store.generations.deleted({SHELF: mark})[SHELF].keys is None
    assert store.generations.deleted({SHELF: told.mark})[SHELF].keys == (OTHER.key,)


def test_prefixes_keep_apps_apart(server):
    one, other = (
        chosen(f"{server.url}?prefix={server.port}-{name}").backing() for name in "ab"
    )
    put(one)
    assert found(other) is None
    other.clear(SHELF)
    other.delete(PLACE)
    assert found(one)


def test_keys_of_a_shelf_are_in_one_slot():
    keys = RedisKeys("app")
    named = [*keys.of(PLACE), keys.deletions(SHELF)]
    assert all(name.startswith(f"app:v1:{{{SHELF}}}:") for name in named)
    assert RedisKeys("").shelf(SHELF).startswith("gradio:v1:{")


def test_scripts_are_loaded_again_when_the_server_forgot_them(store, server):
    put(store)
    server.say("SCRIPT", "FLUSH")
    assert found(store)
    server.say("SCRIPT", "FLUSH")
    assert put(store, OTHER)


@pytest.mark.parametrize(
    "foreign",
    [
        *(("SET", "x"), ("RPUSH", "x"), ("SADD", "x"), ("HSET", "m", "x")),
        *(("HSET", "G", "x", "m", "y"), ("HSET", "g", "x"), ("HSET", "n", "x")),
        ("ZADD", "1", "x"),
    ],
)
@pytest.mark.parametrize("kind", ["record", "lease", "shelf", "deletions"])
def test_what_is_not_ours_is_a_miss(store, another, server, keys, kind, foreign):
    put(store, v=b"value")
    name = {
        "record": keys.record(PLACE),
        "lease": keys.lease(PLACE),
        "shelf": keys.shelf(SHELF),
        "deletions": keys.deletions(SHELF),
    }[kind]
    command, *args = foreign
    server.say("DEL", name)
    server.say(command, name, *args)
    for one in (store, another()):
        assert found(one, PLACE, "v") in (None, {"m": b"meta", "v": b"value"})
        assert one.parts(PLACE, ["v"]) in ({}, {"v": b"value"})
        one.look(PLACE, [], MINE)
        one.leases.take(PLACE, MINE)
        one.leases.renew(PLACE, MINE)
        one.leases.free(PLACE, MINE, failed=True)
        one.generations.current([SHELF])
        one.generations.deleted({SHELF: ""})
        one.generations.note(PLACE)
        put(one)
        one.put(PLACE, {"p:1": [b""]}, Claim("x"), 1)
        one.delete(PLACE)
        one.clear(SHELF)
    assert not store._link.outage.is_on


def test_a_record_of_another_type_is_replaced(store, server, keys):
    server.say("SET", keys.record(PLACE), "x")
    assert found(store) is None
    assert put(store)
    assert found(store)


def test_a_record_that_is_half_sent_is_none(store, server, keys, monkeypatch):
    def killed(*_):
        raise MemoryError

    put(store, v=b"old")
    with monkeypatch.context() as patch:
        patch.setattr(redis_scripts, "PUT", killed)
        assert not put(store, v=b"x" * 500_000)
    store._link.outage.is_on = False
    assert found(store, PLACE, "v") == {"m": b"meta", "v": b"old"}
    pattern = f"{keys.record(PLACE)}:*".encode()
    (staged,) = server.say("KEYS", pattern.replace(b"{", b"\\{")).split()[2::2]
    assert 0 < number(server.say("PTTL", staged)) <= 60_000
