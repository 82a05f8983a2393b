"""Notes which inputs of an event are files, and which files its answer serves."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from fnmatch import fnmatch
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from gradio import components, processing_utils, utils
from gradio.blocks import Block
from gradio.caching.context.event_files import (
    EVENT_FILES,
    are_expected,
    begin,
    begin_unknown,
)
from gradio.caching.context.served import is_full_path
from gradio.caching.errors import fail_open
from gradio.caching.mentions import (
    may_name_files,
    nested_parts,
    path_of,
    texts_and_paths,
)
from gradio.caching.serving.lookup import preprocessed as inputs
from gradio.exceptions import InvalidPathError

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction


def preprocessed(fn: BlockFunction, payload: Any) -> list[Any] | None:
    """Takes what the inputs of an event were preprocessed to already, if they were."""
    values = inputs.preprocessed(payload)
    return None if values is None else noted(fn, payload, values)


def noted(fn: BlockFunction, payload: list[Any], values: list[Any]) -> list[Any]:
    """Notes, for the run of an event, which of its preprocessed inputs are files."""
    _note_inputs(fn, payload, values)
    return values


@fail_open(None)
def watch_results(fn: BlockFunction, values: Any) -> None:
    """Watches the files that components read themselves, instead of serving them."""
    if EVENT_FILES.get() is None or not are_expected():
        return
    for block, value in zip(fn.outputs, values, strict=False):
        for path in _read_by(block, _new_value(value)):
            _watch_if_accepted(path)


@fail_open(None)
def note_served(path: str, is_result: bool) -> None:
    """Watches a file that Gradio has accepted to serve as part of a result."""
    event = EVENT_FILES.get()
    if is_result and event is not None and are_expected():
        event.serve(path)


@fail_open(None)
def _note_inputs(fn: BlockFunction, payload: list[Any], values: list[Any]) -> None:
    if not are_expected():
        begin_unknown(fn)
        return
    given: list[str] = []
    typed: set[str] = set()
    for i, (block, sent, value) in enumerate(
        zip(fn.inputs, payload, values, strict=False)
    ):
        texts, has_file = _texts_beside_files(_own_part(fn, i, sent))
        typed |= texts
        if has_file:
            given += _paths(value, texts)
        elif isinstance(block, components.FileExplorer):
            given += _listed(block, value)
    begin(fn, given, typed)


def _own_part(fn: BlockFunction, position: int, sent: Any) -> Any:
    """Without the value of an input that passes all its properties: it is replaced."""
    if position in fn.component_prop_inputs and isinstance(sent, dict):
        return {name: part for name, part in sent.items() if name != "value"}
    return sent


def is_file_data(value: Any) -> bool:
    """Tells if a part of a payload is taken for a file, in Gradio's own form."""
    return isinstance(value, dict) and {"path", "meta"} <= value.keys()


def paths_of_files(payload: Any) -> Iterator[str]:
    """Finds the paths of what is taken for files in payloads, and in answers."""
    todo = [payload]
    while todo:
        current = todo.pop()
        if is_file_data(current):
            yield current["path"] or ""
        elif isinstance(current, (dict, list, tuple)):
            todo += nested_parts(current)


def _texts_beside_files(payload: Any) -> tuple[set[str], bool]:
    """The full paths that are but texts in a payload, and whether there are files."""
    texts, has_file, todo = set(), False, [payload]
    while todo:
        current = todo.pop()
        if isinstance(current, str):
            texts.update([current] if is_full_path(current) else ())
        elif is_file_data(current):
            has_file = True
        elif isinstance(current, (dict, list, tuple)):
            parts = current.values() if isinstance(current, dict) else current
            todo.extend(parts if may_name_files(parts) else ())
    return texts, has_file


def _paths(value: Any, typed: set[str]) -> Iterator[str]:
    """The paths in what a component made of the files that it was sent."""
    todo = [value]
    while todo:
        current = todo.pop()
        if isinstance(current, str):
            if is_full_path(current) and current not in typed:
                yield current
        elif is_file_data(current):
            todo.append(current["path"])
        elif isinstance(current, (dict, list, tuple)):
            todo += current.values() if isinstance(current, dict) else current


def _listed(explorer: Any, value: Any) -> Iterator[str]:
    """Of the paths that a file explorer was sent, those that it lists."""
    root = os.path.join(explorer.root_dir, "")
    for path in value if isinstance(value, list) else [value]:
        if isinstance(path, str) and path.startswith(root):
            hides = explorer.ignore_glob and fnmatch(path, explorer.ignore_glob)
            if fnmatch(path, explorer.glob) and not hides:
                yield path


def _new_value(value: Any) -> Any:
    """What a component is given, also by an update or a new component."""
    if isinstance(value, Block):
        value = value.constructor_args
    elif isinstance(value, SimpleNamespace):
        value = vars(value)
    elif not utils.is_prop_update(value):
        return value
    return value.get("value")


def _read_by(block: Any, value: Any) -> Iterable[str]:
    takes = next((t for kind, t in _READERS.items() if isinstance(block, kind)), None)
    return () if takes is None else map(path_of, texts_and_paths(takes(value)))


def _without_captions(items: Any) -> Any:
    if not isinstance(items, (list, tuple)):
        return None
    return [i[0] if isinstance(i, (list, tuple)) and i else i for i in items]


def _first(pair: Any) -> Any:
    return pair[0] if isinstance(pair, (list, tuple)) and pair else None


def _all(value: Any) -> Any:
    return value


# Components that convert files, or show what is in them.
_READERS: dict[type, Callable[[Any], Any]] = {
    components.Image: _all,
    components.ImageSlider: _all,
    components.ImageEditor: _all,
    components.Audio: _all,
    components.Video: _all,
    components.Gallery: _without_captions,
    components.AnnotatedImage: _first,
}


def _watch_if_accepted(path: str) -> None:
    # What passes this check is noted, as what components serve is.
    with suppress(InvalidPathError, OSError, RuntimeError, ValueError):
        processing_utils._check_allowed(path, check_in_upload_folder=False)
