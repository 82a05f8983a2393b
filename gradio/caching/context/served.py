"""Which paths lie in the folders whose files an app serves to whoever asks."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator

from gradio.caching.mentions import may_be_path
from gradio.context import LocalContext
from gradio.data_classes import _StaticFiles
from gradio.utils import get_cache_folder, get_upload_folder


def is_full_path(text: str) -> bool:
    """Tells, without a look at the disk, if a text can be the full path of a file."""
    return may_be_path(text) and os.path.isabs(text)


def is_upload(path: str) -> bool:
    """Tells, by its text alone, if a full path is in the folder of uploads."""
    return path.startswith(_uploads(os.environ.get("GRADIO_TEMP_DIR")))


def is_served(path: str) -> bool:
    """Tells, by its text alone, if the app serves what is at a full path to anybody."""
    if not (is_upload(path) or _is_in_any(path, _served_folders())):
        return False
    is_plain = path == os.path.normpath(path)
    return is_plain and not _is_in_any(path.lower(), _blocked_folders())


@functools.lru_cache(maxsize=16)
def _uploads(setting: str | None) -> tuple[str, ...]:  # noqa: ARG001
    """The starts of paths of uploads, for a value of the environment variable."""
    folder = get_upload_folder()
    return tuple(
        os.path.join(f(folder), "") for f in (os.path.abspath, os.path.realpath)
    )


def restored_folder() -> str:
    """Where the files of results come to be that are read from a store."""
    return os.path.abspath(get_upload_folder())


def _served_folders() -> Iterator[str]:
    yield _cache_folder(os.environ.get("GRADIO_EXAMPLES_CACHE"))
    yield from map(str, _StaticFiles.all_paths)
    yield from getattr(LocalContext.blocks.get(None), "allowed_paths", ())


@functools.lru_cache(maxsize=16)
def _cache_folder(setting: str | None) -> str:  # noqa: ARG001
    """The folder of cached examples, for a value of the environment variable."""
    return str(get_cache_folder())


def _blocked_folders() -> Iterator[str]:
    for folder in getattr(LocalContext.blocks.get(None), "blocked_paths", ()):
        yield os.path.abspath(folder).lower()


def _is_in_any(path: str, folders: Iterator[str]) -> bool:
    for folder in folders:
        inside = _inside(folder, None if _is_full(folder) else os.getcwd())
        if path.startswith(inside) or path == inside[:-1]:
            return True
    return False


_is_full = functools.lru_cache(maxsize=256)(os.path.isabs)


@functools.lru_cache(maxsize=256)
def _inside(folder: str, where: str | None) -> str:  # noqa: ARG001
    """What the full paths in a folder start with, if it is looked at from there."""
    return os.path.join(os.path.abspath(folder), "")
