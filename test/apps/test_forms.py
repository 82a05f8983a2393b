"""Every way in which Gradio calls a function, with a cached one."""

import time

import pytest

import gradio as gr


@pytest.fixture
def counted():
    """A cached function that shouts, and the texts that it was run with."""
    runs = []

    @gr.cache
    def shout(text):
        runs.append(text)
        return text.upper()

    return shout, runs


def blocks_of(fn, **listener):
    with gr.Blocks() as demo:
        given, result = gr.Textbox(), gr.Textbox()
        given.submit(fn, given, result, api_name="shout", **listener)
    return demo


def test_the_python_client(serve, counted):
    shout, runs = counted
    client = serve(blocks_of(shout)).client()
    assert [client.predict("a", api_name="/shout") for _ in range(3)] == ["A"] * 3
    assert runs == ["a"]


def test_the_python_client_streams(serve):
    runs = []

    @gr.cache
    def grow(text):
        runs.append(text)
        for i in range(1, 4):
            yield text[:i]

    client = serve(blocks_of(grow)).client()
    for _ in range(3):
        job = client.submit("abc", api_name="/shout")
        assert job.result(timeout=30) == "abc"
        assert job.outputs() == ["a", "ab", "abc"]
    assert runs == ["abc"]


def test_the_call_route(serve, counted):
    shout, runs = counted
    app = serve(blocks_of(shout))

    def call(*data):
        route = "gradio_api/call/shout"
        event = app.http.post(route, json={"data": data}).json()["event_id"]
        return app.http.get(f"{route}/{event}").text

    expected = call("a")
    assert 'event: complete\ndata: ["A"]' in expected
    assert [call("a") for _ in range(2)] == [expected] * 2
    assert runs == ["a"]


@pytest.mark.parametrize("route", ["gradio_api/run/predict", "gradio_api/api/shout"])
def test_outside_the_queue(serve, counted, route):
    shout, runs = counted
    app = serve(blocks_of(shout, queue=False))
    body = {"data": ["a"], "fn_index": app.index("shout"), "session_hash": "s"}
    answers = [app.http.post(route, json=body).json()["data"] for _ in range(3)]
    assert answers == [["A"]] * 3
    assert runs == ["a"]


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


def test_a_chat_interface(serve):
    runs = []

    @gr.cache
    def answer(message, history):
        runs.append(len(history))
        return f"{message}?"

    client = serve(gr.ChatInterface(answer, api_name="chat")).client()
    assert [client.predict("hi", api_name="/chat") for _ in range(1)] == ["hi?"]
    again = [serve_again(client) for _ in range(2)]
    assert again == ["hi?"] * 2
    assert runs == [0]


def serve_again(client):
    client.reset_session()
    return client.predict("hi", api_name="/chat")


def test_a_chat_interface_that_streams(serve):
    runs = []

    @gr.cache
    def answer(message, history):
        runs.append(len(history))
        for i in range(1, 4):
            yield f"{message}!"[:i]

    client = serve(gr.ChatInterface(answer, api_name="chat")).client()
    for _ in range(3):
        client.reset_session()
        job = client.submit("hi", api_name="/chat")
        assert job.result(timeout=30) == "hi!"
    assert runs == [0]


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


def test_states_in_and_out(serve):
    runs = []

    @gr.cache
    def add(text, history):
        runs.append(text)
        history.append(text)
        return " ".join(history), history

    with gr.Blocks() as demo:
        given, out, state = gr.Textbox(), gr.Textbox(), gr.State([])
        given.submit(add, [given, state], [out, state])
    app = serve(demo)

    def answers(session):
        return [app.run(add, t, None, session=session).data[0] for t in "aba"]

    assert answers("one") == ["a", "a b", "a b a"]
    assert answers("two") == ["a", "a b", "a b a"]
    assert runs == ["a", "b", "a"]


def test_a_state_that_was_changed_in_place_is_another_input(serve):
    with gr.Blocks() as demo:
        given, out, state = gr.Textbox(), gr.Textbox(), gr.State({})

        def change(text, state):
            state["text"] = text

        @gr.cache
        def read(state):
            return state.get("text", "nothing")

        given.submit(change, [given, state], None)
        given.change(read, state, out)
    app = serve(demo)
    assert app.run(read, None, session="s").data == ["nothing"]
    app.run(change, "new", None, session="s")
    assert app.run(read, None, session="s").data == ["new"]


def test_what_gradio_puts_in(serve):
    runs = []

    @gr.cache
    def fn(
        c: gr.Cache = gr.Cache(),  # noqa: B008
        text="x",
        progress=gr.Progress(),  # noqa: B008
    ):
        runs.append(text)
        progress(0.5, desc="half")
        c.set(text, seen=True)
        return str(c.get(text))

    app = serve(blocks_of(fn))
    first, second = app.run("shout", "a"), app.run("shout", "a")
    assert first.data == second.data == ["{'seen': True}"]
    assert (first.used, second.used) == ("partial", "full")
    assert runs == ["a"]


def test_each_session_has_its_own_result_of_its_request(serve):
    @gr.cache
    def who(text, request: gr.Request):
        return f"{text} {request.session_hash}"

    app = serve(blocks_of(who))
    for _ in range(2):
        for session in ("one", "two"):
            assert app.run("shout", "a", session=session).data == [f"a {session}"]


def test_users_never_share_what_was_computed_with_their_request(serve):
    @gr.cache
    def who(text, request: gr.Request):
        return f"{text} {request.username}"

    app = serve(blocks_of(who), auth=[("ada", "x"), ("bob", "x")])
    for _ in range(2):
        for user in ("ada", "bob"):
            client = app.client(auth=(user, "x"))
            assert client.predict("a", api_name="/shout") == f"a {user}"


def test_event_data_counts_by_its_content(serve):
    runs = []

    @gr.cache
    def chosen(data: gr.SelectData):
        runs.append(data.index)
        return f"{data.index}"

    with gr.Blocks() as demo:
        box, out = gr.Dropdown(["a", "b"]), gr.Textbox()
        box.select(chosen, None, out)
    app = serve(demo)

    def select(index):
        data = {"index": index, "value": "v", "selected": True}
        body = {"event_data": data, "trigger_id": box._id}
        return app.run(chosen, **body).data

    assert [select(i) for i in (0, 1, 0, 1)] == [["0"], ["1"], ["0"], ["1"]]
    assert runs == [0, 1]


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


def test_the_names_of_routes_are_those_without_a_cache():
    import functools

    class Model:
        def __call__(self, text):
            return text

        def method(self, text):
            return text

    def plain(text):
        return text

    def names(decorate):
        with gr.Blocks() as demo:
            box = gr.Textbox()
            for fn in (plain, Model(), Model().method, functools.partial(plain)):
                box.submit(decorate(fn), box, box)
        return [f.api_name for f in demo.fns.values()]

    assert names(gr.cache) == names(lambda fn: fn)


def test_the_time_of_an_uncached_run_is_told(serve):
    @gr.cache
    def slow(text):
        time.sleep(0.05)
        return text

    app = serve(blocks_of(slow))
    app.run("shout", "a")
    hit = app.run("shout", "a").completed
    assert hit["avg_time"] >= 0.05
    assert hit["cache_duration"] < 5
