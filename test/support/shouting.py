"""A cached function that apps have; what it knows is forgotten before each test."""

from typing import Any

import gradio as gr


@gr.cache
def shout(text):
    return text.upper() + "!"


def works(app: Any, fn: Any = shout) -> bool:
    """Whether an app with that function runs it, and answers it from its cache."""
    return [app.run(fn, "works").data for _ in range(2)] == [["WORKS!"]] * 2
