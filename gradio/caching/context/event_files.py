"""
The files of the event that runs: which of its inputs are files, and what it serves.

What a client typed is a text, and is never looked up on the disk.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from gradio.caching import files
from gradio.caching.context.served import is_full_path, is_served
from gradio.caching.entry import Entry, FileStamp
from gradio.caching.mentions import may_be_path, named_paths, path_of, texts_and_paths

# Of an event that calls more cached functions, the latest results are watched.
_MOST_RESULTS = 1024


class EventFiles:
    """What is known of the files of one event."""

    def __init__(self, owner: Any = None) -> None:
        self.owner = owner
        # By identity: an equal text that was typed is no file.
        self._given: dict[int, str] = {}
        self._typed: set[str] = set()
        self._is_known = True
        self._served: dict[str, FileStamp] = {}
        self._results: deque[_Result] = deque(maxlen=_MOST_RESULTS)

    def add_inputs(self, given: Iterable[str], typed: Iterable[str]) -> None:
        """Notes the paths that components gave, and the full paths that were typed."""
        self._given.update((id(path), path) for path in given)
        self._typed.update(typed)

    def look_at_nothing(self) -> None:
        """Has all texts count as texts, as nobody told which of them were typed."""
        self._is_known = False

    def gave(self, text: str) -> bool:
        """Tells if this very text is a path that a file component gave."""
        return self._given.get(id(text)) is text

    def may_look_up(self, text: str) -> bool:
        """Tells if a text is the path of a file that the app gave or serves anyway."""
        if not (self._is_known and is_full_path(text)):
            return False
        return self.gave(text) or (text not in self._typed and is_served(text))

    def serve(self, path: str) -> None:
        """Watches a file from now on, in all results of the event that name it."""
        if (found := files.lasting_stamp(path)) is None:
            return
        first = self._served.setdefault(path, found)
        if replace(first, content=None) != replace(found, content=None):
            # It was another one before: no later state of it stands for both.
            self._served[path] = replace(first, inode=-1)
        for result in self._results:
            result.watch(self._served)

    def note(self, entry: Entry) -> None:
        """Notes a result that the event made, or was given from the cache."""
        result = _Result(entry)
        self._results.append(result)
        result.watch(self._served)


class _Result:
    """A result, and what may be a path in it, found out when it is asked for first."""

    __slots__ = ("_entry", "_names")

    def __init__(self, entry: Entry) -> None:
        # Gradio keeps the context of each run for ever, and all that is in it.
        self._entry = weakref.ref(entry)
        self._names: frozenset[str] | None = None

    def watch(self, served: dict[str, FileStamp]) -> None:
        if not served or (entry := self._entry()) is None:
            return
        if self._names is None:
            self._names = frozenset(named_paths(entry.value))
        found = {file.path: file for file in entry.files}
        for path in served.keys() & self._names:
            if path not in found or served[path].inode == -1:
                found[path] = served[path]
        entry.files = tuple(found.values())


EVENT_FILES: ContextVar[EventFiles | None] = ContextVar("event_files", default=None)


def files_of_result(value: Any) -> tuple[FileStamp, ...]:
    """
    Looks up the files that a result names: in an event only those that no client can
    have named, as what is served is noted when it is; outside of events all.
    """
    event = EVENT_FILES.get() or _event_of_own_thread()
    paths = named_paths(value) if event is None else _known_paths(value, event)
    return files.lasting_stamps(paths)


def note_result(entry: Entry) -> None:
    """Notes a result with the current event, if there is one."""
    event = EVENT_FILES.get()
    if event is None or isinstance(value := entry.value, _WITHOUT_FILES):
        return
    if type(value) is not str or may_be_path(value):
        event.note(entry)


def expect() -> None:
    """Is called when a cache is made: from now on, files of events are noted."""
    _Flags.expected = True


def are_expected() -> bool:
    """Tells whether there was any cache yet, in whose results files could count."""
    return _Flags.expected


def begin_unknown(owner: Any) -> None:
    """Starts a record for an event that began when there was no cache."""
    begin(owner, (), ())
    if (current := EVENT_FILES.get()) is not None:
        current.look_at_nothing()


def begin(owner: Any, given: Collection[str], typed: Collection[str]) -> None:
    """Starts a record for the inputs of an event, or goes on with that of its batch."""
    _Flags.begun = True
    current = EVENT_FILES.get()
    if current is None or current.owner is not owner or not owner.batch:
        current = EventFiles(owner)
        EVENT_FILES.set(current)
    current.add_inputs(given, typed)


def _event_of_own_thread() -> EventFiles | None:
    """A thread that a handler started by hand does not know of its event."""
    is_main = threading.current_thread() is threading.main_thread()
    return None if is_main or not _Flags.begun else EventFiles()


class _Flags:
    """Set once. Without locks: one that is held at a fork stays so in the child."""

    begun = False
    expected = False


_WITHOUT_FILES = (int, float, bytes, type(None))


def _known_paths(value: Any, event: EventFiles) -> Iterator[str]:
    for found in texts_and_paths(value):
        if isinstance(found, os.PathLike) or event.may_look_up(found):
            yield path_of(found)
