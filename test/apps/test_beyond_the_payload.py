"""Events whose answer depends on more than their payload, beside an uncached twin."""

import functools

import pytest

import gradio as gr


class Slotted:
    __slots__ = ("mode",)

    def __init__(self, mode):
        self.mode = mode

    @gr.cache
    def cached(self, text):
        return f"{self.mode}: {text}"

    def plain(self, text):
        return f"{self.mode}: {text}"


def by_default(settings):
    def fn(text, settings=settings):
        return f"{settings['mode']}: {text}"

    return fn


def by_keyword(settings):
    def fn(text, *, settings):
        return f"{settings['mode']}: {text}"

    return functools.partial(fn, settings=settings)


def by_position(settings):
    return functools.partial(
        lambda settings, text: f"{settings['mode']}: {text}", settings
    )


def under_a_decorator(settings):
    inner = by_default(settings)

    @functools.wraps(inner)
    def wrapper(*args, **kwargs):
        return inner(*args, **kwargs)

    return wrapper


@pytest.mark.parametrize(
    "make", [by_default, by_keyword, by_position, under_a_decorator]
)
def test_settings_that_change_are_seen_by_the_next_event(serve, make):
    settings = {"mode": "a"}
    with gr.Blocks() as demo:
        text, out = gr.Textbox(), gr.Textbox()
        text.submit(gr.cache(make(settings)), text, out, api_name="cached")
        text.submit(make(settings), text, out, api_name="plain")
    app = serve(demo)
    for mode in ("a", "b", "a"):
        settings["mode"] = mode
        plain = app.run("plain", "x").data
        assert app.run("cached", "x").data == plain == [f"{mode}: x"]
        again = app.run("cached", "x")
        assert (again.data, again.used) == (plain, "full")


def test_an_object_that_counts_by_content_is_looked_at_for_each_event(serve):
    slotted = Slotted("a")
    with gr.Blocks() as demo:
        text, out = gr.Textbox(), gr.Textbox()
        text.submit(slotted.cached, text, out, api_name="cached")
        text.submit(slotted.plain, text, out, api_name="plain")
    app = serve(demo)
    for mode in ("a", "b"):
        slotted.mode = mode
        for _ in range(2):
            assert app.run("cached", "x").data == app.run("plain", "x").data


def test_a_default_that_only_a_decorator_has(serve):
    def ask(text, model="large"):
        return f"{model}: {text}"

    def small(fn):
        @functools.wraps(fn)
        def wrapper(text, model="small"):
            return fn(text, model)

        return wrapper

    cached = gr.cache(small(ask))
    with gr.Blocks() as demo:
        text, model, out = gr.Textbox(), gr.Textbox(), gr.Textbox()
        text.submit(cached, text, out, api_name="one")
        text.submit(cached, [text, model], out, api_name="two")
        text.submit(small(ask), text, out, api_name="plain")
    app = serve(demo)
    plain = app.run("plain", "x").data
    assert cached("x") == "small: x"
    assert app.run("one", "x").data == plain
    assert app.run("two", "x", "small").data == ["small: x"]
    assert app.run("two", "x", "large").data == ["large: x"]
    assert cached("x") == "small: x"


def test_a_file_that_an_explorer_names_is_looked_at_for_each_event(serve, tmp_path):
    (tmp_path / "a.txt").write_text("one")

    def read(path):
        with open(path) as file:
            return file.read()

    with gr.Blocks() as demo:
        explorer, out = (
            gr.FileExplorer(root_dir=tmp_path, file_count="single"),
            gr.Text(),
        )
        gr.Button().click(gr.cache(read), explorer, out, api_name="cached")
    app = serve(demo)
    assert app.run("cached", [["a.txt"]]).data == ["one"]
    (tmp_path / "a.txt").write_text("another")
    assert app.run("cached", [["a.txt"]]).data == ["another"]


def test_settings_that_change_while_the_event_waits(serve, gate):
    settings = {"mode": "a"}

    @gr.cache
    def fn(text, settings=settings):
        return f"{settings['mode']}: {text}"

    def busy(text):
        gate.wait()
        return text

    with gr.Blocks() as demo:
        text, out = gr.Textbox(), gr.Textbox()
        text.submit(busy, text, out, concurrency_id="one", concurrency_limit=1)
        text.submit(fn, text, out, api_name="fn", concurrency_id="one")
    app = serve(demo)
    app.join(busy, "x", session="busy")
    gate.until_reached()
    event = app.join("fn", "x", session="s")
    with app.listen("s") as stream:
        stream.until("estimation")
        settings["mode"] = "b"
        gate.open()
        done = stream.until("process_completed")
    assert (done["event_id"], done["output"]["data"]) == (event, ["b: x"])
    settings["mode"] = "a"
    assert app.run("fn", "x").data == ["a: x"]


def columns(*columns):
    return [[f"{a}{b}" for a, b in zip(*columns, strict=True)]]


def test_a_batch_function_that_takes_any_number_of_inputs(serve):
    with gr.Blocks() as demo:
        one, other, out = gr.Textbox(), gr.Textbox(), gr.Textbox()
        one.submit(gr.cache(columns), [one, other], out, batch=True, api_name="fn")
    app = serve(demo)
    for pair in ("ab", "ac", "ab"):
        assert app.run("fn", *pair).data == [pair]


class Greeter:
    def __call__(self, text, request: gr.Request, data: gr.EventData):
        return f"{text}, {request.session_hash}, {type(data).__name__}"


def test_an_object_gets_what_its_call_asks_for(serve):
    with gr.Blocks() as demo:
        text, out = gr.Textbox(), gr.Textbox()
        text.submit(gr.cache(Greeter()), text, out, api_name="cached")
        text.submit(Greeter(), text, out, api_name="plain")
    app = serve(demo)
    plain = app.run("plain", "x", session="s")
    assert plain.data == ["x, s, EventData"]
    for session in ("s", "s", "t"):
        run = app.run("cached", "x", session=session)
        assert run.data == [f"x, {session}, EventData"]
