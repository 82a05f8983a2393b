"""Whatever of Gradio calls a cached function: its repeated events enter no queue."""

import asyncio
import functools

import pytest

import gradio as gr


def empty(fn):
    """Caches a function; equal ones of other tests share the cache."""
    cached = gr.cache(fn)
    cached.cache.clear()
    return cached


@pytest.fixture
def shout():
    @empty
    def shout(text="a"):
        return text.upper()

    return shout


def used(app, name, *data, session=None):
    """What two equal events say of the cache, which give the same."""
    runs = [app.run(name, *data, session=session) for _ in range(2)]
    assert runs[0].seen() == runs[1].seen()
    return [run.used for run in runs]


def test_stacked_listeners(serve, shout):
    with gr.Blocks() as demo:
        given, shown = gr.Textbox(), gr.Textbox()
        one = gr.Button().click(inputs=given, outputs=shown, api_name="one")(shout)
        two = gr.on(given.submit, inputs=given, outputs=shown, api_name="two")(one)
        gr.Button().click(two, given, shown, api_name="three")
    app = serve(demo)
    assert used(app, "one", "a") == [None, "full"]
    assert used(app, "two", "a") == ["full"] * 2
    assert used(app, "three", "a") == ["full"] * 2
    assert app.run("three", "b").used is None
    assert app.run("one", "b").used == "full"


def test_an_api_that_is_a_listener_too(serve):
    with gr.Blocks() as demo:
        given, shown = gr.Textbox(), gr.Textbox()

        @empty
        def shout(text: str) -> str:
            return text.upper()

        stacked = gr.api(api_name="api")(shout)
        gr.Button().click(stacked, given, shown, api_name="click")
    app = serve(demo)
    assert used(app, "api", "a") == [None, "full"]
    assert used(app, "click", "a") == ["full"] * 2


def test_stacked_listeners_of_a_method_a_batch_and_with_a_request(serve):
    class Model:
        @empty
        def shout(self, text, request: gr.Request):
            return f"{text.upper()} {request.session_hash}"

    @empty
    def shout_all(texts):
        return [[text.upper() for text in texts]]

    with gr.Blocks() as demo:
        given, shown = gr.Textbox(), gr.Textbox()
        io = {"inputs": given, "outputs": shown}
        one = gr.Button().click(**io, api_name="method")(Model().shout)
        gr.Button().click(one, given, shown, api_name="stacked method")
        two = gr.Button().click(**io, api_name="batch", batch=True)(shout_all)
        gr.Button().click(two, given, shown, api_name="stacked batch", batch=True)
    app = serve(demo)
    for session in ("mine", "yours"):
        assert used(app, "method", "a", session=session) == [None, "full"]
        run = app.run("stacked method", "a", session=session)
        assert (run.used, run.data) == ("full", [f"A {session}"])
    assert app.run("batch", "a").used is None
    run = app.run("stacked batch", "a")
    assert (run.used, run.data) == ("full", ["A"])


def test_what_gradio_can_t_stack_stays_as_it_is(serve):
    """It takes the wrapper of a coroutine function for a plain function."""

    async def shout(text):
        return text.upper()

    answers = []
    for fn in (shout, empty(shout)):
        with gr.Blocks() as demo:
            given, shown = gr.Textbox(), gr.Textbox()
            one = gr.Button().click(inputs=given, outputs=shown, api_name="one")(fn)
            gr.Button().click(one, given, shown, api_name="two")
        app = serve(demo)
        assert app.run("one", "a").data == ["A"]
        run = app.run("two", "a")
        assert run.used is None
        answers.append("coroutine object" in str(run.data))
    assert answers == [True] * 2


def test_a_user_s_wrapper_runs_each_time(serve, shout):
    runs = []

    @functools.wraps(shout)
    def wrapper(text):
        runs.append(text)
        return shout(text)

    with gr.Blocks() as demo:
        given, shown = gr.Textbox(), gr.Textbox()
        one = gr.Button().click(inputs=given, outputs=shown, api_name="one")(wrapper)
        gr.Button().click(one, given, shown, api_name="two")
    app = serve(demo)
    assert used(app, "two", "a") == [None, "partial"]
    assert runs == ["a"] * 2


