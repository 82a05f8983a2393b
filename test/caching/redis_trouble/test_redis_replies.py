"""A server and a network that answer something else than was asked for."""

from __future__ import annotations

import multiprocessing
import os

import pytest

from gradio.caching.stores.backing import Absent, Claim, Hit, Place
from gradio.caching.stores.redis_link import RedisLink
from gradio.caching.stores.redis_store import RedisStore
from support.proxies import cut, swallow
from support.records import OTHER, PLACE, SHELF, found, put
from support.redis_servers import Server
from support.redis_stores import opened, use


@pytest.mark.parametrize("change", [swallow, cut, lambda _: b"HTTP/1.1 400 Bad\r\n"])
def test_a_network_that_does_what_networks_do(proxy, told, change):
    store = opened(proxy.url, timeout=1)
    put(opened(proxy.url), v=b"value")
    proxy.change = change
    for _ in range(5):
        assert type(use(store)) is Absent
    assert told.of("is away") == 1
    proxy.change = None
    assert told.is_back.wait(30)
    assert found(store, PLACE, "v") == {"m": b"meta", "v": b"value"}
    assert len(told.messages) == 2


@pytest.mark.parametrize("size", [1, 1000, 100_000])
def test_a_reply_that_is_cut_in_its_middle(proxy, told, size):
    store = opened(proxy.url)
    put(store, v=b"x" * 2_000_000)
    left = [size]

    def cut_later(piece):
        left[0] -= len(piece)
        return piece if left[0] > 0 else None

    proxy.change = cut_later
    assert found(store, PLACE, "v") is None
    proxy.change = None
    assert told.is_back.wait(30)
    assert len(found(store, PLACE, "v")["v"]) == 2_000_000


def test_what_is_in_vain_is_sent_to_nobody(server, told):
    store = opened(server.url)
    sent, client = [], store._link.patient_client()
    real = client.execute_command
    client.execute_command = lambda *args: sent.append(args[0]) or real(*args)
    claim = store.look(PLACE, []).claim
    store.clear(SHELF)
    assert not put(store, claim=claim, v=b"x" * 2_000_000)
    assert "HSET" not in sent


def test_replies_to_others_are_not_taken_for_ours(told):
    """As of a connection that gives each the reply to the question before."""

    class Shifted:
        def __init__(self):
            self.replies = [b"OK"]
            self.dropped = 0
            self.connection_pool = self

        def evalsha(self, digest, count, *args):
            name = args[count]
            reply = [name.encode(), b"absent", b"g", 1]
            self.replies.append(reply)
            return self.replies.pop(0)

        def disconnect(self, inuse_connections):
            self.dropped += 1

        def ping(self):
            raise ConnectionError

    client = Shifted()
    store = RedisStore(RedisLink(lambda: client, "nowhere"))
    for _ in range(3):
        assert store.look(PLACE, []) == Absent(Claim(""))
    assert client.dropped == 1
    assert told.of("is away: ForeignReplyError") == 1


@pytest.mark.parametrize(
    "reply",
    [
        *(None, b"OK", 1, [], [b"x"], "OK", {}, [None] * 5, [[]] * 6),
        ["name", b"hit", b"g", 1],
        ["name", b"hit", b"g", 1, b"x", []],
        ["name", b"hit", b"g", 1, 1, b"x"],
        ["name", b"else", b"g", 1],
        ["name", b"busy", b"g", 1],
        ["name", b"lead", None, 1],
        ["name", b"lead", b"\xff", 1],
        ["name", b"lead", b"g", b"x"],
    ],
)
def test_replies_of_another_form_are_a_miss(told, reply):
    class Odd:
        def evalsha(self, digest, count, *args):
            if not isinstance(reply, list) or reply[:1] != ["name"]:
                return reply
            return [args[count].encode(), *reply[1:]]

        def hmget(self, *args):
            return reply

        def ping(self):
            raise ConnectionError

    store = RedisStore(RedisLink(lambda: Odd(), "nowhere"))
    assert store.look(PLACE, [], b"mine") == Absent(Claim(""))
    assert store.parts(PLACE, ["v"]) == {}
    assert len(told.messages) == 1


