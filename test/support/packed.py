"""Values on their way to a store and back, as the tests send them."""

from __future__ import annotations

from typing import Any

from gradio.caching.codec import pack_value, unpack_value


def packed(value: Any) -> bytes:
    """Writes a value, as one piece."""
    return b"".join(pack_value(value))


def repacked(value: Any) -> Any:
    """Makes the value that is read after it was written."""
    return unpack_value(packed(value))
