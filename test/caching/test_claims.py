"""What looks have found, and of which run it is."""

from __future__ import annotations

from gradio.caching import claims
from gradio.caching.claims import Claims
from gradio.caching.stores.backing import Claim

ONE, OTHER = Claim("one"), Claim("other")


def test_a_run_has_what_was_found_before_it_began():
    known = Claims()
    known.note(b"k", OTHER)
    known.note(b"k", ONE)
    known.begin(b"k")
    known.note(b"k", OTHER)  # by somebody who joins
    assert known.take(b"k") == ONE
    assert known.take(b"k") is None


def test_a_run_without_a_look_has_nothing():
    known = Claims()
    known.note(b"k", ONE)
    known.begin(b"k")
    known.begin(b"k")
    assert known.take(b"k") is None


def test_what_was_found_is_forgotten_with_a_clearing():
    known = Claims()
    for key in (b"a", b"b"):
        known.note(key, ONE)
    known.begin(b"a")
    known.clear()
    known.begin(b"b")
    assert known.take(b"a") is known.take(b"b") is None


def test_only_the_latest_are_kept(monkeypatch):
    monkeypatch.setattr(claims, "_MOST", 2)
    known = Claims()
    for key in (b"a", b"b", b"a", b"c"):
        known.note(key, ONE)
    for key in (b"a", b"b", b"c"):
        known.begin(key)
    assert [known.take(key) for key in (b"a", b"b", b"c")] == [ONE, None, ONE]
