"""A server in trouble: no call fails, nobody waits twice, and it is said once."""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading

import pytest

from gradio.caching.stores import outage
from gradio.caching.stores.backing import Absent, Claim, Hit, Place
from gradio.caching.stores.choice import chosen
from gradio.caching.stores.redis_link import RedisLink
from gradio.caching.stores.redis_store import RedisStore
from support import ports
from support.backings import OTHER, PLACE, SHELF, found, put
from support.proxies import Proxy, cut, swallow
from support.redis_servers import Server


class Told(logging.Handler):
    """What is logged, and when a server is said to be back."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []
        self.is_back = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
        if self.messages[-1].endswith(" is back."):
            self.is_back.set()

    def of(self, words: str) -> int:
        return sum(words in message for message in self.messages)


@pytest.fixture
def told():
    handler = Told()
    logging.getLogger("gradio.caching").addHandler(handler)
    yield handler
    logging.getLogger("gradio.caching").removeHandler(handler)


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(outage, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(outage, "LONGEST_PAUSE", 0.02)


@pytest.fixture(params=["redis", "valkey"])
def server(request):
    server = Server(request.param)
    yield server
    server.close()


@pytest.fixture
def proxy(server):
    proxy = Proxy(server.port)
    yield proxy
    proxy.close()


def opened(url, timeout=20):
    """A store as another process opens it; patient, however slow the machine is."""
    address = chosen(f"{url}?timeout={timeout}").address
    from gradio.caching.stores.redis_address import open_redis

    return open_redis(address)


def use(store):
    """Calls all there is; returns what a look finds."""
    look = store.look(PLACE, ["v"], b"mine")
    put(store, OTHER, claim=look.claim)
    store.put(OTHER, {"p:1": [b""]}, look.claim, 1)
    store.parts(PLACE, ["v"])
    store.generations.current([SHELF])
    store.generations.deleted({SHELF: ""})
    store.leases.take(OTHER, b"mine")
    store.leases.renew(OTHER, b"mine")
    store.leases.free(OTHER, b"mine")
    return look


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
