"""What a server adds to what every backing does: leases, fences, lives by its clock."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest

from gradio.caching.stores import redis_leases, redis_scripts, schemes
from gradio.caching.stores.backing import Absent, Busy, Claim, Hit, Lead
from gradio.caching.stores.choice import chosen, chosen_for_app
from gradio.caching.stores.redis_keys import RedisKeys
from gradio.caching.stores.redis_scripts import DAY, IDLE
from support.backings import (
    ELSEWHERE,
    OTHER,
    OTHER_SHELF,
    PLACE,
    SHELF,
    found,
    opener,
    put,
)
from support.redis_servers import Server, shared

MINE, THEIRS = b"mine", b"theirs"
HOUR = DAY // 24


@pytest.fixture(params=["redis", "valkey"])
def server(request):
    return shared(request.param)


@pytest.fixture
def another(server, tmp_path):
    return opener(server.kind, tmp_path)


@pytest.fixture
def store(another):
    return another()


@pytest.fixture
def keys(store):
    return store._keys


def number(reply: bytes) -> int:
    return int(reply.strip().lstrip(b":"))


def test_the_first_one_leads_and_others_are_told_for_how_long(store, another):
    lead = store.look(PLACE, [], MINE)
    assert type(lead) is Lead
    assert lead.claim.token == MINE
    busy = another().look(PLACE, [], THEIRS)
    assert type(busy) is Busy
    assert 14 < busy.lease <= 15
    assert type(another().look(PLACE, [])) is Absent
    assert type(another().look(OTHER, [], THEIRS)) is Lead
    assert put(store, claim=lead.claim)
    assert type(another().look(PLACE, [], THEIRS)) is Hit


def test_who_asks_twice_still_leads(store):
    first, second = (store.look(PLACE, [], MINE) for _ in range(2))
    assert type(second) is Lead
    assert second.claim.fence > first.claim.fence


def test_while_another_leads_nobody_puts(store, another):
    early = store.look(PLACE, []).claim
    another().look(PLACE, [], THEIRS)
    assert not put(store, claim=early)
    assert not put(store, claim=early._replace(token=MINE))


def test_who_stood_still_too_long_is_late(store, another, server, keys):
    late = store.look(PLACE, [], MINE).claim
    server.say("DEL", keys.lease(PLACE))  # as when it ends
    assert not store.leases.renew(PLACE, MINE)
    lead = another().look(PLACE, [], THEIRS)
    assert type(lead) is Lead
    assert lead.claim.fence > late.fence
    assert not put(store, claim=late)
    assert put(another(), claim=lead.claim, v=b"theirs")
    assert not put(store, claim=late, v=b"mine")
    assert found(store, PLACE, "v") == {"m": b"meta", "v": b"theirs"}


def test_an_expired_lease_that_nobody_took_harms_nobody(store, server, keys):
    claim = store.look(PLACE, [], MINE).claim
    server.say("DEL", keys.lease(PLACE))
    assert put(store, claim=claim)


def test_a_lease_is_renewed_by_its_owner_alone(store, another, server, keys):
    store.look(PLACE, [], MINE)
    server.say("PEXPIRE", keys.lease(PLACE), "5000")
    assert not another().leases.renew(PLACE, THEIRS)
    assert number(server.say("PTTL", keys.lease(PLACE))) <= 5000
    assert store.leases.renew(PLACE, MINE)
    assert number(server.say("PTTL", keys.lease(PLACE))) > 14_000
    store.clear(SHELF)
    assert not store.leases.renew(PLACE, MINE)


def test_a_lease_that_is_given_up_is_anothers(store, another):
    store.look(PLACE, [], MINE)
    another().leases.free(PLACE, THEIRS)
    assert type(another().look(PLACE, [], THEIRS)) is Busy
    store.leases.free(PLACE, MINE)
    assert type(another().look(PLACE, [], THEIRS)) is Lead


def test_after_a_failure_all_run_at_once_for_a_second(
    store, another, server, keys, monkeypatch
):
    assert redis_leases.FAILED_MS == 1000
    monkeypatch.setattr(redis_leases, "FAILED_MS", 60_000)
    store.look(PLACE, [], MINE)
    store.leases.free(PLACE, MINE, failed=True)
    looks = [another().look(PLACE, [], name) for name in (b"1", b"2")]
    assert [type(look) for look in looks] == [Absent, Absent]
    assert 0 < number(server.say("PTTL", keys.lease(PLACE))) <= 60_000
    assert put(another(), claim=looks[0].claim)
    server.say("DEL", keys.record(PLACE), keys.lease(PLACE))
    assert type(another().look(PLACE, [], THEIRS)) is Lead


def test_a_failure_does_not_keep_from_taking_a_lease(store, another):
    store.look(PLACE, [], MINE)
    store.leases.free(PLACE, MINE, failed=True)
    assert type(another().leases.take(PLACE, THEIRS)) is Lead


def test_what_is_there_can_be_computed_anew(store, another):
    put(store, v=b"old")
    lead = store.leases.take(PLACE, MINE)
    assert type(lead) is Lead
    assert type(another().leases.take(PLACE, THEIRS)) is Busy
    assert found(another(), PLACE, "v") == {"m": b"meta", "v": b"old"}
    assert put(store, claim=lead.claim, v=b"new")
    assert found(another(), PLACE, "v") == {"m": b"meta", "v": b"new"}
    assert type(another().leases.take(PLACE, THEIRS)) is Lead


def test_a_leader_of_what_was_deleted_is_late(store, another):
    late = store.look(PLACE, [], MINE).claim
    another().delete(PLACE)
    assert not store.leases.renew(PLACE, MINE)
    assert not put(store, claim=late)
    alone = another().look(PLACE, []).claim
    assert put(another(), claim=alone)
    assert not put(store, claim=late)


def test_who_found_what_was_replaced_may_replace_it_again(store, another, server, keys):
    put(store)
    claim = store.look(PLACE, []).claim
    another().generations.note(PLACE)
    server.say("DEL", keys.record(PLACE))  # as when it ends
    assert put(store, claim=claim)


def test_a_leader_of_what_was_cleared_is_late(store, another):
    late = store.look(PLACE, [], MINE).claim
    another().clear(SHELF)
    assert type(another().look(PLACE, [], THEIRS)) is Lead
    assert not put(store, claim=late)
    assert type(another().look(PLACE, [], b"a third")) is Busy


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
