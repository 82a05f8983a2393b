"""The parameters of a function that Gradio fills in."""

from __future__ import annotations

import functools
import inspect
import weakref
from collections.abc import Callable, Iterator, Sequence
from types import MethodType
from typing import Any

from gradio.caching.calls.signatures import are_alike, own_signature, told_signature
from gradio.events import EventData
from gradio.helpers import Progress
from gradio.utils import get_type_hints, is_special_typed_parameter

FILLED_IN: Any = ...
"""Stands for an argument that Gradio fills in."""

_OURS: set[type] = set()


def inject(kind: type) -> None:
    """Declares a type whose default values mark parameters that Gradio fills in."""
    _OURS.add(kind)


def is_injected(value: Any) -> bool:
    """Tells whether a value is one that Gradio passes by itself, as a `gr.Cache` is."""
    return isinstance(value, (Progress, *_OURS))


def inject_cache(inputs: list[Any] | None, position: int, default: Any) -> None:
    """Puts a `gr.Cache` before the inputs whose parameters come after its own."""
    # Behind all inputs, Gradio passes it by itself, as any default.
    if inputs and position < len(inputs) and isinstance(default, tuple(_OURS)):
        inputs.insert(position, default)


def hints_of(fn: Callable[..., Any]) -> dict[str, Any]:
    """Lists the type hints of a function or an object's call as Gradio reads them."""
    return dict(get_type_hints(fn))


def injected_by_default(fn: Callable[..., Any]) -> frozenset[str]:
    """Names the parameters whose default value Gradio replaces or passes itself."""
    signature = told_signature(fn)
    parameters = signature.parameters.values() if signature else ()
    return frozenset(p.name for p in parameters if is_injected(p.default))


def filled_in_by_gradio(fn: Callable[..., Any]) -> frozenset[str]:
    """
    Names the parameters that no input component supplies: by their type hint, or by a
    default value that Gradio passes itself.
    """
    return injected_by_default(fn) | frozenset(_special_hints(fn))


def passed_by_gradio(fn: Callable[..., Any], inputs: Sequence[Any]) -> list[Any]:
    """
    Lists what Gradio calls the function of an event with: the inputs, `FILLED_IN` where
    it passes something else, and the defaults that the function says it has.
    """
    passed, filled_in = list(inputs), filled_in_by_gradio(fn)
    signature = told_signature(fn)
    for i, parameter in enumerate(_positional(signature) if signature else ()):
        if parameter.name in filled_in:
            passed.insert(i, FILLED_IN)
        elif i >= len(passed):
            is_left_out = parameter.default is parameter.empty
            passed.append(None if is_left_out else parameter.default)
    return passed


@functools.lru_cache(maxsize=1024)
def takes_inputs_alone(fn: weakref.ref[Any], inputs: int) -> bool:
    """
    Tells whether Gradio passes so many inputs and nothing else that the function would
    not fill in by itself.
    """
    function = fn()
    if function is None or filled_in_by_gradio(function):
        return False
    passed = passed_by_gradio(function, [None] * inputs)
    return len(passed) <= inputs or _says_what_it_takes(function)


def _says_what_it_takes(fn: Callable[..., Any]) -> bool:
    """Whether a function that `gr.cache` made wraps no other one's parameters."""
    inner: Any = getattr(fn, "__wrapped__", fn)
    if isinstance(fn, MethodType) and inner is not fn:
        inner = MethodType(inner, fn.__self__)
    told = told_signature(fn)
    return told is not None and are_alike(told, own_signature(inner))


def _positional(signature: inspect.Signature) -> Iterator[inspect.Parameter]:
    kinds = inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD
    return (p for p in signature.parameters.values() if p.kind in kinds)


def depends_on_caller(fn: Callable[..., Any]) -> bool:
    """
    Tells whether a parameter is filled in from the request: a `gr.Request`, a user's
    profile or token, a header.
    """
    return not all(map(_is_event_data, _special_hints(fn).values()))


def depends_on_request(fn: Callable[..., Any]) -> bool:
    """
    Tells whether a parameter is filled in from more than inputs: from the request, or
    by what a component of the calling session tells of an event.
    """
    return bool(_special_hints(fn))


def _special_hints(fn: Callable[..., Any]) -> dict[str, Any]:
    """The parameters that Gradio fills in by their type hints, with these."""
    hints = hints_of(fn)
    return {n: hints[n] for n in hints if is_special_typed_parameter(n, hints)}


def _is_event_data(hint: Any) -> bool:
    return inspect.isclass(hint) and issubclass(hint, EventData)
