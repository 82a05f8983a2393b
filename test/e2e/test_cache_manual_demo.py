"""demo/cache_manual_demo, as its visitors meet it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from support.serving import Apps
from support.visit import Visit

DEMO = "demo/cache_manual_demo/run.py"
USED_CACHE = re.compile(r"used cache: (\d+ms|\d+\.\ds)")


@pytest.fixture
def demo(visit: Visit, apps: Apps) -> Visit:
    """A visit to an app whose cache is empty."""
    visit.open(apps.url(DEMO), "Paint")
    forget_all(visit)
    return visit


def paint(demo: Visit, words: str, ink: str = "Dawn") -> str | None:
    demo.page.get_by_label("Words").fill(words)
    demo.page.get_by_label(ink).check()
    return demo.run("Paint", events=2)  # the keys are listed after it


def forget_all(demo: Visit) -> None:
    demo.run("Forget all", events=2)


def assert_kept(demo: Visit, keys: str) -> None:
    line = demo.page.locator("p", has_text="In the cache:")
    expect(line).to_have_text(f"In the cache: {keys}")


def test_words_meet_whose_keys_are_equal(demo: Visit) -> None:
    assert paint(demo, "hello world") is None
    picture = demo.shown_in("Picture")
    assert paint(demo, "  Hello WORLD ") == "partial"
    demo.wait_for_badges()

    [badge] = demo.badges()
    assert badge.output == "Picture"
    assert USED_CACHE.fullmatch(badge.text)
    assert demo.shown_in("Picture") == picture
    assert_kept(demo, "hello world")


def test_the_rest_of_the_work_is_done_on_every_run(demo: Visit) -> None:
    paint(demo, "hello world", "Dawn")
    picture = demo.shown_in("Picture")
    assert paint(demo, "hello world", "Sea") == "partial"
    assert demo.shown_in("Picture") != picture


def test_other_words_have_an_entry_of_their_own(demo: Visit) -> None:
    paint(demo, "hello world")
    assert paint(demo, "once upon a time") is None
    assert_kept(demo, "hello world, once upon a time")


def test_what_was_forgotten_is_computed_again(demo: Visit) -> None:
    paint(demo, "hello world")
    forget_all(demo)
    assert_kept(demo, "nothing yet")
    assert paint(demo, "hello world") is None
    assert demo.badges() == []
