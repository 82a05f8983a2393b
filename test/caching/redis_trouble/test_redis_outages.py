"""A server that is away, and comes back."""

from __future__ import annotations

import threading

from gradio.caching.stores import outage
from gradio.caching.stores.backing import Absent, Claim, Hit, Place
from gradio.caching.stores.redis_link import RedisLink
from support import ports
from support.records import OTHER, PLACE, SHELF, found, put
from support.redis_servers import Server
from support.redis_stores import opened, use


def test_a_server_that_is_not_there_yet(told, tmp_path):
    port = ports.free()
    store = opened(f"redis://127.0.0.1:{port}")
    for _ in range(3):
        assert use(store) == Absent(Claim(""))
    assert told.of("is away") == len(told.messages) == 1
    server = Server.__new__(Server)
    server.kind, server.options, server.port = "redis", (), port
    server.settings = []
    server.folder = str(tmp_path)
    server.start()
    try:
        assert told.is_back.wait(30)
        assert put(store)
        assert type(use(store)) is Hit
        assert len(told.messages) == 2
    finally:
        server.close()


def test_a_server_that_is_killed_under_load_and_comes_back(server, told, pool):
    store, stop = opened(server.url), threading.Event()
    ready = threading.Barrier(9)

    def load(number):
        ready.wait()
        while not stop.is_set():
            put(store, Place(SHELF, bytes([number]) * 32), v=b"x" * 50_000)
            use(store)

    work = [pool.submit(load, number) for number in range(8)]
    ready.wait()
    server.kill()
    while not store._link.outage.is_on:
        use(store)
    server.start()
    assert told.is_back.wait(30)
    stop.set()
    for done in work:
        done.result()
    assert told.of("is away") == told.of("is back") == 1
    assert len(told.messages) == 2
    assert put(store, Place("app.g", PLACE.key))
    assert found(store, Place("app.g", PLACE.key))


def test_only_those_wait_who_have_asked_when_a_server_stands_still(
    server, told, monkeypatch
):
    store = opened(server.url, timeout=1)
    put(store)
    asked, real = [], RedisLink.client
    monkeypatch.setattr(outage.Outage, "_start", lambda self: None)
    server.stand_still()
    monkeypatch.setattr(RedisLink, "client", lambda self: asked.append(1) or real(self))
    for _ in range(20):
        assert type(use(store)) is Absent
    server.go_on()
    assert len(asked) == 1
    assert told.of("is away") == len(told.messages) == 1


def connections(pool_of_client):
    with pool_of_client._lock:
        return list(pool_of_client._in_use_connections)


def test_who_waits_for_a_server_is_let_go_with_the_first(server, told, pool):
    """At most one timeout, over all threads."""
    slow = opened(server.url, timeout=60)
    put(slow)
    begun = threading.Barrier(5)

    def wait():
        begun.wait()
        return slow.look(PLACE, [])

    server.stand_still()
    looks = [pool.submit(wait) for _ in range(4)]
    begun.wait()
    pool_of_client = slow._link.client().connection_pool
    while sum(c._sock is not None for c in connections(pool_of_client)) < 4:
        pass
    slow._link._note(TimeoutError(), slow._link.outage.number)
    assert [type(look.result(20)) for look in looks] == [Absent] * 4
    server.go_on()
    assert told.is_back.wait(30)
    assert told.of("is away") == 1


def test_what_is_forgotten_while_a_server_is_away_is_forgotten_when_it_is_back(
    server, told
):
    store, theirs = opened(server.url, timeout=1), opened(server.url)
    places = [Place(shelf, key * 32) for shelf in ("f", "g") for key in (b"a", b"b")]
    for place in places:
        put(theirs, place)
    marks = theirs.generations.deleted({"f": "", "g": ""})
    server.stand_still()
    store.clear("g")
    store.delete(places[0])
    store.generations.note(places[1])
    server.go_on()
    assert told.is_back.wait(30)
    assert found(theirs, places[0]) is None
    assert found(theirs, places[1])
    assert found(theirs, places[2]) is found(theirs, places[3]) is None
    deleted = theirs.generations.deleted({s: m.mark for s, m in marks.items()})
    assert sorted(deleted["f"].keys) == [places[0].key, places[1].key]
    assert found(store, places[0]) is None
    assert put(store, places[0])
    assert found(theirs, places[0])


def test_nothing_is_read_of_what_could_not_be_forgotten(server, told, monkeypatch):
    store = opened(server.url)
    put(store)
    put(store, OTHER)
    forgetting = store._forgetting
    with monkeypatch.context() as patch:
        patch.setattr(forgetting, "_tell", lambda *_: None)
        store.delete(PLACE)
        assert found(store) is None
        assert store.parts(PLACE, ["m"]) == {}
        assert not put(store)
        assert found(store, OTHER)
        store.clear(SHELF)
        assert found(store, OTHER) is None
    assert found(store, OTHER) is None
    assert found(opened(server.url), OTHER) is None
    assert put(store)
    assert found(store)


def test_a_server_that_comes_back_empty(server, told):
    store = opened(server.url)
    put(store)
    late = store.look(OTHER, [], b"mine").claim
    mark = store.generations.deleted({SHELF: ""})[SHELF].mark
    server.kill()
    use(store)
    server.start()
    assert told.is_back.wait(30)
    assert not put(store, OTHER, claim=late)
    assert found(store) is None
    assert store.generations.deleted({SHELF: mark})[SHELF].keys is None
    assert put(store)


def test_looking_for_a_server_ends_with_its_store(told):
    store = opened(f"redis://127.0.0.1:{ports.free()}")
    use(store)
    state = store._link.outage
    assert state.is_on
    assert state.look()
    del store
    import gc

    gc.collect()
    assert not state.look()


def test_pauses_grow_to_a_limit(told):
    class Probed:
        def probe(self):
            raise ConnectionError

    probed = Probed()
    state = outage.Outage("nowhere", probed.probe)
    pauses = [state.next_pause() for _ in range(20)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == outage.LONGEST_PAUSE
    state._start = lambda: None
    assert state.begin(ConnectionError("x"), 0)
    assert not state.begin(ConnectionError("x"), 0)
    assert not state.begin(ConnectionError("of before"), 0)
    assert state.look()
    probed.probe = None
