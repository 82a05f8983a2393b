import asyncio

import pytest

import gradio as gr
from support.queued import QueuedApp


@gr.cache
def shout(text):
    return text.upper()


def test_messages_that_an_ended_loop_awaited_are_not_awaited_in_another():
    app = QueuedApp(shout)
    sessions = app.queue.pending_messages_per_session

    async def leave_unread():
        await app.receive("a", "s")
        with pytest.raises(asyncio.TimeoutError):
            while True:
                await asyncio.wait_for(sessions["s"].get(), 0.01)

    async def come_back():
        assert await app.receive("b", "s")
        asyncio.get_running_loop().call_soon(sessions["s"].put_nowait, "b")
        while await asyncio.wait_for(sessions["s"].get(), 30) != "b":
            pass

    asyncio.run(leave_unread())
    asyncio.run(come_back())


def test_messages_of_a_session_are_kept_while_its_loop_runs():
    app = QueuedApp(shout)

    async def main():
        await app.receive("a", "s")
        messages = app.queue.pending_messages_per_session["s"]
        with pytest.raises(asyncio.TimeoutError):
            while True:
                await asyncio.wait_for(messages.get(), 0.01)
        await app.receive("b", "s")
        assert app.queue.pending_messages_per_session["s"] is messages

    asyncio.run(main())
