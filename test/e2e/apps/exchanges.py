"""Cached events beside ones that run: chains, generators, toasts, two at once."""

import threading

import gradio as gr

released = threading.Event()


@gr.cache
def greet(name):
    return f"Hello {name}"


@gr.cache
def tell(name):
    gr.Info(f"A tale of {name}")
    for words in range(1, 9):
        yield " ".join([name] * words)


@gr.cache
def fill(name):
    return name + "x" * 1_100_000


def hold(name):
    released.wait(60)
    released.clear()
    return f"held {name}"


with gr.Blocks() as demo:
    name = gr.Textbox("Ada", label="Name")
    hello = gr.Textbox(label="Hello")
    tale = gr.Textbox(label="Tale")
    held = gr.Textbox(label="Held")
    last = gr.Textbox(label="Last")

    gr.Button("Greet").click(greet, name, hello)
    gr.Button("Tell").click(tell, name, tale)
    gr.Button("Fill").click(fill, name, tale)
    gr.Button("Hold").click(hold, name, held)
    gr.Button("Release").click(lambda: released.set(), queue=False)
    chain = gr.Button("Chain").click(greet, name, hello)
    chain.then(tell, name, tale).success(greet, tale, last)
    both = gr.Button("Both")
    both.click(greet, name, hello)
    both.click(tell, name, tale)

if __name__ == "__main__":
    demo.launch()
