"""A chat that answers at once, and one that streams."""

import hashlib

import gradio as gr


@gr.cache
def reply(message, history):
    hashlib.pbkdf2_hmac("sha256", b"slow", b"enough", 200_000)  # to save time by a hit
    return f"{len(history)}: {message}"


@gr.cache
def tell(message, history):
    for i in range(1, 5):
        yield " ".join([message] * i)


with gr.Blocks() as demo:
    with gr.Tab("Reply"):
        gr.ChatInterface(
            reply,
            chatbot=gr.Chatbot(label="Replies"),
            textbox=gr.Textbox(placeholder="Ask", submit_btn="Send"),
        )
    with gr.Tab("Tell"):
        gr.ChatInterface(
            tell,
            chatbot=gr.Chatbot(label="Tales"),
            textbox=gr.Textbox(placeholder="Begin", submit_btn="Tell on"),
        )

if __name__ == "__main__":
    demo.launch()
