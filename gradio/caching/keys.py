"""From a call to its key."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing import digest
from gradio.caching.identity import INSTANCES

Arguments = dict[str, Any]
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
        self._omitted = omitted
        self._translate = translate
        self._signature = _signature(fn)
        parameters = self._signature.parameters.values()
        self._simple = all(p.kind is _POSITIONAL for p in parameters)
        self._names = tuple(self._signature.parameters)
        self._in_class = _is_defined_in_class(fn)
        self.runs_user_code = key is not None

    def subject(self, args: tuple[Any, ...], kwargs: Arguments) -> Arguments | None:
        """
        Finds what the result depends on. What a user's `key` raises passes through.
        Parameters:
            args: the positional arguments of the call.
            kwargs: its keyword arguments.
        Returns:
            What is to be hashed, by parameter, or by "key" alone when there is a `key`;
            None if the function can't be called so.
        """
        arguments = self._arguments(args, kwargs)
        if arguments is None:
            return None
        if self._key is not None:
            return {"key": self._key(_flat(arguments, self._signature))}
        for name in self._omitted:
            arguments.pop(name, None)
        return arguments

    def digest(self, subject: Arguments) -> bytes:
        """
        Parameters:
            subject: what `subject` returned.
        Returns:
            The key of the call, 32 bytes. Raises UnkeyableError, naming the parameter.
        """
        counted = {name: self._translate(value) for name, value in subject.items()}
        if self._in_class and counted:
            self._count_receiver_as_instance(counted)
        try:
            # Without the names: they are the same for all calls of the function.
            return digest(tuple(counted.values()))
        except UnkeyableError as error:
            raise self._naming_the_parameter(counted, error) from error

    def _arguments(self, args: tuple[Any, ...], kwargs: Arguments) -> Arguments | None:
        if self._simple and not kwargs and len(args) == len(self._names):
            return dict(zip(self._names, args, strict=True))
        try:
            bound = self._signature.bind(*args, **kwargs)
        except TypeError:
            return None
        bound.apply_defaults()
        return dict(bound.arguments)

    def _count_receiver_as_instance(self, counted: Arguments) -> None:
        name = self._names[0]
        receiver = counted.get(name)
        if _has_method(type(receiver), self._fn):
            token = INSTANCES.of(receiver)
            counted[name] = receiver if token is None else ("instance", token)

    def _naming_the_parameter(
        self, counted: Arguments, error: UnkeyableError
    ) -> UnkeyableError:
        for name, value in counted.items():
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
