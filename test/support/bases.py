"""The bases of this checkout, by what they have."""

from fork import edit_file, pin
from fork.pin import Pin
from fork.project import HERE


def edited_sources(pinned: Pin) -> set[str]:
    """The files of a base's other sources than Python that we edit."""
    return {edit.file for edit in edit_file.of_sources(HERE.seams, pinned.version)}


def with_frontend() -> Pin:
    """The base whose frontend we have, and edit, as sources."""
    [found] = [
        each
        for each in pin.read_all(HERE.pin)
        if any(name.startswith("js/") for name in edited_sources(each))
    ]
    return found
