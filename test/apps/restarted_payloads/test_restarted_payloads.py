"""What was shown of a result answers after a restart, though the result is not kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

import gradio as gr
from gradio.caching.serving.replay import responses_behind
from gradio.caching.watch import WATCH
from gradio.caching.writes import WRITES
from support.plots import RUNS, app_of, figure_of, plot_and_draw, plot_in_steps

pytestmark = pytest.mark.filterwarnings("ignore:A result of .*Figure:UserWarning")


def test_a_figure_is_shown_again_before_the_queue(start, make):
    first = start(make).run("f0", "a")
    assert first.used is None
    app = start(make)
    for _ in range(2):
        again = app.run("f0", "a")
        assert again.used == "full"
        assert again.data == first.data
        assert not again.of("process_starts")
        assert len(again.of("log")) == 1
    assert app.run("f0", "b").used is None
    assert RUNS == ["a", "b"]


def test_all_steps_of_a_generator_are_shown_again(start, make):
    first = start(lambda: make(plot_in_steps)).run("f0", "a")
    again = start(lambda: make(plot_in_steps)).run("f0", "a")
    assert again.used == "full"
    assert again.seen() == first.seen()
    assert RUNS == ["a"]


def test_its_files_are_served_again_though_they_are_gone(
    start, make, tmp_path, monkeypatch
):
    def new():
        return make(plot_and_draw, gr.Plot, gr.Image)

    app = start(new)
    url = app.run("f0", "a").data[1]["url"]
    content = app.http.get(url).content
    shutil.rmtree(tmp_path / "uploads", ignore_errors=True)
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "others"))
    app = start(new)
    again = app.run("f0", "a")
    assert again.used == "full"
    assert again.data[1]["path"].startswith(str(tmp_path / "others"))
    assert again.data[1]["url"].startswith(str(app.http.base_url))
    served = app.http.get(again.data[1]["url"])
    assert (served.status_code, served.content) == (200, content)
    assert RUNS == ["a"]


def test_a_large_value_is_not_read_for_what_is_shown(start, tmp_path):
    def draw(text):
        RUNS.append(text)
        return np.zeros((640, 80, 3), np.uint8)

    def new():
        return app_of(draw, (gr.Image,), store=tmp_path / "cache", version="1")

    start(new).run("f0", "a")
    WRITES.flush()
    (path,) = (tmp_path / "cache").rglob("*.m")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1  # in the middle of the array
    path.write_bytes(content)
    assert start(new).run("f0", "a").used == "full"
    assert RUNS == ["a"]


def without_store(app, monkeypatch):
    """Lets nothing be read any more, of a function that is in the app."""
    monkeypatch.setattr(app.demo.cached.cache._cache.shelf, "backing", None)


def test_equal_events_are_answered_from_memory(start, make, monkeypatch):
    first = start(make).run("f0", "a")
    app = start(make)
    app.run("f0", "a")
    without_store(app, monkeypatch)
    again = app.run("f0", "a")
    assert (again.used, again.data) == ("full", first.data)
    assert app.demo.cached.cache.info()[:4] == (2, 0, 0, 1)
    assert RUNS == ["a"]


def test_what_is_much_is_read_for_each_event(start, make, monkeypatch):
    monkeypatch.setattr(responses_behind, "MOST_HELD", 0)
    start(make).run("f0", "a")
    app = start(make)
    assert app.run("f0", "a").used == app.run("f0", "a").used == "full"
    assert app.demo.cached.cache.info().store_hits == 2


def test_a_held_file_that_is_gone_is_put_there_again(start, make, tmp_path):
    def new():
        return make(plot_and_draw, gr.Plot, gr.Image)

    start(new).run("f0", "a")
    app = start(new)
    for _ in range(2):
        again = app.run("f0", "a")
        assert again.used == "full"
        assert app.http.get(again.data[1]["url"]).status_code == 200
        Path(again.data[1]["path"]).unlink()
    assert RUNS == ["a"]


def test_what_another_process_has_cleared_is_held_no_longer(start, make):
    start(make).run("f0", "a")
    app = start(make)
    app.run("f0", "a")
    app.demo.cached.cache._cache.shelf.backing.clear(
        app.demo.cached.cache._cache.shelf.name
    )
    WATCH.look()
    assert app.run("f0", "a").used is None


def test_each_listener_has_its_own(start, make):
    def new():
        return make(listeners=2)

    app = start(new)
    for name in ("f0", "f1"):
        app.run(name, "a")
    app = start(new)
    for name in ("f0", "f1"):
        assert app.run(name, "a").used == "full"
    assert RUNS == ["a"]


@pytest.mark.parametrize("forget", ["clear", "delete"])
@pytest.mark.parametrize("restarted", [True, False])
def test_what_was_forgotten_is_not_shown(start, make, forget, restarted):
    start(make).run("f0", "a")
    app = start(make)
    assert app.run("f0", "a").used == "full"
    cache = app.demo.cached.cache
    cache.clear() if forget == "clear" else cache.delete("a")
    app = start(make) if restarted else app
    assert app.run("f0", "a").used is None
    assert RUNS == ["a", "a"]


def test_what_is_replaced_is_not_shown_with_its_successor(start, make):
    app = start(make)
    first = app.run("f0", "a")
    app.demo.cached.cache.refresh("a")
    app = start(make)
    again = app.run("f0", "a")
    assert (again.used, RUNS) == (None, ["a", "a", "a"])
    assert again.data != first.data


def test_a_broken_one_is_computed_again(start, make, tmp_path):
    start(make).run("f0", "a")
    WRITES.flush()
    (path,) = (tmp_path / "cache").rglob("*.m")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1  # in the middle of the picture
    path.write_bytes(content)
    assert start(make).run("f0", "a").used is None
    assert start(make).run("f0", "a").used == "full"


def test_a_direct_call_gets_no_part_of_it(start, make):
    start(make).run("f0", "a")
    cached = start(make).demo.cached
    assert isinstance(cached("a"), Figure)
    assert RUNS == ["a", "a"]


def test_the_warning_says_that_events_are_answered(start, make):
    def sketch(text):
        return figure_of(len(text))

    def run():
        start(lambda: make(sketch, version="1")).run("f0", "a")
        WRITES.flush()

    with pytest.warns(UserWarning, match=r"Figure.*in memory.*events show .* is kept"):
        run()


PROGRAM = """
import hashlib, json, sys
from pathlib import Path
from gradio_client import Client
from matplotlib.figure import Figure
import numpy as np
import gradio as gr

