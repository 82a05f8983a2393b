"""What of a request tells one caller from another."""

from __future__ import annotations

import pickle
import threading
from types import SimpleNamespace

import fastapi
import pytest

import gradio as gr
from gradio.caching.errors import UnsharedError
from gradio.caching.hashing import digest


def request(session=None, user=None, headers=None, query=None):
    wrapped = SimpleNamespace(headers=headers or {}, query_params=query or {})
    return gr.Request(wrapped, username=user, session_hash=session)


@pytest.mark.parametrize(
    "other",
    [
        {"session": "b"},
        {"user": "other"},
        {"headers": {"cookie": "b"}},
        {"query": {"q": "b"}},
    ],
)
def test_a_request_counts_by_user_session_and_what_they_sent(other):
    mine = {
        "session": "a",
        "user": "me",
        "headers": {"cookie": "a", "content-length": "1"},
        "query": {"q": "a"},
    }
    assert digest(request(**mine)) == digest(request(**mine))
    assert digest(request(**mine)) != digest(request(**{**mine, **other}))


def test_what_the_transport_sets_does_not_count():
    one, other = ({"Content-Length": n, "accept": n} for n in "12")
    assert digest(request("a", headers=one)) == digest(request("a", headers=other))


@pytest.mark.parametrize(
    "name",
    [
        *("x-request-id", "X-Request-ID", "traceparent", "tracestate", "x-b3-spanid"),
        *("cf-ray", "x-amzn-trace-id", "x-cloud-trace-context", "x-real-port"),
        *("date", "age", "if-none-match", "x-request-start", "x-datadog-parent-id"),
    ],
)
def test_what_is_new_with_each_request_does_not_count(name):
    one, other = ({name: n, "cookie": "a"} for n in "12")
    assert digest(request("a", headers=one)) == digest(request("a", headers=other))


@pytest.mark.parametrize(
    "name",
    [
        *("accept-language", "user-agent", "authorization", "cookie", "referer"),
        *("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "host", "via"),
        *("x-real-ip", "forwarded", "x-api-key", "content-type", "origin"),
    ],
)
def test_what_a_function_may_ask_for_counts(name):
    one, other = ({name: n} for n in ("for=1.2.3.4", "for=1.2.3.5"))
    assert digest(request("a", headers=one)) != digest(request("a", headers=other))


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("x-forwarded-for", "1.2.3.4:50, 5.6.7.8", "1.2.3.4:51, 5.6.7.8"),
        ("forwarded", 'for="[2001:db8::1]:50"', 'for="[2001:db8::1]:51"'),
        ("cookie", "a=b; AWSALB=1", "a=b; AWSALB=2"),
    ],
)
def test_the_part_of_a_header_that_is_new_each_time_does_not_count(name, one, other):
    same, different = ({name: value} for value in (one, other))
    assert digest(request("a", headers=same)) == digest(request("a", headers=different))


def asgi_request(path="/join", client=("1.2.3.4", 50), session=None, **more):
    headers = [(k.encode(), v.encode()) for k, v in more.pop("headers", {}).items()]
    scope = {"type": "http", "scheme": "http", "path": path, "query_string": b""}
    scope |= {"headers": headers, "client": client, "path_params": {}, **more}
    if session is not None:
        scope["session"] = session
    return gr.Request(fastapi.Request(scope), session_hash="s")


@pytest.mark.parametrize(
    "other",
    [
        {"client": ("1.2.3.5", 50)},
        {"path": "/other/join"},
        {"scheme": "https"},
        {"query_string": b"q=1"},
        {"path_params": {"tenant": "b"}},
        {"session": {"user": "b"}},
        {"state": {"tenant": "b"}},
        {"user": "b"},
        {"auth": ["admin"]},
        {"headers": {"cookie": "session=b"}},
    ],
)
def test_whatever_a_function_can_read_of_the_caller_counts(other):
    assert digest(asgi_request()) == digest(asgi_request())
    assert digest(asgi_request()) != digest(asgi_request(**other))


def test_what_middleware_adds_to_each_message_does_not_count():
    one, other = ({"state": {"tenant": "a", "request_id": n}} for n in (1, 2))
    assert digest(asgi_request(**one)) == digest(asgi_request(**other))


def test_what_middleware_adds_may_have_no_content():
    pool = threading.Lock()
    for state in ({"pool": pool}, {"all": [pool]}):
        assert digest(asgi_request(state=state)) == digest(asgi_request(state=state))


def test_the_port_of_a_connection_does_not_count():
    assert digest(asgi_request()) == digest(asgi_request(client=("1.2.3.4", 51)))
    assert digest(asgi_request(client=None)) == digest(asgi_request(client=None))


def test_the_signature_of_a_session_s_cookie_does_not_count():
    def signed(signature, user="a"):
        headers = {"cookie": f"session={signature}"}
        return asgi_request(headers=headers, session={"user": user})

    assert digest(signed("1")) == digest(signed("2"))
    assert digest(signed("1")) != digest(signed("1", user="b"))


def test_two_values_of_one_header_or_parameter_count_both():
    assert digest(asgi_request(query_string=b"q=1&q=2")) != digest(
        asgi_request(query_string=b"q=3&q=2")
    )


def test_a_request_that_was_pickled_counts_alike():
    def unpickled(**scope):
        return pickle.loads(pickle.dumps(asgi_request(**scope)))  # noqa: S301

    assert digest(unpickled()) == digest(unpickled(client=("1.2.3.4", 51)))
    assert digest(unpickled()) != digest(unpickled(client=("1.2.3.5", 50)))


def test_a_request_of_nobody_is_shared_with_nobody():
    with pytest.raises(UnsharedError):
        digest(request())


def test_a_user_without_session_shares_with_itself():
    assert digest(request(user="me")) == digest(request(user="me"))


def test_a_call_with_a_request_of_nobody_runs_uncached_without_a_warning(recwarn):
    runs = []

    @gr.cache
    def fn(x, request: gr.Request):
        runs.append(x)
        return request.session_hash

    for _ in range(2):
        fn(1, request())
    assert len(runs) == 2
    assert [w for w in recwarn if "uncached" in str(w.message)] == []
    assert [fn(1, request("a")), fn(1, request("b")), fn(1, request("a"))] == [
        "a",
        "b",
        "a",
    ]
    assert len(runs) == 4
