"""In which threads something is done."""

import functools
import threading


def threads_of(monkeypatch, owner, name):
    """The threads in which a function of a module or class is called from now on."""
    seen, original = set(), getattr(owner, name)

    @functools.wraps(original)
    def noting(*args, **kwargs):
        seen.add(threading.get_ident())
        return original(*args, **kwargs)

    monkeypatch.setattr(owner, name, noting)
    return seen
