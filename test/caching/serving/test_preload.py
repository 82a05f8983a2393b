"""What is loaded before the first events need it."""

import subprocess
import sys

from gradio.caching.serving import preload

PROGRAM = """
import sys
import threading

import gradio as gr

with gr.Blocks() as demo:
    gr.Button()
demo.launch(prevent_thread_lock=True, quiet=True)
for thread in threading.enumerate():
    if thread.name == "gr.cache loads":
        thread.join(60)
assert "pandas" in sys.modules
"""


def fail(*_, **__):
    raise RuntimeError("no")


def test_an_app_that_waits_for_events_has_loaded_what_they_need():
    # By itself, as this process has long loaded it.
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, timeout=120)


def test_without_a_thread_it_is_loaded_by_who_needs_it(monkeypatch):
    monkeypatch.setattr(preload.threading, "Thread", fail)
    preload.preload.__wrapped__()


def test_what_cant_be_loaded_is_told_to_who_needs_it(monkeypatch):
    monkeypatch.setattr(preload, "import_module", fail)
    preload._load()
