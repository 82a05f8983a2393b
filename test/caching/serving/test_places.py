import asyncio

import pytest

from gradio.caching.serving.lookup.places import Places
from gradio.caching.serving.queueing import arrival_order
from support.gates import turns


@pytest.fixture
def patient(monkeypatch):
    monkeypatch.setattr(arrival_order, "PATIENCE", 30)


@pytest.mark.usefixtures("impatient")
def test_there_are_as_many_places_as_said():
    async def main():
        places = Places(2)
        async with places.one() as first, places.one() as second:
            async with places.one() as third:
                assert (first, second, third) == (True, True, False)
            # Who had none gave none back.
            async with places.one() as fourth:
                assert not fourth

    asyncio.run(main())


@pytest.mark.usefixtures("patient")
def test_who_waits_gets_the_place_that_becomes_free():
    async def main():
        places, order = Places(1), []

        async def take(name):
            async with places.one() as is_held:
                order.append((name, is_held))

        async with places.one():
            waiting = [asyncio.ensure_future(take(name)) for name in "ab"]
            await turns()
            assert order == []
        await asyncio.gather(*waiting)
        assert order == [("a", True), ("b", True)]

    asyncio.run(main())


@pytest.mark.usefixtures("impatient")
def test_a_task_may_hold_several_places():
    async def main():
        places = Places(2)
        async with places.one() as outer, places.one() as inner:
            assert outer
            assert inner

    asyncio.run(main())


@pytest.mark.usefixtures("impatient")
def test_a_failure_gives_its_place_back():
    async def fail(places):
        async with places.one() as is_held:
            raise ValueError(f"held: {is_held}")

    async def main():
        places = Places(1)
        for _ in range(3):
            with pytest.raises(ValueError, match="held: True"):
                await fail(places)

    asyncio.run(main())


@pytest.mark.usefixtures("patient")
def test_a_place_is_lost_neither_by_who_waits_for_it_nor_by_who_holds_it():
    async def main():
        places, reached = Places(1), asyncio.Event()

        async def hold():
            async with places.one():
                reached.set()
                await asyncio.Event().wait()

        holding = asyncio.ensure_future(hold())
        await reached.wait()
        waiting = asyncio.ensure_future(hold())
        await turns()
        for task in (waiting, holding):
            task.cancel()
            await asyncio.wait([task])
        async with places.one() as is_held:
            assert is_held

    asyncio.run(main())
