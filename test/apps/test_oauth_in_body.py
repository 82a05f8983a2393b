"""A token that a request brings along, for functions that ask for one."""

import pytest

import gradio as gr
from gradio.data_classes import PredictBody

pytestmark = pytest.mark.skipif(
    "oauth_token" not in PredictBody.model_fields,
    reason="this Gradio takes no token from a request",
)


@pytest.mark.parametrize("kind", ["function", "generator"])
def test_nobody_gets_the_answer_of_another_token(serve, kind):
    runs = []

    def who(text, token: gr.OAuthToken | None):
        runs.append(text)
        return f"{text} {token.token if token else None}"

    def steps(text, token: gr.OAuthToken | None):
        yield who(text, token)

    fn = gr.cache({"function": who, "generator": steps}[kind])
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        gr.Button().click(fn, given, out, api_name="who")
    app = serve(demo)
    tokens = ["one", "two", None, "one", "two", None]
    found = [app.run("who", "a", oauth_token=token) for token in tokens]
    assert [run.data for run in found] == [[f"a {token}"] for token in tokens]
    assert [run.used for run in found] == [None] * 3 + ["full"] * 3
    assert len(runs) == 3


def test_equal_requests_with_other_tokens_do_not_follow_each_other(serve, gate):
    @gr.cache
    def who(text, token: gr.OAuthToken | None):
        gate.wait()
        return f"{text} {token.token if token else None}"

    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        gr.Button().click(who, given, out, api_name="who", concurrency_limit=2)
    app = serve(demo)
    sessions = {token: app.session() for token in ("one", "two")}
    for token, session in sessions.items():
        app.join("who", "a", session=session, oauth_token=token)
    for _ in sessions:
        gate.until_reached()
    gate.open()
    for token, session in sessions.items():
        with app.listen(session) as stream:
            completed = stream.until("process_completed")
        assert completed["output"]["data"] == [f"a {token}"]


def test_a_token_makes_no_difference_to_who_does_not_ask_for_it(serve):
    @gr.cache
    def shout(text):
        return text.upper()

    app = serve(gr.Interface(shout, "text", "text", api_name="shout"))
    used = [app.run("shout", "a", oauth_token=token).used for token in ("one", "two")]
    assert used == [None, "full"]
