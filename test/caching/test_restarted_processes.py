"""A program that is run again, by real processes."""

from __future__ import annotations

import os
import subprocess
import sys

APP = """
import sys
import gradio as gr

OFFSET = 1

class Pipe:
    def __init__(self, name):
        self.name = name

PIPE = Pipe("one")

def helper(x):
    return x + OFFSET

@gr.cache(store=sys.argv[1])
def f(x):
    print("ran", end=" ")
    return {"x": helper(x), "by": PIPE.name}

class Model:
    def __init__(self, weight):
        self.weight = weight
    @gr.cache(store=sys.argv[1])
    def predict(self, x):
        return x * self.weight

print(f(1), Model(int(sys.argv[2])).predict(2))
"""


def printed(x, weight=6, by="one"):
    return f"{{'x': {x}, 'by': '{by}'}} {weight}\n"


def run(tmp_path, source=APP, weight=3, name="app.py", seed="0"):
    (tmp_path / name).write_text(source)
    command = [sys.executable, "-W", "ignore", str(tmp_path / name)]
    return subprocess.run(
        [*command, str(tmp_path / "cache"), str(weight)],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_results_are_there_again_and_only_for_the_same_program(tmp_path):
    assert run(tmp_path) == "ran " + printed(2)
    # Written at the end of the process, at the latest.
    assert run(tmp_path, seed="1") == printed(2)
    commented = APP.replace("OFFSET\n", "OFFSET  # so\n")
    assert run(tmp_path, commented, weight=5) == printed(2, 10)
    changed = APP.replace("OFFSET = 1", "OFFSET = 2")
    assert run(tmp_path, changed) == "ran " + printed(3)
    another_model = APP.replace('Pipe("one")', 'Pipe("two")')
    assert run(tmp_path, another_model) == "ran " + printed(2, by="two")
    # Releases side by side do not erase each other.
    assert run(tmp_path) == printed(2)
    assert run(tmp_path, changed) == printed(3)
