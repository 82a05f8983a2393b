"""What looks have found, and of which run it is."""

from __future__ import annotations

from gradio.caching import claims
from gradio.caching.claims import Claims
from gradio.caching.stores.backing import Claim

ONE, OTHER = Claim("one"), Claim("other")


def test_a_run_gets_what_was_found_latest_and_no_other_run_does():
    known = Claims()
    known.note(b"k", OTHER)
    known.note(b"k", ONE)
    assert known.take(b"k") == ONE
    assert known.take(b"k") is None


def test_what_was_found_is_forgotten_with_a_clearing():
    known = Claims()
    known.note(b"k", ONE)
    known.clear()
    assert known.take(b"k") is None


def test_only_the_latest_are_kept(monkeypatch):
    monkeypatch.setattr(claims, "_MOST", 2)
    known = Claims()
    for key in (b"a", b"b", b"a", b"c"):
        known.note(key, ONE)
    assert [known.take(key) for key in (b"a", b"b", b"c")] == [ONE, None, ONE]
