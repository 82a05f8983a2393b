"""Requests that are sent to an app without a cache and to the same app with one."""

import asyncio
import gc
import json
import re

import httpx

from gradio.caching.serving.follow.broadcast import Broadcast
from gradio.caching.serving.queueing.arrival_order import Place


class Sent:
    """Apps without and with a cache, side by side, and what they make of a request."""

    def __init__(self, serve, blocks_of):
        self.before = {id(o) for o in [*_held(), *_budgets()]}
        self.apps = [serve(blocks_of(is_cached)) for is_cached in (False, True)]
        self._loops = [_loop_of(app) for app in self.apps]

    def check(self, content, headers=(), path="queue/join"):
        expected, *cached = [
            self._answer(app, content, headers, path)
            for app in (*self.apps, self.apps[-1])
        ]
        assert cached == [expected, expected]

    def _answer(self, app, content, headers, path):
        answer = self._post(app, content, headers, path)
        self._settle(app)
        told = [self._told(app, messages) for messages in self._unread(app) if messages]
        return self._without_ids(app, answer), told

    def _post(self, app, content, headers, path):
        kind = {"content-type": "application/json", "connection": "close"}
        try:
            answer = app.http.post(
                f"gradio_api/{path}", content=content, headers=kind | dict(headers)
            )
        except httpx.RemoteProtocolError as error:
            return repr(error)
        except httpx.ReadError:
            return "the connection was closed"
        return f"{answer.status_code} {answer.text}"

    def _settle(self, app):
        queue, loop = app.queue, self._loops[self.apps.index(app)]

        def is_busy():
            runs = any(job is not None for job in queue.active_jobs) or len(queue)
            return runs or any(map(_works, asyncio.all_tasks(loop)))

        while is_busy():
            app.http.get("gradio_api/queue/status")

    def _unread(self, app):
        pending = app.queue.pending_messages_per_session
        for messages in list(pending.values()):
            yield [messages.get_nowait() for _ in range(messages.qsize())]

    def _told(self, app, messages):
        told = [m.model_dump() for m in messages if m.msg.value != "estimation"]
        told = [m for m in told if m["msg"] != "process_starts"]
        for message in told:
            for name in ("event_id", "used_cache", "cache_duration", "avg_time"):
                message.pop(name, None)
            for name in ("duration", "average_duration", "used_cache"):
                (message.get("output") or {}).pop(name, None)
        return self._without_ids(app, json.dumps(told, default=str))

    def _without_ids(self, app, text):
        text = text.replace(app.url.rstrip("/").removeprefix("http://"), "APP")
        return re.sub(r'(?<="event_id":")[0-9a-f]{32}|0x[0-9a-f]+', "ID", text)

    def nothing_is_left(self):
        assert [o for o in _held() if id(o) not in self.before] == []
        assert [b.used for b in _budgets() if id(b) not in self.before] == []
        plain, cached = (app.queue.pending_event_ids_session for app in self.apps)
        # Twice as many requests; ids of answers that were read would go as well.
        for session, ids in cached.items():
            assert len(ids) <= 2 * len(plain.get(session, ids))


def _budgets():
    """Those in use; other tests may have left some."""
    budgets = (o for o in gc.get_objects() if "Budget" in type(o).__name__)
    return [b for b in budgets if getattr(b, "used", 0)]


def _held():
    """What is held while events are answered, of all apps of this process."""
    gc.collect()
    return [o for o in gc.get_objects() if isinstance(o, (Broadcast, Place))]


def _loop_of(app):
    found = []

    async def note():
        found.append(asyncio.get_running_loop())

    routes = app.demo.app.router.routes
    app.demo.app.add_api_route("/loop", note)
    routes.insert(0, routes.pop())
    app.http.get("loop").raise_for_status()
    return found[0]


def _works(task):
    """Whether it answers something: the others are Gradio's own and never end."""
    is_event = re.match(r"[^_]*_\d+", task.get_name()) is not None
    return is_event or "caching/serving" in repr(task)
