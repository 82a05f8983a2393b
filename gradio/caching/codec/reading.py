"""
What makes a value again from its nodes: in the order in which they were written, each
when its parts are there. Trusts nothing that it reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import GeneratorType, MappingProxyType
from typing import Any

from gradio.caching.codec.layout import FRONT, head_of, memory_of
from gradio.caching.codec.objects import (
    expect,
    expect_numbers,
    objects_in,
    references,
)
from gradio.caching.codec.rows import rows_in
from gradio.caching.codec.stored_files import renamed
from gradio.caching.errors import BrokenRecordError
from gradio.caching.types.classes import class_name
from gradio.caching.types.key_writer import Buffer
from gradio.caching.types.packed import HASHING, NATIVE, ROWS
from gradio.caching.types.packing import unpack
from gradio.caching.types.scalars import kinds_of

MAX_ROUNDS = 64
"""
How often it is gone through what waits for parts: a tuple does that is in a list which
it contains itself.
"""

NOTHING_MOVED: Mapping[str, str] = MappingProxyType({})
_MISSING: Any = object()
_MADE_OF = {class_name(kind): rows.made_of for kind, rows in ROWS.items()}


def unpack_value(body: Buffer, moved: Mapping[str, str] = NOTHING_MOVED) -> Any:
    """
    Makes a value again; texts that name a file in `moved` name what is there for it.
    Raises BrokenRecordError for whatever is no value.
    """
    try:
        content = memoryview(body).cast("B")
        number, head = head_of(content)
        front, *objects = objects_in(head, number)
        if not objects and len(content) == FRONT + len(head):
            return _scalar(front, moved)
        return _Reading(content, len(head), front, objects, moved).value()
    except BrokenRecordError:
        raise
    except Exception as error:
        raise BrokenRecordError("a record that is no value") from error


def _scalar(front: list[Any], moved: Mapping[str, str]) -> Any:
    """Takes a value that is written where it stands."""
    root, *others = front
    expect(others == [0, [], [], 0] and type(root) in NATIVE, "a value without nodes")
    return renamed(root, moved) if moved and type(root) is str else root


class _Reading:
    """One value in the making."""

    def __init__(
        self,
        body: memoryview,
        length: int,
        front: list[Any],
        objects: list[Any],
        moved: Mapping[str, str],
    ) -> None:
        self._root, count, names, sizes, many = front
        expect_numbers([count, many], 1 + length)
        self._names, self._forms = names, [unpack.named(name) for name in names]
        self._memory = dict(enumerate(memory_of(body, length, sizes)))
        self._pieces = len(self._memory)
        self._moved = moved
        self._values: list[Any] = [_MISSING] * count
        self._nodes: dict[int, Any] = {}
        self._begun: dict[int, Any] = {}
        for rows in objects[:many]:
            self._make_rows(*rows)
        self._place(objects[many:], count)

    def _make_rows(
        self, form: int, width: int, numbers: list[int], scalars: list[Any]
    ) -> None:
        expect_numbers([form], len(self._names))
        expect_numbers(numbers, len(self._values))
        kinds = kinds_of(scalars)
        expect(kinds <= NATIVE, "rows of more than scalars")
        if self._moved and str in kinds:
            scalars = self._renamed(scalars)
        rows = rows_in(scalars, width, len(numbers))
        made = map(_MADE_OF[self._names[form]], rows)
        for number, value in zip(numbers, made, strict=True):
            expect(self._values[number] is _MISSING, "a row twice")
            self._values[number] = value

    def _place(self, nodes: list[Any], count: int) -> None:
        """Checks what refers to what, so that it need not be when it is used."""
        numbers = [number for number, _, _, _, _ in nodes]
        expect_numbers(numbers, count)
        expect_numbers([form for _, form, _, _, _ in nodes], len(self._forms))
        for _, _, own, entries, _ in nodes:
            expect(type(own) is type(entries) is list, "parts that are none")
        self._nodes = dict(zip(numbers, nodes, strict=True))
        there = count - self._values.count(_MISSING)
        expect(len(self._nodes) == len(nodes) == count - there, "a node twice")
        expect(
            all(self._values[number] is _MISSING for number in numbers),
            "a node that is a row",
        )

    def value(self) -> Any:
        waiting = [n for n in self._nodes if not self._finish(n, patient=True)]
        # What hashes its parts comes last, when they are whole.
        waiting.sort(key=self._hashes)
        for _ in range(MAX_ROUNDS):
            if not waiting:
                break
            waiting = [n for n in waiting if not self._finish(n, patient=False)]
        root = self._parts([self._root], False)
        if waiting or root is None:
            raise BrokenRecordError("parts that wait for each other")
        return root[0]

    def _hashes(self, number: int) -> bool:
        return self._names[self._nodes[number][1]] in HASHING

    def _finish(self, number: int, *, patient: bool) -> bool:
        """Makes a value whole, if its parts are there."""
        *_, entries, is_flat = self._nodes[number]
        if (parts := self._parts(entries, is_flat)) is None:
            return False
        if patient and self._begun and self._hashes(number) and self._is_early(parts):
            return False
        if self._values[number] is _MISSING:
            self._begin(number)
        making = self._begun.pop(number, None)
        if making is not None:
            self._end(number, making, parts)
        elif parts:
            raise BrokenRecordError("parts of what has none")
        return True

    def _is_early(self, parts: list[Any]) -> bool:
        early = {id(self._values[number]) for number in self._begun}
        return not early.isdisjoint(map(id, parts))

    def _begin(self, number: int) -> None:
        if number in self._begun or number not in self._nodes:
            return
        _, form, own, entries, _ = self._nodes[number]
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
        kinds = kinds_of(items)
        expect(kinds <= NATIVE | {list}, "content that is none")
        if list not in kinds:
            return items
        references(items, self._pieces)
        # No two values get the same memory, as one may take it over for its own.
        take = self._memory.pop
        return [take(i[0]) if type(i) is list else i for i in items]

    def _parts(self, entries: list[Any], is_flat: bool) -> list[Any] | None:
        """Looks up the parts of a node; None if one of them is not there yet."""
        if is_flat:
            expect_numbers(entries, len(self._values))
            there = self._are_there(entries)
            found = [*map(self._values.__getitem__, entries)] if there else None
            return self._renamed(found) if found and self._moved else found
        kinds = kinds_of(entries)
        if list in kinds:
            if (found := self._referred(entries)) is None:
                return None
            entries = found
            kinds.discard(list)
        expect(kinds <= NATIVE, "parts that are none")
        return self._renamed(entries) if self._moved else entries

    def _referred(self, entries: list[Any]) -> list[Any] | None:
        values = self._values
        numbers = references(entries, len(values))
        if not self._are_there(numbers):
            return None
        return [values[e[0]] if type(e) is list else e for e in entries]

    def _are_there(self, numbers: list[int]) -> bool:
        """Begins what is not there yet, as it may be referred to from then on."""
        values = self._values
        missing = [number for number in numbers if values[number] is _MISSING]
        for number in missing:
            self._begin(number)
        return all(values[number] is not _MISSING for number in missing)

    def _renamed(self, parts: list[Any]) -> list[Any]:
        moved = self._moved
        return [renamed(part, moved) if type(part) is str else part for part in parts]
