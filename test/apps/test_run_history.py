"""The history that users keep of their runs: answers from the cache are runs."""

import importlib.util
import threading

import pytest

import gradio as gr

pytestmark = pytest.mark.skipif(
    not importlib.util.find_spec("gradio.history"),
    reason="this Gradio keeps no history of runs",
)


@pytest.fixture
def recorded(monkeypatch):
    from gradio import history

    seen = []

    def note(app, *, api_name, inputs, outputs, **_):
        seen.append((api_name, list(inputs), list(outputs)))

    monkeypatch.setattr(history, "schedule_record_run", note)
    monkeypatch.setenv("GRADIO_HISTORY_BUCKET", "somebody/runs")
    return seen


def served(serve, fn):
    return serve(gr.Interface(fn, "text", "text", api_name="shout"))


def test_a_hit_is_recorded_as_its_run(serve, recorded):
    app = served(serve, gr.cache(lambda text: text.upper()))
    assert [app.run("shout", "a").used for _ in range(4)] == [None, *["full"] * 3]
    assert recorded == [("shout", ["a"], ["A"])] * 4


def test_nothing_is_done_where_no_history_is_kept(serve, recorded, monkeypatch):
    monkeypatch.delenv("GRADIO_HISTORY_BUCKET")
    app = served(serve, gr.cache(lambda text: text.upper()))
    assert [app.run("shout", "a").used for _ in range(2)] == [None, "full"]
    assert len(recorded) == 1  # by Gradio, of the run
    app.http.headers["x-gradio-history-bucket"] = "somebody/runs"
    app.run("shout", "a")
    assert len(recorded) == 2


def test_a_result_that_was_computed_elsewhere_is_recorded(serve, recorded):
    @gr.cache
    def steps(text):
        yield text
        yield text.upper()

    app = served(serve, steps)
    list(steps("a"))
    assert [app.run("shout", "a").used for _ in range(2)] == ["full", "full"]
    assert recorded == [("shout", ["a"], ["A"])] * 2


def test_those_who_follow_a_run_have_it_recorded_too(serve, recorded, gate):
    @gr.cache
    def slow(text):
        gate.wait()
        return text.upper()

    app = served(serve, slow)
    sessions = [app.session() for _ in range(3)]
    for session in sessions:
        app.join("shout", "a", session=session)
    gate.until_reached()
    completed = []

    def read(session):
        with app.listen(session) as stream:
            stream.until("process_starts")
            gate.open()
            completed.append(stream.until("process_completed"))

    readers = [threading.Thread(target=read, args=[s]) for s in sessions]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(30)
    assert len(completed) == 3
    assert gate.runs == 1
    assert recorded == [("shout", ["a"], ["A"])] * 3


@pytest.mark.parametrize("yields", [False, True])
def test_files_have_the_address_of_their_client_whoever_computed_them(
    serve, recorded, tmp_path, yields
):
    path = tmp_path / "a.txt"

    def write(text):
        path.write_text(text)
        return str(path)

    def steps(text):
        yield write(text)

    app = serve(
        gr.Interface(gr.cache(steps if yields else write), "text", "file", api_name="f")
    )
    runs = [app.run("f", "a") for _ in range(3)]
    assert [run.used for run in runs] == [None, "full", "full"]
    assert [outputs for *_, outputs in recorded] == [run.data for run in runs]
    assert all(run.data[0]["url"].startswith(app.url) for run in runs)


def test_hits_of_a_batch_are_recorded_one_by_one(serve, recorded):
    @gr.cache
    def shout(texts):
        return [[text.upper() for text in texts]]

    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        gr.Button().click(shout, given, out, batch=True, api_name="shout")
    app = serve(demo)
    assert [app.run("shout", "a").used for _ in range(3)] == [None, "full", "full"]
    assert recorded == [("shout", ["a"], ["A"])] * 3


@pytest.mark.parametrize("event", ["load", "tick"])
def test_no_run_is_recorded_that_no_user_has_begun(serve, recorded, event):
    shout = gr.cache(lambda text: text.upper())
    shout.cache.clear()
    with gr.Blocks() as demo:
        given, out, timer = gr.Textbox(), gr.Textbox(), gr.Timer(1e6)
        on = demo.load if event == "load" else timer.tick
        on(shout, given, out, api_name="shout")
    target = demo._id if event == "load" else timer._id
    app = serve(demo)
    used = [app.run("shout", "a", trigger_id=target).used for _ in range(3)]
    assert used == [None, "full", "full"]
    assert recorded == []
