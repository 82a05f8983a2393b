"""The components and functions of an app as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.blocks import Blocks
    from gradio.data_classes import PredictBodyInternal
    from gradio.queueing import Queue


def blocks_of(queue: Queue) -> Blocks:
    """Return the blocks that are served: a reload leaves the queue those before it."""
    return queue.blocks.state_holder.blocks


def function_of(queue: Queue, body: PredictBodyInternal) -> BlockFunction | None:
    """
    Find the listener that a request is for: the session's if it has a state, which is
    not built for this.
    """
    states = queue.blocks.state_holder.session_data
    if body.session_hash in states:
        return states[body.session_hash].blocks_config.fns.get(body.fn_index)
    return blocks_of(queue).fns.get(body.fn_index)
