"""The context of an event of a session, as Gradio sets it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from gradio.context import LocalContext


@contextlib.contextmanager
def event(session: Any, blocks: Any = None, event_id: Any = None) -> Iterator[None]:
    values = {
        LocalContext.request: SimpleNamespace(session_hash=session),
        LocalContext.blocks: blocks,
        LocalContext.event_id: event_id,
    }
    tokens = [(variable, variable.set(value)) for variable, value in values.items()]
    try:
        yield
    finally:
        for variable, token in tokens:
            variable.reset(token)
