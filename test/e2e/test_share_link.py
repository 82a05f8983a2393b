"""A share link shows the app's own frontend, and asks no other host for it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import httpx
import pytest

from support.serving import Apps
from support.visit import Visit

APP = "test/e2e/apps/shared.py"
# A script of another host tells the height of a page to whoever embeds it in a frame.
FRONTEND = re.compile(r"(?<!/iframeResizer\.contentWindow\.min)\.(js|css)$")


def share_url(apps: Apps, ssr: bool = False) -> str:
    """The address that the tunnel gives the app; a browser knows where it is."""
    return apps.url(APP, ssr).replace("127.0.0.1", "shared.localhost")


@pytest.mark.parametrize("ssr", [False, True], ids=["spa", "ssr"])
def test_its_page_shows_the_badge(visit: Visit, apps: Apps, ssr: bool) -> None:
    url = share_url(apps, ssr)
    visit.open(url, "Greet")
    visit.page.get_by_label("Name").fill(f"shared, {ssr}")
    assert [visit.run("Greet"), visit.run("Greet")] == [None, "full"]
    visit.wait_for_badges(2)
    assert [badge.output for badge in visit.badges()] == ["Bye", "Hello"]
    frontend = [asked for asked in visit.requests if FRONTEND.search(asked)]
    assert {urlsplit(asked).netloc for asked in frontend} == {urlsplit(url).netloc}


def test_its_page_names_files_by_their_place_in_the_app(apps: Apps) -> None:
    page = httpx.get(apps.url(APP)).text
    modules = re.findall(r'<script type="module"[^>]* src="([^"]+)"', page)
    styles = re.findall(r'<link rel="stylesheet"[^>]* href="([^"]+)"', page)
    assert len(modules) == len(styles) == 1
    for file in modules + styles:
        assert file.startswith("./assets/")
        assert httpx.get(f"{apps.url(APP)}/{file}").status_code == 200


def test_its_page_asks_search_engines_to_stay_away(apps: Apps) -> None:
    assert "Disallow: /" in httpx.get(f"{apps.url(APP)}/robots.txt").text
