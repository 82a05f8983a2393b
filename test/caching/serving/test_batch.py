import asyncio

import pytest

import gradio as gr
from gradio.caching.serving.batch import Batches, unbatched
from gradio.caching.wrapping import engine_of


def listener(fn, inputs=1):
    with gr.Blocks() as demo:
        boxes = [gr.Textbox() for _ in range(inputs)]
        gr.Button().click(fn, boxes, gr.Textbox(), batch=True, max_batch_size=8)
    return demo.fns[0]


def runner(fn, inputs=1):
    of = listener(fn, inputs)
    return Batches().runner(of, engine_of(fn)).fn


def test_a_listener_has_one_runner():
    fn = gr.cache(lambda texts: [texts])
    of, batches = listener(fn), Batches()
    assert batches.runner(of, engine_of(fn)) is batches.runner(of, engine_of(fn))


def test_only_misses_run_and_the_results_are_in_order():
    runs = []

    @gr.cache
    def shout(texts):
        runs.append(list(texts))
        return [[t.upper() for t in texts]]

    run = runner(shout)
    assert run(("a", "b")) == [["A", "B"]]
    assert run(("c", "a", "d", "b")) == [["C", "A", "D", "B"]]
    assert run(("a", "d")) == [["A", "D"]]
    assert runs == [["a", "b"], ["c", "d"]]


def test_equal_items_of_a_batch_run_once():
    runs = []

    @gr.cache
    def shout(texts):
        runs.append(list(texts))
        return [[t.upper() for t in texts]]

    assert runner(shout)(("a", "b", "a")) == [["A", "B", "A"]]
    assert runs == [["a", "b"]]


def test_many_inputs_and_outputs():
    @gr.cache
    def both(texts, others):
        return [list(texts), [t + o for t, o in zip(texts, others, strict=True)]]

    run = runner(both, inputs=2)
    for _ in range(2):
        assert run(("a", "b"), ("x", "y")) == [["a", "b"], ["ax", "by"]]


def test_any_number_of_inputs():
    runs = []

    @gr.cache
    def join(*columns):
        runs.append(columns)
        return [["".join(parts) for parts in zip(*columns, strict=True)]]

    run = runner(join, inputs=2)
    assert run(("a", "b"), ("x", "y")) == [["ax", "by"]]
    assert run(("b", "a", "c"), ("y", "x", "z")) == [["by", "ax", "cz"]]
    assert runs == [(("a", "b"), ("x", "y")), (("c",), ("z",))]


def test_inputs_around_a_value_that_gradio_fills_in():
    cache = gr.Cache()

    @gr.cache
    def join(ones, c=cache, others=None):
        return [[o + p for o, p in zip(ones, others, strict=True)]]

    run = runner(join, inputs=2)
    for _ in range(2):
        assert run(("a", "b"), cache, ("x", "y")) == [["ax", "by"]]


def test_coroutine_functions():
    runs = []

    @gr.cache
    async def shout(texts):
        runs.append(list(texts))
        return [[t.upper() for t in texts]]

    run = runner(shout)
    assert asyncio.run(run(("a",))) == [["A"]]
    assert asyncio.run(run(("b", "a"))) == [["B", "A"]]
    assert runs == [["a"], ["b"]]


def test_an_error_passes_through_and_nothing_is_stored():
    @gr.cache
    def fails(texts):
        raise ValueError(texts)

    with pytest.raises(ValueError, match="a"):
        runner(fails)(("a",))
    assert len(fails.cache) == 0


@pytest.mark.parametrize("error", [StopIteration("no"), RuntimeError("no")])
def test_any_error_is_the_function_s_own(error):
    @gr.cache
    def fails(texts):
        raise error

    with pytest.raises(type(error)) as raised:
        runner(fails)(("a",))
    assert raised.value is error


def test_a_batch_of_one_without_its_lists():
    assert unbatched([["a"]]) == "a"
    assert unbatched([["a"], [1]]) == ("a", 1)
