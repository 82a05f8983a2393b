"""From a call to its key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradio.caching.calls.arguments import (
    Arguments,
    HiddenDefaultError,
    Parameters,
    Values,
)
from gradio.caching.calls.bindings import an_instance
from gradio.caching.calls.fixed import is_fixed
from gradio.caching.calls.members import Methods, may_have_methods
from gradio.caching.calls.surroundings import Surroundings
from gradio.caching.errors import UnkeyableError, warn_once
from gradio.caching.functions.registry import INSTANCES
from gradio.caching.hashing import digest
from gradio.caching.hashing.identity import identity, memory_key, quick_digest
from gradio.caching.portable import note_obstacle

Key = Callable[[Arguments], Any]
Digest = Callable[[Any], bytes]

INPUT: Any = ...
"""Stands for any value, where it is asked what a key depends on besides."""


def checked_key(key: Any) -> Key | None:
    """
    Returns what the user gave as `key`. Raises TypeError if it is neither None nor
    callable.
    """
    if key is not None and not callable(key):
        raise TypeError(
            "key must be a function that takes the dict of arguments and returns what "
            f"the result depends on, or None, not {key!r}."
        )
    return key


class CallKeys:
    """Makes the keys of one function's calls. Thread-safe."""

    def __init__(
        self,
        fn: Callable[..., Any],
        key: Key | None = None,
        omitted: frozenset[str] = frozenset(),
        translate: Callable[[Any], Any] = lambda value: value,
        ignored: Callable[[Any], bool] = lambda value: False,  # noqa: ARG005
    ) -> None:
        self._fn = fn
        self._key = key
        self._translate = translate
        self._ignored = ignored
        self._methods = Methods(fn)
        self._parameters = Parameters(fn)
        self._omitted = omitted | self._parameters.with_default(ignored)
        self._around = Surroundings(fn, self._parameters.names, translate, ignored)
        self._begins = (
            None if key is not None else self._parameters.begin(self._omitted)
        )
        self._takes_named = self._begins == "named"
        self._plain_length = self._length_of_plain_calls()
        self.runs_user_code = key is not None

    def _length_of_plain_calls(self) -> int | None:
        """How many arguments are their own subject, as they are."""
        parameters = self._parameters
        counts_all = self._key is None and self._omitted.isdisjoint(parameters.names)
        return len(parameters.names) if parameters.are_plain and counts_all else None

    def subject(self, args: Values, kwargs: Arguments) -> Values | None:
        """
        Finds what the result depends on. What a user's `key` raises passes through.
        """
        if len(args) == self._plain_length and not kwargs:
            return args
        parameters = self._current()
        arguments = parameters.bind(args, kwargs)
        if arguments is None:
            return None
        if self._key is not None:
            return self._asked(self._key, parameters.named(arguments))
        if not parameters.may_get_more:
            return tuple(v for n, v in arguments.items() if n not in self._omitted)
        kept = {n: v for n, v in arguments.items() if n not in self._omitted}
        return tuple(self._counting(parameters, *item) for item in kept.items())

    def digest(self, subject: Values, make: Digest | None = None) -> bytes:
        """
        Makes the key of a call from what `subject` returned: 32 bytes, or what `make`
        comes to. Raises UnkeyableError, naming the parameter.
        """
        make, counted = make or digest, tuple(map(self._translate, subject))
        try:
            if self._takes_named and counted and not may_have_methods(type(counted[0])):
                return make(self._all(counted))
            return make(self._all(self._with_receiver(counted, self._methods.include)))
        except UnkeyableError as error:
            guessed = self._with_receiver(counted, self._methods.seem_to_include)
            if guessed is counted:
                raise self._naming_the_parameter(counted, error) from error
            return make(self._all(guessed))

    def memory_key(self, subject: Values) -> bytes:
        """Makes the same for a cache that is in memory alone."""
        return self.digest(subject, memory_key)

    def quick_key(self, args: Values) -> bytes | None:
        """
        Makes the memory key of a call with few short plain arguments, or one text, all
        given by position; None for any other.
        """
        around = self._around
        if len(args) != self._plain_length:
            return None
        if not (around.never_count or around.are_empty):
            return None
        return identity(args) or quick_digest(args)

    def besides(self, args: Values, kwargs: Arguments | None = None) -> bytes | None:
        """
        Digests what the key of a call depends on besides the arguments that are INPUT;
        None if that may change.
        """
        if self.runs_user_code:
            return None
        is_plain = len(args) == self._plain_length and not kwargs
        if is_plain and all(v is INPUT for v in args) and self._around.are_empty:
            return b""
        if self._around.were_replaced:
            return None  # and may be again, before the call
        try:
            counted = tuple(
                map(self._translate, self.subject(args, kwargs or {}) or ())
            )
            counted = self._with_receiver(counted, self._methods.include)
            values = (*counted, *self._around.values())
            return digest(values) if is_fixed(values) else None
        except UnkeyableError:
            return None

    def copied(
        self, args: Values, kwargs: Arguments, copy: Callable[[Any], Any]
    ) -> tuple[Values, Arguments]:
        """
        Copies the arguments for a run that the caller does not wait for, as it may
        change them; not the instance of a method, nor what Gradio injects.
        """
        first = args[:1] if args and self._methods.include(args[0]) else ()

        def copied(value: Any) -> Any:
            return value if self._ignored(value) else copy(value)

        others = map(copied, args[len(first) :])
        return (*first, *others), {n: copied(v) for n, v in kwargs.items()}

    @property
    def were_replaced(self) -> bool:
        """Whether what counts besides the arguments is other than in the beginning."""
        return self._around.were_replaced

    def state(self) -> bytes | None:
        """Digests what may change during a call besides its arguments, None if none."""
        return self._around.state()

    def _current(self) -> Parameters:
        if not self._parameters.are_current:
            self._parameters = Parameters(self._fn)
        return self._parameters

    def _asked(self, key: Key, arguments: Arguments) -> Values | None:
        try:
            return (key(arguments),)
        except HiddenDefaultError as error:
            name = getattr(self._fn, "__qualname__", type(self._fn).__qualname__)
            warn_once(
                (name, "hidden default"),
                f"A call of {name}() runs uncached, as key asks for {error}, which "
                "only a decorator between gr.cache and the function knows. Put "
                "gr.cache below that decorator, or pass the argument.",
            )
            return None

    def _counting(self, parameters: Parameters, name: str, value: Any) -> Any:
        """Leaves out what never counts, also among the arguments without a name."""
        if name == parameters.variadic:
            return self._trimmed(value)
        if name == parameters.variadic_keywords:
            items = sorted(value.items())
            return tuple((n, v) for n, v in items if not self._ignored(v))
        return type(value) if self._ignored(value) else value

    def _trimmed(self, values: Values) -> Values:
        trimmed = list(values)
        while trimmed and self._ignored(trimmed[-1]):
            trimmed.pop()
        return tuple(type(v) if self._ignored(v) else v for v in trimmed)

    def _all(self, counted: Values) -> Values:
        # Without the names: they are the same for all calls of the function.
        if self._around.are_empty:
            return counted
        return *counted, *self._around.digests()

    def _with_receiver(
        self, counted: Values, includes: Callable[[Any], bool]
    ) -> Values:
        """Lets the instance that a method is called on count as the one that it is."""
        if self._begins is None or not counted:
            return counted
        if self._begins == "variadic":
            first, *others = counted
            args = self._as_instance(first, includes)
            return counted if args is first else (args, *others)
        if not may_have_methods(type(counted[0])):
            return counted
        return self._as_instance(counted, includes)

    def _as_instance(self, values: Values, includes: Callable[[Any], bool]) -> Values:
        if not values or not includes(values[0]):
            return values
        token = INSTANCES.of(values[0])
        if token is None:
            return values
        note_obstacle(an_instance(values[0]))
        return ("instance", token), *values[1:]

    def _naming_the_parameter(
        self, counted: Values, error: UnkeyableError
    ) -> UnkeyableError:
        names = [n for n in self._parameters.names if n not in self._omitted]
        for name, value in zip(
            names if self._key is None else ["key"], counted, strict=False
        ):
            try:
                digest(value)
            except UnkeyableError as cause:
                return UnkeyableError(f"the parameter {name!r}: {cause}")
        return error
