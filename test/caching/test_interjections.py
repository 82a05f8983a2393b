"""What is sent or thrown into a cached generator arrives, as without a cache."""

import asyncio

import pytest

import gradio as gr
from support.kinds import listed, noting_end


class InterruptError(Exception):
    pass


def summing(n, log):
    total = 0
    with noting_end(log):
        for _ in range(n):
            try:
                total += (yield total) or 1
            except InterruptError:
                total = -100
    return total


async def summing_async(n, log):
    total = 0
    with noting_end(log):
        for _ in range(n):
            try:
                total += (yield total) or 1
            except InterruptError:
                total = -100


TALKS = {
    "plain": [None] * 5,
    "send": [None, 10, None, 20],
    "send at once": [None, 5, 6, 7, 8],
    "throw": [None, None, InterruptError(), None],
    "throw and send": [None, InterruptError(), 3, InterruptError()],
    "uncaught": [None, None, ValueError("a"), None],
    "too early": [7],
    "thrown too early": [InterruptError()],
    "at the end": [None, None, None, None, 9],
}
each_talk = pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS.keys())


def answers(generator, talk):
    for said in talk:
        try:
            if isinstance(said, Exception):
                yield generator.throw(said)
            else:
                yield generator.send(said)
        except StopIteration as stop:
            yield "returned", stop.value
        except Exception as error:
            yield type(error), str(error)
    generator.close()


async def answers_async(generator, talk):
    got = []
    for said in talk:
        try:
            if isinstance(said, Exception):
                got.append(await generator.athrow(said))
            else:
                got.append(await generator.asend(said))
        except StopAsyncIteration:
            got.append("ended")
        except Exception as error:
            got.append((type(error), str(error)))
    await generator.aclose()
    return got


def logless(arguments):
    return arguments["n"]


@pytest.fixture
def cached():
    return gr.cache(summing, key=logless)


@each_talk
@pytest.mark.parametrize("stored", [False, True])
def test_a_generator_answers_what_is_said_to_it(cached, talk, stored):
    log = []
    if stored:
        assert list(cached(4, log)) == [0, 1, 2, 3]
    expected = list(answers(summing(4, log), talk))
    assert list(answers(cached(4, log), talk)) == expected
    # What one caller said is kept for nobody.
    assert list(cached(4, log)) == [0, 1, 2, 3]


@each_talk
@pytest.mark.filterwarnings("ignore:A call of summing_async")
@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("keyed", [False, True])
def test_an_async_generator_answers_what_is_said_to_it(talk, stored, keyed):
    key = logless if keyed else lambda _: (item for item in [])
    cached = gr.cache(summing_async, key=key)

    async def main():
        if stored:
            assert await listed(cached(4, [])) == [0, 1, 2, 3]
        expected = await answers_async(summing_async(4, []), talk)
        assert await answers_async(cached(4, []), talk) == expected
        assert await listed(cached(4, [])) == [0, 1, 2, 3]

    asyncio.run(main())


def test_who_says_something_leaves_the_others_what_they_share(cached):
    one, other = cached(4, []), cached(4, [])
    assert [next(one), next(other), next(one)] == [0, 0, 1]
    assert one.send(10) == 11
    assert list(other) == [1, 2, 3]
    assert len(cached.cache) == 1
    assert next(one) == 12


def test_what_is_returned_comes_through_yield_from(cached):
    def outer():
        return (yield from cached(2, []))

    for _ in range(2):
        assert list(answers(outer(), [None, None, None])) == [0, 1, ("returned", 2)]
    assert list(answers(outer(), [None, 5, None])) == [0, 5, ("returned", 6)]


def test_a_generator_that_is_closed_is_closed_below(cached):
    log = []
    generator = cached(4, log)
    next(generator)
    generator.send(3)
    log.clear()
    generator.close()
    assert log == ["closed"]
