"""Every tab of demo/cache_demo, as its visitors meet it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from support.serving import Apps
from support.visit import Visit, visiting

DEMO = "demo/cache_demo/run.py"
TABS = {
    "Picture": ("Make a window", ["Shades", "Stained glass"]),
    "Secret": ("Crack it", ["In plain English"]),
    "Chat": ("Ask", ["Python's documentation"]),
    "Music": ("Play", ["Music"]),
    "Fractal": ("Explore", ["Mandelbrot set"]),
    "Age": ("Measure", ["Speed of this server"]),
    "Restart": ("Search", ["Most alike in Python's documentation"]),
}
TIME = r"(\d+ms|\d+\.\ds)"
FROM_CACHE = re.compile(rf"⚡ from cache: (~{TIME} → )?{TIME}")


@pytest.fixture(scope="module", params=["spa", "ssr"])
def demo(
    request: pytest.FixtureRequest, browser: Browser, apps: Apps
) -> Iterator[Visit]:
    """A visit to an app whose caches are empty."""
    with visiting(browser) as visit:
        visit.open(apps.url(DEMO, ssr=request.param == "ssr"), "Make a window")
        visit.run("Forget everything")
        yield visit


@pytest.mark.parametrize("tab", TABS)
def test_a_second_run_is_answered_from_the_cache(demo: Visit, tab: str) -> None:
    button, outputs = TABS[tab]
    demo.page.get_by_role("tab", name=tab).click()
    demo.forget()

    first = demo.run(button)
    shown = [demo.shown_in(output) for output in outputs]
    second = demo.run(button)
    demo.wait_for_badges(len(outputs))

    assert (first, second) == (None, "full")
    assert [demo.shown_in(output) for output in outputs] == shown
    demo.wait_until_playing()
    badges = demo.badges()
    assert [badge.output for badge in badges] == outputs
    assert all(FROM_CACHE.fullmatch(badge.text) for badge in badges)


def test_what_was_forgotten_is_computed_again(demo: Visit) -> None:
    demo.page.get_by_role("tab", name="Secret").click()
    demo.run("Crack it")
    demo.run("Forget everything")
    assert demo.run("Crack it") is None
    assert demo.run("Crack it") == "full"


def test_another_session_is_answered_from_the_same_cache(
    demo: Visit, browser: Browser
) -> None:
    demo.page.get_by_role("tab", name="Secret").click()
    demo.run("Crack it")
    with visiting(browser) as other:
        other.open(demo.page.url, "Make a window")
        other.page.get_by_role("tab", name="Secret").click()
        assert other.run("Crack it") == "full"
        other.wait_for_badges()
        assert [badge.output for badge in other.badges()] == ["In plain English"]
