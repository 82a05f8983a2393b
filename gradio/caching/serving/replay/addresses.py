"""
Writes the address of the app into an answer when it is sent. Each client says by which
address it reaches the app, so none is kept, and nobody is given another's.
"""

from __future__ import annotations

import secrets
import weakref
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from gradio import route_utils
from gradio.caching.errors import fail_open
from gradio.caching.serving.queueing.current import app_of
from gradio.caching.serving.queueing.events import http_request_of

if TYPE_CHECKING:
    import fastapi

    from gradio.queueing import Event, Queue
    from gradio.routes import App
    from gradio.server_messages import EventMessage

# Stands for the address until then. Nobody can guess it, so no result holds it by
# chance; with a scheme, Gradio puts no address in front of it a second time.
PLACEHOLDER = f"http://{secrets.token_hex(16)}.invalid"
_CONTAINERS = (str, dict, list, tuple)

_shared: weakref.WeakSet[Event] = weakref.WeakSet()
_roots: weakref.WeakKeyDictionary[Event, Callable[[], str]] = (
    weakref.WeakKeyDictionary()
)


def root_of(queue: Queue, event: Event) -> str:
    """Returns the address that Gradio would write into the files of an event."""
    return _root(app_of(queue), http_request_of(event))


def share(event: Event) -> None:
    """Notes that what is sent to an event may be sent to others as well."""
    _shared.add(event)


def is_shared(event: Event) -> bool:
    """Returns whether what is sent to an event may be sent to others as well."""
    return event in _shared


def run_without_address(queue: Queue, events: Iterable[Event], root: str) -> str:
    """
    Returns what a run is to take for its address; what its events are sent gets their
    own, or `root`, which Gradio would take for all of them.
    """
    for event in events:
        _roots[event] = _later(queue, event, root)
    return PLACEHOLDER


def address_later(queue: Queue, event: Event) -> str:
    """Returns what is to be taken for the address of an event until it is answered."""
    root = root_of(queue, event)
    _roots[event] = lambda: root
    return PLACEHOLDER


def write_address(event: Event, message: EventMessage) -> None:
    """Puts its address into a message to an event whose run had none."""
    root, output = _roots.get(event), getattr(message, "output", None)
    if root is not None and needs_root(output):
        message.output = with_root(output, root())  # ty: ignore[invalid-assignment]


def with_own_root(app: App, request: Any, data: Any) -> Any:
    """Puts the address that a run's client knows into what is kept of the run."""
    return with_root(data, _known_root(app, request)) if needs_root(data) else data


def with_root(data: Any, root: str, placeholder: str = PLACEHOLDER) -> Any:
    """
    Returns data with an address in it; parts that need none are shared. The placeholder
    may be that of another process.
    """
    if isinstance(data, str):
        is_address = data.startswith(placeholder)
        return root + data[len(placeholder) :] if is_address else data
    if not isinstance(data, _CONTAINERS):
        return data
    parts = data.items() if isinstance(data, dict) else enumerate(data)
    written = {
        key: new
        for key, part in parts
        if isinstance(part, _CONTAINERS)
        and (new := with_root(part, root, placeholder)) is not part
    }
    if not written:
        return data
    if isinstance(data, dict):
        return {**data, **written}
    return [written.get(i, part) for i, part in enumerate(data)]


def needs_root(data: Any) -> bool:
    """Returns whether there is a place for an address in data."""
    return isinstance(data, _CONTAINERS) and with_root(data, "") is not data


@fail_open("")
def _known_root(app: App, request: Any) -> str:
    return _root(app, request.request)


def _root(app: App, request: fastapi.Request) -> str:
    return route_utils.get_root_url(
        request=request,
        route_path=route_utils.get_api_call_path(request=request),
        root_path=app.root_path,
    )


def _later(queue: Queue, event: Event, instead: str) -> Callable[[], str]:
    """Returns what finds the address of an event, as most answers need none."""
    queue_, event_ = weakref.ref(queue), weakref.ref(event)

    def root() -> str:
        try:
            return root_of(queue_(), event_())  # ty: ignore[invalid-argument-type]
        except Exception:  # of a batch, Gradio reads the first event's alone
            return instead

    return root
