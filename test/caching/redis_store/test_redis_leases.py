"""Who leads the computing of a record, by the clock of a server."""

from __future__ import annotations

from gradio.caching.stores import redis_leases
from gradio.caching.stores.backing import Absent, Busy, Hit, Lead
from support.records import OTHER, PLACE, SHELF, found, put
from support.redis_stores import number

MINE, THEIRS = b"mine", b"theirs"


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
