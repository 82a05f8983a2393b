"""Calls an app through gradio_client, and hears what its messages say of the cache."""

from __future__ import annotations

from collections import deque
from typing import Any

import gradio_client

import gradio as gr


class _Heard(deque):
    """The messages of an event, which the client forgets when it has read them."""

    def __init__(self, heard: list[dict[str, Any]]) -> None:
        super().__init__()
        self._heard = heard

    def append(self, message: Any) -> None:
        if message:
            self._heard.append(message)
        super().append(message)


class _HeardByEvent(dict):
    def __init__(self) -> None:
        super().__init__()
        self.all: list[dict[str, Any]] = []

    def __setitem__(self, event: str, _messages: Any) -> None:
        super().__setitem__(event, _Heard(self.all))

    def setdefault(self, event: str, messages: Any = None) -> Any:
        if event not in self:
            self[event] = messages
        return self[event]


class Caller:
    """One session of an app that is being served."""

    def __init__(self, app: gr.Blocks) -> None:
        self._client = gradio_client.Client(app.local_url, verbose=False)
        self._heard = self._client.pending_messages_per_event = _HeardByEvent()

    def ask(self, endpoint: str, *inputs: Any) -> tuple[Any, str | None]:
        """Returns the answer, and `used_cache` of the completed message."""
        answer = self._client.predict(*inputs, api_name=endpoint)
        return answer, self._completed()[-1].get("used_cache")

    def yields(self, endpoint: str, *inputs: Any) -> tuple[list[Any], str | None]:
        """Returns all that a generator sent, and `used_cache`."""
        job = self._client.submit(*inputs, api_name=endpoint)
        job.result()
        return job.outputs(), self._completed()[-1].get("used_cache")

    def _completed(self) -> list[dict[str, Any]]:
        return [m for m in self._heard.all if m["msg"] == "process_completed"]
