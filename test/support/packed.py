"""Values on their way to a store and back, as the tests send them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgpack

from gradio.caching.codec import pack_value, unpack_value
from gradio.caching.codec.layout import laid_out


def packed(value: Any) -> bytes:
    """Writes a value, as one piece."""
    return b"".join(pack_value(value))


def repacked(value: Any) -> Any:
    """Makes the value that is read after it was written."""
    return unpack_value(packed(value))


def node(
    number: Any, form: Any, own: Any = (), entries: Any = (), is_flat: Any = False
) -> list[Any]:
    """Makes up a node."""
    return [number, form, own, entries, is_flat]


def made_up(
    root: Any,
    forms: Sequence[Any],
    *nodes: Any,
    rows: Sequence[Any] = (),
    sizes: Sequence[Any] = (),
    count: Any = None,
) -> bytes:
    """Makes up a body, of nodes and rows as they are given."""
    many = len(nodes) + sum(len(numbers) for _, _, numbers, _ in rows)
    front = [root, many if count is None else count, forms, [*sizes], len(rows)]
    objects = [front, *rows, *nodes]
    head = b"".join(map(msgpack.packb, objects))
    memory = [bytes(max(0, size)) for size in sizes if type(size) is int]
    return b"".join(laid_out(len(objects), head, memory))
