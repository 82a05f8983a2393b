"""Clients that wait for an event, each in a thread of its own."""

from __future__ import annotations

import threading
from typing import Any


class Waiting:
    """An event that was sent and whose messages are being read."""

    def __init__(self, app: Any, fn: Any, *data: Any, session: str = "") -> None:
        self.session = session or app.session()
        self.event = app.join(fn, *data, session=self.session)
        self.messages: list[Any] = []
        self.came = threading.Condition()
        self._stream = app.listen(self.session)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._stream as stream:
            for message in stream:
                with self.came:
                    self.messages.append(message)
                    self.came.notify_all()

    def until(self, kind: str, count: int = 1) -> list[Any]:
        with self.came:
            assert self.came.wait_for(lambda: len(self.of(kind)) >= count, timeout=30)
        return self.of(kind)

    def of(self, kind: str) -> list[Any]:
        return [m for m in self.messages if m["msg"] == kind]

    def done(self) -> Any:
        self._thread.join(timeout=30)
        return self.of("process_completed")[0]


def answers(waiting: list[Waiting]) -> list[Any]:
    return [w.done()["output"]["data"] for w in waiting]


def uses(waiting: list[Waiting]) -> list[Any]:
    return [w.done().get("used_cache") for w in waiting]
