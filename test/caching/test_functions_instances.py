import gc
import threading

import pytest

from gradio.caching.functions.instances import InstanceTokens
from support.things import Slotted, Thing


def test_a_token_is_the_instance_s_own_and_stays():
    tokens, one, other = InstanceTokens(), Thing(), Thing()
    assert tokens.of(one) == tokens.of(one)
    assert tokens.of(one) != tokens.of(other)


def test_a_token_is_never_used_twice():
    tokens, seen = InstanceTokens(), set()
    for _ in range(1000):
        seen.add(tokens.of(Thing()))
    assert len(seen) == 1000


def test_tokens_keep_nothing_alive_and_are_forgotten():
    tokens = InstanceTokens()
    for _ in range(100):
        tokens.of(Thing())
    gc.collect()
    assert len(tokens._tokens) == 0


@pytest.mark.parametrize("value", [None, 1, "text", (), Slotted()])
def test_what_can_not_be_referred_to_weakly_has_no_token(value):
    assert InstanceTokens().of(value) is None


def test_threads_agree_on_a_token():
    tokens, thing, start, got = InstanceTokens(), Thing(), threading.Barrier(8), []

    def ask():
        start.wait()
        got.append(tokens.of(thing))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(got)) == 1
