"""Preprocessing ahead of the queue: in threads that no run needs, and what it costs."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import anyio

from gradio.caching.offload import off_loop
from gradio.caching.serving.lookup.decoding import Cost, cost_of
from gradio.caching.serving.queueing.events import body_of
from gradio.caching.serving.queueing.run_context import accepts_file

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.blocks import Blocks
    from gradio.caching.engine import Engine
    from gradio.queueing import Event
    from gradio.state_holder import SessionState


async def preprocess(
    blocks: Blocks, event: Event, state: SessionState, limiter: anyio.CapacityLimiter
) -> list[Any]:
    """Preprocesses the payload of an event, in threads that a limiter counts."""
    # Preprocessing writes into the payload of inputs that pass all their properties.
    payload: Any = body_of(event).data
    if event.fn.component_prop_inputs:
        payload = await off_loop(limiter, copy.deepcopy, payload)
    in_own_threads: Any = _WithLimiter(blocks, limiter)
    run = type(blocks).preprocess_data
    return await run(in_own_threads, event.fn, payload, state)


def preprocessing_cost(blocks: Blocks, event: Event) -> Cost | None:
    """Estimates what preprocessing an event takes, None if that can't be told."""
    fn = event.fn
    state = blocks.state_holder.session_data.get(event.session_hash)
    inputs = fn.inputs if state is None else _own(state, fn.inputs)
    if not stays_valid(fn) and any(map(_is_used_up, inputs)):
        return None
    accepts = functools.partial(accepts_file, event)
    return cost_of(fn, inputs, body_of(event).data, accepts)


def runs_foreign_code(event: Event, engine: Engine) -> bool:
    """Whether a look-up runs code of the app's, or of components from elsewhere."""
    return engine.keys.runs_user_code or not all(map(_is_gradio_s, event.fn.inputs))


def _is_gradio_s(block: Any) -> bool:
    """Whether it is Gradio's own code that preprocesses for a component."""
    method = getattr(type(block), "preprocess", None)
    return getattr(method, "__module__", "").startswith("gradio.")


def stays_valid(fn: BlockFunction) -> bool:
    """A batch is preprocessed as a whole; a state may change while the event waits."""
    return not fn.batch and not any(block.stateful for block in fn.inputs)


class _WithLimiter:
    """An app whose preprocessing runs in threads that no run needs."""

    def __init__(self, blocks: Any, limiter: anyio.CapacityLimiter) -> None:
        self._blocks = blocks
        self.limiter = limiter

    def __getattr__(self, name: str) -> Any:
        return getattr(self._blocks, name)


def _own(state: SessionState, blocks: Iterable[Any]) -> list[Any]:
    """The components as the session has them."""
    return [state.blocks_config.blocks.get(b._id, b) for b in blocks]


def _is_used_up(block: Any) -> bool:
    """Whether a component can be preprocessed but once: it has pictures sent ahead."""
    return bool(getattr(block, "blob_storage", None))
