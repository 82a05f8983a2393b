"""Functions whose results no store can take, and apps of them."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

import gradio as gr
from support.restarts import Runs

RUNS = Runs()


def figure_of(*heights):
    figure = Figure(figsize=(1, 1))
    figure.subplots().plot(heights)
    return figure


def plot(text):
    RUNS.append(text)
    gr.Info("plotted")
    return figure_of(1, len(RUNS))


def plot_and_draw(text):
    RUNS.append(text)
    return figure_of(1, 2), np.full((64, 8, 3), len(RUNS), np.uint8)


def plot_in_steps(text):
    RUNS.append(text)
    for height in range(3):
        yield figure_of(1, height)


def app_of(fn, outputs=(gr.Plot,), listeners=1, **settings):
    with gr.Blocks() as demo:
        given = gr.Textbox()
        cached = gr.cache(fn, **settings)
        for number in range(listeners):
            shown = [output() for output in outputs]
            given.submit(cached, given, shown, api_name=f"f{number}")
    demo.cached = cached
    return demo
