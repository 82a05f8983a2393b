"""A function that never gets the same request twice says so, once."""

import itertools

import pytest

import gradio as gr
from gradio.caching.context.unrepeated import Unrepeated
from gradio.caching.hashing import digest


class Raw:
    """One of its own, that can be referred to weakly, as Starlette's are."""

    def __init__(self, headers):
        self.headers = headers


def request(session="a", user=None, **headers):
    wrapped = Raw(headers)
    return gr.Request(wrapped, username=user, session_hash=session)


def asking():
    def fn(x, request: gr.Request):
        return x, request.session_hash

    return gr.cache(fn)


def test_a_function_that_never_hits_for_its_request_says_so_once():
    fn = asking()
    requests = [request("a", nonce=str(n)) for n in range(20)]
    with pytest.warns(UserWarning, match="'nonce'.*key=") as told:
        list(map(fn, itertools.repeat(1), requests))
    assert len(told) == 1
    assert "cookie" not in str(told[0].message)


def test_a_method_that_never_hits_for_its_request_says_so_too():
    class Model:
        @gr.cache
        def fn(self, x, *requests):
            return x

    model = Model()
    requests = [request("a", nonce=str(n)) for n in range(20)]
    with pytest.warns(UserWarning, match="'nonce'"):
        list(map(model.fn, itertools.repeat(1), requests))


@pytest.mark.parametrize(
    "calls",
    [
        [(1, request("a"))] * 20,
        [(n, request("a", x=str(n))) for n in range(20)],
        [(1, request(str(n), x=str(n))) for n in range(20)],
        [(1, request("a", x=str(n // 4))) for n in range(80)],
    ],
)
def test_a_function_that_may_yet_hit_says_nothing(calls, recwarn):
    fn = asking()
    for call in calls:
        fn(*call)
    assert [str(w.message) for w in recwarn] == []


class Watched:
    """The calls of a function, as they are noted."""

    def __init__(self):
        self.calls = Unrepeated("fn")

    def call_all(self, askings):
        return [self.call(asking) for asking in askings]

    def call(self, asking, x=1, key=None):
        key = digest((x, asking)) if key is None else key
        self.calls.note((x, asking), key, digest)
        return self.calls.watches


def test_nobody_who_asks_for_no_request_is_watched():
    assert not Watched().call("text")


def test_it_stops_watching_once_a_call_was_repeated(recwarn):
    watched = Watched()
    assert watched.call(request(nonce="1"))
    assert not watched.call(request(nonce="1"))
    assert [str(w.message) for w in recwarn] == []


def test_it_watches_for_a_limited_number_of_calls():
    watched = Watched()
    watching = [watched.call(request(nonce=str(n)), x=n) for n in range(65)]
    assert watching == [True] * 63 + [False] * 2
    assert watched.calls._calls == {}


def test_an_event_that_calls_it_again_is_no_other_request(recwarn):
    watched, raw = Watched(), Raw({})
    for n in range(20):
        assert watched.call(gr.Request(raw, session_hash="a"), key=b"%d" % n)
    assert [str(w.message) for w in recwarn] == []


def test_all_that_ever_differed_is_named():
    watched, names = Watched(), ("one", "two")
    with pytest.warns(UserWarning, match="'one', header 'two'"):
        watched.call_all(request(**{names[n % 2]: str(n)}) for n in range(6))


def test_who_is_warned_is_not_watched_any_more():
    watched = Watched()
    with pytest.warns(UserWarning, match=r"fn\(\) is never answered"):
        watching = watched.call_all(request(nonce=str(n)) for n in range(7))
    assert watching == [True] * 5 + [False] * 2


def test_requests_among_variadic_arguments_are_seen_as_well():
    watched = Watched()
    with pytest.warns(UserWarning, match="'nonce'"):
        watched.call_all([request(nonce=str(n)), 1] for n in range(6))
