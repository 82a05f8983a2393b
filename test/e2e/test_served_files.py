"""No browser shows the badge's page with files that it kept from the base's."""

from __future__ import annotations

import re

import httpx
import pytest

from support.serving import Apps
from support.visit import Visit

APP = "demo/cache_demo/run.py"
HASHED = re.compile(r"/(?:assets|_app/immutable)/(?!gradio\.js$)(.*)")
TAGGED = re.compile(r"[0-9a-f]{8}/")


@pytest.mark.parametrize("ssr", [False, True], ids=["spa", "ssr"])
def test_all_files_come_from_the_tagged_directory(
    visit: Visit, apps: Apps, ssr: bool
) -> None:
    visit.open(apps.url(APP, ssr), "Make a window")
    visit.page.get_by_role("tab", name="Secret").click()
    visit.run("Crack it")
    visit.run("Crack it")
    visit.wait_for_badges()
    files = [found[1] for url in visit.requests if (found := HASHED.search(url))]
    assert any("cache_badge" in file for file in files)
    assert [file for file in files if not TAGGED.match(file)] == []
    assert len({TAGGED.match(file)[0] for file in files}) == 1


def test_the_page_names_no_other_file(apps: Apps) -> None:
    url = apps.url(APP)
    named = re.findall(r'"\./assets/([^"]+)"', httpx.get(url).text)
    assert named
    assert all(map(TAGGED.match, named))
    for file in named:
        assert httpx.get(f"{url}/assets/{file}").status_code == 200