def test_examples_that_run_on_click(serve, shout):
    with gr.Blocks() as demo:
        given, shown = gr.Textbox(), gr.Textbox()
        gr.Examples(["a", "b"], given, shown, shout, run_on_click=True)
    assert used(serve(demo), shout, "a") == [None, "full"]


def test_triggers_of_every_kind(serve, shout):
    with gr.Blocks() as demo:
        given, shown, timer = gr.Textbox(), gr.Textbox(), gr.Timer(60)
        io = {"fn": shout, "inputs": given, "outputs": shown}
        demo.load(shout, None, shown, api_name="load")
        timer.tick(**io, api_name="tick")
        given.change(**io, api_name="change")
        first = given.input(**io, api_name="input", trigger_mode="always_last")
        first.then(**io, api_name="then").success(**io, api_name="success")
        gr.Button().click(**io, api_name="js", js="(x) => x", preprocess=False)
        gr.Button().click(**io, api_name="cancelled", cancels=[first])
    app = serve(demo)
    assert used(app, "load") == [None, "full"]
    assert used(app, "tick", "b") == [None, "full"]
    for name in ("change", "input", "then", "success", "js", "cancelled"):
        assert used(app, name, "b") == ["full"] * 2, name


@pytest.mark.parametrize("live", [True, False])
def test_interfaces(serve, live):
    @empty
    def both(text, number):
        return f"{text} {number}"

    @empty
    def one():
        return "one"

    @empty
    def steps(text):
        yield from text

    flagging = {"flagging_mode": "manual", "live": live}
    interfaces = [
        gr.Interface(both, ["text", "number"], "text", api_name="both", **flagging),
        gr.Interface(one, None, "text", api_name="one", live=live),
        gr.Interface(steps, "text", "text", api_name="steps", live=live),
    ]
    app = serve(gr.TabbedInterface(interfaces))
    assert used(app, "both", "a", 1) == [None, "full"]
    assert used(app, "one") == [None, "full"]
    assert used(app, "steps", "abc") == [None, "full"]


def test_listeners_that_a_render_made(serve, shout):
    with gr.Blocks() as demo:
        given, shown = gr.Textbox(), gr.Textbox()

        @gr.render(inputs=given)
        def show(text):
            inner = gr.Textbox(text)
            gr.Button().click(shout, inner, shown, api_name="click")
            gr.ChatInterface(reply, api_name="chat")

    @empty
    def reply(message, history):
        return f"{len(history)}: {message}"

    app = serve(demo)
    for first in (None, "full"):
        session = app.session()
        config = app.run(show, "a", session=session).completed["output"]
        made = {d["api_name"]: d["id"] for d in config["render_config"]["dependencies"]}
        assert run_made(app, made["click"], session, "a") == (first, "A")
        assert run_made(app, made["chat"], session, "a", None) == (first, "0: a")
        assert run_made(app, made["chat"], session, "a", None) == (first, "2: a")


def run_made(app, index, session, *data):
    body = {"fn_index": index, "data": data, "session_hash": session}
    app.http.post("gradio_api/queue/join", json=body).raise_for_status()
    with app.listen(session) as stream:
        message = stream.until("process_completed")
    return message.get("used_cache"), message["output"]["data"][0]


def test_events_that_stream_their_inputs_run_as_usual(serve):
    @empty
    def heard(sound):
        return "heard"

    with gr.Blocks() as demo:
        sound, shown = gr.Audio(streaming=True), gr.Textbox()
        sound.stream(heard, sound, shown, time_limit=1, api_name="stream")
    run = serve(demo).run("stream", None)
    assert run.used != "full"


def test_an_async_lambda_of_gradio_s(serve, shout):
    with gr.Blocks() as demo:
        given, shown = gr.Textbox(), gr.Textbox()
        made = gr.utils.async_lambda(shout)
        gr.Button().click(made, given, shown, api_name="click")
    assert used(serve(demo), "click", "a") == [None, "full"]
    assert asyncio.run(made("a")) == "A"
