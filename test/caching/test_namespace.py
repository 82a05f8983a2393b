import gc
import weakref

from gradio.caching.namespace import SHARED, Namespace, no_session


def test_equal_names_are_still_two_namespaces():
    assert Namespace("a") != Namespace("a")
    assert len({Namespace("a"), Namespace("a")}) == 2


def test_nobody_is_somebody_else_each_time_and_keeps_nothing():
    assert no_session() is not no_session()
    assert no_session().ended
    assert not SHARED.ended


def test_lives_only_as_long_as_it_is_held():
    namespace = Namespace("a")
    held = weakref.ref(namespace)
    del namespace
    gc.collect()
    assert held() is None
