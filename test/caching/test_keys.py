import pytest

from gradio.caching.function_cache import FunctionCache
from gradio.caching.keys import CacheKey, PrecomputedKey
from gradio.caching.namespace import SHARED
from gradio.caching.settings import Settings
from gradio.caching.stores.memory import MemoryStore

KEY = CacheKey(SHARED, b"key", 0)


def cache():
    return FunctionCache(Settings(), MemoryStore())


def test_is_good_for_one_call_with_the_very_inputs():
    mine, image = cache(), object()
    known = PrecomputedKey(mine, [image], KEY)
    assert known.claim(mine, (object(), image)) is KEY
    assert known.claim(mine, (object(), image)) is None


def test_is_not_good_for_another_function():
    mine, image = cache(), object()
    known = PrecomputedKey(mine, [image], KEY)
    assert known.claim(cache(), (image,)) is None
    assert known.claim(mine, (image,)) is KEY


@pytest.mark.parametrize("args", [(), ([1],), ([1], [2])])
def test_is_not_good_for_other_inputs(args):
    mine = cache()
    known = PrecomputedKey(mine, [[1], [2]], KEY)
    assert known.claim(mine, args) is None
