"""Which paths lie in the folders whose files an app serves to whoever asks."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator

from gradio.caching.mentions import may_be_path
from gradio.context import LocalContext
from gradio.utils import get_cache_folder, get_upload_folder


def is_full_path(text: str) -> bool:
    """Tells, without a look at the disk, if a text can be the full path of a file."""
    return may_be_path(text) and os.path.isabs(text)


def is_upload(path: str) -> bool:
    """Tells, by its text alone, if a full path is in the folder of uploads."""
    return _is_in_any(path, _with_real(get_upload_folder()))


def is_served(path: str) -> bool:
    """Tells, by its text alone, if the app serves what is at a full path to anybody."""
    if path != os.path.normpath(path):
        return False
    return _is_in_any(path, _served_folders()) and not _is_in_any(
        path.lower(), map(str.lower, _blocked_folders())
    )


def _served_folders() -> Iterator[str]:
    from gradio.data_classes import _StaticFiles

    yield from _with_real(get_upload_folder())
    yield from _with_real(str(get_cache_folder()))
    yield from map(str, _StaticFiles.all_paths)
    if (blocks := LocalContext.blocks.get(None)) is not None:
        for path in getattr(blocks, "allowed_paths", ()):
            yield os.path.abspath(path)


def _blocked_folders() -> Iterator[str]:
    if (blocks := LocalContext.blocks.get(None)) is not None:
        for path in getattr(blocks, "blocked_paths", ()):
            yield os.path.abspath(path)


@functools.lru_cache(maxsize=16)
def _with_real(folder: str) -> tuple[str, str]:
    return os.path.abspath(folder), os.path.realpath(folder)


def _is_in_any(path: str, folders: Iterator[str] | tuple[str, ...]) -> bool:
    return any(
        path == folder or path.startswith(os.path.join(folder, ""))
        for folder in folders
    )
