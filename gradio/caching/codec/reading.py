"""
What makes a value again from its nodes: in the order in which they were written, each
when its parts are there. Trusts nothing that it reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import GeneratorType, MappingProxyType
from typing import Any

import msgpack

from gradio.caching.codec.layout import head_of, memory_of
from gradio.caching.codec.stored_files import renamed
from gradio.caching.errors import BrokenRecordError
from gradio.caching.types.key_writer import Buffer
from gradio.caching.types.packed import HASHING, NATIVE
from gradio.caching.types.packing import unpack
from gradio.caching.types.scalars import kinds_of

MAX_ROUNDS = 64
"""
How often it is gone through what waits for parts: a tuple does that is in a list which
it contains itself.
"""

NOTHING_MOVED: Mapping[str, str] = MappingProxyType({})
_MISSING: Any = object()


def unpack_value(body: Buffer, moved: Mapping[str, str] = NOTHING_MOVED) -> Any:
    """
    Makes a value again; texts that name a file in `moved` name what is there for it.
    Raises BrokenRecordError for whatever is no value.
    """
    try:
        return _Reading(memoryview(body).cast("B"), moved).value()
    except BrokenRecordError:
        raise
    except Exception as error:
        raise BrokenRecordError("a record that is no value") from error


def _objects(head: memoryview, count: int) -> Iterator[Any]:
    """Goes through all once without making it, so that no size is but claimed."""
    size = len(head)
    limits = {"max_map_len": 0, "max_ext_len": 0, "max_buffer_size": size}
    checked, objects = (msgpack.Unpacker(None, **limits) for _ in range(2))
    checked.feed(head)
    for _ in range(count):
        checked.skip()
    if checked.tell() != size:
        raise BrokenRecordError("another number of nodes")
    objects.feed(head)
    return objects


class _Reading:
    """One value in the making."""

    def __init__(self, body: memoryview, moved: Mapping[str, str]) -> None:
        count, head = head_of(body)
        (root, forms, sizes), *records = _objects(head, 1 + count)
        self._root = [root]
        self._names, self._forms = forms, [unpack.named(name) for name in forms]
        self._memory = memory_of(body, len(head), sizes)
        self._moved = moved
        self._values: list[Any] = [_MISSING] * count
        self._nodes: list[Any] = [None] * count
        self._begun: dict[int, Any] = {}
        self._order = [self._place(record) for record in records]

    def _place(self, record: list[Any]) -> int:
        number, form, own, entries = record
        self._expect(number, self._nodes)
        self._expect(form, self._forms)
        if self._nodes[number] is not None or not type(own) is type(entries) is list:
            raise BrokenRecordError("a node twice, or of another kind")
        self._nodes[number] = form, own, entries
        return number

    def _expect(self, number: Any, known: list[Any]) -> int:
        """A negative number would count from the end."""
        if type(number) is not int or not 0 <= number < len(known):
            raise BrokenRecordError("a number of nothing")
        return number

    def value(self) -> Any:
        waiting = [n for n in self._order if not self._finish(n, patient=True)]
        # What hashes its parts comes last, when they are whole.
        waiting.sort(key=self._hashes)
        for _ in range(MAX_ROUNDS):
            if not waiting:
                break
            waiting = [n for n in waiting if not self._finish(n, patient=False)]
        root = self._parts(self._root)
        if waiting or root is None:
            raise BrokenRecordError("parts that wait for each other")
        return root[0]

    def _hashes(self, number: int) -> bool:
        return self._names[self._nodes[number][0]] in HASHING

    def _finish(self, number: int, *, patient: bool) -> bool:
        """Makes a value whole, if its parts are there."""
        entries = self._nodes[number][2]
        if (parts := self._parts(entries)) is None:
            return False
        if patient and self._begun and self._hashes(number) and self._is_early(entries):
            return False
        if self._values[number] is _MISSING:
            self._begin(number)
        making = self._begun.pop(number, None)
        if making is not None:
            self._end(number, making, parts)
        elif parts:
            raise BrokenRecordError("parts of what has none")
        return True

    def _is_early(self, entries: list[Any]) -> bool:
        return any(type(e) is list and e[0] in self._begun for e in entries)

    def _begin(self, number: int) -> None:
        if number in self._begun:
            return
        form, own, entries = self._nodes[number]
        made = self._forms[form](self._own(own), len(entries))
        if type(made) is GeneratorType:
            self._begun[number] = made
            made = next(made)
            if made is None:
                return
        self._values[number] = made

    def _end(self, number: int, making: Any, parts: list[Any]) -> None:
        try:
            making.send(parts)
        except StopIteration as stop:
            if self._values[number] is _MISSING:
                self._values[number] = stop.value
        else:
            raise RuntimeError("an unpacker that asks twice for its parts")

    def _own(self, items: list[Any]) -> list[Any]:
        if (kinds := kinds_of(items)) <= NATIVE:
            return items
        if not kinds <= NATIVE | {list}:
            raise BrokenRecordError("content that is none")
        return [self._piece(i) if type(i) is list else i for i in items]

    def _piece(self, reference: list[Any]) -> memoryview:
        (number,) = reference
        return self._memory[self._expect(number, self._memory)]

    def _parts(self, entries: list[Any]) -> list[Any] | None:
        """Looks up the parts of a node; None if one of them is not there yet."""
        kinds = kinds_of(entries)
        if list in kinds:
            entries = [self._made(e) if type(e) is list else e for e in entries]
            if any(entry is _MISSING for entry in entries):
                return None
            kinds.discard(list)
        if not kinds <= NATIVE:
            raise BrokenRecordError("parts that are none")
        if not self._moved:
            return entries
        moved = self._moved
        return [renamed(e, moved) if type(e) is str else e for e in entries]

    def _made(self, reference: list[Any]) -> Any:
        (number,) = reference
        self._expect(number, self._nodes)
        if self._values[number] is _MISSING:
            self._begin(number)
        return self._values[number]
