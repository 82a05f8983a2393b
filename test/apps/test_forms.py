"""Every way in which Gradio calls a function, with a cached one."""

import time

import gradio as gr
from support.listeners import blocks_of


def test_a_chain_of_events(serve, counted):
    shout, runs = counted
    done = []
    with gr.Blocks() as demo:
        given, first, second = gr.Textbox(), gr.Textbox(), gr.Textbox()
        given.submit(shout, given, first).then(shout, first, second).success(
            lambda: done.append(1)
        )
    app = serve(demo)
    ids = list(demo.fns)
    assert [demo.fns[i].trigger_after for i in ids] == [None, ids[0], ids[1]]
    for _ in range(2):
        text = app.run(shout, "a").data[0]
        assert text == "A"
    assert runs == ["a"]


def test_an_interface_with_examples(serve, counted):
    shout, runs = counted
    demo = gr.Interface(
        shout,
        gr.Textbox(),
        gr.Textbox(),
        examples=[["a"], ["b"]],
        cache_examples=True,
        api_name="shout",
    )
    app = serve(demo)
    assert sorted(runs) == ["a", "b"]
    run = app.run("shout", "a")
    assert (run.data, run.used) == (["A"], "full")
    client = app.client()
    assert client.predict(1, api_name="/load_example")[-1] == "B"


def test_a_live_interface_and_many_inputs(serve):
    @gr.cache
    def add(a, b, text="x"):
        return a + b, text

    demo = gr.Interface(
        add, ["number", "number", "text"], ["number", "text"], live=True, api_name="add"
    )
    app = serve(demo)
    assert [app.run("add", 1, 2, "y").data for _ in range(2)] == [[3, "y"]] * 2
    assert app.run("add", 1, 2, "y").used == "full"


def test_inside_a_render(serve, counted):
    shout, runs = counted
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()

        @gr.render(inputs=given)
        def show(text):
            gr.Textbox(shout(text or "a"))
            button = gr.Button()
            button.click(shout, given, out, api_name="inner")

    app = serve(demo)
    session = app.session()
    shown = [app.run(show, "a", session=session) for _ in range(2)]
    for run in shown:
        config = run.completed["output"]["render_config"]
        values = [c["props"].get("value") for c in config["components"]]
        assert "A" in values
        inner = next(d["id"] for d in config["dependencies"])
    body = {"fn_index": inner, "data": ["a"], "session_hash": session}
    app.http.post("gradio_api/queue/join", json=body).raise_for_status()
    with app.listen(session) as stream:
        assert stream.until("process_completed")["output"]["data"] == ["A"]
    assert runs == ["a"]


def test_a_cached_render_renders_each_time(serve):
    with gr.Blocks() as demo:
        given = gr.Textbox()

        @gr.render(inputs=given)
        @gr.cache
        def show(text):
            gr.Textbox(text)

    app = serve(demo)
    for _ in range(2):
        run = app.run(show, "a", session="s")
        config = run.completed["output"]["render_config"]
        assert "a" in [c["props"].get("value") for c in config["components"]]


def test_a_batch_runs_only_its_misses(serve):
    runs = []

    @gr.cache
    def shout(texts):
        runs.append(list(texts))
        return [[t.upper() for t in texts]]

    app = serve(blocks_of(shout, batch=True, max_batch_size=4))
    assert [app.run("shout", t).data for t in "aba"] == [["A"], ["B"], ["A"]]
    assert app.run("shout", "b").used == "full"
    assert runs == [["a"], ["b"]]


def test_methods_partials_and_objects_as_listeners(serve):
    import functools

    class Model:
        def __init__(self, end):
            self.end, self.runs = end, 0

        @gr.cache
        def method(self, text):
            self.runs += 1
            return text + self.end

        def __call__(self, text):
            self.runs += 1
            return text + self.end

    one, other, called = Model("!"), Model("?"), Model(".")
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        given.submit(one.method, given, out, api_name="one")
        given.submit(other.method, given, out, api_name="other")
        given.submit(gr.cache(called), given, out, api_name="object")
        bound = functools.partial(lambda end, text: text + end, "-")
        given.submit(gr.cache(bound), given, out, api_name="partial")
    app = serve(demo)
    for used in (None, "full"):
        for name, end in {
            "one": "!",
            "other": "?",
            "object": ".",
            "partial": "-",
        }.items():
            run = app.run(name, "a")
            assert (run.data, run.used) == ([f"a{end}"], used)
    assert (one.runs, other.runs, called.runs) == (1, 1, 1)


def test_the_time_of_an_uncached_run_is_told(serve):
    @gr.cache
    def slow(text):
        time.sleep(0.05)
        return text

    app = serve(blocks_of(slow))
    app.run(slow, "a")
    hit = app.run(slow, "a").completed
    assert hit["avg_time"] >= 0.05
    assert hit["cache_duration"] < 5
