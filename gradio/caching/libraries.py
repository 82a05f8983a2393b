"""
Third-party types are taught to the cache when their first value shows up, so that
importing it loads nothing.
"""

from __future__ import annotations

import importlib
import weakref


class Libraries:
    """
    Knows which of our modules handles the types of which library, and imports it once
    one of them is met. Thread-safe: a class counts as met only after its module has
    been imported.
    """

    def __init__(self, modules: dict[str, str]) -> None:
        """
        Takes the modules under which libraries' types live, each with the name of our
        module that registers them.
        """
        self._modules = modules
        self._met: weakref.WeakSet[type] = weakref.WeakSet()

    def meet(self, cls: type) -> None:
        """
        Imports the modules that handle this class or one of its bases, unless that was
        done before.
        """
        if cls in self._met:
            return
        for base in cls.__mro__:
            for library, module in self._modules.items():
                if f"{base.__module__}.".startswith(f"{library}."):
                    importlib.import_module(module)
        self._met.add(cls)
