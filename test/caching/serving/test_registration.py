import asyncio

import gradio as gr
from support.queued import QueuedApp


@gr.cache
def shout(text):
    return text.upper()


async def read_all(messages):
    """Reads what there is, and begins to wait for more."""
    try:
        while True:
            await asyncio.wait_for(messages.get(), 0.01)
    except asyncio.TimeoutError:
        pass


def test_messages_that_were_awaited_in_a_loop_that_ended():
    app = QueuedApp(shout)

    async def ask_and_read(text):
        assert await app.receive(text, "s")
        await read_all(app.queue.pending_messages_per_session["s"])

    asyncio.run(ask_and_read("a"))
    asyncio.run(ask_and_read("b"))


def test_messages_that_are_awaited_in_this_loop():
    app = QueuedApp(shout)
    sessions = app.queue.pending_messages_per_session

    async def main():
        await app.receive("a", "s")
        messages = sessions["s"]
        await read_all(messages)
        await app.receive("b", "s")
        assert sessions["s"] is messages

    asyncio.run(main())
