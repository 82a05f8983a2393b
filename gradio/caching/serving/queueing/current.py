"""The components and functions of an app as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradio.blocks import Blocks
    from gradio.queueing import Queue


def blocks_of(queue: Queue) -> Blocks:
    """Return the blocks that are served: a reload leaves the queue those before it."""
    return queue.blocks.state_holder.blocks
