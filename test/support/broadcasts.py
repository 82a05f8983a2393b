"""A queue that notes what is sent, and followers of a broadcast to it."""

import asyncio
import time
from types import SimpleNamespace

from gradio.server_messages import (
    LogMessage,
    ProcessCompletedMessage,
    ProcessGeneratingMessage,
)
from support.queued import Stub


class Blocks:
    def __init__(self):
        self.blocks = {}
        self.state_holder = SimpleNamespace(session_data={}, blocks=self)


FN = Stub(inputs=[], outputs=[SimpleNamespace(_id=1)], rendered_in=None)


def event(name, fn=FN):
    return Stub(session_hash=name, fn=fn, enqueue_time=time.monotonic())


class Queue:
    def __init__(self):
        names = "follower", "other"
        self.pending_messages_per_session = {n: asyncio.Queue() for n in names}
        self.blocks = Blocks()
        self.sent = []

    def give_own_components(self, name):
        """What an update of a component does to a session."""
        config = SimpleNamespace(blocks={1: "its own"})
        state = SimpleNamespace(blocks_config=config)
        self.blocks.state_holder.session_data[name] = state

    def send_message(self, event, message):
        self.sent.append((event.session_hash, message))

    def to(self, name):
        return [message for receiver, message in self.sent if receiver == name]


def step(value):
    return ProcessGeneratingMessage(output={"data": [value]}, success=True)


def last(value=1, success=True):
    return ProcessCompletedMessage(output={"data": [value]}, success=success)


def toast(text):
    return LogMessage(log=text, level="info", duration=1, visible=True, title="")


async def following(broadcast, variant="variant", name="follower", fn=FN):
    task = asyncio.ensure_future(broadcast.follow(event(name, fn), variant))
    await asyncio.sleep(0)
    return task


def data(messages):
    return [m.output["data"][0] for m in messages if hasattr(m, "output")]