@gr.cache(store=sys.argv[1])
def f(text):
    print("ran", end=" ")
    figure = Figure(figsize=(1, 1))
    figure.subplots().plot([1, 2])
    return figure, np.full((8, 8, 3), 7, np.uint8)

with gr.Blocks() as demo:
    given = gr.Textbox()
    given.submit(f, given, [gr.Plot(), gr.Image()], api_name="f")
_, url, _ = demo.launch(prevent_thread_lock=True, quiet=True)
plot, image = Client(url, verbose=False).predict("a", api_name="/f")
print(json.dumps([plot, hashlib.sha256(Path(image).read_bytes()).hexdigest()]))
demo.close()
"""


def test_another_process_shows_it_too(tmp_path):
    (tmp_path / "app.py").write_text(PROGRAM)

    def printed(temporary):
        return subprocess.run(
            [sys.executable, "-W", "ignore", "app.py", tmp_path / "cache"],
            cwd=tmp_path,
            env={
                **os.environ,
                "GRADIO_ANALYTICS_ENABLED": "False",
                "GRADIO_TEMP_DIR": str(tmp_path / temporary),
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    first = printed("one")
    shutil.rmtree(tmp_path / "one")
    assert first.startswith("ran [")
    assert printed("two") == first.removeprefix("ran ")
