"""What a call means: its arguments by position, and by name for a user's `key`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import FunctionType
from typing import Any

from gradio.caching.calls.signatures import (
    VARIADIC,
    are_alike,
    live_defaults,
    own_signature,
    told_signature,
)

Arguments = dict[str, Any]
Values = tuple[Any, ...]

_POSITIONAL = inspect.Parameter.POSITIONAL_OR_KEYWORD
_KEYWORD_ONLY = inspect.Parameter.KEYWORD_ONLY
_POSITIONAL_ONLY = inspect.Parameter.POSITIONAL_ONLY
_VAR_POSITIONAL, _VAR_KEYWORD = VARIADIC


_CLAIMS = {"__wrapped__", "__signature__"}
_BEGINNINGS = {
    _POSITIONAL: "named",
    _POSITIONAL_ONLY: "named",
    _VAR_POSITIONAL: "variadic",
}


class HiddenDefaultError(KeyError):
    """A `key` asked for an argument whose value only a decorator knows."""


class NamedArguments(Arguments):
    """The arguments that a user's `key` gets, some of which may not be known."""

    hidden: frozenset[str] = frozenset()

    def __missing__(self, name: str) -> Any:
        raise HiddenDefaultError(name) if name in self.hidden else KeyError(name)


class Parameters:
    """The parameters of a callable, with its defaults as they were when it was made."""

    def __init__(self, fn: Any) -> None:
        self._fn = fn
        self._defaults = live_defaults(fn)
        self._is_function = isinstance(fn, FunctionType)
        self.signature = own_signature(fn)
        self.names = tuple(self.signature.parameters)
        kinds = {p.kind: name for name, p in self.signature.parameters.items()}
        self.variadic = kinds.get(_VAR_POSITIONAL)
        self.variadic_keywords = kinds.get(_VAR_KEYWORD)
        self.are_plain = kinds.keys() <= {_POSITIONAL}
        self.is_open = not kinds.keys().isdisjoint(VARIADIC)
        self._filled, self._positional = (
            _filled(self.signature),
            _places(self.signature),
        )
        self.may_get_more = self.is_open or not is_plain_function(fn)

    def with_default(self, holds: Callable[[Any], bool]) -> frozenset[str]:
        """Names the parameters that have a default of a kind."""
        parameters = self.signature.parameters.values()
        return frozenset(p.name for p in parameters if holds(p.default))

    def begin(self, omitted: frozenset[str]) -> str | None:
        """Tells how a first argument that counts is taken: "named" or "variadic"."""
        name, first = next(iter(self.signature.parameters.items()), ("", None))
        if first is None or name in omitted:
            return None
        return _BEGINNINGS.get(first.kind)

    @property
    def are_current(self) -> bool:
        """Whether the callable still has these defaults."""
        if self._is_function and not self._fn.__kwdefaults__:
            return self._fn.__defaults__ is self._defaults[0]
        now = live_defaults(self._fn)
        return len(now) == len(self._defaults) and all(
            new is old for new, old in zip(now, self._defaults, strict=True)
        )

    def bind(self, args: Values, kwargs: Arguments) -> Arguments | None:
        """Names the arguments of a call, defaults included; None if it is refused."""
        if (arguments := self._bind_plainly(args, kwargs)) is not None:
            return arguments
        try:
            bound = self.signature.bind(*args, **kwargs)
        except TypeError:
            return None
        bound.apply_defaults()
        return dict(bound.arguments)

    def _bind_plainly(self, args: Values, kwargs: Arguments) -> Arguments | None:
        """Does what a signature does at a fraction of its cost, in the usual case."""
        if len(args) > self._positional:
            return None
        arguments, left = dict(zip(self.names, args, strict=False)), len(kwargs)
        for name in self.names[len(args) :]:
            if name in kwargs:
                arguments[name] = kwargs[name]
                left -= 1
            elif name in self._filled:
                arguments[name] = self._filled[name]
            else:
                return None
        return None if left else arguments

    def named(self, arguments: Arguments) -> NamedArguments:
        """
        Names arguments as the function would see them. What a decorator passes on gets
        the names of the function below it, but never that one's defaults.
        """
        own = _flat(arguments, self.signature)
        told = told_signature(self._fn) if self.is_open else None
        if told is None or are_alike(told, self.signature):
            return NamedArguments(own)
        named = NamedArguments(self._told(arguments, told) or own)
        parameters = self.signature.parameters.items()
        named.update((n, own[n]) for n, p in parameters if p.kind not in VARIADIC)
        named.hidden = frozenset(told.parameters)
        return named

    def _told(self, arguments: Arguments, told: inspect.Signature) -> Arguments | None:
        passed = inspect.BoundArguments(self.signature, arguments)  # type: ignore[arg-type]
        try:
            bound = told.bind(*passed.args, **passed.kwargs)
        except TypeError:
            return None
        return _flat(dict(bound.arguments), told)


def _filled(signature: inspect.Signature) -> Arguments:
    parameters = signature.parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


def _places(signature: inspect.Signature) -> int:
    """How many arguments may stand without a name; -1 if others must or any may."""
    kinds = [p.kind for p in signature.parameters.values()]
    places = kinds.count(_POSITIONAL)
    return places if places + kinds.count(_KEYWORD_ONLY) == len(kinds) else -1


def is_plain_function(fn: Any) -> bool:
    """Tells whether a function says of itself what it takes."""
    return isinstance(fn, FunctionType) and not vars(fn).keys() & _CLAIMS


def _flat(arguments: Arguments, signature: inspect.Signature) -> Arguments:
    flat = dict(arguments)
    for name, parameter in signature.parameters.items():
        if parameter.kind is _VAR_KEYWORD and name in flat:
            flat.update(flat.pop(name))
    return flat
