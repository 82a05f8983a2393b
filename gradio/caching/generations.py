"""What was forgotten of a cache while results of it are still being computed."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from gradio.caching.namespace import Namespace

_MOST_CALLS = 256


class Generations:
    """
    Numbers that rise whenever something is forgotten: all, what one namespace holds, or
    one call. A result is not to be stored if its number has risen since its key was
    made. Not thread-safe.
    """

    def __init__(self) -> None:
        self.of_all = 0
        self._latest = 0
        self._of_namespaces: WeakKeyDictionary[Namespace, int] = WeakKeyDictionary()
        self._of_calls: WeakKeyDictionary[Namespace, dict[bytes, int]] = (
            WeakKeyDictionary()
        )
        self._are_all_alike = True

    def of(self, namespace: Namespace, digest: bytes) -> int:
        """Returns the number of one call."""
        if self._are_all_alike:
            return self.of_all
        of_call = self._of_calls.get(namespace, {}).get(digest, 0)
        return max(self.of_all, self._of_namespaces.get(namespace, 0), of_call)

    def forget(self, namespace: Namespace | None) -> None:
        """Notes that what a namespace holds is forgotten; None for that of all."""
        self._latest += 1
        if namespace is None:
            self.of_all = self._latest
            self._of_namespaces.clear()
            self._of_calls.clear()
            self._are_all_alike = True
        else:
            self._of_calls.pop(namespace, None)
            self._of_namespaces[namespace] = self._latest
            self._are_all_alike = False

    def forget_call(self, namespace: Namespace, digest: bytes) -> int:
        """Notes that one call is forgotten, and returns its new number."""
        calls = self._of_calls.setdefault(namespace, {})
        if len(calls) >= _MOST_CALLS and digest not in calls:
            # No number falls back to what it was: all of the namespace's rise instead.
            self.forget(namespace)
            calls = self._of_calls.setdefault(namespace, {})
        self._latest += 1
        calls[digest] = self._latest
        self._are_all_alike = False
        return self._latest
