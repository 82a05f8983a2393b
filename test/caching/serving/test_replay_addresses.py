import gc
import weakref
from types import SimpleNamespace

import fastapi
import pytest

from gradio.caching.serving.replay.addresses import (
    PLACEHOLDER,
    address_later,
    is_shared,
    needs_root,
    root_of,
    run_without_address,
    share,
    with_root,
    write_address,
)
from support.queued import SCOPE, Stub, event_of

ROOT = "http://here.example"
FN = SimpleNamespace(concurrency_id=None)
LATER = f"{PLACEHOLDER}/file=a"


def queue_at(root_path=""):
    return Stub(server_app=SimpleNamespace(root_path=root_path))


def event_from(host):
    headers = [(b"host", host)] if host else []
    return event_of(FN, request=fastapi.Request({**SCOPE, "headers": headers}))


def written(event, output):
    message = SimpleNamespace(output=output)
    write_address(event, message)
    return message.output


@pytest.mark.parametrize(
    ("data", "result"),
    [
        (LATER, f"{ROOT}/file=a"),
        (PLACEHOLDER, ROOT),
        ({"url": LATER, "path": "a"}, {"url": f"{ROOT}/file=a", "path": "a"}),
        ([1, (LATER, 2)], [1, [f"{ROOT}/file=a", 2]]),
        ({"a": [{"b": LATER}]}, {"a": [{"b": f"{ROOT}/file=a"}]}),
    ],
)
def test_the_address_is_written_wherever_it_belongs(data, result):
    assert needs_root(data)
    assert with_root(data, ROOT) == result
    assert not needs_root(result)


@pytest.mark.parametrize(
    "data",
    [
        None,
        1,
        "text",
        # Whoever has seen one can't have it replaced within what they type.
        f"see {PLACEHOLDER}",
        {PLACEHOLDER: "a key is no address"},
        {"url": "http://elsewhere.example/a"},
        [["a"], {"b": ("c",)}],
    ],
)
def test_what_needs_no_address_is_not_copied(data):
    assert not needs_root(data)
    assert with_root(data, ROOT) is data


def test_parts_that_need_none_are_shared_and_what_is_stored_stays_as_it_is():
    plain = {"rows": [1, 2, 3]}
    stored = {"plain": plain, "file": {"url": LATER}}
    first, second = with_root(stored, ROOT), with_root(stored, "http://other")
    assert first["plain"] is second["plain"] is plain
    assert stored["file"] == {"url": LATER}
    assert first["file"] != second["file"]


def test_the_address_of_an_event_is_that_of_its_client():
    hosts = (b"one.example", b"two.example:99")
    roots = [root_of(queue_at(), event_from(host)) for host in hosts]
    assert roots == ["http://one.example", "http://two.example:99"]


def test_an_app_may_say_where_it_is():
    event = event_from(b"one.example")
    assert root_of(queue_at("/below"), event) == "http://one.example/below"
    assert root_of(queue_at("https://public/app"), event) == "https://public/app"


def test_events_of_one_run_get_their_own_addresses():
    queue, events = queue_at(), [event_from(b"one"), event_from(b"two")]
    assert run_without_address(queue, events, "http://first") == PLACEHOLDER
    output = {"data": [{"url": LATER}]}
    sent = [written(event, output)["data"][0]["url"] for event in events]
    assert sent == ["http://one/file=a", "http://two/file=a"]


def test_who_has_no_address_of_their_own_gets_that_of_the_run():
    event = event_from(b"a port:none")
    run_without_address(queue_at(), [event], "http://first")
    event.data.request = None
    assert written(event, [LATER]) == ["http://first/file=a"]


def test_an_address_that_is_known_at_once_does_not_change_later():
    queue, event = queue_at(), event_from(b"one")
    assert address_later(queue, event) == PLACEHOLDER
    queue.server_app.root_path = "/moved"
    assert written(event, [LATER]) == ["http://one/file=a"]


def test_what_a_run_wrote_with_its_own_address_is_left_alone():
    output = [LATER]
    assert written(event_from(b"one"), output) is output


@pytest.mark.parametrize("output", [None, {}, {"data": ["a"]}])
def test_a_message_without_a_place_for_it_stays_the_same(output):
    event = event_from(b"one")
    run_without_address(queue_at(), [event], ROOT)
    assert written(event, output) is output


def test_a_message_without_an_output_is_left_alone():
    event, message = event_from(b"one"), SimpleNamespace(msg="heartbeat")
    run_without_address(queue_at(), [event], ROOT)
    write_address(event, message)
    assert vars(message) == {"msg": "heartbeat"}


def test_what_is_sent_to_an_event_is_its_own_until_it_is_shared():
    event, other = event_from(b"one"), event_from(b"one")
    share(event)
    assert (is_shared(event), is_shared(other)) == (True, False)


def test_neither_an_event_nor_its_queue_is_kept():
    queue, event = queue_at(), event_from(b"one")
    run_without_address(queue, [event], ROOT)
    share(event)
    left = weakref.ref(queue), weakref.ref(event)
    del queue, event
    gc.collect()
    assert [ref() for ref in left] == [None, None]
