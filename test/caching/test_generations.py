"""A number never falls back to what it was, however much is forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from gradio.caching import generations
from gradio.caching.generations import Generations
from gradio.caching.namespace import SHARED, Namespace

MINE = Namespace("mine")
DIGESTS = [bytes([i]) for i in range(6)]
CALLS = [(namespace, digest) for namespace in (SHARED, MINE) for digest in DIGESTS]
STEPS = st.lists(st.sampled_from([None, (SHARED,), (MINE,), *CALLS]), max_size=40)


def apply(step, to):
    if step is None or len(step) == 1:
        to.forget(step and step[0])
    else:
        assert to.forget_call(*step) == to.of(*step)


@given(STEPS, st.integers(1, 300))
def test_it_rises_for_all_that_is_forgotten(steps, most):
    limit, generations._MOST_CALLS = generations._MOST_CALLS, most
    try:
        numbers = Generations()
        for step in steps:
            before = {call: numbers.of(*call) for call in CALLS}
            apply(step, numbers)
            for call in CALLS:
                now = numbers.of(*call)
                assert now >= before[call]
                if step is None or step == call[: len(step)]:
                    assert now > before[call]
    finally:
        generations._MOST_CALLS = limit


def test_what_is_not_forgotten_keeps_its_number():
    numbers = Generations()
    numbers.forget_call(MINE, DIGESTS[0])
    numbers.forget(SHARED)
    assert numbers.of(MINE, DIGESTS[1]) == 0


def test_it_remembers_a_bounded_number_of_calls():
    numbers = Generations()
    for i in range(10_000):
        numbers.forget_call(SHARED, i.to_bytes(4, "big"))
    assert len(numbers._of_calls[SHARED]) <= generations._MOST_CALLS
