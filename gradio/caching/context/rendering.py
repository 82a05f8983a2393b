"""What a function draws on the page, which no stored result can draw again."""

from __future__ import annotations

from gradio.context import LocalContext


def render_state() -> tuple[int, ...]:
    """
    Counts what is on the page that `gr.render` is making, as numbers that change when
    components or listeners are added; empty outside a render.
    """
    if LocalContext.renderable.get(None) is None:
        return ()
    block = LocalContext.render_block.get(None)
    config = LocalContext.blocks_config.get(None)
    children = getattr(block, "children", ())
    fns = () if config is None else config.fns
    blocks = () if config is None else config.blocks
    return len(children), len(blocks), len(fns)
