"""Calls that wait for themselves by way of a thread, made as the guide says."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import gradio as gr

DEADLINE = 20


def only_text(arguments):
    return arguments["text"]


def test_a_function_that_has_a_pool_call_it_again():
    @gr.cache(key=only_text)
    def fn(text, depth):
        if depth == 0:
            return text
        again = pool.submit(copy_context().run, fn, text, depth - 1)
        return again.result(DEADLINE) + "!"

    with ThreadPoolExecutor(8) as pool:
        assert fn("a", 3) == "a!!!"
        assert fn("a", 3) == "a!!!"


def test_a_coroutine_function_that_does_so():
    @gr.cache(key=only_text)
    async def fn(text, depth):
        if depth == 0:
            return text

        def again():
            return asyncio.run(fn(text, depth - 1))

        return await asyncio.wait_for(asyncio.to_thread(again), DEADLINE) + "!"

    assert asyncio.run(fn("a", 3)) == "a!!!"


def test_two_functions_that_wait_for_each_other():
    @gr.cache(key=only_text)
    def one(text, depth):
        return text if depth == 0 else in_pool(other, text, depth) + "1"

    @gr.cache(key=only_text)
    def other(text, depth):
        return in_pool(one, text, depth - 1) + "2"

    def in_pool(fn, *args):
        return pool.submit(copy_context().run, fn, *args).result(DEADLINE)

    with ThreadPoolExecutor(8) as pool:
        assert one("a", 2) == "a2121"


def test_async_generators_of_several_loops_wait_for_nobody():
    @gr.cache
    async def fn(text):
        runs.append(text)
        yield text
        yield text + "!"

    async def begin():
        stream = fn("a")
        assert await anext(stream) == "a"
        with ThreadPoolExecutor(1) as pool:
            whole = pool.submit(asyncio.run, read())
            assert whole.result(DEADLINE) == ["a", "a!"]
        assert await anext(stream) == "a!"
        await stream.aclose()

    async def read():
        return [item async for item in fn("a")]

    runs = []
    asyncio.run(begin())
    assert runs == ["a", "a"]
    assert asyncio.run(read()) == ["a", "a!"]
    assert runs == ["a", "a"]
