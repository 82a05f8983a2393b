from types import SimpleNamespace

from gradio.caching.serving.queueing.events import forget_run, free_slot


def queue_with(*jobs):
    line = SimpleNamespace(current_concurrency=1)
    return SimpleNamespace(
        active_jobs=list(jobs),
        event_queue_per_concurrency_id={"fn": line},
        event_analytics={"id": {"status": "processing"}},
    )


def run():
    return [SimpleNamespace(_id="id", concurrency_id="fn")]


def test_a_dropped_run_gives_its_place_back():
    events = run()
    queue = queue_with(None, events)
    free_slot(queue, events)
    assert queue.active_jobs == [None, None]
    assert queue.event_queue_per_concurrency_id["fn"].current_concurrency == 0
    assert queue.event_analytics["id"]["status"] == "cancelled"


def test_a_run_that_ended_by_itself_has_no_place():
    others = run()
    queue = queue_with(None, others)
    free_slot(queue, run())
    assert queue.active_jobs == [None, others]
    assert queue.event_queue_per_concurrency_id["fn"].current_concurrency == 1
    assert queue.event_analytics["id"]["status"] == "processing"


def test_a_run_is_forgotten_with_its_events_but_for_streams_of_inputs():
    ended, other = object(), object()
    events = {
        name: SimpleNamespace(_id=name, fn=SimpleNamespace(connection=connection))
        for name, connection in [("one", "sse"), ("two", "stream"), ("three", "sse")]
    }
    queue = SimpleNamespace(_asyncio_tasks=[ended, other], event_ids_to_events=events)
    jobs = [events["one"], events["two"]]
    for _ in range(2):
        forget_run(queue, jobs, ended)
        assert queue._asyncio_tasks == [other]
        assert list(events) == ["two", "three"]
