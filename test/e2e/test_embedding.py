"""An app in somebody's page, with `<gradio-app>`."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from support.serving import Apps
from support.visit import Visit

APPS = ["test/e2e/apps/outputs.py", "test/e2e/apps/shared.py"]
PAGE = """<!doctype html>
<link rel="icon" href="data:," />
<script type="module" src="{app}/assets/gradio.js"></script>
<gradio-app src="{app}"></gradio-app>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture(params=APPS, ids=["here", "shared"])
def somebodys_page(
    apps: Apps, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    (tmp_path / "index.html").write_text(PAGE.format(app=apps.url(request.param)))
    handler = functools.partial(Quiet, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_an_embedded_app_shows_the_badge(visit: Visit, somebodys_page: str) -> None:
    visit.open(somebodys_page, "Greet")
    visit.page.get_by_label("Name").fill("embedded")
    assert [visit.run("Greet"), visit.run("Greet")] == [None, "full"]
    visit.wait_for_badges(2)
    assert [badge.output for badge in visit.badges()] == ["Bye", "Hello"]
