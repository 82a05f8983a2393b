import asyncio
import time
from types import SimpleNamespace

from gradio.caching.context.toasts import Toast
from gradio.caching.entry import Entry
from gradio.caching.function_cache import FunctionCache
from gradio.caching.serving.queueing.sent_steps import sent_steps_of
from gradio.caching.serving.replay.media import Media
from gradio.caching.serving.replay.replay import send
from gradio.caching.serving.replay.responses import StoredResponse
from gradio.caching.settings import Settings
from gradio.caching.stores.memory import MemoryStore
from support.queued import Stub


class Blocks:
    def __init__(self):
        self.state_holder = SimpleNamespace(session_data={}, blocks=self)


class Queue:
    def __init__(self):
        self.blocks = Blocks()
        self.pending_messages_per_session = {"s": asyncio.Queue()}
        self.sent = []

    def send_message(self, event, message):
        self.sent.append(message)


def sent(*steps, toasts=(), runs=(2, 3.0), told=0):
    fn = Stub(total_runs=runs[0], total_runtime=runs[1], rendered_in=None, inputs=[])
    fn.outputs, fn.batch = [], False
    event = Stub(fn=fn, enqueue_time=time.monotonic(), session_hash="s")
    for _ in range(told):
        sent_steps_of(event).advance()
    engine = SimpleNamespace(
        cache=FunctionCache(Settings(1, None, False), MemoryStore(1))
    )
    engine.cache.uncached.add(1.5)
    response = StoredResponse(Media(tuple(steps)), {}, frozenset(), (), 0)
    queue, entry = Queue(), Entry(None, 0, toasts=toasts)
    asyncio.run(send(queue, event, engine, entry, response))
    return queue.sent


def test_a_single_step_completes_the_event():
    (message,) = sent(["a", 1])
    assert message.output["data"] == ["a", 1]
    assert not message.output["is_generating"]
    assert message.success
    assert (message.used_cache, message.avg_time) == ("full", 1.5)
    assert message.cache_duration >= 0


def test_a_generator_s_steps_come_in_order():
    messages = sent(*([i] for i in range(40)))
    assert [m.output["data"] for m in messages] == [[i] for i in range(40)]
    assert [m.output["is_generating"] for m in messages] == [True] * 39 + [False]
    assert [m.msg.value for m in messages[-2:]] == [
        "process_generating",
        "process_completed",
    ]


def test_toasts_come_first():
    toast = Toast("hello", "Info", "info", 10, True)
    messages = sent(["a"], toasts=(toast,))
    assert (messages[0].log, messages[0].title) == ("hello", "Info")
    assert len(messages) == 2


def test_no_step_is_told_twice():
    messages = sent([1], [2], [3], told=1)
    assert [m.output["data"] for m in messages] == [[2], [3]]


def test_the_average_is_that_of_the_runs():
    assert sent(["a"])[0].output["average_duration"] == 1.5
    assert sent(["a"], runs=(0, 0.0))[0].output["average_duration"] == 0.0
