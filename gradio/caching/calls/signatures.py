"""What a call of a callable binds: its own parameters, and what it is bound to."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from types import (
    BuiltinFunctionType,
    FunctionType,
    MethodType,
    ModuleType,
)
from typing import Any, NamedTuple

ANY_CALL = inspect.Signature(
    [
        inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL),
        inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD),
    ]
)
VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Bound(NamedTuple):
    """What every call of a callable is given: by a method, a partial or an object."""

    receivers: tuple[Any, ...] = ()
    args: tuple[Any, ...] = ()
    keywords: tuple[tuple[str, Any], ...] = ()


class _Known:
    """A callable of which nothing but the signature is known."""

    def __init__(self, signature: inspect.Signature) -> None:
        self.__signature__ = signature

    def __call__(self) -> None: ...


def own_signature(fn: Callable[..., Any]) -> inspect.Signature:
    """
    Tells what the callable itself takes, whatever function it wraps or claims to be.
    """
    try:
        return _own(fn)
    except (TypeError, ValueError):
        return ANY_CALL


def told_signature(fn: Callable[..., Any]) -> inspect.Signature | None:
    """Tells what the callable says it takes: the signature of what it wraps."""
    try:
        return inspect.signature(fn)
    except (TypeError, ValueError):
        return None


def are_alike(one: inspect.Signature, other: inspect.Signature) -> bool:
    """Tells whether two signatures agree in names, kinds and default objects."""
    pairs = list(zip(one.parameters.values(), other.parameters.values(), strict=False))
    return len(one.parameters) == len(other.parameters) and all(
        (p.name, p.kind) == (q.name, q.kind) and p.default is q.default
        for p, q in pairs
    )


@functools.singledispatch
def _own(fn: Any) -> inspect.Signature:
    call = inspect.getattr_static(type(fn), "__call__", None)
    if isinstance(call, staticmethod):
        return _own(call.__func__)
    return _without_first(_own(call)) if isinstance(call, FunctionType) else ANY_CALL


@_own.register
def _(fn: FunctionType) -> inspect.Signature:
    # Without its attributes, one of which may be the signature of another function.
    code, names, closure = fn.__code__, fn.__globals__, fn.__closure__
    bare = FunctionType(code, names, fn.__name__, fn.__defaults__, closure)
    bare.__kwdefaults__ = fn.__kwdefaults__
    return inspect.signature(bare)


@_own.register
def _(fn: MethodType) -> inspect.Signature:
    return _without_first(_own(fn.__func__))


@_own.register
def _(fn: BuiltinFunctionType) -> inspect.Signature:
    return inspect.signature(fn)


@_own.register
def _(fn: functools.partial) -> inspect.Signature:
    known = functools.partial(_Known(_own(fn.func)), *fn.args, **fn.keywords)
    return inspect.signature(known)


@_own.register
def _(fn: type) -> inspect.Signature:
    init: Any = fn.__init__
    is_usual = type(fn).__call__ is type.__call__ and fn.__new__ is object.__new__
    if is_usual and isinstance(init, FunctionType):
        return _without_first(_own(init))
    return ANY_CALL


def _without_first(signature: inspect.Signature) -> inspect.Signature:
    first, *others = signature.parameters.values()
    others = [first, *others] if first.kind in VARIADIC else others
    return signature.replace(parameters=others)


@functools.singledispatch
def live_defaults(fn: Any) -> tuple[Any, ...]:
    """Lists what a callable fills in by itself; other objects may stand there later."""
    call = inspect.getattr_static(type(fn), "__call__", None)
    return live_defaults(call) if isinstance(call, FunctionType) else ()


@live_defaults.register
def _(fn: FunctionType) -> tuple[Any, ...]:
    return fn.__defaults__, *(fn.__kwdefaults__ or {}).values()


@live_defaults.register
def _(fn: MethodType) -> tuple[Any, ...]:
    return live_defaults(fn.__func__)


@live_defaults.register
def _(fn: functools.partial) -> tuple[Any, ...]:
    return *fn.keywords.values(), *live_defaults(fn.func)


def wrapped_callables(fn: Any) -> Iterator[Any]:
    """Lists what a callable says it wraps, the outermost first."""
    seen: set[int] = set()
    current = _wrapped(fn)
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = _wrapped(current)


def _wrapped(fn: Any) -> Any:
    if isinstance(fn, MethodType):
        return _wrapped(fn.__func__)
    if isinstance(fn, functools.partial):
        return _wrapped(fn.func)
    try:
        return vars(fn).get("__wrapped__")
    except TypeError:
        return None


@functools.singledispatch
def bound_by(fn: Any) -> Bound:
    """Finds what every call of a callable is given as it is now."""
    return Bound() if isinstance(fn, type) else Bound(receivers=(fn,))


@bound_by.register
def _(fn: FunctionType) -> Bound:  # noqa: ARG001
    return Bound()


@bound_by.register
def _(fn: MethodType) -> Bound:
    return Bound(receivers=(fn.__self__,))


@bound_by.register
def _(fn: BuiltinFunctionType) -> Bound:
    of_module = fn.__self__ is None or isinstance(fn.__self__, ModuleType)
    return Bound() if of_module else Bound(receivers=(fn.__self__,))


@bound_by.register
def _(fn: functools.partial) -> Bound:
    inner = bound_by(fn.func)
    args, keywords = (*inner.args, *fn.args), {**dict(inner.keywords), **fn.keywords}
    return Bound(inner.receivers, args, tuple(sorted(keywords.items())))
