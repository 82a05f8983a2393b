"""What a page of an app does when something is triggered, without a browser."""

from __future__ import annotations

from typing import Any


class Page:
    """The page of one session: keeps the values of its components, follows chains."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.session = app.session()
        self.values: dict[int, Any] = {}
        self.runs: list[tuple[str, Any]] = []

    def set(self, component: Any, value: Any) -> None:
        self.values[component._id] = value

    def value(self, component: Any) -> Any:
        return self.values.get(component._id)

    def trigger(self, component: Any, event: str, data: Any = None) -> None:
        """Carries out an event's listeners, each with all that is chained to it."""
        for fn in list(self.app.demo.fns.values()):
            if (component._id, event) in fn.targets and fn.fn is not None:
                self._chain(fn, component._id, data)

    def _chain(self, fn: Any, target: int, data: Any) -> None:
        self._run(fn, target, data)
        for after in list(self.app.demo.fns.values()):
            if after.trigger_after == fn._id:
                self._chain(after, target, None)

    def _run(self, fn: Any, target: int, data: Any) -> None:
        body = {
            "fn_index": fn._id,
            "data": [self.values.get(block._id) for block in fn.inputs],
            "session_hash": self.session,
            "trigger_id": target,
            "event_data": data,
        }
        result = self._queued(fn, body) if fn.queue else self._direct(body)
        for block, value in zip(fn.outputs, result, strict=True):
            if isinstance(value, dict) and value.get("__type__") == "update":
                value = value.get("value", self.values.get(block._id))
            self.values[block._id] = value

    def _queued(self, fn: Any, body: dict[str, Any]) -> list[Any]:
        joined = self.app.http.post("gradio_api/queue/join", json=body)
        joined.raise_for_status()
        event = joined.json()["event_id"]
        with self.app.listen(self.session) as stream:
            messages = [m for m in stream if m.get("event_id") == event]
        last = messages[-1]
        assert last["msg"] == "process_completed"
        assert last["success"], last
        self.runs.append((fn.name, messages))
        return last["output"]["data"]

    def _direct(self, body: dict[str, Any]) -> list[Any]:
        answer = self.app.http.post("gradio_api/run/predict", json=body)
        answer.raise_for_status()
        return answer.json()["data"]

    def of(self, name: str) -> list[list[dict[str, Any]]]:
        """The messages of each queued event of a function of that name."""
        return [messages for fn, messages in self.runs if fn == name]
