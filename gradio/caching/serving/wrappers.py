"""Functions that Gradio itself wraps around a user's, seen as the user's function."""

from __future__ import annotations

import contextlib
import copy
import functools
import inspect
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from types import CodeType, FunctionType, MethodType
from typing import Any, NamedTuple

from gradio import chat_interface, events, utils
from gradio.caching.keys import Call
from gradio.chat_interface import ChatInterface

# What gives a stored result: a coroutine function or an async generator function.
ReplayFunction = Callable[..., Any]

# What a chat does before and after it calls the user's function.
_CHAT_STEPS = (
    "_submit_fn",
    "_stream_fn",
    "_append_message_to_history",
    "_message_as_message_dict",
)


class Callee(NamedTuple):
    """
    A function, and what it is given before and besides the arguments of the wrapper.
    """

    fn: Any
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = {}

    def called_with(self, given: Call) -> Call:
        """Returns the call of the function that a call of the wrapper makes."""
        return Call((*self.args, *given.args), {**self.kwargs, **given.kwargs})


def callee_of(fn: Any) -> Callee:
    """Returns what a wrapper of Gradio's calls, or `fn` if it is none."""
    inner, args, kwargs = inner_function(fn), (), {}
    # Of other listeners, a request would be known by its payload alone.
    while _chat_of(fn) is not None and type(inner) is functools.partial:
        args, kwargs = inner.args + args, {**inner.keywords, **kwargs}
        inner = inner.func
    receiver = getattr(inner, "__self__", None)
    return Callee(inner, args if receiver is None else (receiver, *args), kwargs)


def inner_function(fn: Any) -> Any:
    """Returns the function that a wrapper of Gradio's calls, or `fn` if it is none."""
    if (interface := _chat_of(fn)) is not None:
        return interface.fn
    if (variable := _PASSING_ON.get(_code_id(fn))) is None:
        return fn
    inner = _closure(fn)[variable]
    # Of any other kind, Gradio would pass on the generator or coroutine itself.
    return fn if _is_special(inner) else inner_function(inner)


def adds_to_result(fn: Any) -> bool:
    """Tells whether a wrapper shows more than what the user's function returned."""
    return _chat_of(fn) is not None


def wraps_for_chat(fn: Any) -> bool:
    """Tells whether a function is a chat's, whose own function may be replaced."""
    return _code_id(fn) in _CHAT


def rewrapped(
    fn: Any, replay: ReplayFunction, arguments: Sequence[Any]
) -> ReplayFunction:
    """Wraps what gives a result as the user's function was; it takes no inputs."""
    if (interface := _chat_of(fn)) is None:
        return replay
    # Gradio's own code does the rest, in the event loop and not in a thread.
    chat = copy.copy(interface)
    chat.fn, chat.is_async = replay, True
    if not interface.is_generator:
        return _call(MethodType(ChatInterface._submit_fn, chat), arguments)
    return _generate(MethodType(ChatInterface._stream_fn, chat), arguments)


def _call(fn: Callable[..., Any], arguments: Sequence[Any]) -> ReplayFunction:
    async def call() -> Any:
        return await fn(*arguments)

    return call


def _generate(fn: Callable[..., Any], arguments: Sequence[Any]) -> ReplayFunction:
    async def generate() -> AsyncIterator[Any]:
        async with contextlib.aclosing(fn(*arguments)) as items:
            async for item in items:
                yield item

    return generate


def _chat_of(fn: Any) -> ChatInterface | None:
    """The chat whose function an event's function wraps, if it does nothing else."""
    if not wraps_for_chat(fn):
        return None
    submit = _closure(fn).get("submit_fn")
    chat = getattr(submit, "__self__", None)
    if not isinstance(chat, ChatInterface):
        return None
    own = all(_is_gradios(getattr(chat, name, None)) for name in _CHAT_STEPS)
    return chat if own and _is_gradios(submit) else None


def _is_gradios(method: Any) -> bool:
    """Not one that a subclass or a patch of the user's put in its place."""
    function = getattr(method, "__func__", None)
    return getattr(function, "__globals__", None) is vars(chat_interface)


def _is_special(fn: Any) -> bool:
    kinds = (
        inspect.iscoroutinefunction,
        inspect.isgeneratorfunction,
        inspect.isasyncgenfunction,
    )
    return any(is_kind(fn) for is_kind in kinds)


def _code_id(fn: Any) -> int:
    return id(fn.__code__ if type(fn) is FunctionType else None)


def _closure(fn: Any) -> dict[str, Any]:
    cells = fn.__closure__ or ()
    return {
        name: cell.cell_contents
        for name, cell in zip(fn.__code__.co_freevars, cells, strict=True)
    }


def _within(fn: Any, variable: str) -> Iterator[int]:
    """The ids of the code within that takes any arguments and uses a variable."""
    todo = [fn.__code__]
    while todo:
        code = todo.pop()
        todo += [c for c in code.co_consts if isinstance(c, CodeType)]
        takes_any = code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS)
        if variable in code.co_freevars and takes_any:
            yield id(code)


# By the code, which lives as long as Gradio: wrappers of users copy attributes only.
_CHAT = frozenset(_within(ChatInterface._api_wrapper, "submit_fn"))
_PASSING_ON: dict[int, str] = {
    **dict.fromkeys(_within(events.EventListener._setup, "func"), "func"),
    **dict.fromkeys(_within(events.on, "func"), "func"),
    **dict.fromkeys(_within(events.api, "func"), "func"),
    **dict.fromkeys(_within(utils.async_lambda, "f"), "f"),
}
