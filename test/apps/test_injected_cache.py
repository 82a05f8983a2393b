"""`gr.Cache` wherever a handler can take it, in real apps."""
# ruff: noqa: B008

import asyncio
import functools
import warnings

import gradio as gr


def blocks_of(*fns, **listener):
    """An app with a listener for each function, given by name."""
    with gr.Blocks() as demo:
        given = gr.Textbox()
        for name, fn in fns:
            gr.Button().click(fn, given, gr.Textbox(), api_name=name, **listener)
    return demo


def remembered(c, text, extra=""):
    """What a handler does with its cache: looks, else works and keeps."""
    if (hit := c.get(text)) is not None:
        return hit["result"]
    c.set(text, result=text.upper() + extra)
    return f"worked: {text.upper()}{extra}"


def function(text, c=gr.Cache()):
    return remembered(c, text)


async def coroutine(text, c=gr.Cache()):
    await asyncio.sleep(0)
    return remembered(c, text)


def generator(text, c=gr.Cache()):
    yield "working"
    yield remembered(c, text)


async def async_generator(text, c=gr.Cache()):
    yield "working"
    yield remembered(c, text)


class Handlers:
    def __init__(self):
        self.greeting = "!"

    def method(self, text, c=gr.Cache()):
        return remembered(c, text, self.greeting)

    @classmethod
    def class_method(cls, text, c=gr.Cache()):
        return remembered(c, text, cls.__name__)

    @staticmethod
    def static_method(text, c=gr.Cache()):
        return remembered(c, text)


class Callable:
    def __call__(self, text, c=gr.Cache()):
        return remembered(c, text)


def with_annotation(text: str, c: gr.Cache = gr.Cache()) -> str:
    return remembered(c, text)


def keyword_only(text, *, c=gr.Cache()):
    return remembered(c, text)


def with_request_and_progress(
    text, request: gr.Request, c=gr.Cache(), progress=gr.Progress()
):
    progress(0.5)
    assert request.session_hash
    return remembered(c, text)


KINDS = {
    "function": function,
    "coroutine": coroutine,
    "generator": generator,
    "async_generator": async_generator,
    "method": Handlers().method,
    "class_method": Handlers.class_method,
    "static_method": Handlers.static_method,
    "callable": Callable(),
    "lambda": lambda text, c=gr.Cache(): remembered(c, text),
    "partial": functools.partial(
        lambda to, text, c: remembered(c, text), "x", c=gr.Cache()
    ),
    "with_annotation": with_annotation,
    "keyword_only": keyword_only,
    "with_request_and_progress": with_request_and_progress,
}


def test_every_kind_of_handler(serve):
    app = serve(blocks_of(*KINDS.items()))
    client = app.client()
    for kind in KINDS:
        first, second = (client.predict("a", api_name=f"/{kind}") for _ in range(2))
        assert (kind, first) == (kind, f"worked: {second}")
        assert second.startswith("A")
    used = {kind: [app.run(kind, text).used for text in "ab"] for kind in KINDS}
    assert used == dict.fromkeys(KINDS, ["partial", None])


def test_an_interface(serve):
    def shout(text, times, c=gr.Cache()):
        return remembered(c, text, "!" * int(times))

    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        demo = gr.Interface(shout, ["text", "number"], "text", api_name="shout")
    app = serve(demo)
    first, second = (app.run("shout", "a", 2) for _ in range(2))
    assert (first.data, first.used) == (["worked: A!!"], None)
    assert (second.data, second.used) == (["A!!"], "partial")


def test_a_chat_interface(serve):
    def answer(message, history, tone, c=gr.Cache()):
        return remembered(c, message, tone)

    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        demo = gr.ChatInterface(
            answer, additional_inputs=[gr.Textbox()], api_name="chat"
        )
    client = serve(demo).client()
    answers = []
    for _ in range(3):
        answers.append(client.predict("hi", "?", api_name="/chat"))
        client.reset_session()
    assert answers == ["worked: HI?", "HI?", "HI?"]


def test_a_chat_interface_that_streams(serve):
    async def answer(message, history, c=gr.Cache()):
        text = remembered(c, message)
        for end in range(1, len(text) + 1):
            yield text[:end]

    client = serve(gr.ChatInterface(answer, api_name="chat")).client()
    answers = []
    for _ in range(2):
        job = client.submit("hi", api_name="/chat")
        answers.append((job.result(timeout=30), len(job.outputs())))
        client.reset_session()
    assert answers == [("worked: HI", 10), ("HI", 2)]


def test_two_caches_in_one_function(serve):
    def both(text, words=gr.Cache(), letters=gr.Cache(max_size=1)):
        return f"{remembered(words, text)}, {remembered(letters, text[0])}"

    app = serve(blocks_of(("both", both)))
    runs = [app.run("both", text) for text in ("ab", "ac", "ac", "ba", "ab")]
    assert [(run.data[0], run.used) for run in runs] == [
        ("worked: AB, worked: A", None),
        ("worked: AC, A", "partial"),
        ("AC, A", "partial"),
        ("worked: BA, worked: B", None),
        ("AB, worked: A", "partial"),
    ]


def test_one_instance_of_two_functions_and_of_code_outside(serve):
    shared = gr.Cache()

    def one(text, c=shared):
        return remembered(c, text)

    def other(text, mine=shared):
        return remembered(mine, text)

    def by_closure(text):
        return remembered(shared, text)

    shared.set("prepared", result="before")
    fns = [("one", one), ("other", other), ("closure", by_closure)]
    app = serve(blocks_of(*fns))
    runs = [app.run(name, "a") for name, _ in fns]
    assert [(run.data[0], run.used) for run in runs] == [
        ("worked: A", None),
        ("A", "partial"),
        ("A", "partial"),
    ]
    assert app.run("other", "prepared").data == ["before"]
    assert shared.get("a") == {"result": "A"}
    assert sorted(shared.keys()) == ["a", "prepared"]


def test_called_directly_it_works_as_well():
    assert function("direct") == "worked: DIRECT"
    assert function("direct") == "DIRECT"
    assert function("direct", gr.Cache()) == "worked: DIRECT"
