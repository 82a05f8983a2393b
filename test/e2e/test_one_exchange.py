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


@pytest.fixture(params=[False, True], ids=["spa", "ssr"])
def app(visit: Visit, apps: Apps, request: pytest.FixtureRequest) -> Visit:
    visit.open(apps.url(APP, ssr=request.param), "Greet")
    visit.page.get_by_label("Name").fill(f"{request.node.name} ")
    return visit


def exchanges(visit: Visit, do: Callable[[], object]) -> list[str]:
    """What the page asked its app for meanwhile: `join`, `data`."""
    before = len(visit.requests)
    do()
    asked = (url.partition("/queue/")[2] for url in visit.requests[before:])
    return [name.partition("?")[0] for name in asked if name]


def test_a_hit_is_one_exchange(app: Visit) -> None:
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
    toast.get_by_role("button").click()
    expect(toast).to_have_count(0)
    assert exchanges(app, lambda: app.run("Tell")) == ["join"]
    assert app.shown_in("Tale") == told
    expect(toast).to_have_count(1)
    expect(toast).to_contain_text("A tale of")
