import pytest

from gradio.caching.function_cache import FunctionCache
from gradio.caching.keys import CacheKey, Call, PrecomputedKey
from gradio.caching.namespace import SHARED
from gradio.caching.settings import Settings
from gradio.caching.stores.memory import MemoryStore

KEY = CacheKey(SHARED, b"key", 0)


def cache():
    return FunctionCache(Settings(), MemoryStore())


def test_is_good_for_one_call_with_the_very_inputs():
    mine, image = cache(), object()
    known = PrecomputedKey(mine, [image], KEY, Call((object(), image)))
    assert known.claim(mine, (object(), image), {}) is KEY
    assert known.claim(mine, (object(), image), {}) is None


def test_is_not_good_for_another_function():
    mine, image = cache(), object()
    known = PrecomputedKey(mine, [image], KEY, Call((image,)))
    assert known.claim(cache(), (image,), {}) is None
    assert known.claim(mine, (image,), {}) is KEY


@pytest.mark.parametrize("args", [(), ([1],), ([1], [2])])
def test_is_not_good_for_other_inputs(args):
    mine = cache()
    one, two = [1], [2]
    known = PrecomputedKey(mine, [one, two], KEY, Call((one, two)))
    assert known.claim(mine, args, {}) is None


ONE, TWO = [1], [2]


@pytest.mark.parametrize(
    ("args", "kwargs", "is_good"),
    [
        ((ONE,), {"b": TWO}, True),
        ((ONE, "a default"), {"b": TWO}, True),
        ((TWO,), {"b": ONE}, False),
        ((ONE,), {"c": TWO}, False),
        ((ONE, TWO), {}, False),
        ((ONE,), {"b": ONE}, False),
    ],
)
def test_is_good_for_inputs_in_their_places_alone(args, kwargs, is_good):
    mine = cache()
    known = PrecomputedKey(mine, [ONE, TWO], KEY, Call((ONE,), {"b": TWO}))
    assert (known.claim(mine, args, kwargs) is KEY) is is_good


def test_is_good_for_no_call_that_has_an_input_in_another_form():
    mine = cache()
    known = PrecomputedKey(mine, [ONE, TWO], KEY, Call(({"a": ONE, "b": TWO},)))
    assert known.claim(mine, (ONE, TWO), {}) is None
