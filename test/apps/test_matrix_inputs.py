"""Every component as an input, and what can't be one."""

from PIL import Image

import gradio as gr

INPUTS = {
    "textbox": (gr.Textbox, "a"),
    "number": (gr.Number, 1.5),
    "checkbox": (gr.Checkbox, True),
    "slider": (gr.Slider, 3),
    "dropdown": (lambda: gr.Dropdown(["a", "b"]), "b"),
    "checkboxes": (lambda: gr.CheckboxGroup(["a", "b"]), ["b"]),
    "json": (gr.JSON, {"a": [1, None]}),
    "frame": (gr.Dataframe, {"headers": ["a"], "data": [[1], [2]], "metadata": None}),
    "colour": (gr.ColorPicker, "#ff0000"),
    "code": (gr.Code, "x = 1"),
    "chatbot": (
        gr.Chatbot,
        [{"role": "user", "content": [{"type": "text", "text": "hi"}]}],
    ),
}


def test_every_input_is_a_key(serve):
    with gr.Blocks() as demo:
        out = gr.Textbox()
        for name, (make, _) in INPUTS.items():
            component = make()
            component.change(repr, component, out, api_name=f"{name}_plain")
            cached = gr.cache(lambda value: repr(value))
            component.change(cached, component, out, api_name=f"{name}_cached")
    app = serve(demo)
    for name, (_, value) in INPUTS.items():
        expected = app.run(f"{name}_plain", value).data
        runs = [app.run(f"{name}_cached", value) for _ in range(3)]
        assert [r.data for r in runs] == [expected] * 3, name
        assert [r.used for r in runs] == [None, "full", "full"], name


def test_no_inputs_and_no_outputs(serve):
    runs = []

    @gr.cache
    def nothing():
        runs.append(1)

    with gr.Blocks() as demo:
        gr.Button().click(nothing, None, None)
    app = serve(demo)
    seen = [app.run(nothing) for _ in range(2)]
    assert seen[0].seen() == seen[1].seen()
    assert [r.used for r in seen] == [None, "full"]
    assert runs == [1]


def test_an_image_is_recognised_by_its_pixels(serve, tmp_path):
    runs = []

    @gr.cache
    def size(image):
        runs.append(image.shape)
        return str(image.shape)

    with gr.Blocks() as demo:
        image, out = gr.Image(), gr.Textbox()
        image.change(size, image, out, api_name="size")
    app = serve(demo)

    def upload(name, colour):
        path = tmp_path / name
        Image.new("RGB", (8, 4), colour).save(path)
        with path.open("rb") as f:
            response = app.http.post("gradio_api/upload", files={"files": f})
        meta = {"_type": "gradio.FileData"}
        return {"path": response.json()[0], "meta": meta, "orig_name": name}

    uploads = [upload("a.png", "red"), upload("b.bmp", "red"), upload("c.png", "blue")]
    got = [app.run(size, u) for u in (*uploads, uploads[0])]
    assert [r.used for r in got] == [None, "full", None, "full"]
    assert len(runs) == 2


def test_what_stands_for_the_present_moment_is_not_remembered(serve, monkeypatch):
    asked = iter(range(100))
    monkeypatch.setattr(
        "gradio.components.datetime.DateTime.get_datetime_from_str",
        lambda *_: next(asked),
    )

    @gr.cache
    def when(moment):
        return str(moment)

    with gr.Blocks() as demo:
        moment, out = gr.DateTime(type="datetime"), gr.Textbox()
        moment.change(when, moment, out, api_name="when")
    app = serve(demo)
    answers = [app.run(when, "now").data[0] for _ in range(3)]
    assert len(set(answers)) == 3


def test_a_component_from_elsewhere_is_asked_each_time(serve, monkeypatch):
    # It would write its types into a file beside this one.
    monkeypatch.setattr("gradio.component_meta.create_or_modify_pyi", lambda *_: None)
    asked = iter(range(100))

    class Clock(gr.Textbox):
        def preprocess(self, payload):
            return f"{payload} in {next(asked)}"

        def postprocess(self, value):
            return f"{value} out {next(asked)}"

    @gr.cache
    def same(text):
        return text

    with gr.Blocks() as demo:
        clock, given, out = Clock(), gr.Textbox(), gr.Textbox()
        clock.change(same, clock, out, api_name="reads")
        given.change(same, given, clock, api_name="writes")
    app = serve(demo)
    assert len({app.run("reads", "a").data[0] for _ in range(3)}) == 3
    answers = [app.run("writes", "a") for _ in range(3)]
    assert len({r.data[0] for r in answers}) == 3
    assert [r.used for r in answers] == [None, "full", "full"]
