import asyncio

import pytest

from gradio.caching.serving.guard import guarded, guarded_async


def test_a_failure_is_logged_once_and_replaced(caplog):
    @guarded(instead="instead")
    def fails(error):
        raise error

    @guarded_async(instead="instead")
    async def fails_later(error):
        raise error

    for _ in range(3):
        assert fails(ValueError("no")) == "instead"
        assert asyncio.run(fails_later(ValueError("no"))) == "instead"
    assert len(caplog.records) == 2


def test_what_works_is_handed_on():
    @guarded(instead="instead")
    def works(x):
        return x

    @guarded_async(instead="instead")
    async def works_later(x):
        return x

    assert works(1) == asyncio.run(works_later(1)) == 1


def test_a_cancellation_passes_through():
    @guarded_async(instead="instead")
    async def cancelled():
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
