"""Errors for those who wait for another's run: each gets one that it may change."""

from __future__ import annotations

from types import GeneratorType
from typing import Any

from gradio.caching.offload import is_light
from gradio.caching.snapshot import cloner_of, snapshot
from gradio.caching.types.registry import Cloning, Memo


def own_error(error: BaseException) -> BaseException:
    """
    Copies an error with its causes, notes and tracebacks. What it holds is copied if it
    is plain and small, and shared otherwise: an event loop may wait for it. Returns the
    error itself if it can't be copied, or if it is one that ends a task or a program.
    """
    return _Copying().own(error)


class _Copying:
    """One copying of an error and its causes."""

    def __init__(self) -> None:
        self._memo: Memo = {}
        # Keeps originals alive: an id must not be given to another value meanwhile.
        self._originals: list[Any] = []

    def own(self, error: BaseException) -> BaseException:
        """Copies an error unless there is a copy, or can be none."""
        if id(error) in self._memo:
            return self._memo[id(error)]
        copy = error
        if isinstance(error, Exception):
            try:
                copy = self._copied(error)
            except Exception:
                # Its class may do anything: to share it is better than to lose it.
                copy = error
        self._memo[id(error)] = copy
        return copy

    def _copied(self, error: Exception) -> BaseException:
        made = cloner_of(type(error))(error, self._memo)
        copy = self._carried_out(made) if type(made) is GeneratorType else made
        if type(copy) is not type(error):
            return error
        return BaseException.with_traceback(copy, error.__traceback__)

    def _carried_out(self, cloning: Cloning) -> Any:
        copy = None
        while True:
            try:
                part = cloning.send(copy)
            except StopIteration as stop:
                return stop.value
            self._originals.append(part)
            copy = self._copy_of_parts(part)

    def _copy_of_parts(self, part: Any) -> Any:
        """Copies the arguments, the attributes, or something else of an error."""
        if type(part) is tuple:
            return tuple(map(self._copy_of_part, part))
        if type(part) is dict:
            return {name: self._copy_of_part(item) for name, item in part.items()}
        return self._copy_of_part(part)

    def _copy_of_part(self, part: Any) -> Any:
        if isinstance(part, BaseException):
            return self.own(part)
        if type(part) is list and part and all(map(_is_error, part)):
            return [self.own(error) for error in part]
        # What is an argument is often an attribute as well.
        if id(part) not in self._memo and is_light(part):
            self._memo[id(part)] = snapshot(part)
        return self._memo.get(id(part), part)


def _is_error(part: Any) -> bool:
    return isinstance(part, BaseException)
