"""From a call to its key."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing import digest
from gradio.caching.identity import INSTANCES

Arguments = dict[str, Any]
Values = tuple[Any, ...]
Key = Callable[[Arguments], Any]

_ANY_CALL = inspect.Signature(
    [
        inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL),
        inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD),
    ]
)
_POSITIONAL = inspect.Parameter.POSITIONAL_OR_KEYWORD
_VAR_KEYWORD = inspect.Parameter.VAR_KEYWORD


def checked_key(key: Any) -> Key | None:
    """
    Parameters:
        key: what the user gave as `key`.
    Returns:
        The same. Raises TypeError if it is neither None nor callable.
    """
    if key is not None and not callable(key):
        raise TypeError(
            "key must be a function that takes the dict of arguments and returns what "
            f"the result depends on, or None, not {key!r}."
        )
    return key


class CallKeys:
    """
    Makes the keys of one function's calls. Thread-safe.
    Parameters:
        fn: the function.
        key: what is asked for the part of the arguments that counts, or None for all.
        omitted: the parameters that never count, as Gradio injects them.
        translate: called with each argument; what it returns counts in its place.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        key: Key | None = None,
        omitted: frozenset[str] = frozenset(),
        translate: Callable[[Any], Any] = lambda value: value,
    ) -> None:
        self._fn = fn
        self._key = key
        self._translate = translate
        self._signature = _signature(fn)
        parameters = self._signature.parameters
        kept = tuple(name for name in parameters if name not in omitted)
        self._counted = kept if key is None else ("key",)
        self._has_receiver = (
            _is_defined_in_class(fn) and self._counted[:1] == tuple(parameters)[:1]
        )
        # The arguments of a plain call are its subject as they are.
        all_plain = all(p.kind is _POSITIONAL for p in parameters.values())
        is_plain = all_plain and key is None and len(kept) == len(parameters)
        self._plain_length = len(parameters) if is_plain else None
        self.runs_user_code = key is not None

    def subject(self, args: Values, kwargs: Arguments) -> Values | None:
        """
        Finds what the result depends on. What a user's `key` raises passes through.
        Parameters:
            args: the positional arguments of the call.
            kwargs: its keyword arguments.
        Returns:
            What is to be hashed: the arguments that count, or what the `key` made of
            them; None if the function can't be called so.
        """
        if len(args) == self._plain_length and not kwargs:
            return args
        arguments = self._arguments(args, kwargs)
        if arguments is None:
            return None
        if self._key is not None:
            return (self._key(_flat(arguments, self._signature)),)
        return tuple(arguments[name] for name in self._counted)

    def digest(self, subject: Values) -> bytes:
        """
        Parameters:
            subject: what `subject` returned.
        Returns:
            The key of the call, 32 bytes. Raises UnkeyableError, naming the parameter.
        """
        counted = tuple(map(self._translate, subject))
        if self._has_receiver:
            counted = (self._as_instance(counted[0]), *counted[1:])
        try:
            # Without the names: they are the same for all calls of the function.
            return digest(counted)
        except UnkeyableError as error:
            raise self._naming_the_parameter(counted, error) from error

    def _arguments(self, args: Values, kwargs: Arguments) -> Arguments | None:
        try:
            bound = self._signature.bind(*args, **kwargs)
        except TypeError:
            return None
        bound.apply_defaults()
        return dict(bound.arguments)

    def _as_instance(self, receiver: Any) -> Any:
        if not _has_method(type(receiver), self._fn):
            return receiver
        token = INSTANCES.of(receiver)
        return receiver if token is None else ("instance", token)

    def _naming_the_parameter(
        self, counted: Values, error: UnkeyableError
    ) -> UnkeyableError:
        for name, value in zip(self._counted, counted, strict=True):
            try:
                digest(value)
            except UnkeyableError as cause:
                return UnkeyableError(f"the parameter {name!r}: {cause}")
        return error


def _signature(fn: Callable[..., Any]) -> inspect.Signature:
    try:
        return inspect.signature(fn)
    except (TypeError, ValueError):
        return _ANY_CALL


def _flat(arguments: Arguments, signature: inspect.Signature) -> Arguments:
    flat = dict(arguments)
    for name, parameter in signature.parameters.items():
        if parameter.kind is _VAR_KEYWORD:
            flat.update(flat.pop(name))
    return flat


def _is_defined_in_class(fn: Callable[..., Any]) -> bool:
    owner = getattr(fn, "__qualname__", "").rpartition(".")[0]
    return inspect.isfunction(fn) and bool(owner) and not owner.endswith("<locals>")


def _has_method(owner: type, fn: Callable[..., Any]) -> bool:
    """Whether the class, or one that it inherits from, has the function as a method."""
    name = getattr(fn, "__name__", "")
    attributes = (vars(base).get(name) for base in owner.__mro__)
    return any(inspect.unwrap(a) is fn for a in attributes if callable(a))
