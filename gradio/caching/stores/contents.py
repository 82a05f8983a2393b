"""What a store in memory holds, listed and added up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import chain
from typing import Any, TypeAlias

from gradio.caching.entry import Entry
from gradio.caching.namespace import Namespace
from gradio.caching.stores.base import Key
from gradio.caching.stores.packed_entry import KeptEntry, held_of, unpack, used_of
from gradio.caching.stores.partition import Partition

_Listed: TypeAlias = "tuple[list[Key], list[KeptEntry]]"


class Contents:
    """What a store holds when it is asked. Thread-safe by the lock."""

    def __init__(
        self,
        partitions: Mapping[Namespace, Partition],
        lock: AbstractContextManager[Any],
    ) -> None:
        self._partitions = partitions
        self._lock = lock

    def partitions(self, namespace: Namespace | None = None) -> list[Partition]:
        """Lists the partition of a namespace, if there is one; all for None."""
        with self._lock:
            if namespace is None:
                return list(self._partitions.values())
            found = self._partitions.get(namespace)
            return [] if found is None else [found]

    def size(self, namespace: Namespace | None = None) -> int:
        """Adds up the sizes of entries."""
        with self._lock:
            return sum(partition.size for partition in self.partitions(namespace))

    def each(self, namespace: Namespace | None = None) -> Iterator[Entry]:
        """
        Goes through entries, each namespace's least recently used first; one that is
        packed is made again for this, and stays packed.
        """
        with self._lock:
            listed = [_listed(partition) for partition in self.partitions(namespace)]
        found = chain.from_iterable(map(_in_order, listed))
        return (entry for entry in found if not entry.is_over)


def unpacked(partition: Partition) -> list[Entry]:
    """Lists the entries, which are kept as these from now on, the oldest use first."""
    for bucket in partition.resting or ():
        for key, entry in bucket.copy().items():
            made = unpack(key, entry)
            if bucket.get(key) is entry:
                bucket[key] = made
    return [*_in_order(_listed(partition))]


def parts_of(partition: Partition) -> list[dict[Key, Any]]:
    """Lists what the entries are in."""
    return [*(partition.resting or ()), partition.recent]


def recount(partition: Partition) -> None:
    """Counts the entries anew, and adds up their sizes."""
    if partition.resting is not None:
        partition.resting.count = sum(map(len, partition.resting))
    partition.size = sum(map(held_of, _listed(partition)[1]))


def _listed(partition: Partition) -> _Listed:
    """Copies what is kept, in a moment."""
    keys: list[Key] = []
    kept: list[KeptEntry] = []
    for entries in parts_of(partition):
        keys += entries
        kept += entries.values()
    return keys, kept


def _in_order(listed: _Listed) -> Iterator[Entry]:
    keys, kept = listed
    for i in sorted(range(len(kept)), key=lambda i: used_of(kept[i])):
        yield unpack(keys[i], kept[i])
