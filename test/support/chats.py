"""Chats, what a page does with them, and what it is told."""

import re

import gradio as gr

OF_THE_QUEUE = {"estimation", "process_starts"}
OF_A_RUN = {"event_id", "duration", "average_duration"}
OF_THE_CACHE = {"used_cache", "cache_duration", "avg_time"}


def plain(message, history):
    return f"{len(history)}: {message}"


def streamed(message, history):
    for i in range(1, 4):
        yield f"{len(history)}: {message}"[:i]


async def coroutine(message, history):
    return f"{len(history)}: {message}"


async def streamed_by_a_coroutine(message, history):
    for i in range(1, 4):
        yield f"{len(history)}: {message}"[:i]


def with_metadata(message, history):
    yield {"role": "assistant", "content": "hm", "metadata": {"title": "thinking"}}
    yield [
        gr.ChatMessage("thought", metadata={"title": "done", "status": "done"}),
        {"role": "assistant", "content": f"{len(history)}: {message}"},
    ]


def with_options(message, history):
    options = [{"value": "yes"}, {"value": "no", "label": "No!"}]
    return gr.ChatMessage(f"{len(history)}: {message}", options=options)


def with_a_component(message, history):
    return gr.HTML(f"<b>{len(history)}: {message}</b>")


def with_toasts(message, history, progress=gr.Progress()):  # noqa: B008
    gr.Info(f"I answer {message}")
    return f"{len(history)}: {message}"


KINDS = [
    coroutine,
    streamed_by_a_coroutine,
    with_metadata,
    with_options,
    with_a_component,
    with_toasts,
]


def talk(page, chat, *messages):
    for message in messages:
        page.set(chat.textbox, message)
        page.trigger(chat.textbox, "submit")


def said(page):
    """What the page was sent for the function's events, and what it shows."""
    events = [
        [seen(m) for m in messages if m["msg"] not in OF_THE_QUEUE]
        for messages in page.of("_submit_fn")
    ]
    return events, [seen(value) for value in page.values.values()]


def seen(data):
    """Without what differs between any two runs."""
    if isinstance(data, dict):
        left_out = OF_A_RUN | OF_THE_CACHE
        return {k: seen(v) for k, v in data.items() if k not in left_out}
    if isinstance(data, list):
        return [seen(value) for value in data]
    if isinstance(data, str):
        return re.sub(r"127\.0\.0\.1:\d+", "here", data)
    return data


def used(page):
    return [messages[-1].get("used_cache") for messages in page.of("_submit_fn")]


def all_that_a_page_can_do(page, chat):
    talk(page, chat, "hi", "there")
    page.trigger(chat.chatbot, "retry")
    page.trigger(chat.chatbot, "undo")
    talk(page, chat, "more")
    edit = {"index": 0, "value": "ho", "previous_value": "hi"}
    page.trigger(chat.chatbot, "edit", edit)
    page.trigger(chat.chatbot, "option_select", {"index": 1, "value": "yes"})
    example = {"index": 0, "value": {"text": "an example"}}
    page.trigger(chat.chatbot, "example_select", example)
    page.trigger(chat.chatbot, "clear")
    talk(page, chat, "hi")
