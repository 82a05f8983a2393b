"""The session that a call belongs to, and the end of sessions."""

from __future__ import annotations

import weakref
from collections import Counter, OrderedDict
from typing import Any

from gradio.caching.forks import new_lock
from gradio.caching.namespace import SHARED, Liveness, Namespace, no_session
from gradio.caching.release.runs import note_hit
from gradio.caching.stores.base import Store
from gradio.context import LocalContext

# So many ended sessions are remembered, for events of theirs that still run.
_ENDED_KEPT = 10_000
_OUTSIDE = Namespace("outside any event", liveness=Liveness.CONNECTED)
# Looked up once: each call of a cached function asks for some of them.
_request_or = LocalContext.request.get
_blocks_or = LocalContext.blocks.get
_event_id_or = LocalContext.event_id.get


class Sessions:
    """
    The namespaces of the sessions that live, and the stores that know sessions.
    Thread-safe.
    """

    def __init__(self) -> None:
        self._lock = new_lock()
        # A namespace lives as long as entries or running calls hold it, so that
        # sessions whose end nobody reports leave nothing behind here.
        self._live: weakref.WeakValueDictionary[str, Namespace] = (
            weakref.WeakValueDictionary()
        )
        self._stores: weakref.WeakSet[Store] = weakref.WeakSet()
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._connections: Counter[str] = Counter()

    @property
    def any(self) -> bool:
        """Whether anything in this process is kept per session."""
        return bool(self._stores)

    def watch(self, store: Store) -> None:
        """Has a store forget the entries of a session when it ends."""
        with self._lock:
            self._stores.add(store)

    def namespace(self, session: str) -> Namespace:
        """
        Returns the namespace of a session; nobody's if it has ended, for what still
        runs for it.
        """
        # Without a lock: where it ends meanwhile, it would as well have ended later.
        found = self._live.get(session)
        if found is not None and not found.ended:
            return found
        with self._lock:
            if session in self._ended:
                return no_session()
            found = self._live.get(session)
            if found is None:
                found = self._live[session] = Namespace(session)
                if session in self._connections:
                    found.set_liveness(Liveness.CONNECTED)
            return found

    def connect(self, session: str) -> None:
        """Counts a connection that a session's client holds open."""
        with self._lock:
            self._connections[session] += 1
            if (namespace := self._live.get(session)) is not None:
                namespace.set_liveness(Liveness.CONNECTED)

    def disconnect(self, session: str) -> None:
        """Counts a connection less; what the session holds stays if there is room."""
        with self._lock:
            self._connections[session] -= 1
            if self._connections[session] > 0:
                return
            del self._connections[session]
            if (namespace := self._live.get(session)) is not None:
                namespace.set_liveness(Liveness.WAS_CONNECTED)

    def reopen(self, session: str | None) -> None:
        """
        To be called when a session sends a request: one that has ended may come back.
        """
        if session in self._ended:
            with self._lock:
                self._ended.pop(session, None)

    def end(self, session: str) -> None:
        """
        Forgets what the session holds; results that arrive for it later are not stored.
        """
        with self._lock:
            ended = self._live.pop(session, None)
            self._ended[session] = None
            if len(self._ended) > _ENDED_KEPT:
                self._ended.popitem(last=False)
            stores = list(self._stores)
        if ended is None:
            return
        # Before the stores are cleared: a result on its way finds the namespace ended.
        ended.ended = True
        for store in stores:
            store.clear(ended)


SESSIONS = Sessions()
EVENTS_WITH_HITS: weakref.WeakSet[Any] = weakref.WeakSet()
"""The events of any queue in which a lookup hit while they ran."""

_HIT_IN: weakref.WeakKeyDictionary[Any, weakref.WeakSet[Any]] = (
    weakref.WeakKeyDictionary()
)
_USED_IN: weakref.WeakKeyDictionary[Any, weakref.WeakKeyDictionary[Any, Any]] = (
    weakref.WeakKeyDictionary()
)


def wants_heartbeat() -> bool:
    """Tells whether pages must report the end of their session."""
    return SESSIONS.any


def namespace(per_session: bool) -> Namespace:
    """Returns the namespace of the current call."""
    if not per_session:
        return SHARED
    request = _request_or(None)
    if request is None:
        return _OUTSIDE
    session = request.session_hash
    if not session:
        return no_session()
    if (blocks := _blocks_or(None)) is not None:
        _ensure_heartbeat(blocks)
    return SESSIONS.namespace(session)


def visible(per_session: bool) -> Namespace | None:
    """Returns the namespace that `len`, `keys` and `clear` speak of; None for all."""
    if per_session and current_request() is not None:
        return namespace(per_session)
    return None


def current_request() -> Any | None:
    """
    Returns the `gr.Request` of the event that is being processed, None outside events.
    """
    return _request_or(None)


def mark_hit(source: object = None) -> None:
    """
    Marks the event that is being processed, if any, as having used a cache: that of a
    cached function, if `source` is what its wrappers share.
    """
    note_hit()
    if _event_id_or(None) is None:
        return
    event = _current_event()
    if event is not None:
        EVENTS_WITH_HITS.add(event)
    if event is not None and source is not None:
        _HIT_IN.setdefault(event, weakref.WeakSet()).add(source)


def note_entry(source: object, entry: Any) -> None:
    """Notes which entry of a cached function the current event, if any, has used."""
    if (event := _current_event()) is not None:
        used = _USED_IN.setdefault(event, weakref.WeakKeyDictionary())
        used[source] = weakref.ref(entry)


def entry_used_in(event: Any, source: object) -> Any | None:
    """Finds the entry that was noted last for an event, None if there is none."""
    found = _USED_IN.get(event, {}).get(source)
    return None if found is None else found()


def _current_event() -> Any | None:
    blocks, event_id = _blocks_or(None), _event_id_or(None)
    if blocks is None or event_id is None:
        return None
    return blocks._queue.event_ids_to_events.get(event_id)


def leave_event() -> None:
    """Lets what comes in this context be part of no event, though of its session."""
    LocalContext.event_id.set(None)


def has_hit(event: Any, source: object) -> bool:
    """Finds out whether an event was marked for that source while it ran."""
    return source in _HIT_IN.get(event, ())


def _ensure_heartbeat(blocks: Any) -> None:
    """For caches that were first made while the app was already being served."""
    config = getattr(blocks, "config", None)
    if config is not None:
        config["connect_heartbeat"] = True
