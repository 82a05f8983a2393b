"""What an error of a client means, by its name: several packages have the same ones."""

from __future__ import annotations

_REFUSES_WRITES = ("OOM ", "MISCONF ", "NOREPLICAS ")
_OF_THE_SERVER = ("LOADING ", "READONLY ", "MASTERDOWN ", "CLUSTERDOWN ", "TRYAGAIN ")
_SAID_BY_SERVERS = ("ReadOnlyError", "MasterDownError", "ClusterDownError", "AskError")


def is_named(error: BaseException, *names: str) -> bool:
    """Tells whether an error is of a class with one of these names."""
    return any(kind.__name__ in names for kind in type(error).__mro__)


def refuses_writes(error: BaseException) -> bool:
    """Whether a server answers, but takes nothing more: its memory or disk is full."""
    if is_named(error, "OutOfMemoryError"):
        return True
    said = str(error)
    is_refused = any(word in said for word in _REFUSES_WRITES)
    return is_named(error, "ResponseError") and is_refused


def is_of_one_request(error: BaseException) -> bool:
    """Whether a server works, and does not like but one request, or what it meets."""
    if not is_named(error, "ResponseError", "DataError"):
        return False
    if is_named(error, *_SAID_BY_SERVERS):
        return False
    said = str(error)
    return not any(word in said for word in _OF_THE_SERVER)
