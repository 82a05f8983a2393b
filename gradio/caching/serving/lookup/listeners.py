"""What of an event listener is the same for all of its requests, found out once."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradio.caching.calls.call_keys import INPUT
from gradio.caching.context.parameters import (
    depends_on_request,
    passed_by_gradio,
    takes_inputs_alone,
)
from gradio.caching.keys import Call
from gradio.caching.release.calls import placed
from gradio.caching.serving.queueing.events import python_function_of
from gradio.caching.serving.wrappers import callee_of, wraps_for_chat

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction

_NOTED = "_gradio_caching_listener"


@dataclass(frozen=True, slots=True)
class Listener:
    """A listener that runs a function in Python."""

    function: Any
    inputs: Any
    depends_on_request: bool
    call: Call
    """The arguments of the cached function, INPUT for those that are inputs."""


def listener_of(fn: BlockFunction) -> Listener:
    """Finds out about a listener whose requests a cache may answer."""
    noted = vars(fn).get(_NOTED)
    # A copy of a listener may have another function, or no inputs.
    if noted and noted.function is fn.fn and noted.inputs is fn.inputs:
        return noted
    call, is_fixed = _marked_call(fn)
    called = callee_of(fn.fn).called_with(call)
    listener = Listener(fn.fn, fn.inputs, _depends_on_request(fn), called)
    if is_fixed:
        vars(fn)[_NOTED] = listener
    return listener


def _marked_call(fn: BlockFunction) -> tuple[Call, bool]:
    """What Gradio calls the function with, and whether it will always be that."""
    function, count = python_function_of(fn), 1 if fn.inputs_as_dict else len(fn.inputs)
    passed, named = placed(fn, function, [INPUT] * count)
    is_alone = takes_inputs_alone(weakref.ref(function), len(passed))
    if not is_alone:
        passed = passed_by_gradio(function, passed)
    # The function of a chat may be replaced, defaults may be given anew.
    return Call(tuple(passed), named), is_alone and not wraps_for_chat(function)


def _depends_on_request(fn: BlockFunction) -> bool:
    function = python_function_of(fn)
    return depends_on_request(getattr(function, "__func__", function))
