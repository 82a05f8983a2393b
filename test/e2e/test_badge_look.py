"""How the badge looks, and what someone hears who does not see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from support.serving import Apps
from support.visit import Visit, visiting

APP = "test/e2e/apps/outputs.py"
CONTRAST = (Path(__file__).parents[1] / "support" / "contrast.js").read_text("utf-8")


def badge_of(visit: Visit, url: str, name: str) -> Locator:
    """Runs the app until its outputs show badges that stay; returns the first."""
    visit.keep_badges()
    visit.open(url, "Greet")
    visit.page.get_by_label("Name").fill(name)
    assert [visit.run("Greet"), visit.run("Greet")] == [None, "full"]
    visit.wait_for_badges(2)
    return visit.page.locator(".cache-badge").first


@pytest.fixture
def badge(visit: Visit, apps: Apps, request: pytest.FixtureRequest) -> Locator:
    return badge_of(visit, apps.url(APP), request.node.name)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_readable_in_the_theme(visit: Visit, apps: Apps, theme: str) -> None:
    badge = badge_of(visit, f"{apps.url(APP)}?__theme={theme}", theme)
    look = badge.evaluate(CONTRAST)
    assert (look["ground"] > 0.5) == (theme == "light")
    assert look["contrast"] >= 4.5


def test_it_is_at_the_lower_right_of_its_output(badge: Locator) -> None:
    expect(badge).to_be_visible()
    output = badge.locator("xpath=ancestor::*[contains(@class, 'block')][1]")
    inner, outer = badge.bounding_box(), output.bounding_box()
    right = outer["x"] + outer["width"] - inner["x"] - inner["width"]
    bottom = outer["y"] + outer["height"]
    assert 0 <= right <= 10
    assert inner["y"] <= bottom <= inner["y"] + inner["height"]


def test_a_click_goes_through_it(badge: Locator) -> None:
    assert not badge.evaluate(
        """badge => {
            const { x, y, width, height } = badge.getBoundingClientRect();
            const hit = document.elementFromPoint(x + width / 2, y + height / 2);
            return badge.contains(hit);
        }"""
    )


@pytest.mark.parametrize(
    ("motion", "moves"), [("no-preference", True), ("reduce", False)]
)
def test_it_moves_only_for_those_who_like_it(
    browser: Browser, apps: Apps, motion: str, moves: bool
) -> None:
    with visiting(browser, reduced_motion=motion) as visit:
        badge = badge_of(visit, apps.url(APP), motion)
        animations = badge.evaluate("badge => badge.getAnimations().length")
        assert (animations > 0) == moves
        if not moves:
            expect(badge).to_have_css("opacity", "1")


def test_an_event_is_announced_once_for_all_its_outputs(
    visit: Visit, badge: Locator
) -> None:
    region = visit.page.get_by_role("status").and_(
        visit.page.locator(".cache-badge-announcer")
    )
    expect(region).to_contain_text("From cache: ")
    visit.run("Plain")
    assert len(visit.announced()) == 1
    expect(badge).to_have_attribute("aria-hidden", "true")
