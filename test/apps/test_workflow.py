"""`gr.Workflow`: functions that are nodes of a graph."""

import json

import pytest

import gradio as gr

pytestmark = [
    pytest.mark.skipif(
        not hasattr(gr, "Workflow"), reason="this Gradio has no workflows"
    ),
    pytest.mark.filterwarnings("ignore:gr.Workflow is currently in beta"),
]


@pytest.fixture
def app(serve, tmp_path):
    def start(*fns):
        return serve(gr.Workflow(str(tmp_path / "workflow.json"), bind=[*fns]))

    return start


def answers(app, name, *texts, **body):
    """What runs of a node give, and what each used."""
    runs = [app.run(f"predict_fn_{name}", json.dumps([t]), **body) for t in texts]
    return [(json.loads(run.data[0])[0], run.used) for run in runs]


def test_a_node_is_computed_once(app):
    runs = []

    @gr.cache
    def shout(text: str) -> str:
        runs.append(text)
        return text.upper()

    found = answers(app(shout), "shout", "a", "a", "b")
    assert found == [("A", None), ("A", "partial"), ("B", None)]
    assert runs == ["a", "b"]


def test_a_coroutine_function_is_a_node(app):
    @gr.cache
    async def shout(text: str) -> str:
        return text.upper()

    assert answers(app(shout), "shout", "a", "a") == [("A", None), ("A", "partial")]


def test_nobody_gets_the_answer_of_another_token(app):
    @gr.cache
    def who(text: str, token: gr.OAuthToken | None) -> str:
        return f"{text} {token.token if token else None}"

    served, tokens = app(who), ["one", "two", None, "one", "two", None]
    said = [answers(served, "who", "a", oauth_token=token)[0][0] for token in tokens]
    assert said == [f"a {token}" for token in tokens]


def test_what_a_node_keeps_for_itself(app):
    def count(text: str, seen: gr.Cache = gr.Cache()) -> str:  # noqa: B008
        number = (seen.get(text) or {"number": 0})["number"] + 1
        seen.set(text, number=number)
        return str(number)

    found = answers(app(count), "count", "a", "a", "a")
    assert found == [("1", None), ("2", "partial"), ("3", "partial")]
