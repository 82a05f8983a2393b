"""The toasts that a function raises: recorded while it runs, raised again on a hit."""

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


_recorded: ContextVar[tuple[list[Toast], ...]] = ContextVar(
    "recorded_toasts", default=()
)


@contextlib.contextmanager
def recording_toasts(toasts: list[Toast]) -> Generator[None]:
    """Surrounds a run of a function. What is recorded is shown all the same."""
    token = _recorded.set((*_recorded.get(), toasts))
    try:
        yield
    finally:
        _recorded.reset(token)


def record_nothing() -> None:
    """Lets what comes in this context be recorded for nobody's run."""
    _recorded.set(())


def record_toast(toast: Toast) -> None:
    """Keeps what the running function has just raised."""
    for toasts in _recorded.get():
        toasts.append(toast)


def note_toast(
    message: str, title: str, level: Level, duration: float | None, visible: bool
) -> None:
    """Keeps a toast with the result of the cached function that raises it."""
    record_toast(Toast(message, title, level, duration, visible))


def replay_toasts(toasts: tuple[Toast, ...]) -> None:
    """Raises again what was recorded when the function ran."""
    for t in toasts:
        helpers.log_message(t.message, t.title, t.level, t.duration, t.visible)
