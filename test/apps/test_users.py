"""Who asks: users signed in by a cookie or a proxy, and what their browsers keep."""

import inspect
import time

import pytest
from starlette.middleware import Middleware

import gradio as gr

LAUNCH = inspect.signature(gr.Blocks.launch).parameters
AWAITED = pytest.mark.skipif(
    "Awaitable" not in str(LAUNCH["auth_dependency"].annotation),
    reason="this Gradio does not wait for who has signed in",
)


# One moment for all requests: it is part of a token, and so of the key.
EXPIRES = int(time.time()) + 3600


class SignedIn:
    """Stands for the session cookie of OAuth: who asks is what a header says."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            name = dict(scope["headers"]).get(b"x-user", b"").decode()
            scope["session"] = {"oauth_info": oauth_info(name)} if name else {}
        await self.app(scope, receive, send)


def oauth_info(name):
    return {
        "access_token": f"token of {name}",
        "scope": "openid profile",
        "expires_at": EXPIRES,
        "userinfo": dict.fromkeys(("profile", "picture"), "")
        | dict.fromkeys(("name", "preferred_username"), name),
    }


def profile_of(text, profile: gr.OAuthProfile | None):
    return f"{text} {profile.name if profile else None}"


def token_of(text, token: gr.OAuthToken | None):
    return f"{text} {token.token if token else None}"


def user_of(text, request: gr.Request):
    return f"{text} {request.username}"


def asked_by(app, fn, *names):
    """What users get, one after the other, and what of a cache was used for it."""
    runs = []
    for name in names:
        app.http.headers["x-user"] = name
        runs.append(app.run(fn, "a", session=f"session of {name}"))
    return [run.data for run in runs], [run.used for run in runs]


def blocks_of(fn):
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        gr.Button().click(gr.cache(fn), given, out, api_name=fn.__name__)
    return demo


@pytest.mark.parametrize(
    ("fn", "told"),
    [(profile_of, ""), (token_of, "token of ")],
    ids=["profile", "token"],
)
def test_nobody_gets_the_answer_of_who_is_signed_in_as_another(serve, fn, told):
    settings = {"middleware": [Middleware(SignedIn)]}
    app = serve(blocks_of(fn), app_kwargs=settings)
    data, used = asked_by(app, fn, "ada", "bob", "", "ada", "bob", "")
    assert data == [[f"a {told}ada"], [f"a {told}bob"], ["a None"]] * 2
    assert used == [None] * 3 + ["full"] * 3


@pytest.mark.parametrize("later", [False, pytest.param(True, marks=AWAITED)])
def test_nobody_gets_the_answer_of_who_came_through_the_same_proxy(serve, later):
    def signed_in(request):
        return request.headers.get("x-user")

    async def signed_in_later(request):
        return signed_in(request)

    settings = {"auth_dependency": signed_in_later if later else signed_in}
    app = serve(blocks_of(user_of), **settings)
    data, used = asked_by(app, user_of, "ada", "bob", "ada", "bob")
    assert data == [["a ada"], ["a bob"]] * 2
    assert used == [None] * 2 + ["full"] * 2
    del app.http.headers["x-user"]
    refused = app.post(user_of, "a", session=app.session())
    assert refused.status_code == 401


def test_what_a_browser_keeps_is_an_input_like_others(serve):
    runs = []

    @gr.cache
    def count(text, kept):
        runs.append(text)
        return f"{text} {kept['times']}", {"times": kept["times"] + 1}

    with gr.Blocks() as demo:
        given, out, kept = gr.Textbox(), gr.Textbox(), gr.BrowserState({"times": 0})
        gr.Button().click(count, [given, kept], [out, kept], api_name="count")
    app = serve(demo)
    found = [app.run("count", "a", {"times": times}) for times in (1, 2, 1, 2)]
    assert [run.data for run in found] == [
        ["a 1", {"times": 2}],
        ["a 2", {"times": 3}],
    ] * 2
    assert [run.used for run in found] == [None] * 2 + ["full"] * 2
    assert len(runs) == 2
