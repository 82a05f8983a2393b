"""What a function gets besides its inputs: who calls, states, events."""

import gradio as gr
from support.listeners import blocks_of


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
    first, second = app.run(fn, "a"), app.run(fn, "a")
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
            assert app.run(who, "a", session=session).data == [f"a {session}"]


def test_users_never_share_what_was_computed_with_their_request(serve):
    @gr.cache
    def who(text, request: gr.Request):
        return f"{text} {request.username}"

    app = serve(blocks_of(who), auth=[("ada", "x"), ("bob", "x")])
    for _ in range(2):
        for user in ("ada", "bob"):
            client = app.client(auth=(user, "x"))
            assert client.predict("a", api_name="/who") == f"a {user}"


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
