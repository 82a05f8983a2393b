"""Values whose own methods fail when they are copied."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import pytest

import gradio as gr
from gradio.caching.errors import UncopyableError, UnkeyableError
from gradio.caching.hashing import digest
from gradio.caching.snapshot import snapshot
from support.failures import Failing


class Odd:
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __reduce__(self) -> Any:
        raise self.error


class OddState:
    def __init__(self) -> None:
        self.content = 1

    def __setstate__(self, state: Any) -> None:
        raise LookupError("later")


@pytest.mark.parametrize(
    "value",
    [*(Odd(e) for e in (ValueError("a"), KeyError(1), MemoryError())), OddState()],
)
def test_whatever_a_copy_raises_means_that_there_is_none(value):
    with pytest.raises(UncopyableError, match=r"Odd\w* at \['a'\]\[0\]") as caught:
        snapshot({"a": [value]})
    assert caught.value.__cause__ is not None
    cache = gr.Cache()
    cache.set("key", value=value)
    assert cache.get("key") == {"value": value}


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_who_stops_the_program_stops_it(error):
    with pytest.raises(error):
        snapshot([Odd(error())])


def test_a_result_that_fails_to_be_copied_is_told_once():
    cached = gr.cache(lambda number: OddState())
    with pytest.warns(UserWarning, match="is not cached: a .*OddState"):
        cached(1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert type(cached(1)) is OddState


def test_keys_of_what_fails_are_refused():
    with pytest.raises(UnkeyableError):
        digest([Odd(KeyError(1))])
    assert digest(Failing(a=1)) == digest(Failing(a=1))
    assert digest(itertools) == digest(itertools)
