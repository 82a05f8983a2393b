"""Events of several replicas of an app, which share a store with leases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

import gradio as gr
from gradio.caching.leases import HELD
from gradio.caching.stores.backing import LEASE
from gradio.caching.writes import WRITES
from gradio.queueing import Queue
from support.gates import DEADLINE, Gate
from support.replicas import Processes
from support.restarts import Runs

RUNS = Runs()
GATES: dict[str, Gate] = {}


@pytest.fixture(autouse=True)
def _none_yet():
    RUNS.clear()
    GATES.clear()
    yield
    for gate in GATES.values():
        gate.open()


@pytest.fixture
def processes(monkeypatch):
    return Processes(monkeypatch)


@pytest.fixture
def server(processes):
    return processes.server


@pytest.fixture
def clients():
    with ThreadPoolExecutor(64) as pool:
        yield pool


def held_up(text):
    gate = GATES.get(f"{text} again" if text in RUNS else text, GATES.get(text))
    RUNS.append(text)
    if gate is not None:
        gate.wait()
    if text.startswith("fail") and len(RUNS) == 1:
        raise gr.Error("no")
    return text.upper()


async def held_up_async(text):
    import asyncio

    return await asyncio.to_thread(held_up, text)


def held_up_batch(texts):
    return [[held_up(text) for text in texts]]


class Unpackable:
    """Is made by no store again, but can be shown."""

    def __init__(self, text):
        self.text = lambda: text

    def __str__(self):
        return self.text()


def unpackable(text):
    return Unpackable(f"{held_up(text)}{len(RUNS)}")


def blocker(text):
    GATES["block"].wait()
    return text


@pytest.fixture
def replicas(serve, processes):
    """Starts so many replicas of an app."""

    def start(count, fn=held_up, max_size=None, batch=False, **ages):
        apps = []
        for _ in range(count):
            with gr.Blocks() as demo:
                given = gr.Textbox()
                store = processes.backing()
                cached = gr.cache(fn, store=store, version="1", **ages)
                given.submit(
                    cached,
                    given,
                    gr.Textbox(),
                    api_name="f",
                    concurrency_id="one",
                    batch=batch,
                )
                given.submit(
                    blocker, given, gr.Textbox(), api_name="b", concurrency_id="one"
                )
            demo.queue(max_size=max_size)
            demo.cached = cached
            apps.append(serve(demo))
        return apps

    return start


def hold(text):
    gate = GATES[text] = Gate()
    return gate


def is_free(app):
    """Whether nothing of an app runs or waits in its queue."""
    return len(app.queue) == 0 and not any(app.queue.active_jobs)


@pytest.mark.parametrize(
    ("fn", "listener"),
    [(held_up, {}), (held_up_async, {}), (held_up_batch, {"batch": True})],
)
def test_fifty_equal_events_over_four_replicas_run_once(
    fn, listener, replicas, processes, server, clients
):
    gate, apps = hold("a"), replicas(4, fn, **listener)
    first = clients.submit(apps[0].run, "f", "a")
    gate.until_reached()
    others = [clients.submit(apps[i % 4].run, "f", "a") for i in range(1, 50)]
    processes.pauses.until(3)
    for number in range(4, 8):
        server.move(0.001)
        processes.pauses.until(number)
    assert all(map(is_free, apps[1:]))
    gate.open()
    runs = [each.result(DEADLINE) for each in (first, *others)]
    assert {tuple(run.data) for run in runs} == {("A",)}
    assert [run.used for run in runs].count(None) == 1
    assert RUNS == ["a"]
    WRITES.flush()
    assert not server.leases


@pytest.mark.filterwarnings("ignore:A result of .*Unpackable:UserWarning")
def test_what_can_t_be_packed_is_shown_by_all_after_one_run(
    replicas, processes, server, clients
):
    gate, apps = hold("a"), replicas(3, unpackable)
    runs = [clients.submit(apps[0].run, "f", "a")]
    gate.until_reached()
    runs += [clients.submit(app.run, "f", "a") for app in apps[1:]]
    processes.pauses.until(2)
    gate.open()
    assert [run.result(DEADLINE).data for run in runs] == [["A1"]] * 3
    assert RUNS == ["a"]
    WRITES.flush()
    assert not server.leases


@pytest.mark.parametrize(
    ("fn", "listener"), [(held_up, {}), (held_up_batch, {"batch": True})]
)
def test_when_the_leader_fails_all_run_at_once(
    fn, listener, replicas, processes, clients
):
    gate, again = hold("fail"), hold("fail again")
    apps = replicas(3, fn, **listener)
    first = clients.submit(apps[0].run, "f", "fail")
    gate.until_reached()
    others = [clients.submit(app.run, "f", "fail") for app in apps[1:]]
    processes.pauses.until(2)
    gate.open()
    assert not first.result(DEADLINE).success
    for _ in range(2):
        again.until_reached()
    again.open()
    assert [each.result(DEADLINE).data for each in others] == [["FAIL"]] * 2
    assert len(RUNS) == 3


removes = pytest.mark.skipif(
    not hasattr(Queue, "remove_from_queue"),
    reason="this Gradio runs what is cancelled while it waits",
)


def cancel(app, session, event):
    app.cancel(session, event, "f").result(DEADLINE)


def disconnect(app, session, event):
    with app.listen(session):
        pass


@pytest.mark.parametrize("leave", [pytest.param(cancel, marks=removes), disconnect])
def test_a_leader_that_leaves_the_queue_lets_the_next_one_lead(
    leave, replicas, processes, server, clients
):
    block, apps = hold("block"), replicas(2)
    blocked = clients.submit(apps[0].run, "b", "x")
    block.until_reached()
    session = apps[0].session()
    event = apps[0].join("f", "a", session=session)
    server.until(lambda: len(server.leases) == 1)
    other = clients.submit(apps[1].run, "f", "a")
    processes.pauses.until(1)
    HELD.renew()
    leave(apps[0], session, event)
    assert other.result(DEADLINE).data == ["A"]
    block.open()
    blocked.result(DEADLINE)
    assert RUNS == ["a"]


def test_an_app_that_is_closed_lets_others_lead(replicas, processes, server, clients):
    block, apps = hold("block"), replicas(2)
    apps[0].join("b", "x", session="blocked")
    block.until_reached()
    apps[0].join("f", "a", session="waits")
    server.until(lambda: len(server.leases) == 1)
    other = clients.submit(apps[1].run, "f", "a")
    processes.pauses.until(1)
    apps[0].demo.close(verbose=False)
    HELD.renew()
    assert other.result(DEADLINE).data == ["A"]
    assert RUNS == ["a"]


def test_a_client_that_leaves_waits_no_more(replicas, processes, server, clients):
    gate, apps = hold("a"), replicas(2)
    first = clients.submit(apps[0].run, "f", "a")
    gate.until_reached()
    session = apps[1].session()
    event = apps[1].join("f", "a", session=session)
    processes.pauses.until(1)
    apps[1].cancel(session, event, "f").result(DEADLINE)
    gate.open()
    assert first.result(DEADLINE).data == ["A"]
    assert apps[1].run("f", "a").used == "full"
    assert RUNS == ["a"]


def test_who_waits_with_one_that_leaves_goes_on(replicas, processes, clients):
    gate, apps = hold("a"), replicas(2)
    first = clients.submit(apps[0].run, "f", "a")
    gate.until_reached()
    session = apps[1].session()
    event = apps[1].join("f", "a", session=session)
    processes.pauses.until(1)
    other = clients.submit(apps[1].run, "f", "a")
    apps[1].cancel(session, event, "f").result(DEADLINE)
    gate.open()
    assert first.result(DEADLINE).data == other.result(DEADLINE).data == ["A"]
    assert RUNS == ["a"]


def test_a_killed_leader_s_event_runs_elsewhere(replicas, processes, server, clients):
    gate, apps = hold("a"), replicas(2)
    first = clients.submit(apps[0].run, "f", "a")
    gate.until_reached()
    other = clients.submit(apps[1].run, "f", "a")
    processes.pauses.until(1)
    server.move(LEASE + 1)  # and nothing renews it meanwhile
    gate.until_reached()
    gate.open()
    assert other.result(DEADLINE).data == first.result(DEADLINE).data == ["A"]
    assert len(RUNS) == 2


def test_a_lease_is_renewed_while_its_event_waits_in_the_queue(
    replicas, processes, server, clients
):
    block, apps = hold("block"), replicas(2)
    blocked = clients.submit(apps[0].run, "b", "x")
    block.until_reached()
    first = clients.submit(apps[0].run, "f", "a")
    server.until(lambda: len(server.leases) == 1)
    other = clients.submit(apps[1].run, "f", "a")
    processes.pauses.until(1)
    for _ in range(3):
        server.move(LEASE - 1)
        HELD.renew()
    block.open()
    runs = [each.result(DEADLINE) for each in (blocked, first, other)]
    assert [run.data for run in runs] == [["x"], ["A"], ["A"]]
    assert RUNS == ["a"]


def test_a_call_in_its_process_computes_what_an_event_is_to(
    replicas, processes, server, clients
):
    block, apps = hold("block"), replicas(2)
    blocked = clients.submit(apps[0].run, "b", "x")
    block.until_reached()
    first = clients.submit(apps[0].run, "f", "a")
    server.until(lambda: len(server.leases) == 1)
    other = clients.submit(apps[1].run, "f", "a")
    processes.pauses.until(1)
    assert apps[0].demo.cached("a") == "A"
    assert other.result(DEADLINE).data == ["A"]
    block.open()
    assert first.result(DEADLINE).data == ["A"]
    blocked.result(DEADLINE)
    assert RUNS == ["a"]


def test_what_a_full_queue_refuses_leads_nothing(replicas, processes, server):
    block, apps = hold("block"), replicas(1, max_size=1)
    apps[0].join("b", "x", session="runs")
    block.until_reached()
    apps[0].join("b", "y", session="waits")
    assert apps[0].post("f", "a", session="refused").status_code == 503
    WRITES.flush()
    assert not server.leases
    block.open()


def test_a_value_is_found_with_the_look_for_what_is_shown(replicas, processes, server):
    apps = replicas(2)
    apps[0].demo.cached("a")
    WRITES.flush()
    before = server.count("ask") + server.count("look")
    assert apps[1].run("f", "a").used == "full"
    WRITES.flush()
    assert server.count("ask") == 2
    assert server.count("ask") + server.count("look") - before <= 2
    assert RUNS == ["a"]


def test_a_stale_event_is_renewed_by_one_replica(replicas, processes, server, clients):
    apps = replicas(3, ttl=10, stale=1000)
    assert [app.run("f", "a").data for app in apps] == [["A"]] * 3
    WRITES.flush()
    server.move(20)
    gate = hold("a again")
    assert apps[0].run("f", "a").used == "full"
    gate.until_reached()
    # What the others begin is left to the first, and ends at once.
    for app in apps[1:]:
        assert app.run("f", "a").used == "full"
        server.until(lambda: server.count("take") >= 2)
    assert RUNS == ["a", "a"]
    gate.open()
    server.until(lambda: not server.leases)
    assert RUNS == ["a", "a"]
    assert all(app.run("f", "a").data == ["A"] for app in apps)
