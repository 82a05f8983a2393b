"""The way to a server: whatever goes wrong on it, the app goes on without."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any, TypeVar

from gradio.caching.errors import log_once
from gradio.caching.forks import in_child, new_lock
from gradio.caching.stores.outage import Outage
from gradio.caching.stores.redis_errors import is_of_one_request, refuses_writes

T = TypeVar("T")
_FULL_FOR = 5.0


class ForeignReplyError(Exception):
    """What was read is no reply to what was asked."""


class RedisLink:
    """
    Asks the server of a store, by one client for all threads. What fails is answered as
    without a store; what fails because the server is away is not asked again until one
    thread has found it back. Thread-safe.
    """

    def __init__(
        self,
        make_client: Callable[[], Any],
        title: str,
        is_own: bool = True,
        make_patient_client: Callable[[], Any] | None = None,
    ) -> None:
        self.title = title
        self.outage = Outage(title, self._probe)
        self.when_back: Callable[[], None] = lambda: None
        """Is called before the server counts as back; may raise if it is not."""
        self._make_client = make_client
        self._make_patient_client = make_patient_client
        self._is_own = is_own
        self._client: Any = None
        self._patient_client: Any = None
        self._full_until = float("-inf")
        self._lock = new_lock()
        in_child(self._forget)

    @property
    def is_full(self) -> bool:
        """Whether the server had no room a moment ago."""
        return time.monotonic() < self._full_until

    def ask(self, question: Callable[[Any], T], otherwise: T) -> T:
        """Puts a question to the client; returns `otherwise` where that fails."""
        if self.outage.is_on:
            return otherwise
        number = self.outage.number
        try:
            return question(self.client())
        except Exception as error:
            self._note(error, number)
            return otherwise

    def client(self) -> Any:
        """Makes the client when it is asked for first."""
        with self._lock:
            if self._client is None:
                self._client = self._make_client()
            return self._client

    def patient_client(self) -> Any:
        """Makes a client for what takes longer, and has nobody wait for it."""
        if self._make_patient_client is None:
            return self.client()
        with self._lock:
            if self._patient_client is None:
                self._patient_client = self._make_patient_client()
            return self._patient_client

    def _note(self, error: Exception, number: int) -> None:
        if refuses_writes(error):
            self._full_until = time.monotonic() + _FULL_FOR
            log_once((self.title, "full"), _full(self.title, error))
        elif is_of_one_request(error):
            # Without the rest, which may name a key.
            kind = f"{type(error).__name__}: {str(error)[:200]}"
            log_once(
                (self.title, type(error), str(error)[:20]),
                f"The cache's server {self.title} refused a request ({kind}). "
                "The app goes on, and computes what it can't have from there.",
            )
        elif self.outage.begin(error, number):
            self._disconnect()

    def _disconnect(self) -> None:
        """Lets those who still wait for the server go, too."""
        # A client that its user made may be at work for others.
        for client in (self._client, self._patient_client) if self._is_own else ():
            with contextlib.suppress(Exception):
                client.connection_pool.disconnect(inuse_connections=True)

    def _probe(self) -> None:
        if self.client().ping() is not True:
            raise ForeignReplyError
        self.when_back()

    def _forget(self) -> None:
        """In a forked child: its parent's connections are not for it."""
        if self._is_own:
            self._client = self._patient_client = None


def _full(title: str, error: Exception) -> str:
    return (
        f"The cache's server {title} takes nothing more ({str(error)[:200]}). Results "
        "are not kept there until it does. If it is full, set its maxmemory-policy to "
        "allkeys-lru, or allow it more maxmemory."
    )
