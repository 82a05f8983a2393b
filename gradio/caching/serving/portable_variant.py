"""The name that the form of a listener's answers has in every process."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from gradio.caching.code.portable_keys import with_portable
from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing import digest
from gradio.caching.serving.queueing.events import body_of
from gradio.caching.serving.wrappers import adds_to_result
from gradio.caching.types.classes import class_name
from gradio.utils import get_package_version

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.queueing import Event

_DIGITS = 32
_IDS = frozenset({"id", "component_ids"})
_forms: weakref.WeakKeyDictionary[BlockFunction, bytes | None] = (
    weakref.WeakKeyDictionary()
)


def portable_variant_of(event: Event) -> str | None:
    """
    Names what the form of an event's answer depends on besides the result, with values
    by the position of their output; None if no other process could tell it.
    """
    return portable_variant(event.fn, body_of(event).simple_format)


def portable_variant(fn: BlockFunction, simple_format: bool) -> str | None:
    """As `portable_variant_of`, for the listener and the format of an event."""
    if fn not in _forms:
        _forms[fn] = None if adds_to_result(fn.fn) else _digest_of_form(fn)
    form = _forms[fn]
    if form is None:
        return None
    return digest((form, simple_format)).hex()[:_DIGITS]


def _digest_of_form(fn: BlockFunction) -> bytes | None:
    name = fn.api_name if isinstance(fn.api_name, str) else fn._id
    flags = fn.postprocess, fn.batch, fn.types_generator
    outputs = [(class_name(type(b)), _without_ids(b.get_config())) for b in fn.outputs]
    try:
        made = with_portable(
            lambda: digest((get_package_version(), name, flags, outputs))
        )
    except UnkeyableError:
        return None
    return made[1].digest


def _without_ids(config: Any) -> Any:
    """A config without the numbers that components have in the page alone."""
    if isinstance(config, dict):
        return {k: _without_ids(v) for k, v in config.items() if k not in _IDS}
    if isinstance(config, (list, tuple)):
        return [_without_ids(part) for part in config]
    return config
