"""The toasts that a function raises: caught while it runs, raised again on a hit."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from gradio import helpers

Level = Literal["info", "warning", "success"]


@dataclass(frozen=True, slots=True)
class Toast:
    """One call of `gr.Info`, `gr.Warning` or `gr.Success`."""

    message: str
    title: str
    level: Level
    duration: float | None
    visible: bool


_caught: ContextVar[tuple[list[Toast], ...]] = ContextVar("caught_toasts", default=())


@contextlib.contextmanager
def catching(toasts: list[Toast]) -> Generator[None]:
    """Surrounds a run of a function. What is caught is shown all the same."""
    token = _caught.set((*_caught.get(), toasts))
    try:
        yield
    finally:
        _caught.reset(token)


def note(toast: Toast) -> None:
    """Keeps what the running function has just raised."""
    for toasts in _caught.get():
        toasts.append(toast)


def raise_again(toasts: tuple[Toast, ...]) -> None:
    """Raises again what was caught when the function ran."""
    for t in toasts:
        helpers.log_message(t.message, t.title, t.level, t.duration, t.visible)
