"""Every component of Gradio that can be an output, filled by one cached event."""

import math
import os
import struct
import subprocess
import tempfile
import wave
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import gradio as gr

scratch = Path(tempfile.mkdtemp(dir=os.environ.get("GRADIO_TEMP_DIR")))
LINES = "\n".join(f"line {n} of a text that fills its box to the end" for n in range(8))
PICTURE = np.dstack([np.tile(np.arange(256, dtype=np.uint8), (160, 1))] * 3)
FRAME = pd.DataFrame(
    {"x": range(9), "y": [n * n for n in range(9)], "kind": list("abc") * 3}
)


def sound() -> str:
    """A second of a tone, the first time that it is asked for."""
    path = scratch / "tone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1), file.setsampwidth(2), file.setframerate(8000)
        tone = (int(9000 * math.sin(n / 3)) for n in range(8000))
        file.writeframes(b"".join(struct.pack("<h", v) for v in tone))
    return str(path)


def film() -> str:
    path = scratch / "film.mp4"
    source = "testsrc=duration=1:size=320x180:rate=5"
    command = ["ffmpeg", "-y", "-v", "error", "-f", "lavfi", "-i", source]
    subprocess.run([*command, "-pix_fmt", "yuv420p", str(path)], check=True)
    return str(path)


def triangle() -> str:
    path = scratch / "triangle.obj"
    path.write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    return str(path)


def document() -> str:
    path = scratch / "a document with quite a long name.txt"
    path.write_text(LINES)
    return str(path)


def figure() -> Figure:
    drawn = Figure()
    drawn.add_subplot().plot([1, 3, 2])
    return drawn


def annotated():
    mask = np.zeros((160, 256))
    mask[90:, 180:] = 1
    return PICTURE, [(mask, "corner"), ((0, 0, 40, 40), "start")]


def edited():
    return {"background": PICTURE, "layers": [], "composite": PICTURE}


