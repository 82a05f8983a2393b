"""An app as it is now: its components, functions and sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.blocks import Blocks
    from gradio.data_classes import PredictBodyInternal
    from gradio.queueing import Queue
    from gradio.routes import App
    from gradio.state_holder import SessionState, StateHolder


def blocks_of(queue: Queue) -> Blocks:
    """Returns the blocks that are served: a reload leaves the queue those before it."""
    return queue.blocks.state_holder.blocks


def function_of(queue: Queue, body: PredictBodyInternal) -> BlockFunction | None:
    """
    Finds the listener that a request is for: the session's if it has a state, which is
    not built for this.
    """
    state = state_of(queue, body.session_hash)
    fns = blocks_of(queue).fns if state is None else state.blocks_config.fns
    return fns.get(body.fn_index)


def app_of(queue: Queue) -> App:
    """Returns the app that the queue is of."""
    return cast("App", queue.server_app)


def states_of(queue: Queue) -> StateHolder:
    """Returns what holds, and builds, the states of an app's sessions."""
    return queue.blocks.state_holder


def state_of(queue: Queue, session_hash: str | None) -> SessionState | None:
    """Returns the state of a session, None if it has none, which is not built."""
    states = states_of(queue).session_data
    return None if session_hash is None else states.get(session_hash)
