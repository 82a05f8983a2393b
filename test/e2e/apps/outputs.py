"""Events whose outputs show a badge, and events whose outputs must not."""

import hashlib
import threading

import gradio as gr

released = threading.Event()


@gr.cache
def greet(name):
    hashlib.pbkdf2_hmac("sha256", b"slow", b"enough", 200_000)  # to save time by a hit
    return f"Hello {name}", f"Bye {name}"


@gr.cache
def echo(text):
    return text


@gr.cache
def refuse(text):
    raise gr.Error("No.")


def shout(text):
    return echo(text).upper()


def hold(text):
    released.wait(60)
    released.clear()
    return f"held {text}"


def release():
    released.set()


with gr.Blocks() as demo:
    name = gr.Textbox("Ada", label="Name")
    with gr.Row():
        hello = gr.Textbox(label="Hello")
        bye = gr.Textbox(label="Bye")
    other = gr.Textbox(label="Other")

    with gr.Row():
        gr.Button("Greet").click(greet, name, [hello, bye])
        gr.Button("Change").click(echo, name, name)
        gr.Button("Shout").click(shout, name, other)
        gr.Button("Plain").click(lambda text: f"plain {text}", name, other)
    with gr.Row():
        gr.Button("Hidden").click(echo, name, other, show_progress="hidden")
        gr.Button("Minimal").click(echo, name, other, show_progress="minimal")
        gr.Button("Nowhere").click(echo, name)
        gr.Button("Refuse").click(refuse, name, other)
    with gr.Row():
        gr.Button("Hold").click(hold, name, hello)
        gr.Button("Release").click(release)

if __name__ == "__main__":
    demo.launch()
