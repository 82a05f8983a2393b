"""A server of each kind, and stores on it as processes open them."""

from __future__ import annotations

import pytest

from support.backings import opener
from support.redis_servers import shared


@pytest.fixture(params=["redis", "valkey"])
def server(request):
    return shared(request.param)


@pytest.fixture
def another(server, tmp_path):
    return opener(server.kind, tmp_path)


@pytest.fixture
def store(another):
    return another()


@pytest.fixture
def keys(store):
    return store._keys
