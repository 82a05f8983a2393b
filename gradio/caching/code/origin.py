"""Whether code is the user's own, or of a library, which its name stands for."""

from __future__ import annotations

import functools
import os
import sys
import sysconfig
from pathlib import PurePath
from types import FunctionType, ModuleType
from typing import Any

_INSTALLED = frozenset({"site-packages", "dist-packages"})
_PATHS = ("stdlib", "platstdlib", "purelib", "platlib")
# Gradio is a library also where it is installed from its sources.
_LIBRARIES = frozenset({"gradio", "gradio_client"})


def is_of_user(value: Any) -> bool:
    """Tells whether a function, class or module is of the user's program."""
    if isinstance(value, ModuleType):
        return _is_user_module(value.__name__, getattr(value, "__file__", None))
    if isinstance(value, FunctionType):
        # Not by its own word: `functools.wraps` gives it the module of another.
        names = value.__globals__
        file = names.get("__file__", value.__code__.co_filename)
        return _is_user_module(str(names.get("__name__")), file)
    name = str(getattr(value, "__module__", None))
    module = sys.modules.get(name)
    return _is_user_module(name, getattr(module, "__file__", None))


def module_name(value: Any) -> str:
    """Names the module of a function or class; the one that was started by its file."""
    name = str(getattr(value, "__module__", None))
    if name != "__main__":
        return name
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    return PurePath(file).stem if file else name


@functools.lru_cache(maxsize=4096)
def _is_user_module(name: str, file: str | None) -> bool:
    root = name.partition(".")[0]
    if name == "__main__":
        return True
    if file is None or root in _LIBRARIES or root in sys.builtin_module_names:
        return False
    if file.startswith("<frozen "):
        return False
    if not _INSTALLED.isdisjoint(PurePath(file).parts):
        return False
    return not os.path.abspath(file).startswith(_library_folders())


@functools.cache
def _library_folders() -> tuple[str, ...]:
    found = (sysconfig.get_path(name) for name in _PATHS)
    real = {f for path in found if path for f in (path, os.path.realpath(path))}
    return tuple(os.path.join(folder, "") for folder in sorted(real))
