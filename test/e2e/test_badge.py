"""Which outputs show the badge, and for how long."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from support.serving import Apps
from support.visit import Visit

APP = "test/e2e/apps/outputs.py"


@pytest.fixture
def app(visit: Visit, apps: Apps, request: pytest.FixtureRequest) -> Visit:
    return opened(visit, apps, request.node.name)


def opened(visit: Visit, apps: Apps, name: str) -> Visit:
    """Opens the app, with a name in its input that no other test uses."""
    visit.open(apps.url(APP), "Greet")
    visit.page.get_by_label("Name").fill(name)
    return visit


def hit(app: Visit, button: str, badges: int = 1) -> None:
    """Runs an event for the first time, and from the cache."""
    assert app.run(button) is None
    assert app.run(button) in {"full", "partial"}
    app.wait_for_badges(badges)


def outputs(visit: Visit) -> list[str]:
    return [badge.output for badge in visit.badges()]


def test_every_output_shows_it_and_no_input(app: Visit) -> None:
    hit(app, "Greet", badges=2)
    assert outputs(app) == ["Bye", "Hello"]


def test_an_output_that_is_an_input_too_shows_it(app: Visit) -> None:
    hit(app, "Change")
    assert outputs(app) == ["Name"]


def test_a_cached_function_in_a_plain_one_was_used(app: Visit) -> None:
    hit(app, "Shout")
    [badge] = app.badges()
    assert (badge.output, badge.used) == ("Other", "partial")
    assert badge.text.startswith("used cache: ")


def test_minimal_progress_shows_it(app: Visit) -> None:
    hit(app, "Minimal")
    assert outputs(app) == ["Other"]


@pytest.mark.parametrize("button", ["Hidden", "Nowhere"])
def test_it_is_not_shown_where_no_progress_is(app: Visit, button: str) -> None:
    assert [app.run(button), app.run(button)] == [None, "full"]
    hit(app, "Greet", badges=2)  # whatever was to come before has come
    assert outputs(app) == ["Bye", "Hello"]


def test_an_error_has_none(app: Visit) -> None:
    assert [app.run("Refuse"), app.run("Refuse")] == ["failed", "failed"]
    hit(app, "Greet", badges=2)
    assert outputs(app) == ["Bye", "Hello"]


def test_another_event_neither_doubles_nor_revives_it(app: Visit) -> None:
    hit(app, "Greet", badges=2)
    seen = app.badges()
    app.run("Plain")
    assert app.badges() == seen
    app.wait_until_gone()
    app.run("Plain")
    app.run("Plain")
    assert app.badges() == seen


def test_it_is_gone_after_two_seconds(visit: Visit, apps: Apps) -> None:
    visit.page.clock.install()
    opened(visit, apps, "two seconds")
    hit(visit, "Greet", badges=2)
    pause_soon(visit)
    visit.page.clock.run_for(3000)
    lifetimes = visit.lifetimes()
    assert len(lifetimes) == 2
    assert all(2000 <= lifetime <= 2500 for lifetime in lifetimes), lifetimes


def pause_soon(visit: Visit) -> None:
    """From then on, only `run_for` lets time pass in the page."""
    now = visit.page.evaluate("Date.now()")
    visit.page.clock.pause_at(now / 1000 + 0.1)


@pytest.fixture
def lasting(visit: Visit, apps: Apps, request: pytest.FixtureRequest) -> Visit:
    """A visit with badges whose time is never over."""
    visit.keep_badges()
    opened(visit, apps, request.node.name)
    hit(visit, "Greet", badges=2)
    return visit


def test_the_next_run_takes_it_away(lasting: Visit) -> None:
    lasting.button("Hold").click()
    expect(badges_in(lasting, "Hello")).to_have_count(0)
    expect(badges_in(lasting, "Bye")).to_have_count(1)
    assert lasting.run("Release", events=2) is None
    assert lasting.shown_in("Hello")[1].startswith("held")


def test_the_next_hit_replaces_it(lasting: Visit) -> None:
    assert lasting.run("Greet") == "full"
    lasting.wait_for_badges(4)
    expect(badges_in(lasting, "Hello")).to_have_count(1)
    expect(badges_in(lasting, "Bye")).to_have_count(1)


def test_a_badge_of_another_kind_would_be_seen(visit: Visit, apps: Apps) -> None:
    """Later releases of Gradio have one of their own; each visit looks out for it."""
    opened(visit, apps, "another kind")
    visit.page.evaluate("""() => {
        const other = document.createElement("div");
        document.querySelector(".block").append(other);
        other.append(document.createTextNode(""));
        other.firstChild.data = "⚡ from cache: 0.0s";
    }""")
    assert visit.page.evaluate("recorded.others.splice(0).length") > 0


def badges_in(visit: Visit, output: str) -> Locator:
    label = visit.page.get_by_test_id("block-info").get_by_text(output, exact=True)
    return visit.page.locator(".block", has=label).locator(".cache-badge")
