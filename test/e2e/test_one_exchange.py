"""What a page asks for when an event hits: its join request, and nothing more."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect

from support.serving import Apps
from support.visit import Visit

APP = "test/e2e/apps/exchanges.py"


@pytest.fixture
def app(visit: Visit, apps: Apps, request: pytest.FixtureRequest) -> Visit:
    return opened(visit, apps.url(APP), request.node.name)


def opened(visit: Visit, url: str, name: str) -> Visit:
    """Opens an app, with a name in its input that no other test uses."""
    visit.open(url, "Greet")
    visit.page.get_by_label("Name").fill(f"{name} ")
    return visit


def exchanges(visit: Visit, do: Callable[[], object]) -> list[str]:
    """What the page asked its app for meanwhile: `join`, `data`."""
    before = len(visit.requests)
    do()
    asked = (url.partition("/queue/")[2] for url in visit.requests[before:])
    return [name.partition("?")[0] for name in asked if name]


@pytest.mark.parametrize("ssr", [False, True], ids=["spa", "ssr"])
def test_a_hit_is_one_exchange(visit: Visit, apps: Apps, ssr: bool) -> None:
    app = opened(visit, apps.url(APP, ssr=ssr), "somebody")
    run = functools.partial(app.run, "Greet")
    assert exchanges(app, run) == ["join", "data"]
    for _ in range(3):
        assert exchanges(app, run) == ["join"]
    assert app.completed() == [None, "full", "full", "full"]
    app.wait_for_badges(3)
    assert {badge.output for badge in app.badges()} == {"Hello"}


def test_a_stream_of_words_and_its_toast_are_in_it(app: Visit) -> None:
    app.run("Tell")
    told, toast = app.shown_in("Tale"), app.page.get_by_test_id("toast-body")
    app.page.get_by_test_id("toast-close").click()
    expect(toast).to_have_count(0)
    assert exchanges(app, lambda: app.run("Tell")) == ["join"]
    assert app.shown_in("Tale") == told
    expect(toast).to_have_count(1)
    expect(toast).to_contain_text("A tale of")


def test_what_is_too_large_for_it_comes_by_a_stream(app: Visit) -> None:
    app.run("Fill")
    filled = app.shown_in("Tale")
    assert exchanges(app, lambda: app.run("Fill")) == ["join", "data"]
    assert app.completed() == [None, "full"]
    assert app.shown_in("Tale") == filled


def test_a_chain_goes_on_after_it(app: Visit) -> None:
    app.run("Chain", events=3)
    seen = [app.shown_in(output) for output in ("Hello", "Tale", "Last")]
    assert exchanges(app, lambda: app.run("Chain", events=3)) == ["join"] * 3
    assert [app.shown_in(output) for output in ("Hello", "Tale", "Last")] == seen


def test_two_events_at_once_are_two_of_them(app: Visit) -> None:
    app.run("Both", events=2)
    assert exchanges(app, lambda: app.run("Both", events=2)) == ["join"] * 2
    assert app.completed()[2:] == ["full"] * 2


def test_it_comes_past_the_stream_of_another_event(app: Visit) -> None:
    mine, hello = name(app), app.page.get_by_label("Hello")
    app.run("Greet")
    app.page.get_by_label("Name").fill("another")
    app.run("Greet")
    app.page.get_by_label("Name").fill(mine)
    with app.page.expect_response("**/queue/data?*"):
        app.button("Hold").click()

    def greet() -> None:
        app.button("Greet").click()
        expect(hello).to_have_value(f"Hello {mine}")

    assert exchanges(app, greet) == ["join"]
    app.run("Release")
    expect(app.page.get_by_label("Held")).to_have_value(f"held {mine}")
    app.page.get_by_label("Name").fill(f"{mine} again")
    assert exchanges(app, lambda: app.run("Greet")) == ["join", "data"]


def test_a_page_that_nobody_sees_takes_it_too(app: Visit) -> None:
    app.run("Tell")
    app.page.evaluate(
        """Object.defineProperty(document, "visibilityState", { value: "hidden" })"""
    )
    assert exchanges(app, lambda: app.run("Tell")) == ["join"]


def name(visit: Visit) -> str:
    return visit.page.get_by_label("Name").input_value()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def somebodys_page(apps: Apps, tmp_path: Path) -> Iterator[str]:
    app = apps.url(APP)
    (tmp_path / "index.html").write_text(
        f'''<!doctype html><link rel="icon" href="data:," />
        <script type="module" src="{app}/assets/gradio.js"></script>
        <gradio-app src="{app}"></gradio-app>'''
    )
    handler = functools.partial(Quiet, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_an_embedded_app_asks_for_it_too(visit: Visit, somebodys_page: str) -> None:
    visit.open(somebodys_page, "Greet")
    visit.page.get_by_label("Name").fill("embedded")
    visit.run("Greet")
    assert exchanges(visit, lambda: visit.run("Greet")) == ["join"]
    assert visit.completed() == [None, "full"]
