"""The walk that writes a value: node by node, without recursion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import msgpack

from gradio.caching.codec.layout import laid_out
from gradio.caching.codec.reading import unpack_value
from gradio.caching.codec.rows import Rows, RowsByLength
from gradio.caching.errors import BrokenRecordError, UnkeyableError, UnpackableError
from gradio.caching.hashing import digest
from gradio.caching.types.classes import class_name
from gradio.caching.types.key_writer import LARGE, Buffer
from gradio.caching.types.objects import named
from gradio.caching.types.packed import NATIVE, ROWS
from gradio.caching.types.packed.objects import refused
from gradio.caching.types.packing import Own, pack
from gradio.caching.types.scalars import has_long, kinds_of
from gradio.caching.value_path import value_path

CURE = (
    "It stays in memory. To have it kept, return plain values, arrays, images, frames, "
    "or instances of dataclasses, pydantic models, attrs classes or NamedTuples that a "
    "module defines."
)
INLINE_BYTES = 256
"""Bytes. Pieces of memory that are no larger are written among the nodes."""


def _is_word(value: int) -> bool:
    return -(1 << 63) <= value < 1 << 64


def _is_short_text(value: str) -> bool:
    if value.isascii():
        return len(value) < LARGE
    try:
        return len(value.encode()) < LARGE
    except UnicodeEncodeError:
        return False


def _is_short(value: bytes) -> bool:
    return len(value) < LARGE


_FITS: dict[type, Callable[[Any], bool]] = {
    bytes: _is_short,
    int: _is_word,
    str: _is_short_text,
}
"""Which scalars are written where they stand, as far as that depends on the value."""


def pack_value(value: Any) -> list[Buffer]:
    """
    Writes a value as pieces of bytes, large memory as it is, without a copy. Raises
    UnpackableError when it would not be the same value again. Thread-safe, as long as
    no other thread changes the value meanwhile.
    """
    return _Writing().body(value)


class _Open(NamedTuple):
    """A node whose parts are being written."""

    value: Any
    number: int
    form: int
    own: list[Any]
    is_flat: bool
    """Whether all parts are nodes, so that their numbers are enough."""
    rest: Iterator[Any]
    entries: list[Any]


class _Writing:
    """One walk. Values are kept: an id must not be given to another one meanwhile."""

    def __init__(self) -> None:
        self._write = msgpack.Packer(strict_types=True).pack
        self._records: list[bytes] = []
        self._numbers: dict[int, int] = {}
        self._kept: list[Any] = []
        self._forms: dict[str, int] = {}
        self._rows = RowsByLength()
        self._memory: list[memoryview] = []
        self._open: list[_Open] = []
        self._unfinished: set[int] = set()
        self._is_cyclic = False

    def body(self, value: Any) -> list[Buffer]:
        root = self._entry(value)
        while self._open:
            self._go_on(self._open[-1], len(self._open))
        # Rows are parts of what was written before: they have to come first.
        others, self._records = self._records, []
        rows = [*map(self._written_rows, self._rows)]
        sizes = [piece.nbytes for piece in self._memory]
        front = [root, len(self._numbers), list(self._forms), sizes, len(rows)]
        objects = [self._write(front), *rows, *self._records, *others]
        body = laid_out(len(objects), b"".join(objects), self._memory)
        return self._checked(body, value) if self._is_cyclic else body

    def _checked(self, body: list[Buffer], value: Any) -> list[Buffer]:
        """In some circles, no part can be made whole first: no store keeps them."""
        with suppress(BrokenRecordError, UnkeyableError):
            if digest(unpack_value(b"".join(body))) == digest(value):
                return body
        raise self._refusal(value, refused(value, "which contains itself"))

    def _written_rows(self, rows: Rows) -> bytes:
        """Writes all at once, unless something in them has to be a node."""
        form = self._form(class_name(rows.kind))
        if not has_long(kinds_of(rows.scalars), rows.scalars):
            with suppress(OverflowError, UnicodeEncodeError):
                return self._write([form, rows.width, rows.numbers, rows.scalars])
        for number, row in rows.cut():
            self._record(number, form, [], [*map(self._entry, row)], False)
        return self._write([form, 0, [], []])

    def _form(self, name: str) -> int:
        return self._forms.setdefault(name, len(self._forms))

    def _go_on(self, node: _Open, depth: int) -> None:
        add, write = node.entries.append, self._number if node.is_flat else self._entry
        for part in node.rest:
            add(write(part))
            if len(self._open) > depth:
                return
        self._open.pop()
        self._unfinished.remove(node.number)
        self._record(node.number, node.form, node.own, node.entries, node.is_flat)

    def _entry(self, value: Any) -> Any:
        kind = type(value)
        if kind in NATIVE and (kind not in _FITS or _FITS[kind](value)):
            return value
        return [self._number(value)]

    def _number(self, value: Any) -> int:
        number = self._numbers.get(id(value))
        if number is None:
            return self._begin(value)
        if number in self._unfinished:
            self._is_cyclic = True
        return number

    def _begin(self, value: Any) -> int:
        """Writes a node without parts, or puts it on the stack."""
        number = self._numbers[id(value)] = len(self._numbers)
        self._kept.append(value)
        kind = type(value)
        if kind in ROWS:
            scalars = ROWS[kind].scalars(value)
            if NATIVE.issuperset(map(type, scalars)):
                self._rows.add(kind, number, scalars)
                return number
        name, own, parts = self._packed(value)
        form, own = self._form(name), [self._piece(item) for item in own]
        if not parts:
            self._record(number, form, own, [], False)
            return number
        self._kept.append(parts)
        self._unfinished.add(number)
        is_flat = NATIVE.isdisjoint(map(type, parts))
        self._open.append(_Open(value, number, form, own, is_flat, iter(parts), []))
        return number

    def _record(
        self, number: int, form: int, own: Own, entries: list[Any], is_flat: bool
    ) -> None:
        self._records.append(self._write([number, form, own, entries, is_flat]))

    def _packed(self, value: Any) -> tuple[str, Own, Sequence[Any]]:
        try:
            name, packer = pack.of(type(value))
            return name, *packer(value)
        except Exception as error:
            raise self._refusal(value, error)  # noqa: B904

    def _refusal(self, value: Any, error: Exception) -> UnpackableError:
        refusal = error
        if not isinstance(refusal, UnpackableError):
            refusal = UnpackableError(named(value))
            refusal.__cause__ = error
        where = value_path([node.value for node in self._open] + [value])
        place = f" at {where}" if where else ""
        refusal.args = (f"No store can keep {refusal}{place}. {CURE}",)
        return refusal

    def _piece(self, item: Any) -> Any:
        """Moves memory that is large to where it is written as it is."""
        if type(item) is not memoryview:
            return item
        if item.nbytes <= INLINE_BYTES:
            return item.tobytes()
        self._memory.append(item.cast("B"))
        return [len(self._memory) - 1]