def test_a_wrong_password_is_told_once_and_not_repeated(told):
    server = Server("redis", "--requirepass", "right")
    try:
        port = server.port
        store = opened(f"redis://:wrong-secret@127.0.0.1:{port}")
        for _ in range(3):
            assert type(use(store)) is Absent
        assert told.of("is away") == len(told.messages) == 1
        assert "secret" not in told.messages[0]
        assert put(opened(f"redis://:right@127.0.0.1:{port}"))
        assert put(opened(f"redis://127.0.0.1:{port}")) is False
    finally:
        server.close()


def fill(store, count=60):
    kept = [
        put(store, Place(SHELF, bytes([number]) * 32), v=os.urandom(100_000))
        for number in range(count)
    ]
    return sum(kept)


def test_a_server_that_is_full_is_told_of_once(told):
    server = Server("redis", "--maxmemory", "4mb", "--maxmemory-policy", "noeviction")
    try:
        store, theirs = opened(server.url), opened(server.url)
        mark = theirs.generations.deleted({SHELF: ""})[SHELF].mark
        assert 0 < fill(store) < 60
        assert put(store, v=b"x" * 400_000) is False
        store._link._full_until = 0
        assert put(store, v=b"x" * 400_000) is False
        assert len(told.messages) == 1
        assert told.of("set its maxmemory-policy to allkeys-lru") == 1
        first, second = (Place(SHELF, bytes([number]) * 32) for number in range(2))
        assert found(store, first)
        assert type(store.look(OTHER, [], b"mine")) is Absent
        store.delete(first)
        assert found(theirs, first) is None
        assert theirs.generations.deleted({SHELF: mark})[SHELF].keys == (first.key,)
        assert found(theirs, second)
        store.clear(SHELF)
        assert found(theirs, second) is None
        assert not store._link.outage.is_on
    finally:
        server.close()


def test_a_server_that_evicts_what_was_just_written(told):
    server = Server("redis", "--maxmemory", "4mb", "--maxmemory-policy", "allkeys-lru")
    try:
        store = opened(server.url)
        assert fill(store, 200) > 100
        for number in range(200):
            look = store.look(Place(SHELF, bytes([number]) * 32), ["v"], b"mine")
            assert type(look) is not Hit or len(look.parts["v"]) == 100_000
        assert told.messages == []
    finally:
        server.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_has_connections_of_its_own(proxy, server):
    store = opened(proxy.url)
    put(store)
    context = multiprocessing.get_context("fork")
    answers, told = context.Pipe(duplex=False)

    def child():
        told.send([bool(found(store)), put(store, OTHER), bool(found(store, OTHER))])

    before = proxy.connections
    process = context.Process(target=child)
    process.start()
    assert answers.poll(30)
    assert answers.recv() == [True] * 3
    process.join()
    assert proxy.connections > before
    in_parent = proxy.connections
    assert found(store)
    assert found(store, OTHER)
    assert proxy.connections == in_parent


@pytest.mark.parametrize(
    "error",
    [
        *(RuntimeError("no"), OSError(5, "no"), ValueError("no"), AttributeError("no")),
        *(UnicodeDecodeError("ascii", b"x", 0, 1, "no"), MemoryError(), KeyError("no")),
    ],
)
def test_whatever_a_client_raises_the_app_goes_on(told, error):
    class Failing:
        def __getattr__(self, name):
            raise error

    store = RedisStore(RedisLink(Failing, "nowhere"))
    for _ in range(3):
        assert use(store) == Absent(Claim(""))
    store.clear(SHELF)
    store.delete(PLACE)
    assert len(told.messages) == 1


def test_what_is_long_may_take_its_time(proxy, told):
    """As nobody waits for it; a look that comes meanwhile finds out whether it may."""
    store = opened(proxy.url, timeout=1)
    assert put(store, v=b"x" * 2_000_000)
    link = store._link
    asking, patient = (
        client.connection_pool.connection_kwargs
        for client in (link.client(), link.patient_client())
    )
    assert (asking["socket_timeout"], patient["socket_timeout"]) == (1, 10)
    assert patient["socket_connect_timeout"] == 1
