"""Ports for servers, which nobody else takes before they listen."""

from __future__ import annotations

import itertools
import os
import socket

# below those that a system gives to whoever connects
_FIRST, _COUNT = 10_000, 20_000
_tried = itertools.count(os.getpid() * 101)  # other processes begin elsewhere


def free() -> int:
    """Returns another one each time."""
    return next(filter(_is_free, (_FIRST + n % _COUNT for n in _tried)))


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
