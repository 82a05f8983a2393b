"""Finds the entry that answers an event, without running its function."""

from __future__ import annotations

import copy
import functools
import time
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
from anyio.to_thread import run_sync

from gradio import route_utils, utils
from gradio.caching.engine import Engine
from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.scope.parameters import filled_in_by_gradio
from gradio.caching.serving.events import body_of, python_function_of
from gradio.caching.serving.session_order import SessionOrder
from gradio.caching.serving.wrappers import callee_of
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot
from gradio.caching.tickets import Ticket
from gradio.helpers import Progress, create_tracker, special_args

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.queueing import Event, Queue
    from gradio.state_holder import SessionState

T = TypeVar("T")

# Up to this size, hashing takes less time than handing it to a thread.
_QUICK_BYTES = 64 * 1024
_LOOKUPS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Found:
    """
    What a lookup told.
    Parameters:
        ticket: where the result of the event belongs, None if it must run uncached.
        entry: the entry, or MISS.
        values: what preprocessing left as the values of the input components, by their
            ids.
        inputs: the preprocessed inputs, None if they can't be used for the run.
        size: bytes of the inputs.
        arguments: what the event's function would be called with.
        seconds: how long it took to preprocess the inputs.
    """

    ticket: Ticket | None
    entry: Entry | Miss
    values: Mapping[int, Any]
    inputs: list[Any] | None
    size: int
    arguments: Sequence[Any] = ()
    seconds: float = 0.0


NOTHING = Found(None, MISS, {}, None, 0)


class Lookups:
    """
    Looks up events of one queue. For one event loop.
    Parameters:
        queue: the queue.
        order: says whether an event's turn has come in its session.
    """

    def __init__(self, queue: Queue, order: SessionOrder | None = None) -> None:
        self._queue = queue
        self._order = order
        # Threads of its own: a lookup never waits for the threads that runs need.
        self._limiter = anyio.CapacityLimiter(_LOOKUPS_AT_ONCE)

    async def find(self, event: Event, engine: Engine) -> Found:
        """
        Parameters:
            event: the event.
            engine: the engine of its function.
        Returns:
            What was found. Nothing, if anything fails: the run will meet the same and
            show it as without a cache.
        """
        try:
            if self._order is None or self._order.is_next(event):
                return await self._find(event, engine)
            return NOTHING
        except Exception:
            return NOTHING

    async def _find(self, event: Event, engine: Engine) -> Found:
        state = self._queue.blocks.state_holder[event.session_hash]
        started = time.monotonic()
        inputs = await self._preprocessed(event, state)
        seconds = time.monotonic() - started
        values = values_in(state, event.fn.inputs)
        arguments, progress = self._arguments(event, inputs)
        size = size_of(inputs)
        ask = self._in_call(event, state, engine.ticket, progress)
        ticket = await self._ticket(event, engine, ask, arguments, size)
        entry = MISS if ticket is None else engine.lookup(ticket)
        given = inputs if _stay_valid(event.fn) else None
        return Found(ticket, entry, values, given, size, arguments, seconds)

    async def _preprocessed(self, event: Event, state: SessionState) -> list[Any]:
        # Preprocessing writes into the payload of inputs that pass all their
        # properties.
        payload = body_of(event).data
        if event.fn.component_prop_inputs:
            payload = copy.deepcopy(payload)
        return await self._queue.blocks.preprocess_data(event.fn, payload, state)

    def _arguments(
        self, event: Event, inputs: list[Any]
    ) -> tuple[list[Any], Progress | None]:
        fn, body = event.fn, body_of(event)
        if fn.inputs_as_dict:
            inputs = [dict(zip(fn.inputs, inputs, strict=False))]
        else:
            # A copy: what Gradio injects is inserted into it. A batch function is
            # looked up as for a batch of one.
            inputs = [(value,) for value in inputs] if fn.batch else list(inputs)
        function = python_function_of(fn)
        plain = weakref.ref(getattr(function, "__func__", function))
        if not (fn.component_prop_inputs or _takes_more_than_inputs(plain)):
            return inputs, None
        config = self._queue.blocks.state_holder[event.session_hash].blocks_config
        arguments, progress, *_ = special_args(
            function,
            inputs,
            request_of(event),
            route_utils.prepare_event_data(config, body),
            component_props=_component_props(fn, inputs),
        )
        return arguments, None if progress is None else arguments[progress]

    def _in_call(
        self,
        event: Event,
        state: SessionState,
        fn: Callable[..., T],
        progress: Progress | None,
    ) -> Callable[..., T]:
        """The function as Gradio would call it for the event."""
        call = utils.get_function_with_locals(
            fn=fn,
            blocks=self._queue.blocks,
            event_id=event._id,
            in_event_listener=True,
            request=request_of(event),
            state=state,
        )
        return (
            call if progress is None else create_tracker(call, progress.track_tqdm)[1]
        )

    async def _ticket(
        self,
        event: Event,
        engine: Engine,
        make_ticket: Callable[..., Ticket | None],
        arguments: list[Any],
        size: int,
    ) -> Ticket | None:
        callee = callee_of(event.fn.fn)
        args, kwargs = (*callee.args, *arguments), dict(callee.kwargs)
        if engine.keys.runs_user_code or size > _QUICK_BYTES:
            return await run_sync(make_ticket, args, kwargs, limiter=self._limiter)
        # As in a thread: what is set for the call is not left to what comes after.
        return copy_context().run(make_ticket, args, kwargs)


@functools.lru_cache(maxsize=1024)
def _takes_more_than_inputs(fn: weakref.ref[Any]) -> bool:
    function = fn()
    return function is None or bool(filled_in_by_gradio(function))


def _stay_valid(fn: BlockFunction) -> bool:
    """A batch is preprocessed as a whole; a state may change while the event waits."""
    return not fn.batch and not any(block.stateful for block in fn.inputs)


def request_of(event: Event) -> Any:
    """
    Parameters:
        event: an event of a queue.
    Returns:
        The `gr.Request` that its function may ask for.
    """
    return route_utils.compile_gr_request(
        body=body_of(event), fn=event.fn, username=event.username, request=None
    )


def _component_props(fn: BlockFunction, inputs: list[Any]) -> dict[int, dict[str, Any]]:
    return {
        i: inputs[i]
        for i in fn.component_prop_inputs
        if i < len(inputs) and isinstance(inputs[i], dict)
    }


def values_in(state: SessionState, blocks: Iterable[Any]) -> dict[int, Any]:
    """
    Parameters:
        state: the state of a session.
        blocks: components.
    Returns:
        Copies of the values that the session has for them, by their ids.
    """
    configs = ((b._id, state.config_values.get(b._id, {})) for b in blocks)
    return {
        component: snapshot(config["props"]["value"])
        for component, config in configs
        if "value" in config.get("props", ())
    }
