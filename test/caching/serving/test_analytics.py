import asyncio
import gc
from collections import Counter
from types import SimpleNamespace

import pandas as pd

from gradio.caching.serving.queueing import analytics
from gradio.caching.serving.queueing.analytics import Hits, count_queued, process_times
from support.failures import broken


def event(number):
    fn = SimpleNamespace(api_name="shout")
    return SimpleNamespace(_id=str(number), fn=fn, session_hash="s")


def queue():
    return SimpleNamespace(
        event_analytics={},
        events_recorded=0,
        events_recorded_per_fn=Counter(),
        ANALYTICS_MAX_EVENTS=10_000,
        event_count_at_last_cache=5,
        compute_analytics_summary=lambda _: None,
    )


def test_hits_are_recorded_and_bounded(monkeypatch):
    monkeypatch.setattr(analytics, "_HITS_KEPT", 3)

    async def main():
        filled = queue()
        hits = Hits(filled)
        count_queued(filled, event("run"))
        for i in range(10):
            hits.count(event(i))
        return filled.event_analytics

    records = asyncio.run(main())
    assert list(records) == ["run", "7", "8", "9"]
    assert records["run"]["status"] == "queued"
    assert {records[str(i)]["status"] for i in (7, 8, 9)} == {"success"}
    assert {r["process_time"] for r in records.values()} == {None}


def test_the_times_of_hits_are_left_out():
    events = pd.DataFrame(
        {"status": ["success", "success", "failed"], "process_time": [1.5, None, 2.5]}
    )
    assert list(process_times(events)) == [1.5, 2.5]


def test_figures_that_can_t_be_made_are_logged_and_trouble_nobody(monkeypatch, caplog):
    monkeypatch.setattr(analytics, "_SUMMARY_DELAY", 0)
    unhandled = []

    async def main():
        asyncio.get_running_loop().set_exception_handler(
            lambda *told: unhandled.append(told)
        )
        filled = queue()
        filled.compute_analytics_summary = broken
        hits = Hits(filled)
        hits.count(event("a"))
        while hits._summing is None:
            await asyncio.sleep(0)
        await asyncio.wait({hits._summing})
        del hits
        gc.collect()

    asyncio.run(main())
    assert not unhandled
    assert caplog.text.count("The cache failed") == 1
