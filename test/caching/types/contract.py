"""What holds for the values of every family of types: its tests inherit from here."""

from __future__ import annotations

import gc
import re
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import pytest

from gradio.caching.errors import UncopyableError, UnpackableError
from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot
from support.packed import packed, repacked

MEGABYTE = 1 << 20
_CONTAINERS = (list, dict, set, bytearray, np.ndarray)


class _Samples:
    def pytest_generate_tests(self, metafunc: Any) -> None:
        """Makes a test of each sample."""
        for name in {"mutable", "immutable"} & {*metafunc.fixturenames}:
            samples = getattr(metafunc.cls, name.upper())
            metafunc.parametrize(name, samples, ids=lambda sample: f"{sample!r:.40}")
        if "one_megabyte" in metafunc.fixturenames:
            made = metafunc.cls.ONE_MEGABYTE
            metafunc.parametrize("one_megabyte", made.values(), ids=made.keys())


class Keyed(_Samples):
    """Values whose content is different; their keys in another process: see there."""

    DIFFERENT: ClassVar[Sequence[Any]]

    def test_different_values_have_different_keys(self) -> None:
        seen: dict[bytes, Any] = {}
        for value in self.DIFFERENT:
            key = digest(value)
            assert key not in seen, (value, seen.get(key))
            seen[key] = value

    def test_a_value_is_equal_to_its_copy_and_different_inside_another(self) -> None:
        for value in self.DIFFERENT:
            try:
                copy = snapshot(value)
            except UncopyableError:
                continue
            assert digest(value) == digest(copy), value
            assert digest([value]) == digest([copy]) != digest(value), value


class Copied(_Samples):
    """Values that can change; CHANGEABLE are the classes that the tests made for it."""

    MUTABLE: ClassVar[Sequence[Any]]
    CHANGEABLE: ClassVar[tuple[type, ...]] = ()

    def test_a_copy_is_alike_and_shares_nothing_that_could_change(
        self, mutable
    ) -> None:
        copy = snapshot(mutable)
        assert copy is not mutable
        assert type(copy) is type(mutable)
        assert digest(copy) == digest(mutable)
        self.share_nothing(mutable, copy)

    def share_nothing(self, one: Any, other: Any) -> None:
        kinds = (*_CONTAINERS, *self.CHANGEABLE)
        assert not changeable_parts(one, kinds) & changeable_parts(other, kinds)

    def test_a_copy_is_as_large_as_its_memory(self, mutable) -> None:
        copy = snapshot(mutable)
        assert size_of(copy) >= self.memory_of(copy)

    def memory_of(self, value: Any) -> int:
        held = getattr(value, "nbytes", 0)
        return held if type(held) is int else 0


class Unchanging(_Samples):
    """Values that are their own copies."""

    IMMUTABLE: ClassVar[Sequence[Any]]

    def test_what_can_not_change_is_not_copied(self, immutable) -> None:
        assert snapshot(immutable) is immutable
        assert snapshot([immutable])[0] is immutable
        assert snapshot({"key": (immutable, [])})["key"][0] is immutable


class Measured(_Samples):
    """Values that hold a megabyte, and little else."""

    ONE_MEGABYTE: ClassVar[Mapping[str, Callable[[], Any]]]

    def test_a_megabyte_is_a_megabyte(self, one_megabyte) -> None:
        assert MEGABYTE <= size_of(one_megabyte()) < MEGABYTE + 10_000


class Stored:
    """Values that are written to a store; UNSTORED are the classes of what is not."""

    UNSTORED: ClassVar[tuple[type, ...]] = ()

    def samples(self) -> list[Any]:
        names = "DIFFERENT", "MUTABLE", "IMMUTABLE"
        return [value for name in names for value in getattr(self, name, ())]

    def is_stored(self, value: Any) -> bool:
        return type(value) not in self.UNSTORED

    def test_what_is_read_from_a_store_is_what_was_written(self) -> None:
        for value in filter(self.is_stored, self.samples()):
            made = repacked(value)
            assert type(made) is type(value), value
            assert digest(made) == digest(value), value
            assert digest(repacked([value, {"a": value}])) == digest(
                [value, {"a": value}]
            ), value

    def test_what_is_read_is_as_large_as_what_was_written(self) -> None:
        for value in filter(self.is_stored, self.samples()):
            assert size_of(repacked(value)) <= 1.1 * size_of(value) + 300, value

    def test_what_can_not_be_stored_says_which_and_what_could(self) -> None:
        for value in self.samples():
            if not self.is_stored(value):
                name = re.escape(type(value).__qualname__)
                with pytest.raises(UnpackableError, match=rf"{name}.* at \['a'\]"):
                    packed({"a": value})


def changeable_parts(value: Any, kinds: tuple[type, ...]) -> set[int]:
    """The ids of all that could be changed in a value, as the collector finds it."""
    found: dict[int, Any] = {}
    pending = [value]
    while pending:
        part = pending.pop()
        if id(part) in found or isinstance(part, (type, types.ModuleType)):
            continue
        if isinstance(part, (types.FunctionType, types.BuiltinFunctionType)):
            continue
        found[id(part)] = part
        pending += gc.get_referents(part)
    return {identity for identity, part in found.items() if isinstance(part, kinds)}
