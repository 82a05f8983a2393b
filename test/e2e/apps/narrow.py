"""Outputs in a column that scrolls, one of them a picture that can fill the screen."""

import numpy as np

import gradio as gr

CSS = """
#scrolled { height: 300px; overflow-y: auto; flex-wrap: nowrap }
#scrolled > * { flex-shrink: 0 }
"""


@gr.cache
def fill(_):
    return "line\n\n" * 20, np.zeros((90, 160, 3), np.uint8), "end"


with gr.Blocks() as demo:
    start = gr.Button("Fill")
    with gr.Column(elem_id="scrolled"):
        text = gr.Markdown(elem_id="text")
        picture = gr.Image(label="Picture", elem_id="picture", min_width=50)
    with gr.Row():
        end = gr.Textbox(label="End", elem_id="end", min_width=20, scale=0)
    start.click(fill, start, [text, picture, end])

if __name__ == "__main__":
    demo.launch(css=CSS)
