"""numpy's data types, as they are written: by their names, or by their fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradio.caching.types.packed.objects import refused
from gradio.caching.types.packing import Making, Own, Packed, pack, unpack
from gradio.caching.types.registry import for_subclasses


@pack.register(np.dtype)
@for_subclasses
def _(value: np.dtype) -> Packed:
    own, parts = _form(value)
    if value.metadata:
        return ("noted", *own), (*parts, dict(value.metadata))
    return own, parts


def _form(value: np.dtype) -> Packed:
    if value.subdtype is not None:
        kind, shape = value.subdtype
        return ("shape",), (kind, shape)
    if value.names is not None:
        fields = [(value.fields or {})[name] for name in value.names]
        kinds, places, *titles = ([*facts] for facts in zip(*fields, strict=True))
        if titles:
            raise refused(value, "with titles")
        facts = value.itemsize, value.isalignedstruct, value.type is np.record
        return ("fields", *facts), ([*value.names], kinds, places)
    if value.kind == "T":
        facts = vars(type(value))["coerce"].__get__(value)
        none = (value.na_object,) if hasattr(value, "na_object") else ()
        return ("text", facts), none
    return ("plain", value.str, _precision(value)), ()


def _precision(dtype: np.dtype) -> int:
    """Longer floats are not the same on each machine."""
    return int(np.finfo(dtype).nmant) if dtype.kind in "fc" else 0


@unpack.register(np.dtype)
def _(own: Own, count: int) -> Making:
    parts = yield
    return _made(own, parts)


def _made(own: Own, parts: list[Any]) -> np.dtype:
    how, *facts = own
    return _DTYPES[how](facts, parts)


def _noted(own: Own, parts: list[Any]) -> np.dtype:
    *parts, metadata = parts
    return np.dtype(_made(own, parts), metadata=metadata)  # type: ignore[call-overload]


def _of_shape(facts: Own, parts: list[Any]) -> np.dtype:
    kind, shape = parts
    return np.dtype((kind, shape))


def _of_fields(facts: Own, parts: list[Any]) -> np.dtype:
    size, is_aligned, is_record = facts
    names, kinds, places = parts
    laid = {"names": names, "formats": kinds, "offsets": places, "itemsize": size}
    dtype = np.dtype(laid, align=is_aligned)  # type: ignore[call-overload]
    return np.dtype((np.record, dtype)) if is_record else dtype


def _of_text(facts: Own, parts: list[Any]) -> np.dtype:
    named = {"na_object": parts[0]} if parts else {}
    return np.dtypes.StringDType(coerce=bool(facts[0]), **named)


def _plain(facts: Own, parts: list[Any]) -> np.dtype:
    text, precision = facts
    if type(text) is not str:
        raise TypeError("a type of numbers that is none")
    dtype = np.dtype(text)
    if _precision(dtype) != precision:
        raise ValueError("numbers of another machine")
    return dtype


_DTYPES: dict[str, Callable[[Own, list[Any]], np.dtype]] = {
    **{"shape": _of_shape, "fields": _of_fields, "text": _of_text, "plain": _plain},
    "noted": _noted,
}
