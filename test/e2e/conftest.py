"""A browser, and the apps that it visits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from support.browser import chromium
from support.serving import Apps
from support.visit import Visit, visiting


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apps]:
    with Apps(tmp_path_factory.mktemp("apps")) as apps:
        yield apps


@pytest.fixture(scope="module", autouse=True)
def rest(apps: Apps) -> Iterator[None]:
    """Leaves the processor to the apps that a module visits."""
    yield
    apps.rest()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    with visiting(browser) as visit:
        yield visit
