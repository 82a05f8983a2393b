"""What the store on disk does when the disk does not let it work."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any, Protocol

from gradio.caching.errors import log_once

_Method = Callable[..., Any]


class _InFolder(Protocol):
    folder: str


def or_else(answer: Callable[[], Any]) -> Callable[[_Method], _Method]:
    """Has a method answer as without a store when the disk does not let it work."""

    def decorate(method: _Method) -> _Method:
        @functools.wraps(method)
        def tried(self: _InFolder, *args: Any, **kwargs: Any) -> Any:
            try:
                return method(self, *args, **kwargs)
            except OSError as error:
                _tell(self.folder, error)
                return answer()

        return tried

    return decorate


def _tell(folder: str, error: OSError) -> None:
    # On Windows, this only means that another has the file open just now.
    if os.name == "nt" and isinstance(error, PermissionError):
        return
    log_once(
        (folder, error.errno),
        f"The cache in {folder} can't be used as it should: {error}. "
        "The app goes on, and what can't be kept there is computed.",
    )
