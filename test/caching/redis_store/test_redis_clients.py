"""Addresses and clients of servers: which can be used, and how they are chosen."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gradio.caching.stores import schemes
from gradio.caching.stores.backing import Busy, Lead
from gradio.caching.stores.choice import chosen, chosen_for_app
from support.records import ELSEWHERE, OTHER_SHELF, PLACE, SHELF, found, put
from support.redis_servers import Server

MINE, THEIRS = b"mine", b"theirs"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("redis://h?foo=1", "'foo' of the store redis://h"),
        ("redis://h?max_size=1gb", "'max_size' of the store"),
        ("redis://h?db=x", "'db' of the store"),
        ("redis://h?socket_timeout=soon", "'socket_timeout' of the store"),
        ("redis://h?decode_responses=true", "'decode_responses' can't be chosen"),
        ("redis://h?protocol=3", "'protocol' can't be chosen"),
        ("redis://h?timeout=0", "timeout must be a number of seconds"),
        ("redis://h?prefix={a}", "prefix must be of letters"),
        ("valkey://h?max_entry=much", "max_entry must be a text such as"),
        ("redis://me:se/cret:x@h", r"The store redis://\*\*\*@h can't be read"),
        ("redis://h:port", "The store redis://h:port can't be read"),
        ("rediss://me:secret@h?ssl_cert_reqs=perhaps", "can't be read"),
        ("unix:///a?ssl=1&password=secret", "'ssl' of the store unix:///a can't"),
    ],
)
def test_a_bad_address_is_refused_at_once(url, message, monkeypatch):
    with pytest.raises(ValueError, match=message) as error:
        chosen(url)
    assert "cret" not in str(error.value).replace("without", "")
    with pytest.raises(ValueError, match=f"GRADIO_CACHE_STORE: .*{message}"):
        chosen_for_app({"GRADIO_CACHE_STORE": url})


@pytest.mark.parametrize("scheme", ["redis", "rediss", "unix", "valkey"])
def test_a_missing_package_is_named_with_the_cure(scheme, monkeypatch):
    monkeypatch.setattr(schemes.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r'pip install "gradio\[redis\]"') as error:
        chosen(f"{scheme}://me:secret@host")
    assert "secret" not in str(error.value)
    with pytest.raises(ImportError, match="GRADIO_CACHE_STORE: .*pip install"):
        chosen_for_app({"GRADIO_CACHE_STORE": f"{scheme}://host"})


def test_the_client_s_options_are_its_own(server):
    url = f"valkey://127.0.0.1:{server.port}?client_name=mine&db=0&timeout=2&prefix=x"
    store = chosen(url).backing()
    assert put(store)
    assert b"name=mine" in server.say("CLIENT", "LIST")
    pool = store._link.client().connection_pool
    assert pool.connection_kwargs["socket_timeout"] == 2


def test_passwords_are_not_told(server):
    choice = chosen(f"redis://me:secret@127.0.0.1:{server.port}?password=hidden")
    for text in (repr(choice), repr(choice.address), repr(choice.backing())):
        assert "secret" not in text
        assert "hidden" not in text


def test_a_client_of_ones_own(server):
    import redis

    client = redis.Redis(port=server.port)
    store = chosen(client).backing()
    assert store is chosen(client).backing()
    assert put(store)
    assert found(store)
    assert f":{server.port}" in repr(store)
    store.delete(PLACE)


def test_a_client_of_the_other_package(server):
    valkey = pytest.importorskip("valkey")
    store = chosen(valkey.Valkey(port=server.port)).backing()
    assert put(store)
    server.say("SCRIPT", "FLUSH")
    assert found(store)
    store.delete(PLACE)


def test_a_client_that_can_t_be_used_is_told_what_to_be(server):
    import redis
    from redis.sentinel import Sentinel

    with pytest.raises(ValueError, match="decode_responses=True"):
        chosen(redis.Redis(port=server.port, decode_responses=True))
    with pytest.raises(TypeError, match="which is synchronous"):
        chosen(redis.asyncio.Redis(port=server.port))
    with pytest.raises(TypeError, match="master_for"):
        chosen(Sentinel([("127.0.0.1", server.port)]))


def use_for_all(store, other):
    """Tries what goes to several keys, shelves and servers at once."""
    marks = store.generations.deleted({SHELF: "", OTHER_SHELF: ""})
    assert put(store, v=b"value")
    assert put(store, ELSEWHERE, v=b"x" * 500_000)
    assert found(other, PLACE, "v") == {"m": b"meta", "v": b"value"}
    assert len(found(other, ELSEWHERE, "v")["v"]) == 500_000
    other.delete(PLACE)
    other.clear(OTHER_SHELF)
    told = store.generations.deleted({s: mark.mark for s, mark in marks.items()})
    assert told[SHELF].keys == (PLACE.key,)
    assert told[OTHER_SHELF].keys == ()
    assert found(store, PLACE) is found(store, ELSEWHERE) is None
    assert type(store.leases.take(PLACE, MINE)) is Lead
    assert type(other.look(PLACE, [], THEIRS)) is Busy


@pytest.mark.parametrize("protocol", [2, 3])
def test_a_client_of_either_protocol(protocol):
    import redis

    server = Server("redis")
    try:
        clients = [redis.Redis(port=server.port, protocol=protocol) for _ in range(2)]
        use_for_all(*(chosen(client).backing() for client in clients))
    finally:
        server.close()


def test_a_cluster():
    import redis

    server = Server("redis", "--cluster-enabled", "yes")
    try:
        server.say("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
        server.until(lambda: b"cluster_state:ok" in server.say("CLUSTER", "INFO"))
        clients = [redis.RedisCluster("127.0.0.1", server.port) for _ in range(2)]
        use_for_all(*(chosen(client).backing() for client in clients))
    finally:
        server.close()


def test_a_master_that_sentinels_know(tmp_path):
    from redis.sentinel import Sentinel

    server = Server("redis")
    (tmp_path / "conf").write_text(f"sentinel monitor app 127.0.0.1 {server.port} 1\n")
    sentinel = Server("redis", "--sentinel", first=str(tmp_path / "conf"))
    try:
        masters = Sentinel([("127.0.0.1", sentinel.port)])
        clients = [masters.master_for("app") for _ in range(2)]
        use_for_all(*(chosen(client).backing() for client in clients))
    finally:
        sentinel.close()
        server.close()


def test_the_client_is_imported_where_it_is_asked_for():
    code = (
        "import sys, gradio as gr\n"
        "gr.cache(lambda x: x)(1)\n"
        "assert not {'redis', 'hiredis'} & sys.modules.keys()\n"
        "gr.cache(lambda x: x, store='redis://127.0.0.1:1')\n"
        "assert 'redis' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