PLOT = {"x": "x", "y": "y", "color": "kind"}
LABELS = {f"class {n}": 0.5 / (n + 1) for n in range(6)}
CHAT = [
    {"role": "user", "content": "What is this?"},
    {"role": "assistant", "content": LINES * 3},
]
# what makes the component, and its value
SHOWN = {
    "textbox": (lambda: gr.Textbox(label="Textbox"), "one line"),
    "lines": (
        lambda: gr.Textbox(label="Lines", lines=4, max_lines=4, buttons=["copy"]),
        LINES,
    ),
    "bare": (lambda: gr.Textbox(label="Bare", container=False), "x" * 300),
    "number": (lambda: gr.Number(label="Number"), 42),
    "slider": (lambda: gr.Slider(label="Slider"), 100),
    "checkbox": (lambda: gr.Checkbox(label="Checkbox"), True),
    "group": (
        lambda: gr.CheckboxGroup(list("abcdefghij"), label="CheckboxGroup"),
        ["a"],
    ),
    "radio": (
        lambda: gr.Radio([f"choice {n}" for n in range(12)], label="Radio"),
        "choice 1",
    ),
    "dropdown": (lambda: gr.Dropdown(["a", "b"], label="Dropdown"), "a"),
    "many": (
        lambda: gr.Dropdown(list("abcd"), label="Many", multiselect=True),
        list("abcd"),
    ),
    "color": (lambda: gr.ColorPicker(label="ColorPicker"), "#00ff00"),
    "date": (lambda: gr.DateTime(label="DateTime"), "2026-01-01 00:00:00"),
    "label": (lambda: gr.Label(label="Label"), LABELS),
    "json": (lambda: gr.JSON(label="JSON"), {"a": list(range(9)), "b": {"c": LINES}}),
    "code": (
        lambda: gr.Code(label="Code", language="python", max_lines=6),
        "x = 1  # set\n" * 30,
    ),
    "html": (lambda: gr.HTML(label="HTML", show_label=True), f"<p>{LINES * 2}</p>"),
    "markdown": (lambda: gr.Markdown(label="Markdown"), f"# Title\n\n{LINES * 2}"),
    "markdown_boxed": (
        lambda: gr.Markdown(label="Boxed", container=True, buttons=["copy"]),
        LINES * 2,
    ),
    "highlighted": (
        lambda: gr.HighlightedText(label="HighlightedText", show_legend=True),
        [("word ", "noun"), ("other words that go on ", None)] * 20,
    ),
    "frame": (lambda: gr.Dataframe(label="Dataframe"), FRAME),
    "image": (lambda: gr.Image(label="Image"), PICTURE),
    "image_in": (
        lambda: gr.Image(label="Image, interactive", interactive=True),
        PICTURE,
    ),
    "gallery": (lambda: gr.Gallery(label="Gallery"), [(PICTURE, "a caption")] * 7),
    "slides": (lambda: gr.ImageSlider(label="ImageSlider"), (PICTURE, PICTURE // 2)),
    "editor": (lambda: gr.ImageEditor(label="ImageEditor"), edited),
    "annotated": (lambda: gr.AnnotatedImage(label="AnnotatedImage"), annotated),
    "audio": (lambda: gr.Audio(label="Audio"), sound),
    "audio_in": (lambda: gr.Audio(label="Audio, interactive", interactive=True), sound),
    "video": (lambda: gr.Video(label="Video"), film),
    "model": (lambda: gr.Model3D(label="Model3D"), triangle),
    "file": (
        lambda: gr.File(label="File", file_count="multiple"),
        lambda: [document()] * 3,
    ),
    "files": (lambda: gr.FileExplorer(label="FileExplorer", root_dir=scratch), []),
    "plot": (lambda: gr.Plot(label="Plot"), figure),
    "line_plot": (lambda: gr.LinePlot(label="LinePlot", **PLOT), FRAME),
    "bar_plot": (lambda: gr.BarPlot(label="BarPlot", **PLOT), FRAME),
    "scatter_plot": (lambda: gr.ScatterPlot(label="ScatterPlot", **PLOT), FRAME),
    "chatbot": (lambda: gr.Chatbot(label="Chatbot", height=200), CHAT),
    "multimodal": (
        lambda: gr.MultimodalTextbox(label="MultimodalTextbox"),
        lambda: {"text": LINES, "files": [document()]},
    ),
    "dialogue": (
        lambda: gr.Dialogue(speakers=["A", "B"], label="Dialogue"),
        [
            {"speaker": "A", "text": "Good morning."},
            {"speaker": "B", "text": "Good night."},
        ],
    ),
    "params": (
        lambda: gr.ParamViewer(),
        {"x": {"type": "int", "description": "A number.", "default": "1"}},
    ),
    "button": (lambda: gr.Button("Button"), "Button"),
    "download": (lambda: gr.DownloadButton("DownloadButton"), document),
    "upload": (lambda: gr.UploadButton("UploadButton"), None),
    "timer": (lambda: gr.Timer(1e6), 1e6),
    "state": (lambda: gr.State(), "kept"),
    "browser": (lambda: gr.BrowserState(), "kept"),
}


def value_of(name):
    value = SHOWN[name][1]
    return value() if callable(value) else value


@gr.cache
def fill(_):
    return [value_of(name) for name in placed]


placed: list[str] = []
outputs: list[gr.components.Component] = []


def place(*names: str) -> None:
    for name in names:
        outputs.append(SHOWN[name][0]())
        placed.append(name)


with gr.Blocks(title="Gallery") as demo:
    seed = gr.Textbox("a", label="Seed")
    start = gr.Button("Fill")
    with gr.Row():
        with gr.Column():
            place(*list(SHOWN)[::2])
        with gr.Column():
            place(*list(SHOWN)[1::2])
    with gr.Group():
        place(
            "audio",
            "image",
            "video",
            "label",
            "markdown",
            "image",
            "textbox",
            "frame",
            "html",
        )
    with gr.Row():
        place("number", "checkbox", "textbox", "slider")
    with gr.Tabs(), gr.Tab("First"):
        place("label", "audio")
    with gr.Accordion("Accordion"):
        place("markdown", "checkbox")
    place("label")
    gr.Textbox(" ".join(placed), label="Placed", elem_id="placed", visible="hidden")
    start.click(fill, seed, outputs)

if __name__ == "__main__":
    demo.launch()
