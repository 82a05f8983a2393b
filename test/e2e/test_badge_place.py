"""The badge hides nothing, wherever its output is and whatever that is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, TimeoutError, expect

from support.serving import Apps
from support.visit import EDITOR_WITHOUT_STATUS, Visit, visiting

COVERED = (Path(__file__).parents[1] / "support" / "covered.js").read_text("utf-8")
COVERED = COVERED.strip().rstrip(";")  # to be called in an expression
GALLERY = "test/e2e/apps/gallery.py"
NARROW = "test/e2e/apps/narrow.py"
# Components without a status tracker show neither progress nor badge.
UNTRACKED = [
    "button",
    "download",
    "upload",
    "timer",
    "state",
    "browser",
    "params",
    "date",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def gallery(browser: Browser, apps: Apps) -> Iterator[Visit]:
    """All outputs of Gradio with badges that stay."""
    with visiting(browser, viewport=DESKTOP) as visit:
        visit.keep_badges()
        visit.open(apps.url(GALLERY), "Fill")
        assert [visit.run("Fill"), visit.run("Fill")] == [None, "full"]
        visit.page.wait_for_function("document.querySelectorAll('.vega-embed svg')")
        yield visit


def settled(visit: Visit) -> Visit:
    """Waits until no badge moves: contents that load move what is below them."""
    visit.page.evaluate("window.boxes_before = null")
    visit.page.wait_for_function(
        """() => {
            const boxes = [...document.querySelectorAll(".cache-badge, .block")]
                .map((element) => element.getBoundingClientRect().toJSON());
            const now = JSON.stringify(boxes);
            const same = now === window.boxes_before;
            window.boxes_before = now;
            return same;
        }""",
        polling=500,
    )
    return visit


def assert_nothing_is_hidden(visit: Visit) -> None:
    """Or soon no more: a badge looks again for what moved beneath it."""
    with contextlib.suppress(TimeoutError):
        visit.page.wait_for_function(f"({COVERED})().length === 0")
    assert visit.page.evaluate(COVERED) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_component_shows_it_and_nothing_is_hidden(
    gallery: Visit, theme: str, viewport: dict[str, int]
) -> None:
    gallery.page.set_viewport_size(viewport)
    gallery.page.evaluate(
        "dark => document.body.classList.toggle('dark', dark)", theme == "dark"
    )
    settled(gallery)
    shown = gallery.page.locator(".cache-badge:visible")
    names = gallery.page.locator("#placed textarea").input_value().split()
    without = {*UNTRACKED}
    assert without < set(names)
    if EDITOR_WITHOUT_STATUS in gallery.problems:
        without.add("editor")
    expect(shown).to_have_count(len([n for n in names if n not in without]))
    assert_nothing_is_hidden(gallery)


@pytest.fixture
def narrow(visit: Visit, apps: Apps) -> Visit:
    visit.keep_badges()
    visit.open(apps.url(NARROW), "Fill")
    visit.run("Fill")
    assert visit.run("Fill") == "full"
    visit.wait_for_badges(3)
    return settled(visit)


def badge_in(visit: Visit, element: str) -> Locator:
    return visit.page.locator(f"#{element} .cache-badge")


def test_it_is_never_outside_of_a_column_that_scrolls(narrow: Visit) -> None:
    column = narrow.page.locator("#scrolled")
    expect(badge_in(narrow, "picture")).to_be_hidden()
    assert is_inside(badge_in(narrow, "text"), column)
    column.evaluate("column => column.scrollTop = 300")
    expect(badge_in(settled(narrow), "text")).to_be_hidden()  # neither end is seen
    column.evaluate("column => column.scrollTop = 1e6")
    for element in ("text", "picture"):
        expect(badge_in(narrow, element)).to_be_visible()
        assert is_inside(badge_in(settled(narrow), element), column)
    assert_nothing_is_hidden(narrow)


def is_inside(badge: Locator, outer: Locator) -> bool:
    inner, around = badge.bounding_box(), outer.bounding_box()
    return (
        inner["y"] >= around["y"]
        and inner["y"] + inner["height"] <= around["y"] + around["height"]
    )


def test_it_goes_where_its_output_goes(narrow: Visit) -> None:
    narrow.page.locator("#scrolled").evaluate("column => column.scrollTop = 1e6")
    expect(badge_in(narrow, "text")).to_be_visible()
    above = settled(narrow).page.locator("#text .cache-badge").bounding_box()["y"]
    narrow.page.locator("#scrolled").evaluate("column => column.scrollTop -= 20")
    narrow.page.wait_for_function(
        """y => document.querySelector("#text .cache-badge")
            .getBoundingClientRect().top === y""",
        arg=above + 20,
    )


def test_it_is_on_the_screen_that_its_output_fills(narrow: Visit) -> None:
    picture = narrow.page.locator("#picture")
    picture.get_by_label("Fullscreen").evaluate("button => button.click()")
    expect(picture).to_have_css("position", "fixed")
    expect(badge_in(narrow, "picture")).to_be_in_viewport(ratio=1)
    expect(badge_in(narrow, "picture")).to_be_visible()


def test_a_narrow_output_has_a_short_one(narrow: Visit) -> None:
    expect(badge_in(narrow, "end")).to_have_attribute("data-size", "least")
    expect(badge_in(narrow, "end").locator("b")).to_be_visible()
    expect(badge_in(narrow, "end").locator(".label")).to_be_hidden()
