"""Servers that can be killed, the way to them, and what is logged."""

from __future__ import annotations

import logging

import pytest

from gradio.caching.stores import outage
from support.proxies import Proxy
from support.redis_servers import Server
from support.redis_stores import Told


@pytest.fixture
def told():
    handler = Told()
    logging.getLogger("gradio.caching").addHandler(handler)
    yield handler
    logging.getLogger("gradio.caching").removeHandler(handler)


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(outage, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(outage, "LONGEST_PAUSE", 0.02)


@pytest.fixture(params=["redis", "valkey"])
def server(request):
    server = Server(request.param)
    yield server
    server.close()


@pytest.fixture
def proxy(server):
    proxy = Proxy(server.port)
    yield proxy
    proxy.close()
