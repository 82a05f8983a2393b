"""Requests that are answered in the response to them, or as any other."""

import asyncio
import inspect
import json

import fastapi
import pytest

import gradio as gr
from gradio.caching.serving import at_once, hooks
from gradio.caching.serving.queueing.join_response import MEDIA_TYPE, joined
from gradio.caching.serving.queueing.messages import send
from gradio.server_messages import LogMessage
from support.queued import SCOPE, QueuedApp, body_of, event_of


class Joins:
    """Join requests of pages, to an app whose queue is never worked off."""

    def __init__(self, fn):
        self.fn, self.app = fn, QueuedApp(fn)
        self.queue = self.app.queue

    async def know(self, text):
        """Has the function called, and what an event shows of that stored."""
        result = self.fn(text)
        if inspect.isgenerator(result):
            list(result)
        await self.app.receive(text, "before")
        await self.app.answer("before")

    async def ask(self, text, session="s"):
        """The messages in the response, None if there are none."""
        headers = [*SCOPE["headers"], (b"accept", MEDIA_TYPE.encode())]
        request = fastapi.Request({**SCOPE, "headers": headers})
        body = body_of(text, session=session)
        taken, event_id, _ = await hooks.try_cache(self.queue, body, request, None)
        assert taken
        answer = joined(request, event_id)
        return None if isinstance(answer, dict) else json.loads(answer.body)["messages"]

    @property
    def is_registered(self):
        return "s" in self.queue.pending_messages_per_session


def messages_at_once(fn):
    """The messages of a hit; and whether its event was registered."""

    async def main():
        joins = Joins(gr.cache(fn))
        await joins.know("a")
        return await joins.ask("a"), joins.is_registered

    return asyncio.run(main())


def shout(text):
    return text.upper()


def grow(text):
    for i in range(3):
        yield text * i


def test_of_an_event_that_is_answered_at_once_nobody_learns():
    messages, is_registered = messages_at_once(shout)
    assert [m["output"]["data"] for m in messages] == [["A"]]
    assert not is_registered


def test_steps_come_in_their_order():
    messages, is_registered = messages_at_once(grow)
    assert [m["msg"] for m in messages] == [
        *["process_generating"] * 3,
        "process_completed",
    ]
    assert not is_registered


def test_a_toast_comes_first():
    def warn(text):
        gr.Warning("careful")
        return text

    messages, _ = messages_at_once(warn)
    assert [m["msg"] for m in messages] == ["log", "process_completed"]


@pytest.mark.parametrize(
    ("fn", "limit"), [(grow, "_FEW_STEPS"), (shout, "fits"), (shout, "content_of")]
)
def test_what_is_not_ready_or_too_large_is_answered_as_any_other(
    monkeypatch, fn, limit
):
    refuse = 0 if limit == "_FEW_STEPS" else lambda *_: None
    monkeypatch.setattr(at_once, limit, refuse)
    messages, is_registered = messages_at_once(fn)
    assert messages[-1]["used_cache"] == "full"
    assert is_registered


def test_a_failure_is_logged_and_the_event_answered_as_any_other(monkeypatch, caplog):
    def fail(*_):
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(at_once, "messages_of", fail)
    messages, is_registered = messages_at_once(shout)
    assert messages[-1]["output"]["data"] == ["A"]
    assert is_registered
    assert "a fault of ours" in caplog.text


@pytest.mark.parametrize("step", ["add_to_history", "states_of"])
def test_of_an_answer_that_failed_on_its_way_nothing_is_sent(monkeypatch, step):
    def fail(*_):
        raise ZeroDivisionError("a fault of ours")

    async def taken_elsewhere(*_):
        return True

    async def main():
        joins = Joins(gr.cache(shout))
        await joins.know("a")
        monkeypatch.setattr(at_once, step, fail)
        monkeypatch.setattr(hooks, "_take", taken_elsewhere)
        return await joins.ask("a")

    assert asyncio.run(main()) is None


def test_what_the_session_was_sent_before_arrives_before():
    async def main():
        joins = Joins(gr.cache(shout))
        await joins.know("a")
        await joins.app.receive("a", "s")
        await joins.app.answer("s")
        fn = joins.queue.blocks.fns[0]
        toast = LogMessage(log="hello", level="info", title="Info")
        send(joins.queue, event_of(fn, "a"), toast)
        assert await joins.ask("a") is None
        return await joins.app.answer("s")

    assert asyncio.run(main()).output["data"] == ["A"]


def test_a_stale_result_is_renewed_as_by_any_other(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("gradio.caching.ages.clock", lambda: clock[0])

    async def main():
        joins = Joins(gr.cache(ttl=10, stale=100)(shout))
        await joins.know("a")
        assert not joins.is_registered
        await joins.ask("a")
        clock[0] = 20.0
        messages = await joins.ask("a", session="s")
        return messages, len(joins.app.waiting)

    messages, renewals = asyncio.run(main())
    assert messages[-1]["used_cache"] == "full"
    assert renewals == 1
